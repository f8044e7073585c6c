"""Whether the relay that we trust says that a mail is from its sender. What it does not say is never "pass".

A pass proves the mailbox, not the person. Only the topmost header of the one trusted relay is read: it takes away any
that came with the mail under its own name (RFC 8601, 5).
"""

from collections.abc import Iterable
from email.message import EmailMessage

from authres import FeatureContext, dmarc
from authres.core import AuthResError

_KNOWN = FeatureContext(dmarc)
NO_NAME = "-"  # what a relay is called in our settings that leaves its name out, as Microsoft's does


def passes(message: EmailMessage, trusted: str, domain: str) -> bool:
    """Whether DMARC passes for the domain of the sender, or DKIM with the domain itself or one above it."""
    return bool(domain) and any(_aligned(one, domain.lower()) for one in _results(message, trusted))


def denies(message: EmailMessage, trusted: str) -> bool:
    """Whether DMARC fails: the domain of the sender says that such a mail is none of its own."""
    return any(str(getattr(one, "method", "")) == "dmarc" and _is(one, "fail") for one in _results(message, trusted))


def _results(message: EmailMessage, trusted: str) -> Iterable[object]:
    for header in message.get_all("Authentication-Results", []) if trusted else ():
        found = _parsed(str(header), trusted)
        if found is not None:
            return found
    return ()


def _is(result: object, outcome: str) -> bool:
    return str(getattr(result, "result", "")).lower() == outcome


def _parsed(header: str, trusted: str) -> Iterable[object] | None:
    """The results of the trusted relay; None where the header is another's or cannot be read."""
    value = " ".join(header.split())
    first = value.partition(";")[0]
    if trusted == NO_NAME:
        if "=" not in first:
            return None
        value = f"relay; {value}"
    elif first.split()[:1] != [trusted] and first.strip().lower() != trusted.lower():
        return None
    try:
        return list(_KNOWN.parse(f"Authentication-Results: {value}").results)
    except (AuthResError, ValueError, IndexError, AttributeError):
        return []


def _aligned(result: object, domain: str) -> bool:
    method = str(getattr(result, "method", ""))
    if not _is(result, "pass"):
        return False
    if method == "dmarc":
        return str(getattr(result, "header_from", "") or "").lower() == domain
    if method == "dkim":
        signed = str(getattr(result, "header_d", "") or "").lower()
        return "." in signed and (domain == signed or domain.endswith(f".{signed}"))
    return False
