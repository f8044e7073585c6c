"""Children and family who come to light later (X-4). Dates typed by hand."""

from typing import Any

import pytest
from pydantic import ValidationError

from review.case import reads
from review.case.notices import LinkFor
from review.facts.any_stage import TakenBack
from review.facts.family import ChildAdded, FamilyMemberAdded, HomeRecorded
from review.facts.identifiers import in_threes
from review.facts.notification import SafetyStepsRecorded
from review.kit import refusals as no
from review.kit.notify import RETURN_LINK
from review.links import return_link
from tests.review.marked import directory_of
from tests.review.world import WHY, World, at


def child(number: int = 3, **more: Any) -> ChildAdded:
    given = {"child_id": f"child-{number}", "name": f"Sample Child {number}", "harm": "not-harmed"}
    return ChildAdded(child=given | more, how=WHY)


def member(number: int = 1) -> FamilyMemberAdded:
    given = {"member_id": f"adult-{number}", "name": f"Sample Adult {number}", "relation": "Sample: grandfather"}
    return FamilyMemberAdded(member=given, how=WHY)


def test_a_child_who_comes_to_light_later_is_a_child_of_the_case() -> None:
    """X-4: beside those it began with; each once; taken back, the child is none of the case's any more."""
    world = World()
    message = world.say(child())
    assert [one.child_id for one in reads.children(world.case)] == ["child-sample-1", "child-sample-2", "child-3"]
    with pytest.raises(no.AlreadyRecorded, match="child-3") as refused:
        world.say(child())
    assert refused.value.fields == {"child.child_id": "is in use already; choose another"}
    with pytest.raises(no.AlreadyRecorded, match="child-sample-1"):
        world.say(ChildAdded(child={"child_id": "child-sample-1", "name": "Sample", "harm": "died"}, how=WHY))
    with pytest.raises(no.InTheFuture):
        world.say(child(4, born="2030-01-01"))
    world.say(member())
    assert [one.name for one in reads.family(world.case)] == ["Sample Adult 1"]
    with pytest.raises(no.AlreadyRecorded) as refused:
        world.say(member())
    assert list(refused.value.fields) == ["member.member_id"]
    world.say(TakenBack(takes_back=message, reason=WHY))
    assert [one.child_id for one in reads.children(world.case)] == ["child-sample-1", "child-sample-2"]


def test_the_agencies_already_asked_are_told_who_is_to_be_searched_for_on_their_page() -> None:
    """X-4, R-4: one that has not answered, with its day; one that has answered and may replace it; after the meeting
    without the link, which is closed. No name is in a mail.
    """
    world = World()
    world.scope()
    world.returned("police")
    world.deliver()
    world.say(child())
    told = {one.to: one for one in world.posted if one.template == "people-added"}
    assert sorted(told) == ["lead-health", "lead-police", "lead-social-care"]
    assert told["lead-health"].n["due"] == "2026-05-18T22:59:59Z"
    assert told["lead-health"].link == LinkFor(purpose=RETURN_LINK, subject="health")
    assert "due" not in told["lead-police"].n
    assert told["lead-police"].link
    assert all("Sample Child" not in one.model_dump_json() for one in told.values())
    world.returned("health")
    world.returned("social-care")
    world.hold_meeting()
    world.deliver()
    world.say(member())
    told = {one.to: one for one in world.posted if one.template == "people-added"}
    assert len(told) == 3
    assert not any(one.link for one in told.values())


def test_nobody_is_mailed_of_a_child_before_an_agency_is_asked() -> None:
    """X-4"""
    world = World()
    world.deliver()
    world.say(child())
    assert not world.posted


def test_the_steps_for_safety_are_asked_for_again_where_they_had_been_recorded() -> None:
    """X-4, N-5: recorded on Monday 11 May 2026 for the children then known; five working days for the child who comes
    to light on Wednesday 13 May, with a mail at once and each working day. A child who died needs none.
    """
    world = World()
    world.safe()
    world.wait("2026-05-13T10:00")
    world.deliver()
    world.say(child(4, harm="died"))
    assert "safety-steps-asked" not in {one.template for one in world.posted}
    world.say(child())
    assert world.mails("safety-steps-asked") == ["dcs"]
    assert world.deadline("N-5:child-3").due == at("2026-05-20T23:59:59")
    world.deliver()
    world.wait("2026-05-14T10:00")
    assert world.mails("safety-steps-asked") == ["dcs"]
    assert world.deadline("N-5").met_at
    world.say(SafetyStepsRecorded(child_ids=["child-3"], steps=WHY))
    assert world.deadline("N-5:child-3").met_at
    other = world.say(child(5))
    world.say(TakenBack(takes_back=other, reason=WHY))
    assert world.deadline("N-5:child-5").stopped_at


