"""What stands in a Word document: its text under its headings, its tables, and what a reader of the text would miss."""

import io

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from delivery.files.refused import DAMAGED, FileRefused
from delivery.files.sections import Headed, Section, Sections
from delivery.files.xml import local, tree_of
from delivery.files.zips import parts_of

_TRACKED = frozenset({"ins", "del", "moveFrom", "moveTo"})
_BODY = "word/document.xml"


def read_word(content: bytes) -> Headed:
    """The text of a document that was looked at before. Raises `FileRefused` where it cannot be read."""
    parts = parts_of(content)
    root = tree_of(parts.get(_BODY, b"<none/>"))
    tracked = sum(local(one) in _TRACKED for one in root.iter())
    comments = sum(local(one) == "commentReference" for one in root.iter())
    try:
        opened = docx.Document(io.BytesIO(content))
        return Headed(_sections(opened), [_rows(one) for one in opened.tables], tracked, comments)
    except (PackageNotFoundError, KeyError, ValueError, AttributeError):
        raise FileRefused(DAMAGED) from None


def _sections(opened: docx.document.Document) -> list[Section]:
    found = Sections()
    for one in opened.iter_inner_content():
        if isinstance(one, Table):
            found.add_table(_rows(one))
        else:
            found.add(_text(one), _level(one))
    return found.all()


def _level(one: Paragraph) -> int:
    """1 to 9 of a heading, 0 of any other paragraph; a title is a heading of the first level."""
    name = (one.style.name or "") if one.style is not None else ""
    if name in ("Title", "New Page"):  # the second begins a page in our own papers
        return 1
    digits = name.removeprefix("Heading ")
    return int(digits) if name.startswith("Heading ") and digits.isdigit() else 0


def _text(one: Paragraph) -> str:
    """As if every tracked insertion were accepted; what was deleted is gone."""
    pieces: list[str] = []
    for part in one._p.iter():
        match local(part):
            case "t" if not any(local(above) in ("del", "moveFrom") for above in part.iterancestors()):
                pieces.append(part.text or "")
            case "tab":
                pieces.append("\t" if local(part.getparent()) == "r" else "")
            case "br" | "cr":
                pieces.append("\n")
    return "".join(pieces).strip()


def _rows(table: Table) -> list[list[str]]:
    return [
        ["\n".join(text for one in cell.paragraphs if (text := _text(one))) for cell in row.cells] for row in table.rows
    ]
