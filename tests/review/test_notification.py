"""§1 in the pure core: the incident, the two views, the Panel and the authorities told (N-1 to N-6, D-1 to D-3)."""

import pytest

from review.definition import advise
from review.refusals import AlreadyRecorded, BothMustDecline, CaseEnded, PartnersNotAgreed, UnknownChild
from review.said.notification import AuthorityTold, NotNotifiedDecided, SafetyStepsRecorded
from review.words import Authority, Harm, Neglect, NotNotifiedOutcome, Place, Stage, View, Viewer
from tests.review.world import WHY, World, at, in_care, incident, notified, view

NO = View.DO_NOT_NOTIFY


@pytest.mark.parametrize(
    ("changes", "limb"),
    [
        ({}, "a"),
        ({"place": Place.OUTSIDE_ENGLAND}, "b"),
        ({"place": Place.OUTSIDE_ENGLAND, "normally_resident": False}, None),
        ({"place": Place.ELSEWHERE_IN_ENGLAND}, None),
        ({"abuse_or_neglect": Neglect.NOT_SUSPECTED}, None),
        ({"children": [{"child_id": "child-1", "name": "Sample", "harm": Harm.NOT_HARMED}]}, None),
    ],
)
def test_the_limb_of_the_definition_that_is_met_is_shown_or_why_none_is(
    changes: dict[str, object], limb: str | None
) -> None:
    """N-1"""
    advice = advise(incident(**changes))
    assert advice.limb == limb
    assert ("Neither limb" in advice.why) == (limb is None)


def test_advice_does_not_decide_an_incident_that_meets_no_limb_can_be_notified() -> None:
    """N-1: the system advises, people decide."""
    world = World(incident(abuse_or_neglect=Neglect.NOT_SUSPECTED))
    world.notify()
    assert world.case.stage is Stage.SCOPING


def test_several_children_stand_in_one_case() -> None:
    """X-4"""
    children = [{"child_id": f"child-{n}", "name": f"Sample {n}", "harm": "died"} for n in (1, 2, 3)]
    world = World(incident(children=children))
    world.say(SafetyStepsRecorded(child_ids=["child-2", "child-3"], steps=WHY))
    assert [child.child_id for child in world.case.incident.children] == ["child-1", "child-2", "child-3"]


def test_the_notification_is_due_five_working_days_after_the_aware_time() -> None:
    """D-1: aware on Monday 11 May 2026, due at the end of Monday 18 May."""
    assert World().clock("D-1").due == at("2026-05-18T23:59:59")


def test_while_the_views_differ_the_panel_cannot_be_notified_and_the_clock_runs_on() -> None:
    """N-2, D-1"""
    world = World()
    world.say(view(Viewer.DCS))
    world.say(view(Viewer.CHIEF_EXECUTIVE, NO))
    with pytest.raises(PartnersNotAgreed):
        world.say(notified())
    world.wait("2026-05-19T00:00:01")
    assert world.clock("D-1").overdue(world.now)
    assert world.case.views_differ


def test_either_may_change_their_view_and_then_the_panel_is_notified() -> None:
    """N-2: resolved on working day 4."""
    world = World()
    world.say(view(Viewer.DCS))
    world.say(view(Viewer.CHIEF_EXECUTIVE, NO))
    world.wait("2026-05-15T10:00")
    world.say(view(Viewer.CHIEF_EXECUTIVE))
    world.say(notified())
    assert world.clock("D-1").status(world.now) == "met"
    assert len(world.lines("partner-view-given")) == 3


def test_a_case_closes_as_not_notified_only_when_both_say_so() -> None:
    """N-2"""
    world = World()
    world.say(view(Viewer.DCS, NO))
    with pytest.raises(BothMustDecline):
        world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=WHY))
    world.say(view(Viewer.CHIEF_EXECUTIVE, NO))
    world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=WHY))
    assert world.case.stage is Stage.NOT_NOTIFIED
    assert world.clock("D-1").status(world.now) == "stopped"


def test_a_case_that_was_not_notified_goes_on_as_a_referral_and_its_views_stand() -> None:
    """N-2: what was decided on both views does not change with one of them afterwards."""
    world = World()
    world.say(view(Viewer.DCS, NO))
    world.say(view(Viewer.CHIEF_EXECUTIVE, NO))
    world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.REFER_TO_CRG, reasons=WHY))
    assert world.case.stage is Stage.CRG_REFERRAL
    assert not world.case.ended
    with pytest.raises(AlreadyRecorded):
        world.say(view(Viewer.DCS))


def test_the_business_units_copy_is_received_when_said_or_when_recorded_here() -> None:
    """N-3"""
    late = World(now="2026-05-13T09:00")
    late.notify(happened_at=at("2026-05-12T16:00"))
    assert late.case.notified_at == at("2026-05-12T16:00")
    assert late.case.received_at == at("2026-05-13T09:00")
    said = World(now="2026-05-13T09:00")
    said.notify(happened_at=at("2026-05-12T16:00"), received_at=at("2026-05-12T17:00"))
    assert said.case.received_at == at("2026-05-12T17:00")


def test_where_a_child_in_care_died_both_authorities_are_owed_even_when_nobody_notifies_the_panel() -> None:
    """N-4, D-2: two duties, five working days from the aware time; they outlive a case closed as not notified."""
    world = World(in_care(abuse_or_neglect=Neglect.NOT_SUSPECTED))
    world.say(view(Viewer.DCS, NO))
    world.say(view(Viewer.CHIEF_EXECUTIVE, NO))
    world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=WHY))
    assert world.clock("D-2:ofsted").due == world.clock("D-2:secretary-of-state").due == at("2026-05-18T23:59:59")
    world.wait("2026-05-14T09:00")
    world.say(AuthorityTold(authority=Authority.OFSTED))
    assert world.clock("D-2:ofsted").status(world.now) == "met"
    assert world.clock("D-2:secretary-of-state").open
    with pytest.raises(CaseEnded):
        world.say(SafetyStepsRecorded(child_ids=["child-1"], steps=WHY))


def test_where_no_child_in_care_died_neither_authority_is_owed() -> None:
    """N-4"""
    assert not [id for id in World().case.clocks if id.startswith("D-2")]


def test_the_steps_for_childrens_safety_are_of_children_of_this_case() -> None:
    """N-5"""
    world = World()
    world.say(SafetyStepsRecorded(child_ids=["child-sample-1"], steps=WHY))
    with pytest.raises(UnknownChild):
        world.say(SafetyStepsRecorded(child_ids=["child-of-another-case"], steps=WHY))


def test_on_receipt_the_leaders_are_owed_word_within_a_minute() -> None:
    """N-6, D-3"""
    world = World()
    world.notify()
    assert world.clock("D-3").due == at("2026-05-11T11:01")
    assert world.clock("D-3").status(world.now) == "met"
