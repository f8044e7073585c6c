"""What is on the disk says nothing of a family; what was sealed under an older key still opens."""

import base64
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from calendar_rules.working_days import ClosedKind
from review.case.mailing import MailTrouble
from review.case.record import RecordRow, RowKind
from review.facts import Reported, Speaker
from review.facts.directory import Agency, Directory, Person, Role
from review.facts.rapid_review import ReturnsRequested
from review.moment import EntryLine
from settings.keys import Keyring, Tampered, UnknownKey
from store import Store
from store.database import engine_of
from store.errors import KeyReused
from store.inbox import Message, MessageStatus
from store.mail_log import MailStatus
from tests.keeping import kept, moment_of

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CASE = "CR-2026-001"
WORD = "Zephyrine"  # stands for every name and every word of a narrative


async def fill(store: Store) -> None:
    """Write the word everywhere where a name or a narrative may be written."""
    await store.inbox.receive(
        Message(
            id="m1", fingerprint="f", reference=CASE, kind="k", body={"child": WORD}, by=f"by-{WORD}", received_at=NINE
        )
    )
    await store.inbox.settle("m1", MessageStatus.RECORDED, {"receipt": WORD}, NINE)
    row = RecordRow(
        key="1",
        kind=RowKind.FACT,
        what="panel-notified",
        line=f"{WORD} was hurt.",
        who=f"who-{WORD}",
        happened_at=NINE,
        told_at=NINE,
        detail={"child": WORD},
    )
    line = {"route": "serious-incident", "stage": "rapid-review", "opened_at": NINE.isoformat()}
    due = {"id": "D-1", "title": WORD, "due": NINE.isoformat(), "status": "open", "owner": WORD, "subject": WORD}
    came = moment_of(
        CASE, NINE, line=line, state={"child": WORD}, deadlines=[due], children=[WORD], rows=[row],
    )  # fmt: skip
    reported = Reported(
        message="m1", by=Speaker(people=[WORD], roles=[Role.DCS]), recorded_at=NINE, fact=ReturnsRequested()
    )
    came.patch.entries = [EntryLine(message="m1", happened_at=NINE, taken_at=NINE, reported=reported)]
    await kept(store, came)
    await store.documents.put(
        CASE, "report", key="a", content=WORD.encode(), media_type="text/html", title=WORD, at=NINE
    )
    await store.mail_log.begin(
        "<m1@example.org>", reference=CASE, cause="c", person="p", to=f"{WORD}@example.org", subject=WORD, sent_at=NINE
    )
    await store.mail_log.not_taken("<m1@example.org>", MailStatus.REFUSED, MailTrouble.NO_SUCH_PERSON, f"550 {WORD}")
    people = [Person(id="lead", name=WORD, email=f"{WORD}@example.org", roles=[Role.AGENCY], job_title=WORD)]
    agencies = [Agency(id="police", name=WORD, safeguarding_lead="lead", senior_officer="lead")]
    directory = Directory(partnership=WORD, people=people, agencies=agencies)
    await store.directory.replace(directory, by="sbu", at=NINE)
    await store.closures.add(date(2026, 12, 1), why=WORD, kind=ClosedKind.CLOSURE, by="sbu", at=NINE)
    await store.closures.add(date(2026, 12, 2), why=WORD, kind=ClosedKind.CLOSURE, by="sbu", at=NINE)
    await store.closures.take_back(date(2026, 12, 2), entered_at=NINE, reason=WORD, by="sbu", at=NINE)


async def readings(store: Store) -> list[object]:
    """Read back everything that `fill` wrote."""
    return [
        await store.inbox.message("m1"),
        await store.inbox.get("m1"),
        await store.record.rows(CASE),
        await store.cases.get(CASE),
        (await store.deadlines.list()).items,
        await store.cases.of_children([WORD]),
        await store.documents.get(CASE, "report", 1),
        await store.mail_log.of_case(CASE),
        await store.directory.read(),
        await store.closures.all(),
        await store.closures.taken_back(),
        (await store.verify()).breaks,
    ]


async def everything_in(url: str) -> bytes:
    """All that the database holds, as bytes: every file of SQLite, every row of PostgreSQL."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        return b"".join(one.read_bytes() for one in sorted(file.parent.glob(f"{file.name}*")))
    engine = engine_of(make_url(url))
    held = b""
    async with engine.connect() as connection:
        tables = await connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
        for table in tables.all():
            for row in await connection.execute(text(f'SELECT * FROM "{table}"')):
                held += b"\n".join(one if isinstance(one, bytes) else str(one).encode() for one in row)
    await engine.dispose()
    return held


def log_size(url: str) -> int:
    """Bytes in SQLite's write-ahead log."""
    return Path(url.removeprefix("sqlite:///") + "-wal").stat().st_size


