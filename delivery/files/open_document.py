"""OpenDocument texts (.odt): that it is one, and that it does nothing by itself."""

from urllib.parse import urlsplit

from delivery.files.refused import EMBEDDED, MACROS, OUTSIDE, PASSWORD, UNKNOWN, FileRefused
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
