"""Links in mails: what they show before they are opened, what they end with, how wrong ones are held back (R-11)."""

import secrets
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import Request

from api.pages.tries import MOST, WITHIN, Tries
from crg.embedded.sample import sample_partnership
from review.facts.directory import Person
from review.facts.signing import SignOffGiven
from settings.keys import Keyring
from settings.links import BadLink, Links
from tests.pages.desk import Desk

OFFICER = "officer-health"
LEAD = "lead-police"


def asking(address: str) -> Request:
    """A request from an address."""
    return Request({"type": "http", "client": (address, 1), "headers": []})


async def put(desk: Desk, person: str, **changes: object) -> None:
    """Change a person in the directory."""
    known = next(who for who in (await desk.store.directory.read()).people if who.id == person)
    changed = Person.model_validate(known.model_dump() | changes)
    await desk.store.directory.put_person(changed, by="sbu-manager", at=datetime.now(UTC))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_link_alone_shows_its_reference_and_purpose_and_nothing_more(
    desk: Desk, client: httpx.AsyncClient, method: str
) -> None:
    """R-11: whatever follows the links of a mail reads nothing of the case."""
    await desk.request_returns()
    one = await desk.ask_for_sign_off()
    sign_off, given = desk.link("sign-off", one.id, OFFICER), desk.link("return", "police", LEAD)
    for path in (sign_off, f"{sign_off}/document", given, f"{given}/whole"):
        page = await client.request(method, path)
        assert page.status_code == 200
        assert "set-cookie" not in page.headers
        for words in ("Sample &lt;b&gt;Child", "concise account", one.title, "Sample Police", "Ash Sample-Health"):
            assert words not in page.text
        if method == "GET":
            assert "Case CR-2026-007." in page.text
            assert page.text.count("<form") == 1
            assert ("Sign-off of a document" in page.text) is path.startswith("/s/")


async def test_the_button_opens_the_link_for_this_browser_and_no_other(desk: Desk, client: httpx.AsyncClient) -> None:
    one = await desk.ask_for_sign_off()
    path, other = (desk.link("sign-off", one.id, person) for person in (OFFICER, "officer-police"))
    answer = await client.post(f"{path}/open")
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("crg_link=")
    for word in (f"Path={path}", "HttpOnly", "SameSite=lax"):
        assert word in cookie
    assert "Max-Age" not in cookie
    assert "expires" not in cookie.lower()
    assert "Sample: a concise account." in (await client.get(path)).text
    held = cookie.partition(";")[0]
    stolen = await client.get(other, headers={"cookie": held})
    assert "Sample: a concise account." not in stolen.text, "the cookie is of one link"
    client.cookies.clear()
    assert "Sample: a concise account." not in (await client.get(path)).text


async def test_the_cookie_goes_over_https_only_where_the_pages_do(desk: Desk, client: httpx.AsyncClient) -> None:
    means = desk.app.state.deps
    means.settings = desk.settings.model_copy(update={"public_url": "https://cases.sample.example.org"})
    one = await desk.ask_for_sign_off()
    answer = await client.post(f"{desk.link('sign-off', one.id, OFFICER)}/open")
    assert "Secure" in answer.headers["set-cookie"]


async def test_an_answer_to_a_link_that_was_not_opened_is_not_taken(desk: Desk, client: httpx.AsyncClient) -> None:
    await desk.request_returns()
    one = await desk.ask_for_sign_off()
    sign_off, given = desk.link("sign-off", one.id, OFFICER), desk.link("return", "police", LEAD)
    for path in (sign_off, given, f"{given}/known", f"{given}/senior-officers"):
        answer = await client.post(path, data={"verdict": "approve", "known": "no", "officer": "Sgt Sample"})
        assert answer.status_code == 403
        assert "Your answer has not been recorded" in answer.text
    assert desk.reported == []


async def test_a_link_has_no_date_on_which_it_ends(desk: Desk, client: httpx.AsyncClient) -> None:
    one = await desk.ask_for_sign_off()
    path = desk.link("sign-off", one.id, OFFICER, ago=timedelta(days=400))
    assert (await client.post(f"{path}/open")).status_code == 303
    assert (await client.post(path, data={"verdict": "approve"})).status_code == 200


