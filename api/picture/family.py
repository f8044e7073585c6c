"""The family picture as SVG: who lives with whom, a box for each address. One drawing for wide screens, one for phones.

It says by shape and words what it says by colour: a child is a filled circle, an adult an empty square, one who died is
crossed; who lived there and does no more is drawn in dashes, with the day.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from markupsafe import Markup, escape

from api.picture.draw import BAR, EDGE, INK, LINE, QUIET, text
from review.facts.enums import Harm
from review.facts.family import Home, Resident
from review.kit.notify import dated as day
from review.views import ChildView, FamilyMemberView

NOT_RECORDED = "No address recorded"
_HEAD, _ROW, _LINE, _GAP, _EDGE = 76, 46, 17, 14, 14  # a box's head, a person, a line more; between boxes, within one
_LETTER, _BOLD = 0.56, 0.63  # of the font's size: how wide a letter is, at the most part


class Shown(NamedTuple):
    """Somebody of the case. `what`: "child" or the relation."""

    id: str
    name: str
    what: str
    child: bool
    died: bool

    @property
    def in_words(self) -> str:
        return f"{self.name} ({self.what}{', died' if self.died else ''})"


class Stay(NamedTuple):
    """Somebody at an address. `when` is empty where nothing is said of it; `over`: they live there no more."""

    who: Shown
    when: str
    over: bool

    @property
    def in_words(self) -> str:
        return f"{self.who.in_words}{f', {self.when}' if self.when else ''}"


class Household(NamedTuple):
    """A box of the picture: an address, what it is, and who is there."""

    address: str
    what: str
    stays: Sequence[Stay]

    @property
    def in_words(self) -> str:
        return f"{self.address}: {'; '.join(one.in_words for one in self.stays) or 'nobody known'}."


def people(children: Iterable[ChildView], family: Iterable[FamilyMemberView]) -> list[Shown]:
    """Everybody of the case: the adults first, as a family is drawn from the top."""
    found = [Shown(one.member_id, one.name, one.relation, child=False, died=bool(one.died)) for one in family]
    return found + [Shown(one.child_id, one.name, "child", child=True, died=one.harm is Harm.DIED) for one in children]


def households(known: Sequence[Shown], homes: Iterable[Home], today: date) -> list[Household]:
    """Who lives where, those who live there now before those who did; last, those without an address of today."""
    found, placed = [], set()
    for home in homes:
        stays = [_stay(who, one, today) for who in known for one in home.residents if one.person == who.id]
        placed |= {stay.who.id for stay in stays if not stay.over}
        found.append(Household(home.address, home.what, sorted(stays, key=lambda stay: stay.over)))
    once = {stay.who.id for box in found for stay in box.stays if stay.who.died}  # where they lived stands there
    left = [Stay(who, "", over=False) for who in known if who.id not in placed | once]
    return [*found, Household(NOT_RECORDED, "", left)] if left else found


def _stay(who: Shown, one: Resident, today: date) -> Stay:
    over = one.until is not None and one.until < today
    if one.since and one.until:
        when = f"{day(one.since)} to {day(one.until)}"
    else:
        when = f"since {day(one.since)}" if one.since else f"until {day(one.until)}" if one.until else ""
    return Stay(who, when, over)


def wide(boxes: Sequence[Household], reference: str) -> Markup:
    """Up to three boxes side by side."""
    return _svg(boxes, reference, "w", 960, min(3, max(1, len(boxes))))


def narrow(boxes: Sequence[Household], reference: str) -> Markup:
    """For a phone: one under the other."""
    return _svg(boxes, reference, "n", 345, 1)


def _svg(boxes: Sequence[Household], reference: str, kind: str, width: int, columns: int) -> Markup:
    across = (width - _GAP * (columns - 1)) / columns
    rows = [boxes[first : first + columns] for first in range(0, len(boxes), columns)]
    parts: list[str] = []
    top = 1.0
    for row in rows:
        height = max(_HEAD + sum(map(_tall, box.stays)) for box in row) + _EDGE
        for place, box in enumerate(row):
            parts += _box(box, place * (across + _GAP), top, across, height)
        top += height + _GAP
    id, tall = f"family-{kind}", max(top - _GAP + 1, 1)
    said = " ".join(box.in_words for box in boxes)
    head = (
        f'<svg class="page-pic page-pic--{"wide" if kind == "w" else "narrow"}" viewBox="0 0 {width} {tall:g}" '
        f'width="{width}" height="{tall:g}" role="img" aria-labelledby="{id}-t {id}-d" '
        'font-family="Arial, Helvetica, sans-serif" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{id}-t">Who lives with whom, case {escape(reference)}</title>'
        f'<desc id="{id}-d">{escape(said)}</desc>'
    )
    return Markup(head + "".join(parts) + "</svg>")  # noqa: S704  # what people wrote is escaped where it comes in


def _box(box: Household, left: float, top: float, wide: float, height: float) -> Iterable[str]:
    unknown = box.address == NOT_RECORDED
    dashes = ' stroke-dasharray="6 5"' if unknown else ""
    yield (
        f'<rect x="{left + 1:.1f}" y="{top:g}" width="{wide - 2:.1f}" height="{height:g}" fill="#fff" '
        f'stroke="{QUIET if unknown else EDGE}" stroke-width="2"{dashes}/>'
    )
    inner, x = wide - 2 * _EDGE, left + _EDGE
    first, second = _in_two(box.address, int(inner / (16 * _BOLD)))
    yield text(first, x, top + 25, size=16, bold=True)
    yield text(second, x, top + 44, size=16, bold=True)
    yield text(_fitting(box.what, inner, 14 * _LETTER), x, top + (64 if second else 45), size=14, fill=QUIET)
    here = top + _HEAD
    for stay in box.stays:
        yield from _person(stay, x, here, inner)
        here += _tall(stay)


def _tall(stay: Stay) -> int:
    return _ROW + (_LINE if stay.when else 0)


def _person(stay: Stay, x: float, top: float, wide: float) -> Iterable[str]:
    who, middle = stay.who, top + 23
    yield f'<path d="M{x:.1f} {top + 1:g}h{wide:.1f}" stroke="{LINE}" stroke-width="1"/>'
    yield mark(x + 12, middle, child=who.child, died=who.died, over=stay.over)
    more = f"{who.what}, died" if who.died else who.what
    ink = QUIET if stay.over else INK
    yield text(_fitting(who.name, wide - 34, 15 * _BOLD), x + 34, top + 20, size=15, bold=not stay.over, fill=ink)
    yield text(_fitting(more, wide - 34, 14 * _LETTER), x + 34, top + 38, size=14, fill=QUIET)
    yield text(_fitting(stay.when, wide - 34, 14 * _LETTER), x + 34, top + 38 + _LINE, size=14, fill=QUIET)


def mark(x: float, y: float, *, child: bool, died: bool = False, over: bool = False) -> str:
    """A person's shape."""
    edge = f'stroke="{EDGE}" stroke-width="2"' + (' stroke-dasharray="3 2.5"' if over else "")
    fill = "#fff" if over or not child else BAR
    shape = (
        f'<circle cx="{x:.1f}" cy="{y:g}" r="10" fill="{fill}" {edge}/>'
        if child
        else f'<rect x="{x - 9.5:.1f}" y="{y - 9.5:g}" width="19" height="19" fill="{fill}" {edge}/>'
    )
    cross = f'<path d="M{x - 11:.1f} {y + 11:g}L{x + 11:.1f} {y - 11:g}" stroke="{INK}" stroke-width="2.5"/>'
    return shape + (cross if died else "")


