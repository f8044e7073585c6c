"""Involvement: everybody is heard, or it is said why not (§6, §7, G-6)."""

import pytest
from pydantic import ValidationError

from review.chapters.involvement.chapter import CHAPTER, involvement_open
from review.facts import Corrected
from review.facts.enums import InvolvedGroup, Stage
from review.facts.involvement import (
    AdvocacyConsidered,
    ContributionRecorded,
    InvitationAnswered,
    InvolvementExplained,
    PersonInvited,
)
from review.kit import refusals as no
from review.next_steps import next_steps
from tests.review.practice import Review
from tests.review.world import WHY, follow, needed

DIED, LIVING = "child-sample-1", "child-sample-2"  # the children of the incident


@pytest.fixture
def world() -> Review:
    """A practice review at work."""
    world = Review()
    world.contract()
    assert world.case.stage is Stage.REVIEW_WORK
    world.deliver()
    return world


def invite(person: str, group: InvolvedGroup = InvolvedGroup.CHILDREN) -> PersonInvited:
    return PersonInvited(person=person, group=group, name="Sample Name", invited_by="Lead reviewer", how="By letter")


def contribution(person: str) -> ContributionRecorded:
    return ContributionRecorded(person=person, how="A conversation", said=WHY)


def test_a_group_of_whom_nobody_is_invited_is_open_until_it_is_explained(world: Review) -> None:
    """G-6"""
    assert involvement_open(world.case) == ["children", "family", "practitioners", LIVING]
    world.say(InvolvementExplained(group=InvolvedGroup.CHILDREN, reasons=WHY))
    assert involvement_open(world.case) == ["family", "practitioners", LIVING]


def test_every_living_child_of_the_case_is_invited_or_explained_whatever_is_said_of_children(world: Review) -> None:
    """G-6, X-4: two children, of whom one died; explained away, an advocate is considered all the same."""
    world.say(InvolvementExplained(group=InvolvedGroup.FAMILY, reasons=WHY))
    world.say(InvolvementExplained(group=InvolvedGroup.PRACTITIONERS, reasons=WHY))
    assert involvement_open(world.case) == ["children", LIVING]
    with pytest.raises(no.UnknownChild):
        world.say(InvolvementExplained(child_id="child-of-another-case", reasons=WHY))
    world.say(InvolvementExplained(child_id=LIVING, reasons=WHY))
    assert involvement_open(world.case) == [f"advocacy for {LIVING}"]
    world.say(AdvocacyConsidered(person=LIVING, used=False, reasons=WHY))
    assert involvement_open(world.case) == []


def test_no_advocate_is_asked_for_a_child_who_died(world: Review) -> None:
    """G-6: whoever explains why the child who died is not heard has nothing more to consider for them."""
    for group in (InvolvedGroup.FAMILY, InvolvedGroup.PRACTITIONERS):
        world.say(InvolvementExplained(group=group, reasons=WHY))
    for child in (LIVING, DIED):
        world.say(InvolvementExplained(child_id=child, reasons=WHY))
    assert involvement_open(world.case) == [f"advocacy for {LIVING}"]


def test_a_child_of_the_case_is_invited_under_an_id_of_its_own_and_named_once(world: Review) -> None:
    """G-6, X-4"""
    child = invite("brother").model_copy(update={"child_id": LIVING})
    with pytest.raises(no.UnknownChild):
        world.say(child.model_copy(update={"child_id": "child-of-another-case"}))
    with pytest.raises(no.UnknownChild):
        world.say(child.model_copy(update={"group": InvolvedGroup.FAMILY}))
    world.say(child)
    with pytest.raises(no.AlreadyRecorded):
        world.say(child.model_copy(update={"person": "another"}))
    assert involvement_open(world.case) == ["family", "practitioners", "brother"]
    world.say(AdvocacyConsidered(person=LIVING, used=True, reasons=WHY))
    world.say(contribution("brother"))
    assert involvement_open(world.case) == ["family", "practitioners"]


