"""Store: what lists across cases show, written with the view of a case and in its transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, bindparam, delete, func, insert, or_, select, update

from review.chapters.crg.agenda import AgendaRow
from review.listed import ActionRow, DeadlineHeld, MeetingLine
from review.moment import Changed, Moment
from store.database import Database
from store.journal import took_away, wrote
from store.snapshot import ListedCase
from store.tables import case_actions, case_agencies, case_agenda, case_children, case_deadlines, cases
from store.tables_calendar import case_meetings

_SEALED = {"next_deadline", "next_title", "waiting", "safety", "unread_returns"}  # of the line
_MOMENTS = {"opened_at", "next_deadline_at"}
UNREADABLE = "This cannot be read: the record of it is damaged"
_OF_CASE = select(cases).where(cases.c.reference == bindparam("case"))
_OVERDUE_AT = select(func.min(case_deadlines.c.overdue_at)).where(case_deadlines.c.reference == bindparam("case"))
_CHANGED = update(cases).where(cases.c.reference == bindparam("case")).returning(cases)
_OF_CASES = (case_deadlines, case_meetings, case_actions, case_agenda, case_agencies, case_children)
_TAKEN = {
    table: delete(table).where(table.c.reference == bindparam("case")).returning(*table.primary_key.columns)
    for table in _OF_CASES
}
_NEW = {table: insert(table) for table in _OF_CASES}
LATE = "late"  # the status of a deadline that is overdue, or was met when it was over


def overdue_by(
    overdue_at: ColumnElement[datetime | None],
    now: datetime,
    overdue: bool,  # reads as what is wanted
) -> ColumnElement[bool]:
    """What is overdue now, or what is not."""
    return overdue_at < now if overdue else or_(overdue_at.is_(None), overdue_at >= now)


def on_our_clock(moment: datetime | None, ahead: timedelta) -> datetime | None:
    """A moment of the case's clock on the store's own, which a rehearsal's runs ahead of, or behind."""
    return moment and moment - ahead


def line(database: Database, plain: dict[str, Any], sealed: bytes, *, paused: bool) -> ListedCase:
    """A case as the page of all cases shows it."""
    return ListedCase(
        **plain, paused=paused, **database.open_or({}, sealed, "cases", "sealed_line", plain["reference"])
    )


def write(database: Database, connection: Connection, moment: Moment, plain: dict[str, Any]) -> None:
    """What lists show of a case, within a transaction of the caller: its row, `plain` and all, and what stands by it.

    The row of `cases` is written once: first, where the others need it; else when it is known what is overdue.
    """
    reference, patch = moment.reference, moment.patch
    before = connection.execute(_OF_CASE, {"case": reference}).one_or_none()
    values = plain | _line(database, reference, patch.listed.get("line", Changed()), before)
    rehearsal = bool(before.rehearsal if before else values["rehearsal"])
    ahead = values["ahead"] = _ahead(moment.at - plain["written_at"], before) if rehearsal else timedelta(0)
    deadlines, actions = patch.listed.get("deadlines", Changed()), patch.listed.get("actions", Changed())
    due = _deadlines(database, reference, deadlines, ahead)
    if before is None:
        fresh = min((row["overdue_at"] for row in due if row["overdue_at"]), default=None)
        new = insert(cases).values(values | {"reference": reference, "overdue_at": fresh}).returning(cases)
        wrote(database, connection, cases, *connection.execute(new))
    _replace(database, connection, case_deadlines, "id", reference, deadlines, due)
    _write_actions(database, connection, reference, actions, ahead, rehearsal=rehearsal)
    _write_meetings(database, connection, reference, patch.listed.get("meetings", Changed()))
    _write_agenda(database, connection, reference, patch.listed.get("agenda", Changed()))
    if rehearsal:
        _as_its_clock_stands(database, connection, reference, ahead)
    if patch.agencies is not None:
        _write_agencies(database, connection, reference, patch.agencies)
    if before is not None:
        if rehearsal or "deadlines" in patch.listed:
            values["overdue_at"] = _overdue_at(connection, reference)
        write_case(database, connection, reference, **values)


def _ahead(stands: timedelta, before: Row[Any] | None) -> timedelta:
    """How far a rehearsal's clock runs ahead. It is moved forward only; what was written late would show it behind."""
    return max(stands, before.ahead) if before else stands


def _line(database: Database, reference: str, changed: Changed, before: Row[Any] | None) -> dict[str, Any]:
    """What has changed of the row of `cases`; `before` is how it stands.

    A sealed part that does not open stays as it is, so that it is noticed, until the whole line is written again.
    """
    values: dict[str, Any] = {name: value for name, value in changed.now.items() if name not in _SEALED}
    for name in _MOMENTS & set(values):
        values[name] = values[name] and datetime.fromisoformat(values[name])
    fresh = {name: value for name, value in changed.now.items() if name in _SEALED}
    if before is None or changed.whole:
        held: dict[str, Any] | None = {}
    elif fresh:
        held = database.open_or(None, before.sealed_line, "cases", "sealed_line", reference)
    else:
        held = None
    if held is not None:
        values["sealed_line"] = database.seal(held | fresh, "cases", "sealed_line", reference)
    return values


def clock_moved(
    database: Database, connection: Connection, reference: str, ahead: timedelta, written_at: datetime
) -> None:
    """A rehearsal's clock runs this far ahead of ours from now on, within a transaction of the caller."""
    _as_its_clock_stands(database, connection, reference, ahead)
    at = _overdue_at(connection, reference)
    write_case(database, connection, reference, ahead=ahead, overdue_at=at, written_at=written_at)


