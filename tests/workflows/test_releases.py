"""An upgrade and its way back, with builds of several releases over live cases on the real server (decision 0016)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

import worker
from api.standing import Still, running, standing_still, why_still
from crg.begin_again import move_on
from crg.revive import Became, Revival
from review.facts.enums import Stage
from review.moment import Patcher, moment
from settings import Settings
from store import Store
from tests.workflows.conftest import KEYRING
from tests.workflows.desk import Case, Desk
from tests.workflows.next_release import BranchGone, NoTrace, WithPatch
from tests.workflows.world import World, activities_of
from workflows.case_review import CaseReview

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """One that knows of a case what `known` tells it, and no later moment: Temporal says what stands still."""
    async with Store.open(f"sqlite:///{tmp_path / 'store.db'}", KEYRING) as store:
        await store.migrate()
        yield store


class Installation:
    """One task queue on the server, at which one build after the other works."""

    def __init__(self, desk: Desk, settings: Settings, world: World, queue: str) -> None:
        self.settings, self.world = settings.model_copy(update={"task_queue": queue}), world
        self.desk = Desk(desk.server, world, queue)
        self.client, self.queue = desk.server.client, queue

    @asynccontextmanager
    async def runs(self, build: str, case_review: type) -> AsyncIterator[None]:
        workflows = [case_review if one is CaseReview else one for one in worker.WORKFLOWS]
        settings = self.settings.model_copy(update={"build": build})
        async with worker.working(self.client, settings, activities_of(self.world, KEYRING), workflows=workflows):
            yield

    async def begin_again(self, wait: float = 20) -> set[str]:
        """`crg begin-again --all`: what is left."""
        everything = list(await running(self.client, self.queue))
        return await move_on(self.client, self.queue, everything, wait=wait, say=print)


async def build_of(case: Case) -> str:
    """The build that did the last step of a case."""
    found = (await case.handle.describe()).raw_description.workflow_execution_info.versioning_info
    return str(found.deployment_version.build_id)


async def stuck(case: Case) -> bool:
    for _ in range(200):
        if await why_still(case.desk.server.client, case.reference):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_an_upgrade_moves_every_case_and_a_patchs_branch_lives_for_one_release(
    desk: Desk, settings: Settings, world: World
) -> None:
    """Live, ended and asked by another partnership: all follow the worker that started last, and lose nothing."""
    here = Installation(desk, settings, world, f"{desk.queue}-upgrade")
    async with here.runs("1.0", CaseReview):
        live, ended, request = await here.desk.open(), await here.desk.open(), await here.desk.ask()
        await live.follow_to("returns-requested")
        await ended.says("case-withdrawn")
        for case in (live, ended, request):
            await case.quiet()
            assert await build_of(case) == "1.0"
        mails = len(live.mails())
    async with here.runs("1.1", WithPatch):
        await live.says("returns-requested")
        await live.quiet()
        assert await build_of(live) == "1.1"
        assert len(live.mails()) > mails
        assert await here.begin_again() == set()
        for case in (live, ended, request):
            await case.quiet()
            assert await build_of(case) == "1.1"
    async with here.runs("1.2", BranchGone):
        await live.follow_to("rapid-review-meeting-held")
        await live.quiet()
        assert await here.begin_again() == set()
    async with here.runs("1.3", NoTrace):
        await live.follow_to_stage(Stage.PRACTICE_REVIEW)
        assert (await ended.state()).stage is Stage.WITHDRAWN
        await request.follow_to("information-supplied")
        assert await here.begin_again() == set()
        for case in (live, ended, request):
            await case.quiet()
            assert await build_of(case) == "1.3"


async def known(store: Store, case: Case) -> None:
    """A case that the store does not have would be named for that."""
    state = await case.state()
    first = moment(state.model_copy(deep=True), Patcher(), state.opened_at, whole=True)
    await store.cases.open(first.model_copy(update={"settled": []}), written_at=state.opened_at)


async def named(here: Installation, store: Store) -> Still:
    """The case that is found to stand still, though nobody has asked for it by name; within a minute."""
    async with asyncio.timeout(60):
        while True:
            found = await standing_still(here.client, store, here.queue, at_most=100)
            if found.standing:
                (still,) = found.standing
                assert "its workflow task fails again and again (NonDeterministicError)" in still.why
                return still
            await asyncio.sleep(0.5)


async def test_an_upgrade_can_be_rolled_back(desk: Desk, settings: Settings, world: World, store: Store) -> None:
    """Cases that the new build has moved stand still with the old one, are named, and go on from their state."""
    here = Installation(desk, settings, world, f"{desk.queue}-back")
    async with here.runs("1.0", CaseReview):
        moved, untouched = await here.desk.open(), await here.desk.open()
        await moved.follow_to("panel-notified")
        for case in (moved, untouched):
            await case.quiet()
            await known(store, case)
    async with here.runs("1.1", WithPatch):
        assert await move_on(here.client, here.queue, [moved.reference], wait=20, say=print) == set()
        await moved.says("panel-notified")
        await moved.quiet()
        state, mails = await moved.state(), len(moved.mails())
    async with here.runs("1.0", CaseReview):
        reported = list[str]()
        wanted = [moved.reference, untouched.reference]
        await move_on(here.client, here.queue, wanted, wait=0, say=reported.append)
        assert await stuck(moved)
        left = await move_on(here.client, here.queue, wanted, wait=1, say=reported.append)
        assert left == {moved.reference}
        assert reported[-1].endswith(f"crg revive --stuck {moved.reference}")
        assert (await named(here, store)).id == moved.reference
        revival = Revival(here.client, task_queue=here.queue)
        assert (await revival.case(state)).became is Became.STUCK
        revival = Revival(here.client, task_queue=here.queue, stuck=True)
        assert (await revival.case(state)).became is Became.BACK
        assert (await revival.case(await untouched.state())).became is Became.RAN
        await moved.quiet()
        assert (await standing_still(here.client, store, here.queue, at_most=100)).standing == []
        assert await build_of(moved) == "1.0"
        assert len(moved.mails()) == mails, "nothing is sent twice"
        await moved.follow_to_stage(Stage.REQUEST)
        await untouched.follow_to("panel-notified")
