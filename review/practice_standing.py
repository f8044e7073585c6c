"""How a practice review stands: terms, tender, contract, drafts, rounds of sign-off, publication (§7, K-1 to K-9).

Room: review. Pure lookups on the state; nothing is decided here that a check, a step or the run does not share.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from calendar_rules.edition import Outsider
from calendar_rules.lengths import before, due, london
from review.case import CaseState, copy_cause
from review.directory import Role
from review.fact import DocumentRef, Fact
from review.practice_papers import REVIEW, SELECTION, TERMS
from review.said.practice_review import (
    AdvanceCopySent,
    CandidateEntered,
    CandidateExcluded,
    CandidateScored,
    ConflictDeclared,
    ConflictResolved,
    ContractEnded,
    ContractIssued,
    DaysExtensionAgreed,
    DaysUsed,
    DelayTold,
    EarlyCommentClosed,
    EarlyCommentGiven,
    EarlyCommentSought,
    FinalDraftSent,
    MilestoneReached,
    MilestoneSet,
    PublicationPlanned,
    ReviewAssured,
    ReviewDrafted,
    ReviewExtended,
    ReviewNotPublished,
    ReviewPublished,
    SelectionProposed,
    TermsDrafted,
    TermsSentForApproval,
)
from review.said.standing import CasePaused
from review.sign_off import Round, RoundStatus, accountable, deputies, for_agency
from review.told import Entry
from review.words import Decision, SelectionCriterion

_STANDS = (RoundStatus.OPEN, RoundStatus.APPROVED)
EARLY_COMMENT = "early-comment"  # the step of its round (K-7)
WARN_AT = 0.8  # of the contract's days (K-4)


def going_on(case: CaseState) -> bool:
    """A practice review has been decided on, and is not over (K-1 to K-9)."""
    return case.review_wanted is Decision.PRACTICE_REVIEW and not finished(case)


def may_still_be_published(case: CaseState) -> bool:
    """Decided not to publish: that can be thought better of (K-8)."""
    return bool(case.last(ReviewNotPublished)) and not case.last(ReviewPublished) and not case.halted


def finished(case: CaseState) -> Entry | None:
    """Published, or decided not to publish (K-8)."""
    clock = case.clocks.get("D-10")
    return case.fulfilled(clock) if clock else None


# --- rounds of sign-off ---


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
                SigningStep("accountable", partners, "The Business Unit then issues the contract."),
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
    """The round that is out, or goes out next; `turns` counts up each time when it is asked anew."""

    version: int
    step: SigningStep
    turns: int


def round_due(case: CaseState, document: str) -> RoundDue | None:
    """Of the version sent last, the first round that has not approved it; None where it was sent back or stopped, where
    all have approved, and where no practice review goes on (R-11, X-2).
    """
    version = being_signed(case, document)
    if version is None or not going_on(case):
        return None
    had = {one.step: one for one in rounds_over(case, document, version)}
    for step in signing_steps(case, document):
        one = had.get(step.id)
        if one is None or one.open:
            return RoundDue(version, step, sum(ask.turn for ask in one.asks) if one else 0)
    return None


def being_signed(case: CaseState, document: str) -> int | None:
    """The version that is out for sign-off or signed; None where none is, or where it was sent back or stopped."""
    version = next(reversed(sent_versions(case, document)), None)
    if version is None or any(one.status not in _STANDS for one in rounds_over(case, document, version)):
        return None
    return None if document == SELECTION and _void(case, version) else version


def _void(case: CaseState, version: int) -> bool:
    """A proposal is void where a conflict of interest became known before all had signed it, and where the contract
    that came of it has ended (K-2, K-4).
    """
    proposal = case.entries_of(SelectionProposed)[version - 1]
    if case.after(proposal, ContractEnded):
        return True
    declared = [getattr(one.said.fact, "candidate", "") for one in case.after(proposal, ConflictDeclared)]
    return getattr(proposal.said.fact, "candidate", None) in declared and not passed(case, SELECTION, version)


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


def terms_draft(case: CaseState) -> TermsDrafted | None:
    return case.last(TermsDrafted)


# --- the tender ---


def candidate(case: CaseState, id: str) -> CandidateEntered | None:
    return next((one for one in case.every(CandidateEntered) if one.candidate == id), None)


def in_the_running(case: CaseState) -> list[str]:
    out = {one.candidate for one in case.every(CandidateExcluded)}
    return [one.candidate for one in case.every(CandidateEntered) if one.candidate not in out]


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
    said = [
        not isinstance(fact, ConflictResolved)
        for fact in (entry.said.fact for entry in case.entries if not entry.corrected_by)
        if (isinstance(fact, CandidateEntered) and fact.conflict.strip())
        or isinstance(fact, ConflictDeclared | ConflictResolved)
        if fact.candidate == id
    ]
    return bool(said) and said[-1]


def selected(case: CaseState) -> CandidateEntered | None:
    """The candidate whose selection is agreed and signed off (K-3)."""
    version = agreed(case, SELECTION)
    return candidate(case, case.every(SelectionProposed)[version - 1].candidate) if version else None


def competing(case: CaseState) -> list[str]:
    """The candidates among whom one is selected; a conflict of interest excludes until it is resolved (K-2)."""
    return [one for one in in_the_running(case) if not in_conflict(case, one)]


def may_be_selected_anew(case: CaseState) -> bool:
    """Whether the agreed selection cannot be carried out: a conflict became known, or the candidate is out (K-2)."""
    reviewer = selected(case)
    return bool(reviewer and reviewer.candidate not in competing(case) and contract(case) is None)


# --- contract and work ---


def contract(case: CaseState) -> ContractIssued | None:
    """The contract in force (K-4)."""
    issued = case.entry(ContractIssued)
    return None if issued is None or case.after(issued, ContractEnded) else case.last(ContractIssued)


def _under_the_contract(case: CaseState, kind: type[Fact]) -> list[Fact]:
    """What was said under the last contract; each has days of its own."""
    issued = case.entry(ContractIssued)
    return [one.said.fact for one in case.after(issued, kind)] if issued else []


def days_agreed(case: CaseState) -> float:
    """The most days that may be used, extensions included (K-4)."""
    contract = case.last(ContractIssued)
    more = _under_the_contract(case, DaysExtensionAgreed)
    return (contract.maximum_days if contract else 0) + sum(getattr(one, "days", 0) for one in more)


def days_used(case: CaseState) -> float:
    return sum(getattr(one, "days", 0) for one in _under_the_contract(case, DaysUsed))


def milestones_ahead(case: CaseState) -> list[MilestoneSet]:
    reached = {one.milestone for one in case.every(MilestoneReached)}
    return [one for one in case.every(MilestoneSet) if one.milestone not in reached]


# --- the report ---


def draft(case: CaseState, version: int | None = None) -> ReviewDrafted | None:
    """A version of the report, or the latest."""
    return case.drafted(ReviewDrafted, version)


def agencies_named(case: CaseState) -> list[str]:
    """The agencies that the recommendations of the version out for sign-off name."""
    one = draft(case, being_signed(case, REVIEW))
    return one.agencies if one else []


def assured(case: CaseState, version: int) -> ReviewAssured | None:
    return next((one for one in reversed(case.every(ReviewAssured)) if one.version == version), None)


def assured_at(case: CaseState, version: int) -> datetime | None:
    entries = [one for one in case.entries_of(ReviewAssured) if getattr(one.said.fact, "version", None) == version]
    return entries[-1].happened_at if entries else None


def found_sound(case: CaseState, version: int) -> bool:
    found = assured(case, version)
    return found is not None and found.sound


def comment_capacities(case: CaseState) -> list[str]:
    """Who is asked for early comment: the accountable officers, or deputies, and the Independent Chair (K-7)."""
    return [*case.edition.national.accountable_capacities, Role.INDEPENDENT_CHAIR.value]


def since_sought(case: CaseState, kind: type[Fact]) -> list[Entry]:
    """What was said since early comment was last sought."""
    sought = case.entry(EarlyCommentSought)
    return case.after(sought, kind) if sought else []


def still_to_comment(case: CaseState) -> list[str]:
    """Capacities asked for early comment from whom none has come (K-7)."""
    if not case.last(EarlyCommentSought) or since_sought(case, EarlyCommentClosed):
        return []
    said = {getattr(one.said.fact, "officer", "") for one in since_sought(case, EarlyCommentGiven)}
    sought = case.every(EarlyCommentSought)[-1].version
    over = [one for one in case.rounds if one.for_comment and one.document.version == sought]
    by = {ask.capacity: ask.given_by for one in over for ask in one.asks if ask.commented}  # may have left office since
    return [one for one in comment_capacities(case) if not said & {*may_comment(case, one), by.get(one)}]


def comment_due(case: CaseState) -> RoundDue | None:
    """The round in which early comment is waited for; None where nothing is waited for (K-7)."""
    sought, asked = case.last(EarlyCommentSought), still_to_comment(case)
    if sought is None or not asked or not going_on(case):
        return None
    had = [one for one in case.rounds if one.for_comment and one.document.version == sought.version]
    if had and not had[-1].open:
        return None
    then = "The CRG then completes the final draft, which you are asked to sign."
    step = SigningStep(EARLY_COMMENT, asked, then, for_comment=True)
    return RoundDue(sought.version, step, sum(ask.turn for ask in had[-1].asks) if had else 0)


def asked_about(case: CaseState) -> int | None:
    """The version on which early comment is waited for."""
    sought = case.last(EarlyCommentSought)
    return sought.version if sought and still_to_comment(case) else None


def comment_round(case: CaseState) -> Round | None:
    """The open round of early comment."""
    return next((one for one in case.rounds if one.for_comment and one.open), None)


def may_comment(case: CaseState, capacity: str) -> list[str]:
    return [*accountable(case.cast, capacity), *deputies(case.cast, capacity)]


def early_comment_over(case: CaseState) -> bool:
    return case.last(EarlyCommentSought) is not None and not still_to_comment(case)


def early_comment_over_at(case: CaseState) -> datetime | None:
    """When the last early comment came, or the CRG waited no longer."""
    ends = [*since_sought(case, EarlyCommentGiven), *since_sought(case, EarlyCommentClosed)]
    return max((one.happened_at for one in ends), default=None)


# --- publication and delay ---


def copies(case: CaseState) -> dict[Outsider, datetime]:
    """Who has an advance copy, and since when (B-4)."""
    return case.copies


def copies_due(case: CaseState) -> list[Outsider]:
    """Who still gets an advance copy, by the edition (B-4)."""
    return [one for one in case.edition.advance_copies_to if one not in copies(case)]


def copies_by(case: CaseState, publication: datetime) -> datetime | None:
    """The latest time for advance copies, counted back from the publication (B-4)."""
    length = case.edition.advance_copies
    return before(publication, length, case.calendar) if length else None


def earliest_publication(case: CaseState, now: datetime) -> date:
    """The first day on which the advance copies are old enough; copies still owed go out today at the earliest (B-4).

    Where the edition asks for none, and where they have been old enough for long: today.
    """
    length, owed, today = case.edition.advance_copies, case.edition.advance_copies_to, london(now).date()
    if not length:
        return today
    sent = [at for one, at in copies(case).items() if one in owed]
    return max(today, london(due(max(sent) if len(sent) == len(owed) else now, length, case.calendar)).date())


def under_way(case: CaseState, recipient: Outsider) -> bool:
    """Whether a copy is in the post; one whose address was refused is not (B-4)."""
    posted = {notice.cause for notice in case.outbox}
    return any(
        isinstance(fact := entry.said.fact, AdvanceCopySent)
        and fact.recipient is recipient
        and copy_cause(entry) in posted
        for entry in case.entries_of(AdvanceCopySent)
    )


def agreed_paper(case: CaseState, document: str) -> DocumentRef | None:
    """The agreed version as it was read and signed."""
    version = agreed(case, document)
    found = rounds_over(case, document, version) if version else []
    return found[-1].document if found else None


def available_until(case: CaseState) -> datetime | None:
    """Until when the published report stays available at least, where the edition says so (B-4)."""
    published, length = case.entry(ReviewPublished), case.edition.available_for
    return due(published.happened_at, length, case.calendar) if published and length else None


def plan(case: CaseState) -> PublicationPlanned | None:
    return case.last(PublicationPlanned)


def delay_to_tell(case: CaseState) -> list[Outsider]:
    """Which authorities are still to be told of the last extension; the Panel is told by mail (B-5)."""
    extended = case.entry(ReviewExtended)
    if extended is None:
        return []
    since = case.place(extended)
    told = {
        entry.said.fact.authority
        for entry in case.entries[since:]
        if isinstance(entry.said.fact, DelayTold) and not entry.corrected_by
    }
    return [one for one in case.edition.delay_told_to if one is not Outsider.PANEL and one not in told]


def forecast(case: CaseState, now: datetime) -> date | None:
    """When the review is expected to be complete: D-10 and the time that pauses have taken since it was set, which
    stop nothing of it; or what was said at the pause that lasts, where that is later (K-9, X-1).
    """
    clock = case.clocks.get("D-10")
    if clock is None or not clock.open:
        return None
    extended = case.entry(ReviewExtended)
    since = max(clock.since, extended.happened_at) if extended else clock.since
    days = [(london(one.until or now).date() - london(max(one.since, since)).date()).days for one in case.pauses]
    counted = london(clock.due).date() + timedelta(
        days=sum(span for span in days if span > 0)
    )  # days, as a pause is held
    paused = case.last(CasePaused) if case.paused else None
    return max(counted, paused.forecast_date) if paused and paused.forecast_date else counted


def dates_of_a_pause(case: CaseState, now: datetime) -> dict[str, datetime | date | None]:
    """What a pause does not stop, and when the review is expected to be complete; nothing where none goes on (K-9)."""
    clock = case.clocks.get("D-10")
    return {"d_10": clock.due, "forecast": forecast(case, now)} if clock and clock.open else {}


TITLES = {TERMS: "terms of reference", SELECTION: "selection of a reviewer", REVIEW: "practice review report"}
