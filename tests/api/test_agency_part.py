"""What an agency that is told to use the portal finds there: its action and learning review, over HTTP.

Its signature: `test_next_steps`.
"""

import pytest

from tests.api.running import Json, Running

pytestmark = pytest.mark.asyncio(loop_scope="session")

ACTION = {"action": "audit", "what": "Sample.", "agency": "housing", "due_date": "2030-09-30", "outcome": "Sample."}


async def learning_review(running: Running) -> str:
    """The address of a case for which the CRG has decided on a learning review."""
    (way,) = [step for step in (await running.get("/v1"))["next_steps"] if step["rel"] == "open-referral"]
    here = str((await running.post(way["href"], way["example"], "business-unit")).json()["href"])
    await running.send(await running.led_to(here, "crg-considered"), outcome="learning-review")
    await running.send(await running.led_to(here, "learning-terms-set"), findings_by="2030-09-30")
    return here


async def test_the_owner_of_an_action_reads_it_and_records_its_progress(running: Running) -> None:
    """G-11: nobody else's; an agency with no part in the case does not learn that there is one."""
    here = await running.opened()
    for owner, action in (("lead-housing", "audit"), ("lead-police", "other")):
        body = ACTION | {"owner": owner, "action": action, "agency": owner.removeprefix("lead-")}
        assert (await running.post(f"{here}/action-set", body, "business-unit")).status_code == 201
    part = await running.get(here, "lead-housing")
    assert [(one["action"], one["owner"]) for one in part["actions"]] == [("audit", "lead-housing")]
    assert [one["id"] for one in part["deadlines"]] == ["G-11:audit"]
    (step,) = part["next_steps"]
    assert step["rel"] == "action-progressed"
    assert (await running.post(step["href"], step["example"], "lead-housing")).status_code == 201
    assert (await running.client.get(here, headers=running.token("senior-probation"))).status_code == 404


async def test_an_agency_that_takes_part_in_a_learning_review_reads_its_terms(running: Running) -> None:
    """A-5"""
    here = await learning_review(running)
    named = [{"agency": "housing", "office": "Manager"}, {"agency": "police", "office": "Sergeant"}]
    assert (
        await running.post(f"{here}/learning-participants-named", {"participants": named}, "business-unit")
    ).status_code == 201
    learning: Json = (await running.get(here, "senior-housing"))["learning"]
    assert learning["participants"] == named[:1]
    assert learning["findings_by"] == "2030-09-30"
    assert learning["terms"]
    assert (await running.client.get(here, headers=running.token("senior-probation"))).status_code == 404


async def test_a_representative_reads_the_agenda_of_the_meeting_to_which_they_are_invited(running: Running) -> None:
    """R-5, R-6: the housing association has nobody on the CRG. Its own return it reads again (R-4)."""
    here = await running.opened()
    scoping = await running.led_to(here, "scoping-meeting-held")
    left = [{"agency": one, "reason": "Sample: not involved."} for one in scoping["example"]["agencies"]]
    assert (await running.send(scoping, agencies=["housing"], left_out=left)).status_code == 201
    assert (await running.send(await running.led_to(here, "returns-requested"))).status_code == 201
    await running.led_to(here, "senior-officers-informed")
    agenda = (await running.get(here, "lead-housing"))["links"]["agenda"]
    answers = [
        await running.client.get(agenda, headers=running.token(one)) for one in ("lead-housing", "senior-housing")
    ]
    assert [one.status_code for one in answers] == [200, 403]
    assert (await running.client.get(agenda, headers=running.token("senior-probation"))).status_code == 404
    assert (await running.send(await running.led_to(here, "agency-returned"))).status_code == 201
    own = (await running.get(here, "senior-housing"))["links"]["return-housing"]
    assert (await running.get(own, "senior-housing"))["involvement"].startswith("Sample:")
    assert (await running.client.get(own, headers=running.token("senior-probation"))).status_code == 404
