"""An agency's return page: what it is asked, what it has given, and the form (§2, D-6, R-3, R-4).

Where the edition asks first whether the child or family was known, the page asks just that until it is answered (B-6).

Reading changes nothing. The children's names stand here, and only here, because nobody can search their files without;
the page is shown only where somebody has opened the link by its button, and is not kept by any browser. A late return
is still taken; until the meeting a later version may replace it.
"""

import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from api.deps import deps_of
from api.intake import Body
from api.pages import return_files
from api.pages.forms import Chosen, fields, fields_with_files, mistakes
from api.pages.intake import message_id, say_or_why
from api.pages.layout import page, plain, received
from api.pages.links import buttons, visit
from api.pages.return_link import why_not
from api.problems import Problem
from calendar_rules.edition import ReturnHeading
from review.chapters.rapid_review.papers import ReturnBody, ReturnContent
from review.facts.editions import AgencyKnew
from review.facts.rapid_review import SeniorOfficersInformed
from review.links import LinkState, ReturnLink
from store.inbox import MessageStatus

PURPOSE = "return"
OFFICER_MISSING = "Name the officer who answers for this return"
NOT_RECORDED = "This has not been recorded."
CALLED = {"officer": "A name"}
KNOWN_MISSING = "Say whether the child or the family was known to your agency"
LATE = "It came after it was due and is marked late; it is taken all the same."
REPLACE = "Until {end} you can open the link in your email again and replace your return; earlier versions are kept."


B = TypeVar("B", ReturnBody, AgencyKnew)


class Part(NamedTuple):
    """One agency's request and return: the link by which somebody came, and what it leads to."""

    token: str
    link: ReturnLink


