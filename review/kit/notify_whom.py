"""Who is meant: the people behind an office, an agency or a party of an edition, each once.

Pure.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from calendar_rules.edition import Party
from calendar_rules.notifying import Viewer
from review.case import reads
from review.case.deadline import RunningDeadline
from review.case.notices import Notice
from review.case.sign_off import signatories
from review.facts.directory import Role

if TYPE_CHECKING:
    from review.case.state import CaseState


LEADERS = (Role.ACCOUNTABLE_OFFICER, Role.CRG_CHAIR, Role.INDEPENDENT_CHAIR)


def holders(case: "CaseState", *roles: Role) -> list[str]:
    """Ids of all who hold one of the offices, each once, in the order of the offices.

    For a partner that has no accountable officer its nominated deputies stand in, as they do for a sign-off (§1, §2).
    """
    people = [person for role in roles for person in case.cast.holders(role)]
    if Role.ACCOUNTABLE_OFFICER in roles:
        capacities = case.edition.national.accountable_capacities
        people += [person for capacity in capacities for person in signatories(case.cast, capacity)]
    return list(dict.fromkeys(people))


def viewers(case: "CaseState", whose: Iterable[Viewer]) -> list[str]:
    """Who gives a view on notifying: the holders of an office, or whoever signs for a partner (N-2)."""
    people = [person for viewer in whose for person in reads.viewers(case, viewer)]
    return list(dict.fromkeys(people))


def referrer(case: "CaseState") -> list[str]:
    """The lead of the agency that referred, who hears what becomes of its referral (A-1, X-1); another partnership is
    answered by the Business Unit.
    """
    agency = case.cast.agency(reads.referring(case) or "")
    return [agency.safeguarding_lead] if agency else []


def to_each(
    people: Iterable[str], cause: str, template: str, n: dict[str, Any] | None = None, *, about: str | None = None
) -> list[Notice]:
    """The same notice to several people."""
    return [Notice(cause=cause, template=template, to=person, about=about, n=n or {}) for person in people]


def colleagues(case: "CaseState", person: str) -> list[str]:
    """Who else can take up what somebody could not be told: of an agency its other officer, of a partner's officer the
    deputies, else the other holders of the office.
    """
    known = case.cast.person(person)
    agency = next((one for one in case.cast.agencies if person in (one.safeguarding_lead, one.senior_officer)), None)
    if agency:
        others = [agency.safeguarding_lead, agency.senior_officer]
    elif known and known.roles and known.roles[0] is Role.ACCOUNTABLE_OFFICER:
        others = [one.id for one in case.cast.people if Role.DEPUTY in one.roles and one.partner == known.partner]
    elif known and known.roles and known.agency is None:
        others = case.cast.holders(known.roles[0])
    else:
        others = []
    return [one for one in dict.fromkeys(others) if one != person]


def crg_members_of(case: "CaseState", agency: str) -> list[str]:
    """Who sits on the CRG for an agency and sees to it that the agency provides its return (§6, R-3); its safeguarding
    lead, who is asked for it, is told of that anyway.
    """
    known = case.cast.agency(agency)
    members = [one.id for one in case.cast.people if one.agency == agency and Role.CRG_MEMBER in one.roles]
    return [one for one in members if known is None or one != known.safeguarding_lead]


def representatives(case: "CaseState") -> list[str]:
    """Who speaks at the rapid review meeting for an agency that is asked and has nobody on the CRG (§2, R-6)."""
    found = []
    for one in reads.scope(case):
        known = case.cast.agency(one)
        member = any(person.agency == one and Role.CRG_MEMBER in person.roles for person in case.cast.people)
        if known and not member:
            found.append(known.safeguarding_lead)
    return list(dict.fromkeys(found))


def readers_of_the_pack(case: "CaseState") -> list[str]:
    """Who is told of the collated returns, as the edition says; and the author of the report, once there is one. A
    return that comes after the meeting is told to the Business Unit and the CRG Chair whatever it says (R-10).
    """
    people: list[str] = []
    for party in case.edition.pack_to:
        people += representatives(case) if party is Party.AGENCY_LEAD else holders(case, Role(party.value))
    if reads.late_returns(case):
        people += holders(case, Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    drafts = reads.drafts(case)
    return list(dict.fromkeys([*people, *([drafts[-1].author] if drafts else [])]))


def parties(case: "CaseState", deadline: RunningDeadline, wanted: Iterable[Party]) -> list[str]:
    """The people behind an edition's words, seen from one deadline."""
    people: list[str] = []
    agency = case.cast.agency(deadline.subject or "")
    ask = reads.ask(case, deadline.subject or "") if deadline.rule in ("D-8", "R-16") else None
    for party in wanted:
        match party:
            case Party.AGENCY | Party.AGENCY_LEAD:
                people += [agency.safeguarding_lead] if agency else []
            case Party.AGENCY_SENIOR_OFFICER:
                people += [agency.senior_officer] if agency else []
            case Party.AGENCY_CRG_MEMBER:
                people += crg_members_of(case, deadline.subject or "")
            case Party.OFFICER:
                people += [ask.officer] if ask else []
            case Party.DEPUTY:
                people += ask.deputies if ask else []
            case Party.DECIDER:
                people += [one for viewer in reads.silent(case) for one in reads.yet_to_give(case, viewer)]
            case Party.SUB_GROUP if deadline.rule == "G-10":
                handed_over = reads.handover(case, deadline.subject or "")
                sub_group = reads.sub_group(case, handed_over) if handed_over else None
                people += [sub_group] if sub_group else []
            case Party.ACTION_OWNER:
                owner = reads.action_owner(case, deadline.subject or "")
                people += [owner] if owner else []
            case _:
                people += holders(case, Role(party.value))
    return list(dict.fromkeys(people))
