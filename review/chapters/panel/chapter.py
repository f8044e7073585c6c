"""Flowchart: the Panel's response, the partners' decision. Pure. R-13..R-15, D-9."""

from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from calendar_rules.lengths import london
from review.case import reads
from review.case.entries import Entry
from review.case.sign_off import in_words, vacant
from review.case.state import CaseState
from review.facts import Corrected, Reported
from review.facts.any_stage import TakenBack
from review.facts.directory import Role
from review.facts.enums import Decision, PanelResponse
from review.facts.notification import IncidentReported
from review.facts.panel import (
    PanelAcknowledged,
    PanelAnswered,
    PanelFact,
    PanelMeetingMoved,
    PanelResponded,
    PanelToldOfReturns,
    PartnersDecided,
)
from review.facts.report import ReportDrafted, SubmittedToPanel
from review.kit import refusals as no
from review.kit.chapter import Chapter
from review.kit.guards import agencies, in_calendar, needs, once
from review.kit.notify import dated, moment, recommended
from review.kit.offer import Offer
from review.kit.sign_off_rounds import stop_round

_NATIONAL = "Sample: the Panel takes a national review; the partners assist it."
_NO_MORE = "Sample: what a practice review would look at is known; a learning review shares it."


def put_to_the_partners(case: CaseState) -> tuple[ReportDrafted | None, PanelResponded | None]:
    """What was recommended, and what the Panel answered: what the partners decide on (R-15)."""
    return case.last(ReportDrafted), case.last(PanelResponded)


def _acknowledged(case: CaseState, fact: PanelAcknowledged, reported: Reported, now: datetime) -> None:
    needs(reads.submitted(case), "nothing has been submitted to the Panel")
    once(case.last(PanelAcknowledged), "The Panel's acknowledgement")
    _meeting_date(case, fact, reported, now)


def _meeting_date(
    case: CaseState, fact: PanelAcknowledged | PanelMeetingMoved | PanelAnswered, reported: Reported, now: datetime
) -> None:
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


def _meeting_moved(case: CaseState, fact: PanelMeetingMoved, reported: Reported, now: datetime) -> None:
    number = reads.panel_round(case)
    named = reads.panel_meeting(case, number)
    needs(named, "the Panel has not named a date; record its acknowledgement instead")
    needs(len(case.every(PanelResponded)) < number, "the Panel has not been asked again since its response")
    once(named == fact.meeting_date, "That date of the Panel's meeting")
    _meeting_date(case, fact, reported, now)


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


def _told_of_returns(case: CaseState, fact: PanelToldOfReturns, reported: Reported, now: datetime) -> None:
    needs(reads.submitted(case), "nothing has been submitted to the Panel")
    agencies(case, fact.agencies, "agencies")
    late = reads.not_considered(case)
    if other := [agency for agency in fact.agencies if agency not in late]:
        raise no.ReturnNotLate(
            agencies=reads.all_called(case, other), fields={"agencies": f"leave out {', '.join(other)}"}
        )
    told = [agency for agency in fact.agencies if agency not in reads.panel_not_told(case)]
    once(told, f"That the Panel was told of the return of {reads.all_called(case, told)}")
    if not fact.by_other_means and not case.cast.holders(Role.PANEL):
        raise no.NoAddressOfThePanel


def _decided(case: CaseState, fact: PartnersDecided, reported: Reported, now: datetime) -> None:
    needs(reads.submitted(case), "nothing has been submitted to the Panel")
    once(reads.decision(case), "The partners' decision")
    if wanted := reads.agreement_outstanding(case):
        one = reads.agreement_round(case, wanted)
        asked = [ask.capacity for ask in one.asks if not ask.answered] if one else []
        partners = asked or case.edition.national.accountable_capacities
        raise no.DecisionAwaitsAgreement(waiting=", ".join(in_words(partner) for partner in partners))
    if fact.decision is Decision.NATIONAL_REVIEW and not fact.national_part:
        raise no.NationalPartMissing(fields={"national_part": "stops or assists"})
    if reads.differs(case, fact) and not fact.difference_reason.strip():
        submitted = reads.submitted(case)
        draft = reads.draft(case, submitted.version) if submitted else None
        words = recommended(draft.recommendation, draft.national_review) if draft else ""
        raise no.DifferenceUnexplained(recommended=words, fields={"difference_reason": "give the reason"})
    no_review = fact.decision in (Decision.NO_FURTHER_ACTION, Decision.LEARNING_REVIEW)
    if no_review and not fact.why_no_more_is_to_be_learned.strip():
        raise no.NoMoreToLearnUnexplained(fields={"why_no_more_is_to_be_learned": "say why"})
    each_signs = reads.differs(case, fact) or reads.disagreed(case)
    if each_signs and (partners := vacant(case.cast, case.edition.national.accountable_capacities)):
        raise no.NobodyToSign(partners=", ".join(partners))


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if reads.ended(case) or not case.last(IncidentReported):
        return
    week = case.calendar.add(london(now).date(), 5)
    yield Offer(
        body=PanelAcknowledged(meeting_date=week),
        needed=reads.panel_has_it_since(case) is not None and not case.every(PanelResponded),
        title="Record the Panel's acknowledgement and the date of its meeting",
        deadline="R-13",
    )
    yield Offer(
        body=PanelMeetingMoved(meeting_date=case.calendar.add(week, 1)),
        needed=False,
        title="Record that the Panel has moved its meeting",
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
    if untold := reads.panel_not_told(case):
        letter = PanelToldOfReturns.sample["letter"]
        elsewhere = not case.cast.holders(Role.PANEL)
        yield Offer(
            body=PanelToldOfReturns(agencies=untold, letter=letter, by_other_means=elsewhere),
            needed=False,
            title="Tell the Panel of returns that came late",
        )
    yield Offer(
        body=_decision(case),
        needed=reads.final_response(case) is not None,
        title="Record the partners' decision",
        deadline="R-15",
    )


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
    if draft is None or (draft.recommendation and draft.recommendation.review):
        return PartnersDecided(decision=Decision.PRACTICE_REVIEW, reasons=PartnersDecided.sample["reasons"])
    return PartnersDecided(
        decision=Decision.LEARNING_REVIEW,
        reasons=PartnersDecided.sample["reasons"],
        why_no_more_is_to_be_learned=_NO_MORE,
    )


def _agreement_let_go(case: CaseState, entry: Entry[Corrected | TakenBack], now: datetime) -> None:
    """Partners who were asked to agree to a decision that does not stand are asked no more (R-15)."""
    wanted = reads.agreement_wanted(case)
    for one in case.rounds:
        if one.open and one.document.document == reads.DECISION_PAPER and (wanted is None or one.entry != wanted.key):
            stop_round(case, one, "what they were asked to agree to was entered wrongly", now)


CHAPTER = Chapter(
    title="The Panel and the partners' decision",
    facts=get_args(PanelFact),
    checks={
        PanelAcknowledged: _acknowledged,
        PanelMeetingMoved: _meeting_moved,
        PanelResponded: _responded,
        PanelAnswered: _answered,
        PanelToldOfReturns: _told_of_returns,
        PartnersDecided: _decided,
    },
    offers=_offers,
    consequences={
        Corrected: (_agreement_let_go,),
        TakenBack: (_agreement_let_go,),
    },
)
