"""What lies before the CRG, across cases: its agenda and the action log (G-2, G-11). Room: review; pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from pydantic import AwareDatetime, BaseModel

from calendar_rules.lengths import end_of_day
from review import practice_standing as stands
from review.case import CaseState
from review.chapters.crg import linked, open_concerns
from review.chapters.follow_up import action_log, unanswered
from review.fact import Fact
from review.said.crg import ConcernEscalated, PanelDialogueLogged
from review.said.information import InformationRequested
from review.said.panel import PanelAcknowledged, PanelAnswered, PanelResponded
from review.said.report import SubmittedToPanel
from review.telling import dated
from review.words import STAGE_TITLES, Direction, ProcessKind, Rating, Route, Stage


class Live(NamedTuple):
    """A live case and its own present moment."""

    case: CaseState
    now: datetime


class ActionLine(BaseModel):
    """One action in the log across cases (G-11)."""

    reference: str
    action: str
    what: str
    owner: str
    agency: str
    outcome: str
    due: AwareDatetime
    overdue: bool
    closed: bool = False
    rating: Rating | None
    progress: str
    evidence: bool


class ProcessItem(BaseModel):
    """Another process on the same child or family, and where it stands (G-3)."""

    kind: ProcessKind
    reference: str
    status: str


class CaseItem(BaseModel):
    """One case on the agenda; links to other processes with their status (G-3)."""

    reference: str
    next_deadline: str | None = None
    next_title: str | None = None
    next_due: AwareDatetime | None = None
    overdue: bool
    linked: list[ProcessItem] = []


class RequestItem(CaseItem):
    """Another partnership's request for information: who asks, by when it is wanted, whose return is out (A-4)."""

    partnership: str
    wanted_by: date | None = None
    outstanding: list[str] = []
    supplied: bool = False


class StageItem(BaseModel):
    """The live cases of one stage."""

    stage: Stage
    title: str
    cases: list[CaseItem]


class EscalationItem(BaseModel):
    """A concern that waits for the named officer (G-7)."""

    reference: str
    concern: str
    reasons: str = ""
    due: AwareDatetime
    overdue: bool


class MilestoneItem(BaseModel):
    """A milestone of a practice review that is still to be reached (K-5)."""

    reference: str
    milestone: str
    what: str
    planned_date: date
    overdue: bool


class CorrespondenceItem(BaseModel):
    """Something that passed between the partnership and the Panel (G-4)."""

    reference: str
    at: AwareDatetime
    what: str
    direction: Direction | None = None
    about: str = ""


class Agenda(BaseModel):
    """The agenda of a CRG meeting, written from live cases (G-2)."""

    stages: list[StageItem]
    information_requests: list[RequestItem]
    actions: list[ActionLine]
    milestones: list[MilestoneItem] = []
    escalations: list[EscalationItem]
    panel: list[CorrespondenceItem]


def agenda(cases: Sequence[Live], *, since: datetime | None = None) -> Agenda:
    """What the CRG has before it; of the Panel's correspondence what came after `since`, the last meeting."""
    before_it = [one for one in cases if not one.case.ended or _something_open(one.case)]
    asked = [one for one in before_it if one.case.route is Route.INFORMATION_REQUEST]
    own = [one for one in before_it if one.case.route is not Route.INFORMATION_REQUEST]
    return Agenda(
        stages=[
            StageItem(stage=stage, title=STAGE_TITLES[stage], cases=[_item(one) for one in there])
            for stage in Stage
            if (there := [one for one in own if one.case.stage is stage])
        ],
        information_requests=[_request(one) for one in asked],
        actions=list(actions(cases)),
        milestones=sorted(
            (item for one in cases for item in _milestones(one)),
            key=lambda item: (item.planned_date, item.reference, item.milestone),
        ),
        escalations=[
            EscalationItem(
                reference=case.reference,
                concern=concern.concern,
                reasons=concern.reasons,
                due=case.clocks[f"G-7:{concern.concern}"].due,
                overdue=case.clocks[f"G-7:{concern.concern}"].overdue(now),
            )
            for case, now in cases
            for concern in _concerns(case)
        ],
        panel=sorted(
            (item for one in cases for item in _correspondence(one.case) if since is None or item.at > since),
            key=lambda item: (item.at, item.reference),
        ),
    )


