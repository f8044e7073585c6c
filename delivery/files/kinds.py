"""The kinds of files that are taken: how each is known by its content, and how it is looked at."""

from collections.abc import Callable
from typing import NamedTuple

import filetype

from delivery.files import office, open_document, text
from delivery.files.refused import OLD, PASSWORD, UNKNOWN, FileRefused
from delivery.files.zips import BEGINS, parts_of

Kept = tuple[bytes, list[str]]  # the content as it is kept, and what was done to it
STRIPPED = "Hidden details of the picture (place, time, camera) were removed."
_BEGINS_PDF = b"%PDF-"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEALED = "EncryptedPackage".encode("utf-16-le")


class Kind(NamedTuple):
    """One kind of file. `look` refuses it, or gives it as it is kept."""

    ending: str
    title: str
    media_type: str
    look: Callable[[bytes], Kept]
    inline: bool = False  # a browser may show it in its own frame


def _as_it_is(look: Callable[[bytes], None]) -> Callable[[bytes], Kept]:
    def kept(content: bytes) -> Kept:
        look(content)
        return content, []

    return kept


def _pdf(content: bytes) -> Kept:
    from delivery.files.pdf import cleaned  # what opens PDFs is loaded where one comes

    return cleaned(content)


def _picture(content: bytes, kind: str) -> Kept:
    from delivery.files.pictures import rewritten  # likewise

    return rewritten(content, kind), [STRIPPED]


_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = (
    Kind("docx", "Word document", f"{_OFFICE}wordprocessingml.document",
         _as_it_is(lambda content: office.looked_at(content, office.DOCUMENT))),
    Kind("xlsx", "Excel workbook", f"{_OFFICE}spreadsheetml.sheet",
         _as_it_is(lambda content: office.looked_at(content, office.WORKBOOK))),
    Kind("odt", "OpenDocument text", open_document.TEXT, _as_it_is(open_document.looked_at)),
    Kind("pdf", "PDF", "application/pdf", _pdf, inline=True),
    Kind("png", "PNG picture", "image/png", lambda content: _picture(content, "PNG"), inline=True),
    Kind("jpg", "JPEG picture", "image/jpeg", lambda content: _picture(content, "JPEG"), inline=True),
    Kind("csv", "Comma-separated table", "text/csv", _as_it_is(text.looked_at)),
)  # fmt: skip
BY_ENDING = {kind.ending: kind for kind in KINDS}
BY_MEDIA_TYPE = {kind.media_type: kind for kind in KINDS}
ACCEPT = ",".join((*(f".{kind.ending}" for kind in KINDS), ".jpeg"))  # what a form offers to choose


def kind_of(content: bytes) -> Kind:
    """What a file is, by its content alone. Raises `FileRefused`."""
    if content.startswith(_OLD_OFFICE):
        raise FileRefused(PASSWORD if _SEALED in content else OLD)
    if content.startswith(BEGINS):
        return _zipped(content)
    if content.startswith(_BEGINS_PDF):
        return BY_ENDING["pdf"]
    found = filetype.guess_extension(content)
    if found in ("png", "jpg"):
        return BY_ENDING[found]
    if found is not None:
        raise FileRefused(UNKNOWN)
    return BY_ENDING["csv"]  # its look refuses what is no table


def _zipped(content: bytes) -> Kind:
    parts = parts_of(content)
    if parts.get("mimetype", b"").strip() == open_document.TEXT.encode():
        return BY_ENDING["odt"]
    if office.TYPES not in parts:
        raise FileRefused(UNKNOWN)
    types = set(office.types_of(parts))
    workbook = any("spreadsheetml" in one or "ms-excel" in one for one in types)
    word = any("wordprocessingml.document.main" in one or "wordprocessingml.template" in one or "ms-word" in one
               for one in types)  # fmt: skip
    return BY_ENDING["docx" if word else "xlsx" if workbook else "docx"]
