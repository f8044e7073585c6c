"""The page of a case that has grown long stays short; what is folded is found by keyboard, without script, in print."""

from typing import Literal

from playwright.async_api import Browser, Page

from review.case.state import CaseState
from tests.keeping import Keeper
from tests.pages.conftest import shot
from tests.pages.desk import Desk
from tests.pages.long_case import ACTIONS, grown, long_world
from tests.pages.looking import at_a_browser, no_barrier
from tests.pages.playing import played

HIGHEST = 6_000  # pixels, at 1280
# The steps at which its page was the highest of each stage: what is next, and how often it was before.
STEPS = (
    *(("panel-notified", 1), ("scoping-meeting-held", 1), ("returns-requested", 1), ("agency-returned", 13)),
    *(("draft-agreed", 1), ("sign-off-given", 1), ("candidate-scored", 1), ("advocacy-considered", 1)),
    *(("early-comment-given", 1), ("review-published", 1), ("action-closure-agreed", ACTIONS // 4)),
)


def stages() -> list[tuple[str, CaseState]]:
    """The case as it stood before each of the steps, as a rehearsal: its clock and its guide stand on the page, too."""
    found: list[tuple[str, CaseState]] = []
    seen: dict[str, int] = {}
    with played():
        world = long_world()
        for step in grown(world):
            seen[step.rel] = seen.get(step.rel, 0) + 1
            if (step.rel, seen[step.rel]) in STEPS:
                case = CaseState.model_validate_json(world.case.model_dump_json())
                reference = f"RH-2026-{100 + len(found)}"
                found.append((step.rel, case.model_copy(update={"reference": reference, "rehearsal": True})))
            if len(found) == len(STEPS):
                return found
    raise AssertionError(f"the case came to {[rel for rel, _ in found]} of {STEPS}")


async def test_the_page_of_a_long_case_is_below_6000_pixels_at_every_stage(desk: Desk, browser: Browser) -> None:
    """25 agencies, 8 children with their family, 60 actions, texts as long as people write them."""
    high = {}
    async with at_a_browser(desk, browser, "business-unit", width=1280, script=False) as page:
        for rel, case in stages():
            await Keeper(desk.store).keep(case, case.opened_at)
            desk.app.state.deps.now = lambda case=case: case.opened_at
            await page.goto(f"/cases/{case.reference}")
            high[rel] = await page.evaluate("document.documentElement.scrollHeight")
            await shot(page, f"long-case-{rel}")
            if rel == "agency-returned":
                await found_by_keyboard(page, "more agencies whose return is awaited")
                await found_by_keyboard(page, "more that run, due later")
                await found_in_print(page, "12 returns that are in")
    assert len(high) == len(STEPS)
    assert {rel: height for rel, height in high.items() if height > HIGHEST} == {}


async def test_other_pages_of_people_in_many_cases_are_short_too(desk: Desk, browser: Browser) -> None:
    """8 children and 10 adults, each of them in 24 cases (X-4)."""
    case, high = long_world().case, {}
    for number in range(24):
        one = case.model_copy(update={"reference": f"CR-2026-{200 + number}"})
        await Keeper(desk.store).keep(one, case.opened_at)
    desk.app.state.deps.now = lambda: case.opened_at
    async with at_a_browser(desk, browser, "business-unit", width=1280, script=False) as page:
        for name in ("record", "plan", "links", "chronology", "disclosures", "family"):
            await page.goto(f"/cases/CR-2026-200/{name}")
            high[name] = await page.evaluate("document.documentElement.scrollHeight")
        assert {name: height for name, height in high.items() if height > HIGHEST} == {}
        await found_by_keyboard(page, "and 18 more", "link")


async def found_by_keyboard(page: Page, words: str, held: Literal["row", "link"] = "row") -> None:
    fold = page.locator("details", has=page.get_by_text(words)).first
    assert await fold.get_by_role(held).last.is_hidden()
    await fold.locator("summary").first.focus()
    await page.keyboard.press("Enter")
    assert await fold.get_by_role(held).last.is_visible()


async def found_in_print(page: Page, words: str) -> None:
    fold = page.locator("details", has=page.get_by_text(words))
    assert not await fold.get_by_role("table").is_visible()
    await page.emulate_media(media="print")
    assert await fold.get_by_role("table").is_visible()
    await page.emulate_media(media="screen")


async def test_a_long_case_has_no_barrier_on_a_phone_with_all_of_it_unfolded(desk: Desk, browser: Browser) -> None:
    case = stages()[-1][1]
    await Keeper(desk.store).keep(case, case.opened_at)
    desk.app.state.deps.now = lambda: case.opened_at
    async with at_a_browser(desk, browser, "business-unit") as page:
        await page.goto(f"/cases/{case.reference}")
        await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        await no_barrier(page)
