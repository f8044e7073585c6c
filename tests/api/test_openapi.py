"""The OpenAPI document: open to all, complete, with examples that are valid, and an API that does what it says."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

import httpx
import pytest
import schemathesis
from fastapi.routing import APIRoute, iter_route_contexts
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from api.app import create_app
from api.facts import RELS
from api.opening import CaseOpening, sample_now
from api.tags import TAGS
from review.bodies import BODIES
from settings import Settings, load_settings
from tests.api.conftest import Token


@pytest.fixture(scope="module")
def document(api: Settings) -> dict[str, Any]:
    answer = httpx.get(f"{api.public_url}/openapi.json", timeout=60, trust_env=False)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


@pytest.mark.parametrize("rel", RELS)
def test_every_fact_has_an_example_that_is_valid(rel: str) -> None:
    BODIES[rel].model_validate(sample_now(rel))


def test_the_example_of_a_case_is_a_complete_valid_incident() -> None:
    required = {name for name, field in CaseOpening.model_fields.items() if field.is_required()}
    assert required <= set(sample_now())
    CaseOpening.model_validate(sample_now())


async def test_every_body_has_an_example_and_every_operation_a_name_a_part_and_a_sentence(
    document: dict[str, Any],
) -> None:
    names = [operation["operationId"] for operation in operations(document)]
    assert len(set(names)) == len(names)
    assert set(RELS) <= set(names)
    for operation in operations(document):
        assert operation["tags"][0] in [tag["name"] for tag in TAGS]
        assert operation["description"]
        for kind, body in operation.get("requestBody", {}).get("content", {}).items():
            if kind == "multipart/form-data":  # with a file, of which there is no example
                assert all(part["description"] for part in body["schema"]["properties"].values())
            else:
                assert body["examples"]


async def test_every_schema_has_a_plain_name_of_its_own(document: dict[str, Any]) -> None:
    """Of two classes with one name, FastAPI calls both by the path of their module: rename one of them."""
    odd = [name for name in document["components"]["schemas"] if not name.isalnum()]
    assert odd == []


async def test_the_sign_in_is_described(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"]["HTTPBearer"]["bearerFormat"] == "JWT"
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert ("security" in operation) == path.startswith("/v1"), path


async def test_the_documentation_needs_no_other_server(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    assert "https://" not in page.text
    assert (await client.get("/static-offline-docs/swagger-ui-bundle.js")).status_code == 200


OPERATIONS = [
    f"{method} {route.path_format}"
    for route in iter_route_contexts(create_app(load_settings()).routes)
    if isinstance(route.original_route, APIRoute) and route.include_in_schema
    for method in route.methods or ()
    if route.path_format != "/health/ready"  # without Temporal it is not ready, and says so
]


@pytest.fixture(scope="module")
def described(document: dict[str, Any]) -> dict[str, schemathesis.APIOperation[Any, Any, Any, Any]]:
    """Each operation as the document has it, by its name."""
    found = [one.ok() for one in schemathesis.openapi.from_dict(document).get_all_operations() if isinstance(one, Ok)]
    return {operation.label: operation for operation in found}


def test_every_operation_is_described(described: dict[str, schemathesis.APIOperation[Any, Any, Any, Any]]) -> None:
    assert sorted(described) == sorted([*OPERATIONS, "GET /health/ready"])


# The headers that every operation takes alike are drawn for some: to draw them takes longer than all the rest.
HEADERS_DRAWN_WITH = ("POST /v1/cases", "POST /v1/cases/{reference}/agency-returned", "GET /v1/cases/{reference}")
HEADERS = {(KEY := "Idempotency-Key"): "given", "If-Match": "given"}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as described", "otherwise"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_is_sent_is_answered_as_described_and_never_with_an_error_of_ours(
    operation: str,
    mode: GenerationMode,
    api: Settings,
    token: Token,
    described: dict[str, schemathesis.APIOperation[Any, Any, Any, Any]],
) -> None:
    """Drawn at random. Each operation is a test with a name of its own: of several with one name only one is run."""

    bearer, alike = token("business-unit"), operation not in HEADERS_DRAWN_WITH and mode.is_positive
    drawn = described[operation].as_strategy(generation_mode=mode, headers=dict(HEADERS) if alike else None)

    @given(drawn)
    @bounds(max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
    def sent(case: schemathesis.Case[Any]) -> None:
        if alike:
            case.headers = {KEY: uuid4().hex}  # type: ignore[assignment]
        case.call_and_validate(
            base_url=api.public_url,
            headers=bearer,
            checks=[not_a_server_error, content_type_conformance, response_schema_conformance],
        )

    with suppress(Unsatisfiable):  # nothing can be sent otherwise than is described
        sent()
