"""The read model: written from the workflow's state in one transaction; children and references."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from review.case.record import Settled
from review.moment import Changed, EntryLine
from settings.keys import Keyring
from store import Store
from store.cases import Related
from store.errors import AnotherCase, MomentGap, StoreAhead, UnknownMessage
from store.inbox import Message, MessageStatus
from store.mail_log import MailStatus
from store.snapshot import DeadlineRow
from tests.keeping import kept, moment_of
from tests.store.cases import CASE, NINE, deadline, first, later, row


async def receive(store: Store, name: str, body: dict[str, Any] | None = None) -> None:
    await store.inbox.receive(
        Message(id=name, fingerprint="f", reference=CASE, kind="k", body=body or {}, by="dcs", received_at=NINE)
    )


async def status(store: Store, name: str) -> MessageStatus:
    standing = await store.inbox.get(name)
    assert standing is not None
    return standing.status


async def test_a_moment_writes_record_state_and_settlements_together(store: Store) -> None:
    await receive(store, "m1")
    await receive(store, "m2")
    refusal = {"name": "AlreadySigned", "sentence": "You have signed this version."}
    settled = [
        Settled(message="m1", status="recorded", at=NINE),
        Settled(message="m2", status="refused", refusal=refusal, at=NINE),
    ]
    await kept(store, first())

    await kept(store, later(1, row(1), row(2), state={"stage": "panel"}, settled=settled))

    held = await store.cases.get(CASE)
    assert held is not None
    assert held.seq == 2
    assert held.state == {"partnership": "Sample", "stage": "panel", "entries": [], "version": 1}
    assert [one.key for one in await store.record.rows(CASE)] == ["1", "2"]
    assert await status(store, "m1") is MessageStatus.RECORDED
    refused = await store.inbox.get("m2")
    assert refused is not None
    assert (refused.status, refused.answer) == (MessageStatus.REFUSED, refusal)
    assert (await store.verify()).breaks == []


async def test_a_moment_that_comes_before_the_one_before_it_leaves_nothing(store: Store) -> None:
    await receive(store, "m1")
    await kept(store, first())

    with pytest.raises(MomentGap, match="moment 2 cannot follow moment 0"):
        await kept(store, later(2, row(2), settled=[Settled(message="m1", status="recorded", at=NINE)]))

    assert await store.record.rows(CASE) == []
    assert await status(store, "m1") is MessageStatus.PENDING


async def test_a_moment_that_fails_in_its_last_step_leaves_no_row_and_no_view(store: Store) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        await kept(store, first(CASE, row(1), settled=[Settled(message="m1", status="nonsense", at=NINE)]))

    assert await store.cases.get(CASE) is None
    assert await store.record.rows(CASE) == []


async def test_a_moment_may_be_repeated_after_a_crash(store: Store) -> None:
    await kept(store, first())
    for _ in range(3):
        await kept(store, later(1, row(1), settled=[Settled(message="never-received", status="recorded", at=NINE)]))

    assert len(await store.record.rows(CASE)) == 1
    assert len((await store.deadlines.list()).items) == 2


async def test_an_older_moment_changes_nothing(store: Store) -> None:
    await kept(store, first())
    await kept(store, later(1, row(1), state={"stage": "report"}))
    await kept(store, later(2, row(2), state={"stage": "panel-response"}))

    await kept(store, later(1, row(1), state={"stage": "report"}))

    held = await store.cases.get(CASE)
    assert held is not None
    assert (held.seq, held.state["stage"]) == (2, "panel-response")


async def test_a_run_that_was_set_back_does_not_write_over_what_the_store_has(store: Store) -> None:
    await kept(store, first())
    await kept(store, later(1, row(1)))

    with pytest.raises(StoreAhead, match="crg revive"):
        await store.cases.carry(later(1, row(7)), run="another-run", written_at=NINE)

    assert [one.key for one in await store.record.rows(CASE)] == ["1"]


async def test_a_run_that_goes_on_from_an_older_engine_is_refused(store: Store) -> None:
    """The run is the same, and tells of a later time what the store has as written already."""
    await kept(store, first())
    await kept(store, later(1, row(1)))
    await kept(store, later(2, row(2)))

    for version in (1, 2):
        other = later(version, row(7)).model_copy(update={"at": NINE + timedelta(days=1)})
        with pytest.raises(StoreAhead, match="crg revive"):
            await kept(store, other)

    assert [one.key for one in await store.record.rows(CASE)] == ["1", "2"]


async def test_a_run_that_was_set_back_is_refused_for_all_that_it_goes_on_to(store: Store) -> None:
    """Also once it has as many moments as the store: what the store has of others would be lost."""
    await kept(store, first())
    await kept(store, later(1, row(1)))
    await kept(store, later(2, row(2)))

    for version in (2, 3, 4):
        with pytest.raises(StoreAhead, match="crg revive"):
            await store.cases.carry(later(version, row(7)), run="set-back", written_at=NINE)

    assert [one.key for one in await store.record.rows(CASE)] == ["1", "2"]
    again = later(3, row(3)).model_copy(update={"began": 2})
    await store.cases.carry(again, run="brought-back", written_at=NINE)
    assert [one.key for one in await store.record.rows(CASE)] == ["1", "2", "3"]


async def test_two_processes_with_the_same_moments_leave_each_once(store: Store, other_process: Store) -> None:
    await kept(store, first())
    for version in range(1, 6):
        moments = [later(version, row(version), deadlines=[deadline(f"D-{version}", version)])] * 2
        await asyncio.gather(*(kept(one, came) for one, came in zip((store, other_process), moments, strict=True)))

    assert [one.key for one in await store.record.rows(CASE)] == ["1", "2", "3", "4", "5"]
    assert (await store.verify()).breaks == []


async def test_a_deadline_that_has_changed_is_replaced_and_one_that_is_gone_goes(store: Store) -> None:
    await kept(store, first())
    met = deadline("D-7", 22, status="met", met=NINE)
    came = later(1)
    came.patch.listed["deadlines"] = Changed(now={"D-7": met}, gone=["D-4"])
    await kept(store, came)

    (line,) = (await store.deadlines.list()).items

    assert (line.reference, line.deadline) == (CASE, DeadlineRow.model_validate(met))


async def test_what_a_message_said_comes_from_the_inbox(store: Store) -> None:
    """X-3: it goes through the engine once; entry and row have it whole all the same."""
    body = {"message": "m1", "by": {"people": ["dcs"], "roles": ["dcs"]}, "recorded_at": "2026-11-02T09:00:00Z"}
    wrong = body | {"fact": {"kind": "k", "reasons": "Sample."}}
    right = {"fact": {"kind": "corrected", "right": {"kind": "k", "reasons": "Sample: better."}}}
    await receive(store, "m1", wrong)
    await receive(store, "m2", body | {"message": "m2"} | right)
    await kept(store, first())
    bare = row(1).model_copy(update={"message": "m1", "bare": True, "detail": {"known": 1}})
    at = {"happened_at": NINE, "taken_at": NINE}
    came = later(1, bare)
    came.patch.entries = [EntryLine(message="m1", **at)]
    await kept(store, came)
    came = later(2)
    came.patch.entries = [EntryLine(message="m1", corrected_by="m2", **at), EntryLine(message="m2", right=True, **at)]
    await kept(store, came)

    held = await store.cases.get(CASE)
    assert held is not None
    first_said, then = held.state["entries"]
    assert (first_said["reported"], first_said["corrected_by"]) == (wrong, "m2")
    assert then["reported"]["fact"] == {"kind": "k", "reasons": "Sample: better."}
    (told,) = await store.record.rows(CASE)
    assert told.detail == {"kind": "k", "reasons": "Sample.", "known": 1}


async def test_a_moment_of_another_case_under_the_same_reference_is_refused(store: Store) -> None:
    """After a restore a workflow of another time may have it: what it tells is of another family."""
    body = {"message": "m1", "by": {"people": ["dcs"], "roles": ["dcs"]}, "fact": {"kind": "k"}}
    await receive(store, "m1", body)
    opened = first()
    opened.patch.entries = [EntryLine(message="m1", happened_at=NINE, taken_at=NINE)]
    await store.cases.open(opened, written_at=NINE)

    with pytest.raises(AnotherCase, match="opened by another message"):
        await kept(store, later(1, row(1)).model_copy(update={"opened_by": "m9"}))
    await kept(store, later(1, row(1)).model_copy(update={"opened_by": "m1"}))

    assert len(await store.record.rows(CASE)) == 1


async def test_a_moment_that_names_a_message_that_nobody_received_is_refused(store: Store) -> None:
    await kept(store, first())
    came = later(1)
    came.patch.entries = [EntryLine(message="m9", happened_at=NINE, taken_at=NINE)]
    with pytest.raises(UnknownMessage, match="m9"):
        await kept(store, came)


async def test_what_has_been_done_is_noted_once_with_its_row_and_its_mail(store: Store) -> None:
    await kept(store, first(state={"outbox": [{"cause": "c", "to": "p"}, {"cause": "c", "to": "q"}]}))
    log: dict[str, Any] = {"reference": CASE, "cause": "c", "person": "p", "to": "p@example.org", "subject": CASE}
    await store.mail_log.begin("<m@example.org>", **log, sent_at=NINE)
    for _ in range(2):
        await store.cases.note(CASE, rows=[row(1)], done={"c>p": NINE}, mail="<m@example.org>", written_at=NINE)

    held = await store.cases.get(CASE)
    assert held is not None
    assert held.seq == 1
    assert [one["to"] for one in held.state["outbox"]] == ["q"]
    assert list(held.state["done"]) == ["c>p"]
    assert (await store.mail_log.begin("<m@example.org>", **log, sent_at=NINE)).status is MailStatus.SENT


async def test_a_child_is_found_in_every_case_that_it_is_in(store: Store) -> None:
    """X-4."""
    await kept(store, first("CR-1", children=["child-a", "child-b"]))
    await kept(store, first("CR-2", children=["child-b", "child-b"]))
    await kept(store, moment_of("CR-1", NINE, version=1, children=["child-b", "child-c"]))

    found = await store.cases.of_children(["child-a", "child-b", "child-c"])
    assert _references(found) == {"child-a": [], "child-b": ["CR-1", "CR-2"], "child-c": ["CR-1"]}
    assert [(one.live, one.stamp) for one in found["child-c"]] == [(True, await store.cases.stamp("CR-1"))]


def _references(found: Mapping[str, Sequence[Related]]) -> dict[str, list[str]]:
    return {child: [one.reference for one in theirs] for child, theirs in found.items()}


async def test_a_child_entered_under_an_older_key_is_found_under_both(url: str) -> None:
    old, new = ("old", secrets.token_bytes(32)), ("new", secrets.token_bytes(32))
    async with Store.open(url, Keyring([old])) as before:
        await kept(before, first("CR-1"))
    async with Store.open(url, Keyring([new, old])) as after:
        await kept(after, first("CR-2"))

        found = await after.cases.of_children(["child-a"])
        assert _references(found) == {"child-a": ["CR-1", "CR-2"]}


async def test_references_count_per_year_and_are_never_given_twice(store: Store, other_process: Store) -> None:
    given = await asyncio.gather(
        *(one.cases.new_reference("CR", 2026) for one in (store, other_process) for _ in range(10))
    )

    assert sorted(given) == [f"CR-2026-{number:03d}" for number in range(1, 21)]
    assert await store.cases.new_reference("CR", 2027) == "CR-2027-001"
    assert await store.cases.new_reference("IR", 2026) == "IR-2026-001"
