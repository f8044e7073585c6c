"""Every refusal there is has its HTTP status, its explanation and no stack trace; the API holds no opinion."""

import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from api import problems
from review.examples import REFERRAL
from review.refusals import all_refusals
from store.errors import StoreError

API = Path(problems.__file__).parent


def test_every_refusal_of_the_review_has_its_row() -> None:
    assert [kind.__name__ for kind in all_refusals() if kind not in problems.STATUSES] == []


def test_every_error_of_the_store_has_its_row() -> None:
    assert [kind.__name__ for kind in StoreError.__subclasses__() if kind not in problems.STATUSES] == []


def test_no_refusal_is_an_error_of_ours() -> None:
    assert all(400 <= status < 500 for status in problems.STATUSES.values())


@pytest.mark.parametrize("name", sorted(problems.names()))
async def test_every_type_of_problem_can_be_looked_up(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/problems/{name}")
    assert answer.status_code == HTTPStatus.OK
    assert answer.json()["type"] == f"/problems/{name}"
    assert answer.json()["meaning"]


async def test_an_address_that_is_not_there_is_a_problem_too(client: httpx.AsyncClient) -> None:
    for answer in (await client.get("/v1/nothing"), await client.get("/problems/no-such-problem")):
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    wrong = await client.delete("/v1/cases")
    assert (wrong.status_code, wrong.json()["type"]) == (405, "/problems/method-not-allowed")


async def test_a_parameter_that_an_address_does_not_take_is_named(
    client: httpx.AsyncClient, token: Callable[[str], dict[str, str]]
) -> None:
    """One that is misspelt would otherwise change nothing, and the list would look complete."""
    wrong = await client.get("/v1/cases?stag=returns&limit=5", headers=token("business-unit"))
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/invalid-request")
    (error,) = wrong.json()["errors"]
    assert error["field"] == "stag"
    assert "stage" in error["detail"]
    none = await client.get("/v1?stage=returns", headers=token("business-unit"))
    assert none.json()["errors"][0]["detail"].endswith("takes: none")


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"agency": None}, "agency", "name the agency that refers"),
        ({"children": [{"child_id": "No Id", "name": "Sample Child"}]}, "children.0.child_id", "an id of lower-case"),
        ({"source": "partnership", "partnership": "Sample Partnership"}, "contact", "whom to answer there"),
        ({"children": [{"child_id": "child-1", "name": "Sample Child"}] * 2}, "children", "give each child once"),
        ({"children": []}, "children", "holds too few; give at least 1"),
        ({"nature": "sample"}, "nature", "is not known here; choose 'serious', 'good-practice'"),
        ({"concern": "x" * 20_001}, "concern", "is too long; 20000 characters are the most"),
        ({"received_by": "me"}, "received_by", "is not known here; take it out"),
    ],
)
async def test_what_is_wrong_with_a_body_is_said_of_its_field_in_plain_words(
    client: httpx.AsyncClient, token: Callable[[str], dict[str, str]], change: dict[str, object], field: str, words: str
) -> None:
    """A-1"""
    answer = await client.post("/v1/referrals", json=REFERRAL | change, headers=token("business-unit"))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert words in error["detail"]


async def test_what_can_be_read_can_be_asked_for_without_its_body(
    client: httpx.AsyncClient, token: Callable[[str], dict[str, str]]
) -> None:
    for path in ("/v1/cases", "/", "/openapi.json", "/v1/nothing"):
        whole = await client.get(path, headers=token("business-unit"))
        head = await client.head(path, headers=token("business-unit"))
        assert (head.status_code, head.headers.get("ETag")) == (whole.status_code, whole.headers.get("ETag")), path
        assert head.content == b"", path


def test_an_error_of_ours_says_nothing_of_what_somebody_wrote() -> None:
    document = problems.Problem("internal").document()
    assert document.status == 500
    assert "Traceback" not in document.detail


def test_the_api_holds_no_opinion_on_a_stage() -> None:
    """What may be done when is said by the review: nothing in the API branches on where a case stands."""
    branch = re.compile(r"^\s*(if|elif|while|match|case)\b.*(\bstage\b|Stage\.)", re.MULTILINE)
    guilty = [path.name for path in API.glob("*.py") if branch.search(path.read_text("utf-8"))]
    assert guilty == []


def test_no_room_of_the_api_has_grown_out_of_hand() -> None:
    long = {path.name: count for path in API.glob("*.py") if (count := len(path.read_text("utf-8").splitlines())) > 300}
    assert long == {}
