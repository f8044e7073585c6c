"""What follows a review: learning disseminated, findings handed over, actions to their end (§6, §7, G-9..G-11, K-10).

Room: review; pure.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel

from calendar_rules.lengths import london
from review import changes, examples, put_right, telling, timing
from review import practice_standing as stands
from review import refusals as no
from review.case import CaseState
from review.chapter import Chapter
from review.chapters import learning_review
from review.directory import Role
from review.fact import Fact
from review.facts import Corrected, Said
from review.guards import agencies, day_to_come, in_calendar, needs, once, people
from review.offer import Offer
from review.practice_papers import REVIEW
from review.said.follow_up import (
    ActionClosureAgreed,
    ActionDueMoved,
    ActionHandedOn,
    ActionProgressed,
    ActionSet,
    FindingsHandedOver,
    LearningDisseminated,
    NoActionNeeded,
    SubGroupAnswered,
)
from review.said.learning_review import LearningReviewAssured
from review.said.panel import PartnersDecided
from review.said.report import SignOffGiven
from review.said.standing import TakenBack
from review.told import Entry
from review.words import Decision, Rating, Route, Stage

_SBU = Role.BUSINESS_UNIT
_CRG = (Role.CRG_CHAIR, Role.CRG_MEMBER)
_FOLLOWING = (Stage.DISSEMINATION, Stage.ACTIONS)
# Where what follows each review is waited for; a national one is the Panel's own, and has no stage of dissemination.
_AFTER: dict[Decision | None, tuple[Stage, ...]] = {
    Decision.PRACTICE_REVIEW: _FOLLOWING,
    Decision.LEARNING_REVIEW: _FOLLOWING,
    Decision.NATIONAL_REVIEW: (Stage.NATIONAL_REVIEW, Stage.ACTIONS),
}
_A_QUARTER = timedelta(days=91)


class ActionStanding(BaseModel):
    """One action as it stands: what was set, how it gets on, when it is due (G-11)."""

    action: str
    what: str
    owner: str
    agency: str
    outcome: str
    recommendation: str
    recommendation_number: int | None
    rating: Rating | None
    progress: str
    evidence: list[str]
    closed: bool
    due: AwareDatetime
    deadline: str  # id of its clock


def action_log(case: CaseState) -> list[ActionStanding]:
    """Every action of the case in the order in which they were set."""
    return [_standing(case, fact) for fact in case.every(ActionSet)]


def _standing(case: CaseState, fact: ActionSet) -> ActionStanding:
    moved_on = [one for one in case.every(ActionHandedOn) if one.action == fact.action]
    steps = [one for one in case.every(ActionProgressed) if one.action == fact.action]
    clock = case.clocks[f"G-11:{fact.action}"]
    return ActionStanding(
        action=fact.action,
        what=fact.what,
        owner=moved_on[-1].owner if moved_on else fact.owner,
        agency=moved_on[-1].agency if moved_on else fact.agency,
        outcome=fact.outcome,
        recommendation=fact.recommendation,
        recommendation_number=fact.recommendation_number,
        rating=steps[-1].rating if steps else None,
        progress=steps[-1].progress if steps else "",
        evidence=[one.evidence for one in steps if one.evidence.strip()],
        closed=fact.action in _closed(case),
        due=clock.due,
        deadline=clock.id,
    )


def open_actions(case: CaseState) -> list[str]:
    """Ids of the actions that the CRG has not agreed to close (G-11)."""
    return [fact.action for fact in case.every(ActionSet) if fact.action not in _closed(case)]


def agreed(case: CaseState) -> Entry | None:
    """What agreed the review's findings: the CRG's assurance (A-5), the last signature (K-7), or, for a national
    review, which is the Panel's own, the partners' decision (R-15).
    """
    match case.review_wanted:
        case Decision.LEARNING_REVIEW:
            return case.entry(LearningReviewAssured) if learning_review.assured(case) else None
        case Decision.PRACTICE_REVIEW:
            signed = case.entries_of(SignOffGiven) if stands.agreed(case, REVIEW) else []
            rounds = {one.id for one in case.rounds if one.document.document == REVIEW}
            return next((one for one in reversed(signed) if getattr(one.said.fact, "round", "") in rounds), None)
        case Decision.NATIONAL_REVIEW:
            return case.entry(PartnersDecided)
        case _:
            return None


def _since_agreed(case: CaseState, *kinds: type[Fact]) -> list[Fact]:
    """What was said of these kinds since the findings were agreed: only that follows from them (G-9, K-10)."""
    found = agreed(case)
    later = case.entries[case.place(found) :] if found else []
    return [one.said.fact for one in later if isinstance(one.said.fact, kinds) and not one.corrected_by]


def disseminated(case: CaseState) -> bool:
    """What was learned was shared at least once (G-9)."""
    return bool(_since_agreed(case, LearningDisseminated))


def handed_over(case: CaseState) -> bool:
    """What was found went to a sub-group at least once (G-10)."""
    return bool(_since_agreed(case, FindingsHandedOver))


def recommendations(case: CaseState) -> int:
    """How many recommendations the agreed report of a practice review makes (K-6, K-10)."""
    version = stands.agreed(case, REVIEW) if case.review_wanted is Decision.PRACTICE_REVIEW else None
    report = stands.draft(case, version) if version else None
    return report.recommendations if report else 0


def recommendations_open(case: CaseState) -> list[int]:
    """Recommendations, by number, that have neither an action nor a reason why none is needed (K-10)."""
    named = {fact.recommendation_number for fact in case.every(ActionSet)}
    named |= {fact.recommendation_number for fact in case.every(NoActionNeeded)}
    return [number for number in range(1, recommendations(case) + 1) if number not in named]


def actions_considered(case: CaseState) -> bool:
    """Each recommendation became an action, or it is said why there is none (K-10). A national review recommends
    nothing here: what was set at any time counts.
    """
    if recommendations(case):
        return not recommendations_open(case)
    at_any_time = case.every(ActionSet) if case.review_wanted is Decision.NATIONAL_REVIEW else []
    return bool(at_any_time or _since_agreed(case, ActionSet, NoActionNeeded))


def followed_up(case: CaseState) -> bool:
    """Whether nothing more is owed after a review."""
    shared = disseminated(case) and handed_over(case) and actions_considered(case)
    return shared and not open_actions(case) and not unanswered(case)


def unanswered(case: CaseState) -> list[FindingsHandedOver]:
    """Handovers that the sub-group has not answered (G-10)."""
    answered = {fact.handover for fact in case.every(SubGroupAnswered)}
    return [fact for fact in case.every(FindingsHandedOver) if fact.handover not in answered]


def _closed(case: CaseState) -> set[str]:
    return {fact.action for fact in case.every(ActionClosureAgreed)}


def _evidence(case: CaseState, action: str) -> bool:
    return any(fact.action == action and fact.evidence.strip() for fact in case.every(ActionProgressed))


# --- checks ---


def _set(case: CaseState, fact: ActionSet, said: Said, now: datetime) -> None:
    once(case.action_set(fact.action), f"The action {fact.action}")
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
    if case.action_set(action) is None:
        raise no.UnknownAction(action=action, fields={"action": "is no action of this case"})
    if action in _closed(case):
        raise no.ActionClosed(action=action)


def _progressed(case: CaseState, fact: ActionProgressed, said: Said, now: datetime) -> None:
    _open(case, fact.action)
    if not {_SBU, *_CRG} & set(said.by.roles) and case.action_owner(fact.action) not in said.by.people:
        raise no.NotYourAction(action=fact.action)


def _moved(case: CaseState, fact: ActionDueMoved, said: Said, now: datetime) -> None:
    _open(case, fact.action)
    day_to_come(case, "The due day", fact.due_date, changes.when(case, said, now), "due_date")


def _handed_on(case: CaseState, fact: ActionHandedOn, said: Said, now: datetime) -> None:
    _open(case, fact.action)
    people(case, [fact.owner], "owner")
    agencies(case, [fact.agency], "agency")


def _closure(case: CaseState, fact: ActionClosureAgreed, said: Said, now: datetime) -> None:
    _open(case, fact.action)
    if not _evidence(case, fact.action):
        raise no.ActionWithoutEvidence(action=fact.action)


def _shared(case: CaseState, fact: LearningDisseminated, said: Said, now: datetime) -> None:
    """Immediate learning may be shared from the rapid review meeting on (R-7); it is not the review's own."""
    needs(case.meeting_held or case.review_wanted, "no review has been held or decided on from which to learn")


