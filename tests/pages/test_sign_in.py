"""Signing in to the pages: to the provider and back, by a code that counts once and in one browser; and out again."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from api.auth import COOKIE, by_code
from api.deps import Deps
from api.pages.sign_in import ASKED
from api.provider import Provider
from crg.embedded.issuer import CLIENT
from tests.pages.desk import REFERENCE, Desk

CASE = f"/cases/{REFERENCE}"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def signing_in(desk: Desk) -> None:
    desk.with_sign_in()


async def chosen(client: httpx.AsyncClient, who: str, next: str = CASE) -> str:
    """Where the provider sends the browser back to, once somebody was chosen there."""
    away = await client.get("/sign-in/council", params={"next": next})
    assert away.status_code == 303, away.text
    asked = dict(httpx.URL(away.headers["location"]).params)
    assert asked["code_challenge_method"] == "S256"
    assert (await client.get(away.headers["location"])).status_code == 200
    back = await client.post("/issuer/authorize", data={**asked, "who": who})
    assert back.status_code == 303, back.text
    return str(back.headers["location"])


async def signed_in(client: httpx.AsyncClient, who: str, next: str = CASE) -> httpx.Response:
    return await client.get(await chosen(client, who, next))


async def test_a_person_signs_in_and_is_where_they_wanted_to_be(desk: Desk, client: httpx.AsyncClient) -> None:
    away = await client.get(f"{CASE}?show=record")
    assert (away.status_code, away.headers["location"]) == (303, f"/sign-in?next={CASE}%3Fshow%3Drecord")
    back = await signed_in(client, "crg-chair", f"{CASE}?show=record")
    assert (back.status_code, back.headers["location"]) == (303, f"{CASE}?show=record")
    cookie = back.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await client.get(CASE)).status_code == 200


async def test_the_pages_say_who_has_signed_in_by_name_or_office(desk: Desk, client: httpx.AsyncClient) -> None:
    names = {who.id: who.name for who in (await desk.store.directory.read()).people}
    for who, called in (("crg-chair", names["crg-chair"]), ("business-unit", "Business Unit")):
        await signed_in(client, who)
        for path in ("/start", "/cases"):
            assert f"igned in as {called}" in (await client.get(path)).text.replace("<strong>", "")


async def test_who_signs_out_is_out_and_so_is_whoever_copied_the_cookie(desk: Desk, client: httpx.AsyncClient) -> None:
    await signed_in(client, "crg-chair")
    kept = {"Cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    left = await client.post("/sign-out", data={"next": CASE})
    assert "You have signed out" in left.text
    assert f'href="/sign-in?next={quote(CASE, safe="")}"' in left.text, "back to where they were"
    assert COOKIE not in client.cookies
    assert (await client.get(CASE)).status_code == 303
    assert (await client.get(CASE, headers=kept)).status_code == 303


async def test_who_signed_in_by_a_code_is_not_sent_to_the_council_to_sign_out(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    Council(desk)
    now = desk.app.state.deps.now()
    holder = by_code("crg-chair", "crg-chair@sample-partnership.example.org", now)
    client.cookies[COOKIE] = await desk.store.sessions.begin(holder, at=now, ends_at=now + HOUR, idle=HOUR)
    assert "Signed in as Casey Sample" in (await client.get(CASE)).text
    left = await client.post("/sign-out")
    assert "You have signed out" in left.text
    assert "login.council.example" not in left.text


async def test_a_session_ends_without_use_and_after_its_hours(
    desk: Desk, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = Deps.now
    await signed_in(client, "business-unit")

    def at(**later: int) -> None:
        monkeypatch.setattr(Deps, "now", lambda deps: now(deps) + timedelta(**later))

    for used in range(50, 600, 50):  # minutes; used every 50, it lasts
        at(minutes=used)
        assert (await client.get(CASE)).status_code == 200, used
    at(hours=10, minutes=1)
    assert (await client.get(CASE)).status_code == 303
    at()
    await signed_in(client, "business-unit")
    at(minutes=61)
    assert (await client.get(CASE)).status_code == 303


async def test_the_database_does_not_hold_what_the_browser_holds(desk: Desk, client: httpx.AsyncClient) -> None:
    await signed_in(client, "business-unit")
    with closing(sqlite3.connect(desk.settings.data / "case-reviews.db")) as database:
        (row,) = database.execute("SELECT * FROM sessions").fetchall()
    assert client.cookies[COOKIE] not in str(row)
    assert "sbu-manager" not in str(row)


async def test_a_sign_in_leads_nowhere_else(desk: Desk, client: httpx.AsyncClient) -> None:
    for next in (
        "//evil.example",
        "//evil",
        "///evil/x",
        "https://evil.example/",
        "/cases/../x",
        "/\\evil.example",
        "/s/token",
        "/issuer/x",
    ):
        back = await signed_in(client, "observer", next)
        assert back.headers["location"] == "/cases"


async def test_a_way_back_counts_once_and_only_in_the_browser_that_was_sent(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    back = await chosen(client, "crg-chair")
    asked = client.cookies[ASKED]
    client.cookies.clear()
    elsewhere = await client.get(back)
    assert elsewhere.status_code == 401
    assert "begun in another window" in elsewhere.text
    assert 'href="http://127.0.0.1:8000/sign-in"' in elsewhere.text
    with_state_of_another = await client.get(back.replace("state=", "state=x"), headers={"Cookie": f"{ASKED}={asked}"})
    assert with_state_of_another.status_code == 401
    from_another = await client.get(back.replace("iss=http", "iss=https"), headers={"Cookie": f"{ASKED}={asked}"})
    assert "another sign-in than ours" in from_another.text
    assert (await client.get(back, headers={"Cookie": f"{ASKED}={asked}"})).status_code == 303
    again = await client.get(back, headers={"Cookie": f"{ASKED}={asked}"})
    assert again.status_code == 401
    assert "not good here" in again.text


async def test_what_the_provider_refuses_is_said(desk: Desk, client: httpx.AsyncClient) -> None:
    back = httpx.URL(await chosen(client, "crg-chair"))
    refused = back.copy_with(params={"error": "access_denied", "state": back.params["state"]})
    answer = await client.get(refused)
    assert answer.status_code == 401
    assert "did not let you in" in answer.text


async def test_a_code_is_exchanged_by_the_client_that_asked_alone(desk: Desk, client: httpx.AsyncClient) -> None:
    """The embedded provider checks as a council's does."""
    for wrong in ({"code_verifier": "x" * 43}, {"client_id": "another"}, {"redirect_uri": "http://evil.example/"}):
        code = httpx.URL(await chosen(client, "crg-chair")).params["code"]
        words = {"grant_type": "authorization_code", "code": code, "client_id": CLIENT, "code_verifier": "y" * 43}
        answer = await client.post("/issuer/token", data={**words, **wrong})
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})
    away = await client.get("/sign-in/council")
    asked = dict(httpx.URL(away.headers["location"]).params)
    for word in ("client_id", "redirect_uri", "code_challenge", "response_type"):
        without = {name: value for name, value in asked.items() if name != word}
        assert (await client.get("/issuer/authorize", params=without)).status_code == 400
        assert (await client.post("/issuer/authorize", data={**without, "who": "crg-chair"})).status_code == 400
    from_elsewhere = {"Sec-Fetch-Site": "cross-site"}
    answer = await client.post("/issuer/authorize", data={**asked, "who": "crg-chair"}, headers=from_elsewhere)
    assert answer.status_code == 403
    for nobody in ("nobody", "panel"):
        assert (await client.post("/issuer/authorize", data={**asked, "who": nobody})).status_code == 422


