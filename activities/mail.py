"""Mail: one notice to one person, once (design, "Emails"). Touches SMTP, the sent-log and the directory."""

from dataclasses import dataclass
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.orders import ADDRESS_REFUSED, NOBODY_THERE, SEND_NOTICE, SendNotice
from activities.ports import AddressBook, Post, SentLog, Shelf
from delivery.invites import Party, invite
from delivery.mail import AddressRefused, Attachment, Mail, stable_message_id
from delivery.prose import Prose, RenderedMail
from review.directory import Directory, Person
from review.facts import DocumentRef
from review.notices import OF_ALL_CASES, TOGETHER, Addressee
from settings.links import LinkClaims, Links


@dataclass(frozen=True)
class MailRoom:
    """Sends notices. A retry after the server took the mail sends nothing; after a crash in between, the same mail."""

    post: Post
    log: SentLog
    people: AddressBook
    shelf: Shelf
    prose: Prose
    links: Links
    mail_from: str
    portal: str  # address of the portal; a case is at /cases/REFERENCE

    @activity.defn(name=SEND_NOTICE)
    async def send_notice(self, order: SendNotice) -> str:
        """The Message-ID. An address refused for good, or a person who is gone, is not tried again."""
        notice = order.notice
        directory = await self.people.read()
        # Somebody who has left the partnership still has a meeting of the CRG taken out of their calendar.
        leaves = bool(order.page and notice.invite and notice.invite.cancelled)
        known: list[Person | Addressee] = [
            one for one in directory.people if one.id == notice.to and (one.active or leaves)
        ]
        person = notice.outside or next(iter(known), None)
        if person is None:
            raise ApplicationError(
                "nobody in the directory holds this id any more", type=NOBODY_THERE, non_retryable=True
            )
        mail = await self._write(order, directory, person)
        log = {"reference": order.reference, "cause": notice.cause, "person": notice.to}
        if await self.log.begin(mail.message_id, **log, to=mail.to_address, subject=mail.subject, sent_at=order.at):
            return mail.message_id
        try:
            await self.post.send(mail)
        except AddressRefused as refused:
            await self.log.refused(mail.message_id, f"refused with code {refused.code}")
            raise ApplicationError(str(refused), type=ADDRESS_REFUSED, non_retryable=True) from None
        await self.log.sent(mail.message_id)
        return mail.message_id

    async def _write(self, order: SendNotice, directory: Directory, person: Person | Addressee) -> Mail:
        notice = order.notice
        list_page = f"{self.portal.rstrip('/')}/cases"
        case_page = list_page if order.reference == OF_ALL_CASES else f"{list_page}/{order.reference}"
        if order.page:
            case_page = f"{self.portal.rstrip('/')}/{order.page}"
        n = _named(notice.n, directory) | self._link(order, case_page)
        context = {
            "reference": order.reference,
            "partnership": order.partnership,
            "to_name": person.name,
            "portal": case_page,
            "n": n,
        }
        words = self.prose.render_mail(notice.template, context)
        if notice.also:
            more = [context | {"n": _named(other, directory) | {"link": case_page}} for other in notice.also]
            mails = [words, *(self.prose.render_mail(notice.template, one) for one in more)]
            words = self._in_one(notice.template, context, mails)
        return Mail(
            to_name=person.name,
            to_address=person.email,
            subject=words.subject,
            text=words.text,
            html=words.html,
            message_id=stable_message_id(order.reference, notice.cause, notice.to, domain=self.post.domain),
            sent_at=order.at,
            reference=order.reference,
            attachments=[await self._attachment(order.reference, ref) for ref in notice.attach],
            invite=self._invite(order, person, n.get("link", case_page)),
        )

    def _in_one(self, template: str, context: dict[str, Any], mails: list[RenderedMail]) -> RenderedMail:
        """Several mails of one subject as one: what each asks, in a list."""
        subjects = {mail.subject.removeprefix(f"{context['reference']}: ") for mail in mails}
        title = subjects.pop() if len(subjects) == 1 else TOGETHER[template]
        n = {"title": title, "lines": [mail.text.splitlines()[0] for mail in mails]}
        return self.prose.render_mail("several", context | {"n": n})

    def _link(self, order: SendNotice, case_page: str) -> dict[str, Any]:
        link = order.notice.link
        if link is None:
            given = str(order.notice.n.get("link") or "")  # a room's name is for the calendar only
            web = given.lower().startswith(("http://", "https://"))
            return {"link": given if web else case_page, "agenda_link": case_page}
        claims = LinkClaims(
            reference=order.reference, subject=link.subject, person=order.notice.to, expires_at=link.expires_at
        )
        return {"link": self.links.url(link.purpose, claims)}

    def _invite(self, order: SendNotice, person: Person | Addressee, link: str) -> bytes | None:
        wanted = order.notice.invite
        if wanted is None:
            return None
        return invite(
            uid=f"{order.reference}-{wanted.meeting}@{self.post.domain}",
            sequence=wanted.sequence,
            starts_at=wanted.starts_at,
            minutes=wanted.minutes,
            title=wanted.title if order.page else f"{order.reference}: {wanted.title}",
            location=wanted.link or link,
            organizer=Party(order.partnership, self.mail_from),
            attendees=[Party(person.name, person.email)],
            description=f"The agenda is in the portal: {self.portal.rstrip('/')}/{order.page}"
            if order.page
            else f"Case {order.reference}. The papers are in the portal.",
            stamp=order.at,
            cancelled=wanted.cancelled,
        )

    async def _attachment(self, reference: str, ref: DocumentRef) -> Attachment:
        kept = await self.shelf.get(reference, ref.document, ref.version)
        if kept is None:
            raise ApplicationError(f"{ref.document} version {ref.version} is not in the store yet")
        name = f"{reference}-{ref.document}-v{ref.version}.html"
        return Attachment(name=name, media_type=kept.media_type, content=kept.content)


def _named(n: dict[str, Any], directory: Directory) -> dict[str, Any]:
    """Ids of agencies and people in a notice become names; the rest stays."""
    agencies = {agency.id: agency.name for agency in directory.agencies}
    people = {person.id: person.name for person in directory.people}
    named = dict(n)
    if "agency" in n:
        named["agency_name"] = agencies.get(n["agency"], n["agency"])
    if "lead" in n:
        named["lead_name"] = people.get(n["lead"], n["lead"])
    for key in ("received", "missing", "late"):
        if isinstance(n.get(key), list):
            named[key] = [agencies.get(agency, agency) for agency in n[key]]
    return named
