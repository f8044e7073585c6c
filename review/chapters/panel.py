"""Flowchart: the Panel's response, the partners' decision. Room: review; pure. R-13..R-15, D-9."""

from collections.abc import Iterator
from datetime import datetime

from calendar_rules.lengths import london
from review import examples
from review import refusals as no
from review.case import CaseState
from review.chapter import Chapter
from review.directory import Role
from review.facts import Said
from review.guards import in_calendar, needs, once
from review.offer import Offer
from review.said.notification import IncidentReported
from review.said.panel import PanelAcknowledged, PanelAnswered, PanelResponded, PartnersDecided
from review.said.report import SubmittedToPanel
from review.telling import dated, moment
from review.words import Decision, PanelResponse, Recommendation


def _acknowledged(case: CaseState, fact: PanelAcknowledged, said: Said, now: datetime) -> None:
    needs(case.submitted, "nothing has been submitted to the Panel")
    once(case.last(PanelAcknowledged), "The Panel's acknowledgement")
    _meeting_date(case, fact, said, now)


def _meeting_date(case: CaseState, fact: PanelAcknowledged | PanelAnswered, said: Said, now: datetime) -> None:
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


def _responded(case: CaseState, fact: PanelResponded, said: Said, now: datetime) -> None:
    needs(case.submitted, "nothing has been submitted to the Panel")
    last = case.last(PanelResponded)
    answered = len(case.every(PanelAnswered)) >= len(
        [one for one in case.every(PanelResponded) if one.response is PanelResponse.ASKS_FOR_MORE]
    )
    if last and last.response is PanelResponse.ASKS_FOR_MORE:
        needs(answered, "what the Panel asked for has not been recorded as answered")
        return
    once(last, "The Panel's response")


def _answered(case: CaseState, fact: PanelAnswered, said: Said, now: datetime) -> None:
    asked = [one for one in case.every(PanelResponded) if one.response is PanelResponse.ASKS_FOR_MORE]
    needs(len(asked) > len(case.every(PanelAnswered)), "the Panel has not asked for more")
    _meeting_date(case, fact, said, now)


def _decided(case: CaseState, fact: PartnersDecided, said: Said, now: datetime) -> None:
    needs(case.final_response, "the Panel's response has not been recorded")
    once(case.decision, "The partners' decision")
    if fact.decision is Decision.NATIONAL_REVIEW and not fact.national_part:
        raise no.NationalPartMissing(fields={"national_part": "stops or assists"})
    if differs(case, fact) and not fact.difference_reason.strip():
        recommended = case.drafts[-1].recommendation if case.drafts else None
        raise no.DifferenceUnexplained(recommended=recommended, fields={"difference_reason": "give the reason"})


def differs(case: CaseState, fact: PartnersDecided) -> bool:
    """Whether the decision departs from the recommendation that was submitted (R-15)."""
    submitted = case.submitted
    draft = case.draft(submitted.version) if submitted else None
    if draft is None:
        return False
    if draft.national_review:
        return fact.decision is not Decision.NATIONAL_REVIEW
    met = draft.recommendation is Recommendation.CRITERIA_MET
    return met != (fact.decision is Decision.PRACTICE_REVIEW)


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if case.ended or not case.last(IncidentReported):
        return
    week = case.calendar.add(london(now).date(), 5)
    yield Offer(
        body=PanelAcknowledged(meeting_date=week),
        needed=not case.every(PanelResponded),
        title="Record the Panel's acknowledgement and the date of its meeting",
    )
    turn = case.panel_turn
    deadline = "D-9" if turn < 2 else f"D-9:{turn}"
    yield Offer(
        body=PanelResponded(response=PanelResponse.AGREES, reasons=examples.PANEL),
        needed=case.panel_meeting(turn) is not None,
        title="Record the Panel's response",
        deadline=deadline,
    )
    yield Offer(
        body=PanelAnswered(answer=examples.PANEL, meeting_date=week),
        needed=True,
        title="Answer what the Panel asked for, and record it",
    )
    yield Offer(body=_decision(case), needed=True, title="Record the partners' decision")


def _decision(case: CaseState) -> PartnersDecided:
    """What was recommended, save where the Panel takes a national review (R-15)."""
    draft = case.draft(case.submitted.version) if case.submitted else None
    national = bool(draft and draft.national_review)
    taken = case.final_response is not None and case.final_response.response is PanelResponse.NATIONAL_REVIEW
    if national or taken:
        why = "" if national else examples.NATIONAL
        return PartnersDecided(
            decision=Decision.NATIONAL_REVIEW,
            reasons=examples.DECISION,
            national_part="assists",
            difference_reason=why,
        )
    met = draft is None or draft.recommendation is Recommendation.CRITERIA_MET
    decision = Decision.PRACTICE_REVIEW if met else Decision.LEARNING_REVIEW
    return PartnersDecided(decision=decision, reasons=examples.DECISION)


_SBU = Role.BUSINESS_UNIT

CHAPTER = Chapter(
    title="The Panel and the partners' decision",
    checks={
        PanelAcknowledged: _acknowledged,
        PanelResponded: _responded,
        PanelAnswered: _answered,
        PartnersDecided: _decided,
    },
    may_say={
        "panel-acknowledged": (_SBU,),
        "panel-responded": (_SBU,),
        "panel-answered": (_SBU,),
        "partners-decided": (_SBU, Role.ACCOUNTABLE_OFFICER),
    },
    offers=_offers,
)
