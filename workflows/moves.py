"""The three moves of a stage: await a fact, do an effect once, run a deadline around them.

Room: workflows. Because facts and done effects are the whole state, a run can begin again from the top at any quiet
moment and reach the same place. The one wait that can time out is `until`; an effect that cannot succeed is recorded as
a failed duty.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from review import changes, telling, timing
    from review.case import CaseState
    from review.clocks import Clock
    from review.directory import Role
    from review.facts import DocumentRef, Fact
    from review.notices import Notice, Rendering, in_one_mail
    from review.titles import in_the_words_of
    from review.words import Stage
    from workflows.policies import RENDER, SEND

F = TypeVar("F", bound=Fact)
T = TypeVar("T")


class Moves:
    """What every stage stands on. `case` is the whole state; `now` is the case's clock."""

    def __init__(self, case: CaseState) -> None:
        self.case = case
        case.ask_for_ways(workflow.patched)
        self._doing: set[str] = set()  # effects under way
        self._beside: list[asyncio.Task[None]] = []  # work beside the main line
        self._ringing: set[str] = set()
        self._wants_to_begin_again = False
        self._shown: dict[str, Any] = {}

    def now(self) -> datetime:
        """The case's clock (UTC): the workflow's; in a rehearsal moved to the time that is rehearsed."""
        return workflow.now() + self.case.shift

    # --- await a fact ---

    async def fact(self, kind: type[F]) -> F:
        """The last standing fact of a kind; waits until there is one."""
        await workflow.wait_condition(lambda: self.case.last(kind) is not None)
        said = self.case.last(kind)
        if said is None:
            raise LookupError(f"{kind.__name__} went away while it was looked at")
        return said

    async def each(self, kind: type[F]) -> AsyncIterator[tuple[str, F]]:
        """Every fact of a kind, those to come included, each with a key by which what follows from it is done once.

        The key is its number from 1. What takes the place of a wrong entry has a key of its own: what followed from
        the wrong one follows anew (X-2).
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

    async def begun_again(self) -> None:
        """Wait for the run to begin again from its state, which a fact has asked for; nothing comes after it."""
        self._wants_to_begin_again = True
        await workflow.wait_condition(lambda: False)

    # --- do an effect once ---

    async def send(self, notice: Notice) -> bool:
        """A mail, once per recipient and cause. False where the address is refused: then it is a failed duty."""
        return await self._once(notice.key, lambda: self._send(notice))

    async def send_each(self, notices: Iterable[Notice]) -> None:
        """Several mails, side by side."""
        await asyncio.gather(*[self.send(notice) for notice in notices])

    async def send_together(self, notices: list[Notice]) -> None:
        """Several mails, side by side; those of one subject to one person go as one, with a list."""
        groups = in_one_mail(notices)
        if all(len(group) == 1 for group in groups) or not self.case.knows("in-one-mail"):  # before, one mail for each
            await self.send_each(notices)
        else:
            await asyncio.gather(*[self._send_group(group) for group in groups])

    async def _send_group(self, group: list[Notice]) -> None:
        known = {*self.case.done, *self.case.failed, *self._doing}
        fresh = [one for one in group if one.key not in known]
        if len(fresh) < 2:
            await self.send_each(group)
            return
        keys = {one.key for one in fresh}
        self._doing |= keys
        try:
            await self._send(fresh[0], fresh[1:])
        finally:
            self._doing -= keys

    async def sent(self, notice: Notice, *, unless: Callable[[], bool] = lambda: False) -> bool:
        """A mail that must go out: a refused one waits for a person to mend it, or until it no longer matters."""
        if not await self.send(notice):
            await workflow.wait_condition(lambda: notice.key in self.case.done or unless())
        return notice.key in self.case.done

    async def make(self, rendering: Rendering, *, version: int | None = None) -> DocumentRef:
        """A document, once per cause."""
        await self._once(rendering.cause, lambda: self._make(rendering, version))
        return self.case.papers[rendering.cause]

    async def _once(self, key: str, do: Callable[[], Awaitable[bool]]) -> bool:
        while key in self._doing:  # the second to come waits for the first
            await workflow.wait_condition(lambda: key not in self._doing)
        if key in self.case.done:
            return True
        if key in self.case.failed:
            return False
        self._doing.add(key)
        try:
            return await do()
        finally:
            self._doing.discard(key)

    async def _send(self, notice: Notice, others: Sequence[Notice] = ()) -> bool:
        """One mail; it tells of the others, too, which are done or fail with it."""
        worded = notice.model_copy(
            update={
                "n": in_the_words_of(self.case.edition, notice.n),
                "also": [in_the_words_of(self.case.edition, other.n) for other in others],
                "cause": self._cause_anew(notice.cause),
                "outside": self.case.addressee(notice.to),
            }
        )
        order = orders.SendNotice(
            reference=self.case.reference, partnership=self.case.partnership, notice=worded, at=self.now()
        )
        summary = f"{notice.template.replace('-', ' ')} to {notice.to}"
        try:
            await workflow.execute_activity(orders.SEND_NOTICE, order, summary=summary, **SEND)
        except ActivityError as error:
            if is_cancelled_exception(error) or not isinstance(error.cause, ApplicationError):
                raise
            for one in (notice, *others):
                changes.effect_failed(self.case, one, error.cause.message, self.now())
            return False
        line = f"Sent to {notice.to}: {notice.template.replace('-', ' ')}"
        changes.effect_done(self.case, notice.key, line, self.now(), about=notice.about)
        for one in others:
            same = f"{line}, in the same mail"
            changes.effect_done(self.case, one.key, same, self.now(), about=one.about, within=notice.key)
        return True

    def _cause_anew(self, cause: str) -> str:
        """The cause as the mail bears it: of what was taken back and is said again it is another mail (X-2)."""
        times = self.case.taken_back.get(cause)
        return f"{cause}~{times}" if times else cause

    async def _make(self, rendering: Rendering, version: int | None) -> bool:
        order = orders.MakeDocument(
            reference=self.case.reference,
            partnership=self.case.partnership,
            rendering=rendering.model_copy(update={"n": in_the_words_of(self.case.edition, rendering.n)}),
            version=version,
            at=self.now(),
        )
        summary = f"{rendering.title}: document made"
        self.case.papers[rendering.cause] = await workflow.execute_activity(
            orders.MAKE_DOCUMENT, order, summary=summary, result_type=DocumentRef, **RENDER
        )
        changes.effect_done(self.case, rendering.cause, summary, self.now(), about=rendering.document)
        return True

    # --- run a deadline around them ---

    @asynccontextmanager
    async def deadline(
        self, rule: str, *, since: datetime, subject: str | None = None, title: str | None = None
    ) -> AsyncIterator[Clock]:
        """Run a clock with its reminders and escalation around the work. It never cancels it: overdue is still owed."""
        clock = timing.start(self.case, rule, self.now(), since=since, subject=subject, title=title)
        bells = asyncio.create_task(self._ring(clock.id))
        try:
            yield clock
        finally:
            bells.cancel()

    def met(self, clock_id: str) -> None:
        """A clock that is met by our own doing (D-3, D-5): now."""
        timing.meet(self.case, clock_id, self.now(), self.now())

    async def _ring(self, clock_id: str) -> None:
        clock = self.case.clocks[clock_id]
        while True:
            bell = self.case.next_bell(clock_id)
            if bell is None:  # all rung, a pause holds it, or it is met: what is reopened rings again
                await workflow.wait_condition(lambda: self.case.next_bell(clock_id) is not None)
                continue
            summary = (
                f"{clock.id} {clock.title}, due {telling.moment(clock.due)}: {bell.name} {telling.moment(bell.at)}"
            )
            moved = await self.until(
                lambda bell=bell: not clock.open or self.case.next_bell(clock_id) != bell,  # type: ignore[misc]
                bell.at,
                summary[:200],
            )
            if not moved:
                timing.ring(self.case, clock_id, bell, self.now())

    # --- beside the main line ---

    def meanwhile(self, work: Coroutine[Any, Any, None]) -> None:
        """Work that goes on beside the main line and never holds it up."""
        self._beside.append(asyncio.create_task(work))

    def enter(self, stage: Stage) -> None:
        """The case goes on to a stage; a run that begins again passes the stages behind it in silence."""
        order = list(Stage)
        if order.index(stage) > order.index(self.case.stage):
            changes.enter(self.case, stage, self.now())

    def holders(self, *roles: Role) -> list[str]:
        return telling.holders(self.case, *roles)

    async def tell(
        self, people: Iterable[str], template: str, n: dict[str, Any] | None = None, *, cause: str = ""
    ) -> None:
        """The same mail to several people, each once per cause.

        Only to those who held the office when the cause arose: a run that begins again does not tell it to newcomers.
        """
        if not self.tried(cause or template):
            await self.send_each(telling.to_each(people, cause or template, template, n))

    def anew(self, kind: type[Fact]) -> str:
        """What is added to the cause of what follows from a kind of fact that was once said wrongly: it follows anew.

        Empty where nothing was wrong (X-2).
        """
        wrong = sum(isinstance(entry.said.fact, kind) and bool(entry.corrected_by) for entry in self.case.entries)
        return f":{wrong}" if wrong else ""

    def tried(self, cause: str) -> bool:
        """Whether mails of a cause went out, delivered or refused. A run begins again only when no mail is under way:
        all of them were, or none.
        """
        return self.delivered(cause) or any(key.startswith(f"{cause}>") for key in self.case.failed)

    def delivered(self, cause: str) -> bool:
        """Whether a mail of a cause has been taken by a mailbox."""
        return any(key.startswith(f"{cause}>") for key in self.case.done)
