"""The rapid review meeting: who is invited, what its record holds, and a day other than planned (R-6)."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from activities.documents import assembled
from calendar_rules.edition import Edition, MeetingMinutes
from review.case import reads
from review.case.record import RowKind
from review.facts import Corrected
from review.facts.directory import Directory, Member, Role
from review.facts.enums import RAPID_REVIEW_MEETING
from review.facts.rapid_review import (
    AgencyAdded,
    RapidReviewMeetingHeld,
    RapidReviewMeetingMoved,
    ScopingMeetingArranged,
    ScopingMeetingHeld,
)
from review.kit import refusals as no
from review.meetings import meeting_views
from tests.review.world import EDITION, WHY, World, at, cast, scoping

RECOMMENDED: dict[str, Any] = {
    "recommendation": "criteria-met",
    "national_review": False,
    "reasons": WHY,
    "in_favour": ["chair", "member", "health"],
}
HELD: dict[str, Any] = {
    "attended": ["chair", "member", "sbu-1"],
    "representatives": [{"agency": "health", "name": "Sample Nurse"}],
    "legal_advice": "Sample: none was needed.",
    "overviews": [{"agency": "health", "overview": "Sample: seen twice."}],
    "summary": "Sample: what was known was not joined up.",
    "recommendation": RECOMMENDED,
}


def invited(world: World, template: str = "rapid-review-invite") -> set[str]:
    return set(world.mails(template))


def held(world: World, when: str = "2026-05-27T10:00", **more: Any) -> None:
    """On the day that the scoping meeting had set, or as told."""
    world.wait(when)
    world.say(RapidReviewMeetingHeld.model_validate(HELD | more))


def warnings(world: World) -> list[str]:
    return [row.line for row in world.case.untold if row.kind is RowKind.WARNING and "record of the" in row.line]


def test_crg_members_come_and_a_representative_of_every_other_agency() -> None:
    """R-6, §2: the police sit on the CRG and send no representative beside; the legal adviser comes where asked."""
    member = Member(id="member-police", roles=[Role.CRG_MEMBER], agency="police")
    world = World(who=cast(also=(member,)))
    world.scope()
    there = {"chair", "member", "member-police", "sbu-1", "sbu-2", "lead-social-care", "lead-health"}
    assert invited(world) == there
    world = World(who=cast(also=(member,)))
    world.scope(legal_adviser_asked=True)
    assert invited(world) == there | {"lawyer"}


def test_the_legal_adviser_is_invited_where_the_wish_comes_later() -> None:
    """R-6, §2 "as required": the scoping meeting's outcome is corrected, and the adviser alone is invited, once."""
    world = World()
    world.scope()
    world.deliver()
    scoped = world.case.entry(ScopingMeetingHeld)
    assert scoped
    right = scoped.fact.model_copy(update={"legal_adviser_asked": True})
    world.say(Corrected(corrects=scoped.reported.message, right=right, reason=WHY))
    assert invited(world) == {"lawyer"}
    world.deliver()
    world.say(AgencyAdded(agency="housing", reason=WHY))
    assert "lawyer" not in invited(world)


def test_a_meeting_before_the_returns_are_due_is_warned_about() -> None:
    """R-5, "Backward plan": asked on Monday 11 May 2026, due on the 18th; once for all, and of a meeting that moves."""
    world = World()
    world.scope(rapid_review_meeting_at=at("2026-05-15T10:00"))
    told = [row.line for row in world.case.untold if row.what == "meeting-before-returns"]
    assert told == [
        "Warning: the rapid review meeting is set for Fri 15 May 2026 10:00, and returns are due as late as "
        "Mon 18 May 2026 23:59"
    ]
    world = World()
    world.scope()
    assert not [row for row in world.case.untold if row.what == "meeting-before-returns"]
    world.say(RapidReviewMeetingMoved(starts_at=at("2026-05-18T10:00"), reason=WHY))
    assert [row for row in world.case.untold if row.what == "meeting-before-returns"]


def test_step_two_of_the_agenda_has_every_criterion() -> None:
    """R-6, R-9"""
    n = {"agencies": ["police"], "legal_adviser": False, "starts_at": "2026-05-27T10:00:00+01:00"}
    found = assembled("rapid-review-agenda", n, {}, Directory(partnership="Sample", people=[], agencies=[]))
    assert [len(one["items"]) for one in found["criteria"]] == [4, 4, 3]


def test_the_record_holds_overviews_summary_legal_advice_and_who_was_for_the_recommendation() -> None:
    """R-6, flowchart 3 and 4: it is a paper of the case, and nothing of it is lacking."""
    world = World()
    world.scope()
    held(world)
    assert world.case.papers["meeting-record:1"].document == "meeting-record"
    assert warnings(world) == []
    recorded = reads.meeting_held(world.case)
    assert recorded
    assert recorded.recommendation
    assert recorded.recommendation.in_favour == ["chair", "member", "health"]


def test_what_the_record_lacks_is_warned_about_and_not_blocked() -> None:
    """R-6"""
    world = World()
    world.scope()
    held(world, overviews=[], summary="", recommendation=None)
    assert warnings(world) == [
        "Warning: the record of the rapid review meeting lacks the overview of health; the accurate summary; "
        "the recommendation, with who was for it"
    ]


