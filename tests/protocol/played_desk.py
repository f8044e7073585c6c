"""A desk without a server: the workflow and the activities as they are, played at once, each case by its own clock.

What Temporal does is left out (its timers, its messages, its histories): that is tried in `tests/workflows`, and of the
whole stack in `tests/rehearsal`. Here it is tried what the protocol does.
"""

import asyncio
import dataclasses
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, NoReturn

from temporalio import activity
from temporalio.common import TypedSearchAttributes
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from review.asked import BeginAgain
from review.case.state import CaseState
from review.facts import AnyFact, Reported
from review.facts.enums import Route
from settings.keys import Keyring
from tests.review.played import BeginsAgain, Loop
from tests.workflows.desk import Case, Desk, Refused
from tests.workflows.world import World, activities_of, london
from workflows.case_review import CaseReview
from workflows.case_workflow import CaseWorkflow
from workflows.information_request import InformationRequest

TICK = timedelta(milliseconds=20)  # between two things that people do


class Run(Loop):
    """One run of a case's workflow, whose activities wait until somebody does them."""

    _numbers = itertools.count(1)

    def __init__(self, case: CaseState, clock: Callable[[], datetime], desk: "PlayedDesk") -> None:
        super().__init__(clock)
        self.id, self._desk = f"run-{next(self._numbers)}", desk
        self.ordered: list[tuple[str, Any, asyncio.Future[Any]]] = []
        self.begins_with: CaseState | None = None  # the state that the next run begins with
        kind = InformationRequest if case.route is Route.INFORMATION_REQUEST else CaseReview
        with self.inside():
            self.held: CaseWorkflow = kind(case)
            self.main = self.create_task(self.held.run(case))

    # --- what the workflow asks of Temporal ---

    def workflow_info(self) -> Any:
        return SimpleNamespace(
            is_continue_as_new_suggested=lambda: False,
            run_id=self.id,
            typed_search_attributes=TypedSearchAttributes.empty,
        )

    def workflow_is_replaying(self) -> bool:
        return True  # nobody looks at a list here, so what lists show is not worked out

    def workflow_set_current_details(self, details: str) -> None:
        pass

    def workflow_upsert_search_attributes(self, attributes: Any, **_: object) -> None:
        pass

    def workflow_start_activity(self, name: str, order: Any, **_: object) -> asyncio.Future[Any]:
        done = self.create_future()
        self.ordered.append((name, order, done))
        return done

    def workflow_continue_as_new(self, *state: Any, **_: object) -> NoReturn:
        (self.begins_with,) = state
        raise BeginsAgain

    def workflow_get_external_workflow_handle(self, id: str, **_: object) -> Any:
        async def signal(_: str, reported: Reported) -> None:
            if id not in self._desk.cases:
                raise ApplicationError("no such workflow")
            self._desk.cases[id].relayed.append(as_sent(reported))

        return SimpleNamespace(signal=signal)


class PlayedDesk(Desk):
    """Opens cases that are played."""

    def __init__(self, world: World, keyring: Keyring) -> None:
        self.world = world
        self.cases: dict[str, PlayedCase] = {}
        self.activities = {
            activity._Definition.must_from_callable(done).name: done for done in activities_of(world, keyring)
        }

    async def open(self, *at: Any, **more: Any) -> "PlayedCase":
        case = await super().open(*at, **more)
        assert isinstance(case, PlayedCase)
        return case

    async def begin(self, state: CaseState, at: datetime) -> "PlayedCase":
        case = PlayedCase(self, state, at)
        self.cases[case.reference] = case
        await case.quiet()
        return case


class PlayedCase(Case):
    """One case under trial. Its clock stands still between two things that people do."""

    desk: PlayedDesk

    def __init__(self, desk: PlayedDesk, state: CaseState, at: datetime) -> None:
        self.desk, self.reference = desk, state.reference
        self.messages = itertools.count(1)
        self.relayed: list[Reported] = []
        self._at = at
        self._begin(state.model_copy(update={"shift": timedelta(0)}))

    def _begin(self, state: CaseState) -> None:
        self._run = Run(as_sent(state), lambda: self._at, self.desk)  # type: ignore[abstract]

    # --- looking ---

    @property
    def run(self) -> str:
        """The id of the run that plays."""
        return self._run.id

    async def state(self) -> CaseState:
        await self.quiet()
        state: CaseState = as_sent(self._run.held.state())
        return state

    async def now(self) -> datetime:
        return self._at

    # --- saying ---

    async def tell(self, fact: AnyFact, *, people: list[str], message: str | None = None) -> dict[str, Any]:
        self._at += TICK
        reported = as_sent(self.reported(fact, people=people, message=message))
        with self._run.inside():
            try:
                self._run.held.may_be_said(reported)
            except ApplicationError as refusal:
                raise Refused(str(refusal.type)) from None
        told = self._run.create_task(self._run.held.say(reported))  # type: ignore[call-arg]
        await self.quiet()
        receipt: dict[str, Any] = told.result()
        return receipt

    # --- time ---

    async def _go_to(self, moment: datetime) -> None:
        await self.quiet()
        while (timer := self._run.next_timer()) is not None and timer <= moment:
            self._at = max(self._at, timer.astimezone(UTC))
            await self.quiet()
        self._at = max(self._at, moment)

    async def until(self, moment: str) -> None:
        minute = london(moment)
        assert self._at < minute + timedelta(minutes=1), f"{moment} is over: the case's clock shows {self._at}"
        await self._go_to(minute)

    async def continue_as_new(self) -> None:
        before = await self.request_continue_as_new()
        await self.quiet()
        assert self._run.id != before, "the case did not begin again"

    async def request_continue_as_new(self) -> str:
        run = self._run
        run.create_task(run.held.request_continue_as_new(BeginAgain(run=run.id)))
        return run.id

    async def comes(self, what: Callable[[], object]) -> None:
        await self.quiet()
        assert what(), "it never came"

    async def quiet(self) -> None:
        """Play on until there is nothing more to do; another case, too, which this one has told something."""
        playing: list[PlayedCase] = [self]
        while playing:
            case = playing.pop()
            while await case._played_on():
                pass
            playing += [one for one in self.desk.cases.values() if one.relayed]

    async def _played_on(self) -> bool:
        """Whether anything was done."""
        relayed, self.relayed = self.relayed, []
        for reported in relayed:
            self._run.create_task(self._run.held.relay(reported))
        if self._run.settle():
            assert self._run.begins_with is not None
            self._begin(self._run.begins_with)
            return True
        ordered, self._run.ordered = self._run.ordered, []
        for name, order, done in ordered:
            if not done.cancelled():
                done.set_result(await self._done(name, order))
        return bool(ordered or relayed)

    async def _done(self, name: str, order: Any) -> Any:
        """An activity, done as a worker does it."""
        doing = ActivityEnvironment()
        doing.info = dataclasses.replace(
            doing.info, workflow_id=self.reference, workflow_run_id=self._run.id, scheduled_time=datetime.now(UTC)
        )
        return as_sent(await doing.run(self.desk.activities[name], as_sent(order)))


def as_sent(one: Any) -> Any:
    """What Temporal has carried: another object, with nothing in it but its fields."""
    return type(one).model_validate_json(one.model_dump_json())