class Council:
    """A provider whose answers a test writes."""

    def __init__(self, desk: Desk, **words: Any) -> None:
        self.desk, self.words, self.asked = desk, words, list[httpx.Request]()
        desk.app.state.provider = Provider(desk.settings, desk.app.state.issuer, self.connect)

    def connect(self, url: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.method == "POST":
            return httpx.Response(200, json={"id_token": self.words.get("token", "")})
        there = "https://login.council.example"
        about = {"issuer": self.desk.settings.oidc_issuer, "authorization_endpoint": f"{there}/authorize?tenant=1"}
        about |= {"token_endpoint": f"{there}/token", "end_session_endpoint": f"{there}/out"}
        return httpx.Response(self.words.get("status", 200), json=about | self.words.get("about", {}))


async def test_a_provider_that_does_not_answer_as_one_is_a_matter_of_waiting(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    for words in ({"status": 500}, {"about": {"issuer": "https://evil.example"}}, {"about": {"token_endpoint": None}}):
        Council(desk, **words)
        answer = await client.get("/sign-in/council")
        assert answer.status_code == 503
        assert "does not answer" in answer.text


async def test_an_id_token_of_another_sign_in_is_not_good(desk: Desk, client: httpx.AsyncClient) -> None:
    """The token of the API, or one for another nonce, is none; the client's secret goes to the provider alone."""
    desk.settings = desk.settings.model_copy(update={"oidc_client_secret": SecretStr("sample-secret")})
    council = Council(desk, token=desk.token("crg-chair"))
    away = await client.get("/sign-in/council", params={"next": CASE})
    there = urlsplit(away.headers["location"])
    assert (there.netloc, parse_qs(there.query)["tenant"]) == ("login.council.example", ["1"])
    state = parse_qs(there.query)["state"][0]
    back = await client.get("/sign-in/back", params={"code": "sample", "state": state})
    assert back.status_code == 401
    assert council.asked[-1].headers["Authorization"].startswith("Basic ")
    assert b"code_verifier=" in council.asked[-1].content


async def test_the_way_out_leads_by_the_provider_where_it_has_one(desk: Desk, client: httpx.AsyncClient) -> None:
    Council(desk)
    left = await client.post("/sign-out")
    assert "https://login.council.example/out?client_id=" in left.text
