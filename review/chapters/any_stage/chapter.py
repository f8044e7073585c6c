"""Any case, any stage: paused, resumed, withdrawn, merged with another, opened again. Pure. X-1."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, get_args

from calendar_rules.lengths import end_of_day
from review.case import reads
from review.case.deadline import Ending
from review.case.effects import EffectKey
from review.case.entries import Entry
from review.case.mailing import MailTrouble
from review.case.record import RowKind
from review.case.state import CaseState, Pause
from review.chapters.any_stage import reminding
from review.chapters.any_stage.merging import counted, goes_over, in_words, join, part
from review.chapters.editions.chapter import rapid_review_follows
from review.chapters.practice_review import reads as stands
from review.facts import Reported
from review.facts.any_stage import (
    ALL_DUTIES,
    CaseJoined,
    CaseMerged,
    CaseParted,
    CasePaused,
    CaseReopened,
    CaseResumed,
    CaseWithdrawn,
    DutyRetried,
    DutyServed,
    OtherCase,
    RecordBundled,
    ReminderAsked,
    ServedBy,
    StandingFact,
)
from review.facts.crg import ConcernEscalated
from review.facts.editions import NotificationWithdrawn
from review.facts.enums import Decision, Route, Stage
from review.facts.follow_up import LearningDisseminated, NoActionNeeded
from review.facts.information import InformationRequestConcluded
from review.facts.learning_review import LearningReviewAssured
from review.facts.notification import NotNotifiedDecided, PartnerViewGiven
from review.facts.panel import PartnersDecided
from review.facts.referral import CrgConsidered
from review.kit import changes, deadline_ends, deadlines, notify, released, sign_off_rounds
from review.kit import refusals as no
from review.kit.awaited import awaited, deadline_met_by
from review.kit.changes import when
from review.kit.chapter import Chapter
from review.kit.corrections_notify import told_of
from review.kit.guards import not_before, to_come
from review.kit.mail_names import mail_name
from review.kit.notify import moment
from review.kit.offer import Offer
from review.protocol import ENDED, FIRST_STAGE

REOPENED_WHY = "the case was reopened"
# Causes of the mails that say that a case has ended: who had one hears that it goes on after all.
_ENDINGS = ("case-concluded*", "case-withdrawn:*", "case-merged:*", "not-notified*", "notification-withdrawn*")

ANOTHER_CASE = "CR-0000-000"  # stands for the other case in an example; the API puts a real one in its place


def never_paused(case: CaseState) -> list[str]:
    """D-1, D-2 and D-7, as far as they are still to be met here (X-1)."""
    rules = case.edition.deadlines
    return [deadline.id for deadline in case.deadlines.values() if deadline.open and rules[deadline.rule].never_pauses]


# --- checks ---


def _merged(case: CaseState, fact: CaseMerged, reported: Reported, now: datetime) -> None:
    if fact.into == case.reference:
        raise no.MergedIntoItself(fields={"into": "is this case"})
    if fact.other and (wrong := cannot_take_it_up(case, fact, fact.other)):
        raise no.CannotBeMerged(into=fact.into, because=wrong, fields={"into": wrong})
    if fact.other and (left := [one for one in fact.other.loses if one not in fact.loses]):
        what = "; ".join(in_words(case, one) for one in left)
        raise no.WouldBeLost(what=what, into=fact.into, fields={"loses": f"select also: {what}"})
    if left := [id for id in never_paused(case) if id not in fact.carried]:
        duties = "; ".join(in_words(case, one) for one in left)
        raise no.DutyNotCarried(duties=duties, into=fact.into, fields={"carried": f"select also: {duties}"})


def cannot_take_it_up(case: CaseState, fact: CaseMerged, other: OtherCase) -> str | None:
    """Why another case cannot take this one up: what never pauses ends here only where that one carries it (X-1)."""
    if other.ended:
        return "it has ended; reopen it first"
    if other.rehearsal is not case.rehearsal:
        return "one of the two is a rehearsal"
    if other.route and other.route is not case.route and Route.INFORMATION_REQUEST in (other.route, case.route):
        return "one of the two is another partnership's request, which is supplied and concluded by itself (A-4)"
    if missing := [id for id in fact.carried if id not in other.deadlines]:
        return f"it does not carry {', '.join(missing)}, neither running nor met"
    return None


def carried_by(case: CaseState) -> list[str]:
    """D-1, D-2 and D-7, as far as they run in a case or have been met there (X-1)."""
    rules = case.edition.deadlines
    return [one.id for one in case.deadlines.values() if rules[one.rule].never_pauses and (one.open or one.met_at)]


def _reopened(case: CaseState, fact: CaseReopened, reported: Reported, now: datetime) -> None:
    if case.stage not in ENDED:
        raise no.CannotBeReopened(because="it has not ended")


# --- what follows ---


def _pause(case: CaseState, entry: Entry[CasePaused], now: datetime) -> None:
    """Its deadlines are held but those that the law lets nobody stop; who waits for something is told (X-1)."""
    case.pauses.append(Pause(since=entry.happened_at))
    deadlines.recount(case, "the case is paused", now)
    case.post(notify.standing(case, "case-paused", entry, **stands.dates_of_a_pause(case, now)))
    released.agencies_wait(case, entry.reported.message)


def _try_again(case: CaseState, entry: Entry[DutyRetried], now: datetime) -> None:
    """The mail of a failed duty goes out once more."""
    changes.duty_again(case, entry.fact.duty, now)


def _serve(case: CaseState, entry: Entry[DutyServed], now: datetime) -> None:
    """What the mail would have done is done: what it meets is met when it was made good (R-12, B-8)."""
    fact = entry.fact
    notice = case.failed[EffectKey(fact.duty)].notice
    how = "it arrived after all" if fact.how is ServedBy.ARRIVED else "by other means"
    line = f"Told to {notice.to}: {mail_name(notice)}, {how}"
    paper = bool(notice.attach)
    changes.effect_done(case, notice.key, line, now, about=notice.about, disclosed=paper, at=entry.happened_at)


def _disclose(case: CaseState, entry: Entry[RecordBundled], now: datetime) -> None:
    """A disclosure by itself in the record: the whole record, with its papers (B-8)."""
    fact = entry.fact
    case.add_record_row(
        RowKind.DISCLOSURE,
        "record-disclosed",
        "The whole record of the case was put together for another body",
        now=now,
        reported=entry.reported,
        happened_at=entry.happened_at,
        detail={
            "what": "the whole record of the case, with its papers",
            "to": fact.to,
            "lawful_basis": fact.lawful_basis,
            "why": fact.why,
        },
    )


def _resume(case: CaseState, entry: Entry[CaseResumed], now: datetime) -> None:
    """The time of the pause is given back to every deadline that the pause held (X-1)."""
    case.pauses[-1].until = entry.happened_at
    deadlines.recount(case, "the case was paused", now)
    case.post(notify.standing(case, "case-resumed", entry))
    released.agencies_wait_no_longer(case, entry.reported.message, now)


def _withdraw(case: CaseState, entry: Entry[CaseWithdrawn], now: datetime) -> None:
    """Its deadlines stop and say so; D-2 does not: a child in care has died, whatever becomes of the case (N-4)."""
    deadline_ends.end(case, Ending.WITHDRAWN, deadline_ends.WITH_THE_CASE, now)
    sign_off_rounds.stop_all(case)
    released.all_of_it(case, now)
    also = notify.referrer(case)
    case.post(notify.standing(case, "case-withdrawn", entry, also))
    changes.enter(case, Stage.WITHDRAWN, now)


def _merge(case: CaseState, entry: Entry[CaseMerged], now: datetime) -> None:
    """Its deadlines stop and say where the duty goes on; what goes over is said, and what stays behind (X-1)."""
    fact = entry.fact
    over = goes_over(case, fact)
    n: dict[str, Any] = {
        "child_count": len(over.children),
        "kin_count": len(over.family),
        "deadlines": list(dict.fromkeys(one.title for one in over.deadlines)),
        "loses": [in_words(case, one) for one in fact.loses],
    }
    deadline_ends.end(case, Ending.MERGED, lambda one: f"the case was merged: it {_what_becomes_of(one.id, fact)}", now)
    sign_off_rounds.stop_all(case)
    released.all_of_it(case, now)
    line = f"Carried over to {fact.into}: {counted(over)}"
    if fact.loses:
        line += f". Stays behind: {', '.join(n['loses'])}"
    case.add_record_row(RowKind.EFFECT, "case-carried-over", line, now=now, about=fact.into, detail=n)
    case.post(notify.standing(case, "case-merged", entry, **n))
    _tell_who_referred(case, entry, other=fact.into)
    changes.enter(case, Stage.MERGED, now)


def _tell_who_referred(case: CaseState, entry: Entry, *, other: str | None) -> None:
    """The agency whose referral goes on in another case hears where: its reference, and no more (X-1, A-1)."""
    people = notify.referrer(case)
    if people:
        cause = f"referral-goes-on:{entry.reported.message}"
        case.post(notify.to_each(people, cause, "referral-goes-on", {"other": other, "agency": reads.referring(case)}))


def _what_becomes_of(deadline: str, merged: CaseMerged) -> str:
    if deadline in merged.loses:
        return f"stays behind; the case goes on in {merged.into}"
    return f"is carried by {merged.into}" if deadline in merged.carried else f"goes on in {merged.into}"


def _reopen(case: CaseState, entry: Entry[CaseReopened | ConcernEscalated], now: datetime) -> None:
    """Back to the stage it left. What ended it no longer stands; deadlines that stopped with it run again (X-1)."""
    was, back = case.stage, case.left or FIRST_STAGE[case.route]
    match was:
        case Stage.NOT_NOTIFIED:
            changes.set_aside(case, NotNotifiedDecided, entry)
            changes.set_aside(case, PartnerViewGiven, entry)
            deadline_ends.notifying_again(case, REOPENED_WHY, now)
        case Stage.CONCLUDED:
            back = _take_up_again(case, back, entry, now)
        case Stage.WITHDRAWN | Stage.MERGED | Stage.NOTIFICATION_WITHDRAWN:
            merged = case.last(CaseMerged) if was is Stage.MERGED else None
            if merged:
                _tell_who_referred(case, entry, other=None)
                case.parting.append(merged.into)
            if was is Stage.NOTIFICATION_WITHDRAWN:
                changes.set_aside(case, NotificationWithdrawn, entry)
            # Where the kind of the notification was put right meanwhile, a rapid review follows by now (B-1).
            for_want_of_one = (Ending.NO_RAPID_REVIEW,) if rapid_review_follows(case) else ()
            deadline_ends.go_on(case, (*deadline_ends.BY_PEOPLE, *for_want_of_one), REOPENED_WHY, now)
            sign_off_rounds.open_all_again(case)
            released.agencies_asked_again(case, entry.reported.message, now)
    also = _who_believed_it_over(case, was)
    case.post(notify.standing(case, "case-reopened", entry, also))
    changes.go_back(case, back, now)


def _reopen_by_concern(case: CaseState, entry: Entry[ConcernEscalated], now: datetime) -> None:
    """A concern about not notifying reopens the case where it asks for that: the time of D-1 runs on (N-2, G-7)."""
    if entry.fact.reopen and case.stage is Stage.NOT_NOTIFIED:
        _reopen(case, entry, now)


def _who_believed_it_over(case: CaseState, was: Stage) -> list[str]:
    """Whoever was told that it had ended, and the agency whose referral came to nothing; of a merger it is told where
    the case goes on (X-1, A-3).
    """
    told = [one.person for one in told_of(case, _ENDINGS)]
    return told if was is Stage.MERGED else told + notify.referrer(case)


def _take_up_again(case: CaseState, back: Stage, entry: Entry, now: datetime) -> Stage:
    """What concluded a case is set aside: it is said again before the case ends again. The stage that it goes on in."""
    match reads.review_wanted(case):
        case Decision.NO_FURTHER_ACTION if reads.decision(case):
            changes.set_aside(case, PartnersDecided, entry)
            case.led_on_by = None
            return Stage.DECISION
        case Decision.NO_FURTHER_ACTION:
            changes.set_aside(case, CrgConsidered, entry)
            return Stage.CRG_REFERRAL if reads.declined(case) else Stage.REFERRAL
        case Decision.LEARNING_REVIEW:  # its findings can be drafted again; the CRG agrees again
            changes.set_aside(case, LearningReviewAssured, entry)
            return Stage.LEARNING_REVIEW
        case Decision.PRACTICE_REVIEW | Decision.NATIONAL_REVIEW as review:  # what was learned is shared again (G-9)
            changes.set_aside(case, LearningDisseminated, entry)
            changes.set_aside(case, NoActionNeeded, entry)
            return Stage.DISSEMINATION if review is Decision.PRACTICE_REVIEW else back
        case _ if case.route is Route.INFORMATION_REQUEST:
            _ask_on(case, entry, now)
    return back


def _ask_on(case: CaseState, entry: Entry, now: datetime) -> None:
    """A request goes on until it is concluded again; agencies whose return never came owe it again (A-4, X-1)."""
    changes.set_aside(case, InformationRequestConcluded, entry)


# --- next steps ---


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    yield Offer(body=CaseReopened(reason=CaseReopened.sample["reason"]), needed=False, title="Reopen the case")
    if not reads.ended(case):
        merged = CaseMerged(into=ANOTHER_CASE, carried=never_paused(case), reason=CaseMerged.sample["reason"])
        yield Offer(body=merged, needed=False, title="Merge the case with another")
    yield Offer(body=RecordBundled.model_validate(RecordBundled.sample), needed=False, title="Put the record together")
    yield from _at_any_time(case)
    yield from reminding.offers(case)


def _paused(case: CaseState, fact: CasePaused, reported: Reported, now: datetime) -> None:
    if fact.forecast_date:
        to_come(case, "The forecast", end_of_day(fact.forecast_date), now, "forecast_date")
    if reads.paused(case):
        raise no.AlreadyPaused(since=moment(case.pauses[-1].since))
    if case.pauses and (resumed := case.pauses[-1].until):
        not_before("The pause", when(case, reported, now), "the last resumption", resumed, "happened_at")


def _resumed(case: CaseState, fact: CaseResumed, reported: Reported, now: datetime) -> None:
    if not reads.paused(case):
        raise no.NotPaused
    not_before("The resumption", when(case, reported, now), "the pause", case.pauses[-1].since, "happened_at")


def _retried(case: CaseState, fact: DutyRetried, reported: Reported, now: datetime) -> None:
    if fact.duty not in case.failed and not (fact.duty == ALL_DUTIES and changes.to_try_again(case)):
        raise no.NothingToRetry(duty=fact.duty, fields={"duty": "is no failed duty"})


def _served(case: CaseState, fact: DutyServed, reported: Reported, now: datetime) -> None:
    if fact.duty not in case.failed:
        raise no.NothingToRetry(duty=fact.duty, fields={"duty": "is no failed duty"})
    tried = case.failed[EffectKey(fact.duty)].since
    not_before("What made it good", when(case, reported, now), "the mail was tried", tried, "happened_at")


def _at_any_time(case: CaseState) -> Iterator[Offer]:
    for duty, failed in case.failed.items():
        perhaps = failed.trouble is MailTrouble.PERHAPS_DELIVERED
        to, mail, needed = failed.notice.to, mail_name(failed.notice), awaited(case, failed.notice)
        meets = deadline_met_by(case, failed.notice)
        deadline = meets.id if meets else None
        again = f"Send the email to {to} again: {mail}"
        yield Offer(body=DutyRetried(duty=duty), needed=needed, title=again, about=duty, deadline=deadline)
        how = ServedBy.ARRIVED if perhaps else ServedBy.OTHER_MEANS
        said = "that the email to {} arrived" if perhaps else "how {} was told by other means"
        made_good = f"Record {said.format(to)}: {mail}"
        body = DutyServed(duty=duty, how=how, means=DutyServed.sample["means"])
        yield Offer(body=body, needed=needed, title=made_good, about=duty, deadline=deadline)
    if len(changes.to_try_again(case)) > 1:
        yield Offer(body=DutyRetried(duty=ALL_DUTIES), needed=False, title="Try all undelivered mails again")
    yield Offer(body=CaseResumed(reason=CaseResumed.sample["reason"]), needed=False, title="Resume the case")
    yield Offer(body=CasePaused(reason=CasePaused.sample["reason"]), needed=False, title="Pause the case")
    yield Offer(body=CaseWithdrawn(reason=CaseWithdrawn.sample["reason"]), needed=False, title="Withdraw the case")


CHAPTER = Chapter(
    title="Any case: paused, resumed, withdrawn, merged, reopened",
    facts=get_args(StandingFact),
    checks={
        CasePaused: _paused,
        CaseResumed: _resumed,
        DutyRetried: _retried,
        DutyServed: _served,
        ReminderAsked: reminding.may_be_reminded,
        CaseMerged: _merged,
        CaseReopened: _reopened,
    },
    offers=_offers,
    consequences={
        CasePaused: (_pause,),
        CaseResumed: (_resume,),
        CaseWithdrawn: (_withdraw,),
        CaseMerged: (_merge,),
        CaseReopened: (_reopen,),
        ConcernEscalated: (_reopen_by_concern,),
        CaseJoined: (join,),
        CaseParted: (part,),
        DutyRetried: (_try_again,),
        DutyServed: (_serve,),
        RecordBundled: (_disclose,),
        ReminderAsked: (reminding.remind,),
    },
)
