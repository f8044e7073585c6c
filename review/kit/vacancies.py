"""Offices that a duty of the case needs and nobody holds: warned about, never a bar (N-2, "A vacant office"). Pure."""

from collections.abc import Iterator
from datetime import datetime

from calendar_rules.edition import Edition
from calendar_rules.lengths import london
from calendar_rules.model import Model
from calendar_rules.notifying import HEADS, Viewer
from review.case import reads
from review.case.record import RowKind
from review.case.sign_off import signatories
from review.case.state import CaseState
from review.facts.directory import Cast, Role
from review.kit import notify

_OFFICES = {role.value for role in Role}


class Vacancy(Model):
    """An office, and the duties of this case that need it, by title."""

    office: str
    needed_for: list[str]


def vacancies(case: CaseState) -> list[Vacancy]:
    """Who decides on notifying, who owes an open deadline, who is told at each touch point, who signs for a partner."""
    found: dict[str, list[str]] = {}
    for office, what in () if reads.ended(case) else (*_deciding(case), *_owing(case), *_told_and_signing(case)):
        found.setdefault(office, []).append(what)
    return [Vacancy(office=office, needed_for=list(dict.fromkeys(what))) for office, what in found.items()]


def _deciding(case: CaseState) -> Iterator[tuple[str, str]]:
    if not reads.incident_reported(case) or reads.notified_at(case) or reads.declined(case):
        return
    for viewer in reads.silent(case):
        if not notify.viewers(case, [viewer]):
            yield _office(viewer), "the view whether to notify the Panel"


def _owing(case: CaseState) -> Iterator[tuple[str, str]]:
    for deadline in case.deadlines.values():
        owner = case.edition.deadlines[deadline.rule].owner.value
        if deadline.open and owner in _OFFICES and not notify.holders(case, Role(owner)):
            yield owner, deadline.title


def _told_and_signing(case: CaseState) -> Iterator[tuple[str, str]]:
    return _standing_offices(case.cast, case.edition)


def _standing_offices(cast: Cast, edition: Edition) -> Iterator[tuple[str, str]]:
    for role in (Role.BUSINESS_UNIT, Role.CRG_CHAIR, Role.INDEPENDENT_CHAIR):
        if not cast.holders(role):
            yield role.value, "being told at each touch point"
    for capacity in edition.national.accountable_capacities:
        if not signatories(cast, capacity):
            yield f"accountable-officer:{capacity}", "the signature of this partner"


def offices_needed(cast: Cast, edition: Edition) -> Iterator[tuple[str, str]]:
    """Offices that nobody holds and that a case of an edition needs from its first day, each with what for."""
    for viewer in edition.notifying.agreed_by:
        held = cast.holders(Role(viewer)) if viewer in HEADS else signatories(cast, viewer.value)
        if not held:
            yield _office(viewer), "the view whether to notify the Panel"
    yield from _standing_offices(cast, edition)
    for rule in edition.deadlines.values():
        owner = rule.owner.value
        elsewhere = owner in (Role.ACCOUNTABLE_OFFICER, Role.AGENCY)  # said of each partner above; of each agency
        if owner in _OFFICES and not elsewhere and not cast.holders(Role(owner)):
            yield owner, rule.title


def _office(viewer: Viewer) -> str:
    return viewer.value if viewer.value in _OFFICES else f"accountable-officer:{viewer.value}"


def warn_of(case: CaseState, before: list[Vacancy], now: datetime) -> None:
    """An office has fallen vacant that a duty of this case needs: on the record, and told to the Business Unit."""
    known = {one.office for one in before}
    new = [one for one in vacancies(case) if one.office not in known]
    for one in new:
        line = f"Warning: nobody holds an office that this case needs: {one.office}, for {'; '.join(one.needed_for)}"
        case.add_record_row(RowKind.WARNING, "office-vacant", line, now=now)
    if new:
        n = {"vacant": [one.model_dump() for one in new]}
        people = notify.holders(case, Role.BUSINESS_UNIT)
        case.post(
            notify.to_each(
                people, f"office-vacant:{case.cast.version}:{london(now).date().isoformat()}", "office-vacant", n
            )
        )
