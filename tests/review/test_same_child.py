"""The same child under two agencies' numbers: shown as likely, with why, and stops nothing (X-4, X-1)."""

from typing import Any

import pytest

from review.chapters.family.alike import born_mark, is_meant, marks, sought_marks, why_alike
from review.facts import Child
from review.facts.family import FamilyMember, FamilyMemberAdded
from review.listed import listed
from tests.review.world import World


def child(name: str, born: str | None = "2019-05-03", **more: Any) -> Child:
    return Child.model_validate({"child_id": "child-9", "name": name, "born": born, "harm": "not-harmed"} | more)


ZOE = child("Zoë Sample-Childe", child_id="child-1")


@pytest.mark.parametrize(
    "name",
    [
        "zoe sample childe",
        "ZOÉ SAMPLE CHILDE",
        "Sample-Childe, Zoe",
        "Zoe Sample Child",  # a letter is missing
        "Zoe Smaple Childe",  # two are swapped
        "Zoe Childe",  # one of two family names
        "Zoe May Sample-Childe",
    ],
)
def test_names_are_compared_across_spellings(name: str) -> None:
    """X-4: capitals, accents, hyphens, order; a letter other in a part of four or more."""
    why = why_alike(ZOE, child(name))
    assert why is not None
    assert why.startswith("Born on the same day; the name")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("Muhammad Sample", "Mohammed Sample"), ("Séan O'Sample", "Sean Osample"), ("Mary-Ann Sample", "Maryann Sample")],
)
def test_more_that_is_one_name(ours: str, theirs: str) -> None:
    assert why_alike(child(ours, child_id="child-1"), child(theirs))


@pytest.mark.parametrize("name", ["Max Sample-Childe", "Zoe Otherwise", "Bo Sample Childe"])
def test_a_twin_and_a_stranger_are_somebody_else(name: str) -> None:
    assert why_alike(ZOE, child(name)) is None


def test_a_day_and_a_month_that_are_swapped_are_alike_another_day_is_not() -> None:
    assert why_alike(ZOE, child("Zoe Sample-Childe", "2019-03-05")) == (
        "Day and month of birth are swapped; the name is the same."
    )
    assert why_alike(ZOE, child("Zoe Sample-Childe", "2019-05-04")) is None
    assert why_alike(ZOE, child("Zoe Sample-Childe", None)) is None


def test_the_same_number_is_told_otherwise() -> None:
    """As `also_in`."""
    assert why_alike(ZOE, ZOE) is None


def test_a_case_is_found_by_numbers_dates_of_birth_and_parts_of_names() -> None:
    """The store keeps a keyed hash of each; whole names are compared once the case is opened."""
    world = World()
    found = listed(world.case, world.now).children
    numbers = [one for one in found if not one.startswith("name:")]
    assert numbers == ["child-sample-1", "child-sample-2", "born:2024:02:29", "born:2020:01:06"]
    assert [one for one in found if one not in numbers] == ["name:sample", "name:child", "name:one", "name:two"]
    assert born_mark(ZOE) == born_mark(child("Anybody", "2019-03-05")) == "born:2019:03:05"


def test_an_nhs_number_a_number_of_an_agency_and_another_name_tell_that_two_are_one() -> None:
    """X-4: of adults of the family, too, who may be a child in another case."""
    numbered = child("Zoe", None, nhs_number="9990000018")
    mother = FamilyMember(member_id="adult-1", name="Fern", relation="Sample: mother", nhs_number="9990000018")
    assert why_alike(numbered, mother) == "The NHS number is the same."
    ours, theirs = child("Ash", None, local_ids=["Mosaic 12 345"]), child("Bo", None, child_id="child-8")
    assert why_alike(ours, theirs) is None
    assert why_alike(ours, theirs.model_copy(update={"local_ids": ["mosaic 12345"]})) == (
        "The number is the same (Mosaic 12 345)."
    )
    assert why_alike(ZOE, child("Somebody Else", other_names=["Zoe Sample-Childe"])) == (
        "Born on the same day; the name is the same."
    )
    assert marks(mother) == ["nhs:9990000018"]


def test_a_case_is_found_by_its_family_too() -> None:
    """X-4: by id, date of birth, numbers, and parts of names."""
    world = World()
    world.say(FamilyMemberAdded.model_validate(FamilyMemberAdded.sample))
    found = listed(world.case, world.now).children
    assert {"adult-sample-1", "born:1994:01:03", "nhs:9990000018", "number:samplesystem12345"} <= set(found)
    assert {"name:sample", "name:adult"} <= set(found)


def test_who_is_looked_for_by_name_is_told_by_part_of_it_and_by_a_near_spelling() -> None:
    """X-4: "Zoë Sample-Childe" """
    for wanted in ("zoe", "Childe Zoe", "Sample-Childe", "Zoe Sampel"):
        assert is_meant(ZOE, wanted), wanted
    for wanted in ("", "Zo", "Zoe Other", "Ash"):
        assert not is_meant(ZOE, wanted), wanted


def test_somebody_is_found_by_the_whole_of_a_number_however_it_is_spaced() -> None:
    """X-4: an NHS number as a letter prints it, and a number of the partnership's choice."""
    known = child("Zoe Sample-Childe", nhs_number="999 000 0018", local_ids=["Mosaic 12345"])
    for wanted in ("9990000018", " 999 000 0018", "999-000-0018", "mosaic 12345", "Mosaic12345", "child-9"):
        assert is_meant(known, wanted), wanted
        assert not {"child-9", *marks(known)}.isdisjoint(sought_marks(wanted)), wanted
    for wanted in ("999 000", "9990000026", "12345", "born:2019:03:05"):
        assert not is_meant(known, wanted), wanted