def router() -> APIRouter:
    """The page, the return, and the word that the agency's senior officers know."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/r/{token}", show, methods=["GET"])
    routes.add_api_route("/r/{token}", give, methods=["POST"])
    buttons(routes, PURPOSE)
    routes.add_api_route("/r/{token}/whole", whole, methods=["GET"])
    routes.add_api_route("/r/{token}/known", say_whether_known, methods=["POST"])
    routes.add_api_route("/r/{token}/senior-officers", inform, methods=["POST"])
    return routes


async def show(request: Request, token: str) -> Response:
    """What is asked, about whom, by when, what has been given, and the form; or what is asked first."""
    part = await _part(request, token)
    if isinstance(part, Response):
        return part
    return _first(request, part) if part.link.asks_whether_known else await _form(request, part)


async def whole(request: Request, token: str) -> Response:
    """The form of the return itself, for an agency that answers both at once."""
    part = await _part(request, token)
    return part if isinstance(part, Response) else await _form(request, part)


async def say_whether_known(request: Request, token: str) -> Response:
    """Take whether the child or family was known; "no", with its named officer, is the nil return (B-6, R-4)."""
    part = await _part(request, token)
    if isinstance(part, Response):
        return part
    sent = await fields(request)
    known = sent.get("known") == "yes"
    fact, errors = _read(
        AgencyKnew, {"officer": "Name the officer who answers"}, sent, agency=part.link.agency, known=known
    )
    if fact is None:
        return _first(request, part, sent=sent, errors=errors)
    line = f"{part.link.agency_name} has answered that the child or family was known to it."
    more = ["The return itself is asked for next."]
    onward: tuple[str, str] | None = ("Give the return", f"/r/{token}/whole")
    if not known:
        line = f"The nil return of {part.link.agency_name}, case {part.link.reference}, has come in."
        more = ["You need do nothing more, once your senior officers know of this request.", _replace(part)]
        onward = None
    key = message_id("known", token, sent["known"], sent["officer"])

    async def again(why_not: str) -> HTMLResponse:
        return _first(request, part, sent=sent, errors={"known": why_not}, status=409)

    return await _say(request, part, fact, key, line, *more, onward=onward, again=again)


async def give(request: Request, token: str) -> Response:
    """Take a return, or a nil return; the first or a later version."""
    part = await _part(request, token)
    if isinstance(part, Response):
        return part
    sent, chosen = await fields_with_files(request)
    if chosen or sent.get("remove"):
        return await _with_files(request, part, sent, chosen)
    nil = sent.get("known") != "yes"
    parts = [one.id for one in part.link.headings]
    named = [] if nil else return_files.named(sent)
    sent = return_files.referring(part.link.headings, sent, named)
    left = {} if nil else _left_out(part.link.headings, sent)
    content = None if nil or left else {name: sent.get(name, "") for name in parts}
    missing = dict.fromkeys(parts, "This cannot be read as text") | {"officer": OFFICER_MISSING}
    said = {"nil": nil or bool(left), "content": content, "files": named}
    body, errors = _read(ReturnBody, missing, sent, agency=part.link.agency, **said)
    errors = left | errors
    if body is None or left:
        return await _form(request, part, sent=sent, errors=errors)
    key = message_id("return", part.token, sent.get("once", ""), body.model_dump_json())
    what = "nil return" if nil else "return"
    line = f"The {what} of {part.link.agency_name}, case {part.link.reference}, has come in."

    async def again(why_not: str) -> HTMLResponse:
        return await _form(request, part, sent=sent, errors={"known": why_not}, status=409)

    return await _say(request, part, body, key, line, *([LATE] if part.link.late else []), _replace(part), again=again)


async def _with_files(request: Request, part: Part, sent: Mapping[str, str], chosen: Sequence[Chosen]) -> HTMLResponse:
    """The form again, with the files that were sent and what was read of them: nothing of it is recorded yet."""
    if any(one.box != return_files.BOX for one in chosen):
        raise Problem("file-not-taken")
    link = part.link
    by = link.speaker.people[0]
    kept = await return_files.taken(deps_of(request), link.reference, link.agency, link.headings, sent, chosen, by=by)
    news = [*kept.news, "Nothing is sent yet: check the answers, then send the return."]
    return await _form(request, part, sent=kept.sent, errors=kept.errors, news=news)


def _left_out(headings: Iterable[ReturnHeading], sent: Mapping[str, str]) -> dict[str, str]:
    """The headings that must be answered and are not, each with what to do; the first, where nothing is answered."""
    asked = list(headings)
    left = [one for one in asked if one.required and not sent.get(one.id)]
    if not left and not any(sent.get(one.id) for one in asked):
        left = asked[:1]
    return {one.id: f"Write something here: {one.title}" for one in left}


def _replace(part: Part) -> str:
    return REPLACE.format(end="the request is concluded" if part.link.asked else "the rapid review meeting")


async def inform(request: Request, token: str) -> Response:
    """Take the word that the agency's senior officers know (R-3)."""
    part = await _part(request, token)
    if isinstance(part, Response):
        return part
    sent = await fields(request)
    officer = sent.get("senior_officer", "")
    try:
        fact = SeniorOfficersInformed(agency=part.link.agency, officer=officer)
    except ValidationError as wrong:
        found = mistakes(wrong, {"officer": "Name the senior officer who knows of the request"}, CALLED)
        return await _form(request, part, sent=sent, errors={"senior_officer": found["officer"]})
    line = f"{part.link.agency_name} confirms that its senior officers know of this request."
    more = "The return itself is given on the page that the link in your email leads to."

    async def again(why_not: str) -> HTMLResponse:
        return await _form(request, part, sent=sent, errors={"senior_officer": why_not}, status=409)

    return await _say(request, part, fact, message_id("senior-officers", token, officer), line, more, again=again)


async def _part(request: Request, token: str) -> Part | Response:
    """The agency's part of the case; or the plain page that says why this link can do nothing."""
    found = await visit(request, PURPOSE, token)
    if isinstance(found, Response):
        return found
    link = found.to_return()
    if link.state is LinkState.OPEN:
        return Part(token, link)
    title, sentences = why_not(link)
    status = 403 if link.state in (LinkState.NOT_ASKED, LinkState.NOT_YOURS) else 410
    return plain(request, title, *sentences, status=status, partnership=link.partnership)


