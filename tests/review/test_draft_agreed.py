"""The CRG agrees the draft report before it goes to the officers, as the flowchart has it (§6, R-16, R-10).

The incident is known on Monday 11 May 2026, and the case is at the report the same day: the CRG has until the end of
Tuesday 12 May, the Panel must have the report by Tuesday 2 June.
"""

from typing import Any

import pytest

from review.case import reads
from review.case.deadline import Status
from review.case.sign_off import RoundStatus
from review.chapters.report.papers import AbsentAgency
from review.facts.enums import Verdict
from review.facts.report import DraftAgreed, DraftCommented, DraftSentForSignOff, DraftSentToCrg
from review.facts.signing import SignOffGiven
from review.kit import refusals as no
from review.kit.backward_plan import safe_times
from review.next_steps import needed_steps, next_steps
from tests.review.world import COMPLETE, PARTNERS, WHY, World, at, cast, follow, speaker

R_16 = "R-16:rapid-review-1-crg-draft:crg-chair"


def test_a_draft_names_agencies_of_the_directory_alone() -> None:
    """R-8: "no-such-agency" was signed off."""
    world = World()
    world.meet()
    with pytest.raises(no.UnknownAgency, match="no-such-agency"):
        world.draft(agencies=["police", "no-such-agency"])
    report = COMPLETE.model_copy(update={"agencies_absent": [AbsentAgency(agency="school", why=WHY)]})
    assert report.agencies_named == ["social-care", "police", "health", "school"]
    world.draft(agencies=report.agencies_named)


def test_who_took_part_in_the_decision_is_of_the_case_or_an_outsider_by_name_and_office() -> None:
    """R-8: an unknown id is refused."""
    world = World()
    world.meet()
    with pytest.raises(no.UnknownInTheDecision, match="crg-members") as refused:
        world.draft(took_part=["chair", "police", "crg-members"])
    assert refused.value.fields == {"report.took_part_in_decision": "check crg-members"}
    world.draft(took_part=["chair", "police"])
    outsiders = COMPLETE.model_copy(update={"took_part_in_decision": []})
    assert outsiders.missing(expected={}) == []


def with_the_crg(**meeting: Any) -> World:
    world = World()
    world.meet(**meeting)
    world.read()
    world.draft()
    world.deliver()
    world.say(DraftSentToCrg(version=1))
    return world


def test_the_first_version_goes_to_those_present_and_to_the_crg_with_the_draft_attached() -> None:
    """R-16: the Chair has a link; nobody has two mails; an agency's representative has it through its lead."""
    came = ["chair", "sbu-1", "lead-police", "lawyer"]
    world = with_the_crg(attended=came, representatives=[{"agency": "health", "name": "Sample Person"}])
    assert world.mails("draft-for-crg") == ["lead-police", "lawyer", "lead-health", "member"]
    assert world.mails("draft-agreement") == ["chair"]
    sent = [one for one in world.posted if one.template.startswith("draft-")]
    assert {ref.document for one in sent for ref in one.attach} == {"rapid-review"}
    assert {one.n["due"] for one in sent} == {"2026-05-12T22:59:59Z"}


def test_the_crg_has_a_working_day_from_when_the_draft_was_sent_to_it() -> None:
    """R-16: sent on Monday 11 May at 11:00, due at the end of Tuesday."""
    world = with_the_crg()
    deadline = world.deadline(R_16)
    assert (deadline.since, deadline.due) == (at("2026-05-11T11:00"), at("2026-05-12T23:59:59"))


def test_no_draft_goes_to_the_officers_before_the_chair_has_agreed_it() -> None:
    """R-16, R-10: the agreement is the support that the author needs."""
    world = World()
    world.meet()
    world.read()
    world.draft()
    with pytest.raises(no.CrgHasNotAgreed, match="Send it to the CRG first"):
        world.say(DraftSentForSignOff(version=1))
    world.say(DraftSentToCrg(version=1))
    with pytest.raises(no.CrgHasNotAgreed, match="until Tue 12 May 2026 23:59"):
        world.say(DraftSentForSignOff(version=1))
    world.deliver()
    world.chair_says(1, comments="Sample: well done.")
    assert world.deadline(R_16).met_at == at("2026-05-11T11:00")
    assert world.mails("draft-agreed") == ["sbu-1", "sbu-2"]
    assert world.mails("signature-given") == ["chair"]
    world.say(DraftSentForSignOff(version=1))
    assert reads.open_round(world.case)
    assert "CRG's agreement" in world.lines("sign-off-opened")[0]


