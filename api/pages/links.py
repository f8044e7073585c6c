"""Who stands at the door: a link from an email, read and set beside its case. Room: api.

A link is no login: it lets one person do one thing. What it says counts only as far as the case still says so.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.means import means_of
from api.pages.frame import plain
from review.case import CaseState
from review.directory import Directory
from settings.keys import Keyring
from settings.links import BadLink, LinkClaims, Links


@dataclass(frozen=True)
class Visit:
    """One person with a link that was made here, and the case it leads to. `now` is the case's clock."""

    token: str
    claims: LinkClaims
    case: CaseState
    now: datetime
    directory: Directory

    @property
    def name(self) -> str:
        """The person's name where the directory knows it."""
        return next((who.name for who in self.directory.people if who.id == self.claims.person), self.claims.person)

    @property
    def expired(self) -> bool:
        return self.now > self.claims.expires_at


@lru_cache(maxsize=8)
def _links(keyring: Keyring, public_url: str) -> Links:
    return Links(keyring, public_url)


async def visit(request: Request, purpose: str, token: str) -> Visit | HTMLResponse:
    """Read a link. Where it was not made here, or leads to no case, the plain page that says so."""
    means = means_of(request)
    try:
        claims = _links(means.keyring, means.settings.public_url).read(purpose, token)
    except BadLink:
        return plain(
            request,
            "This link does not work",
            "It was not made here, or it has been cut short on its way.",
            "Open the link in the email again, or copy the whole of it into the address line of your browser.",
            "If it still does not work, ask the Business Unit to send it again.",
            status=403,
        )
    snapshot = await means.store.cases.get(claims.reference)
    if snapshot is None:
        return plain(
            request,
            "This case cannot be found",
            f"There is no case {claims.reference} here at the moment.",
            "Try the link again in a few minutes. If it still does not work, ask the Business Unit.",
            status=404,
        )
    case = CaseState.model_validate(snapshot.state)
    return Visit(token, claims, case, await means.case_now(snapshot), await means.store.directory.read())
