"""Links of mails that are sent again, or asked for by their holder (R-11). Dates typed by hand."""

import pytest

from review.facts import Speaker
from review.facts.directory import Role
from review.facts.links import LinkAskedFor, LinkSentAgain
from review.kit import refusals as no
from review.next_steps import next_steps
from tests.review.world import SBU, WHY, World, speaker


def test_the_business_unit_sends_a_link_again_while_something_is_asked_by_it() -> None:
    """R-11, R-3: an agency's and an officer's; offered for each that works; none once it is answered."""
    world = World()
    world.scope()
    world.deliver()
    world.say(LinkSentAgain(purpose="return", link_subject="police", person="lead-police", reason=WHY))
    (again,) = [one for one in world.posted if one.to == "lead-police"]
    assert (again.template, again.link and again.link.subject) == ("returns-request", "police")
    offered = [one.example["link_subject"] for one in next_steps(world.case, world.now) if one.rel == "link-sent-again"]
    assert sorted(offered) == ["health", "police", "social-care"]
    with pytest.raises(no.NothingAskedByLink):
        world.say(LinkSentAgain(purpose="return", link_subject="housing", person="lead-housing", reason=WHY))


def test_an_officer_is_sent_the_same_round_again_and_again() -> None:
    """R-11: each time as a mail of its own; after the signature not any more."""
    world = World()
    world.send_out()
    world.deliver()
    again = {"purpose": "sign-off", "link_subject": "rapid-review-1:health", "person": "officer-health"}
    for _ in range(2):
        world.say(LinkSentAgain(**again, reason=WHY))
    assert [one.link.subject for one in world.posted if one.link] == ["rapid-review-1:health"] * 2
    world.sign("officer-health")
    with pytest.raises(no.NothingAskedByLink):
        world.say(LinkSentAgain(**again, reason=WHY))


def test_the_holder_of_a_link_asks_for_another() -> None:
    """R-11: nobody for somebody else; one that was withdrawn only goes out again by the Business Unit, who is asked."""
    world = World()
    world.scope()
    world.deliver()
    asked = LinkAskedFor(purpose="return", link_subject="police", person="lead-police")
    with pytest.raises(no.NotYourLink):
        world.say(asked, speaker("lead-health"))
    with pytest.raises(no.NotYourRole):
        world.say(asked, SBU)
    world.say(asked, Speaker(people=["lead-police"], roles=[Role.AGENCY]))
    assert [one.to for one in world.posted] == ["lead-police"]
    world.deliver()
    world.say(asked.model_copy(update={"withdrawn": True}), speaker("lead-police"))
    assert world.mails("link-asked-for") == ["sbu-1", "sbu-2"]
    assert not [one for one in world.posted if one.link]
