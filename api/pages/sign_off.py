"""The sign-off page: one person, one round, one version (§2, D-8, R-11).

Mail scanners follow links: the first page shows nothing of the case, and its button opens the link for this browser.
The decision is a POST to the same address. What a link may still do is said by the case, not by the link.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from api.deps import deps_of
from api.handing_out import As, handed_out
from api.pages import papers
from api.pages.forms import fields, mistakes
from api.pages.intake import message_id, say, why
from api.pages.layout import HEADERS, page, plain, received
from api.pages.links import Visit, buttons, visit
from api.pages.sign_off_link import capacity, why_not
from api.problems import Problem
from delivery.papers.kinds import WORD
from delivery.papers.reading import as_html
from review.facts.enums import Verdict
from review.facts.practice_review import EarlyCommentGiven
from review.facts.report import DraftAgreed
from review.facts.signing import SignOffGiven
from review.kit.refusals import NoCommentGiven
from review.kit.refused_on_link import on_link
from review.links import LinkState, SignOffLink
from store.documents import StoredContent
from store.errors import KeyReused
from store.inbox import MessageStatus

PURPOSE = "sign-off"
COMMENT, NO_COMMENT = "comment", "no-comment"  # the answers to a request for early comment


class Asked(NamedTuple):
    """The link by which somebody came, and the round that it leads to."""

    visit: Visit
    link: SignOffLink

    @property
    def person(self) -> str:
        return self.visit.claims.person


class Ready(NamedTuple):
    """A link that can be used, and exactly the version that it asks for."""

    asked: Asked
    paper: StoredContent


def router() -> APIRouter:
    """The page, the answer, and the document on its own."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/s/{token}", show, methods=["GET"])
    routes.add_api_route("/s/{token}", decide, methods=["POST"])
    buttons(routes, PURPOSE)
    routes.add_api_route("/s/{token}/document", document, methods=["GET"])
    return routes


async def show(request: Request, token: str) -> Response:
    """What is asked, the version, and the form; or the plain page of a link that can do nothing any more."""
    asked = await _asked(request, token)
    ready = await _ready(request, asked) if isinstance(asked, Asked) else asked
    if isinstance(ready, Response):
        return ready
    deps, ref = deps_of(request), ready.asked.link.document
    place = (ready.asked.link.reference, ref.document, ref.version, ready.asked.person)
    await deps.store.openings.note(*place, at=deps.now())
    return _form(request, ready)


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
    fact, errors = _answer(asked, sent)
    return _form(request, ready, sent=sent, errors=errors) if fact is None else await _say(request, ready, sent, fact)


def _given(asked: Asked) -> str | None:
    """What this person has answered by now, as the form has it."""
    if asked.link.state is not LinkState.USED:
        return None
    return asked.link.verdict or (COMMENT if asked.link.comments else NO_COMMENT)


async def document(request: Request, token: str) -> Response:
    """The version to be signed, on its own."""
    asked = await _asked(request, token)
    ready = await _ready(request, asked) if isinstance(asked, Asked) else asked
    if isinstance(ready, Response):
        return ready
    return await paper_response(request, ready.paper, ready.asked.link.reference)


async def paper_response(request: Request, paper: StoredContent, reference: str) -> Response:
    """A kept document as a file: a paper as PDF, or in Word where that is asked for or no PDF can be made."""
    deps = deps_of(request)
    in_word = paper.media_type != WORD or request.query_params.get("as") == "word"
    try:
        return await handed_out(deps, paper, reference, As.KEPT if in_word else As.PDF, HEADERS)
    except Problem:
        return await handed_out(deps, paper, reference, As.KEPT, HEADERS)


async def _asked(request: Request, token: str) -> Asked | Response:
    found = await visit(request, PURPOSE, token)
    if isinstance(found, Response):
        return found
    if link := found.to_sign_off():
        return Asked(found, link)
    return plain(
        request,
        "This sign-off cannot be found",
        "The case does not know this request for a sign-off (yet).",
        "Try the link again in a few minutes. If it still does not work, ask the Business Unit.",
        status=404,
        partnership=found.head.partnership,
    )


