"""The request to the agencies and what comes back (R-3, R-4, R-5, D-6)."""

import pytest
from pydantic import ValidationError

from activities.documents import assembled
from calendar_rules.edition import load_edition
from calendar_rules.lengths import end_of_day
from review.case import reads
from review.chapters.rapid_review.papers import ReturnBody, ReturnContent, sample_return
from review.facts.directory import Agency, Directory, Member, Role
from review.facts.editions import AgencyKnew
from review.facts.panel import PanelToldOfReturns
from review.facts.rapid_review import AgencyAdded, AgencyReturned, ReturnsRequested, SeniorOfficersInformed
from review.kit import refusals as no
from review.kit.open_files import open_to
from review.next_steps import NextStep, next_steps
from review.view import agency_view
from tests.review.test_author import approved_and_submitted, out_for_sign_off
from tests.review.world import EDITION, OUTSIDE, WHY, World, at, cast, paper, scoping, speaker

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
    with pytest.raises(no.HeadingMissing, match="The agency's involvement"):
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


# --- the pack (R-5) ---


def packs(world: World) -> list[str]:
    """The packs made so far, by the returns in them."""
    return [cause.removeprefix("returns-pack:") for cause in world.case.papers if cause.startswith("returns-pack:")]


def read_by(world: World) -> list[str]:
    return world.mails("returns-pack")


def test_the_crg_and_the_representatives_invited_are_told_of_the_pack() -> None:
    """R-5: as soon as the last return is in; whoever has a member on the CRG sends no representative."""
    member = Member(id="member-police", roles=[Role.CRG_MEMBER], agency="police")
    world = World(who=cast(also=(member,)))
    world.scope()
    for agency in ("police", "health"):
        world.returned(agency)
    assert packs(world) == []
    world.returned("social-care")
    assert packs(world) == ["social-care.1,police.1,health.1"]
    assert sorted(read_by(world)) == sorted(
        ["sbu-1", "sbu-2", "chair", "member", "member-police", "lead-social-care", "lead-health"]
    )
    papers = {one.to: one.papers for one in world.posted if one.template == "returns-pack"}
    assert papers["lead-health"], "a representative may not be able to sign in"
    assert papers["member"] == []


def test_a_representative_who_is_invited_can_read_the_pack_and_nobody_else_of_an_agency() -> None:
    """R-5: whoever sits on the CRG reads the case whole."""
    member = Member(id="member-police", roles=[Role.CRG_MEMBER], agency="police")
    world = World(who=cast(also=(member,)))
    world.meet()
    assert set(open_to(world.case, ["lead-health"])) == {"agenda", "returns-pack"}
    for other in ("lead-police", "senior-health", "lead-housing", "outsider"):
        assert open_to(world.case, [other]) == {}


def test_an_agency_reads_its_own_latest_return_again_and_no_others() -> None:
    """R-4: each version, and a nil return, stands in its own part."""
    world = World()
    world.scope()
    world.returned("police")
    world.returned("police", text="Sample: more.")
    world.returned("health")
    assert {name: ref.version for name, ref in open_to(world.case, [], ["police"]).items()} == {"return-police": 2}
    assert open_to(world.case, [], ["social-care"]) == {}
    given = agency_view(world.case, ["police", "social-care"], world.now).returns
    assert [(one.agency, one.version) for one in given] == [("police", 1), ("police", 2)]
    assert given[0].officer


def test_an_edition_says_who_is_told_of_the_pack() -> None:
    """R-5"""
    world = World(edition=EDITION.model_validate(EDITION.model_dump() | {"pack_to": ["business-unit"]}))
    world.meet()
    assert read_by(world) == ["sbu-1", "sbu-2"]
    assert set(open_to(world.case, ["lead-health"])) == {"agenda"}


def test_what_is_missing_when_a_meeting_is_at_hand_does_not_hold_up_the_pack() -> None:
    """R-5: the returns are due on Monday 18 May 2026, the meeting is on Friday 15 May at 10:00: the pack is made with
    what is there on Thursday at 16:00.
    """
    world = World()
    world.scope(meeting="2026-05-15T10:00")
    world.returned("police")
    world.wait("2026-05-14T15:59")
    assert packs(world) == []
    world.wait("2026-05-14T16:00")
    assert packs(world) == ["social-care.0,police.1,health.0"]
    assert {tuple(one.n["missing"]) for one in world.posted if one.template == "returns-pack"} == {
        ("social-care", "health")
    }


def test_a_meeting_held_early_has_its_pack() -> None:
    """R-5: recorded on the day of the request, when no return was due."""
    world = World()
    world.scope()
    world.returned("health")
    world.hold_meeting()
    assert packs(world) == ["social-care.0,police.0,health.1"]


def test_a_return_that_comes_after_the_meeting_makes_the_pack_again_and_tells_the_same_people() -> None:
    """R-4, R-5"""
    world = World()
    world.scope()
    world.returned("health")
    world.hold_meeting()
    first = read_by(world)
    world.deliver()
    world.restart()
    world.say(AgencyAdded(agency="school", reason=WHY))
    assert packs(world) == ["social-care.0,police.0,health.1"], "an agency that is asked is no return"
    world.returned("police")
    assert packs(world)[1:] == ["social-care.0,police.1,health.1,school.0"]
    assert read_by(world) == [*first, "lead-school"]
    assert {(tuple(one.n["new"]), one.n["stands"]) for one in world.posted if one.template == "returns-pack"} == {
        (("police",), "to be drafted")
    }


