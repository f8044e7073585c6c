"""A bit flipped in the database: what does not open is shown as such and named in the log, and all else is read."""

import pytest
from sqlalchemy import Table, select, update

from review.listed import DeadlineLine
from settings.keys import CannotOpen
from store import Store
from store.tables import case_actions, case_deadlines, case_parts, cases
from tests.store.test_listed import DAY, NINE, action, project


async def flip(store: Store, table: Table, column: str = "sealed", to: bytes | None = b"\1flipped") -> None:
    """Damage the first case's row behind the store's back, or put it back."""
    async with store._database.engine.begin() as connection:
        await connection.execute(update(table).where(table.c.reference == "CR-1").values({column: to}))


async def test_a_damaged_row_takes_none_of_the_others_out_of_a_list(
    store: Store, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for reference in ("CR-1", "CR-2"):
        due = DeadlineLine(id="D-1", title="Sample", due=NINE, status="open", owner="business-unit")
        await project(store, reference, deadlines=[due], actions=[action("one", NINE - DAY)])
    assert await store.cases.opens("CR-1")
    for table in (case_parts, case_deadlines, case_actions):
        await flip(store, table)
    await flip(store, cases, "sealed_line")

    assert [line.reference for line in (await store.cases.list()).items] == ["CR-1", "CR-2"]
    first, second = (await store.deadlines.list()).items
    assert (first.deadline.due, second.deadline.title) == (NINE, "Sample")
    assert first.deadline.title.startswith("This cannot be read")
    assert [line.what[:6] for line in (await store.actions.list(now=NINE)).items] == ["This a", "Sample"]
    assert [reference for reference in ("CR-1", "CR-2") if await store.cases.opens(reference)] == ["CR-2"]
    with pytest.raises(CannotOpen):
        await store.cases.get("CR-1")
    told = caplog.text or "".join(capsys.readouterr())  # wherever the logs of this process go
    assert "case-cannot-be-opened" in told
    assert told.count("line-cannot-be-opened") == 3


@pytest.mark.parametrize(
    ("table", "column"), [(cases, "sealed_line"), (case_deadlines, "sealed"), (case_actions, "sealed")]
)
async def test_a_line_of_a_list_that_does_not_open_is_damage_of_its_case_until_it_is_put_back(
    store: Store, table: Table, column: str
) -> None:
    """However it comes to light: by the list itself, or where each case is looked into."""
    due = DeadlineLine(id="D-1", title="Sample", due=NINE, status="open", owner="business-unit")
    for reference in ("CR-1", "CR-2"):
        await project(store, reference, deadlines=[due], actions=[action("one", NINE - DAY)])
    async with store._database.read() as connection:
        held = await connection.scalar(select(table.c[column]).where(table.c.reference == "CR-1"))
    await flip(store, table, column)
    for read in (store.cases.list(), store.deadlines.list(), store.actions.list(now=NINE)):
        await read
    assert store.cases.seen_damaged() == {"CR-1"}
    assert [await store.cases.opens(reference) for reference in ("CR-1", "CR-2")] == [False, True]
    await flip(store, table, column, held)
    assert await store.cases.opens("CR-1")
    assert store.cases.seen_damaged() == set()
