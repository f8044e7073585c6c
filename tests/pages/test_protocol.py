"""The protocol as a page: drawn for each edition, readable without seeing it, no barrier that axe finds."""

import re
from html import unescape

import httpx
import pytest
from playwright.async_api import Browser

from api.pages.protocol import picture
from api.protocol import protocol_of
from calendar_rules.edition import load_edition
from review.facts.enums import Stage
from tests.pages.desk import REFERENCE, Desk
from tests.pages.looking import at_a_browser, no_barrier
from tests.pages.test_business_pages import signed_in


async def shown(desk: Desk, client: httpx.AsyncClient, query: str = "") -> httpx.Response:
    return await client.get(f"/protocol{query}", headers=desk.cookie("observer"))


async def test_nobody_reads_it_without_signing_in(client: httpx.AsyncClient) -> None:
    assert (await client.get("/protocol")).status_code == 401


async def test_each_edition_is_drawn_from_its_own_data(desk: Desk, client: httpx.AsyncClient) -> None:
    """B-6, B-11: what one edition has and the other has not."""
    first = (await shown(desk, client)).text
    second = (await shown(desk, client, "?edition=england-2023")).text
    assert "<svg" in first
    assert "CRG scoping meeting" in first
    assert "48 hours" in first
    known = "Agency says whether the child or family was known to it"
    assert known not in first
    assert known in second
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
async def test_no_barrier_on_a_phone(desk: Desk, browser: Browser, edition: str) -> None:
    async with at_a_browser(desk, browser, "observer", phone=True) as page:
        for path in (f"/protocol?edition={edition}", *(["/editions"] if edition == "england-2023" else [])):
            await page.goto(path)
            await no_barrier(page)


async def test_on_a_phone_the_words_come_first_and_nothing_is_cut(desk: Desk, browser: Browser) -> None:
    async with at_a_browser(desk, browser, "observer", phone=True) as page:
        await page.goto("/protocol?edition=england-2023")
        words, drawn = page.locator("#stages"), page.locator(".page-diagram svg")
        first, then = await words.bounding_box(), await drawn.bounding_box()
        assert first
        assert then
        assert first["y"] < then["y"]
        assert then["x"] >= 0
        assert then["x"] + then["width"] <= 375
        assert await page.evaluate("document.documentElement.scrollWidth") == 375


@pytest.mark.parametrize("edition", ["doncaster-2018", "england-2023"])
def test_every_stage_has_its_box_and_every_move_its_line(edition: str) -> None:
    protocol = protocol_of(load_edition(edition))
    drawn = picture(protocol)
    assert len(drawn["boxes"]) == len(protocol.stages)
    bent = [path for rail in drawn["bent"] for path in rail["paths"]]
    assert len(drawn["straight"]) + len(bent) == len(protocol.moves)
    assert len({(rail["colour"], rail["dash"]) for rail in drawn["bent"]}) > 1


def test_no_two_lines_of_the_picture_run_over_each_other() -> None:
    """Each line that is led round the boxes keeps a lane of its own as far as it runs."""
    drawn = picture(protocol_of(load_edition("doncaster-2018")))
    runs = []
    for rail in drawn["bent"]:
        steps = [path.split() for path in rail["paths"]]
        rows = [float(y) for step in steps for y in (step[2], step[6])]
        runs.append((steps[0][4], min(rows), max(rows)))
    for number, (lane, top, bottom) in enumerate(runs):
        others = [one for one in runs[number + 1 :] if one[0] == lane]
        assert all(bottom < other[1] or other[2] < top for other in others)


def test_a_box_says_what_is_due_how_long_it_takes_and_who_owes_it() -> None:
    """And where a case begins (N-1, A-1, A-4)."""
    boxes = {box["title"]: box for box in picture(protocol_of(load_edition("doncaster-2018")))["boxes"]}
    scoping = [line["text"] for line in boxes["CRG scoping meeting"]["lines"]]
    assert "CRG scoping meeting held: 48 hours, CRG Chair" in scoping
    ways_in = [title for title, box in boxes.items() if any(line["kind"] == "way-in" for line in box["lines"])]
    assert len(ways_in) == 3


