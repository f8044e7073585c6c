"""Every step of a case as a page with a form: `/cases/{reference}/steps/{rel}`, about what the step is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.auth import READERS, Caller, not_for_you
from api.called import called, titled
from api.deps import deps_of
from api.edition_move import REL as EDITION_MOVED
from api.edition_move import EditionMove, moved
from api.facts import title_of
from api.forms import Kind, filled
from api.forms.lists import editions, of_case
from api.forms.shown import FIXED
from api.forms.steps import STEPS
from api.from_report import answered_in
from api.intake import Outcome
from api.made_papers import paper_made
from api.opening import editions_of
from api.pages import prefilled, step_help
from api.pages.auth import frame, holding, of_problem, reader
from api.pages.forms import Chosen, boxes_with_files
from api.pages.from_word import read_in, table_in
from api.pages.intake import message_id, say
from api.pages.kept import writer_with
from api.pages.layout import HEADERS, here, plain
from api.pages.owing import namer
from api.pages.step_form import Sheet, begun, by_button, dropped, right_of, shown, tried
from api.pages.step_help import Known
from api.pages.step_titles import carried_in_words, entry_path, final_of, lead_of, may_take, step_path
from api.pages.uploads import Kept, file_boxes, keep_all, with_files
from api.problems import Problem
from api.reading import Reading
from api.to_write import EMPTY, written_by
from api.visibility import (
    DeadlinesOut,
    NextStepOut,
    Seen,
    allowed_to_see,
    own_agencies,
    people_of,
    read,
    seen,
)
from review.bodies import wanted_headings
from review.correctable import to_put_right
from review.counted_days import days_of_d7
from review.facts import FACTS
from review.facts.chronology import ChronologyGiven
from review.facts.directory import Directory
from review.links import LinkState, directory_with, return_link
from review.next_steps import editions_to_move_to
from review.offices import MAY_REPORT

PATH = "/cases/{reference}/steps/{rel}"
_LATE = "This step is not open any more: somebody may have been faster. What you typed is kept below."
_RETURNS = ("agency-knew", "agency-returned")
_WHERE_OFFERED = {"partner-view-given": "person"}  # asked only where the step itself names one
_PUT_RIGHT = {"corrected": "corrects", "taken-back": "takes_back"}


def router() -> APIRouter:
    """The form of a step, and what is sent by it."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, show, methods=["GET"])
    routes.add_api_route(PATH, take, methods=["POST"])
    return routes


@dataclass(frozen=True)
class _Case:
    """The case as it is known now to the person who asks."""

    reading: Reading
    view: Seen
    directory: Directory
    frame: dict[str, Any]
    own: Sequence[str] | None
    people: Sequence[str]

    @property
    def steps(self) -> list[NextStepOut]:
        return self.view.next_steps

    @cached_property
    def name(self) -> Callable[[str], str]:
        return called(self.view, namer(self.directory, whole=self.own is None, own=self.own or ()))

    def meant(self, step: NextStepOut | None) -> tuple[Any, Any, Any] | None:
        """Whom an agency's return is about, for the person whom its link would let in, and for nobody else."""
        if step is None or step.rel not in _RETURNS or step.about is None:
            return None
        for person in self.people:
            link = return_link(self.reading.case, step.about, person, self.directory, self.view.case_now)
            if link.state is LinkState.OPEN:
                return link.children, link.family, link.homes
        return None


async def _case(request: Request, caller: Caller, reference: str, around: dict[str, Any]) -> _Case:
    """Raises a problem where it is not this caller's to see."""
    deps = deps_of(request)
    reading = await read(deps, reference)
    view = await seen(deps, caller, reading)
    directory = directory_with(reading.case, await deps.store.directory.read())
    own = None if caller.holds(*READERS) else await own_agencies(deps, caller, reading.case)
    return _Case(reading, view, directory, around, own, caller.people)


async def show(request: Request, reference: str, rel: str, about: str = "", nth: int = 0, entry: str = "") -> Response:
    """The form of a step that is offered to this reader; else the page that says why there is none."""
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    around = await frame(request, caller)
    try:
        if rel not in STEPS:
            raise Problem("not-found")
        case = await _case(request, caller, reference, around)
    except Problem as problem:
        return of_problem(request, problem, around)
    step = _offered(case, rel, about, nth)
    if step is None:
        gone = _sheet(request, case, rel, None)
        if caller.holds(*MAY_REPORT[rel]) and (draft := await begun(request, caller, gone)):
            return shown(request, *draft, status=409)
        return _not_now(request, reference, title_of(rel), around)
    if not may_take(step, caller):
        return of_problem(request, not_for_you(titled(step, case.name), tuple(step.roles)), around)
    example = _about_entry(case, rel, entry) or step.example
    sheet = _sheet(request, case, rel, step)
    typed = _carried(sheet, caller, step, example)
    sheet = _placed(sheet, reference, rel, typed)
    typed = await _begun_with(request, case, sheet, step, typed)
    if draft := await begun(request, caller, sheet, typed):
        sheet, typed = draft
    sheet = replace(sheet, right=right_of(typed), named=_named(case, typed), known=await _known(request, case, step))
    sheet = replace(sheet, known=[*sheet.known, *_instead(case, rel, example)])
    return shown(request, sheet, typed)


