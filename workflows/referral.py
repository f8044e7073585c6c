"""A referral to the CRG: received, considered, decided on. Room: workflows. A-1..A-3, D-3."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from calendar_rules.lengths import london
    from review import changes, telling, timing
    from review.chapters.referral import AFTER_CONSIDERING, referral_lacks
    from review.directory import Role
    from review.notices import Notice
    from review.said.notification import IncidentReported
    from review.said.referral import CrgConsidered
    from review.words import CrgOutcome, NotNotifiedOutcome, Stage
    from workflows.ground import Ground
    from workflows.hints import stands_in

REPORTING = (Role.DCS, Role.CHIEF_EXECUTIVE, Role.BUSINESS_UNIT)  # who may report an incident
# Before it no clock ran for the CRG, and its members were not told of what it made of a referral.
FOLLOWED = "referrals-followed"


class Referral(Ground):
    """From an agency or another partnership to the CRG's decision."""

    async def referral_is_a_serious_incident(self) -> bool:
        """The CRG considers the referral; True where it is treated as a serious incident (A-3)."""
        await self.referral_complete()
        self.meanwhile(self.told_of_the_referral("referral"))  # A-2, D-3
        if await self.crg_considers() is not CrgOutcome.SERIOUS_INCIDENT:
            return False
        await self.incident_reported()
        return True

    async def referral_complete(self) -> None:
        """One without safeguarding lead or senior officer's support is returned with the reason (§6, A-1)."""
        if lacking := referral_lacks(self.case):
            if self.case.stage is Stage.REFERRAL:
                changes.enter(self.case, Stage.REFERRAL_RETURNED, self.now())
            since = self._standing(self.case.since("A-1", self.case.referring))
            async with self.deadline("A-1", since=since, subject=self.case.referring) as clock:
                n = {"lacks": lacking, "due": clock.due}
                self.meanwhile(self.tell(telling.referrer(self.case), "referral-returned", n))
                await workflow.wait_condition(lambda: not referral_lacks(self.case))
            self.met(clock.id)  # by a correction of the referral, too
        if self.case.stage is Stage.REFERRAL_RETURNED:
            changes.enter(self.case, Stage.REFERRAL, self.now())

    async def told_of_the_referral(self, subject: str) -> None:
        """Accountable officers, CRG Chair and Independent Chair are told at once (§6, D-3, A-2)."""
        since = self.case.since("D-3", subject)
        if since is None:
            return
        async with self.deadline("D-3", since=since, subject=subject) as clock:
            told = [
                Notice(
                    cause=f"referral-received:{subject}",
                    template="referral-received",
                    to=person,
                    about=clock.id,
                    n={
                        "received_at": since,
                        "capacity": role.value,
                        "declined": subject != "referral",
                        "due": self.due("A-3", since),
                    },
                )
                for role in telling.LEADERS
                for person in self.holders(role)
            ]
            await self.send_each(told)
            for notice in told:
                await self.sent(notice)
            self.met(clock.id)

    async def crg_considers(self) -> CrgOutcome:
        """At a meeting: learning review, serious incident, practice review, no further action (§6, A-3)."""
        await self.considered_in_time()
        considered = self.case.considered
        if considered is None:
            raise LookupError("the CRG's decision went away while it was looked at")
        self.meanwhile(self.outcome_told(considered))
        stage = AFTER_CONSIDERING.get(considered.outcome)
        if stage and self.case.stage in (Stage.REFERRAL, Stage.CRG_REFERRAL):
            changes.enter(self.case, stage, self.now())
        return considered.outcome

    async def considered_in_time(self) -> None:
        """The CRG Chair and the Business Unit are reminded until it is considered (A-3)."""
        subject = self.case.to_consider
        if subject != self.case.referred_as and not self.case.knows("considered-again"):
            subject = self.case.referred_as  # before, no clock ran for a case that was opened again
        since = self.case.since("A-3", subject)
        if since and not self.case.considered and workflow.patched(FOLLOWED):
            async with self.deadline("A-3", since=since, subject=subject):
                await workflow.wait_condition(lambda: self.case.considered is not None)
        await workflow.wait_condition(lambda: self.case.considered is not None)

    async def outcome_told(self, considered: CrgConsidered) -> None:
        """The outcome, to all whom it concerns; who can report a serious incident is asked to (§6, A-3, N-1)."""
        cause = f"crg-considered:{considered.outcome}:{considered.meeting_date}{self.anew(CrgConsidered)}"
        if self.tried(cause):
            return
        people = [*self.holders(*telling.LEADERS, Role.BUSINESS_UNIT, Role.DCS), *telling.referrer(self.case)]
        if workflow.patched(FOLLOWED):
            people += self.holders(Role.CHIEF_EXECUTIVE, Role.CRG_MEMBER)
        unreported = considered.outcome is CrgOutcome.SERIOUS_INCIDENT and not self.case.last(IncidentReported)
        asked = self.holders(*REPORTING) if unreported else []
        n = {"outcome": considered.outcome, "meeting_date": considered.meeting_date}
        await self.send_each(
            [
                Notice(cause=cause, template="crg-considered", to=person, n={**n, "report": person in asked})
                for person in dict.fromkeys(people)
            ]
        )

    async def incident_reported(self) -> None:
        """A serious incident is reported by those who may; asked for again each working day, as D-1 runs (A-3, D-1)."""
        self.meanwhile(self.report_asked_for())
        await self.fact(IncidentReported)  # its aware time is kept: D-1 may be late already, and says so

    async def report_asked_for(self) -> None:
        """Each working day until the incident is reported (A-3, D-1)."""

        def over() -> bool:
            return self.case.last(IncidentReported) is not None or self.case.halted

        while not over():
            again = timing.next_morning(self.case, self.now())
            if await self.until(over, again, f"incident not reported: asked again {telling.moment(again)}"):
                return
            cause = f"incident-not-reported:{london(self.now()).date().isoformat()}"
            await self.tell(self.holders(*REPORTING), "incident-not-reported", cause=cause)

    @stands_in(Stage.CRG_REFERRAL)
    async def crg_takes_up_what_was_not_notified(self) -> None:
        """Both said no and referred it to the CRG, which considers it like any referral (N-2, A-3)."""
        if not self.case.declined or self.case.declined.outcome is NotNotifiedOutcome.CLOSE:
            return
        self.meanwhile(self.told_of_the_referral(self.case.referred_as))
        if await self.crg_considers() is CrgOutcome.SERIOUS_INCIDENT and not self.case.declined:
            await self.begun_again()  # the decision not to notify was set aside with it: §1 begins anew
