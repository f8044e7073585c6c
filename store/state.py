"""Store: the state of a case, in parts. Each moment writes what has changed, in a transaction of its caller.

What a message said is taken from the inbox: entries are kept with it, and rows of the record get it from there.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy import Connection, bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from review.case.effects import EffectKey
from review.case.record import RecordRow, RowKind
from review.moment import FROZEN, Changed, EntryLine, Moment, Patch
from store.database import Database
from store.errors import MomentGap, UnknownMessage
from store.journal import took_away, wrote
from store.tables import case_entries, case_parts, inbox

REST = "rest"  # the part that holds what has none of its own
_PARTS = select(case_parts.c.part, case_parts.c.sealed).where(
    case_parts.c.reference == bindparam("case"), case_parts.c.part.in_(bindparam("parts", expanding=True))
)
_SAID = select(inbox.c.id, inbox.c.sealed).where(inbox.c.id.in_(bindparam("messages", expanding=True)))
_FROM = select(case_entries).where(
    case_entries.c.reference == bindparam("case"), case_entries.c.place >= bindparam("first")
)
_NEW_ENTRIES = insert(case_entries)
_HOW_MANY = select(func.count()).select_from(case_entries).where(case_entries.c.reference == bindparam("case"))

Json = dict[str, Any]


def write(database: Database, connection: Connection, moment: Moment, reported: dict[str, Json]) -> None:
    """Write what a moment has changed of the state. `reported` holds the bodies of the messages that it names."""
    reference, patch = moment.reference, moment.patch
    frozen: Json = {name: value for name, value in patch.parts.items() if name in FROZEN}
    rest = {name: value for name, value in patch.parts.items() if name not in FROZEN}
    changes = patch.keyed | ({REST: Changed(now=rest)} if rest else {})
    _put(database, connection, reference, frozen | _with_what_stays(database, connection, reference, changes))
    if patch.entries:
        _write_entries(database, connection, moment, reported)


def change(database: Database, connection: Connection, reference: str, changes: Mapping[str, Changed]) -> None:
    """Change some keys of parts."""
    _put(database, connection, reference, _with_what_stays(database, connection, reference, changes))


def done(database: Database, connection: Connection, reference: str, effects: dict[str, datetime]) -> None:
    """Note effects as done in the state; their mails wait in its outbox no more."""
    held = _held(database, connection, reference, ("done", REST))
    changed = {"done": held.get("done", {}) | {key: moment.isoformat() for key, moment in effects.items()}}
    outbox = held.get(REST, {}).get("outbox", [])
    waiting = [one for one in outbox if EffectKey.mail(one["cause"], one["to"]) not in effects]
    if len(waiting) != len(outbox):
        changed[REST] = held[REST] | {"outbox": waiting}
    _put(database, connection, reference, changed)


def owed(database: Database, connection: Connection, reference: str) -> tuple[set[str], set[str]]:
    """Keys of the mails that the case still tries, and of those that are failed duties."""
    held = _held(database, connection, reference, ("waiting", "failed", REST))
    tried = {EffectKey.mail(one["cause"], one["to"]) for one in held.get(REST, {}).get("outbox", [])}
    return tried | set(held.get("waiting", {})), set(held.get("failed", {}))


def said_in(database: Database, connection: Connection, patch: Patch, rows: Iterable[RecordRow]) -> dict[str, Json]:
    """What the messages said that entries and rows name, from the inbox."""
    wanted = {one.message for one in patch.entries if one.reported is None}
    wanted |= {row.message for row in rows if row.bare and row.message}
    if not wanted:
        return {}
    found = connection.execute(_SAID, {"messages": sorted(wanted)})
    return {row.id: database.open(row.sealed, "inbox", "sealed", row.id)["body"] for row in found}


def filled(row: RecordRow, reported: dict[str, Json]) -> RecordRow:
    """A row with what its message said. Raises `UnknownMessage`."""
    if not row.bare:
        return row
    fact: Json = _body(reported, row.message or "")["fact"]
    whole = {"fact": fact} if row.kind is RowKind.REFUSED else fact
    return row.model_copy(update={"detail": whole | row.detail, "bare": False})


async def read(
    database: Database, connection: AsyncConnection, reference: str, after: int | None = None
) -> tuple[Json, int]:
    """The state, as its model reads it, and the place of the first of its entries: the first of all, or the first that
    was written `after` a version of the case.
    """
    state: Json = {}
    query = select(case_parts).where(case_parts.c.reference == reference)
    for row in await connection.execute(query):
        value = database.open(row.sealed, "case_parts", "sealed", reference, row.part)
        state |= value if row.part == REST else {row.part: value}
    entries = select(case_entries).where(case_entries.c.reference == reference).order_by(case_entries.c.place)
    if after is not None:
        entries = entries.where(case_entries.c.version > after)
    rows = (await connection.execute(entries)).all()
    state["entries"] = [_open_entry(database, row) for row in rows]
    return state, rows[0].place if rows else 0


def _held(database: Database, connection: Connection, reference: str, parts: Sequence[str]) -> dict[str, Json]:
    """These parts as they stand, those that there are."""
    if not parts:
        return {}
    return {
        row.part: database.open(row.sealed, "case_parts", "sealed", reference, row.part)
        for row in connection.execute(_PARTS, {"case": reference, "parts": parts})
    }


def _with_what_stays(
    database: Database, connection: Connection, reference: str, changes: Mapping[str, Changed]
) -> dict[str, Json]:
    """Parts of which some keys change, whole."""
    held = _held(database, connection, reference, [part for part, changed in changes.items() if not changed.whole])
    whole = {}
    for part, changed in changes.items():
        stays = {key: value for key, value in held.get(part, {}).items() if key not in changed.gone}
        whole[part] = stays | changed.now
    return whole


def _put(database: Database, connection: Connection, reference: str, parts: Mapping[str, JsonValue]) -> None:
    rows = []
    for part, value in parts.items():
        sealed = database.seal(value, "case_parts", "sealed", reference, part)
        rows.append({"reference": reference, "part": part, "sealed": sealed})
    if rows:
        connection.execute(database.upsert(case_parts), rows)
        wrote(database, connection, case_parts, *rows)


def _write_entries(database: Database, connection: Connection, moment: Moment, reported: dict[str, Json]) -> None:
    """The entries from a place on: nearly always new ones; a correction changes what stood before (X-2)."""
    reference, patch = moment.reference, moment.patch
    there = connection.scalar(_HOW_MANY, {"case": reference}) or 0
    if patch.entries_from > there:
        raise MomentGap(f"{reference}: entry {patch.entries_from} cannot follow {there} entries (crg restore --check)")
    first = {"case": reference, "first": patch.entries_from}
    before = connection.execute(_FROM, first).all() if patch.entries_from < there else []
    known = [_open_entry(database, row) for row in before]
    held = {(one["reported"]["message"], one["right"]): one["reported"] for one in known}
    if known:
        replaced = (case_entries.c.reference == reference, case_entries.c.place >= patch.entries_from)
        connection.execute(delete(case_entries).where(*replaced))
        took_away(database, connection, case_entries, *before)
    values = []
    for place, line in enumerate(patch.entries, patch.entries_from):
        entry = line.model_dump(mode="json", exclude={"message"})
        entry["reported"] = entry["reported"] or held.get((line.message, line.right)) or _said(line, reported)
        sealed = database.seal(entry, "case_entries", "sealed", reference, place)
        plain = {"reference": reference, "place": place, "version": moment.version, "message": line.message}
        values.append(plain | {"sealed": sealed})
    connection.execute(_NEW_ENTRIES, values)
    wrote(database, connection, case_entries, *values)


def _open_entry(database: Database, row: Any) -> Json:
    entry: Json = database.open(row.sealed, "case_entries", "sealed", row.reference, row.place)
    return entry


def _said(line: EntryLine, reported: dict[str, Json]) -> Json:
    body = _body(reported, line.message)
    return body | {"fact": body["fact"]["right"]} if line.right else body


def _body(reported: dict[str, Json], message: str) -> Json:
    if message not in reported:
        raise UnknownMessage(
            f"the inbox has no message {message}, which the case has taken: is the store an older one?"
        )
    return reported[message]
