"""Links in emails: signed, for one person at one address and one purpose (R-11).

A link carries a reference, offices' ids and a keyed fingerprint of the address it was sent to, never a name. It has no
date on which it ends: it ends with what it names (person, address, office, round or agency, case), which whoever reads
it checks at each use.
"""

import base64
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer
from pydantic import AwareDatetime

from calendar_rules.model import Model
from settings.keys import Keyring

PATHS = {"sign-off": "s", "return": "r", "answer": "a", "reading": "p"}
_FINGERPRINT = 16  # bytes


class BadLink(Exception):
    """A link that this system did not make, or that was made for another purpose."""


class LinkClaims(Model):
    """What a link says: for whom at which address, about what, made when and with which key."""

    reference: str
    subject: str  # the round with the capacity, as in "rapid-review-1:health"; the agency; the handover; the report
    person: str
    address: str  # keyed fingerprint of the address that it was sent to
    made_at: AwareDatetime
    key: str  # id of the key that signed it


class Links:
    """Makes and reads links. The newest key signs, every known key reads."""

    def __init__(
        self, keyring: Keyring, public_url: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._ids = keyring.ids
        self._secrets = keyring.derive("links")  # newest first
        self._addresses = keyring.derive("link-addresses")
        self._base = public_url.rstrip("/")
        self._now = now

    @property
    def newest_key(self) -> str:
        """Id of the key that signs."""
        return self._ids[0]

    def url(self, purpose: str, *, reference: str, subject: str, person: str, address: str) -> str:
        """The address for a mail to this person at this address."""
        made = int(self._now().timestamp() * 1000)
        reported = [reference, subject, person, _fingerprint(self._addresses[0], address), made]
        return f"{self._base}/{PATHS[purpose]}/{_text(self._signer(purpose, 0).dumps(reported))}"

    def read(self, purpose: str, token: str) -> LinkClaims:
        """The claims of a token. Raises BadLink where it is forged or for another purpose."""
        for number, key in enumerate(self._ids):
            try:
                reference, subject, person, address, made = self._signer(purpose, number).loads(token)
            except (BadData, ValueError, TypeError):
                continue
            made_at = datetime.fromtimestamp(made / 1000, UTC)
            return LinkClaims(
                reference=reference, subject=subject, person=person, address=address, made_at=made_at, key=key
            )
        raise BadLink("this link was not made here")

    def claims_of(self, *, reference: str, subject: str, person: str, address: str, made_at: datetime) -> LinkClaims:
        """What a link says that was made with a key of now or before: to see how one stands that is out."""
        fingerprint = _fingerprint(self._addresses[0], address)
        key = self.newest_key
        return LinkClaims(
            reference=reference, subject=subject, person=person, address=fingerprint, made_at=made_at, key=key
        )

    def is_of(self, claims: LinkClaims, address: str) -> bool:
        """Whether the link was sent to this address."""
        known = (_fingerprint(key, address) for key in self._addresses)
        return any(hmac.compare_digest(one, claims.address) for one in known)

    def opening(self, purpose: str, token: str) -> str:
        """The cookie of a browser in which somebody has opened this very link."""
        return _text(self._signer(f"open-{purpose}", 0).dumps(sha256(token.encode()).hexdigest()))

    def opened(self, purpose: str, token: str, cookie: str) -> bool:
        """Whether the cookie is that of this link."""
        for number in range(len(self._ids)):
            try:
                held = self._signer(f"open-{purpose}", number).loads(cookie)
            except (BadData, ValueError, TypeError):
                continue
            return bool(held == sha256(token.encode()).hexdigest())
        return False

    def _signer(self, purpose: str, number: int) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._secrets[number].hex(), salt=f"crg-link-{purpose}", signer_kwargs={"digest_method": sha256}
        )


def _fingerprint(key: bytes, address: str) -> str:
    found = hmac.digest(key, address.strip().casefold().encode(), sha256)[:_FINGERPRINT]
    return base64.urlsafe_b64encode(found).decode().rstrip("=")


def _text(token: str | bytes) -> str:
    return token if isinstance(token, str) else token.decode()
