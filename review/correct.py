"""What follows where something was corrected or taken back: what counted from it is counted again.

Pure. X-2. Nothing is overwritten: the wrong entry stays, marked. Whether it can be corrected is said
beforehand by `review.correctable`.
"""

from datetime import datetime

from review.case import reads
from review.case.entries import Entry
from review.case.state import SUBMISSION, CaseState
from review.correctable import leads_elsewhere, standing, was_set_aside
from review.facts import Corrected
from review.facts.any_stage import CasePaused, CaseResumed, TakenBack
from review.facts.enums import RAPID_REVIEW_MEETING, SCOPING, Stage
from review.facts.information import AgenciesAsked
from review.facts.notification import IncidentReported, NotNotifiedDecided
from review.facts.panel import PanelResponded
from review.facts.rapid_review import AgencyAdded, ScopingMeetingArranged, ScopingMeetingHeld
from review.facts.report import SubmittedToPanel
from review.kit import changes, released
from review.kit.backward_plan import mind_the_meeting
from review.kit.deadline_corrections import count_again, judge_again
from review.kit.deadline_ends import notifying_again
from review.kit.deadline_kinds import NO_LONGER_IN_SCOPE, OfAnAgency, kind_of
from review.kit.deadlines import settle


def correct(case: CaseState, correction: Corrected, entry: Entry, now: datetime) -> None:
    """What was wrong stays, marked;
    what is right takes its place, and everything counted from it is counted again (X-2).
    """
    wrong = case.entries[standing(case, correction.corrects, "corrects")]
    envelope = entry.reported.model_copy(update={"fact": correction.right})
    happened = correction.right.happened_at or wrong.happened_at
    right = wrong.model_copy(update={"reported": envelope, "happened_at": happened, "right": True})
    case.entries.insert(case.place(wrong) + 1, right)
    wrong.corrected_by = entry.reported.message
    elsewhere = leads_elsewhere(wrong.fact, correction.right)
    _set_aside_by(case, wrong, None if elsewhere else entry.reported.message)
    if elsewhere:
        _back_to_where_it_stood(case, wrong, now)
    _recount(case, wrong, f"correction: {correction.right.title.lower()}", now)


def take_back(case: CaseState, fact: TakenBack, entry: Entry, now: datetime) -> None:
    """It stays, marked; the case goes back to where it stood, and what was counted from it stops (X-2)."""
    wrong = case.entries[standing(case, fact.takes_back, "takes_back")]
    wrong.corrected_by = entry.reported.message
    _set_aside_by(case, wrong, None)
    if wrong.fact.gate or isinstance(wrong.fact, IncidentReported) or (wrong.fact.concludes and reads.ended(case)):
        _back_to_where_it_stood(case, wrong, now)
    if isinstance(wrong.fact, SubmittedToPanel):  # a mail that was refused is not tried again for what was not
        case.failed = {key: one for key, one in case.failed.items() if not key.is_mail_of(SUBMISSION)}
        case.waiting = {key: one for key, one in case.waiting.items() if not key.is_mail_of(SUBMISSION)}
    _recount(case, wrong, f"taken back: {wrong.fact.title.lower()}", now)


def _set_aside_by(case: CaseState, wrong: Entry, by: str | None) -> None:
    """What the wrong entry had set aside is set aside by what takes its place, or stands again (N-2, A-3)."""
    for one in [one for one in case.entries if was_set_aside(one, wrong)]:
        one.corrected_by = by


def _back_to_where_it_stood(case: CaseState, wrong: Entry, now: datetime) -> None:
    """The run passes the stages again from there; an ended case goes on, unless people ended it (X-1)."""
    if wrong.stage is None:
        return
    stages = list(Stage)
    led_on = stages.index(wrong.stage) > stages.index(Stage.DECISION)
    if led_on and isinstance(wrong.fact, PanelResponded):  # waited for beside what was decided
        return
    if not led_on:  # else the case has been led on, and stays so
        case.led_on_by = None
    if reads.ended_by_people(case):  # it goes on from there if it is reopened
        case.left = wrong.stage
    else:
        changes.go_back(case, wrong.stage, now, why=f"{wrong.fact.title.lower()} was entered wrongly")
    if isinstance(wrong.fact, NotNotifiedDecided):
        notifying_again(case, "the decision not to notify was entered wrongly", now)


def _recount(case: CaseState, wrong: Entry, why: str, now: datetime) -> None:
    judge_again(case, wrong, now)
    match wrong.fact:
        case CasePaused() | CaseResumed():
            case.pauses = reads.pauses_of(case)
        case ScopingMeetingHeld() | AgencyAdded() | AgenciesAsked():
            _rescope(case, now)
            mind_the_meeting(case, now)
            if reads.meeting_at(case) is None:
                released.meetings_called_off(case, now, only=RAPID_REVIEW_MEETING)
        case ScopingMeetingArranged() if case.last(ScopingMeetingArranged) is None:
            released.meetings_called_off(case, now, only=SCOPING)
    count_again(case, wrong, why, now)


def _rescope(case: CaseState, now: datetime) -> None:
    """An agency that is asked no more owes nothing and is told so; asked after all, it owes it again (R-2, R-4)."""
    scope = reads.scope(case)
    of_agencies = [one for one in case.deadlines.values() if isinstance(kind_of(one.rule), OfAnAgency)]
    owing = [one for one in of_agencies if one.subject in case.requests]
    let_off = [one.subject for one in owing if one.subject and one.open and one.subject not in scope]
    back = [one for one in owing if one.stopped_why == NO_LONGER_IN_SCOPE and one.subject in scope]
    settle(case, now)
    for one in back:
        if one.rule == "D-6":
            released.agencies_asked_again(case, f"{case.rows}", now, only=one.subject)
    released.agencies_let_off(case, list(dict.fromkeys(let_off)))
