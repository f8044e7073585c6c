"""What keeps a case going: the record written, the outbox sent, cancellation refused, the run begun again.

Room: workflows. No exception may end a case: an error of ours fails the workflow task, which is tried again with the
next release.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes
from temporalio.exceptions import ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from review import taking, telling
    from review.case import CaseState
    from review.checks import check
    from review.directory import Role
    from review.facts import Corrected, Said, Speaker
    from review.record import RowKind
    from review.refusals import Refusal
    from review.said.editions import EditionMoved, NotificationWithdrawn
    from review.said.practice_review import ReviewNotPublished, ReviewPublished
    from review.said.referral import CrgConsidered
    from review.said.standing import CaseJoined, CaseMerged, CaseParted, CaseReopened, TakenBack
    from review.words import Stage
    from workflows import names
    from workflows.details import in_markdown
    from workflows.moves import Moves
    from workflows.policies import RECORD


# What is right now may start, reopen or end what the run has passed: it begins again from the top.
_TURNS = (Corrected, TakenBack, NotificationWithdrawn, EditionMoved, CrgConsidered, CaseReopened)


class GoingOn(Moves):
    """Carries the protocol on, and takes its messages."""

    async def carry_on(self, protocol: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run the protocol from the top with the state as it is. Never ends a case."""
        self.meanwhile(self._keep_the_record())
        self.meanwhile(self._post_the_outbox())
        self.meanwhile(self._other_case_told())
        left_off = self.case.halted  # then there are no stages to leave
        main = asyncio.create_task(self.what_outlives() if left_off else protocol())

        def to_leave() -> bool:
            return self.case.halted and not left_off

        while True:
            try:
                await workflow.wait_condition(lambda: self._broken(main) or to_leave() or self._may_begin_again())
            except asyncio.CancelledError:
                self._refuse_cancellation()
                continue
            for task in [main, *self._beside]:
                if problem := _problem_of(task):
                    raise _Stumbled(f"{type(problem).__name__}: {problem}") from problem
            if self._may_begin_again():
                workflow.continue_as_new(self.case)
            left_off = True
            main.cancel()  # withdrawn or merged: the stages end where they are, once

    async def what_outlives(self) -> None:
        """The main line of a case that was withdrawn or merged: nothing, unless the law wants more (N-4)."""

    async def _other_case_told(self) -> None:
        """A case that goes on in another tells it so, and what that one is to carry; and when it is over (X-1)."""
        while True:
            await workflow.wait_condition(lambda: self._untold_other_case() is not None or bool(self.case.parting))
            if merged := self._untold_other_case():
                joined = CaseJoined(other=self.case.reference, carried=merged.carried)
                await self._other_told(merged.into, self._joined_key(merged), joined, "this case goes on in it")
            else:
                other, key = self.case.parting[0], self._parted_key()
                parted = CaseParted(other=self.case.reference)
                await self._other_told(other, key, parted, "this case goes on by itself again")
                del self.case.parting[0]

    def _untold_other_case(self) -> CaseMerged | None:
        merged = self.case.last(CaseMerged) if self.case.stage is Stage.MERGED and not self.case.parting else None
        return merged if merged and self._joined_key(merged) not in self.case.done else None

    def _joined_key(self, merged: CaseMerged) -> str:
        return f"case-joined:{merged.into}:{len(self.case.entries_of(CaseMerged))}"

    def _parted_key(self) -> str:
        return f"case-parted:{self.case.parting[0]}:{len(self.case.entries_of(CaseReopened))}"

    async def _other_told(self, other: str, key: str, fact: CaseJoined | CaseParted, what: str) -> None:
        await self._once(key, lambda: self._signal_other(other, key, fact, what))

    async def _signal_other(self, other: str, key: str, fact: CaseJoined | CaseParted, what: str) -> bool:
        by, now = Speaker(people=["system"], roles=[Role.BUSINESS_UNIT]), self.now()
        said = Said(message=f"~{key}:{self.case.reference}", by=by, recorded_at=workflow.now(), fact=fact)
        try:
            await workflow.get_external_workflow_handle(other).signal(names.RELAY, said)
            line = f"{other} told that {what}"
        except ApplicationError:  # it is gone from the engine: people must know
            line = f"{other} could not be told that {what}; write it there"
        self.case.done[key] = now
        self.case.tell(RowKind.EFFECT, "other-case-told", line, now=now, about=other)
        return True

    def _broken(self, main: asyncio.Task[None]) -> bool:
        return any(_problem_of(task) for task in [main, *self._beside])

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
            await self.send_together(batch)
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
        """Search attributes and current details in the Temporal UI; the reference and the stage, never a person.

        What cannot be shown is shown as such: looking at a case never stops it.
        """
        try:
            details, attributes = in_markdown(self.case, self.now()), search_attributes(self.case, self.now())
        except (ValueError, ArithmeticError, LookupError) as problem:
            details = (
                f"**{self.case.reference}** cannot be shown here ({type(problem).__name__}): see it in the portal."
            )
            attributes = TypedSearchAttributes([SearchAttributePair(names.CASE_STAGE, str(self.case.stage))])
        workflow.set_current_details(details)
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
        taking.take(self.case, said, self.now())
        published_after_all = isinstance(said.fact, ReviewPublished) and self.case.last(ReviewNotPublished)
        if isinstance(said.fact, _TURNS) or published_after_all:
            self.ask_to_begin_again()
        return {"message": said.message, "status": "recorded", "rows": self.case.rows}

    def check(self, said: Said) -> None:
        """Refuse what cannot be taken, before anything is written to history."""
        try:
            check(self.case, said, self.now())
        except Refusal as refusal:
            raise ApplicationError(refusal.text, refusal.as_dict(), type=refusal.name(), non_retryable=True) from None

    def take_or_refuse(self, said: Said) -> None:
        """The same by the relay's way, where nobody waits: a refusal is recorded and reaches the inbox."""
        if self.case.seen(said.message):
            self._settle_again(said)
            return
        try:
            check(self.case, said, self.now())
        except Refusal as refusal:
            taking.refuse(self.case, said, refusal, self.now())
            return
        self.take(said)

    def _settle_again(self, said: Said) -> None:
        """The relay repeats itself while the inbox has not heard: tell it again."""
        outcome = self.case.refused.get(said.message) or taking.settlement(said.message, self.now())
        if outcome.message not in {one.message for one in self.case.settled}:
            self.case.settled.append(outcome)


def _problem_of(task: asyncio.Task[None]) -> BaseException | None:
    """What a task failed by; a stage that was left while a mail or a document was under way did not fail."""
    if not task.done() or task.cancelled():
        return None
    problem = task.exception()
    return None if problem is None or is_cancelled_exception(problem) else problem


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