def _in_two(words: str, most: int) -> tuple[str, str]:
    """On two lines, broken between words where it can be."""
    if len(words) <= most:
        return words, ""
    first = words[: most + 1].rpartition(" ")[0] or words[:most]
    return first, _fitting(words[len(first) :].strip(), most, 1)


def _fitting(words: str, wide: float, letter: float) -> str:
    """As much as stands on one line; the table beneath the picture has all of it."""
    most = int(wide / letter)
    return words if len(words) <= most else words[: most - 1].rstrip(" ,") + "…"


def key(boxes: Sequence[Household]) -> list[tuple[Markup, str]]:
    """What the shapes mean: those alone that the picture uses."""
    stays = [stay for box in boxes for stay in box.stays]
    shapes = [
        (any(one.who.child for one in stays), mark(14, 13, child=True), "Child"),
        (any(not one.who.child for one in stays), mark(14, 13, child=False), "Adult or other family"),
        (any(one.who.died for one in stays), mark(14, 13, child=True, died=True), "Died"),
        (any(one.over for one in stays), mark(14, 13, child=True, over=True), "Lived there before"),
    ]
    head = '<svg viewBox="0 0 28 26" width="28" height="26" aria-hidden="true" focusable="false">'
    return [(Markup(head + shape + "</svg>"), words) for used, shape, words in shapes if used]  # noqa: S704  # ours
