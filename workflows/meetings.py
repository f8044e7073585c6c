"""§2 The scoping meeting and the rapid review meeting, with their invitations. Room: workflows. R-2, R-6, D-4."""

from datetime import datetime
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from review.directory import Role
    from review.notices import Rendering
    from review.said.rapid_review import (
        AgencyAdded,
        RapidReviewMeetingHeld,
        RapidReviewMeetingMoved,
        ReturnsRequested,
        ScopingMeetingArranged,
        ScopingMeetingHeld,
    )
    from review.words import Stage
    from workflows.ground import Ground

INVITED = "rapid-review-invite:1"  # cause of the first invitations to the rapid review meeting


class Meetings(Ground):
    """The two meetings of the rapid review."""

    async def scoping_meeting(self) -> None:
        """The CRG meets online within 48 hours and sets the date of the rapid review meeting, now (§2, D-4, R-2)."""
        self.enter(Stage.SCOPING)
        self.meanwhile(self.scoping_invitations())
        async with self.deadline("D-4", since=self.received_at):
            await self.fact(ScopingMeetingHeld)
        self.meanwhile(self.meeting_invitations())
        self.enter(Stage.REQUEST)
        await self.fact(ReturnsRequested)

    async def scoping_invitations(self) -> None:
        """Invite the CRG, with a calendar invite; a meeting called anew moves in their calendars (R-2)."""
        async for number, arranged in self.each(ScopingMeetingArranged):
            invite = self.invitation("scoping", number, "CRG scoping meeting", arranged.starts_at, arranged.link)
            n = {"starts_at": arranged.starts_at, "link": arranged.link, "due": self.due("D-4", self.received_at)}
            people = self.holders(Role.CRG_CHAIR, Role.CRG_MEMBER)
            await self.invite(people, "scoping-invite", f"scoping-invite:{number}", n, invite)

    async def rapid_review_meeting(self) -> None:
        """CRG members, every other agency involved, the legal adviser where asked; who came is recorded (§2, R-6)."""
        self.enter(Stage.RAPID_REVIEW_MEETING)
        await self.fact(RapidReviewMeetingHeld)

    async def meeting_invitations(self) -> None:
        """Invite to the rapid review meeting, the agenda attached; again when it moves (§2, flowchart, R-6)."""
        scoping = await self.fact(ScopingMeetingHeld)
        self.meanwhile(self.further_agencies_invited())
        at, link = scoping.rapid_review_meeting_at, scoping.rapid_review_link
        invite = self.invitation("rapid-review", 1, "rapid review meeting", at, link)
        n: dict[str, Any] = {"starts_at": at, "link": link}
        agenda = self.agenda("agenda:1", scoping, at)
        await self.invite(self.meeting_people(), "rapid-review-invite", INVITED, n, invite, agenda=agenda)
        wrong = self.wrong_meeting_times()
        if wrong and wrong[-1] != at and not self.case.every(RapidReviewMeetingMoved):
            await self.moved(f"meeting-moved:corrected:{len(wrong)}", len(wrong), was=wrong[-1], to=at, link=link)
        was = at
        async for number, moved in self.each(RapidReviewMeetingMoved):
            sequence = number + len(wrong)
            await self.moved(f"meeting-moved:{number}", sequence, was=was, to=moved.starts_at, link=moved.link or link)
            was = moved.starts_at

    async def moved(self, cause: str, sequence: int, *, was: datetime, to: datetime, link: str) -> None:
        """The meeting is at another time: it moves in the calendars of all who are invited."""
        invite = self.invitation("rapid-review", sequence + 1, "rapid review meeting", to, link)
        n = {"starts_at": to, "was": was, "link": link}
        await self.invite(self.meeting_people(), "meeting-moved", cause, n, invite)

    def wrong_meeting_times(self) -> list[datetime]:
        """The times that the scoping meeting's outcome gave before it was corrected (X-2)."""
        return [
            entry.said.fact.rapid_review_meeting_at
            for entry in self.case.entries
            if entry.corrected_by and isinstance(entry.said.fact, ScopingMeetingHeld)
        ]

    async def further_agencies_invited(self) -> None:
        """An agency that is added later is invited too, to the meeting as it is set by then (R-4, R-6)."""
        while not self.case.meeting_held:
            await workflow.wait_condition(lambda: bool(self.case.meeting_held or self.uninvited()))
            for agency, person in [] if self.case.meeting_held else self.uninvited():
                moves = self.case.every(RapidReviewMeetingMoved)
                scoping = await self.fact(ScopingMeetingHeld)
                at = self.case.meeting_at or scoping.rapid_review_meeting_at
                link = next((move.link for move in reversed(moves) if move.link), scoping.rapid_review_link)
                sequence = 1 + len(moves) + len(self.wrong_meeting_times())
                invite = self.invitation("rapid-review", sequence, "rapid review meeting", at, link)
                n: dict[str, Any] = {"starts_at": at, "link": link}
                agenda = self.agenda(f"agenda:{agency}", scoping, at)
                await self.invite([person], "rapid-review-invite", f"{INVITED}:{agency}", n, invite, agenda=agenda)

    def agenda(self, cause: str, scoping: ScopingMeetingHeld, at: datetime) -> Rendering:
        """The agenda, which writes itself from the flowchart's steps, for the agencies in scope by now (R-6)."""
        return Rendering(
            cause=cause,
            document="agenda",
            template="rapid-review-agenda",
            title="Rapid review meeting: agenda",
            n={"agencies": self.case.scope, "legal_adviser": scoping.legal_adviser_asked, "starts_at": at},
        )

    def uninvited(self) -> list[tuple[str, str]]:
        """Agencies added after the invitations went out that have had none, with their safeguarding leads."""
        return [
            (added.agency, known.safeguarding_lead)
            for added in self.case.every(AgencyAdded)
            if (known := self.case.agency(added.agency))
            and self.told(INVITED)
            and not self.told(f"{INVITED}:{added.agency}")
            and not self.invited(known.safeguarding_lead)
        ]

    def invited(self, person: str) -> bool:
        """Whether somebody has had an invitation to the rapid review meeting, on whatever ground."""
        return any(key.startswith(INVITED) and key.endswith(f">{person}") for key in self.case.done)

    def meeting_people(self) -> list[str]:
        """CRG, Business Unit, safeguarding leads of the agencies in scope, the legal adviser where asked (R-6)."""
        scoping = self.case.last(ScopingMeetingHeld)
        people = self.holders(Role.CRG_CHAIR, Role.CRG_MEMBER, Role.BUSINESS_UNIT)
        people += [known.safeguarding_lead for agency in self.case.scope if (known := self.case.agency(agency))]
        if scoping and scoping.legal_adviser_asked:
            people += self.holders(Role.LEGAL_ADVISER)
        return list(dict.fromkeys(people))
