"""The timeline at the end of a rehearsal: each deadline with its title, the one due first first, on any terminal."""

from io import StringIO

import pytest
from rich.console import Console

from crg.rehearsal.outcome import DeadlineOutcome, Outcome
from crg.rehearsal.telling import Teller

TITLES = {
    "D-7": "Recommendation submitted to the Panel",
    "D-6:police": "Agency's return",
    "D-4": "Scoping meeting held",
}
DAYS = {"D-7": 22, "D-6:police": 8, "D-4": 3}


def timeline(width: int) -> list[str]:
    """What is printed of three deadlines, given out of order, on a terminal so wide."""
    deadlines = [
        DeadlineOutcome(id=id, title=title, due=f"2026-06-{DAYS[id]:02d}T16:00:00Z", met=None, status="open",
                        slack_working_days=1)
        for id, title in TITLES.items()
    ]  # fmt: skip
    reported = StringIO()
    console = Console(file=reported, width=width, highlight=False, soft_wrap=True, color_system=None)
    made = Outcome(reference="RH-2026-001", title="A sample", record=[], deadlines=deadlines, emails=[], state={})
    Teller(console).timeline(made, {})
    return reported.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 100, 110, 120, 200])
def test_deadlines_stand_in_the_order_in_which_they_are_due_each_with_its_title(width: int) -> None:
    reported = timeline(width)
    named = [line for line in reported if line.startswith("  D-")]
    assert [line.split()[0] for line in named] == ["D-4", "D-6:police", "D-7"]
    assert "D-4 Scoping meeting held" in named[0]
    assert "D-6:police Agency's return" in named[1]
    assert "D-7 Recommendation submitted to the Panel" in named[2]
    assert all(len(line) <= width for line in reported)


def test_where_there_is_room_a_deadline_is_one_line_and_else_two() -> None:
    (wide,) = [line for line in timeline(200) if "D-4" in line]
    assert "Wed 3 Jun 2026 17:00" in wide
    narrow = timeline(80)
    at = narrow.index("  D-4 Scoping meeting held")
    assert narrow[at + 1].strip().startswith("Wed 3 Jun 2026 17:00")


def test_a_title_that_is_too_long_is_shortened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TITLES, "D-4", "Scoping meeting held " * 10)
    for width in (80, 140):
        (line,) = [line for line in timeline(width) if "D-4" in line]
        assert "…" in line
        assert len(line) <= width


def mail(number: int, sent_at: str) -> dict[str, str]:
    return {
        "message_id": f"<{number}@example.org>",
        "subject": "RH-2026-001: the views differ",
        "person": "dcs",
        "sent_at": sent_at,
        "status": "sent",
    }


def test_a_mail_of_the_same_subject_on_another_day_is_shown_on_that_day() -> None:
    """The views differ, each working day at 09:00: one was in the record and not in what was printed."""
    reported = StringIO()
    teller = Teller(Console(file=reported, width=120, highlight=False, soft_wrap=True, color_system=None))
    days = ("2026-10-06T08:00:00Z", "2026-10-07T08:00:00Z", "2026-10-07T08:00:20Z", "2026-10-08T08:00:00Z")
    teller.rows([], [mail(number, sent_at) for number, sent_at in enumerate(days)])
    teller.rows([], [mail(number, sent_at) for number, sent_at in enumerate(days)])
    lines = [line for line in reported.getvalue().splitlines() if "views differ" in line]
    assert [line.split("  ")[1] for line in lines] == [
        "Tue 6 Oct 2026 09:00",
        "Wed 7 Oct 2026 09:00",
        "Thu 8 Oct 2026 09:00",
    ]
