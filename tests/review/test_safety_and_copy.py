"""Steps for children's safety, and the Business Unit's copy of the notification (§1, flowchart; N-5, N-8)."""

import pytest

from delivery.papers.samples import PAPERS, sample_context
from review.case import reads
from review.case.deadline import Status
from review.chapters.crg.agenda import CaseItem, OnAgenda, Part, Put, agenda, agenda_rows
from review.chapters.notification.particulars import safety_lines
from review.facts.enums import Decision, NotNotifiedOutcome, Route, Stage, View, Viewer
from review.facts.family import ChildAdded
from review.facts.notification import NotificationCopyReceived, NotNotifiedDecided, SafetyStepsRecorded
from review.kit.refusals import AlreadyRecorded, BeforeTheIncident
from review.listed import listed
from review.next_steps import needed_steps
from review.view import case_view
from tests.delivery.rendered import paper
from tests.review.referrals import opened, referral
from tests.review.world import WHY, World, agree, at, in_care, notified, view
from workflows.details import in_markdown

ASKED = "safety-steps-asked"


def wanted(world: World) -> bool:
    return "safety-steps-recorded" in {step.rel for step in needed_steps(world.case, world.now)}


def asked_by(world: World, until: str) -> list[str]:
    world.wait(until)
    found = world.mails(ASKED)
    world.deliver()
    return found


def test_steps_for_safety_are_reminded_of_each_working_day_for_a_week_then_weekly() -> None:
    """N-5: asked for on Monday 11 May 2026; Monday 25 May is a bank holiday."""
    world = World()
    assert asked_by(world, "2026-05-11T18:00") == ["dcs"]
    for day in (12, 13, 14, 15, 18):
        assert asked_by(world, f"2026-05-{day}T10:00") == ["dcs"]
    assert asked_by(world, "2026-05-19T10:00") == ["dcs", "sbu-1", "sbu-2"]  # a week is over
    assert asked_by(world, "2026-05-22T18:00") == []
    assert asked_by(world, "2026-05-26T10:00") == ["dcs", "sbu-1", "sbu-2", "chair"]
    assert asked_by(world, "2026-06-01T18:00") == []
    assert asked_by(world, "2026-06-02T10:00") == ["dcs", "sbu-1", "sbu-2", "chair"]
    world.safe()
    assert asked_by(world, "2026-06-20T10:00") == []


def test_an_answer_covers_each_living_child_of_the_case_and_other_children() -> None:
    """N-5: the sample's second child lives; what is missing is shown where the case is summed up."""
    world = World()
    assert case_view(world.case, world.now).safety_missing == ["child-sample-2", "other children"]
    world.say(SafetyStepsRecorded(child_ids=["child-sample-2"], steps=WHY))
    assert case_view(world.case, world.now).safety_missing == ["other children"]
    assert wanted(world)
    world.say(SafetyStepsRecorded(child_ids=["child-sample-1"], steps=WHY, others=WHY))
    assert case_view(world.case, world.now).safety_missing == []
    assert not wanted(world)
    assert world.deadline("N-5").status(world.now) is Status.MET


def test_that_none_are_needed_is_an_answer_with_its_reason() -> None:
    """N-5"""
    world = World(in_care())
    world.say(SafetyStepsRecorded(child_ids=["child-1"], steps=WHY, none_needed=True, others=WHY))
    assert world.deadline("N-5").status(world.now) is Status.MET


def test_a_notified_case_is_not_concluded_without_an_answer() -> None:
    """N-5"""
    world = World()
    world.submit()
    answer = next(one for one in world.case.entries if isinstance(one.fact, SafetyStepsRecorded))
    answer.corrected_by = "taken back"
    agree(world)
    world.decide(Decision.NO_FURTHER_ACTION)
    world.wait("2026-05-14T12:00")
    assert not reads.ended(world.case)
    world.safe()
    assert world.case.stage is Stage.CONCLUDED


def test_a_case_that_is_closed_as_not_notified_asks_no_more() -> None:
    """N-5, N-8"""
    world = World()
    for viewer in (Viewer.DCS, Viewer.CHIEF_EXECUTIVE):
        world.say(view(viewer, View.DO_NOT_NOTIFY))
    world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=WHY))
    world.deliver()
    assert world.deadline("N-5").stopped_at
    assert world.deadline("N-8").stopped_at
    assert asked_by(world, "2026-06-10T10:00") == []


# --- N-8 ---


def test_the_business_units_copy_has_a_clock_of_its_own_from_the_aware_time() -> None:
    """N-8: aware on Monday 11 May, so by the end of Monday 18 May; it says what was sent."""
    world = World()
    assert world.deadline("N-8").due == at("2026-05-18T23:59:59")
    world.notify()
    assert world.deadline("N-8").status(world.now) is Status.MET
    copy = reads.copy_received(world.case)
    assert copy is not None
    assert copy.fact.kind == "panel-notified"


