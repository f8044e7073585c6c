"""What the stages stand on together: the anchors, due times, invitations to meetings. Room: workflows."""

from datetime import datetime
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from calendar_rules.lengths import due
    from review.notices import Invite, Notice, Rendering
    from review.words import RAPID_REVIEW_MEETING, SCOPING
    from workflows.sign_off import SignOff

MEETING_MINUTES = {SCOPING: 60, RAPID_REVIEW_MEETING: 150}


class Ground(SignOff):
    """The anchors of the rapid review, and invitations."""

    @property
    def notified_at(self) -> datetime:
        """The anchor of the rapid review; stands once the Panel is notified."""
        return self._standing(self.case.notified_at)

    @property
    def received_at(self) -> datetime:
        """When the Business Unit received the notification."""
        return self._standing(self.case.received_at)

    def _standing(self, at: datetime | None) -> datetime:
        if at is None:
            raise LookupError("the Panel has not been notified; this stage comes after it")
        return at

    def due(self, rule: str, since: datetime) -> datetime:
        """When a deadline is due, by the case's edition and calendar; `since` stands where it cannot be told yet."""
        since = self.case.since(rule) or since
        return due(since, self.case.edition.deadlines[rule].length, self.case.calendar)

    async def followed(self, rule: str, subject: str) -> None:
        """One action, concern, handover or milestone, with its reminders, until it is closed, answered or reached."""
        since = self.case.since(rule, subject)
        if since is None:
            return
        async with self.deadline(rule, since=since, subject=subject) as clock:
            await workflow.wait_condition(lambda: not clock.open)

    def invitation(self, meeting: str, title: str, starts_at: datetime, link: str) -> Invite:
        """The next invitation to a meeting: it replaces in calendars what they show of it."""
        shown = self.case.invites.get(meeting)
        return Invite(
            meeting=meeting,
            sequence=shown.sequence + 1 if shown else 1,
            title=title,
            starts_at=starts_at,
            minutes=MEETING_MINUTES[meeting],
            link=link,
        )

    async def invite(
        self,
        people: list[str],
        template: str,
        cause: str,
        n: dict[str, Any],
        invite: Invite,
        *,
        agenda: Rendering | None = None,
    ) -> None:
        """The same invitation to several people, with the agenda where there is one; once, as `tell`."""
        if not self.tried(cause):
            attach = [await self.make(agenda)] if agenda else []
            await self.send_each(
                [
                    Notice(cause=cause, template=template, to=person, n=n, invite=invite, attach=attach)
                    for person in people
                ]
            )
        self.case.invites[invite.meeting] = invite
