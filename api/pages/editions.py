"""The editions of the protocol that a case can be opened under, and in which deadlines they differ."""

from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.deps import deps_of
from api.opening import DEFAULT_EDITION, editions_of
from api.pages.auth import frame, reader
from api.pages.layout import page
from api.visibility import shown_agencies
from calendar_rules.edition import Edition
from delivery.words import plain

PATH = "/editions"


class Difference(NamedTuple):
    """One deadline as each edition has it, in their order; "none" where it has not."""

    rule: str
    title: str
    lengths: list[str]


def router() -> APIRouter:
    """`/editions`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, show, methods=["GET"])
    return routes


async def show(request: Request) -> Response:
    """The same as `GET /v1/editions` says, side by side."""
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    known = editions_of(deps_of(request))
    everything = await shown_agencies(deps_of(request), caller) is None
    context = await frame(request, caller) | {
        "editions": known,
        "default": DEFAULT_EDITION,
        "differences": differences(known),
        "live": await deps_of(request).store.cases.by_edition() if everything else None,
    }
    return page(request, "editions.html", context)


def differences(known: list[Edition]) -> list[Difference]:
    """The deadlines that are not the same in all of them."""
    rules = {id: rule for edition in reversed(known) for id, rule in edition.deadlines.items()}
    found = []
    for id, rule in sorted(rules.items()):
        lengths = [_length(edition, id) for edition in known]
        if len(set(lengths)) > 1:
            found.append(Difference(id, rule.title, lengths))
    return found


def _length(edition: Edition, id: str) -> str:
    rule = edition.deadlines.get(id)
    return f"{rule.length}, {plain(rule.owner)}" if rule else "none"
