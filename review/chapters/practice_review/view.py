"""A practice review as people read it: terms, tender, contract, drafts, sign-off, publication, forecast (K-1 to K-9).

Pure; part of `review.view`.
"""

from datetime import date, datetime

from pydantic import AwareDatetime

from calendar_rules.edition import Outsider
from calendar_rules.model import Model
from review.case import reads
from review.case.entries import Entry
from review.case.state import CaseState
from review.chapters.practice_review import reads as stands
from review.chapters.practice_review.papers import REVIEW, TERMS
from review.facts import practice_review as say
from review.facts.enums import Decision, ReviewMethod, SelectionCriterion
from review.facts.identities import IdentifyingPlace


class MethodView(Model):
    """How the review is carried out, and why (K-2)."""

    method: ReviewMethod
    name: str
    reasons: str
    chosen_at: AwareDatetime


class CandidateView(Model):
    """One candidate of the tender (K-2)."""

    candidate: str
    name: str
    organisation: str
    day_rate: int | None = None
    scores: dict[SelectionCriterion, int]
    not_scored: list[SelectionCriterion]
    in_conflict: bool
    excluded: bool


class ContractView(Model):
    """The contract and the days used of it (K-4)."""

    candidate: str
    day_rate: int
    days_agreed: float
    days_used: float
    days_left: float


class MilestoneView(Model):
    """One milestone (K-5)."""

    milestone: str
    what: str
    planned_date: date
    reached_at: AwareDatetime | None = None


class PlaceView(IdentifyingPlace):
    """A place in the report that identifies somebody of the family, and why it stays, where that was accepted (K-6)."""

    accepted: str | None = None


class ReviewVersionView(Model):
    """One version of the report: what it lacks, where it identifies the family, what the CRG found (K-6)."""

    version: int
    missing: list[str]
    identifying: list[PlaceView] = []
    not_checked_for: list[str] = []  # ids of those of whom more is known since it was checked
    sound: bool | None = None
    lacks: list[str] = []
    assured_by: list[str] = []


class MonitoringView(Model):
    """How the partners monitored the review, once (regulation 14, K-5)."""

    at: AwareDatetime
    by: list[str]
    on_time: bool
    time: str
    quality: str
    action: str


class PracticeReviewView(Model):
    """The practice review as it stands. `forecast` is when it is expected to be complete (K-9)."""

    method: MethodView | None = None
    terms_version: int | None = None
    terms_agreed: bool
    candidates: list[CandidateView]
    selected: str | None = None
    contract: ContractView | None = None
    milestones: list[MilestoneView]
    monitored: list[MonitoringView] = []
    versions: list[ReviewVersionView]
    still_to_comment: list[str]
    out_for_sign_off: int | None = None
    agreed_version: int | None = None
    publication_date: date | None = None
    advance_copies: dict[Outsider, AwareDatetime]
    advance_copies_owed: list[Outsider]
    earliest_publication: date | None = None
    available_until: AwareDatetime | None = None  # of the published report, at least (B-4)
    delay_to_tell: list[Outsider]
    improvements_owed: bool = False
    non_publication_to_tell: list[Outsider] = []
    complete: bool
    forecast: date | None = None


def practice_review_view(case: CaseState, now: datetime) -> PracticeReviewView | None:
    """None where no practice review was decided on."""
    if reads.review_wanted(case) is not Decision.PRACTICE_REVIEW:
        return None
    terms, planned, reviewer = stands.terms_draft(case), stands.plan(case), stands.selected(case)
    return PracticeReviewView(
        method=_method(case),
        terms_version=terms.content.version if terms else None,
        terms_agreed=stands.agreed(case, TERMS) is not None,
        candidates=[_candidate(case, one) for one in case.every(say.CandidateEntered)],
        selected=reviewer.candidate if reviewer else None,
        contract=_contract(case),
        milestones=[_milestone(case, one) for one in case.every(say.MilestoneSet)],
        monitored=[_monitoring(one) for one in case.entries_of(say.ReviewMonitored)],
        versions=[_version(case, one) for one in case.every(say.ReviewDrafted)],
        still_to_comment=stands.still_to_comment(case),
        out_for_sign_off=stands.being_signed(case, REVIEW) if stands.agreed(case, REVIEW) is None else None,
        agreed_version=stands.agreed(case, REVIEW),
        publication_date=planned.publication_date if planned else None,
        advance_copies=stands.copies(case),
        advance_copies_owed=stands.copies_due(case) if stands.agreed(case, REVIEW) else [],
        earliest_publication=stands.earliest_publication(case, now) if stands.agreed(case, REVIEW) else None,
        available_until=stands.available_until(case),
        delay_to_tell=stands.delay_to_tell(case),
        improvements_owed=stands.improvements_owed(case),
        non_publication_to_tell=stands.non_publication_to_tell(case),
        complete=reads.review_finished(case) is not None,
        forecast=stands.forecast(case, now),
    )


def _method(case: CaseState) -> MethodView | None:
    entry = case.entry(say.MethodChosen)
    if entry is None:
        return None
    fact = entry.fact
    return MethodView(method=fact.method, name=fact.name, reasons=fact.reasons, chosen_at=entry.happened_at)


def _candidate(case: CaseState, one: say.CandidateEntered) -> CandidateView:
    return CandidateView(
        candidate=one.candidate,
        name=one.name,
        organisation=one.organisation,
        day_rate=one.day_rate,
        scores=stands.scores(case, one.candidate),
        not_scored=stands.not_scored(case, one.candidate) if stands.by_tender(case) else [],
        in_conflict=stands.in_conflict(case, one.candidate),
        excluded=one.candidate not in stands.in_the_running(case),
    )


def _contract(case: CaseState) -> ContractView | None:
    contract = stands.contract(case)
    if contract is None:
        return None
    most, used = stands.days_agreed(case), stands.days_used(case)
    return ContractView(
        candidate=contract.candidate,
        day_rate=contract.day_rate,
        days_agreed=most,
        days_used=used,
        days_left=most - used,
    )


def _milestone(case: CaseState, one: say.MilestoneSet) -> MilestoneView:
    reached = [
        entry.happened_at for entry in case.entries_of(say.MilestoneReached) if entry.fact.milestone == one.milestone
    ]
    return MilestoneView(
        milestone=one.milestone,
        what=one.what,
        planned_date=one.planned_date,
        reached_at=reached[-1] if reached else None,
    )


def _monitoring(entry: Entry[say.ReviewMonitored]) -> MonitoringView:
    shown = entry.fact.model_dump(include={"by", "on_time", "time", "quality", "action"})
    return MonitoringView(at=entry.happened_at, **shown)


def _version(case: CaseState, one: say.ReviewDrafted) -> ReviewVersionView:
    version = one.content.version
    found, latest = stands.assured(case, version), one == stands.draft(case)
    return ReviewVersionView(
        version=version,
        missing=one.missing,
        identifying=[_place(case, version, place) for place in stands.identifying(case, version)],
        not_checked_for=stands.not_checked_for(case, version) if latest else [],
        assured_by=found.attended if found else [],
        sound=found.sound if found else None,
        lacks=[lack for lack in found.lacks if lack not in one.missing] if found else [],
    )


def _place(case: CaseState, version: int, place: IdentifyingPlace) -> PlaceView:
    accepted = stands.accepted(case, version, place)
    return PlaceView(**place.model_dump(), accepted=accepted.reason if accepted else None)
