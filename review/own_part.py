"""What of a case is agencies' own part, so that their people see it (R-4, R-11, G-11). Pure."""

from collections.abc import Iterable

from review.case import reads
from review.case.sign_off import agency_of
from review.case.state import CaseState
from review.chapters.follow_up.reads import ActionStanding
from review.kit.sign_off_rounds import deadline_of


def deadlines_of_agencies(case: CaseState, actions: Iterable[ActionStanding]) -> dict[str, set[str]]:
    """The deadlines that are agencies' own part, with those agencies: of a referral, request and return, of their own
    signatures and of those of these actions that are theirs.
    """
    found: dict[str, set[str]] = {}

    def part(id: str, agency: str | None) -> None:
        if agency and id in case.deadlines:
            found.setdefault(id, set()).add(agency)

    referring = reads.referring(case)
    part(f"A-1:{referring}", referring)
    for agency in case.requests:
        for rule in ("R-3", "D-6-known", "D-6"):
            part(f"{rule}:{agency}", agency)
    for one in case.rounds:
        for ask in one.asks:
            part(deadline_of(one, ask), agency_of(ask.capacity))
    for action in actions:
        part(action.deadline, action.agency)
        part(action.deadline, agency_of_person(case, action.owner))
    return found


def agency_of_person(case: CaseState, person: str) -> str | None:
    known = case.cast.person(person)
    return known.agency if known else None
