"""The run of a case as it is, without a server: the stage functions of `workflows`, played at once.

Temporal keeps a workflow's timers and looks at what it waits for; that is all that is played here. The process itself
is the workflows' own.
"""

import asyncio
import contextvars
import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any, NoReturn

from temporalio import workflow

from calendar_rules.lengths import LONDON
from review.case.effects import EffectKey
from review.case.notices import Rendering
from review.case.state import CaseState
from review.facts import DocumentRef, Reported
from review.facts.enums import Route
from review.kit import changes
from workflows import case_review, information_request
from workflows.case_run import CaseRun
from workflows.entity_loop import entity_loop, nothing_more

Paper = Callable[[str, int], DocumentRef]  # a document by its name and version


class Run(CaseRun):
    """A run whose rows and mails stay in the case, where the tests read them; a document is made at once."""

    def __init__(self, case: CaseState, engine: "Engine", paper: Paper) -> None:
        super().__init__(case)
        self._engine, self._paper = engine, paper
        self.renderings: dict[str, Rendering] = {}  # what was made, by its document

    def now(self) -> datetime:
        return self._engine.now

    async def carry(self) -> None:
        """There is no store to hand anything on to."""

    async def mails_tried_on(self) -> None:
        """A mail that was not taken waits for the test."""

    async def show_when_quiet(self) -> None:
        """Nobody looks."""

    def handed_on(self) -> bool:
        return True

    async def _make(self, rendering: Rendering, version: int | None) -> None:
        made = {one.document: one.version for one in self.case.papers.values()}
        number = version or made.get(rendering.document, 0) + 1
        self.renderings[rendering.document] = rendering
        self.case.papers[rendering.cause] = self._paper(rendering.document, number)
        line = f"{rendering.title}: document made"
        changes.effect_done(self.case, EffectKey(rendering.cause), line, self.now(), about=rendering.document)


class BeginsAgain(Exception):
    """The run has asked to begin again from its state."""


class Loop(asyncio.AbstractEventLoop):
    """The loop of a workflow: what is ready runs at once, a timer when `now` has come to it."""

    main: asyncio.Task[None]

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._ready: deque[asyncio.Handle] = deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._conditions: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []
        self._order = itertools.count()
        self.logger_details: dict[str, Any] = {}
        workflow._Runtime.set_on_loop(self, self)  # type: ignore[arg-type]

    # --- what a test does ---

    def settle(self) -> bool:
        """Run all that is ready now; whether the run is to begin again."""
        with self.inside():
            while True:
                while self._ready or self._due():
                    self._ready.popleft()._run()
                self._conditions = [one for one in self._conditions if not self._holds(*one)]
                if not self._ready:
                    break
        if not self.main.done():
            return False
        problem = self.main.exception()
        if isinstance(problem, BeginsAgain):
            return True
        raise problem or AssertionError("a case has ended")

    @contextmanager
    def inside(self) -> Iterator[None]:
        """As a workflow's own code runs: whoever asks for the loop gets this one."""
        before = asyncio._get_running_loop()
        asyncio._set_running_loop(self)
        try:
            yield
        finally:
            asyncio._set_running_loop(before)

    @property
    def now(self) -> datetime:
        return self._clock()

    def next_timer(self) -> datetime | None:
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)
        return datetime.fromtimestamp(self._timers[0][0], LONDON) if self._timers else None

    def _due(self) -> bool:
        at = self.next_timer()
        if at is None or at > self.now:
            return False
        self._ready.append(heapq.heappop(self._timers)[2])
        return True

    @staticmethod
    def _holds(condition: Callable[[], bool], future: asyncio.Future[None]) -> bool:
        if not future.done() and condition():
            future.set_result(None)
        return future.done()

    # --- what the stages ask of Temporal ---

    async def workflow_wait_condition(
        self,
        fn: Callable[[], bool],
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - Temporal's name
        **_: object,
    ) -> None:
        future = self.create_future()
        self._conditions.append((fn, future))
        await asyncio.wait_for(future, timeout)

    def workflow_now(self) -> datetime:
        return self.now

    def workflow_time_ns(self) -> int:
        return int(self.now.timestamp() * 1e9)

    def workflow_info(self) -> Any:
        return SimpleNamespace(is_continue_as_new_suggested=lambda: False)

    def workflow_all_handlers_finished(self) -> bool:
        return True

    def workflow_continue_as_new(self, *_: object, **__: object) -> NoReturn:
        raise BeginsAgain

    # --- what asyncio asks of a loop ---

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, (when, next(self._order), handle))
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        pass  # it is left out when its time comes

    def time(self) -> float:
        return self.now.timestamp()

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, **_: Any) -> asyncio.Task[Any]:
        return asyncio.Task(coro, loop=self)

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        pass  # a task that is thrown away with its run


class Engine(Loop):
    """Plays the stages of one case, whose mails and papers need no activity."""

    def __init__(self, case: CaseState, clock: Callable[[], datetime], paper: Paper) -> None:
        super().__init__(clock)
        self.run = Run(case, self, paper)
        self.told_elsewhere: list[tuple[str, Reported]] = []  # signals to other cases
        request = case.route is Route.INFORMATION_REQUEST
        protocol = information_request.protocol if request else case_review.protocol
        after = nothing_more if request else case_review.after_withdrawal
        self.main = self.create_task(entity_loop(self.run, protocol, after_withdrawal=after))

    def workflow_get_external_workflow_handle(self, id: str, **_: object) -> Any:
        async def signal(_: str, reported: Reported) -> None:
            self.told_elsewhere.append((id, reported))

        return SimpleNamespace(signal=signal)
