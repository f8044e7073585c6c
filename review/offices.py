"""Who may say what: for each fact the offices that may report it, and for whom somebody may speak.

Each fact names its offices; the API's routes, the workflow's validator and the next steps all read them.
"""

from calendar_rules.notifying import HEADS, Viewer
from review.case import reads
from review.facts import FACTS, Reported, Speaker
from review.facts.chronology import ChronologyGiven
from review.facts.directory import Cast, Role
from review.facts.editions import AgencyKnew
from review.facts.notification import PartnerViewGiven
from review.facts.office_words import offices
from review.facts.rapid_review import AgencyReturned, SeniorOfficersInformed
from review.facts.referral import ReferralReceived
from review.facts.report import DraftAgreed, DraftCommented
from review.facts.signing import SignOffGiven
from review.facts.speaking_for import speaks_for
from review.kit.notify_wording import in_words_of
from review.kit.refusals import NotYourComment, NotYourRole, NotYourSignature, WrongAgency

_SBU = Role.BUSINESS_UNIT

MAY_REPORT: dict[str, tuple[Role, ...]] = {kind: fact.may_report for kind, fact in FACTS.items()}


def check_office(reported: Reported, cast: Cast) -> None:
    """Refuse a speaker whose office may not say this, or who speaks for somebody else (R-4, R-11)."""
    fact, by = reported.fact, reported.by
    wanted = MAY_REPORT[fact.kind]
    elsewhere = {role for person in by.people if (who := cast.person(person)) for role in who.not_here}
    if not set(wanted) & (set(by.roles) - (elsewhere - _held(by, cast))):
        raise NotYourRole(what=fact.title, roles=offices(wanted))
    match fact:
        case PartnerViewGiven() if _SBU not in by.roles:
            _check_view(fact, by, cast)
        case AgencyReturned() | AgencyKnew() | SeniorOfficersInformed() | ChronologyGiven() if _SBU not in by.roles:
            if not speaks_for(by.people, fact.agency, cast):
                raise WrongAgency(agency=reads.called_in(cast, fact.agency), fields={"agency": "is not yours"})
        case ReferralReceived() if not {_SBU, Role.CRG_CHAIR, Role.CRG_MEMBER} & set(by.roles):
            if not speaks_for(by.people, fact.agency or "", cast):
                named = reads.called_in(cast, fact.agency) if fact.agency else "another partnership"
                raise WrongAgency(agency=named, fields={"agency": "is not yours"})
        case SignOffGiven() | DraftAgreed() if fact.officer not in by.people:
            raise NotYourSignature(officer=fact.officer, fields={"officer": "must be yourself"})
        case DraftCommented() if _SBU not in by.roles and fact.person not in by.people:
            raise NotYourComment(person=fact.person, fields={"person": "must be yourself"})


def _held(by: Speaker, cast: Cast) -> set[Role]:
    return {role for person in by.people if (who := cast.person(person)) for role in who.roles}


def _check_view(fact: PartnerViewGiven, by: Speaker, cast: Cast) -> None:
    """A view is the officer's own, and that of one of several the officer's or a deputy's (N-2)."""
    if not _is(fact.officer, by, cast):
        own = in_words_of([fact.officer])
        raise NotYourRole(
            what=f"The view of {own}", roles=f"{own} or {offices([_SBU])}", fields={"officer": "is not you"}
        )
    if fact.person and fact.person not in by.people and not _deputy(by, cast):
        raise NotYourRole(
            what=f"The view of {fact.person}",
            roles=f"that officer or {offices([_SBU])}",
            fields={"person": "is not you"},
        )


def _deputy(by: Speaker, cast: Cast) -> bool:
    return any((member := cast.person(person)) and Role.DEPUTY in member.roles for person in by.people)


def _is(viewer: Viewer, by: Speaker, cast: Cast) -> bool:
    """Whether somebody holds the office whose view it is, or signs for that partner (N-2)."""
    if viewer in HEADS:
        not_here = [who for one in by.people if (who := cast.person(one)) and Role(viewer) in who.not_here]
        return Role(viewer) in by.roles and not not_here
    signing = {Role.ACCOUNTABLE_OFFICER, Role.DEPUTY}
    members = [member for person in by.people if (member := cast.person(person))]
    return any(member.partner and member.partner.value == viewer and signing & set(member.roles) for member in members)
