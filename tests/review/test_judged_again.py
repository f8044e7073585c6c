"""What a correction does to deadlines that are met, or have stopped: they tell the truth again (X-2). Dates counted by
hand.
"""

from calendar_rules.edition import NotificationKind, load_edition
from review.case.deadline import RunningDeadline
from review.facts import practice_review as say
from review.facts.any_stage import CaseReopened, CaseWithdrawn
from review.facts.enums import Stage, View, Viewer
from review.facts.follow_up import ActionClosureAgreed, ActionProgressed
from review.facts.notification import NotNotifiedDecided, SafetyStepsRecorded
from review.kit.deadlines import TAKEN_BACK
from tests.review.corrections import correct, take_back
from tests.review.practice import Review
from tests.review.test_follow_up import CHAIR, action
from tests.review.test_follow_up import world as world
from tests.review.test_handed_over import AUDIT
from tests.review.test_merger_carries import child
from tests.review.test_review_monitored import MONITORED, OFFICERS
from tests.review.world import WHY, World, at, in_care, incident, notified, view

FRIDAY = {"incident_at": at("2026-05-08T08:00"), "aware_at": at("2026-05-08T09:00")}


def late(deadline: RunningDeadline) -> bool:
    assert deadline.met_at
    return deadline.met_at > deadline.due


def test_what_stopped_with_its_case_runs_again_from_what_it_is_counted_from_by_then() -> None:
    """X-1, X-2, D-1: aware on Friday 8 May 2026 and not on Monday 11 May, put right while the case is withdrawn."""
    world = World()
    world.say(CaseWithdrawn(reason=WHY))
    correct(world, "m1", incident(**FRIDAY))
    world.say(CaseReopened(reason=WHY))
    assert world.deadline("D-1").due == at("2026-05-15T23:59:59")
    world.restart()
    assert world.deadline("D-1").due == at("2026-05-15T23:59:59")


def test_a_duty_that_is_owed_after_all_is_counted_from_the_aware_time_as_it_stands() -> None:
    """D-2, X-2: that the child was in care is found wrong, then the aware time, then that it was right."""
    world = World(in_care())
    wrong = correct(world, "m1", incident())
    wrong = correct(world, wrong, incident(**FRIDAY))
    correct(world, wrong, in_care(**FRIDAY))
    assert world.deadline("D-2:ofsted").open
    assert world.deadline("D-2:ofsted").due == at("2026-05-15T23:59:59")


def test_what_is_counted_from_nothing_any_more_stays_stopped_in_a_reopened_case(world: World) -> None:
    """X-1, X-2, G-10: what was handed over is taken back while the case is withdrawn; said again, it runs."""
    message = world.say(AUDIT)
    world.say(CaseWithdrawn(reason=WHY))
    take_back(world, message)
    world.say(CaseReopened(reason=WHY))
    assert world.deadline("G-10:audit").stopped_why == TAKEN_BACK
    world.say(AUDIT)
    assert world.deadline("G-10:audit").open


def test_of_two_monitorings_the_one_that_is_left_is_the_first() -> None:
    """K-5, X-2: on 3 August and 1 September 2026; the first is taken back, so the next is due on 1 November."""
    world = Review()
    world.contract()
    world.wait("2026-08-03T10:00")
    first = world.say(say.ReviewMonitored(by=OFFICERS, **MONITORED))
    world.wait("2026-09-01T10:00")
    world.say(say.ReviewMonitored(by=OFFICERS, **MONITORED))
    take_back(world, first)
    assert world.deadline("K-5-monitoring:1").met_at == at("2026-09-01T10:00")
    assert world.deadline("K-5-monitoring:2").open
    assert world.deadline("K-5-monitoring:2").due == at("2026-11-01T23:59:59")
    assert world.deadline("K-5-monitoring:3").stopped_why == TAKEN_BACK
    world.say(say.ReviewMonitored(by=OFFICERS, **MONITORED))
    assert world.deadline("K-5-monitoring:2").met_at
    assert world.deadline("K-5-monitoring:3").open


def test_steps_for_safety_are_missing_again_where_one_of_two_answers_was_wrong() -> None:
    """N-5, X-2: the first said what is done for one child, the second for the other."""
    children = [child(1), child(2)]
    world = World(incident(children=children))
    first = world.say(SafetyStepsRecorded(child_ids=["child-1"], steps=WHY))
    world.say(SafetyStepsRecorded(child_ids=["child-2"], steps=WHY, others=WHY))
    assert world.deadline("N-5").met_at
    take_back(world, first)
    assert world.deadline("N-5").open


def test_views_are_given_when_the_last_was_whichever_is_recorded_first() -> None:
    """N-7: asked on Monday 11 May 2026 at 11:00, four working hours; the DCS spoke at 17:00, recorded first."""
    world = World()
    world.wait("2026-05-11T18:00")
    world.say(view(Viewer.DCS, happened_at=at("2026-05-11T17:00")))
    world.say(view(Viewer.CHIEF_EXECUTIVE, happened_at=at("2026-05-11T12:00")))
    assert world.deadline("N-7").met_at == at("2026-05-11T17:00")
    assert late(world.deadline("N-7"))


def test_a_day_that_people_set_wrongly_makes_nothing_late_that_is_met(world: World) -> None:
    """G-11, X-2: due on 19 July 2026, entered as 19 June; the CRG agreed on 30 June that it was done."""
    message = world.say(action(due_date="2026-06-19"))
    world.wait("2026-06-30T10:00")
    done = {"action": "share-missed-appointments", "progress": WHY, "rating": "green", "evidence": WHY}
    world.say(ActionProgressed.model_validate(done))
    world.say(ActionClosureAgreed(action="share-missed-appointments", reasons=WHY), CHAIR)
    closed = world.deadline("G-11:share-missed-appointments")
    assert late(closed)
    correct(world, message, action(due_date="2026-07-19"))
    assert closed.due == at("2026-07-19T23:59:59")
    assert not late(closed)


def test_a_view_of_the_second_asking_that_is_put_right_leaves_the_first_as_it_was() -> None:
    """N-7, X-1, X-2: neither would notify; the case is reopened, and a view that is given then is corrected."""
    world = World()
    world.safe()
    for officer in (Viewer.DCS, Viewer.CHIEF_EXECUTIVE):
        world.say(view(officer, View.DO_NOT_NOTIFY))
    world.say(NotNotifiedDecided(outcome="close", reasons=WHY))
    world.say(CaseReopened(reason=WHY))
    message = world.say(view(Viewer.DCS))
    correct(world, message, view(Viewer.DCS, happened_at=at("2026-05-11T10:50")))
    assert world.deadline("N-7").met_at
    assert world.deadline("N-7:2").open
    assert "N-7" not in " ".join(world.lines("deadline-reopened"))


def test_a_rapid_review_that_follows_after_all_runs_once_the_case_is_reopened() -> None:
    """B-1, X-1, D-7: the kind of the notification was put right while the case was withdrawn, and then back again."""
    world = World(edition=load_edition("england-2023"))
    message = world.notify()
    for kind in (NotificationKind.CARE_LEAVER_DEATH, NotificationKind.DEATH_OR_SERIOUS_HARM):
        world.say(CaseWithdrawn(reason=WHY))
        message = correct(world, message, notified(notification=kind))
        world.say(CaseReopened(reason=WHY))
        assert world.deadline("D-7").open is (kind is NotificationKind.DEATH_OR_SERIOUS_HARM)
    assert world.case.stage is Stage.SCOPING
    assert world.deadline("D-7").due == at("2026-06-02T23:59:59")
    assert world.deadline("D-4").open
    assert world.deadline("D-5").open
