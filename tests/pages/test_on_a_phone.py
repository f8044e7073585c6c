"""The pages behind the links as people meet them: on a phone, in a real browser, with axe's rules for everybody."""

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from review.chapters.rapid_review.papers import RETURN, ReturnBody
from review.facts.editions import AgencyKnew
from review.facts.enums import Verdict
from review.facts.rapid_review import AgencyReturned
from tests.pages.conftest import served, shot
from tests.pages.desk import Desk
from tests.pages.looking import no_barrier, watched
from tests.pages.test_return_link import first_asked

LEAD, OFFICER = "lead-police", "officer-health"


async def opened(page: Page, address: str) -> None:
    """The link as it stands in the mail, opened by the button of its first page."""
    await page.goto(address)
    async with page.expect_navigation():
        await page.get_by_role("button", name="Open the request").click()


async def test_an_officer_approves_on_a_phone(desk: Desk, phone: BrowserContext) -> None:
    one = await desk.ask_for_sign_off()
    async with served(desk.app) as address:
        page = await phone.new_page()
        complaints = watched(page)
        await opened(page, address + desk.link("sign-off", one.id, OFFICER))
        await no_barrier(page)
        await shot(page, "sign-off")
        await page.get_by_role("link", name="Go to your answer").click()
        await page.get_by_label("I approve this version").check()
        await page.get_by_role("button", name="Send my answer").click()
        await page.get_by_role("heading", name="Your answer is recorded").wait_for()
        await no_barrier(page)
        await shot(page, "sign-off-recorded")
        assert complaints == []
    assert one.ask_for("health").verdict is Verdict.APPROVE


async def test_an_officer_sends_back_and_is_told_first_that_comments_are_missing(
    desk: Desk, phone: BrowserContext
) -> None:
    one = await desk.ask_for_sign_off()
    async with served(desk.app) as address:
        page = await phone.new_page()
        await opened(page, address + desk.link("sign-off", one.id, OFFICER))
        comments = page.get_by_label("Your comments")
        assert not await comments.is_visible()
        await page.get_by_label("I send it back with comments").check()
        assert await comments.is_visible()
        await page.get_by_role("button", name="Send my answer").click()
        await page.get_by_role("heading", name="There is a problem").wait_for()
        await no_barrier(page)
        await shot(page, "sign-off-error")
        await page.get_by_role("link", name="Enter what should change: a draft is sent back with comments").click()
        assert await page.evaluate("document.activeElement.id") == "comments"
        await comments.fill("Say more on safety.")
        await page.get_by_role("button", name="Send my answer").click()
        await page.get_by_role("heading", name="Your answer is recorded").wait_for()
    assert one.ask_for("health").comments == "Say more on safety."


async def test_the_sign_off_works_with_the_keyboard_alone(desk: Desk, phone: BrowserContext) -> None:
    one = await desk.ask_for_sign_off()
    async with served(desk.app) as address:
        page = await phone.new_page()
        await opened(page, address + desk.link("sign-off", one.id, OFFICER))
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
        for _ in range(20):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.name") == "verdict":
                break
        await page.keyboard.press("Space")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Well said.")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Your answer is recorded").wait_for()
    ask = one.ask_for("health")
    assert (ask.verdict, ask.comments) == (Verdict.APPROVE, "Well said.")


async def test_the_sign_off_works_without_script(desk: Desk, browser: Browser) -> None:
    one = await desk.ask_for_sign_off()
    async with served(desk.app) as address:
        page = await browser.new_page(java_script_enabled=False)
        await opened(page, address + desk.link("sign-off", one.id, OFFICER))
        await page.get_by_label("I send it back with comments").check()
        await page.get_by_label("Your comments").fill("More on safety.")
        await page.get_by_role("button", name="Send my answer").click()
        await page.get_by_role("heading", name="Your answer is recorded").wait_for()
    assert one.ask_for("health").verdict is Verdict.SEND_BACK


async def test_nothing_in_a_document_or_a_name_runs_in_the_browser(desk: Desk, phone: BrowserContext) -> None:
    bad = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
    one = await desk.ask_for_sign_off(words=bad)
    async with served(desk.app) as address:
        page = await phone.new_page()
        complaints = watched(page)
        path = desk.link("sign-off", one.id, OFFICER)
        await opened(page, address + path)
        await page.goto(address + path)
        assert bad in await page.inner_text("body")
        assert await page.title() != "taken"
        paper = await phone.request.get(f"{address}{path}/document")
        assert paper.headers["content-type"] == "application/pdf", "which runs nothing"
        assert complaints == []


