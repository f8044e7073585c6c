"""Mail: one notice to one person, once (design, "Emails"). Touches SMTP, the sent-log and the directory."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

import structlog
from jinja2 import TemplateError
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.handing_over import Counter
from activities.heart import beating
from activities.orders import TRY_MAIL, SendNotice, Tried
from activities.ports import AddressBook, DocumentStore, MailSender, PdfMaker, SentLog
from calendar_rules.lengths import london
from delivery.invites import Party, invite
from delivery.mail import Attachment, Mail, MailNotTaken
from delivery.papers.kinds import PDF, TO_WRITE_IN, WORD, file_name
from delivery.papers.pdf import NoPdf
from delivery.prose import Prose, RenderedMail
from delivery.replies.offering import Replying
from delivery.words import greeted, opening
from review.case.mailing import (
    OF_THE_SYSTEM,
    PERHAPS_TRIES,
    TRIED_ON,
    TROUBLE_WORDS,
    Delivered,
    MailTrouble,
    NotTaken,
    Outcome,
    wait_before,
)
from review.case.notices import OF_ALL_CASES, TOGETHER, Addressee
from review.facts import DocumentRef
from review.facts.directory import OUTSIDE, Directory, Person
from settings.links import Links
from store.mail_log import Before, MailStatus

ALONE = 45.0  # seconds for one try that no other mail waits for, and for the answer to an earlier one
LOOK_EVERY = 0.5  # seconds, for that answer

log = structlog.get_logger()


@dataclass(frozen=True)
class MailActivities:
    """Sends notices. A retry after the server took the mail sends nothing; after a crash in between, the same mail."""

    sender: MailSender
    log: SentLog
    people: AddressBook
    documents: DocumentStore
    prose: Prose
    pdfs: PdfMaker
    links: Links
    mail_from: str
    portal: str  # address of the portal; a case is at /cases/REFERENCE
    patience: timedelta = timedelta(hours=4)  # after it, what is still tried is a failed duty, too
    safe_domains: tuple[str, ...] = ()  # to which papers of a case may be mailed
    replies: Replying = field(default_factory=Replying)  # where replies are read, and what they count for
    telephone: str = ""  # of the Business Unit
    conversations: set[asyncio.Task[None]] = field(default_factory=set)  # servers whose answer is still waited for
    standing: set[str] = field(default_factory=set)  # faults of the mail system whose end is still to be told

    @activity.defn(name=TRY_MAIL)
    async def try_mail(self, order: SendNotice) -> Tried:
        """One try, and what became of it: when it is tried again is for the workflow, which waits for no other's."""
        async with beating():
            return Tried(key=order.notice.key, tries=order.tries, outcome=await self.send(order))

    async def send(
        self, order: SendNotice, gone: Callable[[str], Awaitable[None]] | None = None, *, within: float = ALONE
    ) -> Outcome:
        """One try. A mail that is not taken, or cannot be written, raises nothing: it says why, and what follows.

        `gone` notes that a mailbox has taken it, also where it had before; left out, the log of mails does. The server
        is waited for this many seconds at most; it may answer later, and the next try then finds its answer.
        """
        gone = gone or self.log.sent
        directory = await self.people.read()
        person = self._addressee(order, directory)
        if person is None:
            return self._not_taken(order, MailNotTaken(MailTrouble.NOBODY, lasting=True))
        if order.notice.link and not order.notice.outside and directory.waits(order.notice.to):
            return await self._link_waits(order)
        try:
            mail = await self._write(order, directory, person)
        except (ValueError, LookupError, TypeError, TemplateError, ApplicationError):
            log.exception("mail not written", reference=order.reference, template=order.notice.template)
            return self._not_taken(order, MailNotTaken(MailTrouble.NOT_WRITTEN, lasting=False))
        before = await self._begin(order, mail)
        if before.status is not MailStatus.BEGUN:
            return await self._found(order, mail, before, gone)

        async def afterwards(refused: MailNotTaken | None) -> None:
            await self._ended(order, mail, before, refused, self.log.sent)

        try:
            self._mind_the_papers(order, person)
            await Counter(self.sender, self.log, self.conversations).hand_over(mail, within, afterwards)
        except MailNotTaken as refused:
            if refused.trouble is MailTrouble.UNANSWERED:
                return self._not_taken(order, refused)
            return await self._ended(order, mail, before, refused, gone)
        return await self._ended(order, mail, before, None, gone)

    async def _begin(self, order: SendNotice, mail: Mail) -> Before:
        """How the mail stands. Where an earlier try waits for the server's answer, this one waits for it, too."""
        awaited, loop = order.awaited, asyncio.get_running_loop()
        until = loop.time() + ALONE
        while True:
            before = await self.log.begin(
                mail.message_id,
                reference=order.reference,
                cause=order.notice.cause,
                person=order.notice.to,
                to=mail.to_address,
                subject=mail.subject,
                sent_at=order.at,
                again=order.tries > 0,
                awaited=awaited,
                link=order.notice.link,
                posted=[] if order.page else order.as_posted(),
            )
            if before.fault:
                self.standing.add(before.fault)
            if before.status is not MailStatus.HANDED_OVER or not awaited or loop.time() > until:
                return before
            await asyncio.sleep(LOOK_EVERY)

    async def _found(
        self, order: SendNotice, mail: Mail, before: Before, gone: Callable[[str], Awaitable[None]]
    ) -> Outcome:
        """What an earlier try has come to."""
        if before.status is MailStatus.SENT:
            await gone(mail.message_id)
            return Delivered(message_id=mail.message_id)
        unanswered = before.status is MailStatus.HANDED_OVER
        trouble = MailTrouble.UNANSWERED if unanswered else before.trouble or MailTrouble.TRY_LATER
        refused = MailNotTaken(trouble, lasting=before.status is MailStatus.REFUSED)
        return self._not_taken(order, refused, before.broken_off)

    async def _ended(
        self,
        order: SendNotice,
        mail: Mail,
        before: Before,
        refused: MailNotTaken | None,
        gone: Callable[[str], Awaitable[None]],
    ) -> Outcome:
        """Note how a try has ended. A fault of the mail system is told to those who run it: once, and its end."""
        fault: str | None = None
        outcome: Outcome = Delivered(message_id=mail.message_id)
        if refused is None:
            await gone(mail.message_id)
        else:
            outcome = self._not_taken(order, refused, before.broken_off + 1)
            status = _status(order, outcome)
            if refused.trouble in OF_THE_SYSTEM and status is MailStatus.WAITING:
                domain = None if refused.everybody else mail.to_address.rpartition("@")[2]
                fault = self.log.fault(refused.trouble, refused.code, domain)
            why = outcome.words
            if await self.log.not_taken(mail.message_id, status, outcome.trouble, why, fault=fault) and fault:
                hits = "all mail" if refused.everybody else "mail to one domain"
                about = {"why": str(refused.trouble), "code": refused.code, "hits": hits}
                log.error("mail does not go", reference=order.reference, **about)
        if before.fault and before.fault != fault:
            await self._over(before.fault)
        return outcome

    async def _over(self, fault: str) -> None:
        """Tell that mail goes again, once no mail is held by this fault any more."""
        if not await self.log.stands(fault) and fault in self.standing:
            self.standing.discard(fault)
            log.info("mail goes again", after=fault.split()[0])

    async def _link_waits(self, order: SendNotice) -> Outcome:
        """No link goes by a change that no second person has confirmed: a mail says so, and the duty stays (R-11)."""
        cause = f"{order.notice.cause}~link-waits"
        plain = order.notice.model_copy(
            update={"cause": cause, "template": "link-waits", "n": {}, "link": None, "attach": [], "also": []}
        )
        outcome = await self.send(order.model_copy(update={"notice": plain, "key": None, "others": []}))
        if isinstance(outcome, NotTaken):
            return outcome
        return self._not_taken(order, MailNotTaken(MailTrouble.UNCONFIRMED, lasting=True))

    def _addressee(self, order: SendNotice, directory: Directory) -> Person | Addressee | None:
        """To whom it goes. One who has left still has a meeting of the CRG taken out of their calendar."""
        notice = order.notice
        leaves = bool(order.page and notice.invite and notice.invite.cancelled)
        known: list[Person | Addressee] = [
            one for one in directory.people if one.id == notice.to and (one.active or leaves)
        ]
        return notice.outside or next(iter(known), None)

    def _mind_the_papers(self, order: SendNotice, person: Person | Addressee) -> None:
        """Raises where papers are all that a mail is for, and its address is in no domain marked as safe."""
        outside = isinstance(person, Addressee) or any(role in OUTSIDE for role in person.roles)
        if order.notice.attach and outside and not self._safe(person.email):
            raise MailNotTaken(MailTrouble.NOT_SAFE, lasting=True)

    def _safe(self, address: str) -> bool:
        domain = address.rpartition("@")[2].lower()
        return any(domain == safe or domain.endswith(f".{safe}") for safe in self.safe_domains)

    def _not_taken(self, order: SendNotice, refused: MailNotTaken, broken_off: int = 0) -> NotTaken:
        """What follows from one try that ended so: tried again by itself, a failed duty, or both.

        `broken_off`: how often it has perhaps arrived, if so it ended this time.
        """
        trouble = refused.trouble
        perhaps = trouble is MailTrouble.PERHAPS_DELIVERED
        over = perhaps and broken_off >= PERHAPS_TRIES
        for_good = over or (refused.lasting and trouble not in TRIED_ON)
        waited = order.at - (order.since or order.at)
        words = TROUBLE_WORDS[trouble] + (f" (code {refused.code})" if refused.code else "")
        return NotTaken(
            trouble=trouble,
            words=words,
            failed=for_good or refused.lasting or (waited >= self.patience and trouble is not MailTrouble.UNANSWERED),
            again_after=None if for_good else wait_before(broken_off if perhaps else order.tries + 1, trouble),
            code=refused.code,
        )

    async def _write(self, order: SendNotice, directory: Directory, person: Person | Addressee) -> Mail:
        """The whole mail. An error of ours in it is one mail's, and holds no other."""
        notice = order.notice
        safe = self._safe(person.email) and not directory.waits(notice.to)  # no paper goes by it either
        list_page = f"{self.portal.rstrip('/')}/cases"
        case_page = list_page if order.reference == OF_ALL_CASES else f"{list_page}/{order.reference}"
        if order.page:
            case_page = f"{self.portal.rstrip('/')}/{order.page}"
        n = _named(notice.n, directory) | self._link(order, case_page, person.email)
        context = {
            "reference": order.reference,
            "partnership": order.partnership,
            "to_name": greeted(person.name),
            "away": _stood_in_for(directory, notice.to, order.at),
            "portal": case_page,
            "n": n,
            "attached": bool(notice.attach) and safe,
            "telephone": self.telephone,
            "counted": order.counted,
            "reply": self.replies.offered(notice),
        }
        words = self.prose.render_mail(notice.template, context)
        if notice.also:
            known = {"outsiders": notice.n.get("outsiders", {})}  # said once, with the first
            more = [context | {"n": _named(other | known, directory) | {"link": case_page}} for other in notice.also]
            mails = [words, *(self.prose.render_mail(notice.template, one) for one in more)]
            missed = {at for one in (notice.n, *notice.also) for at in one.get("missed", [])}
            told = sorted(zip([notice.n, *notice.also], mails, strict=True), key=lambda one: str(one[0].get("due", "")))
            words = self._in_one(notice.template, context, [mail for _, mail in told], sorted(missed))
        message_id = await self.log.message_id(order.reference, notice.cause, notice.to, domain=self.sender.domain)
        return Mail(
            to_name=person.name,
            to_address=person.email,
            subject=words.subject,
            text=words.text,
            html=words.html,
            message_id=message_id,
            from_name=order.partnership,
            reply_to=self.replies.address(message_id),
            sent_at=order.at,
            reference=order.reference,
            attachments=[await self._attachment(order.reference, ref) for ref in notice.attach if safe],
            invite=self._invite(order, person, n.get("link", case_page)),
        )

    def _in_one(
        self, template: str, context: dict[str, Any], mails: list[RenderedMail], missed: list[str]
    ) -> RenderedMail:
        """Several mails of one subject as one: what each asks, the most urgent first; and when what they stand for was
        due.
        """
        subjects = {mail.subject.removeprefix(f"{context['reference']}: ") for mail in mails}
        title = subjects.pop() if len(subjects) == 1 else TOGETHER[template]
        lines = [mail.asked for mail in mails]
        worst = opening(lines[0].removeprefix("Overdue: "))
        n: dict[str, Any] = {"title": title, "what": TOGETHER[template], "lines": lines, "worst": worst}
        if missed:
            n["missed"] = missed
        return self.prose.render_mail("several", context | {"n": n})

    def _link(self, order: SendNotice, case_page: str, address: str) -> dict[str, Any]:
        link = order.notice.link
        if link is None:
            given = str(order.notice.n.get("link") or "")  # a room's name is for the calendar only
            web = given.lower().startswith(("http://", "https://"))
            return {"link": given if web else case_page, "agenda_link": case_page}
        url = self.links.url(
            link.purpose, reference=order.reference, subject=link.subject, person=order.notice.to, address=address
        )
        return {"link": url}

    def _invite(self, order: SendNotice, person: Person | Addressee, link: str) -> bytes | None:
        wanted = order.notice.invite
        if wanted is None:
            return None
        name, address = parseaddr(self.mail_from)
        return invite(
            uid=f"{order.reference}-{wanted.meeting}@{self.sender.domain}",
            sequence=wanted.sequence,
            starts_at=wanted.starts_at,
            minutes=wanted.minutes,
            title=wanted.title if order.page else f"{order.reference}: {wanted.title}",
            location=wanted.link or link,
            organizer=Party(name or order.partnership, address),
            attendees=[Party(person.name, person.email)],
            description=f"The agenda is in the portal: {self.portal.rstrip('/')}/{order.page}"
            if order.page
            else f"Case {order.reference}. The papers are in the portal.",
            stamp=order.at,
            cancelled=wanted.cancelled,
        )

    async def _attachment(self, reference: str, ref: DocumentRef) -> Attachment:
        kept = await self.documents.get(reference, ref.document, ref.version)
        if kept is None:
            raise ApplicationError(f"{ref.document} version {ref.version} is not in the store yet")
        content, media_type = kept.content, kept.media_type
        if media_type == WORD and not ref.document.startswith(TO_WRITE_IN):
            try:
                content, media_type = await self.pdfs.of(content), PDF
            except NoPdf as problem:
                log.error("paper mailed in Word", why=str(problem))
        name = file_name(reference, ref.document, ref.version, media_type)
        return Attachment(name=name, media_type=media_type, content=content)


