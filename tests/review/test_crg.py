"""The CRG's upkeep of a case: linked processes, dialogue with the Panel, concerns (§6, G-3, G-4, G-7)."""

import pytest

from review.case import reads
from review.case.deadline import Status
from review.chapters.crg.agenda import Part, agenda_rows
from review.chapters.crg.chapter import linked, open_concerns
from review.chapters.practice_review.papers import all_texts, sample_review
from review.facts.crg import ConcernAnswered, ConcernEscalated, PanelDialogueLogged, ProcessLinked, ProcessUpdated
from review.facts.directory import Member, Role
from review.facts.enums import Direction, ProcessKind
from review.kit import refusals as no
from review.next_steps import next_steps
from tests.review.world import WHY, World, at, cast, speaker

NAMED = Member(id="named", roles=[Role.ESCALATION_OFFICER])
KNOWN = cast(also=(NAMED,))


@pytest.fixture
def world() -> World:
    """Monday 11 May 2026; 25 May is a bank holiday."""
    return World(who=KNOWN)


def test_another_process_is_linked_and_its_status_kept_up(world: World) -> None:
    """G-3"""
    link = ProcessLinked(process="cdr", process_kind=ProcessKind.CHILD_DEATH_REVIEW, reference="CDR-1", status="begun")
    world.say(link)
    with pytest.raises(no.AlreadyRecorded):
        world.say(link)
    with pytest.raises(no.UnknownProcess):
        world.say(ProcessUpdated(process="dhr", status="closed"))
    world.say(ProcessUpdated(process="cdr", status="closed"))
    assert {process: status for process, (_, status) in linked(world.case).items()} == {"cdr": "closed"}


def test_dialogue_with_the_panel_is_logged_in_both_directions(world: World) -> None:
    """G-4"""
    for direction in Direction:
        world.say(PanelDialogueLogged(direction=direction, how="email", summary=WHY))
    assert [fact.direction for fact in world.case.every(PanelDialogueLogged)] == ["to-panel", "from-panel"]


def test_a_concern_goes_to_the_named_officer_and_is_tracked_until_answered(world: World) -> None:
    """G-7: ten working days from Monday 11 May, with the bank holiday, end on Tuesday 26 May."""
    world.say(ConcernEscalated(concern="short-of-time", reasons=WHY), speaker("member", known=KNOWN))
    assert world.mails("concern-escalated") == ["named"]
    assert world.deadline("G-7:short-of-time").due == at("2026-05-26T23:59:59")
    world.wait("2026-06-03T09:00")
    told = [one.to for one in world.posted if "G-7" in one.cause]
    assert told == ["named", "named", "sbu-1", "sbu-2", "chair", "independent"]
    assert open_concerns(world.case) == ["short-of-time"]
    (step,) = [step for step in next_steps(world.case, world.now) if step.rel == "concern-answered"]
    assert (step.needed, step.people) == (True, ["named"])
    world.say(ConcernAnswered(concern="short-of-time", answer=WHY), speaker("named", known=KNOWN))
    assert open_concerns(world.case) == []
    assert world.deadline("G-7:short-of-time").status(world.now) is Status.LATE
    assert world.mails("concern-answered") == ["chair", "sbu-1", "sbu-2", "member"]


def test_a_concern_is_answered_once_and_by_the_named_officer(world: World) -> None:
    """G-7"""
    world.say(ConcernEscalated(concern="one", reasons=WHY))
    answer = ConcernAnswered(concern="one", answer=WHY)
    with pytest.raises(no.NotYourRole):
        world.say(answer, speaker("chair", known=KNOWN))
    with pytest.raises(no.UnknownConcern):
        world.say(ConcernAnswered(concern="two", answer=WHY))
    world.say(answer)
    with pytest.raises(no.AlreadyRecorded):
        world.say(answer)
    with pytest.raises(no.AlreadyRecorded):
        world.say(ConcernEscalated(concern="one", reasons=WHY))


def test_a_concern_needs_somebody_to_go_to() -> None:
    """G-7"""
    world = World()
    with pytest.raises(no.NobodyToEscalateTo):
        world.say(ConcernEscalated(concern="one", reasons=WHY))
    assert "concern-escalated" not in [step.rel for step in next_steps(world.case, world.now)]


def test_what_was_learned_from_a_process_that_ends_goes_on_the_agenda_and_into_the_report(world: World) -> None:
    """G-3: it cannot end without an answer; another process is linked by its name."""
    with pytest.raises(no.ProcessNotNamed):
        world.say(ProcessLinked(process="other", process_kind=ProcessKind.OTHER, reference="O-1", status="begun"))
    world.say(ProcessLinked(process="inquest", process_kind=ProcessKind.INQUEST, reference="I-1", status="begun"))
    with pytest.raises(no.NothingLearned):
        world.say(ProcessUpdated(process="inquest", status="closed", ended=True))
    assert reads.other_learning(world.case) == []
    learned = "Sample: calls at night were not answered."
    world.say(ProcessUpdated(process="inquest", status="closed", ended=True, learned=learned))
    (row,) = [one for one in agenda_rows(world.case) if one.part is Part.LINKED]
    assert row.item["learned"] == learned
    assert reads.other_learning(world.case) == [{"process": "inquest", "learned": learned}]
    report = sample_review(["police"])
    assert all_texts(report, world.case)["Learned from other processes"] == learned
