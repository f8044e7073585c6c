"""Who is asking: tokens, cookies, and a route for nobody unless it says for whom."""

import base64
import hmac
import inspect
import json
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.app import create_app
from api.auth import READERS, Allow
from api.issuer import Issuer
from api.problems import Problem
from crg.embedded import issuer, sample
from review.facts.directory import Role
from review.offices import MAY_REPORT
from settings import Settings, load_settings
from tests.api.conftest import Token

OPEN = {"/health/live", "/health/ready", "/problems/{name}", "/openapi.json", "/docs", "/docs/oauth2-redirect"}


def bearer(settings: Settings, *, minutes: int = 10, **changes: object) -> str:
    who = issuer.bearer_for(sample.sample_partnership(), "business-unit")
    changed = settings.model_copy(update=changes)
    return issuer.mint(changed, who, minutes=minutes, now=datetime.now(UTC) - timedelta(minutes=5))


async def asked(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.get("/v1/cases", headers={"Authorization": f"Bearer {token}"})


async def test_without_a_token_the_answer_says_how_to_sign_in(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/cases")
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-signed-in")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_an_expired_token_is_refused(api: Settings, client: httpx.AsyncClient) -> None:
    assert (await asked(client, bearer(api))).status_code == 200
    answer = await asked(client, bearer(api, minutes=1))
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/token-expired")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


async def test_a_token_for_another_audience_is_refused(api: Settings, client: httpx.AsyncClient) -> None:
    answer = await asked(client, bearer(api, oidc_audience="canteen"))
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/token-for-another-audience")


async def test_a_token_of_another_issuer_is_refused(api: Settings, client: httpx.AsyncClient) -> None:
    answer = await asked(client, bearer(api, oidc_issuer="https://elsewhere.example.org"))
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/token-not-accepted")


async def test_an_issuer_whose_name_ends_in_a_slash_is_taken_at_its_word(api: Settings) -> None:
    with_slash = load_settings(oidc_issuer="https://login.council.example/", oidc_jwks_url=api.oidc_jwks_url)
    ours = Issuer(with_slash)
    claims = await ours.claims(bearer(api, oidc_issuer="https://login.council.example/"))
    assert claims.roles == ["business-unit"]
    with pytest.raises(Problem) as refused:
        await ours.claims(bearer(api, oidc_issuer="https://login.council.example"))
    assert refused.value.name == "token-not-accepted"


@pytest.mark.parametrize("algorithm", ["ES256", "none", "HS256"])
async def test_a_forged_token_is_refused(api: Settings, client: httpx.AsyncClient, algorithm: str) -> None:
    """With another key under our key's name; unsigned; signed with the public key as a secret."""
    good = bearer(api)
    header, claims = jwt.get_unverified_header(good), jwt.decode(good, options={"verify_signature": False})
    signed = ".".join(_base64(json.dumps(one)) for one in (header | {"alg": algorithm}, claims))
    public = json.dumps(issuer.jwks(api)["keys"][0]).encode()
    signature = {
        "ES256": b"",
        "none": b"",
        "HS256": hmac.digest(public, signed.encode(), "sha256"),
    }[algorithm]
    forged = f"{signed}.{_base64(signature)}"
    if algorithm == "ES256":
        other = generate_private_key(SECP256R1())
        forged = jwt.encode(claims, other, algorithm="ES256", headers={"kid": header["kid"]})
    answer = await asked(client, forged)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/token-not-accepted")


def _base64(content: str | bytes) -> str:
    return base64.urlsafe_b64encode(content.encode() if isinstance(content, str) else content).decode().rstrip("=")


@pytest.mark.parametrize("text", ["x", "a.b.c", "é" * 10, "." * 5000, "e30.e30."])
async def test_what_is_no_token_is_refused(client: httpx.AsyncClient, text: str) -> None:
    answer = await client.get("/v1/cases", headers={b"Authorization": f"Bearer {text}".encode()})
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/token-not-accepted")


async def test_the_session_cookie_counts_for_reading_only(client: httpx.AsyncClient, token: Token) -> None:
    """Another site could have a browser send it."""
    cookie = {"Cookie": "crg_session=" + token("business-unit")["Authorization"].removeprefix("Bearer ")}
    assert (await client.get("/v1/cases", headers=cookie)).status_code == 200
    answer = await client.post("/v1/calendar/closures", json={"day": "2030-01-02", "why": "x"}, headers=cookie)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-signed-in")


async def test_an_office_that_may_not_is_told_who_may(client: httpx.AsyncClient, token: Token) -> None:
    answer = await client.get("/v1/directory", headers=token("observer"))
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-your-role")
    assert "only for the Business Unit" in answer.json()["detail"]


async def test_the_offices_of_a_fact_are_checked_before_anything_is_kept(
    client: httpx.AsyncClient, token: Token
) -> None:
    key = {"Idempotency-Key": "never-kept"}
    answer = await client.post(
        "/v1/cases/CR-2026-001/submitted-to-panel",
        json={"version": 1, "covering_letter": "Sample."},
        headers=token("observer") | key,
    )
    assert answer.status_code == 403
    standing = await client.get("/v1/messages/never-kept", headers=token("business-unit"))
    assert standing.status_code == 404


def routes(settings: Settings) -> list[APIRoute]:
    found, waiting = [], list(create_app(settings).routes)
    while waiting:
        route = waiting.pop()
        waiting += getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", [])
        if isinstance(route, APIRoute):
            found.append(route)
    return found


def test_no_request_goes_through_another_thread(settings: Settings) -> None:
    """FastAPI calls a route, and what it depends on, in another thread where it is a plain function."""

    def plain(part: Dependant) -> list[str]:
        called = part.call if inspect.isfunction(part.call) else type(part.call).__call__
        mine = [] if part.call is None or inspect.iscoroutinefunction(called) else [repr(part.call)]
        return mine + [one for other in part.dependencies for one in plain(other)]

    assert [(route.path, found) for route in routes(settings) if (found := plain(route.dependant))] == []


def test_every_route_of_the_api_says_who_may(settings: Settings) -> None:
    """A route behind the sign-in depends on `Allow`; the open ones are named above. Pages have a guard of their own."""
    guarded = 0
    for route in routes(settings):
        if not route.include_in_schema:
            continue
        offices = [one.call for one in route.dependant.dependencies if isinstance(one.call, Allow)]
        if route.path in OPEN:
            assert not offices
        else:
            assert len(offices) == 1, f"{route.path}: say who may, with a dependency on Allow"
            assert offices[0].roles
            guarded += 1
    assert guarded > 40


def test_the_table_of_offices_is_the_table_of_the_routes(settings: Settings) -> None:
    """The same offices that the workflow's validator asks for."""
    found = {}
    for route in routes(settings):
        rel = route.path.rpartition("/")[2]
        if route.path.startswith("/v1/cases/{reference}/") and "POST" in (route.methods or ()):
            found[rel] = next(one.call.roles for one in route.dependant.dependencies if isinstance(one.call, Allow))
    assert set(found) - set(MAY_REPORT) == {"files", "clock"}, "these two say no fact"
    assert all(roles == MAY_REPORT[rel] for rel, roles in found.items() if rel in MAY_REPORT)
    assert set(MAY_REPORT) - set(found) == {
        "information-requested",  # these two open a case, as incident-reported does, which may also follow a referral
        "referral-received",
        "calendar-changed",
        "directory-changed",
        "case-joined",  # said by the case that goes on in this one
        "case-parted",  # likewise, when it is reopened
        "mail-undelivered",  # said by the system, where a mail comes back
        "reply-downloaded",  # said by the system, where somebody presses the button
    }


def test_agencies_and_observers_are_no_readers_and_the_panel_never_signs_in() -> None:
    assert not {Role.AGENCY, Role.OBSERVER, Role.PANEL} & set(READERS)
