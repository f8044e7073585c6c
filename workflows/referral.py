"""A referral to the CRG: received, considered, decided on. Room: workflows. A-1..A-3, D-3."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from review import changes, telling
    from review.chapters.referral import AFTER_CONSIDERING, referral_lacks
    from review.directory import Role
    from review.notices import Notice
    from review.said.notification import IncidentReported
    from review.words import CrgOutcome, NotNotifiedOutcome, Stage
    from workflows.ground import Ground


class Referral(Ground):
    """From an agency or another partnership to the CRG's decision."""

    async def referral_is_a_serious_incident(self) -> bool:
        """The CRG considers the referral; True where it is treated as a serious incident (A-3)."""
        await self.referral_complete()
        self.meanwhile(self.told_of_the_referral("referral"))  # A-2, D-3
        if await self.crg_considers() is not CrgOutcome.SERIOUS_INCIDENT:
            return False
        await self.fact(IncidentReported)  # its aware time is kept: D-1 may be late already, and says so
        return True

    async def referral_complete(self) -> None:
        """One without safeguarding lead or senior officer's support is returned with the reason (§6, A-1)."""
        if lacking := referral_lacks(self.case):
            if self.case.stage is Stage.REFERRAL:
                changes.enter(self.case, Stage.REFERRAL_RETURNED, self.now())
            self.meanwhile(self.tell(self.referrer(), "referral-returned", {"lacks": lacking}))
            await workflow.wait_condition(lambda: not referral_lacks(self.case))
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
                    n={"received_at": since, "capacity": role.value, "declined": subject == "not-notified"},
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
        await workflow.wait_condition(lambda: self.case.considered is not None)
        considered = self.case.considered
        if considered is None:
            raise LookupError("the CRG's decision went away while it was looked at")
        n = {"outcome": considered.outcome, "meeting_date": considered.meeting_date}
        people = [*self.holders(*telling.LEADERS, Role.BUSINESS_UNIT, Role.DCS, Role.CHIEF_EXECUTIVE), *self.referrer()]
        cause = f"crg-considered:{considered.outcome}:{considered.meeting_date}"
        self.meanwhile(self.tell(list(dict.fromkeys(people)), "crg-considered", n, cause=cause))
        stage = AFTER_CONSIDERING.get(considered.outcome)
        if stage and self.case.stage in (Stage.REFERRAL, Stage.CRG_REFERRAL):
            changes.enter(self.case, stage, self.now())
        return considered.outcome

    async def crg_takes_up_what_was_not_notified(self) -> None:
        """Both said no and referred it to the CRG, which considers it like any referral (N-2, A-3)."""
        if not self.case.declined or self.case.declined.outcome is NotNotifiedOutcome.CLOSE:
            return
        self.meanwhile(self.told_of_the_referral("not-notified"))
        if await self.crg_considers() is CrgOutcome.SERIOUS_INCIDENT:
            await self.begun_again()  # the decision not to notify was set aside with it: §1 begins anew

    def referrer(self) -> list[str]:
        """Whom to answer at the agency that referred; another partnership is answered by the Business Unit."""
        told = self.case.referral
        agency = self.case.agency(told.agency) if told and told.agency else None
        return [agency.safeguarding_lead] if agency else []
