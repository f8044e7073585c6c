"""What was entered wrongly: whether it can be corrected or taken back, and what is then counted anew.

Room: review; pure. X-2. Nothing is overwritten: the wrong entry stays, marked. Whether later entries rest on it is
asked of the very checks that took them: one that could not have been said without it stands in the way, and is named.
"""

from collections.abc import Callable
from datetime import datetime

from review import letting_go
from review import refusals as no
from review.case import SUBMISSION, CaseState, pauses_of
from review.chapter import Check
from review.chapters.editions import CARE_DUTIES
from review.chapters.notification import AWARE, check_incident
from review.chapters.rapid_review import latest_returns
from review.chapters.standing import WITH_THE_CASE
from review.facts import FACTS, OPENINGS, Corrected, Fact, Said
from review.guards import countable, not_before, not_to_come
from review.record import RowKind
from review.said.announced import CalendarChanged, DirectoryChanged
from review.said.crg import ConcernEscalated, ProcessLinked
from review.said.editions import EditionMoved, NotificationWithdrawn
from review.said.follow_up import (
    ActionClosureAgreed,
    ActionSet,
    FindingsHandedOver,
    LearningDisseminated,
    NoActionNeeded,
)
from review.said.information import AgenciesAsked, InformationRequestConcluded, InformationSupplied
from review.said.involvement import AdvocacyConsidered, ContributionRecorded, PersonInvited
from review.said.learning_review import LearningFindingsDrafted, LearningReviewAssured
from review.said.notification import IncidentReported, NotNotifiedDecided, PanelNotified
from review.said.panel import PanelResponded, PartnersDecided
from review.said.practice_review import (
    CandidateEntered,
    ContractIssued,
    EarlyCommentSought,
    FinalDraftSent,
    MilestoneSet,
    ReviewDrafted,
    ReviewNotPublished,
    ReviewPublished,
    SelectionProposed,
    TermsDrafted,
    TermsSentForApproval,
)
from review.said.rapid_review import (
    AgencyAdded,
    AgencyReturned,
    RapidReviewMeetingHeld,
    ReturnsRequested,
    ScopingMeetingArranged,
    ScopingMeetingHeld,
)
from review.said.referral import CrgConsidered
from review.said.report import DraftSentForSignOff, ReportDrafted, SignOffGiven, SubmittedToPanel
from review.said.standing import (
    CaseJoined,
    CaseMerged,
    CasePaused,
    CaseReopened,
    CaseResumed,
    CaseWithdrawn,
    DutyRetried,
    TakenBack,
)
from review.telling import subject_of
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
from review.told import SETTING_ASIDE, Entry
from review.words import RAPID_REVIEW_MEETING, SCOPING, STAGE_TITLES, CrgOutcome, Stage

CheckOf = Callable[[type[Fact]], Check | None]