def test_a_child_in_care_who_is_found_to_have_died_starts_the_two_duties_to_authorities() -> None:
    """X-4, N-4, D-2: five working days from the aware time, Monday 11 May 2026."""
    world = World()
    world.deliver()
    message = world.say(child(harm="died", in_care=True))
    assert world.deadline("D-2:ofsted").due == at("2026-05-18T23:59:59")
    assert world.mails("authorities-duty") == ["dcs"]
    world.say(TakenBack(takes_back=message, reason=WHY))
    assert not world.deadline("D-2:ofsted").open


def test_who_was_told_of_a_child_hears_that_it_was_entered_wrongly() -> None:
    """X-4, X-2"""
    world = World()
    world.scope()
    message = world.say(child())
    world.deliver()
    world.say(TakenBack(takes_back=message, reason=WHY))
    assert {"lead-police", "lead-health", "lead-social-care"} <= set(world.mails("put-right"))


# --- by what they are found, and where they live ---


def home(*residents: str, number: int = 1, address: str = "1 Sample Street, SA1 1MP", **more: Any) -> HomeRecorded:
    stays: list[dict[str, Any]] = [{"person": one} for one in residents] + more.pop("stays", [])
    return HomeRecorded.model_validate({"home": f"home-{number}", "address": address, "residents": stays})


@pytest.mark.parametrize("typed", ["999 000 0018", "9990000018", " 999-000-0018 "])
def test_an_nhs_number_is_taken_however_it_is_spaced(typed: str) -> None:
    """X-4: 9*10 + 9*9 + 9*8 + 1*2 is 245, which is 3 more than 22 times 11: the check digit is 8."""
    assert child(nhs_number=typed).child.nhs_number == "9990000018"
    assert in_threes("9990000018") == "999 000 0018"


@pytest.mark.parametrize("typed", ["9990000019", "999000001", "99900000188", "999000000X", "9990000000"])
def test_an_nhs_number_whose_check_digit_does_not_fit_is_refused(typed: str) -> None:
    """X-4: that of 999 000 000 would be 10, which no NHS number has."""
    with pytest.raises(ValidationError, match=r"valid NHS number|must be 10 digits"):
        child(nhs_number=typed)


def test_who_lives_where_stands_as_it_was_said_last() -> None:
    """X-4: recorded again under its id; the record keeps what was said before."""
    world = World()
    world.say(member())
    with pytest.raises(no.UnknownOfTheFamily, match="adult-9"):
        world.say(home("adult-9"))
    world.say(home("child-sample-1", "adult-1"))
    world.say(home("adult-1", number=2, address="2 Sample Street"))
    moved = world.say(home("child-sample-1", stays=[{"person": "adult-1", "until": "2026-05-01"}]))
    first, second = reads.homes(world.case)
    assert [(one.person, str(one.until)) for one in first.residents] == [
        ("child-sample-1", "None"),
        ("adult-1", "2026-05-01"),
    ]
    assert [one.person for one in second.residents] == ["adult-1"]
    world.say(TakenBack(takes_back=moved, reason=WHY))
    assert [one.person for one in reads.homes(world.case)[0].residents] == ["child-sample-1", "adult-1"]
    with pytest.raises(ValidationError, match="lies before the day from which"):
        home(stays=[{"person": "adult-1", "since": "2026-05-02", "until": "2026-05-01"}])


def test_agencies_see_names_numbers_and_addresses_on_their_page_and_in_no_mail() -> None:
    """X-4, R-3: a further address is told to those already asked; who lives there, said again, is not."""
    world = World()
    world.say(FamilyMemberAdded.model_validate(FamilyMemberAdded.sample))
    world.scope()
    world.deliver()
    world.say(home("adult-sample-1"))
    told = {one.to: one for one in world.posted if one.template == "people-added"}
    assert sorted(told) == ["lead-health", "lead-police", "lead-social-care"]
    assert {one.n["home_count"] for one in told.values()} == {1}
    assert all("Sample Street" not in one.model_dump_json() for one in told.values())
    world.deliver()
    world.say(home("child-sample-1", "adult-sample-1"))
    assert not world.mails("people-added")
    shown = return_link(world.case, "police", "lead-police", directory_of(world.case), world.now)
    (adult,), (place,) = shown.family, shown.homes
    assert (adult.nhs_number, adult.other_names, adult.local_ids) == (
        "9990000018", ["Sample Adult Former"], ["Sample system 12345"],
    )  # fmt: skip
    assert [one.person for one in place.residents] == ["child-sample-1", "adult-sample-1"]
