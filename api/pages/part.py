"""An agency's part of a case, as the person with its link sees it: what can still be done, and why not. Room: api."""

from dataclasses import dataclass
from enum import StrEnum

from api.pages.links import Visit
from delivery.words import moment
from review.clocks import Clock
from review.directory import Role, speaks_for
from review.facts import Speaker
from review.said.editions import AgencyKnew
from review.said.rapid_review import AgencyReturned, SeniorOfficersInformed
from review.told import Entry


class Standing(StrEnum):
    """What a link to a return can still do."""

    OPEN = "open"
    CLOSED = "closed"  # the meeting has been held with a return of this agency, or the review is submitted
    ENDED = "ended"
    NOT_ASKED = "not-asked"
    NOT_YOURS = "not-yours"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Part:
    """One agency's request and return."""

    visit: Visit

    @property
    def agency(self) -> str:
        return self.visit.claims.subject

    @property
    def agency_name(self) -> str:
        known = self.visit.directory.agencies
        return next((one.name for one in known if one.id == self.agency), self.agency)

    @property
    def clock(self) -> Clock | None:
        return self.visit.case.clocks.get(f"D-6:{self.agency}")

    @property
    def late(self) -> bool:
        """It is due and nothing has come."""
        return self.given is None and self.clock is not None and self.visit.now > self.clock.due

    @property
    def given(self) -> Entry | None:
        """The latest return."""
        return next(reversed(self.visit.case.answers_of(self.agency)), None)

    @property
    def given_fact(self) -> AgencyReturned | None:
        fact = self.given.said.fact if self.given else None
        if isinstance(fact, AgencyKnew):  # "not known to us" is a nil return (B-6)
            return AgencyReturned(agency=fact.agency, nil=True, officer=fact.officer)
        return fact if isinstance(fact, AgencyReturned) else None

    @property
    def informed(self) -> SeniorOfficersInformed | None:
        said = [one for one in self.visit.case.every(SeniorOfficersInformed) if one.agency == self.agency]
        return said[-1] if said else None

    @property
    def known_clock(self) -> Clock | None:
        return self.visit.case.clocks.get(f"D-6-known:{self.agency}")

    @property
    def known(self) -> AgencyKnew | None:
        """What the agency has said first, where the edition asks for it (B-6)."""
        return next((one for one in self.visit.case.every(AgencyKnew) if one.agency == self.agency), None)

    @property
    def asked_first(self) -> bool:
        """Whether "was the child or family known to you?" is still to be answered (B-6)."""
        return self.visit.case.known_first is not None and self.known is None and self.given is None

    @property
    def standing(self) -> Standing:
        case = self.visit.case
        if self.agency not in case.requests:
            return Standing.NOT_ASKED
        if not speaks_for([self.visit.claims.person], self.agency, case.cast):
            return Standing.NOT_YOURS
        if case.ended:
            return Standing.ENDED
        if case.submitted or (case.meeting_held and self.given):
            return Standing.CLOSED
        return Standing.EXPIRED if self.visit.expired else Standing.OPEN

    @property
    def speaker(self) -> Speaker:
        return Speaker(people=[self.visit.claims.person], roles=[Role.AGENCY])


def why_not(part: Part) -> tuple[str, list[str]]:
    """Heading and sentences for a link that can do nothing any more."""
    reference = part.visit.claims.reference
    match part.standing:
        case Standing.NOT_ASKED:
            return "No return is asked of your agency", [
                f"{part.agency_name} is not asked for a return in case {reference}.",
                "If you have something to tell the review, ask the Business Unit.",
            ]
        case Standing.NOT_YOURS:
            return "This request is no longer yours", [
                f"Somebody else now answers for {part.agency_name} in case {reference}.",
                "If you think this is wrong, tell the Business Unit.",
            ]
        case Standing.ENDED:
            return "The case has ended", [f"Case {reference} has ended, so no return is needed any more."]
        case Standing.EXPIRED:
            return "This link has expired", [
                f"It could be used until {moment(part.visit.claims.expires_at)}.",
                "If your agency's return is missing, give it in the portal, or send it to the Business Unit today.",
                "A late return is still taken, and the Business Unit can record it for you.",
            ]
        case _:
            held = f"The rapid review meeting of case {reference} has been held, with your agency's return before it."
            gone = f"The rapid review of case {reference} has been submitted to the Panel."
            return "Returns are closed", [
                held if part.given else gone,
                "If something in your return is wrong or missing, send the Business Unit a correction.",
            ]
