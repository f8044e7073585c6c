"""The record and the read model: what a case has come to, written in one transaction (X-3). Touches SQL."""

from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio import activity

from activities.orders import WRITE_RECORD, WriteRecord
from activities.ports import Book
from review.case import CaseState
from store.snapshot import DeadlineRow, Snapshot


@dataclass(frozen=True)
class RecordRoom:
    """Writes rows once, however often it is asked to."""

    book: Book

    @activity.defn(name=WRITE_RECORD)
    async def write_record(self, order: WriteRecord) -> None:
        """New rows, settled messages and the case as it stands. Raises where the record would not follow on."""
        await self.book.project(
            order.case.reference,
            seq=order.case.rows,
            snapshot=snapshot(order.case, order.at),
            rows=order.rows,
            settled=order.settled,
            written_at=datetime.now(UTC),
        )


def snapshot(case: CaseState, now: datetime) -> Snapshot:
    """The case as lists and pages read it. `now` is the case's clock."""
    upcoming = case.next_deadline()
    return Snapshot(
        reference=case.reference,
        seq=case.rows,
        route=case.route,
        stage=case.stage,
        opened_at=case.opened_at,
        next_deadline=upcoming.id if upcoming else None,
        next_deadline_at=upcoming.due if upcoming else None,
        overdue=any(clock.overdue(now) for clock in case.clocks.values()),
        # D-2 outlives a decision not to notify
        live=not case.ended or any(clock.open for clock in case.clocks.values()),
        rehearsal=case.rehearsal,
        case_now=now,
        state=case.model_dump(mode="json"),
        deadlines=[_row(case, id, now) for id in case.clocks],
        children=[child.child_id for child in case.children],
    )


def _row(case: CaseState, id: str, now: datetime) -> DeadlineRow:
    clock = case.clocks[id]
    return DeadlineRow(
        id=clock.id,
        title=clock.title,
        due=clock.due,
        met=clock.met_at,
        status=clock.status(now),
        owner=case.edition.deadlines[clock.rule].owner,
        slack_working_days=clock.slack(clock.met_at or clock.stopped_at or now, case.calendar),
        subject=clock.subject,
    )
