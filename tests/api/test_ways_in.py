"""The ways in beside the incident, over HTTP: a referral by its agency, another partnership's request."""

import pytest

from tests.api.running import Running

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
    assert answer.json()["errors"] == [{"field": "senior_officer", "detail": "is blank; say it in words"}]


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
