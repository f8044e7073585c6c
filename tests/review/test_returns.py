"""The request to the agencies and what comes back (R-3, R-4, R-5, D-6)."""

import pytest
from pydantic import ValidationError

from calendar_rules.edition import load_edition
from calendar_rules.lengths import end_of_day
from review.case import reads
from review.chapters.rapid_review.papers import ReturnBody, ReturnContent, sample_return
from review.facts.directory import Member, Role
from review.facts.rapid_review import AgencyReturned, ReturnsRequested, SeniorOfficersInformed
from review.kit import refusals as no
from review.next_steps import next_steps
from tests.review.world import EDITION, World, at, cast, paper, scoping, speaker

OF_THE_SOURCE = [
    "children", "safeguarding", "facts", "involvement", "local-review", "national-review", "learning", "more-learning"
]  # fmt: skip


@pytest.mark.parametrize("edition", ["doncaster-2018", "england-2023"])
def test_what_is_asked_and_what_the_return_takes_are_one_list(edition: str) -> None:
    """R-3: the eight headings of §2."""
    world = World(edition=load_edition(edition))
    world.scope()
    assert [one.id for one in reads.headings(world.case)] == OF_THE_SOURCE
    (step,) = [
        one for one in next_steps(world.case, world.now) if (one.rel, one.about) == ("agency-returned", "police")
    ]
    assert list(step.example["content"]) == OF_THE_SOURCE


def test_an_edition_can_ask_under_headings_of_its_own() -> None:
    """R-3"""
    own = [{"id": "voice", "title": "The child's voice", "asks": "What did the child say?"}]
    world = World(edition=EDITION.model_validate(EDITION.model_dump() | {"return_headings": own}))
    world.scope()
    with pytest.raises(no.HeadingNotAsked, match="involvement"):
        world.returned("police", headings=["voice", "involvement"])
    world.returned("police", headings=["voice"])


def test_a_return_says_something_under_each_heading_that_must_be_answered() -> None:
    """R-3, R-4: of the protocol's, the agency's involvement."""
    world = World()
    world.scope()
    with pytest.raises(no.HeadingMissing, match="Your agency's involvement"):
        world.returned("police", headings=["facts"])
    world.returned("police", headings=["involvement"])


def test_a_return_with_nothing_under_any_heading_is_none() -> None:
    """R-4"""
    with pytest.raises(ValidationError, match="nothing stands under any heading"):
        ReturnContent({"facts": "  ", "learning": "\u200b"})
    given = {"agency": "police", "officer": "Sample Officer", "content": {"facts": " ", "involvement": " Seen. "}}
    body = ReturnBody.model_validate(given)
    fact = body.to_fact(paper("return-police", 1), World().case)
    assert isinstance(fact, AgencyReturned)
    assert fact.headings == ["involvement"]
    assert body.content
    assert body.content.root == {"involvement": "Seen."}
    assert sample_return(2) != sample_return(1)


def test_the_covering_note_stands_in_the_mail_of_the_request() -> None:
    """R-3"""
    world = World()
    world.notify()
    world.say(scoping())
    child = reads.children(world.case)[0].name
    with pytest.raises(no.NoteNamesAChild):
        world.say(ReturnsRequested(covering_note=f"Sample: about {child.upper()}."))
    world.say(ReturnsRequested(covering_note="Sample: please answer early."))
    notes = [one.n["note"] for one in world.posted if one.template == "returns-request"]
    assert notes == ["Sample: please answer early."] * 3


def test_an_agency_that_does_not_confirm_is_reminded_and_then_the_business_unit_is_told() -> None:
    """R-3: asked on Monday 11 May 2026, due two working days later: reminded on Wednesday morning, told at its end."""
    world = World()
    world.scope()
    assert world.deadline("R-3:police").due == at("2026-05-13T23:59:59")
    world.say(SeniorOfficersInformed(agency="health", officer="Director of Nursing"), speaker("lead-health"))
    assert world.deadline("R-3:health").status(world.now) == "met"
    world.deliver()
    world.wait("2026-05-13T12:00")
    assert world.mails("senior-officers-reminder") == ["lead-social-care", "lead-police"]
    world.returned("police")
    assert world.deadline("R-3:police").open, "the return itself says nothing of it"
    world.say(SeniorOfficersInformed(agency="police", officer="Chief Superintendent"), speaker("lead-police"))
    world.wait("2026-05-14T09:00")
    told = [(one.to, one.n["agency"]) for one in world.posted if one.about == "R-3:social-care" and "due" in one.n]
    assert ("sbu-1", "social-care") in told
    assert [one for one in world.posted if one.about == "R-3:police" and one.template == "deadline-overdue"] == []


def test_the_crg_member_of_an_agency_hears_of_its_request_and_that_its_return_is_overdue() -> None:
    """R-3, §6; who leads the agency's safeguarding and sits on the CRG has the request itself."""
    member = Member(id="member-police", roles=[Role.CRG_MEMBER], agency="police")
    both = Member(id="lead-health", roles=[Role.AGENCY, Role.CRG_MEMBER], agency="health")
    world = World(who=cast(also=(member, both)))
    world.scope()
    assert world.mails("agency-asked") == ["member-police"]
    world.wait("2026-05-19T08:00")
    overdue = {one.about for one in world.posted if one.to == "member-police" and one.template == "deadline-overdue"}
    assert overdue == {"D-6:police"}
    assert world.deadline("D-6:police").due == end_of_day(at("2026-05-18T10:00").date())
