"""What may be said when of what follows a review (§6, §7, G-9 to G-11, K-10).

Pure. How things stand is looked up in `reads`.
"""

from datetime import datetime

from review.case import reads
from review.case.state import CaseState
from review.chapters.follow_up.reads import (
    actions_considered,
    agreed,
    closed_actions,
    recommendations,
    recommendations_open,
    since_agreed,
)
from review.facts import Reported
from review.facts.base import Fact
from review.facts.directory import Role
from review.facts.follow_up import (
    ActionClosureAgreed,
    ActionDueMoved,
    ActionHandedOn,
    ActionProgressed,
    ActionSet,
    FindingsHandedOver,
    ImmediateLearningNotShared,
    LearningDisseminated,
    NoActionNeeded,
    SubGroupAnswered,
)
from review.kit import changes
from review.kit import refusals as no
from review.kit.chapter import Check
from review.kit.guards import agencies, day_to_come, in_calendar, needs, once, people

CRG = (Role.CRG_CHAIR, Role.CRG_MEMBER)


def _set(case: CaseState, fact: ActionSet, reported: Reported, now: datetime) -> None:
    once(reads.action_set(case, fact.action), f"The action {fact.action}", field="action")
    people(case, [fact.owner], "owner")
    agencies(case, [fact.agency], "agency")
    in_calendar(case, "The due day", fact.due_date, "due_date")  # one that is overdue already is told so at once
    if fact.recommendation_number is not None:
        _of_the_report(case, fact.recommendation_number)


def _of_the_report(case: CaseState, number: int | None) -> None:
    """The number is that of a recommendation of the agreed report."""
    if number is None or number > recommendations(case):
        fields = {"recommendation_number": f"1 to {recommendations(case)}"}
        raise no.UnknownRecommendation(number=recommendations(case), fields=fields)


def _open(case: CaseState, action: str) -> None:
    if reads.action_set(case, action) is None:
        raise no.UnknownAction(action=action, fields={"action": "is no action of this case"})
    if action in closed_actions(case):
        raise no.ActionClosed(action=action)


def _progressed(case: CaseState, fact: ActionProgressed, reported: Reported, now: datetime) -> None:
    _open(case, fact.action)
    any_action = {Role.BUSINESS_UNIT, *CRG} & set(reported.by.roles)
    if not any_action and reads.action_owner(case, fact.action) not in reported.by.people:
        raise no.NotYourAction(action=fact.action)


def _moved(case: CaseState, fact: ActionDueMoved, reported: Reported, now: datetime) -> None:
    _open(case, fact.action)
    day_to_come(case, "The due day", fact.due_date, changes.when(case, reported, now), "due_date")


def _handed_on(case: CaseState, fact: ActionHandedOn, reported: Reported, now: datetime) -> None:
    _open(case, fact.action)
    people(case, [fact.owner], "owner")
    agencies(case, [fact.agency], "agency")


def _closure(case: CaseState, fact: ActionClosureAgreed, reported: Reported, now: datetime) -> None:
    _open(case, fact.action)
    if not reads.evidence_given(case, fact.action):
        raise no.ActionWithoutEvidence(action=fact.action)


def _shared(case: CaseState, fact: LearningDisseminated, reported: Reported, now: datetime) -> None:
    """Immediate learning may be shared from the rapid review meeting on (R-7); it is not the review's own."""
    needs(
        reads.meeting_held(case) or reads.review_wanted(case),
        "no review has been held or decided on from which to learn",
    )


def _not_shared(case: CaseState, fact: ImmediateLearningNotShared, reported: Reported, now: datetime) -> None:
    needs(reads.panel_has_it_since(case), "the rapid review has not been submitted")
    once(not reads.immediate_learning_open(case), "That immediate learning was shared, or why it is not,")


def _handed_over(case: CaseState, fact: FindingsHandedOver, reported: Reported, now: datetime) -> None:
    needs(reads.review_wanted(case), "no review has been decided on, so there are no findings")
    known = [one for one in case.every(FindingsHandedOver) if one.handover == fact.handover]
    once(known, f"The handover {fact.handover}", field="handover")
    sub_groups = case.cast.holders(Role.SUB_GROUP)
    if fact.sub_group and fact.sub_group not in sub_groups:
        raise no.NoSubGroup(person=fact.sub_group, fields={"sub_group": "is no sub-group of the directory"})
    if not fact.sub_group and len(sub_groups) > 1:
        raise no.SubGroupNotNamed(sub_groups=", ".join(sub_groups), fields={"sub_group": "name one of them"})


def _answered(case: CaseState, fact: SubGroupAnswered, reported: Reported, now: datetime) -> None:
    handed_over = reads.handover(case, fact.handover)
    if handed_over is None:
        raise no.UnknownHandover(handover=fact.handover, fields={"handover": "is not of this case"})
    any_handover = {Role.BUSINESS_UNIT, *CRG} & set(reported.by.roles)
    if not any_handover and reads.sub_group(case, handed_over) not in reported.by.people:
        raise no.NotYourHandover(handover=fact.handover, fields={"handover": "is not yours"})
    once(
        fact.handover not in [one.handover for one in reads.unanswered_handovers(case)],
        f"The answer to {fact.handover}",
    )


def _none_needed(case: CaseState, fact: NoActionNeeded, reported: Reported, now: datetime) -> None:
    needs(agreed(case), "the review's findings have not been agreed")
    if recommendations(case) or fact.recommendation_number is not None:
        _of_the_report(case, fact.recommendation_number)
        held = fact.recommendation_number not in recommendations_open(case)
        once(held, f"What follows from recommendation {fact.recommendation_number}")
        return
    once(since_agreed(case, ActionSet), "At least one action")
    once(actions_considered(case), "That no action is needed")


CHECKS: dict[type[Fact], Check] = {
    LearningDisseminated: _shared,
    ImmediateLearningNotShared: _not_shared,
    FindingsHandedOver: _handed_over,
    SubGroupAnswered: _answered,
    ActionSet: _set,
    ActionProgressed: _progressed,
    ActionDueMoved: _moved,
    ActionHandedOn: _handed_on,
    ActionClosureAgreed: _closure,
    NoActionNeeded: _none_needed,
}