_NEWER_VERSION = "draft a newer version instead"
_SEND_NEWER = "what has gone out for sign-off is overtaken by sending a newer version"
# What can neither be corrected nor taken back, and what is done instead.
INSTEAD: dict[type[Fact], str] = {
    ReportDrafted: _NEWER_VERSION,
    TermsDrafted: _NEWER_VERSION,
    ReviewDrafted: _NEWER_VERSION,
    LearningFindingsDrafted: _NEWER_VERSION,
    DraftSentForSignOff: _SEND_NEWER,
    TermsSentForApproval: _SEND_NEWER,
    FinalDraftSent: _SEND_NEWER,
    EarlyCommentSought: "seek comment on a newer version instead",
    SelectionProposed: "a newer proposal overtakes it",
    SignOffGiven: "a signature is the officer's own act; a newer version is asked of everybody anew",
    CaseWithdrawn: "reopen the case instead",
    CaseReopened: "withdraw the case instead",
    CaseMerged: "reopen the case instead",
    CaseJoined: "reopen the other case instead",
    NotificationWithdrawn: "reopen the case instead",
    EditionMoved: "move the case to the right edition instead",
    DutyRetried: "try the duty again instead",
    TakenBack: "say again what was taken back",
    Corrected: "name the entry that it put in its place",
    CalendarChanged: "enter or take back the day in the calendar instead",
    DirectoryChanged: "correct the directory instead",
}
CORRECTABLE = frozenset(kind for kind, fact in FACTS.items() if fact not in INSTEAD)
# What cannot be taken back, though its words and times can be corrected.
_STAYS: dict[type[Fact], str] = {
    **dict.fromkeys(OPENINGS, "the case begins with it; withdraw the case instead"),
    ReturnsRequested: "the request has gone out to the agencies",
    AgenciesAsked: "the request has gone out to the agencies",
}
# Later entries go by the id of these.
_NAMED = (
    PersonInvited
    | AdvocacyConsidered
    | ContributionRecorded
    | ProcessLinked
    | FindingsHandedOver
    | ActionSet
    | ConcernEscalated
    | MilestoneSet
    | CandidateEntered
)
_BROADCASTS = Corrected | TakenBack | CalendarChanged | DirectoryChanged | DutyRetried
# The main line waits for these: one that is taken back, or decides otherwise, leads the case back to where it stood.
_GATES = (
    NotNotifiedDecided
    | PanelNotified
    | ScopingMeetingHeld
    | RapidReviewMeetingHeld
    | SubmittedToPanel
    | PanelResponded
    | PartnersDecided
    | CrgConsidered
    | ContractIssued
    | ReviewPublished
    | ReviewNotPublished
)
# These conclude a case: one that is taken back when it has ended leads it back, too.
_CONCLUDING = (
    InformationSupplied
    | InformationRequestConcluded
    | LearningReviewAssured
    | LearningDisseminated
    | NoActionNeeded
    | ActionClosureAgreed
)


# --- checks ---


def check_correction(case: CaseState, fact: Corrected, said: Said, now: datetime, check_of: CheckOf) -> None:
    """Refuse a correction of what cannot be corrected, one that could not have been said in its place, and one without
    which a later entry could not have been said.
    """
    at = _standing(case, fact.corrects, "corrects")
    wrong = case.entries[at]
    _may_change(wrong, "corrects")
    if fact.right.kind != wrong.said.fact.kind:
        kind = wrong.said.fact.kind
        raise no.WrongKindOfCorrection(was=kind, sent=fact.right.kind, fields={"right.kind": f"must be {kind}"})
    if isinstance(wrong.said.fact, _NAMED) and _name_of(wrong.said.fact) != _name_of(fact.right):
        raise no.CannotBeCorrected(what=wrong.said.fact.title, because="later entries go by its id; keep the id")
    happened = fact.right.happened_at or wrong.happened_at
    right = fact.right.model_copy(update={"happened_at": happened})
    if isinstance(right, IncidentReported):
        _incident_corrected(case, right, now)
    else:
        not_to_come(right.title, happened, now, "right.happened_at")
        if not isinstance(right, OPENINGS):
            origin, began = case.origin
            not_before(right.title, happened, origin, began, "right.happened_at")
        countable(case, right.title, happened, "right.happened_at")
        if check := check_of(type(right)):
            _sayable_then_or_now(check, _as_of(case, at), said.model_copy(update={"fact": right}), now, wrong.taken_at)
    if isinstance(right, AgencyReturned):
        _kept(case, right)
    if _which_review(wrong.said.fact, right):
        return
    instead = Entry(said=said.model_copy(update={"fact": right}), happened_at=happened, taken_at=wrong.taken_at)
    _nothing_rests_on(case, at, instead, check_of)


def check_taking_back(case: CaseState, fact: TakenBack, check_of: CheckOf) -> None:
    """Refuse to take back what has gone out of the house, what began the case, and what a later entry rests on."""
    at = _standing(case, fact.takes_back, "takes_back")
    wrong = case.entries[at]
    _may_change(wrong, "takes_back")
    if because := _STAYS.get(type(wrong.said.fact)):
        raise no.CannotBeCorrected(
            what=wrong.said.fact.title, because=f"{because}; what is wrong in it can be corrected"
        )
    if isinstance(wrong.said.fact, SubmittedToPanel) and any(key.startswith(f"{SUBMISSION}>") for key in case.done):
        raise no.CannotBeCorrected(
            what=wrong.said.fact.title, because="the mail has gone to the Panel; write to the Panel, and log it"
        )
    _nothing_rests_on(case, at, None, check_of)


