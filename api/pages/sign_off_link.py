"""The words for a sign-off's link: in which office somebody signs, and why it can do nothing any more (R-11)."""

from delivery.words import moment
from delivery.words import plain as in_words
from review.facts.enums import Verdict
from review.links import LinkState, RoundStatus, SignOffLink


def capacity(link: SignOffLink) -> str:
    """ "accountable officer (health)", or the deputy's words for it."""
    if link.signs_as:
        return in_words(link.signs_as)
    officer = f"{link.officer_title} ({in_words(link.capacity)})"
    return officer if link.as_officer else f"nominated deputy, for the {officer}"


_NOTHING = "Nothing more is needed from you."
_AGAIN = "If a new version is sent for sign-off, you will get a new email with a new link."
_ASKED_AGAIN = "If it is wanted again, you will get a new email with a new link."
_CLOSED = {
    RoundStatus.SENT_BACK: (
        "This version has been sent back",
        "An officer has asked for changes, so {what} can no longer be signed. Nothing is needed from you now.",
    ),
    RoundStatus.SUPERSEDED: (
        "There is a newer version",
        "A newer version has taken the place of {what}, which can no longer be signed.",
    ),
    RoundStatus.APPROVED: (
        "This version is approved",
        "Every sign-off of {what} has been given. Nothing is needed from you now.",
    ),
    RoundStatus.ANSWERED: (
        "Early comment is complete",
        "Everybody who was asked has answered on {what}. Nothing is needed from you now.",
    ),
    RoundStatus.CLOSED: (
        "Early comment is closed",
        "The Case Review Group waits no longer for early comment on {what}. Nothing is needed from you now.",
    ),
    RoundStatus.STOPPED: (
        "This sign-off has been stopped",
        "The case has ended, so {what} need not be signed any more.",
    ),
}


def why_not(link: SignOffLink) -> tuple[str, list[str]]:
    """Heading and sentences for a link that can do nothing any more."""
    what = f"version {link.document.version} of “{link.title}”"
    match link.state:
        case LinkState.USED if link.answered_at:
            did = "approved" if link.verdict is Verdict.APPROVE else "sent back" if link.verdict else "answered on"
            return "You have already answered", [f"You {did} {what} on {moment(link.answered_at)}.", _NOTHING, _AGAIN]
        case LinkState.ANSWERED if link.answered_at:
            who = "A nominated deputy" if link.by_deputy else "The officer asked"
            line = f"{who} answered for {in_words(link.capacity)} on {moment(link.answered_at)}."
            title = "This comment has been given" if link.for_comment else "This sign-off has been given"
            return title, [line, _NOTHING, _AGAIN]
        case LinkState.NOT_ASKED:
            return "This request is no longer yours", [
                f"You are no longer asked about {what}: the office for which you were asked has changed hands.",
                "If you think this is wrong, tell the Business Unit.",
            ]
        case LinkState.CLOSED if link.stopped_why:
            title, _ = _CLOSED[link.status]
            return title, [f"{what[0].upper()}{what[1:]} need not be signed now: {link.stopped_why}.", _ASKED_AGAIN]
        case _:
            title, line = _CLOSED[RoundStatus.STOPPED if link.state is LinkState.ENDED else link.status]
            return title, [line.format(what=what), *([] if link.status is RoundStatus.STOPPED else [_AGAIN])]
