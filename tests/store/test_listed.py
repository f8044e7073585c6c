"""What lists across cases show: written with the view, filtered first and then paged, counted from now."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from review.chapters.crg.agenda import ActionLine
from review.facts.directory import Role
from review.listed import ActionRow, DeadlineLine, WaitingRow
from store import Store
from store.actions import Own
from store.errors import BadCursor
from tests.keeping import kept, moment_of

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def action(name: str, due: datetime, *, open: bool = True, **more: Any) -> ActionRow:
    given = {"owner": "lead-police", "agency": "police", "closed": False} | more
    line = ActionLine(
        reference="", action=name, what=f"Sample: {name}", outcome="Sample: better.", due=due, overdue=False,
        rating=None, progress="", evidence=False, **given,
    )  # fmt: skip
    return ActionRow(line=line, open=open, overdue_at=due if open else None)


async def project(
    store: Store, reference: str, version: int = 0, *, at: datetime = NINE, deadlines: Any = (), **more: Any
) -> None:
    """A moment of a case; `more` is of its line, but for actions and agencies."""
    beside = {name: more.pop(name) for name in ("actions", "agencies") if name in more}
    due = [one.model_dump(mode="json") for one in deadlines]
    came = moment_of(
        reference, at, version=version, line={"stage": "actions"} | more, deadlines=due, state={"stage": "actions"},
        **beside,
    )  # fmt: skip
    await kept(store, came, written_at=NINE)


async def log(store: Store, **wanted: Any) -> list[str]:
    return [line.action for line in (await store.actions.list(now=NINE, **wanted)).items]


async def test_the_action_log_is_filtered_by_owner_agency_lateness_and_closure(store: Store) -> None:
    """G-11"""
    closed = action("closed", NINE - 3 * DAY, open=False, closed=True)
    stopped = action("stopped", NINE + DAY, open=False)
    await project(store, "CR-1", actions=[action("late", NINE - DAY), closed, stopped])
    await project(store, "CR-2", actions=[action("soon", NINE + DAY, owner="head", agency="school")])
    await project(store, "RH-1", rehearsal=True, actions=[action("tried", NINE)])

    assert await log(store) == ["late", "soon"]
    assert await log(store, overdue=True) == ["late"]
    assert await log(store, overdue=False) == ["soon"]
    assert await log(store, closed=True) == ["closed"]
    assert await log(store, owner="head") == ["soon"]
    assert await log(store, agency="police") == ["late"]
    assert await log(store, rehearsal=True) == ["tried"]
    assert await log(store, own=Own(agencies=["school"], people=["nobody"])) == ["soon"]
    assert await log(store, own=Own(agencies=[], people=["lead-police"])) == ["late"]
    assert await store.actions.agencies(now=NINE) == ["police", "school"]
    assert await store.actions.agencies(now=NINE, overdue=True) == ["police"]
    (late,) = (await store.actions.list(now=NINE, overdue=True)).items
    assert (late.reference, late.what, late.overdue) == ("CR-1", "Sample: late", True)


async def test_a_rehearsal_whose_clock_was_moved_is_read_by_it_before_it_has_anything_to_write(store: Store) -> None:
    """Nothing falls due on the way, say; and what was written late sets no clock back."""
    at = NINE + 3 * DAY
    due = DeadlineLine(id="D-4", title="Meeting", due=at, status="open", owner="crg-chair", overdue_at=at)
    await project(store, "RH-1", rehearsal=True, deadlines=[due])
    await project(store, "CR-1", deadlines=[due])
    for reference in ("RH-1", "CR-1"):
        await store.cases.clock_moved(reference, 4 * DAY, written_at=NINE)

    async def stands(reference: str) -> tuple[timedelta, bool]:
        case = await store.cases.get(reference)
        assert case is not None
        late = await store.cases.list(overdue=True, rehearsal=case.rehearsal, now=NINE)
        return case.ahead, bool(late.items)

    assert await stands("RH-1") == (4 * DAY, True)
    assert await stands("CR-1") == (timedelta(0), False)
    await project(store, "RH-1", 1, at=NINE + DAY, rehearsal=True, deadlines=[due])
    assert await stands("RH-1") == (4 * DAY, True)


async def test_the_pages_of_the_action_log_hold_each_action_once_in_order_of_their_dates(store: Store) -> None:
    for number in range(7):
        actions = [action(f"{number}-{place}", NINE + DAY * (number % 2)) for place in range(3)]
        await project(store, f"CR-{number}", actions=actions)
    found, after = [], None
    while True:
        page = await store.actions.list(after=after, limit=4, now=NINE)
        found += page.items
        after = page.next
        if after is None:
            break
    assert len({one.action for one in found}) == 21
    assert found == sorted(found, key=lambda one: (one.due, one.reference, one.action))
    with pytest.raises(BadCursor):
        await store.actions.list(after="no-cursor-of-ours")


async def test_actions_and_agencies_follow_the_view(store: Store) -> None:
    await project(store, "CR-1", actions=[action("one", NINE)], agencies=["police", "school"])
    await project(store, "CR-1", 1, actions=[action("two", NINE)], agencies=["school", "health"])

    assert await log(store) == ["two"]
    seen = {one: (await store.cases.list(agencies=[one])).items for one in ("police", "school", "health")}
    assert [len(items) for items in seen.values()] == [0, 1, 1]


async def test_an_agency_s_page_of_cases_is_filtered_first_and_then_cut(store: Store) -> None:
    """Else its `next` would name cases in which it has no part, and a page would hold fewer than were asked for."""
    for number in range(10):
        own = ["police"] if number % 5 == 0 else ["school"]
        await project(store, f"CR-{number}", opened_at=NINE + DAY * number, agencies=own)
    page = await store.cases.list(agencies=["police", "health"], limit=1)
    assert [one.reference for one in page.items] == ["CR-5"]
    page = await store.cases.list(agencies=["police", "health"], limit=1, after=page.next)
    assert ([one.reference for one in page.items], page.next) == (["CR-0"], None)
    assert (await store.cases.list(agencies=[])).items == []


async def test_deadlines_of_some_ids_are_filtered_first_and_then_cut(store: Store) -> None:
    for number in range(6):
        name = "D-6:police" if number in (1, 4) else "D-6:school"
        due = DeadlineLine(id=name, title="Return", due=NINE + DAY * number, status="open", owner="agency")
        await project(store, f"CR-{number}", deadlines=[due])
    page = await store.deadlines.list(ids=["D-6:police", "A-1:police"], limit=1, now=NINE)
    assert [one.reference for one in page.items] == ["CR-1"]
    page = await store.deadlines.list(ids=["D-6:police"], limit=1, after=page.next, now=NINE)
    assert ([one.reference for one in page.items], page.next) == (["CR-4"], None)


async def test_what_is_overdue_counts_from_now_and_not_from_when_the_case_was_written(store: Store) -> None:
    """With the worker down a deadline passes all the same."""
    at = NINE + DAY
    due = DeadlineLine(id="D-4", title="Meeting", due=at, status="open", owner="crg-chair", overdue_at=at)
    await project(store, "CR-1", deadlines=[due], actions=[action("a", at)])
    for now, status, late in ((NINE, "open", False), (NINE + 2 * DAY, "late", True)):
        (line,) = (await store.cases.list(overdue=late, now=now)).items
        assert line.overdue is late
        assert (await store.cases.list(overdue=not late, now=now)).items == []
        assert [one.deadline.status for one in (await store.deadlines.list(status=status, now=now)).items] == [status]
        assert [one.overdue for one in (await store.actions.list(overdue=late, now=now)).items] == [late]
    assert (await store.deadlines.list(status="open", now=NINE + 2 * DAY)).items == []


async def test_a_rehearsal_is_overdue_by_its_own_clock(store: Store) -> None:
    ahead = 100 * DAY
    at = NINE + ahead + DAY
    due = DeadlineLine(id="D-4", title="Meeting", due=at, status="open", owner="crg-chair", overdue_at=at)
    await project(store, "RH-1", rehearsal=True, at=NINE + ahead, deadlines=[due])
    assert [(await store.cases.list(now=now)).items[0].overdue for now in (NINE, NINE + 2 * DAY)] == [False, True]


async def test_the_list_says_who_is_waited_for_and_what_is_due_next(store: Store) -> None:
    waiting = [WaitingRow(what="Sample: return", roles=[Role.AGENCY], agency="police")]
    await project(store, "CR-1", paused=True, next_title="Sample: meeting", waiting=waiting)
    (line,) = (await store.cases.list()).items
    assert (line.paused, line.next_title, line.waiting) == (True, "Sample: meeting", waiting)
