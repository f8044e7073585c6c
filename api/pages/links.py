"""Who a link from an email lets in: it is checked against the directory and its case as they are now.

A link is no login: it lets one person do one thing. Until somebody presses the button of its first page, and in any
other browser, it shows its reference and its purpose only: mail scanners follow links.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.deps import Deps, deps_of
from api.pages.intake import message_id, say
from api.pages.layout import HEADERS, page, plain
from api.pages.tries import tries_of
from api.reading import Reading
from review import links as of_case
from review.facts import AnyFact, Speaker
from review.facts.directory import Directory
from review.facts.links import LinkAskedFor
from review.kit.live_links import LiveLink, replaced
from review.kit.notify import SIGN_OFF_LINK
from review.kit.refused_on_link import on_link
from review.links import AnswerLink, Head, ReadingLink, ReturnLink, SignOffLink
from settings.keys import Keyring
from settings.links import PATHS, BadLink, LinkClaims, Links

COOKIE = "crg_link"
LONGEST = 2000  # characters of a link
_ASK = "If you still need it, ask for a new one below, or sign in."


@dataclass(frozen=True)
class Visit:
    """One person with a link that was made here, and the case it leads to. `now` is the case's clock."""

    token: str
    claims: LinkClaims
    reading: Reading
    now: datetime
    directory: Directory

    @property
    def head(self) -> Head:
        return of_case.head(self.reading.case, self.claims.subject)

    def to_return(self) -> ReturnLink:
        """What the link of a return leads to."""
        claims = self.claims
        return of_case.return_link(self.reading.case, claims.subject, claims.person, self.directory, self.now)

    def to_sign_off(self) -> SignOffLink | None:
        """What the link of a sign-off leads to; None where the case does not know its round (yet)."""
        claims = self.claims
        return of_case.sign_off_link(self.reading.case, claims.subject, claims.person, self.directory, self.now)

    def to_answer(self) -> AnswerLink | None:
        """What the link of a sub-group leads to; None where the case does not know what was handed over (any more)."""
        claims = self.claims
        return of_case.answer_link(self.reading.case, claims.subject, claims.person, self.directory, self.now)

    def to_reading(self) -> ReadingLink:
        """What the link of an author from outside leads to."""
        return of_case.reading_link(self.reading.case, self.claims.person, self.directory, self.now)

    @property
    def name(self) -> str:
        """The person's name where the directory knows it."""
        return next((who.name for who in self.directory.people if who.id == self.claims.person), self.claims.person)

    def wrong_in_itself(self, fact: AnyFact, by: Speaker) -> str | None:
        """What the case would find wrong in a fact, whenever it is sent: its sentence."""
        refusal = of_case.wrong_in_itself(self.reading.case, fact, by, self.now)
        return on_link(refusal.name(), refusal.text) if refusal else None


@lru_cache(maxsize=8)
def _links(keyring: Keyring, public_url: str) -> Links:
    return Links(keyring, public_url)


def links_of(deps: Deps) -> Links:
    """What makes and reads the links of this installation."""
    return _links(deps.keyring, deps.settings.public_url)


async def visit(request: Request, purpose: str, token: str) -> Visit | HTMLResponse:
    """The visit of somebody who has opened this link in this browser; else the page that is shown instead."""
    found = await _arrived(request, purpose, token)
    if isinstance(found, HTMLResponse):
        return found
    if links_of(deps_of(request)).opened(purpose, token, request.cookies.get(COOKIE, "")):
        return found
    return _closed(request, found, purpose)


def buttons(routes: APIRouter, purpose: str) -> None:
    """What every link has beside its page: the button of the first page, and that of a link that has ended."""

    async def opened(request: Request, token: str) -> Response:
        return await open_link(request, purpose, token)

    async def again(request: Request, token: str) -> Response:
        return await ask_again(request, purpose, token)

    for name, press in (("open", opened), ("again", again)):
        routes.add_api_route(f"/{PATHS[purpose]}/{{token}}/{name}", press, methods=["POST"])


async def open_link(request: Request, purpose: str, token: str) -> Response:
    """The button of the first page: from now on this browser is shown what the link leads to."""
    found = await _arrived(request, purpose, token)
    if isinstance(found, HTMLResponse):
        return found
    deps, path = deps_of(request), f"/{PATHS[purpose]}/{token}"
    answer = RedirectResponse(path, status_code=303, headers=HEADERS)
    answer.set_cookie(
        COOKIE,
        links_of(deps).opening(purpose, token),
        path=path,
        httponly=True,
        samesite="lax",
        secure=deps.settings.public_url.startswith("https://"),
    )
    return answer


def _closed(request: Request, found: Visit, purpose: str) -> HTMLResponse:
    """The first page: reference, purpose, one button. What is sent without having opened it is not taken."""
    reference, partnership, for_comment = found.head
    context = {
        "partnership": partnership,
        "reference": reference,
        "purpose": "comment" if for_comment and purpose == SIGN_OFF_LINK else purpose,
        "path": f"/{PATHS[purpose]}/{found.token}/open",
        "sent": request.method == "POST",
    }
    return page(request, "link.html", context, status=403 if request.method == "POST" else 200)


async def _arrived(request: Request, purpose: str, token: str) -> Visit | HTMLResponse:
    """Read a link and see that it still counts, whatever it leads to."""
    deps = deps_of(request)
    if (claims := await _claims(deps, purpose, token)) is None:
        return _not_ours(request, token)
    directory = await known_to_the_case(deps, claims.reference)
    reading = await deps.readings.of(deps.store, claims.reference)
    if ended := await ending(deps, purpose, claims, directory, reading):
        again = f"/{PATHS[purpose]}/{token}/again" if ended in _ASKED_FOR else None
        return _dead(request, *_ENDED[ended], partnership=directory.partnership, again=again)
    if reading is None:
        return plain(
            request,
            "We cannot find this case",
            f"Case {claims.reference} is not here at the moment.",
            "Try the link again in a few minutes. If it still does not work, ask the Business Unit.",
            status=404,
        )
    return Visit(token, claims, reading, deps.case_now(reading.line), directory)


