"""What an agency has returned, read again: by itself and by those who read the case whole (R-4)."""

import httpx
from playwright.async_api import Browser

from review.chapters.rapid_review.papers import ReturnBody, ReturnContent, sample_return
from tests.pages.desk import REFERENCE, Desk
from tests.pages.looking import at_a_browser, no_barrier
from tests.pages.test_cases import seen_by

CASE = f"/cases/{REFERENCE}"
FIRST = f"{CASE}/returns/police/1"
SECOND = f"{CASE}/returns/police/2"


async def given(desk: Desk) -> None:
    """Two versions of the police's return, and a nil return of the hospital."""
    await desk.request_returns()
    for number in (1, 2):
        await desk.take(ReturnBody(agency="police", officer=f"D/Insp Sample {number}", content=sample_return(number)))
    await desk.take(ReturnBody(agency="hospital", officer="Head of Safeguarding", nil=True))


async def test_an_agency_reads_its_own_return_again(desk: Desk, client: httpx.AsyncClient) -> None:
    await given(desk)
    part = (await seen_by(desk, client, "senior-police")).text
    for words in (f'href="{FIRST}"', f'href="{SECOND}"', "What your agency has given", "D/Insp Sample 2"):
        assert words in part
    assert "hospital" not in part.lower()
    latest = await seen_by(desk, client, "senior-police", SECOND)
    assert latest.status_code == 200
    for text in sample_return(2).root.values():
        assert text in latest.text
    assert "D/Insp Sample 2" in latest.text
    assert "A later version has replaced it" not in latest.text
    assert "A later version has replaced it" in (await seen_by(desk, client, "senior-police", FIRST)).text
    nil = (await seen_by(desk, client, "senior-hospital")).text
    assert "Nil return of Sample Hospital" in nil
    assert "/returns/" not in nil


async def test_nobody_else_s_agency_reads_it_and_who_reads_the_case_whole_does(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    await given(desk)
    for who in ("senior-hospital", "senior-probation", "observer"):
        assert (await seen_by(desk, client, who, SECOND)).status_code == 404, who
    for who in ("officer-health", "crg-chair", "business-unit"):
        assert f'href="{SECOND}"' in (await seen_by(desk, client, who)).text
        assert (await seen_by(desk, client, who, SECOND)).status_code == 200
    missing = ("police/3", "police/0", "police/x", "police/02", "hospital/0", "nobody/1", "police/9" + "9" * 30)
    for path in missing:
        assert (await seen_by(desk, client, "business-unit", f"{CASE}/returns/{path}")).status_code == 404, path
    assert (await seen_by(desk, client, "business-unit", "/cases/CR-2026-999/returns/police/1")).status_code == 404
    assert (await client.get(SECOND)).status_code == 401


async def test_the_lead_who_gives_the_return_here_sees_whom_it_is_about_and_nobody_else_of_an_agency(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """As behind the link: nobody can search their records without the names."""
    await desk.request_returns()
    form = f"{CASE}/steps/agency-returned?about=police"
    assert "Sample Child Two" in (await seen_by(desk, client, "lead-police", form)).text
    for who in ("senior-police", "lead-hospital", "business-unit"):
        assert "Sample Child Two" not in (await seen_by(desk, client, who, form)).text, who
    part = (await seen_by(desk, client, "senior-police")).text
    assert "Blair Sample-Police" in part
    assert "lead-police" not in part


async def test_the_words_of_a_return_are_words_and_fit_a_narrow_phone(
    desk: Desk, client: httpx.AsyncClient, browser: Browser
) -> None:
    await desk.request_returns()
    content = ReturnContent(sample_return(1).root | {"facts": "Sample: <b>bold</b> & " + "x" * 200})
    await desk.take(ReturnBody(agency="police", officer="D/Insp Sample", content=content))
    assert "Sample: &lt;b&gt;bold&lt;/b&gt; &amp; x" in (await seen_by(desk, client, "senior-police", FIRST)).text
    async with at_a_browser(desk, browser, "senior-police") as page:
        await page.goto(FIRST)
        await page.get_by_role("heading", name="Return of Sample Police, version 1").wait_for()
        await no_barrier(page)
