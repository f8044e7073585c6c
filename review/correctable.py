"""What was entered wrongly: whether it can be corrected or taken back, and what to do where it cannot.

Pure. X-2. Whether later entries rest on it is asked of the very checks that took them: one that could not
have been said without it stands in the way, and is named. What follows from a correction is in `review.correct`.
"""

from collections.abc import Callable
from datetime import datetime

from review.case import reads
from review.case.entries import Entry
from review.case.state import SUBMISSION, CaseState
from review.chapters.notification.chapter import AWARE, check_area, check_incident
from review.facts import FACTS, Corrected, Fact, Reported
from review.facts.announcements import CalendarChanged, DirectoryChanged
from review.facts.any_stage import (
    DutyRetried,
    DutyServed,
    TakenBack,
)
from review.facts.enums import CrgOutcome, Route
from review.facts.notification import IncidentReported, PanelNotified
from review.facts.panel import PartnersDecided
from review.facts.rapid_review import AgencyReturned
from review.facts.referral import CrgConsidered
from review.facts.report import SubmittedToPanel
from review.kit import refusals as no
from review.kit.chapter import Check
from review.kit.guards import born_by, countable, not_before, not_to_come
from review.protocol import OPENINGS

CheckOf = Callable[[type[Fact]], Check | None]


CORRECTABLE = frozenset(kind for kind, fact in FACTS.items() if not fact.instead_of_correcting)
_BROADCASTS = Corrected | TakenBack | CalendarChanged | DirectoryChanged | DutyRetried | DutyServed


def check_correction(case: CaseState, fact: Corrected, reported: Reported, now: datetime, check_of: CheckOf) -> None:
    """Refuse a correction of what cannot be corrected, one that could not have been said in its place, and one without
    which a later entry could not have been said.
    """
    at = standing(case, fact.corrects, "corrects")
    wrong = case.entries[at]
    _may_change(wrong, "corrects")
    if fact.right.kind != wrong.fact.kind:
        kind = wrong.fact.kind
        raise no.WrongKindOfCorrection(was=kind, sent=fact.right.kind, fields={"right.kind": f"must be {kind}"})
    if wrong.fact.keeps_subject and wrong.fact.about != fact.right.about:
        raise no.CannotBeCorrected(what=wrong.fact.title, because="later entries go by its id; keep the id")
    happened = fact.right.happened_at or wrong.happened_at
    right = fact.right.model_copy(update={"happened_at": happened})
    if isinstance(right, IncidentReported):
        _incident_corrected(case, right, now)
    else:
        not_to_come(right.title, happened, now, "right.happened_at")
        if not isinstance(right, OPENINGS):
            origin, began = reads.origin(case)
            not_before(right.title, happened, origin, began, "right.happened_at")
        countable(case, right.title, happened, "right.happened_at")
        if check := check_of(type(right)):
            _sayable_then_or_now(
                check, _as_of(case, at), reported.model_copy(update={"fact": right}), now, wrong.taken_at
            )
    if isinstance(right, AgencyReturned):
        _kept(case, right)
    if _which_review(wrong.fact, right):
        return
    instead = Entry(reported=reported.model_copy(update={"fact": right}), happened_at=happened, taken_at=wrong.taken_at)
    _nothing_rests_on(case, at, instead, check_of)


def check_taking_back(case: CaseState, fact: TakenBack, check_of: CheckOf) -> None:
    """Refuse to take back what has gone out of the house, what began the case, and what a later entry rests on."""
    at = standing(case, fact.takes_back, "takes_back")
    wrong = case.entries[at]
    _may_change(wrong, "takes_back")
    if _reported_by_mistake(case, wrong):
        if reads.notified_at(case):
            instead = "the Panel has been notified of it; withdraw the notification, or the case, instead"
            raise no.CannotBeCorrected(what=wrong.fact.title, because=instead)
    elif because := wrong.fact.not_taken_back:
        raise no.CannotBeCorrected(what=wrong.fact.title, because=f"{because}; what is wrong in it can be corrected")
    if isinstance(wrong.fact, SubmittedToPanel) and any(key.is_mail_of(SUBMISSION) for key in case.done):
        raise no.CannotBeCorrected(
            what=wrong.fact.title, because="the mail has gone to the Panel; write to the Panel, and log it"
        )
    _nothing_rests_on(case, at, None, check_of)


def _reported_by_mistake(case: CaseState, wrong: Entry) -> bool:
    """The incident of a referral did not begin the case: until the Panel is notified it goes back to the CRG (A-3)."""
    return case.route is Route.REFERRAL and isinstance(wrong.fact, IncidentReported)


def standing(case: CaseState, message: str, field: str) -> int:
    """Where the entry stands; one that was corrected or taken back stands no more."""
    for at, entry in enumerate(case.entries):
        if entry.reported.message == message and not entry.corrected_by:
            return at
    raise no.UnknownMessage(message=message, fields={field: "nothing stands under this id"})