def _overdue_at(connection: Connection, reference: str) -> datetime | None:
    overdue_at: datetime | None = connection.scalar(_OVERDUE_AT, {"case": reference})
    return overdue_at


def write_case(database: Database, connection: Connection, reference: str, **values: Any) -> None:
    """Change what stands in the row of `cases`."""
    wrote(database, connection, cases, *connection.execute(_CHANGED, {"case": reference, **values}))


def _deadlines(database: Database, reference: str, changed: Changed, ahead: timedelta) -> list[dict[str, Any]]:
    rows = []
    for id, held in changed.now.items():
        one = DeadlineHeld.model_validate(held)
        sealed = database.seal(one.model_dump(mode="json"), "case_deadlines", "sealed", reference, id)
        values = {"id": id, "due": one.due, "status": one.status, "overdue_at": on_our_clock(one.overdue_at, ahead)}
        whose = marks(people=one.owed_by, agencies=one.agencies)
        rows.append(values | {"reference": reference, "whose": whose, "sealed": sealed})
    return rows


def marks(*, people: Iterable[str] = (), agencies: Iterable[str] = ()) -> str:
    """Whose something is, each between spaces, so that one is found by itself: " who:sbu-manager agency:police "."""
    found = [*(f"who:{one}" for one in people), *(f"agency:{one}" for one in agencies)]
    return f" {' '.join(found)} " if found else ""


def _write_meetings(database: Database, connection: Connection, reference: str, changed: Changed) -> None:
    rows = []
    for id, held in changed.now.items():
        one = MeetingLine.model_validate(held)
        sealed = database.seal(one.model_dump(mode="json"), "case_meetings", "sealed", reference, id)
        values = {"id": id, "starts_at": one.starts_at, "whose": marks(people=one.invited)}
        rows.append(values | {"reference": reference, "sealed": sealed})
    _replace(database, connection, case_meetings, "id", reference, changed, rows)


def _write_actions(
    database: Database,
    connection: Connection,
    reference: str,
    changed: Changed,
    ahead: timedelta,
    *,
    rehearsal: bool,
) -> None:
    rows = []
    for place, held in changed.now.items():
        one = ActionRow.model_validate(held)
        values = _action(database, reference, int(place), one) | {"rehearsal": rehearsal}
        rows.append(values | {"overdue_at": on_our_clock(one.overdue_at, ahead)})
    _replace(database, connection, case_actions, "place", reference, changed, rows)


def _action(database: Database, reference: str, place: int, one: ActionRow) -> dict[str, Any]:
    sealed = one.line.model_dump(mode="json", exclude={"reference", "owner", "agency", "due", "overdue", "closed"})
    return {
        "reference": reference,
        "place": place,
        "open": one.open,
        "closed": one.line.closed,
        "owner": one.line.owner,
        "agency": one.line.agency,
        "due": one.line.due,
        "sealed": database.seal(
            sealed | {"overdue_at": one.overdue_at and one.overdue_at.isoformat()},
            "case_actions",
            "sealed",
            reference,
            place,
        ),
    }


def _write_agenda(database: Database, connection: Connection, reference: str, changed: Changed) -> None:
    rows = []
    for id, held in changed.now.items():
        one = AgendaRow.model_validate(held)
        sealed = database.seal(one.item, "case_agenda", "sealed", reference, id)
        values = {"reference": reference, "id": id, "part": one.part.value, "at": one.at, "overdue_at": one.overdue_at}
        rows.append(values | {"sealed": sealed})
    _replace(database, connection, case_agenda, "id", reference, changed, rows)


def _replace(
    database: Database,
    connection: Connection,
    table: Table,
    key: str,
    reference: str,
    changed: Changed,
    rows: list[dict[str, Any]],
) -> None:
    """The rows of a case that are new or other take the places of those that were there."""
    if changed.whole:
        took_away(database, connection, table, *connection.execute(_TAKEN[table], {"case": reference}))
    elif ids := [row[key] for row in rows] + [type(rows[0][key])(id) if rows else id for id in changed.gone]:
        these = _TAKEN[table].where(table.c[key].in_(ids))
        took_away(database, connection, table, *connection.execute(these, {"case": reference}))
    if rows:
        connection.execute(_NEW[table], rows)
        wrote(database, connection, table, *rows)


def _as_its_clock_stands(database: Database, connection: Connection, reference: str, ahead: timedelta) -> None:
    """A rehearsal's clock was moved: what will be overdue is so at another time of ours."""
    for table, key in ((case_deadlines, "id"), (case_actions, "place")):
        for row in connection.execute(select(table).where(table.c.reference == reference)).all():
            held = database.open_or({}, row.sealed, table.name, "sealed", reference, row._mapping[key])
            at = held.get("overdue_at")
            if at:
                now = on_our_clock(datetime.fromisoformat(at), ahead)
                same = (table.c.reference == reference, table.c[key] == row._mapping[key])
                moved = update(table).where(*same).values(overdue_at=now).returning(table)
                wrote(database, connection, table, *connection.execute(moved))


def _write_agencies(database: Database, connection: Connection, reference: str, agencies: Sequence[str]) -> None:
    values = [{"reference": reference, "agency": one} for one in dict.fromkeys(agencies)]
    put_in_place(database, connection, case_agencies, reference, values)


def put_in_place(
    database: Database, connection: Connection, table: Table, reference: str, values: list[dict[str, Any]]
) -> None:
    """Put these rows of a case in the place of those that were there."""
    took_away(database, connection, table, *connection.execute(_TAKEN[table], {"case": reference}))
    if values:
        connection.execute(_NEW[table], values)
        wrote(database, connection, table, *values)
