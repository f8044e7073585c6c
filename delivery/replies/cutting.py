"""What a person wrote, without what their mail program quoted and without their signature.

A line scanner of our own: libraries for this leak the question into the answer, and some take seconds on hostile lines.
"""

import re
from typing import NamedTuple

from delivery.replies import marks

_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_BLANKS = re.compile(r"\n{3,}")


class Cut(NamedTuple):
    """What was written, the signature beneath it, and whether there was more than is looked at."""

    text: str
    signature: str
    capped: bool


def cut(text: str) -> Cut:
    """Cut quote and signature off. The text that was quoted never comes back as what was written."""
    capped = len(text) > marks.LONGEST
    plain = _INVISIBLE.sub("", text[: marks.LONGEST]).replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    lines = [line.rstrip() for line in plain.split("\n")]
    capped = capped or len(lines) > marks.MOST_LINES
    own = _own(lines[: marks.MOST_LINES])
    written, signature = _signed(own)
    return Cut(_joined(written), _joined(signature), capped)


def _own(lines: list[str]) -> list[str]:
    """The lines that are not quoted."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if marks.MARKED.match(line):
            if any(one.strip() for one in kept) or not marks.QUOTED.match(line):
                kept = _without_what_was_asked(kept)
                break
        elif marks.ORIGINAL.match(line) or _headers(lines, at):
            break
        elif over := _attribution(lines, at):
            at += over
            if not any(marks.QUOTED.match(one) for one in lines[at : at + 4]):
                break  # quoted without a sign: all that follows is
            continue
        elif not marks.QUOTED.match(line):
            kept.append(line)
        at += 1
    while kept and (not kept[-1].strip() or marks.RULE.match(kept[-1])):
        kept.pop()
    return kept


def _without_what_was_asked(kept: list[str]) -> list[str]:
    """The lines without the first of our mail, which stands above its mark: the last paragraph here."""
    end = len(kept)
    while end and not kept[end - 1].strip():
        end -= 1
    start = end
    while start and kept[start - 1].strip():
        start -= 1
    ours = start < end and marks.ASKED.match(kept[start])
    return kept[:start] if ours else kept


def _headers(lines: list[str], at: int) -> bool:
    """Whether a mail program's block of headers begins here."""
    if not marks.FIRST_HEADER.match(lines[at]):
        return False
    following = [one for one in lines[at + 1 : at + 9] if one.strip()][:6]
    return sum(1 for one in following if marks.HEADER.match(one)) >= 2


def _attribution(lines: list[str], at: int) -> int:
    """Over how many lines it is said here who wrote when what is quoted; 0 where it is not."""
    if not re.match(r"\s*(on|ar|am|le)\b", lines[at], re.IGNORECASE):
        return 0
    for many in (1, 2, 3):
        together = lines[at : at + many]
        if any(not one.strip() for one in together):
            return 0
        if marks.ATTRIBUTION.match(" ".join(one.strip() for one in together)):
            return many
    return 0


def _signed(lines: list[str]) -> tuple[list[str], list[str]]:
    """What was written, and the signature."""
    for at, line in enumerate(lines):
        if not any(one.strip() for one in lines[:at]):
            continue
        bare = line.strip()
        if line in ("--", "-- ") or marks.RULE.match(line) or marks.CLOSING.match(bare) or marks.SENT_FROM.match(bare):
            return lines[:at], lines[at:]
    return _named(lines)


def _named(lines: list[str]) -> tuple[list[str], list[str]]:
    """The same where the signature is no more than a name, standing by itself at the end."""
    if len(lines) < 2 or not any(one.strip() for one in lines[:-1]):
        return lines, []
    last = lines[-1].strip()
    alone = not lines[-2].strip() and marks.NAME.match(last) and not marks.NO_NAME.search(last)
    return (lines[:-1], lines[-1:]) if alone else (lines, [])


def _joined(lines: list[str]) -> str:
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip()
