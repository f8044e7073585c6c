"""What every stage is given: the case, and the three moves by which a stage carries it on.

The moves: await a fact, do an effect once, run a deadline beside it. Because facts and done effects are the whole
state, a run can continue as new, from the top, at any quiet moment and reach the same place. The one wait that can
time out is `until`; an effect that cannot succeed is recorded as a failed duty.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from temporalio import workflow

from calendar_rules.lengths import due
from review.case import reads
from review.case.deadline import RunningDeadline
from review.case.notices import Notice
from review.facts import Fact
from review.facts.directory import Role
from review.facts.enums import Stage
from review.kit import changes, deadlines, notify
from workflows.carrying import Carrying

F = TypeVar("F", bound=Fact)
T = TypeVar("T")


class CaseRun(Carrying):
    """One run of a case, on which every stage is a function: `async def scoping_meeting(run: CaseRun) -> None`."""

    # --- await a fact ---

    async def fact(self, kind: type[F]) -> F:
        """The last standing fact of a kind; waits until there is one."""
        await workflow.wait_condition(lambda: self.case.last(kind) is not None)
        reported = self.case.last(kind)
        if reported is None:
            raise LookupError(f"{kind.__name__} went away while it was looked at")
        return reported

    async def each(self, kind: type[F]) -> AsyncIterator[tuple[str, F]]:
        """Every fact of a kind, those to come included, each with a key by which what follows from it is done once.

        The key is its number from 1. An entry that replaces a wrong one has a key of its own, so that what follows
        from it is done again (X-2).
        """
        told: set[str] = set()
        while True:
            await workflow.wait_condition(lambda: any(key not in told for key in self.case.keyed(kind)))
            key, fact = next(one for one in self.case.keyed(kind).items() if one[0] not in told)
            told.add(key)
            yield key, fact

    async def as_they_come(
        self, what: Callable[[], T | None], *, until: Callable[[], bool] = lambda: False
    ) -> AsyncIterator[T]:
        """Whatever is there to be done, one after the other, each once; ends when `until` holds.

        What was dealt with and is still there is not given again: a loop over it can never spin.
        """
        before: T | None = None

        def there() -> bool:
            return until() or what() not in (None, before)

        await workflow.wait_condition(there)
        while not until():
            if (now := what()) not in (None, before):
                before = now
                yield now
            if not there():  # what is there at once is done at once: recorded histories know no wait between
                await workflow.wait_condition(there)

    async def until(self, holds: Callable[[], bool], at: datetime, summary: str) -> bool:
        """Wait for something, at most to a moment; say whether it came. The only place where a wait times out."""
        left = max(timedelta(0), at - self.now())
        try:
            await workflow.wait_condition(holds, timeout=left, timeout_summary=summary)
        except TimeoutError:
            return False
        return True

    async def continued_as_new(self) -> None:
        """Ask to continue as new and wait for it: the stages start again from the top. Never returns."""
        self.request_continue_as_new()
        await workflow.wait_condition(lambda: False)

    def rest(self) -> None:
        """Continue as new at the next quiet moment, once in each stage that can last for a year (G-11)."""
        if self.case.continued_as_new_in is not self.case.stage:
            self.case.continued_as_new_in = self.case.stage
            self.request_continue_as_new()

    # --- run a deadline beside it ---

    def deadline(
        self, rule: str, *, since: datetime, subject: str | None = None, title: str | None = None
    ) -> RunningDeadline:
        """Start a deadline beside the work. It never cancels the work: overdue is still owed."""
        return deadlines.start(self.case, rule, self.now(), since=since, subject=subject, title=title)

    async def reminders(self) -> None:
        """Every open deadline has a timer for its next reminder, which the Temporal UI shows."""
        minded: set[str] = set()

        def unminded() -> list[str]:
            return [id for id, deadline in self.case.deadlines.items() if deadline.open and id not in minded]

        while True:
            await workflow.wait_condition(lambda: bool(unminded()))
            for id in unminded():
                minded.add(id)
                self.meanwhile(self._remind(id, minded))

    async def _remind(self, id: str, minded: set[str]) -> None:
        """One deadline, for as long as it is open; what is reopened is minded again."""
        deadline = self.case.deadlines[id]
        while deadline.open:
            reminder = reads.next_reminder(self.case, id)
            if reminder is None:  # all fired, or a pause holds it
                await workflow.wait_condition(
                    lambda: not deadline.open or reads.next_reminder(self.case, id) is not None
                )
                continue
            due, at = notify.moment(deadline.due), notify.moment(reminder.at)
            summary = f"{deadline.id} {deadline.title}, due {due}: {reminder.name} {at}"
            moved = await self.until(
                lambda reminder=reminder: not deadline.open or reads.next_reminder(self.case, id) != reminder,  # type: ignore[misc]
                reminder.at,
                summary[:200],
            )
            if not moved:
                deadlines.fire(self.case, id, reminder, self.now())
        minded.discard(id)

    async def told_in_time(self, deadline: RunningDeadline, told: list[Notice]) -> None:
        """A deadline that is met when all these mails have gone, or what failed has been made good (D-3)."""
        self.case.met_by_mails[deadline.id] = [notice.key for notice in told]
        await self.send_each(told)
        deadlines.settle(self.case, self.now())
        await workflow.wait_condition(lambda: not deadline.open)

    # --- where the case stands ---

    def enter(self, stage: Stage) -> None:
        """The case goes on to a stage. After continue-as-new, the stages behind it pass in silence."""
        order = list(Stage)
        if order.index(stage) > order.index(self.case.stage):
            changes.enter(self.case, stage, self.now())

    def holders(self, *roles: Role) -> list[str]:
        """Who holds these offices now, by their ids."""
        return notify.holders(self.case, *roles)

    @property
    def notified_at(self) -> datetime:
        """The anchor of the rapid review; stands once the Panel is notified."""
        return self.standing(reads.notified_at(self.case))

    @property
    def received_at(self) -> datetime:
        """When the Business Unit received the notification."""
        return self.standing(reads.received_at(self.case))

    def standing(self, at: datetime | None) -> datetime:
        """A moment that must be known by the time a stage asks for it. Raises `LookupError` where it is not."""
        if at is None:
            raise LookupError("the Panel has not been notified; this stage comes after it")
        return at

    def due(self, rule: str, since: datetime, subject: str | None = None) -> datetime:
        """When a deadline is due, by the case's edition and calendar; `since` stands where it cannot be told yet."""
        since = deadlines.since(self.case, rule, subject) or since
        return due(since, self.case.edition.deadlines[rule].length, self.case.calendar)

    # --- tell people, once ---

    async def notify(
        self, people: Iterable[str], template: str, n: dict[str, Any] | None = None, *, cause: str = ""
    ) -> None:
        """The same mail to several people, each once per cause.

        Only to those who held the office when the cause arose: after continue-as-new, newcomers are not told.
        """
        if not self.tried(cause or template):
            self.case.post(notify.to_each(people, cause or template, template, n))

    def reissue_suffix(self, kind: type[Fact]) -> str:
        """Suffix that makes the effect keys of a corrected fact new, so that its mails go out again (X-2).

        Empty where no fact of the kind was corrected.
        """
        wrong = sum(isinstance(entry.fact, kind) and bool(entry.corrected_by) for entry in self.case.entries)
        return f":{wrong}" if wrong else ""

    def tried(self, cause: str) -> bool:
        """Whether mails of a cause went out, delivered or refused, or are on their way. They are ordered together: all
        of them were, or none.
        """
        ordered = any(notice.cause == cause for notice in self.case.outbox)
        known = (*self.case.done, *self.case.failed, *self.case.waiting)
        return ordered or any(key.is_mail_of(cause) for key in known)

    def delivered(self, cause: str) -> bool:
        """Whether a mail of a cause has been taken by a mailbox."""
        return any(key.is_mail_of(cause) for key in self.case.done)