def actions(
    cases: Iterable[Live],
    *,
    owner: str | None = None,
    agency: str | None = None,
    overdue: bool | None = None,
    closed: bool = False,
) -> Iterable[ActionLine]:
    """Open actions of all cases, or the closed ones, the one due first first."""
    lines = [
        ActionLine(
            **one.model_dump(
                include={"action", "what", "owner", "agency", "outcome", "rating", "progress", "due", "closed"}
            ),
            reference=case.reference,
            overdue=case.clocks[one.deadline].overdue(now),
            evidence=bool(one.evidence),
        )
        for case, now in cases
        for one in action_log(case)
        if (one.closed if closed else case.clocks[one.deadline].open)
    ]
    return sorted(
        (
            line
            for line in lines
            if owner in (None, line.owner) and agency in (None, line.agency) and overdue in (None, line.overdue)
        ),
        key=lambda line: (line.due, line.reference, line.action),
    )


def _item(one: Live) -> CaseItem:
    upcoming = one.case.next_deadline()
    return CaseItem(
        reference=one.case.reference,
        next_deadline=upcoming.id if upcoming else None,
        next_title=upcoming.title if upcoming else None,
        next_due=upcoming.due if upcoming else None,
        overdue=any(clock.overdue(one.now) for clock in one.case.clocks.values()),
        linked=[
            ProcessItem(kind=fact.process_kind, reference=fact.reference, status=status)
            for fact, status in linked(one.case).values()
        ],
    )


def _milestones(one: Live) -> Iterable[MilestoneItem]:
    if stands.going_on(one.case):
        for ahead in stands.milestones_ahead(one.case):
            yield MilestoneItem(
                reference=one.case.reference,
                milestone=ahead.milestone,
                what=ahead.what,
                planned_date=ahead.planned_date,
                overdue=end_of_day(ahead.planned_date) < one.now,
            )


def _request(one: Live) -> RequestItem:
    request = one.case.last(InformationRequested)
    return RequestItem(
        **_item(one).model_dump(),
        partnership=request.partnership if request else "",
        wanted_by=one.case.wanted_by,
        outstanding=one.case.outstanding,
        supplied=one.case.supplied is not None,
    )


def _something_open(case: CaseState) -> bool:
    """Whether an ended case is still before the CRG: a deadline, a concern, or a sub-group's answer (G-2)."""
    return any(clock.open for clock in case.clocks.values()) or bool(open_concerns(case) or unanswered(case))


def _concerns(case: CaseState) -> Iterable[ConcernEscalated]:
    """Each open concern once, as it was escalated last."""
    last = {fact.concern: fact for fact in case.every(ConcernEscalated)}
    return [last[concern] for concern in dict.fromkeys(open_concerns(case))]


def _correspondence(case: CaseState) -> Iterable[CorrespondenceItem]:
    for entry in case.entries:
        told = _of_the_panel(entry.said.fact)
        if told and not entry.corrected_by:
            direction, about = told
            what = entry.said.fact.title
            yield CorrespondenceItem(
                reference=case.reference, at=entry.happened_at, what=what, direction=direction, about=about
            )


def _of_the_panel(fact: Fact) -> tuple[Direction, str] | None:
    """Which way it went, and what about (G-4)."""
    match fact:
        case SubmittedToPanel():
            return Direction.TO_PANEL, f"the rapid review, version {fact.version}"
        case PanelAcknowledged():
            return Direction.FROM_PANEL, f"it meets on {dated(fact.meeting_date)}"
        case PanelResponded():
            return Direction.FROM_PANEL, f"{fact.response.value.replace('-', ' ')}: {fact.reasons}"
        case PanelAnswered():
            return Direction.TO_PANEL, fact.answer
        case PanelDialogueLogged():
            return fact.direction, f"{fact.how}: {fact.summary}"
        case _:
            return None
