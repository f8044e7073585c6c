"""The pages about cases: the list, and one case, read only. Everybody sees what the API shows them. Room: api."""

import re
from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.means import Means, means_of
from api.pages.frame import page, plain
from api.pages.gate import frame, of_problem, reader, sign_in_path
from api.pages.start import workflows
from api.pages.story import in_names, timeline, told_in
from api.paths import After
from api.problems import Problem
from api.reads import papers_of
from api.sight import CaseOut, own_agencies, seen
from api.who import READERS
from delivery.words import plain as in_words
from review.case import CaseState
from review.directory import Directory, Role
from review.shapes import WaitingFor
from review.steps import NextStep
from review.view import waiting_for
from review.words import STAGE_TITLES
from store.errors import BadCursor
from store.snapshot import Snapshot

PER_PAGE = 50
SHOWN_OWING = 3
REFERENCE = re.compile(r"[A-Z]{2}-[0-9]{4}-[0-9]{3,9}")
# What each choice of the list shows: live, overdue, rehearsals; None is either.
SHOWN: dict[str, tuple[bool | None, bool | None, bool | None]] = {
    "live": (True, None, False),
    "overdue": (None, True, False),
    "rehearsals": (None, None, True),
    "all": (None, None, None),
}
TEMPLATES = {"case": "case.html", "deadlines": "case-dates.html", "agency": "case-agency.html"}


def router() -> APIRouter:
    """`/cases` and `/cases/{reference}`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases", cases, methods=["GET"])
    routes.add_api_route("/cases/{reference}", case, methods=["GET"])
    return routes


async def cases(request: Request, show: str = "live", after: After = None) -> Response:
    """The cases, the one opened last first: live ones, overdue ones, rehearsals, or all."""
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    means, around = means_of(request), await frame(request, caller)
    show = show if show in SHOWN else "live"
    live, overdue, rehearsal = SHOWN[show]
    try:
        found = await means.store.cases.list(
            live=live, overdue=overdue, rehearsal=rehearsal, after=after, limit=PER_PAGE
        )
    except BadCursor:
        begin = "Begin again with the list of cases."
        return plain(request, "This page of the list is not known", begin, status=422, frame=around)
    snapshots = [one for line in found.items if (one := await means.store.cases.get(line.reference))]
    if not caller.holds(*READERS, Role.OBSERVER):
        snapshots = [one for one in snapshots if own_agencies(caller, CaseState.model_validate(one.state))]
    name = _namer(await means.store.directory.read(), whole=False)
    context = around | {
        "show": show,
        "titles": {
            one.reference: due.title for one in snapshots for due in one.deadlines if due.id == one.next_deadline
        },
        "lines": [(one, _paused(one), await _waited_for(means, one, name)) for one in snapshots],
        "stages": {stage.value: title for stage, title in STAGE_TITLES.items()},
        "next": found.next,
        "first": after is None,
        "rehearsals": not snapshots and bool((await means.store.cases.list(rehearsal=True, limit=1)).items),
    }
    return page(request, "cases.html", context)


def _paused(snapshot: Snapshot) -> bool:
    """Whether the case is paused (X-1); read from the state as it lies there."""
    pauses = snapshot.state.get("pauses") or []
    return bool(pauses) and pauses[-1]["until"] is None


async def _waited_for(means: Means, snapshot: Snapshot, name: Callable[[str], str]) -> str:
    """Who owes what the case waits for now, in the protocol's order: the first three, and how many more."""
    if not snapshot.live:
        return ""
    state = CaseState.model_validate(snapshot.state)
    waiting = waiting_for(state, await means.case_now(snapshot))
    owing = list(dict.fromkeys(_owing(one, state, name) for one in waiting))
    return ", ".join(owing[:SHOWN_OWING]) + (f" and {len(owing) - SHOWN_OWING} more" if owing[SHOWN_OWING:] else "")


def _owing(one: WaitingFor, case: CaseState, name: Callable[[str], str]) -> str:
    """An agency by its name; else the offices whose step it is, not the Business Unit that may record it for them."""
    if one.about and Role.AGENCY in one.roles and case.agency(one.about):
        return f"agency ({name(one.about)})"
    theirs = [role for role in one.roles if role is not Role.BUSINESS_UNIT]
    return " or ".join(in_words(role) for role in (theirs if one.roles[0] in theirs else one.roles))


def _agency_of(one: WaitingFor | NextStep) -> str | None:
    """The agency that a step is about; a partner, for which an officer signs, can bear the same id."""
    return None if {Role.ACCOUNTABLE_OFFICER, Role.DEPUTY} & set(one.roles) else one.about


async def case(request: Request, reference: str) -> Response:
    """One case: whole, its dates, or an agency's own part, as the reader's office has it."""
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    means, around = means_of(request), await frame(request, caller)
    try:
        snapshot = await means.store.cases.get(reference) if REFERENCE.fullmatch(reference) else None
        if snapshot is None:
            raise Problem("unknown-case")
        view = await seen(means, caller, snapshot)
    except Problem as problem:
        return of_problem(request, problem, around)
    directory = await means.store.directory.read()
    name = _namer(directory, whole=isinstance(view, CaseOut))
    context = around | {
        "case": view,
        "name": name,
        "titled": lambda one: in_names(one.what if isinstance(one, WaitingFor) else one.title, _agency_of(one), name),
        "temporal": workflows(means.settings, reference=reference)
        if sign_in_path(request) or means.settings.temporal_ui_url
        else None,
    }
    if isinstance(view, CaseOut):
        context |= {
            "told": told_in(view),
            "story": timeline(await means.store.record.rows(reference), name, directory),
            "papers": await papers_of(means, snapshot),
        }
    return page(request, TEMPLATES[view.view], context)


def _namer(directory: Directory, *, whole: bool) -> Callable[[str], str]:
    """Ids of people and agencies in words; only those who see a whole case see people's names."""
    names = {one.id: one.name for one in directory.agencies}
    if whole:
        names |= {who.id: who.name for who in directory.people}
    return lambda id: names.get(id, id)