async def take(request: Request, reference: str, rel: str, about: str = "", nth: int = 0) -> Response:
    """Record what was typed, and lead back to the case; or show the form again with what stands in the way."""
    typed, chosen = await boxes_with_files(request)
    caller = await writer_with(request, typed)
    if rel not in STEPS:
        return of_problem(request, Problem("not-found"))
    caller = await holding(request, caller, title_of(rel), MAY_REPORT[rel])
    if isinstance(caller, Response):
        return caller
    around = await frame(request, caller)
    try:
        case = await _case(request, caller, reference, around)
        await allowed_to_see(deps_of(request), caller, reference)
    except Problem as problem:
        return of_problem(request, problem, around)
    step = _offered(case, rel, about, nth)
    sheet = replace(_sheet(request, case, rel, step), right=right_of(typed), named=_named(case, typed))
    sheet = replace(sheet, known=await _known(request, case, step))
    sheet = _placed(sheet, reference, rel, typed)
    if chosen:
        return await _kept(request, caller, case, (rel, about), sheet, typed, chosen)
    if answer := await by_button(request, caller, sheet, typed):
        return answer
    outcome = await _tried(request, caller, case, sheet, typed)
    if isinstance(outcome, Outcome):
        await dropped(request, caller, sheet)
        where = f"/cases/{reference}?{urlencode({'said': outcome.message})}"
        return RedirectResponse(where, status_code=303, headers=HEADERS)
    return outcome


async def _kept(
    request: Request,
    caller: Caller,
    case: _Case,
    step: tuple[str, str],
    sheet: Sheet,
    typed: dict[str, list[str]],
    chosen: Sequence[Chosen],
) -> HTMLResponse:
    """The form again, with the files that were sent and what was read of them: nothing of it is recorded yet."""
    rel, about = step
    taken = [one for one in chosen if one.box in set(file_boxes(sheet.questions))]
    if not taken:
        return of_problem(request, Problem("file-not-taken"), sheet.frame)
    of = f"{rel}-{about}" if about else rel
    kept = await keep_all(deps_of(request), case.reading.line.reference, taken, of=of, by=caller.sub)
    typed = with_files(typed, kept) | await _written(request, caller, case, rel, sheet, typed, kept)
    if rel == ChronologyGiven.kind_name():
        typed = table_in(kept, typed, sheet.questions)
    kept.news.append(f"Nothing is recorded yet: check the form, then press “{sheet.button}”." if kept.boxes else "")
    sheet = replace(sheet, news=[one for one in kept.news if one])
    return shown(request, sheet, typed, wrong=kept.wrong, status=422 if kept.wrong else 200)


async def _written(
    request: Request,
    caller: Caller,
    case: _Case,
    rel: str,
    sheet: Sheet,
    typed: dict[str, list[str]],
    kept: Kept,
) -> dict[str, list[str]]:
    """The boxes that the files fill: the texts by their headings, and what the step's own paper answers besides."""
    wanted, beside = wanted_headings(rel, case.reading.case), []
    if kept.sections and (found := written_by(rel)):
        from delivery.files.word import read_word  # what opens Word is loaded where a file comes

        made = await paper_made(deps_of(request), caller, case.reading.line.reference, found[0])
        beside = ["the text before the first heading", *(one.heading for one in read_word(made.content).sections)]
    texts = read_in(kept, wanted, EMPTY, before=typed, beside=beside)
    answered = answered_in(rel, kept.files, kept.sections, case.reading.case, case.directory)
    if answered.unread:
        kept.news.append(f"Not understood, so choose it below: {'; '.join(answered.unread[:20])}.")
    return texts | filled(sheet.questions, answered.body)


async def _tried(
    request: Request, caller: Caller, case: _Case, sheet: Sheet, typed: dict[str, list[str]]
) -> Outcome | HTMLResponse:
    deps, reference = deps_of(request), case.reading.line.reference

    async def said(body: Any, once: str) -> Outcome:
        fact = moved(deps, body) if isinstance(body, EditionMove) else body
        key = message_id("step", reference, fact.kind, caller.sub, once)
        return await say(deps, reference, fact, message=key, by=caller.speaker)

    return await tried(request, sheet, typed, said)


def _offered(case: _Case, rel: str, about: str, nth: int) -> NextStepOut | None:
    """The step of this kind about this, one of the caller's own first; the only one of its kind where none is named."""
    same = [one for one in case.steps if one.rel == rel]
    if rel in _PUT_RIGHT:  # offered for the last entry, and open for any
        return next(iter(same), None)
    found = [one for one in same if (one.about or "") == about] or (same if len(same) == 1 and not about else [])
    return found[nth] if 0 <= nth < len(found) else None


