"""What may be said when until there is a report: terms, method, tender, contract, work (§7, K-1 to K-5).

Pure. How things stand is looked up in `reads`.
"""

from datetime import datetime

from review.case.state import CaseState
from review.chapters.practice_review import reads as stands
from review.chapters.practice_review.papers import SELECTION, TERMS
from review.chapters.practice_review.preconditions import (
    at_work,
    begun,
    can_be_signed,
    latest_version,
    not_before_agreed,
    not_earlier_than,
    not_out,
    under_contract,
)
from review.facts import Reported
from review.facts import practice_review as say
from review.facts.base import Fact
from review.facts.directory import Role
from review.facts.enums import ReviewMethod
from review.kit import refusals as no
from review.kit.chapter import Check
from review.kit.guards import in_calendar, needs, once, people


def _terms_drafted(case: CaseState, fact: say.TermsDrafted, reported: Reported, now: datetime) -> None:
    begun(case)
    not_out(case, TERMS)


def _terms_sent(case: CaseState, fact: say.TermsSentForApproval, reported: Reported, now: datetime) -> None:
    begun(case)
    needs(case.last(say.TermsDrafted), "no terms of reference have been drafted")
    not_out(case, TERMS)
    latest_version(case.every(say.TermsDrafted), fact.version)
    once(fact.version in stands.sent_versions(case, TERMS), f"That version {fact.version} went for approval")
    drafted = case.every(say.TermsDrafted)[-1]
    if drafted.missing:
        raise no.DraftIncomplete(
            missing="; ".join(drafted.missing), fields=dict.fromkeys(drafted.missing, "is missing")
        )
    can_be_signed(case, TERMS)


def _method(case: CaseState, fact: say.MethodChosen, reported: Reported, now: datetime) -> None:
    """Chosen first; again until a reviewer is agreed, and where the one agreed cannot go on (§7, K-2)."""
    begun(case)
    if fact.method is ReviewMethod.OTHER and not fact.name.strip():
        raise no.MethodNotNamed(fields={"name": "enter what the method is called"})
    chosen = stands.method(case)
    once(chosen is not None and (chosen.method, chosen.name) == (fact.method, fact.name), "This method")
    _open(case)


def _tender(case: CaseState) -> None:
    """Candidates are looked at on the draft terms until a selection is out for agreement (§7, K-2); again if the one
    agreed cannot be carried out or the contract has ended.
    """
    begun(case)
    needs(case.last(say.TermsDrafted), "the tender is run on draft terms of reference, and none are drafted")
    if stands.method(case) is None:
        raise no.MethodNotChosen
    _open(case)


def _open(case: CaseState) -> None:
    once(stands.contract(case), "The contract with the selected reviewer")
    not_out(case, SELECTION)
    held = stands.agreed(case, SELECTION) and not stands.may_be_selected_again(case)
    once(held, f"The agreed {stands.TITLES[SELECTION]}")


def _running(case: CaseState, id: str) -> None:
    if stands.candidate(case, id) is None:
        raise no.UnknownCandidate(candidate=id, fields={"candidate": "is not known"})
    if id not in stands.in_the_running(case):
        raise no.CandidateOut(candidate=id)


def _candidate_entered(case: CaseState, fact: say.CandidateEntered, reported: Reported, now: datetime) -> None:
    _tender(case)
    once(stands.candidate(case, fact.candidate), f"The candidate {fact.candidate}", field="candidate")
    if stands.by_tender(case) and fact.day_rate is None:
        raise no.DayRateMissing(fields={"day_rate": "enter the day rate asked"})
    chosen = stands.method(case)
    if chosen and chosen.method is ReviewMethod.ANOTHER_PARTNERSHIP and not fact.organisation.strip():
        raise no.PartnershipMissing(fields={"organisation": "enter the name of the partnership"})


def _scored(case: CaseState, fact: say.CandidateScored, reported: Reported, now: datetime) -> None:
    _tender(case)
    _running(case, fact.candidate)
    if not stands.by_tender(case):
        raise no.NotATender


def _excluded(case: CaseState, fact: say.CandidateExcluded, reported: Reported, now: datetime) -> None:
    """Whoever was agreed can fall away, too, unless there is a contract, which is then ended (K-2, K-4)."""
    reviewer = stands.selected(case)
    if reviewer and reviewer.candidate == fact.candidate and not stands.contract(case):
        begun(case)
    else:
        _tender(case)
    _running(case, fact.candidate)


def _declared(case: CaseState, fact: say.ConflictDeclared, reported: Reported, now: datetime) -> None:
    """At any time: it may become known when the proposal is out, the selection agreed, the contract made (K-2, B-7)."""
    begun(case)
    _running(case, fact.candidate)


def _resolved(case: CaseState, fact: say.ConflictResolved, reported: Reported, now: datetime) -> None:
    begun(case)
    _running(case, fact.candidate)
    needs(stands.in_conflict(case, fact.candidate), "no conflict of interest of this candidate is open")