async def test_a_deactivated_officer_without_successor_loses_the_link_at_once(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """R-11: before the case has heard of it, and in a browser that has opened the link."""
    one = await desk.ask_for_sign_off()
    path = await desk.opened(client, "sign-off", one.id, OFFICER)
    await put(desk, OFFICER, active=False)
    assert one.ask_for("health").officer == OFFICER
    for answer in (
        await client.get(path),
        await client.get(f"{path}/document"),
        await client.post(path, data={"verdict": "approve"}),
        await client.post(f"{path}/open"),
    ):
        assert answer.status_code == 410
        assert "This link no longer works" in answer.text
        assert "concise account" not in answer.text
    assert desk.case.every(SignOffGiven) == []


async def test_an_officer_who_gives_up_the_office_loses_the_link_and_nobody_has_to_follow(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    one = await desk.ask_for_sign_off()
    path = await desk.opened(client, "sign-off", one.id, OFFICER)
    await put(desk, OFFICER, roles=["observer"], partner=None)
    for answer in (await client.get(path), await client.post(path, data={"verdict": "approve"})):
        assert answer.status_code == 403
        assert "no longer asked" in answer.text
        assert "concise account" not in answer.text


async def test_an_agencys_lead_who_is_replaced_loses_the_link_at_once(desk: Desk, client: httpx.AsyncClient) -> None:
    await desk.request_returns()
    path = await desk.opened(client, "return", "police", LEAD)
    directory = await desk.store.directory.read()
    police = next(one for one in directory.agencies if one.id == "police")
    changed = police.model_copy(update={"safeguarding_lead": police.senior_officer})
    await desk.store.directory.put_agency(changed, by="sbu-manager", at=datetime.now(UTC))
    answer = await client.get(path)
    assert (answer.status_code, "no longer yours" in answer.text) == (403, True), "still of the same agency"
    await put(desk, LEAD, roles=["observer"], agency=None)
    answer = await client.get(path)
    assert (answer.status_code, "no longer yours" in answer.text) == (403, True)


async def test_a_link_ends_with_the_address_that_it_was_sent_to(desk: Desk, client: httpx.AsyncClient) -> None:
    one = await desk.ask_for_sign_off()
    path = await desk.opened(client, "sign-off", one.id, OFFICER)
    email = next(who.email for who in sample_partnership().people if who.id == OFFICER)
    await put(desk, OFFICER, email=email.upper())
    assert (await client.get(path)).status_code == 200, "the same address in other letters"
    await put(desk, OFFICER, email="another@sample.example.org")
    answer = await client.get(path)
    assert answer.status_code == 410
    assert "has been changed in the directory" in answer.text


async def test_a_revoked_link_is_over_and_a_later_one_is_not(desk: Desk, client: httpx.AsyncClient) -> None:
    one = await desk.ask_for_sign_off()
    subject = f"{one.id}:health"
    scopes = [
        {"reference": "CR-2026-007", "subject": subject, "person": OFFICER},
        {"reference": "CR-2026-007"},
        {"person": OFFICER},
        {},
    ]
    for scope in scopes:
        path = await desk.opened(client, "sign-off", subject, OFFICER)
        others = [{"reference": "CR-2026-008"}, {"reference": "CR-2026-007", "person": "officer-police"}]
        for other in others:
            await desk.store.links.revoke(**other, reason="Sample.", by="sbu-manager", at=datetime.now(UTC))
        assert (await client.get(path)).status_code == 200
        await desk.store.links.revoke(**scope, reason="Sample: sent on.", by="sbu-manager", at=datetime.now(UTC))
        answer = await client.get(path)
        assert (answer.status_code, "has withdrawn it" in answer.text) == (410, True)
    later = desk.link("sign-off", subject, OFFICER, ago=timedelta(seconds=-1))
    assert (await client.post(f"{later}/open")).status_code == 303
    assert [found.reason for found in await desk.store.links.revocations("CR-2026-007", limit=1)] == [
        "Sample: sent on."
    ]


async def test_an_old_key_opens_only_links_from_before_the_rotation(desk: Desk, client: httpx.AsyncClient) -> None:
    """R-11: whoever holds a key that was replaced makes no new link with it."""
    one = await desk.ask_for_sign_off()
    before = desk.link("sign-off", one.id, OFFICER, ago=timedelta(minutes=1))
    old = desk.keyring
    means = desk.app.state.deps
    means.keyring = Keyring([("k2", secrets.token_bytes(32)), ("k1", old._keys[0][1])])
    await desk.store.links.signing_since("k2", datetime.now(UTC))
    after = desk.link("sign-off", one.id, OFFICER, ago=timedelta(seconds=-1))
    assert (await client.post(f"{before}/open")).status_code == 303
    assert (await client.post(f"{after}/open")).status_code == 403
    desk.keyring = means.keyring
    assert (await client.post(f"{desk.link('sign-off', one.id, OFFICER)}/open")).status_code == 303


async def test_wrong_links_are_held_back_after_a_few_tries_and_a_right_one_never(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    one = await desk.ask_for_sign_off()
    path = desk.link("sign-off", one.id, OFFICER)
    for number in range(MOST):
        assert (await client.get(f"{path[:-6]}{number:06}")).status_code == 403
    held = await client.get(f"{path[:-6]}xxxxxx")
    assert held.status_code == 429
    assert 0 < int(held.headers["retry-after"]) <= WITHIN + 1
    assert "Wait 10 minutes" in held.text
    assert (await client.post(f"{path}/open")).status_code == 303


def test_wrong_tries_are_counted_for_each_link_and_each_address_for_ten_minutes() -> None:
    now = 0.0
    tries = Tries(lambda: now, remembered=50)
    for number in range(MOST):
        assert tries.wrong(asking(f"10.0.0.{number}"), "link.sig") == 0
    assert tries.wrong(asking("10.0.1.1"), "link.other") > 0, "one link from many addresses"
    assert tries.wrong(asking("10.0.1.2"), "another.sig") == 0
    now = WITHIN + 1
    assert tries.wrong(asking("10.0.1.1"), "link.other") == 0
    for number in range(1000):
        tries.wrong(asking(f"10.1.{number // 250}.{number % 250}"), f"{number}.sig")
    assert len(tries) == 50


def test_a_link_says_nothing_of_a_name_or_an_address() -> None:
    links = Links(Keyring([("k1", secrets.token_bytes(32))]), "https://cases.example.org/")
    reported = {"reference": "CR-2026-007", "subject": "report-1:health", "person": OFFICER}
    url = links.url("sign-off", **reported, address="ash@sample.example.org")
    token = url.removeprefix("https://cases.example.org/s/")
    claims = links.read("sign-off", token)
    assert (claims.reference, claims.subject, claims.person) == tuple(reported.values())
    assert links.is_of(claims, " Ash@sample.example.org")
    assert not links.is_of(claims, "bo@sample.example.org")
    assert "ash" not in claims.model_dump_json()
    with pytest.raises(BadLink):
        links.read("return", token)
