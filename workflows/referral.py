"""A referral to the CRG: received, considered, decided on. A-1..A-3, D-3."""

from temporalio import workflow

from calendar_rules.lengths import london
from review.case import reads
from review.case.notices import Notice
from review.facts.directory import Role
from review.facts.enums import CrgOutcome, NotNotifiedOutcome, Stage
from review.facts.notification import IncidentReported
from review.facts.referral import CrgConsidered
from review.kit import changes, deadlines, notify
from review.protocol import follows_as
from workflows.case_run import CaseRun

REPORTING = (Role.DCS, Role.CHIEF_EXECUTIVE, Role.BUSINESS_UNIT)  # who may report an incident


async def referral_is_a_serious_incident(run: CaseRun) -> bool:
    """The CRG considers the referral; True where it is treated as a serious incident (A-3)."""
    await referral_complete(run)
    run.meanwhile(told_of_the_referral(run, "referral"))  # A-2, D-3
    if await crg_considers(run) is not CrgOutcome.SERIOUS_INCIDENT:
        return False
    await incident_reported(run)
    return True


async def referral_complete(run: CaseRun) -> None:
    """One without safeguarding lead or senior officer's support is returned with the reason (§6, A-1)."""
    if lacking := reads.referral_lacks(run.case):
        if run.case.stage is Stage.REFERRAL:
            changes.enter(run.case, Stage.REFERRAL_RETURNED, run.now())
        since = run.standing(deadlines.since(run.case, "A-1", reads.referring(run.case)))
        deadline = run.deadline("A-1", since=since, subject=reads.referring(run.case))
        n = {"lacks": lacking, "due": deadline.due}
        run.meanwhile(run.notify(notify.referrer(run.case), "referral-returned", n))
        await workflow.wait_condition(lambda: not reads.referral_lacks(run.case))
    if run.case.stage is Stage.REFERRAL_RETURNED:
        changes.enter(run.case, Stage.REFERRAL, run.now())


async def told_of_the_referral(run: CaseRun, subject: str) -> None:
    """Accountable officers, CRG Chair and Independent Chair are told at once (§6, D-3, A-2)."""
    since = deadlines.since(run.case, "D-3", subject)
    if since is None:
        return
    deadline = run.deadline("D-3", since=since, subject=subject)
    told = [
        Notice(
            cause=f"referral-received:{subject}",
            template="referral-received",
            to=person,
            about=deadline.id,
            n={
                "received_at": since,
                "capacity": role.value,
                "declined": subject != "referral",
                "due": run.due("A-3", since),
            },
        )
        for role in notify.LEADERS
        for person in run.holders(role)
    ]
    await run.told_in_time(deadline, told)


async def crg_considers(run: CaseRun) -> CrgOutcome:
    """At a meeting: learning review, serious incident, practice review, no further action (§6, A-3)."""
    await considered_in_time(run)
    considered = reads.considered(run.case)
    if considered is None:
        raise LookupError("the CRG's decision went away while it was looked at")
    run.meanwhile(outcome_told(run, considered))
    if run.case.stage in (Stage.REFERRAL, Stage.CRG_REFERRAL) and (
        stage := follows_as(run.case.stage, considered.outcome)
    ):
        changes.enter(run.case, stage, run.now())
    return considered.outcome


async def considered_in_time(run: CaseRun) -> None:
    """The CRG Chair and the Business Unit are reminded until it is considered (A-3)."""
    subject = reads.to_consider(run.case)
    since = deadlines.since(run.case, "A-3", subject)
    if since and not reads.considered(run.case):
        run.deadline("A-3", since=since, subject=subject)
        await workflow.wait_condition(lambda: reads.considered(run.case) is not None)
    await workflow.wait_condition(lambda: reads.considered(run.case) is not None)


async def outcome_told(run: CaseRun, considered: CrgConsidered) -> None:
    """The outcome, to all whom it concerns; who can report a serious incident is asked to (§6, A-3, N-1)."""
    cause = f"crg-considered:{considered.outcome}:{considered.meeting_date}{run.reissue_suffix(CrgConsidered)}"
    if run.tried(cause):
        return
    offices = (*notify.LEADERS, Role.BUSINESS_UNIT, Role.DCS)
    also = run.holders(Role.CHIEF_EXECUTIVE, Role.CRG_MEMBER)
    people = [*run.holders(*offices), *notify.referrer(run.case), *also]
    unreported = considered.outcome is CrgOutcome.SERIOUS_INCIDENT and not run.case.last(IncidentReported)
    asked = run.holders(*REPORTING) if unreported else []
    n = {"outcome": considered.outcome, "meeting_date": considered.meeting_date}
    await run.send_each(
        [
            Notice(cause=cause, template="crg-considered", to=person, n={**n, "report": person in asked})
            for person in dict.fromkeys(people)
        ]
    )


async def incident_reported(run: CaseRun) -> None:
    """A serious incident is reported by those who may; asked for again each working day, as D-1 runs (A-3, D-1)."""
    run.meanwhile(report_asked_for(run))
    await run.fact(IncidentReported)  # its aware time is kept: D-1 may be late already, and says so


async def report_asked_for(run: CaseRun) -> None:
    """Each working day until the incident is reported (A-3, D-1)."""

    def over() -> bool:
        return run.case.last(IncidentReported) is not None or reads.halted(run.case)

    while not over():
        again = deadlines.next_morning(run.case, run.now())
        if await run.until(over, again, f"incident not reported: asked again {notify.moment(again)}"):
            return
        cause = f"incident-not-reported:{london(run.now()).date().isoformat()}"
        await run.notify(run.holders(*REPORTING), "incident-not-reported", cause=cause)


async def crg_takes_up_what_was_not_notified(run: CaseRun) -> None:
    """Both said no and referred it to the CRG, which considers it like any referral (N-2, A-3)."""
    declined = reads.declined(run.case)
    if not declined or declined.outcome is NotNotifiedOutcome.CLOSE:
        return
    run.meanwhile(told_of_the_referral(run, reads.referred_as(run.case)))
    if await crg_considers(run) is CrgOutcome.SERIOUS_INCIDENT and not reads.declined(run.case):
        await run.continued_as_new()  # the decision not to notify was set aside with it: §1 begins again
