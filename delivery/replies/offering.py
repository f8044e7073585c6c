"""What a mail says of replies: where they are read, and whether one counts as an answer."""

from dataclasses import dataclass, field
from typing import NamedTuple, Self

from delivery.replies.address import reply_address
from review.case.notices import Notice
from settings import ReplyMode, Settings

SIGN_OFF, COMMENT, RETURN = "sign-off", "comment", "return"


class Offered(NamedTuple):
    """What can be answered by a reply to one mail, and what such a reply counts for."""

    kind: str
    counts: bool
    at_once: bool = False


@dataclass(frozen=True)
class Replying:
    """Where replies are read (`mailbox`), and what each purpose makes of them; else whom people write to."""

    mailbox: str | None = None
    modes: dict[str, ReplyMode] = field(default_factory=dict)
    otherwise: str | None = None  # the Business Unit's address

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """As the settings have it."""
        return cls(settings.reads_replies_at, settings.reply_modes, settings.business_unit_mail)

    def address(self, message_id: str) -> str | None:
        """Where a reply to this mail goes: to the address that names it, else to the Business Unit."""
        return (reply_address(self.mailbox, message_id) if self.mailbox else None) or self.otherwise

    def offered(self, notice: Notice) -> Offered | None:
        """What the mail says of replies; None where there is nothing to answer, or replies are not read here."""
        kind = answered_by(notice)
        mode = self.modes.get(SIGN_OFF if kind == COMMENT else kind) if kind else None
        if kind is None or mode is None:
            return None
        return Offered(kind, counts=mode is not ReplyMode.OFF, at_once=mode is ReplyMode.TAKE)


def answered_by(notice: Notice) -> str | None:
    """What a reply to this mail would answer."""
    if notice.link and notice.link.purpose == SIGN_OFF:
        return COMMENT if notice.template.startswith("comment-") else SIGN_OFF
    if notice.link and notice.link.purpose == RETURN:
        return RETURN
    return None
