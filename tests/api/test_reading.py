"""A case is opened, parsed and worked out once for each version of it, and never shown as it stood before."""

import json
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any, cast

import pytest
from temporalio.client import Client

from api import reading, visibility
from api.auth import Caller
from api.deps import Deps
from api.etags import without
from api.reading import CASES, Reading, Readings
from api.visibility import answered, seen
from review.case import reads
from review.case.state import CaseState
from review.facts import Corrected
from review.facts.directory import Role
from review.facts.notification import IncidentReported, SafetyStepsRecorded
from settings import load_settings
from settings.keys import Keyring
from store import Store
from tests.keeping import Keeper
from tests.review.world import World, incident

CHILDREN: list[dict[str, Any]] = IncidentReported.sample["children"]
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Store]:
    copyfile(sqlite_template, tmp_path / "one.db")
    async with Store.open(f"sqlite:///{tmp_path / 'one.db'}", Keyring([("k", secrets.token_bytes(32))])) as one:
        await one.migrate()
        yield one


async def test_a_case_is_parsed_once_until_something_of_it_is_written(store: Store) -> None:
    world, readings = World(), Readings()
    keeper = Keeper(store)
    await keeper.keep(world.case, world.now)
    first = await readings.of(store, world.case.reference)
    assert first is not None
    assert await readings.of(store, world.case.reference) is first

    world.say(SafetyStepsRecorded(child_ids=[reads.children(world.case)[0].child_id], steps="Sample: taken."))
    await keeper.keep(world.case, world.now)
    second = await readings.of(store, world.case.reference)
    assert second is not None
    assert len(second.case.entries) == len(first.case.entries) + 1

    await store.cases.note(
        world.case.reference, rows=[], done={"effect": NOW}, written_at=datetime.now(UTC) + timedelta(seconds=1)
    )
    third = await readings.of(store, world.case.reference)
    assert third is not None
    assert "effect" in third.case.done
    assert await readings.of(store, "CR-2099-001") is None


async def test_of_what_was_said_before_nothing_is_opened_again(store: Store) -> None:
    """A fact costs the same in an old case: only what was written since is opened, be it new or put right (X-2)."""
    world, readings, opened = World(), Readings(), 0
    keeper, open_one = Keeper(store), store._database.open
    child = reads.children(world.case)[0].child_id

    def counted(sealed: bytes, *place: str | int) -> Any:
        nonlocal opened
        opened += place[0] == "case_entries"
        return open_one(sealed, *place)

    async def as_it_stands() -> Reading:
        await keeper.keep(world.case, world.now)
        found = await readings.of(store, world.case.reference)
        whole = await store.cases.get(world.case.reference)
        assert found is not None
        assert whole is not None
        assert found.case == CaseState.model_validate(whole.state)
        return found

    steps = [SafetyStepsRecorded(child_ids=[child], steps=f"Sample: {number}.") for number in range(5)]
    wrong = world.say(steps[0])
    for one in steps[1:]:
        world.say(one)
    await as_it_stands()
    store._database.open = counted  # type: ignore[method-assign]
    world.say(steps[0])
    await keeper.keep(world.case, world.now)
    reading = await readings.of(store, world.case.reference)
    assert opened == 1
    world.say(Corrected(corrects=wrong, reason="Sample: not so.", right=steps[1]))
    before = len(reading.case.entries) if reading else 0
    assert len((await as_it_stands()).case.entries) > before
    world.say(steps[2])
    assert (await as_it_stands()).case.last(SafetyStepsRecorded) == steps[2]


async def test_no_more_cases_are_kept_than_fit(store: Store) -> None:
    readings = Readings()
    for number in range(CASES + 3):
        world = World()
        world.case.reference = f"CR-2026-{number:03d}"
        await Keeper(store).keep(world.case, world.now)
        await readings.of(store, world.case.reference)
    assert len(readings._kept) == CASES


UNIT = Caller(sub="sbu-1", roles=(Role.BUSINESS_UNIT,), people=("sbu-1",))
CHAIR = Caller(sub="crg-chair", roles=(Role.CRG_CHAIR,), people=("crg-chair",))
OBSERVER = Caller(sub="observer", roles=(Role.OBSERVER,), people=("observer",))


