"""What a link to a sign-off can still do, and the words for what it cannot (R-11). Room: api.

The link says who and which round; the case says whether that still counts.
"""

from dataclasses import dataclass
from enum import StrEnum

from api.pages.links import Visit
from calendar_rules.edition import Party
from delivery.words import moment
from delivery.words import plain as in_words
from review.facts import Speaker
from review.offices import MAY_SAY
from review.sign_off import Ask, Round, RoundStatus, of_a_partner, office
from review.words import Verdict


class Standing(StrEnum):
    """What a link to a sign-off can still do."""

    OPEN = "open"
    USED = "used"  # this person has answered
    ANSWERED = "answered"  # somebody else has, for the same partner
    CLOSED = "closed"  # the round is over: sent back, superseded, approved, stopped
    NOT_ASKED = "not-asked"  # the office has passed to somebody else
    EXPIRED = "expired"


@dataclass(frozen=True)
class Asked:
    """The round that a link leads to, and this person's part in it."""

    visit: Visit
    round: Round
    ask: Ask | None

    @property
    def standing(self) -> Standing:
        if self.ask is None:
            return Standing.NOT_ASKED if self.round.open else Standing.CLOSED
        if self.ask.answered:
            return Standing.USED if self.ask.given_by == self.visit.claims.person else Standing.ANSWERED
        if not self.round.open:
            return Standing.CLOSED
        return Standing.EXPIRED if self.visit.expired else Standing.OPEN

    @property
    def capacity(self) -> str:
        """ "accountable officer (health)", or the deputy's words for it."""
        if self.ask is None:
            return ""
        if not of_a_partner(self.ask.capacity):
            return in_words(office(self.ask.capacity))
        partner = in_words(self.ask.capacity)
        officer = self.visit.case.edition.title_of(Party.ACCOUNTABLE_OFFICER)
        if self.visit.claims.person == self.ask.officer:
            return f"{officer} ({partner})"
        return f"nominated deputy, for the {officer} ({partner})"

    @property
    def speaker(self) -> Speaker:
        """The person of the link, in the offices in which they may sign."""
        person = self.visit.claims.person
        member = self.visit.case.cast.person(person)
        held = member.roles if member else []
        signing = MAY_SAY["early-comment-given" if self.round.for_comment else "sign-off-given"]
        return Speaker(people=[person], roles=[role for role in held if role in signing])


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


def why_not(asked: Asked) -> tuple[str, list[str]]:
    """Heading and sentences for a link that can do nothing any more."""
    one, ask = asked.round, asked.ask
    what = f"version {one.document.version} of “{one.title}”"
    match asked.standing:
        case Standing.USED if ask and ask.given_at:
            did = "approved" if ask.verdict is Verdict.APPROVE else "sent back" if ask.verdict else "answered on"
            return "You have already answered", [f"You {did} {what} on {moment(ask.given_at)}.", _NOTHING, _AGAIN]
        case Standing.ANSWERED if ask and ask.given_at:
            who = "A nominated deputy" if ask.as_deputy else "The officer asked"
            line = f"{who} answered for {in_words(ask.capacity)} on {moment(ask.given_at)}."
            title = "This comment has been given" if one.for_comment else "This sign-off has been given"
            return title, [line, _NOTHING, _AGAIN]
        case Standing.NOT_ASKED:
            return "This request is no longer yours", [
                f"Somebody else is now asked about {what}, because the office has changed hands.",
                "If you think this is wrong, tell the Business Unit.",
            ]
        case Standing.EXPIRED:
            return "This link has expired", [
                f"It could be used until {moment(asked.visit.claims.expires_at)}.",
                f"Your answer on {what} is still missing: sign in to the portal and give it there today.",
                "If you cannot sign in, tell the Business Unit.",
            ]
        case Standing.CLOSED if one.status is RoundStatus.STOPPED and one.stopped_why:
            title, _ = _CLOSED[one.status]
            return title, [f"{what[0].upper()}{what[1:]} need not be signed now: {one.stopped_why}.", _ASKED_AGAIN]
        case _:
            title, line = _CLOSED[one.status]
            return title, [line.format(what=what), *([] if one.status is RoundStatus.STOPPED else [_AGAIN])]
