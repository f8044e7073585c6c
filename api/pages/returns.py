"""An agency's return page: what it is asked, what it has given, and the form (§2, D-6, R-3, R-4). Room: api.

Where the edition asks first whether the child or family was known, the page asks just that until it is answered (B-6).

Reading changes nothing. The children's names stand here, and only here, because nobody can search their files without;
the page is not kept by any browser. A late return is still taken; until the meeting a later version may replace it.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.intake import Body
from api.means import means_of
from api.pages.forms import fields
from api.pages.frame import page, plain, received
from api.pages.intake import message_id, say, why
from api.pages.links import visit
from api.pages.part import Part, Standing, why_not
from review.bodies import ReturnBody
from review.report import ReturnContent
from review.said.editions import AgencyKnew
from review.said.rapid_review import SeniorOfficersInformed
from store.errors import KeyReused
from store.inbox import MessageStatus

PURPOSE = "return"
PARTS = {"involvement": 40_000, "facts": 40_000, "safeguarding": 20_000, "learning": 20_000}
LONGEST_NAME = 300
NOT_RECORDED = "This has not been recorded."
KNOWN_MISSING = "Say whether the child or the family was known to your agency"
LATE = "It came after it was due and is marked late; it is taken all the same."
REPLACE = "Until {end} you can open the link in your email again and send a later version; earlier ones are kept."


def router() -> APIRouter:
    """The page, the return, and the word that the agency's senior officers know."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/r/{token}", show, methods=["GET"])
    routes.add_api_route("/r/{token}", give, methods=["POST"])
    routes.add_api_route("/r/{token}/whole", whole, methods=["GET"])
    routes.add_api_route("/r/{token}/known", say_whether_known, methods=["POST"])
    routes.add_api_route("/r/{token}/senior-officers", inform, methods=["POST"])
    return routes


async def show(request: Request, token: str) -> Response:
    """What is asked, about whom, by when, what has been given, and the form; or what is asked first."""
    part = await _part(request, token)
    if isinstance(part, Response):
        return part
    return _first(request, part) if part.asked_first else await _form(request, part)


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
    errors: dict[str, str] = {}
    if sent.get("known") not in ("yes", "no"):
        errors["known"] = KNOWN_MISSING
    if wrong := _name_error(sent.get("officer", ""), "Name the officer who answers"):
        errors["officer"] = wrong
    if errors:
        return _first(request, part, sent=sent, errors=errors)
    known = sent["known"] == "yes"
    fact = AgencyKnew(agency=part.agency, known=known, officer=sent["officer"])
    line = f"{part.agency_name} has answered that the child or family was known to it."
    more = ["The return itself is asked for next."]
    onward: tuple[str, str] | None = ("Give the return", f"/r/{token}/whole")
    if not known:
        line = f"The nil return of {part.agency_name}, case {part.visit.claims.reference}, has come in."
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
    sent = await fields(request)
    if errors := _errors(sent):
        return await _form(request, part, sent=sent, errors=errors)
    nil = sent["known"] == "no"
    content = None if nil else ReturnContent(**{name: sent.get(name, "") for name in PARTS})
    body = ReturnBody(agency=part.agency, officer=sent["officer"], nil=nil, content=content)
    key = message_id("return", part.visit.token, sent.get("once", ""), body.model_dump_json())
    what = "nil return" if nil else "return"
    line = f"The {what} of {part.agency_name}, case {part.visit.claims.reference}, has come in."

    async def again(why_not: str) -> HTMLResponse:
        return await _form(request, part, sent=sent, errors={"known": why_not}, status=409)

    return await _say(request, part, body, key, line, *([LATE] if part.late else []), _replace(part), again=again)


def _replace(part: Part) -> str:
    return REPLACE.format(end="the request is concluded" if part.visit.case.asked else "the rapid review meeting")


async def inform(request: Request, token: str) -> Response:
    """Take the word that the agency's senior officers know (R-3)."""
    part = await _part(request, token)
    if isinstance(part, Response):
        return part
    sent = await fields(request)
    officer = sent.get("senior_officer", "")
    if wrong := _name_error(officer, "Name the senior officer who knows of the request"):
        return await _form(request, part, sent=sent, errors={"senior_officer": wrong})
    fact = SeniorOfficersInformed(agency=part.agency, officer=officer)
    line = f"{part.agency_name} confirms that its senior officers know of this request."
    more = "The return itself is given on the page that the link in your email leads to."

    async def again(why_not: str) -> HTMLResponse:
        return await _form(request, part, sent=sent, errors={"senior_officer": why_not}, status=409)

    return await _say(request, part, fact, message_id("senior-officers", token, officer), line, more, again=again)


