"""The state in the store, written moment by moment, is the state that the case has."""

from datetime import timedelta

from review.case.state import CaseState
from review.facts import Corrected
from review.moment import Patcher
from store import Store
from tests.keeping import Keeper
from tests.review.practice import Review
from tests.review.world import WHY, World, follow, needed, notified


async def test_a_practice_review_kept_moment_by_moment_reads_as_it_stands(store: Store) -> None:
    """X-3: to the published review, with everything that a case gathers on its way."""
    world, keeper = Review(), Keeper(store)
    for _ in range(200):
        await keeper.keep(world.case, world.now)
        if (step := needed(world)) is None or step.rel == "learning-disseminated":
            break
        follow(world, step)
    held = await store.cases.get(world.case.reference)
    assert held is not None
    assert CaseState.model_validate(held.state) == world.case


async def test_a_correction_replaces_what_stood_from_there_on(store: Store) -> None:
    """X-2: the wrong entry stays, marked, and what is right stands behind it."""
    world, keeper = World(), Keeper(store)
    await keeper.keep(world.case, world.now)
    message = world.notify()
    await keeper.keep(world.case, world.now)
    right = notified(happened_at=world.now - timedelta(hours=1))
    world.say(Corrected(corrects=message, right=right, reason=WHY))
    await keeper.keep(world.case, world.now)
    held = await store.cases.get(world.case.reference)
    assert held is not None
    assert CaseState.model_validate(held.state) == world.case


def test_a_moment_in_which_nothing_has_changed_is_empty() -> None:
    world = World()
    patcher = Patcher.beside(world.case)
    patch = patcher.take(world.case, world.now)
    assert patch.state_is_same
    assert set(patch.listed) == {"line", "deadlines", "actions", "agenda", "meetings"}
    again = patcher.take(world.case, world.now)
    assert (again.listed, again.agencies, again.children) == ({}, None, None)


def test_what_nobody_sees_is_left_out_and_given_whole_the_next_time() -> None:
    """A history that is replayed works nothing out for lists."""
    world = World()
    patcher = Patcher()
    patcher.take(world.case, world.now)
    assert patcher.take(world.case, world.now, seen=False).listed == {}
    assert patcher.take(world.case, world.now).listed["deadlines"].whole
