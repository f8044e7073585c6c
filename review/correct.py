"""What follows where something was corrected or taken back: what counted from it is counted again.

Pure. X-2. Nothing is overwritten: the wrong entry stays, marked. Whether it can be corrected is said
beforehand by `review.correctable`.
"""

from datetime import datetime

from review.case import reads
from review.case.entries import Entry
from review.case.state import SUBMISSION, CaseState
from review.chapters.any_stage.chapter import WITH_THE_CASE
from review.chapters.editions.chapter import CARE_DUTIES
from review.correctable import GATES, leads_elsewhere, standing, was_set_aside
from review.facts import Corrected
from review.facts.any_stage import CasePaused, CaseResumed, TakenBack
from review.facts.enums import RAPID_REVIEW_MEETING, SCOPING, Stage
from review.facts.family import ChildAdded
from review.facts.follow_up import ActionClosureAgreed, LearningDisseminated, NoActionNeeded
from review.facts.information import AgenciesAsked, InformationRequestConcluded, InformationSupplied
from review.facts.learning_review import LearningReviewAssured
from review.facts.notification import IncidentReported, NotNotifiedDecided
from review.facts.panel import PanelResponded
from review.facts.rapid_review import AgencyAdded, ScopingMeetingArranged, ScopingMeetingHeld
from review.facts.report import SubmittedToPanel
from review.kit import changes, released
from review.kit.backward_plan import mind_the_meeting
from review.kit.deadlines import (
    NO_LONGER_IN_SCOPE,
    OF_NOTIFYING,
    TAKEN_BACK,
    meet_again,
    notifying_again,
    recount,
    recount_met,
    run_again,
    settle,
    since,
    stop,
)
from review.kit.duties_of_care import mind_the_duties_of_care

# These conclude a case: one that is taken back when it has ended leads it back, too.
_CONCLUDING = (
    InformationSupplied
    | InformationRequestConcluded
    | LearningReviewAssured
    | LearningDisseminated
    | NoActionNeeded
    | ActionClosureAgreed
)


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
    if isinstance(wrong.fact, GATES | IncidentReported) or (isinstance(wrong.fact, _CONCLUDING) and reads.ended(case)):
        _back_to_where_it_stood(case, wrong, now)
    if isinstance(wrong.fact, SubmittedToPanel):  # a mail that was refused is not tried again for what was not
        case.failed = {key: one for key, one in case.failed.items() if not key.is_mail_of(SUBMISSION)}
        case.waiting = {key: one for key, one in case.waiting.items() if not key.is_mail_of(SUBMISSION)}
    _recount(case, wrong, f"taken back: {wrong.fact.title.lower()}", now)


def _set_aside_by(case: CaseState, wrong: Entry, by: str | None) -> None:
    """What the wrong entry had set aside is set aside by what takes its place, or stands again (N-2, A-3)."""
    for one in [one for one in case.entries if was_set_aside(one, wrong)]:
        one.corrected_by = by


def _ended_by_people(case: CaseState) -> bool:
    """Withdrawn, merged, or the notification withdrawn: what is put right in it starts nothing (X-1, B-2)."""
    return reads.halted(case) or case.stage is Stage.NOTIFICATION_WITHDRAWN


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
    if _ended_by_people(case):  # it goes on from there if it is reopened
        case.left = wrong.stage
        stopped = [one for id in OF_NOTIFYING if (one := case.deadlines.get(id)) and one.stopped_at]
        for deadline in stopped if isinstance(wrong.fact, NotNotifiedDecided) else ():
            deadline.stopped_why = WITH_THE_CASE
        return
    changes.go_back(case, wrong.stage, now, why=f"{wrong.fact.title.lower()} was entered wrongly")
    if isinstance(wrong.fact, NotNotifiedDecided):
        notifying_again(case, "the decision not to notify was entered wrongly", now)


def _recount(case: CaseState, wrong: Entry, why: str, now: datetime) -> None:
    for deadline in [deadline for deadline in case.deadlines.values() if deadline.met_by == wrong.reported.message]:
        meet_again(case, deadline, now)
        if _ended_by_people(case) and not deadline.rule.startswith(CARE_DUTIES):
            stop(case, deadline.id, WITH_THE_CASE, now)
    match wrong.fact:
        case IncidentReported() | ChildAdded():
            mind_the_duties_of_care(case, why, now)
        case CasePaused() | CaseResumed():
            case.pauses = reads.pauses_of(case)
        case ScopingMeetingHeld() | AgencyAdded() | AgenciesAsked():
            _rescope(case, now)
            mind_the_meeting(case, now)
            if reads.meeting_at(case) is None:
                released.meetings_called_off(case, now, only=RAPID_REVIEW_MEETING)
        case ScopingMeetingArranged() if case.last(ScopingMeetingArranged) is None:
            released.meetings_called_off(case, now, only=SCOPING)
    for deadline in [
        deadline for deadline in case.deadlines.values() if since(case, deadline.rule, deadline.subject) is None
    ]:
        if deadline.met_at and deadline.met_by is None:  # met by our own doing: telling people (D-3)
            deadline.met_at = None
        stop(case, deadline.id, TAKEN_BACK, now)
    recount_met(case, why, now)
    recount(case, why, now)


def _rescope(case: CaseState, now: datetime) -> None:
    """An agency that is asked no more owes nothing and is told so; asked after all, it owes it again (R-2, R-4)."""
    let_off = []
    for agency in case.requests:
        for deadline in [
            one for one in case.deadlines.values() if one.subject == agency and one.rule.startswith(("D-6", "R-3"))
        ]:
            if agency not in reads.scope(case) and deadline.open:
                stop(case, deadline.id, NO_LONGER_IN_SCOPE, now)
                let_off.append(agency)
            elif agency in reads.scope(case) and deadline.stopped_why == NO_LONGER_IN_SCOPE:
                run_again(case, deadline, "the agency is in scope after all", now)
                settle(case, now)
                if deadline.rule == "D-6":
                    released.agencies_asked_again(case, f"{case.rows}", now, only=agency)
    released.agencies_let_off(case, list(dict.fromkeys(let_off)))
