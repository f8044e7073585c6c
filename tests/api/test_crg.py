"""The CRG's meetings with their agenda, and the action log across cases, over HTTP."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio

from tests.api.running import Json, Running

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(alone: Running) -> Running:
    """One for this file: Temporal is stopped, and its log of actions and its meetings begin empty."""
    return alone


YEAR = datetime.now(UTC).year + 3
HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)
CALL = {"starts_at": HOUR_AGO.isoformat(), "link": "https://meet.example.org/crg"}
HELD = {"attended": ["crg-chair", "sbu-manager"], "notes": "Sample."}


async def test_a_meeting_is_called_its_agenda_read_and_its_record_kept(running: Running) -> None:
    """G-2, G-11"""
    here = await running.opened()
    reference = here.rpartition("/")[2]
    called = await running.post("/v1/crg/meetings", CALL, "crg-chair", key="crg-1")
    assert called.status_code == 201, called.text
    assert (await running.post("/v1/crg/meetings", CALL, "crg-chair", key="crg-1")).json() == called.json()
    again = await running.post("/v1/crg/meetings", CALL, "crg-chair", key="crg-2")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-called")

    meeting = f"/v1/crg/meetings/{called.json()['id']}"
    stages = (await running.get(f"{meeting}/agenda"))["stages"]
    assert reference in [case["reference"] for stage in stages for case in stage["cases"]]
    held = await running.post(f"{meeting}/held", HELD, "business-unit")
    assert held.status_code == 201, held.text
    assert held.json()["record"]["recorded_by"] == "sbu-manager"
    unknown = await running.post(f"{meeting}/held", {"attended": ["nobody"]}, "business-unit")
    assert (unknown.status_code, unknown.json()["type"]) == (422, "/problems/unknown-person")
    later = await running.opened()
    kept = await running.get(f"{meeting}/agenda")
    assert later.rpartition("/")[2] not in str(kept)
    assert (await running.get("/v1/crg/meetings"))["items"][0]["record"]["attended"] == HELD["attended"]


async def test_an_action_of_a_case_stands_in_the_log_across_cases(running: Running) -> None:
    """G-11"""
    here = await running.opened()
    body = {
        "action": "audit",
        "what": "Sample.",
        "owner": "lead-police",
        "agency": "police",
        "due_date": "2030-09-30",
        "outcome": "Sample.",
    }
    answer = await running.post(f"{here}/action-set", body, "business-unit")
    assert answer.status_code == 201, answer.text
    lines = (await running.get("/v1/actions?owner=lead-police&agency=police&overdue=false"))["items"]
    assert [line["action"] for line in lines if line["reference"] in here] == ["audit"]
    assert (await running.get("/v1/actions?owner=lead-housing"))["items"] == []
    own = (await running.get("/v1/actions", "lead-police"))["items"]
    assert [line["action"] for line in own if line["reference"] in here] == ["audit"]
    assert (await running.get("/v1/actions", "senior-housing"))["items"] == []
    refused = await running.client.get("/v1/actions", headers=running.token("observer"))
    assert refused.status_code == 403


async def test_a_meeting_that_has_not_begun_is_not_recorded_as_held(running: Running) -> None:
    """G-2"""
    to_come = {"starts_at": f"{YEAR}-03-04T10:00:00+00:00"}
    called = await running.post("/v1/crg/meetings", to_come, "crg-chair", key="crg-to-come")
    held = await running.post(f"/v1/crg/meetings/{called.json()['id']}/held", HELD, "business-unit")
    assert (held.status_code, held.json()["type"]) == (422, "/problems/not-held-yet")
    assert "record it when it has been held" in held.json()["detail"]


@pytest.mark.parametrize("year", [2001, 2150])
async def test_a_meeting_of_a_year_far_off_is_refused_with_the_years_that_can_be(running: Running, year: int) -> None:
    """G-2"""
    answer = await running.post("/v1/crg/meetings", {"starts_at": f"{year}-03-04T10:00:00+00:00"}, "crg-chair")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/meeting-far-off")
    this = datetime.now(UTC).year
    assert answer.json()["detail"].endswith(f"name a day of the years {this - 2} to {this + 8}.")


async def told(running: Running, meeting: str, count: int, who: str = "crg-chair") -> list[str]:
    """Subjects of the mails that went out about a meeting to somebody, once there are so many."""
    for _ in range(200):
        found: Json = await running.get(meeting)
        subjects = [mail["subject"] for mail in found["mails"] if mail["person"] == who and mail["status"] == "sent"]
        if len(subjects) >= count:
            break
        await asyncio.sleep(0.1)
    return subjects


async def test_a_meeting_is_moved_and_cancelled_and_those_invited_are_told(running: Running) -> None:
    """G-2, X-2: one that was called or changed while Temporal was away is told when it is back. An email that goes out
    meanwhile is no change of the meeting: whoever read it before may still move it; a reader gets the email.
    """
    await running.temporal.stop()
    called = await running.post(
        "/v1/crg/meetings", {"starts_at": f"{YEAR}-03-14T10:00:00+00:00"}, "crg-chair", key="c-1"
    )
    assert called.status_code == 201, called.text
    meeting = f"/v1/crg/meetings/{called.json()['id']}"
    who = running.token("business-unit")
    read = {"If-Match": (await running.client.get(meeting, headers=who)).headers["ETag"]}
    await running.temporal.start()
    assert meeting.endswith(f"crg-{YEAR}-03-14")
    assert f"CRG meeting on {date(YEAR, 3, 14):%A} 14 March {YEAR}, 10:00" in (await told(running, meeting, 1))[0]

    move = {"starts_at": f"{YEAR}-03-21T10:00:00+00:00", "reason": "Sample: the Chair cannot come."}
    since = await running.client.get(meeting, headers=who | {"If-None-Match": read["If-Match"]})
    assert (since.status_code, bool(since.json()["mails"])) == (200, True)
    moved = await running.client.post(f"{meeting}/moved", json=move, headers=who | read | {"Idempotency-Key": "c-2"})
    assert moved.status_code == 201, moved.text
    late = await running.client.post(
        f"{meeting}/cancelled", json={"reason": "Sample."}, headers=who | read | {"Idempotency-Key": "c-3"}
    )
    assert (late.status_code, late.json()["type"]) == (412, "/problems/changed")
    assert (await running.post(f"{meeting}/moved", move, "business-unit", key="c-2")).json() == moved.json()
    assert f"moved to {date(YEAR, 3, 21):%A} 21 March {YEAR}" in (await told(running, meeting, 2))[1]
    assert (await running.post(f"{meeting}/retried", {}, "business-unit")).status_code == 202
    joins = {
        "id": "crg-joins",
        "name": "Sample Joins",
        "email": "crg-joins@sample.example.org",
        "roles": ["crg-member"],
    }
    put = await running.client.put("/v1/directory/people/crg-joins", json=joins, headers=running.token("business-unit"))
    assert put.status_code == 200, put.text
    assert f"CRG meeting on {date(YEAR, 3, 21):%A} 21 March {YEAR}" in (await told(running, meeting, 1, "crg-joins"))[0]

    off = await running.post(f"{meeting}/cancelled", {"reason": "Sample: nothing to consider."}, "crg-chair")
    assert off.status_code == 201, off.text
    assert "cancelled" in (await told(running, meeting, 3))[2]
    changes = (await running.get(meeting))["changes"]
    assert [(one["kind"], one["reason"]) for one in changes] == [
        ("moved", move["reason"]),
        ("cancelled", "Sample: nothing to consider."),
    ]
    assert changes[0]["starts_at_was"] == f"{YEAR}-03-14T10:00:00Z"
    again = await running.post(f"{meeting}/moved", move, "business-unit")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/meeting-cancelled")
    assert "call another" in again.json()["detail"]


@pytest.mark.parametrize(
    ("act", "body", "status", "problem"),
    [
        ("moved", {"starts_at": "2020-03-11T10:00:00+00:00", "reason": "Sample."}, 422, "meeting-in-the-past"),
        ("moved", {"starts_at": f"{YEAR}-06-04T10:00:00+00:00", "reason": "Sample."}, 409, "nothing-moved"),
        ("moved", {"starts_at": f"{YEAR}-06-05T10:00:00+00:00", "reason": " "}, 422, "invalid-request"),
        (
            "moved",
            {"starts_at": f"{YEAR}-06-05T10:00:00Z", "reason": "S", "link": "javascript:x"},
            422,
            "invalid-request",
        ),
        ("moved", {"starts_at": "2150-06-05T10:00:00Z", "reason": "Sample."}, 422, "meeting-far-off"),
        ("cancelled", {}, 422, "invalid-request"),
        ("cancelled", {"reason": "\u2800\u200b"}, 422, "invalid-request"),
        ("amended", {**HELD, "reason": "Sample."}, 409, "no-record-yet"),
        ("amended", {"attended": ["nobody"], "reason": "Sample."}, 422, "unknown-person"),
    ],
)
async def test_what_cannot_become_of_a_meeting_is_refused(
    running: Running, act: str, body: Json, status: int, problem: str
) -> None:
    """G-2"""
    await running.post("/v1/crg/meetings", {"starts_at": f"{YEAR}-06-04T10:00:00+00:00"}, "crg-chair", key="c-97")
    answer = await running.post(f"/v1/crg/meetings/crg-{YEAR}-06-04/{act}", body, "business-unit")
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")
    observer = await running.post(f"/v1/crg/meetings/crg-{YEAR}-06-04/{act}", body, "observer")
    assert observer.status_code in (403, 422)


async def test_a_record_is_amended_and_a_meeting_that_was_held_stays_where_it_was(running: Running) -> None:
    """G-2, X-2"""
    past = {"starts_at": (datetime.now(UTC) - timedelta(days=3)).isoformat()}
    meeting = f"/v1/crg/meetings/{(await running.post('/v1/crg/meetings', past, 'crg-chair')).json()['id']}"
    assert (await running.post(f"{meeting}/held", HELD, "business-unit")).status_code == 201
    body = {"attended": ["crg-chair"], "notes": "Sample: less.", "reason": "Sample: one did not come."}
    amended = await running.post(f"{meeting}/amended", body, "business-unit")
    assert amended.status_code == 201, amended.text
    found = await running.get(meeting)
    assert (found["record"]["attended"], found["record"]["notes"]) == (["crg-chair"], "Sample: less.")
    assert found["changes"][0]["attended_was"] == HELD["attended"]
    for act, more in (("moved", {"starts_at": f"{YEAR}-07-05T10:00:00Z"}), ("cancelled", {})):
        answer = await running.post(f"{meeting}/{act}", {**more, "reason": "Sample."}, "business-unit")
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/already-held")
