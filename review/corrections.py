"""What follows where something was corrected or taken back: what counted from it is counted anew.

Room: review; pure. X-2. Nothing is overwritten: the wrong entry stays, marked. Whether it can be corrected is said
beforehand by `review.correctable`.
"""

from datetime import datetime

from review import letting_go
from review.case import SUBMISSION, CaseState, pauses_of
from review.chapters.editions import CARE_DUTIES
from review.chapters.standing import WITH_THE_CASE
from review.correctable import GATES, leads_elsewhere, standing, was_set_aside
from review.facts import Corrected
from review.put_right import WAY
from review.record import RowKind
from review.said.follow_up import ActionClosureAgreed, LearningDisseminated, NoActionNeeded
from review.said.information import AgenciesAsked, InformationRequestConcluded, InformationSupplied
from review.said.learning_review import LearningReviewAssured
from review.said.notification import IncidentReported, NotNotifiedDecided
from review.said.rapid_review import (
    AgencyAdded,
    ScopingMeetingArranged,
    ScopingMeetingHeld,
)
from review.said.report import SubmittedToPanel
from review.said.standing import (
    CasePaused,
    CaseResumed,
    TakenBack,
)
from review.timing import (
    NO_LONGER_IN_SCOPE,
    TAKEN_BACK,
    meet_anew,
    meet_what_is_fulfilled,
    mind_the_meeting,
    recount,
    recount_met,
    run_again,
    start,
    stop,
)
from review.told import Entry
from review.words import RAPID_REVIEW_MEETING, SCOPING, STAGE_TITLES, Stage

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
    what is right takes its place, and everything counted from it is counted anew (X-2).
    """
    wrong = case.entries[standing(case, correction.corrects, "corrects")]
    envelope = entry.said.model_copy(update={"fact": correction.right})
    happened = correction.right.happened_at or wrong.happened_at
    right = wrong.model_copy(update={"said": envelope, "happened_at": happened})
    case.entries.insert(case.place(wrong) + 1, right)
    wrong.corrected_by = entry.said.message
    elsewhere = leads_elsewhere(wrong.said.fact, correction.right)
    _set_aside_by(case, wrong, None if elsewhere else entry.said.message)
    if elsewhere:
        _back_to_where_it_stood(case, wrong, now)
    _count_anew(case, wrong, f"correction: {correction.right.title.lower()}", now)


def take_back(case: CaseState, fact: TakenBack, entry: Entry, now: datetime) -> None:
    """It stays, marked; the case goes back to where it stood, and what was counted from it stops (X-2)."""
    wrong = case.entries[standing(case, fact.takes_back, "takes_back")]
    wrong.corrected_by = entry.said.message
    _set_aside_by(case, wrong, None)
    if isinstance(wrong.said.fact, GATES | IncidentReported) or (
        isinstance(wrong.said.fact, _CONCLUDING) and case.ended
    ):
        _back_to_where_it_stood(case, wrong, now)
    if isinstance(wrong.said.fact, SubmittedToPanel):  # a mail that was refused is not tried again for what was not
        case.failed = {key: one for key, one in case.failed.items() if not key.startswith(f"{SUBMISSION}>")}
    _count_anew(case, wrong, f"taken back: {wrong.said.fact.title.lower()}", now)


def _set_aside_by(case: CaseState, wrong: Entry, by: str | None) -> None:
    """What the wrong entry had set aside is set aside by what takes its place, or stands again (N-2, A-3)."""
    for one in [one for one in case.entries if was_set_aside(one, wrong)]:
        one.corrected_by = by


def _ended_by_people(case: CaseState) -> bool:
    """Withdrawn, merged, or the notification withdrawn: what is put right in it starts nothing (X-1, B-2)."""
    return case.halted or case.stage is Stage.NOTIFICATION_WITHDRAWN


def _back_to_where_it_stood(case: CaseState, wrong: Entry, now: datetime) -> None:
    """The run passes the stages again from there; an ended case goes on, unless people ended it (X-1)."""
    if wrong.stage is None:
        return
    case.led_on_by = None
    if _ended_by_people(case):  # it goes on from there if it is reopened
        case.left = wrong.stage
        if isinstance(wrong.said.fact, NotNotifiedDecided) and (clock := case.clocks.get("D-1")) and clock.stopped_at:
            clock.stopped_why = WITH_THE_CASE
        return
    if case.stage is not wrong.stage:
        case.stage, case.left = wrong.stage, None
        line = (
            f"{STAGE_TITLES[wrong.stage]}: back to where it stood ({wrong.said.fact.title.lower()} was entered wrongly)"
        )
        case.tell(RowKind.STAGE, wrong.stage, line, now=now)
    if isinstance(wrong.said.fact, NotNotifiedDecided) and (clock := case.clocks.get("D-1")) and clock.stopped_at:
        run_again(case, clock, "the decision not to notify was entered wrongly", now)


def _count_anew(case: CaseState, wrong: Entry, why: str, now: datetime) -> None:
    for clock in [clock for clock in case.clocks.values() if clock.met_by == wrong.said.message]:
        meet_anew(case, clock, now)
        if _ended_by_people(case) and not clock.rule.startswith(CARE_DUTIES):
            stop(case, clock.id, WITH_THE_CASE, now)
    match wrong.said.fact:
        case IncidentReported():
            _mind_the_duties_of_care(case, why, now)
        case CasePaused() | CaseResumed():
            case.pauses = pauses_of(case)
        case ScopingMeetingHeld() | AgencyAdded() | AgenciesAsked():
            _scope_anew(case, now)
            mind_the_meeting(case, now)
            if case.meeting_at is None:
                letting_go.meetings_called_off(case, now, only=RAPID_REVIEW_MEETING)
        case ScopingMeetingArranged() if case.last(ScopingMeetingArranged) is None:
            letting_go.meetings_called_off(case, now, only=SCOPING)
    for clock in [clock for clock in case.clocks.values() if case.since(clock.rule, clock.subject) is None]:
        if clock.met_at and clock.met_by is None and case.knows(WAY):  # met by our own doing: telling people (D-3)
            clock.met_at = None
        stop(case, clock.id, TAKEN_BACK, now)
    recount_met(case, why, now)
    recount(case, why, now)


def _scope_anew(case: CaseState, now: datetime) -> None:
    """An agency that is asked no more owes nothing and is told so; asked after all, it owes it again (R-2, R-4)."""
    let_off = []
    for agency in case.requests:
        for clock in [one for one in case.clocks.values() if one.subject == agency and one.rule.startswith("D-6")]:
            if agency not in case.scope and clock.open:
                stop(case, clock.id, NO_LONGER_IN_SCOPE, now)
                let_off.append(agency)
            elif agency in case.scope and clock.stopped_why == NO_LONGER_IN_SCOPE:
                run_again(case, clock, "the agency is in scope after all", now)
                meet_what_is_fulfilled(case, now)
                letting_go.agencies_asked_again(case, f"{case.rows}", now, only=agency)
    letting_go.agencies_let_off(case, list(dict.fromkeys(let_off)))


def _mind_the_duties_of_care(case: CaseState, why: str, now: datetime) -> None:
    """D-2 runs from the moment it is known that a child in care died, and stops where none did (N-4)."""
    if "D-1" not in case.clocks or case.stage is Stage.MERGED:  # the case's own start sees to it; or another case's
        return
    if case.last(IncidentReported) is None:  # of a referral, reported by mistake: what was counted from it stops
        return
    for rule in (rule for rule in case.edition.deadlines if rule.startswith("D-2:")):
        clock = case.clocks.get(rule)
        if not case.child_in_care_died and clock:
            stop(case, rule, why, now)
        elif case.child_in_care_died and clock and clock.stopped_at:
            run_again(case, clock, why, now)
        elif case.child_in_care_died:
            start(case, rule, now, since=case.incident.aware_at)
