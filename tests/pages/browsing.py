"""A person at a browser without script: follows links, opens what is folded, types, chooses, presses buttons.

As `filling`, with a real browser: what cannot be seen cannot be filled in. All boxes of a form are filled in one go; to
ask the browser for one after the other takes most of a minute for a long form.
"""

from collections.abc import Mapping

import httpx
from playwright.async_api import Browser, BrowserContext, Locator, Page

from tests.pages.filling import Stuck

_AT_MOST = 20_000  # milliseconds that anything may take

# Fills in the boxes of a page, and tells of each that it could not what is wrong with it: "" where there is none.
_FILL = """
(boxes) => {
  const wrong = {};
  for (const [name, values] of Object.entries(boxes)) {
    const there = [...document.getElementsByName(name)];
    if (!there.length) { wrong[name] = ""; continue; }
    if (there[0].type === "hidden") {
      if (JSON.stringify(there.map((one) => one.value)) !== JSON.stringify(values)) wrong[name] = "stands otherwise";
      continue;
    }
    for (const one of there)
      for (let fold = one.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (!there[0].getClientRects().length) { wrong[name] = "cannot be seen"; continue; }
    const chosen = ["radio", "checkbox"].includes(there[0].type);
    const list = there[0].tagName === "SELECT" ? [...there[0].options] : there;
    const offered = list.map((one) => one.value);
    if ((chosen || there[0].tagName === "SELECT") && values.some((one) => !offered.includes(one)))
      wrong[name] = "is not offered, only " + offered;
    else if (chosen) there.forEach((one) => { one.checked = values.includes(one.value); });
    else there[0].value = values[0];
  }
  return wrong;
}
"""


class Person:
    """Somebody who is signed in, by the page where one chooses who to be."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self._context, self._page = context, page

    @classmethod
    async def signed_in(cls, browser: Browser, address: str, who: str) -> "Person":
        context = await browser.new_context(base_url=address, java_script_enabled=False)
        context.set_default_timeout(_AT_MOST)
        page = await context.new_page()
        await page.goto("/sign-in?next=/cases")
        await page.get_by_role("button", name="Sign in with your council account").click()
        await page.locator("select").select_option(who)
        await page.get_by_role("button").last.click()
        return cls(context, page)

    async def close(self) -> None:
        await self._context.close()

    async def shown(self) -> str:
        """The page that is open."""
        return await self._page.content()

    async def reads(self, path: str) -> str:
        """The page there."""
        await self._page.goto(path)
        return await self._page.content()

    async def fill_in(self, link: str, boxes: Mapping[str, list[str]]) -> str:
        """Follow a link of the page that is open, fill in the form there, send it, and confirm where the answers are to
        be checked. The path to which that leads. Raises `Stuck`.
        """
        there = self._page.locator(f'a[href="{link}"]').first
        if not await there.is_visible():
            await there.evaluate("one => { one.closest('details').open = true; }")
        await self._pressed(there)
        while wrong := await self._page.evaluate(_FILL, dict(boxes)):
            await self._add_row([box for box, why in wrong.items() if not why], wrong)
        await self._pressed(self._page.locator('button[value="send"]').last)
        if await self._page.get_by_role("heading", name="Check your answers").count():
            await self._pressed(self._page.locator('button[value="confirm"]').last)
        mistakes = self._page.locator(".govuk-error-summary")
        if await mistakes.count():
            raise Stuck(await mistakes.first.inner_text())
        return httpx.URL(self._page.url).raw_path.decode()

    async def _add_row(self, lacking: list[str], wrong: Mapping[str, str]) -> None:
        """Ask for a row more, where a box lacks; what is typed stays."""
        values = [await one.get_attribute("value") or "" for one in await self._page.locator("button").all()]
        adds = [
            one for one in values if one.startswith("add:") and any(box.startswith(f"{one[4:]}.") for box in lacking)
        ]
        if not adds or len(lacking) != len(wrong):
            raise Stuck(f"{self._page.url}: {wrong}")
        await self._pressed(self._page.locator(f'button[value="{max(adds, key=len)}"]').last)

    async def _pressed(self, there: Locator) -> None:
        """A press that leads to another page, until all of that has come."""
        await there.click()
        await self._page.wait_for_load_state()
