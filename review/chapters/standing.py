"""Any case: merged with another, opened again. Room: review; pure. X-1."""

from collections.abc import Iterator
from datetime import datetime

from review import changes, examples, telling
from review import refusals as no
from review.case import CaseState, Entry
from review.chapter import Chapter
from review.directory import Role
from review.facts import NotNotifiedDecided, PartnersDecided, Said
from review.offer import Offer
from review.said.referral import CrgConsidered
from review.said.standing import CaseMerged, CaseReopened
from review.sign_off import RoundStatus
from review.words import CrgOutcome, Decision, Route, Stage

REOPENED = (Stage.CONCLUDED, Stage.WITHDRAWN, Stage.NOT_NOTIFIED)
FIRST_STAGE = {
    Route.SERIOUS_INCIDENT: Stage.DISCUSSION,
    Route.REFERRAL: Stage.REFERRAL,
    Route.INFORMATION_REQUEST: Stage.GATHERING,
}


def never_paused(case: CaseState) -> list[str]:
    """D-1, D-2 and D-7, as far as they are still to be met here (X-1)."""
    rules = case.edition.deadlines
    return [clock.id for clock in case.clocks.values() if clock.open and rules[clock.rule].never_pauses]


# --- checks ---


def _merged(case: CaseState, fact: CaseMerged, said: Said, now: datetime) -> None:
    if fact.into == case.reference:
        raise no.MergedIntoItself(fields={"into": "is this case"})
    if left := [id for id in never_paused(case) if id not in fact.carried]:
        raise no.DutyNotCarried(
            duties=", ".join(left), into=fact.into, fields={"carried": f"does not name {', '.join(left)}"}
        )


def _reopened(case: CaseState, fact: CaseReopened, said: Said, now: datetime) -> None:
    if case.stage is Stage.MERGED:
        merged = case.last(CaseMerged)
        raise no.CannotBeReopened(because=f"it goes on in {merged.into if merged else 'another case'}; work there")
    if case.stage not in REOPENED:
        raise no.CannotBeReopened(because="it has not ended")


# --- what follows ---


def _follows(case: CaseState, entry: Entry, now: datetime) -> None:
    match entry.said.fact:
        case CaseMerged() as fact:
            _merge(case, fact, entry, now)
        case CaseReopened():
            _reopen(case, entry, now)


def _merge(case: CaseState, fact: CaseMerged, entry: Entry, now: datetime) -> None:
    """Its clocks stop and say where the duty goes on."""
    for clock in [clock for clock in case.clocks.values() if clock.open]:
        carried = "is carried by" if clock.id in fact.carried else "goes on in"
        changes.stop(case, clock.id, f"the case was merged: it {carried} {fact.into}", now)
    for one in case.rounds:
        if one.open:
            one.status = RoundStatus.STOPPED
    case.post(telling.standing(case, "case-merged", entry))
    changes.enter(case, Stage.MERGED, now)


def _reopen(case: CaseState, entry: Entry, now: datetime) -> None:
    """Back to the stage it left. What ended it no longer stands; clocks that stopped with it run again (X-1)."""
    was, back = case.stage, case.left or FIRST_STAGE[case.route]
    if was is Stage.NOT_NOTIFIED:
        changes.set_aside(case, NotNotifiedDecided, entry)
        changes.run_again(case, case.clocks["D-1"], "the case was reopened", now)
    if was is Stage.CONCLUDED:
        if case.decision and case.decision.decision is Decision.NO_FURTHER_ACTION:
            changes.set_aside(case, PartnersDecided, entry)
            case.led_on_by = None
        elif case.considered and case.considered.outcome is CrgOutcome.NO_FURTHER_ACTION:
            changes.set_aside(case, CrgConsidered, entry)
    if was is Stage.WITHDRAWN:
        for clock in [clock for clock in case.clocks.values() if clock.stopped_why == changes.WITH_THE_CASE]:
            changes.run_again(case, clock, "the case was reopened", now)
        for one in case.rounds:
            if one.status is RoundStatus.STOPPED:
                one.status = RoundStatus.OPEN
    case.post(telling.standing(case, "case-reopened", entry))
    changes.enter(case, back, now)


# --- next steps ---


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    yield Offer(body=CaseReopened(reason=examples.REOPENED), needed=False, title="Reopen the case")
    if not case.ended:
        year, number = ("2026", "001") if case.reference != "CR-2026-001" else ("2026", "002")
        merged = CaseMerged(into=f"CR-{year}-{number}", carried=never_paused(case), reason=examples.MERGED)
        yield Offer(body=merged, needed=False, title="Merge the case with another")


_OFFICES = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)

CHAPTER = Chapter(
    title="Any case: merged, reopened",
    checks={CaseMerged: _merged, CaseReopened: _reopened},
    may_say={"case-merged": _OFFICES, "case-reopened": _OFFICES},
    offers=_offers,
    consequences=_follows,
    outlive=(CaseReopened,),
)
