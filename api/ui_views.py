"""The Temporal UI as a link opens it: cases by where they stand and what is due, and one case.

The UI keeps nothing of these lists: each is an address with a query over the search attributes (`workflows.names`).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote

from review.facts.enums import Route
from review.protocol import LIVE_STAGE_TITLES
from settings import Settings
from workflows import names

RUN = "ExecutionStatus='Running'"
CASES = f"WorkflowType IN ('{names.WORKFLOW}', '{names.INFORMATION_REQUEST}')"
OPEN_CASES = f"{CASES} AND {RUN}"
OVERDUE_CASES = f"{OPEN_CASES} AND {names.OVERDUE.name}=true"
SOON = (2, 7)  # days


class View(NamedTuple):
    """A list of the Temporal UI: what it shows, and by which query."""

    title: str
    query: str


def views(now: datetime) -> Iterator[View]:
    """Every list, those that a Business Unit wants first. `now` is UTC: what is due soon is counted from it."""
    yield View("All cases", OPEN_CASES)
    yield View("Overdue", OVERDUE_CASES)
    for days in SOON:
        until = (now.astimezone(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield View(f"Next deadline within {days} days", f"{OPEN_CASES} AND {names.NEXT_DEADLINE_AT.name} < '{until}'")
    for stage, title in LIVE_STAGE_TITLES.items():
        yield View(f"Stage: {title}", f"{OPEN_CASES} AND {names.CASE_STAGE.name}='{stage}'")
    for route in Route:
        yield View(f"Came in as: {route.replace('-', ' ')}", f"{OPEN_CASES} AND {names.CASE_ROUTE.name}='{route}'")
    yield View("Rehearsals", f"{OPEN_CASES} AND WorkflowId STARTS_WITH 'RH-'")
    yield View("Meetings of the CRG", f"WorkflowType='{names.CRG_MEETING}' AND {RUN}")
    yield View("Work that fails", f"{names.PROBLEMS} IS NOT NULL")


def address(settings: Settings, query: str = "", reference: str = "") -> str:
    """An address in the Temporal UI, the one of the settings or else the local one: the list, filtered, or one case."""
    tail = f"/{quote(reference)}" if reference else f"?query={quote(query)}" if query else ""
    return settings.ui_workflows + tail
