"""One try to send one mail: what becomes of it, and what follows, over real SMTP and a real log."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from structlog.testing import capture_logs

from activities.mail import MailActivities
from activities.orders import SendNotice
from crg.embedded.sample import sample_partnership
from delivery.mail import MailCarrier
from delivery.papers.kinds import WORD
from delivery.papers.making import Papers
from delivery.papers.pdf import NoPdf
from delivery.papers.samples import PAPERS, sample_context
from delivery.prose import Prose
from review.case.mailing import Delivered, MailTrouble, NotTaken, Outcome
from review.case.notices import Invite, LinkFor, Notice
from review.facts import DocumentRef
from review.facts.directory import Directory, Leave, Unconfirmed
from settings.links import Links
from store import Store
from store.mail_log import MailStatus
from tests.delivery.conftest import KEYRING
from tests.delivery.samples import MAILS
from tests.smtp import Post, serving
from tests.workflows.world import SamplePdfs, World

NOON = datetime(2026, 6, 5, 12, 0, tzinfo=UTC)
CASE = "SCP-2026-0007"


def _order(to: str = "dcs", template: str = "safety-steps-asked", **changes: Any) -> SendNotice:
    notice = Notice(cause=template, template=template, to=to, **changes.pop("notice", {}))
    return SendNotice(reference=CASE, partnership="Sample", notice=notice, at=NOON, **changes)


async def _tried(
    store: Store, post: Post, *orders: SendNotice, directory: Directory | None = None, **means: Any
) -> list[Outcome]:
    with serving(post) as carrier:
        room = await _room(store, carrier, directory, **means)
        return [await room.send(order) for order in orders]


async def _sent(store: Store, post: Post, *orders: SendNotice, within: float) -> list[Outcome]:
    """As above, where a server is waited for so many seconds only."""
    with serving(post) as carrier:
        room = await _room(store, carrier)
        return [await room.send(order, within=within) for order in orders]


async def _room(store: Store, carrier: MailCarrier, directory: Directory | None = None, **means: Any) -> MailActivities:
    world = World(directory or sample_partnership())
    about = {"key": "k", "content": b"<p>The report</p>", "media_type": "text/html", "title": "Report"}
    await world.put(CASE, _PAPER.document, at=NOON, **about)  # type: ignore[arg-type]
    return MailActivities(
        sender=carrier,
        log=store.mail_log,
        people=world,
        documents=world,
        prose=Prose(),
        pdfs=SamplePdfs(),
        links=Links(KEYRING, "https://cases.example.org"),
        mail_from=carrier.mail_from,
        portal="https://cases.example.org",
        **means,
    )


_PAPER = DocumentRef(document="rapid-review", version=1, sha256="0" * 64)


async def test_a_mail_that_was_taken_is_not_sent_a_second_time(store: Store) -> None:
    post = Post()
    outcomes = await _tried(store, post, _order(), _order())
    assert all(isinstance(one, Delivered) for one in outcomes)
    assert len(post.taken) == 1


@pytest.mark.parametrize(
    ("post", "trouble", "failed", "again", "status"),
    [
        (Post("550 5.1.1 no such user"), MailTrouble.NO_SUCH_PERSON, True, None, MailStatus.REFUSED),
        (Post("452 4.2.2 full"), MailTrouble.MAILBOX_FULL, False, 1, MailStatus.WAITING),
        (Post(None, "552 5.2.2 full"), MailTrouble.MAILBOX_FULL, True, None, MailStatus.REFUSED),
        (Post(None, "554 5.7.1 type .html not allowed"), MailTrouble.NOT_ALLOWED, True, None, MailStatus.REFUSED),
        (Post("554 5.7.1 relay denied"), MailTrouble.MAY_NOT_SEND, False, 1, MailStatus.WAITING),
        (Post(breaks_off=True), MailTrouble.PERHAPS_DELIVERED, False, 60, MailStatus.PERHAPS),
    ],
)
async def test_what_is_not_taken_is_tried_again_or_a_failed_duty(
    store: Store, post: Post, trouble: MailTrouble, failed: bool, again: int | None, status: MailStatus
) -> None:
    """A permanent code at the content is a failed duty at once; a temporary one is tried again by itself."""
    (outcome,) = await _tried(store, post, _order())
    assert isinstance(outcome, NotTaken)
    assert (outcome.trouble, outcome.failed) == (trouble, failed)
    assert outcome.again_after == (None if again is None else timedelta(seconds=again))
    (logged,) = await store.mail_log.of_case(CASE)
    assert (logged.status, logged.trouble, logged.why) == (status, trouble, outcome.words)


async def test_after_the_time_that_settings_give_it_is_a_failed_duty_and_is_tried_on(store: Store) -> None:
    order = _order(since=NOON - timedelta(minutes=30), tries=9)
    (outcome,) = await _tried(store, Post("452 4.2.2 full"), order, patience=timedelta(minutes=30))
    assert isinstance(outcome, NotTaken)
    assert (outcome.failed, outcome.again_after) == (True, timedelta(seconds=512))


async def test_a_server_that_breaks_off_gets_a_mail_three_times_and_then_a_person_decides(store: Store) -> None:
    post = Post(breaks_off=True)
    outcomes = await _tried(store, post, *[_order(tries=tries) for tries in range(3)])
    told = [(one.failed, one.again_after) for one in outcomes if isinstance(one, NotTaken)]
    assert told == [(False, timedelta(minutes=1)), (False, timedelta(minutes=2)), (True, None)]
    assert len(post.taken) == 3


async def test_a_fault_that_hits_some_mails_is_told_once_and_stands_until_they_have_gone(store: Store) -> None:
    """Whatever other mail goes meanwhile, and after a restart of the worker, too."""
    post = Post("554 5.7.1 relay access denied for dcs@sample-partnership.example.org")
    refused = [_order("dcs"), _order("chief-executive")]
    again = [one.model_copy(update={"tries": 1}) for one in refused]
    with capture_logs() as logs:
        await _tried(store, post, *refused)
        post.at_recipient = None
        await _tried(store, post, _order("sbu-manager"))
        standing = await store.mail_log.standing()
        assert (standing.trouble, standing.held) == (MailTrouble.MAY_NOT_SEND, 2)
        post.at_recipient = "554 5.7.1 relay access denied"
        await _tried(store, post, *again)
        post.at_recipient = None
        await _tried(store, post, again[0])
        assert (await store.mail_log.standing()).held == 1
        await _tried(store, post, again[1])
    assert [(line["event"], line["log_level"]) for line in logs] == [
        ("mail does not go", "error"),
        ("mail goes again", "info"),
    ]
    assert logs[0]["hits"] == "mail to one domain"
    assert "dcs" not in str(logs)
    assert (await store.mail_log.standing()).trouble is None


async def test_a_slow_server_gets_a_mail_once_and_no_other_mail_waits_for_it(store: Store) -> None:
    """Its answer is waited for by itself, and found by the next try."""

    class Slow(Post):
        async def handle_DATA(self, *args: Any) -> str:
            await asyncio.sleep(5)
            return await super().handle_DATA(*args)

    slow = Slow()
    first, again = await _sent(store, slow, _order(), _order(tries=1, awaited=True), within=2)
    assert isinstance(first, NotTaken)
    assert (first.trouble, first.failed, first.again_after) == (MailTrouble.UNANSWERED, False, timedelta(seconds=1))
    assert isinstance(again, Delivered)
    assert len(slow.taken) == 1


async def test_a_slow_server_that_refuses_in_the_end_is_no_delivery(store: Store) -> None:

    class Slow(Post):
        async def handle_DATA(self, *args: Any) -> str:
            await asyncio.sleep(5)
            return await super().handle_DATA(*args)

    slow = Slow(None, "554 5.7.1 type .html not allowed")
    _, outcome = await _sent(store, slow, _order(), _order(tries=1, awaited=True), within=2)
    assert isinstance(outcome, NotTaken)
    assert (outcome.trouble, outcome.failed, outcome.again_after) == (MailTrouble.NOT_ALLOWED, True, None)


async def test_copies_are_bounded_by_what_the_store_counts(store: Store) -> None:
    """A case that was brought back from the store knows nothing of the tries since."""
    post = Post(breaks_off=True)
    outcomes = await _tried(store, post, *[_order(tries=1) for _ in range(5)])
    over = [one.again_after is None for one in outcomes if isinstance(one, NotTaken)]
    assert over == [False, False, True, True, True]
    assert len(post.taken) == 3


async def test_papers_go_only_where_mail_is_safe_and_the_footer_says_what_is_so(store: Store) -> None:
    """Elsewhere people of the case find them in the portal."""
    n = {"version": 1}
    order = _order("crg-chair", "review-shared", notice={"n": n, "attach": [_PAPER]})
    for safe, attached in (((), False), (("example.org",), True)):
        post = Post()
        order.notice.cause = f"shared-{attached}"
        await _tried(store, post, order, safe_domains=safe)
        (envelope,) = post.taken
        assert isinstance(envelope.content, bytes)
        assert (b"filename=" in envelope.content) is attached
        assert (b"it holds no details of the case" in envelope.content) is not attached
        assert (b"The papers attached hold details" in envelope.content) is attached


async def test_papers_for_a_body_outside_are_a_failed_duty_where_its_mail_is_not_safe(store: Store) -> None:
    """They are given by other means, which a person records."""
    post = Post()
    order = _order("panel", "panel-submission", notice={"n": MAILS["panel-submission"].n, "attach": [_PAPER]})
    (outcome,) = await _tried(store, post, order)
    assert isinstance(outcome, NotTaken)
    assert (outcome.trouble, outcome.failed, outcome.again_after) == (MailTrouble.NOT_SAFE, True, None)
    assert post.taken == []


async def test_a_mail_that_cannot_be_written_holds_no_other(store: Store) -> None:
    order = _order(template="no-such-template")
    outcome, other = await _tried(store, Post(), order, _order())
    assert isinstance(outcome, NotTaken)
    assert (outcome.trouble, outcome.failed) == (MailTrouble.NOT_WRITTEN, False)
    assert isinstance(other, Delivered)


async def test_a_link_waits_until_a_change_of_the_person_is_confirmed_and_a_mail_without_it_goes(store: Store) -> None:
    """R-11: once, however often it is tried; no link and no paper is in it."""
    directory = sample_partnership()
    directory.unconfirmed = [Unconfirmed(person="officer-health", version=2, by=["sbu-manager"], at=NOON)]
    post = Post()
    link = LinkFor(purpose="sign-off", subject="rapid-review-1:health")
    n = {"document_title": "Report", "version": 1, "due": NOON, "capacity": "deputy:health", "as_deputy_for": None}
    order = _order("officer-health", "sign-off-request", notice={"link": link, "attach": [_PAPER], "n": n})
    waits, again = await _tried(store, post, order, order, directory=directory, safe_domains=("example.org",))
    assert isinstance(waits, NotTaken)
    assert (waits.trouble, waits.failed, again == waits) == (MailTrouble.UNCONFIRMED, True, True)
    assert "the CRG Chair" in waits.words
    assert len(post.taken) == 1
    assert "/s/" not in _read(post, 0)
    assert "The report" not in _read(post, 0)
    assert "sign in to the portal" in _read(post, 0)
    (sent,) = await _tried(store, post, order)
    assert isinstance(sent, Delivered), "confirmed: the link goes"
    assert "/s/" in _read(post, 1)


def _read(post: Post, number: int) -> str:
    """What a mail that was taken says, as plain text and as bytes of its attachments."""
    content = post.taken[number].content
    assert isinstance(content, bytes)
    mail = message_from_bytes(content, policy=policy.default)
    return "\n".join(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")


async def test_several_in_one_mail_say_what_was_due_before_and_could_not_be_sent(store: Store) -> None:
    """After an outage each line is the last word on its deadline; what it stands for is said once, below."""
    post, n = Post(), MAILS["deadline-escalation"].n
    first, second = "2026-06-03T08:00:00+00:00", "2026-06-04T08:00:00+00:00"
    notice = {"n": n | {"missed": [second]}, "also": [n | {"missed": [first, second]}, n]}
    (outcome,) = await _tried(store, post, _order(template="deadline-escalation", notice=notice))
    assert isinstance(outcome, Delivered)
    text = _read(post, 0).partition("<html")[0]
    assert "sent then (Wednesday 3 June 2026, 09:00; Thursday 4 June 2026, 09:00): this email takes its place." in text
    assert text.count("takes its place") == 1


async def test_several_in_one_mail_call_an_agency_outside_the_directory_by_its_name(store: Store) -> None:
    """R-4: the names that a case knows go with the first and hold for all."""
    post, n = Post(), MAILS["deadline-overdue"].n
    notice = {
        "n": n | {"agency": "police", "outsiders": {"sample-school": "Sample Primary School"}},
        "also": [n | {"agency": "sample-school", "rule_id": "D-6:sample-school"}],
    }
    await _tried(store, post, _order(template="deadline-overdue", notice=notice))
    text = _read(post, 0)
    assert "end the return of Sample Primary School" in text
    assert "sample-school" not in text


async def test_a_mailbox_is_greeted_as_a_colleague_and_a_senior_officer_named_with_the_agency(store: Store) -> None:
    post, n = Post(), MAILS["signature-given"].n | {"capacity": "senior-officer:police"}
    await _tried(store, post, _order("panel", "signature-given", notice={"n": n}))
    text = _read(post, 0)
    assert "Dear colleague," in text
    assert "as senior officer of Sample Police." in text


async def test_a_sender_has_its_name_and_its_address_each_where_it_belongs_in_an_invitation_too(store: Store) -> None:
    """`CRG_MAIL_FROM="Safeguarding Business Unit <office@...>"` made a calendar address of the whole of it."""
    post = Post()
    meeting = Invite(meeting="scoping", sequence=0, title="CRG scoping meeting", starts_at=NOON, minutes=60)
    n = {"starts_at": NOON, "link": "https://meet.example.org/1", "due": NOON}

    await _tried(store, post, _order("crg-chair", "scoping-invite", notice={"invite": meeting, "n": n}))

    content = post.taken[0].content
    assert isinstance(content, bytes)
    parts = message_from_bytes(content, policy=policy.default).walk()
    invitation = next(str(part.get_content()) for part in parts if part.get_content_type() == "text/calendar")
    calendar = invitation.replace("\r\n ", "").replace("\n ", "")
    line = next(one for one in calendar.splitlines() if one.startswith("ORGANIZER"))
    assert (line.partition(":")[2], "Safeguarding Business Unit" in line) == ("mailto:office@northmoor.example", True)


async def test_a_mail_to_a_stand_in_says_for_whom_and_until_when(store: Store) -> None:
    """On the days of the leave only."""
    directory = sample_partnership()
    dcs = next(who for who in directory.people if who.id == "dcs")
    dcs.leave = [Leave(since=date(2026, 6, 1), until=date(2026, 6, 5), stand_in="crg-chair")]
    order, post = _order("crg-chair"), Post()
    later = order.model_copy(update={"reference": "SCP-2026-0008", "at": NOON + timedelta(1)})
    await _tried(store, post, order, later, directory=directory)
    assert "You stand in for Dana Sample, who is away until Friday 5 June 2026." in _read(post, 0)
    assert "stand in" not in _read(post, 1)


async def test_a_paper_goes_as_pdf_and_in_word_where_it_is_written_in_or_no_pdf_can_be_made(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-3, R-12: to a safe domain; never as HTML. Its name is the reference, the paper and the version."""
    word = Papers().render("review-delay-letter", sample_context(PAPERS["review-delay-letter"]))

    async def attached(document: str) -> tuple[str, str]:
        with serving(Post()) as carrier:
            room = await _room(store, carrier)
        await room.documents.put(CASE, document, key=document, content=word, media_type=WORD, title="Sample", at=NOON)
        one = await room._attachment(CASE, DocumentRef(document=document, version=1, sha256="0" * 64))
        return one.name, one.media_type

    assert await attached("delay-letter") == (f"{CASE}-delay-letter-v1.pdf", "application/pdf")
    assert await attached("request-police") == (f"{CASE}-request-police-v1.docx", WORD)

    async def lacking(self: SamplePdfs, word: bytes) -> bytes:
        raise NoPdf("install Pango")

    monkeypatch.setattr(SamplePdfs, "of", lacking)
    assert await attached("delay-letter") == (f"{CASE}-delay-letter-v1.docx", WORD)
