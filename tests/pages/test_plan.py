"""The plan of a case by its page: a time is tried out without script, and what is accepted is arranged (R-2, R-6)."""

import re
from datetime import UTC, datetime, timedelta

import httpx
from playwright.async_api import Browser

from calendar_rules.lengths import london
from calendar_rules.notifying import HEADS
from review.case import reads
from review.facts.enums import View
from review.facts.notification import PanelNotified, PartnerViewGiven
from review.facts.rapid_review import ScopingMeetingArranged
from tests.pages.conftest import shot
from tests.pages.desk import REFERENCE, Desk
from tests.pages.looking import at_a_browser, no_barrier
from tests.pages.test_business_pages import OURS, signed_in

PATH = f"/cases/{REFERENCE}/plan"


def boxes(page: str) -> dict[str, str]:
    """What stands in the form by which times are tried out."""
    form = page.partition('<form method="get"')[2].partition("</form>")[0]
    fields = [dict(re.findall(r'(\w[\w-]*)="([^"]*)"', one)) for one in re.findall(r"<input[^>]*>", form)]
    return {one["name"]: one.get("value", "") for one in fields}


async def notified(desk: Desk) -> None:
    for viewer in HEADS:
        await desk.take(PartnerViewGiven(officer=viewer, view=View.NOTIFY, reasons=PartnerViewGiven.sample["reasons"]))
    await desk.take(PanelNotified.model_validate(PanelNotified.sample))


async def test_a_plan_is_tried_out_and_accepted(desk: Desk, client: httpx.AsyncClient) -> None:
    signed_in(desk, client, "sbu-manager")
    assert "You can accept the plan when the Panel has been notified" in (await client.get(PATH)).text
    await notified(desk)
    first = (await client.get(PATH)).text
    sent = boxes(first)
    later = (datetime.fromisoformat(sent["meeting-day"]) + timedelta(days=7)).date().isoformat()
    tried = await client.get(PATH, params=sent | {"meeting-day": later})
    assert tried.status_code == 200
    assert "With this change" in tried.text
    assert "Changed" in tried.text
    after = boxes(tried.text)
    assert after["meeting-was"] == "", "it stays as it was changed"
    assert after["submission-day"] > sent["submission-day"], "what follows moves"
    assert after["scoping-day"] == sent["scoping-day"]

    (once,) = re.findall(r'name="once" value="([^"]+)"', tried.text)
    taken = await client.post(PATH, data=after | {"once": once, "link": "https://meet.example.org/s"}, headers=OURS)
    assert (taken.status_code, taken.headers["location"].partition("?")[0]) == (303, f"/cases/{REFERENCE}")
    arranged = desk.case.last(ScopingMeetingArranged)
    assert arranged is not None
    assert arranged.rapid_review_meeting_planned_at is not None
    assert london(arranged.rapid_review_meeting_planned_at).date().isoformat() == later
    assert arranged.link == "https://meet.example.org/s"
    assert "The meetings are arranged as planned here" in (await client.get(PATH)).text


async def test_what_was_shown_is_accepted_though_another_time_is_proposed_by_now(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    signed_in(desk, client, "sbu-manager")
    await notified(desk)
    sent = boxes((await client.get(PATH)).text)
    shown = london(datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    earlier = {"scoping-day": shown, "scoping-was": f"{shown} {sent['scoping-time']}", "once": "x"}
    taken = await client.post(PATH, data=sent | earlier, headers=OURS)
    assert taken.status_code == 303
    arranged = desk.case.last(ScopingMeetingArranged)
    assert arranged is not None
    assert f"{london(arranged.starts_at):%Y-%m-%d %H:%M}" == f"{shown} {sent['scoping-time']}"


async def test_what_is_no_time_is_said_at_its_box(desk: Desk, client: httpx.AsyncClient) -> None:
    signed_in(desk, client, "sbu-manager")
    sent = boxes((await client.get(PATH)).text)
    for wrong, words in (("soon", "Enter a day and a time"), ("2099-01-05", "outside this calendar")):
        answer = await client.get(PATH, params=sent | {"meeting-day": wrong})
        assert (answer.status_code, words in answer.text) == (422, True)


async def test_a_meeting_is_moved_with_a_reason(desk: Desk, client: httpx.AsyncClient) -> None:
    """R-6"""
    await desk.request_returns()
    signed_in(desk, client, "sbu-manager")
    sent = boxes((await client.get(PATH)).text)
    assert "scoping-day" not in sent, "it is done"
    before = reads.meeting_at(desk.case)
    assert before is not None
    day = (london(before) + timedelta(days=2)).date().isoformat()
    moved = sent | {"meeting-day": day, "meeting-was": "", "once": "x"}
    silent = await client.post(PATH, data=moved, headers=OURS)
    assert (silent.status_code, "Enter why the meeting is moved" in silent.text) == (422, True)
    taken = await client.post(PATH, data=moved | {"reason": "Sample: the chair is away."}, headers=OURS)
    assert taken.status_code == 303
    assert london(reads.meeting_at(desk.case) or datetime.now(UTC)).date().isoformat() == day


async def test_the_plan_is_for_those_who_read_the_whole_case(desk: Desk, client: httpx.AsyncClient) -> None:
    signed_in(desk, client, "agency")
    assert (await client.get(PATH)).status_code == 403
    signed_in(desk, client, "independent-chair")
    await notified(desk)
    assert "Accept this plan" not in (await client.get(PATH)).text


async def test_the_plan_on_a_phone(desk: Desk, browser: Browser) -> None:
    await notified(desk)
    async with at_a_browser(desk, browser) as page:
        await page.goto(PATH)
        await page.get_by_text("Change Rapid review meeting").click()
        await page.locator("#meeting-day").fill((datetime.now(UTC) + timedelta(days=40)).date().isoformat())
        await page.locator("details[open]").get_by_role("button", name="Show what this does").click()
        await page.get_by_text("With this change the report reaches the Panel").wait_for()
        await no_barrier(page)
        await shot(page, "plan-320")