def _handed_over(case: CaseState, fact: FindingsHandedOver, said: Said, now: datetime) -> None:
    needs(case.review_wanted, "no review has been decided on, so there are no findings")
    known = [one for one in case.every(FindingsHandedOver) if one.handover == fact.handover]
    once(known, f"The handover {fact.handover}")


def _answered(case: CaseState, fact: SubGroupAnswered, said: Said, now: datetime) -> None:
    if not [one for one in case.every(FindingsHandedOver) if one.handover == fact.handover]:
        raise no.UnknownHandover(handover=fact.handover, fields={"handover": "is not of this case"})
    once(fact.handover not in [one.handover for one in unanswered(case)], f"The answer to {fact.handover}")


def _none_needed(case: CaseState, fact: NoActionNeeded, said: Said, now: datetime) -> None:
    needs(agreed(case), "the review's findings have not been agreed")
    if recommendations(case) or fact.recommendation_number is not None:
        _of_the_report(case, fact.recommendation_number)
        held = fact.recommendation_number not in recommendations_open(case)
        once(held, f"What follows from recommendation {fact.recommendation_number}")
        return
    once(_since_agreed(case, ActionSet), "At least one action")
    once(actions_considered(case), "That no action is needed")


# --- what follows ---


def _consequences(case: CaseState, entry: Entry, now: datetime) -> None:
    fact: Fact = entry.said.fact
    match fact:
        case ActionSet():
            timing.start(case, "G-11", now, since=entry.happened_at, subject=fact.action)
            _tell_owner(case, fact.action, fact.owner, now)
        case ActionHandedOn():
            _tell_owner(case, fact.action, fact.owner, now, turn=entry.said.message)
            _let_off(case, fact, entry)
        case Corrected() | TakenBack():
            _mind_the_owner(case, entry, now)
        case FindingsHandedOver() if case.knows("handovers-followed"):
            timing.start(case, "G-10", now, since=entry.happened_at, subject=fact.handover)
        case ActionDueMoved():
            timing.recount(case, "another due day was set; the reason is in the record", now)
        case LearningDisseminated():
            people = telling.holders(case, *telling.LEADERS)
            cause = f"learning-disseminated:{entry.said.message}"
            case.post(telling.to_each(people, cause, "learning-disseminated"))  # touch point (G-5)


