"""The moves of a stage, and what keeps a case going: await a fact, do an effect once, run a deadline around them.

Room: workflows. Because facts and done effects are the whole state, a run can begin again from the top at any quiet
moment and reach the same place. No exception may end a case: the one wait that can time out is `until`, an effect that
cannot succeed is recorded as a failed duty, and a request to cancel is recorded and told.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from review import changes, telling
    from review.case import CaseState
    from review.checks import check
    from review.clocks import Clock
    from review.directory import Role
    from review.facts import DocumentRef, Fact, Said
    from review.notices import Notice, Rendering
    from review.record import RowKind
    from review.refusals import Refusal
    from review.words import Stage
    from workflows import names
    from workflows.details import in_markdown
    from workflows.policies import RECORD, RENDER, SEND

F = TypeVar("F", bound=Fact)


class Moves:
    """What every stage stands on. `case` is the whole state; `now` is the case's clock."""

    def __init__(self, case: CaseState) -> None:
        self.case = case
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

    async def each(self, kind: type[F]) -> AsyncIterator[tuple[int, F]]:
        """Every fact of a kind with its number from 1, those to come included."""
        told = 0
        while True:
            await workflow.wait_condition(lambda told=told: len(self.case.every(kind)) > told)  # type: ignore[misc]
            told += 1
            yield told, self.case.every(kind)[told - 1]

    async def until(self, holds: Callable[[], bool], at: datetime, summary: str) -> bool:
        """Wait for something, at most to a moment; say whether it came. The only place where a wait times out."""
        left = max(timedelta(0), at - self.now())
        try:
            await workflow.wait_condition(holds, timeout=left, timeout_summary=summary)
        except TimeoutError:
            return False
        return True

    # --- do an effect once ---

    async def send(self, notice: Notice) -> bool:
        """A mail, once per recipient and cause. False where the address is refused: then it is a failed duty."""
        return await self._once(notice.key, lambda: self._send(notice))

    async def send_each(self, notices: Iterable[Notice]) -> None:
        """Several mails, side by side."""
        await asyncio.gather(*[self.send(notice) for notice in notices])

    async def sent(self, notice: Notice, *, unless: Callable[[], bool] = lambda: False) -> bool:
        """A mail that must go out: a refused one is waited for until a person has mended it, or it no longer matters."""
        if not await self.send(notice):
            await workflow.wait_condition(lambda: notice.key in self.case.done or unless())
        return notice.key in self.case.done

    async def make(self, rendering: Rendering, *, version: int | None = None) -> DocumentRef:
        """A document, once per cause."""
        await self._once(rendering.cause, lambda: self._make(rendering, version))
        return self.case.papers[rendering.cause]

    async def _once(self, key: str, do: Callable[[], Awaitable[bool]]) -> bool:
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

    async def _send(self, notice: Notice) -> bool:
        order = orders.SendNotice(
            reference=self.case.reference, partnership=self.case.partnership, notice=notice, at=self.now()
        )
        summary = f"{notice.template.replace('-', ' ')} to {notice.to}"
        try:
            await workflow.execute_activity(orders.SEND_NOTICE, order, summary=summary, **SEND)
        except ActivityError as error:
            if is_cancelled_exception(error) or not isinstance(error.cause, ApplicationError):
                raise
            changes.effect_failed(self.case, notice, error.cause.message, self.now())
            return False
        line = f"Sent to {notice.to}: {notice.template.replace('-', ' ')}"
        changes.effect_done(self.case, notice.key, line, self.now(), about=notice.about)
        return True

    async def _make(self, rendering: Rendering, version: int | None) -> bool:
        order = orders.MakeDocument(
            reference=self.case.reference,
            partnership=self.case.partnership,
            rendering=rendering,
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
    async def deadline(self, rule: str, *, since: datetime, subject: str | None = None) -> AsyncIterator[Clock]:
        """Run a clock with its reminders and escalation around the work. It never cancels the work: overdue is still owed."""
        clock = changes.start(self.case, rule, self.now(), since=since, subject=subject)
        bells = asyncio.create_task(self._ring(clock.id))
        try:
            yield clock
        finally:
            bells.cancel()

    def met(self, clock_id: str) -> None:
        """A clock that is met by our own doing (D-3, D-5): now."""
        changes.meet(self.case, clock_id, self.now(), self.now())

    async def _ring(self, clock_id: str) -> None:
        clock = self.case.clocks[clock_id]
        while clock.open:
            bell = self.case.next_bell(clock_id)
            if bell is None:  # all rung, or a pause holds it
                await workflow.wait_condition(lambda: not clock.open or self.case.next_bell(clock_id) is not None)
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
                changes.ring(self.case, clock_id, bell, self.now())

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
        """The same mail to several people, each once per cause."""
        await self.send_each(telling.to_each(people, cause or template, template, n))

    # --- keeping going ---

    async def carry_on(self, protocol: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run the protocol from the top with the state as it is; again after a request to begin again. Never ends a case."""
        self.meanwhile(self._keep_the_record())
        self.meanwhile(self._post_the_outbox())
        main = asyncio.create_task(self._nothing() if self.case.withdrawn else protocol())
        while True:
            try:
                await workflow.wait_condition(lambda: self._broken(main) or self._over(main) or self._may_begin_again())
            except asyncio.CancelledError:
                self._refuse_cancellation()
                continue
            for task in [main, *self._beside]:
                if task.done() and not task.cancelled() and (problem := task.exception()):
                    raise _Stumbled(f"{type(problem).__name__}: {problem}") from problem
            if self._may_begin_again():
                workflow.continue_as_new(self.case)
            main.cancel()  # withdrawn: the stages end where they are

    async def _nothing(self) -> None:
        """The main line of a withdrawn case."""

    def _broken(self, main: asyncio.Task[None]) -> bool:
        return any(task.done() and not task.cancelled() and task.exception() for task in [main, *self._beside])

    def _over(self, main: asyncio.Task[None]) -> bool:
        return self.case.withdrawn and not main.done()

    def _may_begin_again(self) -> bool:
        """At a quiet moment, when somebody asks (new code) or the history grows long."""
        wanted = self._wants_to_begin_again or workflow.info().is_continue_as_new_suggested()
        quiet = not self._doing and not self.case.untold and not self.case.settled and not self.case.outbox
        return wanted and quiet and workflow.all_handlers_finished()

    def _refuse_cancellation(self) -> None:
        now = self.now()
        line = "A request to cancel reached the engine and was refused: a case ends by decision only"
        self.case.tell(RowKind.FACT, "cancellation-refused", line, now=now)
        people = self.holders(Role.BUSINESS_UNIT)
        self.case.post(telling.to_each(people, f"cancellation-refused:{now.isoformat()}", "cancellation-refused"))

    async def _post_the_outbox(self) -> None:
        """Send what follows from facts and bells, in order of its coming."""
        while True:
            await workflow.wait_condition(lambda: bool(self.case.outbox))
            batch = list(self.case.outbox)
            await self.send_each(batch)
            sent = {notice.key for notice in batch}
            self.case.outbox = [notice for notice in self.case.outbox if notice.key not in sent]

    async def _keep_the_record(self) -> None:
        """Write down what has been told, and show the case as it stands (X-3)."""
        while True:
            await workflow.wait_condition(lambda: bool(self.case.untold or self.case.settled))
            rows, settled = list(self.case.untold), list(self.case.settled)
            case = self.case.model_copy(update={"untold": [], "settled": []})
            order = orders.WriteRecord(rows=rows, settled=settled, case=case, at=self.now())
            self._show()
            await workflow.execute_activity(
                orders.WRITE_RECORD, order, summary=f"record: {len(rows)} rows to {case.rows}", **RECORD
            )
            del self.case.untold[: len(rows)]
            del self.case.settled[: len(settled)]

    def _show(self) -> None:
        """Search attributes and current details in the Temporal UI; the reference and the stage, never a person."""
        workflow.set_current_details(in_markdown(self.case, self.now()))
        attributes = search_attributes(self.case, self.now())
        fresh: list[SearchAttributeUpdate[Any]] = []
        for pair in attributes.search_attributes:
            if self._shown.get(pair.key.name) != pair.value:
                self._shown[pair.key.name] = pair.value
                fresh.append(pair.key.value_set(pair.value))
        if self.case.next_deadline() is None and self._shown.pop(names.NEXT_DEADLINE.name, None):
            self._shown.pop(names.NEXT_DEADLINE_AT.name, None)
            fresh += [names.NEXT_DEADLINE.value_unset(), names.NEXT_DEADLINE_AT.value_unset()]
        if fresh:
            workflow.upsert_search_attributes(fresh)

    # --- messages ---

    def ask_to_begin_again(self) -> None:
        self._wants_to_begin_again = True

    def take(self, said: Said) -> dict[str, Any]:
        """Take a checked fact; the receipt says up to which row of the record it is told."""
        changes.take(self.case, said, self.now())
        return {"message": said.message, "status": "recorded", "rows": self.case.rows}

    def check(self, said: Said) -> None:
        """Refuse what cannot be taken, before anything is written to history."""
        try:
            check(self.case, said, self.now())
        except Refusal as refusal:
            raise ApplicationError(refusal.text, refusal.as_dict(), type=refusal.name(), non_retryable=True) from None

    def take_or_refuse(self, said: Said) -> None:
        """The same by the relay's way, where nobody waits for the answer: a refusal is recorded and reaches the inbox."""
        if self.case.seen(said.message):
            self._settle_again(said)
            return
        try:
            check(self.case, said, self.now())
        except Refusal as refusal:
            changes.refuse(self.case, said, refusal, self.now())
            return
        self.take(said)

    def _settle_again(self, said: Said) -> None:
        """The relay repeats itself while the inbox has not heard: tell it again."""
        outcome = self.case.refused.get(said.message) or changes.settlement(said.message, self.now())
        if outcome.message not in {one.message for one in self.case.settled}:
            self.case.settled.append(outcome)


class _Stumbled(Exception):
    """An error of ours: it fails the workflow task, which is tried again with the next release; never the case."""


def search_attributes(case: CaseState, now: datetime) -> TypedSearchAttributes:
    """What the Temporal UI can filter by: the stage and the dates of a case."""
    pairs: list[SearchAttributePair[Any]] = [
        SearchAttributePair(names.CASE_STAGE, str(case.stage)),
        SearchAttributePair(names.CASE_ROUTE, str(case.route)),
        SearchAttributePair(names.OVERDUE, any(clock.overdue(now) for clock in case.clocks.values())),
        SearchAttributePair(names.EDITION, case.edition.id),
    ]
    if upcoming := case.next_deadline():
        pairs += [
            SearchAttributePair(names.NEXT_DEADLINE, upcoming.id),
            SearchAttributePair(names.NEXT_DEADLINE_AT, upcoming.due),
        ]
    return TypedSearchAttributes(pairs)
