"""A client that knows nothing of the protocol takes a case from intake to the partners' decision."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.api.running import Json, Running
from tests.third import THIRD

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(alone: Running) -> Running:
    """One for this file: the directory, closures and editions change."""
    return alone


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def returned(running: Running) -> str:
    """The address of a case whose agencies have given their returns."""
    here = await running.opened()
    await running.led_to(here, "rapid-review-meeting-held")
    return here


# Closures first: each is told to every live case, and there are few as yet.


async def test_a_closure_entered_today_moves_every_live_case_and_says_why(running: Running) -> None:
    """ "a late announcement" """
    here = await running.opened()
    due = next(one for one in (await running.get(here))["deadlines"] if one["id"] == "D-1")
    body = {"day": due["due"][:10], "why": "Sample: flooding", "kind": "closure"}
    answer = await running.post("/v1/calendar/closures", body, "business-unit", key="closure-1")
    assert answer.status_code == 201, answer.text
    assert answer.json()["cases_told"] >= 1
    again = await running.post("/v1/calendar/closures", body, "business-unit", key="closure-1")
    assert again.json() == answer.json()
    for _ in range(100):
        moved = next(one for one in (await running.get(here))["deadlines"] if one["id"] == "D-1")
        if moved["moves"]:
            break
        await asyncio.sleep(0.1)
    assert moved["due"] > due["due"]
    assert "Sample: flooding" in moved["moves"][0]["why"]
    twice = await running.post("/v1/calendar/closures", body, "business-unit")
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/already-closed")


async def moves_of(running: Running, here: str, count: int) -> list[dict[str, Any]]:
    """The moves of D-1, once there are so many."""
    for _ in range(100):
        found = next(one for one in (await running.get(here))["deadlines"] if one["id"] == "D-1")
        if len(found["moves"]) >= count:
            return [*found["moves"]]
        await asyncio.sleep(0.1)
    raise AssertionError(f"D-1 has not moved {count} times")


async def take_back(running: Running, day: str, who: str = "business-unit", **more: Any) -> httpx.Response:
    sent = {"reason": "Sample: it is the week after"} | more
    key = {"Idempotency-Key": sent.pop("key")} if "key" in sent else {}
    headers = running.token(who) | key
    return await running.client.request("DELETE", f"/v1/calendar/closures/{day}", json=sent, headers=headers)


async def test_a_closure_entered_by_mistake_is_taken_back_and_deadlines_move_back(running: Running) -> None:
    """X-2: closed, opened, and closed again in earnest; each is told, and the history stays."""
    here = await running.opened()
    due = next(one for one in (await running.get(here))["deadlines"] if one["id"] == "D-1")["due"]
    day = due[:10]
    body = {"day": day, "why": "Sample: training", "kind": "closure"}
    assert (await running.post("/v1/calendar/closures", body, "business-unit")).status_code == 201
    assert (await moves_of(running, here, 1))[0]["due"] > due
    answer = await take_back(running, day, key="taken-back-1")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["why"], answer.json()["reason"]) == ("Sample: training", "Sample: it is the week after")
    assert answer.json()["cases_told"] >= 1
    assert (await take_back(running, day, key="taken-back-1")).json() == answer.json()
    back = (await moves_of(running, here, 2))[1]
    assert back["due"] == due
    assert back["why"].startswith("Closed by mistake: Sample: it is the week after, ")
    listed = await running.get("/v1/calendar/closures")
    assert day not in [one["day"] for one in listed["items"]]
    assert [one["reason"] for one in listed["taken_back"] if one["day"] == day] == ["Sample: it is the week after"]
    again = await take_back(running, day)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-taken-back")
    assert (await running.post("/v1/calendar/closures", body, "business-unit")).status_code == 201
    assert (await moves_of(running, here, 3))[2]["due"] > due
    assert (await take_back(running, day)).status_code == 200
    assert (await moves_of(running, here, 4))[3]["due"] == due


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def to_the_decision(running: Running) -> tuple[str, list[str]]:
    """The address of a case whose partners have decided, and the steps that led there."""
    here, taken = await running.opened(), []
    async for step in steps_of(running, here):
        answer = await running.send(step)
        assert answer.status_code == 201, (step["rel"], answer.text)
        assert answer.json()["status"] == "recorded"
        taken.append(step["rel"])
        assert len(taken) < 60
        if step["rel"] == "partners-decided":
            break
    return here, taken


async def test_a_client_that_knows_nothing_is_led_from_intake_to_the_partners_decision(
    running: Running, to_the_decision: tuple[str, list[str]]
) -> None:
    """Every step: the first that is needed, its example unchanged, a token for the first of its roles only."""
    here, taken = to_the_decision
    case = await running.get(here)
    assert taken[0] == "partner-view-given"
    assert taken[-1] == "partners-decided"
    assert {"agency-returned", "report-drafted", "sign-off-given", "submitted-to-panel"} <= set(taken)
    assert case["stage"] == "practice-review"
    to_come = ("D-10", "R-7")  # the immediate learning is owed beside what follows
    assert {one["status"] for one in case["deadlines"] if one["id"] not in to_come} == {"met"}
    assert case["failed_duties"] == []


async def test_the_same_client_is_led_on_to_the_end_of_the_practice_review(
    running: Running, to_the_decision: tuple[str, list[str]]
) -> None:
    """K-1..K-10, G-6, G-9, G-11: to the last action closed, by next steps alone; each is drawn where it is offered."""
    here, taken = to_the_decision
    signed = []
    async for step in steps_of(running, here):
        if step["rel"] == "sign-off-given" and step["about"].startswith("agency-"):
            signed.append(step["about"])
            step = await signature_of_an_agency(running, here, step) if len(signed) == 1 else step
        answer = await running.send(step)
        assert answer.status_code == 201, (step["rel"], answer.text)
        taken.append(step["rel"])
        assert len(taken) < 160, taken[-20:]
    assert signed, "no agency was ever asked to sign"
    assert {"review-published", "learning-disseminated"} <= set(taken)
    assert (await running.get(here))["stage"] == "concluded"


async def signature_of_an_agency(running: Running, here: str, step: Json) -> Json:
    """K-7: a senior officer who is asked to sign a review finds it; each agency its own signature alone."""
    agency, officer = step["about"].removeprefix("agency-"), step["people"][0]
    for _ in range(100):  # the two days to answer run from when the officer has the email
        part = await running.get(here, officer)
        (own,) = [one for one in part["next_steps"] if one["rel"] == "sign-off-given"]
        if own["deadline"]:
            break
        await asyncio.sleep(0.1)
    assert [ask["capacity"] for one in part["rounds"] for ask in one["asks"]] == [f"agency-{agency}"]
    assert own["deadline"] in [one["id"] for one in part["deadlines"]]
    return {**own, "roles": [officer]}


async def steps_of(running: Running, here: str) -> AsyncIterator[Json]:
    """Each step that is needed, one after the other, as it is offered, in a stage in which it is drawn."""
    drawn = await running.get("/v1/protocol")
    placed = {stage["id"]: {one["rel"] for one in stage["steps"]} for stage in drawn["stages"]}
    anywhere = {one["rel"] for group in drawn["any_time"] for one in group["steps"]}
    while (case := await running.in_need(here)) is not None:
        step = case["next_steps"][0]
        if step["rel"] not in placed[case["stage"]] | anywhere:
            assert await running.comes_to_a_stage_of(here, step["rel"], placed, anywhere), step["rel"]
        yield step


async def test_every_step_has_all_that_a_client_needs(running: Running) -> None:
    here = await running.opened()
    for step in (await running.get(here))["next_steps"]:
        assert {"rel", "title", "method", "href", "roles", "due", "schema", "example", "needed"} <= set(step)
        schema = await running.get(step["schema"])
        assert set(step["example"]) <= set(schema["properties"])


async def test_what_was_recorded_is_seen_at_once_by_the_one_who_said_it(running: Running) -> None:
    here = await running.opened()
    step = await running.needed(here)
    assert step is not None
    receipt = (await running.send(step)).json()
    assert receipt["message"] in [fact["message"] for fact in (await running.get(here))["facts"]]


async def test_the_record_the_documents_and_the_emails_of_a_case_can_be_read(running: Running, returned: str) -> None:
    here = returned
    record = await running.get(f"{here}/record?limit=5")
    assert [row["seq"] for row in record["items"]] == [1, 2, 3, 4, 5]
    following = await running.get(f"{here}/record?limit=5&after={record['next']}")
    assert following["items"][0]["seq"] == 6
    returns = [one for one in (await running.get(f"{here}/documents"))["items"] if one["document"] == "return-police"]
    assert (await running.get(returns[0]["href"]))["involvement"].startswith("Sample:")
    assert "incident-received:dcs" in {
        f"{mail['cause']}:{mail['person']}" for mail in (await running.get(f"{here}/emails"))["items"]
    }


async def test_an_agency_sees_its_own_part_and_nothing_else(running: Running, returned: str) -> None:
    here = returned
    part = await running.get(here, "senior-hospital")
    assert [one["agency"] for one in part["agencies"]] == ["hospital"]
    assert [one["id"] for one in part["deadlines"]] == ["R-3:hospital", "D-6:hospital"]
    assert {step["about"] for step in part["next_steps"]} == {"hospital"}
    assert "facts" not in part
    assert "Sample Child One" not in str(part)
    assert (await running.client.get(f"{here}/record", headers=running.token("senior-hospital"))).status_code == 403
    lines = (await running.get("/v1/cases", "senior-hospital"))["items"]
    assert here in [line["href"] for line in lines]
    dues = (await running.get("/v1/deadlines?limit=200", "senior-hospital"))["items"]
    assert {line["deadline"]["subject"] for line in dues} == {"hospital"}


async def test_an_agency_that_is_not_asked_does_not_learn_that_there_is_a_case(running: Running) -> None:
    here = await running.opened()
    answer = await running.client.get(here, headers=running.token("senior-housing"))
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-case")
    assert (await running.get("/v1/cases", "senior-housing"))["items"] == []
    body = {"agency": "housing", "officer": "Sample"}
    reported = await running.post(f"{here}/senior-officers-informed", body, "senior-housing")
    assert (reported.status_code, reported.json()["type"]) == (404, "/problems/unknown-case")


async def test_an_observer_sees_dates_and_no_narrative(running: Running) -> None:
    seen = await running.get(await running.opened(), "observer")
    assert seen["view"] == "deadlines"
    assert [one["id"] for one in seen["deadlines"]] == ["D-1", "N-8", "N-5", "N-7"]
    for one in seen["deadlines"]:  # closed days and their reasons are for everybody with an office
        one.pop("passed_over")
    assert "Sample" not in str(seen)


async def test_a_child_of_two_cases_leads_from_one_to_the_other(running: Running) -> None:
    """X-4."""
    first, second = await running.opened(), await running.opened()
    children = (await running.get(first))["children"]
    assert second.rpartition("/")[2] in children[0]["also_in"]
    opening = (await running.get("/v1"))["next_steps"][0]
    child = opening["example"]["children"][0] | {"child_id": "police-77", "name": "One, SAMPLE-Child"}
    answer = await running.post(opening["href"], opening["example"] | {"children": [child]}, "sbu-manager")
    assert answer.status_code == 201  # it is never in the way
    assert {
        "child_id": "police-77",
        "reference": second.rpartition("/")[2],
        "other_child_id": "child-sample-1",
        "why": "Born on the same day; the name is the same.",
    } in answer.json()["likely_duplicates"]


async def test_lists_filter_page_and_answer_304_where_nothing_has_changed(running: Running) -> None:
    await running.opened()
    await running.opened()
    page = await running.get("/v1/cases?limit=1&stage=discussion")
    rest = await running.get(f"/v1/cases?limit=200&stage=discussion&after={page['next']}")
    assert page["items"][0]["reference"] not in [one["reference"] for one in rest["items"]]
    assert (await running.get("/v1/cases?stage=merged"))["items"] == []
    headers = running.token("crg-chair")
    for after in ("nonsense", "%00", "W10"):
        answer = await running.client.get(f"/v1/cases?after={after}", headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bad-cursor")
    first = await running.client.get("/v1/deadlines", headers=headers)
    again = await running.client.get("/v1/deadlines", headers=headers | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_what_is_no_closure_cannot_be_taken_back_nor_by_just_anybody(running: Running) -> None:
    """Christmas Day is the nation's: nobody here entered it."""
    answer = await take_back(running, "2026-12-25")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-closed")
    assert (await take_back(running, "2026-12-25", who="crg-chair")).status_code == 403
    for wrong in ({"reason": ""}, {"reason": "Sample.", "colour": "red"}):
        answer = await take_back(running, "2026-12-25", **wrong)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")
    answer = await take_back(running, "nonsense")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_a_change_of_the_directory_applies_to_live_cases_from_then_on(running: Running) -> None:
    here = await running.opened()
    held = await running.client.get("/v1/directory", headers=running.token("business-unit"))
    chair = next(one for one in held.json()["people"] if one["id"] == "crg-chair")
    headers = running.token("business-unit") | {"If-Match": held.headers["ETag"]}
    changed = await running.client.put(
        "/v1/directory/people/crg-chair", json=chair | {"seniority": "manager"}, headers=headers
    )
    assert changed.status_code == 200
    assert any("crg-chair is manager" in warning for warning in changed.json()["warnings"])  # G-1
    for _ in range(100):
        kinds = [fact["kind"] for fact in (await running.get(here))["facts"]]
        if "directory-changed" in kinds:
            break
        await asyncio.sleep(0.1)
    assert "directory-changed" in kinds
    stale = await running.client.put("/v1/directory/people/crg-chair", json=chair, headers=headers)
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/changed")


