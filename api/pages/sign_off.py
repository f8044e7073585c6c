"""The sign-off page: one person, one round, one version (§2, D-8, R-11). Room: api.

Reading changes nothing, because mail scanners open links. The decision is a POST to the same address, which is its own
secret: it needs no cookie and no second token. What a link may still do is said by the case, not by the link.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.means import means_of
from api.pages import papers
from api.pages.asked import Asked, Standing, why_not
from api.pages.forms import fields
from api.pages.frame import HEADERS, page, plain, received
from api.pages.intake import message_id, say, why
from api.pages.links import visit
from calendar_rules.edition import Party
from review.rounds import clock_of_ask
from review.said.practice_review import EarlyCommentGiven
from review.said.report import SignOffGiven
from review.words import Verdict
from store.documents import StoredContent
from store.errors import KeyReused
from store.inbox import MessageStatus

PURPOSE = "sign-off"
HTML = "text/html"
COMMENT, NO_COMMENT = "comment", "no-comment"  # the answers to a request for early comment
LONGEST, LONGEST_COMMENT = 20_000, 10_000
# The document on its own: it may run nothing, load nothing, and send nothing.
PAPER_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"


class Ready(NamedTuple):
    """A link that can be used, and exactly the version that it asks for."""

    asked: Asked
    paper: StoredContent


def router() -> APIRouter:
    """The page, the answer, and the document on its own."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/s/{token}", show, methods=["GET"])
    routes.add_api_route("/s/{token}", decide, methods=["POST"])
    routes.add_api_route("/s/{token}/document", document, methods=["GET"])
    return routes


async def show(request: Request, token: str) -> Response:
    """What is asked, the version, and the form; or the plain page of a link that can do nothing any more."""
    asked = await _asked(request, token)
    ready = await _ready(request, asked) if isinstance(asked, Asked) else asked
    return _form(request, ready) if isinstance(ready, Ready) else ready


async def decide(request: Request, token: str) -> Response:
    """Approve, or send back with comments."""
    asked = await _asked(request, token)
    if isinstance(asked, Response):
        return asked
    sent = await fields(request)
    if (answer := _given(asked)) and sent.get("verdict") == answer:
        return _received(request, asked, answer, MessageStatus.RECORDED)  # a second click
    ready = await _ready(request, asked)
    if isinstance(ready, Response):
        return ready
    if errors := _comment_errors(sent) if asked.round.for_comment else _errors(sent):
        return _form(request, ready, sent=sent, errors=errors)
    return await _say(request, ready, sent)


def _given(asked: Asked) -> str | None:
    """What this person has answered by now, as the form has it."""
    if asked.ask is None or asked.standing is not Standing.USED:
        return None
    return asked.ask.verdict or (COMMENT if asked.ask.comments else NO_COMMENT)


async def document(request: Request, token: str) -> Response:
    """The version to be signed, on its own."""
    asked = await _asked(request, token)
    ready = await _ready(request, asked) if isinstance(asked, Asked) else asked
    if isinstance(ready, Response):
        return ready
    paper = ready.paper
    headers = HEADERS | {"Content-Security-Policy": PAPER_POLICY}
    if not paper.media_type.startswith(HTML):
        name = f"{ready.asked.visit.claims.reference}-{paper.document}-{paper.version}"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(paper.content, media_type=paper.media_type, headers=headers)


async def _asked(request: Request, token: str) -> Asked | Response:
    found = await visit(request, PURPOSE, token)
    if isinstance(found, Response):
        return found
    round_id, _, capacity = found.claims.subject.partition(":")
    one = next((one for one in found.case.rounds if one.id == round_id), None)
    if one is not None:
        return Asked(found, one, one.ask_of(found.claims.person, capacity))
    return plain(
        request,
        "This sign-off cannot be found",
        "The case does not know this request for a sign-off (yet).",
        "Try the link again in a few minutes. If it still does not work, ask the Business Unit.",
        status=404,
        partnership=found.case.partnership,
    )


async def _ready(request: Request, asked: Asked) -> Ready | Response:
    """The link with its version, known by its hash; or the plain page that says why it cannot be used."""
    partnership = asked.visit.case.partnership
    if asked.standing is not Standing.OPEN:
        title, sentences = why_not(asked)
        status = 403 if asked.standing is Standing.NOT_ASKED else 410
        return plain(request, title, *sentences, status=status, partnership=partnership)
    ref = asked.round.document
    paper = await means_of(request).store.documents.get(asked.visit.case.reference, ref.document, ref.version)
    if paper is not None and paper.sha256 == ref.sha256:
        return Ready(asked, paper)
    return plain(
        request,
        "The document cannot be shown",
        f"Version {ref.version} as it was sent for sign-off is not at hand, so it cannot be signed now.",
        "Please tell the Business Unit. Nothing has been recorded.",
        status=503,
        partnership=partnership,
    )


