"""Word and Excel files (.docx, .xlsx): which of the two it is, and that it does nothing by itself."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from delivery.files.refused import DAMAGED, EMBEDDED, MACROS, OUTSIDE, TEMPLATE, UNKNOWN, FileRefused
from delivery.files.xml import local, tree_of
from delivery.files.zips import BEGINS, parts_of

TYPES = "[Content_Types].xml"
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_DEEPEST = 1  # a table behind a chart is a file in the file; one in that is too many

# By what stands in a type, the name of a part, or the type of a relationship; the first that fits is said.
_IN_TYPES = (
    (re.compile(r"macroenabled|vba", re.IGNORECASE), MACROS),
    (re.compile(r"activex|oleobject|text/html|rtf|message/rfc822|x-ms|mhtml|bin-file", re.IGNORECASE), EMBEDDED),
    (re.compile(r"\.template\.main", re.IGNORECASE), TEMPLATE),
    (re.compile(r"externallink|connections|querytable", re.IGNORECASE), OUTSIDE),
)
_IN_NAMES = (
    (re.compile(r"vbaproject|vbadata|macrosheets/|/customui", re.IGNORECASE), MACROS),
    (re.compile(r"activex|oleobject|/afchunk|\.(exe|dll|js|vbs|hta|html?|mht|rtf|lnk|ps1|bat|cmd|jar|svg)$",
                re.IGNORECASE), EMBEDDED),
    (re.compile(r"externallinks/|/connections\.xml|querytables/", re.IGNORECASE), OUTSIDE),
)  # fmt: skip
_IN_RELATIONSHIPS = (
    (re.compile(r"vba", re.IGNORECASE), MACROS),
    (re.compile(r"/(oleobject|control|activex\w*|afchunk)$", re.IGNORECASE), EMBEDDED),
    (re.compile(r"/(attachedtemplate|externallink\w*|connections|querytable|subdocument|frame)$", re.IGNORECASE),
     OUTSIDE),
)  # fmt: skip
_FETCHES = re.compile(r"^\s*(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|LINK|IMPORT|DATABASE|RD)\b", re.IGNORECASE)
_OPEN_SCHEMES = ("http", "https", "mailto", "tel")


def looked_at(content: bytes, expected: str, *, depth: int = 0) -> None:
    """Whether it may be kept: `expected` is the type of its main part. Raises `FileRefused`."""
    parts = parts_of(content)
    types = set(types_of(parts))
    for rules, found in ((_IN_TYPES, types), (_IN_NAMES, parts), (_IN_RELATIONSHIPS, ())):
        _none(rules, found)
    if expected not in types:
        raise FileRefused(UNKNOWN)
    for name, part in parts.items():
        if name.lower().endswith((".xml", ".rels", ".vml")):
            root = tree_of(part)
            if name.lower().endswith(".rels"):
                _relationships(root.iter())
            if any(_FETCHES.match(one) for one in _fields(root.iter())):
                raise FileRefused(OUTSIDE)
        elif part.startswith((BEGINS, b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF")):
            _inside(name, part, depth)


def types_of(parts: Mapping[str, bytes]) -> Iterator[str]:
    """The types that it says its parts have."""
    if TYPES not in parts:
        raise FileRefused(UNKNOWN)
    for one in tree_of(parts[TYPES]).iter():
        if local(one) in ("Override", "Default"):
            yield one.get("ContentType", "")


def _none(rules: Iterable[tuple[re.Pattern[str], str]], found: Iterable[str]) -> None:
    """That none of these fits a rule."""
    listed = list(found)
    for rule, why in rules:
        if any(rule.search(one) for one in listed):
            raise FileRefused(why)


def _relationships(elements: Iterable[object]) -> None:
    for one in elements:
        if local(one) != "Relationship":
            continue
        get: Callable[[str, str], str] = one.get  # type: ignore[attr-defined]
        kind = get("Type", "")
        _none(_IN_RELATIONSHIPS, (kind,))
        if get("TargetMode", "").lower() == "external":
            _leads_outside(kind, get("Target", ""))


def _leads_outside(kind: str, target: str) -> None:
    """A link that a person may press is none that the file follows by itself."""
    try:
        scheme = urlsplit(target.strip()).scheme.lower()
    except ValueError:
        raise FileRefused(DAMAGED) from None
    if not kind.endswith("/hyperlink") or scheme not in _OPEN_SCHEMES:
        raise FileRefused(OUTSIDE)


def _fields(elements: Iterable[object]) -> Iterator[str]:
    """What the fields of a text do; Word may keep one in pieces."""
    pieces: list[str] = []
    for one in elements:
        match local(one):
            case "fldChar":
                yield "".join(pieces)
                pieces = []
            case "instrText":
                pieces.append(one.text or "")  # type: ignore[attr-defined]
            case "fldSimple":
                yield from (str(value) for name, value in one.items() if name.endswith("instr"))  # type: ignore[attr-defined]
    yield "".join(pieces)


def _inside(name: str, part: bytes, depth: int) -> None:
    """A file in the file: the table of a chart may be, if it is as harmless."""
    if not part.startswith(BEGINS) or not name.lower().endswith(".xlsx") or depth >= _DEEPEST:
        raise FileRefused(EMBEDDED)
    looked_at(part, WORKBOOK, depth=depth + 1)