def _let_off(case: CaseState, fact: ActionHandedOn, entry: Entry) -> None:
    """Whoever owned an action until it was handed on is told that it is asked of them no more (G-11)."""
    said: list[ActionSet | ActionHandedOn] = [*case.every(ActionSet), *case.every(ActionHandedOn)]
    owners = [one.owner for one in said if one.action == fact.action]
    if owners[-2] != fact.owner and case.knows("owner-let-off"):  # before, only the new owner was told
        n = {"action": fact.action, "rule_id": f"G-11:{fact.action}"}
        cause = f"action-handed-on:{fact.action}:{entry.said.message}"
        case.post(telling.to_each([owners[-2]], cause, "action-handed-on", n, about=n["rule_id"]))


def _mind_the_owner(case: CaseState, entry: Entry, now: datetime) -> None:
    """An action that is somebody else's than was said: who owns it now is told so (X-2, G-11)."""
    by = entry.said.message
    for wrong in [one.said.fact for one in case.entries if one.corrected_by == by]:
        if not isinstance(wrong, ActionSet | ActionHandedOn) or wrong.action not in open_actions(case):
            continue
        owner = case.action_owner(wrong.action)
        if owner and owner != wrong.owner and case.knows(put_right.WAY):
            _tell_owner(case, wrong.action, owner, now, turn=by)


def _tell_owner(case: CaseState, action: str, owner: str, now: datetime, *, turn: str = "") -> None:
    clock = case.clocks[f"G-11:{action}"]
    n = {"due": clock.due, "rule_id": clock.id, "action": action}
    if clock.overdue(now):
        n["overdue"] = True
    cause = f"action-set:{action}:{turn}".rstrip(":")
    case.post(telling.to_each([owner], cause, "action-set", n, about=clock.id))


# --- next steps ---


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if case.ended:
        yield from _answers(case, needed=False)
        return
    reviewed = case.review_wanted in (Decision.PRACTICE_REVIEW, Decision.LEARNING_REVIEW)
    waited = case.stage in _AFTER.get(case.review_wanted, ())
    for_another = case.route is Route.INFORMATION_REQUEST  # what its returns show may be acted on here
    if case.meeting_held or case.review_wanted or for_another:
        yield from _new_action(case, now, waited=waited)
    yield from _of_log(case, now)
    if case.meeting_held or case.review_wanted:
        shared = LearningDisseminated(means="Sample: briefing", audience="Sample: all agencies", what=examples.LEARNING)
        yield Offer(body=shared, needed=waited and not disseminated(case), title="Record how learning was shared")
    if case.review_wanted:
        handover = FindingsHandedOver(
            handover=f"handover-{len(case.every(FindingsHandedOver)) + 1}",
            to="Quality sub-group",
            findings=examples.LEARNING,
        )
        yield Offer(
            body=handover,
            needed=waited and reviewed and not handed_over(case),
            title="Hand findings over to a sub-group",
        )
    yield from _answers(case, needed=waited or case.review_wanted is Decision.NO_FURTHER_ACTION)