def test_a_first_return_while_the_draft_is_out_is_told_to_business_unit_author_and_chair() -> None:
    """R-4, R-10"""
    world = World(who=cast(also=(Member(id="outside-author", roles=[Role.OBSERVER]),)))
    world.scope()
    world.returned("police")
    world.hold_meeting(attended=["chair", "member", "outside-author"])
    world.read("outside-author")
    world.send_draft(author="outside-author", **OUTSIDE)
    world.deliver()
    world.returned("health")
    assert {"sbu-1", "chair"} <= set(read_by(world))
    assert world.mails("papers-to-read") == ["outside-author"], "who comes from outside reads behind a link"
    assert {one.n["stands"] for one in world.posted if one.template == "returns-pack"} == {"drafted"}


def test_a_first_return_is_taken_after_the_submission_too() -> None:
    """R-4: kept and told; one that was given is not replaced any more."""
    world = out_for_sign_off()
    approved_and_submitted(world)
    assert world.deadline("D-6:health").stopped_why
    world.deliver()
    world.returned("health")
    assert packs(world)[-1] == "social-care.0,police.1,health.1"
    assert {one.n["stands"] for one in world.posted if one.template == "returns-pack"} == {"submitted"}
    with pytest.raises(no.ReturnsClosed):
        world.returned("health", text="another")


def submitted_without_health() -> World:
    """Health's return is out when the report goes to the Panel, on Monday 11 May 2026."""
    world = out_for_sign_off()
    approved_and_submitted(world)
    world.deliver()
    return world


def offered(world: World, rel: str) -> list[NextStep]:
    return [one for one in next_steps(world.case, world.now) if one.rel == rel]


def test_the_panel_can_be_told_of_a_return_that_came_after_the_submission() -> None:
    """R-4: offered, not needed; a letter of the Business Unit's own words, dated, in the disclosure log."""
    world = submitted_without_health()
    assert offered(world, "panel-told-of-returns") == []
    with pytest.raises(no.ReturnNotLate, match="health"):
        world.say(PanelToldOfReturns(agencies=["health"], letter=WHY))
    world.returned("health")
    (step,) = offered(world, "panel-told-of-returns")
    assert (step.needed, step.example["agencies"]) == (False, ["health"])
    with pytest.raises(no.ReturnNotLate, match="police"):
        world.say(PanelToldOfReturns(agencies=["health", "police"], letter=WHY))
    world.say(PanelToldOfReturns(agencies=["health"], letter=WHY))
    (mail,) = [one for one in world.posted if one.template == "late-returns-told"]
    assert (mail.to, mail.n, mail.papers) == ("panel", {"agencies": ["health"]}, ["late-returns-letter:1"])
    letter = world.engine.run.renderings["late-returns-letter"]
    assert (letter.n["letter"], [one["agency"] for one in letter.n["came"]]) == (WHY, ["health"])
    known = Agency(
        id="health", name="Northmoor Health", safeguarding_lead="lead-health", senior_officer="senior-health"
    )
    shown = assembled("late-returns-letter", letter.n, {}, Directory(partnership="Sample", people=[], agencies=[known]))
    assert [one["agency"] for one in shown["came"]] == ["Northmoor Health"]
    world.deliver()
    shared = [row.line for row in world.case.untold if row.what == "paper-disclosed" and "late-returns" in row.line]
    assert len(shared) == 1
    assert offered(world, "panel-told-of-returns") == []
    with pytest.raises(no.AlreadyRecorded):
        world.say(PanelToldOfReturns(agencies=["health"], letter=WHY))


def test_the_panel_can_be_told_by_other_means_and_of_a_return_too_late_for_the_report() -> None:
    """R-4, R-10: it came while the draft was with the officers, and its author had not read it."""
    world = out_for_sign_off()
    world.returned("health")
    approved_and_submitted(world)
    world.say(PanelToldOfReturns(agencies=["health"], letter=WHY, by_other_means=True))
    assert world.mails("late-returns-told") == []


def test_whoever_gives_a_return_gets_a_receipt_and_so_does_the_lead_who_was_asked() -> None:
    """R-4: by whatever way it came; what the Business Unit enters for an agency is told to its lead."""
    world = World()
    world.scope()
    agency, other, *_ = reads.scope(world.case)
    known = world.case.cast.agency(agency)
    assert known
    given = AgencyReturned(agency=agency, nil=True, officer="Head of Safeguarding")
    world.say(given, speaker(known.senior_officer, known=world.case.cast))
    assert world.mails("answer-recorded") == [known.senior_officer, known.safeguarding_lead]
    receipt, for_the_lead = [one for one in world.posted if one.template == "answer-recorded"]
    assert (receipt.n["agency"], receipt.n["nil"], receipt.n["yours"]) == (agency, True, True)
    assert for_the_lead.n["yours"] is False
    world.say(
        AgencyReturned(agency=other, nil=True, officer="Head of Safeguarding"), speaker("sbu-1", known=world.case.cast)
    )
    entered = world.case.cast.agency(other)
    assert entered
    assert world.mails("answer-recorded")[2:] == [entered.safeguarding_lead]


def test_an_agency_that_knew_nobody_gets_the_receipt_for_its_nil_return() -> None:
    """B-6, R-4: it has answered with that; one that knew the family still has its return to give."""
    world = World(edition=load_edition("england-2023"))
    world.scope()
    agency, other, *_ = reads.scope(world.case)
    world.say(AgencyKnew(agency=agency, known=False, officer="Head of Safeguarding"))
    world.say(AgencyKnew(agency=other, known=True, officer="Head of Safeguarding"))
    known = world.case.cast.agency(agency)
    assert known
    assert set(world.mails("answer-recorded")) == {known.safeguarding_lead}
