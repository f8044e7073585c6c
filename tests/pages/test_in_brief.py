"""The head of a case's page: what it is in three lines, and where it stands in one."""

import re
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from api.each_day import each_day
from api.pages.in_brief import _age
from api.visibility import DeadlinesOut
from review.facts.enums import Route, Stage
from review.protocol import PROTOCOL
from review.stage_line import NOW, stage_line
from review.views import DeadlineView, PassedOver
from tests.pages.desk import Desk
from tests.pages.test_cases import seen_by

_WITHIN = [stage for stage, row in PROTOCOL.items() if not row.ends]
_OF_A_REQUEST = (Stage.GATHERING, Stage.SUPPLIED)


@pytest.mark.parametrize("stage", _WITHIN)
@pytest.mark.parametrize("route", Route)
def test_every_stage_stands_in_a_line_of_at_most_eight(stage: Stage, route: Route) -> None:
    if (route is Route.INFORMATION_REQUEST) != (stage in _OF_A_REQUEST):
        return
    stands: dict[str, Any] = {"stage": stage, "route": route, "ended": False}
    line = stage_line(DeadlinesOut.model_construct(**stands))
    assert [one.standing for one in line].count(NOW) == 1
    assert len(line) <= 8


async def test_a_case_says_what_it_is_and_where_it_stands(desk: Desk, client: httpx.AsyncClient) -> None:
    """Of whom it is, what is due and what is late or comes next; who sees dates alone sees the stages alone."""
    await desk.request_returns()
    page = re.sub(r"\s+", " ", (await seen_by(desk, client, "business-unit")).text)
    head = page.partition("<h1")[2].partition("Pages of this case")[0]
    for words in (
        "Sample &lt;b&gt;Child&lt;/b&gt; &amp; Co, ",
        "The incident was on ",
        " working days left).",
        "due by the end of ",
    ):
        assert words in head
    assert '<li class="page-steps__now" aria-current="step"><span data-n="Stage 5 of 8: ">Returns' in head
    dates = (await seen_by(desk, client, "observer")).text
    assert ("Stage 5 of 8: " in dates, "The incident was on" in dates) == (True, False)


@pytest.mark.parametrize(
    ("born", "says"),
    [("2026-11-20", "under a month old"), ("2026-04-05", "7 months old"), ("2024-12-05", "23 months old"),
     ("2024-12-04", "2 years old"), ("2026-12-05", "")],
)  # fmt: skip
def test_the_age_is_that_on_the_day_of_the_incident(born: str, says: str) -> None:
    assert _age(date.fromisoformat(born), date(2026, 12, 4)) == says


@pytest.mark.parametrize(
    ("length", "due", "closed", "says"),
    [
        ("3 working days", "2026-12-29", ("2026-12-25", "2026-12-26", "2026-12-27", "2026-12-28"),
         ["day 0", "day 1", "day 2", "closed", "closed", "closed", "closed", "day 3"]),
        ("5 days", "2026-12-29", ("2026-12-27", "2026-12-28"),
         ["day 0", "day 1", "day 2", "day 3", "day 4", "closed", "closed", "day 5"]),
        ("3 working days", "2026-12-30", ("2026-12-25", "2026-12-26", "2026-12-27", "2026-12-28"), []),
        ("6 months", "2026-12-29", (), []),
    ],
)  # fmt: skip
def test_a_due_date_is_counted_day_by_day(length: str, due: str, closed: tuple[str, ...], says: list[str]) -> None:
    """Counted from Tuesday 22 December 2026; of what was moved otherwise, or counted in months, no days are told."""
    skipped = [PassedOver(day=date.fromisoformat(day), why="closed") for day in closed]
    due_at = datetime.fromisoformat(f"{due}T23:59:59Z")
    given: dict[str, Any] = {"since": datetime(2026, 12, 22, 9, tzinfo=UTC), "due": due_at, "held_since": None}
    one = DeadlineView.model_construct(length=length, passed_over=skipped, **given)
    assert [words for _, words in each_day(one)] == says
