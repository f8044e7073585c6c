"""A page in a real browser, looked at by axe and at the width of a phone; what the browser complains of is heard."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page

from api.auth import COOKIE
from tests.pages.conftest import served
from tests.pages.desk import Desk


async def no_barrier(page: Page) -> None:
    """Nothing that axe finds, nothing wider than the phone."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def watched(page: Page) -> list[str]:
    """What the browser complains of: errors of scripts, and whatever the policy has blocked."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    return complaints


async def browses_as(context: BrowserContext, desk: Desk, who: str, url: str) -> None:
    """From now on the browser is this person's at that address."""
    await context.add_cookies([{"name": COOKIE, "value": desk.token(who), "url": url}])


@asynccontextmanager
async def at_a_browser(
    desk: Desk,
    browser: Browser,
    who: str = "sbu-manager",
    *,
    width: int = 320,
    phone: bool = False,
    script: bool = True,
    sign_in: bool = False,
    bears: Collection[str] = (),
) -> AsyncIterator[Page]:
    """A page of the desk's, for somebody who is signed in, unless `who` is empty.

    In the end the browser has complained of nothing but what it `bears`: statuses, or parts of addresses. `phone`: 375
    pixels wide, and touched. `sign_in`: the page to sign in is served, too.
    """
    async with served(desk.app) as address:
        if sign_in:
            desk.with_sign_in(address)
        context = await browser.new_context(
            viewport={"width": 375 if phone else width, "height": 740},
            base_url=address,
            java_script_enabled=script,
            has_touch=phone,
            is_mobile=phone,
        )
        context.set_default_timeout(20_000)
        if who:
            await browses_as(context, desk, who, address)
        page = await context.new_page()
        complaints = watched(page)
        yield page
        unexpected = [one for one in complaints if not any(part in one for part in bears)]
        assert unexpected == [], unexpected
        await context.close()