def _form(
    request: Request,
    ready: Ready,
    *,
    sent: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 422,
) -> HTMLResponse:
    asked, paper = ready
    case, ask = asked.visit.case, asked.ask
    clock = case.clocks.get(clock_of_ask(asked.round, ask)) if ask else None
    context: dict[str, Any] = {
        "partnership": case.partnership,
        "reference": case.reference,
        "name": asked.visit.name,
        "capacity": asked.capacity,
        "round": asked.round,
        "due": clock.due if clock else None,
        "overdue": clock.overdue(asked.visit.now) if clock else False,
        "paper": papers.inline(paper.content.decode()) if paper.media_type.startswith(HTML) else None,
        "document_path": f"/s/{asked.visit.token}/document",
        "expires_at": asked.visit.claims.expires_at,
        "sent": {"verdict": "", "comments": ""} | dict(sent or {}),
        "errors": errors or {},
    }
    return page(request, "sign-off.html", context, status=status if errors else 200)


def _errors(sent: Mapping[str, str]) -> dict[str, str]:
    verdict, comments = sent.get("verdict", ""), sent.get("comments", "")
    if verdict not in set(Verdict):
        return {"verdict": "Choose whether you approve this version or send it back"}
    if verdict == Verdict.SEND_BACK and not comments:
        return {"comments": "Say what should change: a draft is sent back with comments"}
    if verdict == Verdict.SEND_BACK and len(comments) > LONGEST:
        return {"comments": f"Comments must be {LONGEST:,} characters or fewer"}
    return {}


def _comment_errors(sent: Mapping[str, str]) -> dict[str, str]:
    answer, comments = sent.get("verdict", ""), sent.get("comments", "")
    if answer not in (COMMENT, NO_COMMENT):
        return {"verdict": "Choose whether you have comments or none"}
    if answer == COMMENT and not comments:
        return {"comments": "Give your comments, or choose that you have none"}
    if answer == COMMENT and len(comments) > LONGEST_COMMENT:
        return {"comments": f"Comments must be {LONGEST_COMMENT:,} characters or fewer"}
    return {}


def _answer(asked: Asked, sent: Mapping[str, str]) -> SignOffGiven | EarlyCommentGiven:
    """The fact that the form says: a sign-off, or early comment, which is none (K-7)."""
    person, answer, comments = asked.visit.claims.person, sent["verdict"], sent.get("comments", "")
    if asked.round.for_comment:
        none = answer == NO_COMMENT
        return EarlyCommentGiven(officer=person, comments="" if none else comments, nothing_to_add=none)
    return SignOffGiven(
        round=asked.round.id,
        officer=person,
        capacity=asked.ask.capacity if asked.ask else "",
        sha256=asked.round.document.sha256,
        verdict=Verdict(answer),
        comments=comments if answer == Verdict.SEND_BACK else "",
    )


async def _say(request: Request, ready: Ready, sent: Mapping[str, str]) -> HTMLResponse:
    """Say it; where the case refuses it, the form comes back with the reason and all that was written in it."""
    asked = ready.asked
    fact, answer = _answer(asked, sent), sent["verdict"]
    key = message_id("sign-off", asked.visit.token, asked.round.id, asked.visit.claims.person, answer)
    try:
        outcome = await say(means_of(request), asked.visit.case.reference, fact, message=key, by=asked.speaker)
    except KeyReused:
        return _not_taken(request, asked, "An answer of yours with other comments came before; that one counts.")
    if outcome.status is MessageStatus.REFUSED:
        reason = f"This answer has not been recorded. {why(outcome)}"
        return _form(request, ready, sent=sent, errors={"verdict": reason}, status=409)
    return _received(request, asked, answer, outcome.status)


_DONE = {
    Verdict.APPROVE: "approved",
    Verdict.SEND_BACK: "sent back",
    COMMENT: "commented on",
    NO_COMMENT: "answered that you have no comments on",
}


def _not_taken(request: Request, asked: Asked, sentence: str) -> HTMLResponse:
    partnership = asked.visit.case.partnership
    return plain(request, "This answer has not been recorded", sentence, status=409, partnership=partnership)


def _received(request: Request, asked: Asked, answer: str, status: MessageStatus) -> HTMLResponse:
    one, approved = asked.round, answer in (Verdict.APPROVE, COMMENT, NO_COMMENT)
    did = _DONE[answer]
    line = f"You have {did} version {one.document.version} of “{one.title}”, case {asked.visit.case.reference}."
    officer = asked.visit.case.edition.title_of(Party.ACCOUNTABLE_OFFICER)
    follows = f"When every {officer} has approved this version, the Business Unit submits it to the Panel."
    then = (
        [one.then or follows]
        if approved
        else ["The Business Unit and the CRG Chair are told.", "You will be asked to sign the new version."]
    )
    partnership, waiting = asked.visit.case.partnership, status is MessageStatus.PENDING
    return received(request, line, *then, waiting=waiting, partnership=partnership)
