"""What lies before the CRG, across cases: its agenda and the action log (G-2, G-11). Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import AwareDatetime, JsonValue

from calendar_rules.lengths import end_of_day
from calendar_rules.model import Model
from review.case import reads
from review.case.deadline import RunningDeadline
from review.case.state import CaseState
from review.chapters.crg.chapter import linked, open_concerns
from review.chapters.follow_up.reads import ActionStanding
from review.chapters.practice_review import reads as stands
from review.facts.base import Fact
from review.facts.crg import ConcernEscalated, PanelDialogueLogged
from review.facts.enums import Direction, ProcessKind, Rating, Route, SafetyState, Stage
from review.facts.information import InformationRequested
from review.facts.panel import PanelAcknowledged, PanelAnswered, PanelMeetingMoved, PanelResponded, PanelToldOfReturns
from review.facts.report import SubmittedToPanel
from review.kit.notify import dated
from review.protocol import STAGE_TITLES


class ActionLine(Model):
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


class ProcessItem(Model):
    """Another process on the same child or family, and where it stands (G-3)."""

    kind: ProcessKind
    reference: str
    status: str
    name: str = ""
    learned: str = ""


class CaseItem(Model):
    """One case on the agenda; links to other processes with their status (G-3); how it stands with the steps for
    children's safety, and why none are needed, where that is so (N-5).
    """

    reference: str
    next_deadline: str | None = None
    next_title: str | None = None
    next_due: AwareDatetime | None = None
    overdue: bool
    linked: list[ProcessItem] = []
    safety: str = ""
    none_needed: list[str] = []


class RequestItem(CaseItem):
    """Another partnership's request for information: who asks, by when it is wanted, whose return is out (A-4)."""

    partnership: str
    wanted_by: date | None = None
    outstanding: list[str] = []
    supplied: bool = False


class StageItem(Model):
    """The live cases of one stage."""

    stage: Stage
    title: str
    cases: list[CaseItem]


class EscalationItem(Model):
    """A concern that waits for the named officer (G-7)."""

    reference: str
    concern: str
    reasons: str = ""
    due: AwareDatetime
    overdue: bool


class MilestoneItem(Model):
    """A milestone of a practice review that is still to be reached (K-5)."""

    reference: str
    milestone: str
    what: str
    planned_date: date
    overdue: bool


class CorrespondenceItem(Model):
    """Something that passed between the partnership and the Panel (G-4)."""

    reference: str
    at: AwareDatetime
    what: str
    direction: Direction | None = None
    about: str = ""


class Agenda(Model):
    """The agenda of a CRG meeting, written from live cases (G-2)."""

    stages: list[StageItem]
    information_requests: list[RequestItem]
    actions: list[ActionLine]
    milestones: list[MilestoneItem] = []
    escalations: list[EscalationItem]
    panel: list[CorrespondenceItem]


class Part(StrEnum):
    """Under which heading of the agenda stands what a case puts there beside its stage and its actions."""

    LINKED = "linked"
    SAFETY = "safety"
    REQUEST = "request"
    MILESTONE = "milestone"
    CONCERN = "concern"
    PANEL = "panel"


class AgendaRow(Model):
    """One thing that a case puts on the agenda. `at`: when it happened, or is due; `overdue_at` as of a deadline.

    `item` is the item of the agenda but for what is said beside it: the case's reference, and whether it is overdue.
    """

    part: Part
    at: AwareDatetime | None = None
    overdue_at: AwareDatetime | None = None
    item: dict[str, JsonValue]


class OnAgenda(NamedTuple):
    """A case that is before the CRG, as its line shows it."""

    route: Route
    stage: Stage
    item: CaseItem


class Put(NamedTuple):
    """What a case puts on the agenda, at a moment of the case's clock."""

    reference: str
    row: AgendaRow
    now: datetime

    def as_item(self) -> dict[str, Any]:
        """What is said of it, with what is said beside it."""
        overdue = self.row.overdue_at is not None and self.row.overdue_at < self.now
        return self.row.item | {"reference": self.reference, "overdue": overdue}


