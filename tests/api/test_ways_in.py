"""The ways in beside the incident, over HTTP: a referral by its agency, another partnership's request."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.running import Json, Running

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def opened(running: Running, rel: str, who: str, **changes: object) -> str:
    """The address of a new case that begins so."""
    (way,) = [step for step in (await running.get("/v1"))["next_steps"] if step["rel"] == rel]
    assert set((await running.get(way["schema"]))["properties"]) >= set(way["example"])
    answer = await running.post(way["href"], way["example"] | changes, who)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == answer.json()["href"]
    return str(answer.json()["href"])


async def test_a_referral_is_led_to_a_learning_review_by_next_steps_alone(running: Running) -> None:
    """A-1..A-3, A-5: the first step that is needed, its example unchanged, until the findings are agreed."""
    here, taken = await opened(running, "open-referral", "business-unit"), []
    while (step := await running.needed(here)) is not None and step["rel"] != "learning-disseminated":
        answer = await running.send(step)
        assert answer.status_code == 201, (step["rel"], answer.text)
        taken.append(step["rel"])
        assert len(taken) < 30
    assert taken[:1] == ["crg-considered"]
    assert "learning-review-assured" in taken
    case = await running.get(here)
    assert case["advice"] is None
    assert case["referral"]["outcome"] == "learning-review"


async def test_an_agency_refers_sees_its_own_part_and_completes_it(running: Running) -> None:
    """A-1: and another agency does not learn that there is a case."""
    here = await opened(running, "open-referral", "senior-education", senior_officer="")
    part = await running.get(here, "senior-education")
    assert part["stage"] == "referral-returned"
    assert part["view"] == "agency"
    (step,) = part["next_steps"]
    assert step["rel"] == "referral-completed"
    assert (await running.post(step["href"], step["example"], "senior-education")).status_code == 201
    assert (await running.client.get(here, headers=running.token("senior-housing"))).status_code == 404


async def test_a_referral_of_another_century_opens_nothing_and_blanks_complete_nothing(running: Running) -> None:
    """A-1: what is wrong is named with its field."""
    before = [one["reference"] for one in (await running.get("/v1/cases"))["items"]]
    (way,) = [step for step in (await running.get("/v1"))["next_steps"] if step["rel"] == "open-referral"]
    long_ago = {"happened_at": "2000-01-01T00:00:00Z"}
    answer = await running.post(way["href"], way["example"] | long_ago, "business-unit")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/beyond-the-calendar")
    assert [one["field"] for one in answer.json()["errors"]] == ["happened_at"]
    assert [one["reference"] for one in (await running.get("/v1/cases"))["items"]] == before
    here = await opened(running, "open-referral", "senior-education", senior_officer="  ")
    step = await running.led_to(here, "referral-completed")
    answer = await running.send(step, senior_officer="   ")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")
    assert answer.json()["errors"] == [{"field": "senior_officer", "detail": "is blank; enter it"}]


async def test_an_agency_cannot_refer_in_the_name_of_another(running: Running) -> None:
    """A-1"""
    (way,) = [step for step in (await running.get("/v1"))["next_steps"] if step["rel"] == "open-referral"]
    answer = await running.post(way["href"], way["example"], "senior-housing")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/wrong-agency")


async def test_an_information_request_is_led_to_its_conclusion(running: Running) -> None:
    """A-4: a reference of its own kind, a workflow of its own type."""
    here = await opened(running, "open-information-request", "business-unit")
    assert here.rpartition("/")[2].startswith("IR-")
    taken = []
    while (step := await running.needed(here)) is not None:
        answer = await running.send(step)
        assert answer.status_code == 201, (step["rel"], answer.text)
        taken.append(step["rel"])
        assert len(taken) < 30
    assert taken[0] == "agencies-asked"
    assert taken[-2:] == ["information-supplied", "information-request-concluded"]
    assert (await running.get(here))["stage"] == "concluded"


async def test_a_case_is_merged_only_into_one_that_is_there_and_carries_its_duties(running: Running) -> None:
    """X-1, X-4: offered with the other case of the same child; told there by the engine; reopened, it runs again."""
    here, other = await running.opened(), await running.opened()
    into = other.rpartition("/")[2]
    body = {"carried": ["D-1"], "reason": "Sample: one incident, entered twice."}
    gone = await running.post(f"{here}/case-merged", body | {"into": "CR-2020-999"}, "business-unit")
    assert (gone.status_code, gone.json()["errors"][0]["field"]) == (404, "into")
    (step,) = [one for one in (await running.get(here))["next_steps"] if one["rel"] == "case-merged"]
    assert step["example"]["into"] != here.rpartition("/")[2]
    taken = await running.post(f"{here}/case-merged", body | {"into": into}, "business-unit")
    assert taken.status_code == 201, taken.text
    assert (await running.get(here))["stage"] == "merged"
    joined = await until(running, other, lambda case: [one for one in case["facts"] if one["kind"] == "case-joined"])
    assert joined[0]["fact"]["other"] == here.rpartition("/")[2]
    again = await running.post(f"{other}/case-merged", body | {"into": here.rpartition("/")[2]}, "business-unit")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/cannot-be-merged")
    back = await running.post(f"{here}/case-reopened", {"reason": "Sample: they are two."}, "business-unit")
    assert back.status_code == 201, back.text
    (clock,) = [one for one in (await running.get(here))["deadlines"] if one["id"] == "D-1"]
    assert clock["status"] == "open"


async def test_what_cannot_be_corrected_is_refused_with_what_to_do(running: Running) -> None:
    """X-2: the person is told the way, not the names of types."""
    here = await running.opened()
    opening = (await running.get(here))["facts"][0]["message"]
    back = {"takes_back": opening, "reason": "Sample: entered by mistake."}
    refused = await running.post(f"{here}/taken-back", back, "business-unit")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/cannot-be-corrected")
    assert "withdraw the case instead" in refused.json()["detail"]
    view = {"officer": "dcs", "view": "notify", "reasons": "Sample."}
    reported = (await running.post(f"{here}/partner-view-given", view, "dcs")).json()["message"]
    taken = await running.post(f"{here}/taken-back", back | {"takes_back": reported}, "business-unit")
    assert taken.status_code == 201, taken.text
    facts = {one["message"]: one for one in (await running.get(here))["facts"]}
    assert facts[reported]["corrected_by"] == taken.json()["message"]
    wrong = {"corrects": reported, "right": {"kind": "nonsense"}, "reason": "Sample."}
    unknown = await running.post(f"{here}/corrected", wrong, "business-unit")
    assert unknown.status_code == 422
    assert "kind" in unknown.json()["errors"][0]["detail"]
    assert len(unknown.json()["errors"][0]["detail"]) < 200


async def until(running: Running, here: str, found: Callable[[Json], Any]) -> Any:
    """What is found in a case as soon as it is there."""
    for _ in range(100):
        if what := found(await running.get(here)):
            return what
        await asyncio.sleep(0.1)
    raise AssertionError(f"{here} never showed it")
