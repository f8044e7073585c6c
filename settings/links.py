"""Links in emails: signed, expiring, for one person and one purpose (R-11). Room: settings.

A link carries a reference and offices' ids, never a person's name. What it leads to decides whether it still counts.
"""

from datetime import UTC, datetime
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer
from pydantic import AwareDatetime, BaseModel

from settings.keys import Keyring

PATHS = {"sign-off": "s", "return": "r"}


class BadLink(Exception):
    """A link that this system did not make, or that was made for another purpose."""


class LinkClaims(BaseModel):
    """What a link says: for whom, about what, until when (the case's clock)."""

    reference: str
    subject: str  # the round, or the agency
    person: str
    expires_at: AwareDatetime


class Links:
    """Makes and reads links. The newest key signs, every known key reads."""

    def __init__(self, keyring: Keyring, public_url: str) -> None:
        self._secrets = [key.hex() for key in reversed(keyring.derive("links"))]  # itsdangerous signs with the last
        self._base = public_url.rstrip("/")

    def url(self, purpose: str, claims: LinkClaims) -> str:
        """The address for the mail. The same claims always give the same link."""
        token = self._serializer(purpose).dumps(
            [claims.reference, claims.subject, claims.person, int(claims.expires_at.timestamp())]
        )
        return f"{self._base}/{PATHS[purpose]}/{token if isinstance(token, str) else token.decode()}"

    def read(self, purpose: str, token: str) -> LinkClaims:
        """The claims of a token. Raises BadLink where it is forged or for another purpose; expiry is for the reader."""
        try:
            reference, subject, person, expires = self._serializer(purpose).loads(token)
        except (BadData, ValueError, TypeError) as error:
            raise BadLink("this link was not made here") from error
        return LinkClaims(
            reference=reference, subject=subject, person=person, expires_at=datetime.fromtimestamp(expires, UTC)
        )

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._secrets, salt=f"crg-link-{purpose}", signer_kwargs={"digest_method": sha256})