def _standing(case: CaseState, message: str, field: str) -> int:
    """Where the entry stands; one that was corrected or taken back stands no more."""
    for at, entry in enumerate(case.entries):
        if entry.said.message == message and not entry.corrected_by:
            return at
    raise no.UnknownMessage(message=message, fields={field: "nothing stands under this id"})


def _may_change(wrong: Entry, field: str) -> None:
    fact = wrong.said.fact
    if instead := INSTEAD.get(type(fact)):
        raise no.CannotBeCorrected(what=fact.title, because=instead, fields={field: "cannot be corrected"})


def _name_of(fact: Fact) -> object:
    return getattr(fact, "milestone", None) or getattr(fact, "candidate", None) or subject_of(fact)


def _as_of(case: CaseState, at: int, *, instead: Entry | None = None, without: int | None = None) -> CaseState:
    """The case as it had been told before its entry `at`: what came later is not there, nor `without`; `instead` stands
    in its place.
    """
    entries = list(case.entries[:at])
    asked = case.entries[without] if without is not None else None
    undone = list(case.entries[at:])
    if asked and not (instead and not _leads_elsewhere(asked.said.fact, instead.said.fact)):
        undone.append(asked)
    entries = [
        one.model_copy(update={"corrected_by": None}) if any(_set_aside(one, by) for by in undone) else one
        for one in entries
    ]
    if asked is not None and without is not None:
        entries[without] = asked.model_copy(update={"corrected_by": "what is asked about"})
        if instead:
            entries.insert(without + 1, instead)
    taken = case.entries[at].taken_at if at < len(case.entries) else None
    rounds = [one for one in case.rounds if taken is None or one.opened_at <= taken]
    told = case.model_copy(update={"entries": entries, "rounds": rounds})
    return told.model_copy(update={"pauses": pauses_of(told)})


def _sayable_then_or_now(check: Check, case: CaseState, said: Said, now: datetime, then: datetime) -> None:
    """Refuse what could be said neither now nor when the wrong entry was made (a meeting was to come then)."""
    try:
        check(case, said.fact, said, now)
    except no.Refusal as refusal:
        try:
            check(case, said.fact, said, then)
        except no.Refusal:
            raise refusal from None


def _nothing_rests_on(case: CaseState, at: int, instead: Entry | None, check_of: CheckOf) -> None:
    """Refuse where a later entry could be said with it, and could not without it or with what takes its place."""
    for later in range(at + 1, len(case.entries)):
        entry = case.entries[later]
        check = None if entry.corrected_by else check_of(type(entry.said.fact))
        if check is None:
            continue
        if _sayable(check, _as_of(case, later), entry) and not _sayable(
            check, _as_of(case, later, instead=instead, without=at), entry
        ):
            kind = type(entry.said.fact)
            stays = INSTEAD.get(kind) or _STAYS.get(kind)
            way = f"and that one stays: {stays}" if stays else "correct or take back that one first"
            because = f'a later entry rests on it ("{entry.said.fact.title}"); {way}'
            raise no.CannotBeCorrected(what=case.entries[at].said.fact.title, because=because)


def _sayable(check: Check, case: CaseState, entry: Entry) -> bool:
    fact = entry.said.fact.model_copy(update={"happened_at": entry.happened_at})
    try:
        check(case, fact, entry.said.model_copy(update={"fact": fact}), entry.taken_at)
    except no.Refusal:
        return False
    return True


def _kept(case: CaseState, right: AgencyReturned) -> None:
    """A corrected return names words that came in as a return of this case; new words are a new return (R-4)."""
    returned = [entry.said.fact for entry in case.entries if isinstance(entry.said.fact, AgencyReturned)]
    if right.content and right.content not in [fact.content for fact in returned]:
        latest = latest_returns(case).get(right.agency, "none: no return has come in")
        field = {"right.content": "names no return that this case holds"}
        raise no.UnknownVersion(version=right.content.version, latest=latest, fields=field)


def _incident_corrected(case: CaseState, right: IncidentReported, now: datetime) -> None:
    """The incident lies before all that was said of it; a referral may have come first (A-3)."""
    check_incident(right, now)
    countable(case, AWARE, right.aware_at, "aware_at")
    first = next(number for number, entry in enumerate(case.entries) if isinstance(entry.said.fact, IncidentReported))
    standing = [entry for entry in case.entries[first:] if not entry.corrected_by]
    for entry in (entry for entry in standing if not isinstance(entry.said.fact, IncidentReported | _BROADCASTS)):
        what = entry.said.fact.title
        not_before(what, entry.happened_at, "the incident", right.incident_at, "right.incident_at")


