"""The mail with the link by which an author from outside reads the papers and says what was read (R-10).

Pure. The papers stand behind the link, and in no mail.
"""

from collections.abc import Iterable

from review.case import reads
from review.case.notices import LinkFor, Notice

READING_LINK = "reading"


def to_read(to: str, *, cause: str, new: Iterable[str] = (), out: bool = False) -> Notice:
    """The papers are there to be read. `new`: agencies whose return has just come; `out`: the draft is with the
    officers.
    """
    link = LinkFor(purpose=READING_LINK, subject=reads.RAPID_REVIEW)
    n = {"new": list(new), "out": out}
    return Notice(cause=cause, template="papers-to-read", to=to, about=reads.RAPID_REVIEW, n=n, link=link)
