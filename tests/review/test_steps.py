"""What can be done next: every offered example is taken, and what is needed leads to the decision (R-1 to R-15)."""

from typing import Any

import pytest

from calendar_rules.notifying import HEADS
from review.bodies import BODIES
from review.case import reads
from review.check import validate_fact
from review.facts import Reported, Speaker
from review.facts.any_stage import CaseWithdrawn
from review.facts.enums import (
    NotNotifiedOutcome,
    PanelResponse,
    Recommendation,
    Stage,
    Verdict,
    View,
    Viewer,
)
from review.facts.notification import NotNotifiedDecided
from review.facts.panel import PanelResponded
from review.next_steps import next_steps
from tests.review.world import OUTSIDE, WHY, World, agree, cast, fact_of, follow, in_care, needed, tick, view


def journey(world: World, *, restart: bool = False, limit: int = 60) -> list[str]:
    """Follow the first needed step, an hour apart, to the decision or until none is left; the steps' names."""
    taken: list[str] = []
    while not reads.decision(world.case) and (step := needed(world)) and len(taken) < limit:
        offered_are_taken(world)
        follow(world, step)
        taken.append(step.rel)
        world.wait(tick(world.now, hours=1))
        if restart:
            world.restart()
    return taken


def offered_are_taken(world: World) -> None:
    for step in next_steps(world.case, world.now):
        by = Speaker(people=step.people or ["sbu-1"], roles=step.roles)
        fact = fact_of(step, world)
        validate_fact(world.case, Reported(message="try", by=by, recorded_at=world.now, fact=fact), world.now)
        assert BODIES[step.rel].model_validate(step.example), step.rel


@pytest.mark.parametrize("restart", [False, True])
def test_whoever_follows_the_needed_steps_comes_from_intake_to_the_decision(restart: bool) -> None:
    """R-1 to R-15; begun again from its state after every step, the case goes the same way."""
    world = World(in_care())
    taken = journey(world, restart=restart)
    assert world.case.stage is Stage.PRACTICE_REVIEW
    assert taken == [
        "partner-view-given",
        "partner-view-given",
        "panel-notified",
        "authority-told",
        "authority-told",
        "safety-steps-recorded",
        "scoping-meeting-arranged",
        "scoping-meeting-held",
        "returns-requested",
        *["senior-officers-informed", "agency-returned"] * 3,
        "rapid-review-meeting-held",
        "returns-read",
        "report-drafted",
        "draft-sent-to-crg",
        "draft-agreed",
        "draft-sent-for-sign-off",
        *["sign-off-given"] * 3,
        "submitted-to-panel",
        "panel-acknowledged",
        "panel-responded",
        "partners-decided",
    ]
    assert [deadline.id for deadline in world.case.deadlines.values() if deadline.open] == ["R-7", "D-10"]


def test_views_that_differ_lead_to_the_one_who_may_change_theirs() -> None:
    """N-2"""
    world = World()
    world.say(view(Viewer.CHIEF_EXECUTIVE, View.DO_NOT_NOTIFY))
    world.say(view(Viewer.DCS))
    step = needed(world)
    assert step
    assert (step.rel, step.about) == ("partner-view-given", "chief-executive")
    journey(world)
    assert world.case.stage is Stage.PRACTICE_REVIEW


def test_where_both_decline_the_decision_not_to_notify_is_needed() -> None:
    """N-2, N-4: D-2 stays owed after it."""
    world = World(in_care())
    world.say(view(Viewer.CHIEF_EXECUTIVE, View.DO_NOT_NOTIFY))
    world.say(view(Viewer.DCS, View.DO_NOT_NOTIFY))
    assert journey(world) == ["not-notified-decided", "authority-told", "authority-told"]


def test_a_draft_sent_back_leads_to_a_new_draft() -> None:
    """R-11"""
    world = World()
    world.send_out()
    world.sign("officer-health", Verdict.SEND_BACK)
    assert journey(world)[:2] == ["report-drafted", "draft-sent-for-sign-off"]
    assert world.case.stage is Stage.PRACTICE_REVIEW


