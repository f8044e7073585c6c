"""What follows from the publication plan: who is told, advance copies, the clocks that hang on it (G-8, K-8, B-4).

Room: review. Pure transitions on `CaseState`. How things stand is looked up in `review.practice_standing`.
"""

from datetime import datetime

from calendar_rules.lengths import end_of_day, london
from review import practice_standing as stands
from review import telling, timing
from review.case import ADVANCE_COPY, CaseState, copy_cause
from review.directory import Role
from review.facts import Corrected
from review.notices import Notice
from review.practice_papers import REVIEW
from review.record import RowKind
from review.said.practice_review import (
    AdvanceCopySent,
    FinalDraftSent,
    MilestoneSet,
    PublicationPlanned,
    ReviewNotPublished,
    ReviewPublished,
)
from review.said.standing import TakenBack
from review.told import Entry

OVER = "the practice review is over"
_CHANGING = PublicationPlanned | FinalDraftSent | ReviewPublished | ReviewNotPublished | Corrected | TakenBack
_HANGING = ("B-4", "K-5")  # clocks that end with the review


def follows(case: CaseState, entry: Entry, now: datetime) -> None:
    """What a fact changes of plan, copies and milestones."""
    fact = entry.said.fact
    match fact:
        case PublicationPlanned():
            _planned(case, fact, entry, now)
        case Corrected(right=PublicationPlanned() as plan):
            _planned(case, plan, entry, now)
        case AdvanceCopySent():
            _copy_sent(case, fact, entry, now)
        case ReviewNotPublished():
            _tell_holders_of_copies(case, None, entry)
        case MilestoneSet() if case.knows("milestones-followed"):
            timing.start(case, "K-5", now, since=entry.happened_at, subject=fact.milestone)
        case ReviewPublished() if until := stands.available_until(case):
            line = f"The published report stays available until {telling.moment(until)} at least"
            case.tell(RowKind.DEADLINE, "available-until", line, now=now, about="B-4")
    if isinstance(fact, _CHANGING):
        mind_the_clocks(case, now)


def _planned(case: CaseState, fact: PublicationPlanned, entry: Entry, now: datetime) -> None:
    """Accountable officers and the Independent Chair are kept informed; those who carry the plan out are told
    (flowchart, G-8).
    """
    offices = [Role.ACCOUNTABLE_OFFICER, Role.INDEPENDENT_CHAIR]
    if case.knows("plan-told-to-the-crg"):  # before, those who make the plan were not told of it
        offices += [Role.BUSINESS_UNIT, Role.CRG_CHAIR]
    people = dict.fromkeys([*telling.holders(case, *offices), *fact.managers])
    copies = stands.copies_by(case, end_of_day(fact.publication_date))
    late = _after_d_10(case, fact)
    if [one.publication_date for one in case.every(PublicationPlanned)[-2:-1]] != [fact.publication_date]:
        _tell_holders_of_copies(case, fact, entry)
    n = {
        "publication_date": fact.publication_date,
        "copies_by": london(copies).date() if copies else None,
        "d_10": late,
    }
    case.post(telling.to_each(people, f"publication-planned:{entry.said.message}", "publication-planned", n))
    if late:
        line = f"Warning: the publication is planned after D-10, {telling.moment(late)}; the review must be extended"
        case.tell(RowKind.WARNING, "planned-after-d-10", line, now=now, about="D-10")
    if {"B-4", "K-8"} & set(case.clocks):
        timing.recount(case, "the publication is planned for another day", now)


def _tell_holders_of_copies(case: CaseState, plan: PublicationPlanned | None, entry: Entry) -> None:
    """Whoever has an advance copy by mail keeps it to themselves until the day of publication: another day is told
    them, and that there is none (B-4, K-8).
    """
    if not case.knows("copy-holders-told"):  # before, they had only the day that stood in the mail with the copy
        return
    people = telling.holders(case, *(Role(one.value) for one in stands.copies(case)))
    n = {"publication_date": plan.publication_date if plan else None}
    case.post(telling.to_each(people, f"advance-copy-news:{entry.said.message}", "advance-copy-news", n))


def _after_d_10(case: CaseState, fact: PublicationPlanned) -> datetime | None:
    """D-10, where the publication is planned for a later day (K-8, K-9)."""
    clock = case.clocks.get("D-10")
    return clock.due if clock and clock.open and end_of_day(fact.publication_date) > clock.due else None


def _copy_sent(case: CaseState, fact: AdvanceCopySent, entry: Entry, now: datetime) -> None:
    """The agreed report goes to the mailbox of that office, unless it was sent elsewhere (B-4)."""
    line = f"Advance copy of the final report to {fact.recipient}"
    detail = {"to": fact.recipient.value, "by_other_means": fact.by_other_means}
    case.tell(RowKind.DISCLOSURE, "advance-copy", line, now=now, about=fact.recipient, detail={**detail})
    report, plan = stands.agreed_paper(case, REVIEW), stands.plan(case)
    if fact.by_other_means or report is None:
        return
    case.post(
        Notice(
            cause=copy_cause(entry),
            template=ADVANCE_COPY,
            to=person,
            about="B-4" if "B-4" in case.clocks else None,
            n={"publication_date": plan.publication_date if plan else None},
            attach=[report],
        )
        for person in case.cast.holders(Role(fact.recipient.value))
    )


def mind_the_clocks(case: CaseState, now: datetime) -> None:
    """Milestones and advance copies are owed while the review goes on; copies of the agreed version (K-5, B-4)."""
    going_on = stands.going_on(case)
    for clock in [clock for clock in case.clocks.values() if clock.rule in _HANGING]:
        if clock.open and not going_on:
            timing.stop(case, clock.id, OVER, now)
        elif clock.stopped_why == OVER and going_on:
            timing.run_again(case, clock, "the practice review goes on", now)
        elif clock.met_at and clock.rule == "B-4" and going_on and case.fulfilled(clock) is None:
            timing.run_again(case, clock, "copies of the new version are owed", now)
    if going_on and case.knows("copies-followed") and (since := case.since("B-4")):
        timing.start(case, "B-4", now, since=since)
    if case.knows("publication-followed"):
        _mind_the_day(case, now)


def _mind_the_day(case: CaseState, now: datetime) -> None:
    """The planned day runs until the report is published, planned for another day, or decided not to be (K-8).

    A plan made after that decision is kept to as well.
    """
    clock, since = case.clocks.get("K-8"), case.since("K-8")
    planned = since is not None and (stands.going_on(case) or stands.may_still_be_published(case))
    if clock and clock.open and not planned and case.fulfilled(clock) is None:
        timing.stop(case, clock.id, OVER, now)
    elif clock and planned and (clock.stopped_why == OVER or (clock.met_at and case.fulfilled(clock) is None)):
        timing.run_again(case, clock, "the publication is planned again", now)
    elif planned and since:
        timing.start(case, "K-8", now, since=since)
