"""The author of the report: who it is, what was read, a return that comes while officers sign (R-10, R-4, D-7)."""

from typing import Any

import pytest

from review.case import reads
from review.facts.directory import Directory, Person, Role
from review.facts.enums import AuthorCapacity
from review.facts.links import LinkSentAgain
from review.facts.rapid_review import ReturnsRead
from review.facts.report import DraftSentForSignOff, SubmittedToPanel
from review.kit import refusals as no
from review.kit.live_links import LiveLink, live_links
from review.links import LinkState, reading_link, why_not
from review.next_steps import needed_steps
from tests.review.world import EDITION, OUTSIDE, WHY, World, follow, needed, speaker


def test_the_author_must_have_read_every_return() -> None:
    """R-10"""
    world = World()
    world.meet()
    world.draft()
    with pytest.raises(no.AuthorDidNotReadReturns, match="social-care, police, health"):
        world.say(DraftSentForSignOff(version=1))
    world.say(ReturnsRead(reader="sbu-2", returns={"police": 1, "health": 1, "social-care": 1}))
    with pytest.raises(no.AuthorDidNotReadReturns):
        world.say(DraftSentForSignOff(version=1))  # somebody else has read them


def test_what_was_read_is_the_authors_own_act_or_entered_for_the_author_who_is_told() -> None:
    """R-10: the record says which."""
    world = World()
    world.meet(attended=["chair", "sbu-1", "outsider"])
    read = {"police": 1, "health": 1, "social-care": 1}
    world.say(ReturnsRead(reader="sbu-1", returns=read))
    assert (world.mails("returns-read-entered"), world.lines("returns-read-entered")) == ([], [])
    world.say(ReturnsRead(reader="sbu-2", returns=read))
    assert world.mails("returns-read-entered") == ["sbu-2"]
    assert world.lines("returns-read-entered") == [
        "Entered for sbu-2, not by them: they have read the returns of police, health, social-care"
    ]
    world.say(ReturnsRead(reader="outsider", returns=read), speaker("outsider"))
    assert world.mails("returns-read-entered") == ["sbu-2"]
    with pytest.raises(no.NotYourReading):
        world.say(ReturnsRead(reader="sbu-1", returns=read), speaker("outsider"))
    with pytest.raises(no.NotYourRole):
        world.say(ReturnsRead(reader="chair", returns=read), speaker("chair"))


def test_the_author_must_have_attended_the_meeting() -> None:
    """R-10"""
    world = World()
    world.meet(attended=["chair", "member"])
    world.read()
    world.draft()
    with pytest.raises(no.AuthorDidNotAttend, match="sbu-1"):
        world.say(DraftSentForSignOff(version=1))


def test_the_author_is_of_the_business_unit_or_a_qualified_outsider_with_a_reason() -> None:
    """R-10"""
    world = World()
    world.meet(attended=["chair", "outsider"])
    with pytest.raises(no.AuthorNotOfTheBusinessUnit):
        world.draft(author="chair", capacity=AuthorCapacity.PROFESSIONAL_STAFF)
    for field in ("outside_reason", "outside_experience", "outside_qualification"):
        with pytest.raises(no.OutsideAuthorUnexplained) as refused:
            world.draft(author="outsider", **OUTSIDE | {field: " "})
        assert list(refused.value.fields) == [field]
    with pytest.raises(no.UnknownPerson):
        world.draft(author="nobody-known", **OUTSIDE)
    world.read("outsider")
    world.send_draft(author="outsider", **OUTSIDE)
    assert reads.open_round(world.case)


def out_for_sign_off(**edition: Any) -> World:
    """The return of health is still out; the draft is with the officers."""
    world = World(edition=EDITION.model_validate(EDITION.model_dump() | edition))
    world.scope()
    world.returned("police")
    world.hold_meeting()
    world.read()
    world.send_draft()
    world.deliver()
    return world


def approved_and_submitted(world: World) -> None:
    for partner in ("local-authority", "health", "police"):
        world.sign(f"officer-{partner}")
    world.say(SubmittedToPanel(version=1, covering_letter=WHY))


def test_a_late_return_is_told_to_business_unit_and_chair_whatever_the_edition_says_of_the_pack() -> None:
    """R-10"""
    world = out_for_sign_off(pack_to=["crg-member"])
    world.returned("health")
    assert world.mails("returns-pack") == ["member", "sbu-1", "sbu-2", "chair"]


def test_the_author_reads_a_late_return_and_says_whether_the_draft_stands() -> None:
    """R-10: nothing else is asked of those who sign; the letter to the Panel names nothing."""
    world = out_for_sign_off()
    world.returned("health")
    step = needed(world)
    assert step
    assert (step.rel, step.people, step.example["draft_stands"]) == ("returns-read", ["sbu-1"], True)
    with pytest.raises(no.DraftStandsUnsaid):
        world.say(ReturnsRead(reader="sbu-1", returns={"health": 1}))
    with pytest.raises(no.NotTheAuthor):
        world.say(ReturnsRead(reader="sbu-2", returns={"health": 1}, draft_stands=True))
    follow(world, step)
    assert reads.open_round(world.case)
    approved_and_submitted(world)
    assert reads.too_late(world.case) == []
    assert world.lines("returns-too-late") == []