class Shown:
    """What callers are shown of cases of a store, and how often it was worked out; the time stands as it is set."""

    def __init__(self, store: Store, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.store, self.world, self.worked_out = store, World(), 0
        self.now = self.world.now.replace(second=0, microsecond=0)
        self.keeper = Keeper(store)
        settings = load_settings(data=folder)
        keyring = Keyring([("k", secrets.token_bytes(32))])
        self.means = Deps(settings=settings, keyring=keyring, store=store, temporal=cast(Client, None))
        patch.setattr(Deps, "now", lambda _: self.now)
        view = visibility._view

        async def counted(*of: Any) -> Any:
            self.worked_out += 1
            return await view(*of)

        patch.setattr(visibility, "_view", counted)

    async def keep(self) -> None:
        await self.keeper.keep(self.world.case, self.world.now)

    async def to(self, caller: Caller = UNIT, reference: str = "CR-2026-0001") -> dict[str, Any]:
        """The answer, which is just what is worked out afresh."""
        body, tag = await answered(self.means, caller, reference)
        view = await seen(self.means, caller, await visibility.read(self.means, reference))
        self.worked_out -= 1
        assert json.loads(body) == view.model_dump(mode="json", by_alias=True)
        assert tag == without(view, "case_now")[1]
        found: dict[str, Any] = json.loads(body)
        return found


@pytest.fixture
async def shown(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shown:
    made = Shown(store, tmp_path, monkeypatch)
    await made.keep()
    return made


async def test_a_case_is_worked_out_once_for_each_version_of_it_and_each_who_asks(shown: Shown) -> None:
    first = await shown.to()
    shown.now += timedelta(seconds=20)
    again = await shown.to()
    assert again == first | {"case_now": again["case_now"]}
    assert again["case_now"] != first["case_now"]
    assert shown.worked_out == 1

    others = [await shown.to(caller) for caller in (CHAIR, OBSERVER)]
    assert [one["view"] for one in others] == ["case", "deadlines"]
    assert shown.worked_out == 3

    child = reads.children(shown.world.case)[0].child_id
    shown.world.say(SafetyStepsRecorded(child_ids=[child], steps="Sample: taken."))
    await shown.keep()
    assert len((await shown.to())["facts"]) == len(first["facts"]) + 1
    assert shown.worked_out == 4


async def test_a_deadline_is_shown_as_overdue_from_the_very_second_on(shown: Shown) -> None:
    deadline = next(one for one in shown.world.case.deadlines.values() if one.open)
    deadline.due = shown.now + timedelta(seconds=30)
    await shown.keep()

    async def overdue() -> bool:
        one = next(one for one in (await shown.to())["deadlines"] if one["id"] == deadline.id)
        return bool(one["overdue"])

    found = []
    for second in (10, 20, 30, 31, 32, 59, 60):
        shown.now = shown.now.replace(second=0) + timedelta(seconds=second)
        found.append((second, await overdue(), shown.worked_out))
        shown.now = shown.world.now.replace(second=0, microsecond=0)
    assert [one for _, one, _ in found] == [False, False, False, True, True, True, True]
    assert [count for *_, count in found] == [1, 1, 2, 3, 3, 3, 4]


async def test_another_case_of_the_same_child_is_shown_as_soon_as_it_is_there(shown: Shown) -> None:
    """X-4."""
    assert [one["also_in"] for one in (await shown.to())["children"]] == [[], []]
    other = World()
    other.case.reference = "CR-2026-0002"
    await Keeper(shown.store).keep(other.case, other.now)
    found = await shown.to()
    assert [one["also_in"] for one in found["children"]] == [["CR-2026-0002"], ["CR-2026-0002"]]
    assert "case-merged" in {step["rel"] for step in found["next_steps"]}
    assert shown.worked_out == 2


async def test_a_case_of_a_child_who_is_likely_the_same_is_shown_with_why(shown: Shown) -> None:
    """X-4, X-1: under another agency's number, and spelled another way."""
    other = World(
        incident(children=[{**CHILDREN[1], "child_id": "police-77", "name": "Two, Sampel Child"}, CHILDREN[0]])
    )
    other.case.reference = "CR-2026-0002"
    await Keeper(shown.store).keep(other.case, other.now)
    found = (await shown.to())["children"]
    assert [one["also_in"] for one in found] == [["CR-2026-0002"], []]
    why = "Born on the same day; the names are alike (Two, Sampel Child)."
    assert [one["likely_same"] for one in found] == [
        [],
        [{"reference": "CR-2026-0002", "person_id": "police-77", "why": why}],
    ]


async def test_no_more_bytes_of_answers_are_kept_than_fit(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    body, _ = await answered(shown.means, UNIT, "CR-2026-0001")
    monkeypatch.setattr(reading, "ANSWERED", len(body) + 10)
    for caller in (UNIT, CHAIR, OBSERVER, UNIT, UNIT):
        await shown.to(caller)
        assert shown.means.answers._bytes == sum(len(one.body) for one in shown.means.answers._kept.values())
        assert 0 < shown.means.answers._bytes <= len(body) + 10
