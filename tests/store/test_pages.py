"""Lists of cases and deadlines: filtered, in pages, with cursors that say nothing and cannot be made."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store import Store
from store.errors import BadCursor
from tests.keeping import kept
from tests.store.cases import NINE, deadline, first


async def open_cases(store: Store, numbers: range, **more: Any) -> None:
    for number in numbers:
        opened_at = NINE + timedelta(hours=number // 2)  # two at a time, to try the order of equals
        await kept(store, first(f"CR-2026-{number:03d}", opened_at=opened_at, **more))


async def test_pages_neither_repeat_nor_lose_a_case_while_others_are_opened(store: Store) -> None:
    await open_cases(store, range(10))
    seen: list[str] = []
    after: str | None = None
    for number in range(10, 20):
        page = await store.cases.list(limit=3, after=after)
        seen += [line.reference for line in page.items]
        after = page.next
        if after is None:
            break
        await open_cases(store, range(number, number + 1))

    assert seen == [f"CR-2026-{number:03d}" for number in (8, 9, 6, 7, 4, 5, 2, 3, 0, 1)]


async def test_the_last_page_has_no_next_even_when_it_is_full(store: Store) -> None:
    await open_cases(store, range(4))

    first = await store.cases.list(limit=2)
    last = await store.cases.list(limit=2, after=first.next)

    assert first.next is not None
    assert (len(last.items), last.next) == (2, None)


async def test_cases_are_filtered_by_stage_route_lateness_and_due_date(store: Store) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    await kept(store, first("CR-1", stage="notification", deadlines=[deadline("D-4", 2, overdue_at=yesterday)]))
    await kept(store, first("CR-2", route="referral", next_deadline_at=NINE + timedelta(days=9)))
    await kept(store, first("CR-3", next_deadline=None, next_deadline_at=None, live=False, rehearsal=True))

    async def found(**filters: Any) -> list[str]:
        return [line.reference for line in (await store.cases.list(**filters)).items]

    assert await found() == ["CR-1", "CR-2", "CR-3"]
    assert await found(stage="notification") == ["CR-1"]
    assert await found(route="referral") == ["CR-2"]
    assert await found(overdue=True) == ["CR-1"]
    assert await found(overdue=False) == ["CR-2", "CR-3"]
    assert await found(due_before=NINE + timedelta(days=3)) == ["CR-1"]
    assert await found(live=False) == ["CR-3"]
    assert await found(rehearsal=False) == ["CR-1", "CR-2"]
    assert await store.cases.live() == ["CR-1", "CR-2"]


async def test_working_days_count_where_a_clock_runs_or_may_yet_start_and_it_is_no_rehearsal(store: Store) -> None:
    """CR-2 waits for the Panel's meeting: D-9 will be counted in working days; CR-3 has D-10 to come."""
    none: dict[str, Any] = {"next_deadline": None, "next_deadline_at": None}
    await kept(store, first("CR-1", stage="notification"))
    await kept(store, first("CR-2", stage="panel", **none))
    await kept(store, first("CR-3", stage="practice-review", **none))
    await kept(store, first("CR-4", stage="withdrawn", live=False, **none))
    await kept(store, first("CR-5", stage="not-notified"))  # D-2 outlives the decision (N-4)
    await kept(store, first("RH-1", stage="notification", rehearsal=True))

    assert await store.cases.counting() == ["CR-1", "CR-2", "CR-3", "CR-5"]


async def test_the_deadline_feed_runs_over_all_cases_by_due_date(store: Store) -> None:
    await kept(store, first("CR-1", deadlines=[deadline("D-4", 2), deadline("D-7", 21, status="met", met=NINE)]))
    await kept(store, first("CR-2", deadlines=[deadline("D-6:police", 5), deadline("D-6:gp", 5)]))
    await kept(store, first("CR-3", rehearsal=True, deadlines=[deadline("D-1", 1)]))

    async def feed(**filters: Any) -> list[str]:
        names: list[str] = []
        after: str | None = None
        while True:
            page = await store.deadlines.list(limit=1, after=after, **filters)
            names += [f"{line.reference} {line.deadline.id}" for line in page.items]
            after = page.next
            if after is None:
                return names

    everything = ["CR-3 D-1", "CR-1 D-4", "CR-2 D-6:gp", "CR-2 D-6:police", "CR-1 D-7"]
    assert await feed() == everything
    assert await feed(status="met") == ["CR-1 D-7"]
    assert await feed(rehearsal=False) == everything[1:]
    assert await feed(due_before=NINE + timedelta(days=5)) == everything[:2]


async def test_a_cursor_says_nothing_of_the_case_that_it_stands_behind(store: Store) -> None:
    """An agency would learn of cases that it has no part in."""
    await open_cases(store, range(3), deadlines=[deadline("D-4", 2)])
    pages = await store.cases.list(limit=1), await store.deadlines.list(limit=1)
    for page in pages:
        held = base64.urlsafe_b64decode(f"{page.next}==")
        assert b"2026" not in held
        assert b"D-4" not in held


async def test_a_cursor_of_another_list_or_one_that_was_changed_is_refused(store: Store) -> None:
    await open_cases(store, range(3))
    given = (await store.cases.list(limit=1)).next
    assert given is not None
    with pytest.raises(BadCursor):
        await store.deadlines.list(after=given)
    with pytest.raises(BadCursor):
        await store.cases.list(after=given[:-8] + "AAAAAAAA")


@pytest.mark.parametrize("given", ["", "nonsense", "é", "W10", "WyIyMDI2LTExLTAyIl0", "eyJhIjoxfQ"])
async def test_a_cursor_of_ones_own_making_is_refused(store: Store, given: str) -> None:
    with pytest.raises(BadCursor):
        await store.cases.list(after=given)
    with pytest.raises(BadCursor):
        await store.deadlines.list(after=given)


@pytest.mark.parametrize("name", ["\0", "CR-2026-001\0", "\ud800", 7, None, ["CR"]])
async def test_a_forged_cursor_is_refused_where_what_it_holds_is_no_text_of_ours(store: Store, name: object) -> None:
    for more in ([name], ["CR-2026-001", name], [name, "D-1"]):
        forged = forge([NINE.isoformat(), *more])
        with pytest.raises(BadCursor):
            await store.cases.list(after=forged)
        with pytest.raises(BadCursor):
            await store.deadlines.list(after=forged)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-02", "\0", 3])
async def test_a_forged_cursor_is_refused_where_its_moment_is_none(store: Store, at: object) -> None:
    with pytest.raises(BadCursor):
        await store.cases.list(after=forge([at, "CR-2026-001"]))


async def test_a_forged_cursor_without_an_end_is_refused(store: Store) -> None:
    with pytest.raises(BadCursor):
        await store.cases.list(after=base64.urlsafe_b64encode(b"[" * 100_000).decode())


def forge(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
