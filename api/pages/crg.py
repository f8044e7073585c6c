"""Pages of the Case Review Group: its meetings with their agenda, and the action log across cases."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.attendance import is_of_the_crg, of_the_crg
from api.auth import READERS, Caller, not_for_you
from api.crg import CONVENERS, agenda_of, mails_of, own_actions
from api.deps import deps_of
from api.handing_out import wanted_as
from api.pages.auth import frame, holding, of_problem, reader
from api.pages.crg_changes import Mistake, call, change, in_the_forms
from api.pages.crg_paper import paper_of
from api.pages.layout import page, plain
from api.paths import After
from api.problems import Problem
from calendar_rules.lengths import london
from review.chapters.crg.agenda import Agenda, cut_short
from review.facts.directory import OUTSIDE, Directory, Person, Role
from store.errors import BadCursor, UnknownMeeting
from store.meeting import Meeting

PER_PAGE = 50
WHOLE = 10_000  # of each part of the agenda, in its paper
SHOWN: dict[str, tuple[bool | None, bool]] = {"open": (None, False), "overdue": (True, False), "closed": (None, True)}


def router() -> APIRouter:
    """`/crg` with its form, `/crg/{id}` with its forms, and `/actions`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/crg", meetings, methods=["GET"])
    routes.add_api_route("/crg", called, methods=["POST"])
    routes.add_api_route("/crg/{id}", meeting, methods=["GET"])
    routes.add_api_route("/crg/{id}/paper", as_paper, methods=["GET"])
    routes.add_api_route("/crg/{id}/{act}", changed, methods=["POST"])
    routes.add_api_route("/actions", actions, methods=["GET"])
    return routes


async def meetings(request: Request) -> Response:
    """The CRG's meetings: the next one with its agenda as it stands, those held as they were (G-2)."""
    caller = await _of_the_crg(request)
    return caller if isinstance(caller, Response) else await _meetings(request, caller)


async def called(request: Request) -> Response:
    """Call a meeting, or enter late one that was held."""
    return await call(request, _meetings)


async def _meetings(request: Request, caller: Caller, mistake: Mistake | None = None) -> Response:
    deps = deps_of(request)
    found, directory = await deps.store.meetings.all(), await deps.store.directory.read()
    stand = [one for one in found if one.held_at is None and one.cancelled_at is None][::-1]
    today = deps.today()  # on its day a meeting is the next one, though it may have begun
    coming = [one for one in stand if london(one.starts_at).date() >= today]
    following = coming[0] if coming else None
    context = await frame(request, caller) | {
        "following": following,
        "agenda": await agenda_of(deps, following, rehearsal=False, at_most=PER_PAGE) if following else None,
        "coming": coming[1:],
        "unrecorded": [one for one in stand if one not in coming],
        "held": [one for one in found if one.held_at],
        "cancelled": [one for one in found if one.cancelled_at],
        "name": _names(directory),
        "register": _register(directory),
        "convenes": caller.holds(*CONVENERS),
    }
    return page(request, "crg.html", context | in_the_forms(mistake), status=422 if mistake else 200)


async def meeting(request: Request, id: str) -> Response:
    """One meeting: who came and what lay before them; before it is held, what lies before it now (G-2)."""
    caller = await _of_the_crg(request)
    if isinstance(caller, Response):
        return caller
    return await _meeting(request, caller, id)


async def as_paper(request: Request, id: str) -> Response:
    """The whole agenda, or the minutes, in Word; `?as=pdf` as PDF."""
    caller = await _of_the_crg(request)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    one = await _known(request, id)
    if one is None:
        return plain(request, "Page not found", f"No meeting is known as {id[:40]}.", status=404, frame=around)
    directory = await deps.store.directory.read()
    if one.record:
        agenda = Agenda.model_validate(one.record.agenda)
    else:
        agenda = (await agenda_of(deps, one, rehearsal=False, at_most=WHOLE)).agenda
    try:
        return await paper_of(deps, one, agenda, _names(directory), directory.partnership, wanted_as(request))
    except Problem as problem:
        return of_problem(request, problem, around)


async def _known(request: Request, id: str) -> Meeting | None:
    try:
        return await deps_of(request).store.meetings.get(id) if is_of_the_crg(id) else None
    except UnknownMeeting:
        return None


async def changed(request: Request, id: str, act: str) -> Response:
    """Move it, cancel it, record or amend who came, or try again what could not be delivered."""
    return await change(request, id, act, _meeting)