def test_advocacy_is_considered_for_family_who_are_not_heard_too(world: Review) -> None:
    """§7, G-6: parents with learning difficulties or disabilities among them; a practitioner needs no advocate."""
    world.say(invite("mother", InvolvedGroup.FAMILY))
    world.say(invite("nurse", InvolvedGroup.PRACTITIONERS))
    world.say(InvolvementExplained(person="mother", reasons=WHY))
    world.say(InvolvementExplained(person="nurse", reasons=WHY))
    assert involvement_open(world.case)[-1] == "advocacy for mother"
    step = next(one for one in next_steps(world.case, world.now) if one.rel == "advocacy-considered")
    assert (step.about, step.needed) == ("mother", True)
    follow(world, step)
    assert "advocacy for mother" not in involvement_open(world.case)


def test_a_person_is_open_until_heard_or_explained(world: Review) -> None:
    """G-6"""
    world.say(invite("brother"))
    world.say(invite("mother", InvolvedGroup.FAMILY))
    world.say(invite("nurse", InvolvedGroup.PRACTITIONERS))
    assert involvement_open(world.case) == [LIVING, "brother", "mother", "nurse"]
    world.say(InvitationAnswered(person="mother", accepts=False))
    assert "mother" in involvement_open(world.case)
    world.say(InvolvementExplained(person="mother", reasons=WHY))
    world.say(contribution("nurse"))
    world.say(AdvocacyConsidered(person="brother", used=True, reasons=WHY))
    world.say(contribution("brother"))
    assert involvement_open(world.case) == [LIVING, "advocacy for mother"]


def test_what_a_child_said_is_taken_once_advocacy_was_considered(world: Review) -> None:
    """§7, G-6: for children and family; a practitioner speaks for themselves."""
    world.say(invite("brother"))
    with pytest.raises(no.NotYet, match="advocate"):
        world.say(contribution("brother"))
    world.say(AdvocacyConsidered(person="brother", used=False, reasons=WHY))
    world.say(contribution("brother"))


def test_nothing_is_recorded_of_somebody_who_was_never_invited(world: Review) -> None:
    """G-6"""
    for fact in (
        InvitationAnswered(person="aunt", accepts=True),
        AdvocacyConsidered(person="aunt", used=False, reasons=WHY),
        contribution("aunt"),
        InvolvementExplained(person="aunt", reasons=WHY),
    ):
        with pytest.raises(no.NobodyInvited):
            world.say(fact)
    world.say(invite("aunt", InvolvedGroup.FAMILY))
    with pytest.raises(no.AlreadyRecorded):
        world.say(invite("aunt", InvolvedGroup.FAMILY))


def test_an_explanation_names_a_person_or_a_group() -> None:
    """G-6"""
    for wrong in ({}, {"person": "aunt", "group": "family"}, {"person": "aunt", "child_id": LIVING}):
        with pytest.raises(ValidationError, match="either the person or the group"):
            InvolvementExplained.model_validate({"reasons": WHY} | wrong)


def test_a_name_entered_wrongly_is_corrected_and_no_name_reaches_a_mail_or_the_record_s_lines(world: Review) -> None:
    """X-2, G-6: the name stands inside the fact only."""
    message = world.say(invite("brother"))
    right = invite("brother").model_copy(update={"name": "Another Name"})
    world.say(Corrected(corrects=message, right=right, reason=WHY))
    assert [fact.name for fact in world.case.every(PersonInvited)] == ["Another Name"]
    with pytest.raises(no.CannotBeCorrected):
        world.say(Corrected(corrects=world.case.entries[-1].reported.message, right=invite("sister"), reason=WHY))
    assert "Name" not in str([row.line for row in world.case.untold])
    assert "Name" not in str(world.posted)


def test_the_needed_steps_alone_involve_everybody(world: Review) -> None:
    """G-6"""
    for _ in range(60):
        step = next((one for one in next_steps(world.case, world.now) if one.needed and one.rel in CHAPTER.kinds), None)
        if step is None:
            break
        follow(world, step)
    assert involvement_open(world.case) == []
    assert needed(world) is None or needed(world).rel not in CHAPTER.kinds  # type: ignore[union-attr]
