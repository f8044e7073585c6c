"""A case's pictures: the notification, the rapid review, the practice review, or what else runs. Pure.

Lines stand in the order of the work, never by how late they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from api.picture.rows import Counting, Row, of_one, of_plan, of_rounds, of_several, short_name, stopped_quietly
from api.picture.scale import DayKind, Scale
from calendar_rules.lengths import london
from calendar_rules.working_days import WorkingCalendar
from review.views import DeadlineView, PlanStep

NOTIFYING = ("N-7", "N-5", "D-2", "D-1", "N-8")
RAPID = ("D-3", "D-4", "D-5", "R-3", "D-6-known", "D-6", "meeting", "R-16", "draft", "D-8", "D-7")
AFTERWARDS = ("R-7", "R-13", "D-9", "R-15", "P-1")
REVIEW = ("D-8", "R-16", "K-5-monitoring", "K-5", "P-1", "B-4", "K-8", "K-8-improvements", "D-10")
OF_BOTH = ("D-8", "R-16", "P-1")  # in a practice review, those that began with it or later are its own
OTHERS = ("A-1", "A-3", "A-4", "A-5", "D-3")


@dataclass(frozen=True)
class Steps:
    """What of a rapid review has no deadline of its own: when the meeting is set for, was held, and the draft went.
    An observer does not know: `known` is false, and no line says that something is missing.
    """

    known: bool = True
    meeting_at: datetime | None = None
    meeting_held_at: datetime | None = None
    draft_out_at: datetime | None = None


@dataclass(frozen=True)
class Picture:
    """One picture: what it is of, its days, its lines, and where today stands."""

    id: str
    title: str
    scale: Scale
    rows: Sequence[Row]
    now: datetime

    @property
    def today(self) -> str:
        """What the flag of today says; nothing where today is not in the picture."""
        if not self.scale.shows(self.now):
            return ""
        day = london(self.now).date()
        if self.scale.by_months:
            return f"Today, month {_month(self.scale.first, day)}"
        return f"Today, day {self.scale.number(day)}"

    @property
    def description(self) -> str:
        """All of it in words, for those who do not see it."""
        scale, last = self.scale, self.scale.number(self.scale.last)
        spans = "Months" if scale.by_months else f"Working days 0 to {last}"
        said = [f"{spans}, {_whole(scale.first)} to {_whole(scale.last)}.", self.not_counted]
        if self.today:
            day = london(self.now).date()
            where = f"in month {_month(scale.first, day)}" if scale.by_months else f"working day {scale.number(day)}"
            said.append(f"Today is {_whole(day)}, {where}.")
        return " ".join([*(one for one in said if one), *(row.sentence for row in self.rows)])

    @property
    def not_counted(self) -> str:
        """The days that are no working days, each closed one by its name."""
        closed = [f"{day.why}, {day.date.day} {day.date:%B}" for day in self.scale.closed]
        weekends = [] if not any(day.kind is DayKind.WEEKEND for day in self.scale.days) else ["Saturdays and Sundays"]
        named = [*weekends, *closed]
        return f"Not counted as working days: {'; '.join(named)}." if named else ""


def pictures(
    deadlines: Sequence[DeadlineView],
    plan: Sequence[PlanStep],
    steps: Steps,
    calendar: WorkingCalendar,
    now: datetime,
) -> list[Picture]:
    """Those of a case, the one of its present stage first."""
    count = Counting(calendar, now)
    there = {one.id: one for one in deadlines}
    review, submission, notification = (there.get(rule) for rule in ("D-10", "D-7", "D-1"))
    shown = [one for one in deadlines if not stopped_quietly(one) or one in (review, submission)]
    before = [one for one in shown if not _of_review(one, review)]
    found: list[Picture | None] = []
    if review:
        theirs = [one for one in shown if _of_review(one, review)]
        found.append(_drawn("review", "practice review", review, _lines(REVIEW, theirs, plan, steps, count), count))
    if submission:
        after = [one for one in before if _rule(one) in AFTERWARDS]
        rows = _lines(AFTERWARDS, after, plan, steps, count)
        rapid = _lines(RAPID, before, plan, steps, count)
        found.append(_drawn("after", "time after the rapid review", _earliest(after), rows, count))
        found.append(_drawn("rapid", "rapid review", submission, rapid, count))
        if submission.slack_working_days is not None:  # it is not over: what is owed after it comes second
            found[-2:] = found[:-3:-1]
    elif notification:
        found.append(
            _drawn("notifying", "notification", notification, _lines(NOTIFYING, shown, plan, steps, count), count)
        )
    if not any(found):
        others = [one for one in shown if _rule(one) in OTHERS]
        found.append(_drawn("dates", "case", _earliest(others), _lines(OTHERS, others, plan, steps, count), count))
    return [one for one in found if one]


def _of_review(one: DeadlineView, review: DeadlineView | None) -> bool:
    """Whether a deadline is the practice review's; what both kinds of review have is so from its beginning on."""
    if review is None or _rule(one) not in REVIEW:
        return False
    return _rule(one) not in OF_BOTH or one.since >= review.since


