"""What follows a review: learning shared, findings handed over, actions to their end. Dates are typed by hand."""

import pytest

from review.case import reads
from review.case.deadline import Status
from review.chapters.follow_up.chapter import CHAPTER
from review.chapters.follow_up.reads import (
    action_log,
    actions_considered,
    followed_up,
    open_actions,
    recommendations_open,
)
from review.facts import Corrected
from review.facts.any_stage import CasePaused, CaseResumed, CaseWithdrawn
from review.facts.enums import Decision, Rating, Stage
from review.facts.follow_up import (
    ActionClosureAgreed,
    ActionDueMoved,
    ActionHandedOn,
    ActionProgressed,
    ActionSet,
    FindingsHandedOver,
    LearningDisseminated,
    NoActionNeeded,
    SubGroupAnswered,
)
from review.facts.learning_review import (
    LearningFindingsDrafted,
    LearningParticipantsNamed,
    LearningReviewAssured,
    LearningTermsSet,
    Participant,
)
from review.facts.panel import PanelAcknowledged
from review.facts.practice_review import EarlyCommentClosed, EarlyCommentSought, FinalDraftSent
from review.kit import refusals as no
from review.next_steps import next_steps
from review.view import case_view
from tests.review.practice import Review
from tests.review.world import WHY, World, agree, at, follow, needed, paper, speaker

CHAIR = speaker("chair")


def action(**more: object) -> ActionSet:
    given: dict[str, object] = {
        "action": "share-missed-appointments",
        "what": WHY,
        "owner": "lead-police",
        "agency": "police",
        "due_date": "2026-09-30",
        "outcome": WHY,
    }
    return ActionSet.model_validate(given | more)


@pytest.fixture
def world() -> World:
    """Decided on Thursday 11 June 2026 for a learning review, which is done."""
    world = World()
    world.submit()
    world.say(PanelAcknowledged(meeting_date=at("2026-06-05").date()))
    world.wait("2026-06-11T10:00")
    agree(world)
    world.decide(Decision.LEARNING_REVIEW)
    world.say(LearningTermsSet(terms=WHY, method=WHY, lead="sbu-1"))
    world.say(LearningParticipantsNamed(participants=[Participant(agency="police", office="Sergeant")]))
    world.say(LearningFindingsDrafted(author="sbu-1", content=paper("learning-findings-draft", 1)))
    agreed = {"version": 1, "verdict": "agreed", "reasons": WHY, "attended": ["chair"]}
    world.say(LearningReviewAssured.model_validate(agreed))
    assert world.case.stage is Stage.DISSEMINATION
    world.deliver()
    return world


def test_an_action_is_due_at_the_end_of_the_day_that_was_set(world: World) -> None:
    """G-11: people set the due day; it is a deadline like any other."""
    world.say(action())
    deadline = world.deadline("G-11:share-missed-appointments")
    assert deadline.due == at("2026-09-30T23:59:59")
    assert deadline.status(world.now) is Status.OPEN
    assert world.mails("action-set") == ["lead-police"]


def test_an_id_that_people_choose_is_a_number_where_it_stands_unsealed(world: World) -> None:
    """Search attributes and columns that lists read show the rule and a number; an agency stays."""
    world.say(action())
    world.say(action(action="do-not-notify"))
    plain = {id: reads.plain_id(world.case, id) for id in world.case.deadlines}
    assert plain["G-11:share-missed-appointments"] == "G-11:#1"
    assert plain["G-11:do-not-notify"] == "G-11:#2"
    assert (plain["D-7"], plain["D-6:police"]) == ("D-7", "D-6:police")
    assert len(set(plain.values())) == len(plain)


def test_an_owner_is_reminded_then_overdue_is_told_then_the_chair(world: World) -> None:
    """G-11: ten working days before 30 September is the 16th; ten after is 14 October."""
    world.say(action())
    world.wait("2026-09-16T08:59")
    assert world.mails("deadline-reminder").count("lead-police") == 0
    world.wait("2026-09-16T09:00")
    assert world.mails("deadline-reminder").count("lead-police") == 1
    world.wait("2026-10-01T09:00")
    overdue = [one.to for one in world.posted if one.template == "deadline-overdue" and "G-11" in one.cause]
    assert overdue == ["lead-police", "sbu-1", "sbu-2"]
    world.wait("2026-10-14T08:59")
    assert "chair" not in [one.to for one in world.posted if "G-11" in one.cause]
    world.wait("2026-10-14T09:00")
    assert "chair" in [one.to for one in world.posted if "G-11" in one.cause]