async def _ready(request: Request, asked: Asked) -> Ready | Response:
    """The link with its version, known by its hash; or the plain page that says why it cannot be used."""
    link, partnership = asked.link, asked.link.partnership
    if link.state is not LinkState.OPEN:
        title, sentences = why_not(link)
        status = 403 if link.state is LinkState.NOT_ASKED else 410
        return plain(request, title, *sentences, status=status, partnership=partnership)
    ref = link.document
    paper = await deps_of(request).store.documents.get(link.reference, ref.document, ref.version)
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
    link = asked.link
    context: dict[str, Any] = {
        "partnership": link.partnership,
        "reference": link.reference,
        "name": asked.visit.name,
        "capacity": capacity(link),
        "round": link,
        "due": link.due,
        "overdue": link.late,
        "paper": papers.inline(as_html(paper.content)) if paper.media_type == WORD else None,
        "document_path": f"/s/{asked.visit.token}/document",
        "sent": {"verdict": "", "comments": ""} | dict(sent or {}),
        "errors": errors or {},
    }
    return page(request, "sign-off.html", context, status=status if errors else 200)


CALLED = {"comments": "Comments"}
_SIGNATURE = {"verdict": "Choose whether you approve this version or send it back", "comments": ""}


Answer = SignOffGiven | DraftAgreed | EarlyCommentGiven


def _answer(asked: Asked, sent: Mapping[str, str]) -> tuple[Answer | None, dict[str, str]]:
    """The fact that the form says: a sign-off, the CRG Chair's agreement (R-16), or early comment, which is neither
    (K-7); else what is wrong with it.
    """
    link, answer, comments = asked.link, sent.get("verdict", ""), sent.get("comments", "")
    if link.for_comment and answer not in (COMMENT, NO_COMMENT):
        return None, {"verdict": "Choose whether you have comments or none"}
    if link.for_comment and answer == COMMENT and not comments:
        return None, {"comments": on_link(NoCommentGiven.name())}
    try:
        if link.for_comment:
            none = answer == NO_COMMENT
            return EarlyCommentGiven(officer=asked.person, comments="" if none else comments, nothing_to_add=none), {}
        given = {
            "officer": asked.person,
            "sha256": link.document.sha256,
            "verdict": answer,
            "comments": comments,
        }
        fact: SignOffGiven | DraftAgreed
        if link.of_the_crg:
            fact = DraftAgreed.model_validate(given | {"version": link.document.version})
        else:
            fact = SignOffGiven.model_validate(given | {"round": link.round, "capacity": link.capacity})
    except ValidationError as wrong:
        return None, mistakes(wrong, _SIGNATURE, CALLED)
    wrong_in_it = asked.visit.wrong_in_itself(fact, link.speaker)
    return (None, {"comments": wrong_in_it}) if wrong_in_it else (fact, {})


async def _say(request: Request, ready: Ready, sent: Mapping[str, str], fact: Answer) -> HTMLResponse:
    """Say it; where the case refuses it, the form comes back with the reason and all that was written in it."""
    asked = ready.asked
    answer = sent["verdict"]
    key = message_id("sign-off", asked.visit.token, asked.link.round, asked.person, answer)
    try:
        outcome = await say(deps_of(request), asked.link.reference, fact, message=key, by=asked.link.speaker)
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
    partnership = asked.link.partnership
    return plain(request, "This answer has not been recorded", sentence, status=409, partnership=partnership)


def _received(request: Request, asked: Asked, answer: str, status: MessageStatus) -> HTMLResponse:
    one, approved = asked.link, answer in (Verdict.APPROVE, COMMENT, NO_COMMENT)
    did = _DONE[answer]
    line = f"You have {did} version {one.document.version} of “{one.title}”, case {asked.link.reference}."
    follows = f"When every {one.officer_title} has approved this version, the Business Unit submits it to the Panel."
    then = (
        [one.then or follows]
        if approved
        else ["The Business Unit and the CRG Chair are told.", "You will be asked to sign the new version."]
    )
    partnership, waiting = asked.link.partnership, status is MessageStatus.PENDING
    return received(request, line, *then, waiting=waiting, partnership=partnership)
