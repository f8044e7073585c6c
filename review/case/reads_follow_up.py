"""What has been said of requests for information, learning and actions (§6), and of the practice review (§7)."""

from datetime import date, datetime

from calendar_rules.edition import Outsider
from calendar_rules.lengths import before, end_of_day
from review.case.entries import Entry
from review.case.notices import OTHER_PARTNERSHIP, Addressee
from review.case.outsiders import asked_in_person
from review.case.reads_deadlines import gone_at
from review.case.reads_decision import decision
from review.case.reads_rapid_review import answers_of, panel_has_it_since, scope
from review.case.reads_referral import considered
from review.case.state import CaseState, copy_cause
from review.facts.crg import ProcessLinked, ProcessUpdated
from review.facts.enums import CrgOutcome, Decision
from review.facts.follow_up import (
    ActionHandedOn,
    ActionProgressed,
    ActionSet,
    ImmediateLearningNotShared,
    LearningDisseminated,
)
from review.facts.information import InformationRequested, InformationSupplied
from review.facts.learning_review import LearningTermsSet
from review.facts.practice_review import AdvanceCopySent, FinalDraftSent, MilestoneSet, PublicationPlanned


def review_wanted(case: CaseState) -> Decision | None:
    """The review that was decided on, by the partners (R-15) or the CRG (A-3)."""
    partners, crg = decision(case), considered(case)
    if partners or crg is None or crg.outcome is CrgOutcome.SERIOUS_INCIDENT:
        return partners.decision if partners else None
    return Decision(crg.outcome.value)


def asked(case: CaseState) -> str:
    """What another partnership asks; empty in a case of our own (A-4)."""
    request = case.last(InformationRequested)
    return request.asked if request else ""


def wanted_by(case: CaseState) -> date | None:
    """By when another partnership wants what it asks for (A-4)."""
    request = case.last(InformationRequested)
    return request.wanted_by if request else None


def supplied(case: CaseState) -> InformationSupplied | None:
    return case.last(InformationSupplied)


def not_supplied(case: CaseState) -> list[str]:
    """Agencies whose return came in after the last supply (A-4)."""
    supply = case.entry(InformationSupplied)
    since = case.place(supply) if supply else 0
    later = {entry.reported.message for entry in case.entries[since:]}
    return [one for one in scope(case) if any(answer.reported.message in later for answer in answers_of(case, one))]


def addressee(case: CaseState, to: str) -> Addressee | None:
    """Where a mail goes whose reader is in no directory: the other partnership, as its request stands now (A-4); the
    contact of an agency that is asked by name and address (R-4).
    """
    if asked := asked_in_person(case, to):
        return Addressee(name=asked.contact, email=asked.email)
    request = case.last(InformationRequested) if to == OTHER_PARTNERSHIP else None
    if request is None or request.contact_email is None:
        return None
    return Addressee(name=" ".join(request.contact.split()), email=request.contact_email)


def findings_by(case: CaseState) -> date | None:
    """By when the terms of the learning review want its findings (A-5)."""
    terms = case.last(LearningTermsSet)
    return terms.findings_by if terms else None


def immediate_learning_open(case: CaseState) -> bool:
    """Whether the immediate learning that a submitted rapid review named is still to be recorded as shared, or it is
    still to be said why not (R-7, G-9).
    """
    answered = case.last(LearningDisseminated) or case.last(ImmediateLearningNotShared)
    return panel_has_it_since(case) is not None and answered is None


def action_set(case: CaseState, action: str) -> Entry[ActionSet] | None:
    """How an action was set (G-11)."""
    return next((entry for entry in reversed(case.entries_of(ActionSet)) if entry.fact.action == action), None)


def evidence_given(case: CaseState, action: str) -> bool:
    """Whether an action has its evidence, so that the CRG can agree to close it (G-11)."""
    return any(fact.action == action and fact.evidence.strip() for fact in case.every(ActionProgressed))


def action_owner(case: CaseState, action: str) -> str | None:
    """The person who owes an action now (G-11)."""
    told: list[ActionSet | ActionHandedOn] = [*case.every(ActionSet), *case.every(ActionHandedOn)]
    return next((fact.owner for fact in reversed(told) if fact.action == action), None)


def learned_elsewhere(case: CaseState) -> dict[str, ProcessUpdated]:
    """What was learned from other processes that have ended, by the id of each, as it was said last (G-3)."""
    return {one.process: one for one in case.every(ProcessUpdated) if one.ended and one.learned.strip()}


def other_learning(case: CaseState) -> list[dict[str, str]]:
    """The same, as a report shows it: which process, and what was learned (G-3)."""
    known = {one.process: one for one in case.every(ProcessLinked)}
    return [
        {"process": linked.name or linked.process_kind.replace("-", " "), "learned": said.learned}
        for id, said in learned_elsewhere(case).items()
        if (linked := known.get(id))
    ]


def milestone_set(case: CaseState, milestone: str) -> MilestoneSet | None:
    """A milestone as it was set (K-5)."""
    return next((fact for fact in reversed(case.every(MilestoneSet)) if fact.milestone == milestone), None)


def copies(case: CaseState) -> dict[Outsider, datetime]:
    """Who has an advance copy of the final draft that went for sign-off last, and since when: of one that is
    mailed, from its delivery (B-4).
    """
    found: dict[Outsider, datetime] = {}
    for entry in reversed(case.entries):
        if isinstance(entry.fact, FinalDraftSent) and not entry.corrected_by:
            break
        if isinstance(copy := entry.fact, AdvanceCopySent) and not entry.corrected_by:
            gone = entry.happened_at if copy.by_other_means else gone_at(case, copy_cause(entry))
            if gone:
                found[copy.recipient] = gone
    return found


def copies_by(case: CaseState) -> datetime | None:
    """The latest time for advance copies, counted back from the planned publication (B-4)."""
    length, plan = case.edition.advance_copies, case.last(PublicationPlanned)
    return before(end_of_day(plan.publication_date), length, case.calendar) if length and plan else None
