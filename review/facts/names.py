"""Texts that people give for a name, a title or a word or two: whether there is anything in them to be seen.

Pure. What cannot be seen makes two names look like one, or one like none.
"""

import re
import unicodedata
from typing import Any

_NO_TEXT = ("Cc", "Cs", "Zl", "Zp")  # line breaks and other control characters
_NOT_SEEN = ("Cf", "Co", "Cn", "Zs", "Mn", "Me", *_NO_TEXT)  # alone, also marks that go over or under a letter
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and signs that show nothing: Hangul fillers, the empty Braille sign
_TURNS_TEXT = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # would have a name read otherwise than it is
_JOINERS = "\u200c\u200d"  # say how the letters beside them are written, in Persian and many Indian scripts

# Not pydantic's own, which loads a library that a workflow cannot.
ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
)

_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")  # a soft break of Word is a vertical tab
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# What nearly every text is made of: all of it can be seen but the space. Looked at a sign at a time, a line costs more
# than all else in a fact.
_PLAIN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u024f\u2013\u2014\u2018\u2019\u201c\u201d\u2026]*")


def typed(value: Any) -> Any:
    """What was sent, as somebody meant it: in each text every kind of line break is one, and what else of control
    characters a paste brings is left out.
    """
    match value:
        case str() if value.isprintable():  # as it is, and quickly seen
            return value
        case str():
            return _CONTROL.sub("", _BREAK.sub("\n", value))
        case dict():
            return {key: typed(one) for key, one in value.items()}
        case list():
            return [typed(one) for one in value]
    return value


def unseen(text: str) -> bool:
    """Whether the text has nothing in it that anybody sees, as one of zero-width characters only; or is empty."""
    return all(sign in _BLANK or unicodedata.category(sign) in _NOT_SEEN for sign in text)


def seen(text: str) -> str:
    """The text, where there is something in it to be seen. Raises `ValueError` with a sentence."""
    if text and unseen(text):
        raise ValueError("has nothing in it that can be seen; enter letters or digits")
    return text


def line(text: str) -> str:
    """The text as one line of a page, without spaces around it; it may be empty. Raises `ValueError` likewise."""
    if _PLAIN.fullmatch(text):
        return text.strip()
    if any(unicodedata.category(sign) in _NO_TEXT or sign in _TURNS_TEXT for sign in text):
        raise ValueError("has a line break or another control character; take it out")
    text = seen(text.strip())
    for place, sign in enumerate(text):
        joins = sign in _JOINERS and _is_letter(text[place - 1 : place]) and _is_letter(text[place + 1 : place + 2])
        if not joins and (sign in _BLANK or unicodedata.category(sign) in ("Cf", "Co", "Cn")):
            raise ValueError(f"has a character that cannot be seen (U+{ord(sign):04X}); type it again without it")
    return text


def name(text: str) -> str:
    """A name: one line that is not empty. Raises `ValueError` likewise."""
    if not (one := line(text)):
        raise ValueError("is blank; enter a name")
    return one


def _is_letter(sign: str) -> bool:
    return bool(sign) and unicodedata.category(sign)[0] in "LM"
