"""How what follows a review stands: the action log, handovers, recommendations (§6, §7, G-9 to G-11, K-10).

Pure lookups on the state; nothing is decided here that a check, a step or the run does not share.
"""

from pydantic import AwareDatetime

from calendar_rules.model import Model
from review.case import reads
from review.case.entries import Entry
from review.case.state import CaseState
from review.chapters.learning_review import chapter as learning_review
from review.chapters.practice_review import reads as stands
from review.chapters.practice_review.papers import REVIEW
from review.facts.base import Fact
from review.facts.enums import Decision, Rating
from review.facts.follow_up import (
    ActionClosureAgreed,
    ActionHandedOn,
    ActionProgressed,
    ActionSet,
    FindingsHandedOver,
    LearningDisseminated,
    NoActionNeeded,
)
from review.facts.learning_review import LearningReviewAssured
from review.facts.signing import SignOffGiven


class ActionStanding(Model):
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
    deadline: str  # id of its deadline


def action_log(case: CaseState) -> list[ActionStanding]:
    """Every action of the case in the order in which they were set."""
    return [_standing(case, fact) for fact in case.every(ActionSet)]


def _standing(case: CaseState, fact: ActionSet) -> ActionStanding:
    moved_on = [one for one in case.every(ActionHandedOn) if one.action == fact.action]
    steps = [one for one in case.every(ActionProgressed) if one.action == fact.action]
    deadline = case.deadlines[f"G-11:{fact.action}"]
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
        closed=fact.action in closed_actions(case),
        due=deadline.due,
        deadline=deadline.id,
    )


def open_actions(case: CaseState) -> list[str]:
    """Ids of the actions that the CRG has not agreed to close (G-11)."""
    return [fact.action for fact in case.every(ActionSet) if fact.action not in closed_actions(case)]


def agreed(case: CaseState) -> Entry | None:
    """What agreed the review's findings: the CRG's assurance (A-5), the last signature (K-7), or, for a national
    review, which is the Panel's own, the partners' decision (R-15).
    """
    match reads.review_wanted(case):
        case Decision.LEARNING_REVIEW:
            return case.entry(LearningReviewAssured) if learning_review.assured(case) else None
        case Decision.PRACTICE_REVIEW:
            signed = case.entries_of(SignOffGiven) if stands.agreed(case, REVIEW) else []
            rounds = {one.id for one in case.rounds if one.document.document == REVIEW}
            return next((one for one in reversed(signed) if one.fact.round in rounds), None)
        case Decision.NATIONAL_REVIEW:
            return reads.decision_entry(case)
        case _:
            return None


def since_agreed(case: CaseState, *kinds: type[Fact]) -> list[Fact]:
    """What was said of these kinds since the findings were agreed: only that follows from them (G-9, K-10)."""
    found = agreed(case)
    later = case.entries[case.place(found) :] if found else []
    return [one.fact for one in later if isinstance(one.fact, kinds) and not one.corrected_by]


def disseminated(case: CaseState) -> bool:
    """What was learned was shared at least once (G-9)."""
    return bool(since_agreed(case, LearningDisseminated))


def handed_over(case: CaseState) -> bool:
    """What was found went to a sub-group at least once (G-10)."""
    return bool(since_agreed(case, FindingsHandedOver))


def recommendations(case: CaseState) -> int:
    """How many recommendations the agreed report of a practice review makes (K-6, K-10)."""
    version = stands.agreed(case, REVIEW) if reads.review_wanted(case) is Decision.PRACTICE_REVIEW else None
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
    at_any_time = case.every(ActionSet) if reads.review_wanted(case) is Decision.NATIONAL_REVIEW else []
    return bool(at_any_time or since_agreed(case, ActionSet, NoActionNeeded))


def followed_up(case: CaseState) -> bool:
    """Whether everything required after a review is done."""
    shared = disseminated(case) and handed_over(case) and actions_considered(case)
    return shared and not open_actions(case) and not reads.unanswered_handovers(case)


def closed_actions(case: CaseState) -> set[str]:
    return {fact.action for fact in case.every(ActionClosureAgreed)}
