"""Leave: while somebody is away, what their office is asked goes to the stand-in, from the first day to the last."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from review.chapters.announcements.chapter import leave_begins_or_ends
from review.facts.confirming import waiting
from review.facts.directory import Leave, Member, Partner, Role
from tests.review.test_confirming import HELD, NINE, OFFICER, directory, person
from tests.review.world import World, at, cast

AWAY = {"since": date(2026, 5, 18), "until": date(2026, 5, 29)}  # two weeks from a Monday


def on_leave(id: str, stand_in: str, *roles: Role, **more: Any) -> Member:
    return Member(id=id, roles=list(roles), leave=[Leave(stand_in=stand_in, **AWAY)], **more)


CHAIR = on_leave("chair", "member", Role.CRG_CHAIR)
HEALTH = on_leave("officer-health", "deputy-health", Role.ACCOUNTABLE_OFFICER, partner=Partner.HEALTH)


def test_what_an_office_is_asked_goes_to_the_stand_in_for_the_days_of_the_leave() -> None:
    """In London's days, to the minute: both days are of the leave."""
    world = World(who=cast(also=(CHAIR,)))
    held = []
    for moment in ("2026-05-17T23:59", "2026-05-18T00:00", "2026-05-29T23:59", "2026-05-30T00:00"):
        world.wait(moment)
        held.append(world.case.cast.holders(Role.CRG_CHAIR))
    assert held == [["chair"], ["member"], ["member"], ["chair"]]
    assert world.lines("stand-in-changed") == ["member stands in as crg chair", "member no longer stands in"]


def test_a_case_that_opens_during_a_leave_asks_the_stand_in_at_once() -> None:
    world = World(who=cast(also=(CHAIR,)), now="2026-05-18T09:00")
    world.notify()
    assert "member" in world.mails("partners-told")
    assert "chair" not in world.mails("partners-told")


def test_an_officer_s_stand_in_is_asked_to_sign_and_signs_as_such_and_the_officer_is_asked_on_return() -> None:
    """R-11, D-8: out on Wednesday 27 May; Friday is the last day of the leave. The officer has 48 hours from then."""
    world = World(who=cast(also=(HEALTH,)))
    world.wait("2026-05-27T09:00")
    one = world.send_out()
    ask = one.ask_for("health")
    assert (ask.officer, ask.stand_in) == ("deputy-health", True)
    world.wait("2026-05-30T00:01")
    assert (ask.officer, ask.stand_in, ask.attempt) == ("officer-health", False, 2)
    assert world.deadline(f"D-8:{one.id}:health:2").due == at("2026-06-01T00:00")


def test_an_agency_s_return_is_asked_of_who_stands_in_for_its_lead() -> None:
    """R-4: requested on 15 May; the lead leaves on the 18th, and the link goes out again, to the stand-in."""
    world = World(who=cast(also=(on_leave("lead-police", "senior-police", Role.AGENCY, agency="police"),)))
    world.wait("2026-05-15T10:00")
    world.scope()
    before = [one.to for one in world.sent if one.link]
    assert "lead-police" in before
    world.wait("2026-05-18T00:01")
    assert [one.to for one in world.sent if one.link][len(before) :] == ["senior-police"]


def test_without_leave_nothing_of_a_case_changes() -> None:
    world = World()
    was = world.case.model_dump_json()
    leave_begins_or_ends(world.case, world.now)
    assert world.case.model_dump_json() == was
    assert world.case.cast_entered is None


def test_where_the_stand_in_is_away_too_their_own_stand_in_is_asked_and_where_nobody_is_there_the_holder() -> None:
    chained = cast(also=(CHAIR, on_leave("member", "lawyer", Role.CRG_MEMBER)))
    assert chained.on(date(2026, 5, 20)).holders(Role.CRG_CHAIR) == ["lawyer"]
    circle = cast(also=(CHAIR, on_leave("member", "chair", Role.CRG_MEMBER)))
    assert circle.on(date(2026, 5, 20)).holders(Role.CRG_CHAIR) == ["chair"]


def test_a_stand_in_is_confirmed_by_a_second_person_as_whoever_gains_an_office() -> None:
    """R-11: links to sign go to the stand-in."""
    away = person("ash", leave=[{"stand_in": "lead", "since": "2026-11-09", "until": "2026-11-13"}], **OFFICER)
    found = waiting(directory(*HELD), directory(away, *HELD[1:]), by=["bo"], at=NINE)
    assert [(one.person, one.offices) for one in found] == [("lead", ["stand-in:accountable-officer:health"])]


@pytest.mark.parametrize(
    "leave",
    [
        [{"stand_in": "ash", "since": "2026-11-09", "until": "2026-11-13"}],
        [{"stand_in": "bo", "since": "2026-11-13", "until": "2026-11-09"}],
        [
            {"stand_in": "bo", "since": "2026-11-09", "until": "2026-11-13"},
            {"stand_in": "cy", "since": "2026-11-13", "until": "2026-11-14"},
        ],
    ],
)
def test_leave_is_in_order_with_somebody_else_and_each_day_of_one_leave(leave: list[dict[str, str]]) -> None:
    with pytest.raises(ValidationError):
        person("ash", leave=leave)
