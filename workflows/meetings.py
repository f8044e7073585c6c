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
    from review.words import RAPID_REVIEW_MEETING, SCOPING, Stage
    from workflows.ground import Ground

INVITES = "rapid-review-invite"  # cause of invitations to the rapid review meeting
INVITED = f"{INVITES}:1"  # of the first


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
        async for key, arranged in self.each(ScopingMeetingArranged):
            invite = self.invitation(SCOPING, "CRG scoping meeting", arranged.starts_at, arranged.link)
            n = {"starts_at": arranged.starts_at, "link": arranged.link, "due": self.due("D-4", self.received_at)}
            people, cause = self.holders(Role.CRG_CHAIR, Role.CRG_MEMBER), f"scoping-invite:{key}"
            shown = self.case.invites.get(SCOPING)
            if shown and shown.cancelled and not self.case.last(ScopingMeetingHeld) and invite.starts_at > self.now():
                cause = f"{cause}:{invite.sequence}"  # it was called off, and takes place after all
            if not self.tried(cause):
                await self.invite(people, "scoping-invite", cause, n, invite)

    async def rapid_review_meeting(self) -> None:
        """CRG members, every other agency involved, the legal adviser where asked; who came is recorded (§2, R-6)."""
        self.enter(Stage.RAPID_REVIEW_MEETING)
        await self.fact(RapidReviewMeetingHeld)

    async def meeting_invitations(self) -> None:
        """Invite to the rapid review meeting, the agenda attached; again when it moves (§2, flowchart, R-6)."""
        await self.fact(ScopingMeetingHeld)
        self.meanwhile(self.further_agencies_invited())
        while not self.case.meeting_held:
            if self.meeting_to_tell():
                await self.meeting_told()
            await workflow.wait_condition(lambda: bool(self.case.meeting_held) or self.meeting_to_tell())

    def meeting_to_tell(self) -> bool:
        """The meeting is set for a time that people's calendars do not show: set, moved, corrected or taken back."""
        shown, at = self.case.invites.get(RAPID_REVIEW_MEETING), self.case.meeting_at
        if at is None or self.case.ended:
            return False
        return shown is None or shown.starts_at != at or (shown.cancelled and at > self.now())

    async def meeting_told(self) -> None:
        """The invitation, or that the meeting has moved, with the agenda as it is now."""
        scoping = await self.fact(ScopingMeetingHeld)
        shown, at, link = self.case.invites.get(RAPID_REVIEW_MEETING), self.case.meeting_at, self.meeting_link()
        if at is None:
            return
        invite = self.invitation(RAPID_REVIEW_MEETING, "rapid review meeting", at, link)
        n: dict[str, Any] = {"starts_at": at, "link": link}
        if shown is None or shown.cancelled:
            cause, template = f"{INVITES}:{invite.sequence}", "rapid-review-invite"
        else:
            cause, template = f"meeting-moved:{invite.sequence}:{at.isoformat()}", "meeting-moved"
            n |= {"was": shown.starts_at}
        # Until this patch a meeting that moved kept the agenda of its first day.
        fresh = template == "rapid-review-invite" or workflow.patched("agenda-anew")
        agenda = self.agenda(f"agenda:{invite.sequence}", scoping, at) if fresh else None
        await self.invite(self.meeting_people(), template, cause, n, invite, agenda=agenda)

    def meeting_link(self) -> str:
        """Where to join, as it was last given."""
        links = [moved.link for moved in self.case.every(RapidReviewMeetingMoved) if moved.link]
        scoping = self.case.last(ScopingMeetingHeld)
        return links[-1] if links else scoping.rapid_review_link if scoping else ""

    async def further_agencies_invited(self) -> None:
        """An agency that is added later is invited too, to the meeting as it is set by then (R-4, R-6)."""
        while not self.case.meeting_held:
            await workflow.wait_condition(lambda: bool(self.case.meeting_held or self.uninvited()))
            for agency, person in [] if self.case.meeting_held else self.uninvited():
                scoping, invite = await self.fact(ScopingMeetingHeld), self.case.invites[RAPID_REVIEW_MEETING]
                n: dict[str, Any] = {"starts_at": invite.starts_at, "link": invite.link}
                agenda = self.agenda(f"agenda:{agency}", scoping, invite.starts_at)
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
        if self.meeting_to_tell():  # then it is not settled when to invite them to
            return []
        return [
            (added.agency, known.safeguarding_lead)
            for added in self.case.every(AgencyAdded)
            if (known := self.case.agency(added.agency))
            and self.tried(INVITED)
            and not self.tried(f"{INVITED}:{added.agency}")
            and not self.invited(known.safeguarding_lead)
        ]

    def invited(self, person: str) -> bool:
        """Whether somebody has had an invitation to the rapid review meeting, on whatever ground."""
        return any(key.startswith(INVITES) and key.endswith(f">{person}") for key in self.case.done)

    def meeting_people(self) -> list[str]:
        """CRG, Business Unit, safeguarding leads of the agencies in scope, the legal adviser where asked (R-6)."""
        scoping = self.case.last(ScopingMeetingHeld)
        people = self.holders(Role.CRG_CHAIR, Role.CRG_MEMBER, Role.BUSINESS_UNIT)
        people += [known.safeguarding_lead for agency in self.case.scope if (known := self.case.agency(agency))]
        if scoping and scoping.legal_adviser_asked:
            people += self.holders(Role.LEGAL_ADVISER)
        return list(dict.fromkeys(people))
