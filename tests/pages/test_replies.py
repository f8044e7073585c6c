"""R-11. An officer answers a mail: the reply counts, or stands before the Business Unit; never lost, never guessed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from api.replies.receiving import collect
from api.replies.taking import look_at_new
from crg.embedded.replying import vouched_for
from delivery.replies.address import reply_address
from review.case.effects import EffectKey
from review.case.mailing import MailTrouble
from review.case.notices import OF_ALL_CASES
from review.facts.any_stage import DutyRetried
from review.facts.enums import Verdict
from review.facts.rapid_review import AgencyReturned
from review.facts.signing import SignOffGiven
from review.views import RowKind
from settings import ReplyMode
from store.inbox import MessageStatus
from store.mail_log import MailStatus
from store.replies import Kept, ReplyStatus
from tests.delivery.replying import MAILBOX, RELAY
from tests.pages.desk import REFERENCE, Desk
from tests.pages.replying import address_of, comes_in, has_gone, reads_replies, report, was_sent, written
from tests.pages.test_business_pages import OURS, signed_in

TAKE, OFF = ReplyMode.TAKE, ReplyMode.OFF
OFFICER = "officer-health"
OUTCOME = tuple[ReplyStatus, str]


async def asked(desk: Desk, mode: ReplyMode = ReplyMode.PROPOSE, version: int = 1) -> str:
    """An officer has been asked to sign a version: where the reply goes."""
    reads_replies(desk, mode)
    one = await desk.ask_for_sign_off(version)
    return await was_sent(desk, "sign-off", f"{one.id}:health", OFFICER)


async def kept(desk: Desk, id: str) -> Kept:
    found = await desk.store.replies.get(id)
    assert found is not None
    return found


def signatures(desk: Desk) -> list[SignOffGiven]:
    return desk.case.every(SignOffGiven)


async def test_an_unmistakable_reply_counts_at_once_where_the_setting_says_so(desk: Desk) -> None:
    to = await asked(desk, TAKE)
    id = await comes_in(desk, written(to, "Approved\n\nKind regards\nSam"))

    (signed,) = signatures(desk)
    assert (signed.officer, signed.verdict, signed.capacity) == (OFFICER, Verdict.APPROVE, "health")
    assert (await kept(desk, id)).status is ReplyStatus.TAKEN
    rows = [one for one in await desk.store.record.rows(REFERENCE) if one.what == "sign-off-given"]
    assert rows[0].line.endswith(", by a reply to the email; the version had not been opened")
    assert rows[0].detail["reply"] == {"opened": False, "taken_up_by": None}


async def test_the_same_mail_twice_is_one_and_a_second_answer_is_shown(desk: Desk) -> None:
    to = await asked(desk, TAKE)
    first = written(to, "Approved")
    assert await comes_in(desk, first) == await comes_in(desk, first)
    other = await comes_in(desk, written(to, "Send back: page 3"))

    assert len(signatures(desk)) == 1
    assert (await kept(desk, other)).found["why"] == "The person has answered."


async def test_by_default_the_business_unit_takes_up_what_is_proposed(desk: Desk, client: httpx.AsyncClient) -> None:
    to = await asked(desk)
    ref = desk.case.rounds[-1].document
    place = (REFERENCE, ref.document, ref.version, OFFICER)
    await desk.store.openings.note(*place, at=datetime.now(UTC))
    link = desk.link("sign-off", f"{desk.case.rounds[-1].id}:health", OFFICER)
    quoted = f"\n\nOn 2 March 2026, we wrote:\n> Read and decide: http://127.0.0.1:8000{link[:70]}=\n> {link[70:]}\n"
    id = await comes_in(desk, written(to, f"Send back: Sample: page 3 names the school.{quoted}"))
    assert signatures(desk) == []

    signed_in(desk, client, "sbu-manager")
    page = (await client.get("/replies")).text
    for words in (
        "1 reply waits for you",
        "Send back: Sample: page 3",
        address_of(OFFICER),
        '<dd class="govuk-summary-list__value">Yes</dd>',
    ):
        assert words in page
    assert link[3:60] not in page, "a link that signs is its holder's alone"
    for _ in range(2):  # a second click counts once
        await client.post(f"/replies/{id}/taken-up", headers=OURS)
    (signed,) = signatures(desk)
    assert (signed.verdict, signed.comments) == (Verdict.SEND_BACK, "Sample: page 3 names the school.")
    row = next(one for one in await desk.store.record.rows(REFERENCE) if one.what == "sign-off-given")
    assert ", by a reply to the email, taken up by sbu-manager; the version had been opened" in row.line
    assert row.who == OFFICER
    after = (await client.get("/replies")).text
    assert "No reply waits for you" in after
    assert "page 3 names the school., recorded by" in after


async def test_a_reply_that_a_person_must_read_is_set_aside_with_a_reason(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    to = await asked(desk, TAKE)
    id = await comes_in(desk, written(to, "Approved, but change <b>page</b> 3"))
    signed_in(desk, client, "sbu-manager")
    page = (await client.get("/replies")).text
    assert "Please read this reply" in page
    assert "change &lt;b&gt;page&lt;/b&gt; 3" in page
    assert f"/replies/{id}/taken-up" not in page
    refused = await client.post(f"/replies/{id}/taken-up", headers=OURS)
    assert (refused.status_code, signatures(desk)) == (409, [])

    silent = await client.post(f"/replies/{id}/set-aside", headers=OURS, data={"reason": " "})
    assert (silent.status_code, "Enter why nothing is taken up" in silent.text) == (409, True)
    long = "Sample: rang them. " * 300
    kept = (await client.post(f"/replies/{id}/set-aside", headers=OURS, data={"reason": long})).text
    assert ("Enter a shorter reason" in kept, long.strip() in kept) == (True, True)
    done = await client.post(f"/replies/{id}/set-aside", headers=OURS, data={"reason": "Sample: rang them."})
    assert done.status_code == 303
    assert "Sample: rang them." in (await client.get("/replies")).text


READ = [
    ("Approved", {"From": "sam.sample@elsewhere.example"}, "another address"),
    ("Approved", {"Subject": "FW: your answer is needed"}, "forwarded"),
    ("On behalf of the officer: approved", {}, "behalf"),
    ("Approved", {"Authentication_Results": ""}, "vouch"),
    ("Approved", {"Authentication_Results": "mx.council.example; dmarc=fail header.from=x"}, "vouch"),
    ("I approve version 7", {}, "names version 7"),
    ("Approved\nSend back: page 3", {}, "first lines"),
    ("I do not approve", {}, "first lines"),
    ("Nil return", {}, "first lines"),
    ("👍", {}, "first lines"),
    ("", {}, "first lines"),
]


async def test_what_is_not_unmistakable_is_shown_and_never_counts_by_itself(desk: Desk) -> None:
    to = await asked(desk, TAKE)
    for text, headers, why in READ:
        found = await kept(desk, await comes_in(desk, written(to, text, **headers)))
        assert (found.status, signatures(desk)) == (ReplyStatus.OPEN, [])
        assert why in str(found.found["why"])
        proposed = found.found["answer"] is not None
        assert proposed is (why == "vouch"), "whom nobody vouches for is proposed; all else is read"


async def test_what_is_sent_for_another_version_or_to_nobody_or_with_a_paper_is_shown(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    old = await asked(desk, TAKE)
    await desk.ask_for_sign_off(2, words="Sample: a second account.")
    found = await kept(desk, await comes_in(desk, written(old, "Approved")))
    assert "superseded by a newer version" in str(found.found["why"])
    unknown = reply_address(MAILBOX, f"<{'0' * 40}@partnership.example.org>") or ""
    found = await kept(desk, await comes_in(desk, written(unknown, "Approved")))
    assert (found.about, found.found["why"]) == (None, "We do not know which of our emails it answers.")
    new = await was_sent(desk, "sign-off", f"{desk.case.rounds[-1].id}:health", OFFICER, cause="second")
    attached = written(new, "Approved")
    attached.add_attachment(b"PK", maintype="application", subtype="vnd.ms-word", filename="comments.docm")
    found = await kept(desk, await comes_in(desk, attached))
    assert (found.found["why"], signatures(desk)) == ("Something is attached to it.", [])
    signed_in(desk, client, "sbu-manager")
    assert "comments.docm (1 kB)" in (await client.get("/replies")).text


async def test_a_setting_of_off_and_an_out_of_office_count_for_nothing(desk: Desk) -> None:
    to = await asked(desk, OFF)
    found = await kept(desk, await comes_in(desk, written(to, "Approved")))
    assert (found.status, "do not count" in str(found.found["why"])) == (ReplyStatus.OPEN, True)
    away = await comes_in(desk, written(to, "Approved", Auto_Submitted="auto-replied"))
    assert (await kept(desk, away)).status is ReplyStatus.FILED
    assert signatures(desk) == []


async def test_an_agency_answers_its_request_with_a_nil_return(desk: Desk) -> None:
    """R-4."""
    reads_replies(desk, TAKE)
    await desk.request_returns()
    to = await was_sent(desk, "return", "police", "lead-police")
    more = await comes_in(desk, written(to, "Nil return\nWe were called once, in 2021.", "lead-police"))
    assert ((await kept(desk, more)).status, desk.case.every(AgencyReturned)) == (ReplyStatus.OPEN, [])
    id = await comes_in(desk, written(to, "Nil return", "lead-police"))
    assert (await kept(desk, id)).status is ReplyStatus.TAKEN
    (given,) = desk.case.every(AgencyReturned)
    assert (given.agency, given.nil) == ("police", True)
    (receipt,) = [one for one in desk.case.outbox if one.template == "answer-recorded"]
    assert (receipt.to, receipt.n["agency"]) == ("lead-police", "police")


SHARED = "learning-shared:m-7"


async def came_in(desk: Desk, raw: bytes) -> Kept:
    id = await desk.store.replies.keep(raw, at=datetime.now(UTC))
    await look_at_new(desk.app.state.deps)
    return await kept(desk, id)


async def test_a_mail_that_comes_back_is_a_failed_duty_of_its_case(desk: Desk, client: httpx.AsyncClient) -> None:
    """R-11, R-12: named and shown as one that was refused; a second report of it changes nothing."""
    reads_replies(desk)
    id = await has_gone(desk, "learning-shared", SHARED, "lead-police")
    address = address_of("lead-police").upper()
    for number in range(2):
        found = await came_in(desk, report(id, address) + b"\r\n" * number)
        assert (found.status, found.about, found.person) == (ReplyStatus.FILED, REFERENCE, "lead-police")
    (failed,) = desk.case.failed.values()
    assert (failed.notice.key, failed.trouble) == (EffectKey.mail(SHARED, "lead-police"), MailTrouble.NO_SUCH_PERSON)
    rows = [one for one in await desk.store.record.rows(REFERENCE) if one.what == "mail-undelivered"]
    assert [one.line for one in rows] == ["Email came back"]
    (mail,) = await desk.store.mail_log.of_case(REFERENCE)
    assert (mail.status, "no such mailbox" in (mail.why or "")) == (MailStatus.CAME_BACK, True)
    signed_in(desk, client, "sbu-manager")
    today = (await client.get("/today")).text
    assert "Replies to read" not in today
    assert "there is no such mailbox: correct the address, then send it again" in today
    await desk.take(DutyRetried(duty=failed.notice.key))
    (mail,) = await desk.store.mail_log.of_case(REFERENCE)
    assert mail.status is MailStatus.GIVEN_UP, "it goes as another email"
    assert "there is no such mailbox" not in (await client.get("/today")).text


SHOWN = [
    ({"to": "pa@elsewhere.example"}, "Sent to"),
    ({"headers": f"Authentication-Results: {RELAY}; dmarc=fail header.from=mx.example\r\n"}, "trusted relay says"),
    ({"message_id": "<another@server.example>"}, "An email of ours to"),
    ({"message_id": f"<{'0' * 40}@partnership.example.org>"}, "An email of ours to"),
]


async def test_a_report_that_names_no_mail_of_ours_or_is_not_believed_is_shown_and_does_nothing(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    reads_replies(desk)
    id = await has_gone(desk, "learning-shared", SHARED, "lead-police")
    address = address_of("lead-police")
    for other, why in SHOWN:
        found = await came_in(desk, report(**{"message_id": id, "to": address} | other))
        assert (found.status, why in str(found.found["why"])) == (ReplyStatus.OPEN, True)
    digest = await has_gone(desk, "weekly-digest", "digest:2026-03-02", "crg-chair", reference=OF_ALL_CASES)
    assert (await came_in(desk, report(digest, address_of("crg-chair")))).status is ReplyStatus.OPEN
    unread = report(id, address).replace(b"delivery-status", b"plain")
    assert (await came_in(desk, unread)).status is ReplyStatus.OPEN
    assert (await came_in(desk, report(id, address, action="delayed"))).status is ReplyStatus.FILED
    assert desk.case.failed == {}
    signed_in(desk, client, "sbu-manager")
    today = (await client.get("/today")).text
    assert "Replies to read" in today
    assert f"An email of ours to {address} could not be delivered (status 5.1.1)." in today
    signed_in(desk, client, "crg-chair")
    assert "Replies to read" not in (await client.get("/today")).text


async def test_nobody_answers_in_time_and_the_reply_is_what_becomes_of_its_answer(desk: Desk) -> None:
    to, deps = await asked(desk, TAKE), desk.app.state.deps
    desk.down = True
    for text, status, then in (
        ("Approved", MessageStatus.RECORDED, ReplyStatus.TAKEN),
        ("I approve", MessageStatus.REFUSED, ReplyStatus.OPEN),
    ):
        id = await comes_in(desk, written(to, text))
        assert ((await kept(desk, id)).status, signatures(desk)) == (ReplyStatus.NEW, [])
        (waits,) = await pending(desk)
        assert waits.id == f"reply-{id[:40]}"
        await look_at_new(deps)
        assert (await kept(desk, id)).status is ReplyStatus.NEW, "looked at again, and said once"
        answer = {"type": "sign-off-closed", "detail": "Sample: too late."}
        await desk.store.inbox.settle(waits.id, status, answer, datetime.now(UTC))
        await look_at_new(deps)
        assert (await kept(desk, id)).status is then


async def pending(desk: Desk) -> list[Any]:
    later = datetime.now(UTC) + timedelta(hours=1)
    return [*await desk.store.inbox.pending(10, later, without=(), unreadable=[], in_hand=lambda *_: False)]


async def test_what_lies_in_the_folder_is_kept_and_removed_there(desk: Desk) -> None:
    to = await asked(desk, TAKE)
    folder = desk.settings.inbound_mail
    assert folder is not None
    folder.mkdir()
    (folder / "one.eml").write_bytes(vouched_for(written("", "Approved").as_bytes(), [to]))
    assert await collect(desk.app.state.deps) == 1
    assert [*folder.iterdir()] == []
    (found,) = await desk.store.replies.new(10)
    assert (await desk.store.replies.raw(found.id) or b"").endswith(b"Approved\n")


async def test_only_the_business_unit_sees_replies(desk: Desk, client: httpx.AsyncClient) -> None:
    id = await comes_in(desk, written(await asked(desk), "Approved"))
    signed_in(desk, client, "lead-police")
    assert (await client.get("/replies")).status_code == 403
    for path in ("taken-up", "set-aside", "as-it-came"):
        assert (await client.post(f"/replies/{id}/{path}", headers=OURS)).status_code == 403


async def test_a_mail_is_downloaded_as_it_came_and_that_stands_in_the_disclosure_log(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """B-8."""
    mail = written(await asked(desk), "Approved, but see page 3.")
    id = await comes_in(desk, mail)
    signed_in(desk, client, "sbu-manager")
    assert f"/replies/{id}/as-it-came" in (await client.get("/replies")).text
    came = await client.post(f"/replies/{id}/as-it-came", headers=OURS)
    assert (came.status_code, came.content) == (200, mail.as_bytes())
    assert came.headers["content-disposition"] == f'attachment; filename="reply-{id[:12]}.eml"'
    (logged,) = await desk.store.record.rows(REFERENCE, kind=RowKind.DISCLOSURE)
    assert (logged.who, logged.what) == ("sbu-manager", "reply-disclosed")
    assert (await client.post(f"/replies/{'0' * 64}/as-it-came", headers=OURS)).status_code == 409
    unknown = await comes_in(desk, written(MAILBOX, "Hello"))
    assert (await client.post(f"/replies/{unknown}/as-it-came", headers=OURS)).status_code == 200
    assert len(await desk.store.record.rows(REFERENCE, kind=RowKind.DISCLOSURE)) == 1
