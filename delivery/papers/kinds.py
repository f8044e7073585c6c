"""In what a paper is kept, read and mailed, and what its file is called. Decides nothing."""

from mimetypes import guess_extension

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
TO_WRITE_IN = ("request-",)  # documents that their reader fills in: they are mailed in Word
_ENDINGS = {WORD: "docx", PDF: "pdf", "application/json": "json"}


def ending_of(media_type: str) -> str:
    """How the name of such a file ends. Which machine it is makes no difference: not all know Word's."""
    return _ENDINGS.get(media_type) or (guess_extension(media_type) or ".bin").removeprefix(".")


def file_name(reference: str, document: str, version: int, media_type: str) -> str:
    """What the file of a kept document is called."""
    return f"{reference}-{document}-v{version}.{ending_of(media_type)}"
