"""The meetings of a case, and who was invited to each, as pages and REST show them (R-2, R-6). Pure."""

from typing import Literal

from pydantic import AwareDatetime

from calendar_rules.model import Model
from review.case import reads
from review.case.state import CaseState
from review.facts.enums import RAPID_REVIEW_MEETING, SCOPING
from review.facts.rapid_review import ScopingMeetingHeld
from review.kit.meetings import invited
from review.own_part import agency_of_person


class InvitedView(Model):
    """Somebody who was invited, and what they answered last; nothing where they have not. `before_a_change`: they
    answered an earlier invitation, and the meeting has been changed since.
    """

    person: str
    answer: Literal["accepted", "declined", "tentative"] | None = None
    answered_at: AwareDatetime | None = None
    before_a_change: bool = False


class MeetingView(Model):
    """One meeting as calendars show it; `held`: it is recorded that it was. What was answered stands beside the case:
    whoever holds it fills it in.
    """

    meeting: str
    title: str
    starts_at: AwareDatetime
    minutes: int
    cancelled: bool = False
    held: bool = False
    invited: list[InvitedView] = []


def meeting_views(case: CaseState, agencies: set[str] | None = None) -> list[MeetingView]:
    """The meetings, the first first; for agencies those to which their own people were invited, with these alone."""
    found = []
    held = {SCOPING: case.last(ScopingMeetingHeld), RAPID_REVIEW_MEETING: reads.meeting_held(case)}
    for meeting, shown in sorted(case.invites.items(), key=lambda one: one[1].starts_at):
        people = [one for one in invited(case, meeting) if agencies is None or _speaks_for(case, one) & agencies]
        if people or agencies is None:
            plain = shown.model_dump(include={"title", "starts_at", "minutes", "cancelled"})
            plain |= {"meeting": meeting, "held": held.get(meeting) is not None}
            found.append(MeetingView(**plain, invited=[InvitedView(person=one) for one in people]))
    return found


def _speaks_for(case: CaseState, person: str) -> set[str]:
    led = {one.id for one in case.cast.agencies if person in (one.safeguarding_lead, one.senior_officer)}
    own = agency_of_person(case, person)
    return led | {own} if own else led
