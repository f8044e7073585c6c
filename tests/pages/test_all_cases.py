"""The list of cases: searched, narrowed by links, sorted by what is due, as CSV, and as a page to print."""

import csv
import io
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from api.pages.all_cases import Choice
from review.facts.directory import Role
from store.finding import Finding, Sort
from tests.keeping import kept, moment_of
from tests.pages.conftest import shot
from tests.pages.desk import REFERENCE, Desk
from tests.pages.looking import at_a_browser, no_barrier
from tests.pages.test_today import TUESDAY

DAY = timedelta(days=1)


async def put(desk: Desk, number: int, days: int | None, agencies: Any = (), **line: Any) -> None:
    due = None if days is None else TUESDAY + days * DAY
    given = {"opened_at": TUESDAY - number * DAY, "next_deadline_at": due, "next_title": "Sample deadline"}
    came = moment_of(f"CR-2026-90{number}", TUESDAY, line=given | line, agencies=list(agencies))
    await kept(desk.store, came, written_at=TUESDAY)


@pytest.fixture
async def many(desk: Desk) -> Desk:
    """Of six cases, two are due on the same day, one has nothing due, one is concluded."""
    await put(desk, 1, 9, ["police"], stage="returns", waits_for=" agency ")
    await put(desk, 2, 3, ["hospital"], stage="report", waits_for=" business-unit crg-chair ", edition="england-2023")
    await put(desk, 3, 3, stage="returns")
    await put(desk, 4, None, stage="actions", paused=True)
    await put(desk, 5, 1, live=False, stage="concluded")
    return desk


async def found(desk: Desk, finding: Finding, **more: Any) -> list[str]:
    rows = (await desk.store.cases.list(finding=finding, **more)).items
    return [one.reference[-3:] for one in rows if one.reference != REFERENCE]


async def test_cases_are_sorted_by_what_is_due_those_with_nothing_due_last(many: Desk) -> None:
    by_due = Finding(sort=Sort.DUE)
    assert await found(many, by_due, live=True) == ["902", "903", "901", "904"]
    assert await found(many, Finding(), live=True) == ["901", "902", "903", "904"]


async def test_pages_by_what_is_due_leave_nothing_out_and_say_nothing_twice(many: Desk) -> None:
    by_due, seen, after = Finding(sort=Sort.DUE), list[str](), None
    while True:
        page = await many.store.cases.list(finding=by_due, limit=1, after=after)
        seen += [one.reference[-3:] for one in page.items if one.reference != REFERENCE]
        after = page.next
        if after is None:
            break
    assert seen == ["905", "902", "903", "901", "904"]


async def test_cases_are_found_by_reference_agency_and_office(many: Desk) -> None:
    assert await found(many, Finding(reference="cr-2026-90")) == ["901", "902", "903", "904", "905"]
    assert await found(many, Finding(reference="902")) == ["902"]
    assert await found(many, Finding(reference="%")) == []
    assert await found(many, Finding(agencies=("police",))) == ["901"]
    assert await found(many, Finding(waits_for=Role.CRG_CHAIR)) == ["902"]
    assert await found(many, Finding(waits_for="crg")) == []  # a whole office, no part of its name
    assert await found(many, Finding(), paused=True) == ["904"]


def test_an_address_says_only_what_was_chosen() -> None:
    assert Choice().address() == "/cases"
    assert Choice(stage="returns").address(show="all") == "/cases?show=all&stage=returns"
    assert Choice.of({"show": "nonsense", "stage": "x", "sort": "<", "waits": "?", "q": " a "}) == Choice(q="a")


async def page_of(desk: Desk, client: httpx.AsyncClient, path: str, who: str = "business-unit") -> httpx.Response:
    answer = await client.get(path, headers=desk.cookie(who))
    assert answer.status_code == 200
    return answer


