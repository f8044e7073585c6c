"""What has been recorded of the steps for children's safety (§1). N-5."""

from collections.abc import Collection

from review.case.entries import Entry
from review.case.reads_people import children
from review.case.state import CaseState
from review.facts.enums import Harm
from review.facts.notification import SafetyStepsRecorded

OTHER_CHILDREN = "other children"  # who are not of the case


def safety_missing(case: CaseState) -> list[str]:
    """Of whom no answer is recorded yet: ids of the living children of the case, and the other children."""
    return _missing(case, case.every(SafetyStepsRecorded))


def safety_answered_by(case: CaseState, *, but: Collection[str] = ()) -> Entry[SafetyStepsRecorded] | None:
    """The entry with which nothing was missing any more, `but` for children who are asked about by themselves."""
    entries = case.entries_of(SafetyStepsRecorded)
    told = [one.fact for one in entries]
    return next(
        (one for number, one in enumerate(entries, 1) if not set(_missing(case, told[:number])) - set(but)), None
    )


def _missing(case: CaseState, told: list[SafetyStepsRecorded]) -> list[str]:
    named = {child for one in told for child in one.child_ids}
    living = [child.child_id for child in children(case) if child.harm is not Harm.DIED]
    others = [] if any(one.others for one in told) else [OTHER_CHILDREN]
    return [child for child in living if child not in named] + others
