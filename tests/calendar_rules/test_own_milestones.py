"""Milestones that a partnership's edition sets itself, and what `crg edition check` says of them."""

from pathlib import Path

import pytest

from calendar_rules.edition import check_edition, load_edition
from tests.calendar_rules.test_edition_files import write

MEETING = """
[deadlines."P-1:leaders-meeting"]
title = "Leaders' meeting held"
counted_from = "notified"
length = "14 days"
owner = "crg-chair"
clause = "3.1"
reminders = [{ name = "overdue", when = "at due", kind = "overdue", tell = ["crg-chair"] }]
"""


def test_an_edition_can_set_milestones_of_its_own(tmp_path: Path) -> None:
    name = write(tmp_path, f'based_on = "doncaster-2018"\n{MEETING}')
    assert check_edition(name, folder=tmp_path) == []
    found = load_edition(name, folder=tmp_path)
    assert {milestone: rule.id for milestone, rule in found.milestones.items()} == {
        "leaders-meeting": "P-1:leaders-meeting"
    }
    assert load_edition("doncaster-2018").milestones == {}


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ('"crg-chair"\n', '"agency"\n', 'deadlines.P-1:leaders-meeting.owner: "agency" owes returns'),
        ('["crg-chair"]', '["officer"]', 'deadlines.P-1:leaders-meeting.reminders.1.tell: "officer" is nobody here'),
        ('"at due"', '"on the day"', "deadlines.P-1:leaders-meeting.reminders: nobody is told when it is overdue"),
        ('"notified"', '"draft-received"', 'deadlines.P-1:leaders-meeting.counted_from: P-1:leaders-meeting cannot be'),
        ('"14 days"', '"as set"', "deadlines.P-1:leaders-meeting.length: nobody sets the due day"),
        ("P-1:leaders-meeting", "leaders-meeting", 'deadlines.leaders-meeting: nothing runs a deadline of this name'),
    ],
)  # fmt: skip
def test_what_is_wrong_with_one_is_named(tmp_path: Path, was: str, now: str, problem: str) -> None:
    assert was in MEETING
    name = write(tmp_path, f'based_on = "doncaster-2018"\n{MEETING.replace(was, now)}')
    found = check_edition(name, folder=tmp_path)
    assert [one for one in found if one.startswith(problem)], found


def test_two_milestones_of_one_name_are_refused(tmp_path: Path) -> None:
    """The fact that reaches one names it."""
    name = write(tmp_path, f'based_on = "doncaster-2018"\n{MEETING}{MEETING.replace("P-1", "P-2")}')
    assert "deadlines.P-1:leaders-meeting: P-2:leaders-meeting has the same name" in str(
        check_edition(name, folder=tmp_path)
    )
