"""Facts of mails that have gone: a link is sent again or asked for, a mail came back, a reply was downloaded. R-11."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from review.facts.base import KNOWN, Fact, Hash, Known, KnownId, Reasons
from review.facts.directory import Role

_Purpose = Field(
    max_length=20, description="sign-off, return, answer or reading, as the list of the case's links has it"
)
_Subject = Field(min_length=1, max_length=120, description="what it is about, as the list of the case's links has it")


class LinkSentAgain(Fact):
    """The Business Unit sends the link of a mail again, to the address that the directory has now (R-11)."""

    title = "Link sent again"
    what_to_do = "Send the link again, to the address that the directory has now (R-11)."
    may_report = (Role.BUSINESS_UNIT,)
    instead_of_correcting = "withdraw the link, or send it again"
    sample = {
        "purpose": "return",
        "link_subject": "police",
        "person": "lead-police",
        "reason": "Sample: the email cannot be found.",
    }
    kind: Literal["link-sent-again"] = "link-sent-again"
    purpose: Known = _Purpose
    link_subject: Annotated[str, KNOWN] = _Subject
    person: KnownId = Field(description="whose link it is")
    reason: Reasons


class LinkAskedFor(Fact):
    """Somebody whose link has ended asks for a new one. It goes to the address that the directory has; one that the
    Business Unit has withdrawn only goes out again by the Business Unit (R-11).
    """

    title = "New link asked for"
    may_report = (
        Role.AGENCY,
        Role.ACCOUNTABLE_OFFICER,
        Role.DEPUTY,
        Role.CRG_CHAIR,
        Role.CRG_MEMBER,
        Role.INDEPENDENT_CHAIR,
        Role.SUB_GROUP,
        Role.LEGAL_ADVISER,
        Role.OBSERVER,
    )
    instead_of_correcting = "send the link again"
    sample = {"purpose": "return", "link_subject": "police", "person": "lead-police"}
    kind: Literal["link-asked-for"] = "link-asked-for"
    purpose: Known = _Purpose
    link_subject: Annotated[str, KNOWN] = _Subject
    person: KnownId = Field(description="who asks: yourself")
    withdrawn: bool = Field(default=False, description="the Business Unit had withdrawn it")


class MailUndelivered(Fact):
    """A mail server reports, after it had taken a mail, that it could not be delivered (R-11).

    The system reads it from the report that came back; the mail is a failed duty from then on.
    """

    title = "Email came back"
    may_report = (Role.BUSINESS_UNIT,)
    allowed_after_end = True
    by_system = True
    instead_of_correcting = "send the email again, or say how the person was told"
    sample = {
        "cause": "request:police",
        "mails": [{"cause": "request:police", "template": "returns-request", "to": "lead-police"}],
        "trouble": "no-such-person",
    }
    kind: Literal["mail-undelivered"] = "mail-undelivered"
    cause: Known = Field(max_length=1000, description="the cause as the mail bore it: each time it is sent, another")
    mails: list[dict[str, JsonValue]] = Field(
        min_length=1, description="what went in it, so that it can be sent again; as the log of mails has kept it"
    )
    trouble: Known = Field(max_length=40, description="why, as mails that are not taken have it")


class ReplyDownloaded(Fact):
    """The Business Unit downloads the reply to an email as it came, with all that is attached to it (B-8).

    The system says it when the button is pressed; it stands in the disclosure log.
    """

    title = "Reply to an email downloaded"
    may_report = (Role.BUSINESS_UNIT,)
    allowed_after_end = True
    by_system = True
    instead_of_correcting = "nothing: what was downloaded stays so"
    sample = {"mail": "0" * 64}
    kind: Literal["reply-downloaded"] = "reply-downloaded"
    mail: Hash = Field(description="SHA-256 of the email as it came")


LinkFact = LinkSentAgain | LinkAskedFor | MailUndelivered | ReplyDownloaded
