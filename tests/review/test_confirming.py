"""What of a change of the directory waits for a second person (R-11): addresses, and offices gained."""

from datetime import UTC, datetime
from typing import Any

import pytest

from review.facts.confirming import waiting
from review.facts.directory import OUTSIDE, WRITTEN_TO_ONLY, Agency, Directory, Partner, Person, Role
from review.facts.directory_changes import changes, differences

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OFFICER = {"roles": [Role.ACCOUNTABLE_OFFICER], "partner": Partner.HEALTH}


def person(id: str, **more: Any) -> Person:
    given: dict[str, Any] = {"id": id, "name": f"{id} Sample", "email": f"{id}@example.org", "roles": [Role.OBSERVER]}
    return Person.model_validate(given | more)


def directory(*people: Person, lead: str = "lead", version: int = 1, **more: Any) -> Directory:
    police = Agency(id="police", name="Sample Police", safeguarding_lead=lead, senior_officer="senior")
    return Directory(partnership="Sample", version=version, people=list(people), agencies=[police], **more)


HELD = (person("ash", **OFFICER), person("bo", roles=[Role.BUSINESS_UNIT]), person("lead"), person("senior"))


def waits(*people: Person, **more: Any) -> list[tuple[str, str | None, list[str]]]:
    """Who waits for what, once these people take the place of those held."""
    changed = {one.id: one for one in [*HELD, *people]}
    found = waiting(directory(*HELD), directory(*changed.values(), **more), by=["bo"], at=NINE)
    return [(one.person, one.address_was, one.offices) for one in found]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (person("ash", email="taken@example.org", **OFFICER), [("ash", "ash@example.org", [])]),
        (person("ash", email="ASH@example.org", **OFFICER), []),
        (person("ash", name="Ash Other", **OFFICER), []),
        (person("ash", active=False, **OFFICER), []),
        (person("ash"), []),
        (person("bo", roles=[Role.BUSINESS_UNIT, *OFFICER["roles"]], partner="health"), [
            ("bo", None, ["business-unit:health", "accountable-officer:health"]),
        ]),
        (person("new", **OFFICER), [("new", None, ["accountable-officer:health"])]),
        (person("new", roles=[Role.BUSINESS_UNIT]), [("new", None, ["business-unit"])]),
        (person("new"), []),
    ],
)  # fmt: skip
def test_an_address_that_changes_and_an_office_gained_wait(changed: Person, expected: list[Any]) -> None:
    assert waits(changed) == expected


def test_whoever_comes_to_lead_an_agency_waits_and_whoever_leaves_does_not() -> None:
    assert waits(lead="bo") == [("bo", None, ["safeguarding-lead:police"])]


def test_the_first_directory_is_taken_as_it_is() -> None:
    assert (
        waiting(directory(version=0, lead="x").model_copy(update={"people": []}), directory(*HELD), by=[], at=NINE)
        == []
    )


def test_what_is_changed_back_waits_no_more_and_what_is_changed_again_waits_for_all_who_changed_it() -> None:
    moved = directory(person("ash", email="one@example.org", **OFFICER), *HELD[1:], version=2)
    moved.unconfirmed = waiting(directory(*HELD), moved, by=["bo"], at=NINE)
    assert waiting(moved, directory(*HELD), by=["bo"], at=NINE) == []
    again = directory(person("ash", email="two@example.org", **OFFICER), *HELD[1:])
    (one,) = waiting(moved, again, by=["chris"], at=NINE)
    assert (one.address_was, one.by, one.version) == ("ash@example.org", ["bo", "chris"], 3)
    other = directory(person("ash", email="one@example.org", job_title="Chief", **OFFICER), *HELD[1:])
    assert waiting(moved, other, by=["chris"], at=NINE) == moved.unconfirmed, "a change of something else"


def test_whoever_leaves_and_comes_back_waits_for_all_that_was_changed_meanwhile() -> None:
    """Else one officer alone could send a signatory's links to themselves: away, another address, back."""
    held, by = directory(*HELD), "bo"
    for number, now in enumerate(
        (
            person("ash", active=False, **OFFICER),
            person("ash", active=False, email="taken@example.org", **OFFICER),
            person("ash", email="taken@example.org", **OFFICER),
        )
    ):
        people = [now, *HELD[1:]]
        found = waiting(held, directory(*people), by=[by], at=NINE)
        held, by = directory(*people, version=number + 2, unconfirmed=found), "cy"
    (one,) = held.unconfirmed
    assert (one.address_was, one.offices) == ("ash@example.org", ["accountable-officer:health"])
    assert one.by == ["cy"]


def test_what_waits_goes_on_waiting_while_a_person_is_away_and_all_who_changed_it_are_known() -> None:
    """Nobody confirms a change of their own that somebody else has brought back."""
    moved, away = person("ash", email="taken@example.org", **OFFICER), {"email": "taken@example.org", "active": False}
    held = directory(*HELD)
    for now, by in ((moved, "bo"), (person("ash", **away, **OFFICER), "bo"), (moved, "di")):
        people = [now, *HELD[1:]]
        held = directory(*people, unconfirmed=waiting(held, directory(*people), by=[by], at=NINE))
    (one,) = held.unconfirmed
    assert (one.address_was, one.by) == ("ash@example.org", ["bo", "di"])


def test_a_change_says_which_fields_and_nothing_of_what_stands_in_them() -> None:
    new = directory(
        person("ash", email="two@example.org", **OFFICER), *HELD[1:-1], person("senior", name="Other"), lead="bo"
    )
    new.people.append(person("new"))
    found = [(one.entry, one.id, one.what) for one in changes(differences(directory(*HELD), new))]
    assert found == [
        ("person", "ash", ["email"]),
        ("person", "senior", ["name"]),
        ("person", "new", ["added"]),
        ("agency", "police", ["safeguarding_lead"]),
    ]


def test_offices_ticked_in_another_order_are_no_change() -> None:
    one, other = (
        directory(person("ash", roles=roles)) for roles in (["agency", "crg-member"], ["crg-member", "agency"])
    )
    assert differences(one, other) == []


def test_communications_and_sub_groups_are_offices_that_are_written_to_and_never_sign_in() -> None:
    """G-8, G-10: the address of a sub-group, whose link answers, is confirmed by a second person; papers go to both."""
    assert {Role.COMMUNICATIONS, Role.SUB_GROUP} <= set(WRITTEN_TO_ONLY)
    assert not {Role.COMMUNICATIONS, Role.SUB_GROUP} & set(OUTSIDE)
    people = [person("quality", roles=[Role.SUB_GROUP]), person("press", roles=[Role.COMMUNICATIONS])]
    found = waiting(directory(*HELD), directory(*HELD, *people), by=["bo"], at=NINE)
    assert [(one.person, one.offices) for one in found] == [("quality", ["sub-group"])]
