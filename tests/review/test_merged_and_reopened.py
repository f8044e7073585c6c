"""Cases that are merged, withdrawn, paused or reopened: X-1. Dates typed by hand."""

from datetime import date, timedelta
from typing import Any

import pytest

from calendar_rules.notifying import HEADS
from review.case import reads
from review.case.effects import EffectKey
from review.facts import Speaker
from review.facts.any_stage import CaseMerged, CasePaused, CaseReopened, CaseResumed, CaseWithdrawn
from review.facts.directory import Role
from review.facts.editions import NotificationWithdrawn
from review.facts.enums import Authority, Decision, NotNotifiedOutcome, PanelResponse, Stage, View, Viewer
from review.facts.notification import AuthorityTold, NotNotifiedDecided
from review.facts.panel import PanelAcknowledged, PanelResponded, PartnersDecided
from review.facts.referral import CrgConsidered
from review.kit import refusals as no
from review.kit.changes import enter
from tests.review.referrals import considered, opened, referral, request, say, stage
from tests.review.world import (
    WHY,
    World,
    at,
    decided,
    in_care,
    view,
)


def test_a_case_is_merged_only_when_what_never_pauses_is_carried() -> None:
    """X-1: D-1 and D-2 are open; the other case must be named as carrying them."""
    world = World(in_care())
    merged: dict[str, Any] = {"into": "CR-2026-0009", "reason": WHY}
    with pytest.raises(no.DutyNotCarried) as refused:
        world.say(CaseMerged(**merged))
    assert "D-1" not in refused.value.text, "people read titles"
    assert refused.value.fields["carried"].startswith("select also: Notification to the Panel; Ofsted told")
    with pytest.raises(no.DutyNotCarried):
        world.say(CaseMerged(**merged, carried=["D-1"]))
    with pytest.raises(no.MergedIntoItself):
        world.say(CaseMerged(into="CR-2026-0001", reason=WHY))
    world.say(CaseMerged(**merged, carried=["D-1", "D-2:ofsted", "D-2:secretary-of-state"]))
    assert world.case.stage is Stage.MERGED
    assert not [deadline for deadline in world.case.deadlines.values() if deadline.open]
    assert "carried by CR-2026-0009" in (world.deadline("D-1").stopped_why or "")
    assert "chair" in world.mails("case-merged")
    with pytest.raises(no.CaseEnded):
        world.say(CasePaused(reason=WHY))


def test_a_case_is_merged_only_into_one_that_truly_carries_what_never_pauses() -> None:
    """X-1, D-1: as the other case was found when the merger was said."""
    world = World()
    merged: dict[str, Any] = {"into": "CR-2026-0009", "carried": ["D-1"], "reason": WHY}
    for found, why in (
        ({"ended": True, "rehearsal": False, "deadlines": ["D-1"]}, "has ended"),
        ({"ended": False, "rehearsal": True, "deadlines": ["D-1"]}, "rehearsal"),
        ({"ended": False, "rehearsal": False, "deadlines": ["D-7"]}, "does not carry D-1"),
        (
            {"ended": False, "rehearsal": False, "deadlines": ["D-1"], "route": "information-request"},
            "supplied and concl",
        ),
    ):
        with pytest.raises(no.CannotBeMerged, match=why):
            world.say(CaseMerged(**merged, other=found))
    world.say(CaseMerged(**merged, other={"ended": False, "rehearsal": False, "deadlines": ["D-1"]}))
    assert world.case.stage is Stage.MERGED


def test_another_partnerships_request_goes_on_only_in_another_such_request() -> None:
    """X-1, A-3, A-4: a case in a request is never considered by the CRG; a request in a case is never supplied."""
    into: dict[str, Any] = {"into": "CR-2026-0009", "reason": WHY}
    for case, route, taken in (
        (referral(), "information-request", False),
        (request(), "referral", False),
        (request(), "information-request", True),
        (referral(), "serious-incident", True),
    ):
        world = opened(case)
        merged = CaseMerged(**into, other={"ended": False, "rehearsal": False, "deadlines": [], "route": route})
        if taken:
            say(world, merged)
            assert world.case.stage is Stage.MERGED
            continue
        with pytest.raises(no.CannotBeMerged, match="another partnership's request"):
            say(world, merged)


