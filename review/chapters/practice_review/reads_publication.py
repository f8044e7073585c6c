"""How publication stands, and the time that the review takes: advance copies, delay, forecast (§7, K-8, K-9, B-4, B-5).

Pure lookups on the state; `reads` is their public face.
"""

from datetime import date, datetime, timedelta

from calendar_rules.edition import Outsider
from calendar_rules.lengths import before, due, london
from review.case import reads
from review.case.state import CaseState, copy_cause
from review.facts.any_stage import CasePaused
from review.facts.directory import Role
from review.facts.practice_review import (
    AdvanceCopySent,
    DelayTold,
    ImprovementsPublished,
    NonPublicationTold,
    PublicationPlanned,
    ReviewExtended,
    ReviewNotPublished,
    ReviewPublished,
)


def copies(case: CaseState) -> dict[Outsider, datetime]:
    """Who has an advance copy, and since when (B-4)."""
    return reads.copies(case)


def copies_due(case: CaseState) -> list[Outsider]:
    """Who still gets an advance copy, by the edition (B-4)."""
    return [one for one in case.edition.advance_copies_to if one not in copies(case)]


def copies_by(case: CaseState, publication: datetime) -> datetime | None:
    """The latest time for advance copies, counted back from the publication (B-4)."""
    length = case.edition.advance_copies
    return before(publication, length, case.calendar) if length else None


def earliest_publication(case: CaseState, now: datetime) -> date:
    """The first day on which the advance copies are old enough; copies still owed go out today at the earliest (B-4).

    Where the edition asks for none, and where they have been old enough for long: today.
    """
    length, owed, today = case.edition.advance_copies, case.edition.advance_copies_to, london(now).date()
    if not length:
        return today
    sent = [at for one, at in copies(case).items() if one in owed]
    return max(today, london(due(max(sent) if len(sent) == len(owed) else now, length, case.calendar)).date())


def under_way(case: CaseState, recipient: Outsider) -> bool:
    """Whether a copy is in the post; one that is a failed duty is not (B-4)."""
    failed = {one.notice.cause for one in case.failed.values()}
    return any(
        isinstance(fact := entry.fact, AdvanceCopySent)
        and fact.recipient is recipient
        and not fact.by_other_means
        and copy_cause(entry) not in failed
        for entry in case.entries_of(AdvanceCopySent)
    )


def available_until(case: CaseState) -> datetime | None:
    """Until when the published report stays available at least, where the edition says so (B-4)."""
    published, length = case.entry(ReviewPublished), case.edition.available_for
    return due(published.happened_at, length, case.calendar) if published and length else None


def improvements_owed(case: CaseState) -> bool:
    """Whether information on improvements must still be published in place of the report (s. 16F, K-8)."""
    return case.last(ReviewNotPublished) is not None and not (
        case.last(ImprovementsPublished) or case.last(ReviewPublished)
    )


def non_publication_to_tell(case: CaseState) -> list[Outsider]:
    """Whom the system cannot mail, and who must still be told that the review is not published (K-8)."""
    if not case.last(ReviewNotPublished) or case.last(ReviewPublished):
        return []
    told = {one.authority for one in case.every(NonPublicationTold)}
    return [one for one in Outsider if not case.cast.holders(Role(one.value)) and one not in told]


def plan(case: CaseState) -> PublicationPlanned | None:
    return case.last(PublicationPlanned)


def delay_to_tell(case: CaseState) -> list[Outsider]:
    """Which authorities are still to be told of the last extension; the Panel is told by mail (B-5)."""
    extended = case.entry(ReviewExtended)
    if extended is None:
        return []
    since = case.place(extended)
    told = {
        entry.fact.authority
        for entry in case.entries[since:]
        if isinstance(entry.fact, DelayTold) and not entry.corrected_by
    }
    return [one for one in case.edition.delay_told_to if one is not Outsider.PANEL and one not in told]


def forecast(case: CaseState, now: datetime) -> date | None:
    """When the review is expected to be complete: D-10 and the time that pauses have taken since it was set, which
    stop nothing of it; or what was said at the pause that lasts, where that is later (K-9, X-1).
    """
    deadline = case.deadlines.get("D-10")
    if deadline is None or not deadline.open:
        return None
    extended = case.entry(ReviewExtended)
    since = max(deadline.since, extended.happened_at) if extended else deadline.since
    days = [(london(one.until or now).date() - london(max(one.since, since)).date()).days for one in case.pauses]
    counted = london(deadline.due).date() + timedelta(
        days=sum(span for span in days if span > 0)
    )  # days, as a pause is held
    paused = case.last(CasePaused) if reads.paused(case) else None
    return max(counted, paused.forecast_date) if paused and paused.forecast_date else counted


def dates_of_a_pause(case: CaseState, now: datetime) -> dict[str, datetime | date | None]:
    """What a pause does not stop, and when the review is expected to be complete; nothing where none goes on (K-9)."""
    deadline = case.deadlines.get("D-10")
    return {"d_10": deadline.due, "forecast": forecast(case, now)} if deadline and deadline.open else {}
