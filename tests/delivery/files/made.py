"""Files as people and as others would send them, made here."""

import io
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pikepdf
from PIL import Image

CONTENT_TYPES = "[Content_Types].xml"


def word(*lines: tuple[str, str]) -> bytes:
    """A Word document: each heading, and what stands under it."""
    made = docx.Document()
    for heading, text in lines or (("What happened", "Sample: nothing."),):
        made.add_heading(heading, 1)
        made.add_paragraph(text)
    return _saved(made.save)


def word_table(*rows: list[str]) -> bytes:
    """A Word document with one table."""
    made = docx.Document()
    table = made.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return _saved(made.save)


def excel(*rows: list[object]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows or (["Date", "Event"],):
        made.active.append(row)
    return _saved(made.save)


def odt_table(*rows: list[str]) -> bytes:
    """An OpenDocument text with one table, an empty cell in each row behind."""
    cells = [[f"<table:table-cell><text:p>{one}</text:p></table:table-cell>" for one in row] for row in rows]
    lines = [f"<table:table-row>{''.join(row)}</table:table-row>" for row in cells]
    return odt(f"<table:table><table:table-column/>{''.join(lines)}</table:table>")


def odt(body: str = "<text:p>Sample</text:p>", *, styles: str = "", **more: str) -> bytes:
    spaces = " ".join(
        f'xmlns:{short}="{long}"'
        for short, long in (
            ("office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
            ("text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"),
            ("table", "urn:oasis:names:tc:opendocument:xmlns:table:1.0"),
            ("style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0"),
            ("draw", "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"),
            ("xlink", "http://www.w3.org/1999/xlink"),
        )
    )
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {spaces}>{styles}<office:body>"
        f"<office:text>{body}</office:text></office:body></office:document-content>",
        "META-INF/manifest.xml": "<manifest/>",
    }
    return zipped(**parts | more)


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, **saving: object) -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    if change:
        change(made)
    return _saved(lambda to: made.save(to, **saving))  # type: ignore[arg-type]


def picture(kind: str, **saving: object) -> bytes:
    return _saved(lambda to: Image.new("RGB", (8, 8), "red").save(to, kind, **saving))


def zipped(**parts: str | bytes) -> bytes:
    return zipped_as(parts)


def zipped_as(parts: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as into:
        for name, part in parts.items():
            into.writestr(name, part)
    return made.getvalue()


def with_part(content: bytes, name: str, part: str | bytes) -> bytes:
    """A document with one more part, or another in its place."""
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        parts: dict[str, str | bytes] = {one: held.read(one) for one in held.namelist()}
    return zipped_as(parts | {name: part})


def replaced(content: bytes, name: str, old: str, new: str) -> bytes:
    """A document with one part changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        text = held.read(name).decode()
    assert old in text
    return with_part(content, name, text.replace(old, new))


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    into = io.BytesIO()
    save(into)
    return into.getvalue()
