"""Any case, any stage: paused, resumed, withdrawn, merged with another, opened again. Room: review; pure. X-1."""

from collections.abc import Iterator
from datetime import datetime

from calendar_rules.lengths import end_of_day
from review import changes, examples, letting_go, telling, timing
from review import practice_standing as stands
from review import refusals as no
from review.case import CaseState, Pause
from review.changes import when
from review.chapter import Chapter
from review.chapters.editions import CARE_DUTIES, NOTIFICATION_GONE
from review.directory import Role
from review.facts import Said
from review.guards import not_before, to_come
from review.offer import Offer
from review.put_right import told_of
from review.said.editions import NotificationWithdrawn
from review.said.follow_up import LearningDisseminated, NoActionNeeded
from review.said.information import InformationRequestConcluded
from review.said.learning_review import LearningReviewAssured
from review.said.notification import NotNotifiedDecided, PartnerViewGiven
from review.said.panel import PartnersDecided
from review.said.referral import CrgConsidered
from review.said.standing import (
    CaseJoined,
    CaseMerged,
    CaseParted,
    CasePaused,
    CaseReopened,
    CaseResumed,
    CaseWithdrawn,
    DutyRetried,
    OtherCase,
)
from review.sign_off import RoundStatus
from review.telling import moment
from review.told import Entry
from review.words import Decision, Route, Stage

WITH_THE_CASE = "the case was withdrawn"  # why a clock stopped that runs again when the case is reopened
_MERGED = "the case was merged"  # likewise
REOPENED_WHY = "the case was reopened"
REOPENED = (Stage.CONCLUDED, Stage.WITHDRAWN, Stage.NOT_NOTIFIED, Stage.NOTIFICATION_WITHDRAWN, Stage.MERGED)
FIRST_STAGE = {
    Route.SERIOUS_INCIDENT: Stage.DISCUSSION,
    Route.REFERRAL: Stage.REFERRAL,
    Route.INFORMATION_REQUEST: Stage.GATHERING,
}


# Before, only leaders and the Business Unit were told of a reopening, and no agency that its referral was withdrawn.
TO_ALL = "ended-told-to-all"
# Causes of the mails that say that a case has ended: who had one hears that it goes on after all.
_ENDINGS = ("case-concluded*", "case-withdrawn:*", "case-merged:*", "not-notified*", "notification-withdrawn*")

ANOTHER_CASE = "CR-0000-000"  # stands for the other case in an example; the API puts a real one in its place


def never_paused(case: CaseState) -> list[str]:
    """D-1, D-2 and D-7, as far as they are still to be met here (X-1)."""
    rules = case.edition.deadlines
    return [clock.id for clock in case.clocks.values() if clock.open and rules[clock.rule].never_pauses]


# --- checks ---


def _merged(case: CaseState, fact: CaseMerged, said: Said, now: datetime) -> None:
    if fact.into == case.reference:
        raise no.MergedIntoItself(fields={"into": "is this case"})
    if fact.other and (wrong := cannot_take_it_up(case, fact, fact.other)):
        raise no.CannotBeMerged(into=fact.into, because=wrong, fields={"into": wrong})
    if left := [id for id in never_paused(case) if id not in fact.carried]:
        raise no.DutyNotCarried(
            duties=", ".join(left), into=fact.into, fields={"carried": f"does not name {', '.join(left)}"}
        )


def cannot_take_it_up(case: CaseState, fact: CaseMerged, other: OtherCase) -> str | None:
    """Why another case cannot take this one up: what never pauses ends here only where that one carries it (X-1)."""
    if other.ended:
        return "it has ended; reopen it first"
    if other.rehearsal is not case.rehearsal:
        return "one of the two is a rehearsal"
    if other.route and other.route is not case.route and Route.INFORMATION_REQUEST in (other.route, case.route):
        return "one of the two is another partnership's request, which is supplied and concluded by itself (A-4)"
    if missing := [id for id in fact.carried if id not in other.clocks]:
        return f"it does not carry {', '.join(missing)}, neither running nor met"
    return None


def carried_by(case: CaseState) -> list[str]:
    """D-1, D-2 and D-7, as far as they run in a case or have been met there (X-1)."""
    rules = case.edition.deadlines
    return [one.id for one in case.clocks.values() if rules[one.rule].never_pauses and (one.open or one.met_at)]


def _reopened(case: CaseState, fact: CaseReopened, said: Said, now: datetime) -> None:
    if case.stage not in REOPENED:
        raise no.CannotBeReopened(because="it has not ended")


# --- what follows ---


def _follows(case: CaseState, entry: Entry, now: datetime) -> None:
    match entry.said.fact:
        case CasePaused():
            case.pauses.append(Pause(since=entry.happened_at))
            timing.recount(case, "the case is paused", now)
            case.post(telling.standing(case, "case-paused", entry, **stands.dates_of_a_pause(case, now)))
            letting_go.agencies_wait(case, entry.said.message)
        case CaseResumed():
            _resume(case, entry, now)
        case CaseWithdrawn():
            _withdraw(case, entry, now)
        case CaseMerged() as fact:
            _merge(case, fact, entry, now)
        case CaseReopened():
            _reopen(case, entry, now)
        case CaseParted() as fact:
            _part(case, fact, entry)
        case DutyRetried() as fact:
            case.post([case.failed.pop(fact.duty).notice])


