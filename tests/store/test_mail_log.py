"""The log of emails: sent once, refused in plain sight."""

from datetime import UTC, datetime, timedelta

import pytest

from store import Store
from store.errors import UnknownMessage
from store.mail_log import MailStatus

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CASE = "CR-2026-001"


async def begin(
    store: Store, name: str = "<m1@example.org>", *, to: str = "lead@example.org", minutes: int = 0
) -> bool:
    return await store.mail_log.begin(
        name,
        reference=CASE,
        cause="rapid-review-request",
        person="lead-police",
        to=to,
        subject=f"{CASE}: a return is asked for",
        sent_at=NINE + timedelta(minutes=minutes),
    )


async def test_an_email_that_was_sent_must_not_go_again(store: Store) -> None:
    assert await begin(store) is False
    await store.mail_log.sent("<m1@example.org>")

    assert await begin(store, to="another@example.org") is True

    (mail,) = await store.mail_log.of_case(CASE)
    assert (mail.status, mail.to, mail.why) == (MailStatus.SENT, "lead@example.org", None)
    assert mail.subject == "CR-2026-001: a return is asked for"


async def test_an_email_that_was_begun_before_a_crash_may_go(store: Store) -> None:
    assert await begin(store) is False
    assert await begin(store) is False
    assert len(await store.mail_log.of_case(CASE)) == 1


async def test_a_refused_email_says_why_and_may_go_to_a_corrected_address(store: Store) -> None:
    await begin(store, to="typo@example.org")
    await store.mail_log.refused("<m1@example.org>", "550 no such mailbox typo@example.org")
    (refused,) = await store.mail_log.of_case(CASE)
    assert (refused.status, refused.why) == (MailStatus.REFUSED, "550 no such mailbox typo@example.org")

    assert await begin(store, to="right@example.org", minutes=5) is False
    await store.mail_log.sent("<m1@example.org>")

    (sent,) = await store.mail_log.of_case(CASE)
    assert (sent.status, sent.to, sent.why) == (MailStatus.SENT, "right@example.org", None)
    assert sent.sent_at == NINE + timedelta(minutes=5)


async def test_a_late_refusal_does_not_undo_that_it_was_sent(store: Store) -> None:
    await begin(store)
    await store.mail_log.sent("<m1@example.org>")
    await store.mail_log.refused("<m1@example.org>", "too late")

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
        await store.mail_log.refused("<m9@example.org>", "why")