async def _part(request: Request, token: str) -> Part | Response:
    """The agency's part of the case; or the plain page that says why this link can do nothing."""
    found = await visit(request, PURPOSE, token)
    if isinstance(found, Response):
        return found
    part = Part(found)
    if part.standing is Standing.OPEN:
        return part
    title, sentences = why_not(part)
    status = 403 if part.standing in (Standing.NOT_ASKED, Standing.NOT_YOURS) else 410
    return plain(request, title, *sentences, status=status, partnership=found.case.partnership)


def _first(
    request: Request,
    part: Part,
    *,
    sent: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 422,
) -> HTMLResponse:
    """The one question that comes first, and about whom (B-6)."""
    case, clock = part.visit.case, part.known_clock
    context = {
        "partnership": case.partnership,
        "reference": case.reference,
        "agency": part.agency_name,
        "path": f"/r/{part.visit.token}",
        "children": case.children,
        "asked": case.asked,
        "due": clock.due if clock else None,
        "late": clock is not None and part.visit.now > clock.due,
        "returns_due": part.clock.due if part.clock else None,
        "expires_at": part.visit.claims.expires_at,
        "sent": dict.fromkeys(("known", "officer"), "") | dict(sent or {}),
        "errors": errors or {},
    }
    return page(request, "known.html", context, status=status if errors else 200)


async def _form(
    request: Request,
    part: Part,
    *,
    sent: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 422,
) -> HTMLResponse:
    case, clock = part.visit.case, part.clock
    content = await _content(request, part)
    context: dict[str, Any] = {
        "partnership": case.partnership,
        "reference": case.reference,
        "agency": part.agency_name,
        "path": f"/r/{part.visit.token}",
        "children": case.children,
        "asked": case.asked,
        "due": clock.due if clock else None,
        "late": part.late,
        "meeting_at": case.meeting_at,
        "given": part.given_fact,
        "given_at": part.given.happened_at if part.given else None,
        "content": content,
        "informed": part.informed,
        "expires_at": part.visit.claims.expires_at,
        "sent": _shown(part, content, sent),
        "errors": errors or {},
    }
    return page(request, "return.html", context, status=status if errors else 200)


def _shown(part: Part, content: ReturnContent | None, sent: Mapping[str, str] | None) -> dict[str, str]:
    """What stands in the form: what was just sent, else the latest version, to be changed, else nothing."""
    shown = dict.fromkeys((*PARTS, "known", "officer", "senior_officer"), "")
    if part.known:
        shown |= {"known": "yes" if part.known.known else "no", "officer": part.known.officer}
    if given := part.given_fact:
        shown |= {"known": "no" if given.nil else "yes", "officer": given.officer}
    if content:
        shown |= {name: getattr(content, name) for name in PARTS}
    # Each showing of the form is one message, however often its button is pressed.
    return shown | dict(sent or {}) | {"once": secrets.token_urlsafe(9)}


async def _content(request: Request, part: Part) -> ReturnContent | None:
    ref = part.given_fact.content if part.given_fact else None
    if ref is None:
        return None
    documents = means_of(request).store.documents
    kept = await documents.get(part.visit.claims.reference, ref.document, ref.version)
    return ReturnContent.model_validate_json(kept.content) if kept else None


def _errors(sent: Mapping[str, str]) -> dict[str, str]:
    errors: dict[str, str] = {}
    if sent.get("known") not in ("yes", "no"):
        errors["known"] = KNOWN_MISSING
    if sent.get("known") == "yes":
        if not sent.get("involvement"):
            errors["involvement"] = "Describe your agency's involvement with the child and family"
        for name, longest in PARTS.items():
            if len(sent.get(name, "")) > longest:
                errors[name] = f"This must be {longest:,} characters or fewer"
    if wrong := _name_error(sent.get("officer", ""), "Name the officer who answers for this return"):
        errors["officer"] = wrong
    return errors


def _name_error(name: str, missing: str) -> str | None:
    if not name:
        return missing
    return f"A name must be {LONGEST_NAME:,} characters or fewer" if len(name) > LONGEST_NAME else None


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
    case = part.visit.case
    try:
        outcome = await say(means_of(request), case.reference, body, message=message, by=part.speaker)
    except KeyReused:
        return await again(
            f"{NOT_RECORDED} Another answer came from this page before; send this one if it should count."
        )
    if outcome.status is MessageStatus.REFUSED:
        return await again(f"{NOT_RECORDED} {why(outcome)}")
    waiting = outcome.status is MessageStatus.PENDING
    return received(request, line, *more, waiting=waiting, partnership=case.partnership, onward=onward)
