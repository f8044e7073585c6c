"""The CRG's pages: meetings with their agenda, and the action log (G-2, G-11)."""

import re
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from playwright.async_api import Browser

from api.auth import COOKIE
from api.deps import Deps
from delivery.papers.reading import as_text
from review.chapters.crg.agenda import Agenda, cut_short
from review.facts import Speaker
from review.facts.directory import Role
from review.facts.enums import Rating
from review.facts.follow_up import ActionClosureAgreed, ActionProgressed, ActionSet
from store.meeting import MeetingRecord
from tests.pages.desk import REFERENCE, Desk
from tests.pages.looking import at_a_browser, no_barrier
from tests.pages.test_business_pages import OURS

SOON = datetime.now(UTC) + timedelta(days=30)


async def called(desk: Desk) -> str:
    now = datetime.now(UTC)
    one = await desk.store.meetings.call(starts_at=SOON, link="", message="m", by="crg-chair", at=now)
    return one.id


async def shown(desk: Desk, client: httpx.AsyncClient, path: str, who: str) -> httpx.Response:
    return await client.get(path, headers=desk.cookie(who))


async def test_the_agenda_of_the_next_meeting_writes_itself(desk: Desk, client: httpx.AsyncClient) -> None:
    """G-2"""
    assert "No meeting is called" in (await shown(desk, client, "/crg", "crg-chair")).text
    id = await called(desk)
    page = (await shown(desk, client, "/crg", "crg-chair")).text
    assert REFERENCE in page
    assert "Nothing since the last meeting" in page
    one = await shown(desk, client, f"/crg/{id}", "business-unit")
    assert "Not yet held" in one.text
    assert (await shown(desk, client, "/crg/crg-2001-01-01", "business-unit")).status_code == 404


async def test_the_agenda_is_a_paper_and_once_held_the_minutes(desk: Desk, client: httpx.AsyncClient) -> None:
    """G-2: in Word and as PDF, whole; for those who may read the CRG's pages."""
    id = await called(desk)
    assert f'href="/crg/{id}/paper?as=pdf"' in (await shown(desk, client, f"/crg/{id}", "crg-chair")).text
    agenda = await shown(desk, client, f"/crg/{id}/paper", "crg-chair")
    assert agenda.headers["content-disposition"] == f"attachment; filename*=UTF-8''{id}-crg-agenda-v1.docx"
    assert REFERENCE in as_text(agenda.content)
    empty = Agenda(stages=[], information_requests=[], actions=[], escalations=[], panel=[]).model_dump(mode="json")
    record = MeetingRecord(attended=["crg-chair"], notes="Sample: noted.", agenda=empty, recorded_by="sbu-manager")
    await desk.store.meetings.hold(id, record, by="sbu-manager", at=SOON + timedelta(hours=2))
    minutes = as_text((await shown(desk, client, f"/crg/{id}/paper", "crg-chair")).content)
    assert "Minutes of the Case Review Group" in minutes
    assert "Sample: noted." in minutes
    assert (await shown(desk, client, f"/crg/{id}/paper?as=pdf", "crg-chair")).content.startswith(b"%PDF-")
    assert (await shown(desk, client, f"/crg/{id}/paper", "observer")).status_code == 403


async def test_the_members_of_the_group_stand_with_their_level(desk: Desk, client: httpx.AsyncClient) -> None:
    """G-1: the Chair first; the Business Unit goes from a name to the entry in the directory, nobody else does."""
    entry = 'href="/directory/entries/person/crg-chair"'
    unit = (await shown(desk, client, "/crg", "business-unit")).text.partition('id="members"')[2]
    assert unit.index("Casey Sample") < unit.index("Ariel Sample")
    assert "Director</td>" in unit
    assert entry in unit
    assert "Ollie Sample" not in unit, "an observer is none"
    assert entry not in (await shown(desk, client, "/crg", "crg-chair")).text