def _sheet(request: Request, case: _Case, rel: str, step: NextStepOut | None) -> Sheet:
    reference, deps = case.reading.line.reference, deps_of(request)
    lists = of_case(case.reading.case, case.directory, *people_of(case.view), own=case.own)
    others = (
        editions_to_move_to(case.reading.case, editions_of(deps), case.view.case_now) if rel == EDITION_MOVED else ()
    )
    known, only = {"edition": editions([*others])}, _WHERE_OFFERED.get(rel)
    return Sheet(
        model=STEPS[rel],
        title=titled(step, case.name) if step else title_of(rel),
        lead=lead_of(rel),
        action=step_path(reference, step, case.steps) if step else here(request),
        back=(f"/cases/{reference}", f"Case {reference}"),
        lists={**lists, **known},
        due=step.due if step else None,
        note="" if step else _LATE,
        final=final_of(rel),
        without=[only] if only and step and not step.example.get(only) else (),
        frame=case.frame,
        days=days_of_d7(case.reading.case),
        meant=case.meant(step),
    )


def _placed(sheet: Sheet, reference: str, rel: str, typed: dict[str, list[str]]) -> Sheet:
    """Where its draft is kept, and where it stands without one: by the entry, where one is put right."""
    entry = next(iter(typed.get(_PUT_RIGHT.get(rel, ""), [])), "")
    if not entry:
        return sheet
    blank = entry_path(reference, rel, entry.replace('"', ""))  # the form carries the entry's id as JSON
    return replace(sheet, place=f"{sheet.action}#{entry}", blank=blank)


def _about_entry(case: _Case, rel: str, entry: str) -> dict[str, Any] | None:
    """What puts one certain entry right: the entry as it stands, to be changed."""
    field = _PUT_RIGHT.get(rel)
    wrong = to_put_right(case.reading.case, entry) if entry else None
    if not field or wrong is None:
        return None
    if rel == "taken-back":
        return {field: entry}
    right = wrong.fact.model_dump(mode="json", exclude_none=True) | {"kind": wrong.fact.kind}
    return {field: entry, "right": right}


def _carried(sheet: Sheet, caller: Caller, step: NextStepOut, example: dict[str, Any]) -> dict[str, list[str]]:
    """What the step itself says of its body: which thing of the case it is about, and whose it is. Nothing else of an
    example is filled in, as it is no answer; of a correction it is the entry itself, which is none.
    """
    own = set(step.people) & set(caller.people)
    right = FACTS.get(example["right"]["kind"]) if "right" in example else None
    fixed = []
    for one in replace(sheet, right=right).questions:
        value = example.get(one.name)
        of_step = one.kind is Kind.CARRIED or (step.about is not None and value == step.about)
        if value is not None and (of_step or (one.kind is Kind.PICK and value in own)):
            fixed.append(one)
    kept = [*fixed, *(one for one in replace(sheet, right=right).questions if one.name == "right")]
    return {**filled(kept, example), FIXED: [one.name for one in fixed]}


async def _begun_with(
    request: Request, case: _Case, sheet: Sheet, step: NextStepOut, typed: dict[str, list[str]]
) -> dict[str, list[str]]:
    """What the form begins with: the version before, where one is written again, and a short id that is free."""
    if isinstance(case.view, DeadlinesOut):  # who sees the dates alone takes no step
        return typed
    earlier = await prefilled.before(deps_of(request), case.view, step.rel, step.about)
    free = prefilled.proposed(sheet.questions, step.example)
    return {**filled(sheet.questions, earlier), **free, **typed}


async def _known(request: Request, case: _Case, step: NextStepOut | None) -> Sequence[Known]:
    if step is None or isinstance(case.view, DeadlinesOut):
        return ()
    mine = None if case.own is None else (case.people, case.own)
    deps = deps_of(request)
    return await step_help.known(deps, case.reading, case.view, step.rel, step.example, case.name, mine=mine)


def _instead(case: _Case, rel: str, example: dict[str, Any]) -> list[Known]:
    """Where an entry of what never happened is taken back, and not corrected."""
    entry = to_put_right(case.reading.case, str(example.get("corrects", ""))) if rel == "corrected" else None
    if entry is None or entry.fact.not_taken_back:
        return []
    where = entry_path(case.reading.line.reference, "taken-back", entry.reported.message)
    return [Known("It never happened", "Take it back instead", where)]


def _named(case: _Case, typed: dict[str, list[str]]) -> dict[str, str]:
    """What is filled in already, in words, by its box."""
    return {box: carried_in_words(box, text, case.reading, case.name) for box, (text, *_) in _firsts(typed)}


def _firsts(typed: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    return [(box, typed[box]) for box in typed.get(FIXED, []) if typed.get(box)]


def _not_now(request: Request, reference: str, title: str, around: dict[str, Any]) -> HTMLResponse:
    line = f"{title}: this step of case {reference} is not open now. It may have been taken already."
    onward = [("See what can be done next", f"/cases/{reference}")]
    return plain(request, "This step is not open now", line, status=409, frame=around, onward=onward)
