"""Headers of a mail that hold words: subject and addresses, folded by one plain rule. Part of `delivery`; pure.

The standard library's folding leaves a first line empty where a long word comes first, adds spaces, and takes a comma
in a name that is not ASCII for the end of an address (Python 3.11). Here a header is plain ASCII where all of it can
be, else encoded words (RFC 2047) from its first letter on.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from email.headerregistry import Address
from email.policy import Policy

_LINE = 76  # letters in a line of a header (RFC 2047)
_ENCODED = 45  # bytes of text in one encoded word: 60 letters of base64, within 75
_FIRST = 24  # fewer in the first, which has the header's name before it
_PLAIN = re.compile(r"[ -~]*")
_OUTER_SPACE = re.compile(r"^ | $|  ")


class Folded(str):
    """A header as it goes out, line by line. As a string, it is what it says."""

    __slots__ = ("lines", "name")
    name: str
    lines: list[str]

    @classmethod
    def of(cls, name: str, reported: str, words: Iterable[str]) -> "Folded":
        """A header `name` that says `reported`, made of words that may stand on a line of their own each.

        ValueError for a line break in what it says, which would make another header.
        """
        if len(reported.splitlines()) > 1 or reported.endswith(("\r", "\n")):
            raise ValueError(f"the header {name} holds a line break")
        folded = cls(reported)
        folded.name, folded.lines = name, [f"{name}:"]
        for word in words:
            last = folded.lines[-1]
            if last == f"{name}:" or len(last) + 1 + len(word) <= _LINE:
                folded.lines[-1] = f"{last} {word}"
            else:
                folded.lines.append(f" {word}")
        return folded

    def fold(self, *, policy: Policy) -> str:
        """As the message asks for it."""
        return policy.linesep.join(self.lines) + policy.linesep


def words_of(name: str, text: str) -> Folded:
    """A header of words, such as the subject."""
    return Folded.of(name, text, text.split(" ") if _is_plain(text) else _encoded(text))


def address(name: str, display_name: str, addr_spec: str) -> Folded:
    """A header of one address, such as the recipient. ValueError for what is no address."""
    username, _, domain = addr_spec.rpartition("@")
    if not display_name:
        return Folded.of(name, addr_spec, [str(Address(username=username, domain=domain))])
    shown = str(Address(display_name=display_name, username="a", domain="b")).removesuffix(" <a@b>")
    words = shown.split(" ") if _is_plain(display_name) else list(_encoded(display_name))
    bare = str(Address(username=username, domain=domain))
    return Folded.of(name, f"{shown} <{bare}>", [*words, f"<{bare}>"])


def _is_plain(text: str) -> bool:
    """Whether it can stand as it is: ASCII, nothing that looks encoded, spaces that no folding changes."""
    short = all(len(word) < _LINE - 12 for word in text.split(" "))
    return bool(_PLAIN.fullmatch(text)) and "=?" not in text and not _OUTER_SPACE.search(text) and short


def _encoded(text: str) -> Iterator[str]:
    """Encoded words; no letter is split between two of them."""
    room, held = _FIRST, b""
    for letter in text:
        byte = letter.encode()
        if len(held) + len(byte) > room:
            yield _word(held)
            room, held = _ENCODED, b""
        held += byte
    yield _word(held)


def _word(text: bytes) -> str:
    return f"=?utf-8?b?{b64encode(text).decode()}?="
