"""The record: append-only, chained, and honest about what was done to it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from review.case.record import RecordRow, RowKind
from store import Store
from store.database import engine_of
from store.verify import Break

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CASE = "CR-2026-001"


def row(seq: int, line: str = "The Panel was notified.") -> RecordRow:
    return RecordRow(
        key=str(seq),
        kind=RowKind.FACT,
        what="panel-notified",
        line=line,
        about="D-1",
        who="sbu-manager",
        capacity="business-unit",
        happened_at=NINE,
        told_at=NINE + timedelta(minutes=seq),
        message=f"m{seq}",
        detail={"number": seq, "share": 0.5, "nested": {"list": [1, "two", None, True]}},
    )


def rows(first: int, last: int) -> list[RecordRow]:
    return [row(seq) for seq in range(first, last + 1)]


async def tamper(url: str, *statements: str) -> None:
    """Do to the database what somebody could who has its password but no key."""
    engine = engine_of(make_url(url))
    guards = (
        ["DROP TRIGGER IF EXISTS record_refuses_update", "DROP TRIGGER IF EXISTS record_refuses_delete"]
        if url.startswith("sqlite")
        else ["DROP TRIGGER IF EXISTS record_refuses_change ON record"]
    )
    async with engine.begin() as connection:
        for statement in [*guards, *statements]:
            await connection.execute(text(statement))
    await engine.dispose()


async def test_rows_come_back_as_they_were_handed_in_in_order(store: Store) -> None:
    """X-3."""
    await store.record.append(CASE, rows(1, 3))

    held = await store.record.rows(CASE)

    assert [one.reported() for one in held] == rows(1, 3)
    assert [one.seq for one in await store.record.rows(CASE, after=1, limit=1)] == [2]
    assert await store.record.rows("CR-2026-002") == []
    assert (await store.verify()).breaks == []


async def test_rows_of_one_kind_are_found_among_the_others(store: Store) -> None:
    warning = row(3).model_copy(update={"kind": RowKind.WARNING})
    await store.record.append(CASE, [*rows(1, 2), warning, row(4)])

    assert [one.reported() for one in await store.record.rows(CASE, kind=RowKind.WARNING)] == [warning]
    assert [one.seq for one in await store.record.rows(CASE, kind=RowKind.FACT, after=1)] == [2, 4]


async def test_rows_handed_in_again_are_passed_over(store: Store) -> None:
    await store.record.append(CASE, rows(1, 2))
    before = await store.record.rows(CASE)

    await store.record.append(CASE, rows(1, 4))

    assert (await store.record.rows(CASE))[:2] == before
    assert len(await store.record.rows(CASE)) == 4


async def test_another_content_under_the_key_of_a_row_changes_nothing(store: Store) -> None:
    """X-2: nothing is overwritten."""
    await store.record.append(CASE, rows(1, 2))

    await store.record.append(CASE, [row(2, "Something else."), row(3)])

    assert [one.reported() for one in await store.record.rows(CASE)] == rows(1, 3)


async def test_rows_are_numbered_in_the_order_of_writing(store: Store) -> None:
    """X-3: no order of writers leaves a gap."""
    for number in (3, 1, 2):
        await store.record.append(CASE, [row(number)])

    held = await store.record.rows(CASE)
    assert [(one.seq, one.key) for one in held] == [(1, "3"), (2, "1"), (3, "2")]
    assert (await store.verify()).breaks == []


async def test_two_processes_that_append_at_once_leave_one_whole_chain(store: Store, other_process: Store) -> None:
    await asyncio.gather(
        *(one.record.append(CASE, rows(1, last)) for one in (store, other_process) for last in (3, 5, 8))
    )

    held = await store.record.rows(CASE)
    assert sorted(one.key for one in held) == [str(number) for number in range(1, 9)]
    assert [one.seq for one in held] == list(range(1, 9))
    assert (await store.verify()).breaks == []


@pytest.mark.parametrize("act", ["UPDATE record SET what = 'nothing'", "DELETE FROM record"])
async def test_the_database_itself_refuses_to_change_or_delete_a_row(store: Store, url: str, act: str) -> None:
    await store.record.append(CASE, rows(1, 2))
    engine = engine_of(make_url(url))

    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.execute(text(act))
    await engine.dispose()

    assert len(await store.record.rows(CASE)) == 2


@pytest.mark.parametrize(
    ("statement", "broken", "why"),
    [
        ("UPDATE record SET what = 'other' WHERE seq = 3", 3, "not as it was written"),
        ("UPDATE record SET capacity = NULL WHERE seq = 2", 2, "not as it was written"),
        ("UPDATE record SET hash = 'abc' WHERE seq = 4", 4, "not as it was written"),
        ("UPDATE record SET sealed = (SELECT sealed FROM record WHERE seq = 2) WHERE seq = 3", 3, "does not open"),
        ("DELETE FROM record WHERE seq = 1", 1, "row 1 is missing"),
        ("DELETE FROM record WHERE seq = 3", 3, "row 3 is missing"),
        ("DELETE FROM record WHERE seq >= 4", 4, "what followed it are missing"),
        ("DELETE FROM record", 1, "what followed it are missing"),
        ("DELETE FROM record_heads WHERE reference LIKE 'CR-%'", 1, "not written by this product"),
        (
            "UPDATE record_heads SET sealed = (SELECT sealed FROM record WHERE seq = 2) WHERE reference LIKE 'CR-%'",
            0,
            "end of the chain",
        ),
    ],
)
async def test_verification_names_the_first_broken_row(
    store: Store, url: str, statement: str, broken: int, why: str
) -> None:
    await store.record.append(CASE, rows(1, 5))
    await tamper(url, statement)

    (found,) = (await store.verify()).breaks

    assert (found.reference, found.seq) == (CASE, broken)
    assert why in found.why
    assert (await store.verify(CASE)).breaks == [found]


async def test_a_moment_that_was_moved_by_a_second_shows(store: Store, url: str) -> None:
    await store.record.append(CASE, rows(1, 3))
    later = "'2026-11-02 09:00:01.000000'" if url.startswith("sqlite") else "'2026-11-02 09:00:01+00'"
    await tamper(url, f"UPDATE record SET happened_at = {later} WHERE seq = 2")

    assert (await store.verify()).breaks == [Break(CASE, 2, "row 2 is not as it was written")]


async def test_a_row_put_in_behind_the_last_shows(store: Store, url: str) -> None:
    await store.record.append(CASE, rows(1, 2))
    columns = "kind, what, capacity, happened_at, told_at, message, sealed, written_at, hash"
    await tamper(
        url,
        f"INSERT INTO record (reference, seq, key, {columns}) "
        f"SELECT reference, 3, 'x', {columns} FROM record WHERE seq = 2",
    )

    assert (await store.verify()).breaks == [Break(CASE, 3, "row 3 was not written by this product")]


async def test_a_broken_chain_does_not_hide_another(store: Store, url: str) -> None:
    for reference in (CASE, "CR-2026-002", "CR-2026-003"):
        await store.record.append(reference, rows(1, 3))
    await tamper(url, "UPDATE record SET what = 'other' WHERE seq = 2 AND reference <> 'CR-2026-002'")

    assert [(one.reference, one.seq) for one in (await store.verify()).breaks] == [(CASE, 2), ("CR-2026-003", 2)]
    assert (await store.verify("CR-2026-002")).breaks == []


async def test_a_chain_longer_than_one_batch_is_verified_to_its_end(store: Store, url: str) -> None:
    await store.record.append(CASE, rows(1, 1001))
    assert (await store.verify()).breaks == []

    await tamper(url, "UPDATE record SET what = 'other' WHERE seq = 1001")

    assert [one.seq for one in (await store.verify()).breaks] == [1001]


async def test_a_record_may_be_verified_while_it_grows(store: Store, other_process: Store) -> None:
    grown = asyncio.Event()

    async def grow() -> None:
        for seq in range(1, 151):
            await store.record.append(CASE, [row(seq)])
        grown.set()

    async def verify() -> list[Break]:
        breaks = []
        while not grown.is_set():
            breaks += (await other_process.verify(CASE)).breaks
        return breaks

    _, *found = await asyncio.gather(grow(), verify(), verify(), verify())

    assert found == [[], [], []]
    assert len(await store.record.rows(CASE)) == 150


async def test_what_left_the_partnership_is_listed_over_all_cases_page_by_page(store: Store) -> None:
    """B-8: the newest first; what is sealed is looked for, too; other rows are left out."""

    def shared(seq: int, to: str) -> RecordRow:
        return row(seq).model_copy(update={"kind": RowKind.DISCLOSURE, "detail": {"to": to}})

    await store.record.append(CASE, [row(1), shared(2, "panel"), shared(4, "lead-police")])
    await store.record.append("CR-2026-002", [shared(3, "panel")])

    everything = await store.record.disclosures(wanted=lambda _: True, limit=2)
    rest = await store.record.disclosures(wanted=lambda _: True, limit=2, after=everything.next)
    panel = await store.record.disclosures(wanted=lambda one: one.detail["to"] == "panel")
    one_case = await store.record.disclosures(wanted=lambda _: True, case="CR-2026-002")

    pages = [[(reference, one.key) for reference, one in page.items] for page in (everything, rest, panel, one_case)]
    other = ("CR-2026-002", "3")
    assert pages == [[(CASE, "4"), other], [(CASE, "2")], [other, (CASE, "2")], [other]]
    assert (rest.next, panel.next) == (None, None)
