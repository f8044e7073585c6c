"""A table as a Word document that opens without repair."""

import io
from collections.abc import Iterable, Sequence

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement


def table_document(title: str, lines: Iterable[str], heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A title, some lines, and a table whose first row is repeated on each page, on wide pages."""
    made = docx.Document()
    page = made.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = page.page_height, page.page_width
    made.core_properties.title, made.core_properties.author = title, ""
    made.add_heading(title, 0)
    for line in lines:
        made.add_paragraph(line)
    table = made.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(head).bold = True
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = "".join(one for one in text if one >= " " or one in "\n\t")
    into = io.BytesIO()
    made.save(into)
    return into.getvalue()
