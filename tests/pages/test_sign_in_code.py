"""Signing in by a code that is mailed: once, in the browser that asked for it, and never telling who is known here."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from email import message_from_bytes, policy

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from api.auth import COOKIE
from api.deps import Deps
from api.pages.sign_in_code import CODE
from review.facts.directory import Leave
from store.sign_in_codes import MOST_MAILS
from tests.pages.conftest import served, shot
from tests.pages.desk import REFERENCE, Desk
from tests.pages.looking import no_barrier, watched
from tests.smtp import Post, serving

CASE = f"/cases/{REFERENCE}"
OFFICER = "officer-police"
A_CODE = re.compile(r"Code: ([A-Z]{4}-[A-Z]{4})")


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def post(desk: Desk) -> AsyncIterator[Post]:
    """The mail server of the installation."""
    desk.with_sign_in()
    kept = Post()
    with serving(kept) as carrier:
        desk.app.state.deps.settings = desk.settings.model_copy(update={"smtp_port": carrier.port})
        yield kept


async def address(desk: Desk, person: str = OFFICER) -> str:
    return next(who.email for who in (await desk.store.directory.read()).people if who.id == person)


async def changed(desk: Desk, person: str, **change: object) -> None:
    """The directory's entry of somebody; a change waits for nobody, unless it says so."""
    held = await desk.store.directory.read()
    waits = change.pop("waits", False)
    people = [who.model_copy(update=change) if who.id == person else who for who in held.people]
    now = desk.app.state.deps.now()
    new = await desk.store.directory.replace(held.model_copy(update={"people": people}), by="system", at=now)
    if waits:
        assert new.waits(person)
    elif new.waits(person):
        await desk.store.directory.confirm(person, version=new.version, by="x", people=["crg-chair"], at=now)


async def asked(desk: Desk, client: httpx.AsyncClient, address: str, next: str = CASE) -> httpx.Response:
    """Ask for a code, and wait until what goes by mail has gone."""
    answer = await client.post("/sign-in/code", data={"address": address, "next": next})
    if hasattr(desk.app.state, "codes"):
        await asyncio.gather(*desk.app.state.codes.tasks)
    return answer


