"""Forms by which the Business Unit enters when somebody is away and who stands in, or takes it out again.

They say the same as `PUT /v1/directory/people/{id}`, whose checks hold.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.auth import Caller
from api.broadcast import tell_of_directory
from api.deps import deps_of
from api.pages import directory as shown
from api.pages.auth import holding, writer
from api.pages.forms import fields
from api.pages.layout import HEADERS
from api.problems import of_store_error
from review.facts.directory import Directory, Person, Role
from store.errors import StoreError

PATH = f"{shown.PATH}/leave"
_MISSING = {
    "person": "Choose who is away",
    "since": "Enter the first day of the leave",
    "until": "Enter the last day of the leave",
    "stand_in": "Choose who stands in",
}
_OVERLAP = "This person has leave on one of these days already; take that out first"


def router() -> APIRouter:
    """`/directory/leave`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, enter, methods=["POST"])
    routes.add_api_route(f"{PATH}/out", take_out, methods=["POST"])
    return routes


async def enter(request: Request) -> Response:
    """Somebody is away from the first day to the last, and somebody else stands in."""
    caller = await _business_unit(request)
    if isinstance(caller, Response):
        return caller
    sent, directory = await fields(request), await deps_of(request).store.directory.read()
    known = {one.id: one for one in directory.people if one.active}
    errors = {name: text for name, text in _MISSING.items() if not _is_one(sent.get(name, ""), name, known)}
    if not errors and sent["until"] < sent["since"]:
        errors = {"until": "The last day must not be before the first"}
    if not errors and sent["stand_in"] == sent["person"]:
        errors = {"stand_in": "Choose somebody else: a person cannot stand in for themselves"}
    if errors:
        return await _again(request, caller, sent, errors)
    person = known[sent["person"]]
    given = {"since": sent["since"], "until": sent["until"], "stand_in": sent["stand_in"]}
    leave = [one.model_dump() for one in person.leave] + [given]
    return await _changed(request, caller, directory, person, leave, sent)


async def take_out(request: Request) -> Response:
    """A leave that was entered wrongly, or has been called off."""
    caller = await _business_unit(request)
    if isinstance(caller, Response):
        return caller
    sent, directory = await fields(request), await deps_of(request).store.directory.read()
    person = next((one for one in directory.people if one.id == sent.get("person")), None)
    kept = [one.model_dump() for one in person.leave if one.since.isoformat() != sent.get("since")] if person else []
    if person is None or len(kept) == len(person.leave):
        return await _again(request, caller, {}, {"person": "This leave is not in the directory any more"})
    return await _changed(request, caller, directory, person, kept, {})


async def _business_unit(request: Request) -> Caller | Response:
    return await holding(request, await writer(request), "Entering leave", (Role.BUSINESS_UNIT,))


def _is_one(value: str, name: str, known: Mapping[str, Person]) -> bool:
    if name in ("person", "stand_in"):
        return value in known
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


async def _changed(
    request: Request,
    caller: Caller,
    directory: Directory,
    person: Person,
    leave: list[dict[str, Any]],
    sent: Mapping[str, str],
) -> Response:
    """Put it into the directory, which checks it, and tell the live cases; or show what stands in the way."""
    deps = deps_of(request)
    try:
        body = Person.model_validate(person.model_dump() | {"leave": leave})
        changed = await deps.store.directory.put_person(
            body, by=caller.sub, people=caller.people, at=deps.now(), expected_version=directory.version
        )
    except ValidationError:
        return await _again(request, caller, sent, {"since": _OVERLAP})
    except StoreError as no:
        return await _again(request, caller, sent, {"stand_in": of_store_error(no).detail})
    await tell_of_directory(deps, changed, by=caller.speaker)
    return RedirectResponse(f"{shown.PATH}#leave", status_code=303, headers=HEADERS)


async def _again(request: Request, caller: Caller, sent: Mapping[str, str], errors: Mapping[str, str]) -> Response:
    return await shown.shown(request, caller, leave=shown.LeaveMistake(sent, errors))