# --- what follows ---


def correct(case: CaseState, correction: Corrected, entry: Entry, now: datetime) -> None:
    """What was wrong stays, marked;
    what is right takes its place, and everything counted from it is counted anew (X-2).
    """
    wrong = case.entries[_standing(case, correction.corrects, "corrects")]
    envelope = entry.said.model_copy(update={"fact": correction.right})
    happened = correction.right.happened_at or wrong.happened_at
    right = wrong.model_copy(update={"said": envelope, "happened_at": happened})
    case.entries.insert(case.entries.index(wrong) + 1, right)
    wrong.corrected_by = entry.said.message
    elsewhere = _leads_elsewhere(wrong.said.fact, correction.right)
    _set_aside_by(case, wrong, None if elsewhere else entry.said.message)
    if elsewhere:
        _back_to_where_it_stood(case, wrong, now)
    _count_anew(case, wrong, f"correction: {correction.right.title.lower()}", now)


def take_back(case: CaseState, fact: TakenBack, entry: Entry, now: datetime) -> None:
    """It stays, marked; the case goes back to where it stood, and what was counted from it stops (X-2)."""
    wrong = case.entries[_standing(case, fact.takes_back, "takes_back")]
    wrong.corrected_by = entry.said.message
    _set_aside_by(case, wrong, None)
    if isinstance(wrong.said.fact, _GATES) or (isinstance(wrong.said.fact, _CONCLUDING) and case.ended):
        _back_to_where_it_stood(case, wrong, now)
    if isinstance(wrong.said.fact, SubmittedToPanel):  # a mail that was refused is not tried again for what was not
        case.failed = {key: one for key, one in case.failed.items() if not key.startswith(f"{SUBMISSION}>")}
    _count_anew(case, wrong, f"taken back: {wrong.said.fact.title.lower()}", now)


def _set_aside_by(case: CaseState, wrong: Entry, by: str | None) -> None:
    """What the wrong entry had set aside is set aside by what takes its place, or stands again (N-2, A-3)."""
    for one in [one for one in case.entries if _set_aside(one, wrong)]:
        one.corrected_by = by


def _set_aside(one: Entry, by: Entry) -> bool:
    """Whether one entry stands no more because of another, in whose place it was not."""
    fact = by.said.fact
    return one.corrected_by == by.said.message and isinstance(fact, SETTING_ASIDE) and one.said.fact.kind != fact.kind


def _ended_by_people(case: CaseState) -> bool:
    """Withdrawn, merged, or the notification withdrawn: what is put right in it starts nothing (X-1, B-2)."""
    return case.halted or case.stage is Stage.NOTIFICATION_WITHDRAWN


def _which_review(wrong: Fact, right: Fact) -> bool:
    """Which review follows is corrected at any time: what was begun by mistake stops, and stays on the record."""
    if isinstance(wrong, CrgConsidered) and isinstance(right, CrgConsidered):
        return CrgOutcome.SERIOUS_INCIDENT not in (wrong.outcome, right.outcome)
    return isinstance(wrong, PartnersDecided | PanelNotified)


def _leads_elsewhere(wrong: Fact, right: Fact) -> bool:
    """Whether something was decided otherwise, not only at another time or for other reasons."""
    decided = ("outcome", "decision", "response", "notification", "published")
    return isinstance(wrong, _GATES) and any(
        getattr(wrong, name, None) != getattr(right, name, None) for name in decided
    )


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
    for clock in [clock for clock in case.clocks.values() if clock.open]:
        if case.since(clock.rule, clock.subject) is None:
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
    for rule in (rule for rule in case.edition.deadlines if rule.startswith("D-2:")):
        clock = case.clocks.get(rule)
        if not case.child_in_care_died and clock:
            stop(case, rule, why, now)
        elif case.child_in_care_died and clock and clock.stopped_at:
            run_again(case, clock, why, now)
        elif case.child_in_care_died:
            start(case, rule, now, since=case.incident.aware_at)
