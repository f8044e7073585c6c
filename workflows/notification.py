"""§1 Serious incident notification: from the incident to the Panel's being notified, and who is told at once.

N-1..N-6, D-1..D-3.
"""

from datetime import datetime

from temporalio import workflow

from calendar_rules.lengths import london
from review.case import reads
from review.case.notices import Notice
from review.chapters.editions.chapter import no_rapid_review, nothing_owed_of_notifying
from review.facts.directory import Role
from review.facts.enums import NotNotifiedOutcome, Stage
from review.facts.notification import NotNotifiedDecided, PanelNotified, PartnerViewGiven
from review.kit import deadlines, notify
from workflows.case_run import CaseRun


async def safety_steps_asked(run: CaseRun) -> None:
    """The steps taken for this and other children's safety are asked for (§1, N-5)."""
    if since := reads.views_asked_at(run.case):
        run.deadline("N-5", since=since)
    await run.notify(run.holders(Role.DCS), "safety-steps-asked")


async def authorities_told(run: CaseRun) -> None:
    """Somebody died who was or had been in care: the authorities are told, whatever N-2 comes to (§1, D-2, N-4)."""
    if reads.authorities_owed(run.case):
        run.meanwhile(authority_told(run, "D-2:ofsted"))
        run.meanwhile(authority_told(run, "D-2:secretary-of-state"))


async def authority_told(run: CaseRun, rule: str) -> None:
    """One of the two duties of D-2."""
    deadline = run.deadline(rule, since=reads.incident(run.case).aware_at)
    n = {"due": deadline.due, "care_leaver": not reads.child_in_care_died(run.case)}
    run.meanwhile(run.notify(run.holders(Role.DCS), "authorities-duty", n))
    await workflow.wait_condition(lambda: not deadline.open)


async def panel_notified(run: CaseRun) -> bool:
    """DCS and Chief Executive discuss at once; both must agree; then the Panel is notified (§1, N-2, N-3, D-1).

    While their views differ the case waits; either may change a view until the end. False where both decide not to.
    """
    run.enter(Stage.DISCUSSION)
    incident = reads.incident(run.case)
    deadline = run.deadline("D-1", since=incident.aware_at)
    run.deadline("N-8", since=incident.aware_at)
    run.meanwhile(views_asked(run, deadline.due))
    run.meanwhile(views_chased(run))
    run.meanwhile(difference_told(run))
    await workflow.wait_condition(lambda: reads.agreed_to_notify(run.case) or notifying_settled(run))
    if reads.agreed_to_notify(run.case):
        run.enter(Stage.NOTIFICATION)
    await workflow.wait_condition(lambda: notifying_settled(run))
    return reads.notified_at(run.case) is not None


async def views_asked(run: CaseRun, due: datetime) -> None:
    """Both are asked for their view; again where the decision not to notify was set aside (N-2, A-3)."""
    again = reads.views_asked(run.case) - 1
    n = {"aware_at": reads.incident(run.case).aware_at, "due": due, "again": again > 0, "late": due < run.now()}
    cause = f"incident-received:{again}" if again else "incident-received"
    deciding = reads.deciders(run.case)
    n |= {"deciders": [one.value for one in deciding]}
    decide = notify.viewers(run.case, deciding)
    await run.notify(decide, "incident-received", n, cause=cause)
    heard = [one for one in notify.viewers(run.case, run.case.edition.notifying.heard) if one not in decide]
    await run.notify(heard, "incident-received", n | {"heard": True}, cause=f"{cause}:heard")


async def views_chased(run: CaseRun) -> None:
    """Whoever is silent is chased after some working hours, then each working day with the CRG Chair (N-7)."""
    asking = reads.views_asked(run.case)
    since = reads.views_asked_at(run.case, asking)
    if since:
        run.deadline("N-7", since=since, subject=str(asking) if asking > 1 else None)


def notifying_settled(run: CaseRun) -> bool:
    """The Panel is notified, or both have decided that it will not be."""
    return reads.notified_at(run.case) is not None or run.case.last(NotNotifiedDecided) is not None


