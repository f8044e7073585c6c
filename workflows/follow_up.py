"""What is learned is followed up: dissemination, actions, assurance. G-7, G-9..G-11, K-10."""

from temporalio import workflow

from review.case import reads
from review.chapters.editions.chapter import nothing_owed_of_notifying
from review.chapters.follow_up.reads import (
    actions_considered,
    disseminated,
    handed_over,
    open_actions,
)
from review.chapters.practice_review import reads as stands
from review.facts.any_stage import CaseReopened
from review.facts.directory import Role
from review.facts.enums import Decision, Stage
from review.kit import changes, notify
from review.view import waiting_for
from workflows.case_run import CaseRun


async def learning_followed_up(run: CaseRun) -> None:
    """Learning is shared, and actions are followed until the last is closed (§6, §7, G-9..G-11, K-10)."""
    if reads.ended(run.case) or reads.review_wanted(run.case) is None:  # not notified, say, or still with the CRG
        return
    if reads.review_wanted(run.case) is not Decision.NO_FURTHER_ACTION:
        await learning_shared(run)  # G-9, K-10
        await findings_handed_over(run)  # G-10
    await nothing_open(run)
    concluded(run)


async def nothing_open(run: CaseRun) -> None:
    """Actions, handovers, duties of care, immediate learning, what stands in for a review; what is opened meanwhile is
    waited for, too.
    """
    while True:
        await actions_closed(run)  # G-11
        await sub_groups_answer(run)  # G-10
        await workflow.wait_condition(lambda: nothing_owed_of_notifying(run.case))  # N-4, N-5, N-8
        await panel_heard(run)  # the partners may have decided before it answered
        await workflow.wait_condition(lambda: not in_place_of_a_review(run))  # K-8, s. 16F
        await workflow.wait_condition(lambda: not reads.immediate_learning_open(run.case))
        if not open_actions(run.case) and not reads.unanswered_handovers(run.case):
            return


async def panel_heard(run: CaseRun) -> None:
    """The Panel has responded to what was submitted to it, and nothing is before the partners because of it (R-15)."""

    def settled() -> bool:
        answered = reads.submitted(run.case) is None or reads.final_response(run.case) is not None
        return answered and reads.agreement_outstanding(run.case) is None and not reads.decision_sent_back(run.case)

    await workflow.wait_condition(settled)


def in_place_of_a_review(run: CaseRun) -> bool:
    """Whether improvement information, or telling an authority of it, is still owed (K-8, s. 16F)."""
    return stands.improvements_owed(run.case) or bool(stands.non_publication_to_tell(run.case))


async def learning_shared(run: CaseRun) -> None:
    """By briefings and other means; of a national review, too, in which the partnership assists (§6, G-9)."""
    if reads.review_wanted(run.case) is not Decision.NATIONAL_REVIEW:
        run.enter(Stage.DISSEMINATION)
    run.rest()
    await workflow.wait_condition(lambda: disseminated(run.case) and actions_considered(run.case))


def concluded(run: CaseRun) -> None:
    """A touch point of the officers and chairs, who are told of what is left to be done, and of what was asked for and
    is not recorded (flowchart, G-5).
    """
    asked = [one.what for one in waiting_for(run.case, run.now())]
    changes.enter(run.case, Stage.CONCLUDED, run.now())
    still = [one.what for one in waiting_for(run.case, run.now())]
    missing = [one for one in asked if one not in still]
    people = run.holders(*notify.LEADERS, Role.CRG_MEMBER, Role.BUSINESS_UNIT)
    again = len(run.case.every(CaseReopened))  # concluded again, it is told again
    cause = f"case-concluded:{again}" if again else "case-concluded"
    run.meanwhile(run.notify(people, "case-concluded", {"still": still, "missing": missing}, cause=cause))


async def findings_handed_over(run: CaseRun) -> None:
    """What a review found goes to those who see to policy, audit and assurance (§6, G-10)."""
    reviewed = reads.review_wanted(run.case) in (Decision.PRACTICE_REVIEW, Decision.LEARNING_REVIEW)
    if reviewed:
        await workflow.wait_condition(lambda: handed_over(run.case))


async def sub_groups_answer(run: CaseRun) -> None:
    """What was handed over is answered before the case is concluded (§6, G-10)."""
    await workflow.wait_condition(lambda: not reads.unanswered_handovers(run.case))


async def actions_closed(run: CaseRun) -> None:
    """A year or more: the run continues as new, with a short history, and waits (G-11)."""
    if not open_actions(run.case):
        return
    run.enter(Stage.ACTIONS)
    run.rest()
    await workflow.wait_condition(lambda: not open_actions(run.case))
