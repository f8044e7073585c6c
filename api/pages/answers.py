"""A sub-group's page: the findings that were handed over to it, and its answer (§6, §7, G-10).

As with every link: the first page shows reference and purpose, and its button opens the findings for this browser.
"""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from api.deps import deps_of
from api.pages.forms import fields, mistakes
from api.pages.intake import message_id, say_or_why
from api.pages.layout import page, plain, received
from api.pages.links import buttons, visit
from delivery.words import moment
from review.facts.follow_up import SubGroupAnswered
from review.links import AnswerLink, LinkState
from store.inbox import MessageStatus

PURPOSE = "answer"
MISSING = {"answer": "Enter your sub-group's answer"}
CALLED = {"answer": "The answer"}


def router() -> APIRouter:
    """The page, and the answer."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/a/{token}", show, methods=["GET"])
    routes.add_api_route("/a/{token}", give, methods=["POST"])
    buttons(routes, PURPOSE)
    return routes


async def show(request: Request, token: str) -> Response:
    """What was handed over, and the form; or the plain page of a link that can do nothing any more."""
    link = await _link(request, token)
    return link if isinstance(link, Response) else _form(request, link)


async def give(request: Request, token: str) -> Response:
    """Take the sub-group's answer."""
    link = await _link(request, token)
    if isinstance(link, Response):
        return link
    sent = await fields(request)
    try:
        fact = SubGroupAnswered(handover=link.handover, answer=sent.get("answer", ""))
    except ValidationError as wrong:
        return _form(request, link, sent=sent, errors=mistakes(wrong, MISSING, CALLED))
    key = message_id("answer", token, fact.answer)
    words = {"reused": "Another answer of yours came first.", "refused": "This answer has not been recorded."}
    outcome = await say_or_why(deps_of(request), link.reference, fact, message=key, by=link.speaker, **words)
    if isinstance(outcome, str):
        return _form(request, link, sent=sent, errors={"answer": outcome}, status=409)
    line = f"The answer to the findings handed over to {link.to}, case {link.reference}, has come in."
    waiting = outcome.status is MessageStatus.PENDING
    then = "The Business Unit is told. Nothing more is needed from you."
    return received(request, line, then, waiting=waiting, partnership=link.partnership)


async def _link(request: Request, token: str) -> AnswerLink | Response:
    """What the link leads to; or the plain page that says why it can do nothing."""
    found = await visit(request, PURPOSE, token)
    if isinstance(found, Response):
        return found
    link = found.to_answer()
    if link and link.state is LinkState.OPEN:
        return link
    title, sentence, status = _why_not(link)
    return plain(request, title, sentence, status=status, partnership=found.head.partnership)


def _why_not(link: AnswerLink | None) -> tuple[str, str, int]:
    wrong = "If you think this is wrong, tell the Business Unit."
    if link is None:
        return "These findings are no longer handed over", f"Nothing is needed from you. {wrong}", 404
    if link.state is LinkState.USED and link.answered_at:
        given = f"The answer to these findings came in on {moment(link.answered_at)}. Nothing more is needed from you."
        return "Your sub-group has answered", f"{given} To add to it, tell the Business Unit.", 410
    if link.state is LinkState.ENDED:
        line = f"Case {link.reference} goes on in another case. Open the link in your latest email."
        return "Please answer in the other case", line, 410
    return "This request is no longer yours", f"Somebody else answers for this sub-group now. {wrong}", 403


def _form(
    request: Request,
    link: AnswerLink,
    *,
    sent: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 422,
) -> HTMLResponse:
    context = {
        "partnership": link.partnership,
        "reference": link.reference,
        "to": link.to,
        "findings": link.findings,
        "due": link.due,
        "late": link.late,
        "sent": {"answer": ""} | dict(sent or {}),
        "errors": errors or {},
    }
    return page(request, "answer.html", context, status=status if errors else 200)
