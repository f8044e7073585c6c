"""What can be done next of what follows a review (G-9 to G-11, K-10).

Pure.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from calendar_rules.lengths import london
from review.case import reads
from review.case.state import CaseState
from review.chapters.follow_up.checks import CRG
from review.chapters.follow_up.reads import (
    ActionStanding,
    action_log,
    actions_considered,
    disseminated,
    handed_over,
    recommendations_open,
)
from review.facts.base import Fact
from review.facts.crg import ConcernAnswered
from review.facts.directory import Role
from review.facts.enums import Decision, Rating, Route, Stage
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
from review.kit import notify
from review.kit.offer import Offer

_FOLLOWING = (Stage.DISSEMINATION, Stage.ACTIONS)


# Where what follows each review is waited for; a national one is the Panel's own, and has no stage of dissemination.
_AFTER: dict[Decision | None, tuple[Stage, ...]] = {
    Decision.PRACTICE_REVIEW: _FOLLOWING,
    Decision.LEARNING_REVIEW: _FOLLOWING,
    Decision.NATIONAL_REVIEW: (Stage.NATIONAL_REVIEW, Stage.ACTIONS),
}

_A_QUARTER = timedelta(days=91)


def offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if reads.ended(case):
        yield from _answers(case, needed=False)
        return
    reviewed = reads.review_wanted(case) in (Decision.PRACTICE_REVIEW, Decision.LEARNING_REVIEW)
    waited = case.stage in _AFTER.get(reads.review_wanted(case), ())
    for_another = case.route is Route.INFORMATION_REQUEST  # what its returns show may be acted on here
    if reads.meeting_held(case) or reads.review_wanted(case) or for_another:
        yield from _new_action(case, now, waited=waited)
    yield from _of_log(case, now)
    if reads.meeting_held(case) or reads.review_wanted(case):
        shared = LearningDisseminated(
            means="Sample: briefing", audience="Sample: all agencies", what=LearningDisseminated.sample["what"]
        )
        at_once = reads.immediate_learning_open(case)
        yield Offer(
            body=shared,
            needed=at_once or (waited and not disseminated(case)),
            title="Share the immediate learning, and record how" if at_once else "Record how learning was shared",
            deadline="R-7" if at_once else None,
        )
        if at_once:
            none = ImmediateLearningNotShared.model_validate(ImmediateLearningNotShared.sample)
            yield Offer(body=none, needed=False, title="Say why the immediate learning is not shared", deadline="R-7")
    if reads.review_wanted(case):
        sub_groups = case.cast.holders(Role.SUB_GROUP)
        handover = FindingsHandedOver(
            handover=f"handover-{len(case.every(FindingsHandedOver)) + 1}",
            to=FindingsHandedOver.sample["to"],
            sub_group=sub_groups[0] if len(sub_groups) > 1 else None,
            findings=LearningDisseminated.sample["what"],
        )
        yield Offer(
            body=handover,
            needed=waited and reviewed and not handed_over(case),
            title="Hand findings over to a sub-group",
        )
    yield from _answers(case, needed=waited or reads.review_wanted(case) is Decision.NO_FURTHER_ACTION)


def _answers(case: CaseState, *, needed: bool) -> Iterator[Offer]:
    """G-10: the case is not concluded while a sub-group owes its answer."""
    for one in reads.unanswered_handovers(case):
        yield Offer(
            body=SubGroupAnswered(handover=one.handover, answer=ConcernAnswered.sample["answer"]),
            needed=needed,
            about=one.handover,
            title="Record the sub-group's answer",
            deadline=f"G-10:{one.handover}",
        )


def _new_action(case: CaseState, now: datetime, *, waited: bool) -> Iterator[Offer]:
    agency = next((one for one in case.cast.agencies if one.expected), next(iter(case.cast.agencies), None))
    if agency:
        new = ActionSet(
            action=f"action-{len(case.every(ActionSet)) + 1}",
            what=ActionSet.sample["what"],
            owner=agency.safeguarding_lead,
            agency=agency.id,
            due_date=london(now + _A_QUARTER).date(),
            outcome=ActionSet.sample["outcome"],
        )
        left = recommendations_open(case)
        for number in left:
            one_of_them = new.model_copy(update={"recommendation_number": number})
            title = f"Set an action for recommendation {number}"
            yield Offer(body=one_of_them, needed=waited, about=f"recommendation-{number}", title=title)
        yield Offer(body=new, needed=waited and not actions_considered(case) and not left, title="Set an action")
    for number in recommendations_open(case):
        none = NoActionNeeded(reasons=NoActionNeeded.sample["reasons"], recommendation_number=number)
        title = f"Say why recommendation {number} needs no action"
        yield Offer(body=none, needed=False, about=f"recommendation-{number}", title=title)
    if waited and not actions_considered(case):
        none = NoActionNeeded(reasons=NoActionNeeded.sample["reasons"])
        yield Offer(body=none, needed=False, title="Say why no action is needed")


def _of_log(case: CaseState, now: datetime) -> Iterator[Offer]:
    chairs = notify.holders(case, *CRG)
    for one in (one for one in action_log(case) if not one.closed):
        progress = ActionProgressed(
            action=one.action,
            progress=ActionProgressed.sample["progress"],
            rating=Rating.GREEN,
            evidence=ActionProgressed.sample["evidence"],
        )
        yield _about(one, progress, "Record the progress of", needed=not one.evidence, people=[one.owner])
        closure = ActionClosureAgreed(action=one.action, reasons=ActionClosureAgreed.sample["reasons"])
        yield _about(one, closure, "Agree that the CRG closes", needed=bool(one.evidence), people=chairs[:1])
        later = max(london(one.due).date(), london(now).date()) + timedelta(days=28)
        moved = ActionDueMoved(action=one.action, due_date=later, reason=ActionDueMoved.sample["reason"])
        yield _about(one, moved, "Move the due day of")
        handed = ActionHandedOn(
            action=one.action, owner=one.owner, agency=one.agency, reason=ActionHandedOn.sample["reason"]
        )
        yield _about(one, handed, "Hand on")


def _about(
    one: ActionStanding, body: Fact, title: str, *, needed: bool = False, people: list[str] | None = None
) -> Offer:
    return Offer(
        body=body,
        needed=needed,
        about=one.action,
        people=people or [],
        title=f"{title} {one.action}",
        deadline=one.deadline,
    )
