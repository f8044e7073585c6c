"""The timeline picture: which day stands where, which are closed, what is late. Dates are counted by hand.

The sample is notified on Wednesday 9 December 2026; closed are 24 December (a closure), 25 and 28 December and 1
January. Working days: 10 and 11 December are 1 and 2, 14 to 18 are 3 to 7, 21 to 23 are 8 to 10, 29 to 31 are 11 to 13,
4 January is 14, 5 January is 15.
"""

import re
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from api.picture import draw
from api.picture.made import Picture, Steps, pictures
from api.picture.rows import SHORT, Counting, Row, cut, of_plan
from api.picture.scale import DayKind, Scale
from calendar_rules.edition import load_edition
from calendar_rules.england import england
from calendar_rules.lengths import LONDON
from calendar_rules.working_days import ClosedDay, ClosedKind
from review.views import DeadlineView, PlanStep

CLOSURE = ClosedDay(day=date(2026, 12, 24), why="Office closed", kind=ClosedKind.CLOSURE)
CALENDAR = england(2026, 2027, [CLOSURE])
NIGHT = "T23:59:59"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


NOW = at("2026-12-22T13:10")


def due(id: str, since: str, until: str, met: str | None = None, **more: Any) -> DeadlineView:
    """A deadline as a case shows it; open where it is not met."""
    ends, done = at(until), at(met) if met else None
    late = done is not None and done > ends
    given = {
        "id": id, "title": "Sample", "clause": "§2", "owner": "business-unit", "since": at(since), "length": "5 days",
        "due": ends, "met": done, "overdue": done is None and ends < NOW, "status": "late" if late else "met",
        "subject": id.partition(":")[2] or None, "slack_working_days": None if done else 1,
    }  # fmt: skip
    return DeadlineView.model_validate(given | more)


def safe(id: str, latest: str) -> PlanStep:
    return PlanStep(id=id, title=id, protects="D-7", latest_safe=at(latest), done=False, slack_working_days=1)


RETURNED = ["2026-12-16T09:00", "2026-12-17T15:00", "2026-12-18T10:00", "2026-12-21T17:20", None]
DEADLINES = [
    due("D-7", "2026-12-09T11:20", f"2027-01-05{NIGHT}", length="15 working days"),
    due("D-3", "2026-12-09T11:45", "2026-12-09T11:46", "2026-12-09T11:45", length="at once"),
    due("D-4", "2026-12-09T11:45", "2026-12-11T11:45", "2026-12-14T09:30", length="48 hours"),
    due("D-5", "2026-12-09T11:20", f"2026-12-16{NIGHT}", "2026-12-14T15:10"),
    *(due(f"D-6:agency-{n}", "2026-12-14T15:10", f"2026-12-21{NIGHT}", met) for n, met in enumerate(RETURNED)),
]
PLAN = [
    safe("latest-returns", f"2026-12-30{NIGHT}"),
    safe("latest-meeting", f"2026-12-31{NIGHT}"),
    safe("latest-draft-out", f"2027-01-03{NIGHT}"),
]
STEPS = Steps(meeting_at=at("2026-12-23T10:00"))


def rapid() -> Picture:
    (one,) = pictures(DEADLINES, PLAN, STEPS, CALENDAR, NOW)
    return one


def line(name: str) -> Row:
    return next(row for row in rapid().rows if row.name == name)


def test_day_0_to_15_takes_28_days_across_the_closed_ones() -> None:
    scale = rapid().scale
    assert (scale.first, scale.last, scale.length) == (date(2026, 12, 9), date(2027, 1, 5), 28)
    numbered = {day.number: day.date for day in scale.days if day.number is not None}
    assert len(numbered) == 16
    assert [numbered[n].day for n in range(16)] == [9, 10, 11, 14, 15, 16, 17, 18, 21, 22, 23, 29, 30, 31, 4, 5]


