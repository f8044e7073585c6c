"""A case on its whole path, and what can come between, in virtual time. Dates are written by hand.

Aware on Monday 2 March 2026 at 10:00, so D-1 is due at the end of Monday 9 March. All times are London's.
"""

from datetime import UTC

import pytest

from review.case import reads
from review.case.deadline import Status
from review.facts.enums import Stage
from tests.workflows.desk import Desk, Refused
from tests.workflows.paths import due, notified, out_for_sign_off, requested, status, to_the_requests

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_case_on_time_goes_from_incident_to_decision_with_every_deadline_met(desk: Desk) -> None:
    """N-1..N-3, R-1..R-15, D-1, D-3..D-9: the whole path; nothing late, nothing left open."""
    case = await to_the_requests(desk)
    assert await due(case, "D-1") == "2026-03-09 23:59:59"
    assert (await due(case, "D-4"))[:16] == "2026-03-05 09:00"  # at that minute
    assert await due(case, "D-5") == "2026-03-10 23:59:59"
    assert await due(case, "D-7") == "2026-03-24 23:59:59"
    assert await due(case, "D-6:police") == "2026-03-09 23:59:59"
    await case.follow_to_stage(Stage.PRACTICE_REVIEW)
    await case.quiet()
    state = await case.state()
    now = await case.now()
    unmet = {id: one.stopped_why for id, one in state.deadlines.items() if one.status(now) is not Status.MET}
    assert set(unmet) <= {"D-10", "R-7"}, unmet  # the learning is owed beside what follows
    assert state.failed == {}
    assert len({row.key for row in case.rows}) == len(case.rows)


async def test_leaders_are_told_within_a_minute_of_the_notification(desk: Desk) -> None:
    """D-3, N-6: accountable officers, CRG Chair and Independent Chair; the Business Unit gets its copy (N-3)."""
    case = await notified(desk)
    await case.quiet()
    for person in ("officer-local-authority", "officer-health", "officer-police", "crg-chair", "independent-chair"):
        assert len(case.mails(to=person)) >= 1, person
    assert case.mails("notification", to="sbu-manager")
    assert await status(case, "D-3") is Status.MET


async def test_a_pause_holds_the_returns_and_never_d7(desk: Desk) -> None:
    """X-1: paused on Thursday 5 March for five days; D-6 gets its time back, D-7 does not move."""
    case = await requested(desk)
    await case.until("2026-03-05 10:00")
    await case.says("case-paused", reason="The police ask for time.")
    await case.until("2026-03-10 10:00")
    assert not case.told("deadline-overdue", "D-6:police")
    await case.says("case-resumed", reason="The police agree.")
    await case.quiet()
    assert await due(case, "D-6:police") == "2026-03-16 23:59:59"  # Saturday 14 March rolls to Monday
    assert await due(case, "D-7") == "2026-03-24 23:59:59"


async def test_a_withdrawn_case_stops_its_clocks_and_says_so(desk: Desk) -> None:
    """X-1"""
    case = await out_for_sign_off(desk)
    await case.says("case-withdrawn", reason="Entered twice.")
    await case.quiet()
    state = await case.state()
    assert state.stage is Stage.WITHDRAWN
    assert {state.deadlines[id].status(await case.now()) for id in ("D-7", "D-8:rapid-review-1:health")} == {
        Status.STOPPED
    }
    with pytest.raises(Refused, match="case-ended"):
        await case.says(
            "sign-off-given",
            by="officer-health",
            round="rapid-review-1",
            officer="officer-health",
            sha256="0" * 64,
            verdict="approve",
        )
    assert case.mails(to="officer-health")


async def test_a_meeting_set_too_late_is_warned_about_at_once(desk: Desk) -> None:
    """Backward plan: D-7 is due on Tuesday 24 March; a meeting on the 23rd leaves no time for sign-off."""
    case = await notified(desk)
    await case.follow_to("scoping-meeting-held")
    await case.says("scoping-meeting-held", rapid_review_meeting_at="2026-03-23T10:00:00+00:00")
    await case.quiet()
    assert case.told("slack-eaten")
    assert any("23 March" in mail.text for mail in case.mails(to="sbu-manager"))


async def test_a_stage_that_runs_late_is_warned_about(desk: Desk) -> None:
    """Backward plan: no request by the latest safe time."""
    case = await notified(desk)
    await case.until("2026-03-20 12:00")
    assert any(row.detail.get("step") == "latest-request" for row in case.told("slack-eaten"))


async def test_a_proclaimed_bank_holiday_moves_open_deadlines_and_never_met_ones(desk: Desk) -> None:
    """How time is counted, "a late announcement": Monday 16 March is proclaimed while the case is live."""
    case = await requested(desk)
    day = {"day": "2026-03-16", "why": "Day of mourning", "kind": "proclaimed"}
    fact = await case.fact("calendar-changed", {"days": [day]})
    await case.tell(fact, people=["sbu-manager"])
    await case.quiet()
    assert await due(case, "D-7") == "2026-03-25 23:59:59"
    assert await due(case, "D-1") == "2026-03-09 23:59:59"
    (moved,) = case.told("deadline-moved", "D-7")
    assert moved.detail["why"] == "Day of mourning, Monday 16 March 2026"
    assert moved.detail["was"] != moved.detail["due"]
    assert await status(case, "D-7") is Status.MOVED
    await case.until("2026-03-25 09:30")
    assert case.told("deadline-reminder", "D-7")[-1].told_at.astimezone(UTC).isoformat().startswith("2026-03-25T09:00")


async def test_a_correction_moves_what_is_counted_from_it_and_loses_nothing(desk: Desk) -> None:
    """X-2: the notification was on the 2nd, not the 3rd: D-7 moves to Monday 23 March; both entries stay."""
    case = await notified(desk)
    await case.follow_to("returns-requested")
    state = await case.state()
    wrong = next(entry for entry in state.entries if entry.fact.kind == "panel-notified")
    right = {
        "kind": "panel-notified",
        "happened_at": "2026-03-02T16:00:00Z",
        "notified_by": "Chief Executive",
        "panel_reference": "P-1",
    }
    await case.says("corrected", corrects=wrong.reported.message, right=right, reason="Entered a day late.")
    await case.quiet()
    assert await due(case, "D-7") == "2026-03-23 23:59:59"
    kinds = [(entry.fact.kind, entry.corrected_by is not None) for entry in (await case.state()).entries]
    assert kinds.count(("panel-notified", True)) == 1
    assert kinds.count(("panel-notified", False)) == 1


async def test_the_record_tells_who_did_what_when_and_what_was_sent_to_whom(desk: Desk) -> None:
    """X-3"""
    case = await notified(desk)
    await case.quiet()
    (row,) = case.told("panel-notified")
    assert (row.who, row.capacity) == ("sbu-manager", "business-unit")
    assert row.detail["panel_reference"] == "SAMPLE-0001"
    assert any(row.line == "Sent to crg-chair: an incident has been notified to the Panel" for row in case.rows)


async def test_several_children_are_one_case(desk: Desk) -> None:
    """X-4, N-1: each with what happened to it."""
    case = await desk.open()
    assert [child.child_id for child in reads.incident(await case.state()).children] == [
        "child-sample-1",
        "child-sample-2",
    ]
