"""Who is told what: the notices that follow from facts and bells, and the sentences of the record.

Room: review. Pure. Notices hold offices, dates and titles of our own making; never a child's name or what happened.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from calendar_rules.edition import BellKind, Party
from calendar_rules.lengths import london
from calendar_rules.plan import SafeTime
from review.clocks import BellDue, Clock, Moved
from review.directory import Role
from review.facts import Fact
from review.notices import OTHER_PARTNERSHIP, LinkFor, Notice
from review.said.crg import ConcernAnswered, ConcernEscalated, ProcessLinked, ProcessUpdated
from review.said.editions import AgencyKnew
from review.said.follow_up import (
    ActionClosureAgreed,
    ActionDueMoved,
    ActionHandedOn,
    ActionProgressed,
    ActionSet,
    FindingsHandedOver,
    SubGroupAnswered,
)
from review.said.involvement import (
    AdvocacyConsidered,
    ContributionRecorded,
    InvitationAnswered,
    InvolvementExplained,
    PersonInvited,
)
from review.said.notification import AuthorityTold, PartnerViewGiven
from review.said.practice_review import EarlyCommentGiven
from review.said.rapid_review import AgencyAdded, AgencyReturned, SeniorOfficersInformed
from review.said.report import SignOffGiven
from review.said.standing import CaseJoined, CaseParted
from review.sign_off import VACANT, Ask, Round, of_a_partner, office, signatories

if TYPE_CHECKING:
    from review.case import CaseState
    from review.told import Entry

SIGN_OFF_LINK = "sign-off"
RETURN_LINK = "return"
LINK_LIFE = timedelta(days=30)

LEADERS = (Role.ACCOUNTABLE_OFFICER, Role.CRG_CHAIR, Role.INDEPENDENT_CHAIR)


def moment(at: datetime) -> str:
    """ "Fri 12 Jun 2026 23:59", London."""
    local = london(at)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def day(at: datetime) -> str:
    """ "Friday 12 June 2026", London."""
    local = london(at).date()
    return f"{local:%A} {dated(local)}"


def dated(one: date) -> str:
    """ "12 June 2026"."""
    return f"{one.day} {one:%B %Y}"


def of_fact(fact: Fact) -> str:
    """One sentence for the record."""
    about = subject_of(fact)
    return f"{fact.title}: {about}" if about else fact.title


def subject_of(fact: Fact) -> str | None:
    match fact:
        case AgencyReturned() | AgencyKnew() | AgencyAdded() | SeniorOfficersInformed():
            return fact.agency
        case AuthorityTold():
            return fact.authority
        case PartnerViewGiven() | EarlyCommentGiven():
            return fact.officer
        case SignOffGiven():
            return fact.round
        case PersonInvited() | InvitationAnswered() | AdvocacyConsidered() | ContributionRecorded():
            return fact.person
        case InvolvementExplained():
            return fact.person or fact.child_id or fact.group
        case _:
            return _id_given(fact)


def _id_given(fact: Fact) -> str | None:
    """What people gave an id of their own."""
    match fact:
        case ProcessLinked() | ProcessUpdated():
            return fact.process
        case ConcernEscalated() | ConcernAnswered():
            return fact.concern
        case ActionSet() | ActionProgressed() | ActionDueMoved() | ActionHandedOn() | ActionClosureAgreed():
            return fact.action
        case FindingsHandedOver() | SubGroupAnswered():
            return fact.handover
        case CaseJoined() | CaseParted():
            return fact.other
        case _:
            return getattr(fact, "milestone", None) or getattr(fact, "candidate", None)


def holders(case: "CaseState", *roles: Role) -> list[str]:
    """Ids of all who hold one of the offices, each once, in the order of the offices.

    For a partner that has no accountable officer its nominated deputies stand in, as they do for a sign-off (§1, §2).
    """
    people = [person for role in roles for person in case.cast.holders(role)]
    if Role.ACCOUNTABLE_OFFICER in roles:
        capacities = case.edition.national.accountable_capacities
        people += [person for capacity in capacities for person in signatories(case.cast, capacity)]
    return list(dict.fromkeys(people))


def referrer(case: "CaseState") -> list[str]:
    """The lead of the agency that referred, who hears what becomes of its referral (A-1, X-1); another partnership is
    answered by the Business Unit.
    """
    agency = case.agency(case.referring or "")
    return [agency.safeguarding_lead] if agency else []


def to_each(
    people: Iterable[str], cause: str, template: str, n: dict[str, Any] | None = None, *, about: str | None = None
) -> list[Notice]:
    """The same notice to several people."""
    return [Notice(cause=cause, template=template, to=person, about=about, n=n or {}) for person in people]


def standing(
    case: "CaseState", template: str, entry: "Entry", also: Iterable[str] = (), /, **more: Any
) -> list[Notice]:
    """Paused, resumed, withdrawn: those who must know are told; the reason stays in the record (X-1)."""
    office = entry.said.by.roles[0] if entry.said.by.roles else Role.BUSINESS_UNIT
    withdrawn_early = template == "case-withdrawn" and case.notified_at is None
    deciding = (Role.DCS, Role.CHIEF_EXECUTIVE) if withdrawn_early else ()  # who owe a view no more
    known = [person for person in also if case.cast.person(person)]
    people = list(dict.fromkeys([*holders(case, *LEADERS, Role.BUSINESS_UNIT, *deciding), *known]))
    return to_each(
        people, f"{template}:{entry.said.message}", template, {"reason_recorded": True, "by_office": office} | more
    )


def called(clock: Clock) -> str:
    """What a mail calls a deadline: with the id that people gave it, where a case has several of a kind (G-11)."""
    return f"{clock.title} ({clock.subject})" if clock.rule in _GIVEN_IDS and clock.subject else clock.title


_GIVEN_IDS = ("G-7", "G-10", "G-11", "K-5")  # concerns, handovers, actions, milestones


def deadline_moved(case: "CaseState", clock: Clock, moved: Moved) -> list[Notice]:
    if clock.rule == "K-8":  # everybody has the plan that moves it, or is told that one was taken back
        return []
    if moment(moved.was) == moment(moved.due) and case.knows("moved-by-a-minute"):  # before, by a second was told, too
        return []
    n = {"title": called(clock), "was": moved.was, "due": moved.due, "why": moved.why}
    if case.agency(clock.subject or ""):
        n["agency"] = clock.subject
    people = list(
        dict.fromkeys(
            [*holders(case, Role.BUSINESS_UNIT), *parties(case, clock, [case.edition.deadlines[clock.rule].owner])]
        )
    )
    return to_each(people, f"deadline-moved:{clock.id}:{len(clock.moves)}", "deadline-moved", n, about=clock.id)


def slack_warning(case: "CaseState", cause: str, what: str, safe: SafeTime) -> list[Notice]:
    n = {"what": what, "latest_safe": safe.at, "due": case.clocks["D-7"].due}
    return to_each(
        holders(case, Role.BUSINESS_UNIT, Role.CRG_CHAIR), f"slack-warning:{cause}", "slack-warning", n, about="D-7"
    )


def duty_failed(case: "CaseState", notice: Notice, now: datetime) -> list[Notice]:
    """The Business Unit hears of a mail that could not be delivered; not where it is that very mail."""
    if notice.template == "duty-failed":
        return []
    member = case.cast.person(notice.to)
    outside = notice.to if notice.to == OTHER_PARTNERSHIP else "unknown"
    n = {"what": notice.template.replace("-", " "), "office": member.roles[0] if member else outside}
    people = [person for person in holders(case, Role.BUSINESS_UNIT) if person != notice.to]
    return to_each(people, f"duty-failed:{notice.key}:{now.isoformat()}", "duty-failed", n, about=notice.about)


def sent_back(case: "CaseState", one: Round, ask: Ask) -> list[Notice]:
    n = {"capacity": office(ask.capacity), "comments": "", "version": one.document.version}
    return to_each(
        holders(case, Role.BUSINESS_UNIT, Role.CRG_CHAIR),
        f"sent-back:{one.id}:{ask.capacity}",
        "sign-off-sent-back",
        n,
        about=one.id,
    )


def new_version_to_come(case: "CaseState", one: Round, by: Ask) -> list[Notice]:
    """Those who had approved the version that is sent back, in whatever round, and those still asked (R-11)."""
    over = [other for other in case.rounds if other.document == one.document and not other.for_comment]
    asked = [(ask.given_by or ask.officer) for other in over for ask in other.asks if ask is not by]
    people = [person for person in dict.fromkeys(asked) if person not in (by.given_by, VACANT)]
    n = {"document_title": one.title, "version": one.document.version}
    return to_each(people, f"new-version-to-come:{one.id}", "new-version-to-come", n, about=one.id)


def parties(case: "CaseState", clock: Clock, wanted: Iterable[Party]) -> list[str]:
    """The people behind an edition's words, seen from one clock."""
    people: list[str] = []
    agency = case.agency(clock.subject or "")
    ask = case.ask(clock.subject or "") if clock.rule == "D-8" else None
    for party in wanted:
        match party:
            case Party.AGENCY | Party.AGENCY_LEAD:
                people += [agency.safeguarding_lead] if agency else []
            case Party.AGENCY_SENIOR_OFFICER:
                people += [agency.senior_officer] if agency else []
            case Party.OFFICER:
                people += [ask.officer] if ask else []
            case Party.DEPUTY:
                people += ask.deputies if ask else []
            case Party.ACTION_OWNER:
                owner = case.action_owner(clock.subject or "")
                people += [owner] if owner else []
            case _:
                people += holders(case, Role(party.value))
    return list(dict.fromkeys(people))


