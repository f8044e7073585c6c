"""An agency that is not in the directory, asked in one step by name and address, for one case (R-4)."""

import pytest
from pydantic import ValidationError

from review.case import outsiders, reads
from review.facts import Corrected
from review.facts.directory import Directory
from review.facts.rapid_review import AgencyReturned, OutsideAgencyAsked, SeniorOfficersInformed
from review.kit import refusals as no
from review.links import LinkState, return_link
from review.next_steps import next_steps
from tests.review.world import WHY, World, at, cast, speaker

SCHOOL = OutsideAgencyAsked.model_validate(OutsideAgencyAsked.sample)
CONTACT = "sample-school-contact"


def asked() -> World:
    """Asked on Thursday 14 May 2026; the others were on Monday."""
    world = World()
    world.scope()
    world.wait("2026-05-14T09:00")
    world.say(SCHOOL)
    return world


def test_it_is_asked_at_once_and_has_its_own_five_days() -> None:
    """R-4, D-6: due on Tuesday 19 May."""
    world = asked()
    (request,) = [one for one in world.posted if one.template == "returns-request" and one.to == CONTACT]
    assert request.link
    assert request.papers == []
    outside = reads.addressee(world.case, CONTACT)
    assert outside
    assert (outside.name, outside.email) == ("Head Teacher, Sample Primary School", "head@sample-school.example.org")
    assert world.deadline("D-6:sample-school").due == at("2026-05-19T23:59:59")
    assert "sample-school" in reads.scope(world.case)


def test_its_return_is_taken_and_stands_in_the_pack() -> None:
    """R-4, R-5, R-6: it is invited to the meeting, too, without papers."""
    world = asked()
    by = speaker(CONTACT, known=world.case.cast)
    world.say(SeniorOfficersInformed(agency="sample-school", officer="Head Teacher"), by)
    world.say(AgencyReturned(agency="sample-school", nil=True, officer="Head Teacher"), by)
    assert world.deadline("D-6:sample-school").status(world.now) == "met"
    (invite,) = [one for one in world.posted if one.template == "rapid-review-invite" and one.to == CONTACT]
    assert invite.papers == []
    for agency in ("police", "health", "social-care"):
        world.returned(agency)
    assert any("sample-school.1" in cause for cause in world.case.papers)
    assert CONTACT in world.mails("returns-pack")


def test_its_link_works_though_no_directory_has_it() -> None:
    """R-4: as the case knows it."""
    world = asked()
    directory = Directory(partnership="Sample", people=[], agencies=[])
    link = return_link(world.case, "sample-school", CONTACT, outsiders.directory_with(world.case, directory), world.now)
    assert (link.state, link.agency_name) == (LinkState.OPEN, "Sample Primary School")


def test_a_change_of_the_directory_leaves_it_known() -> None:
    """R-11: and its contact is asked no second time."""
    world = asked()
    world.deliver()
    world.recast(cast(2))
    known = world.case.cast.agency("sample-school")
    assert known
    assert known.safeguarding_lead == CONTACT
    assert world.posted == []
    world.restart()
    assert world.case.cast.person(CONTACT)


def test_a_wrong_address_is_corrected_and_the_request_goes_to_the_right_one() -> None:
    """R-4, R-11, X-2: once, with the time that the agency had; nothing once its return has come."""
    world = asked()
    (entry,) = [one for one in world.case.entries if isinstance(one.fact, OutsideAgencyAsked)]
    world.deliver()
    right = SCHOOL.model_copy(update={"email": "office@sample-school.example.org"})
    message = world.say(Corrected(corrects=entry.reported.message, right=right, reason=WHY))
    (again,) = [one for one in world.posted if one.to == CONTACT]
    assert (again.template, again.n["due"]) == ("returns-request", "2026-05-19T22:59:59Z")
    addressee = reads.addressee(world.case, CONTACT)
    assert addressee
    assert addressee.email == "office@sample-school.example.org"
    world.say(AgencyReturned(agency="sample-school", nil=True, officer="Head"), speaker(CONTACT, known=world.case.cast))
    world.deliver()
    with pytest.raises(no.AgencyInTheDirectory):
        world.say(SCHOOL)
    world.say(Corrected(corrects=message, right=SCHOOL, reason=WHY))
    assert not [one for one in world.posted if one.to == CONTACT and one.link]


def test_an_agency_of_the_directory_is_asked_as_such_and_an_address_is_one() -> None:
    """R-4"""
    world = World()
    world.scope()
    with pytest.raises(no.AgencyInTheDirectory, match="school"):
        world.say(SCHOOL.model_copy(update={"agency": "school"}))
    with pytest.raises(ValidationError, match="is no email address"):
        OutsideAgencyAsked.model_validate(OutsideAgencyAsked.sample | {"email": "head at school"})
    assert [one for one in next_steps(world.case, world.now) if one.rel == "outside-agency-asked"]
