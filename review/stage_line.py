"""Where a case stands, in one line of at most eight steps: done, now, to come. Which line it is follows from how the
case came in and what was decided; a case that has ended has none. Pure.
"""

from typing import NamedTuple

from review.facts.enums import Route, Stage
from review.views import CaseView, DeadlinesView

DONE, NOW, TO_COME = "done", "now", "to come"
Steps = tuple[tuple[str, tuple[Stage, ...]], ...]


class Step(NamedTuple):
    """One step of the line."""

    title: str
    standing: str


_RAPID: Steps = (
    ("Views", (Stage.DISCUSSION,)),
    ("Notification", (Stage.NOTIFICATION,)),
    ("Scoping", (Stage.SCOPING,)),
    ("Requests", (Stage.REQUEST,)),
    ("Returns", (Stage.RETURNS,)),
    ("Meeting", (Stage.RAPID_REVIEW_MEETING,)),
    ("Report", (Stage.REPORT,)),
    ("Submission", (Stage.SUBMISSION,)),
)
_BEFORE: Steps = (
    ("Rapid review", tuple(stage for _, stages in _RAPID for stage in stages)),
    ("Panel", (Stage.PANEL,)),
    ("Decision", (Stage.DECISION,)),
)
_REFERRAL: Steps = (("Referral", (Stage.REFERRAL, Stage.REFERRAL_RETURNED, Stage.CRG_REFERRAL)),)
_AFTER: Steps = (("Learning", (Stage.DISSEMINATION,)), ("Actions", (Stage.ACTIONS,)))
_PRACTICE: Steps = (
    ("Decision", (*_REFERRAL[0][1], *_BEFORE[0][1], Stage.PANEL, Stage.DECISION)),
    ("Terms", (Stage.PRACTICE_REVIEW, Stage.TERMS)),
    ("Reviewer", (Stage.TENDER, Stage.CONTRACT)),
    ("Review", (Stage.REVIEW_WORK,)),
    ("Sign-off", (Stage.REVIEW_SIGN_OFF,)),
    ("Publication", (Stage.PUBLICATION,)),
    *_AFTER,
)
_REFERRED: Steps = (*_REFERRAL, ("Review", (Stage.PRACTICE_REVIEW, Stage.LEARNING_REVIEW)), *_AFTER)
_LEARNING: Steps = (("Learning review", (Stage.LEARNING_REVIEW,)), *_AFTER)
_NATIONAL: Steps = (*_BEFORE, ("National review", (Stage.NATIONAL_REVIEW,)), *_AFTER)
_REQUEST: Steps = (("Gathering", (Stage.GATHERING,)), ("Supplied", (Stage.SUPPLIED,)))


def stage_line(case: CaseView | DeadlinesView) -> list[Step]:
    """The steps of its line, in order; none where it has ended, or its stage stands in no line."""
    steps = _line(case)
    now = next((at for at, (_, stages) in enumerate(steps) if case.stage in stages), None)
    if case.ended or now is None:
        return []
    return [Step(title, DONE if at < now else NOW if at == now else TO_COME) for at, (title, _) in enumerate(steps)]


def _line(case: CaseView | DeadlinesView) -> Steps:
    if case.route is Route.INFORMATION_REQUEST:
        return _REQUEST
    if case.stage in _BEFORE[0][1]:
        return _RAPID
    if case.stage in _REFERRAL[0][1]:
        return _REFERRED
    if case.stage in (Stage.PANEL, Stage.DECISION):
        return _BEFORE
    first = _BEFORE if case.route is Route.SERIOUS_INCIDENT else _REFERRAL
    if case.stage is Stage.LEARNING_REVIEW or _said(case, "learning-terms-set"):
        return (*first, *_LEARNING)
    if case.stage is Stage.NATIONAL_REVIEW:
        return _NATIONAL
    if case.stage in (stage for _, stages in _PRACTICE[1:-2] for stage in stages) or _reviewed(case):
        return _PRACTICE
    return (*first, *_AFTER) if case.stage in (Stage.DISSEMINATION, Stage.ACTIONS) else first


def _reviewed(case: CaseView | DeadlinesView) -> bool:
    return isinstance(case, CaseView) and case.practice_review is not None


def _said(case: CaseView | DeadlinesView, kind: str) -> bool:
    return isinstance(case, CaseView) and any(one.kind == kind and not one.corrected_by for one in case.facts)
