"""The CRG's pages: meetings with their agenda, and the action log (G-2, G-11)."""

from datetime import UTC, datetime, timedelta

import httpx
from playwright.async_api import BrowserContext

from api.who import COOKIE
from tests.pages.conftest import served
from tests.pages.desk import REFERENCE, Desk
from tests.pages.test_on_a_phone import no_barrier, watched

SOON = datetime.now(UTC) + timedelta(days=30)


async def called(desk: Desk) -> str:
    now = datetime.now(UTC)
    one = await desk.store.meetings.call(starts_at=SOON, link="", message="m", by="crg-chair", at=now)
    return one.id


async def shown(desk: Desk, client: httpx.AsyncClient, path: str, who: str) -> httpx.Response:
    return await client.get(path, headers={"Cookie": f"{COOKIE}={desk.token(who)}"})


async def test_the_agenda_of_the_next_meeting_writes_itself(desk: Desk, client: httpx.AsyncClient) -> None:
    """G-2"""
    assert "No meeting is called" in (await shown(desk, client, "/crg", "crg-chair")).text
    id = await called(desk)
    page = (await shown(desk, client, "/crg", "crg-chair")).text
    assert REFERENCE in page
    assert "Nothing since the last meeting" in page
    one = await shown(desk, client, f"/crg/{id}", "business-unit")
    assert "Not held yet" in one.text
    assert (await shown(desk, client, "/crg/crg-2001-01-01", "business-unit")).status_code == 404


async def test_an_observer_reads_no_papers_of_the_crg(desk: Desk, client: httpx.AsyncClient) -> None:
    for path in ("/crg", "/crg/crg-2099-03-04", "/actions"):
        assert (await shown(desk, client, path, "observer")).status_code == 403, path


async def test_the_action_log_has_its_filters(desk: Desk, client: httpx.AsyncClient) -> None:
    """G-11"""
    for show in ("open", "overdue", "closed"):
        page = await shown(desk, client, f"/actions?show={show}", "crg-chair")
        assert page.status_code == 200
        assert "There is none." in page.text


async def test_the_crg_s_pages_have_no_barrier_on_a_phone(desk: Desk, phone: BrowserContext) -> None:
    await called(desk)
    async with served(desk.app) as address:
        await phone.add_cookies([{"name": COOKIE, "value": desk.token("crg-chair"), "url": address}])
        page = await phone.new_page()
        complaints = watched(page)
        for path in ("/crg", "/actions"):
            await page.goto(f"{address}{path}")
            await no_barrier(page)
            assert await page.evaluate("document.documentElement.scrollWidth") <= 375
        assert complaints == []