class AgendaPage(NamedTuple):
    """An agenda as a page shows it. `more`: how many are left out of a long list, by stage or the name of the list."""

    agenda: Agenda
    more: dict[str, int]


REQUESTS, ACTIONS = "information_requests", "actions"  # names of lists that a page cuts short, as it does a stage's


def agenda(cases: Iterable[OnAgenda], put: Sequence[Put], actions: Iterable[ActionLine]) -> Agenda:
    """What the CRG has before it: its cases, what each puts there (both by reference), and the open actions."""
    linked, requests = _of_each(put, Part.LINKED), _of_each(put, Part.REQUEST)
    unneeded = _of_each(put, Part.SAFETY)
    stages: dict[Stage, list[CaseItem]] = {}
    asked = []
    for route, stage, item in cases:
        links = [ProcessItem.model_validate(one.row.item) for one in linked.get(item.reference, [])]
        if route is Route.INFORMATION_REQUEST:
            more = requests[item.reference][0].row.item if item.reference in requests else {"partnership": ""}
            asked.append(RequestItem.model_validate(item.model_dump() | {"linked": links} | more))
        else:
            reasons = [reason for one in unneeded.get(item.reference, []) for reason in _reasons(one.row)]
            beside = {"linked": links, "none_needed": reasons}
            stages.setdefault(stage, []).append(item.model_copy(update=beside))
    return Agenda(
        stages=[
            StageItem(stage=stage, title=STAGE_TITLES[stage], cases=stages[stage]) for stage in Stage if stage in stages
        ],
        information_requests=asked,
        actions=sorted(actions, key=lambda line: (line.due, line.reference, line.action)),
        milestones=sorted(
            (MilestoneItem.model_validate(one.as_item()) for one in put if one.row.part is Part.MILESTONE),
            key=lambda item: (item.planned_date, item.reference, item.milestone),
        ),
        escalations=[EscalationItem.model_validate(one.as_item()) for one in put if one.row.part is Part.CONCERN],
        panel=sorted(
            (CorrespondenceItem.model_validate(one.as_item()) for one in put if one.row.part is Part.PANEL),
            key=lambda item: (item.at, item.reference),
        ),
    )


def _reasons(row: AgendaRow) -> list[str]:
    found = row.item["reasons"]
    return [str(one) for one in found] if isinstance(found, list) else []


def _of_each(put: Iterable[Put], part: Part) -> dict[str, list[Put]]:
    found: dict[str, list[Put]] = {}
    for one in put:
        if one.row.part is part:
            found.setdefault(one.reference, []).append(one)
    return found


def cut_short(whole: Agenda, at_most: int) -> AgendaPage:
    """An agenda that was kept, as a page shows it."""
    lists = {stage.stage.value: len(stage.cases) for stage in whole.stages}
    lists |= {REQUESTS: len(whole.information_requests), ACTIONS: len(whole.actions)}
    shown = {
        "stages": [stage.model_copy(update={"cases": stage.cases[:at_most]}) for stage in whole.stages],
        "information_requests": whole.information_requests[:at_most],
        "actions": whole.actions[:at_most],
    }
    more = {name: many - at_most for name, many in lists.items() if many > at_most}
    return AgendaPage(whole.model_copy(update=shown), more)


def on_agenda(case: CaseState) -> bool:
    """Whether a case is before the CRG: also an ended one with a deadline, a concern or a sub-group's answer still
    open (G-2).
    """
    open_still = any(deadline.open for deadline in case.deadlines.values())
    return not reads.ended(case) or open_still or bool(open_concerns(case) or reads.unanswered_handovers(case))