def test_whoever_was_told_that_a_case_ended_hears_that_it_goes_on() -> None:
    """X-1, A-3: members of the CRG and the agency that referred, too; none who had not been told."""
    world = opened(referral())
    say(world, considered("no-further-action"))
    enter(world.case, Stage.CONCLUDED, world.now)
    world.case.done |= {EffectKey.mail("case-concluded", person): world.now for person in ("chair", "member", "gone")}
    say(world, CaseReopened(reason=WHY))
    told = world.mails("case-reopened")
    assert {"chair", "member", "lead-school"} <= set(told)
    assert len(told) == len(set(told))
    assert not {"gone", "dcs", "lead-police"} & set(told)


def test_an_agency_hears_that_its_referral_is_withdrawn_and_goes_on() -> None:
    """A-1, X-1"""
    world = opened(referral())
    say(world, CaseWithdrawn(reason=WHY))
    assert "lead-school" in world.mails("case-withdrawn")
    say(world, CaseReopened(reason=WHY))
    assert {"lead-school", "dcs"} <= set(world.mails("case-reopened"))  # the DCS was told of the withdrawal


def test_a_case_that_was_merged_by_mistake_goes_on_and_its_clocks_run_from_their_anchors() -> None:
    """X-1, X-2, D-1: no duty is lost by a merger."""
    world = World()
    due = world.deadline("D-1").due
    world.say(CaseMerged(into="CR-2026-0009", carried=["D-1"], reason=WHY))
    world.say(CaseReopened(reason=WHY))
    assert world.case.stage is Stage.DISCUSSION
    assert world.deadline("D-1").open
    assert world.deadline("D-1").due == due


def test_a_notification_that_was_withdrawn_by_mistake_stands_again() -> None:
    """B-2, X-1, X-2: its deadlines run from their anchors; agencies that were let off are asked again."""
    world = World()
    world.scope()
    due = world.deadline("D-7").due
    world.say(NotificationWithdrawn(reasons=WHY, panel_agreement=WHY))
    assert "lead-police" in world.mails("request-withdrawn")
    assert not world.deadline("D-7").open
    world.say(CaseReopened(reason=WHY))
    assert world.deadline("D-7").open
    assert world.deadline("D-7").due == due
    assert world.case.every(NotificationWithdrawn) == []
    assert "lead-police" in world.mails("return-reminder")


def test_a_withdrawn_case_still_owes_what_the_law_asks_for_a_child_in_care_who_died() -> None:
    """N-4, X-1, D-2: Ofsted and the Secretary of State are told whatever becomes of the case."""
    world = World(in_care())
    world.say(CaseWithdrawn(reason=WHY))
    assert not world.deadline("D-1").open
    assert world.deadline("D-2:ofsted").open
    world.say(AuthorityTold(authority=Authority.OFSTED))
    assert world.deadline("D-2:ofsted").met_at


def test_an_agency_that_was_told_to_wait_is_told_when_its_return_is_wanted_again() -> None:
    """X-1: by the mail of the day that moved, or, where a short pause moved none, by one of its own."""
    world = World()
    world.scope()
    world.returned("police")
    world.say(CasePaused(reason=WHY))
    world.deliver()
    world.now += timedelta(minutes=5)
    world.say(CaseResumed(reason=WHY))
    assert not world.deadline("D-6:health").moves
    (again,) = [one for one in world.posted if one.to == "lead-health" and one.template == "return-reminder"]
    assert again.link is not None
    assert not [one for one in world.posted if one.to == "lead-police"]
    world.deliver()
    world.say(CasePaused(reason=WHY))
    world.deliver()
    world.wait(world.now + timedelta(days=3))
    world.say(CaseResumed(reason=WHY))
    assert world.deadline("D-6:health").moves
    assert "lead-health" in world.mails("deadline-moved")
    assert not world.mails("return-reminder")


def test_agencies_hear_of_a_pause_and_of_a_withdrawal_and_so_do_calendars() -> None:
    """X-1, R-2, R-4: an agency whose return is out is told; one that has answered is left in peace."""
    world = World()
    world.scope()
    invited = world.mails("rapid-review-invite")
    assert {"chair", "lead-police", "lead-health"} < set(invited)
    world.returned("police")
    world.say(CasePaused(reason=WHY))
    assert "lead-police" not in world.mails("request-paused")
    assert "lead-health" in world.mails("request-paused")
    world.say(CaseWithdrawn(reason=WHY))
    assert "lead-health" in world.mails("request-withdrawn")
    assert "lead-police" not in world.mails("request-withdrawn")
    assert sorted(world.mails("meeting-cancelled")) == sorted(invited)
    (cancelled, *_) = [notice.invite for notice in world.posted if notice.template == "meeting-cancelled"]
    assert cancelled is not None
    assert (cancelled.sequence, cancelled.cancelled) == (2, True)


