"""The first lines that are an answer by themselves. The list is short, and stands in docs/replies.md.

A word decides only as the whole first line. What is not in the list, or has more beneath it than it may, is shown to a
person: nothing is guessed.
"""

import re
from enum import StrEnum
from typing import NamedTuple


class Word(StrEnum):
    """What a first line says."""

    APPROVE = "approve"
    SEND_BACK = "send-back"
    NIL = "nil"
    NO_COMMENT = "no-comment"
    ATTACHED = "attached"
    ATTEND = "attend"
    NOT_ATTEND = "not-attend"


class Said(NamedTuple):
    """An answer: for which version, where one is named; the reasons of what is sent back."""

    word: Word
    version: int | None = None
    reasons: str = ""


_VERSION = r"(?:\s+version\s+(?P<version>\d{1,4}))?"
_WHOLE = {
    Word.APPROVE: re.compile(rf"(?:approved|i approve|i agree|agreed){_VERSION}", re.IGNORECASE),
    Word.NIL: re.compile(r"nil return", re.IGNORECASE),
    Word.NO_COMMENT: re.compile(r"no comments?", re.IGNORECASE),
    Word.ATTACHED: re.compile(
        r"(?:return|form|our return|our form)(?: is)? attached|(?:please )?(?:find|see) attached|"
        r"please find (?:our |the )?(?:return|form) attached|please find attached (?:our |the )?(?:return|form)",
        re.IGNORECASE,
    ),
    Word.ATTEND: re.compile(r"accepted|i accept|i will attend", re.IGNORECASE),
    Word.NOT_ATTEND: re.compile(r"declined|i decline|i will not attend|i cannot attend", re.IGNORECASE),
}
_SEND_BACK = re.compile(r"send back\s*[:–—-]\s*(?P<reasons>\S.*)", re.IGNORECASE | re.DOTALL)
_AROUND = " \t\"'“”‘’*_"


def said(text: str) -> Said | None:
    """The answer that a reply is, or None where a person has to read it."""
    first, _, rest = text.strip().partition("\n")
    if back := _SEND_BACK.fullmatch(text.strip()):
        return Said(Word.SEND_BACK, reasons=back["reasons"].strip())
    if rest.strip():
        return None
    line = " ".join(first.split()).strip(_AROUND).rstrip(".!").strip(_AROUND)
    for word, wanted in _WHOLE.items():
        if found := wanted.fullmatch(line):
            version = found.groupdict().get("version")
            return Said(word, version=int(version) if version else None)
    return None