def bell(case: "CaseState", clock: Clock, rung: BellDue, now: datetime) -> list[Notice]:
    """The mails of one bell: reminders, chases, the deputy asked, escalation (R-4, R-11, R-13).

    `now` is when it rings, which can be long after it should have: a referral may be late from its first minute (A-3).
    """
    told = rung.tell
    if _closure_awaited(case, clock):
        told = tuple(dict.fromkeys(Party.CRG_CHAIR if party is Party.ACTION_OWNER else party for party in told))
    return [
        _bell_to(case, clock, rung, person, party, now)
        for party in told
        for person in parties(case, clock, [party])
        if not (party is Party.ACTION_OWNER and _told_with_the_action(case, clock, rung))
    ]


def _told_with_the_action(case: "CaseState", clock: Clock, rung: BellDue) -> bool:
    """Whether the owner has just read in the mail that set the action that it is overdue (G-11)."""
    return rung.kind == BellKind.OVERDUE and entered_overdue(clock) and case.knows("overdue-with-the-action")


def entered_overdue(clock: Clock) -> bool:
    """Whether a deadline had passed when it began to run, and has not been moved since."""
    return clock.started_at > clock.due and not clock.moves


def _closure_awaited(case: "CaseState", clock: Clock) -> bool:
    """Whether the owner of an action has given evidence, so that it is the CRG that owes its agreement (G-11)."""
    # before, the owner was reminded of it all the same
    return clock.rule == "G-11" and case.evidence_given(clock.subject or "") and case.knows("closure-awaited")


