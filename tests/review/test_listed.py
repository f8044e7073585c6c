"""What lists show of a case is what the case itself says."""

import itertools
from datetime import timedelta

from calendar_rules.working_days import ClosedDay, ClosedKind
from review.case import reads
from review.facts.rapid_review import ReturnsRead
from review.facts.speaking_for import agencies_of, speaks_for
from review.listed import listed
from review.view import waiting_for
from tests.review.world import World


def test_what_lists_show_of_a_case_is_what_it_says_itself() -> None:
    world = World()
    case, now = world.case, world.now
    shown = listed(case, now)
    assert [one.what for one in shown.line.waiting] == [one.what for one in waiting_for(case, now)]
    assert shown.agencies == reads.agencies_involved(case)
    assert shown.line.cast_version == case.cast.version
    assert shown.line.next_title == case.deadlines["N-7"].title
    for later in (now, now + timedelta(days=30)):
        late = {id for id, deadline in case.deadlines.items() if deadline.overdue(later)}
        assert {id for id, one in shown.deadlines.items() if one.overdue_at and one.overdue_at < later} == late


def test_a_calendar_has_another_name_once_another_day_is_closed() -> None:
    """X-2"""
    calendar = World().case.calendar
    day = next(day for n in range(9) if calendar.is_working(day := calendar.first + timedelta(days=n)))
    closed = calendar.with_closed(ClosedDay(day=day, why="Sample: one reason", kind=ClosedKind.CLOSURE))
    other = calendar.with_closed(ClosedDay(day=day, why="Sample: another", kind=ClosedKind.CLOSURE))
    assert calendar.name != closed.name == other.name


def test_somebody_speaks_for_the_agencies_that_they_lead_and_for_their_own() -> None:
    cast = World().case.cast
    known = [one.id for one in cast.agencies]
    for pair in itertools.combinations([who.id for who in cast.people], 2):
        people = list(pair)
        assert set(agencies_of(people, cast)) == {one for one in known if speaks_for(people, one, cast)}


def test_a_return_is_unread_until_somebody_says_to_have_read_it() -> None:
    """R-10: a nil return holds nothing to read."""
    world = World()
    world.scope()
    nil, *others = reads.scope(world.case)
    world.returned(nil, nil=True)
    for agency in others:
        world.returned(agency)
    line = listed(world.case, world.now).line
    assert (line.unread, line.unread_returns) == (2, others)
    world.hold_meeting()
    assert " business-unit " in listed(world.case, world.now).line.waits_for
    world.say(ReturnsRead(reader="sbu-1", returns=dict.fromkeys(others, 1) | {nil: 0}))
    assert listed(world.case, world.now).line.unread == 0
