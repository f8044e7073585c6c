"""The lines of a picture: what each says in words, and the moments of its marks. Pure; the present moment is given.

Late counts working days, as everywhere; a latest safe time stands only while its line is open.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from calendar_rules.lengths import london
from calendar_rules.plan import slack_working_days
from calendar_rules.working_days import WorkingCalendar
from delivery.words import working_days
from review.case.deadline import Status
from review.views import DeadlineView

Span = tuple[datetime, datetime]
LONGEST_NAME = 25  # that stands beside a bar
SHORT = {
    "A-1": "Referral completed",
    "A-3": "CRG considers the referral",
    "A-4": "Information supplied",
    "A-5": "Findings of the review",
    "B-4": "Advance copies out",
    "D-1": "Notification to the Panel",
    "D-10": "Review complete",
    "D-2:ofsted": "Ofsted told",
    "D-2:secretary-of-state": "Secretary of State told",
    "D-3": "Leaders told",
    "D-4": "Scoping meeting",
    "D-5": "Requests to agencies",
    "D-6": "Agencies' returns",
    "D-6-known": "Agencies say who is known",
    "D-7": "Submission to the Panel",
    "D-8": "Sign-off",
    "D-9": "Panel's response",
    "K-5-monitoring": "Review monitored",
    "K-8": "Publication",
    "K-8-improvements": "Improvements published",
    "N-5": "Steps for safety",
    "N-7": "Views on notifying",
    "N-8": "Copy of the notification",
    "R-13": "Panel's acknowledgement",
    "R-15": "Partners' decision",
    "R-16": "CRG Chair's agreement",
    "R-3": "Senior officers told",
    "R-7": "Learning shared",
}


@dataclass(frozen=True)
class Row:
    """One line. `allowed`: the time there was, to its end; `late_by`: from when it was due to when it was done, or to
    today; `done`: when all of it was done; `some`: when each part was; `planned`: a day that somebody set; `safe`: the
    latest safe time; `slack`: from the planned day to that.
    """

    name: str
    when: str  # "due Wed 16 Dec"
    standing: str
    detail: str = ""
    late: bool = False
    allowed: Span | None = None
    late_by: Span | None = None
    done: datetime | None = None
    some: tuple[datetime, ...] = ()
    planned: datetime | None = None
    safe: datetime | None = None
    slack: Span | None = None

    @property
    def sentence(self) -> str:
        """The line for those who do not see it."""
        return f"{self.name}: " + "; ".join(one for one in (self.when, self.standing, self.detail) if one) + "."

    @property
    def moments(self) -> list[datetime]:
        """All that it marks."""
        spans = [at for span in (self.allowed, self.late_by, self.slack) if span for at in span]
        return [*spans, *self.some, *(at for at in (self.done, self.planned, self.safe) if at)]


@dataclass(frozen=True)
class Counting:
    """What lines are worked out with: the case's calendar and its present moment."""

    calendar: WorkingCalendar
    now: datetime

    def late(self, due: datetime, at: datetime) -> int:
        """How many whole working days late something is at that moment."""
        return max(0, -slack_working_days(at, due, self.calendar))

    def late_in_words(self, due: datetime, at: datetime) -> str:
        days = self.late(due, at)
        return f"Late: {working_days(days)}" if days else "Late"

    def left(self, due: datetime, at: datetime | None = None) -> int:
        return slack_working_days(at or self.now, due, self.calendar)

    def left_in_words(self, due: datetime) -> str:
        """ "Due today" is said of today alone; no working day may be left and the day itself still to come."""
        if due < self.now:
            return self.late_in_words(due, self.now)
        days = self.left(due)
        if london(due).date() == london(self.now).date():
            return "Due today"
        return f"{working_days(days)} left" if days else f"Due {on_day(due)}"


def on_day(at: datetime) -> str:
    """ "Wed 9 Dec": its day in London."""
    there = london(at)
    return f"{there:%a} {there.day} {there:%b}"


def on(at: datetime) -> str:
    """ "Wed 9 Dec, 11:46", or the day alone where that is what ends."""
    there = london(at)
    return on_day(at) if (there.hour, there.minute) == (23, 59) else f"{on_day(at)}, {there:%H:%M}"


def short_name(one: DeadlineView) -> str:
    """What a deadline is called beside its bar; the milestones of a review, and a partnership's own, by their names."""
    rule = one.id if one.id in SHORT else one.id.partition(":")[0]
    return SHORT.get(rule) or cut((one.subject or one.title).replace("-", " ").capitalize())


def cut(name: str) -> str:
    """As much of a name as stands beside a bar, in whole words."""
    if len(name) <= LONGEST_NAME:
        return name
    return name[: LONGEST_NAME - 1].rpartition(" ")[0].rstrip(" ,;:") + "…"


