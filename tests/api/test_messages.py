"""Said once, applied once: the Idempotency-Key, with Temporal down from the start."""

import asyncio

import httpx

from api.examples import opening
from tests.api.conftest import Token


async def test_a_case_is_opened_once_however_often_it_is_asked_for(client: httpx.AsyncClient, token: Token) -> None:
    headers, body = token("dcs") | {"Idempotency-Key": "open-once"}, opening()
    answers = await asyncio.gather(*[client.post("/v1/cases", json=body, headers=headers) for _ in range(4)])
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["reference"] for answer in answers}) == 1
    here = answers[0].json()["href"]
    facts = (await client.get(here, headers=token("crg-chair"))).json()["facts"]
    assert [fact["kind"] for fact in facts] == ["incident-reported"]


async def test_the_order_of_the_fields_is_no_difference_and_a_word_is(client: httpx.AsyncClient, token: Token) -> None:
    headers, body = token("dcs") | {"Idempotency-Key": "open-twice"}, opening()
    first = await client.post("/v1/cases", json=body, headers=headers)
    turned = await client.post("/v1/cases", json=dict(reversed(body.items())), headers=headers)
    assert turned.json() == first.json()
    other = await client.post("/v1/cases", json=body | {"what_happened": "Sample: other."}, headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_a_key_is_refused_for_another_person_another_place_another_case(
    client: httpx.AsyncClient, token: Token
) -> None:
    body, key = opening(), {"Idempotency-Key": "mine"}
    here = (await client.post("/v1/cases", json=body, headers=token("dcs"))).json()["href"]
    view = {"officer": "dcs", "view": "notify", "reasons": "Sample."}
    assert (await client.post(f"{here}/partner-view-given", json=view, headers=token("dcs") | key)).status_code == 202
    for path, sent, who in (
        (f"{here}/partner-view-given", view, "business-unit"),
        (f"{here}/case-paused", {"reason": "Sample."}, "crg-chair"),
        ("/v1/cases", body, "dcs"),
        ("/v1/calendar/closures", {"day": "2030-05-06", "why": "Sample."}, "business-unit"),
    ):
        answer = await client.post(path, json=sent, headers=token(who) | key)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert (await client.get("/v1/calendar/closures", headers=token("dcs"))).json()["items"] == []


async def test_a_key_that_cannot_be_read_is_refused_and_one_with_odd_letters_leads_to_its_message(
    client: httpx.AsyncClient, token: Token
) -> None:
    for key in ("", "a" * 201, "tab\there"):
        answer = await client.post("/v1/cases", json=opening(), headers=token("dcs") | {"Idempotency-Key": key})
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request"), key
    odd = {"Idempotency-Key": "a b/c?d#e%2F"}
    answer = await client.post("/v1/cases", json=opening(), headers=token("dcs") | odd)
    standing = await client.get(answer.headers["Location"], headers=token("dcs"))
    assert (standing.status_code, standing.json()["message"]) == (200, "a b/c?d#e%2F")


async def test_a_message_is_read_by_its_sender_and_the_business_unit_only(
    client: httpx.AsyncClient, token: Token
) -> None:
    await client.post("/v1/cases", json=opening(), headers=token("dcs") | {"Idempotency-Key": "whose"})
    for who, status in (("dcs", 200), ("business-unit", 200), ("crg-chair", 404), ("agency", 404)):
        assert (await client.get("/v1/messages/whose", headers=token(who))).status_code == status


async def test_without_a_key_the_same_thing_can_be_said_twice(client: httpx.AsyncClient, token: Token) -> None:
    answers = [await client.post("/v1/cases", json=opening(), headers=token("dcs")) for _ in range(2)]
    assert len({answer.json()["reference"] for answer in answers}) == 2