def test_weekends_bank_holidays_and_closures_are_told_apart() -> None:
    kinds = {day.date: (day.kind, day.why) for day in rapid().scale.days if day.kind is not DayKind.WORKING}
    weekends = [date(2026, 12, day) for day in (12, 13, 19, 20, 26, 27)] + [date(2027, 1, day) for day in (2, 3)]
    assert [day for day, (kind, _) in kinds.items() if kind is DayKind.WEEKEND] == weekends
    assert kinds[date(2026, 12, 24)] == (DayKind.CLOSURE, "Office closed")
    holidays = [day for day, (kind, _) in kinds.items() if kind is DayKind.BANK_HOLIDAY]
    assert holidays == [date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("moment", "place"),
    [
        ("2026-12-09T00:00", 0.0),
        ("2026-12-09T12:00", 0.5),
        ("2026-12-11T11:45", 2 + 705 / 1440),  # 11 hours 45 minutes into the third day
        (f"2026-12-21{NIGHT}", 13.0),  # what ends with a day stands at its right edge
        ("2026-12-25T06:00", 16.25),  # closed days are as wide as others
        (f"2027-01-05{NIGHT}", 28.0),
        ("2026-12-01T09:00", 0.0),  # before the picture: its left edge
        ("2027-01-09T09:00", 28.0),
    ],
)
def test_a_moment_stands_at_its_minute(moment: str, place: float) -> None:
    assert rapid().scale.place(at(moment)) == pytest.approx(place)


def test_summer_time_ends_and_a_day_is_no_wider() -> None:
    """On 25 October 2026 the clock goes back: noon is the middle of the day all the same."""
    scale = Scale(date(2026, 10, 24), date(2026, 10, 27), CALENDAR)
    assert [scale.place(at(f"2026-10-{day}T12:00")) for day in (24, 25, 26)] == [0.5, 1.5, 2.5]


def test_lines_stand_in_the_order_of_the_work_with_what_each_says() -> None:
    said = [(row.name, row.when, row.standing, row.detail) for row in rapid().rows]
    assert said == [
        ("Leaders told", "due Wed 9 Dec, at once", "Done", "Wed 9 Dec, 11:45"),
        ("Scoping meeting", "due Fri 11 Dec, 11:45", "Late", "Mon 14 Dec, 09:30"),
        ("Requests to agencies", "due Wed 16 Dec", "Done, 2 days early", "Mon 14 Dec, 15:10"),
        ("Agencies' returns", "due Mon 21 Dec", "4 of 5 in, 1 late", "latest safe Wed 30 Dec"),
        ("Rapid review meeting", "planned Wed 23 Dec, 10:00", "3 working days’ slack", "latest safe Thu 31 Dec"),
        ("Draft out for sign-off", "", "4 working days left", "latest safe Sun 3 Jan"),
        ("Submission to the Panel", "due Tue 5 Jan", "6 working days left", ""),
    ]


def test_the_marks_of_a_line_are_its_moments() -> None:
    scoping, returns, meeting = line("Scoping meeting"), line("Agencies' returns"), line("Rapid review meeting")
    assert scoping.allowed == (at("2026-12-09T11:45"), at("2026-12-11T11:45"))
    assert scoping.late_by == (at("2026-12-11T11:45"), at("2026-12-14T09:30"))
    assert (scoping.done, scoping.late) == (at("2026-12-14T09:30"), True)
    assert returns.some == tuple(at(one) for one in RETURNED if one)
    assert returns.late_by == (at(f"2026-12-21{NIGHT}"), NOW)  # still open: to today
    assert (returns.done, returns.safe) == (None, at(f"2026-12-30{NIGHT}"))
    assert meeting.slack == (at("2026-12-23T10:00"), at(f"2026-12-31{NIGHT}"))
    assert (meeting.planned, meeting.late_by) == (at("2026-12-23T10:00"), None)


def test_a_latest_safe_time_falls_away_when_the_step_is_done() -> None:
    held = Steps(meeting_at=at("2026-12-23T10:00"), meeting_held_at=at("2026-12-22T12:00"))
    (one,) = pictures(DEADLINES, PLAN[2:], held, CALENDAR, NOW)
    meeting = next(row for row in one.rows if row.name == "Rapid review meeting")
    assert (meeting.standing, meeting.detail, meeting.safe) == ("Done", "held Tue 22 Dec, 12:00", None)