def of_one(one: DeadlineView, count: Counting, name: str = "", safe: datetime | None = None) -> Row:
    """The line of one deadline."""
    return of_several([one], count, name or short_name(one), safe=safe)


def of_several(
    them: Sequence[DeadlineView], count: Counting, name: str, *, unit: str = "in", safe: datetime | None = None
) -> Row:
    """The line of deadlines of a kind, each agency's return or each officer's signature, as one."""
    due, since = max(one.due for one in them), min(one.since for one in them)
    met = sorted(one.met for one in them if one.met)
    open_ones = [one for one in them if one.slack_working_days is not None]
    when = f"due {on_day(since)}, at once" if them[0].length == "at once" else f"due {on(due)}"
    row = Row(name, when, "", allowed=(since, due) if since < due else None)
    if open_ones:
        return _open(row, them, open_ones, met, count, unit, safe)
    if not met:  # stopped when it was over: a duty that was missed
        return replace(row, standing="Missed", detail=f"was due {on_day(due)}", late=True)
    return _done(row, them, met, count, due)


def of_rounds(them: Sequence[DeadlineView], count: Counting, name: str) -> Row:
    """The line of several rounds that are over: how many answers were late, and no bar, as each had its own time."""
    row = of_several(them, count, name)
    late = sum(one.status == Status.LATE for one in them)
    standing = f"{late} of {len(them)} late" if late else "Done"
    return replace(row, when=f"last {row.when}", standing=standing, late=bool(late), allowed=None, late_by=None)


def of_plan(
    name: str,
    count: Counting,
    *,
    planned: datetime | None = None,
    done: datetime | None = None,
    safe: datetime | None = None,
    done_word: str = "",
    unset: str = "",
) -> Row | None:
    """The line of a step that has no deadline of its own, but a day that was set and a latest safe time. `unset`
    says that no day has been set.
    """
    if done:
        when = f"planned {on(planned)}" if planned and planned != done else ""
        return Row(name, when, "Done", f"{done_word} {on(done)}".strip(), done=done)
    detail = f"latest safe {on(safe)}" if safe else ""
    if planned is None:
        if safe is None:
            return None
        over = count.now > safe
        standing = count.late_in_words(safe, count.now) if over else count.left_in_words(safe)
        late_by = (safe, count.now) if over else None
        return Row(name, unset, standing, detail, late=over, safe=safe, late_by=late_by)
    row = Row(name, f"planned {on(planned)}", "", detail, planned=planned, safe=safe)
    if safe is None:
        return replace(row, standing="Planned")
    if planned > safe:
        return replace(row, standing="After the safe time", late=True, late_by=(safe, planned))
    slack = count.calendar.between(london(planned).date(), london(safe).date())
    standing = f"{working_days(slack)}{'’' if slack != 1 else '’s'} slack" if slack else "No slack"
    return replace(row, standing=standing, slack=(planned, safe))


def _open(
    row: Row,
    them: Sequence[DeadlineView],
    open_ones: Sequence[DeadlineView],
    met: Sequence[datetime],
    count: Counting,
    unit: str,
    safe: datetime | None,
) -> Row:
    first = min(one.due for one in open_ones)
    late = [one for one in open_ones if one.overdue]
    held = [one for one in open_ones if one.held_since]
    row = replace(row, some=tuple(met), safe=safe)
    detail = f"latest safe {on(safe)}" if safe else ""
    if len(them) > 1:
        standing = f"{len(met)} of {len(them)} {unit}"
        if late:
            standing += f", {len(late)} late"
        detail = detail or count.left_in_words(first)
    elif held and not late:
        standing, detail = "Held", f"since {on_day(held[0].held_since or first)}"
    else:
        standing = count.left_in_words(first)
    if not late:
        return replace(row, standing=standing, detail=detail)
    oldest = min(one.due for one in late)
    return replace(row, standing=standing, detail=detail, late=True, late_by=(oldest, count.now))


def _done(row: Row, them: Sequence[DeadlineView], met: Sequence[datetime], count: Counting, due: datetime) -> Row:
    last = met[-1]
    of_them = [(one.due, one.met) for one in them if one.met and one.met > one.due]
    parts = tuple(met[:-1]) if len(met) > 1 else ()
    row = replace(row, some=parts, done=last, detail=on(last))
    if of_them:
        words = count.late_in_words(*max(of_them, key=lambda one: count.late(*one)))
        late_by = (min(was_due for was_due, _ in of_them), max(met for _, met in of_them))
        return replace(row, standing=words, late=True, late_by=late_by)
    early = count.calendar.between(london(last).date(), london(due).date())
    standing = "Done" if early <= 0 else f"Done, {early} day{'' if early == 1 else 's'} early"
    return replace(row, standing="Done" if them[0].length == "at once" else standing)


def stopped_quietly(one: DeadlineView) -> bool:
    """Whether it ended because nobody owed it any more; no line tells of that."""
    return one.status == Status.STOPPED
