"""OpenDocument texts (.odt): that it is one, that it does nothing by itself, and what stands in it."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from delivery.files.refused import EMBEDDED, MACROS, OUTSIDE, PASSWORD, UNKNOWN, FileRefused
from delivery.files.sections import Headed, Sections
from delivery.files.xml import local, tree_of
from delivery.files.zips import parts_of

TEXT = "application/vnd.oasis.opendocument.text"
_MANIFEST = "META-INF/manifest.xml"
_MACROS = ("basic/", "scripts/", "dialogs/")
_SCRIPTS = frozenset({"event-listener", "script", "library-linked", "library-embedded"})
_LINKS = frozenset({"a"})  # what a person may press
_OBJECTS = frozenset(
    {"object", "object-ole", "applet", "plugin", "floating-frame", "dde-connection-decl", "dde-source"}
)
_UNREAD = frozenset({"tracked-changes", "annotation", "note"})  # what stands in a text and is none of it
_BREAKS = {"tab": "\t", "line-break": "\n", "s": " "}
_COLUMNS = 50  # of a table that are read; programs write the rest of a row as one cell that is repeated
_HREF = "{http://www.w3.org/1999/xlink}href"


def looked_at(content: bytes) -> None:
    """Whether it may be kept. Raises `FileRefused`."""
    parts = parts_of(content)
    if parts.get("mimetype", b"").strip() != TEXT.encode() or "content.xml" not in parts:
        raise FileRefused(UNKNOWN)
    if any(local(one) == "encryption-data" for one in tree_of(parts.get(_MANIFEST, b"<none/>")).iter()):
        raise FileRefused(PASSWORD)
    if any(name.lower().startswith(_MACROS) for name in parts):
        raise FileRefused(MACROS)
    if any(name.startswith("Object ") for name in parts):
        raise FileRefused(EMBEDDED)
    for name, part in parts.items():
        if name.endswith((".xml", ".rdf")):
            for one in tree_of(part).iter():
                _element(local(one), one.get(_HREF, "") if local(one) else "")


def _element(name: str, target: str) -> None:
    if name in _SCRIPTS:
        raise FileRefused(MACROS)
    if name in _OBJECTS:
        raise FileRefused(EMBEDDED)
    try:
        parts = urlsplit(target)
    except ValueError:
        raise FileRefused(OUTSIDE) from None
    leads = bool(parts.scheme or parts.netloc) or target.startswith(("/", "\\", ".."))
    if leads and not (name in _LINKS and parts.scheme.lower() in ("http", "https", "mailto", "tel")):
        raise FileRefused(OUTSIDE)


def read_open_document(content: bytes) -> Headed:
    """The text of one that was looked at before. Raises `FileRefused` where it cannot be read."""
    root = tree_of(parts_of(content)["content.xml"])
    made_from = {_said(one, "name"): _said(one, "parent-style-name") for one in root.iter() if local(one) == "style"}
    found, tables = Sections(), []
    for one in _blocks(next((one for one in root.iter() if local(one) == "text"), root)):
        if local(one) == "table":
            tables.append(rows := [_cells(row) for row in one.iter() if local(row) == "table-row"])
            found.add_table(rows)
        else:
            style = _said(one, "style-name")
            title = "Title" in (style, made_from.get(style))
            found.add(_text(one).strip(), _level(one) or int(title))
    named = [local(one) for one in root.iter()]
    return Headed(found.all(), tables, named.count("changed-region"), named.count("annotation"))


def _blocks(above: Any) -> Iterator[Any]:
    """Paragraphs, headings and tables in their order, also within lists and sections."""
    for one in above:
        match local(one):
            case "p" | "h" | "table":
                yield one
            case name if name not in _UNREAD:
                yield from _blocks(one)


def _level(one: Any) -> int:
    """1 to 9 of a heading, 0 of any other paragraph."""
    told = _said(one, "outline-level")
    return (int(told) if told.isdecimal() else 1) if local(one) == "h" else 0


def _text(one: Any) -> str:
    """As if every tracked change were accepted."""
    pieces = [one.text or ""]
    for part in one:
        name = local(part)
        if name in _BREAKS:
            times = _said(part, "c")
            pieces.append(_BREAKS[name] * (min(int(times), _COLUMNS) if times.isdecimal() else 1))
        elif name and name not in _UNREAD:
            pieces.append(_text(part))
        pieces.append(part.tail or "")
    return "".join(pieces)


def _cells(row: Any) -> list[str]:
    def cells() -> Iterator[str]:
        for cell in row:
            if local(cell) == "table-cell":
                text = "\n".join(filter(None, (_text(one).strip() for one in _blocks(cell))))
                times = _said(cell, "number-columns-repeated")
                yield from (text for _ in range(int(times) if times.isdecimal() else 1))

    found = list(islice(cells(), _COLUMNS))
    while found and not found[-1]:
        found.pop()
    return found


def _said(one: Any, name: str) -> str:
    """An attribute, whatever its namespace."""
    return next((str(value) for key, value in one.attrib.items() if str(key).rpartition("}")[2] == name), "")
