"""PDFs: what runs or calls outside by itself is taken out; what would take content with it is refused.

Scripts and actions show nothing to a reader, so a PDF without them reads the same: they are removed, and the sender is
told. An attached file, a film or an XFA form is something that somebody meant to send: it is not dropped in silence.
A PDF that holds none of it is kept to the byte, so that a signature in it stays good.
"""

import io
from collections.abc import Iterator

import pikepdf

from delivery.files.refused import DAMAGED, EMBEDDED, FORM, PASSWORD, FileRefused

_TAIL = 1_024  # bytes that may follow the last %%EOF
_MOST_OBJECTS = 500_000
_ACTIONS = frozenset((
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound",
    "/GoTo3DView", "/RichMediaExecute", "/Hide", "/SetOCGState",
))  # fmt: skip
_FILES = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/Sound", "/3D"})
REMOVED = "Scripts or actions in the PDF were removed."


def cleaned(content: bytes) -> tuple[bytes, list[str]]:
    """The PDF as it is kept, and what was taken out. Raises `FileRefused`."""
    end = content.rfind(b"%%EOF")
    if end < 0 or content[end + 5 : end + 5 + _TAIL].strip() or len(content) - end > _TAIL:
        raise FileRefused(DAMAGED)
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                raise FileRefused(PASSWORD)
            if not pdf.pages or len(pdf.objects) > _MOST_OBJECTS:
                raise FileRefused(DAMAGED)
            _refuse_files(pdf)
            if not _without_actions(pdf):
                return content, []
            made = io.BytesIO()
            pdf.save(made)
            return made.getvalue(), [REMOVED]
    except pikepdf.PasswordError:
        raise FileRefused(PASSWORD) from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, RuntimeError, RecursionError):
        raise FileRefused(DAMAGED) from None


def _refuse_files(pdf: pikepdf.Pdf) -> None:
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        raise FileRefused(FORM)
    if pdf.attachments:
        raise FileRefused(EMBEDDED)
    for one in _dictionaries(pdf):
        if _named(one, "/Subtype") in _FILES or "/EF" in one or _named(one, "/Type") == "/EmbeddedFile":
            raise FileRefused(EMBEDDED)


def _without_actions(pdf: pikepdf.Pdf) -> bool:
    """Take out what runs by itself and every action that does more than lead to a page or an address."""
    found = False
    names = pdf.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary) and "/JavaScript" in names:
        del names["/JavaScript"]
        found = True
    for one in _dictionaries(pdf):
        found |= _stilled(one)
    return found


def _stilled(one: pikepdf.Object) -> bool:
    """One object without what it would do."""
    found = False
    for key in list(one.keys()):
        value = one.get(key)
        several = list(value) if isinstance(value, pikepdf.Array) and key == "/Next" else [value]
        if key == "/JS" or (key == "/AA" and isinstance(value, pikepdf.Dictionary)) or any(map(_acts, several)):
            del one[key]
            found = True
    return found


def _named(one: pikepdf.Object, key: str) -> str:
    value = one.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _acts(value: object) -> bool:
    """Whether this is an action that is taken out, or leads on to one."""
    for _ in range(20):
        if not isinstance(value, pikepdf.Dictionary):
            return False
        if _named(value, "/S") in _ACTIONS or "/JS" in value:
            return True
        value = value.get("/Next")
    return True


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the file, those inside others too."""
    waiting: list[object] = [*pdf.objects, pdf.Root]
    steps = 0
    while waiting:
        one = waiting.pop()
        steps += 1
        if steps > _MOST_OBJECTS * 10:
            raise FileRefused(DAMAGED)
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            yield one
            waiting += [one[key] for key in one.keys() if not getattr(one[key], "is_indirect", True)]  # noqa: SIM118
        elif isinstance(one, pikepdf.Array):
            waiting += [each for each in one if not getattr(each, "is_indirect", True)]
