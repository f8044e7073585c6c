"""What was entered wrongly: whether it can be corrected or taken back, and what to do where it cannot.

Room: review; pure. X-2. Whether later entries rest on it is asked of the very checks that took them: one that could not
have been said without it stands in the way, and is named. What follows from a correction is in `review.corrections`.
"""

from collections.abc import Callable
from datetime import datetime

from review import refusals as no
from review.case import SUBMISSION, CaseState, pauses_of
from review.chapter import Check
from review.chapters.notification import AWARE, check_incident
from review.chapters.rapid_review import latest_returns
from review.facts import FACTS, OPENINGS, Corrected, Fact, Said
from review.guards import born_by, countable, not_before, not_to_come
from review.said.announced import CalendarChanged, DirectoryChanged
from review.said.crg import ConcernEscalated, ProcessLinked
from review.said.editions import EditionMoved, NotificationWithdrawn
from review.said.follow_up import ActionSet, FindingsHandedOver
from review.said.information import AgenciesAsked
from review.said.involvement import AdvocacyConsidered, ContributionRecorded, PersonInvited
from review.said.learning_review import LearningFindingsDrafted
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
from review.said.rapid_review import AgencyReturned, RapidReviewMeetingHeld, ReturnsRequested, ScopingMeetingHeld
from review.said.referral import CrgConsidered
from review.said.report import DraftSentForSignOff, ReportDrafted, SignOffGiven, SubmittedToPanel
from review.said.standing import CaseJoined, CaseMerged, CaseParted, CaseReopened, CaseWithdrawn, DutyRetried, TakenBack
from review.telling import subject_of
from review.told import SETTING_ASIDE, Entry
from review.words import CrgOutcome, Route

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
    CaseParted: "merge the other case again instead",
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


def check_correction(case: CaseState, fact: Corrected, said: Said, now: datetime, check_of: CheckOf) -> None:
    """Refuse a correction of what cannot be corrected, one that could not have been said in its place, and one without
    which a later entry could not have been said.
    """
    at = standing(case, fact.corrects, "corrects")
    wrong = case.entries[at]
    _may_change(wrong, "corrects")
    if fact.right.kind != wrong.said.fact.kind:
        kind = wrong.said.fact.kind
        raise no.WrongKindOfCorrection(was=kind, sent=fact.right.kind, fields={"right.kind": f"must be {kind}"})
    if isinstance(wrong.said.fact, _NAMED) and subject_of(wrong.said.fact) != subject_of(fact.right):
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
    at = standing(case, fact.takes_back, "takes_back")
    wrong = case.entries[at]
    _may_change(wrong, "takes_back")
    if _reported_by_mistake(case, wrong):
        if case.notified_at:
            instead = "the Panel has been notified of it; withdraw the notification, or the case, instead"
            raise no.CannotBeCorrected(what=wrong.said.fact.title, because=instead)
    elif because := _STAYS.get(type(wrong.said.fact)):
        raise no.CannotBeCorrected(
            what=wrong.said.fact.title, because=f"{because}; what is wrong in it can be corrected"
        )
    if isinstance(wrong.said.fact, SubmittedToPanel) and any(key.startswith(f"{SUBMISSION}>") for key in case.done):
        raise no.CannotBeCorrected(
            what=wrong.said.fact.title, because="the mail has gone to the Panel; write to the Panel, and log it"
        )
    _nothing_rests_on(case, at, None, check_of)


def _reported_by_mistake(case: CaseState, wrong: Entry) -> bool:
    """The incident of a referral did not begin the case: until the Panel is notified it goes back to the CRG (A-3)."""
    return case.route is Route.REFERRAL and isinstance(wrong.said.fact, IncidentReported)


def standing(case: CaseState, message: str, field: str) -> int:
    """Where the entry stands; one that was corrected or taken back stands no more."""
    for at, entry in enumerate(case.entries):
        if entry.said.message == message and not entry.corrected_by:
            return at
    raise no.UnknownMessage(message=message, fields={field: "nothing stands under this id"})


def _may_change(wrong: Entry, field: str) -> None:
    fact = wrong.said.fact
    if instead := INSTEAD.get(type(fact)):
        raise no.CannotBeCorrected(what=fact.title, because=instead, fields={field: "cannot be corrected"})


def _as_of(case: CaseState, at: int, *, instead: Entry | None = None, without: int | None = None) -> CaseState:
    """The case as it had been told before its entry `at`: what came later is not there, nor `without`; `instead` stands
    in its place.
    """
    entries = list(case.entries[:at])
    asked = case.entries[without] if without is not None else None
    undone = list(case.entries[at:])
    if asked and not (instead and not leads_elsewhere(asked.said.fact, instead.said.fact)):
        undone.append(asked)
    entries = [
        one.model_copy(update={"corrected_by": None}) if any(was_set_aside(one, by) for by in undone) else one
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
            stays = INSTEAD.get(kind) or (None if _reported_by_mistake(case, entry) else _STAYS.get(kind))
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
    born_by(case, right.children, now)
    countable(case, AWARE, right.aware_at, "aware_at")
    first = next(number for number, entry in enumerate(case.entries) if isinstance(entry.said.fact, IncidentReported))
    standing = [entry for entry in case.entries[first:] if not entry.corrected_by]
    for entry in (entry for entry in standing if not isinstance(entry.said.fact, IncidentReported | _BROADCASTS)):
        what = entry.said.fact.title
        not_before(what, entry.happened_at, "the incident", right.incident_at, "right.incident_at")


def _which_review(wrong: Fact, right: Fact) -> bool:
    """Which review follows is corrected at any time: what was begun by mistake stops, and stays on the record."""
    if isinstance(wrong, CrgConsidered) and isinstance(right, CrgConsidered):
        return CrgOutcome.SERIOUS_INCIDENT not in (wrong.outcome, right.outcome)
    return isinstance(wrong, PartnersDecided | PanelNotified)


# The main line waits for these: one that is taken back, or decides otherwise, leads the case back to where it stood.
GATES = (
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


def leads_elsewhere(wrong: Fact, right: Fact) -> bool:
    """Whether something was decided otherwise, not only at another time or for other reasons."""
    decided = ("outcome", "decision", "response", "notification", "published")
    return isinstance(wrong, GATES) and any(
        getattr(wrong, name, None) != getattr(right, name, None) for name in decided
    )


def was_set_aside(one: Entry, by: Entry) -> bool:
    """Whether one entry stands no more because of another, in whose place it was not."""
    fact = by.said.fact
    return one.corrected_by == by.said.message and isinstance(fact, SETTING_ASIDE) and one.said.fact.kind != fact.kind
