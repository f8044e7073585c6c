"""Every refusal there is has its HTTP status, its explanation and no stack trace; the API holds no opinion."""

import json
import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError

from api import problems
from api.handlers import of_validation
from api.opening import sample_now
from api.problems import title_of
from review.bodies import BODIES
from review.facts.referral import ReferralReceived
from review.kit.refusals import KINDS, all_refusals, kind_of
from store.errors import StoreError

API = Path(problems.__file__).parent


def test_every_refusal_is_of_one_kind_and_every_kind_has_its_status() -> None:
    """Of the review and of the store."""
    for refusal in (*all_refusals(), *StoreError.__subclasses__()):
        assert [kind for kind in KINDS if issubclass(refusal, kind)] == [kind_of(refusal)], refusal.__name__
    assert set(problems.STATUSES) == set(KINDS)


def test_the_kinds_of_refusals_stand_in_the_docs_as_the_code_has_them() -> None:
    text = Path("docs/api.md").read_text("utf-8")
    for kind, status in problems.STATUSES.items():
        assert f"| {kind.__name__} | {status} | {kind.__doc__} |" in text


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
    assert wrong.headers["Allow"] == "GET, POST", "of all routes of the address"


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


@pytest.mark.parametrize("rel", sorted(kind for kind, body in BODIES.items() if body.sample))
def test_no_word_of_the_validator_reaches_a_caller(rel: str) -> None:
    """Whatever stands in the place of whichever part of a body, what is said of it is a sentence of ours."""
    said = {text for wrong in spoiled(sample_now(rel)) for text in what_is_said(BODIES[rel], wrong)}
    assert said
    assert [one for one in sorted(said) if re.search("[Ii]nput|valid |must match|True|False|None", one)] == []


def spoiled(example: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The body with each of its parts, in turn, as something odd."""

    def within(part: Any) -> Iterator[Any]:
        yield from (None, True, 7.5, "", "x!", "9" * 400, "2026-13-01T00:00", [], {}, [None], {"?": 1})
        if isinstance(part, dict):
            for name, one in part.items():
                yield from ({**part, name: odd} for odd in within(one))
        if isinstance(part, list) and part:
            yield from ([odd, *part[1:]] for odd in within(part[0]))

    yield from within(example)


def what_is_said(body: Any, wrong: Any) -> list[str]:
    try:
        TypeAdapter(body).validate_json(json.dumps(wrong))
    except ValidationError as error:
        found = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        return [one.detail for one in of_validation(RequestValidationError(found)).errors]
    return []


async def test_ids_stand_in_a_sentence_as_they_are(
    client: httpx.AsyncClient, token: Callable[[str], dict[str, str]]
) -> None:
    person = {"id": "sample-person", "name": "Sample Person", "email": "sample@example.org", "roles": ["agency"]}
    person |= {"agency": "no-such-agency"}
    answer = await client.put("/v1/directory/people/sample-person", json=person, headers=token("business-unit"))
    assert answer.json()["detail"].startswith("The person sample-person belongs to the agency no-such-agency"), (
        answer.text
    )
    wrong = person | {"email": "nobody"}
    answer = await client.put("/v1/directory/people/sample-person", json=wrong, headers=token("business-unit"))
    (error,) = answer.json()["errors"]
    assert (error["field"], error["detail"][:21]) == ("email", "is no email address: ")


@pytest.mark.parametrize("signs", ["\u200b", " \u2060 \u00ad", "\ufeff"])
async def test_a_text_of_which_nothing_can_be_seen_is_blank(
    client: httpx.AsyncClient, token: Callable[[str], dict[str, str]], signs: str
) -> None:
    answer = await client.post(
        "/v1/referrals", json=ReferralReceived.sample | {"concern": signs}, headers=token("business-unit")
    )
    assert answer.json()["errors"] == [{"field": "concern", "detail": "is blank; enter it"}]


async def test_a_key_that_cannot_be_one_is_told_how_it_is_written(
    client: httpx.AsyncClient, token: Callable[[str], dict[str, str]]
) -> None:
    headers = token("business-unit") | {"Idempotency-Key": "~mine"}
    (error,) = (await client.post("/v1/referrals", json=ReferralReceived.sample, headers=headers)).json()["errors"]
    assert error["field"] == "Idempotency-Key"
    assert "with no ~ in front" in error["detail"]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"agency": None}, "agency", "name the agency that refers"),
        ({"children": [{"child_id": "No Id", "name": "Sample Child"}]}, "children.0.child_id", "an id of lower-case"),
        ({"source": "partnership", "partnership": "Sample Partnership"}, "contact", "whom to answer there"),
        (
            {"children": [{"child_id": "child-1", "name": "Sample Child"}] * 2},
            "children.1.child_id",
            "give each child once",
        ),
        ({"children": []}, "children", "holds too few; give at least 1"),
        ({"nature": "sample"}, "nature", "is not known here; choose 'serious', 'good-practice'"),
        ({"concern": "x" * 20_001}, "concern", "is too long; 20000 characters are the most"),
        ({"received_by": "me"}, "received_by", "is not known here; take it out"),
        ({"children": [[]]}, "children.0", "is no object; put names and values in braces"),
    ],
)
async def test_what_is_wrong_with_a_body_is_said_of_its_field_in_plain_words(
    client: httpx.AsyncClient, token: Callable[[str], dict[str, str]], change: dict[str, object], field: str, words: str
) -> None:
    """A-1"""
    answer = await client.post("/v1/referrals", json=ReferralReceived.sample | change, headers=token("business-unit"))
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


def test_a_title_writes_names_as_people_write_them() -> None:
    said = ("not-of-the-crg", "crg-has-agreed", "malformed-json", "no-address-of-the-panel", "store-unavailable")
    assert [title_of(one) for one in said] == [
        "Not of the CRG",
        "CRG has agreed",
        "Malformed JSON",
        "No address of the Panel",
        "Store unavailable",
    ]