async def test_a_page_cuts_long_lists_of_the_agenda_short_and_says_where_they_are_whole(
    desk: Desk, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G-2: before a meeting as it stands now, of one that was held as it was kept."""
    for number in range(3):
        given = {"action": f"a{number}", "what": "Sample.", "owner": "lead-police", "agency": "police"}
        await desk.take(ActionSet.model_validate(given | {"due_date": SOON.date(), "outcome": "Sample: better."}))
    monkeypatch.setattr("api.pages.crg.PER_PAGE", 2)
    id = await called(desk)
    for path in ("/crg", f"/crg/{id}"):
        page = (await shown(desk, client, path, "crg-chair")).text
        assert "And 1 more" in page
        assert 'href="/actions"' in page
        assert page.count("So that: Sample: better.") == 2
    whole = await desk.store.agenda.read(now=datetime.now(UTC))
    assert len(whole.agenda.actions) == 3
    kept = cut_short(whole.agenda, 2)
    assert (len(kept.agenda.actions), kept.more) == (2, {"actions": 1})


async def test_a_meeting_whose_day_has_passed_is_not_the_next_one(desk: Desk, client: httpx.AsyncClient) -> None:
    """G-2: one entered late, or never recorded; on its own day it still is the next one."""
    now = datetime.now(UTC)
    past = await desk.store.meetings.call(
        starts_at=now - timedelta(days=7), link="", message="p", by="crg-chair", at=now
    )
    page = (await shown(desk, client, "/crg", "business-unit")).text
    assert "Next meeting" not in page
    assert f'href="/crg/{past.id}"' in page.partition("Not recorded yet")[2]
    begun = await desk.store.meetings.call(starts_at=now, link="", message="n", by="crg-chair", at=now)
    page = (await shown(desk, client, "/crg", "business-unit")).text
    assert f'href="/crg/{begun.id}"' in page.partition("Next meeting")[2].partition("Not recorded yet")[0]
    assert "Call a meeting" not in (await shown(desk, client, "/crg", "crg-member")).text


async def test_a_second_click_changes_a_meeting_once(desk: Desk, client: httpx.AsyncClient) -> None:
    """G-2: without script nothing keeps anybody from it."""
    headers = desk.cookie("business-unit") | {"Sec-Fetch-Site": "same-origin"}
    later = SOON + timedelta(days=1)
    given = [
        ("/crg", {"day": f"{SOON:%Y-%m-%d}", "time": "10:00"}),
        ("{}/moved", {"day": f"{later:%Y-%m-%d}", "time": "10:00", "reason": "Sample: the Chair is away."}),
        ("{}/cancelled", {"reason": "Sample: nothing to speak of."}),
    ]
    where = "/crg"
    for path, sent in given:
        page = (await client.get(where, headers=headers)).text
        (once,) = set(re.findall(r'name="once" value="([^"]+)"', page))
        for _ in range(2):
            answer = await client.post(path.format(where), data=sent | {"once": once}, headers=headers)
            assert answer.status_code == 303, answer.text
        where = answer.headers["location"]
    (meeting,) = await desk.store.meetings.all()
    assert [one.kind for one in meeting.changes] == ["moved", "cancelled"]


async def test_a_meeting_is_called_and_recorded_by_forms(desk: Desk, browser: Browser) -> None:
    """G-2: in a real browser; one that was held already is entered late, then recorded as held."""
    async with at_a_browser(desk, browser, "business-unit", phone=True, bears=("422",)) as page:
        await page.goto("/crg")
        await page.get_by_text("Call a meeting").click()
        await no_barrier(page)
        await page.get_by_label("Day").fill("2026-01-14")
        await page.get_by_label("Where to join").fill("https://meet.example.org/crg")
        await page.get_by_role("button", name="Call the meeting").click()
        await page.get_by_role("link", name="Enter the time").wait_for()
        await no_barrier(page)
        assert await page.get_by_label("Day").input_value() == "2026-01-14"  # what was entered is still there
        assert await page.get_by_label("Where to join").input_value() == "https://meet.example.org/crg"
        await page.get_by_label("Time").fill("10:00")
        await page.get_by_role("button", name="Call the meeting").click()
        await page.get_by_role("heading", name="Meeting of Wednesday 14 January 2026, 10:00").wait_for()
        await page.get_by_text("Record who attended").first.click()
        await no_barrier(page)
        await page.get_by_label("What was noted").fill("Sample: all was considered.")
        await page.get_by_role("button", name="Record who attended").click()
        await page.get_by_role("link", name="Select who attended").wait_for()
        await no_barrier(page)
        assert await page.get_by_label("What was noted").input_value() == "Sample: all was considered."
        names = {one.id: one.name for one in (await desk.store.directory.read()).people}
        for person in ("crg-chair", "sbu-manager"):
            await page.get_by_label(names[person], exact=True).check()
        await page.get_by_role("button", name="Record who attended").click()
        await page.get_by_text("Amend the record").first.click()
        await no_barrier(page)
        await page.get_by_label(names["crg-chair"], exact=True).uncheck()
        await page.get_by_role("button", name="Amend the record").click()
        await page.get_by_role("link", name="Enter the reason").wait_for()
        assert not await page.get_by_label(names["crg-chair"], exact=True).is_checked()
        assert await page.get_by_label(names["sbu-manager"], exact=True).is_checked()
    held = await desk.store.meetings.get("crg-2026-01-14")
    assert held.record
    assert (held.record.attended, held.record.notes) == (["crg-chair", "sbu-manager"], "Sample: all was considered.")


async def test_an_observer_reads_no_papers_of_the_crg(desk: Desk, client: httpx.AsyncClient) -> None:
    for path in ("/crg", "/crg/crg-2099-03-04", "/actions"):
        page = await shown(desk, client, path, "observer")
        assert page.status_code == 403, path
        assert "is only for the Business Unit, the CRG Chair, a CRG member" in page.text


async def test_the_action_log_has_its_filters(desk: Desk, client: httpx.AsyncClient) -> None:
    """G-11"""
    for show in ("open", "overdue", "closed"):
        page = await shown(desk, client, f"/actions?show={show}", "crg-chair")
        assert page.status_code == 200
        assert "No open actions." in page.text


async def test_actions_are_listed_open_overdue_and_closed(desk: Desk, client: httpx.AsyncClient) -> None:
    """G-2, G-11: on the agenda, too."""
    await called(desk)
    for action in ("open-one", "closed-one"):
        given = {"action": action, "what": f"Sample: {action}", "owner": "lead-police", "agency": "police"}
        await desk.take(ActionSet.model_validate(given | {"due_date": SOON.date(), "outcome": "Sample: better."}))
    await desk.take(ActionProgressed(action="closed-one", progress="Done.", rating=Rating.GREEN, evidence="Sample."))
    chair = Speaker(people=["crg-chair"], roles=[Role.CRG_CHAIR])
    await desk.take(ActionClosureAgreed(action="closed-one", reasons="Sample: the evidence holds."), by=chair)
    for path, there, absent in (
        ("/crg", "open-one", "closed-one"),
        ("/actions", "open-one", "closed-one"),
        ("/actions?show=closed", "closed-one", "open-one"),
        ("/actions?show=overdue", "No open actions.", "open-one"),
    ):
        page = await shown(desk, client, path, "crg-chair")
        assert page.status_code == 200, path
        assert there in page.text, path
        assert absent not in page.text, path


async def test_an_overdue_action_says_so_on_the_log_and_on_the_agenda(
    desk: Desk, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G-2, G-11"""
    await called(desk)
    now = datetime.now(UTC)
    for action, days in (("soon", 10), ("later", 90)):
        given = {"action": action, "what": f"Sample: {action}", "owner": "lead-police", "agency": "police"}
        given |= {"due_date": (now + timedelta(days=days)).date().isoformat(), "outcome": "Sample: better."}
        await desk.take(ActionSet.model_validate(given))

    monkeypatch.setattr(Deps, "case_now", lambda *_: now + timedelta(days=20))
    monkeypatch.setattr(Deps, "now", lambda _: now + timedelta(days=20))
    for path, later in (("/crg", True), ("/actions", True), ("/actions?show=overdue", False)):
        page = await shown(desk, client, path, "crg-chair")
        log = page.text.partition("Actions: what, whose")[2]
        assert (page.status_code, "Sample: soon" in log, "Sample: later" in log) == (200, True, later), path
        assert re.findall(r">\s*Overdue\s*<", log) != [], path


async def test_the_crg_s_pages_have_no_barrier_on_a_phone(desk: Desk, browser: Browser) -> None:
    await called(desk)
    async with at_a_browser(desk, browser, "crg-chair", phone=True) as page:
        for path in ("/crg", "/actions"):
            await page.goto(path)
            await no_barrier(page)
            assert await page.evaluate("document.documentElement.scrollWidth") <= 375


async def test_a_meeting_is_moved_and_cancelled_by_its_forms(desk: Desk, browser: Browser) -> None:
    """G-2, X-2: in a real browser, by those who may call one; what stands in the way is said."""
    id, day = await called(desk), date(datetime.now(UTC).year + 3, 3, 11)
    async with at_a_browser(desk, browser, "crg-chair", phone=True) as page:
        await page.goto(f"/crg/{id}")
        await page.get_by_text("Move the meeting").first.click()
        await no_barrier(page)
        await page.get_by_label("New day").fill(f"{day}")
        await page.get_by_label("New time").fill("10:00")
        await page.get_by_label("Why it moves").fill("Sample: the Chair cannot come.")
        await page.get_by_role("button", name="Move the meeting").click()
        await page.get_by_role("heading", name=f"Meeting of {day:%A} 11 March {day.year}, 10:00").wait_for()
        assert "Sample: the Chair cannot come." in await page.inner_text("#changes")
        await page.get_by_text("Cancel the meeting").first.click()
        await page.get_by_label("Why it is cancelled").fill("Sample: nothing to consider.")
        await page.get_by_role("button", name="Cancel the meeting").click()
        await page.get_by_text("Cancelled.", exact=True).wait_for()
        assert await page.get_by_role("heading", name="Agenda").count() == 0, "what is live now never lay before it"
        await no_barrier(page)
    assert "Sample: nothing to consider." in (await desk.store.meetings.get(id)).changes[1].reason


async def test_a_meeting_is_not_moved_into_the_past_and_the_day_s_field_says_so(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """G-2: in words, without the meeting's id; so does every refusal that is about the day."""
    id = await called(desk)
    headers = desk.cookie("crg-chair") | OURS
    sent = {"day": "2026-01-14", "time": "10:00", "reason": "Sample: it was earlier.", "once": "o"}
    past = await client.post(f"/crg/{id}/moved", data=sent, headers=headers)
    words = "Wednesday 14 January 2026, 10:00 has passed: move the meeting to a time to come, or cancel it."
    assert (past.status_code, f'href="#day">{words}' in past.text, id in words) == (422, True, False)
    far = await client.post(f"/crg/{id}/moved", data=sent | {"day": "2088-01-14"}, headers=headers)
    assert 'href="#day">Wednesday 14 January 2088, 10:00 is too far off' in far.text


async def test_a_form_of_a_meeting_is_taken_from_our_page_and_from_conveners_only(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """G-2: another site could send the cookie too."""
    id = await called(desk)

    async def sent(who: str, act: str = "cancelled", site: str = "same-origin", **form: str) -> httpx.Response:
        headers = desk.cookie(who) | {"Sec-Fetch-Site": site}
        return await client.post(f"/crg/{id}/{act}", data=form, headers=headers)

    assert (await sent("crg-chair", site="cross-site", reason="Sample.")).status_code == 403
    assert (await sent("crg-member", reason="Sample.")).status_code == 403
    for nothing in ({}, {"reason": "\u200b\u2060"}, {"reason": "\u2800"}):  # what nobody sees is no reason
        missing = await sent("crg-chair", **nothing)
        assert (missing.status_code, "Enter the reason" in missing.text) == (422, True)
    unclear = await sent("crg-chair", "moved", day="2099-01-02", time="half past", link="meet", reason="Sample: why.")
    assert all(
        one in unclear.text for one in ("Enter the time", "Enter a web address", "Sample: why.", 'value="2099-01-02"')
    )
    nobody = await sent("crg-chair", "held", attended="nobody-known", notes="Sample: <noted>.")
    assert "nobody-known" in nobody.text
    assert "Sample: &lt;noted&gt;." not in nobody.text  # it is not time for that form yet
    past = await sent("crg-chair", "moved", day="2020-01-02", time="10:00", reason="Sample.")
    assert "move the meeting to a time to come" in past.text
    early = await sent("crg-chair", "amended", attended="crg-chair", reason="Sample.")
    assert "record first that it was held" in early.text
    assert "The meeting on " in early.text
    assert " has no record that could be amended" in early.text
    early = await sent("crg-chair", "held", attended="crg-chair")
    assert (early.status_code, "record it when it has been held" in early.text) == (422, True)
    form = {"day": f"{SOON:%Y-%m-%d}", "time": "10:00"}
    headers = desk.cookie("crg-member") | {"Sec-Fetch-Site": "same-origin"}
    assert (await client.post("/crg", data=form, headers=headers)).status_code == 403
    headers["Cookie"] = f"{COOKIE}={desk.token('crg-chair')}"
    assert "already called" in (await client.post("/crg", data=form, headers=headers)).text
    assert (await sent("crg-chair", "gone")).status_code == 404
    assert (await sent("crg-chair", "retried")).status_code == 303
    assert (await desk.store.meetings.get(id)).changes == []
