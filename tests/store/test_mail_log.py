"""The log of emails: sent once, refused in plain sight."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from review.case.mailing import TROUBLE_WORDS, MailTrouble
from settings.keys import Keyring
from store import Store
from store.errors import UnknownMessage
from store.mail_log import MailStatus
from tests.keeping import kept, moment_of

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CASE = "CR-2026-001"


async def begin(
    store: Store, name: str = "<m1@example.org>", *, to: str = "lead@example.org", minutes: int = 0, **more: Any
) -> MailStatus:
    before = await store.mail_log.begin(
        name,
        reference=CASE,
        cause="rapid-review-request",
        person="lead-police",
        to=to,
        subject=f"{CASE}: a return is asked for",
        sent_at=NINE + timedelta(minutes=minutes),
        **more,
    )
    return before.status


async def refused(store: Store, why: str, name: str = "<m1@example.org>") -> None:
    await store.mail_log.not_taken(name, MailStatus.REFUSED, MailTrouble.NO_SUCH_PERSON, why)


async def test_an_email_that_was_sent_must_not_go_again(store: Store) -> None:
    assert await begin(store) is MailStatus.BEGUN
    await store.mail_log.sent("<m1@example.org>")

    assert await begin(store, to="another@example.org") is MailStatus.SENT

    (mail,) = await store.mail_log.of_case(CASE)
    assert (mail.status, mail.to, mail.why) == (MailStatus.SENT, "lead@example.org", None)
    assert mail.subject == "CR-2026-001: a return is asked for"


async def test_an_email_that_was_begun_before_a_crash_may_go(store: Store) -> None:
    assert await begin(store) is MailStatus.BEGUN
    assert await begin(store) is MailStatus.BEGUN
    assert len(await store.mail_log.of_case(CASE)) == 1


async def test_a_refused_email_says_why_and_may_go_to_a_corrected_address(store: Store) -> None:
    await begin(store, to="typo@example.org")
    await refused(store, "550 no such mailbox typo@example.org")
    (known,) = await store.mail_log.of_case(CASE)
    assert (known.status, known.why) == (MailStatus.REFUSED, "550 no such mailbox typo@example.org")

    assert await begin(store, to="right@example.org", minutes=5) is MailStatus.BEGUN
    await store.mail_log.sent("<m1@example.org>")

    (sent,) = await store.mail_log.of_case(CASE)
    assert (sent.status, sent.to, sent.why) == (MailStatus.SENT, "right@example.org", None)
    assert sent.sent_at == NINE + timedelta(minutes=5)


async def test_a_late_refusal_does_not_undo_that_it_was_sent(store: Store) -> None:
    await begin(store)
    await store.mail_log.sent("<m1@example.org>")
    await refused(store, "too late")

    (mail,) = await store.mail_log.of_case(CASE)
    assert mail.status is MailStatus.SENT


async def test_the_emails_of_a_case_come_in_the_order_in_which_they_went(store: Store) -> None:
    for name, minutes in (("third", 9), ("first", 1), ("second", 1)):
        await begin(store, name, minutes=minutes)

    assert [mail.message_id for mail in await store.mail_log.of_case(CASE)] == ["first", "second", "third"]
    assert await store.mail_log.of_case("CR-2026-002") == []


async def test_the_end_of_an_email_that_was_never_begun_is_refused(store: Store) -> None:
    with pytest.raises(UnknownMessage):
        await store.mail_log.sent("<m9@example.org>")
    with pytest.raises(UnknownMessage):
        await refused(store, "why", "<m9@example.org>")


async def test_a_fault_of_the_mail_system_stands_until_the_mails_that_it_hit_have_gone(store: Store) -> None:
    """Whatever else goes meanwhile. It is new once, and another fault is another one."""
    waits = (MailStatus.WAITING, MailTrouble.MAY_NOT_SEND, "our mail server may not send it")
    fault = store.mail_log.fault(MailTrouble.MAY_NOT_SEND, 554, "police.example.org")
    other = store.mail_log.fault(MailTrouble.MAY_NOT_SEND, 554, "health.example.org")
    assert "police" not in fault
    new = []
    for name, which in (("<m1@example.org>", fault), ("<m2@example.org>", fault), ("<m3@example.org>", other)):
        await begin(store, name)
        new.append(await store.mail_log.not_taken(name, *waits, fault=which))
    assert new == [True, False, True]

    await begin(store, "<m4@example.org>")
    await store.mail_log.sent("<m4@example.org>")
    standing = await store.mail_log.standing()
    assert (standing.trouble, standing.held, standing.waiting) == (MailTrouble.MAY_NOT_SEND, 3, 3)
    assert standing.since

    for name in ("<m1@example.org>", "<m3@example.org>"):
        await begin(store, name, again=True)
        await store.mail_log.sent(name)
    assert await store.mail_log.stands(fault)
    assert not await store.mail_log.stands(other)
    await begin(store, "<m2@example.org>", again=True)
    await store.mail_log.not_taken("<m2@example.org>", MailStatus.WAITING, MailTrouble.TRY_LATER, "later")
    standing = await store.mail_log.standing()
    assert (standing.trouble, standing.since, standing.held, standing.waiting) == (None, None, 0, 1)


async def test_a_mail_that_was_handed_over_is_not_sent_again_while_somebody_waits_for_the_answer(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it has perhaps arrived, and is counted: also where nobody was left to say so."""
    now = NINE
    monkeypatch.setattr(store.mail_log, "_now", lambda: now)
    for copies in (1, 2, 3):
        assert await begin(store, again=copies > 1) is MailStatus.BEGUN
        await store.mail_log.handed_over("<m1@example.org>")
        assert await begin(store, again=True, awaited=True) is MailStatus.HANDED_OVER
        now += timedelta(minutes=1)
        assert await begin(store, again=True, awaited=True) is MailStatus.PERHAPS
    assert await begin(store, again=True) is MailStatus.PERHAPS, "three copies: a person decides"
    assert await begin(store) is MailStatus.BEGUN, "and has it sent again"