def agenda_rows(case: CaseState) -> Iterator[AgendaRow]:
    """What a case puts on the agenda beside its stage and its actions, each kind in the order in which it came."""
    learned = reads.learned_elsewhere(case)
    for id, (fact, status) in linked(case).items():
        process = ProcessItem(
            kind=fact.process_kind,
            reference=fact.reference,
            status=status,
            name=fact.name,
            learned=learned[id].learned if id in learned else "",
        )
        yield AgendaRow(part=Part.LINKED, item=process.model_dump(mode="json"))
    if reasons := [one.said for one in reads.safety(case) if one.state is SafetyState.NONE_NEEDED]:
        yield AgendaRow(part=Part.SAFETY, item={"reasons": [*dict.fromkeys(reasons)]})
    if case.route is Route.INFORMATION_REQUEST:
        yield AgendaRow(part=Part.REQUEST, item=_request(case))
    yield from _milestones(case)
    yield from _concerns(case)
    yield from _correspondence(case)


def action_lines(
    case: CaseState, now: datetime, actions: Iterable[ActionStanding]
) -> Iterable[tuple[ActionLine, RunningDeadline]]:
    """These actions of one case as lists show them, each with its deadline."""
    for one in actions:
        deadline = case.deadlines[one.deadline]
        line = ActionLine(
            **one.model_dump(
                include={"action", "what", "owner", "agency", "outcome", "rating", "progress", "due", "closed"}
            ),
            reference=case.reference,
            overdue=deadline.overdue(now),
            evidence=bool(one.evidence),
        )
        yield line, deadline


def _milestones(case: CaseState) -> Iterator[AgendaRow]:
    if not reads.review_goes_on(case):
        return
    for ahead in stands.milestones_ahead(case):
        at = end_of_day(ahead.planned_date)
        item = ahead.model_dump(mode="json", include={"milestone", "what", "planned_date"})
        yield AgendaRow(part=Part.MILESTONE, at=at, overdue_at=at, item=item)


def _request(case: CaseState) -> dict[str, JsonValue]:
    request, wanted_by = case.last(InformationRequested), reads.wanted_by(case)
    return {
        "partnership": request.partnership if request else "",
        "wanted_by": wanted_by.isoformat() if wanted_by else None,
        "outstanding": [*reads.outstanding(case)],
        "supplied": reads.supplied(case) is not None,
    }


def _concerns(case: CaseState) -> Iterator[AgendaRow]:
    """Each open concern once, as it was escalated last."""
    last = {fact.concern: fact for fact in case.every(ConcernEscalated)}
    for concern in dict.fromkeys(open_concerns(case)):
        deadline = case.deadlines[f"G-7:{concern}"]
        item = last[concern].model_dump(mode="json", include={"concern", "reasons"}) | {"due": deadline.due.isoformat()}
        yield AgendaRow(part=Part.CONCERN, at=deadline.due, overdue_at=deadline.overdue_at, item=item)


def _correspondence(case: CaseState) -> Iterator[AgendaRow]:
    for entry in case.entries:
        told = _of_the_panel(entry.fact)
        if told and not entry.corrected_by:
            direction, about = told
            item = CorrespondenceItem(
                reference=case.reference,
                at=entry.happened_at,
                what=entry.fact.title,
                direction=direction,
                about=about,
            )
            held = item.model_dump(mode="json", exclude={"reference"})
            yield AgendaRow(part=Part.PANEL, at=entry.happened_at, item=held)


def _of_the_panel(fact: Fact) -> tuple[Direction, str] | None:
    """Which way it went, and what about (G-4)."""
    match fact:
        case SubmittedToPanel():
            return Direction.TO_PANEL, f"the rapid review, version {fact.version}"
        case PanelMeetingMoved():
            return Direction.FROM_PANEL, f"it meets on {dated(fact.meeting_date)} instead"
        case PanelAcknowledged():
            return Direction.FROM_PANEL, f"it meets on {dated(fact.meeting_date)}"
        case PanelResponded():
            return Direction.FROM_PANEL, f"{fact.response.value.replace('-', ' ')}: {fact.reasons}"
        case PanelAnswered():
            return Direction.TO_PANEL, fact.answer
        case PanelToldOfReturns():
            return Direction.TO_PANEL, f"returns that came late: {fact.letter}"
        case PanelDialogueLogged():
            return fact.direction, f"{fact.how}: {fact.summary}"
        case _:
            return None
