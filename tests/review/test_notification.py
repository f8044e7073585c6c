"""§1 in the pure core: the incident, the two views, the Panel and the authorities told (N-1 to N-6, D-1 to D-3)."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from calendar_rules.edition import load_edition
from review.case import reads
from review.chapters.notification.definition import advise
from review.facts.directory import Role
from review.facts.enums import Authority, Harm, Neglect, NotNotifiedOutcome, Place, Stage, View, Viewer
from review.facts.notification import AuthorityTold, NotNotifiedDecided, SafetyStepsRecorded
from review.kit import deadlines
from review.kit.refusals import (
    AlreadyRecorded,
    BothMustDecline,
    CaseEnded,
    NoChildInCareDied,
    PartnersNotAgreed,
    UnknownChild,
)
from review.take import apply_fact
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


@pytest.mark.parametrize(
    ("child", "why"),
    [
        ({"born": date(1998, 1, 1)}, "aged 28"),
        ({"born": date(2008, 5, 11)}, "aged 18"),  # on the day
        ({"born": date(2026, 5, 12)}, "born after the incident"),
        ({"unborn": True}, "not yet born"),
    ],
)
def test_where_nobody_harmed_was_a_child_then_neither_limb_is_met_and_the_advice_says_so(
    child: dict[str, object], why: str
) -> None:
    """N-1: the definition is of people under 18, born by the incident (Monday 11 May 2026)."""
    harmed = {"child_id": "child-1", "name": "Sample", "harm": Harm.DIED, **child}
    advice = advise(incident(children=[harmed]))
    assert advice.limb is None
    assert f"nobody who died or was seriously harmed was a child at the time ({why})" in advice.why

    sibling = {"child_id": "child-2", "name": "Sample Too", "harm": Harm.SERIOUSLY_HARMED, "born": date(2008, 5, 12)}
    assert advise(incident(children=[harmed, sibling])).limb == "a"  # 17 until tomorrow


def test_a_child_not_yet_born_is_entered_as_such_without_a_date_of_birth() -> None:
    unborn = {"child_id": "child-1", "name": "Sample", "harm": Harm.NOT_HARMED, "unborn": True}
    assert incident(children=[unborn]).children[0].unborn
    with pytest.raises(ValidationError, match="leave the date of birth out"):
        incident(children=[unborn | {"born": date(2026, 5, 1)}])


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
    assert [child.child_id for child in reads.incident(world.case).children] == ["child-1", "child-2", "child-3"]


def test_the_notification_is_due_five_working_days_after_the_aware_time() -> None:
    """D-1: aware on Monday 11 May 2026, due at the end of Monday 18 May."""
    assert World().deadline("D-1").due == at("2026-05-18T23:59:59")


def test_while_the_views_differ_the_panel_cannot_be_notified_and_the_clock_runs_on() -> None:
    """N-2, D-1"""
    world = World()
    world.say(view(Viewer.DCS))
    world.say(view(Viewer.CHIEF_EXECUTIVE, NO))
    with pytest.raises(PartnersNotAgreed):
        world.say(notified())
    world.wait("2026-05-19T00:00:01")
    assert world.deadline("D-1").overdue(world.now)
    assert reads.views_differ(world.case)


def test_either_may_change_their_view_and_then_the_panel_is_notified() -> None:
    """N-2: resolved on working day 4."""
    world = World()
    world.say(view(Viewer.DCS))
    world.say(view(Viewer.CHIEF_EXECUTIVE, NO))
    world.wait("2026-05-15T10:00")
    world.say(view(Viewer.CHIEF_EXECUTIVE))
    world.say(notified())
    assert world.deadline("D-1").status(world.now) == "met"
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
    assert world.deadline("D-1").status(world.now) == "stopped"


def test_a_case_that_was_not_notified_goes_on_as_a_referral_and_its_views_stand() -> None:
    """N-2: what was decided on both views does not change with one of them afterwards."""
    world = World()
    world.say(view(Viewer.DCS, NO))
    world.say(view(Viewer.CHIEF_EXECUTIVE, NO))
    world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.REFER_TO_CRG, reasons=WHY))
    assert world.case.stage is Stage.CRG_REFERRAL
    assert not reads.ended(world.case)
    with pytest.raises(AlreadyRecorded):
        world.say(view(Viewer.DCS))


def test_the_business_units_copy_is_received_when_said_or_when_recorded_here() -> None:
    """N-3"""
    late = World(now="2026-05-13T09:00")
    late.notify(happened_at=at("2026-05-12T16:00"))
    assert reads.notified_at(late.case) == at("2026-05-12T16:00")
    assert reads.received_at(late.case) == at("2026-05-13T09:00")
    reported = World(now="2026-05-13T09:00")
    reported.notify(happened_at=at("2026-05-12T16:00"), received_at=at("2026-05-12T17:00"))
    assert reads.received_at(reported.case) == at("2026-05-12T17:00")


def test_where_a_child_in_care_died_both_authorities_are_owed_even_when_nobody_notifies_the_panel() -> None:
    """N-4, D-2: two duties, five working days from the aware time; they outlive a case closed as not notified."""
    world = World(in_care(abuse_or_neglect=Neglect.NOT_SUSPECTED))
    world.say(view(Viewer.DCS, NO))
    world.say(view(Viewer.CHIEF_EXECUTIVE, NO))
    world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=WHY))
    assert world.deadline("D-2:ofsted").due == world.deadline("D-2:secretary-of-state").due == at("2026-05-18T23:59:59")
    world.wait("2026-05-14T09:00")
    world.say(AuthorityTold(authority=Authority.OFSTED))
    assert world.deadline("D-2:ofsted").status(world.now) == "met"
    assert world.deadline("D-2:secretary-of-state").open
    with pytest.raises(CaseEnded):
        world.say(SafetyStepsRecorded(child_ids=["child-1"], steps=WHY))


def test_where_no_child_in_care_died_neither_authority_is_owed() -> None:
    """N-4"""
    assert not [id for id in World().case.deadlines if id.startswith("D-2")]


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
    assert world.deadline("D-3").due == at("2026-05-11T11:01")
    assert world.deadline("D-3").status(world.now) == "met"


def test_what_was_recorded_while_the_case_was_away_counts_from_then() -> None:
    """D-3, D-4: an outage of the engine lengthens no deadline."""
    world = World()
    world.say(view(Viewer.DCS))
    world.say(view(Viewer.CHIEF_EXECUTIVE))
    reported = world.envelope(notified())
    recorded, world.now = world.now, world.now + timedelta(hours=3)
    apply_fact(world.case, reported, world.now)
    assert reads.received_at(world.case) == recorded
    assert deadlines.since(world.case, "D-4") == recorded


@pytest.mark.parametrize(
    ("edition", "born", "owed"),
    [
        ("england-2023", date(2001, 5, 12), True),  # 24, 25 on the next day
        ("england-2023", date(2001, 5, 11), False),  # 25 on the day
        ("england-2023", None, True),  # the age is to be checked
        ("doncaster-2018", date(2005, 1, 1), False),
    ],
)
def test_of_a_care_leaver_s_death_both_authorities_are_told_where_the_edition_says_so(
    edition: str, born: date | None, owed: bool
) -> None:
    """B-1, D-2, N-4: up to and including 24, on Monday 11 May 2026; even where nobody notifies the Panel."""
    leaver = {"child_id": "leaver", "name": "Sample Leaver", "harm": "died", "care_leaver": True, "born": born}
    world = World(incident(children=[leaver], abuse_or_neglect=Neglect.NOT_SUSPECTED), edition=load_edition(edition))
    assert ("D-2:ofsted" in world.case.deadlines) is owed
    for viewer in reads.deciders(world.case):
        world.say(view(viewer, NO))
    world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=WHY))
    if not owed:
        with pytest.raises(NoChildInCareDied):
            world.say(AuthorityTold(authority=Authority.OFSTED))
        return
    assert world.deadline("D-2:secretary-of-state").due == at("2026-05-18T23:59:59")
    world.say(AuthorityTold(authority=Authority.OFSTED))
    assert world.deadline("D-2:ofsted").status(world.now) == "met"


def test_those_who_decided_to_notify_get_a_receipt_and_nobody_hears_twice() -> None:
    """N-2, N-3: officers and chairs hear by the mail to the partners, the Business Unit by its copy."""
    world = World()
    world.notify()
    assert world.mails("notification-recorded") == [
        *world.case.cast.holders(Role.DCS),
        *world.case.cast.holders(Role.CHIEF_EXECUTIVE),
    ]
    assert not {*world.mails("notification-recorded")} & {*world.mails("partners-told")}
