"""Which method was chosen, how the tender stands, the contract that came of it, and the work under it (§7, K-2 to K-5).

Pure lookups on the state; `reads` is their public face.
"""

from review.case.entries import F
from review.case.state import CaseState
from review.chapters.practice_review.papers import SELECTION
from review.chapters.practice_review.reads_sign_off import agreed, passed
from review.facts.enums import ReviewMethod, SelectionCriterion
from review.facts.practice_review import (
    CandidateEntered,
    CandidateExcluded,
    CandidateScored,
    ConflictDeclared,
    ConflictResolved,
    ContractEnded,
    ContractIssued,
    DaysExtensionAgreed,
    DaysUsed,
    MethodChosen,
    MilestoneReached,
    MilestoneSet,
    SelectionProposed,
    TermsDrafted,
)

WARN_AT = 0.8  # of the contract's days (K-4)


def terms_draft(case: CaseState) -> TermsDrafted | None:
    return case.last(TermsDrafted)


def method(case: CaseState) -> MethodChosen | None:
    """How the review is carried out, as it was chosen last (K-2)."""
    return case.last(MethodChosen)


def by_tender(case: CaseState) -> bool:
    """Whether an independent reviewer is looked for: by a tender, under a contract (K-2)."""
    chosen = method(case)
    return chosen is not None and chosen.method is ReviewMethod.INDEPENDENT_REVIEWER


def candidate(case: CaseState, id: str) -> CandidateEntered | None:
    return next((one for one in case.every(CandidateEntered) if one.candidate == id), None)


def in_the_running(case: CaseState) -> list[str]:
    """Who was entered since the method was chosen, and is not excluded (K-2)."""
    chosen, out = case.entry(MethodChosen), {one.candidate for one in case.every(CandidateExcluded)}
    entered = case.after(chosen, CandidateEntered) if chosen else []
    return [one.fact.candidate for one in entered if one.fact.candidate not in out]


def scores(case: CaseState, id: str) -> dict[SelectionCriterion, int]:
    found: dict[SelectionCriterion, int] = {}
    for fact in case.every(CandidateScored):
        if fact.candidate == id:
            found |= fact.scores
    return found


def not_scored(case: CaseState, id: str) -> list[SelectionCriterion]:
    held = scores(case, id)
    return [criterion for criterion in SelectionCriterion if criterion not in held]


def in_conflict(case: CaseState, id: str) -> bool:
    """Whether the last thing said of the candidate's conflict of interest is that there is one (K-2)."""
    reported = [
        not isinstance(fact, ConflictResolved)
        for fact in (entry.fact for entry in case.entries if not entry.corrected_by)
        if (isinstance(fact, CandidateEntered) and fact.conflict.strip())
        or isinstance(fact, ConflictDeclared | ConflictResolved)
        if fact.candidate == id
    ]
    return bool(reported) and reported[-1]


def selected(case: CaseState) -> CandidateEntered | None:
    """The candidate whose selection is agreed and signed off (K-3)."""
    version = agreed(case, SELECTION)
    return candidate(case, case.every(SelectionProposed)[version - 1].candidate) if version else None


def competing(case: CaseState) -> list[str]:
    """The candidates among whom one is selected; a conflict of interest excludes until it is resolved (K-2)."""
    return [one for one in in_the_running(case) if not in_conflict(case, one)]


def may_be_selected_again(case: CaseState) -> bool:
    """Whether the agreed selection cannot be carried out: a conflict became known, or the candidate is out (K-2)."""
    reviewer = selected(case)
    return bool(reviewer and reviewer.candidate not in competing(case) and contract(case) is None)


def contract(case: CaseState) -> ContractIssued | None:
    """The contract in force (K-4)."""
    issued = case.entry(ContractIssued)
    return None if issued is None or case.after(issued, ContractEnded) else case.last(ContractIssued)


def appointed(case: CaseState) -> bool:
    """Whether somebody who needs no contract has ever been appointed: agreed and signed off (K-2, K-3)."""
    chosen = case.entries_of(MethodChosen)
    for version, proposal in enumerate(case.entries_of(SelectionProposed), 1):
        before = [one.fact.method for one in chosen if case.place(one) < case.place(proposal)]
        if before and before[-1] is not ReviewMethod.INDEPENDENT_REVIEWER and passed(case, SELECTION, version):
            return True
    return False


def work_begun(case: CaseState) -> bool:
    """Whether the review has been at work: under a contract, or by somebody appointed (K-2, K-4)."""
    return case.last(ContractIssued) is not None or appointed(case)


def has_a_reviewer(case: CaseState) -> bool:
    """Whether somebody carries the review out now: under a contract in force, or appointed and not excluded since."""
    reviewer = selected(case)
    here = reviewer is not None and reviewer.candidate in in_the_running(case)
    return contract(case) is not None or (here and not by_tender(case))


def _under_the_contract(case: CaseState, kind: type[F]) -> list[F]:
    """What was said under the last contract; each has days of its own."""
    issued = case.entry(ContractIssued)
    return [one.fact for one in case.after(issued, kind)] if issued else []


def days_agreed(case: CaseState) -> float:
    """The most days that may be used, extensions included (K-4)."""
    contract = case.last(ContractIssued)
    more = _under_the_contract(case, DaysExtensionAgreed)
    return (contract.maximum_days if contract else 0) + sum(one.days for one in more)


def days_used(case: CaseState) -> float:
    return sum(one.days for one in _under_the_contract(case, DaysUsed))


def milestones_ahead(case: CaseState) -> list[MilestoneSet]:
    reached = {one.milestone for one in case.every(MilestoneReached)}
    return [one for one in case.every(MilestoneSet) if one.milestone not in reached]