def test_a_draft_that_does_not_stand_is_drafted_again_and_never_blocks_the_submission() -> None:
    """R-10, D-7: Business Unit and Chair are told; the version that is out can still be signed and submitted."""
    world = out_for_sign_off()
    world.returned("health")
    world.say(ReturnsRead(reader="sbu-1", returns={"health": 1}, draft_stands=False))
    assert world.mails("draft-does-not-stand") == ["sbu-2", "chair"]
    assert "report-drafted" in [one.rel for one in needed_steps(world.case, world.now)]
    assert reads.open_round(world.case)
    world.restart()
    approved_and_submitted(world)
    assert world.lines("submitted-does-not-stand") == [
        "Warning: version 1 is submitted; its author says that it does not stand"
    ]


def test_a_newer_draft_stands_by_itself() -> None:
    """R-10, R-11: everybody signs the version that considers the late return."""
    world = out_for_sign_off()
    world.returned("health")
    world.say(ReturnsRead(reader="sbu-1", returns={"health": 1}, draft_stands=False))
    world.send_draft()
    assert not reads.does_not_stand(world.case, reads.drafts(world.case)[-1])
    for partner in ("local-authority", "health", "police"):
        world.sign(f"officer-{partner}")
    assert reads.approved_version(world.case) == 2


def test_a_late_return_that_the_author_has_not_read_is_named_as_come_too_late_to_be_considered() -> None:
    """R-10, D-7: in the letter to the Panel and in the record; what comes after the submission is not."""
    world = out_for_sign_off()
    world.returned("health")
    approved_and_submitted(world)
    assert world.engine.run.renderings["covering-letter"].n["too_late"] == ["health"]
    assert world.lines("returns-too-late") == [
        "Warning: came too late to be considered, as the letter to the Panel says: health"
    ]
    world.returned("social-care")
    assert reads.too_late(world.case) == ["health"]
    assert "returns-read" not in [one.rel for one in needed_steps(world.case, world.now)]


# --- an author from outside, who never signs in ---


def by_an_outsider() -> World:
    """The draft is by somebody from outside; the return of health is still out."""
    world = World()
    world.scope()
    world.returned("police")
    world.hold_meeting(attended=["chair", "outsider"])
    world.draft(author="outsider", **OUTSIDE)
    return world


def reading_mails(world: World) -> list[tuple[str, list[str], bool]]:
    return [(one.to, one.n["new"], one.n["out"]) for one in world.posted if one.template == "papers-to-read"]


def known() -> Directory:
    person = Person(id="outsider", name="Sample Author", email="author@example.org", roles=[Role.OBSERVER])
    return Directory(partnership="Sample", people=[person], agencies=[])


def test_an_author_from_outside_reads_behind_a_link_and_says_there_what_was_read() -> None:
    """R-10: the papers once, each later return in place of the mail that leads to the portal."""
    world = by_an_outsider()
    assert reading_mails(world) == [("outsider", [], False)]
    link = reading_link(world.case, "outsider", known(), world.now)
    assert (link.state, link.unread, link.draft) == (LinkState.OPEN, {"police": 1}, None)
    assert [one.document for one in link.papers] == ["agenda", "returns-pack", "meeting-record", "rapid-review"]
    world.say(ReturnsRead(reader="outsider", returns=link.unread), link.speaker)
    assert world.lines("returns-read-entered") == []
    world.draft(author="outsider", **OUTSIDE)
    world.agree(2)
    world.say(DraftSentForSignOff(version=2))
    world.deliver()
    world.returned("health")
    assert reading_mails(world) == [("outsider", ["health"], True)]
    assert "outsider" not in world.mails("returns-pack")
    link = reading_link(world.case, "outsider", known(), world.now)
    assert (link.unread, link.draft) == ({"health": 1}, 2)
    world.say(ReturnsRead(reader="outsider", returns=link.unread, draft_stands=True), link.speaker)
    assert not reads.does_not_stand(world.case, reads.drafts(world.case)[-1])


def test_the_link_of_an_author_ends_with_the_submission_and_with_another_author() -> None:
    """R-10, R-11"""
    world = by_an_outsider()
    live = LiveLink("reading", "rapid-review", "outsider")
    assert live in live_links(world.case)
    assert why_not(world.case, live, known(), world.now) is None
    world.say(LinkSentAgain(purpose="reading", link_subject="rapid-review", person="outsider", reason=WHY))
    assert len(reading_mails(world)) == 2
    world.draft()
    assert live not in live_links(world.case)
    assert reading_link(world.case, "outsider", known(), world.now).state is LinkState.NOT_YOURS
    other = World()
    other.submit()
    assert reading_link(other.case, "outsider", known(), other.now).state is LinkState.CLOSED
