"""The codec endpoint: what is sealed is opened for two offices only, and for the Temporal UI's own pages only."""

import base64
import json
from typing import Any

import httpx
import pytest
from temporalio.api.common.v1 import Payload

from api.auth import COOKIE
from review.facts.directory import WRITTEN_TO_ONLY, Role
from settings.sealing import SealingCodec
from tests.pages.desk import Desk

SECRET = b'"Sample: what happened to the family"'


async def sealed(desk: Desk) -> dict[str, Any]:
    one = await SealingCodec(desk.keyring).seal(Payload(metadata={"encoding": b"json/plain"}, data=SECRET))
    metadata = {name: base64.b64encode(value).decode() for name, value in one.metadata.items()}
    return {"payloads": [{"metadata": metadata, "data": base64.b64encode(one.data).decode()}]}


def ui(desk: Desk, host: str = "127.0.0.1") -> str:
    return f"http://{host}:{desk.settings.temporal_ui_port}"


def opened(answer: httpx.Response) -> bytes:
    return base64.b64decode(answer.json()["payloads"][0]["data"])


async def test_the_business_unit_and_the_crg_chair_open_what_is_sealed(desk: Desk, client: httpx.AsyncClient) -> None:
    for who in ("business-unit", "crg-chair"):
        for headers in ({"Authorization": f"Bearer {desk.token(who)}"}, desk.cookie(who)):
            answer = await client.post("/codec/decode", json=await sealed(desk), headers=headers | {"Origin": ui(desk)})
            assert answer.status_code == 200
            assert opened(answer) == SECRET
            assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in ("business-unit", "crg-chair", Role.DELEGATE, *WRITTEN_TO_ONLY)]
)  # the sample partnership has no delegate
async def test_no_other_office_opens_anything(desk: Desk, client: httpx.AsyncClient, role: Role) -> None:
    headers = {"Authorization": f"Bearer {desk.token(role)}"}
    answer = await client.post("/codec/decode", json=await sealed(desk), headers=headers)
    assert answer.status_code == 403
    assert "the Business Unit or the CRG Chair" in answer.json()["detail"]


async def test_without_a_sign_in_nothing_is_opened(desk: Desk, client: httpx.AsyncClient) -> None:
    for cookie in ("", f"{COOKIE}=forged", f"{COOKIE}={desk.token('business-unit', minutes=-1)}"):
        answer = await client.post(
            "/codec/decode", json=await sealed(desk), headers={"Cookie": cookie, "Origin": ui(desk)}
        )
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        # The UI may read why, so that it can say so.
        assert answer.headers["access-control-allow-origin"] == ui(desk)


async def test_nothing_is_sealed_for_anybody(desk: Desk, client: httpx.AsyncClient) -> None:
    """What a case is to take goes in by the API, which says who said it: there is no seal to be had here."""
    headers = {"Authorization": f"Bearer {desk.token('business-unit')}"}
    assert (await client.post("/codec/encode", json={"payloads": []}, headers=headers)).status_code == 404


async def test_a_body_that_is_too_large_is_refused(
    desk: Desk, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.codec.BODY_AT_MOST", 1_000)
    headers = {"Authorization": f"Bearer {desk.token('business-unit')}"}
    answer = await client.post("/codec/decode", content=b" " * 2_000, headers=headers)
    assert answer.status_code == 422
    assert "Send at most" in answer.json()["detail"]


async def test_only_the_temporal_ui_may_ask_from_elsewhere(desk: Desk, client: httpx.AsyncClient) -> None:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-namespace"}
    for host in ("127.0.0.1", "localhost"):
        answer = await client.options("/codec/decode", headers=asks | {"Origin": ui(desk, host)})
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == ui(desk, host)
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert "x-namespace" in answer.headers["access-control-allow-headers"]
    port = desk.settings.temporal_ui_port
    for origin in ("http://127.0.0.1", f"https://127.0.0.1:{port}", f"http://127.0.0.1:{port}.evil.example", "null"):
        answer = await client.options("/codec/decode", headers=asks | {"Origin": origin})
        assert answer.status_code == 403
        headers = desk.cookie("business-unit") | {"Origin": origin}
        answer = await client.post("/codec/decode", json=await sealed(desk), headers=headers)
        assert "access-control-allow-origin" not in answer.headers


async def test_a_temporal_ui_elsewhere_may_ask_from_exactly_its_origin(desk: Desk, client: httpx.AsyncClient) -> None:
    elsewhere = desk.settings.model_copy(update={"temporal_ui_url": "https://temporal.council.example"})
    desk.app.state.deps.settings = elsewhere
    bearer = {"Authorization": f"Bearer {desk.token('business-unit')}"}
    for origin in ("https://temporal.council.example", ui(desk)):
        assert (await client.options("/codec/decode", headers={"Origin": origin})).status_code == 204
        answer = await client.post("/codec/decode", json=await sealed(desk), headers=bearer | {"Origin": origin})
        assert answer.headers["access-control-allow-origin"] == origin
        assert opened(answer) == SECRET
    for origin in (
        "http://temporal.council.example",
        "https://temporal.council.example:8443",
        "https://council.example",
    ):
        assert (await client.options("/codec/decode", headers={"Origin": origin})).status_code == 403
    assert (await client.options("/codec/decode")).status_code == 403


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', '{"payloads": 3}', '{"payloads": [1]}', "[" * 100_000])
async def test_a_body_that_is_none_is_refused(desk: Desk, client: httpx.AsyncClient, body: str) -> None:
    headers = {"Authorization": f"Bearer {desk.token('business-unit')}"}
    answer = await client.post("/codec/decode", content=body, headers=headers)
    assert answer.status_code in (400, 422), json.dumps(answer.text[:200])
    assert answer.headers["content-type"] == "application/problem+json"
    if answer.status_code == 422:
        assert answer.json()["detail"] == "Send a JSON object with a list `payloads`, as the Temporal UI does."