def _first(
    request: Request,
    part: Part,
    *,
    sent: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 422,
) -> HTMLResponse:
    """The one question that comes first, and about whom (B-6)."""
    link = part.link
    context = _heading(part) | {
        "due": link.known_due,
        "late": link.known_late,
        "returns_due": link.due,
        "sent": dict.fromkeys(("known", "officer"), "") | dict(sent or {}),
        "errors": errors or {},
    }
    return page(request, "known.html", context, status=status if errors else 200)


def _heading(part: Part) -> dict[str, Any]:
    """Who is asked, and about whom."""
    link = part.link
    return {
        "partnership": link.partnership,
        "reference": link.reference,
        "agency": link.agency_name,
        "path": f"/r/{part.token}",
        "children": link.children,
        "family": link.family,
        "homes": link.homes,
        "asked": link.asked,
    }


async def _form(
    request: Request,
    part: Part,
    *,
    sent: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 422,
    news: Sequence[str] = (),
) -> HTMLResponse:
    link, content = part.link, await _content(request, part)
    context = _heading(part) | {
        "due": link.due,
        "late": link.late,
        "meeting_at": link.meeting_at,
        "given": link.given,
        "given_at": link.given_at,
        "headings": link.headings,
        "content": content.root if content else None,
        "informed": link.informed,
        "sent": _shown(part, content, sent),
        "errors": errors or {},
        "news": news,
        "files": return_files.shown(sent or {}),
    }
    return page(request, "return.html", context, status=status if errors else 200)


def _shown(part: Part, content: ReturnContent | None, sent: Mapping[str, str] | None) -> dict[str, str]:
    """What stands in the form: what was just sent, else the latest version, to be changed, else nothing."""
    parts = [one.id for one in part.link.headings]
    shown = dict.fromkeys((*parts, "known", "officer", "senior_officer", return_files.HELD), "")
    if known := part.link.known:
        shown |= {"known": "yes" if known.known else "no", "officer": known.officer}
    if given := part.link.given:
        shown |= {"known": "no" if given.nil else "yes", "officer": given.officer}
    if content:
        shown |= {name: content.root.get(name, "") for name in parts}
    # Each showing of the form is one message, however often its button is pressed.
    return shown | dict(sent or {}) | {"once": secrets.token_urlsafe(9)}


async def _content(request: Request, part: Part) -> ReturnContent | None:
    ref = part.link.given.content if part.link.given else None
    if ref is None:
        return None
    documents = deps_of(request).store.documents
    kept = await documents.get(part.link.reference, ref.document, ref.version)
    return ReturnContent.model_validate_json(kept.content) if kept else None


def _read(
    kind: type[B], missing: Mapping[str, str], sent: Mapping[str, str], **given: Any
) -> tuple[B | None, dict[str, str]]:
    """What the form says; else what is missing in it, all at once."""
    errors = {} if sent.get("known") in ("yes", "no") else {"known": KNOWN_MISSING}
    try:
        read = kind.model_validate(given | {"officer": sent.get("officer", "")})
    except ValidationError as wrong:
        return None, errors | mistakes(wrong, missing, CALLED)
    return (None, errors) if errors else (read, {})


async def _say(
    request: Request,
    part: Part,
    body: Body,
    message: str,
    line: str,
    *more: str,
    again: Callable[[str], Awaitable[HTMLResponse]],
    onward: tuple[str, str] | None = None,
) -> HTMLResponse:
    """Say it; where it was not taken, the form comes back with the reason and all that was written in it."""
    link = part.link
    reused = f"{NOT_RECORDED} Another answer came from this page before; send this one if it should count."
    words = {"reused": reused, "refused": NOT_RECORDED}
    outcome = await say_or_why(deps_of(request), link.reference, body, message=message, by=link.speaker, **words)
    if isinstance(outcome, str):
        return await again(outcome)
    waiting = outcome.status is MessageStatus.PENDING
    return received(request, line, *more, waiting=waiting, partnership=link.partnership, onward=onward)