@pytest.mark.parametrize(
    ("planned", "standing", "late"),
    [
        ("2026-12-31T10:00", "No slack", False),
        ("2026-12-30T10:00", "1 working day’s slack", False),
        ("2026-12-23T10:00", "3 working days’ slack", False),  # 29, 30 and 31 December
        ("2027-01-04T10:00", "After the safe time", True),
    ],
)
def test_slack_counts_working_days_up_to_and_with_the_latest_safe_day(planned: str, standing: str, late: bool) -> None:
    row = of_plan("Meeting", Counting(CALENDAR, NOW), planned=at(planned), safe=at(f"2026-12-31{NIGHT}"))
    assert row is not None
    assert (row.standing, row.late) == (standing, late)


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (f"2026-12-22{NIGHT}", "Due today"),
        ("2026-12-22T13:00", "Late"),  # ten minutes ago
        (f"2026-12-18{NIGHT}", "Late: 1 working day"),  # Monday; this Tuesday has not passed
        (f"2026-12-23{NIGHT}", "1 working day left"),
        (f"2026-12-28{NIGHT}", "1 working day left"),  # a bank holiday: 23 December is the last working day before it
        (f"2026-12-29{NIGHT}", "2 working days left"),
    ],
)
def test_due_today_is_said_of_today_alone_and_late_counts_working_days(ends: str, words: str) -> None:
    assert Counting(CALENDAR, NOW).left_in_words(at(ends)) == words


def test_what_is_due_on_a_sunday_is_not_due_today_on_the_friday_before() -> None:
    assert Counting(CALENDAR, at("2026-12-11T09:00")).left_in_words(at("2026-12-13T16:00")) == "Due Sun 13 Dec"


def test_what_is_done_on_the_day_is_done_and_a_begun_day_late_is_none() -> None:
    first = due("D-9", "2026-12-07T12:00", f"2026-12-21{NIGHT}", f"2026-12-21{NIGHT}")
    late = due("R-15", "2026-12-07T12:00", "2026-12-21T12:00", "2026-12-21T15:00")
    (after, _) = pictures([*DEADLINES[:1], first, late], [], STEPS, CALENDAR, NOW)[::-1]
    assert [(row.name, row.standing) for row in after.rows] == [
        ("Panel's response", "Done"),
        ("Partners' decision", "Late"),
    ]


def test_six_months_are_drawn_by_months_with_closed_days_as_bands() -> None:
    review = due("D-10", "2026-09-09T10:00", f"2027-03-09{NIGHT}", length="6 months")
    milestone = due("K-5:terms-agreed", "2026-09-09T10:00", f"2026-09-30{NIGHT}", "2026-10-02T10:00")
    old, *new = (due(f"D-8:{id}:health", f"{day}T10:00", f"{day}T12:00", f"{day}T{met}") for id, day, met in (
        ("report-1", "2026-08-20", "11:00"), ("terms-1", "2026-09-20", "11:00"), ("terms-2", "2026-09-24", "12:30"),
    ))  # fmt: skip
    (one,) = pictures([review, milestone, old, *new], [], Steps(), CALENDAR, NOW)
    assert one.scale.by_months
    assert [month.first for month in one.scale.months] == [
        date(2026, 9, 9), *(date(2026, n, 1) for n in (10, 11, 12)), *(date(2027, n, 1) for n in (1, 2, 3))
    ]  # fmt: skip
    assert [month.ends - month.begins for month in one.scale.months] == [22, 31, 30, 31, 31, 28, 9]
    # 24 to 28 December lie together, across a weekend; 9 September is 0, so 24 December is day 106, 1 January 114
    assert one.scale.runs() == [(106.0, 111.0), (114.0, 115.0)]
    assert one.today == "Today, month 4"
    assert [(row.name, row.standing) for row in one.rows] == [
        ("Sign-off, 2 rounds", "1 of 2 late"),  # of the terms; that of the rapid review is not the practice review's
        ("Terms agreed", "Late: 1 working day"),  # 1 October
        ("Review complete", "51 working days left"),  # December 4, January 20, February 20, March 7
    ]


def test_what_was_stopped_has_no_line_and_what_was_missed_has() -> None:
    stopped = due("D-4", "2026-12-09T11:45", "2026-12-11T11:45", status="stopped", slack_working_days=None)
    missed = due("D-5", "2026-12-09T11:20", f"2026-12-16{NIGHT}", status="late", slack_working_days=None)
    (one,) = pictures([DEADLINES[0], stopped, missed], [], STEPS, CALENDAR, NOW)
    assert next((row.name, row.standing) for row in one.rows) == ("Requests to agencies", "Missed")
    assert "Scoping meeting" not in [row.name for row in one.rows]


