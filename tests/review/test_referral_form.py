"""The Case Review Referral Form: a paper of the case, made from what was entered (flowchart, N-9)."""

from typing import Any

from activities.documents import assembled
from delivery.papers.samples import sample_context
from review.chapters.referral.form import FORM, form
from review.facts.directory import Agency, Directory
from review.facts.enums import NotNotifiedOutcome, View, Viewer
from review.facts.family import ChildAdded
from review.facts.notification import IncidentReported, NotNotifiedDecided, SafetyStepsRecorded
from review.facts.referral import ReferralCompleted
from tests.delivery.rendered import paper
from tests.review.corrections import correct
from tests.review.referrals import opened, referral
from tests.review.world import WHY, World, incident, view

SCHOOL = Directory(
    partnership="Sample",
    people=[],
    agencies=[Agency(id="school", name="Sample Schools", safeguarding_lead="l", senior_officer="s")],
)
PERSONAL: dict[str, Any] = {
    "children": [
        {
            "child_id": "child-1",
            "name": "Sample Child One",
            "born": "2024-02-29",
            "harm": "died",
            "ethnicity": "Sample: as the family gives it",
            "disability": "none known",
            "legal_status": "care order",
            "plan": "child in need plan",
            "address": "1 Sample Street",
        }
    ],
    "setting": "a residential school",
    "regulated_setting": True,
    "informed": [{"who": "Sample: the coroner", "at": "2026-05-11T12:00:00+01:00"}],
}


def versions(world: World) -> list[int]:
    return [ref.version for ref in world.case.papers.values() if ref.document == FORM]


def page(world: World) -> str:
    n: dict[str, Any] = assembled(FORM, form(world.case), {}, SCHOOL)
    return paper(FORM, sample_context(n))


def test_it_is_made_when_the_panel_is_notified_with_all_that_was_entered() -> None:
    """N-9, N-1: ethnicity, disability, legal status, plan, address, setting and who was told belong in it."""
    world = World(incident(**PERSONAL))
    assert versions(world) == []
    world.notify()
    assert versions(world) == [1]
    shown = page(world)
    for said in (
        "\nSample Child One\n",
        "Born\t29 February 2024",
        "Ethnicity\tSample: as the family gives it",
        "Disability\tNone known",
        "Legal status\tCare order",
        "Plan\tChild in need plan",
        "Address\t1 Sample Street",
        "Setting\tA residential school",
        "Sample: the coroner, Monday 11 May 2026, 12:00",
        "Meets limb (a) of the definition",
        "\nThe notification\n",
    ):
        assert said in shown


def test_what_nobody_entered_is_left_out() -> None:
    """N-9"""
    world = World()
    world.notify()
    shown = page(world)
    assert not [title for title in ("Ethnicity", "Setting", "Told of", "The referral", "Family and") if title in shown]


def test_it_is_made_of_a_referral_too_and_again_when_that_is_completed() -> None:
    """N-9, A-1"""
    world = opened(referral(senior_officer=""))
    world.wait("2026-05-11T12:00")
    assert versions(world) == [1]
    world.say(ReferralCompleted(safeguarding_lead="Sample Lead", senior_officer="Sample Head"))
    assert versions(world) == [1, 2]
    shown = page(world)
    assert "Referred by\tSample Schools" in shown
    assert "Senior officer in support\tSample Head" in shown
    assert "Steps for children" not in shown


def test_it_is_made_where_both_decide_not_to_notify_and_refer_the_case_to_the_crg() -> None:
    """N-9, N-2"""
    for outcome, made in ((NotNotifiedOutcome.REFER_TO_CRG, [1]), (NotNotifiedOutcome.CLOSE, [])):
        world = World()
        for viewer in (Viewer.DCS, Viewer.CHIEF_EXECUTIVE):
            world.say(view(viewer, View.DO_NOT_NOTIFY))
        world.say(NotNotifiedDecided(outcome=outcome, reasons=WHY))
        assert versions(world) == made


def test_it_is_made_again_when_what_it_says_is_corrected_or_added_to_alone() -> None:
    """N-9, X-2, X-4, N-5"""
    world = World(incident(**PERSONAL))
    world.notify()
    world.wait("2026-05-12T09:00")
    assert versions(world) == [1]
    moved = incident(**PERSONAL | {"children": [PERSONAL["children"][0] | {"address": "2 Sample Lane"}]})
    correct(world, world.case.entries_of(IncidentReported)[0].reported.message, moved.model_dump(mode="json"))
    assert versions(world) == [1, 2]
    assert "2 Sample Lane" in page(world)
    assert "1 Sample Street" not in page(world)
    world.say(ChildAdded.model_validate(ChildAdded.sample))
    assert versions(world) == [1, 2, 3]
    assert "Sample Child Three\tMissing: not recorded yet." in page(world)
    world.say(SafetyStepsRecorded(child_ids=["child-sample-3"], steps="Sample: abroad.", none_needed=True))
    assert "Sample Child Three\tNone needed: Sample: abroad." in page(world)
    assert versions(world) == [1, 2, 3, 4]


def test_it_stays_as_it_is_when_the_run_continues_as_new() -> None:
    """N-9"""
    world = World()
    world.notify()
    world.restart()
    assert versions(world) == [1]
