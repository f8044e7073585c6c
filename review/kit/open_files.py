"""Which papers and files are open to those who do not read the case whole."""

from collections.abc import Collection, Iterable

from calendar_rules.edition import Party
from review.case import reads
from review.case.state import CaseState
from review.facts import DocumentRef
from review.facts.chronology import ChronologyGiven
from review.kit import notify

PACK = "returns-pack"


def open_to(case: CaseState, people: Iterable[str], agencies: Iterable[str] = ()) -> dict[str, DocumentRef]:
    """Papers: an agency's own latest return and chronology; agenda and collated returns, as they are now, for a
    representative who is invited to the meeting (R-5, R-6).
    """
    of = list(agencies)
    said = [entry.fact.content for agency in of for entry in reads.returns_of(case, agency)]
    said += chronologies(case, of).values()
    own = {one.document: one for one in said if one}
    if not set(people) & set(notify.representatives(case)):
        return own
    names = ["agenda"] + ([PACK] if Party.AGENCY_LEAD in case.edition.pack_to else [])
    return own | {one.document: one for one in case.papers.values() if one.document in names}


def chronologies(case: CaseState, agencies: Collection[str] | None) -> dict[str, DocumentRef]:
    """The chronology that stands of each of these agencies; of all where None is given (§7)."""
    given = case.every(ChronologyGiven)
    return {one.agency: one.content for one in given if agencies is None or one.agency in agencies}


def to_sign(case: CaseState, people: Iterable[str]) -> set[tuple[str, int]]:
    """Papers, each with its version, that one of these people is or was asked to sign: they may read it (R-11)."""
    asked = set(people)
    rounds = [one for one in case.rounds if any(ask.may_sign(who) for ask in one.asks for who in asked)]
    return {(one.document.document, one.document.version) for one in rounds}


def files_open_to(case: CaseState, people: Iterable[str], agencies: Iterable[str] = ()) -> set[tuple[str, int]]:
    """Files, each with its version: what came with an agency's own returns and chronologies; what came with all
    returns, for a representative for whom the collated returns are open (R-4, R-5).
    """
    own = list(agencies)
    invited = set(people) & set(notify.representatives(case)) and Party.AGENCY_LEAD in case.edition.pack_to
    pack = invited and any(one.document == PACK for one in case.papers.values())
    of = [*own, *(reads.scope(case) if pack else [])]
    given = [file for one in case.every(ChronologyGiven) if one.agency in own for file in one.files]
    return {(one.document, one.version) for one in (*reads.files_of_returns(case, of), *given)}