def test_a_withdrawn_case_is_reopened_where_it_was_left_and_its_clocks_run_from_their_anchors() -> None:
    """X-1: withdrawn with a draft out for sign-off, reopened four days later; what was overdue meanwhile is overdue."""
    world = World()
    world.send_out()
    due = {id: deadline.due for id, deadline in world.case.deadlines.items() if deadline.open}
    assert "D-7" in due
    world.say(CaseWithdrawn(reason=WHY))
    with pytest.raises(no.CaseEnded):
        world.say(CasePaused(reason=WHY))
    world.wait("2026-05-15T12:00")
    world.say(CaseReopened(reason=WHY))
    assert world.case.stage is Stage.REPORT
    assert {id: deadline.due for id, deadline in world.case.deadlines.items() if deadline.open} == due
    assert world.case.rounds[-1].open
    assert world.deadline("D-8:rapid-review-1:health").overdue(world.now)
    assert reads.just_reopened(world.case)
    world.sign("officer-health")
    assert not reads.just_reopened(world.case)
    with pytest.raises(no.CannotBeReopened, match="has not ended"):
        world.say(CaseReopened(reason=WHY))


def test_a_case_that_was_not_notified_is_reopened_and_d_1_runs_from_the_aware_time() -> None:
    """X-1, D-1"""
    world = World()
    for officer in HEADS:
        world.say(view(officer, View.DO_NOT_NOTIFY))
    world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=WHY))
    assert stage(world) is Stage.NOT_NOTIFIED
    world.wait("2026-05-20T09:00")
    world.say(CaseReopened(reason=WHY))
    assert world.case.stage is Stage.DISCUSSION
    assert world.deadline("D-1").due == at("2026-05-18T23:59:59")
    assert world.deadline("D-1").overdue(world.now)
    world.say(view(Viewer.DCS))


def test_a_concluded_case_is_reopened_for_another_decision() -> None:
    """X-1, R-15: the decision for no further action stays in the case, marked, and another can be made."""
    world = opened(referral())
    say(world, considered("no-further-action"))
    world.case.left, world.case.stage = Stage.REFERRAL, Stage.CONCLUDED
    say(world, CaseReopened(reason=WHY))
    assert world.case.stage is Stage.REFERRAL
    assert world.case.entries_of(CrgConsidered) == []
    assert [entry.corrected_by is not None for entry in world.case.entries] == [False, True, False]
    say(world, considered("learning-review"))
    assert reads.review_wanted(world.case) is Decision.LEARNING_REVIEW


def test_a_partners_decision_for_no_further_action_is_set_aside_by_a_reopening() -> None:
    """X-1, R-15"""
    world = World()
    world.submit()
    world.now = at("2026-05-20T10:00")
    world.say(PanelAcknowledged(meeting_date=date(2026, 5, 20)))
    world.say(PanelResponded(response=PanelResponse.AGREES, reasons=WHY))
    world.decide(Decision.NO_FURTHER_ACTION)
    assert reads.ended(world.case)
    say(world, CaseReopened(reason=WHY))
    assert world.case.stage is Stage.DECISION
    assert reads.decision(world.case) is None
    assert world.case.entries_of(PartnersDecided) == []
    world.say(decided())
    assert reads.review_wanted(world.case) is Decision.PRACTICE_REVIEW


def test_only_business_unit_and_chair_merge_or_reopen() -> None:
    """X-1"""
    world = World()
    with pytest.raises(no.NotYourRole):
        world.say(CaseMerged(into="CR-2026-0009", reason=WHY), Speaker(people=["dcs"], roles=[Role.DCS]))


def test_the_agency_behind_a_merged_referral_hears_where_it_goes_on() -> None:
    """X-1, A-1: the other case's reference and no more; and when it goes on by itself again."""
    world = opened(referral())
    world.say(CaseMerged(into="CR-2026-0009", carried=[], reason=WHY))
    (told,) = [one for one in world.posted if one.template == "referral-goes-on"]
    assert (told.to, told.n) == ("lead-school", {"other": "CR-2026-0009", "agency": "school"})
    world.say(CaseReopened(reason=WHY))
    assert [one.n["other"] for one in world.posted if one.template == "referral-goes-on"] == ["CR-2026-0009", None]
