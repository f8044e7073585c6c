"""The mails of a round of sign-off: the link to sign by, who has signed, what was sent back (R-11, K-7).

Pure.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from review.case import reads
from review.case.notices import LinkFor, Notice
from review.case.sign_off import VACANT, Round, SignatureRequest, of_a_partner
from review.facts import ByReply
from review.facts.directory import Role
from review.facts.enums import Verdict
from review.kit.notify_whom import holders, to_each

if TYPE_CHECKING:
    from review.case.state import CaseState


SIGN_OFF_LINK = "sign-off"
SIGN_OFF_ASKED = "sign-off-request:"  # cause of the mail that asks for a signature, with its subject (D-8)


def signed(case: "CaseState", one: Round, ask: SignatureRequest, reply: ByReply | None = None) -> list[Notice]:
    """A signature is told at once to whoever gave it, the Business Unit and all others asked in the round; one with
    comments to the author, too (R-11).
    """
    n = {
        "document_title": one.title,
        "version": one.document.version,
        "capacity": ask.office(deputy=ask.as_deputy),
        "approved": ask.verdict is Verdict.APPROVE,
        "signer": ask.given_by,
        "at": ask.given_at,
        "commented": bool(ask.comments),
        "on_behalf_of": ask.on_behalf_of,
    }
    if reply:
        n["by_reply"], n["opened"] = True, reply.opened is not False
    asked = [person for other in one.asks for person in (other.given_by, other.officer, *other.deputies) if person]
    drafted = reads.draft(case, one.document.version) if one.document.document == reads.RAPID_REVIEW else None
    author = [drafted.author] if drafted and ask.comments and case.cast.person(drafted.author) else []
    others = dict.fromkeys(one for one in [*holders(case, Role.BUSINESS_UNIT), *author, *asked] if one != VACANT)
    people = dict.fromkeys([ask.given_by or ask.officer, *others])
    cause = f"signature-given:{one.id}:{ask.capacity}"
    if one.of_the_crg and ask.verdict is Verdict.APPROVE:
        mine = [
            Notice(cause=cause, template="signature-given", to=ask.given_by or "", about=one.id, n=n | {"yours": True})
        ]
        next_step = {key: n[key] for key in ("version", "at", "commented")}
        return mine + to_each(holders(case, Role.BUSINESS_UNIT), cause, "draft-agreed", next_step, about=one.id)
    return [
        Notice(
            cause=cause, template="signature-given", to=person, about=one.id, n=n | {"yours": person == ask.given_by}
        )
        for person in people
    ]


def sent_back(case: "CaseState", one: Round, ask: SignatureRequest) -> list[Notice]:
    n = {"capacity": ask.office(), "comments": "", "version": one.document.version}
    template = "sign-off-sent-back"
    if one.entry:  # the partners' decision: what is wanted next is no draft (R-15)
        template, n = "decision-sent-back", {"capacity": ask.office(), "made": reads.decision(case) is not None}
    chair = () if one.of_the_crg else (Role.CRG_CHAIR,)  # who sent it back
    people = holders(case, Role.BUSINESS_UNIT, *chair)
    return to_each(people, f"sent-back:{one.id}:{ask.capacity}", template, n, about=one.id)


def new_version_to_come(case: "CaseState", one: Round, by: SignatureRequest) -> list[Notice]:
    """Those who had approved the version that is sent back, in whatever round, and those still asked (R-11)."""
    over = [other for other in case.rounds if other.document == one.document]
    over = [other for other in over if not other.for_comment and not other.of_the_crg]
    asked = [(ask.given_by or ask.officer) for other in over for ask in other.asks if ask is not by]
    people = [person for person in dict.fromkeys(asked) if person not in (by.given_by, VACANT)]
    n: dict[str, Any] = {"document_title": one.title, "version": one.document.version}
    if one.entry:
        n["decision"] = True
    return to_each(people, f"new-version-to-come:{one.id}", "new-version-to-come", n, about=one.id)


def sign_off_request(one: Round, ask: SignatureRequest, template: str, to: str, due: datetime, *, cause: str) -> Notice:
    """The mail with the link by which one person approves or sends back exactly one version (R-11)."""
    as_deputy = ask.office() if ask.stand_in or to != ask.officer else None
    if not of_a_partner(ask.capacity):
        as_deputy = None
    n = {
        "document_title": one.title,
        "version": one.document.version,
        "due": due,
        "capacity": ask.office(deputy=as_deputy is not None),
    }
    if one.of_the_crg:
        return _agreement_request(one, ask, template, to, due, cause=cause)
    if one.entry:  # the partners' decision, which is agreed to (R-15)
        n["decision"] = True
    template = worded(one, template)
    if template != "officer-replaced":
        n["as_deputy_for"] = as_deputy
    link = LinkFor(purpose=SIGN_OFF_LINK, subject=f"{one.id}:{ask.capacity}")
    attach = [one.document] if template == "comment-request" else []
    return Notice(cause=cause, template=template, to=to, about=one.id, n=n, link=link, attach=attach)


def _agreement_request(
    one: Round, ask: SignatureRequest, template: str, to: str, due: datetime, *, cause: str
) -> Notice:
    """The mail with the link by which the CRG Chair agrees the draft report for the CRG (R-16)."""
    overdue = template == "sign-off-overdue"
    n = {"document_title": one.title, "version": one.document.version, "due": due, "overdue": overdue}
    link = LinkFor(purpose=SIGN_OFF_LINK, subject=f"{one.id}:{ask.capacity}")
    return Notice(cause=cause, template="draft-agreement", to=to, about=one.id, n=n, link=link)


def worded(one: Round, template: str) -> str:
    """The template in the words of a sign-off, or of early comment, which is none (K-7)."""
    return _FOR_COMMENT[template] if one.for_comment else template


_FOR_COMMENT = {
    "sign-off-request": "comment-request",
    "officer-replaced": "comment-request",
    "sign-off-reminder": "comment-reminder",
    "sign-off-overdue": "comment-reminder",
    "sign-off-deputy": "comment-deputy",
    "sign-off-escalation": "comment-escalation",
}