async def _meeting(request: Request, caller: Caller, id: str, mistake: Mistake | None = None) -> Response:
    deps, around = deps_of(request), await frame(request, caller)
    one = await _known(request, id)
    if one is None:
        return plain(request, "Page not found", f"No meeting is known as {id[:40]}.", status=404, frame=around)
    directory = await deps.store.directory.read()
    if one.record:
        agenda = cut_short(Agenda.model_validate(one.record.agenda), PER_PAGE)
    else:
        agenda = await agenda_of(deps, one, rehearsal=False, at_most=PER_PAGE)
    context = around | {
        "meeting": one,
        "agenda": agenda,
        "name": _names(directory),
        "mails": await mails_of(deps, one.id),
        "invited": await of_the_crg(deps, one.id),
        "convenes": caller.holds(*CONVENERS),
        "begun": one.starts_at <= deps.now(),
        "people": _who_may_have_come(directory, one.record.attended if one.record else []),
    }
    return page(request, "crg-meeting.html", context | in_the_forms(mistake), status=422 if mistake else 200)


async def actions(
    request: Request, show: str = "open", owner: str = "", agency: str = "", after: After = None
) -> Response:
    """The action log across cases (G-11): open, overdue or closed; an agency sees its own."""
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    if not caller.holds(*READERS, Role.AGENCY):
        return of_problem(request, not_for_you("This page", READERS), around)
    show = show if show in SHOWN else "open"
    overdue, closed = SHOWN[show]
    log, own, now = deps.store.actions, await own_actions(deps, caller), deps.now()
    try:
        found = await log.list(
            overdue=overdue,
            closed=closed,
            own=own,
            owner=owner or None,
            agency=agency or None,
            after=after,
            limit=PER_PAGE,
            now=now,
        )
    except BadCursor:
        begin = "Begin again with the list of actions."
        return plain(request, "This page of the list is not known", begin, status=422, frame=around)
    context = around | {
        "show": show,
        "lines": found.items,
        "next": found.next,
        "first": after is None,
        "agency": agency,
        "owner": owner,
        "agencies": await log.agencies(overdue=overdue, closed=closed, own=own, now=now),
        "name": _names(await deps.store.directory.read()),
    }
    return page(request, "actions.html", context)


async def _of_the_crg(request: Request) -> Caller | Response:
    """Somebody who may read the CRG's papers: every office but agency and observer."""
    return await holding(request, await reader(request), "This page", READERS)


_FIRST = (Role.CRG_CHAIR, Role.CRG_MEMBER, Role.BUSINESS_UNIT, Role.LEGAL_ADVISER, Role.INDEPENDENT_CHAIR)
_MAILBOXES = set(OUTSIDE)  # which come to no meeting


def _who_may_have_come(directory: Directory, came: list[str]) -> dict[str, list[tuple[str, str, str]]]:
    """The people of the directory as id, name and office: those whom the CRG is made of and works with, and the others.

    Who came and has left since is among them.
    """
    here = [one for one in directory.people if (one.active and not _MAILBOXES & set(one.roles)) or one.id in came]
    office = {role: place for place, role in enumerate(_FIRST)}
    place = {one.id: min((office[role] for role in one.roles if role in office), default=len(office)) for one in here}
    lines = {one.id: (one.id, one.name, one.job_title or one.roles[0].value.replace("-", " ")) for one in here}
    ordered = sorted(here, key=lambda one: (place[one.id], one.name))
    gone = [(id, id, "no longer in the directory") for id in came if id not in lines]
    return {
        "crg": [lines[one.id] for one in ordered if place[one.id] < len(office)],
        "others": [lines[one.id] for one in ordered if place[one.id] == len(office)] + gone,
    }


def _register(directory: Directory) -> list[Person]:
    """Who is of the CRG now: its Chair first, then its members and legal adviser by name (G-1)."""
    offices = (Role.CRG_CHAIR, Role.CRG_MEMBER, Role.LEGAL_ADVISER)
    found = [who for who in directory.people if who.active and set(offices) & set(who.roles)]
    return sorted(found, key=lambda who: (Role.CRG_CHAIR not in who.roles, who.name))


def _names(directory: Directory) -> Callable[[str], str]:
    names = directory.agency_names | directory.people_names
    return lambda id: names.get(id, id)