async def test_reminders_and_what_else_an_edition_asks_for_stand_with_their_clauses(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """B-3, B-4, B-5, B-11: on the page and in the API."""
    page = (await shown(desk, client, "?edition=england-2023")).text
    assert "at least 7 working days before publication" in page
    assert "Panel, Secretary of State, Ofsted" in page
    assert "key practice episodes" in page
    assert "WT 2023, chapter 5: publication for at least one year" in page
    assert "2 working days before" in page
    also = {one.id: one for one in protocol_of(load_edition("england-2023")).also}
    assert set(also) == {"report_sections", "advance_copies", "available_for", "delay_told_to", "titles", "notifying"}
    assert all(one.clause and one.what for one in also.values())
    assert [one.id for one in protocol_of(load_edition("doncaster-2018")).also] == [
        "notifying",
        "delay_told_to",
    ]


def test_the_protocol_names_who_acts_and_every_source() -> None:
    """B-2: a notification can be withdrawn; the stage that it leads to is reached from any."""
    protocol = protocol_of(load_edition("england-2023"))
    scoping = next(stage for stage in protocol.stages if stage.id is Stage.SCOPING)
    held = next(step for step in scoping.steps if step.rel == "scoping-meeting-held")
    assert held.roles == ["business-unit", "crg-chair"]
    assert scoping.deadlines[:2] == ["D-4", "D-7"] or "D-4" in scoping.deadlines
    assert all(rule.clause for rule in protocol.deadlines)
    assert protocol.from_any_stage == [Stage.MERGED, Stage.WITHDRAWN]
    withdrawn = [move.source for move in protocol.from_some_stages if move.target is Stage.NOTIFICATION_WITHDRAWN]
    assert (withdrawn[0], withdrawn[-1]) == (Stage.NOTIFICATION, Stage.DECISION)
    everywhere = {step.rel for stage in protocol.stages for step in stage.steps}
    everywhere |= {step.rel for group in protocol.any_time for step in group.steps}
    assert {"notification-withdrawn", "edition-moved", "agency-knew", "case-paused"} <= everywhere


async def test_editions_stand_side_by_side_with_what_differs(desk: Desk, client: httpx.AsyncClient) -> None:
    """Each leads to its stages; of the deadlines only those that differ are compared; a case names its own."""
    signed_in(desk, client, "sbu-manager")
    page = (await client.get("/editions")).text
    for edition in ("doncaster-2018", "england-2023"):
        assert f'href="/protocol?edition={edition}"' in page
    assert "(the default)" in page
    assert "Agency says whether the child or family was known to it" in page
    assert "None</td>" in page
    assert "Rapid review recommendation submitted to the Panel" not in page.partition("What differs")[2]
    assert 'href="/editions#doncaster-2018"' in (await client.get(f"/cases/{REFERENCE}")).text


async def test_people_read_what_a_deadline_and_an_edition_are_called_and_not_their_ids(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """The id of an edition, which its file and the commands go by, stands once, on the page of the editions."""
    signed_in(desk, client, "sbu-manager")
    ids = [*load_edition("england-2023").deadlines, "doncaster-2018", "england-2023"]
    for path, bears in ((f"/cases/{REFERENCE}", 0), ("/protocol?edition=england-2023", 0), ("/editions", 1)):
        words = unescape(re.sub(r"<[^>]+>", " ", (await client.get(path)).text))
        read = [id for id in ids if len(id) > 4 and words.count(id) > (bears if id in ids[-2:] else 0)]
        assert read == [], path


async def test_a_case_is_moved_to_an_edition_that_can_take_it(desk: Desk, client: httpx.AsyncClient) -> None:
    """Its own is not offered."""
    signed_in(desk, client, "sbu-manager")
    form = (await client.get(f"/cases/{REFERENCE}/steps/edition-moved")).text
    assert 'value="england-2023"' in form
    assert 'value="doncaster-2018"' not in form


async def test_a_link_to_a_deadline_opens_it(desk: Desk, browser: Browser) -> None:
    """Stages and deadlines are folded; the page stays short."""
    async with at_a_browser(desk, browser, "observer", phone=True) as page:
        await page.goto("/protocol")
        await page.get_by_text("CRG scoping meeting", exact=True).last.click()
        assert not await page.get_by_text("48 hours from: received").is_visible()
        await page.get_by_role("link", name="CRG scoping meeting held", exact=True).click()
        await page.get_by_text("48 hours from: received").wait_for()
