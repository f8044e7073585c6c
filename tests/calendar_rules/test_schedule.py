"""`crg schedule`: the protocol's dates on the command line. Dates are typed by hand."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from crg.schedule import schedule

ROOT = "import typer; from crg.schedule import schedule; app = typer.Typer(); app.command()(schedule); app()"
CHRISTMAS = ("--aware", "2026-12-18T10:00", "--notified", "2026-12-18T16:00")


def crg(*arguments: str) -> Result:
    command = typer.Typer()
    command.command()(schedule)
    return CliRunner().invoke(command, list(arguments))


def rows(*arguments: str) -> dict[str, dict[str, Any]]:
    result = crg(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return {row["id"]: row for row in json.loads(result.output)["deadlines"]}


def dates(*arguments: str) -> dict[str, str]:
    return {key: row["due"] for key, row in rows(*arguments).items()}


def test_a_case_over_christmas() -> None:
    """D-1 to D-5, D-7 and the backward plan, from the two anchors alone; --received is as --notified."""
    assert dates(*CHRISTMAS) == {
        "D-1": "2026-12-29T23:59:59+00:00",
        "D-2": "2026-12-29T23:59:59+00:00",
        "D-3": "2026-12-18T16:01:00+00:00",
        "D-4": "2026-12-20T16:00:00+00:00",
        "D-5": "2026-12-29T23:59:59+00:00",
        "D-7": "2027-01-13T23:59:59+00:00",
        "N-8": "2026-12-29T23:59:59+00:00",
        "latest-request": "2027-01-01T23:59:59+00:00",
        "latest-returns": "2027-01-06T23:59:59+00:00",
        "latest-meeting": "2027-01-07T23:59:59+00:00",
        "latest-draft-to-crg": "2027-01-08T23:59:59+00:00",
        "latest-draft-out": "2027-01-11T23:59:59+00:00",
    }


def test_every_anchor_adds_its_row_in_the_order_of_the_catalogue() -> None:
    found = dates(
        *CHRISTMAS,
        *("--received", "2026-12-21T09:30", "--request-sent", "2026-12-21T09:00", "--draft-sent", "2027-03-27T12:00"),
        *("--panel-meeting", "2027-01-20", "--decision", "2027-01-15"),
    )
    assert list(found)[:10] == [f"D-{n}" for n in range(1, 11)]
    assert found["D-3"] == "2026-12-21T09:31:00+00:00"
    assert found["D-4"] == "2026-12-23T09:30:00+00:00"
    assert found["D-6"] == "2026-12-29T23:59:59+00:00"
    assert found["D-8"] == "2027-03-29T13:00:00+01:00"
    assert found["D-9"] == "2027-02-03T23:59:59+00:00"
    assert found["D-10"] == "2027-07-15T23:59:59+01:00"


def test_one_anchor_is_enough() -> None:
    assert list(dates("--aware", "2026-12-18T10:00")) == ["D-1", "D-2", "N-8"]
    assert list(dates("--received", "2026-12-18T10:00")) == ["D-3", "D-4"]
    assert list(dates("--decision", "2026-08-31")) == ["D-10"]


def test_the_json_has_exactly_the_promised_shape() -> None:
    answer = json.loads(crg("--aware", "2026-12-18T10:00", "--json").output)
    assert answer == {
        "edition": "doncaster-2018",
        "deadlines": [
            {
                "id": "D-1",
                "title": "Notification to the Panel",
                "counted_from": "2026-12-18T10:00:00+00:00",
                "length": "5 working days",
                "due": "2026-12-29T23:59:59+00:00",
                "skipped": [
                    {"date": "2026-12-19", "why": "Saturday"},
                    {"date": "2026-12-20", "why": "Sunday"},
                    {"date": "2026-12-25", "why": "Christmas Day"},
                    {"date": "2026-12-26", "why": "Saturday"},
                    {"date": "2026-12-27", "why": "Sunday"},
                    {"date": "2026-12-28", "why": "Boxing Day (substitute day)"},
                ],
            },
            *answer["deadlines"][1:],
        ],
    }
    assert "Ofsted told (where a child in care died)" in answer["deadlines"][1]["title"]
    assert "Secretary of State told (where a child in care died)" in answer["deadlines"][1]["title"]


def test_the_plan_says_what_it_is_counted_back_from() -> None:
    found = rows(*CHRISTMAS)
    assert {key: row["length"] for key, row in found.items() if key.startswith("latest")} == {
        "latest-request": "5 days before the returns",
        "latest-returns": "1 working day before the meeting",
        "latest-meeting": "1 working day before the draft",
        "latest-draft-to-crg": "1 working day before the sign-off",
        "latest-draft-out": "48 hours before D-7",
    }
    assert found["latest-draft-out"]["counted_from"] == "2026-12-18T16:00:00+00:00"
    assert found["latest-draft-to-crg"]["skipped"] == [
        {"date": "2027-01-09", "why": "Saturday"},
        {"date": "2027-01-10", "why": "Sunday"},
    ]


def test_only_the_days_that_a_return_rolled_over_are_named() -> None:
    """D-6: five calendar days from Sunday 20 December end on Christmas Day."""
    found = rows("--request-sent", "2026-12-20T09:00")["D-6"]
    assert found["due"] == "2026-12-29T23:59:59+00:00"
    assert [one["date"] for one in found["skipped"]] == ["2026-12-25", "2026-12-26", "2026-12-27", "2026-12-28"]
    assert rows("--request-sent", "2026-11-25T09:00")["D-6"]["skipped"] == []
    assert rows("--draft-sent", "2026-12-24T09:00")["D-8"]["skipped"] == []


def test_closures_move_the_dates_and_are_named() -> None:
    closed = ("--closure", "2026-12-29..2026-12-30", "--closure", "2027-01-04")
    found = rows(*CHRISTMAS, *closed)
    assert found["D-1"]["due"] == "2026-12-31T23:59:59+00:00"
    assert found["D-7"]["due"] == "2027-01-18T23:59:59+00:00"
    assert {"date": "2026-12-30", "why": "Local closure"} in found["D-1"]["skipped"]


def test_times_without_an_offset_are_london_times() -> None:
    """Half past midnight in London on 16 June, said in three ways, is one moment."""
    reported = ("2026-06-16T00:30", "2026-06-15T23:30Z", "2026-06-16T02:30+03:00")
    found = [rows("--aware", text)["D-1"] for text in reported]
    assert {row["counted_from"] for row in found} == {"2026-06-16T00:30:00+01:00"}
    assert {row["due"] for row in found} == {"2026-06-23T23:59:59+01:00"}


def test_an_hour_that_comes_twice_is_read_as_the_first() -> None:
    assert rows("--draft-sent", "2026-10-25T01:30")["D-8"]["counted_from"] == "2026-10-25T01:30:00+01:00"
    assert rows("--draft-sent", "2026-10-25T01:30Z")["D-8"]["counted_from"] == "2026-10-25T01:30:00+00:00"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Nothing to count from: give at least one of --incident, --aware, --notified"),
        (["--closure", "2026-12-29"], "Nothing to count from"),
        (["--aware", "yesterday"], '--aware: "yesterday" is no time; write a date and time such as 2026-12-18T10:00'),
        (["--aware", "2026-12-18"], '--aware: "2026-12-18" is no time'),
        (["--notified", "2026-12-18T25:00"], '--notified: "2026-12-18T25:00" is no time'),
        (["--received", "20261218T1000"], '--received: "20261218T1000" is no time'),
        (["--request-sent", "2026-02-30T10:00"], '--request-sent: "2026-02-30T10:00" is no time'),
        (["--draft-sent", "2026-03-29T01:30"], '--draft-sent: "2026-03-29T01:30" did not exist in London'),
        (["--aware", "1066-10-14T09:00"], '--aware: "1066-10-14T09:00" is outside the years 2000 to 2099'),
        (
            ["--panel-meeting", "2026-12-18T10:00"],
            '--panel-meeting: "2026-12-18T10:00" is no date; write a date such as',
        ),
        (["--decision", "2027-02-29"], '--decision: "2027-02-29" is no date'),
        (
            [*CHRISTMAS, "--closure", "Christmas"],
            '--closure: "Christmas" is no date; write a date such as 2026-12-29, or two',
        ),
        ([*CHRISTMAS, "--closure", "2026-12-29.."], '--closure: "" is no date'),
        ([*CHRISTMAS, "--closure", "2026-12-30..2026-12-29"], "ends before it begins"),
        ([*CHRISTMAS, "--closure", "2026-01-01..2027-01-02"], "is longer than a year"),
        (["--aware", "2026-12-18T10:00", "--notified", "2026-12-18T09:59"], "--notified is before --aware"),
        (["--aware", "2026-12-18T10:00", "--edition", "atlantis"], "Edition atlantis cannot be used: there is no such"),
    ],
)
def test_bad_input_is_one_clear_sentence(arguments: list[str], sentence: str) -> None:
    for form in ([], ["--json"]):
        result = crg(*arguments, *form)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert sentence in result.stderr
        assert result.stderr.count("\n") == 1


def test_a_notification_at_the_moment_of_awareness_is_taken() -> None:
    assert crg("--aware", "2026-12-18T10:00", "--notified", "2026-12-18T10:00").exit_code == 0


def test_a_count_that_closures_stretch_over_years_is_still_right() -> None:
    """The calendar reaches past the last closure."""
    closed = [argument for year in (2027, 2028) for argument in ("--closure", f"{year}-01-01..{year}-12-31")]
    assert dates("--aware", "2026-12-31T10:00", *closed)["D-1"] == "2029-01-08T23:59:59+00:00"


def test_text_for_people_is_plain_and_aligned() -> None:
    lines = crg(*CHRISTMAS).output.splitlines()
    assert lines[0].endswith("(doncaster-2018)")
    first = next(line for line in lines if line.startswith("D-1 "))
    assert "Fri 18 Dec 2026 10:00" in first
    assert "Tue 29 Dec 2026 23:59" in first
    assert first.endswith("Christmas Day (Fri 25 Dec), Boxing Day (substitute day) (Mon 28 Dec)")
    assert "\x1b" not in "".join(lines)
    heading = next(line for line in lines if "What is due" in line)
    assert first.index("Fri 18 Dec 2026") == heading.index("Counted from")


def test_a_terminal_gets_a_table() -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", ROOT, *CHRISTMAS]
    with subprocess.Popen(command, stdout=theirs, env={**os.environ, "COLUMNS": "200", "TERM": "xterm"}) as process:
        os.close(theirs)
        shown = b""
        try:
            while block := os.read(ours, 65536):
                shown += block
        except OSError:  # how Linux says that the other end of a terminal has closed
            pass
    os.close(ours)
    assert process.returncode == 0
    assert "│ D-1 " in shown.decode()
    assert "Tue 29 Dec 2026 23:59" in shown.decode()


def test_the_schedule_starts_without_the_engine() -> None:
    program = "import crg.schedule, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"temporalio", "sqlalchemy", "fastapi", "holidays", "rich.table"} & set(loaded)


def test_the_dates_of_a_partnership_s_own_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Editions: from the data folder, 48 hours read as 2 working days."""
    text = """
    id = "own-2026"
    based_on = "doncaster-2018"
    title = "Own"
    dated = "2026"
    source = "Sample"
    deadlines.D-4 = { length = "2 working days", clause = "3.2" }
    """
    (tmp_path / "editions").mkdir()
    (tmp_path / "editions" / "own-2026.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("CRG_DATA", str(tmp_path))
    assert dates(*CHRISTMAS, "--edition", "own-2026")["D-4"] == "2026-12-22T23:59:59+00:00"
    assert "choose one of: doncaster-2018, england-2023, own-2026" in crg(*CHRISTMAS, "--edition", "none").output