def test_the_agreement_is_the_chairs_own_act_on_exactly_one_version() -> None:
    """R-16"""
    world = with_the_crg()
    one = reads.crg_round(world.case, 1)
    assert one
    fact = DraftAgreed(version=1, officer="chair", sha256=one.document.sha256, verdict=Verdict.APPROVE)
    with pytest.raises(no.NotYourSignature):
        world.say(fact, speaker("chair").model_copy(update={"people": ["member"]}))
    with pytest.raises(no.NotYourRole):
        world.say(fact, speaker("sbu-1"))
    with pytest.raises(no.WrongVersion):
        world.chair_says(1, sha256="f" * 64)
    signed = SignOffGiven(round=one.id, officer="chair", sha256=one.document.sha256, verdict=Verdict.APPROVE)
    with pytest.raises(no.AgreementAsked):
        world.say(signed, speaker("chair"))
    world.chair_says(1)
    with pytest.raises(no.AlreadySigned):
        world.chair_says(1)


def test_a_draft_that_the_chair_sends_back_is_drafted_again_and_agreed_in_that_version() -> None:
    """R-16: the CRG has the new version, and the time runs from then."""
    world = with_the_crg()
    world.chair_says(1, Verdict.SEND_BACK)
    assert world.mails("sign-off-sent-back") == ["sbu-1", "sbu-2"]
    assert world.mails("new-version-to-come") == []
    with pytest.raises(no.CrgSentBack):
        world.say(DraftSentForSignOff(version=1))
    steps = [one.rel for one in needed_steps(world.case, world.now)]
    assert ("report-drafted" in steps, "draft-sent-for-sign-off" in steps) == (True, False)
    world.wait("2026-05-12T10:00")
    world.draft()
    world.say(DraftSentToCrg(version=2))
    assert world.deadline("R-16:rapid-review-2-crg-draft:crg-chair").due == at("2026-05-13T23:59:59")
    world.chair_says(2)
    world.say(DraftSentForSignOff(version=2))


def test_comments_of_the_crg_are_told_to_the_author_until_the_draft_goes_to_the_officers() -> None:
    """R-16: silence is no obstacle."""
    world = with_the_crg()
    said = DraftCommented(version=1, person="member", comments=WHY)
    world.say(said, speaker("member"))
    assert world.mails("draft-commented") == ["sbu-1"]
    world.deliver()
    world.say(said)
    assert world.mails("draft-commented") == []  # the author entered it for the member
    with pytest.raises(no.NotYourComment):
        world.say(said, speaker("lead-police"))
    with pytest.raises(no.NotOfTheCrg):
        world.say(DraftCommented(version=1, person="lead-school", comments=WHY))
    with pytest.raises(no.NotYet):
        world.say(DraftCommented(version=2, person="member", comments=WHY))
    world.chair_says(1)
    world.say(said, speaker("member"))  # the version has not gone on
    world.say(DraftSentForSignOff(version=1))
    with pytest.raises(no.NotYet):
        world.say(said, speaker("member"))


