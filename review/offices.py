"""Who may say what: for each fact the offices that may report it, and for whom somebody may speak.

Room: review. One table; the API's routes, the workflow's validator and the next steps all read it.
"""

from review.chapters import CHAPTERS
from review.directory import Cast, Role, speaks_for
from review.facts import Said
from review.refusals import NotYourRole, NotYourSignature, WrongAgency
from review.said.editions import AgencyKnew
from review.said.notification import PartnerViewGiven
from review.said.rapid_review import AgencyReturned, SeniorOfficersInformed
from review.said.referral import ReferralReceived
from review.said.report import SignOffGiven
from review.words import Viewer

_SBU = Role.BUSINESS_UNIT

MAY_SAY: dict[str, tuple[Role, ...]] = {
    "corrected": (_SBU,),
    "taken-back": (_SBU,),
    **{kind: roles for chapter in CHAPTERS for kind, roles in chapter.may_say.items()},
}


def check_office(said: Said, cast: Cast) -> None:
    """Refuse a speaker whose office may not say this, or who speaks for somebody else (R-4, R-11)."""
    fact, by = said.fact, said.by
    wanted = MAY_SAY[fact.kind]
    if not set(wanted) & set(by.roles):
        raise NotYourRole(what=fact.title, roles=" or ".join(wanted))
    match fact:
        case PartnerViewGiven() if _SBU not in by.roles:
            own = Role.DCS if fact.officer is Viewer.DCS else Role.CHIEF_EXECUTIVE
            if own not in by.roles:
                raise NotYourRole(
                    what=f"The view of the {fact.officer}", roles=f"{own} or {_SBU}", fields={"officer": "is not you"}
                )
        case AgencyReturned() | AgencyKnew() | SeniorOfficersInformed() if _SBU not in by.roles:
            if not speaks_for(by.people, fact.agency, cast):
                raise WrongAgency(agency=fact.agency, fields={"agency": "is not yours"})
        case ReferralReceived() if not {_SBU, Role.CRG_CHAIR, Role.CRG_MEMBER} & set(by.roles):
            if not speaks_for(by.people, fact.agency or "", cast):
                raise WrongAgency(agency=fact.agency or "another partnership", fields={"agency": "is not yours"})
        case SignOffGiven() if fact.officer not in by.people:
            raise NotYourSignature(officer=fact.officer, fields={"officer": "must be yourself"})
