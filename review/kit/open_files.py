"""Which files are open to those who do not read the case whole."""

from collections.abc import Iterable

from calendar_rules.edition import Party
from review.case import reads
from review.case.state import CaseState
from review.kit import notify

PACK = "returns-pack"


def files_open_to(case: CaseState, people: Iterable[str], agencies: Iterable[str] = ()) -> set[tuple[str, int]]:
    """Files, each with its version: what came with an agency's own returns; what came with all of them, for a
    representative for whom the collated returns are open (R-4, R-5).
    """
    invited = set(people) & set(notify.representatives(case)) and Party.AGENCY_LEAD in case.edition.pack_to
    pack = invited and any(one.document == PACK for one in case.papers.values())
    of = [*agencies, *(reads.scope(case) if pack else [])]
    return {(one.document, one.version) for one in reads.files_of_returns(case, of)}
