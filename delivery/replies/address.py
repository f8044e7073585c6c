"""Reply addresses: `case-reviews+k7x…@partnership.example.org`, one for each mail that can be answered.

The part after the plus is the Message-ID of that mail in other letters. That is keyed, so nobody can make up another's;
and the log of mails says to whom it went, about what, and by that for which version. So no table is needed, and a reply
whose address was lost on the way is still known by its In-Reply-To.
"""

import base64
import re

_OURS = re.compile(r"<([0-9a-f]{30})[0-9a-f]*@([^>\s]+)>")  # the Message-IDs that the log of mails makes
_LOCAL = re.compile(r"\+([a-z2-7]{24})$")
LONGEST_LOCAL = 64  # characters before the @ (RFC 5321, 4.5.3.1.1)


def reply_address(mailbox: str, message_id: str) -> str | None:
    """The address at which a reply to this mail is read; None where the Message-ID is none of ours."""
    found, (local, _, domain) = _OURS.fullmatch(message_id), mailbox.rpartition("@")
    if found is None:
        return None
    token = base64.b32encode(bytes.fromhex(found[1])).decode().lower()
    whole = f"{local}+{token}"
    return f"{whole}@{domain}" if len(whole) <= LONGEST_LOCAL else None


def mail_of_address(address: str) -> str | None:
    """With what the Message-ID of the answered mail begins, after its bracket; None for any other address."""
    found = _LOCAL.search(address.rpartition("@")[0].lower())
    return base64.b32decode(found[1].upper()).hex() if found else None


def mail_of_message_id(message_id: str) -> str | None:
    """The same, of an In-Reply-To or of one of the References."""
    found = _OURS.fullmatch(message_id.strip())
    return found[1] if found else None