def test_where_evidence_is_in_it_is_the_crg_that_is_reminded_of_its_agreement_and_not_the_owner(
    world: World,
) -> None:
    """G-11: evidence on 11 June; the Group has not agreed by 30 September."""
    world.say(action())
    world.say(ActionProgressed(action="share-missed-appointments", progress=WHY, rating=Rating.GREEN, evidence=WHY))
    fired = {}
    for moment in ("2026-09-16T09:00", "2026-09-30T09:00", "2026-10-01T09:00", "2026-10-14T09:00"):
        world.deliver()
        world.wait(moment)
        fired[moment] = [(one.template, one.to) for one in world.posted if "G-11" in one.cause]
        assert {one.n.get("owner") for one in world.posted if "G-11" in one.cause} == {"crg-chair"}
        assert all(one.n["evidence_given"] for one in world.posted if "G-11" in one.cause)
    assert list(fired.values()) == [
        [("deadline-reminder", "chair")],
        [("deadline-reminder", "chair")],
        [("deadline-overdue", "chair"), ("deadline-overdue", "sbu-1"), ("deadline-overdue", "sbu-2")],
        [("deadline-overdue", "chair")],
    ]


def test_a_due_day_that_is_moved_moves_the_deadline_and_keeps_the_reason_out_of_the_mail(world: World) -> None:
    """G-11"""
    world.say(action())
    world.say(
        ActionDueMoved(action="share-missed-appointments", due_date=at("2026-12-24").date(), reason="Jo has left")
    )
    deadline = world.deadline("G-11:share-missed-appointments")
    assert deadline.due == at("2026-12-24T23:59:59")
    assert [(one.was, one.due) for one in deadline.moves] == [(at("2026-09-30T23:59:59"), at("2026-12-24T23:59:59"))]
    assert world.mails("deadline-moved")[-1] == "lead-police"
    assert "Jo" not in str([one.n for one in world.posted])


def test_a_pause_gives_its_time_back_to_an_action_too(world: World) -> None:
    """X-1, G-11: paused on 11 June, resumed on the 25th: fourteen days more."""
    world.say(action())
    world.say(CasePaused(reason=WHY))
    world.wait("2026-06-25T10:00")
    world.say(CaseResumed(reason=WHY))
    assert world.deadline("G-11:share-missed-appointments").due == at("2026-10-14T23:59:59")


def test_an_action_without_evidence_is_not_closed(world: World) -> None:
    """G-11"""
    world.say(action())
    closure = ActionClosureAgreed(action="share-missed-appointments", reasons=WHY)
    with pytest.raises(no.ActionWithoutEvidence):
        world.say(closure, CHAIR)
    world.say(ActionProgressed(action="share-missed-appointments", progress=WHY, rating=Rating.AMBER, evidence=" "))
    with pytest.raises(no.ActionWithoutEvidence):
        world.say(closure, CHAIR)
    world.say(
        ActionProgressed(action="share-missed-appointments", progress=WHY, rating=Rating.GREEN, evidence="An audit.")
    )
    world.say(closure, CHAIR)
    assert open_actions(world.case) == []
    assert world.deadline("G-11:share-missed-appointments").status(world.now) is Status.MET
    with pytest.raises(no.ActionClosed):
        world.say(closure, CHAIR)


def test_only_the_crg_agrees_to_close_an_action(world: World) -> None:
    """G-11: its chair or a member, not the Business Unit nor the owner."""
    world.say(action())
    world.say(ActionProgressed(action="share-missed-appointments", progress=WHY, rating=Rating.GREEN, evidence=WHY))
    closure = ActionClosureAgreed(action="share-missed-appointments", reasons=WHY)
    for person in ("sbu-1", "lead-police"):
        with pytest.raises(no.NotYourRole):
            world.say(closure, speaker(person))
    world.say(closure, speaker("member"))
    assert open_actions(world.case) == []


def test_an_owner_records_the_progress_of_their_own_action_only(world: World) -> None:
    """G-11"""
    world.say(action())
    progress = ActionProgressed(action="share-missed-appointments", progress=WHY, rating=Rating.RED)
    with pytest.raises(no.NotYourAction):
        world.say(progress, speaker("lead-health"))
    world.say(progress, speaker("lead-police"))
    (one,) = action_log(world.case)
    assert (one.rating, one.progress, one.evidence, one.closed) == (Rating.RED, WHY, [], False)


def test_an_action_that_is_handed_on_reminds_its_new_owner(world: World) -> None:
    """G-11"""
    world.say(action())
    world.say(ActionHandedOn(action="share-missed-appointments", owner="lead-health", agency="health", reason=WHY))
    assert world.mails("action-set") == ["lead-police", "lead-health"]
    assert world.mails("action-handed-on") == ["lead-police"]
    world.say(ActionHandedOn(action="share-missed-appointments", owner="lead-health", agency="health", reason="Again."))
    assert world.mails("action-handed-on") == ["lead-police"]  # nobody is let off of what stays theirs
    world.wait("2026-09-16T09:00")
    assert world.mails("deadline-reminder")[-1] == "lead-health"
    assert [(one.owner, one.agency) for one in action_log(world.case)] == [("lead-health", "health")]