async def test_no_word_of_a_narrative_and_no_name_reaches_the_disk(store: Store, url: str) -> None:
    await fill(store)

    held = await everything_in(url)  # while the store is open: the write-ahead log is looked at too

    assert CASE.encode() in held
    assert WORD.lower().encode() not in held.lower()
    assert base64.b64encode(WORD.encode())[:10] not in held
    if url.startswith("sqlite"):
        assert log_size(url) > 0


async def test_no_guess_at_what_is_sealed_can_be_tried_against_a_hash_beside_it(store: Store, url: str) -> None:
    """The hash of a request and of a document are sealed: short words were found from them by trying."""
    fingerprint = hashlib.sha256(b"POST the request").hexdigest()
    reported = Message(id="m1", fingerprint=fingerprint, reference=CASE, kind="k", body={}, by="sbu", received_at=NINE)
    await store.inbox.receive(reported)
    kept = await store.documents.put(
        CASE, "report", key="a", content=b"do not notify", media_type="text/html", title="Report", at=NINE
    )

    held = await everything_in(url)

    assert await store.inbox.message("m1") == reported
    assert kept.sha256 == hashlib.sha256(b"do not notify").hexdigest()
    for digest in (fingerprint, kept.sha256):
        assert digest.encode() not in held
        assert bytes.fromhex(digest) not in held


async def test_a_key_that_was_sent_before_a_rotation_is_known_after_it(url: str) -> None:
    old, new = ("old", secrets.token_bytes(32)), ("new", secrets.token_bytes(32))
    reported = Message(id="m1", fingerprint="one", reference=CASE, kind="k", body={}, by="sbu", received_at=NINE)
    async with Store.open(url, Keyring([old])) as before:
        await before.inbox.receive(reported)

    async with Store.open(url, Keyring([new, old])) as after:
        assert (await after.inbox.receive(reported)).id == "m1"
        with pytest.raises(KeyReused):
            await after.inbox.receive(reported.model_copy(update={"fingerprint": "other"}))


async def test_what_was_written_under_an_old_key_opens_after_a_rotation(url: str) -> None:
    old, new = ("old", secrets.token_bytes(32)), ("new", secrets.token_bytes(32))
    async with Store.open(url, Keyring([old])) as before:
        await fill(before)
        written = await readings(before)

    async with Store.open(url, Keyring([new, old])) as after:
        assert await readings(after) == written
        (row,) = await after.record.rows(CASE)
        await after.record.append(CASE, [row.reported().model_copy(update={"key": "2"})])
        assert (await after.verify()).breaks == []

    async with Store.open(url, Keyring([new])) as too_early:
        with pytest.raises(UnknownKey, match="old"):
            await too_early.cases.get(CASE)
        broken = (await too_early.verify()).breaks
        assert (CASE, 1) in {(one.reference, one.seq) for one in broken}
        assert all("the key old" in one.why for one in broken)


READERS: list[tuple[str, str, Callable[[Store], Awaitable[object]]]] = [
    ("inbox", "id", lambda store: store.inbox.message("other")),
    ("case_parts", "part", lambda store: store.cases.get(CASE)),
    ("case_entries", "place", lambda store: store.cases.get(CASE)),
    ("mail", "reference", lambda store: store.mail_log.of_case("other")),
    ("documents", "reference", lambda store: store.documents.get("other", "report", 1)),
]


@pytest.mark.parametrize(("table", "key", "read"), READERS, ids=[table for table, _, _ in READERS])
async def test_a_row_that_was_moved_to_another_place_does_not_open(
    store: Store, url: str, table: str, key: str, read: Callable[[Store], Awaitable[object]]
) -> None:
    await fill(store)
    engine = engine_of(make_url(url))
    async with engine.begin() as connection:
        if table == "mail":  # known by its message id, so that is what is moved
            await connection.execute(text("UPDATE mail SET message_id = 'other'"))
        other = 7 if table == "case_entries" else "other"
        await connection.execute(text(f"UPDATE {table} SET {key} = :other"), {"other": other})
    await engine.dispose()

    with pytest.raises(Tampered):
        await read(store)


async def test_an_error_of_the_database_does_not_repeat_what_the_statement_carried(store: Store) -> None:
    with pytest.raises(Exception, match="time zone") as caught:
        await store.mail_log.begin(
            "<m1@example.org>",
            reference=CASE,
            cause="c",
            person=WORD,
            to=WORD,
            subject=WORD,
            sent_at=datetime(2026, 1, 1),  # noqa: DTZ001
        )
    assert WORD not in str(caught.value)
