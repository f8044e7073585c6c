"""What may be said when of publication, and of the time that the review takes (§7, K-8, K-9, G-8, B-4, B-5).

Pure. How things stand is looked up in `reads`.
"""

from datetime import datetime

from calendar_rules.edition import Outsider
from calendar_rules.lengths import end_of_day, london
from review.case import reads
from review.case.state import CaseState
from review.chapters.practice_review import reads as stands
from review.chapters.practice_review.checks_report import identities_settled
from review.chapters.practice_review.identities import known_of_the_family, places
from review.chapters.practice_review.papers import REVIEW
from review.chapters.practice_review.preconditions import begun, not_before_agreed, not_earlier_than
from review.facts import Reported
from review.facts import practice_review as say
from review.facts.base import Fact
from review.kit import deadlines
from review.kit import refusals as no
from review.kit.changes import when
from review.kit.chapter import Check
from review.kit.guards import addressed, in_calendar, needs, once, people, to_come
from review.kit.notify import moment


def _report_agreed(case: CaseState) -> None:
    begun(case)
    needs(stands.agreed(case, REVIEW), "the report has not been signed off by all")


def _may_be_published(case: CaseState) -> None:
    """While the review goes on, and after a decision not to publish, which can be thought better of (K-8)."""
    if not reads.may_still_be_published(case):
        begun(case)
    needs(version := stands.agreed(case, REVIEW), "the report has not been signed off by all")
    if version:
        identities_settled(case, version)


def _planned(case: CaseState, fact: say.PublicationPlanned, reported: Reported, now: datetime) -> None:
    _may_be_published(case)
    not_before_agreed(case, REVIEW, "The plan of the publication", reported, now)
    to_come(case, "The publication", end_of_day(fact.publication_date), now, "publication_date")
    earliest = stands.earliest_publication(case, now)
    if fact.publication_date < earliest:  # B-4: no time would be left for the advance copies
        raise no.AdvanceCopiesTooLate(
            length=case.edition.advance_copies,
            earliest=f"{earliest:%d %B %Y}",
            fields={"publication_date": f"must not lie before {earliest:%d %B %Y}"},
        )
    people(case, fact.managers, "managers")
    _affected_took_part(case, fact)


def _affected_took_part(case: CaseState, plan: say.PublicationPlanned) -> None:
    """Somebody of every agency that the agreed version names was part of the plan (G-8)."""
    affected = stands.agencies_named(case)
    if left := [agency for agency in affected if not set(plan.managers) & _of_agency(case, agency)]:
        raise no.PlanWithoutManagers(
            agencies=reads.all_called(case, left), fields={"managers": f"add somebody of {', '.join(left)}"}
        )


def _of_agency(case: CaseState, agency: str) -> set[str]:
    known = case.cast.agency(agency)
    heads = {known.senior_officer, known.safeguarding_lead} if known else set()
    return heads | {who.id for who in case.cast.people if who.agency == agency}


def _copy_sent(case: CaseState, fact: say.AdvanceCopySent, reported: Reported, now: datetime) -> None:
    _may_be_published(case)
    not_before_agreed(case, REVIEW, "The advance copy", reported, now)
    held = fact.recipient in stands.copies(case) or stands.under_way(case, fact.recipient)
    once(held, f"The advance copy to {fact.recipient}")
    if not fact.by_other_means:
        addressed(case, fact.recipient, "by_other_means")


def _published(case: CaseState, fact: say.ReviewPublished, reported: Reported, now: datetime) -> None:
    _may_be_published(case)
    not_before_agreed(case, REVIEW, "The publication", reported, now)
    planned = stands.plan(case)
    needs(planned, "the publication has not been planned")
    at = when(case, reported, now)
    if planned:
        _affected_took_part(case, planned)  # a newer version may name others
    if reads.may_still_be_published(case) and not fact.reasons.strip():
        raise no.PublicationUnexplained(fields={"reasons": "say why it is published after all"})
    if planned and london(at).date() < planned.publication_date:
        raise no.PublicationBeforeThePlan(planned=f"{planned.publication_date:%d %B %Y}")
    if left := stands.copies_due(case):
        raise no.AdvanceCopiesMissing(recipients=", ".join(left))
    latest, sent = stands.copies_by(case, at), stands.copies(case)
    if latest and any(sent[one] > latest for one in case.edition.advance_copies_to):
        raise no.AdvanceCopiesTooLate(
            length=case.edition.advance_copies, earliest=f"{stands.earliest_publication(case, now):%d %B %Y}"
        )


def _not_published(case: CaseState, fact: say.ReviewNotPublished, reported: Reported, now: datetime) -> None:
    _report_agreed(case)
    not_before_agreed(case, REVIEW, "The decision not to publish", reported, now)


def _improvements(case: CaseState, fact: say.ImprovementsPublished, reported: Reported, now: datetime) -> None:
    """In place of the report; checked, as the report is, for what identifies the family (s. 16F, K-8)."""
    needs(case.last(say.ReviewNotPublished), "it has not been decided not to publish the report")
    once(case.last(say.ReviewPublished), "The publication of the report")
    once(case.last(say.ImprovementsPublished), "The improvement information")
    decided = case.entry(say.ReviewNotPublished)
    not_earlier_than(
        case,
        "The improvement information",
        reported,
        now,
        "the decision not to publish",
        decided.happened_at if decided else None,
    )
    found = places({"improvements": fact.improvements}, known_of_the_family(case))
    if found and not fact.names_reason.strip():
        raise no.ImprovementsIdentify(
            places="; ".join(f"{one.what.replace('-', ' ')} of {one.whose}" for one in found),
            fields={"improvements": "says what identifies the family", "names_reason": "enter why it stays"},
        )


def _non_publication_told(case: CaseState, fact: say.NonPublicationTold, reported: Reported, now: datetime) -> None:
    needs(case.last(say.ReviewNotPublished), "it has not been decided not to publish the report")
    told = fact.authority not in stands.non_publication_to_tell(case)
    once(told, f"That {fact.authority} knows of it, or is mailed by the system,")


def _extended(case: CaseState, fact: say.ReviewExtended, reported: Reported, now: datetime) -> None:
    begun(case)
    deadline = case.deadlines.get("D-10")
    needs(deadline, "the time for the review has not begun to run")
    in_calendar(case, "The extension", fact.extended_date, "extended_date")
    if not fact.told_by_other_means:
        addressed(case, Outsider.PANEL, "told_by_other_means")
    due = (
        deadline.model_copy(update={"set_due": deadlines.due_set(case, deadline)}).due_by(case.edition, case.calendar)
        if deadline
        else None
    )
    if due and end_of_day(fact.extended_date) <= due:  # as it is counted without this extension, where one is corrected
        raise no.NotAnExtension(due=moment(due), fields={"extended_date": f"must be after {moment(due)}"})


def _delay_told(case: CaseState, fact: say.DelayTold, reported: Reported, now: datetime) -> None:
    needs(case.last(say.ReviewExtended), "the review has not been extended")
    once(
        fact.authority not in stands.delay_to_tell(case),
        f"That {fact.authority} knows of the delay, or need not be told,",
    )


PUBLICATION: dict[type[Fact], Check] = {
    say.PublicationPlanned: _planned,
    say.AdvanceCopySent: _copy_sent,
    say.ReviewPublished: _published,
    say.ReviewNotPublished: _not_published,
    say.ImprovementsPublished: _improvements,
    say.NonPublicationTold: _non_publication_told,
    say.ReviewExtended: _extended,
    say.DelayTold: _delay_told,
}