def test_an_action_that_is_overdue_when_it_is_entered_is_told_so_at_once(world: World) -> None:
    """G-11: entered on Thursday 11 June 2026, due on Monday the 1st: to its owner with the action itself, not by a
    second mail; its other due days still lie ahead.
    """
    world.say(action(due_date="2026-06-01"))
    world.wait(world.now)
    (told,) = [one for one in world.posted if one.to == "lead-police"]
    assert (told.template, told.n["overdue"]) == ("action-set", True)
    assert world.mails("deadline-overdue") == ["sbu-1", "sbu-2"]
    assert world.deadline("G-11:share-missed-appointments").status(world.now) is Status.LATE
    assert [one.due for one in action_log(world.case)] == [at("2026-06-01T23:59:59")]
    world.say(ActionHandedOn(action="share-missed-appointments", owner="lead-health", agency="health", reason=WHY))
    assert [one.n["overdue"] for one in world.posted if one.to == "lead-health"] == [True]
    with pytest.raises(no.TimeInThePast):
        world.say(ActionDueMoved(action="share-missed-appointments", due_date=at("2026-06-02").date(), reason=WHY))


def test_an_escalation_of_what_was_overdue_from_the_first_does_not_speak_of_reminders(world: World) -> None:
    """G-11: entered more than ten working days after it was due."""
    world.say(action(due_date="2026-05-20"))
    world.wait(world.now)
    assert [one.n["entered_overdue"] for one in world.posted if one.template == "deadline-escalation"] == [True]


def test_an_action_names_people_and_agencies_of_the_directory_and_a_day_of_the_calendar(world: World) -> None:
    """G-11"""
    for wrong, refusal in (
        ({"owner": "nobody"}, no.UnknownPerson),
        ({"agency": "nobody"}, no.UnknownAgency),
        ({"due_date": "1926-06-10"}, no.BeyondTheCalendar),
        ({"due_date": "2126-06-10"}, no.BeyondTheCalendar),
    ):
        with pytest.raises(refusal):
            world.say(action(**wrong))
    with pytest.raises(no.UnknownAction):
        world.say(ActionDueMoved(action="none", due_date=at("2026-12-24").date(), reason=WHY))
    world.say(action())
    with pytest.raises(no.AlreadyRecorded):
        world.say(action())


def test_an_action_entered_wrongly_is_corrected_under_the_same_id(world: World) -> None:
    """X-2, G-11"""
    message = world.say(action())
    with pytest.raises(no.CannotBeCorrected):
        world.say(Corrected(corrects=message, right=action(action="another"), reason=WHY))
    world.say(Corrected(corrects=message, right=action(due_date="2026-10-30"), reason=WHY))
    assert world.deadline("G-11:share-missed-appointments").due == at("2026-10-30T23:59:59")


def test_a_review_is_followed_up_when_learning_is_shared_and_no_action_is_open(world: World) -> None:
    """G-9, K-10: recommendations become actions, or it is said why there is none."""
    shared = LearningDisseminated(means="Briefing", audience="All agencies", what=WHY)
    world.say(shared)
    assert not followed_up(world.case)
    assert sorted(world.mails("learning-disseminated"))[:2] == ["chair", "independent"]
    world.say(NoActionNeeded(reasons=WHY))
    assert not followed_up(world.case)
    world.say(FindingsHandedOver(handover="audit", to="Quality sub-group", findings=WHY))
    assert not followed_up(world.case)  # while the sub-group owes its answer (G-10)
    assert [step.rel for step in next_steps(world.case, world.now) if step.needed][-1] == "sub-group-answered"
    world.say(action())
    world.say(SubGroupAnswered(handover="audit", answer=WHY))
    assert not followed_up(world.case)  # while an action is open
    world.say(ActionProgressed(action="share-missed-appointments", progress=WHY, rating=Rating.GREEN, evidence=WHY))
    world.say(ActionClosureAgreed(action="share-missed-appointments", reasons=WHY), CHAIR)
    assert followed_up(world.case)
    assert world.case.stage is Stage.CONCLUDED


