"""The text of a file by its headings, where the file is of a kind that has them."""

from delivery.files.kinds import Kind
from delivery.files.open_document import read_open_document
from delivery.files.sections import Headed
from delivery.files.word import read_word

_READ = {"docx": read_word, "odt": read_open_document}


def headed(kind: Kind, content: bytes) -> Headed | None:
    """What stands in a document that was looked at before; None of other files. Raises `FileRefused`."""
    read = _READ.get(kind.ending)
    return read(content) if read else None
