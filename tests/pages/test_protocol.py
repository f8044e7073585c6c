"""The protocol as a page: drawn for each edition, readable without seeing it, no barrier that axe finds."""

import httpx
import pytest
from playwright.async_api import BrowserContext

from api.pages.protocol import picture
from api.protocol import protocol_of
from api.who import COOKIE
from calendar_rules.edition import load_edition
from review.words import Stage
from tests.pages.conftest import served
from tests.pages.desk import Desk
from tests.pages.test_on_a_phone import no_barrier, watched


async def shown(desk: Desk, client: httpx.AsyncClient, query: str = "") -> httpx.Response:
    return await client.get(f"/protocol{query}", headers={"Cookie": f"{COOKIE}={desk.token('observer')}"})


async def test_nobody_reads_it_without_signing_in(client: httpx.AsyncClient) -> None:
    assert (await client.get("/protocol")).status_code == 401


async def test_each_edition_is_drawn_from_its_own_data(desk: Desk, client: httpx.AsyncClient) -> None:
    """B-6, B-11: what one edition has and the other has not."""
    first = (await shown(desk, client)).text
    second = (await shown(desk, client, "?edition=england-2023")).text
    assert "<svg" in first
    assert "CRG scoping meeting" in first
    assert "48 hours" in first
    assert "D-6-known" not in first
    assert "D-6-known" in second
    assert "delegated safeguarding partner" in second
    assert "no rapid review follows" in second
    assert "no rapid review follows" not in first


async def test_an_unknown_edition_says_which_there_are(desk: Desk, client: httpx.AsyncClient) -> None:
    page = await shown(desk, client, "?edition=nowhere")
    assert page.status_code == 422
    assert "england-2023" in page.text


async def test_the_diagram_has_a_text_of_its_own(desk: Desk, client: httpx.AsyncClient) -> None:
    page = (await shown(desk, client)).text
    assert "CRG scoping meeting leads to Rapid review request to the agencies." in page
    assert "Leads to: Notification to the Panel" in page


@pytest.mark.parametrize("edition", ["doncaster-2018", "england-2023"])
async def test_no_barrier_on_a_phone(desk: Desk, phone: BrowserContext, edition: str) -> None:
    async with served(desk.app) as address:
        await phone.add_cookies([{"name": COOKIE, "value": desk.token("observer"), "url": address}])
        page = await phone.new_page()
        complaints = watched(page)
        await page.goto(f"{address}/protocol?edition={edition}")
        await no_barrier(page)
        assert complaints == []


def test_every_stage_has_its_box_and_every_move_its_line() -> None:
    protocol = protocol_of(load_edition("doncaster-2018"))
    drawn = picture(protocol)
    assert len(drawn["boxes"]) == len(protocol.stages)
    assert len(drawn["straight"]) + len(drawn["bent"]) == len(protocol.moves)


def test_the_protocol_names_who_acts_and_every_source() -> None:
    """B-2: a notification can be withdrawn; the stage that it leads to is reached from any."""
    protocol = protocol_of(load_edition("england-2023"))
    scoping = next(stage for stage in protocol.stages if stage.id is Stage.SCOPING)
    held = next(step for step in scoping.steps if step.rel == "scoping-meeting-held")
    assert held.roles == ["business-unit", "crg-chair"]
    assert scoping.deadlines[:2] == ["D-4", "D-7"] or "D-4" in scoping.deadlines
    assert all(rule.clause for rule in protocol.deadlines)
    assert Stage.NOTIFICATION_WITHDRAWN in protocol.from_any_stage
    everywhere = {step.rel for stage in protocol.stages for step in stage.steps}
    everywhere |= {step.rel for group in protocol.any_time for step in group.steps}
    assert {"notification-withdrawn", "edition-moved", "agency-knew", "case-paused"} <= everywhere