def test_findings_are_handed_over_and_the_sub_groups_answer_comes_back(world: World) -> None:
    """G-10: also after the case has ended."""
    world.say(FindingsHandedOver(handover="audit", to="Quality sub-group", findings=WHY))
    with pytest.raises(no.UnknownHandover):
        world.say(SubGroupAnswered(handover="other", answer=WHY))
    world.say(CaseWithdrawn(reason=WHY))
    assert reads.ended(world.case)
    assert [step.rel for step in next_steps(world.case, world.now) if step.about == "audit"] == ["sub-group-answered"]
    world.say(SubGroupAnswered(handover="audit", answer=WHY))
    assert reads.unanswered_handovers(world.case) == []
    with pytest.raises(no.AlreadyRecorded):
        world.say(SubGroupAnswered(handover="audit", answer=WHY))


def test_the_needed_steps_alone_lead_to_the_end_of_the_follow_up(world: World) -> None:
    """G-9, G-11, K-10"""
    taken = []
    while step := needed(world):
        taken.append(step.rel)
        follow(world, step)
    own = [rel for rel in taken if rel in CHAPTER.kinds]
    assert own == [
        "action-set",
        "action-progressed",
        "action-closure-agreed",
        "learning-disseminated",
        "findings-handed-over",
        "sub-group-answered",
    ]
    assert followed_up(world.case)


def test_a_sub_group_that_does_not_answer_is_chased_by_the_business_unit(world: World) -> None:
    """G-10: handed over on Thursday 11 June 2026; due on Thursday 9 July, reminded on the 2nd."""
    world.say(FindingsHandedOver(handover="audit", to="Quality sub-group", findings=WHY))
    deadline = world.deadline("G-10:audit")
    assert deadline.due == at("2026-07-09T23:59:59")
    told = []
    for moment in ("2026-07-02T09:00", "2026-07-10T00:00"):
        world.deliver()
        world.wait(moment)
        told.append([(one.template, one.to) for one in world.posted])
    assert told == [
        [("deadline-reminder", "sbu-1"), ("deadline-reminder", "sbu-2")],
        [("deadline-overdue", "sbu-1"), ("deadline-overdue", "sbu-2")],
    ]
    (step,) = [one for one in next_steps(world.case, world.now) if one.rel == "sub-group-answered"]
    assert step.deadline == "G-10:audit"
    world.say(SubGroupAnswered(handover="audit", answer=WHY))
    assert deadline.status(world.now) is Status.LATE
    assert not deadline.open


def test_each_recommendation_of_the_agreed_report_has_an_action_or_a_reason_for_none() -> None:
    """K-10, G-11: three recommendations; the case shows which have neither."""
    review = Review()
    review.contract()
    review.say(EarlyCommentSought(version=review.sound(recommendations=3)))
    review.say(EarlyCommentClosed(reason=WHY))
    review.explain()
    assert recommendations_open(review.case) == []  # nothing is agreed yet
    review.say(FinalDraftSent(version=1))
    review.approve_all()
    assert recommendations_open(review.case) == [1, 2, 3]
    review.say(action(recommendation_number=2))
    review.say(NoActionNeeded(reasons=WHY, recommendation_number=3))
    assert recommendations_open(review.case) == [1]
    assert not actions_considered(review.case)
    for wrong in (NoActionNeeded(reasons=WHY), NoActionNeeded(reasons=WHY, recommendation_number=4)):
        with pytest.raises(no.UnknownRecommendation):
            review.say(wrong)
    with pytest.raises(no.UnknownRecommendation):
        review.say(action(action="another", recommendation_number=4))
    with pytest.raises(no.AlreadyRecorded):
        review.say(NoActionNeeded(reasons=WHY, recommendation_number=2))
    view = case_view(review.case, review.now)
    assert view.recommendations_open == [1]
    offered = [one.about for one in next_steps(review.case, review.now) if one.rel == "action-set"]
    assert offered[0] == "recommendation-1"
    review.say(action(action="another", recommendation_number=1))
    assert actions_considered(review.case)


def test_a_national_review_leads_on_to_what_is_owed_here() -> None:
    """G-9, K-10, R-15: learning shared, an action or why none; no handover, for the findings are the Panel's."""
    world = World()
    world.submit()
    world.say(PanelAcknowledged(meeting_date=at("2026-06-05").date()))
    world.wait("2026-06-11T10:00")
    agree(world)
    world.decide(Decision.NATIONAL_REVIEW, national_part="assists")
    assert world.case.stage is Stage.NATIONAL_REVIEW

    def wanted() -> set[str]:
        return {
            step.rel
            for step in next_steps(world.case, world.now)
            if step.needed and step.rel != "safety-steps-recorded"
        }

    assert wanted() == {"learning-disseminated", "action-set"}
    world.say(LearningDisseminated(means="Briefing", audience="All agencies", what=WHY))
    assert wanted() == {"action-set"}
    world.say(NoActionNeeded(reasons=WHY))
    assert wanted() == set()
