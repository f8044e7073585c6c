"""Mails that have gone: links sent again or asked for by their holder, and mails that came back. Pure. R-11."""

from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from review.case.entries import Entry
from review.case.mailing import MailTrouble
from review.case.notices import Notice
from review.case.record import RowKind
from review.case.state import CaseState
from review.facts import Reported
from review.facts.directory import Role
from review.facts.links import LinkAskedFor, LinkFact, LinkSentAgain, MailUndelivered, ReplyDownloaded
from review.kit import came_back, notify
from review.kit import refusals as no
from review.kit.chapter import Chapter
from review.kit.live_links import LiveLink, again_by, live_links, sent_again, title_of
from review.kit.offer import Offer

OfALink = LinkSentAgain | LinkAskedFor

# --- checks ---


def _again(case: CaseState, fact: LinkSentAgain, reported: Reported, now: datetime) -> None:
    _live(case, fact)


def _asked_for(case: CaseState, fact: LinkAskedFor, reported: Reported, now: datetime) -> None:
    if fact.person not in reported.by.people:
        raise no.NotYourLink(fields={"person": "must be yourself"})
    _live(case, fact)


def _undelivered(case: CaseState, fact: MailUndelivered, reported: Reported, now: datetime) -> None:
    first = _mails(fact)[0]
    if first.key not in case.done or fact.cause != came_back.sent_as(case, first.key):
        raise no.MailNotAsSent(person=first.to)


def _live(case: CaseState, fact: OfALink) -> None:
    if _link(fact) not in live_links(case):
        raise no.NothingAskedByLink(person=fact.person, fields={"link_subject": "nothing is asked by this link now"})


def _link(fact: OfALink) -> LiveLink:
    return LiveLink(fact.purpose, fact.link_subject, fact.person)


def _mails(fact: MailUndelivered) -> list[Notice]:
    return [Notice.model_validate(one) for one in fact.mails]


# --- what follows ---


def _send(case: CaseState, entry: Entry[LinkSentAgain], now: datetime) -> None:
    """The mail with the link goes out again; once it has gone, links of earlier mails end (R-11)."""
    case.post(sent_again(case, _link(entry.fact), now, cause=again_by(entry.reported.message)))


def _send_or_ask(case: CaseState, entry: Entry[LinkAskedFor], now: datetime) -> None:
    """It goes out again; where the Business Unit had withdrawn the link, the Business Unit is asked (R-11)."""
    cause = again_by(entry.reported.message)
    if not entry.fact.withdrawn:
        case.post(sent_again(case, _link(entry.fact), now, cause=cause))
        return
    n = {"lead": entry.fact.person, "title": title_of(case, entry.fact.purpose, entry.fact.link_subject)}
    case.post(notify.to_each(notify.holders(case, Role.BUSINESS_UNIT), cause, "link-asked-for", n))


def _failed(case: CaseState, entry: Entry[MailUndelivered], now: datetime) -> None:
    """The email is a failed duty, as if it had been refused; what its going met runs again, unless it is settled."""
    for notice in _mails(entry.fact):
        came_back.failed(case, notice, MailTrouble(entry.fact.trouble), now)


def _disclosed(case: CaseState, entry: Entry[ReplyDownloaded], now: datetime) -> None:
    """A disclosure by itself in the record: who has the email as it came (B-8)."""
    case.add_record_row(
        RowKind.DISCLOSURE,
        "reply-disclosed",
        "A reply to an email was downloaded as it came, with what is attached to it",
        now=now,
        reported=entry.reported,
        happened_at=entry.happened_at,
        detail={
            "what": "a reply to an email, as it came, with what is attached to it",
            "to": "the Business Unit",
            "lawful_basis": case.edition.lawful_basis,
            "why": "to read or keep the email itself",
        },
    )


# --- next steps ---


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    for link in live_links(case):
        what = f"{title_of(case, link.purpose, link.subject)}, {link.subject}" if link.purpose == "return" else None
        named = {"purpose": link.purpose, "link_subject": link.subject, "person": link.person}
        again = LinkSentAgain(**named, reason=LinkSentAgain.sample["reason"])
        title = what or title_of(case, link.purpose, link.subject)
        yield Offer(body=again, needed=False, about=link.subject, title=f"Send the link again: {title}")


CHAPTER = Chapter(
    title="Emails that have gone, and their links",
    facts=get_args(LinkFact),
    checks={LinkSentAgain: _again, LinkAskedFor: _asked_for, MailUndelivered: _undelivered},
    offers=_offers,
    consequences={
        LinkSentAgain: (_send,),
        LinkAskedFor: (_send_or_ask,),
        MailUndelivered: (_failed,),
        ReplyDownloaded: (_disclosed,),
    },
)
