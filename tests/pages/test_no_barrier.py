"""Every page that can be read is looked at by axe: as it stands, and with a form that cannot be taken. None is wider
than 320 pixels, none higher than 6,000 at 1280. A new page belongs into one of these tables.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from review.facts.any_stage import CasePaused
from tests.pages.conftest import shot
from tests.pages.desk import REFERENCE, Desk
from tests.pages.looking import at_a_browser, browses_as, no_barrier
from tests.pages.test_answer_link import QUALITY, handed_over
from tests.pages.test_business_pages import moved
from tests.pages.test_chronology import given
from tests.pages.test_crg import called
from tests.pages.test_frame import routes
from tests.pages.test_reading_link import AUTHOR, drafted

Begin = Callable[[Desk], Awaitable[None]]
CASE = f"/cases/{REFERENCE}"
# Routes of pages, and where they are looked at here: with nothing in them, or with all that `full` puts there.
HERE: dict[str, tuple[str, ...]] = {
    "/": ("/?", "/start?"),
    "/start": ("/start",),
    "/today": ("/today",),
    "/actions": ("/actions",),
    "/calendar": ("/calendar",),
    "/cases": ("/cases", "/cases?show=all&sort=due", "/cases?after=nowhere"),
    "/cases/new/{rel}": tuple(
        f"/cases/new/{rel}" for rel in ("incident-reported", "referral-received", "information-requested", "nothing")
    ),
    "/cases/rehearse": ("/cases/rehearse",),
    "/cases/{reference}": (CASE, "/cases/CR-1999-001"),
    "/cases/{reference}/chronology": (f"{CASE}/chronology",),
    "/cases/{reference}/disclosures": (f"{CASE}/disclosures",),
    "/cases/{reference}/family": (f"{CASE}/family",),
    "/cases/{reference}/links": (f"{CASE}/links",),
    "/cases/{reference}/papers/{document}/{version}": (f"{CASE}/papers/rapid-review-report/1", f"{CASE}/papers/x/1"),
    "/cases/{reference}/plan": (f"{CASE}/plan", f"{CASE}/plan?meeting-day=soon&meeting-time=10:00&meeting-was=x"),
    "/cases/{reference}/record": (f"{CASE}/record",),
    "/cases/{reference}/steps/{rel}": tuple(
        f"{CASE}/steps/{rel}"
        for rel in (
            "report-drafted",
            "corrected",
            "family-member-added",
            "case-paused",
            "case-merged",
            "panel-notified",
        )
    ),
    "/closures": ("/closures",),
    "/crg": ("/crg", "/crg/crg-2001-01-01"),
    "/directory": ("/directory",),
    "/directory/entries/{kind}": ("/directory/entries/person", "/directory/entries/agency"),
    "/directory/entries/{kind}/{id}": ("/directory/entries/person/officer-health",),
    "/editions": ("/editions",),
    "/links": ("/links",),
    "/protocol": ("/protocol", "/protocol?edition=england-2023"),
    "/sign-in": ("/sign-in",),
}
# Of these, what says something else where nothing is there yet.
AT_FIRST: tuple[str, ...] = (
    "/today",
    "/actions",
    "/cases",
    "/crg",
    "/directory",
    "/closures",
    "/links",
    "/calendar",
    CASE,
)
AT_FIRST += tuple(f"{CASE}/{page}" for page in ("chronology", "disclosures", "links", "steps/panel-notified"))
# Looked at by a test of their own, in the file that is named.
ELSEWHERE = {
    "/cases/named": "test_all_cases.py",
    "/cases/{reference}/returns/{agency}/{version}": "test_given_return.py",
    "/crg/{id}": "test_crg.py",
    "/replies": "test_closures.py",
    "/issuer/authorize": "test_cases.py",
    "/sign-in/code": "test_sign_in_code.py",
    "/r/{token}": "test_on_a_phone.py",
    "/r/{token}/whole": "test_on_a_phone.py",
    "/s/{token}": "test_on_a_phone.py",
}
BY_LINK = {"/a/{token}", "/p/{token}"}  # below, in every state
NO_PAGES = {
    "/calendar/{secret}.ics",
    "/cases.csv",
    "/cases/{reference}/bundles/{row}",
    "/cases/{reference}/chronology/table",
    "/cases/{reference}/chronology/word",
    "/cases/{reference}/made/{paper}",
    "/cases/{reference}/timeline",
    "/crg/{id}/paper",
    "/p/{token}/{name}",
    "/s/{token}/document",
    "/sign-in/back",
    "/sign-in/council",
    "/static/{name}",
}  # files, and what only leads on


def test_every_page_is_looked_at() -> None:
    read = {one.path for one in routes() if "GET" in (one.methods or ())}
    assert read == {*HERE, *ELSEWHERE, *BY_LINK, *NO_PAGES}
    for file in ELSEWHERE.values():
        assert "no_barrier(" in (Path(__file__).parent / file).read_text("utf-8"), file


async def full(desk: Desk) -> None:
    """A case with its request, a report out for sign-off, and a chronology; a CRG meeting; a change that waits."""
    await desk.request_returns()
    await desk.hold_meeting()
    await desk.ask_for_sign_off()
    await given(desk, "police", (date(2026, 3, 4), "Sample: seen at home."), (date(2026, 8, 4), "Sample: a call."))
    await called(desk)
    await moved(desk)
    await desk.store.feeds.make("sbu-manager", ["business-unit"], at=datetime.now(UTC))


@pytest.mark.parametrize("filled", [False, True], ids=["at first", "with all in it"])
async def test_no_page_has_a_barrier(desk: Desk, browser: Browser, filled: bool) -> None:
    paths: tuple[str, ...] = AT_FIRST
    if filled:
        await full(desk)
        paths = tuple(path for some in HERE.values() for path in some)
    async with at_a_browser(desk, browser, sign_in=True, bears=("403", "404", "409", "422")) as page:
        for path in paths:
            await page.set_viewport_size({"width": 1280, "height": 740})
            await page.goto(path)
            high = await page.evaluate("document.documentElement.scrollHeight")
            assert high < 6000 or path.endswith("corrected"), (path, high)  # as long as what was entered
            await shot(page, f"1280{path.replace('/', '-').replace('?', '-')}")
            await page.set_viewport_size({"width": 320, "height": 740})
            await unfolded(page)
            await no_barrier(page)
            await shot(page, f"320{path.replace('/', '-').replace('?', '-')}")
            await with_mistakes(page, path)


async def unfolded(page: Page) -> None:
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


async def with_mistakes(page: Page, path: str) -> None:
    """A long form sent as it is: what is wrong is said, without a barrier."""
    send = page.locator('button[value="send"]')
    if not await send.count():
        return
    await send.last.click()
    await page.wait_for_load_state()
    if await page.get_by_role("heading", name="There is a problem").count():
        await no_barrier(page)
        links = await page.locator(".govuk-error-summary a").evaluate_all("all => all.map((one) => one.hash.slice(1))")
        lost = [one for one in links if not await page.locator(f'[id="{one}"]').count()]
        assert lost == [], (path, "each mistake leads to its box")


async def test_a_calendar_address_in_every_state(desk: Desk, browser: Browser) -> None:
    async with at_a_browser(desk, browser, "lead-police", sign_in=True, bears=("403",)) as page:
        await page.goto("/calendar")
        await page.get_by_role("button", name="Make my calendar address").click()
        await page.get_by_label("Your calendar address").wait_for()
        await no_barrier(page)
        await page.get_by_role("button", name="End the address").click()
        await page.get_by_text("The address has ended.").wait_for()
        await no_barrier(page)
        await page.goto("/directory")
        await page.get_by_role("heading", name="You do not have permission").wait_for()
        await no_barrier(page)
        await page.get_by_role("button", name="Sign out").click()
        await page.get_by_role("link", name="Sign in again").wait_for()
        await no_barrier(page)


@pytest.mark.parametrize(
    ("begin", "purpose", "subject", "person", "done"),
    [
        (handed_over, "answer", "audit", QUALITY, "Your answer is recorded"),
        (drafted, "reading", "rapid-review", AUTHOR, "Your answer is recorded"),
    ],
)
async def test_a_page_behind_a_link_in_every_state(
    desk: Desk, browser: Browser, begin: Begin, purpose: str, subject: str, person: str, done: str
) -> None:
    """Before it is opened, open, sent as it is, answered, and once it is over."""
    await begin(desk)
    async with at_a_browser(desk, browser, "", bears=("410", "422")) as page:
        link = desk.link(purpose, subject, person)
        await page.goto(link)
        await no_barrier(page)
        await page.locator("main").get_by_role("button").first.click()
        await page.get_by_role("heading", level=1).wait_for()
        await no_barrier(page)
        await page.locator("main").get_by_role("button").last.click()
        await page.get_by_role("heading", name="There is a problem").wait_for()
        await no_barrier(page)
        for box in await page.locator("main textarea").all():
            await box.fill("Sample: an audit in November.")
        for box in await page.locator("main input[type=checkbox]").all():
            await box.check()
        await page.locator("main").get_by_role("button").last.click()
        await page.get_by_role("heading", name=done).wait_for()
        await no_barrier(page)
        await page.goto(link)
        await no_barrier(page)


async def test_what_was_typed_is_kept_where_the_sign_in_or_the_step_is_gone(desk: Desk, browser: Browser) -> None:
    """The pages that hold it: while somebody else was faster, and while nobody is signed in any more."""
    async with at_a_browser(desk, browser, sign_in=True, bears=("401", "409", "422")) as page:
        await page.goto(f"{CASE}/steps/case-paused")
        await page.get_by_label("Reasons").fill("Sample: criminal proceedings.")
        await desk.take(CasePaused(reason="Sample: said by a colleague."))
        await page.get_by_role("button", name="Record").last.click()
        await page.get_by_text("This step is not open any more").wait_for()
        await no_barrier(page)
        assert await page.get_by_label("Reasons").input_value() == "Sample: criminal proceedings."
        await page.context.clear_cookies()
        await page.get_by_role("button", name="Record").last.click()
        await page.get_by_role("heading", name="Sign in again to record this").wait_for()
        await no_barrier(page)
        await browses_as(page.context, desk, "sbu-manager", page.url)
        await page.get_by_role("button", name="Continue").click()
        assert await page.get_by_label("Reasons").input_value() == "Sample: criminal proceedings."
