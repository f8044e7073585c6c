"""Days on which no work is done, by page: entered, shown, taken back; what is refused stands at its field (X-2)."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.async_api import Browser

from calendar_rules.england import england
from calendar_rules.lengths import london
from tests.pages.desk import Desk
from tests.pages.looking import at_a_browser, no_barrier
from tests.pages.replying import comes_in, reads_replies, written
from tests.pages.test_business_pages import OURS, signed_in

TODAY = london(datetime.now(UTC)).date()
ENGLAND = england(TODAY.year, TODAY.year + 1)
DAY = ENGLAND.add(TODAY, 14)
SUNDAY = TODAY + timedelta(days=7 - TODAY.weekday() + 6)
HOLIDAY = next(one for one in ENGLAND.closed if one.day > TODAY)
WHY = "Sample: the offices move"


async def test_a_day_is_entered_and_taken_back_with_its_reason(desk: Desk, client: httpx.AsyncClient) -> None:
    signed_in(desk, client, "sbu-manager")
    page = (await client.get("/closures")).text
    assert "No closed days from today on." in page
    assert "Christmas Day" in page
    (once,) = set(re.findall(r'name="once" value="([^"]+)"', page))
    sent = {"day": DAY.isoformat(), "why": f"{WHY}.", "kind": "closure", "once": once}
    for _ in range(2):  # a second click counts once
        assert (await client.post("/closures", data=sent, headers=OURS)).status_code == 303
    shown = (await client.get("/closures")).text
    assert shown.count(f"{WHY} (closure)") == 1, "its full stop ends no other sentence"
    assert [one.why for one in await desk.store.closures.all()] == [WHY]
    twice = await client.post("/closures", data=sent | {"once": "another"}, headers=OURS)
    assert (twice.status_code, "already entered as closed" in twice.text) == (422, True)

    path = f"/closures/{DAY}/taken-back"
    silent = await client.post(path, data={"once": once}, headers=OURS)
    assert (silent.status_code, "Enter why it is a working day after all" in silent.text) == (422, True)
    reason = {"reason": "Sample: they move a week later.", "once": once}
    assert (await client.post(path, data=reason, headers=OURS)).status_code == 303
    after = (await client.get("/closures")).text
    assert "No closed days from today on." in after
    assert "Sample: they move a week later." in after
    assert f"{WHY}. Taken back on" in after, "with one full stop"
    gone = await client.post(path, data=reason | {"once": "another"}, headers=OURS)
    assert gone.status_code == 422


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, ("Enter the day", "Enter why no work is done on that day")),
        ({"day": "soon", "why": WHY}, ("Enter the day",)),
        ({"day": (TODAY - timedelta(days=1)).isoformat(), "why": WHY}, ("passed",)),
        (
            {"day": SUNDAY.isoformat(), "why": WHY},
            ("already is not a working day (Sunday). There is nothing to enter.",),
        ),
        (
            {"day": SUNDAY.isoformat(), "why": WHY, "kind": "proclaimed"},
            ("already is not a working day (Sunday)",),
        ),
        ({"day": HOLIDAY.day.isoformat(), "why": WHY}, (f"already is not a working day ({HOLIDAY.why}",)),
        (
            {"day": HOLIDAY.day.isoformat(), "why": WHY, "kind": "proclaimed"},
            (f"already is not a working day ({HOLIDAY.why}",),
        ),
        ({"day": "2099-01-05", "why": WHY}, ("2099", "is outside the years")),
        ({"day": DAY.isoformat(), "why": "x" * 301}, ("The reason must be 300 characters or fewer",)),
        ({"day": DAY.isoformat(), "why": WHY, "kind": "feast"}, ("Choose what kind of day it is",)),
    ],
)
async def test_what_cannot_be_entered_stands_at_its_field_and_nothing_typed_is_lost(
    desk: Desk, client: httpx.AsyncClient, sent: dict[str, str], words: tuple[str, ...]
) -> None:
    """A Sunday and a bank holiday are `no-working-day-anyway`."""
    signed_in(desk, client, "sbu-manager")
    answer = await client.post("/closures", data=sent, headers=OURS)
    assert answer.status_code == 422
    assert [word for word in words if word not in answer.text] == []
    assert sent.get("why", "") in answer.text
    assert await desk.store.closures.all() == []


async def test_a_bank_holiday_proclaimed_late_is_told_to_cases_whose_calendar_had_it_not(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """X-2: whoever opens a case today has it already. Where every live case has it, it is refused."""
    known = [one for one in desk.case.calendar.closed if one.day != HOLIDAY.day]
    desk.case.calendar = desk.case.calendar.model_copy(update={"closed": known})
    await desk.project()
    signed_in(desk, client, "sbu-manager")
    sent = {"day": HOLIDAY.day.isoformat(), "why": HOLIDAY.why, "kind": "proclaimed", "once": "once"}
    assert (await client.post("/closures", data=sent, headers=OURS)).status_code == 303


async def test_everybody_who_signs_in_sees_them_and_the_business_unit_alone_changes_them(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    assert (await client.get("/closures")).status_code == 401
    signed_in(desk, client, "dcs")
    page = await client.get("/closures")
    assert (page.status_code, '<form method="post" action="/closures"' in page.text) == (200, False)
    sent = {"day": DAY.isoformat(), "why": WHY, "kind": "closure"}
    assert (await client.post("/closures", data=sent, headers=OURS)).status_code == 403
    assert (await client.post(f"/closures/{DAY}/taken-back", data={"reason": WHY}, headers=OURS)).status_code == 403
    signed_in(desk, client, "sbu-manager")
    assert (await client.post("/closures/soon/taken-back", data={"reason": WHY}, headers=OURS)).status_code == 404


async def test_the_page_is_readable_by_everybody(desk: Desk, browser: Browser) -> None:
    async with at_a_browser(desk, browser, bears=("422",)) as page:
        await page.goto("/closures")
        await page.get_by_text("Enter a closed day").click()
        await no_barrier(page)
        await page.get_by_label("Day", exact=True).fill(DAY.isoformat())
        await page.get_by_role("button", name="Enter the day").click()
        await page.get_by_role("link", name="Enter why no work is done on that day").wait_for()
        await no_barrier(page)
        await page.get_by_label("Why no work is done").fill(WHY)
        await page.get_by_role("button", name="Enter the day").click()
        await page.get_by_text(WHY).wait_for()
        await no_barrier(page)
        reads_replies(desk)  # the page of replies, in the same browser
        await comes_in(desk, written("", f"Approved, but {'long ' * 40}\n\n{'x' * 200}"))
        await page.goto("/replies")
        await page.get_by_role("heading", name="Please read this reply").wait_for()
        await no_barrier(page)
