"""The backward plan from D-7, in dates typed by hand ("Backward plan")."""

from datetime import UTC, datetime

import pytest

from calendar_rules.edition import load_edition
from calendar_rules.england import england
from calendar_rules.lengths import LONDON
from calendar_rules.plan import latest_safe, slack_working_days
from calendar_rules.working_days import ClosedDay, ClosedKind

ENGLAND = england(2025, 2029)
DONCASTER = load_edition("doncaster-2018")


def at(text: str) -> datetime:
    """A London time."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("d7", "asked", "returns", "meeting", "crg", "draft"),
    [
        # Wednesday; New Year's Day is a Friday
        ("2027-01-13", "2027-01-01", "2027-01-06", "2027-01-07", "2027-01-08", "2027-01-11T23:59:59"),
        # 48 hours before a Monday is a Saturday: the CRG has the Friday, so the draft goes to it on the Thursday
        ("2026-11-23", "2026-11-12", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-21T23:59:59"),
        # and where the clocks went forward in between, an hour earlier by the clock
        ("2026-03-30", "2026-03-19", "2026-03-24", "2026-03-25", "2026-03-26", "2026-03-28T22:59:59"),
        # where they went back, an hour later by the clock
        ("2026-10-26", "2026-10-15", "2026-10-20", "2026-10-21", "2026-10-22", "2026-10-25T00:59:59"),
    ],
)
def test_latest_safe_times_before_d7(d7: str, asked: str, returns: str, meeting: str, crg: str, draft: str) -> None:
    """Draft out = D-7 less the 48 hours of D-8; a working day for the CRG before it (R-16); meeting before that draft;
    returns before meeting.
    """
    steps = latest_safe(at(f"{d7}T23:59:59"), DONCASTER, ENGLAND)
    assert [(step.id, step.at) for step in steps] == [
        ("latest-request", at(f"{asked}T23:59:59")),
        ("latest-returns", at(f"{returns}T23:59:59")),
        ("latest-meeting", at(f"{meeting}T23:59:59")),
        ("latest-draft-to-crg", at(f"{crg}T23:59:59")),
        ("latest-draft-out", at(draft)),
    ]
    assert {step.at.tzinfo for step in steps} == {UTC}


def test_a_closure_moves_the_meeting_forward() -> None:
    closed = ENGLAND.with_closed(ClosedDay(day=at("2027-01-08T00:00").date(), why="Flood", kind=ClosedKind.CLOSURE))
    steps = {step.id: step.at for step in latest_safe(at("2027-01-13T23:59:59"), DONCASTER, closed)}
    assert steps["latest-draft-to-crg"] == at("2027-01-07T23:59:59")
    assert steps["latest-meeting"] == at("2027-01-06T23:59:59")
    assert steps["latest-returns"] == at("2027-01-05T23:59:59")


@pytest.mark.parametrize(
    ("now", "due", "slack"),
    [
        ("2026-12-18T10:00", "2026-12-29T23:59:59", 5),
        ("2026-12-24T10:00", "2026-12-29T23:59:59", 1),
        ("2026-12-28T10:00", "2026-12-29T23:59:59", 1),
        ("2026-12-29T23:59:59", "2026-12-29T23:59:59", 0),
        ("2026-12-30T00:00", "2026-12-29T23:59:59", 0),  # overdue, and no working day has passed since
        ("2026-12-31T09:00", "2026-12-29T23:59:59", -1),
        ("2027-01-11T15:31", "2027-01-11T15:30", 0),
        ("2027-01-12T15:29", "2027-01-11T15:30", 0),
        ("2027-01-12T15:30", "2027-01-11T15:30", -1),
        ("2027-01-16T09:00", "2027-01-14T15:30", -1),  # a Saturday: the Friday has passed
        ("2027-01-10T15:29", "2027-01-10T15:30", 0),
        ("2027-01-10T15:31", "2027-01-10T15:30", 0),
        ("2027-01-11T16:00", "2027-01-10T15:30", 0),  # of a Sunday: the whole Monday has to pass
        ("2027-01-12T09:00", "2027-01-10T15:30", -1),
    ],
)
def test_slack_in_working_days(now: str, due: str, slack: int) -> None:
    assert slack_working_days(at(now), at(due), ENGLAND) == slack