def _answers(case: CaseState, *, needed: bool) -> Iterator[Offer]:
    """G-10: the case is not concluded while a sub-group owes its answer."""
    for one in unanswered(case):
        yield Offer(
            body=SubGroupAnswered(handover=one.handover, answer=examples.ANSWER),
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
            what=examples.ACTION,
            owner=agency.safeguarding_lead,
            agency=agency.id,
            due_date=london(now + _A_QUARTER).date(),
            outcome=examples.OUTCOME,
        )
        left = recommendations_open(case)
        for number in left:
            one_of_them = new.model_copy(update={"recommendation_number": number})
            title = f"Set an action for recommendation {number}"
            yield Offer(body=one_of_them, needed=waited, about=f"recommendation-{number}", title=title)
        yield Offer(body=new, needed=waited and not actions_considered(case) and not left, title="Set an action")
    for number in recommendations_open(case):
        none = NoActionNeeded(reasons=examples.NO_ACTION, recommendation_number=number)
        title = f"Say why recommendation {number} needs no action"
        yield Offer(body=none, needed=False, about=f"recommendation-{number}", title=title)
    if waited and not actions_considered(case):
        none = NoActionNeeded(reasons=examples.NO_ACTION)
        yield Offer(body=none, needed=False, title="Say why no action is needed")


def _of_log(case: CaseState, now: datetime) -> Iterator[Offer]:
    chairs = telling.holders(case, *_CRG)
    for one in (one for one in action_log(case) if not one.closed):
        progress = ActionProgressed(
            action=one.action, progress=examples.PROGRESS, rating=Rating.GREEN, evidence=examples.EVIDENCE
        )
        yield _about(one, progress, "Record the progress of", needed=not one.evidence, people=[one.owner])
        closure = ActionClosureAgreed(action=one.action, reasons=examples.CLOSURE)
        yield _about(one, closure, "Agree that the CRG closes", needed=bool(one.evidence), people=chairs[:1])
        later = max(london(one.due).date(), london(now).date()) + timedelta(days=28)
        moved = ActionDueMoved(action=one.action, due_date=later, reason=examples.LATER)
        yield _about(one, moved, "Move the due day of")
        handed = ActionHandedOn(action=one.action, owner=one.owner, agency=one.agency, reason=examples.HANDED_ON)
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


CHAPTER = Chapter(
    title="What follows",
    checks={
        LearningDisseminated: _shared,
        FindingsHandedOver: _handed_over,
        SubGroupAnswered: _answered,
        ActionSet: _set,
        ActionProgressed: _progressed,
        ActionDueMoved: _moved,
        ActionHandedOn: _handed_on,
        ActionClosureAgreed: _closure,
        NoActionNeeded: _none_needed,
    },
    may_say={
        "learning-disseminated": (_SBU, Role.CRG_CHAIR, Role.CRG_MEMBER),
        "findings-handed-over": (_SBU, Role.CRG_CHAIR),
        "sub-group-answered": (_SBU, Role.CRG_CHAIR, Role.CRG_MEMBER),
        "action-set": (_SBU, Role.CRG_CHAIR),
        "action-progressed": (_SBU, *_CRG, Role.AGENCY, Role.ACCOUNTABLE_OFFICER, Role.DEPUTY),
        "action-due-moved": (_SBU, Role.CRG_CHAIR),
        "action-handed-on": (_SBU, Role.CRG_CHAIR),
        "action-closure-agreed": _CRG,
        "no-action-needed": (_SBU, Role.CRG_CHAIR),
    },
    stages={
        **dict.fromkeys(("action-set", "findings-handed-over", "sub-group-answered"), _FOLLOWING),
        **dict.fromkeys(("action-progressed", "action-due-moved", "action-handed-on"), _FOLLOWING),
        "action-closure-agreed": _FOLLOWING,
    },
    offers=_offers,
    consequences=_consequences,
    outlive=(SubGroupAnswered,),
)
