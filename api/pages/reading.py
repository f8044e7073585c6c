"""The page of an author from outside: the papers of the rapid review, and what the author has read of them (§2, R-10).

As with every link: the first page shows reference and purpose, and its button opens the papers for this browser.
"""

from collections.abc import Mapping
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.deps import deps_of
from api.pages.forms import fields
from api.pages.intake import message_id, say_or_why
from api.pages.layout import page, plain, received
from api.pages.links import Visit, buttons, visit
from api.pages.sign_off import paper_response
from review.facts import DocumentRef
from review.facts.rapid_review import ReturnsRead
from review.links import LinkState, ReadingLink
from store.inbox import MessageStatus

PURPOSE = "reading"
STANDS, DOES_NOT = "stands", "does-not-stand"
_TITLES = {
    "agenda": "Agenda of the rapid review meeting",
    "returns-pack": "Agency returns, collated",
    "meeting-record": "Record of the rapid review meeting",
    "rapid-review": "Draft report",
}


class Open(NamedTuple):
    """A link that can be used, and the visit by it."""

    visit: Visit
    link: ReadingLink


def router() -> APIRouter:
    """The page, what was read, and each paper on its own."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/p/{token}", show, methods=["GET"])
    routes.add_api_route("/p/{token}", read, methods=["POST"])
    buttons(routes, PURPOSE)
    routes.add_api_route("/p/{token}/{name}", document, methods=["GET"])
    return routes


async def show(request: Request, token: str) -> Response:
    """The papers, and the form where something is still to be read; or why the link can do nothing any more."""
    found = await _open(request, token)
    return found if isinstance(found, Response) else _form(request, found)


async def document(request: Request, token: str, name: str) -> Response:
    """One of the papers, as it is now."""
    found = await _open(request, token)
    if isinstance(found, Response):
        return found
    ref = next((one for one in found.link.papers if one.document == name), None)
    store = deps_of(request).store
    held = await store.documents.get(found.link.reference, name, ref.version) if ref else None
    if held is None:
        line = "This paper is not one that you can read here. Go back, and open one of those that the page shows."
        return plain(request, "We cannot find this paper", line, status=404, partnership=found.link.partnership)
    return await paper_response(request, held, found.link.reference)


async def read(request: Request, token: str) -> Response:
    """Take what the author has read, and whether the draft stands."""
    found = await _open(request, token)
    if isinstance(found, Response):
        return found
    link, sent = found.link, await fields(request)
    if not link.unread:
        return _form(request, found)  # a second click
    errors = {}
    if sent.get("read") != "yes":
        errors["read"] = "Confirm that you have read these returns"
    if link.draft and sent.get("stands") not in (STANDS, DOES_NOT):
        errors["stands"] = "Choose whether the draft stands"
    if errors:
        return _form(request, found, sent=sent, errors=errors)
    stands = sent["stands"] == STANDS if link.draft else None
    fact = ReturnsRead(reader=found.visit.claims.person, returns=link.unread, draft_stands=stands)
    key = message_id("reading", token, ",".join(f"{one}.{number}" for one, number in link.unread.items()))
    words = {"reused": "Another answer of yours came first.", "refused": "This has not been recorded."}
    outcome = await say_or_why(deps_of(request), link.reference, fact, message=key, by=link.speaker, **words)
    if isinstance(outcome, str):
        return _form(request, found, sent=sent, errors={"read": outcome}, status=409)
    names = " and ".join(link.names.values())
    line = f"It is recorded that you have read the returns of {names}, case {link.reference}."
    then = "If another return comes before the report is submitted, you get an email."
    if stands is False:
        then = "The Business Unit and the CRG Chair are told that the draft does not stand."
    waiting = outcome.status is MessageStatus.PENDING
    return received(request, line, then, waiting=waiting, partnership=link.partnership)


async def _open(request: Request, token: str) -> Open | Response:
    """What the link leads to; or the plain page that says why it can do nothing."""
    found = await visit(request, PURPOSE, token)
    if isinstance(found, Response):
        return found
    link = found.to_reading()
    if link.state is LinkState.OPEN:
        return Open(found, link)
    title, sentence, status = _WHY_NOT[link.state]
    return plain(request, title, sentence, status=status, partnership=link.partnership)


_WHY_NOT = {
    LinkState.CLOSED: ("The report has been submitted", "Nothing more is needed from you. Thank you.", 410),
    LinkState.ENDED: ("The case has ended", "Nothing more is needed from you.", 410),
    LinkState.NOT_YOURS: (
        "This request is no longer yours",
        "Somebody else is recorded as the author of the report. If you think this is wrong, tell the Business Unit.",
        403,
    ),
}


def _form(
    request: Request,
    found: Open,
    *,
    sent: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 422,
) -> HTMLResponse:
    link = found.link
    context = {
        "partnership": link.partnership,
        "reference": link.reference,
        "name": found.visit.name,
        "papers": [_shown(found.visit.token, one) for one in link.papers],
        "unread": list(link.names.values()),
        "draft": link.draft,
        "said_at": link.said_at,
        "sent": {"read": "", "stands": ""} | dict(sent or {}),
        "errors": errors or {},
    }
    return page(request, "reading.html", context, status=status if errors else 200)


def _shown(token: str, one: DocumentRef) -> dict[str, str]:
    title = f"{_TITLES.get(one.document, one.document)}, version {one.version}"
    return {"title": title, "path": f"/p/{token}/{one.document}"}
