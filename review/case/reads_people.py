"""Whom a case is about, and which agencies have a part in it."""

from collections.abc import Iterable
from datetime import datetime

from calendar_rules.edition import NotificationKind
from calendar_rules.lengths import london
from review.case.entries import Entry
from review.case.reads_referral import referring
from review.case.sign_off import agency_of, in_words
from review.case.state import CaseState
from review.facts import Child
from review.facts.any_stage import CaseJoined
from review.facts.directory import Cast
from review.facts.enums import Harm, Route
from review.facts.family import ChildAdded, FamilyMember, FamilyMemberAdded, Home, HomeRecorded
from review.facts.follow_up import ActionHandedOn, ActionSet
from review.facts.information import InformationRequested
from review.facts.learning_review import LearningParticipantsNamed
from review.facts.notification import IncidentReported
from review.facts.referral import ReferralReceived

CARE_DUTIES = "D-2"  # the rules by which the authorities are told of a death in care (N-4)


def children(case: CaseState) -> list[Child]:
    """The children whom the case is about: those it began with, and those who came to light later (X-4)."""
    told = case.last(IncidentReported) or case.last(ReferralReceived) or case.last(InformationRequested)
    found = {child.child_id: child for child in (told.children if told else ())}
    later = [fact.child for fact in case.every(ChildAdded)]
    joined = [child for fact in case.every(CaseJoined) for child in fact.children]  # of a case that goes on here
    for child in [*later, *joined]:
        found.setdefault(child.child_id, child)
    return list(found.values())


def family(case: CaseState) -> list[FamilyMember]:
    """Family and household whom agencies look for beside the children (X-4)."""
    found: dict[str, FamilyMember] = {}
    joined = [member for fact in case.every(CaseJoined) for member in fact.family]
    for member in [*(fact.member for fact in case.every(FamilyMemberAdded)), *joined]:
        found.setdefault(member.member_id, member)
    return list(found.values())


def people(case: CaseState) -> list[Child | FamilyMember]:
    """Everybody whom the case is about: the children, then family and household."""
    return [*children(case), *family(case)]


def homes(case: CaseState) -> list[Home]:
    """Addresses of the family and who lives there, each as it was said last; of another case's, what this has not."""
    found = {home.home: home for fact in case.every(CaseJoined) for home in fact.homes}
    found |= {
        fact.home: Home(home=fact.home, address=fact.address, what=fact.what, residents=fact.residents)
        for fact in case.every(HomeRecorded)
    }
    return list(found.values())


def child_in_care_died(case: CaseState) -> bool:
    return any(child.in_care and child.harm is Harm.DIED for child in children(case))


def care_leaver_died(case: CaseState) -> bool:
    """Whether a care leaver died whose death the authorities are told of by the edition, up to its age (B-1, D-2)."""
    kind = case.edition.notifications.get(NotificationKind.CARE_LEAVER_DEATH)
    incident = case.last(IncidentReported)
    if incident is None or kind is None or not kind.authorities_told:
        return False
    day = london(incident.incident_at).date()
    ages = [one.age_on(day) for one in children(case) if one.care_leaver and one.harm is Harm.DIED]
    return any(age is None or kind.up_to_age is None or age <= kind.up_to_age for age in ages)


def authorities_owed(case: CaseState) -> bool:
    """Whether Ofsted and the Secretary of State must be told of a death (D-2, N-4)."""
    return child_in_care_died(case) or care_leaver_died(case)


def origin(case: CaseState) -> tuple[str, datetime]:
    """What the case goes back to, in words, and when: nothing of it can have happened before."""
    first: Entry | None = case.entry(ReferralReceived) or case.entry(InformationRequested)
    words = "the referral" if case.route is Route.REFERRAL else "the request"
    began = [(words, first.happened_at)] if first else []
    if incident := case.last(IncidentReported):
        began.append(("the incident", incident.incident_at))
    return min(began, key=lambda one: one[1], default=("the opening", case.opened_at))


def called(case: CaseState, agency: str) -> str:
    """What an agency is called in a sentence to people: its name, as the directory has it."""
    return called_in(case.cast, agency)


def called_in(cast: Cast, agency: str) -> str:
    """As `called`, by the people of a case."""
    known = cast.agency(agency)
    return (known.name if known else cast.former.get(agency, "")) or agency


def capacity_called(case: CaseState, capacity: str) -> str:
    """For whom somebody signs, an agency by its name: "the senior officer of Northmoor Police", "the CRG Chair"."""
    agency = agency_of(capacity)
    return f"the senior officer of {called(case, agency)}" if agency else in_words(capacity)


def all_called(case: CaseState, agencies: Iterable[str]) -> str:
    """Several of them: "Northmoor Police, Northmoor Hospital"."""
    return ", ".join(called(case, agency) for agency in agencies)


def expected(case: CaseState) -> list[str]:
    return [agency.id for agency in case.cast.agencies if agency.expected]


def agencies_involved(case: CaseState) -> list[str]:
    """Agencies with a part of their own in the case: asked for a return or a signature, taking part in a learning
    review, owing an action; and the one that referred the case.
    """
    signing = [agency for one in case.rounds for ask in one.asks if (agency := agency_of(ask.capacity))]
    taking_part = [one.agency for fact in case.every(LearningParticipantsNamed) for one in fact.participants]
    actions: list[ActionSet | ActionHandedOn] = [*case.every(ActionSet), *case.every(ActionHandedOn)]
    owners = [known.agency for fact in actions if (known := case.cast.person(fact.owner)) and known.agency]
    owing = [*(fact.agency for fact in actions), *owners]
    referrer = referring(case)
    return list(dict.fromkeys([*case.requests, *([referrer] if referrer else []), *signing, *taking_part, *owing]))
