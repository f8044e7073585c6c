"""The read model: written from the workflow's state in one transaction, listed by cursor."""

import asyncio
import base64
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from review.record import RecordRow, RowKind, Settled
from settings.keys import Keyring
from store import Store
from store.errors import BadCursor, RecordGap
from store.inbox import Message, MessageStatus
from store.snapshot import DeadlineRow, Snapshot

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CASE = "CR-2026-001"


def row(seq: int) -> RecordRow:
    return RecordRow(
        seq=seq, kind=RowKind.FACT, what="panel-notified", line="Said.", happened_at=NINE, told_at=NINE, who="dcs"
    )


def deadline(name: str, days: int, **more: Any) -> DeadlineRow:
    given = {"title": f"what {name} is about", "status": "open", "owner": "business-unit"} | more
    return DeadlineRow(id=name, due=NINE + timedelta(days=days), **given)


def snapshot(reference: str = CASE, seq: int = 1, **more: Any) -> Snapshot:
    given: dict[str, Any] = {
        "route": "serious-incident",
        "stage": "rapid-review",
        "opened_at": NINE,
        "next_deadline": "D-4",
        "next_deadline_at": NINE + timedelta(days=2),
        "case_now": NINE,
        "state": {"seq": seq, "facts": [{"kind": "panel-notified"}]},
        "deadlines": [deadline("D-4", 2, slack_working_days=1), deadline("D-7", 21, subject="the recommendation")],
        "children": ["child-a"],
    }
    return Snapshot(reference=reference, seq=seq, **(given | more))


async def project(store: Store, view: Snapshot, *rows: RecordRow, settled: list[Settled] | None = None) -> None:
    await store.cases.project(
        view.reference, seq=view.seq, snapshot=view, rows=rows, settled=settled or [], written_at=NINE
    )


async def receive(store: Store, name: str) -> None:
    await store.inbox.receive(
        Message(id=name, fingerprint="f", reference=CASE, kind="k", body={}, by="dcs", received_at=NINE)
    )


async def status(store: Store, name: str) -> MessageStatus:
    standing = await store.inbox.get(name)
    assert standing is not None
    return standing.status


async def test_a_projection_writes_record_view_and_settlements_together(store: Store) -> None:
    await receive(store, "m1")
    await receive(store, "m2")
    refusal = {"name": "AlreadySigned", "sentence": "You have signed this version."}
    settled = [
        Settled(message="m1", status="recorded", at=NINE),
        Settled(message="m2", status="refused", refusal=refusal, at=NINE),
    ]

    await project(store, snapshot(), row(1), row(2), settled=settled)

    assert await store.cases.get(CASE) == snapshot()
    assert len(await store.record.rows(CASE)) == 2
    assert await status(store, "m1") is MessageStatus.RECORDED
    refused = await store.inbox.get("m2")
    assert refused is not None
    assert (refused.status, refused.answer) == (MessageStatus.REFUSED, refusal)
    assert await store.record.verify() == []


async def test_a_projection_that_cannot_be_whole_leaves_nothing(store: Store) -> None:
    await receive(store, "m1")

    with pytest.raises(RecordGap):
        await project(store, snapshot(), row(2), settled=[Settled(message="m1", status="recorded", at=NINE)])

    assert await store.cases.get(CASE) is None
    assert await status(store, "m1") is MessageStatus.PENDING


async def test_a_projection_that_fails_in_its_last_step_leaves_no_row_and_no_view(store: Store) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        await project(store, snapshot(), row(1), settled=[Settled(message="m1", status="nonsense", at=NINE)])

    assert await store.cases.get(CASE) is None
    assert await store.record.rows(CASE) == []


async def test_a_projection_may_be_repeated_after_a_crash(store: Store) -> None:
    for _ in range(3):
        await project(
            store, snapshot(), row(1), settled=[Settled(message="never-received", status="recorded", at=NINE)]
        )

    assert len(await store.record.rows(CASE)) == 1
    assert len((await store.cases.deadlines()).items) == 2


async def test_an_older_view_does_not_replace_a_newer_one(store: Store) -> None:
    await project(store, snapshot(seq=5, stage="panel-response"), row(1), row(2))

    await project(store, snapshot(seq=4, stage="rapid-review"), row(1))

    held = await store.cases.get(CASE)
    assert held is not None
    assert (held.seq, held.stage) == (5, "panel-response")


async def test_two_projections_at_once_leave_the_newer_view_and_every_row(store: Store, other_process: Store) -> None:
    await asyncio.gather(
        *(
            project(one, snapshot(seq=seq, deadlines=[deadline(f"D-{seq}", seq)]), *map(row, range(1, seq + 1)))
            for seq in (3, 6, 9)
            for one in (store, other_process)
        )
    )

    held = await store.cases.get(CASE)
    assert held is not None
    assert held.seq == 9
    assert [line.deadline.id for line in (await store.cases.deadlines()).items] == ["D-9"]
    assert len(await store.record.rows(CASE)) == 9
    assert await store.record.verify() == []


async def test_deadlines_are_replaced_with_the_view(store: Store) -> None:
    await project(store, snapshot(seq=1))
    met = deadline("D-7", 22, status="met", met=NINE)
    await project(store, snapshot(seq=2, deadlines=[met]))

    (line,) = (await store.cases.deadlines()).items

    assert (line.reference, line.deadline) == (CASE, met)