def test_a_copy_that_comes_late_is_marked_late_though_the_panel_was_notified_in_time() -> None:
    """N-8, D-1"""
    world = World()
    world.notify(what_it_said="")
    world.deliver()
    world.wait("2026-05-19T12:00")
    assert [one.to for one in world.posted if one.about == "N-8"] == ["chief", "sbu-1", "sbu-2"]
    assert "notification-copy-received" in {step.rel for step in needed_steps(world.case, world.now)}
    world.say(NotificationCopyReceived(what_it_said=WHY))
    assert world.deadline("N-8").status(world.now) is Status.LATE
    assert world.deadline("D-1").status(world.now) is Status.MET
    with pytest.raises(AlreadyRecorded):
        world.say(NotificationCopyReceived(what_it_said=WHY))


def test_a_copy_received_after_the_day_is_late_where_it_was_entered_with_the_notification() -> None:
    """N-8: notified on Friday 15 May, received on Tuesday 19 May."""
    world = World(now="2026-05-20T09:00")
    world.notify(happened_at=at("2026-05-15T16:00"), received_at=at("2026-05-19T09:00"))
    assert world.deadline("N-8").status(world.now) is Status.LATE
    [copy] = [one for one in world.posted if one.template == "notification-copy"][:1]
    assert copy.n["receipt"] == "late"


def test_no_copy_is_received_before_the_notification() -> None:
    """N-8"""
    world = World(now="2026-05-14T09:00")
    world.notify(happened_at=at("2026-05-13T16:00"), what_it_said="")
    with pytest.raises(BeforeTheIncident):
        world.say(NotificationCopyReceived(what_it_said=WHY, happened_at=at("2026-05-12T09:00")))


def test_while_the_panel_is_not_notified_its_own_deadline_says_so_and_no_second_mail() -> None:
    """N-8, D-1"""
    world = World()
    world.wait("2026-05-19T12:00")
    assert [one.about for one in world.posted if one.template == "deadline-overdue"] == ["D-1"] * 4
    assert notified().what_it_said


# --- N-5: where the case is summed up ---


def test_how_it_stands_is_one_reading_of_the_case_missing_none_needed_recorded() -> None:
    """N-5: shown on the case, the CRG's agenda, in the digest and the Temporal UI in the very same words."""
    world = World()
    shown = "missing for 1 child and for other children"
    assert [one.state for one in case_view(world.case, world.now).safety] == ["missing", "missing"]
    assert listed(world.case, world.now).line.safety == reads.safety_in_brief(world.case) == shown
    assert f"Steps for children's safety: {shown}." in in_markdown(world.case, world.now)
    world.say(SafetyStepsRecorded(child_ids=["child-sample-2"], steps="Sample: lives abroad.", none_needed=True))
    assert reads.safety_in_brief(world.case) == "missing for other children"
    world.say(SafetyStepsRecorded(child_ids=["child-sample-1"], steps=WHY, others="Sample: no others."))
    assert reads.safety_in_brief(world.case) == "none needed"
    assert safety_lines(world.case) == [
        ["Sample Child Two", "None needed: Sample: lives abroad."],
        ["Other children", "Recorded: Sample: no others."],
    ]
    world.say(ChildAdded.model_validate(ChildAdded.sample))
    assert reads.safety_in_brief(world.case) == "missing for 1 child"
    world.say(SafetyStepsRecorded(child_ids=["child-sample-3"], steps="Sample: at her aunt's."))
    world.say(SafetyStepsRecorded(child_ids=["child-sample-3"], steps="Sample: a plan since May."))
    assert reads.safety_in_brief(world.case) == "recorded for some children, none needed for others"
    assert reads.safety(world.case)[1].said == "Sample: at her aunt's.\nSample: a plan since May."


def test_the_crgs_agenda_says_why_no_steps_are_needed() -> None:
    """N-5, G-2"""
    world = World()
    world.say(SafetyStepsRecorded(child_ids=["child-sample-2"], steps="Sample: lives abroad.", none_needed=True))
    [row] = [one for one in agenda_rows(world.case) if one.part is Part.SAFETY]
    line = listed(world.case, world.now).line
    item = CaseItem(reference="CR-1", overdue=False, safety=line.safety)
    found = agenda([OnAgenda(Route.SERIOUS_INCIDENT, world.case.stage, item)], [Put("CR-1", row, world.now)], [])
    (case,) = found.stages[0].cases
    assert (case.safety, case.none_needed) == ("missing for other children", ["Sample: lives abroad."])


def test_the_reports_paper_says_how_it_stands_when_it_is_made() -> None:
    """N-5, R-7"""
    world = World()
    n = PAPERS["rapid-review-report"] | {"safety": safety_lines(world.case)}
    said = paper("rapid-review-report", sample_context(n))
    assert "Sample Child Two\tMissing: not recorded yet." in said


def test_a_referral_without_an_incident_says_nothing_of_it() -> None:
    """N-5, A-1"""
    world = opened(referral())
    world.wait("2026-05-11T12:00")
    assert (reads.safety(world.case), reads.safety_in_brief(world.case)) == ([], "")
