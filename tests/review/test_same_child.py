"""The same child under two agencies' numbers: shown as likely, with why, and stops nothing (X-4, X-1)."""

from typing import Any

import pytest

from review.chapters.family.alike import born_mark, why_alike
from review.facts import Child
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


def test_a_case_is_found_by_numbers_and_dates_of_birth_and_by_no_name() -> None:
    """The store keeps a keyed hash of each; a name is compared once the case is opened."""
    world = World()
    found = listed(world.case, world.now).children
    assert found == ["child-sample-1", "child-sample-2", "born:2024:02:29", "born:2020:01:06"]
    assert born_mark(ZOE) == born_mark(child("Anybody", "2019-03-05")) == "born:2019:03:05"