async def open_cases(store: Store, numbers: range, **more: Any) -> None:
    for number in numbers:
        opened_at = NINE + timedelta(hours=number // 2)  # two at a time, to try the order of equals
        await project(store, snapshot(f"CR-2026-{number:03d}", opened_at=opened_at, **more))


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
    await project(store, snapshot("CR-1", stage="notification", overdue=True))
    await project(store, snapshot("CR-2", route="referral", next_deadline_at=NINE + timedelta(days=9)))
    await project(store, snapshot("CR-3", next_deadline=None, next_deadline_at=None, live=False, rehearsal=True))

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
    await project(store, snapshot("CR-1", stage="notification"))
    await project(store, snapshot("CR-2", stage="panel", **none))
    await project(store, snapshot("CR-3", stage="practice-review", **none))
    await project(store, snapshot("CR-4", stage="withdrawn", live=False, **none))
    await project(store, snapshot("CR-5", stage="not-notified"))  # D-2 outlives the decision (N-4)
    await project(store, snapshot("RH-1", stage="notification", rehearsal=True))

    assert await store.cases.counting() == ["CR-1", "CR-2", "CR-3", "CR-5"]


async def test_the_deadline_feed_runs_over_all_cases_by_due_date(store: Store) -> None:
    await project(store, snapshot("CR-1", deadlines=[deadline("D-4", 2), deadline("D-7", 21, status="met", met=NINE)]))
    await project(store, snapshot("CR-2", deadlines=[deadline("D-6:police", 5), deadline("D-6:gp", 5)]))
    await project(store, snapshot("CR-3", rehearsal=True, deadlines=[deadline("D-1", 1)]))

    async def feed(**filters: Any) -> list[str]:
        names: list[str] = []
        after: str | None = None
        while True:
            page = await store.cases.deadlines(limit=1, after=after, **filters)
            names += [f"{line.reference} {line.deadline.id}" for line in page.items]
            after = page.next
            if after is None:
                return names

    everything = ["CR-3 D-1", "CR-1 D-4", "CR-2 D-6:gp", "CR-2 D-6:police", "CR-1 D-7"]
    assert await feed() == everything
    assert await feed(status="met") == ["CR-1 D-7"]
    assert await feed(rehearsal=False) == everything[1:]
    assert await feed(due_before=NINE + timedelta(days=5)) == everything[:2]


@pytest.mark.parametrize("given", ["", "nonsense", "é", "W10", "WyIyMDI2LTExLTAyIl0", "eyJhIjoxfQ"])
async def test_a_cursor_of_ones_own_making_is_refused(store: Store, given: str) -> None:
    with pytest.raises(BadCursor):
        await store.cases.list(after=given)
    with pytest.raises(BadCursor):
        await store.cases.deadlines(after=given)


@pytest.mark.parametrize("name", ["\0", "CR-2026-001\0", "\ud800", 7, None, ["CR"]])
async def test_a_forged_cursor_is_refused_where_what_it_holds_is_no_text_of_ours(store: Store, name: object) -> None:
    for more in ([name], ["CR-2026-001", name], [name, "D-1"]):
        forged = forge([NINE.isoformat(), *more])
        with pytest.raises(BadCursor):
            await store.cases.list(after=forged)
        with pytest.raises(BadCursor):
            await store.cases.deadlines(after=forged)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-02", "\0", 3])
async def test_a_forged_cursor_is_refused_where_its_moment_is_none(store: Store, at: object) -> None:
    with pytest.raises(BadCursor):
        await store.cases.list(after=forge([at, "CR-2026-001"]))


async def test_a_forged_cursor_without_an_end_is_refused(store: Store) -> None:
    with pytest.raises(BadCursor):
        await store.cases.list(after=base64.urlsafe_b64encode(b"[" * 100_000).decode())


def forge(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


async def test_a_child_is_found_in_every_case_that_it_is_in(store: Store) -> None:
    """X-4."""
    await project(store, snapshot("CR-1", children=["child-a", "child-b"]))
    await project(store, snapshot("CR-2", children=["child-b", "child-b"]))
    await project(store, snapshot("CR-1", seq=2, children=["child-b", "child-c"]))

    assert await store.cases.cases_of_child("child-b") == ["CR-1", "CR-2"]
    assert await store.cases.cases_of_child("child-c") == ["CR-1"]
    assert await store.cases.cases_of_child("child-a") == []


async def test_a_child_entered_under_an_older_key_is_found_under_both(url: str) -> None:
    old, new = ("old", secrets.token_bytes(32)), ("new", secrets.token_bytes(32))
    async with Store.open(url, Keyring([old])) as before:
        await project(before, snapshot("CR-1"))
    async with Store.open(url, Keyring([new, old])) as after:
        await project(after, snapshot("CR-2"))

        assert await after.cases.cases_of_child("child-a") == ["CR-1", "CR-2"]


async def test_references_count_per_year_and_are_never_given_twice(store: Store, other_process: Store) -> None:
    given = await asyncio.gather(
        *(one.cases.new_reference("CR", 2026) for one in (store, other_process) for _ in range(10))
    )

    assert sorted(given) == [f"CR-2026-{number:03d}" for number in range(1, 21)]
    assert await store.cases.new_reference("CR", 2027) == "CR-2027-001"
    assert await store.cases.new_reference("IR", 2026) == "IR-2026-001"
