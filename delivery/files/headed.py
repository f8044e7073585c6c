"""The text of a file by its headings, where the file is of a kind that has them."""

from delivery.files.kinds import Kind
from delivery.files.word import Word, read_word


def headed(kind: Kind, content: bytes) -> Word | None:
    """What stands in a document that was looked at before; None of other files. Raises `FileRefused`."""
    if kind.ending == "docx":
        return read_word(content)
    return None
