"""API: what a caller may see of a case, with the addresses of what they can do next."""

from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import Field
from pydantic_core import to_json

from api import merging
from api.attendance import with_answers
from api.auth import READERS, Caller
from api.called import called, titled
from api.deps import Deps
from api.etags import unchanged, without
from api.intake import known
from api.message import Sent
from api.opening import editions_of
from api.problems import Problem
from api.reading import Reading, Shown, true_until
from api.same_child import OtherCases, other_cases
from api.to_write import papers_now
from calendar_rules.edition import Edition
from delivery.naming import Namer, namer
from review.case import reads
from review.case.record import RowKind
from review.case.state import CaseState
from review.facts import Reported
from review.facts.directory import Directory, Role
from review.facts.speaking_for import agencies_of
from review.kit.open_files import open_to
from review.links import directory_with
from review.next_steps import NextStep, move_steps
from review.view import agency_view, case_view, deadlines_view
from review.views import AgencyView, CaseView, ChildView, DeadlinesView, FamilyMemberView, WarningView
from store.inbox import Message
from store.meeting_answers import MeetingAnswer

# What tells steps of one kind apart, where the step's `about` is no field of its body.
_NAMED_BESIDE = ("recommendation_number", "corrects", "takes_back", "officer")
PASSING = "case_now"  # changes by itself, and is no change of the case


class NextStepOut(NextStep):
    """One step that is possible now: send `example`, or another body of `schema`, to `href` as one of `roles`."""

    yours: Annotated[bool, Field(description="whether you, who ask, may take it")]
    pending: Annotated[
        str | None, Field(description="the message that has said it and is not applied yet: do not say it again")
    ]
    method: str = "POST"
    href: str
    body_schema: Annotated[str, Field(serialization_alias="schema", description="where the body's JSON Schema stands")]


class CaseOut(CaseView):
    """A case, whole."""

    next_steps: list[NextStepOut]  # type: ignore[assignment]  # the same steps with their addresses
    links: dict[str, str]


class AgencyOut(AgencyView):
    """An agency's own part of a case."""

    next_steps: list[NextStepOut]  # type: ignore[assignment]  # the same steps with their addresses
    links: dict[str, str]


class DeadlinesOut(DeadlinesView):
    """A case without its narrative."""

    links: dict[str, str]

    @property
    def next_steps(self) -> list[NextStepOut]:
        """Whoever sees no more than the dates may take none."""
        return []


Seen = CaseOut | AgencyOut | DeadlinesOut


def people_of(view: Seen | None) -> tuple[list[ChildView], list[FamilyMemberView]]:
    """The children and the family that are shown; to an agency and an observer, none."""
    return (view.children, view.family) if isinstance(view, CaseOut) else ([], [])


async def read(deps: Deps, reference: str) -> Reading:
    """The case as it is known now. Raises a 404 problem."""
    reading = await deps.readings.of(deps.store, reference)
    if reading is None:
        raise Problem("unknown-case")
    return reading


async def seen(deps: Deps, caller: Caller, reading: Reading) -> Seen:
    """The case as this caller may see it. Raises a 404 problem where it is not theirs to see."""
    eyes = await _eyes(deps, caller, reading.case)
    return await _view(deps, eyes, reading, await _around(deps, eyes, reading), deps.case_now(reading.line))


async def answered(deps: Deps, caller: Caller, reference: str) -> tuple[bytes, str]:
    """What `seen` gives, as JSON, and its ETag: worked out once until something of it is written, or time changes it.

    Raises a 404 problem.
    """
    shown, now = await _shown(deps, caller, reference)
    return b'%s,"%s":%s}' % (shown.body[:-1], PASSING.encode(), to_json(now)), shown.tag


async def _shown(deps: Deps, caller: Caller, reference: str) -> tuple[Shown, datetime]:
    reading = await read(deps, reference)
    eyes = await _eyes(deps, caller, reading.case)
    around, now = await _around(deps, eyes, reading), deps.case_now(reading.line)
    key, rests_on = (reference, eyes), (reading.stamp, around)
    shown = deps.answers.get(key, rests_on, now)
    if shown is None:
        body, tag = without(await _view(deps, eyes, reading, around, now), PASSING)
        shown = Shown(body, tag, rests_on, made=now, until=true_until(reading.case, now))
        deps.answers.keep(key, shown)
    return shown, now


class _Eyes(NamedTuple):
    """Who looks: what they hold, and for an agency those of its agencies that have a part in the case."""

    caller: Caller
    whole: bool
    own: tuple[str, ...] | None


class _Around(NamedTuple):
    """What is shown with a case and is not of it: other cases of its children, editions at hand, and what was said of
    it and is not applied yet, what people answered to its invitations.
    """

    others: OtherCases
    editions: list[Edition]
    waiting: list[Message]
    directory: Directory
    answers: tuple[MeetingAnswer, ...] = ()


async def _eyes(deps: Deps, caller: Caller, case: CaseState) -> _Eyes:
    if caller.holds(*READERS):
        return _Eyes(caller, True, None)
    if caller.holds(Role.OBSERVER):
        return _Eyes(caller, False, None)
    own = await own_agencies(deps, caller, case)
    if not own:
        raise Problem("unknown-case")
    return _Eyes(caller, False, tuple(own))


