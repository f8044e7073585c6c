"""§1 Serious incident notification: from the incident to the Panel's being notified, and who is told at once.

Room: workflows. N-1..N-6, D-1..D-3.
"""

from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from calendar_rules.lengths import london
    from review import telling, timing
    from review.chapters.editions import care_duties_open, stop_the_rapid_review
    from review.directory import Role
    from review.notices import Notice
    from review.said.notification import NotNotifiedDecided, PanelNotified, PartnerViewGiven
    from review.words import NotNotifiedOutcome, Stage
    from workflows.ground import Ground


class Notification(Ground):
    """§1, in its own order."""

    async def safety_steps_asked(self) -> None:
        """The steps taken for this and other children's safety are asked for (§1, N-5)."""
        await self.tell(self.holders(Role.DCS), "safety-steps-asked")

    async def authorities_told(self) -> None:
        """A child in care died: Ofsted and the Secretary of State are told, whatever N-2 comes to (§1, D-2, N-4)."""
        if self.case.child_in_care_died:
            self.meanwhile(self.authority_told("D-2:ofsted"))
            self.meanwhile(self.authority_told("D-2:secretary-of-state"))

    async def authority_told(self, rule: str) -> None:
        """One of the two duties of D-2."""
        async with self.deadline(rule, since=self.case.incident.aware_at) as clock:
            self.meanwhile(self.tell(self.holders(Role.DCS), "authorities-duty", {"due": clock.due}))
            await workflow.wait_condition(lambda: not clock.open)

    async def panel_notified(self) -> bool:
        """DCS and Chief Executive discuss at once; both must agree; then the Panel is notified (§1, N-2, N-3, D-1).

        While their views differ the case waits; either may change a view until the end. False where both decide not to.
        """
        self.enter(Stage.DISCUSSION)
        incident = self.case.incident
        async with self.deadline("D-1", since=incident.aware_at) as clock:
            self.meanwhile(self.views_asked(clock.due))
            self.meanwhile(self.difference_told())
            await workflow.wait_condition(lambda: self.case.agreed_to_notify or self.notifying_settled())
            if self.case.agreed_to_notify:
                self.enter(Stage.NOTIFICATION)
            await workflow.wait_condition(self.notifying_settled)
        return self.case.notified_at is not None

    async def views_asked(self, due: datetime) -> None:
        """Both are asked for their view; anew where the decision not to notify was set aside (N-2, A-3)."""
        again = self.case.views_asked - 1
        n = {"aware_at": self.case.incident.aware_at, "due": due, "again": again > 0, "late": due < self.now()}
        cause = f"incident-received:{again}" if again else "incident-received"
        await self.tell(self.holders(Role.DCS, Role.CHIEF_EXECUTIVE), "incident-received", n, cause=cause)

    def notifying_settled(self) -> bool:
        """The Panel is notified, or both have decided that it will not be."""
        return self.case.notified_at is not None or self.case.last(NotNotifiedDecided) is not None

    async def difference_told(self) -> None:
        """Views that differ: told at once, again each working day, to the CRG Chair too, until they agree (N-2)."""

        def over() -> bool:
            return self.notifying_settled() or self.case.withdrawn

        while not over():
            await workflow.wait_condition(lambda: self.case.views_differ or over())
            if over():
                return
            # By day, and by how many views were given: views that differ anew on the same day are told at once, too.
            views = [one for one in self.case.entries if isinstance(one.said.fact, PartnerViewGiven)]
            when = f"{london(self.now()).date().isoformat()}:{len(views)}"
            people = self.holders(Role.DCS, Role.CHIEF_EXECUTIVE, Role.CRG_CHAIR)
            await self.tell(people, "views-differ", {"due": self.case.clocks["D-1"].due}, cause=f"views-differ:{when}")
            again = timing.next_morning(self.case, self.now())
            await self.until(
                lambda: not self.case.views_differ or over(), again, f"views differ: told again {telling.moment(again)}"
            )

    async def not_notified(self) -> None:
        """Both said no: the case closes as not notified, or goes on as a CRG referral (N-2). D-2 runs on."""
        decided = await self.fact(NotNotifiedDecided)
        timing.stop(self.case, "D-1", "the DCS and the Chief Executive decided not to notify", self.now())
        closed = decided.outcome is NotNotifiedOutcome.CLOSE
        n = {"decided_at": self.now(), "care_death": self.case.child_in_care_died, "referred": not closed}
        people = self.holders(Role.DCS, Role.CHIEF_EXECUTIVE, Role.BUSINESS_UNIT)
        self.meanwhile(self.tell(people, "not-notified", n, cause=f"not-notified{self.anew(NotNotifiedDecided)}"))
        self.enter(Stage.NOT_NOTIFIED if closed else Stage.CRG_REFERRAL)

    async def ends_with_the_notification(self) -> None:
        """No rapid review follows this kind: leaders are told, D-2 is met where it runs, then it is done (B-1, D-3)."""
        stop_the_rapid_review(self.case, "no rapid review follows this kind of notification", self.now())
        async with self.deadline("D-3", since=self.received_at):
            title = self.case.edition.notifications[(await self.fact(PanelNotified)).notification].title
            n = {"notified_at": self.notified_at, "title": title}
            people = self.holders(*telling.LEADERS, Role.BUSINESS_UNIT)
            told = telling.to_each(people, "notified-without-review", "notified-without-review", n)
            await self.send_each(told)
            for notice in told:
                await self.sent(notice)
            self.met("D-3")
        await workflow.wait_condition(lambda: not care_duties_open(self.case) and not self.case.just_reopened)
        self.enter(Stage.CONCLUDED)

    async def business_unit_told(self) -> None:
        """The Business Unit gets a copy of the notification, with what is due from it (§1, N-3)."""
        notified = await self.fact(PanelNotified)
        rules = {"D-4": self.received_at, "D-5": self.notified_at, "D-7": self.notified_at}
        deadlines = [
            {"title": self.case.edition.deadlines[rule].title, "due": self.due(rule, since)}
            for rule, since in rules.items()
        ]
        n = {"notified_at": self.notified_at, "panel_reference": notified.panel_reference, "deadlines": deadlines}
        await self.tell(self.holders(Role.BUSINESS_UNIT), "notification-copy", n)

    async def leaders_told(self) -> None:
        """Accountable officers, CRG Chair and Independent Chair are told at once (§1, §6, D-3, N-6)."""
        async with self.deadline("D-3", since=self.received_at) as clock:
            if not clock.open:  # a run that begins again finds it done
                return
            due_by = self.due("D-7", self.notified_at)
            told = [
                Notice(
                    cause="partners-told",
                    template="partners-told",
                    to=person,
                    n={"notified_at": self.notified_at, "due": due_by, "capacity": role.value},
                )
                for role in telling.LEADERS
                for person in self.holders(role)
            ]
            await self.send_each(told)
            for notice in told:
                await self.sent(notice)
            self.met("D-3")
