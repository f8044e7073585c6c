"""The page on which a second person confirms changes of the directory, and where leave is entered (R-11)."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import Caller
from api.broadcast import tell_of_directory
from api.deps import Deps, deps_of
from api.forms.words import LABELS
from api.opening import editions_of
from api.pages.auth import frame, holding, reader, writer
from api.pages.forms import fields
from api.pages.layout import HEADERS, page
from api.problems import of_store_error
from api.timeline import ids_in
from delivery.naming import namer
from review.chapters.crg.register import warnings
from review.facts.confirming import CONFIRMERS, office_called
from review.facts.directory import Directory, EntryChange, Leave, Person
from store.errors import StoreError

# What a change of a field is called, where it went one way.
WENT = {
    ("Person.leave", "more"): "leave entered",
    ("Person.leave", "less"): "leave taken out",
    ("Person.roles", "more"): "office gained",
    ("Person.roles", "less"): "office given up",
    ("Person.active", "more"): "in office again",
    ("Person.active", "less"): "no longer in office",
    ("Agency.expected", "more"): "now usually expected to be involved",
    ("Agency.expected", "less"): "no longer usually expected to be involved",
    ("Agency.active", "more"): "takes part again",
    ("Agency.active", "less"): "no longer takes part",
}
SHOWN = 50
PATH = "/directory"


class LeaveMistake(NamedTuple):
    """A form of leave that could not be taken: what stood in it, and what is wrong, by field."""

    sent: Mapping[str, str]
    errors: Mapping[str, str]


def router() -> APIRouter:
    """`/directory`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, show, methods=["GET"])
    routes.add_api_route(f"{PATH}/{{person}}/confirmed", confirmed, methods=["POST"])
    return routes


async def show(request: Request) -> Response:
    """What waits to be confirmed, with a button for each; and what was changed lately."""
    caller = await holding(request, await reader(request), "The directory page", CONFIRMERS)
    return caller if isinstance(caller, Response) else await shown(request, caller)


async def confirmed(request: Request, person: str) -> Response:
    """Confirm the change as it was shown, and lead back; or show what stands in the way."""
    caller = await holding(request, await writer(request), "Confirming a change", CONFIRMERS)
    if isinstance(caller, Response):
        return caller
    deps, sent = deps_of(request), (await fields(request)).get("version", "")
    version = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else 0
    try:
        directory = await deps.store.directory.confirm(
            person, version=version, by=caller.sub, people=caller.people, at=deps.now()
        )
    except StoreError as no:
        return await shown(request, caller, mistake=of_store_error(no).detail)
    await tell_of_directory(deps, directory, by=caller.speaker)
    return RedirectResponse(PATH, status_code=303, headers=HEADERS)


async def shown(request: Request, caller: Caller, *, mistake: str = "", leave: LeaveMistake | None = None) -> Response:
    """The page; with what is wrong with a form that could not be taken."""
    deps = deps_of(request)
    directory = await deps.store.directory.read()
    people, name, ids = {who.id: who for who in directory.people}, namer(directory, whole=True), ids_in(directory)
    changes = await deps.store.directory.changes()
    context = await frame(request, caller) | {
        "waiting": [(one, people[one.person], _own(one.by, caller)) for one in directory.unconfirmed],
        "changes": [one for one in reversed(changes) if one.what][:SHOWN],
        "name": name,
        "fields": _fields,
        "office_called": lambda office: office_called(office, directory),
        "mistake": mistake,
        "warnings": [ids.sub(lambda found: name(found.group()), one) for one in _warnings(deps, directory)],
        "away": _away(directory, deps.today()),
        "agencies": sorted(directory.agencies, key=lambda one: one.name),
        "left": sorted((who for who in directory.people if not who.active), key=lambda who: who.name),
        "active": sorted((who for who in directory.people if who.active), key=lambda who: who.name),
        "sent": leave.sent if leave else {},
        "errors": leave.errors if leave else {},
    }
    return page(request, "directory.html", context, status=409 if mistake else 422 if leave else 200)


def _fields(entry: EntryChange) -> str:
    """What of an entry was changed, and which way; or as its form calls it."""
    fields = [(f"{entry.entry.capitalize()}.{one}", one) for one in entry.what]
    labels = [
        WENT.get((field, entry.how.get(one, ""))) or LABELS.get(field, one.replace("_", " ")) for field, one in fields
    ]
    return ", ".join(one[:1].lower() + one[1:] for one in labels)


def _warnings(deps: Deps, directory: Directory) -> list[str]:
    return warnings(directory, editions_of(deps), deps.today())


def _away(directory: Directory, today: date) -> list[tuple[Person, Leave]]:
    """Who is away, or will be: the first to go first."""
    found = [(who, one) for who in directory.people if who.active for one in who.leave if one.until >= today]
    return sorted(found, key=lambda one: one[1].since)


def _own(by: list[str], caller: Caller) -> bool:
    return bool(set(by) & set(caller.people))