async def difference_told(run: CaseRun) -> None:
    """Views that differ: told at once, again each working day, to the CRG Chair too, until they agree (N-2)."""

    def over() -> bool:
        return notifying_settled(run) or reads.withdrawn(run.case)

    while not over():
        await workflow.wait_condition(lambda: reads.views_differ(run.case) or over())
        if over():
            return
        # By day, and by how many views were given: views that differ again on the same day are told at once, too.
        views = [one for one in run.case.entries if isinstance(one.fact, PartnerViewGiven)]
        when = f"{london(run.now()).date().isoformat()}:{len(views)}"
        people = [*notify.viewers(run.case, reads.deciders(run.case)), *run.holders(Role.CRG_CHAIR)]
        await run.notify(people, "views-differ", {"due": run.case.deadlines["D-1"].due}, cause=f"views-differ:{when}")
        again = deadlines.next_morning(run.case, run.now())
        await run.until(
            lambda: not reads.views_differ(run.case) or over(),
            again,
            f"views differ: told again {notify.moment(again)}",
        )


async def not_notified(run: CaseRun) -> None:
    """Both said no: the case closes as not notified, or goes on as a CRG referral (N-2). D-2 runs on."""
    decided = await run.fact(NotNotifiedDecided)
    closed = decided.outcome is NotNotifiedOutcome.CLOSE
    n = {"decided_at": run.now(), "care_death": reads.authorities_owed(run.case), "referred": not closed}
    n["deciders"] = [one.value for one in reads.deciders(run.case)]
    leaders = notify.LEADERS if closed else ()  # of a referral they are told by its own mail
    people = run.holders(Role.DCS, Role.CHIEF_EXECUTIVE, Role.BUSINESS_UNIT, *leaders)
    run.meanwhile(run.notify(people, "not-notified", n, cause=f"not-notified{run.reissue_suffix(NotNotifiedDecided)}"))
    run.enter(Stage.NOT_NOTIFIED if closed else Stage.CRG_REFERRAL)


async def ends_with_the_notification(run: CaseRun) -> None:
    """No rapid review follows this kind: leaders are told, D-2 is met where it runs, then it is done (B-1, D-3)."""
    no_rapid_review(run.case, run.now())
    deadline = run.deadline("D-3", since=run.received_at)
    title = run.case.edition.notifications[(await run.fact(PanelNotified)).notification].title
    n = {"notified_at": run.notified_at, "title": title}
    people = run.holders(*notify.LEADERS, Role.BUSINESS_UNIT)
    told = notify.to_each(people, "notified-without-review", "notified-without-review", n)
    await run.told_in_time(deadline, told)
    await workflow.wait_condition(lambda: nothing_owed_of_notifying(run.case) and not reads.just_reopened(run.case))
    run.enter(Stage.CONCLUDED)


async def business_unit_told(run: CaseRun) -> None:
    """The Business Unit gets a copy of the notification, with what is due from it (§1, N-3)."""
    notified = await run.fact(PanelNotified)
    rules = {"D-4": run.received_at, "D-5": run.notified_at, "D-7": run.notified_at}
    running = [
        {"title": run.case.edition.deadlines[rule].title, "due": run.due(rule, since)} for rule, since in rules.items()
    ]
    n = {"notified_at": run.notified_at, "panel_reference": notified.panel_reference, "deadlines": running}
    copy = run.case.deadlines["N-8"]
    if copy.open or (copy.met_at and copy.met_at > copy.due):
        n |= {"receipt": "awaited" if copy.open else "late", "receipt_due": copy.due}
    await run.notify(run.holders(Role.BUSINESS_UNIT), "notification-copy", n)


async def leaders_told(run: CaseRun) -> None:
    """Accountable officers, CRG Chair and Independent Chair are told at once (§1, §6, D-3, N-6)."""
    deadline = run.deadline("D-3", since=run.received_at)
    if not deadline.open:  # after continue-as-new it is done already
        return
    due_by = run.due("D-7", run.notified_at)
    told = [
        Notice(
            cause="partners-told",
            template="partners-told",
            to=person,
            n={"notified_at": run.notified_at, "due": due_by, "capacity": role.value},
        )
        for role in notify.LEADERS
        for person in run.holders(role)
    ]
    await run.told_in_time(deadline, told)
