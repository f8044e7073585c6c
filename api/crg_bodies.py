"""API: bodies and answers about a meeting of the CRG (G-2), each with an example."""

from typing import Annotated

from pydantic import AwareDatetime, ConfigDict, Field

from calendar_rules.edition import LONGEST, SHORTEST
from calendar_rules.model import Model
from review.facts.base import Id
from review.meetings import InvitedView
from store.mail_log import MailStatus
from store.meeting import Meeting

MEETING = r"crg-[0-9]{4}-[0-9]{2}-[0-9]{2}(-[0-9]{1,3})?"
Link = Annotated[str, Field(max_length=500, pattern=r"^(https?://\S+)?$", description="web address where to join")]
Minutes = Annotated[int, Field(ge=SHORTEST, le=LONGEST, description="how long it lasts")]
Reason = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S", description="kept with the meeting")]
Attended = Annotated[list[Id], Field(min_length=1, max_length=100)]
CALL = {"starts_at": "2027-03-04T10:00:00+00:00", "link": "https://meet.example.org/crg"}
MOVED = {"starts_at": "2027-03-11T10:00:00+00:00", "reason": "Sample: the Chair cannot come on the 4th."}
OFF = {"reason": "Sample: there is nothing before the Group."}
AMENDED = {
    "attended": ["crg-chair", "crg-health", "sbu-manager"],
    "notes": "Sample: every case on the agenda was considered.",
    "reason": "Sample: one who came was left out.",
}
HELD = {"attended": ["crg-chair", "sbu-manager"], "notes": "Sample: every case on the agenda was considered."}


class MeetingCall(Model):
    """A meeting of the CRG is called."""

    model_config = ConfigDict(extra="forbid")

    starts_at: AwareDatetime
    link: Link = ""
    minutes: Minutes | None = Field(default=None, description="left out: as the settings have it")


class MeetingMoved(Model):
    """A meeting of the CRG is set for another time, or another place to join, or to last longer or
    shorter; a link or length left out stays as it was.
    """

    model_config = ConfigDict(extra="forbid")

    starts_at: AwareDatetime
    reason: Reason
    link: Link | None = None
    minutes: Minutes | None = None


class MeetingCancelled(Model):
    """A meeting of the CRG does not take place."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class MeetingHeld(Model):
    """Who came to a meeting of the CRG, and what was noted."""

    model_config = ConfigDict(extra="forbid")

    attended: Attended
    notes: str = Field(default="", max_length=20_000)


class MeetingAmended(MeetingHeld):
    """What the record of a meeting should have said, whole, and why it did not."""

    reason: Reason


class MeetingMail(Model):
    """One mail about a meeting, and whether it could be delivered."""

    person: str
    subject: str
    sent_at: AwareDatetime
    status: MailStatus


class MeetingWhole(Meeting):
    """One meeting with its changes, and what was sent to whom: `refused` are those who have not been told."""

    mails: list[MeetingMail]
    invited: list[InvitedView] = Field(default=[], description="who is invited, and what they have answered")


class MeetingList(Model):
    """One page of meetings, the latest first; `next` goes into `after` for the following one."""

    items: list[Meeting]
    next: str | None