async def _around(deps: Deps, eyes: _Eyes, reading: Reading) -> _Around:
    case = reading.case
    waiting = await deps.store.inbox.waiting(case.reference) if reading.stamp.waits else []
    answers = await deps.store.meeting_answers.of(case.reference) if case.invites else ()
    directory = await deps.store.directory.read()
    if not eyes.whole:
        return _Around(OtherCases({}, {}, []), [], waiting, directory, answers)
    return _Around(await other_cases(deps, case), editions_of(deps), waiting, directory, answers)


async def _view(deps: Deps, eyes: _Eyes, reading: Reading, around: _Around, now: datetime) -> Seen:
    case = reading.case
    here = f"/v1/cases/{case.reference}"
    sequences = {meeting: shown.sequence for meeting, shown in case.invites.items()}
    if eyes.own is not None:
        part = agency_view(case, eyes.own, now)
        with_answers(part.meetings, around.answers, sequences)
        name = called(part, namer(directory_with(case, around.directory), whole=False, own=eyes.own))
        own = [_step(eyes.caller, here, step, around.waiting, name) for step in part.next_steps]
        papers = {
            name: f"{here}/documents/{name}/{ref.version}"
            for name, ref in open_to(case, eyes.caller.people, eyes.own).items()
        }
        return AgencyOut(**_parts(part), next_steps=own, links={"self": here} | papers)
    if not eyes.whole:
        dates = deadlines_view(case, now)
        return DeadlinesOut(**_parts(dates), links={"self": here})
    view = case_view(case, now)
    with_answers(view.meetings, around.answers, sequences)
    for child in view.children:
        child.also_in = [one.reference for one in around.others.also_in[child.child_id]]
        child.likely_same = around.others.likely.get(child.child_id, [])
    for member in view.family:
        member.also_in = [one.reference for one in around.others.also_in[member.member_id]]
        member.likely_same = around.others.likely.get(member.member_id, [])
    steps = await merging.offered(deps, case, view.next_steps, around.others.of_children)
    steps += move_steps(case, around.editions, now)
    told = await deps.store.record.rows(case.reference, kind=RowKind.WARNING)
    view.warnings = [WarningView(at=row.happened_at, line=row.line) for row in told]
    links = {"self": here} | {name: f"{here}/{name}" for name in ("record", "documents", "emails")}
    links |= {paper: f"{here}/made/{paper}" for paper in papers_now(step.rel for step in steps)}
    name = called(view, namer(directory_with(case, around.directory), whole=True))
    offered = [_step(eyes.caller, here, step, around.waiting, name) for step in steps]
    return CaseOut(**_parts(view), next_steps=offered, links=links)


async def allowed_to_see(deps: Deps, caller: Caller, reference: str) -> None:
    """Raise a 404 problem where the case is not known, or is none of this agency's."""
    if caller.holds(*READERS, Role.OBSERVER):
        await known(deps, reference)
    elif not await own_agencies(deps, caller, (await read(deps, reference)).case):
        raise Problem("unknown-case")


async def own_agencies(deps: Deps, caller: Caller, case: CaseState) -> list[str]:
    """The agencies with a part in this case for which the caller speaks."""
    spoken_for = await agencies_of_caller(deps, caller)
    return [agency for agency in reads.agencies_involved(case) if agency in spoken_for]


async def agencies_of_caller(deps: Deps, caller: Caller) -> list[str]:
    """The agencies for which the caller speaks now; in a case that has ended, too, whose cast is of then."""
    directory = await deps.store.directory.read()
    return agencies_of(list(caller.people), directory.cast().on(deps.today()))


async def shown_agencies(deps: Deps, caller: Caller) -> list[str] | None:
    """The agencies whose cases a list shows the caller; None for a caller who sees all."""
    return None if caller.holds(*READERS, Role.OBSERVER) else await agencies_of_caller(deps, caller)


def _parts(view: CaseView | AgencyView | DeadlinesView) -> dict[str, object]:
    return {name: getattr(view, name) for name in type(view).model_fields if name != "next_steps"}


async def as_it_was_read(deps: Deps, caller: Caller, reference: str, sent: Sent, if_match: str | None) -> None:
    """Raise a 412 problem where the case is not as it was read, unless this very message has changed it."""
    if if_match is None or await deps.store.inbox.get(sent.id) is not None:
        return
    _, tag = await answered(deps, caller, reference)
    unchanged(if_match, tag)


def _step(caller: Caller, here: str, step: NextStep, waiting: list[Message], name: Namer) -> NextStepOut:
    yours = caller.holds(*step.roles) and (not step.people or bool(set(step.people) & set(caller.people)))
    return NextStepOut(
        **dict(step) | {"title": titled(step, name)},
        yours=yours,
        pending=next((one.id for one in waiting if _says(one, step)), None),
        href=f"{here}/{step.rel}",
        body_schema=f"/v1/schemas/{step.rel}",
    )


def _says(message: Message, step: NextStep) -> bool:
    """Whether a message takes this step: it is of its kind, and about the same agency, action, or the like."""
    if message.kind != step.rel or step.about is None:
        return message.kind == step.rel
    fact = Reported.model_validate(message.body).fact.model_dump(mode="json")
    same = [name for name, value in step.example.items() if value == step.about]
    same = same or [name for name in _NAMED_BESIDE if name in step.example]
    return all(fact.get(name) == step.example[name] for name in same)
