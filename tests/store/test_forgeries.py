"""What somebody can do who may write to the database and has no key: whatever it is, verification names it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from calendar_rules.working_days import ClosedKind
from review.case.record import RecordRow, RowKind, Settled
from review.facts import Reported, Speaker
from review.facts.directory import Directory, Person, Role
from review.facts.rapid_review import ReturnsRequested
from review.listed import DeadlineLine
from review.moment import EntryLine
from settings.keys import Keyring
from store import Store
from store.anchor import read_anchor
from store.database import engine_of
from store.errors import NotOurAnchor
from store.inbox import Message
from store.journal import WATCHED, wrote
from store.meeting import MeetingRecord
from tests.keeping import kept, moment_of

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CASE, OTHER = "CR-2026-001", "CR-2026-002"
SHOWN = (
    "case_parts",
    "case_entries",
    "case_deadlines",
    "case_actions",
    "case_agenda",
    "case_agencies",
    "case_children",
    "cases",
)
ONE = {"cases": "", "mail": "", "inbox": "WHERE id = 'CR-2026-001-1'"}  # which row is damaged
OF_A_CASE = (*SHOWN, "inbox", "record", "record_heads", "documents", "mail")
TABLES = (
    *OF_A_CASE,
    *("register", "directory_versions", "closures", "closures_taken_back", "crg_meetings", "crg_meeting_changes"),
    *("link_revocations", "link_keys", "key_ids", "counters"),
)


def message(id: str, reference: str, at: datetime = NINE) -> Message:
    return Message(id=id, fingerprint="f", reference=reference, kind="k", body={}, by="sbu", received_at=at)


async def fill(store: Store, reference: str = CASE, number: int = 1) -> None:
    """One thing of each kind for this case, `number` telling a later one from an earlier."""
    id, at = f"{reference}-{number}", NINE + timedelta(minutes=number)
    await store.inbox.receive(message(id, reference, at))
    row = RecordRow(
        key=str(number), kind=RowKind.FACT, what="told", line="Told.", happened_at=at, told_at=at, message=id
    )
    due = DeadlineLine(id="D-1", title="Sample", due=at, status="open", owner="dcs").model_dump(mode="json")
    seen: dict[str, Any] = {"line": {}, "agencies": ["police"], "children": ["child-a"]} if number == 1 else {}
    came = moment_of(
        *(reference, at),
        version=number - 1,
        state={"number": number},
        deadlines=[due],
        rows=[row],
        settled=[Settled(message=id, status="recorded", at=at)],
        **seen,
    )
    reported = Reported(
        message=id, by=Speaker(people=["dcs"], roles=[Role.DCS]), recorded_at=at, fact=ReturnsRequested()
    )
    came.patch.entries_from = number - 1
    came.patch.entries = [EntryLine(message=id, happened_at=at, taken_at=at, reported=reported)]
    await kept(store, came)
    await store.documents.put(
        reference, "report", key=id, content=id.encode(), media_type="text/html", title="Report", at=at
    )
    mail = f"<{id}@example.org>"
    await store.mail_log.begin(
        mail, reference=reference, cause="c", person="dcs", to="dcs@example.org", subject="S", sent_at=at
    )
    await store.mail_log.sent(mail)


async def fill_registers(store: Store) -> None:
    for number in (1, 2):
        people = [Person(id="dcs", name="Sample", email=f"dcs{number}@example.org", roles=[Role.DCS])]
        await store.directory.replace(Directory(partnership="P", people=people, agencies=[]), by="sbu", at=NINE)
        await store.closures.add(date(2026, 12, number), why="Sample.", kind=ClosedKind.CLOSURE, by="sbu", at=NINE)
    await store.closures.take_back(date(2026, 12, 2), entered_at=NINE, reason="Wrong.", by="sbu", at=NINE)
    meeting = await store.meetings.call(starts_at=NINE, link="", message="m1", by="sbu", at=NINE)
    await store.meetings.move(
        meeting.id, starts_at=NINE + timedelta(days=1), link=None, reason="R.", message="m2", by="sbu", at=NINE
    )
    await store.cases.new_reference("CR", 2026)
    await store.try_to_write()
    await store.links.revoke(person="dcs", reason="Sample.", by="sbu", at=NINE)
    await store.links.signing_since("k1", NINE)
    held = MeetingRecord(attended=["dcs"], agenda={})
    await store.meetings.hold(meeting.id, held, by="sbu-manager", at=NINE + timedelta(days=2))


async def do(url: str, *statements: str) -> None:
    """Run statements as somebody could who has the database in hand; its guards are taken off first."""
    engine = engine_of(make_url(url))
    async with engine.begin() as connection:
        if url.startswith("sqlite"):
            guards = await connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            statements = (*(f"DROP TRIGGER {guard}" for guard in guards), *statements)
        else:
            off = (f"DROP TRIGGER IF EXISTS {table}_refuses_change ON {table}" for table in ("record", "register"))
            statements = (*off, *statements)
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


async def keep(url: str) -> None:
    """Keep a copy of every table, to be set back to later."""
    await do(url, *(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}" for table in TABLES))


def set_back(*tables: str, where: str = "1 = 1") -> list[str]:
    gone = [f"DELETE FROM {table} WHERE {where}" for table in tables]
    return gone + [f"INSERT INTO {table} SELECT * FROM kept_{table} WHERE {where}" for table in reversed(tables)]


async def found(store: Store, reference: str | None = None) -> list[str]:
    return [f"{one.reference}: {one.why}" for one in (await store.verify(reference)).breaks]


async def test_what_was_written_is_found_as_it_was_written(store: Store) -> None:
    """X-3: also what was changed and taken away by the product itself."""
    await fill(store)
    await fill(store, number=2)
    await fill_registers(store)
    await store.documents.forget(CASE, key=f"{CASE}-2")
    await store.inbox.tried(f"{CASE}-1", NINE)
    await store.inbox.receive_all([message("a", OTHER), message("b", OTHER), message(f"{CASE}-1", CASE)])
    await store.meetings.look_again()

    verified = await store.verify()

    assert verified.breaks == []
    assert (verified.chains, verified.rows) == (4, 24)
    assert (await store.verify(CASE)).breaks == (await store.verify("directory")).breaks == []


async def test_the_registers_say_who_changed_what(store: Store) -> None:
    """X-2, X-3: with what was there before."""
    await fill_registers(store)

    added, changed = await store.register.entries("directory")
    closures = [(one.what, one.by, one.detail["day"]) for one in await store.register.entries("closures")]
    meetings = [(one.what, one.by, one.detail["meeting"]) for one in await store.register.entries("crg-meetings")]

    assert (added.what, added.by, added.detail["version"]) == ("directory-changed", "sbu", 1)
    assert changed.detail["changes"] == [
        {"entry": "person", "id": "dcs", "was": {"email": "dcs1@example.org"}, "now": {"email": "dcs2@example.org"}}
    ]
    assert closures == [
        ("closure-entered", "sbu", "2026-12-01"),
        ("closure-entered", "sbu", "2026-12-02"),
        ("closure-taken-back", "sbu", "2026-12-02"),
    ]
    assert meetings == [
        ("meeting-called", "sbu", "crg-2026-11-02"),
        ("meeting-moved", "sbu", "crg-2026-11-02"),
        ("meeting-recorded", "sbu-manager", "crg-2026-11-02"),
    ]


@pytest.mark.parametrize(
    ("statement", "reported"),
    [
        ("UPDATE inbox SET kind = 'other' WHERE id = 'CR-2026-001-1'", "message CR-2026-001-1 is not as it was"),
        ("UPDATE inbox SET status = 'pending' WHERE id = 'CR-2026-001-1'", "message CR-2026-001-1 is not as it was"),
        ("DELETE FROM inbox WHERE id = 'CR-2026-001-1'", "message CR-2026-001-1 has been removed"),
        ("UPDATE inbox SET reference = 'CR-2026-002' WHERE id = 'CR-2026-001-1'", "message CR-2026-001-1 has been rem"),
        ("UPDATE documents SET media_type = 'text/plain'", "document report 1 is not as it was written"),
        ("UPDATE documents SET document = 'letter'", "document report 1 has been removed"),
        ("DELETE FROM documents", "document report 1 has been removed"),
        ("UPDATE mail SET status = 'refused'", "email <CR-2026-001-1@example.org> is not as it was written"),
        ("UPDATE mail SET person = 'other'", "email <CR-2026-001-1@example.org> is not as it was written"),
        ("DELETE FROM mail", "email <CR-2026-001-1@example.org> has been removed"),
        ("UPDATE cases SET live = FALSE", "the case as lists show it is not as it was written"),
        ("UPDATE cases SET stage = 'concluded'", "the case as lists show it is not as it was written"),
        ("UPDATE case_deadlines SET status = 'met'", "deadline D-1 is not as it was written"),
        ("DELETE FROM case_deadlines", "deadline D-1 has been removed"),
        ("UPDATE case_agencies SET agency = 'health'", "agency of the case police has been removed"),
        ("DELETE FROM case_children", "child of the case, as they are found, "),
        ("DELETE FROM case_parts", "part of the case's state: rest has been removed"),
        ("UPDATE case_entries SET place = 7", "entry of the case 0 has been removed"),
    ],
)
async def test_a_row_of_a_case_that_was_changed_is_named(store: Store, url: str, statement: str, reported: str) -> None:
    await fill(store)
    await do(url, statement)

    assert any(f"{CASE}: {reported}" in one for one in await found(store))
    assert await found(store, CASE) != []
    assert await found(store, OTHER) == (
        ["CR-2026-002: message CR-2026-001-1 was not written by this product"] * ("reference =" in statement)
    )


@pytest.mark.parametrize(
    ("statement", "reported"),
    [
        (
            "UPDATE directory_versions SET \"by\" = 'other' WHERE version = 1",
            "version of the directory 1 is not as it was",
        ),
        ("DELETE FROM directory_versions WHERE version = 2", "version of the directory 2 has been removed"),
        ("UPDATE closures SET kind = 'bank-holiday'", "closed day 2026-12-01 is not as it was written"),
        ("DELETE FROM closures", "closed day 2026-12-01 has been removed"),
        (
            "UPDATE closures_taken_back SET \"by\" = 'other'",
            "closed day that was taken back 2026-12-02 1 is not as it was",
        ),
        ("UPDATE crg_meetings SET held_at = NULL, sealed_record = NULL", "CRG meeting crg-2026-11-02 is not as it was"),
        (
            "UPDATE crg_meeting_changes SET \"by\" = 'other'",
            "change of the CRG meeting crg-2026-11-02 1 is not as it was",
        ),
        (
            "DELETE FROM register WHERE chain = 'directory' AND seq = 2",
            "directory: row 2 and what followed it are miss",
        ),
        (
            "UPDATE register SET written_at = (SELECT MAX(at) FROM closures) WHERE chain = 'closures'",
            "closures: row 1 ",
        ),
        ("UPDATE counters SET value = 0", "count of reference:CR-2026 is not as it was written"),
        ("DELETE FROM key_ids", "the note of the key k1 has been removed"),
        ("UPDATE key_ids SET first_at = (SELECT MAX(at) FROM closures)", "note of the key k1 is not as it was written"),
        ("INSERT INTO key_ids SELECT 'other', first_at FROM key_ids", "key other was not written by this product"),
        ("DELETE FROM link_revocations", "revocation of links 1 has been removed"),
        ("UPDATE link_keys SET since = (SELECT MAX(written_at) FROM register)", "signed with the key k1 is not as it"),
        ("DELETE FROM register WHERE chain = 'crg-meetings' AND seq = 1", "crg-meetings: row 1 is missing"),
        ("DELETE FROM register WHERE chain = 'journal' AND seq = 3", "journal: row 3 is missing"),
        ("DELETE FROM record_heads WHERE reference = 'journal'", "journal: row 1 was not written by this product"),
        ("DELETE FROM register; DELETE FROM record_heads WHERE reference = 'journal'", "journal does not name row 1"),
    ],
)
async def test_a_change_of_what_belongs_to_no_case_is_named(
    store: Store, url: str, statement: str, reported: str
) -> None:
    """The directory, closed days and CRG meetings are chained as a record is."""
    await fill(store)
    await fill_registers(store)
    await do(url, *statement.split("; "))

    assert any(reported in one for one in await found(store))


@pytest.mark.parametrize("where", ["inbox SET received_at", "record SET written_at", "register SET written_at"])
async def test_a_value_that_no_program_of_ours_writes_is_named(store: Store, url: str, kind: str, where: str) -> None:
    """SQLite keeps anything in any column; PostgreSQL refuses it."""
    if kind == "postgresql":
        return
    await fill(store)
    await do(url, f"UPDATE {where} = 'nonsense'")

    assert any("a row holds what this product never writes" in one for one in await found(store))


async def test_a_store_that_was_emptied_of_every_row_is_not_taken_for_a_new_one(store: Store, url: str) -> None:
    """A new one has noted its keys. What is left of the vault shows that there was a case, too."""
    assert await found(store) == []
    await fill(store)
    await store.vault.keep(CASE, b"large")
    await store.vault.keep("weekly-digest", b"large")
    await do(url, *(f"DELETE FROM {table}" for table in TABLES))

    assert await found(store) == [
        "journal: all of it has been removed, with all that it named",
        f"{CASE}: all of it has been removed: the store keeps large parts of the case",
    ]
    await store.vault.remember_keys()
    assert await found(store) == [f"{CASE}: all of it has been removed: the store keeps large parts of the case"]


@pytest.mark.parametrize(
    ("table", "column", "reported"),
    [
        ("cases", "sealed_line", "the case as lists show it does not open"),
        ("inbox", "sealed", "message CR-2026-001-1 does not open"),
        ("mail", "sealed", "email <CR-2026-001-1@example.org> does not open"),
    ],
)
async def test_damage_that_was_there_when_the_row_was_written_again_is_named(
    store: Store, url: str, table: str, column: str, reported: str
) -> None:
    """The journal then has the row as it is, damage and all."""
    await fill(store)
    await store.inbox.receive(message("later", CASE))
    await do(url, f"UPDATE {table} SET {column} = (SELECT sealed FROM inbox WHERE id = 'later') {ONE[table]}")
    watched = next(one for one in WATCHED if one.name == table)
    async with store._database.write() as connection:
        wrote(store._database, connection, watched, *await connection.execute(select(watched)))

    assert [one[: len(CASE) + 2 + len(reported)] for one in await found(store)] == [f"{CASE}: {reported}"]
    assert await store.cases.opens(CASE) is (table != "cases")


async def test_a_line_that_does_not_open_stays_so_until_all_of_it_is_written_again(store: Store, url: str) -> None:
    """To write the rest of it only would hide what is missing. A run that begins again hands in all of it."""
    await fill(store)
    await do(url, "UPDATE cases SET sealed_line = (SELECT sealed FROM inbox)")
    some = moment_of(CASE, NINE + timedelta(minutes=5), version=1, line={})
    await kept(store, some)
    assert not await store.cases.opens(CASE)

    whole = moment_of(CASE, NINE + timedelta(minutes=6), version=2, line={})
    whole.patch.listed["line"].whole = True
    await kept(store, whole)
    assert (await store.cases.opens(CASE), await found(store)) == (True, [])


async def test_a_case_that_was_removed_whole_is_named(store: Store, url: str) -> None:
    await fill(store)
    await fill(store, OTHER)
    await do(url, *(f"DELETE FROM {table} WHERE reference = '{CASE}'" for table in OF_A_CASE))

    assert f"{CASE}: all of it has been removed: the journal names 1 rows" in await found(store)
    assert all(one.startswith(CASE) for one in await found(store))
    assert await found(store, CASE) != []


@pytest.mark.parametrize("with_the_journal", [False, True])
async def test_a_case_that_was_set_back_to_an_earlier_state_is_named(
    store: Store, url: str, with_the_journal: bool
) -> None:
    """Its tail cut, with the head of then and all else of the case: each row was written here, at its time."""
    await fill(store)
    await fill(store, OTHER)
    await keep(url)
    await fill(store, number=2)
    await fill(store, OTHER, number=2)
    await do(url, *set_back(*OF_A_CASE, where=f"reference = '{CASE}'"))
    if with_the_journal:
        await do(url, *set_back("register"), *set_back("record_heads", where="reference = 'journal'"))

    wrong = await found(store)

    victim, why = (OTHER, "the journal does not name row 2") if with_the_journal else (CASE, "it was set back")
    assert any(f"{victim}: {why}" in one for one in wrong), wrong


async def test_a_store_that_was_set_back_whole_shows_against_an_anchor(
    store: Store, url: str, keyring: Keyring
) -> None:
    await fill(store)
    await fill_registers(store)
    await keep(url)
    await fill(store, number=2)
    anchor = read_anchor(keyring, (await store.anchor(NINE)).model_dump_json())
    await fill(store, number=3)
    assert (await store.verify(against=anchor)).breaks == []

    await do(url, *set_back(*TABLES))

    assert await found(store) == []
    wrong = {one.reference: one.why for one in (await store.verify(against=anchor)).breaks}
    assert wrong[CASE] == "row 2 is missing, against the anchor of 2026-11-02 09:00 UTC"
    assert set(wrong) == {CASE, "journal"}


async def test_a_chain_written_again_with_the_keys_shows_against_an_anchor(store: Store, url: str) -> None:
    await fill(store)
    anchor = await store.anchor(NINE)
    await do(url, *(f"DELETE FROM {table}" for table in TABLES))
    await fill(store)

    assert await found(store) == []
    assert {one.why.partition(",")[0] for one in (await store.verify(CASE, anchor)).breaks} == {"row 1 is another one"}


async def test_an_anchor_that_was_changed_or_signed_elsewhere_is_refused(store: Store, keyring: Keyring) -> None:
    await fill(store)
    anchor = await store.anchor(NINE)
    signed = anchor.model_dump_json()

    assert read_anchor(keyring, signed) == anchor
    for wrong in (
        signed.replace(CASE, OTHER),
        anchor.model_copy(update={"heads": anchor.heads[1:]}).model_dump_json(),
        anchor.model_copy(update={"signature": ""}).model_dump_json(),
        "{}",
        "nothing",
    ):
        with pytest.raises(NotOurAnchor):
            read_anchor(keyring, wrong)
    with pytest.raises(NotOurAnchor, match="not among CRG_KEYS"):
        read_anchor(Keyring([("other", b"1" * 32)]), signed)