def sign_off_request(
    one: Round, ask: Ask, template: str, to: str, due: datetime, now: datetime, *, cause: str
) -> Notice:
    """The mail with the link by which one person approves or sends back exactly one version (R-11)."""
    as_deputy = f"accountable officer, {ask.capacity}" if ask.stand_in or to != ask.officer else None
    if not of_a_partner(ask.capacity):
        as_deputy = None
    n = {
        "document_title": one.title,
        "version": one.document.version,
        "due": due,
        "capacity": office(ask.capacity, deputy=as_deputy is not None),
    }
    template = _worded(one, template)
    if template != "officer-replaced":
        n["as_deputy_for"] = as_deputy
    link = LinkFor(purpose=SIGN_OFF_LINK, subject=f"{one.id}:{ask.capacity}", expires_at=now + LINK_LIFE)
    attach = [one.document] if template == "comment-request" else []
    return Notice(cause=cause, template=template, to=to, about=one.id, n=n, link=link, attach=attach)


def _worded(one: Round, template: str) -> str:
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


def return_request(
    case: "CaseState", agency: str, template: str, to: str, due: datetime, now: datetime, *, cause: str
) -> Notice:
    """A mail with the link by which an agency sends its return (R-3, R-4)."""
    link = LinkFor(purpose=RETURN_LINK, subject=agency, expires_at=now + LINK_LIFE)
    return Notice(
        cause=cause, template=template, to=to, about=f"D-6:{agency}", n={"agency": agency, "due": due}, link=link
    )