def _proposed(case: CaseState, fact: say.SelectionProposed, reported: Reported, now: datetime) -> None:
    _tender(case)
    needs(stands.agreed(case, TERMS), "the terms of reference have not been approved")
    _running(case, fact.candidate)
    if stands.in_conflict(case, fact.candidate):
        raise no.ConflictUnresolved(candidates=fact.candidate)
    competing = stands.competing(case) if stands.by_tender(case) else []
    if missing := [f"{one}: {', '.join(left)}" for one in competing if (left := stands.not_scored(case, one))]:
        raise no.CandidatesNotScored(missing="; ".join(missing))
    can_be_signed(case, SELECTION)


def _contract(case: CaseState, fact: say.ContractIssued, reported: Reported, now: datetime) -> None:
    begun(case)
    chosen, reviewer = stands.method(case), stands.selected(case)
    if chosen and chosen.method in (ReviewMethod.OWN_STAFF, ReviewMethod.ANOTHER_PARTNERSHIP):
        raise no.NoContractForThisMethod
    needs(reviewer, "the selection of a reviewer has not been agreed and signed off")
    once(stands.contract(case), "The contract")
    not_before_agreed(case, SELECTION, "The contract", reported, now)
    if reviewer and reviewer.candidate != fact.candidate:
        raise no.NotTheSelectedCandidate(selected=reviewer.candidate, fields={"candidate": "was not selected"})
    _running(case, fact.candidate)
    if stands.in_conflict(case, fact.candidate):
        raise no.ConflictUnresolved(candidates=fact.candidate)
    if reviewer and reviewer.day_rate and reviewer.day_rate != fact.day_rate and not fact.rate_reason.strip():
        raise no.DayRateDiffers(tendered=reviewer.day_rate, fields={"day_rate": f"tendered: {reviewer.day_rate}"})


def _ended(case: CaseState, fact: say.ContractEnded, reported: Reported, now: datetime) -> None:
    under_contract(case, fact, reported, now)
    issued = case.entry(say.ContractIssued)
    not_earlier_than(
        case, "The end of the contract", reported, now, "the contract", issued.happened_at if issued else None
    )


def _days_used(case: CaseState, fact: say.DaysUsed, reported: Reported, now: datetime) -> None:
    under_contract(case, fact, reported, now)
    maximum = stands.days_agreed(case)
    left = maximum - stands.days_used(case)
    if fact.days > left:
        raise no.DaysBeyondTheMaximum(left=f"{left:g}", maximum=f"{maximum:g}", fields={"days": f"at most {left:g}"})


def _milestone(case: CaseState, fact: say.MilestoneSet, reported: Reported, now: datetime) -> None:
    at_work(case, fact, reported, now)
    once(
        any(one.milestone == fact.milestone for one in case.every(say.MilestoneSet)),
        f"Milestone {fact.milestone}",
        field="milestone",
    )
    in_calendar(case, "The milestone", fact.planned_date, "planned_date")


def _reached(case: CaseState, fact: say.MilestoneReached, reported: Reported, now: datetime) -> None:
    at_work(case, fact, reported, now)
    if all(one.milestone != fact.milestone for one in case.every(say.MilestoneSet)):
        raise no.UnknownMilestone(milestone=fact.milestone, fields={"milestone": "is not set"})
    ahead = [one.milestone for one in stands.milestones_ahead(case)]
    once(fact.milestone not in ahead, f"That milestone {fact.milestone} is reached")


def _monitored(case: CaseState, fact: say.ReviewMonitored, reported: Reported, now: datetime) -> None:
    """By the partners: somebody who answers for one of them was part of it (regulation 14)."""
    at_work(case, fact, reported, now)
    people(case, fact.by, "by")
    partners = {*case.cast.holders(Role.ACCOUNTABLE_OFFICER), *case.cast.holders(Role.DEPUTY)}
    if not partners & set(fact.by):
        raise no.NobodyOfThePartners(fields={"by": "name an accountable officer or deputy who took part"})


UNTIL_THE_REPORT: dict[type[Fact], Check] = {
    say.TermsDrafted: _terms_drafted,
    say.TermsSentForApproval: _terms_sent,
    say.MethodChosen: _method,
    say.CandidateEntered: _candidate_entered,
    say.CandidateScored: _scored,
    say.ConflictDeclared: _declared,
    say.ConflictResolved: _resolved,
    say.CandidateExcluded: _excluded,
    say.SelectionProposed: _proposed,
    say.ContractIssued: _contract,
    say.DaysUsed: _days_used,
    say.DaysExtensionAgreed: under_contract,
    say.ContractEnded: _ended,
    say.MilestoneSet: _milestone,
    say.MilestoneReached: _reached,
    say.ProgressReported: at_work,
    say.ReviewMonitored: _monitored,
}