def test_a_silent_chair_is_escalated_to_the_independent_chair_and_the_draft_may_go_on() -> None:
    """R-16: the record says so; the Chair's link ends."""
    world = with_the_crg()
    world.deliver()
    world.wait("2026-05-12T12:00")
    assert world.mails("draft-agreement") == ["chair"]  # reminded on the day
    world.deliver()
    world.wait("2026-05-13T00:01")
    assert world.mails("draft-agreement") == ["chair"]
    assert world.mails("draft-not-agreed") == ["sbu-1", "sbu-2", "independent"]
    with pytest.raises(no.CrgHasNotAgreed, match="say why"):
        world.say(DraftSentForSignOff(version=1))
    world.say(DraftSentForSignOff(version=1, without_chair=WHY))
    assert world.lines("crg-not-agreed") == [
        f"Version 1 goes for sign-off without the CRG Chair's agreement: {WHY}",
    ]
    asked = reads.crg_round(world.case, 1)
    assert asked
    assert asked.status is RoundStatus.STOPPED
    assert world.deadline(R_16).status(world.now) is Status.LATE
    with pytest.raises(no.RoundClosed):
        world.chair_says(1)
    for partner in PARTNERS:
        world.sign(f"officer-{partner}")
    assert reads.approved_version(world.case) == 1


def test_nobody_need_wait_for_the_chair_where_the_panels_date_leaves_no_room() -> None:
    """R-16, D-7: the latest safe time for the sign-off is Sunday 31 May; the CRG had the draft on that Friday."""
    world = World()
    world.meet()
    world.read()
    world.wait("2026-05-29T15:00")
    world.draft()
    world.say(DraftSentToCrg(version=1))
    with pytest.raises(no.CrgHasNotAgreed):
        world.say(DraftSentForSignOff(version=1, without_chair=WHY))
    world.wait("2026-06-01T09:00")
    assert world.deadline(R_16).due == at("2026-06-01T23:59:59")
    world.say(DraftSentForSignOff(version=1, without_chair=WHY))


def test_a_draft_that_is_agreed_needs_no_reason_to_go_on() -> None:
    """R-16"""
    world = with_the_crg()
    world.chair_says(1)
    with pytest.raises(no.CrgHasAgreed):
        world.say(DraftSentForSignOff(version=1, without_chair=WHY))


def test_a_redraft_goes_to_the_crg_for_information() -> None:
    """R-16, R-11: it is not agreed a second time."""
    world = World()
    world.send_out()
    world.sign("officer-health", Verdict.SEND_BACK)
    assert world.mails("new-version-to-come").count("chair") == 0
    world.draft()
    with pytest.raises(no.CrgHasHadIt):
        world.say(DraftSentToCrg(version=2))
    world.deliver()
    world.say(DraftSentForSignOff(version=2))
    assert world.mails("redraft-for-crg") == ["chair", "member"]
    world.deliver()
    world.restart()
    assert world.mails("redraft-for-crg") == []


def test_next_steps_lead_through_the_crg() -> None:
    """R-16: to the Chair; and, once the Chair's time is over, past the Chair."""
    world = World()
    world.meet()
    world.read()
    world.draft()
    for kind in ("draft-sent-to-crg", "draft-agreed", "draft-sent-for-sign-off", "sign-off-given"):
        step = next(one for one in needed_steps(world.case, world.now) if one.rel != "safety-steps-recorded")
        assert step.rel == kind
        if kind == "draft-agreed":
            assert (step.people, step.due) == (["chair"], at("2026-05-12T23:59:59"))
            offered = next(one for one in next_steps(world.case, world.now) if one.rel == "draft-commented")
            assert (offered.needed, offered.people) == (False, ["member", "sbu-1"])
            follow(world, offered)
        follow(world, step)


def test_a_new_chair_is_asked_in_the_place_of_the_one_who_left() -> None:
    """R-16, R-11"""
    world = with_the_crg()
    world.wait("2026-05-12T10:00")
    world.deliver()
    newcomer = cast().person("chair")
    assert newcomer
    world.recast(cast(2, without=("chair",), also=(newcomer.model_copy(update={"id": "chair-2"}),)))
    assert world.mails("draft-agreement") == ["chair-2"]
    assert world.deadline(f"{R_16}:2").due == at("2026-05-13T23:59:59")
    world.chair_says(1)
    world.say(DraftSentForSignOff(version=1))


def test_a_run_that_begins_again_asks_nobody_twice() -> None:
    """R-16"""
    world = with_the_crg()
    world.deliver()
    world.restart()
    assert world.posted == []
    world.chair_says(1)
    world.say(DraftSentForSignOff(version=1))
    assert "latest-draft-to-crg" in [step.id for step in safe_times(world.case)]