def _bell_to(case: "CaseState", clock: Clock, rung: BellDue, to: str, party: Party, now: datetime) -> Notice:
    cause = f"bell:{clock.id}:{rung.name}:{len(clock.moves)}"
    if clock.rule == "D-6" and party in (Party.AGENCY, Party.AGENCY_LEAD):
        template = "return-reminder" if rung.kind == BellKind.REMINDER else "return-overdue"
        return return_request(case, clock.subject or "", template, to, clock.due, now, cause=cause)
    if clock.rule == "D-6-known" and party in (Party.AGENCY, Party.AGENCY_LEAD):
        notice = return_request(case, clock.subject or "", "known-reminder", to, clock.due, now, cause=cause)
        return notice.model_copy(update={"about": clock.id, "n": notice.n | {"overdue": rung.at >= clock.due}})
    if clock.rule == "D-6" and party is Party.AGENCY_SENIOR_OFFICER:
        agency = case.agency(clock.subject or "")
        n: dict[str, Any] = {
            "agency": clock.subject,
            "due": clock.due,
            "lead": agency.safeguarding_lead if agency else "",
        }
        return Notice(cause=cause, template="return-escalation", to=to, about=clock.id, n=n)
    if clock.rule == "D-8":
        return _sign_off_bell(case, clock, rung, to, cause, now)
    if clock.rule == "D-9":
        met_on = london(clock.since).date().isoformat()
        return Notice(
            cause=cause, template="panel-chaser", to=to, about=clock.id, n={"due": clock.due, "meeting_date": met_on}
        )
    rule = case.edition.deadlines[clock.rule]
    n = {
        "title": clock.title,
        "which": called(clock),  # in the text only: an id that people gave is none of a subject's business
        "due": clock.due,
        "owner": rule.owner,
        "kind": rung.kind,
        "rule_id": clock.id,
        "slack_working_days": clock.slack(now, case.calendar),
    }
    if case.agency(clock.subject or ""):
        n["agency"] = clock.subject
    if entered_overdue(clock):
        n["entered_overdue"] = True
    kind = (
        "reminder" if rung.kind == BellKind.REMINDER else "overdue" if rung.kind == BellKind.OVERDUE else "escalation"
    )
    if _closure_awaited(case, clock):
        n |= {"owner": Party.CRG_CHAIR, "evidence_given": True}
        kind = "reminder" if rung.kind == BellKind.REMINDER else "overdue"  # escalated to those who owe it
    return Notice(cause=cause, template=f"deadline-{kind}", to=to, about=clock.id, n=n)


def _sign_off_bell(case: "CaseState", clock: Clock, rung: BellDue, to: str, cause: str, now: datetime) -> Notice:
    one = next(one for one in case.rounds if one.id == (clock.subject or "").partition(":")[0])
    ask = case.ask(clock.subject or "")
    if ask is None:
        raise LookupError(f"{clock.id} is about no sign-off of this case")
    if rung.kind == BellKind.DEPUTY:
        return sign_off_request(one, ask, "sign-off-deputy", to, clock.due, now, cause=cause)
    if ask.may_sign(to):
        overdue = rung.at >= clock.due
        template = "sign-off-overdue" if overdue else "sign-off-reminder"
        notice = sign_off_request(one, ask, template, to, clock.due, now, cause=cause)
        return notice.model_copy(update={"n": notice.n | {"overdue": overdue}}) if one.for_comment else notice
    n = {
        "document_title": one.title,
        "version": one.document.version,
        "due": clock.due,
        "capacity": office(ask.capacity),
    }
    return Notice(cause=cause, template=_worded(one, "sign-off-escalation"), to=to, about=clock.id, n=n)