async def test_a_rehearsal_begins_at_the_time_that_it_is_given(running: Running) -> None:
    times = {"incident_at": "2026-12-18T08:00:00+00:00", "aware_at": "2026-12-18T10:00:00+00:00"}
    here = await running.opened(**times, rehearsal={"starts_at": "2026-12-18T11:00:00+00:00"})
    case = await running.get(here)
    assert case["reference"].startswith("RH-2026-")
    assert case["case_now"].startswith("2026-12-18T11:00:")
    assert next(one for one in case["deadlines"] if one["id"] == "D-1")["due"].startswith("2026-12-29T23:59:59")


async def test_a_live_case_is_led_to_another_edition_and_one_that_is_not_there_names_the_field(
    running: Running,
) -> None:
    """Editions: `edition-moved` is among the next steps as it would be taken."""
    here = await running.opened()
    (step,) = [one for one in (await running.get(here))["next_steps"] if one["rel"] == "edition-moved"]
    assert (step["needed"], step["example"]["to"]) == (False, "england-2023")
    assert set(step["example"]) <= set((await running.get(step["schema"]))["properties"])
    unknown = await running.send(step, to="nowhere-2030")
    assert unknown.status_code == 422
    assert [error["field"] for error in unknown.json()["errors"]] == ["to"]
    assert (await running.send(step)).status_code == 201
    case = await running.get(here)
    assert case["edition"] == "england-2023"
    (back,) = [one for one in case["next_steps"] if one["rel"] == "edition-moved"]
    assert back["example"]["to"] == "doncaster-2018"