def _earliest(them: Sequence[DeadlineView]) -> DeadlineView | None:
    return min(them, key=lambda one: one.since, default=None)


def _lines(
    order: Sequence[str], deadlines: Sequence[DeadlineView], plan: Sequence[PlanStep], steps: Steps, count: Counting
) -> list[Row]:
    safe = {one.id: one.latest_safe for one in plan if not one.done}
    found: list[Row | None] = []
    for rule in order:
        if rule == "meeting":
            held, at = steps.meeting_held_at, steps.meeting_at
            latest = safe.get("latest-meeting")
            words = {"done_word": "held", "unset": "no day set yet" if steps.known else ""}
            found.append(of_plan("Rapid review meeting", count, planned=at, done=held, safe=latest, **words))
        elif rule == "draft":
            out = steps.draft_out_at
            latest = safe.get("latest-draft-out")
            found.append(of_plan("Draft out for sign-off", count, done=out, safe=latest, done_word="sent"))
        else:
            found += _of_rule(rule, [one for one in deadlines if _rule(one) == rule], safe, count)
    return [row for row in found if row]


def _of_rule(rule: str, them: Sequence[DeadlineView], safe: dict[str, datetime], count: Counting) -> list[Row]:
    """The lines of one rule: agencies and officers together, everything else one by one."""
    if not them:
        return []
    ordered = sorted(them, key=lambda one: (one.due, one.id))
    if rule in ("D-6", "D-6-known", "R-3"):
        step = safe.get("latest-returns") if rule == "D-6" else None
        words = {"D-6": "in", "D-6-known": "have said", "R-3": "told"}[rule]
        return [of_several(ordered, count, short_name(them[0]), unit=words, safe=step)]
    if rule in ("D-8", "R-16"):
        return _of_rounds(rule, sorted(them, key=lambda one: one.since), count)
    latest = {"D-5": "latest-request"}.get(rule)
    step = safe.get(latest) if latest else None
    return [of_one(one, count, safe=step) for one in ordered]


def _of_rounds(rule: str, them: Sequence[DeadlineView], count: Counting) -> list[Row]:
    """The rounds that are over in one line, each that still runs in one of its own."""
    rounds: dict[str, list[DeadlineView]] = {}
    for one in them:
        rounds.setdefault((one.subject or "").partition(":")[0], []).append(one)
    over = [of_round for of_round in rounds.values() if all(one.slack_working_days is None for one in of_round)]
    open_ones = [of_round for of_round in rounds.values() if of_round not in over]
    lines = [of_several(of_round, count, _signed(rule, of_round), unit="signed") for of_round in open_ones]
    if len(over) == 1:
        return [of_several(over[0], count, _signed(rule, over[0])), *lines]
    if over:
        asked = [one for of_round in over for one in of_round]
        name = f"{'Sign-off' if rule == 'D-8' else 'CRG Chair agreed'}, {len(over)} rounds"
        return [of_rounds(asked, count, name), *lines]
    return lines


def _signed(rule: str, them: Sequence[DeadlineView]) -> str:
    if rule == "R-16":
        return short_name(them[0])
    return f"Sign-off by {len(them)} officers" if len(them) > 1 else "Sign-off"


def _drawn(id: str, what: str, anchor: DeadlineView | None, rows: Sequence[Row], count: Counting) -> Picture | None:
    """From day 0 of what is counted to its last day, or to the end of whatever ends later; what began before it is
    drawn from the left edge.
    """
    if anchor is None or not rows:
        return None
    moments = [at for row in rows for at in row.moments]
    last = max(london(at).date() for at in [anchor.due, *moments])
    scale = Scale(london(anchor.since).date(), last, count.calendar)
    return Picture(id, f"Timeline of the {what}", scale, rows, count.now)


def _rule(one: DeadlineView) -> str:
    return one.id.partition(":")[0]


def _month(first: date, day: date) -> int:
    """The month of the picture in which a day lies: one begins on the same day of each calendar month."""
    months = (day.year - first.year) * 12 + day.month - first.month
    return months + (1 if day.day >= first.day else 0)


def _whole(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