def mailed(post: Post) -> list[tuple[str, str, str]]:
    """To whom, subject and text of each mail."""
    found = []
    for one in post.taken:
        assert isinstance(one.content, bytes)
        message = message_from_bytes(one.content, policy=policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        found.append((one.rcpt_tos[0], str(message["Subject"]), body.get_content()))
    return found


def code_in(post: Post) -> str:
    found = A_CODE.search(mailed(post)[-1][2])
    assert found is not None
    return found[1]


async def entered(client: httpx.AsyncClient, code: str, next: str = CASE) -> httpx.Response:
    return await client.post("/sign-in/code/entered", data={"code": code, "next": next})


async def test_an_officer_without_an_account_signs_in_and_is_where_they_wanted_to_be(
    desk: Desk, client: httpx.AsyncClient, post: Post
) -> None:
    choice = await client.get("/sign-in", params={"next": f"{CASE}?show=record"})
    for words in ("Sign in with your council account", "Send me a code", f'value="{CASE}?show=record"'):
        assert words in choice.text
    sent = await asked(desk, client, f" {(await address(desk)).upper()} ", f"{CASE}?show=record")
    assert (sent.status_code, sent.headers["location"]) == (303, f"/sign-in/code?next={CASE}%3Fshow%3Drecord")
    cookie = sent.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "If that address is in the directory, a code is on its way." in (await client.get("/sign-in/code")).text
    ((to, subject, text),) = mailed(post)
    assert to == await address(desk)
    assert subject == "Case reviews: your code to sign in"
    assert A_CODE.search(text.split("Dear ")[1])  # not among the first words, which a locked phone shows
    back = await entered(client, code_in(post).lower().replace("-", " "), f"{CASE}?show=record")
    assert (back.status_code, back.headers["location"]) == (303, f"{CASE}?show=record")
    page = await client.get(CASE)
    assert page.status_code == 200
    name = next(who.name for who in (await desk.store.directory.read()).people if who.id == OFFICER)
    assert f"igned in as {name}" in page.text


async def test_who_is_not_in_the_directory_is_answered_alike_to_the_last_try(
    desk: Desk, client: httpx.AsyncClient, post: Post
) -> None:
    await changed(desk, "officer-health", active=False)
    told = []
    for given in (await address(desk), "nobody@elsewhere.example", await address(desk, "officer-health")):
        sent = await asked(desk, client, given)
        answers = [await client.get("/sign-in/code"), *[await entered(client, "BBBB-BBBB") for _ in range(6)]]
        told.append([(sent.status_code, sent.headers["location"]), *[(one.status_code, one.text) for one in answers]])
        client.cookies.clear()
    assert told[0] == told[1] == told[2]
    assert "You have 4 tries left" in told[0][2][1]
    assert "You have 1 try left" in told[0][5][1]
    assert "Too many wrong codes" in told[0][6][1]
    assert len(post.taken) == 1


async def test_after_too_many_wrong_codes_the_right_one_is_none(
    desk: Desk, client: httpx.AsyncClient, post: Post
) -> None:
    await asked(desk, client, await address(desk))
    for _ in range(5):
        await entered(client, "BBBB-BBBB")
    over = await entered(client, code_in(post))
    assert over.status_code == 401
    assert "no code works here any more until you ask for a new one" in over.text
    assert f'href="/sign-in?next={CASE}"' in over.text
    assert COOKIE not in client.cookies


async def test_a_code_counts_in_the_browser_that_asked_alone_and_once(
    desk: Desk, client: httpx.AsyncClient, post: Post
) -> None:
    await asked(desk, client, await address(desk))
    waits, code = client.cookies[CODE], code_in(post)
    client.cookies.clear()
    for cookies in ({}, {"Cookie": f"{CODE}=another"}):
        elsewhere = await client.post("/sign-in/code/entered", data={"code": code}, headers=cookies)
        assert elsewhere.status_code == 401
        assert "only in the browser where you asked for it" in elsewhere.text
    kept = {"Cookie": f"{CODE}={waits}"}
    assert (await client.post("/sign-in/code/entered", data={"code": code}, headers=kept)).status_code == 303
    again = await client.post("/sign-in/code/entered", data={"code": code}, headers=kept)
    assert again.status_code == 401
    assert "A code works once" in again.text


async def test_an_old_code_has_expired(
    desk: Desk, client: httpx.AsyncClient, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asked(desk, client, await address(desk))
    now = Deps.now
    monkeypatch.setattr(Deps, "now", lambda deps: now(deps) + timedelta(minutes=10))
    over = await entered(client, code_in(post))
    assert over.status_code == 401
    assert "Codes work for 10 minutes. This one has expired." in over.text


async def test_a_newer_code_takes_the_place_of_the_one_before(
    desk: Desk, client: httpx.AsyncClient, post: Post
) -> None:
    await asked(desk, client, await address(desk))
    before = code_in(post)
    await asked(desk, client, await address(desk))
    wrong = await entered(client, before)
    assert wrong.status_code == 422
    assert "This is not the code from our latest email to you" in wrong.text
    assert (await entered(client, code_in(post))).status_code == 303


async def test_one_person_gets_few_mails_an_hour_and_one_network_few_codes(
    desk: Desk, client: httpx.AsyncClient, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [await asked(desk, client, await address(desk)) for _ in range(MOST_MAILS + 2)]
    assert {one.status_code for one in answers} == {303}
    assert len(post.taken) == MOST_MAILS
    now = Deps.now
    monkeypatch.setattr(Deps, "now", lambda deps: now(deps) + timedelta(hours=1))
    await asked(desk, client, await address(desk))
    assert len(post.taken) == MOST_MAILS + 1
    answers = [await asked(desk, client, "nobody@elsewhere.example") for _ in range(15)]
    assert {one.status_code for one in answers[:-1]} == {303}
    assert (answers[-1].status_code, 0 < int(answers[-1].headers["Retry-After"]) <= 601) == (429, True)
    assert "Too many codes have been asked for from your network" in answers[-1].text


async def test_the_business_unit_is_told_to_use_its_account(desk: Desk, client: httpx.AsyncClient, post: Post) -> None:
    sent = await asked(desk, client, await address(desk, "sbu-manager"))
    assert sent.status_code == 303
    ((_, subject, text),) = mailed(post)
    assert subject == "Case reviews: no code to sign in"
    assert text.startswith("Sign in with your council account")
    await asked(desk, client, await address(desk, "panel"))  # a mailbox that is written to and never signs in
    assert len(post.taken) == 1


async def test_no_code_goes_by_a_change_that_nobody_has_confirmed(
    desk: Desk, client: httpx.AsyncClient, post: Post
) -> None:
    """R-11: whoever may change the directory could have a code sent to themselves."""
    await changed(desk, OFFICER, email="another@elsewhere.example", waits=True)
    await asked(desk, client, "another@elsewhere.example")
    ((_, _, text),) = mailed(post)
    assert text.startswith("Ask the Business Unit to have your entry in the directory confirmed today")
    assert not A_CODE.search(text)


@pytest.mark.parametrize("change", [{"active": False}, {"email": "another@elsewhere.example"}])
@pytest.mark.parametrize("when", ["before the code is entered", "while signed in"])
async def test_a_code_and_its_session_end_with_the_person_and_the_address(
    desk: Desk, client: httpx.AsyncClient, post: Post, change: dict[str, object], when: str
) -> None:
    await asked(desk, client, await address(desk))
    if when == "while signed in":
        assert (await entered(client, code_in(post))).status_code == 303
        assert (await client.get(CASE)).status_code == 200
        await changed(desk, OFFICER, **change)
    else:
        await changed(desk, OFFICER, **change)
        assert (await entered(client, code_in(post))).status_code == 422
    assert (await client.get(CASE)).status_code == 303


async def test_such_a_session_ends_without_use_and_after_its_hours(
    desk: Desk, client: httpx.AsyncClient, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asked(desk, client, await address(desk))
    await entered(client, code_in(post))
    now = Deps.now
    monkeypatch.setattr(Deps, "now", lambda deps: now(deps) + timedelta(minutes=61))
    assert (await client.get(CASE)).status_code == 303


async def test_who_stands_in_for_the_business_unit_needs_an_account_for_that(
    desk: Desk, client: httpx.AsyncClient, post: Post
) -> None:
    today = desk.app.state.deps.today()
    away = [Leave(since=today, until=today, stand_in="crg-chair")]
    held = await desk.store.directory.read()
    for one in [who.id for who in held.people if "business-unit" in who.roles]:
        await changed(desk, one, leave=away)
    held, now = await desk.store.directory.read(), desk.app.state.deps.now()
    (waits,) = (one for one in held.unconfirmed if one.person == "crg-chair")
    await desk.store.directory.confirm(waits.person, version=waits.version, by="x", people=["x"], at=now)
    await asked(desk, client, await address(desk, "crg-chair"))
    await entered(client, code_in(post))
    assert (await client.get("/cases")).status_code == 200
    assert (await client.get("/links")).status_code == 403


async def test_two_people_of_one_mailbox_get_a_code_each(desk: Desk, client: httpx.AsyncClient, post: Post) -> None:
    shared = await address(desk, "officer-health")
    await changed(desk, OFFICER, email=shared)
    await asked(desk, client, shared)
    assert len(post.taken) == 2
    name = next(who.name for who in (await desk.store.directory.read()).people if who.id == OFFICER)
    (mine,) = [text for _, _, text in mailed(post) if f"Dear {name}" in text]
    found = A_CODE.search(mine)
    assert found is not None
    assert (await entered(client, found[1])).status_code == 303
    assert f"igned in as {name}" in (await client.get("/cases")).text


async def test_the_database_holds_neither_the_code_nor_what_the_browser_holds(
    desk: Desk, client: httpx.AsyncClient, post: Post
) -> None:
    await asked(desk, client, await address(desk))
    with closing(sqlite3.connect(desk.settings.data / "case-reviews.db")) as database:
        rows = str(database.execute("SELECT * FROM sign_in_codes").fetchall())
    code = code_in(post)
    for words in (code, code.replace("-", ""), client.cookies[CODE], await address(desk)):
        assert words not in rows


async def test_what_is_no_address_is_said_beside_its_field(desk: Desk, client: httpx.AsyncClient, post: Post) -> None:
    for given in ("", "x", "a b@c.example", "a@b@c.example", "x" * 300 + "@c.example"):
        answer = await asked(desk, client, given)
        assert answer.status_code == 422
        assert "Enter your email address, like name@example.org" in answer.text
    empty = await entered(client, " ")
    assert empty.status_code == 422
    assert "Enter the code from the email" in empty.text


async def test_a_code_leads_nowhere_else(desk: Desk, client: httpx.AsyncClient, post: Post) -> None:
    await asked(desk, client, await address(desk), "//evil.example")
    for next in ("//evil.example", "https://evil.example/", "/cases/../x"):
        assert "evil" not in (await client.get("/sign-in/code", params={"next": next})).text
    assert (await entered(client, code_in(post), "//evil.example")).headers["location"] == "/cases"


async def test_another_site_neither_asks_for_a_code_nor_enters_one(
    desk: Desk, client: httpx.AsyncClient, post: Post
) -> None:
    for path in ("/sign-in/code", "/sign-in/code/entered"):
        answer = await client.post(path, data={"address": "a@b.example"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
    assert (await client.get("/sign-in/code")).headers["location"] == "/sign-in?next=/cases"


async def test_where_codes_are_switched_off_the_way_leads_straight_to_the_provider(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    desk.app.state.deps.settings = desk.settings.model_copy(update={"sign_in_codes": False})
    assert "/issuer/authorize?" in (await client.get("/sign-in")).headers["location"]
    assert (await client.post("/sign-in/code", data={"address": "a@b.example"})).status_code == 404
    desk.app.state.deps.settings = desk.settings.model_copy(update={"oidc_client_id": None})
    for path in ("/sign-in", "/sign-in/council", "/sign-in/code"):
        assert (await client.get(path)).status_code == 404


async def test_a_mail_that_is_not_taken_is_a_line_in_the_log_and_keeps_nobody(
    desk: Desk, client: httpx.AsyncClient, post: Post
) -> None:
    post.at_recipient = "550 5.1.1 no such mailbox"
    assert (await asked(desk, client, await address(desk))).status_code == 303
    assert post.taken == []


async def test_a_code_is_entered_on_a_narrow_phone_without_script(desk: Desk, browser: Browser, post: Post) -> None:
    """axe finds nothing in any state, and nothing is wider than 320 pixels."""
    async with served(desk.app) as there:
        by = desk.app.state.deps.settings.smtp_port
        desk.with_sign_in(there)
        desk.app.state.deps.settings = desk.settings.model_copy(update={"smtp_port": by})
        context = await browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
        looking = await browser.new_context(viewport={"width": 320, "height": 640})
        page, seeing = await context.new_page(), await looking.new_page()
        complaints = watched(page)
        await page.goto(f"{there}{CASE}")
        await page.get_by_label("Your email address").fill("nobody")
        await page.get_by_role("button", name="Send me a code").click()
        await page.get_by_role("heading", name="There is a problem").wait_for()
        await shot(page, "sign-in-error")
        await page.get_by_label("Your email address").fill(await address(desk))
        await page.get_by_role("button", name="Send me a code").click()
        await page.get_by_role("heading", name="Check your email").wait_for()
        await asyncio.gather(*desk.app.state.codes.tasks)
        await shot(page, "sign-in-code")
        await page.get_by_label("Code", exact=True).fill(code_in(post))
        await page.get_by_role("button", name="Sign in").click()
        await page.get_by_role("heading", name=f"Case {REFERENCE}").wait_for()
        assert [one for one in complaints if "422" not in one] == []
        await seeing.goto(f"{there}/sign-in?next={CASE}")
        await no_barrier(seeing)
        for given, title in (("nobody", "There is a problem"), ("nobody@elsewhere.example", "Check your email")):
            await seeing.get_by_label("Your email address").fill(given)
            await seeing.get_by_role("button", name="Send me a code").click()
            await seeing.get_by_role("heading", name=title).wait_for()
            await no_barrier(seeing)
        await seeing.get_by_label("Code", exact=True).fill("BBBB-BBBB")
        await seeing.get_by_role("button", name="Sign in").click()
        await seeing.get_by_text("You have 4 tries left").first.wait_for()
        await no_barrier(seeing)
        await context.close()
        await looking.close()