def test_only_who_came_can_be_for_the_recommendation() -> None:
    """R-6: people who attended, and agencies whose representative came."""
    world = World()
    world.scope()
    with pytest.raises(no.NotAtTheMeeting, match="police, sbu-2"):
        held(world, recommendation=RECOMMENDED | {"in_favour": ["chair", "police", "sbu-2"]})
    with pytest.raises(no.NotAtTheMeeting):
        held(world, recommendation=RECOMMENDED | {"against": ["officer-health"]})
    with pytest.raises(ValidationError, match="listed twice"):
        RapidReviewMeetingHeld.model_validate(HELD | {"overviews": HELD["overviews"] * 2})


def test_the_independent_chair_is_told_when_the_meeting_has_recommended_and_again_only_where_the_draft_differs() -> (
    None
):
    """R-6, R-8: the CRG Chair, who decided it with the Group, has a receipt."""
    world = World()
    world.scope()
    for agency in reads.scope(world.case):
        world.returned(agency)
    held(world)
    told, receipt = [one.n for one in world.posted if one.template == "recommendation-told"]
    assert (receipt["recommendation"], receipt["yours"]) == (told["recommendation"], True)
    assert [told["recommendation"]] == [
        "The criteria for a local child safeguarding practice review are met, and a review is recommended. "
        "A national review is not considered necessary."
    ]
    assert told["drafted"] is False
    assert world.mails("recommendation-told") == ["independent", "chair"]
    world.read()
    world.send_draft()
    assert world.mails("recommendation-told") == ["independent", "chair"]
    world.send_draft(national_review=True)
    assert world.mails("recommendation-told") == ["independent", "chair", "independent"]


def test_a_meeting_held_on_another_day_puts_calendars_and_dates_right() -> None:
    """R-6: planned for Wednesday 27 May 2026, held on Friday 22 May."""
    world = World()
    world.scope()
    before = invited(world)
    held(world, "2026-05-22T14:00")
    assert reads.meeting_at(world.case) == at("2026-05-22T14:00")
    shown = world.case.invites[RAPID_REVIEW_MEETING]
    assert (shown.starts_at, shown.sequence) == (at("2026-05-22T14:00"), 2)
    assert invited(world, "meeting-held") == before
    world.restart()
    assert len(world.mails("meeting-held")) == len(before)


def test_a_meeting_held_on_its_day_tells_nobody_whatever_the_hour() -> None:
    """R-6: it is recorded in the evening."""
    world = World()
    world.scope()
    held(world, "2026-05-27T19:00")
    assert reads.meeting_at(world.case) == at("2026-05-27T10:00")
    assert world.mails("meeting-held") == []


def test_a_day_of_the_meeting_that_was_recorded_wrongly_is_put_right_in_calendars() -> None:
    """R-6, X-2: recorded on Thursday as if it had been then; it was held on Wednesday as planned."""
    world = World()
    world.scope()
    held(world, "2026-05-28T09:00")
    wrong = world.case.entries[-1]
    right = wrong.fact.model_copy(update={"happened_at": at("2026-05-27T10:00")})
    world.say(Corrected(corrects=wrong.reported.message, right=right, reason=WHY))
    assert reads.meeting_at(world.case) == at("2026-05-27T10:00")
    assert world.case.invites[RAPID_REVIEW_MEETING].starts_at == at("2026-05-27T10:00")


def called(*, edition: Edition = EDITION, **more: Any) -> World:
    """Both meetings are called."""
    world = World(edition=edition)
    world.notify()
    world.say(ScopingMeetingArranged(starts_at=world.now + timedelta(hours=20)))
    world.say(scoping(**more))
    return world


def lasts(world: World, template: str) -> set[int]:
    return {one.invite.minutes for one in world.sent if one.template == template and one.invite}


def test_a_meeting_lasts_as_long_as_the_edition_says_or_whoever_calls_it() -> None:
    """R-2, R-6: invitations and calendars show it; where only the length changes those invited are told, too."""
    world = called()
    assert (lasts(world, "scoping-invite"), lasts(world, "rapid-review-invite")) == ({60}, {150})
    meeting = reads.meeting_at(world.case)
    assert meeting
    world.say(RapidReviewMeetingMoved(starts_at=meeting, minutes=180, reason=WHY))
    assert lasts(world, "meeting-moved") == {180}
    world.say(RapidReviewMeetingMoved(starts_at=at("2026-05-28T14:00"), reason=WHY))
    assert lasts(world, "meeting-moved") == {180}, "as it was last said"
    shorter = EDITION.model_copy(update={"meeting_minutes": MeetingMinutes(scoping=45, rapid_review=120)})
    world = called(edition=shorter, rapid_review_minutes=90)
    assert (lasts(world, "scoping-invite"), lasts(world, "rapid-review-invite")) == ({45}, {90})


def test_an_agency_sees_the_meetings_that_its_own_people_are_invited_to() -> None:
    """R-2, R-6: the case shows all who were invited, an agency its own people alone."""
    world = called()
    scoping_meeting, meeting = meeting_views(world.case)
    assert {one.person for one in scoping_meeting.invited} == {"chair", "member"}
    assert {"lead-health", "sbu-1"} < {one.person for one in meeting.invited}
    (own,) = meeting_views(world.case, {"health"})
    assert (own.meeting, [one.person for one in own.invited]) == (RAPID_REVIEW_MEETING, ["lead-health"])
