"""A chronology as SVG: a line for each agency, a mark for each event, long gaps shaded, days of several agencies drawn
through. One drawing for wide screens, one for phones.

It says by shape and words what it says by colour: a gap bears its days, and a day of several agencies is a dashed line.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from markupsafe import Markup, escape

from api.picture.draw import BAR, EDGE, INK, LATE, LINE, QUIET, TINT, text
from delivery.naming import Namer
from review.chapters.chronology.papers import Merged
from review.kit.notify import dated as day

_ROW, _TOP, _FOOT = 38, 34, 30
_LETTER = 0.56  # of the font's size: how wide a letter is, at the most part
_BOLD = 0.64  # the same of a bold letter
_NAME = 15  # the size of an agency's name


class _Span(NamedTuple):
    """The days between the edges of the drawing."""

    first: date
    days: int
    left: float
    right: float

    def x(self, at: date) -> float:
        return self.left + (self.right - self.left) * (at - self.first).days / self.days


def wide(events: Sequence[Merged], name: Namer, reference: str) -> Markup:
    longest = max(len(_label(one.agency, name)) for one in events)
    return _svg(events, name, reference, "wide", 960, int(longest * _NAME * _BOLD) + 8)


def narrow(events: Sequence[Merged], name: Namer, reference: str) -> Markup:
    return _svg(events, name, reference, "narrow", 345, 10)


def _label(agency: str, name: Namer) -> str:
    return name(agency)[:30]


def _svg(events: Sequence[Merged], name: Namer, reference: str, kind: str, width: int, left: int) -> Markup:
    agencies = list(dict.fromkeys(one.agency for one in events))
    first, last = events[0].event.day, events[-1].event.day
    span = _Span(first, max(1, (last - first).days), left + 8, width - 12)
    row = _ROW if kind == "wide" else _ROW + 18
    bottom = _TOP + row * len(agencies)
    id = f"chronology-{kind}"
    parts = [
        f'<svg class="page-pic page-pic--{kind}" viewBox="0 0 {width} {bottom + _FOOT}" width="{width}" '
        f'height="{bottom + _FOOT}" role="img" aria-labelledby="{id}-t {id}-d" '
        'font-family="Arial, Helvetica, sans-serif" xmlns="http://www.w3.org/2000/svg">',
        f'<title id="{id}-t">Chronology, case {escape(reference)}</title>',
        f'<desc id="{id}-d">{len(events)} events of {len(agencies)} agencies from {day(first)} to {day(last)}. '
        "The table below has each of them.</desc>",
    ]
    before = first
    for one in events:
        if one.gap:
            start, end = span.x(before), span.x(one.event.day)
            parts.append(
                f'<rect x="{start:.1f}" y="{_TOP - 8}" width="{end - start:.1f}" height="{bottom - _TOP + 8}" '
                f'fill="{TINT}" stroke="{LINE}"/>'
            )
            words = f"{one.gap} days"
            if end - start > len(words) * 13 * _LETTER:
                parts.append(
                    text(words, (start + end) / 2 - len(words) * 13 * _LETTER / 2, _TOP - 14, size=13, fill=LATE)
                )
        before = one.event.day
    for at in sorted({one.event.day for one in events if one.beside}):
        x = span.x(at)
        parts.append(f'<path d="M{x:.1f} {_TOP - 8}V{bottom}" stroke="{QUIET}" stroke-dasharray="3 4"/>')
    for number, agency in enumerate(agencies):
        line = _TOP + row * number + (14 if kind == "wide" else 32)
        label = _label(agency, name)
        parts.append(text(label, 4, line + 5 if kind == "wide" else line - 14, size=_NAME, bold=True, fill=INK))
        parts.append(f'<path d="M{span.left:.1f} {line}H{span.right:.1f}" stroke="{LINE}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{span.x(one.event.day):.1f}" cy="{line}" r="6" fill="{BAR}" stroke="{EDGE}"/>'
            for one in events
            if one.agency == agency
        ]
    parts.append(text(day(first), span.left - 4, bottom + 20, size=13, fill=QUIET))
    ended = day(last)
    parts.append(text(ended, span.right - len(ended) * 13 * _LETTER, bottom + 20, size=13, fill=QUIET))
    return Markup("".join(parts) + "</svg>")  # noqa: S704  # what people wrote is escaped where it comes in