def _resume(case: CaseState, entry: Entry, now: datetime) -> None:
    """The time of the pause is given back to every clock that the pause held (X-1)."""
    case.pauses[-1].until = entry.happened_at
    timing.recount(case, "the case was paused", now)
    case.post(telling.standing(case, "case-resumed", entry))
    letting_go.agencies_wait_no_longer(case, entry.said.message, now)


def _withdraw(case: CaseState, entry: Entry, now: datetime) -> None:
    """Its clocks stop and say so; D-2 does not: a child in care has died, whatever becomes of the case (N-4)."""
    for clock in [clock for clock in case.clocks.values() if not clock.rule.startswith(CARE_DUTIES)]:
        timing.stop(case, clock.id, WITH_THE_CASE, now)
    _stop_rounds(case)
    letting_go.all_of_it(case, now)
    also = telling.referrer(case) if case.knows(TO_ALL) else []
    case.post(telling.standing(case, "case-withdrawn", entry, also))
    changes.enter(case, Stage.WITHDRAWN, now)


def _merge(case: CaseState, fact: CaseMerged, entry: Entry, now: datetime) -> None:
    """Its clocks stop and say where the duty goes on."""
    for clock in [clock for clock in case.clocks.values() if clock.open]:
        carried = "is carried by" if clock.id in fact.carried else "goes on in"
        timing.stop(case, clock.id, f"{_MERGED}: it {carried} {fact.into}", now)
    _stop_rounds(case)
    letting_go.all_of_it(case, now)
    case.post(telling.standing(case, "case-merged", entry))
    _tell_who_referred(case, entry, other=fact.into)
    changes.enter(case, Stage.MERGED, now)


def _tell_who_referred(case: CaseState, entry: Entry, *, other: str | None) -> None:
    """The agency whose referral goes on in another case hears where: its reference, and no more (X-1, A-1)."""
    people = telling.referrer(case)
    if people and case.knows("referral-goes-on"):  # before, only leaders and the Business Unit were told
        cause = f"referral-goes-on:{entry.said.message}"
        case.post(telling.to_each(people, cause, "referral-goes-on", {"other": other, "agency": case.referring}))


def _part(case: CaseState, fact: CaseParted, entry: Entry) -> None:
    """What said that the other case goes on here is kept, and marked as over; people are told so (X-1, X-3)."""
    joined = [one for one in case.entries_of(CaseJoined) if getattr(one.said.fact, "other", None) == fact.other]
    for one in joined:
        one.corrected_by = entry.said.message
    if joined:
        people = telling.holders(case, *telling.LEADERS, Role.BUSINESS_UNIT)
        case.post(telling.to_each(people, f"case-parted:{entry.said.message}", "case-parted", {"other": fact.other}))


def _stop_rounds(case: CaseState) -> None:
    for one in case.rounds:
        if one.open:
            one.status = RoundStatus.STOPPED


def _reopen(case: CaseState, entry: Entry, now: datetime) -> None:
    """Back to the stage it left. What ended it no longer stands; clocks that stopped with it run again (X-1)."""
    was, back = case.stage, case.left or FIRST_STAGE[case.route]
    match was:
        case Stage.NOT_NOTIFIED:
            changes.set_aside(case, NotNotifiedDecided, entry)
            changes.set_aside(case, PartnerViewGiven, entry)
            timing.run_again(case, case.clocks["D-1"], REOPENED_WHY, now)
        case Stage.CONCLUDED:
            back = _take_up_again(case, back, entry, now)
        case Stage.WITHDRAWN | Stage.MERGED | Stage.NOTIFICATION_WITHDRAWN:
            merged = case.last(CaseMerged) if was is Stage.MERGED else None
            if merged:
                _tell_who_referred(case, entry, other=None)
            if merged and case.knows(
                "case-parted"
            ):  # before, the other case went on believing that it carries this one
                case.parting.append(merged.into)
            if was is Stage.NOTIFICATION_WITHDRAWN:
                changes.set_aside(case, NotificationWithdrawn, entry)
            _what_stopped_runs_again(case, now)
            letting_go.agencies_asked_again(case, entry.said.message, now)
    also = _who_believed_it_over(case, was) if case.knows(TO_ALL) else []
    case.post(telling.standing(case, "case-reopened", entry, also))
    changes.enter(case, back, now)


def _who_believed_it_over(case: CaseState, was: Stage) -> list[str]:
    """Whoever was told that it had ended, and the agency whose referral came to nothing; of a merger it is told where
    the case goes on (X-1, A-3).
    """
    told = [one.person for one in told_of(case, _ENDINGS)]
    return told if was is Stage.MERGED else told + telling.referrer(case)