async def known_to_the_case(deps: Deps, reference: str) -> Directory:
    """The directory, with those whom this case asks by name and address alone (R-4)."""
    directory, reading = await deps.store.directory.read(), await deps.readings.of(deps.store, reference)
    return of_case.directory_with(reading.case, directory) if reading else directory


async def _claims(deps: Deps, purpose: str, token: str) -> LinkClaims | None:
    """What a link says, where it is one of ours for this purpose; else None."""
    links = links_of(deps)
    try:
        claims = links.read(purpose, token) if len(token) <= LONGEST else None
    except BadLink:
        return None
    return None if claims is None or await _of_an_old_key(deps, links, claims) else claims


async def _of_an_old_key(deps: Deps, links: Links, claims: LinkClaims) -> bool:
    """Whether it was signed with a key that had been replaced by then: an old key makes no new link."""
    if claims.key == links.newest_key:
        return False
    return claims.made_at >= await deps.store.links.signing_since(links.newest_key, deps.now())


class Ending(StrEnum):
    """Why a link has ended, whatever its case says."""

    LEFT = "left"
    MOVED = "moved"
    UNCONFIRMED = "unconfirmed"
    REVOKED = "revoked"
    REPLACED = "replaced"


async def ending(
    deps: Deps, purpose: str, claims: LinkClaims, directory: Directory, reading: Reading | None
) -> Ending | None:
    """Why the link has ended, whatever its case waits for; None where it has not."""
    person = next((who for who in directory.people if who.id == claims.person), None)
    if person is None or not person.active:
        return Ending.LEFT
    if not links_of(deps).is_of(claims, person.email):
        return Ending.MOVED
    if directory.waits(claims.person):
        return Ending.UNCONFIRMED
    revoked = await deps.store.links.revoked(
        reference=claims.reference, subject=claims.subject, person=claims.person, made_at=claims.made_at
    )
    if revoked:
        return Ending.REVOKED
    link = LiveLink(purpose, claims.subject, claims.person)
    return Ending.REPLACED if reading and replaced(reading.case, link, claims.made_at) else None


# A sentence for the person who opened the link, and what to do.
_ENDED = {
    Ending.LEFT: (
        "The person it was sent to no longer holds an office in the partnership's reviews.",
        "If you think this is wrong, tell the Business Unit.",
    ),
    Ending.MOVED: ("The email address that it was sent to has been changed in the directory since.", _ASK),
    Ending.UNCONFIRMED: (
        "Your entry in the directory was changed, and a second person has not confirmed the change yet.",
        "When it is confirmed, the link works again. You can sign in meanwhile.",
    ),
    Ending.REVOKED: ("The Business Unit has withdrawn it.", f"If you do not know why, ring them. {_ASK}"),
    Ending.REPLACED: (
        "The Business Unit has sent you a newer one since.",
        "Open the link in that email. If you cannot find it, ask for a new one below, or sign in.",
    ),
}


_ASKED_FOR = (Ending.MOVED, Ending.REVOKED, Ending.REPLACED)  # whose holder can ask for another


def _dead(request: Request, why: str, then: str, *, partnership: str, again: str | None) -> HTMLResponse:
    return plain(request, "This link no longer works", why, then, status=410, partnership=partnership, again=again)


async def ask_again(request: Request, purpose: str, token: str) -> Response:
    """The holder of a link that has ended asks for another: it goes to the address that the directory has now; where
    the Business Unit withdrew the link, the Business Unit is asked. Once a day; what became of it is not shown.
    """
    deps = deps_of(request)
    if (claims := await _claims(deps, purpose, token)) is None:
        return _not_ours(request, token)
    directory = await known_to_the_case(deps, claims.reference)
    reading = await deps.readings.of(deps.store, claims.reference)
    ended = await ending(deps, purpose, claims, directory, reading)
    if ended in _ASKED_FOR and reading:
        fact = LinkAskedFor(
            purpose=purpose, link_subject=claims.subject, person=claims.person, withdrawn=ended is Ending.REVOKED
        )
        roles = [role for one in directory.people if one.id == claims.person for role in one.roles]
        by = Speaker(people=[claims.person], roles=roles)
        day = deps.case_now(reading.line).date().isoformat()
        await say(deps, claims.reference, fact, message=message_id("link-asked-for", token, day), by=by)
    return plain(
        request,
        "We have your request",
        "If something is still asked of you, a new link goes to the address that the partnership has for you.",
        "Where the Business Unit withdrew the link, it has been asked to send you another.",
        status=200,
        partnership=directory.partnership,
    )


def _not_ours(request: Request, token: str) -> HTMLResponse:
    if wait := tries_of(request).wrong(request, token):
        again = f"Wait {-(-wait // 60)} minutes, then open the link in the email again."
        answer = plain(
            request,
            "Too many links that do not work",
            "Too many links that were not made here have been tried from your network, or for this request.",
            again,
            status=HTTPStatus.TOO_MANY_REQUESTS,
        )
        answer.headers["Retry-After"] = str(wait)
        return answer
    return plain(
        request,
        "This link does not work",
        "It was not made here, or part of it is missing.",
        "Open the link in the email again, or copy the whole of it into the address line of your browser.",
        "If it still does not work, ask the Business Unit to send it again.",
        status=403,
    )
