"""Today: what is overdue, due today and this week, waited for, new, failed and unread; what is due on Sunday is not due
today. It says what `GET /v1/today` says.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext

from activities.morning import MorningActivities
from api.auth import COOKIE
from api.today import TodayOut, today
from calendar_rules.lengths import LONDON
from calendar_rules.working_days import ClosedKind
from review.case.mailing import MailTrouble
from review.case.record import RecordRow, RowKind
from review.facts.any_stage import ReminderAsked
from review.facts.directory import Role
from review.listed import DeadlineLine, WaitingRow, waits_for
from store.mail_log import MailStatus
from store.morning import Wanted
from store.morning import morning as read_morning
from tests.keeping import kept, moment_of
from tests.pages.conftest import served, shot
from tests.pages.desk import REFERENCE, Desk
from tests.pages.looking import no_barrier, watched

TUESDAY = datetime(2026, 12, 22, 13, 10, tzinfo=UTC)  # the same in London


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def due(id: str, text: str, *, title: str = "Sample deadline", owner: str = "business-unit", **more: Any) -> Any:
    given = {"status": "open", "overdue_at": at(text)} | more
    return DeadlineLine(id=id, title=title, due=at(text), owner=owner, **given).model_dump(mode="json")


async def case(desk: Desk, reference: str, *deadlines: Any, waiting: Any = (), rows: Any = (), **line: Any) -> None:
    rows_of = [WaitingRow.model_validate(one) for one in waiting]
    first = {"waiting": rows_of, "waits_for": waits_for(rows_of), "opened_at": TUESDAY - timedelta(days=9)}
    came = moment_of(reference, TUESDAY, line=first | line, deadlines=list(deadlines), rows=rows)
    await kept(desk.store, came, written_at=TUESDAY)


@pytest.fixture
async def morning(desk: Desk) -> Desk:
    """A Tuesday before Christmas; 24 December is closed, the Thursday of that week."""
    desk.app.state.deps.now = lambda: TUESDAY
    await desk.store.closures.add(
        date(2026, 12, 24), why="Sample: office closed", kind=ClosedKind.CLOSURE, by="sbu-manager", at=TUESDAY
    )
    police = {"what": "Send the return of police", "roles": [Role.AGENCY], "agency": "police"}
    meeting = {"what": "Record the meeting", "roles": [Role.BUSINESS_UNIT, Role.CRG_CHAIR]}
    await case(
        desk, "CR-2026-901",
        due("D-6:police", "2026-12-21T23:59:59", title="Return of police", owner="agency", subject="police"),
        due("D-5", "2026-12-22T23:59:59", title="Requests sent"),
        due("D-7", "2027-01-05T23:59:59", title="Submission"),
        waiting=[police, meeting], unread=2, unread_returns=["hospital", "education"], stage="returns",
    )  # fmt: skip
    await case(desk, "CR-2026-902", due("D-4", "2026-12-23T09:10:00", title="Scoping meeting"), waiting=[meeting])
    await case(desk, "CR-2026-903", due("D-8", "2026-12-27T23:59:59", title="Sign-off"))  # the Sunday
    await case(desk, "CR-2026-904", due("D-9", "2026-12-28T00:00:00", title="Next Monday"))
    await case(desk, "CR-2026-905", due("D-9", "2026-12-20T23:59:59", title="Held", overdue_at=None))
    await case(desk, "CR-2026-906", due("D-9", "2026-12-20T23:59:59", title="Over"), live=False)
    await case(desk, "RH-2026-001", due("D-9", "2026-12-20T23:59:59", title="Tried"), rehearsal=True, unread=1)
    return desk


async def now(desk: Desk, **more: Any) -> TodayOut:
    return await today(desk.app.state.deps, **more)


async def page_of(desk: Desk, client: httpx.AsyncClient, path: str = "/today", who: str = "business-unit") -> str:
    answer = await client.get(path, headers=desk.cookie(who, minutes=10**6))
    assert answer.status_code == 200, answer.text
    return answer.text


def titles(some: Any) -> list[str]:
    return [one.deadline.title for one in some.items]


async def test_each_deadline_is_under_the_day_on_which_it_is_due(morning: Desk) -> None:
    """On Tuesday 22 December 13:10: what was due last night is overdue, Sunday is this week, Monday the next."""
    found = await now(morning)
    assert found.day == date(2026, 12, 22)
    assert titles(found.overdue) == ["Return of police"]
    assert titles(found.due_today) == ["Requests sent"]
    assert titles(found.due_this_week) == ["Scoping meeting", "Sign-off"]


async def test_what_is_due_on_sunday_is_not_due_today_on_friday(morning: Desk) -> None:
    morning.app.state.deps.now = lambda: TUESDAY - timedelta(days=4)  # Friday 18 December
    found = await now(morning)
    assert titles(found.due_today) == []
    assert found.due_this_week.count == 0


async def test_the_last_minute_of_today_is_today_in_london_in_summer_too(desk: Desk) -> None:
    """23:30 in London on 9 July is 22:30 UTC; half an hour after it is tomorrow."""
    desk.app.state.deps.now = lambda: datetime(2026, 7, 9, 22, 30, tzinfo=UTC)
    await case(desk, "CR-2026-901", due("D-5", "2026-07-09T23:59:59"), due("D-9", "2026-07-10T00:00:00"))
    found = await now(desk)
    assert (found.day, found.due_today.count, found.due_this_week.count) == (date(2026, 7, 9), 1, 1)


async def test_lateness_counts_working_days(morning: Desk) -> None:
    """Whole ones: what was due on Monday is late on Tuesday, and one working day late once Tuesday is over."""
    (late,) = (await now(morning)).overdue.items
    assert late.deadline.slack_working_days == 0
    scoping, sign_off = (await now(morning)).due_this_week.items
    assert scoping.deadline.slack_working_days == 1
    assert sign_off.deadline.slack_working_days == 1  # 24 December is closed, 25 a bank holiday


async def test_a_case_waits_for_others_where_the_step_is_not_the_business_units(morning: Desk) -> None:
    found = (await now(morning)).waiting_for_others
    assert [one.reference for one in found.items] == [REFERENCE, "CR-2026-901"]  # of the desk's own: both views
    assert found.count == 2


def test_the_offices_that_are_waited_for_are_named_each_by_itself() -> None:
    either = WaitingRow(what="x", roles=[Role.DCS, Role.CHIEF_EXECUTIVE, Role.BUSINESS_UNIT])
    ours = WaitingRow(what="x", roles=[Role.BUSINESS_UNIT, Role.CRG_CHAIR])
    police = WaitingRow(what="x", roles=[Role.AGENCY], agency="police")
    assert waits_for([]) == ""
    assert waits_for([either]) == " chief-executive dcs "
    assert waits_for([police, ours]) == " agency business-unit "


async def test_unread_returns_and_closed_days_are_told(morning: Desk) -> None:
    found = await now(morning)
    assert (found.unread_returns.count, found.unread_returns.items[0].agencies) == (2, ["hospital", "education"])
    assert found.closed_days == [date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 28)]


async def test_new_is_what_was_said_since_the_morning_of_the_last_working_day(morning: Desk) -> None:
    """On the Tuesday: since Monday 00:00; on the Monday: since Friday."""
    rows = [
        RecordRow(
            key=str(n), kind=kind, what="panel-notified", line=f"Sample line {n}.", who="dcs", happened_at=when,
            told_at=when,
        )
        for n, (kind, when) in enumerate(
            [
                (RowKind.FACT, at("2026-12-20T23:59:00")),
                (RowKind.FACT, at("2026-12-21T00:00:00")),
                (RowKind.EFFECT, at("2026-12-21T10:00:00")),
                (RowKind.FACT, at("2026-12-22T09:00:00")),
            ]
        )
    ]  # fmt: skip
    await case(morning, "CR-2026-907", rows=rows)
    new = (await now(morning)).new
    assert (new.since, new.count) == (at("2026-12-21T00:00:00"), 2)
    assert [one.line for one in new.items] == ["Sample line 3.", "Sample line 1."]
    morning.app.state.deps.now = lambda: at("2026-12-21T12:00:00")
    assert (await now(morning)).new.since == at("2026-12-18T00:00:00")


async def test_a_mail_that_was_refused_for_good_is_told(morning: Desk, client: httpx.AsyncClient) -> None:
    log = morning.store.mail_log
    for reference in ("CR-2026-901", "RH-2026-001"):
        id = f"<{reference}@sample>"
        more = {"cause": "x", "person": "dcs", "to": "dcs@sample.example.org", "subject": f"Case {reference}: sample"}
        await log.begin(id, reference=reference, sent_at=TUESDAY, **more)  # type: ignore[arg-type]
        await log.not_taken(id, MailStatus.REFUSED, MailTrouble.NO_SUCH_PERSON, "no such mailbox")
    found = (await now(morning)).failed_mails
    assert (found.count, [one.reference for one in found.items]) == (1, ["CR-2026-901"])
    assert "no such mailbox" in await page_of(morning, client)


async def test_more_than_a_glance_holds_is_counted_and_not_listed(morning: Desk) -> None:
    await case(morning, "CR-2026-908", *(due(f"K-5:{n}", "2026-12-22T23:59:59") for n in range(5)))
    found = await now(morning, limit=3)
    assert (found.due_today.count, len(found.due_today.items)) == (6, 3)


async def test_the_page_says_the_same_by_date_case_and_person(morning: Desk, client: httpx.AsyncClient) -> None:
    page = await page_of(morning, client)
    for words in (
        "Tuesday 22 December 2026", "Return of police", "<strong>Late</strong>", "due Mon 21 Dec", "Sample Police",
        "By the end of today", "Wed 23 Dec, 09:10", "Thursday 24 December 2026", "Sample Hospital",
        'href="/cases/CR-2026-901"', 'href="#overdue"', "New since yesterday",
    ):  # fmt: skip
        assert words in page, words
    for words in ("Held", "Tried", "RH-2026-001", "Next Monday"):
        assert words not in page
    by_case = await page_of(morning, client, "/today?by=case")
    assert by_case.index('id="group-0"') < by_case.index("CR-2026-901 <") < by_case.index("CR-2026-902 <")
    by_person = await page_of(morning, client, "/today?by=person")
    assert "Business Unit <" in by_person


async def test_the_business_unit_begins_at_today_and_an_agency_does_not(desk: Desk, client: httpx.AsyncClient) -> None:
    cookie = desk.cookie("business-unit")
    answer = await client.get("/", headers=cookie)
    assert (answer.status_code, answer.headers["location"]) == (303, "/today")
    assert "For developers" in (await client.get("/start", headers=cookie)).text
    police = desk.cookie("senior-police")
    assert (await client.get("/", headers=police)).status_code == 200
    assert (await client.get("/today", headers=police)).status_code == 403
    assert "/today" not in (await client.get("/cases", headers=police)).text


async def test_today_has_no_barrier_on_a_phone(
    desk: Desk, morning: Desk, phone: BrowserContext, browser: Browser
) -> None:
    async with served(desk.app) as address:
        for wide, context in ((375, phone), (320, await browser.new_context(viewport={"width": 320, "height": 640}))):
            token = desk.token("business-unit", minutes=10**6)
            await context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
            page = await context.new_page()
            complaints = watched(page)
            for by in ("date", "case", "person"):
                await page.goto(f"{address}/today?by={by}")
                await no_barrier(page)
            await shot(page, f"today-{wide}")
            assert complaints == []


async def test_who_is_waited_for_is_reminded_from_today_once_an_hour(desk: Desk, client: httpx.AsyncClient) -> None:
    """R-4: the fact says who pressed; a second click counts once, a second reminder within the hour is refused."""
    await desk.request_returns()
    page = await page_of(desk, client)
    assert page.count("Send a reminder now") >= 2
    (once,) = set(re.findall(r'name="once" value="([^"]+)"', page))
    cookie = desk.cookie("sbu-manager") | {"sec-fetch-site": "same-origin"}
    sent = {"reference": REFERENCE, "deadline": "D-6:police", "once": once}
    for _ in range(2):
        answer = await client.post("/today/reminders", data=sent, headers=cookie)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/today?reminded={REFERENCE}#waiting")
    asked = desk.case.entries_of(ReminderAsked)
    assert [(one.fact.deadline, one.reported.by.people) for one in asked] == [("D-6:police", ["sbu-manager"])]
    assert "The reminder is on its way" in await page_of(desk, client, f"/today?reminded={REFERENCE}")
    again = await client.post("/today/reminders", data=sent | {"once": "another"}, headers=cookie)
    assert (again.status_code, "when an hour has passed" in again.text) == (409, True)
    unknown = await client.post("/today/reminders", data=sent | {"reference": "CR-2026-999"}, headers=cookie)
    assert unknown.status_code == 404
    other = cookie | desk.cookie("independent-chair")
    assert (await client.post("/today/reminders", data=sent, headers=other)).status_code == 403


def mailed(desk: Desk) -> MorningActivities:
    return MorningActivities(
        read=partial(read_morning, desk.store), choices=desk.store.morning_mail, people=desk.store.directory
    )


async def test_who_wants_it_gets_the_same_by_email_and_it_names_nobody(
    morning: Desk, client: httpx.AsyncClient
) -> None:
    """What stands on the page stands in the mail, of offices and agencies alone."""
    assert (await mailed(morning).morning(TUESDAY)).people == []
    said = morning.cookie("business-unit", minutes=10**6) | {"Sec-Fetch-Site": "same-origin"}
    answer = await client.post("/today/by-mail", data={"often": "daily"}, headers=said)
    assert answer.headers["location"] == "/today#by-mail"
    assert re.search(r'value="daily"[^>]* checked', await page_of(morning, client))
    found = await mailed(morning).morning(TUESDAY)
    assert len(found.people) == 1
    assert {part.title: part.count for part in found.parts} == {
        "Overdue": 1,
        "Due today": 1,
        "Due this week": 2,
        "Waiting for others (cases)": 2,
        "New since Mon 21 Dec": 0,
        "Failed email": 0,
        "Unread returns": 2,
    }
    lines = [line for part in found.parts for line in part.lines]
    assert lines[0] == "CR-2026-901: Return of police: Sample Police (Sample Police): late, due Mon 21 Dec"
    assert "CR-2026-903: Sign-off (Business Unit): Sun 27 Dec" in "\n".join(lines)
    nonsense = await client.post("/today/by-mail", data={"often": "hourly"}, headers=said)
    assert nonsense.status_code == 404


async def test_the_mail_comes_on_working_days_or_on_the_first_of_a_week(morning: Desk) -> None:
    """Thursday 24 December is closed, 25 and 28 are bank holidays: Tuesday 29 is the first working day of its week."""
    choose, room = morning.store.morning_mail.choose, mailed(morning)
    await choose("sbu-manager", Wanted.DAILY)
    await choose("crg-chair", Wanted.WEEKLY)
    await choose("senior-police", Wanted.DAILY)  # an agency's: Today is not theirs

    async def to(text: str) -> set[str]:
        return set((await room.morning(at(text))).people)

    assert await to("2026-12-21T07:00:00") == {"sbu-manager", "crg-chair"}
    assert await to("2026-12-22T07:00:00") == {"sbu-manager"}
    assert await to("2026-12-24T07:00:00") == set()
    assert await to("2026-12-28T07:00:00") == set()
    assert await to("2026-12-29T07:00:00") == {"sbu-manager", "crg-chair"}
    await choose("sbu-manager", Wanted.NONE)
    assert await to("2026-12-22T07:00:00") == set()
