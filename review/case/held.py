"""Who holds which office in a case: by the directory, the day, the edition and the council of its area. Pure."""

from datetime import date

from review.case.outsiders import cast_with
from review.case.state import CaseState
from review.facts.directory import Cast
from review.facts.notification import IncidentReported


def council(case: CaseState) -> str | None:
    """The council in whose area the case is, where the partnership has several (N-2)."""
    incident = case.last(IncidentReported)
    return incident.council if incident else None


def held(case: CaseState, entered: Cast, day: date) -> Cast:
    """The offices of the directory as they are held in this case on a day."""
    delegates = case.edition.national.signed_by == "delegate"
    return cast_with(case, entered.on(day, delegates=delegates, council=council(case)))


def take_offices(case: CaseState, entered: Cast, day: date) -> None:
    """From now on they are held so. The directory's own are kept beside them where these differ."""
    case.cast = held(case, entered, day)
    case.cast_entered = entered if case.cast.day or case.cast.people != cast_with(case, entered).people else None


def entered_cast(case: CaseState) -> Cast:
    """The offices as the directory has them."""
    return case.cast_entered or case.cast