async def test_a_mailbox_that_is_full_is_no_fault_of_the_mail_system(store: Store) -> None:
    await begin(store)
    await store.mail_log.not_taken("<m1@example.org>", MailStatus.WAITING, MailTrouble.MAILBOX_FULL, "full")

    standing = await store.mail_log.standing()
    assert (standing.trouble, standing.waiting) == (None, 1)


async def id_of(store: Store, cause: str = "sign-off:2", person: str = "zoe-hale", reference: str = CASE) -> str:
    return await store.mail_log.message_id(reference, cause, person, domain="northmoor.example")


async def test_what_has_perhaps_arrived_waits_and_then_is_for_a_person_to_decide(store: Store) -> None:
    """Counted and named, case by case, until somebody says what became of it; the digest is nobody's to decide."""
    line = {"route": "serious-incident", "stage": "rapid-review", "opened_at": NINE.isoformat()}
    await kept(store, moment_of(CASE, NINE, line=line))
    name, why = "<m1@example.org>", TROUBLE_WORDS[MailTrouble.PERHAPS_DELIVERED]
    for tried in range(1, 4):
        await begin(store)
        await store.mail_log.not_taken(name, MailStatus.PERHAPS, MailTrouble.PERHAPS_DELIVERED, why)
        standing = await store.mail_log.standing()
        assert (standing.waiting, standing.perhaps) == ((1, []) if tried < 3 else (0, [CASE]))
    await store.mail_log.begin(
        "<d@example.org>", reference="all", cause="digest", person="chair", to="c@example.org", subject="", sent_at=NINE
    )
    for _ in range(3):
        await store.mail_log.not_taken("<d@example.org>", MailStatus.PERHAPS, MailTrouble.PERHAPS_DELIVERED, why)
    assert (await store.mail_log.standing()).perhaps == [CASE]
    await store.mail_log.sent(name)
    assert (await store.mail_log.standing()).perhaps == []


async def test_a_message_id_is_stable_and_says_nothing_of_what_it_is_of(url: str) -> None:
    """It is keyed: who sees it can try no guess at the cause."""
    async with Store.open(url, Keyring([("k1", b"1" * 32)])) as store:
        first = await id_of(store)
        assert (
            first == "<8319a0ba9e57af128755710ba297d3aedf4b5f58@northmoor.example>"
        )  # pinned: another id would send emails again
        assert await id_of(store) == first
        others = [
            await id_of(store, "sign-off:3"),
            await id_of(store, person="wren"),
            await id_of(store, reference="x"),
        ]
    async with Store.open(url, Keyring([("k1", b"2" * 32)])) as elsewhere:
        others.append(await id_of(elsewhere))
    assert len({first, *others}) == 5


async def test_an_email_that_was_begun_before_a_rotation_keeps_its_message_id(url: str) -> None:
    old, new = ("old", b"1" * 32), ("new", b"2" * 32)
    async with Store.open(url, Keyring([old])) as before:
        first = await id_of(before)
        await begin(before, first)
    async with Store.open(url, Keyring([new, old])) as after:
        assert await id_of(after) == first
        assert await id_of(after, "sign-off:3") != first
        (mail,) = await after.mail_log.of_case(CASE)
    assert mail.cause == "rapid-review-request"