async def test_an_agency_gives_its_return_on_a_phone(desk: Desk, phone: BrowserContext) -> None:
    await desk.request_returns()
    async with served(desk.app) as address:
        page = await phone.new_page()
        complaints = watched(page)
        await opened(page, address + desk.link("return", "police", LEAD))
        assert "Sample <b>Child</b> & Co" in await page.inner_text("dl")
        await no_barrier(page)
        await shot(page, "return")
        await page.get_by_role("button", name="Send the return").click()
        await page.get_by_role("heading", name="There is a problem").wait_for()
        await no_barrier(page)
        await page.get_by_label("Yes").check()
        await page.get_by_label("The agency's involvement").fill("Seen four times.")
        await page.get_by_label("Officer who answers for this return").fill("D/Insp Sample")
        await no_barrier(page)
        await shot(page, "return-filled")
        await page.get_by_role("button", name="Send the return").click()
        await page.get_by_role("heading", name="Your answer is recorded").wait_for()
        await no_barrier(page)
        await opened(page, address + desk.link("return", "police", LEAD))
        await no_barrier(page)
        await shot(page, "return-given")
        assert [one for one in complaints if "422" not in one] == []
    assert [one.officer for one in desk.case.every(AgencyReturned)] == ["D/Insp Sample"]


async def test_an_agency_says_first_whether_it_knew_the_child_on_a_phone(desk: Desk, phone: BrowserContext) -> None:
    """B-6: the link of the email asks just that."""
    path = await first_asked(desk)
    async with served(desk.app) as address:
        page = await phone.new_page()
        complaints = watched(page)
        await opened(page, address + path)
        await no_barrier(page)
        await shot(page, "known")
        await page.get_by_role("button", name="Send this answer").click()
        await page.get_by_role("heading", name="There is a problem").wait_for()
        await no_barrier(page)
        await page.get_by_label("No, not known to us").check()
        await page.get_by_label("Officer who answers").fill("Sgt Sample")
        await page.get_by_role("button", name="Send this answer").click()
        await page.get_by_role("heading", name="Your answer is recorded").wait_for()
        await no_barrier(page)
        assert [one for one in complaints if "422" not in one] == []
    assert [(one.known, one.officer) for one in desk.case.every(AgencyKnew)] == [(False, "Sgt Sample")]


async def test_an_agency_confirms_that_its_senior_officers_know(desk: Desk, phone: BrowserContext) -> None:
    await desk.request_returns()
    async with served(desk.app) as address:
        page = await phone.new_page()
        await opened(page, address + desk.link("return", "police", LEAD))
        await page.get_by_label("Senior officer who knows of this request").fill("Chief Supt Sample")
        await page.get_by_role("button", name="Confirm that our senior officers know").click()
        await page.get_by_role("heading", name="Your answer is recorded").wait_for()
        await no_barrier(page)


@pytest.mark.parametrize("name", ["forged", "first", "left", "used", "superseded", "closed-return"])
async def test_every_plain_page_is_readable_by_everybody(desk: Desk, phone: BrowserContext, name: str) -> None:
    await desk.request_returns()
    one = await desk.ask_for_sign_off()
    path = desk.link("sign-off", one.id, OFFICER)
    match name:
        case "forged":
            path = "/s/forged"
        case "left":
            path = desk.link("sign-off", one.id, OFFICER, address="before@sample-health.example.org")
        case "used":
            one.ask_for("health").verdict, one.ask_for("health").given_by = Verdict.APPROVE, OFFICER
            one.ask_for("health").given_at = one.opened_at
            await desk.note("signed")
        case "superseded":
            await desk.ask_for_sign_off(2)
        case "closed-return":
            await desk.take(ReturnBody(agency="police", officer="D/Insp Sample", content=RETURN))
            await desk.hold_meeting()
            path = desk.link("return", "police", LEAD)
    async with served(desk.app) as address:
        page = await phone.new_page()
        await page.goto(address + path)
        if name in ("used", "superseded", "closed-return"):
            await opened(page, address + path)
        await no_barrier(page)
        await shot(page, f"plain-{name}")