@pytest.mark.parametrize(
    "unfit",
    [
        {"missing": ["Relevant children and family"]},
        {"author": "outsider"} | OUTSIDE,  # did not attend
    ],
)
def test_a_draft_that_cannot_go_for_sign_off_leads_to_one_that_can(unfit: dict[str, Any]) -> None:
    """R-7, R-10"""
    world = World()
    world.meet()
    world.read()
    world.draft(**unfit)
    assert "report-drafted" in journey(world)
    assert world.case.stage is Stage.PRACTICE_REVIEW


def test_an_outside_author_goes_on_as_the_author() -> None:
    """R-10"""
    world = World()
    world.meet(attended=["chair", "outsider"])
    world.read("outsider")
    world.draft(author="outsider", **OUTSIDE, missing=["Agencies involved"])
    journey(world)
    assert {draft.author for draft in reads.drafts(world.case)} == {"outsider"}
    assert world.case.stage is Stage.PRACTICE_REVIEW


def test_a_silent_officer_leads_to_a_step_for_the_deputy() -> None:
    """R-11, D-8"""
    world = World()
    world.send_out()
    world.wait("2026-05-13T12:00")
    deputies = [step for step in next_steps(world.case, world.now) if step.people == ["deputy-police"]]
    assert [step.needed for step in deputies] == [False]
    follow(world, deputies[0])
    assert world.case.rounds[-1].ask_for("police").as_deputy


def test_a_panel_that_asks_for_more_is_answered() -> None:
    """R-13"""
    world = World()
    world.submit()
    follow(world, next(step for step in next_steps(world.case, world.now) if step.rel == "panel-acknowledged"))
    agree(world, PanelResponse.ASKS_FOR_MORE)
    assert journey(world) == ["panel-answered", "panel-responded", "partners-decided"]


@pytest.mark.parametrize(
    ("recommended", "national", "response", "stage"),
    [
        (Recommendation.CRITERIA_NOT_MET, False, PanelResponse.AGREES, Stage.LEARNING_REVIEW),
        (Recommendation.CRITERIA_MET, True, PanelResponse.AGREES, Stage.NATIONAL_REVIEW),
        (Recommendation.CRITERIA_MET, False, PanelResponse.NATIONAL_REVIEW, Stage.NATIONAL_REVIEW),
    ],
)
def test_the_example_of_a_decision_fits_the_recommendation_and_the_panel(
    recommended: Recommendation, national: bool, response: PanelResponse, stage: Stage
) -> None:
    """R-15"""
    world = World()
    world.submit(recommendation=recommended, national_review=national)
    world.say(PanelResponded(response=response, reasons=WHY))
    journey(world)
    assert world.case.stage is stage


def test_every_step_names_who_may_take_it_and_by_when() -> None:
    """D-1, D-6"""
    world = World()
    world.scope()
    steps = next_steps(world.case, world.now)
    returned = next(step for step in steps if step.rel == "agency-returned" and step.about == "police")
    assert (returned.people, returned.deadline, returned.due) == (
        ["lead-police"],
        "D-6:police",
        world.deadline("D-6:police").due,
    )
    assert all(step.roles for step in steps)


def test_where_nobody_can_sign_no_step_sends_the_draft_out() -> None:
    """R-11"""
    world = World(who=cast(without=("officer-police", "deputy-police")))
    assert journey(world)[-1] == "draft-agreed"
    world.recast(cast(2))
    journey(world)
    assert world.case.stage is Stage.PRACTICE_REVIEW


def test_an_ended_case_offers_corrections_only() -> None:
    """X-2; and D-2, which outlives a withdrawal (N-4)."""
    world = World(in_care())
    world.say(CaseWithdrawn(reason=WHY))
    offered = {step.rel for step in next_steps(world.case, world.now)}
    assert offered == {"corrected", "case-reopened", "authority-told", "record-bundled"}


def test_a_case_that_goes_on_as_a_referral_offers_no_view_any_more() -> None:
    """N-2"""
    world = World()
    for viewer in HEADS:
        world.say(view(viewer, View.DO_NOT_NOTIFY))
    world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.REFER_TO_CRG, reasons=WHY))
    assert "partner-view-given" not in {step.rel for step in next_steps(world.case, world.now)}
