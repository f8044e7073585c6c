"""The directory: versions, optimistic changes, and that it hangs together."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from delivery.naming import namer
from review.case import reads
from review.facts.directory import Agency, Directory, Person, Role
from store import Store
from store.errors import (
    Changed,
    DuplicateId,
    NothingToConfirm,
    OwnChange,
    StillInOffice,
    StoreError,
    UnknownAgency,
    UnknownPerson,
)

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def person(name: str, **more: Any) -> Person:
    given: dict[str, Any] = {"name": f"Name of {name}", "email": f"{name}@example.org", "roles": [Role.AGENCY]}
    return Person(id=name, **(given | more))


def agency(name: str, **more: Any) -> Agency:
    given: dict[str, Any] = {"name": f"The {name}", "safeguarding_lead": "lead", "senior_officer": "senior"}
    return Agency(id=name, **(given | more))


def directory(**more: Any) -> Directory:
    given: dict[str, Any] = {
        "partnership": "Sample Partnership",
        "people": [person("lead", agency="police"), person("senior"), person("dcs", roles=[Role.DCS])],
        "agencies": [agency("police")],
    }
    return Directory(**(given | more))


async def test_a_new_installation_has_the_empty_directory_of_version_0(store: Store) -> None:
    assert await store.directory.version() == 0
    held = await store.directory.read()
    assert (held.version, held.people, held.agencies) == (0, [], [])


async def test_a_directory_comes_back_as_it_was_put_in_in_its_order(store: Store) -> None:
    put = await store.directory.replace(directory(), by="sbu-manager", at=NINE, expected_version=0)

    assert put == directory(version=1)
    assert await store.directory.read() == put
    assert [one.id for one in (await store.directory.read()).people] == ["lead", "senior", "dcs"]


async def test_each_change_is_a_version_that_says_who_and_when_and_keeps_the_old(store: Store) -> None:
    await store.directory.replace(directory(), by="sbu-manager", at=NINE)
    await store.directory.put_person(person("senior", job_title="Head of service"), by="sbu-officer", at=NINE)
    now = await store.directory.put_agency(agency("school"), by="sbu-manager", at=NINE)

    assert now.version == await store.directory.version() == 3
    assert [one.job_title for one in now.people] == ["", "Head of service", ""]
    assert [one.id for one in now.agencies] == ["police", "school"]
    assert [(one.version, one.by, one.at) for one in await store.directory.changes()] == [
        (1, "sbu-manager", NINE),
        (2, "sbu-officer", NINE),
        (3, "sbu-manager", NINE),
    ]
    assert await store.directory.read(1) == directory(version=1)
    with pytest.raises(Changed, match="no version 9"):
        await store.directory.read(9)


async def test_a_change_of_something_that_was_changed_meanwhile_is_refused(store: Store) -> None:
    await store.directory.replace(directory(), by="a", at=NINE)
    await store.directory.put_person(person("new"), by="a", at=NINE, expected_version=1)

    for change in (
        store.directory.put_person(person("other"), by="b", at=NINE, expected_version=1),
        store.directory.put_agency(agency("other"), by="b", at=NINE, expected_version=1),
        store.directory.replace(directory(), by="b", at=NINE, expected_version=1),
    ):
        with pytest.raises(Changed, match="read it again"):
            await change

    assert await store.directory.version() == 2


async def test_of_changes_at_once_each_is_kept_or_refused(store: Store, other_process: Store) -> None:
    await store.directory.replace(directory(), by="a", at=NINE)

    outcomes = await asyncio.gather(
        *(
            one.directory.put_person(person(f"new-{number}"), by="a", at=NINE, expected_version=1)
            for number, one in enumerate((store, other_process) * 3)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Changed) for one in outcomes) == 5

    await asyncio.gather(
        *(
            one.directory.put_person(person(f"more-{number}"), by="a", at=NINE)
            for number, one in enumerate((store, other_process) * 3)
        )
    )
    assert len((await store.directory.read()).people) == 3 + 1 + 6
    assert await store.directory.version() == 8


@pytest.mark.parametrize(
    ("wrong", "refusal", "sentence"),
    [
        (directory(agencies=[agency("police", safeguarding_lead="nobody")]), UnknownPerson, "nobody"),
        (directory(agencies=[agency("police", senior_officer="nobody")]), UnknownPerson, "senior officer of police"),
        (directory(agencies=[]), UnknownAgency, "lead belongs to the agency police"),
        (directory(people=[person("lead", active=False), person("senior")]), StillInOffice, "name somebody else"),
        (directory(people=[person("lead"), person("senior"), person("lead")]), DuplicateId, "lead"),
        (directory(agencies=[agency("police"), agency("police")]), DuplicateId, "police"),
    ],
)
async def test_a_directory_that_does_not_hang_together_is_refused(
    store: Store, wrong: Directory, refusal: type[StoreError], sentence: str
) -> None:
    with pytest.raises(refusal, match=sentence):
        await store.directory.replace(wrong, by="a", at=NINE)
    assert await store.directory.version() == 0


async def test_a_lead_may_leave_once_somebody_else_is_named(store: Store) -> None:
    await store.directory.replace(directory(), by="a", at=NINE)
    gone = person("lead", agency="police", active=False)
    with pytest.raises(StillInOffice):
        await store.directory.put_person(gone, by="a", at=NINE)

    await store.directory.put_agency(agency("police", safeguarding_lead="dcs"), by="a", at=NINE)
    now = await store.directory.put_person(gone, by="a", at=NINE)

    assert now.cast().person("lead") is None


async def test_who_was_taken_out_keeps_their_name_for_cases_that_name_them(store: Store) -> None:
    """An agency that takes part no more, or stands in the directory no more, is called by its name all the same."""
    people = [person("lead"), person("senior"), person("dcs", roles=[Role.DCS])]
    both = directory(people=people, agencies=[agency("police"), agency("housing")])
    await store.directory.replace(both, by="a", at=NINE)
    waits = await store.directory.put_agency(agency("police", active=False), by="a", at=NINE)
    await store.directory.replace(directory(people=people[:2], agencies=[]), by="a", at=NINE)
    held = await store.directory.replace(directory(people=people[:2], agencies=[agency("housing")]), by="a", at=NINE)
    assert (held.former_agencies, held.former_people) == ({"police": "The police"}, {"dcs": "Name of dcs"})
    for one in (waits, held):
        assert reads.called_in(one.cast(), "police") == namer(one, whole=False)("police") == "The police"
    assert (namer(held, whole=True)("dcs"), namer(held, whole=False)("dcs")) == ("Name of dcs", "dcs")


async def test_a_change_is_listed_with_fingerprints_of_addresses_and_never_an_address(store: Store) -> None:
    await store.directory.replace(directory(), by="a", at=NINE)
    await store.directory.put_person(person("dcs", roles=[Role.DCS], email="other@example.org"), by="b", at=NINE)
    await store.directory.put_person(person("dcs", roles=[Role.DCS], email="Other@example.org"), by="b", at=NINE)
    second, third = await store.directory.changes(after=1)
    assert [(one.entry, one.id, one.what) for one in second.what] == [("person", "dcs", ["email"])]
    assert second.what[0].address_was != second.what[0].address_is
    assert third.what[0].address_was == third.what[0].address_is == second.what[0].address_is
    assert "example.org" not in str(second) + str(third)


async def test_a_second_person_confirms_a_change_and_whoever_made_it_does_not(store: Store) -> None:
    """R-11"""
    people = [*directory().people, person("chair", roles=[Role.CRG_CHAIR]), person("bo", roles=[Role.BUSINESS_UNIT])]
    await store.directory.replace(directory(people=people), by="a", at=NINE)
    moved = person("dcs", roles=[Role.DCS], email="other@example.org")
    held = await store.directory.put_person(moved, by="bo", people=["bo"], at=NINE)
    assert held.waits("dcs")
    assert held.cast().unconfirmed == ["dcs"]
    confirm = partial(store.directory.confirm, "dcs", version=2, by="chair", at=NINE)
    with pytest.raises(OwnChange, match="a second person"):
        await confirm(people=["chair", "bo"])
    with pytest.raises(NothingToConfirm, match="has been changed again"):
        await confirm(people=["chair"], version=1)
    newcomer = person("newcomer", roles=[Role.CRG_CHAIR])
    await store.directory.put_person(newcomer, by="bo", people=["bo"], at=NINE)
    with pytest.raises(OwnChange, match="your own office"):
        await confirm(people=["newcomer"])
    now = await confirm(people=["chair"])
    assert [one.person for one in now.unconfirmed] == ["newcomer"]
    assert now.people[2].email == "other@example.org"
    assert [(one.id, one.what) for one in now.changes] == [("dcs", ["confirmed"])]
    with pytest.raises(NothingToConfirm, match="no change"):
        await confirm(people=["chair"])
