"""§2 The scoping meeting and the rapid review meeting, with their invitations. Room: workflows. R-2, R-6, D-4."""

from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from review.directory import Role
    from review.facts import (
        RapidReviewMeetingHeld,
        RapidReviewMeetingMoved,
        ReturnsRequested,
        ScopingMeetingArranged,
        ScopingMeetingHeld,
    )
    from review.notices import Rendering
    from review.words import Stage
    from workflows.ground import Ground


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
        agenda = Rendering(
            cause="agenda:1",
            document="agenda",
            template="rapid-review-agenda",
            title="Rapid review meeting: agenda",
            n={
                "agencies": self.case.scope,
                "legal_adviser": scoping.legal_adviser_asked,
                "starts_at": scoping.rapid_review_meeting_at,
            },
        )
        at, link = scoping.rapid_review_meeting_at, scoping.rapid_review_link
        invite = self.invitation("rapid-review", 1, "rapid review meeting", at, link)
        n: dict[str, Any] = {"starts_at": at, "link": link}
        await self.invite(
            self.meeting_people(), "rapid-review-invite", "rapid-review-invite:1", n, invite, agenda=agenda
        )
        was = at
        async for number, moved in self.each(RapidReviewMeetingMoved):
            invite = self.invitation(
                "rapid-review", number + 1, "rapid review meeting", moved.starts_at, moved.link or link
            )
            n = {"starts_at": moved.starts_at, "was": was, "link": moved.link or link}
            await self.invite(self.meeting_people(), "meeting-moved", f"meeting-moved:{number}", n, invite)
            was = moved.starts_at

    def meeting_people(self) -> list[str]:
        """CRG, Business Unit, safeguarding leads of the agencies in scope, the legal adviser where asked (R-6)."""
        scoping = self.case.last(ScopingMeetingHeld)
        people = self.holders(Role.CRG_CHAIR, Role.CRG_MEMBER, Role.BUSINESS_UNIT)
        people += [known.safeguarding_lead for agency in self.case.scope if (known := self.case.agency(agency))]
        if scoping and scoping.legal_adviser_asked:
            people += self.holders(Role.LEGAL_ADVISER)
        return list(dict.fromkeys(people))
