"""What is told to every live case: a change of the directory during sign-off (R-11), and messages that come twice."""

from datetime import timedelta

import pytest

from review.case import reads
from review.check import validate_fact
from review.facts import Speaker
from review.facts.directory import Member, Partner, Role
from review.facts.enums import Verdict, Viewer
from review.facts.signing import SignOffGiven
from review.kit import refusals as no
from review.take import apply_fact, refuse
from tests.review.world import PARTNERS, World, at, cast, speaker, view

NEW = Member(id="officer-new", roles=[Role.ACCOUNTABLE_OFFICER], partner=Partner.HEALTH)
SECOND = Member(id="deputy-second", roles=[Role.DEPUTY], partner=Partner.HEALTH)


def test_an_open_sign_off_passes_to_the_officer_who_now_holds_the_office() -> None:
    """R-11, D-8: the new officer has 48 hours from their own receipt; the old deadline stops."""
    world = World()
    one = world.send_out()
    world.wait("2026-05-12T09:00")
    world.recast(cast(2, without=("officer-health",), also=(NEW,)))
    ask = one.ask_for("health")
    assert (ask.officer, ask.attempt) == ("officer-new", 2)
    assert world.deadline("D-8:rapid-review-1:health").status(world.now) == "stopped"
    assert world.deadline("D-8:rapid-review-1:health:2").due == at("2026-05-14T09:00")
    fact = SignOffGiven(round=one.id, officer="officer-health", sha256=one.document.sha256, verdict=Verdict.APPROVE)
    with pytest.raises(no.NotAskedToSign):
        world.say(fact, Speaker(people=["officer-health"], roles=[Role.ACCOUNTABLE_OFFICER]))  # by an old link
    world.sign("officer-new")


def test_a_signature_that_was_given_stays_when_its_officer_leaves() -> None:
    """R-11"""
    world = World()
    one = world.send_out()
    world.sign("officer-health")
    world.recast(cast(2, without=("officer-health",), also=(NEW,)))
    assert one.ask_for("health").given_by == "officer-health"
    for partner in ("local-authority", "police"):
        world.sign(f"officer-{partner}")
    assert reads.approved_version(world.case) == 1


def test_a_further_officer_does_not_take_the_sign_off_from_the_one_who_has_it() -> None:
    """R-11"""
    world = World()
    one = world.send_out()
    everybody = cast(2, also=(NEW,))
    first = [member for member in everybody.people if member.id == NEW.id]
    rest = [member for member in everybody.people if member.id != NEW.id]
    world.recast(everybody.model_copy(update={"people": first + rest}))
    assert one.ask_for("health").officer == "officer-health"


def test_one_who_left_the_office_signs_no_more_even_while_nobody_follows() -> None:
    """R-11"""
    world = World()
    world.send_out()
    world.recast(cast(2, without=("officer-health", "deputy-health")))
    one = world.case.rounds[-1]
    fact = SignOffGiven(round=one.id, officer="officer-health", sha256=one.document.sha256, verdict=Verdict.APPROVE)
    with pytest.raises(no.NotAskedToSign):
        world.say(fact, Speaker(people=["officer-health"], roles=[Role.ACCOUNTABLE_OFFICER]))  # by an old link


def test_a_deputy_who_was_asked_and_left_the_office_signs_no_more() -> None:
    """R-11, D-8"""
    world = World()
    one = world.send_out()
    world.wait("2026-05-13T12:00")
    assert one.ask_for("health").deputies == ["deputy-health"]
    world.recast(cast(2, without=("deputy-health",), also=(SECOND,)))
    assert one.ask_for("health").deputies == ["deputy-second"], "whoever is deputy now is asked in their place"
    fact = SignOffGiven(round=one.id, officer="deputy-health", sha256=one.document.sha256, verdict=Verdict.APPROVE)
    with pytest.raises(no.NotAskedToSign):
        world.say(fact, Speaker(people=["deputy-health"], roles=[Role.DEPUTY]))
    world.sign("officer-health")


def test_where_the_officer_leaves_and_nobody_follows_the_deputy_is_asked() -> None:
    """R-11"""
    world = World()
    one = world.send_out()
    world.recast(cast(2, without=("officer-health",)))
    assert (one.ask_for("health").officer, one.ask_for("health").stand_in) == ("deputy-health", True)
    world.recast(cast(3, without=("officer-health",), also=(NEW,)))
    assert (one.ask_for("health").officer, one.ask_for("health").stand_in) == ("officer-new", False)


def test_an_older_directory_that_comes_late_changes_nothing() -> None:
    """R-11"""
    world = World(who=cast(5))
    world.recast(cast(4, without=("chair",)))
    assert world.case.cast.version == 5


def test_a_message_that_comes_twice_counts_once() -> None:
    """X-3"""
    world = World()
    world.say(view(Viewer.DCS), message="key-1")
    before = world.case.model_dump_json()
    world.say(view(Viewer.DCS), message="key-1")
    assert world.case.model_dump_json() == before


def test_a_refusal_on_the_relays_way_is_recorded_and_changes_nothing_else() -> None:
    """X-3"""
    world = World()
    reported = world.envelope(view(Viewer.DCS), speaker("chair"))
    with pytest.raises(no.NotYourRole) as refused:
        validate_fact(world.case, reported, world.now)
    refuse(world.case, reported, refused.value, world.now)
    rows = world.case.rows
    refuse(world.case, reported, refused.value, world.now)
    apply_fact(world.case, reported, world.now)
    assert reads.view_of(world.case, Viewer.DCS) is None
    assert (world.case.rows, world.case.settled[-1].status) == (rows, "refused")


def test_a_fact_said_while_the_engine_was_away_happened_when_it_was_recorded() -> None:
    """D-8, anchors entered late: signed in time, applied an hour later."""
    world = World()
    world.send_out()
    one = world.case.rounds[-1]
    fact = SignOffGiven(round=one.id, officer="officer-police", sha256=one.document.sha256, verdict=Verdict.APPROVE)
    world.wait("2026-05-13T10:30")
    reported = world.envelope(fact, speaker("officer-police"))
    world.wait("2026-05-13T11:30")
    apply_fact(world.case, reported, world.now)
    assert world.deadline("D-8:rapid-review-1:police").status(world.now) == "met"


def test_in_a_rehearsal_what_is_said_happens_on_the_cases_own_clock() -> None:
    """X-3: the deadline of whoever records is another."""
    world = World()
    world.case.rehearsal = True
    reported = world.envelope(view(Viewer.DCS)).model_copy(update={"recorded_at": world.now - timedelta(days=400)})
    apply_fact(world.case, reported, world.now)
    assert world.case.entries[-1].happened_at == world.now


def test_the_three_partners_of_the_edition_are_those_who_sign() -> None:
    """R-11"""
    assert World().case.edition.national.accountable_capacities == [partner.value for partner in PARTNERS]
