"""The CRG's meetings with their agenda, and the action log across cases, over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.api.running import Running

pytestmark = pytest.mark.asyncio(loop_scope="module")

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
    to_come = {"starts_at": "2099-03-04T10:00:00+00:00"}
    called = await running.post("/v1/crg/meetings", to_come, "crg-chair", key="crg-to-come")
    held = await running.post(f"/v1/crg/meetings/{called.json()['id']}/held", HELD, "business-unit")
    assert (held.status_code, held.json()["type"]) == (422, "/problems/not-held-yet")
    assert "record it when it has been held" in held.json()["detail"]