def test_what_a_pause_holds_says_so() -> None:
    held = due("D-5", "2026-12-09T11:20", f"2026-12-30{NIGHT}", held_since=at("2026-12-14T09:00"))
    (one,) = pictures([DEADLINES[0], held], [], STEPS, CALENDAR, NOW)
    assert (one.rows[0].standing, one.rows[0].detail) == ("Held", "since Mon 14 Dec")


def test_the_rules_of_every_edition_have_a_short_name() -> None:
    for edition in ("doncaster-2018", "england-2023"):
        rules = load_edition(edition).deadlines
        known = {rule for rule in rules if rule in SHORT or rule.partition(":")[0] in SHORT}
        assert set(rules) - known == {"K-5", "G-7", "G-10", "G-11"}  # each is called by what it is about


def test_a_long_name_is_cut_between_words() -> None:
    assert cut("Family conversations") == "Family conversations"
    assert cut("Practitioners event and what follows") == "Practitioners event and…"


def test_the_description_says_all_that_the_picture_shows() -> None:
    words = rapid().description
    assert words.startswith("Working days 0 to 15, Wednesday 9 December 2026 to Tuesday 5 January 2027. ")
    assert "Office closed, 24 December; Christmas Day, 25 December" in words
    assert "Today is Tuesday 22 December 2026, working day 9." in words
    for row in rapid().rows:
        for said in (row.name, row.when, row.standing, row.detail):
            assert said in words


@pytest.mark.parametrize("drawing", [draw.wide, draw.narrow])
def test_a_drawing_is_sound_and_needs_no_style_and_no_script(drawing: Any) -> None:
    text = str(drawing(rapid(), "CR-2026-009"))
    root = ElementTree.fromstring(text)  # our own
    assert root.attrib["role"] == "img"
    assert "style" not in text
    assert "<script" not in text
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert root.attrib["aria-labelledby"].split() == ids[:2]
    named = set(re.findall(r"url\(#([^)]+)\)", text))
    assert named <= set(ids)
    assert any(one.endswith("-late") for one in named)  # late by pattern, not by colour alone


def test_every_mark_lies_within_the_drawing() -> None:
    for drawing, wide in ((draw.wide, 960), (draw.narrow, 345)):
        places = [float(one) for one in re.findall(r'(?:\bx|cx)="(-?[\d.]+)"', str(drawing(rapid(), "CR-2026-009")))]
        assert min(places) >= 0
        assert max(places) <= wide


def test_bars_stand_at_their_days() -> None:
    """Wide: 28 days between 216 and 740 units. The scoping meeting's bar ends after 2 days 11:45 hours."""
    unit = (740 - 216) / 28
    start, end = 216 + unit * (705 / 1440), 216 + unit * (2 + 705 / 1440)
    assert f'<rect x="{start:.1f}" y="144" width="{end - start:.1f}" height="14" fill="#cfe1e9"' in str(
        draw.wide(rapid(), "CR-2026-009")
    )


def test_words_of_people_are_escaped() -> None:
    named = due("P-1:mine", "2026-12-10T10:00", f"2026-12-30{NIGHT}", subject="<b>mine</b>")
    drawn = [str(draw.wide(one, "CR-2026-009")) for one in pictures([DEADLINES[0], named], [], STEPS, CALENDAR, NOW)]
    assert not any("<b>" in one for one in drawn)
    assert any("&lt;b&gt;mine&lt;/b&gt;" in one for one in drawn)


def test_only_shapes_that_are_used_are_explained() -> None:
    words = [said for _, said in draw.key(rapid())]
    assert words == [
        "Time allowed, with its end", "Done", "Done late", "Late by this much", "One of several in", "Planned", "Slack",
        "Latest safe time", "Weekend", "Bank holiday (BH)", "Closure (CL)",
    ]  # fmt: skip
    june = [due("D-7", "2026-06-01T10:00", f"2026-06-19{NIGHT}", overdue=False)]
    (calm,) = pictures(june, [], Steps(known=False), CALENDAR, at("2026-06-03T10:00"))
    assert [said for _, said in draw.key(calm)] == ["Time allowed, with its end", "Weekend"]


def test_what_is_overdue_for_long_is_drawn_to_today_and_no_further_than_the_calendar() -> None:
    overdue = [DEADLINES[0].model_copy(update={"overdue": True})]
    (one,) = pictures(overdue, [], Steps(), CALENDAR, at("2028-02-01T10:00"))
    assert one.scale.last == date(2027, 12, 31)
    assert one.today == ""
