"""The plan of a rapid review over Christmas, in dates counted by hand ("Backward plan")."""

from datetime import UTC, date, datetime

import pytest

from calendar_rules.edition import load_edition
from calendar_rules.england import england
from calendar_rules.lengths import LONDON, london
from calendar_rules.proposal import Known, PlannedStep, PlanStepId, Standing, propose
from calendar_rules.working_days import BeyondCalendar, ClosedDay, ClosedKind

ENGLAND = england(2025, 2029)
DONCASTER = load_edition("doncaster-2018")


def at(text: str) -> datetime:
    """A London time."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


FRIDAY = at("2026-12-18T09:10")  # D-4 ends on Sunday 20 December, 09:10; D-7 on Wednesday 13 January, working day 15


def lines(plan: list[PlannedStep]) -> list[tuple[str, str, int]]:
    return [(one.id.value, f"{london(one.at):%a %d %b %H:%M}", one.slack_working_days) for one in plan]


def test_each_step_follows_the_one_before_over_christmas() -> None:
    """Closed: 25 December (Friday), 28 December (Monday, for Boxing Day), 1 January (Friday)."""
    assert lines(propose(FRIDAY, DONCASTER, ENGLAND)) == [
        ("scoping", "Fri 18 Dec 12:00", 0),  # Monday would be later than 48 hours
        ("request", "Mon 21 Dec 09:00", 4),  # D-5: Tuesday 29 December: 22, 23, 24, 29
        ("returns", "Tue 29 Dec 23:59", 5),  # 5 days end on Saturday 26; latest Wednesday 6 January: 30, 31, 4, 5, 6
        ("meeting", "Wed 30 Dec 10:00", 5),  # latest Thursday 7 January
        ("draft-to-crg", "Thu 31 Dec 10:00", 5),  # latest Friday 8 January: 4, 5, 6, 7, 8
        ("draft-out", "Mon 04 Jan 16:00", 5),  # the CRG has a working day; latest Monday 11 January
        ("sign-off", "Wed 06 Jan 16:00", 5),  # 48 hours; D-7: 7, 8, 11, 12, 13
        ("submission", "Wed 06 Jan 16:00", 5),
    ]


def test_a_meeting_on_its_latest_safe_day_leaves_no_slack_and_still_is_in_time() -> None:
    plan = propose(FRIDAY, DONCASTER, ENGLAND, changed={PlanStepId.MEETING: at("2027-01-07T10:00")})
    assert lines(plan)[3:] == [
        ("meeting", "Thu 07 Jan 10:00", 0),
        ("draft-to-crg", "Fri 08 Jan 10:00", 0),
        ("draft-out", "Mon 11 Jan 16:00", 0),
        ("sign-off", "Wed 13 Jan 16:00", 0),
        ("submission", "Wed 13 Jan 16:00", 0),
    ]
    assert [one.standing for one in plan[2:5]] == [Standing.PROPOSED, Standing.CHANGED, Standing.PROPOSED]


def test_a_day_later_the_report_is_late() -> None:
    plan = propose(FRIDAY, DONCASTER, ENGLAND, changed={PlanStepId.MEETING: at("2027-01-08T10:00")})
    assert lines(plan)[3:] == [
        ("meeting", "Fri 08 Jan 10:00", 0),
        ("draft-to-crg", "Mon 11 Jan 10:00", 0),
        ("draft-out", "Tue 12 Jan 16:00", 0),
        ("sign-off", "Thu 14 Jan 16:00", 0),
        ("submission", "Thu 14 Jan 16:00", 0),
    ]


def test_a_closure_moves_what_follows_and_its_latest_safe_time() -> None:
    closed = ENGLAND.with_closed(ClosedDay(day=date(2026, 12, 31), why="Sample: flood", kind=ClosedKind.CLOSURE))
    assert lines(propose(FRIDAY, DONCASTER, closed))[3:6] == [
        ("meeting", "Wed 30 Dec 10:00", 5),  # D-7 is Thursday 14 January, the meeting's latest day Friday 8: 4 to 8
        ("draft-to-crg", "Mon 04 Jan 10:00", 5),
        ("draft-out", "Tue 05 Jan 16:00", 5),
    ]


def test_what_does_not_fit_is_said() -> None:
    changed = {PlanStepId.MEETING: at("2026-12-25T10:00"), PlanStepId.CRG: at("2026-12-26T10:00")}
    meeting, crg = propose(FRIDAY, DONCASTER, ENGLAND, changed=changed)[3:5]
    assert meeting.warnings == [
        "Friday 25 December is no working day: Christmas Day",
        'It comes before "All returns in" (Tuesday 29 December, 23:59)',
    ]
    assert crg.warnings == ["It is a Saturday"]


def test_what_is_done_and_arranged_stands_and_the_rest_follows() -> None:
    """Scoping was held on 21 December, the meeting is arranged for 5 January; on 30 December two returns are late."""
    known = Known(
        due={"D-6": at("2026-12-29T23:59:59")},
        done={PlanStepId.SCOPING: at("2026-12-21T10:00"), PlanStepId.REQUEST: at("2026-12-21T15:00")},
        arranged={PlanStepId.MEETING: at("2027-01-05T14:00")},
    )
    plan = propose(FRIDAY, DONCASTER, ENGLAND, known=known, now=at("2026-12-30T11:00"))
    assert lines(plan)[:5] == [
        ("scoping", "Mon 21 Dec 10:00", 0),
        ("request", "Mon 21 Dec 15:00", 4),
        ("returns", "Wed 30 Dec 23:59", 4),
        ("meeting", "Tue 05 Jan 14:00", 2),
        ("draft-to-crg", "Wed 06 Jan 10:00", 2),
    ]
    assert [one.standing.value for one in plan[:4]] == ["done", "done", "proposed", "arranged"]


def test_nothing_is_proposed_for_the_past() -> None:
    plan = propose(FRIDAY, DONCASTER, ENGLAND, now=at("2027-01-11T18:00"))
    assert all(one.at >= at("2027-01-11T18:00") for one in plan)
    assert lines(plan)[0] == ("scoping", "Tue 12 Jan 10:00", -13)


def test_the_scoping_meeting_is_on_the_next_working_day_where_48_hours_allow_it() -> None:
    monday = propose(at("2026-11-30T10:00"), DONCASTER, ENGLAND)
    assert lines(monday)[:4] == [
        ("scoping", "Tue 01 Dec 10:00", 1),
        ("request", "Wed 02 Dec 09:00", 3),
        ("returns", "Mon 07 Dec 23:59", 6),  # D-7: Monday 21 December; latest Tuesday 15: 8 to 11, 14, 15
        ("meeting", "Tue 08 Dec 10:00", 6),
    ]
    late_on_friday = propose(at("2026-12-18T16:30"), DONCASTER, ENGLAND)
    assert lines(late_on_friday)[0] == ("scoping", "Sat 19 Dec 10:00", 0)


def test_a_time_past_the_calendar_is_no_guess() -> None:
    with pytest.raises(BeyondCalendar):
        propose(FRIDAY, DONCASTER, ENGLAND, changed={PlanStepId.MEETING: datetime(2031, 1, 1, tzinfo=UTC)})
