"""What follows from the publication plan: who is told, and advance copies (G-8, K-8, B-4).

Pure transitions on `CaseState`. How things stand is looked up in `review.chapters.practice_review.reads`.
"""

from datetime import datetime

from pydantic import JsonValue

from calendar_rules.lengths import end_of_day, london
from review.case.entries import Entry
from review.case.notices import Notice
from review.case.record import RowKind
from review.case.state import ADVANCE_COPY, CaseState, copy_cause
from review.chapters.practice_review import reads as stands
from review.chapters.practice_review.papers import REVIEW
from review.facts import Corrected
from review.facts.directory import Role
from review.facts.practice_review import (
    AdvanceCopySent,
    PublicationPlanned,
    ReviewPublished,
)
from review.kit import notify


def plan_told(case: CaseState, entry: Entry[PublicationPlanned], now: datetime) -> None:
    """Officers, chairs and those who carry the plan out are told, and whoever holds an advance copy (K-8, G-8)."""
    _planned(case, entry.fact, entry, now)


def plan_put_right(case: CaseState, entry: Entry[Corrected], now: datetime) -> None:
    """Of a corrected plan the same people are told (K-8, X-2)."""
    if isinstance(plan := entry.fact.right, PublicationPlanned):
        _planned(case, plan, entry, now)


def available(case: CaseState, entry: Entry[ReviewPublished], now: datetime) -> None:
    """For how long the report stays there is noted (B-4)."""
    if until := stands.available_until(case):
        line = f"The published report stays available until {notify.moment(until)} at least"
        case.add_record_row(RowKind.DEADLINE, "available-until", line, now=now, about="B-4")


def _planned(case: CaseState, fact: PublicationPlanned, entry: Entry, now: datetime) -> None:
    """Accountable officers and the Independent Chair are kept informed; those who carry the plan out are told
    (flowchart, G-8).
    """
    there = bool(case.cast.holders(Role.COMMUNICATIONS))
    offices = (Role.ACCOUNTABLE_OFFICER, Role.INDEPENDENT_CHAIR, Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    people = dict.fromkeys([*notify.holders(case, *offices), *fact.managers])
    copies = stands.copies_by(case, end_of_day(fact.publication_date))
    late = _after_d_10(case, fact)
    if [one.publication_date for one in case.every(PublicationPlanned)[-2:-1]] != [fact.publication_date]:
        _tell_holders_of_copies(case, fact, entry)
    if not there:
        line = (
            "Warning: nobody in the directory holds the office of Communications, so the plan is mailed to nobody there"
        )
        case.add_record_row(RowKind.WARNING, "communications-vacant", line, now=now, about="G-8")
    n = {
        "publication_date": fact.publication_date,
        "copies_by": london(copies).date() if copies else None,
        "d_10": late,
        "communications": there,
    }
    case.post(notify.to_each(people, f"publication-planned:{entry.reported.message}", "publication-planned", n))
    if late:
        line = f"Warning: the publication is planned after D-10, {notify.moment(late)}; the review must be extended"
        case.add_record_row(RowKind.WARNING, "planned-after-d-10", line, now=now, about="D-10")


def _tell_holders_of_copies(case: CaseState, plan: PublicationPlanned, entry: Entry) -> None:
    """Whoever has an advance copy by mail keeps it to themselves until the day of publication: another day is told
    them (B-4, K-8).
    """
    people = notify.holders(case, *(Role(one.value) for one in stands.copies(case)))
    n = {"publication_date": plan.publication_date}
    case.post(notify.to_each(people, f"advance-copy-news:{entry.reported.message}", "advance-copy-news", n))


def _after_d_10(case: CaseState, fact: PublicationPlanned) -> datetime | None:
    """D-10, where the publication is planned for a later day (K-8, K-9)."""
    deadline = case.deadlines.get("D-10")
    return deadline.due if deadline and deadline.open and end_of_day(fact.publication_date) > deadline.due else None


def copy_sent(case: CaseState, entry: Entry[AdvanceCopySent], now: datetime) -> None:
    """The agreed report goes to the mailbox of that office, unless it was sent elsewhere (B-4)."""
    fact = entry.fact
    line = f"Advance copy of the final report to {fact.recipient}"
    detail: dict[str, JsonValue] = {"to": fact.recipient.value, "by_other_means": fact.by_other_means}
    if fact.by_other_means:  # else the mail is, once it has gone (B-8)
        detail |= {"why": "the final report, before it is published", "lawful_basis": case.edition.lawful_basis}
        case.add_record_row(
            RowKind.DISCLOSURE,
            "advance-copy",
            line,
            now=now,
            about=fact.recipient,
            reported=entry.reported,
            happened_at=entry.happened_at,
            detail=detail,
        )
    report, plan = stands.agreed_paper(case, REVIEW), stands.plan(case)
    if fact.by_other_means or report is None:
        return
    case.post(
        Notice(
            cause=copy_cause(entry),
            template=ADVANCE_COPY,
            to=person,
            about="B-4" if "B-4" in case.deadlines else None,
            n={"publication_date": plan.publication_date if plan else None},
            attach=[report],
        )
        for person in case.cast.holders(Role(fact.recipient.value))
    )