def to_put_right(case: CaseState, message: str) -> Entry | None:
    """The entry of a message, where it stands and is of a kind that can be corrected or taken back."""
    found = (one for one in case.entries if one.reported.message == message)
    return next((one for one in found if not one.corrected_by and one.fact.kind in CORRECTABLE), None)


def _may_change(wrong: Entry, field: str) -> None:
    fact = wrong.fact
    if instead := fact.instead_of_correcting:
        raise no.CannotBeCorrected(what=fact.title, because=instead, fields={field: "cannot be corrected"})


def _as_of(case: CaseState, at: int, *, instead: Entry | None = None, without: int | None = None) -> CaseState:
    """The case as it had been told before its entry `at`: what came later is not there, nor `without`; `instead` stands
    in its place.
    """
    entries = list(case.entries[:at])
    asked = case.entries[without] if without is not None else None
    undone = list(case.entries[at:])
    if asked and not (instead and not leads_elsewhere(asked.fact, instead.fact)):
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
    return told.model_copy(update={"pauses": reads.pauses_of(told)})


def _sayable_then_or_now(check: Check, case: CaseState, reported: Reported, now: datetime, then: datetime) -> None:
    """Refuse what could be said neither now nor when the wrong entry was made (a meeting was to come then)."""
    try:
        check(case, reported.fact, reported, now)
    except no.Refusal as refusal:
        try:
            check(case, reported.fact, reported, then)
        except no.Refusal:
            raise refusal from None


def _nothing_rests_on(case: CaseState, at: int, instead: Entry | None, check_of: CheckOf) -> None:
    """Refuse where a later entry could be said with it, and could not without it or with what takes its place."""
    for later in range(at + 1, len(case.entries)):
        entry = case.entries[later]
        check = None if entry.corrected_by else check_of(type(entry.fact))
        if check is None:
            continue
        if _sayable(check, _as_of(case, later), entry) and not _sayable(
            check, _as_of(case, later, instead=instead, without=at), entry
        ):
            fact = entry.fact
            stays = fact.instead_of_correcting or (not _reported_by_mistake(case, entry) and fact.not_taken_back)
            way = f"and that one stays: {stays}" if stays else "correct or take back that one first"
            because = f'a later entry rests on it ("{fact.title}"); {way}'
            raise no.CannotBeCorrected(what=case.entries[at].fact.title, because=because)


def _sayable(check: Check, case: CaseState, entry: Entry) -> bool:
    fact = entry.fact.model_copy(update={"happened_at": entry.happened_at})
    try:
        check(case, fact, entry.reported.model_copy(update={"fact": fact}), entry.taken_at)
    except no.Refusal:
        return False
    return True


def _kept(case: CaseState, right: AgencyReturned) -> None:
    """A corrected return names words that came in as a return of this case; new words are a new return (R-4)."""
    returned = [entry.fact for entry in case.entries if isinstance(entry.fact, AgencyReturned)]
    if right.content and right.content not in [fact.content for fact in returned]:
        latest = reads.latest_returns(case).get(right.agency, "none: no return has come in")
        field = {"right.content": "names no return that this case holds"}
        raise no.UnknownVersion(version=right.content.version, latest=latest, fields=field)


def _incident_corrected(case: CaseState, right: IncidentReported, now: datetime) -> None:
    """The incident lies before all that was said of it; a referral may have come first (A-3)."""
    check_area(case, right)
    check_incident(right, now)
    born_by(case, right.children, now)
    countable(case, AWARE, right.aware_at, "aware_at")
    first = next(number for number, entry in enumerate(case.entries) if isinstance(entry.fact, IncidentReported))
    standing = [entry for entry in case.entries[first:] if not entry.corrected_by]
    for entry in (entry for entry in standing if not isinstance(entry.fact, IncidentReported | _BROADCASTS)):
        what = entry.fact.title
        not_before(what, entry.happened_at, "the incident", right.incident_at, "right.incident_at")


def _which_review(wrong: Fact, right: Fact) -> bool:
    """Which review follows is corrected at any time: what was begun by mistake stops, and stays on the record."""
    if isinstance(wrong, CrgConsidered) and isinstance(right, CrgConsidered):
        return CrgOutcome.SERIOUS_INCIDENT not in (wrong.outcome, right.outcome)
    return isinstance(wrong, PartnersDecided | PanelNotified)


def leads_elsewhere(wrong: Fact, right: Fact) -> bool:
    """Whether something was decided otherwise, not only at another time or for other reasons."""
    decided = set(wrong.decides)
    return wrong.gate and wrong.model_dump(include=decided) != right.model_dump(include=decided)


def was_set_aside(one: Entry, by: Entry) -> bool:
    """Whether one entry stands no more because of another, in whose place it was not."""
    fact = by.fact
    return one.corrected_by == by.reported.message and fact.sets_aside and one.fact.kind != fact.kind
