"""Said once, applied once: the Idempotency-Key, with Temporal down from the start."""

import asyncio
import json

import httpx

from api.opening import sample_now
from settings import Settings
from tests.api.conftest import Token


async def test_a_case_is_opened_once_however_often_it_is_asked_for(client: httpx.AsyncClient, token: Token) -> None:
    headers, body = token("dcs") | {"Idempotency-Key": "open-once"}, sample_now()
    answers = await asyncio.gather(*[client.post("/v1/cases", json=body, headers=headers) for _ in range(4)])
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["reference"] for answer in answers}) == 1
    here = answers[0].json()["href"]
    facts = (await client.get(here, headers=token("crg-chair"))).json()["facts"]
    assert [fact["kind"] for fact in facts] == ["incident-reported"]


async def test_the_order_of_the_fields_is_no_difference_and_a_word_is(client: httpx.AsyncClient, token: Token) -> None:
    headers, body = token("dcs") | {"Idempotency-Key": "open-twice"}, sample_now()
    first = await client.post("/v1/cases", json=body, headers=headers)
    turned = await client.post("/v1/cases", json=dict(reversed(body.items())), headers=headers)
    assert turned.json() == first.json()
    other = await client.post("/v1/cases", json=body | {"what_happened": "Sample: other."}, headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_a_key_is_refused_for_another_person_another_place_another_case(
    client: httpx.AsyncClient, token: Token
) -> None:
    body, key = sample_now(), {"Idempotency-Key": "mine"}
    here = (await client.post("/v1/cases", json=body, headers=token("dcs"))).json()["href"]
    view = {"officer": "dcs", "view": "notify", "reasons": "Sample."}
    assert (await client.post(f"{here}/partner-view-given", json=view, headers=token("dcs") | key)).status_code == 202
    for path, sent, who in (
        (f"{here}/partner-view-given", view, "business-unit"),
        (f"{here}/case-paused", {"reason": "Sample."}, "crg-chair"),
        ("/v1/cases", body, "dcs"),
        ("/v1/calendar/closures", {"day": "2030-05-07", "why": "Sample."}, "business-unit"),
    ):
        answer = await client.post(path, json=sent, headers=token(who) | key)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert (await client.get("/v1/calendar/closures", headers=token("dcs"))).json()["items"] == []


async def test_a_key_that_cannot_be_read_is_refused_and_one_with_odd_letters_leads_to_its_message(
    client: httpx.AsyncClient, token: Token
) -> None:
    for key in ("", "a" * 201, "tab\there"):
        answer = await client.post(
            "/v1/cases",
            json=sample_now(),
            headers=token("dcs") | {"Idempotency-Key": key},
        )
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request"), key
    odd = {"Idempotency-Key": "a b/c?d#e%2F"}
    answer = await client.post("/v1/cases", json=sample_now(), headers=token("dcs") | odd)
    standing = await client.get(answer.headers["Location"], headers=token("dcs"))
    assert (standing.status_code, standing.json()["message"]) == (200, "a b/c?d#e%2F")


async def test_a_step_that_was_taken_and_is_not_applied_yet_says_so(client: httpx.AsyncClient, token: Token) -> None:
    """Otherwise a client that follows the steps would say it twice."""
    here = (await client.post("/v1/cases", json=sample_now(), headers=token("dcs"))).json()["href"]

    async def pending(who: str = "business-unit") -> dict[tuple[str, str | None], str | None]:
        steps = (await client.get(here, headers=token(who))).json()["next_steps"]
        return {(step["rel"], step["about"]): step["pending"] for step in steps}

    before = await pending()
    assert set(before.values()) == {None}
    assert {("partner-view-given", "dcs"), ("partner-view-given", "chief-executive")} <= before.keys()
    tag = (await client.get(here, headers=token("dcs"))).headers["ETag"]
    view = {"officer": "dcs", "view": "do-not-notify", "reasons": "Sample."}
    sent = token("dcs") | {"Idempotency-Key": "taken-once"}
    assert (await client.post(f"{here}/partner-view-given", json=view, headers=sent)).status_code == 202
    taken = before | {("partner-view-given", "dcs"): "taken-once"}
    for who in ("dcs", "business-unit"):
        assert await pending(who) == taken
    again = await client.get(here, headers=token("dcs") | {"If-None-Match": tag})
    assert again.status_code == 200, "a step that was taken is a change for whoever has read the case before"


async def test_a_client_that_lost_its_connection_sends_the_same_again(
    api: Settings, client: httpx.AsyncClient, token: Token
) -> None:
    """The request arrived and the answer did not; what was asked for is done once."""
    body = json.dumps(sample_now())
    sent = token("dcs") | {"Idempotency-Key": "lost", "Content-Type": "application/json", "Host": "127.0.0.1"}
    _, writer = await asyncio.open_connection("127.0.0.1", api.port)
    lines = [f"{name}: {value}" for name, value in (sent | {"Content-Length": str(len(body))}).items()]
    writer.write("\r\n".join(["POST /v1/cases HTTP/1.1", *lines, "", body]).encode())
    await writer.drain()
    writer.transport.abort()
    again = [await client.post("/v1/cases", content=body, headers=sent) for _ in range(2)]
    assert {answer.status_code for answer in again} == {202}
    assert len({answer.json()["reference"] for answer in again}) == 1
    standing = await client.get("/v1/messages/lost", headers=token("dcs"))
    assert standing.json()["reference"] == again[0].json()["reference"]
    never = await client.get("/v1/messages/never-sent", headers=token("dcs"))
    assert (never.status_code, never.json()["type"]) == (404, "/problems/not-found")


async def test_a_message_is_read_by_its_sender_and_the_business_unit_only(
    client: httpx.AsyncClient, token: Token
) -> None:
    await client.post(
        "/v1/cases",
        json=sample_now(),
        headers=token("dcs") | {"Idempotency-Key": "whose"},
    )
    for who, status in (("dcs", 200), ("business-unit", 200), ("crg-chair", 404), ("agency", 404)):
        assert (await client.get("/v1/messages/whose", headers=token(who))).status_code == status


async def test_without_a_key_the_same_thing_can_be_said_twice(client: httpx.AsyncClient, token: Token) -> None:
    answers = [await client.post("/v1/cases", json=sample_now(), headers=token("dcs")) for _ in range(2)]
    assert len({answer.json()["reference"] for answer in answers}) == 2
