"""Forms of the directory's own entries: a person or an agency added or changed, each with who and when (R-11).

They say the same as `PUT /v1/directory/people/{id}` and `PUT /v1/directory/agencies/{id}`, whose checks hold.
"""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import Caller
from api.broadcast import tell_of_directory
from api.deps import deps_of
from api.forms import filled
from api.forms.lists import of_directory
from api.forms.shown import FIXED, ONCE
from api.pages import directory as shown_in
from api.pages.auth import frame, holding, of_problem, reader
from api.pages.forms import boxes
from api.pages.kept import writer_with
from api.pages.layout import HEADERS
from api.pages.step_form import Sheet, begun, by_button, dropped, shown, tried
from api.problems import Problem, invalid
from review.facts.directory import Agency, Directory, Person, Role
from store import Store

PATH = f"{shown_in.PATH}/entries/{{kind}}"
_FASTER = (
    "Somebody else has changed this entry since you opened it. What you typed stands below; if you send it again, it "
    "takes the place of what they entered."
)
Entry = Person | Agency
Put = Callable[[Store], Callable[..., Awaitable[Directory]]]


class Kept(NamedTuple):
    """A kind of entry: its class, what it is called, where it is found and by what it is put into the directory."""

    model: type[Entry]
    called: str
    lead: str
    among: Callable[[Directory], list[Any]]
    put: Put
    picked: dict[str, str]
    without: tuple[str, ...] = ()


KINDS = {
    "person": Kept(
        Person,
        "a person",
        "Links and papers go to the address that stands here. A changed address, or an office gained, waits until a "
        "second person has confirmed it.",
        lambda held: held.people,
        lambda store: store.directory.put_person,
        {"agency": "agency", "delegate_of": "anybody"},
        without=("leave",),
    ),
    "agency": Kept(
        Agency,
        "an agency",
        "Enter its safeguarding lead and its senior officer as people first.",
        lambda held: held.agencies,
        lambda store: store.directory.put_agency,
        {"safeguarding_lead": "anybody", "senior_officer": "anybody"},
    ),
}


def router() -> APIRouter:
    """`/directory/entries/{kind}` for a new one, and with an id for one that is there."""
    routes = APIRouter(include_in_schema=False)
    for path in (PATH, f"{PATH}/{{id}}"):
        routes.add_api_route(path, show, methods=["GET"])
        routes.add_api_route(path, change, methods=["POST"])
    return routes


async def show(request: Request, kind: str, id: str = "") -> Response:
    """The form, with the entry as it stands."""
    found = await _found(request, await reader(request), kind, id)
    if isinstance(found, Response):
        return found
    caller, sheet, _, held = found
    if draft := await begun(request, caller, sheet):
        return shown(request, draft[0], draft[1] | {ONCE: [_tag(held)]})
    return shown(request, sheet, _typed(sheet, held))


async def change(request: Request, kind: str, id: str = "") -> Response:
    """Put what was typed into the directory and tell the live cases; or show the form with what stands in the way."""
    typed = await boxes(request)
    found = await _found(request, await writer_with(request, typed), kind, id)
    if isinstance(found, Response):
        return found
    caller, sheet, directory, held = found
    typed |= {"id": [held.id], FIXED: ["id"]} if held else {}
    if answer := await by_button(request, caller, sheet, typed):
        return answer
    if typed.get(ONCE) != [_tag(held)]:
        sheet.note = _FASTER
        return shown(request, sheet, typed | {ONCE: [_tag(held)]}, status=HTTPStatus.CONFLICT)
    deps, known = deps_of(request), KINDS[kind]

    async def said(body: Any, _: str) -> Directory:
        there = next((one for one in known.among(directory) if one.id == body.id), None)
        if held is None and there == body:  # a second click
            return directory
        if held is None and there is not None:
            raise invalid({"id": "stands for another entry already; choose one that nobody has"})
        kept = held.model_dump(include=set(known.without)) if held else {}
        return await known.put(deps.store)(
            known.model.model_validate(body.model_dump() | kept),
            by=caller.sub,
            people=caller.people,
            at=deps.now(),
            expected_version=directory.version,
        )

    changed = await tried(request, sheet, typed, said)
    if isinstance(changed, Response):
        return changed
    await dropped(request, caller, sheet)
    await tell_of_directory(deps, changed, by=caller.speaker)
    return RedirectResponse(shown_in.PATH, status_code=303, headers=HEADERS)


async def _found(
    request: Request, asking: Caller | Response, kind: str, id: str
) -> tuple[Caller, Sheet, Directory, Entry | None] | Response:
    """Who of the Business Unit asks, the form, the directory, and the entry that it changes: none where it adds one."""
    caller = await holding(request, asking, "Changing the directory", (Role.BUSINESS_UNIT,))
    if isinstance(caller, Response):
        return caller
    around = await frame(request, caller)
    known = KINDS.get(kind)
    directory = await deps_of(request).store.directory.read()
    held = next((one for one in known.among(directory) if one.id == id), None) if known and id else None
    if known is None or (id and held is None):
        return of_problem(request, Problem("not-found"), around)
    sheet = Sheet(
        model=known.model,
        title=f"Change the entry of {held.name}" if held else f"Add {known.called}",
        lead=known.lead,
        action=shown_in.PATH + f"/entries/{kind}" + (f"/{id}" if held else ""),
        back=(shown_in.PATH, "Directory"),
        button="Change the directory",
        lists=of_directory(directory),
        picked=known.picked,
        without=known.without,
        frame=around,
    )
    return caller, sheet, directory, held


def _typed(sheet: Sheet, held: Entry | None) -> dict[str, list[str]]:
    """What stands in the form at first; the id of an entry that is there stays."""
    if held is None:
        return filled(sheet.questions, {"active": True}) | {ONCE: [_tag(None)]}
    return filled(sheet.questions, held.model_dump(mode="json")) | {ONCE: [_tag(held)], FIXED: ["id"]}


def _tag(held: Entry | None) -> str:
    """Another one each time that the entry changes."""
    return sha256(held.model_dump_json().encode()).hexdigest()[:20] if held else "new"
