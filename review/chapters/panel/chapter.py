"""Flowchart: the Panel's response, the partners' decision. Pure. R-13..R-15, D-9."""

from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from calendar_rules.lengths import london
from review.case import reads
from review.case.state import CaseState
from review.facts import Reported
from review.facts.enums import Decision, PanelResponse, Recommendation
from review.facts.notification import IncidentReported
from review.facts.panel import PanelAcknowledged, PanelAnswered, PanelFact, PanelResponded, PartnersDecided
from review.facts.report import SubmittedToPanel
from review.kit import refusals as no
from review.kit.chapter import Chapter
from review.kit.guards import in_calendar, needs, once
from review.kit.notify import dated, moment
from review.kit.offer import Offer

_NATIONAL = "Sample: the Panel takes a national review; the partners assist it."


def _acknowledged(case: CaseState, fact: PanelAcknowledged, reported: Reported, now: datetime) -> None:
    needs(reads.submitted(case), "nothing has been submitted to the Panel")
    once(case.last(PanelAcknowledged), "The Panel's acknowledgement")
    _meeting_date(case, fact, reported, now)


def _meeting_date(case: CaseState, fact: PanelAcknowledged | PanelAnswered, reported: Reported, now: datetime) -> None:
    submitted = case.entry(SubmittedToPanel)
    if submitted and fact.meeting_date < london(submitted.happened_at).date():
        raise no.BeforeTheIncident(
            what="The Panel's meeting",
            when=dated(fact.meeting_date),
            earlier="the submission",
            earlier_when=moment(submitted.happened_at),
            fields={"meeting_date": "must not lie before the submission"},
        )
    in_calendar(case, "The Panel's meeting", fact.meeting_date, "meeting_date")


def _responded(case: CaseState, fact: PanelResponded, reported: Reported, now: datetime) -> None:
    needs(reads.submitted(case), "nothing has been submitted to the Panel")
    last = case.last(PanelResponded)
    answered = len(case.every(PanelAnswered)) >= len(
        [one for one in case.every(PanelResponded) if one.response is PanelResponse.ASKS_FOR_MORE]
    )
    if last and last.response is PanelResponse.ASKS_FOR_MORE:
        needs(answered, "what the Panel asked for has not been recorded as answered")
        return
    once(last, "The Panel's response")


def _answered(case: CaseState, fact: PanelAnswered, reported: Reported, now: datetime) -> None:
    asked = [one for one in case.every(PanelResponded) if one.response is PanelResponse.ASKS_FOR_MORE]
    needs(len(asked) > len(case.every(PanelAnswered)), "the Panel has not asked for more")
    _meeting_date(case, fact, reported, now)


def _decided(case: CaseState, fact: PartnersDecided, reported: Reported, now: datetime) -> None:
    needs(reads.final_response(case), "the Panel's response has not been recorded")
    once(reads.decision(case), "The partners' decision")
    if fact.decision is Decision.NATIONAL_REVIEW and not fact.national_part:
        raise no.NationalPartMissing(fields={"national_part": "stops or assists"})
    if differs(case, fact) and not fact.difference_reason.strip():
        recommended = reads.drafts(case)[-1].recommendation if reads.drafts(case) else None
        raise no.DifferenceUnexplained(recommended=recommended, fields={"difference_reason": "give the reason"})


def differs(case: CaseState, fact: PartnersDecided) -> bool:
    """Whether the decision departs from the recommendation that was submitted (R-15)."""
    submitted = reads.submitted(case)
    draft = reads.draft(case, submitted.version) if submitted else None
    if draft is None:
        return False
    if draft.national_review:
        return fact.decision is not Decision.NATIONAL_REVIEW
    met = draft.recommendation is Recommendation.CRITERIA_MET
    return met != (fact.decision is Decision.PRACTICE_REVIEW)


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if reads.ended(case) or not case.last(IncidentReported):
        return
    week = case.calendar.add(london(now).date(), 5)
    yield Offer(
        body=PanelAcknowledged(meeting_date=week),
        needed=reads.panel_has_it_since(case) is not None and not case.every(PanelResponded),
        title="Record the Panel's acknowledgement and the date of its meeting",
    )
    number = reads.panel_round(case)
    deadline = "D-9" if number < 2 else f"D-9:{number}"
    yield Offer(
        body=PanelResponded(response=PanelResponse.AGREES, reasons=PanelResponded.sample["reasons"]),
        needed=reads.panel_meeting(case, number) is not None,
        title="Record the Panel's response",
        deadline=deadline,
    )
    yield Offer(
        body=PanelAnswered(answer=PanelResponded.sample["reasons"], meeting_date=week),
        needed=True,
        title="Answer what the Panel asked for, and record it",
    )
    yield Offer(body=_decision(case), needed=True, title="Record the partners' decision")


def _decision(case: CaseState) -> PartnersDecided:
    """What was recommended, save where the Panel takes a national review (R-15)."""
    submitted, response = reads.submitted(case), reads.final_response(case)
    draft = reads.draft(case, submitted.version) if submitted else None
    national = bool(draft and draft.national_review)
    taken = response is not None and response.response is PanelResponse.NATIONAL_REVIEW
    if national or taken:
        why = "" if national else _NATIONAL
        return PartnersDecided(
            decision=Decision.NATIONAL_REVIEW,
            reasons=PartnersDecided.sample["reasons"],
            national_part="assists",
            difference_reason=why,
        )
    met = draft is None or draft.recommendation is Recommendation.CRITERIA_MET
    decision = Decision.PRACTICE_REVIEW if met else Decision.LEARNING_REVIEW
    return PartnersDecided(decision=decision, reasons=PartnersDecided.sample["reasons"])


CHAPTER = Chapter(
    title="The Panel and the partners' decision",
    facts=get_args(PanelFact),
    checks={
        PanelAcknowledged: _acknowledged,
        PanelResponded: _responded,
        PanelAnswered: _answered,
        PartnersDecided: _decided,
    },
    offers=_offers,
)
