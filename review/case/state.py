"""The state of one case: facts taken, effects done, deadlines, sign-off rounds. A run can continue as new from it.

Pure: the present moment is always given, on the case's own clock. `take` is the one way in for a fact;
`review.check` says beforehand whether it may be taken.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Annotated, cast

from pydantic import AwareDatetime, JsonValue, WrapValidator

from calendar_rules.edition import Edition
from calendar_rules.model import Model
from calendar_rules.working_days import WorkingCalendar
from review.case.carried import CarriedDeadline
from review.case.deadline import RunningDeadline
from review.case.effects import EffectKey
from review.case.entries import Entry, F, Sorted
from review.case.mailing import MailTrouble
from review.case.notices import Invite, Notice
from review.case.record import RecordRow, RowKind, Settled
from review.case.shared import Once
from review.case.sign_off import Round
from review.facts import DocumentRef, Fact, Reported
from review.facts.directory import Cast
from review.facts.enums import Decision, Route, Stage

ADVANCE_COPY = "advance-copy"  # the mail that carries a copy of the final report before it is published
REQUEST = "request:"  # cause of the mail that asks an agency for its return, with the agency (D-5, D-6)
SUBMISSION = "panel-submission"  # the mail that carries the rapid review to the Panel

IN_A_MOMENT = timedelta(seconds=5)


class Waiting(Model):
    """A mail that has not been taken and is tried again by itself; `others` are told of in the same mail."""

    notice: Notice
    others: list[Notice] = []
    trouble: MailTrouble
    since: AwareDatetime  # the first try
    tries: int
    again_at: AwareDatetime


class Failed(Model):
    """A duty that could not be done (a refused address, say); a person can have it tried again, or do it otherwise."""

    notice: Notice
    why: str
    at: AwareDatetime
    since: AwareDatetime  # the first try
    trouble: MailTrouble = MailTrouble.NO_SUCH_PERSON
    told: list[MailTrouble] = []  # reasons that people have been told


class Pause(Model):
    """A span in which the case was paused (X-1)."""

    since: AwareDatetime
    until: AwareDatetime | None = None


class NotOursOfDay(Model):
    """How many messages of one kind have come on a day in London that this service did not send."""

    day: date
    count: int


class CaseState(Model):
    """One case, whole. Everything a run needs is here, and nothing else is. `reads` says what it means."""

    reference: str
    partnership: str
    route: Route = Route.SERIOUS_INCIDENT
    cast: Annotated[Cast, WrapValidator(Once())]
    cast_entered: Annotated[Cast, WrapValidator(Once())] | None = None  # as the directory has it, where there is leave
    calendar: Annotated[WorkingCalendar, WrapValidator(Once())]
    edition: Annotated[Edition, WrapValidator(Once())]
    lapsed: list[str] = []  # deadlines of an edition before, kept in this one so that they can be read
    opened_at: AwareDatetime
    rehearsal: bool = False
    shift: timedelta = timedelta(0)  # a rehearsal's clock, less the workflow's
    stage: Stage = Stage.DISCUSSION
    left: Stage | None = None  # where it stood when it ended
    entries: list[Entry] = []
    rounds: list[Round] = []
    requests: dict[str, AwareDatetime] = {}  # agency -> when its request was sent
    deadlines: dict[str, RunningDeadline] = {}
    done: dict[EffectKey, AwareDatetime] = {}
    papers: dict[str, DocumentRef] = {}  # documents made, by cause
    failed: dict[EffectKey, Failed] = {}
    retried: dict[EffectKey, Failed] = {}  # failed duties that a person has tried again, until it is known how it ended
    waiting: dict[EffectKey, Waiting] = {}  # mails not taken yet
    met_by_mails: dict[str, list[EffectKey]] = {}  # deadline -> the mails by whose going it is met (D-3)
    pauses: list[Pause] = []
    invites: dict[str, Invite] = {}  # meeting -> what its calendars show
    carried: list[CarriedDeadline] = []  # for cases that go on in this one
    parting: list[str] = []  # cases still to be told that this one goes on by itself again
    outbox: list[Notice] = []  # consequences of facts and reminders, to be sent by the run
    continued_as_new_in: Stage | None = None  # the last stage in which the run did so to keep its history short (G-11)
    led_on_by: Decision | None = None  # the partners' decision that the case went on by
    came_back: dict[EffectKey, int] = {}  # mails that a server took and sent back, and how often
    taken_back: dict[str, int] = {}  # cause of mails -> how often what they told of was taken back
    refused: dict[str, Settled] = {}  # messages refused on the relay's way
    not_ours: dict[str, NotOursOfDay] = {}  # what strangers sent, as of the last row that tells of it
    settled: list[Settled] = []  # outcomes still to be told to the inbox
    untold: list[RecordRow] = []  # rows still to be written
    rows: int = 0  # keys given to rows of the record so far
    version: int = 0  # moments handed on to the store so far (`review.moment`)

    # --- facts ---

    def seen(self, message: str) -> bool:
        return message in self.refused or self.sorted_entries.holds(self.entries, message)

    @cached_property
    def sorted_entries(self) -> Sorted:
        return Sorted()

    def entry(self, kind: type[F]) -> Entry[F] | None:
        """The last standing entry of a kind."""
        return next((entry for entry in reversed(self.said(kind)) if not entry.corrected_by), None)

    def last(self, kind: type[F]) -> F | None:
        """The last standing fact of a kind."""
        entry = self.entry(kind)
        return entry.fact if entry else None

    def every(self, kind: type[F]) -> list[F]:
        """All standing facts of a kind, oldest first."""
        return [entry.fact for entry in self.said(kind) if not entry.corrected_by]

    def keyed(self, kind: type[F]) -> dict[str, F]:
        """All standing facts of a kind by their number from 1, which a correction or a taking back never shifts; what
        takes the place of a wrong entry has the id of the correction after the number (X-2).
        """
        numbered = self.sorted_entries.numbered(self.entries, kind)
        return {key: entry.fact for key, entry in numbered if not entry.corrected_by}

    def entries_of(self, kind: type[F], *others: type[F]) -> list[Entry[F]]:
        """The standing entries of one kind, or of several in the order in which they came."""
        return [entry for entry in self.said(kind, *others) if not entry.corrected_by]

    def said(self, kind: type[F], *others: type[F]) -> list[Entry[F]]:
        """The same, standing or not. They are asked for hundreds of times between two facts."""
        return self.sorted_entries.of(self.entries, kind, *others)

    def place(self, entry: Entry[Fact]) -> int:
        """Where an entry stands among all; ValueError for one that is not there."""
        for place, one in enumerate(self.entries):
            if one is entry:
                return place
        raise ValueError("the case has no such entry")

    def after(self, entry: Entry[Fact], kind: type[F]) -> list[Entry[F]]:
        """The standing entries of a kind that stand after that entry."""
        later = self.entries[self.place(entry) + 1 :]
        return [cast("Entry[F]", one) for one in later if isinstance(one.fact, kind) and not one.corrected_by]

    # --- telling ---

    def add_record_row(
        self,
        kind: RowKind,
        what: str,
        line: str,
        *,
        now: datetime,
        about: str | None = None,
        reported: Reported | None = None,
        happened_at: datetime | None = None,
        detail: dict[str, JsonValue] | None = None,
    ) -> None:
        """Add a row to the record (X-3)."""
        self.untold.append(
            RecordRow(
                key=self.next_row(),
                kind=kind,
                what=what,
                line=line,
                about=about,
                who=reported.by.who if reported else "system",
                capacity=", ".join(reported.by.roles) if reported else None,
                happened_at=happened_at or now,
                told_at=now,
                message=reported.message if reported else None,
                detail=detail or {},
            )
        )

    def next_row(self) -> str:
        """The key of a new row of the record."""
        self.rows += 1
        return str(self.rows)

    def at_rest(self, now: datetime) -> bool:
        """Whether nothing is left to be carried out now; a mail that is tried again in a moment is still on its way."""
        on_its_way = any(one.again_at - now <= IN_A_MOMENT for one in self.waiting.values())
        return not (self.outbox or self.untold or self.settled or on_its_way)

    def post(self, notices: Iterable[Notice]) -> None:
        """Put notices in the outbox; each goes out once."""
        for notice in notices:
            known = notice.key in self.done or notice.key in self.waiting
            if not known and all(notice.key != one.key for one in self.outbox):
                self.outbox.append(notice)


def copy_cause(entry: Entry) -> str:
    """The cause of the mail that carries an advance copy (B-4)."""
    return f"{ADVANCE_COPY}:{entry.reported.message}"
