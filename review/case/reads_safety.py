"""What has been recorded of the steps for children's safety (§1). N-5."""

from collections.abc import Collection, Iterable

from calendar_rules.model import Model
from review.case.entries import Entry
from review.case.reads_notification import incident_reported
from review.case.reads_people import children
from review.case.state import CaseState
from review.facts.base import Child
from review.facts.enums import Harm, SafetyState
from review.facts.notification import SafetyStepsRecorded

OTHER_CHILDREN = "other children"  # who are not of the case


class Safety(Model):
    """How it stands with the steps for one child, or for other children: `said` are the steps, or why none is needed.

    `child_id` and `name` are those of a child of the case, or both `OTHER_CHILDREN`.
    """

    child_id: str
    name: str
    state: SafetyState
    said: str = ""

    @property
    def title(self) -> str:
        return "Other children" if self.child_id == OTHER_CHILDREN else self.name

    @property
    def in_words(self) -> str:
        """As papers say it."""
        return (
            "Missing: not recorded yet." if self.state is SafetyState.MISSING else f"{_SAYS[self.state]}: {self.said}"
        )


_SAYS = {SafetyState.RECORDED: "Recorded", SafetyState.NONE_NEEDED: "None needed"}


def safety(case: CaseState) -> list[Safety]:
    """How it stands with each living child of the case, and with other children; nothing without an incident."""
    return _standing(case, case.every(SafetyStepsRecorded)) if incident_reported(case) else []


def safety_in_brief(case: CaseState) -> str:
    """The same in a line without a name or a reason, for mails and lists: "recorded", "missing for 2 children"."""
    found = safety(case)
    missing = sum(one.state is SafetyState.MISSING and one.child_id != OTHER_CHILDREN for one in found)
    lacking = [f"{missing} {'child' if missing == 1 else 'children'}"] if missing else []
    lacking += [OTHER_CHILDREN for one in found if one.state is SafetyState.MISSING and one.child_id == OTHER_CHILDREN]
    if lacking:
        return f"missing for {' and for '.join(lacking)}"
    states = {one.state for one in found if one.child_id != OTHER_CHILDREN}
    if len(states) > 1:
        return "recorded for some children, none needed for others"
    return "none needed" if states == {SafetyState.NONE_NEEDED} else "recorded" if found else ""


def safety_missing(case: CaseState) -> list[str]:
    """Of whom no answer is recorded yet: ids of the living children of the case, and the other children."""
    standing = _standing(case, case.every(SafetyStepsRecorded))
    return [one.child_id for one in standing if one.state is SafetyState.MISSING]


def safety_answered_by(case: CaseState, *, but: Collection[str] = ()) -> Entry[SafetyStepsRecorded] | None:
    """The entry with which nothing was missing any more, `but` for children who are asked about by themselves."""
    awaited = {child.child_id for child in _living(case)} | {OTHER_CHILDREN}
    awaited -= set(but)
    for one in case.entries_of(SafetyStepsRecorded):
        awaited -= {*one.fact.child_ids, *([OTHER_CHILDREN] if one.fact.others else [])}
        if not awaited:
            return one
    return None


def _living(case: CaseState) -> list[Child]:
    return [child for child in children(case) if child.harm is not Harm.DIED]


def _standing(case: CaseState, told: list[SafetyStepsRecorded]) -> list[Safety]:
    found = [_of_child(child, [one for one in told if child.child_id in one.child_ids]) for child in _living(case)]
    others = _together(one.others for one in told if one.others)
    state = SafetyState.RECORDED if others else SafetyState.MISSING
    return [*found, Safety(child_id=OTHER_CHILDREN, name=OTHER_CHILDREN, state=state, said=others)]


def _of_child(child: Child, told: list[SafetyStepsRecorded]) -> Safety:
    """Whether steps are needed is as was said last; then all that was said of them so far."""
    if not told:
        return Safety(child_id=child.child_id, name=child.name, state=SafetyState.MISSING)
    last = told[-1].none_needed
    said = _together(one.steps for one in told if one.none_needed is last)
    state = SafetyState.NONE_NEEDED if last else SafetyState.RECORDED
    return Safety(child_id=child.child_id, name=child.name, state=state, said=said)


def _together(said: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(said))
