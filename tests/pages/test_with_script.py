"""What a page does besides where script runs; all of it can be done without."""

from datetime import date

from playwright.async_api import Browser

from tests.pages.desk import REFERENCE, Desk
from tests.pages.looking import at_a_browser, no_barrier


async def test_a_day_that_is_typed_says_at_once_which_working_day_it_is(desk: Desk, browser: Browser) -> None:
    await desk.request_returns()
    async with at_a_browser(desk, browser) as page:
        await page.goto(f"/cases/{REFERENCE}/steps/rapid-review-meeting-moved")
        listed, counted = page.locator("[data-day]").nth(2), page.locator("[data-counted]")
        day = date.fromisoformat(await listed.get_attribute("data-day") or "")
        for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            assert await counted.inner_text() == ""
            await page.get_by_label(part, exact=True).first.fill(str(value))
        assert await counted.inner_text() == "Working day 3 of 15"
        assert (await listed.text_content() or "").endswith("working day 3 of 15")
        await no_barrier(page)
        await page.get_by_label("Year", exact=True).first.fill("1999")
        assert await counted.inner_text() == ""
