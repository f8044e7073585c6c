"""A case and its moments, as tests of the store write them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic_core import to_jsonable_python

from review.case.record import RecordRow, RowKind
from review.listed import DeadlineLine
from review.moment import Moment
from tests.keeping import moment_of

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CASE = "CR-2026-001"


def row(number: int) -> RecordRow:
    key, reported = str(number), {"what": "panel-notified", "line": "Said.", "who": "dcs"}
    return RecordRow(key=key, kind=RowKind.FACT, happened_at=NINE, told_at=NINE, **reported)


def deadline(name: str, days: int, **more: Any) -> dict[str, Any]:
    given = {"title": f"what {name} is about", "status": "open", "owner": "business-unit"} | more
    return DeadlineLine(id=name, due=NINE + timedelta(days=days), **given).model_dump(mode="json")


TWO = [deadline("D-4", 2), deadline("D-7", 21, subject="the recommendation")]


def first(reference: str = CASE, *rows: RecordRow, **more: Any) -> Moment:
    """A case's first moment; `more` is of its line, but for deadlines, children and what is settled."""
    beside = {name: more.pop(name) for name in ("deadlines", "children", "settled", "state") if name in more}
    line = {
        "route": "serious-incident",
        "stage": "rapid-review",
        "opened_at": NINE,
        "next_deadline": "D-4",
        "next_deadline_at": NINE + timedelta(days=2),
    }
    whole: dict[str, Any] = {"deadlines": TWO, "children": ["child-a"], "state": {"partnership": "Sample"}} | beside
    return moment_of(reference, NINE, line=to_jsonable_python(line | more), rows=rows, **whole)


def later(version: int, *rows: RecordRow, **more: Any) -> Moment:
    return moment_of(CASE, NINE, version=version, rows=rows, **more)