async def test_a_case_under_a_partnership_s_own_edition_goes_by_its_file_alone(running: Running) -> None:
    """Editions, B-6: a file in the data folder, read while everything runs; aware on Friday 18 December 2026."""
    running.settings.own_editions.mkdir(exist_ok=True)
    (running.settings.own_editions / "third-2026.toml").write_text(THIRD, encoding="utf-8")
    times = {"incident_at": "2026-12-18T08:00:00+00:00", "aware_at": "2026-12-18T10:00:00+00:00"}
    rehearsal = {"starts_at": "2026-12-18T11:00:00+00:00"}
    here = await running.opened(**times, edition="third-2026", rehearsal=rehearsal)
    asked = await running.send(await running.led_to(here, "returns-requested"))
    assert asked.status_code == 201
    await running.led_to(here, "agency-knew")
    for _ in range(100):
        case = await running.get(here)
        if len(steps := [one for one in case["next_steps"] if one["rel"] == "agency-knew"]) == len(case["agencies"]):
            break
        await asyncio.sleep(0.1)
    due = {one["id"]: one["due"][:19] for one in case["deadlines"]}
    assert case["edition"] == "third-2026"
    assert due["D-4"] == "2026-12-22T23:59:59"
    assert due["D-6-known:police"] == "2026-12-22T23:59:59"
    assert due["D-6:police"] == "2026-12-23T23:59:59"
    assert due["D-7"] == "2027-01-08T23:59:59"
    for step in steps:
        assert (await running.send(step, known=False)).status_code == 201
    case = await running.get(here)
    assert {one["known"] for one in case["agencies"]} == {False}
    assert all(one["status"] == "met" for one in case["deadlines"] if one["id"].startswith("D-6"))
    assert (await running.led_to(here, "rapid-review-meeting-held"))["rel"] == "rapid-review-meeting-held"