def _take_up_again(case: CaseState, back: Stage, entry: Entry, now: datetime) -> Stage:
    """What concluded a case is set aside: it is said anew before the case ends again. The stage that it goes on in."""
    match case.review_wanted:
        case Decision.NO_FURTHER_ACTION if case.decision:
            changes.set_aside(case, PartnersDecided, entry)
            case.led_on_by = None
            return Stage.DECISION
        case Decision.NO_FURTHER_ACTION:
            changes.set_aside(case, CrgConsidered, entry)
            return Stage.CRG_REFERRAL if case.declined else Stage.REFERRAL
        case Decision.LEARNING_REVIEW:  # its findings can be drafted anew; the CRG agrees anew
            changes.set_aside(case, LearningReviewAssured, entry)
            return Stage.LEARNING_REVIEW
        case Decision.PRACTICE_REVIEW | Decision.NATIONAL_REVIEW as review:  # what was learned is shared anew (G-9)
            changes.set_aside(case, LearningDisseminated, entry)
            changes.set_aside(case, NoActionNeeded, entry)
            return Stage.DISSEMINATION if review is Decision.PRACTICE_REVIEW else back
        case _ if case.route is Route.INFORMATION_REQUEST:
            _ask_on(case, entry, now)
    return back


def _ask_on(case: CaseState, entry: Entry, now: datetime) -> None:
    """A request goes on until it is concluded anew; agencies whose return never came owe it again (A-4, X-1)."""
    changes.set_aside(case, InformationRequestConcluded, entry)
    for clock in [clock for clock in case.clocks.values() if clock.rule.startswith("D-6") and clock.stopped_at]:
        if clock.subject in case.scope:
            timing.run_again(case, clock, "the request was reopened", now)


def _what_stopped_runs_again(case: CaseState, now: datetime) -> None:
    """Whatever stopped because the case did: by withdrawal, merging, or the notification's being withdrawn."""
    whys = (WITH_THE_CASE, _MERGED, NOTIFICATION_GONE)
    for clock in [clock for clock in case.clocks.values() if (clock.stopped_why or "").startswith(whys)]:
        timing.run_again(case, clock, REOPENED_WHY, now)
    for one in case.rounds:
        if one.status is RoundStatus.STOPPED and not one.stopped_why:  # not one that had stopped before the case
            one.status = RoundStatus.OPEN


# --- next steps ---


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    yield Offer(body=CaseReopened(reason=examples.REOPENED), needed=False, title="Reopen the case")
    if not case.ended:
        merged = CaseMerged(into=ANOTHER_CASE, carried=never_paused(case), reason=examples.MERGED)
        yield Offer(body=merged, needed=False, title="Merge the case with another")
    yield from _at_any_time(case)


def _paused(case: CaseState, fact: CasePaused, said: Said, now: datetime) -> None:
    if fact.forecast_date:
        to_come(case, "The forecast", end_of_day(fact.forecast_date), now, "forecast_date")
    if case.paused:
        raise no.AlreadyPaused(since=moment(case.pauses[-1].since))
    if case.pauses and (resumed := case.pauses[-1].until):
        not_before("The pause", when(case, said, now), "the last resumption", resumed, "happened_at")


def _resumed(case: CaseState, fact: CaseResumed, said: Said, now: datetime) -> None:
    if not case.paused:
        raise no.NotPaused
    not_before("The resumption", when(case, said, now), "the pause", case.pauses[-1].since, "happened_at")


def _retried(case: CaseState, fact: DutyRetried, said: Said, now: datetime) -> None:
    if fact.duty not in case.failed:
        raise no.NothingToRetry(duty=fact.duty, fields={"duty": "is no failed duty"})


def _at_any_time(case: CaseState) -> Iterator[Offer]:
    for duty in case.failed:
        yield Offer(body=DutyRetried(duty=duty), needed=False, about=duty, title="Try a failed duty again")
    yield Offer(body=CaseResumed(reason=examples.RESUMED), needed=False, title="Resume the case")
    yield Offer(body=CasePaused(reason=examples.PAUSED), needed=False, title="Pause the case")
    yield Offer(body=CaseWithdrawn(reason=examples.WITHDRAWN), needed=False, title="Withdraw the case")


_OFFICES = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)

CHAPTER = Chapter(
    title="Any case: paused, resumed, withdrawn, merged, reopened",
    checks={
        CasePaused: _paused,
        CaseResumed: _resumed,
        DutyRetried: _retried,
        CaseMerged: _merged,
        CaseReopened: _reopened,
    },
    may_say={
        "case-paused": _OFFICES,
        "case-resumed": _OFFICES,
        "case-withdrawn": _OFFICES,
        "case-merged": _OFFICES,
        "case-reopened": _OFFICES,
        "case-joined": (Role.BUSINESS_UNIT,),
        "case-parted": (Role.BUSINESS_UNIT,),
        "duty-retried": (Role.BUSINESS_UNIT,),
    },
    offers=_offers,
    consequences=_follows,
    outlive=(CaseReopened, CaseJoined, CaseParted, DutyRetried),
)
