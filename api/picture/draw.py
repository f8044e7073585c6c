"""A picture as SVG: one drawing for wide screens and print, one for phones, from the same lines.

Colours, patterns and font are attributes: no style sheet and no script is needed, so the same string can stand
anywhere. Each drawing's ids have a prefix of their own.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from markupsafe import Markup, escape

from api.picture.made import Picture
from api.picture.rows import Row
from api.picture.scale import DayKind, Scale
from calendar_rules.working_days import ONE_DAY

INK, QUIET, EDGE, BAR, LATE, LINE, WEEKEND, TINT = (
    "#0b0c0c", "#484949", "#1d4f66", "#cfe1e9", "#a32626", "#d5dadc", "#eceff0", "#f3f5f6",
)  # fmt: skip
TICK = "l3 3.2l5.2-6.4"
NUMBERS_FIT = 17.0  # as wide must a day be to bear its number


class Drawing(NamedTuple):
    """Where things stand in a drawing: the days between `left` and `right`, words beside each bar or above it."""

    id: str
    width: float
    left: float
    right: float
    top: float  # of the first line
    line: float  # height of one
    beside: float | None  # where the words on the right begin; none where all stand above the bar

    def x(self, place: float, scale: Scale) -> float:
        return self.left + place * (self.right - self.left) / scale.length


def wide(picture: Picture, reference: str) -> Markup:
    """For a screen of some width, and for print: words to both sides."""
    return _svg(picture, reference, Drawing(f"pic-{picture.id}-w", 960, 216, 740, 76, 50, 754), "wide")


def narrow(picture: Picture, reference: str) -> Markup:
    """For a phone: words above each bar."""
    return _svg(picture, reference, Drawing(f"pic-{picture.id}-n", 345, 10, 335, 70, 78, None), "narrow")


def _svg(picture: Picture, reference: str, at: Drawing, kind: str) -> Markup:
    height = at.top + at.line * len(picture.rows) + 8
    parts = [
        f'<svg class="page-pic page-pic--{kind}" viewBox="0 0 {at.width:g} {height:g}" width="{at.width:g}" '
        f'height="{height:g}" role="img" aria-labelledby="{at.id}-t {at.id}-d" '
        'font-family="Arial, Helvetica, sans-serif" xmlns="http://www.w3.org/2000/svg">',
        f'<title id="{at.id}-t">{escape(picture.title)}, case {escape(reference)}</title>',
        f'<desc id="{at.id}-d">{escape(picture.description)}</desc>',
        _patterns(at.id),
        *_ground(picture, at, height),
        *_heads(picture, at),
        *_today(picture, at, height),
    ]
    for number, row in enumerate(picture.rows):
        top = at.top + number * at.line
        parts += _words(row, at, top)
        parts += _marks(row, picture.scale, at, top + (25 if at.beside else 60))
    return Markup("".join(parts) + "</svg>")  # noqa: S704  # what people wrote is escaped where it comes in


def _patterns(id: str) -> str:
    return (
        "<defs>"
        f'<pattern id="{id}-bh" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="5" height="5" fill="#f1f3f4"/><path d="M0 0V5" stroke="#777b7e" stroke-width="1.4"/></pattern>'
        f'<pattern id="{id}-cl" width="5" height="5" patternUnits="userSpaceOnUse">'
        '<rect width="5" height="5" fill="#f1f3f4"/><circle cx="1.6" cy="1.6" r="1.1" fill="#777b7e"/></pattern>'
        f'<pattern id="{id}-late" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
        f'<rect width="6" height="6" fill="#fff"/><path d="M1.2 0V6" stroke="{LATE}" stroke-width="2.4"/></pattern>'
        "</defs>"
    )


def _bands(picture: Picture, at: Drawing, height: float) -> list[tuple[float, float]]:
    """From where to where the ground is shaded: all the way down, or behind the heads and the bars alone."""
    if at.beside:
        return [(48, height - 8)]
    return [(48, 66), *((at.top + n * at.line + 46, at.top + n * at.line + 74) for n in range(len(picture.rows)))]


def _ground(picture: Picture, at: Drawing, height: float) -> Iterable[str]:
    scale, bands = picture.scale, _bands(picture, at, height)
    spans: list[tuple[float, float, str]] = []
    if scale.by_months:
        spans += [(one.begins, one.ends, TINT) for one in scale.months[1::2]]
        spans += [(begins, ends, f"url(#{at.id}-bh)") for begins, ends in scale.runs()]
    else:
        fills = {
            DayKind.WEEKEND: WEEKEND,
            DayKind.BANK_HOLIDAY: f"url(#{at.id}-bh)",
            DayKind.CLOSURE: f"url(#{at.id}-cl)",
        }
        starts = [(scale.start_of(day.date), day.kind) for day in scale.days if day.kind in fills]
        spans += [(place, place + 1, fills[kind]) for place, kind in starts]
    for begins, ends, fill in spans:
        left, right = at.x(begins, scale), at.x(ends, scale)
        for top, foot in bands:
            yield f'<rect x="{left:.1f}" y="{top:g}" width="{right - left:.1f}" height="{foot - top:g}" fill="{fill}"/>'
    for number in range(len(picture.rows) + 1):
        yield f'<path d="M0 {at.top + number * at.line:g}H{at.width:g}" stroke="{LINE}" stroke-width="1"/>'


def _heads(picture: Picture, at: Drawing) -> Iterable[str]:
    scale = picture.scale
    if scale.by_months:
        for one in scale.months:
            left, right = at.x(one.begins, scale), at.x(one.ends, scale)
            if right - left > 24:
                yield text(one.first.strftime("%b"), (left + right) / 2, 44, size=14, fill=QUIET, anchor="middle")
        return
    day_wide = (at.right - at.left) / scale.length
    if at.beside:
        yield text("Working day", 0, 63, size=14, fill=QUIET)
    for day in _dated(scale, day_wide):
        left = at.x(scale.start_of(day), scale)
        words = f"{day:%a} {day.day} {day:%b}" if at.beside else f"{day.day} {day:%b}"
        end = left > at.right - 46
        yield text(words, at.right if end else left + 1, 42, size=13.5, fill=QUIET, anchor="end" if end else "")
    last = scale.number(scale.last)
    for here in scale.days:
        middle = at.x(scale.start_of(here.date) + 0.5, scale)
        if here.number is not None and (day_wide >= NUMBERS_FIT or here.number % 5 == 0):
            bold = here.number in (0, last)
            yield text(str(here.number), middle, 63, size=13.2, anchor="middle", bold=bold)
        elif here.kind in (DayKind.CLOSURE, DayKind.BANK_HOLIDAY) and day_wide >= NUMBERS_FIT:
            yield text(
                "CL" if here.kind is DayKind.CLOSURE else "BH", middle, 63, size=11.5, anchor="middle", bold=True
            )


def _dated(scale: Scale, day_wide: float) -> list[date]:
    """Day 0 and each Monday, as far as their dates do not stand on one another."""
    mondays = [one.date for one in scale.days if one.date.isoweekday() == 1]
    room = (78 if day_wide >= NUMBERS_FIT else 52) / day_wide
    found = [scale.first]
    for day in mondays:
        if (day - found[-1]).days >= room:
            found.append(day)
    return found


def _today(picture: Picture, at: Drawing, height: float) -> Iterable[str]:
    if not picture.today:
        return
    scale = picture.scale
    x = at.x(scale.place(picture.now), scale)
    for top, foot in _bands(picture, at, height) if not at.beside else [(24, height - 8)]:
        yield f'<path d="M{x:.1f} {top:g}V{foot:g}" stroke="{INK}" stroke-width="2"/>'
    half = 4.7 * len(picture.today)
    middle = min(max(x, at.left + half), at.right - half)
    yield f'<rect x="{middle - half:.1f}" y="2" width="{2 * half:.1f}" height="22" fill="{INK}"/>'
    yield text(picture.today, middle, 18, size=14, fill="#fff", anchor="middle", bold=True)
    if not scale.by_months:
        day = next(one for one in scale.days if scale.place(picture.now) <= scale.start_of(one.date + ONE_DAY))
        middle = at.x(scale.start_of(day.date) + 0.5, scale)
        if day.number is not None:
            yield f'<rect x="{middle - 9:.1f}" y="49" width="18" height="19" fill="{INK}"/>'
            yield text(str(day.number), middle, 63, size=13.2, fill="#fff", anchor="middle", bold=True)


def _words(row: Row, at: Drawing, top: float) -> Iterable[str]:
    loud = LATE if row.late else INK
    if at.beside:
        yield text(row.name, 0, top + 21, size=15, bold=True)
        yield text(row.when, 0, top + 40, size=14, fill=QUIET)
        yield text(row.standing, at.beside, top + 21, size=15, fill=loud, bold=True)
        yield text(row.detail, at.beside, top + 40, size=14, fill=QUIET)
    else:
        yield text(row.name, 0, top + 21, size=15, bold=True)
        yield text(row.standing, 0, top + 40, size=14, fill=loud, bold=row.late)
        yield text(row.detail or row.when, at.width, top + 40, size=13.5, fill=QUIET, anchor="end")


def _marks(row: Row, scale: Scale, at: Drawing, y: float) -> Iterable[str]:
    """Bar and end, lateness, slack, latest safe time, parts that are in, the day planned, and what is done."""

    def x(moment: object) -> float:
        return at.x(scale.place(moment), scale)  # type: ignore[arg-type]  # a moment of the line

    if row.allowed:
        left, right = x(row.allowed[0]), x(row.allowed[1])
        wide = max(right - left, 4)
        yield _bar(min(left, at.right - 4), wide, y, BAR, EDGE)
        yield f'<path d="M{max(right, left + wide):.1f} {y - 12:g}V{y + 12:g}" stroke="{EDGE}" stroke-width="3.5"/>'
    if row.late_by:
        left, right = x(row.late_by[0]), x(row.late_by[1])
        yield _bar(min(left, at.right - 6), max(right - left, 6), y, f"url(#{at.id}-late)", LATE)
    if row.slack:
        left, right = x(row.slack[0]) + 8, x(row.slack[1])
        if right > left:
            yield f'<path d="M{left:.1f} {y:g}H{right:.1f}" stroke="{INK}" stroke-width="2" stroke-dasharray="1.5 4"/>'
    if row.safe:
        here = x(row.safe)
        yield f'<path d="M{here:.1f} {y - 11:g}V{y + 12:g}" stroke="{INK}" stroke-width="1.5"/>'
        yield f'<path d="M{here - 6:.1f} {y - 15:g}H{here + 6:.1f}L{here:.1f} {y - 6:g}Z" fill="{INK}"/>'
    for one in row.some:
        yield f'<circle cx="{x(one):.1f}" cy="{y:g}" r="4" fill="{EDGE}" stroke="#fff" stroke-width="1.2"/>'
    if row.planned:
        yield f'<circle cx="{x(row.planned):.1f}" cy="{y:g}" r="7" fill="#fff" stroke="{EDGE}" stroke-width="2.5"/>'
    if row.done:
        yield _done(x(row.done), y, late=row.late)


def _done(x: float, y: float, *, late: bool) -> str:
    if late:
        return (
            f'<path d="M{x:.1f} {y - 11:g}l11 11l-11 11l-11-11z" fill="{LATE}" stroke="#fff" stroke-width="1.5"/>'
            f'<path d="M{x:.1f} {y - 5.5:g}v6.5M{x:.1f} {y + 3.5:g}v2.4" stroke="#fff" stroke-width="2.2"/>'
        )
    return (
        f'<circle cx="{x:.1f}" cy="{y:g}" r="9" fill="{EDGE}" stroke="#fff" stroke-width="1.5"/>'
        f'<path d="M{x - 4:.1f} {y + 0.2:g}{TICK}" fill="none" stroke="#fff" stroke-width="2"/>'
    )


def _bar(left: float, wide: float, y: float, fill: str, edge: str) -> str:
    return (
        f'<rect x="{left:.1f}" y="{y - 7:g}" width="{wide:.1f}" height="14" fill="{fill}" stroke="{edge}" '
        'stroke-width="1.5"/>'
    )


def text(words: str, x: float, y: float, *, size: float, fill: str = INK, anchor: str = "", bold: bool = False) -> str:
    more = f' text-anchor="{anchor}"' if anchor else ""
    more += ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:g}" font-size="{size:g}"{more} fill="{fill}">{escape(words)}</text>'


def key(picture: Picture) -> list[tuple[Markup, str]]:
    """What the shapes mean: those alone that the picture uses, each drawn small, with its words."""
    rows, scale, id = picture.rows, picture.scale, f"pic-{picture.id}-k"
    kinds = {day.kind for day in scale.days} - ({DayKind.WEEKEND} if scale.by_months else set())
    bar = _bar(2, 24, 11, BAR, EDGE) + f'<path d="M26 1V21" stroke="{EDGE}" stroke-width="3.5"/>'
    stem = f'<path d="M14 6V21" stroke="{INK}" stroke-width="1.5"/><path d="M8 2H20L14 11Z" fill="{INK}"/>'
    dots = f'<path d="M1 11H28" stroke="{INK}" stroke-width="2" stroke-dasharray="1.5 4"/>'
    ring = f'<circle cx="14" cy="11" r="7" fill="#fff" stroke="{EDGE}" stroke-width="2.5"/>'
    one_in = f'<circle cx="14" cy="11" r="4" fill="{EDGE}"/>'

    def ground(fill: str) -> str:
        return f'<rect x="2" y="2" width="24" height="18" fill="{fill}" stroke="{LINE}"/>'

    closed = "Closed days" if scale.by_months else "Bank holiday (BH)"
    bank = bool(scale.closed) if scale.by_months else DayKind.BANK_HOLIDAY in kinds
    shapes = [
        (any(row.allowed for row in rows), bar, "Time allowed, with its end"),
        (any(row.done and not row.late for row in rows), _done(14, 11, late=False), "Done"),
        (any(row.done and row.late for row in rows), _done(14, 11, late=True), "Done late"),
        (any(row.late_by for row in rows), _bar(2, 24, 11, f"url(#{id}-late)", LATE), "Late by this much"),
        (any(row.some for row in rows), one_in, "One of several in"),
        (any(row.planned for row in rows), ring, "Planned"),
        (any(row.slack for row in rows), dots, "Slack"),
        (any(row.safe for row in rows), stem, "Latest safe time"),
        (DayKind.WEEKEND in kinds, ground(WEEKEND), "Weekend"),
        (bank, ground(f"url(#{id}-bh)"), closed),
        (not scale.by_months and DayKind.CLOSURE in kinds, ground(f"url(#{id}-cl)"), "Closure (CL)"),
    ]
    used = [(shape, words) for there, shape, words in shapes if there]
    head = '<svg viewBox="0 0 28 22" width="28" height="22" aria-hidden="true" focusable="false">'
    # The patterns stand in the first small drawing alone; the others refer to them.
    return [
        (Markup(head + (_patterns(id) if number == 0 else "") + shape + "</svg>"), words)  # noqa: S704  # ours alone
        for number, (shape, words) in enumerate(used)
    ]
