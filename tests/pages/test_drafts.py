"""What somebody has typed into a form and not sent is kept for them: by a button, and by itself where script runs."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import httpx
from playwright.async_api import Browser

from review.facts.enums import View
from store.drafts import KEPT_FOR
from tests.pages.desk import REFERENCE, Desk
from tests.pages.looking import at_a_browser, no_barrier
from tests.pages.test_business_pages import OURS, signed_in
from tests.pages.test_step_pages import HERE, REASONS, hidden

HIDDEN = """() => {
  Object.defineProperty(document, 'hidden', { get: () => true })
  document.dispatchEvent(new Event('visibilitychange'))
}"""
PATH = f"{HERE}/steps/partner-view-given?about=dcs"


async def begun(client: httpx.AsyncClient, path: str, **boxes: str) -> httpx.Response:
    page = await client.get(path)
    typed = hidden(page.text) | {name: [value] for name, value in boxes.items()}
    return await client.post(path, data=typed | {"_do": ["save"]}, headers=OURS)


async def test_a_draft_is_kept_for_the_person_alone_until_it_is_sent(desk: Desk, client: httpx.AsyncClient) -> None:
    signed_in(desk, client, "sbu-manager")
    saved = await begun(client, PATH, reasons=REASONS)
    assert (saved.status_code, "Your draft, saved" in saved.text, "There is a problem" in saved.text) == (
        200,
        True,
        False,
    )
    signed_in(desk, client, "dcs")
    assert REASONS not in (await client.get(PATH)).text
    signed_in(desk, client, "sbu-manager")
    again = (await client.get(PATH)).text
    assert REASONS in again
    assert "Your draft, saved" in again
    with closing(sqlite3.connect(desk.settings.data / "case-reviews.db")) as database:
        assert REASONS not in str(database.execute("SELECT * FROM drafts").fetchall())
    sent = hidden(again) | {"view": [View.NOTIFY.value], "reasons": [REASONS], "_do": ["send"]}
    assert (await client.post(PATH, data=sent, headers=OURS)).status_code == 303
    assert await desk.store.drafts.find("sbu-manager", PATH) is None


async def test_a_draft_is_thrown_away(desk: Desk, client: httpx.AsyncClient) -> None:
    signed_in(desk, client, "sbu-manager")
    saved = await begun(client, PATH, reasons=REASONS)
    gone = await client.post(PATH, data=hidden(saved.text) | {"_do": ["discard"]}, headers=OURS)
    assert (gone.status_code, gone.headers["location"]) == (303, PATH)
    assert REASONS not in (await client.get(PATH)).text


async def test_a_draft_of_a_step_that_somebody_else_has_taken_is_shown(desk: Desk, client: httpx.AsyncClient) -> None:
    path = f"{HERE}/steps/panel-notified"
    for who in ("dcs", "chief-executive"):
        await desk.give_view(who) if hasattr(desk, "give_view") else None
    signed_in(desk, client, "sbu-manager")
    await desk.request_returns()
    place = await desk.store.drafts.find("sbu-manager", path)
    assert place is None
    await desk.store.drafts.save("sbu-manager", path, {"panel_reference": ["PR-0099"]}, at=desk.app.state.deps.now())
    late = await client.get(path)
    assert late.status_code == 409
    assert "somebody may have been faster" in late.text
    assert "PR-0099" in late.text
    signed_in(desk, client, "dcs")
    assert "PR-0099" not in (await client.get(path)).text


async def test_corrections_of_two_entries_are_two_drafts(desk: Desk, client: httpx.AsyncClient) -> None:
    await desk.request_returns()
    signed_in(desk, client, "sbu-manager")
    first, second = [one.reported.message for one in desk.case.entries][:2]
    for entry, reason in ((first, "In this sample the first."), (second, "In this sample the second.")):
        await begun(client, f"{HERE}/steps/corrected?entry={entry}", reason=reason)
    for entry, reason, other in ((first, "the first", "the second"), (second, "the second", "the first")):
        page = (await client.get(f"{HERE}/steps/corrected?entry={entry}")).text
        assert f"In this sample {reason}." in page
        assert f"In this sample {other}." not in page


async def test_a_correction_whose_draft_is_deleted_is_still_of_its_own_entry(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    await desk.request_returns()
    signed_in(desk, client, "sbu-manager")
    path = f"{HERE}/steps/corrected?entry={desk.case.entries[0].reported.message}"
    saved = await begun(client, path, reason="In this sample the first.")
    gone = await client.post(f"{HERE}/steps/corrected", data=hidden(saved.text) | {"_do": ["discard"]}, headers=OURS)
    assert (gone.status_code, gone.headers["location"]) == (303, path)


async def test_the_opening_of_a_case_has_a_draft_too(desk: Desk, client: httpx.AsyncClient) -> None:
    signed_in(desk, client, "sbu-manager")
    path = "/cases/new/incident-reported"
    saved = await begun(client, path, what_happened=REASONS)
    assert REASONS in (await client.get(path)).text
    await client.post(path, data=hidden(saved.text) | {"_do": ["discard"]}, headers=OURS)
    assert REASONS not in (await client.get(path)).text


async def test_a_draft_that_nobody_comes_back_to_goes(desk: Desk) -> None:
    now = desk.app.state.deps.now()
    await desk.store.drafts.save("sbu-manager", "old", {"a": ["b"]}, at=now - KEPT_FOR - timedelta(days=1))
    await desk.store.drafts.save("sbu-manager", "new", {"a": ["b"]}, at=now)
    assert await desk.store.drafts.find("sbu-manager", "old") is None


async def test_where_script_runs_a_draft_is_saved_by_itself(desk: Desk, browser: Browser) -> None:
    async with at_a_browser(desk, browser) as page:
        await page.goto(PATH)
        await page.get_by_label("Reasons").fill(REASONS)
        await page.get_by_text("Draft saved at").wait_for()
        await page.goto(PATH)
        assert await page.get_by_label("Reasons").input_value() == REASONS
        await no_barrier(page)
    assert desk.case.entries[-1].fact.kind == "incident-reported"
    assert REFERENCE in PATH


async def test_drafts_that_wait_stand_on_today_by_name_with_the_way_back(desk: Desk, client: httpx.AsyncClient) -> None:
    """Of a step that is not open any more, too; nobody sees another's. An agency has its own with its cases."""
    await desk.request_returns()
    now, entry = desk.app.state.deps.now(), desk.case.entries[0].reported.message
    places = {
        "/cases/new/referral-received": ("Open a case: a referral", ""),
        f"{HERE}/steps/rapid-review-meeting-held": ("apid review meeting", ""),
        f"{HERE}/steps/panel-notified": ("not open any more", ""),
        "/directory/entries/agency": ("Add an agency", ""),
        "/directory/entries/person/officer-health": ("Change the entry of Ash Sample-Health", ""),
    }
    for place in places:
        await desk.store.drafts.save("sbu-manager", place, {"reason": ["Sample."]}, at=now)
    signed_in(desk, client, "sbu-manager")
    await begun(client, f"{HERE}/steps/corrected?entry={entry}", reason="Sample.")
    returned = f"{HERE}/steps/agency-returned?about=police"
    await desk.store.drafts.save("senior-police", returned, {"officer": ["Sample."]}, at=now)
    signed_in(desk, client, "sbu-manager")
    page = (await client.get("/today")).text
    assert f"Drafts you have not sent ({len(places) + 1})" in page
    for place, (words, href) in places.items():
        assert words in page, place
        assert f'href="{href or place}"' in page
    assert f'href="{HERE}/steps/corrected?entry={entry}">Correct what was entered wrongly: Potential notifiable' in page
    assert page.count("not open any more") == 1, "of the step that is over alone"
    signed_in(desk, client, "senior-police")
    page = (await client.get("/cases")).text
    assert "Drafts you have not sent (1)" in page
    assert f'href="{returned}"' in page
    signed_in(desk, client, "crg-chair")
    assert "Drafts you have not sent" not in (await client.get("/today")).text


async def test_what_is_typed_is_saved_when_the_page_is_left_and_when_a_lost_connection_is_back(
    desk: Desk, browser: Browser
) -> None:
    async with at_a_browser(desk, browser, bears=("ERR_INTERNET_DISCONNECTED", PATH)) as page:
        await page.goto(PATH)
        await page.context.set_offline(True)
        await page.get_by_label("Reasons").fill(REASONS)
        await page.get_by_text("there is no connection").wait_for()
        await page.context.set_offline(False)
        await page.get_by_text("Draft saved at").wait_for()
        await page.get_by_label("Reasons").fill(f"{REASONS} More.")
        async with page.expect_response(lambda one: one.request.method == "POST"):
            await page.evaluate(HIDDEN)
        await page.goto(PATH)
        assert await page.get_by_label("Reasons").input_value() == f"{REASONS} More."