async def test_the_page_finds_by_an_agencys_name_and_narrows_by_links(many: Desk, client: httpx.AsyncClient) -> None:
    page = (await page_of(many, client, "/cases?q=sample+police")).text
    assert "CR-2026-901" in page
    assert "CR-2026-902" not in page
    page = (await page_of(many, client, "/cases?stage=returns&sort=due")).text
    assert page.index("CR-2026-903") < page.index("CR-2026-901")
    assert 'href="/cases?stage=returns&amp;waits=agency&amp;sort=due"' in page
    assert 'href="/cases.csv?stage=returns&amp;sort=due"' in page
    assert "No cases found." in (await page_of(many, client, "/cases?q=CR-1999")).text
    shown = (await page_of(many, client, "/cases?edition=england-2023")).text
    assert ("CR-2026-902" in shown, "CR-2026-901" in shown) == (True, False)
    editions = (await page_of(many, client, "/editions")).text
    assert '<a class="govuk-link" href="/cases?edition=england-2023">1 live case</a>' in editions
    assert "live case</a>" not in (await page_of(many, client, "/editions", "senior-police")).text
    shown = (await page_of(many, client, "/cases?show=concluded")).text
    assert "CR-2026-905" in shown
    assert "CR-2026-901" not in shown


async def test_the_table_for_a_spreadsheet_holds_all_that_was_chosen(many: Desk, client: httpx.AsyncClient) -> None:
    await put(many, 6, 2, next_title="=1+1", stage="returns")
    answer = await page_of(many, client, "/cases.csv?stage=returns&sort=due")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head[:3] == ["Reference", "Stage", "Opened"]
    assert [row[0] for row in rows] == ["CR-2026-906", "CR-2026-903", "CR-2026-901"]
    assert rows[1][2:5] == ["2026-12-19", "Sample deadline", "2026-12-25 13:10"]
    assert rows[0][3] == "'=1+1"  # no formula


async def test_an_agency_finds_its_own_cases_only(many: Desk, client: httpx.AsyncClient) -> None:
    for path in ("/cases?show=all", "/cases.csv?show=all", "/cases?show=all&q=CR-2026"):
        page = (await page_of(many, client, path, "senior-police")).text
        assert "CR-2026-901" in page
        assert "CR-2026-902" not in page


async def test_a_child_is_found_by_name_and_the_name_stands_in_no_address(
    desk: Desk, client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """X-4: for those who see whole cases; an agency does not search names."""
    said = desk.cookie("business-unit") | {"Sec-Fetch-Site": "same-origin"}
    assert 'action="/cases/named"' in (await client.get("/cases/named", headers=said)).text
    page = await client.post("/cases/named", data={"name": "child sample"}, headers=said)
    assert page.status_code == 200
    assert "No one" not in page.text
    assert f'href="/cases/{REFERENCE}"' in page.text
    by_id = await client.post("/cases/named", data={"name": "Child-Sample-1 "}, headers=said)
    assert f'href="/cases/{REFERENCE}"' in by_id.text
    assert "No one" in (await client.post("/cases/named", data={"name": "Otherwise"}, headers=said)).text
    empty = await client.post("/cases/named", data={"name": ""}, headers=said)
    assert (empty.status_code, "Enter a name, or a whole number" in empty.text) == (422, True)
    agency = said | desk.cookie("senior-police")
    assert (await client.post("/cases/named", data={"name": "sample"}, headers=agency)).status_code == 403
    assert "child" not in capsys.readouterr().out.casefold()


async def test_the_list_has_no_barrier_and_a_page_to_print(many: Desk, browser: Browser) -> None:
    async with at_a_browser(many, browser, "business-unit") as page:
        for path in ("/cases?sort=due", "/cases?board=true", "/cases?q=nothing", "/cases/named"):
            await page.goto(path)
            await no_barrier(page)
        await page.set_viewport_size({"width": 1280, "height": 900})
        await page.goto("/cases?sort=due")
        await shot(page, "cases-list-1280")
