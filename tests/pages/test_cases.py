"""The pages about cases: who is let in, what each office sees, and what the start page says."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import page as pdf_check
import pytest
from playwright.async_api import BrowserContext

from api.auth import Caller
from api.visibility import CaseOut, read, seen
from delivery.papers.reading import as_text
from review.case.notices import Notice
from review.facts.directory import Role
from review.facts.follow_up import ActionSet
from review.facts.rapid_review import RapidReviewMeetingMoved
from review.kit.changes import effect_failed
from review.kit.notify import day
from review.views import WarningView
from tests.pages.conftest import served
from tests.pages.desk import REFERENCE, Desk
from tests.pages.looking import no_barrier, watched

CASE = f"/cases/{REFERENCE}"
NARRATIVE = ("found unresponsive", "Sample &lt;b&gt;Child", "Sample Child Two")


async def seen_by(desk: Desk, client: httpx.AsyncClient, who: str, path: str = CASE) -> httpx.Response:
    return await client.get(path, headers=desk.cookie(who))


async def test_nobody_reads_a_case_without_signing_in(desk: Desk, client: httpx.AsyncClient) -> None:
    for path in ("/cases", CASE):
        page = await client.get(path)
        assert page.status_code == 401
        assert "come through the partnership&#39;s portal" in page.text
        assert REFERENCE not in page.text
        expired = await client.get(path, headers=desk.cookie("business-unit", minutes=-1))
        assert expired.status_code == 401


async def test_the_business_unit_sees_the_whole_case(desk: Desk, client: httpx.AsyncClient) -> None:
    await desk.request_returns()
    await desk.ask_for_sign_off()
    page = await seen_by(desk, client, "business-unit")
    assert page.status_code == 200
    for words in (*NARRATIVE, "Waiting for", "Backward plan", "Sample Police", "Rapid review report, version 1: open"):
        assert words in page.text
    record = await client.get(f"/cases/{REFERENCE}/record", headers=desk.cookie("crg-chair"))
    assert "Panel notified" in record.text
    assert "Timeline of the rapid review" in page.text
    assert "<b>Child" not in page.text


async def test_a_case_tells_what_it_has_warned_of(desk: Desk) -> None:
    """A date set for the meeting that eats the slack of D-7 is a warning, told in the order of the record."""
    await desk.request_returns()
    assert await warned(desk) == []
    moments = [datetime.now(UTC) + timedelta(days=days) for days in (40, 50)]
    for at in moments:
        await desk.take(RapidReviewMeetingMoved(starts_at=at, reason="Sample: no room."))
    told = await warned(desk)
    for one, at in zip(told, moments, strict=True):
        assert one.line.startswith(f"Warning: the rapid review meeting is set for {day(at)}; the latest safe time was ")
        assert abs(datetime.now(UTC) - one.at) < timedelta(minutes=1)


async def warned(desk: Desk) -> list[WarningView]:
    """The warnings that a reader of the case is told."""
    means = desk.app.state.deps
    reader = Caller(sub="crg-chair", roles=(Role.CRG_CHAIR,), people=("crg-chair",))
    view = await seen(means, reader, await read(means, REFERENCE))
    assert isinstance(view, CaseOut)
    return view.warnings


async def test_an_observer_sees_dates_and_no_narrative(desk: Desk, client: httpx.AsyncClient) -> None:
    await desk.request_returns()
    page = await seen_by(desk, client, "observer")
    assert page.status_code == 200
    assert "Deadlines" in page.text
    assert "Timeline of the rapid review" in page.text
    assert "no day set yet" not in page.text  # an observer is not told of the meeting
    for words in (*NARRATIVE, "the newest first", "Waiting for", "limb (a)"):
        assert words not in page.text


async def test_an_agency_sees_its_own_part_only(desk: Desk, client: httpx.AsyncClient) -> None:
    await desk.request_returns()
    page = await seen_by(desk, client, "senior-police")
    assert page.status_code == 200
    assert "Sample Police" in page.text
    for words in (*NARRATIVE, "Sample Hospital", "the newest first", "Timeline of", "D-7"):
        assert words not in page.text
    assert (await seen_by(desk, client, "senior-probation")).status_code == 404
    assert REFERENCE in (await seen_by(desk, client, "senior-police", "/cases")).text
    assert REFERENCE not in (await seen_by(desk, client, "senior-probation", "/cases")).text


async def test_an_agency_reads_its_own_action(desk: Desk, client: httpx.AsyncClient) -> None:
    """G-11: told by mail to carry it out, it finds it; another agency does not."""
    action = {"action": "audit", "what": "Sample: audit twenty files.", "owner": "lead-housing", "agency": "housing"}
    more = {"due_date": date(2027, 9, 30), "outcome": "Sample: nobody is missed."}
    await desk.take(ActionSet.model_validate(action | more))
    page = await seen_by(desk, client, "lead-housing")
    assert page.status_code == 200
    for words in ("Sample: audit twenty files.", "Sample: nobody is missed.", "30 September 2027"):
        assert words in page.text
    for words in NARRATIVE:
        assert words not in page.text
    assert (await seen_by(desk, client, "senior-probation")).status_code == 404

    plan = f"/cases/{REFERENCE}/made/action-plan"
    assert f'href="{plan}?as=pdf"' in (await seen_by(desk, client, "business-unit")).text
    said = as_text((await seen_by(desk, client, "business-unit", plan)).content)
    for words in (
        "1 action, 1 open",
        "So that: Sample: nobody is missed.",
        "Sample Housing",
        "Nothing told yet",
    ):
        assert words in said
    assert (await seen_by(desk, client, "business-unit", f"{plan}?as=pdf")).content.startswith(b"%PDF-")
    assert (await seen_by(desk, client, "lead-housing", plan)).status_code == 403


@pytest.mark.parametrize(
    ("paper", "words"),
    [
        ("scoring-sheet", "No candidate has been entered."),
        ("seven-minute-briefing", "No learning has been shared yet."),
    ],
)
async def test_papers_to_be_written_in_are_made_from_the_case(
    desk: Desk, client: httpx.AsyncClient, paper: str, words: str
) -> None:
    """K-2, G-9"""
    path = f"/cases/{REFERENCE}/made/{paper}"
    found = await seen_by(desk, client, "crg-chair", path)
    assert words in as_text(found.content)
    assert (await seen_by(desk, client, "crg-chair", f"{path}?as=pdf")).content.startswith(b"%PDF-")
    assert (await seen_by(desk, client, "senior-police", path)).status_code == 403
    assert (await seen_by(desk, client, "crg-chair", f"/cases/{REFERENCE}/made/none")).status_code == 404


async def test_the_timeline_is_a_pdf_too(desk: Desk, client: httpx.AsyncClient, tmp_path: Path) -> None:
    """The same picture, and the same as a table, that can be heard."""
    await desk.request_returns()
    path = f"/cases/{REFERENCE}/timeline"
    assert f'href="{path}"' in (await seen_by(desk, client, "crg-chair")).text
    found = await seen_by(desk, client, "crg-chair", path)
    assert found.headers["content-type"] == "application/pdf"
    file = tmp_path / "timeline.pdf"
    file.write_bytes(found.content)
    assert " 0 failed, 104 total" in str(pdf_check.validate_pdf(str(file), profile="ua1"))
    assert (await seen_by(desk, client, "senior-police", path)).status_code == 403


async def test_overdue_is_plainly_marked(desk: Desk, client: httpx.AsyncClient) -> None:
    assert "Nothing is overdue." in (await seen_by(desk, client, "crg-chair", "/cases?show=overdue")).text
    await desk.request_returns(sent_ago=timedelta(days=12))
    listed = await seen_by(desk, client, "crg-chair", "/cases?show=overdue")
    assert REFERENCE in listed.text
    assert "Overdue </strong>" in " ".join(listed.text.split())
    page = await seen_by(desk, client, "crg-chair")
    assert 'class="page-overdue"' in page.text
    assert "Missing" in page.text


@pytest.mark.parametrize("path", ["/cases/CR-2026-999", "/cases/x", "/cases/%00", "/cases/CR-2026-007%27"])
async def test_a_case_that_is_not_there_is_a_plain_page(desk: Desk, client: httpx.AsyncClient, path: str) -> None:
    page = await seen_by(desk, client, "business-unit", path)
    assert page.status_code == 404
    assert "Page not found" in page.text


async def test_a_list_from_nowhere_is_a_plain_page(desk: Desk, client: httpx.AsyncClient) -> None:
    page = await seen_by(desk, client, "business-unit", "/cases?after=nonsense")
    assert page.status_code == 422
    assert "Begin again" in page.text


async def test_the_start_page_names_everything_and_nothing_of_a_case(desk: Desk, client: httpx.AsyncClient) -> None:
    production = (await client.get("/")).text
    assert "portal, which signs you in" in production
    assert "127.0.0.1:8025" not in production
    desk.with_sign_in()
    page = (await client.get("/")).text
    settings = desk.settings
    for words in (
        'href="/cases"', 'href="/docs"', 'href="/openapi.json"', 'href="/sign-in"', "crg token --as",
        f"http://127.0.0.1:{settings.mail_ui_port}/", f"http://127.0.0.1:{settings.temporal_ui_port}/", "?query=",
    ):  # fmt: skip
        assert words in page
    assert REFERENCE not in page


async def test_a_temporal_ui_elsewhere_is_where_the_pages_lead(desk: Desk, client: httpx.AsyncClient) -> None:
    assert "Temporal UI" not in (await client.get("/")).text
    elsewhere = desk.settings.model_copy(update={"temporal_ui_url": "https://temporal.council.example"})
    desk.app.state.deps.settings = elsewhere
    page = (await client.get("/")).text
    assert 'href="https://temporal.council.example/namespaces/default/workflows"' in page
    assert "Mailbox" not in page
    page = (await seen_by(desk, client, "business-unit")).text
    assert f'href="https://temporal.council.example/namespaces/default/workflows/{REFERENCE}"' in page


async def test_the_pages_about_cases_have_no_barrier(desk: Desk, phone: BrowserContext) -> None:
    await desk.request_returns()
    await desk.ask_for_sign_off()
    async with served(desk.app) as address:
        desk.with_sign_in(address)
        page = await phone.new_page()
        complaints = watched(page)
        await page.goto(address + CASE)
        await no_barrier(page)
        for who in ("business-unit", "observer", "senior-police"):
            await page.goto(f"{address}/sign-in?next={CASE}")
            await no_barrier(page)
            await page.get_by_role("button", name="Sign in with your council account").click()
            await page.get_by_label("Office or person").select_option(who)
            await page.get_by_role("button", name="Sign in").click()
            await page.get_by_role("heading", name=f"Case {REFERENCE}").wait_for()
            await no_barrier(page)
        for path in ("/cases", "/"):
            await page.goto(address + path)
            await no_barrier(page)
        assert complaints == []


async def test_the_record_is_read_by_kind_and_page_by_page(desk: Desk, client: httpx.AsyncClient) -> None:
    """X-3: the newest first; the page of the case shows the last three entries and leads to the rest."""
    for number in range(90):
        await desk.note(f"Sample: line {number}.")
    cookie = desk.cookie("business-unit")
    case = (await client.get(f"/cases/{REFERENCE}", headers=cookie)).text
    assert [f"line {number}." in case for number in (89, 87, 86)] == [True, True, False]
    path = f"/cases/{REFERENCE}/record"
    assert f'href="{path}"' in case
    first = (await client.get(path, headers=cookie)).text
    assert [f"line {number}." in first for number in (89, 50, 49)] == [True, True, False]
    assert f'href="{path}?sheet=2"' in first
    second = (await client.get(f"{path}?sheet=2", headers=cookie)).text
    assert ("line 49." in second, "line 50." in second) == (True, False)
    said = (await client.get(f"{path}?kind=fact", headers=cookie)).text
    assert ("line 89." in said, "What was written" in said) == (False, True)
    for odd in ("kind=x", "sheet=0", "sheet=99"):
        assert (await client.get(f"{path}?{odd}", headers=cookie)).status_code == 200
    agency = desk.cookie("agency")
    assert (await client.get(path, headers=agency)).status_code == 403


@pytest.mark.parametrize("page", ["", "/record", "/plan", "/family", "/steps/case-paused"])
async def test_an_address_that_is_of_no_case_says_what_a_reference_looks_like(
    desk: Desk, client: httpx.AsyncClient, page: str
) -> None:
    for reference in ("foo", "CR-1999-001"):
        headers = desk.cookie("sbu-manager") | {"accept": "text/html"}
        answer = await client.get(f"/cases/{reference}{page}", headers=headers)
        assert answer.status_code == 404
        assert "it looks like CR-2026-001" in answer.text
        assert 'href="/cases">See the list of cases' in answer.text


async def test_a_step_that_the_api_offers_names_people_and_not_their_ids(desk: Desk) -> None:
    """R-11: as the pages do."""
    notice = Notice(cause="request:police", template="returns-request", to="lead-police")
    effect_failed(desk.case, notice, "there is no such mailbox", datetime.now(UTC))
    await desk.project()
    means = desk.app.state.deps
    reader = Caller(sub="crg-chair", roles=(Role.CRG_CHAIR,), people=("crg-chair",))
    view = await seen(means, reader, await read(means, REFERENCE))
    [again] = [one.title for one in view.next_steps if one.rel == "duty-retried"]
    assert again.startswith("Send the email to Blair Sample-Police again: ")
