"""API: the protocol as it runs: stages, deadlines, who acts, from the table that the run obeys."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.auth import Anyone
from api.deps import TheDeps
from api.etags import tagged
from api.facts import title_of
from api.opening import DEFAULT_EDITION, edition_of
from calendar_rules.edition import Edition, Reminder, Said
from calendar_rules.model import Model
from delivery.words import plain as in_words
from review.chapters import CHAPTERS
from review.facts.directory import Role
from review.facts.enums import Stage
from review.offices import MAY_REPORT
from review.protocol import ANYWHERE, BESIDE_WHAT_FOLLOWS, PROTOCOL, StageRow, moves, stages_of

routes = APIRouter(tags=["About"])


class ProtocolStepOut(Model):
    """What people report, and the offices that may."""

    rel: str
    title: str
    roles: list[Role]


class StageOut(Model):
    """One stage; `what` says what happens there. `way_in` is the step that a case can begin with here."""

    id: Stage
    title: str
    what: str
    ends: bool
    way_in: ProtocolStepOut | None = None
    steps: list[ProtocolStepOut]
    deadlines: list[str]


class MoveOut(Model):
    """Where a case can go from a stage."""

    source: Stage
    target: Stage


class RuleOut(Model):
    """A deadline of the edition and the stages that it runs over; none where it may run in any stage."""

    id: str
    title: str
    length: str
    counted_from: str
    owner: str
    owner_title: str
    clause: str
    never_pauses: bool
    reminders: Annotated[list[Reminder], Field(serialization_alias="bells")]
    stages: list[Stage]


class GroupOut(Model):
    """Steps that belong to no single stage."""

    title: str
    steps: list[ProtocolStepOut]


class AlsoOut(Model):
    """What an edition asks for beside its deadlines, and where that stands (B-3, B-4, B-5, B-11)."""

    id: str
    title: str
    what: list[str]
    clause: str


class NotificationOut(Model):
    """A kind of notification (B-1)."""

    id: str
    title: str
    rapid_review: bool
    clause: str


class ProtocolOut(Model):
    """The protocol under one edition."""

    edition: str
    title: str
    dated: str
    source: str
    stages: list[StageOut]
    moves: list[MoveOut]
    from_any_stage: list[Stage]
    from_some_stages: list[MoveOut]
    deadlines: list[RuleOut]
    any_time: list[GroupOut]
    notifications: list[NotificationOut]
    also: list[AlsoOut]
    offices: dict[str, str]
    clauses: dict[str, str]


@routes.get("/v1/protocol", operation_id="read-protocol", response_model=ProtocolOut)
async def read_protocol(
    request: Request,
    _: Anyone,
    deps: TheDeps,
    edition: Annotated[str, Query(max_length=100, description="id of an edition")] = DEFAULT_EDITION,
) -> Response:
    """The protocol, drawn from what runs: stages in order, moves, who acts, deadlines with their source clauses.

    Who may: everybody with an office.
    """
    return tagged(request, protocol_of(edition_of(deps, edition)))


def protocol_of(edition: Edition) -> ProtocolOut:
    """The protocol as its table and the edition have it."""
    rules = edition.deadlines
    at = {id: stages_of(rule) for id, rule in rules.items()}
    drawn = {
        stage: row for stage, row in PROTOCOL.items() if not row.reached_by
    }  # the rest by a fact, not by the process
    placed = {kind for row in drawn.values() for kind in (*row.kinds, _way_in(row))}
    return ProtocolOut(
        edition=edition.id,
        title=edition.title,
        dated=edition.dated,
        source=edition.source,
        stages=[
            StageOut(
                id=stage,
                title=row.title,
                what=row.sentence,
                ends=row.ends,
                way_in=_step(kind) if (kind := _way_in(row)) else None,
                steps=[_step(kind) for kind in _kinds(row, edition)],
                deadlines=[rule for rule, stages in at.items() if stage in stages],
            )
            for stage, row in drawn.items()
        ],
        moves=[MoveOut(source=source, target=target) for source, target in moves() if target in drawn],
        from_any_stage=list(ANYWHERE),
        from_some_stages=[MoveOut(source=source, target=target) for source, target in moves() if target not in drawn],
        deadlines=[
            RuleOut(
                **rule.model_dump(include={"id", "title", "clause", "never_pauses"}),
                length=str(rule.length),
                counted_from=rule.counted_from,
                owner=rule.owner.value,
                owner_title=edition.title_of(rule.owner),
                reminders=rule.reminders,
                stages=at[rule.id],
            )
            for rule in rules.values()
        ],
        any_time=_any_time(placed),
        notifications=[
            NotificationOut(id=id.value, **one.model_dump(exclude={"up_to_age"}))
            for id, one in edition.notifications.items()
        ],
        also=_also(edition),
        offices={party.value: title for party, title in edition.titles.items()},
        clauses={str(name): clause for name, clause in edition.clauses.items()},
    )


def _also(edition: Edition) -> list[AlsoOut]:
    """What the edition asks for beside its deadlines."""
    sections = [in_words(one.value) for one in edition.report_sections]
    copies = [in_words(one.value) for one in edition.advance_copies_to]
    before = f"Copies of the final report, at least {edition.advance_copies} before publication"
    asked: list[tuple[Said, str, list[str]]] = [
        ("report_sections", "Sections of the rapid review's report beyond the protocol's own", sections),
        ("advance_copies", before, copies),
        ("available_for", "A published report stays available", [f"for {edition.available_for}"]),
        ("delay_told_to", "A delay of the practice review is told, with its reasons, to", _told_of_delay(edition)),
        ("titles", "Offices that this edition calls otherwise", _called_otherwise(edition)),
    ]
    deciding = edition.notifying
    heard = [f"heard: {in_words(one.value)}" for one in deciding.heard]
    decides = AlsoOut(
        id="notifying",
        title="Who decides on notifying the Panel",
        what=[*(in_words(one.value) for one in deciding.agreed_by), *heard],
        clause=deciding.clause,
    )
    clauses = {"delay_told_to": "flowchart: dialogue with the Panel", **edition.clauses}
    return [decides] + [
        AlsoOut(id=name, title=title, what=what, clause=clauses.get(name, ""))
        for name, title, what in asked
        if getattr(edition, name)
    ]


def _told_of_delay(edition: Edition) -> list[str]:
    return [in_words(one.value) for one in edition.delay_told_to]


def _called_otherwise(edition: Edition) -> list[str]:
    return [f"{in_words(party.value)}: {title}" for party, title in edition.titles.items()]


def _any_time(placed: set[str]) -> list[GroupOut]:
    """What is owed beside several stages, and what no single stage waits for, by chapter."""
    of_chapters = {kind: chapter.title for chapter in CHAPTERS for kind in chapter.kinds}
    beside = [_step(fact.kind_name()) for fact in BESIDE_WHAT_FOLLOWS]
    groups = {"From the submission on, beside each stage": beside}
    for kind in MAY_REPORT:
        if kind not in placed:
            groups.setdefault(of_chapters.get(kind, "Any case, any stage"), []).append(_step(kind))
    return [GroupOut(title=title, steps=steps) for title, steps in groups.items()]


def _kinds(row: StageRow, edition: Edition) -> list[str]:
    """Kinds of facts that are taken in a stage, in the order of the table of offices."""
    return [kind for kind in MAY_REPORT if kind in row.kinds and (kind != "agency-knew" or edition.known_first)]


def _way_in(row: StageRow) -> str:
    """The kind of fact that a case can begin with there; empty for none."""
    return row.way_in[0].kind_name() if row.way_in else ""


def _step(kind: str) -> ProtocolStepOut:
    return ProtocolStepOut(rel=kind, title=title_of(kind), roles=list(MAY_REPORT[kind]))