def _status(order: SendNotice, outcome: NotTaken) -> MailStatus:
    """What is of no case is not tried on by itself once it is a failed duty."""
    if outcome.trouble is MailTrouble.PERHAPS_DELIVERED:
        return MailStatus.PERHAPS
    of_no_case = bool(order.page) or order.reference == OF_ALL_CASES
    tried_on = outcome.again_after and not (of_no_case and outcome.failed)
    return MailStatus.WAITING if tried_on else MailStatus.REFUSED


def _stood_in_for(directory: Directory, to: str, at: datetime) -> list[dict[str, Any]]:
    """For whom somebody stands in on that day, and until when."""
    day = london(at).date()
    return [
        {"name": who.name, "until": one.until}
        for who in directory.people
        for one in who.leave
        if who.active and one.stand_in == to and one.on(day)
    ]


def _named(n: dict[str, Any], directory: Directory) -> dict[str, Any]:
    """Ids of agencies and people in a notice become names; the rest stays."""
    agencies = directory.agency_names | n.get("outsiders", {})
    people = directory.people_names
    named = dict(n)
    if "agency" in n:
        named["agency_name"] = agencies.get(n["agency"], n["agency"])
    if "signer" in n:
        named["signer_name"] = people.get(n["signer"], n["signer"])
    if n.get("on_behalf_of"):
        named["on_behalf_of_name"] = people.get(n["on_behalf_of"], n["on_behalf_of"])
    if "lead" in n:
        named["lead_name"] = people.get(n["lead"], str(n["lead"]).replace("-", " "))
        if address := next((one.email for one in directory.people if one.id == n["lead"]), ""):
            named["lead_address"] = address
    office, _, agency = str(n.get("capacity", "")).partition(":")
    if office == "senior-officer" and agency in agencies:
        named["capacity"] = f"senior officer of {agencies[agency]}"
    for key in ("received", "missing", "late", "new", "agencies"):
        if isinstance(n.get(key), list):
            named[key] = [agencies.get(agency, agency) for agency in n[key]]
    return named
