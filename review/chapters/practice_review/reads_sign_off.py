"""How the documents of a practice review stand in their rounds of sign-off (§7, K-1, K-3, K-7).

Pure lookups on the state; `reads` is their public face.
"""

from datetime import datetime
from typing import NamedTuple

from review.case import reads
from review.case.sign_off import Round, RoundStatus, for_agency
from review.case.state import CaseState
from review.chapters.practice_review.papers import REVIEW, SELECTION, TERMS
from review.facts.base import DocumentRef
from review.facts.directory import Role
from review.facts.enums import ReviewMethod
from review.facts.practice_review import (
    ConflictDeclared,
    ContractEnded,
    FinalDraftSent,
    MethodChosen,
    ReviewDrafted,
    SelectionProposed,
    TermsSentForApproval,
)

_STANDS = (RoundStatus.OPEN, RoundStatus.APPROVED)


class SigningStep(NamedTuple):
    """One round that a document passes through: who signs, and what follows when all have."""

    id: str
    asked: list[str]
    then: str
    for_comment: bool = False


def signing_steps(case: CaseState, document: str) -> list[SigningStep]:
    """The rounds of a document, in order (K-1, K-3, K-7)."""
    partners = case.edition.national.accountable_capacities
    chair = [Role.CRG_CHAIR.value]
    match document:
        case "terms-of-reference":
            return [SigningStep("accountable", partners, "The terms then stand, and a reviewer is selected on them.")]
        case "reviewer-selection":
            return [
                SigningStep("crg-chair", chair, "The proposal then goes to the accountable officers for sign-off."),
                SigningStep("accountable", partners, _then_of_the_selection(case)),
            ]
        case _:
            named = [for_agency(agency) for agency in agencies_named(case)]
            return [
                SigningStep("crg", chair, "The report then goes to the senior officers of the agencies named in it."),
                SigningStep("agencies", named, "The report then goes to the accountable officers."),
                SigningStep("accountable", partners, "The report then goes to the Independent Chair."),
                SigningStep(
                    "independent-chair",
                    [Role.INDEPENDENT_CHAIR.value],
                    "The publication is then planned.",
                ),
            ]


def _then_of_the_selection(case: CaseState) -> str:
    chosen = case.last(MethodChosen)
    tender = chosen is None or chosen.method is ReviewMethod.INDEPENDENT_REVIEWER
    return "The Business Unit then issues the contract." if tender else "The review then begins."


def sent_versions(case: CaseState, document: str) -> list[int]:
    """The versions of a document that went for sign-off, oldest first; of a selection, each proposal is one."""
    match document:
        case "terms-of-reference":
            return [fact.version for fact in case.every(TermsSentForApproval)]
        case "reviewer-selection":
            return list(range(1, len(case.every(SelectionProposed)) + 1))
        case _:
            return [fact.version for fact in case.every(FinalDraftSent)]


def rounds_over(case: CaseState, document: str, version: int) -> list[Round]:
    """The rounds of sign-off over one version; early comment is none."""
    about = [one for one in case.rounds if (one.document.document, one.document.version) == (document, version)]
    return [one for one in about if not one.for_comment]


class RoundDue(NamedTuple):
    """The round that is out, or goes out next; `attempts` counts up each time it is asked again."""

    version: int
    step: SigningStep
    attempts: int


def round_due(case: CaseState, document: str) -> RoundDue | None:
    """Of the version sent last, the first round that has not approved it; None where it was sent back or stopped, where
    all have approved, and where no practice review goes on (R-11, X-2).
    """
    version = being_signed(case, document)
    if version is None or not reads.review_goes_on(case):
        return None
    had = {one.step: one for one in rounds_over(case, document, version)}
    for step in signing_steps(case, document):
        one = had.get(step.id)
        if one is None or one.open:
            return RoundDue(version, step, sum(ask.attempt for ask in one.asks) if one else 0)
    return None


def being_signed(case: CaseState, document: str) -> int | None:
    """The version that is out for sign-off or signed; None where none is, or where it was sent back or stopped."""
    version = next(reversed(sent_versions(case, document)), None)
    if version is None or any(one.status not in _STANDS for one in rounds_over(case, document, version)):
        return None
    return None if document == SELECTION and _void(case, version) else version


def _void(case: CaseState, version: int) -> bool:
    """A proposal is void where a conflict of interest became known before all had signed it, where the contract
    that came of it has ended, and where another method was chosen since (K-2, K-4).
    """
    proposal = case.entries_of(SelectionProposed)[version - 1]
    if case.after(proposal, ContractEnded):
        return True
    if case.after(proposal, MethodChosen):
        return True
    declared = [one.fact.candidate for one in case.after(proposal, ConflictDeclared)]
    return proposal.fact.candidate in declared and not passed(case, SELECTION, version)


def was_agreed(case: CaseState, document: str) -> bool:
    """Whether a version has passed through all its rounds, though a later one may be out by now."""
    last = signing_steps(case, document)[-1].id
    passed = [one for one in case.rounds if one.document.document == document and one.step == last]
    return any(one.status is RoundStatus.APPROVED for one in passed)


def agreed(case: CaseState, document: str) -> int | None:
    """The version that has passed through all its rounds."""
    version = being_signed(case, document)
    if version is None:
        return None
    return version if passed(case, document, version) else None


def passed(case: CaseState, document: str, version: int) -> bool:
    """Whether a version has been approved in the last of its rounds."""
    last = signing_steps(case, document)[-1].id
    through = [one for one in rounds_over(case, document, version) if one.step == last]
    return bool(through) and through[-1].status is RoundStatus.APPROVED


def agreed_at(case: CaseState, document: str) -> datetime | None:
    """When the last approval of the agreed version was given."""
    version = agreed(case, document)
    over = rounds_over(case, document, version) if version else []
    return max((ask.given_at for one in over for ask in one.asks if ask.given_at), default=None)


def draft(case: CaseState, version: int | None = None) -> ReviewDrafted | None:
    """A version of the report, or the latest."""
    return reads.drafted(case, ReviewDrafted, version)


def agencies_named(case: CaseState) -> list[str]:
    """The agencies that the recommendations of the version out for sign-off name."""
    one = draft(case, being_signed(case, REVIEW))
    return one.agencies if one else []


def agreed_paper(case: CaseState, document: str) -> DocumentRef | None:
    """The agreed version as it was read and signed."""
    version = agreed(case, document)
    found = rounds_over(case, document, version) if version else []
    return found[-1].document if found else None


TITLES = {TERMS: "terms of reference", SELECTION: "selection of a reviewer", REVIEW: "practice review report"}
