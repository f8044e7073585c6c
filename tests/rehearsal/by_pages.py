"""A rehearsal whose people use the pages alone: they open the case, follow its links and fill in its forms.

The scenario says who does what and when, as for any rehearsal; what it says goes into boxes that the page must have.
What the pages do not take, the API must refuse as well.
"""

import asyncio
import html
import re
from typing import Any, Self

import httpx
from playwright.async_api import Browser, Page

from api.auth import COOKIE
from api.forms import described, filled
from api.forms.steps import OPENINGS, STEPS
from crg.rehearsal.director import Director
from crg.rehearsal.errors import WentOtherwise
from crg.rehearsal.portal import Answer, Portal
from crg.rehearsal.scenario import WayIn
from review.facts import FACTS
from tests.pages.filling import Stuck, filled_in

JSON = dict[str, Any]
_OPENS = {
    WayIn.INCIDENT: "incident-reported",
    WayIn.REFERRAL: "referral-received",
    WayIn.INFORMATION_REQUEST: "information-requested",
}
_LOOKS = 100  # times a tenth of a second until what was sent is on the record


class Pages(Portal):
    """The people of a case at its pages, each signed in as themselves. `browser`: in which the case is opened."""

    def __init__(self, *args: Any, browser: Browser | None = None) -> None:
        super().__init__(*args)
        self._browser = browser
        self._people: dict[str, httpx.AsyncClient] = {}
        self.taken: dict[str, set[str]] = {}  # who took which kinds of steps

    async def __aexit__(self, *error: Any) -> None:
        for one in self._people.values():
            await one.aclose()
        await super().__aexit__(*error)

    async def open(self, way_in: WayIn, body: JSON, *, who: str, key: str) -> Answer:
        """From the list of cases, by the form that it leads to."""
        rel = _OPENS[way_in]
        path = f"/cases/new/{rel}"
        boxes = _boxes(filled(described(OPENINGS[rel]), body))
        if self._browser:
            where = await in_a_browser(self._browser, self._settings.public_url, who, path, boxes)
        else:
            client = self._client(who)
            assert path in (await client.get("/cases")).text
            where = (await filled_in(client, path, boxes)).headers["location"]
        self.taken.setdefault(who, set()).add(rel)
        return Answer(httpx.codes.CREATED, {"reference": httpx.URL(where).path.split("/")[2]})

    async def say(self, reference: str, kind: str, body: JSON, *, who: str, key: str) -> Answer:
        """By the form to which the case's page links; by the API where no form takes it, which must refuse it, too."""
        client = self._client(who)
        right = FACTS.get(body["right"]["kind"]) if "right" in body else None
        boxes = _boxes(filled(described(STEPS[kind], right), body))
        why = []
        for link in await self._links(client, reference, kind, body):
            try:
                answer = await filled_in(client, link, boxes)
            except Stuck as stuck:
                why.append(str(stuck))
                continue
            if answer.status_code == httpx.codes.SEE_OTHER:
                await _recorded(client, answer.headers["location"])
                self.taken.setdefault(who, set()).add(kind)
                return Answer(httpx.codes.CREATED, {})
            why.append(re.sub(r"<[^>]*>|\s+", " ", answer.text.partition("There is a problem")[2])[:300])
        refused = await super().say(reference, kind, body, who=who, key=key)
        if refused.refusal is None:
            raise WentOtherwise(f"{kind} by {who}: the API takes it, and no page does: {why or 'no link'}")
        return refused

    async def _links(self, client: httpx.AsyncClient, reference: str, kind: str, body: JSON) -> list[str]:
        """The forms of this kind to which the case's page leads this reader; of a correction, that of its entry."""
        page = (await client.get(f"/cases/{reference}")).text
        found = re.findall(rf'href="(/cases/{reference}/steps/{kind}(?:\?[^"]*)?)"', page)
        links = list(dict.fromkeys(map(html.unescape, found)))
        wrong = body.get("corrects")
        return [link for link in links if not wrong or f"entry={wrong}" in link]

    def _client(self, who: str) -> httpx.AsyncClient:
        if who not in self._people:
            url = self._settings.public_url
            self._people[who] = httpx.AsyncClient(base_url=url, timeout=30, trust_env=False)
            self._people[who].cookies.set(COOKIE, self.sign_in(who))
        return self._people[who]


class ByPages(Director):
    """A rehearsal by the pages; sign-offs that the scenario has by the link of an email go by that link."""

    def __init__(self, *args: Any, browser: Browser | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self._browser = browser

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self._portal = self.pages = Pages(self._settings, self._company.directory, browser=self._browser)
        await self._exits.enter_async_context(self.pages)
        return self


def _boxes(said: dict[str, list[str]]) -> dict[str, list[str]]:
    """What a person types: the minute of a moment, and not its seconds."""
    return {box: values for box, values in said.items() if not box.endswith(".exact")}


async def _recorded(client: httpx.AsyncClient, where: str) -> None:
    """The case's page says that it is recorded."""
    for _ in range(_LOOKS):
        if "Recorded:" in (await client.get(where)).text:
            return
        await asyncio.sleep(0.1)
    raise WentOtherwise(f"{where} does not say that it is recorded")


async def in_a_browser(browser: Browser, address: str, who: str, path: str, boxes: dict[str, list[str]]) -> str:
    """Sign in, go to the form from the list of cases, fill it in and send it, in a browser without script."""
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{address}/sign-in?next=/cases")
    await page.get_by_role("button", name="Sign in with your council account").click()
    await page.locator("select").select_option(who)
    await page.get_by_role("button").last.click()
    await page.locator(f'a[href="{path}"]').click()
    for box, values in boxes.items():
        if not await page.locator(f'[name="{box}"]').count():  # a row more
            await page.locator(f'button[value="add:{box.partition(".")[0]}"]').click()
        for value in values:
            await _typed(page, box, value)
    await page.locator('button[value="send"]').last.click()
    await page.get_by_text("The case is opened").wait_for()
    where = page.url
    await context.close()
    return where


async def _typed(page: Page, box: str, value: str) -> None:
    there = page.locator(f'[name="{box}"]')
    kind = await there.first.evaluate("one => one.tagName + (one.type || '')")
    if kind.startswith("SELECT"):
        await there.select_option(value)
    elif kind in ("INPUTradio", "INPUTcheckbox"):
        await page.locator(f'[name="{box}"][value="{value}"]').check()
    elif kind != "INPUThidden":
        await there.fill(value)
