"""A person's private calendar: an address of their own, what stands in it for whom, and how it ends."""

from datetime import UTC, datetime, timedelta

import httpx
from icalendar import Calendar
from icalendar.cal import Component

from api.auth import COOKIE
from api.pages.tries import MOST
from review.case.effects import EffectKey
from review.case.notices import Invite
from review.facts.directory import Person
from review.facts.enums import RAPID_REVIEW_MEETING
from tests.pages.desk import REFERENCE, Desk

OURS = {"sec-fetch-site": "same-origin"}


async def made(desk: Desk, client: httpx.AsyncClient, who: str) -> str:
    """The path of a new address, as its page shows it."""
    client.cookies.clear()
    client.cookies.set(COOKIE, desk.token(who))
    page = (await client.post("/calendar/made", headers=OURS)).text
    address = page.partition('value="http://127.0.0.1:8000')[2].partition('"')[0]
    assert address.startswith("/calendar/")
    assert address not in (await client.get("/calendar")).text
    client.cookies.clear()
    return address


async def entries(client: httpx.AsyncClient, path: str) -> dict[str, Component]:
    """What stands in a calendar, by its title."""
    answer = await client.get(path)
    assert answer.status_code == 200
    found = {str(one["SUMMARY"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert "Sample Child" not in answer.text
    assert "<b>" not in answer.text
    return found


async def with_a_meeting(desk: Desk) -> datetime:
    """Returns are asked for, and the rapid review meeting is set in three weeks, to which the hospital is invited."""
    await desk.request_returns()
    at = (datetime.now(UTC) + timedelta(days=21)).replace(microsecond=0)
    desk.case.invites[RAPID_REVIEW_MEETING] = Invite(
        meeting=RAPID_REVIEW_MEETING, sequence=1, title="rapid review meeting", starts_at=at, minutes=150
    )
    desk.case.done[EffectKey.mail("rapid-review-invite:1", "lead-hospital")] = datetime.now(UTC)
    await desk.project()
    return at


async def test_a_calendar_shows_each_person_their_deadlines_and_meetings(desk: Desk, client: httpx.AsyncClient) -> None:
    """The Business Unit's those of all live cases, an agency's its own part; a meeting moves and is cancelled under
    the same id, with the length that it was called for.
    """
    at = await with_a_meeting(desk)
    ours, theirs = await made(desk, client, "sbu-manager"), await made(desk, client, "lead-hospital")
    others = await made(desk, client, "lead-police")
    meeting = f"{REFERENCE}: rapid review meeting"
    everything = await entries(client, ours)
    returns = {title for title in everything if "return" in title.lower()}
    assert meeting in everything
    assert len(returns) >= 2
    due = desk.case.deadlines["D-6:hospital"].due.replace(microsecond=0)
    (hospital,) = [one for title, one in everything.items() if "D-6-hospital" in str(one["UID"])]
    assert hospital.decoded("DTSTART") == due
    assert str(hospital["SUMMARY"]).endswith("(Sample Hospital Trust)")
    assert "VALARM" not in (await client.get(ours)).text
    own = await entries(client, theirs)
    assert meeting in own
    assert all("Sample Police" not in title for title in own)
    assert {title for title in own if "(Sample Hospital Trust)" in title} == {
        t for t in everything if "(Sample Hospital Trust)" in t
    }
    assert meeting not in await entries(client, others), "nobody was invited there"
    shown = own[meeting]
    assert (shown.decoded("DTSTART"), shown.decoded("DTEND") - shown.decoded("DTSTART")) == (at, timedelta(minutes=150))
    off = desk.case.invites[RAPID_REVIEW_MEETING].model_copy(update={"cancelled": True, "sequence": 2})
    desk.case.invites[RAPID_REVIEW_MEETING] = off
    await desk.project()
    again = (await entries(client, theirs))[meeting]
    assert (again["UID"], str(again["STATUS"]), int(str(again["SEQUENCE"]))) == (shown["UID"], "CANCELLED", 2)


async def test_an_address_is_secret_ends_by_a_new_one_and_with_its_person(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    first, second = await made(desk, client, "lead-hospital"), await made(desk, client, "lead-hospital")
    assert (await client.get(first)).status_code == 404
    answer = await client.get(second)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    same = await client.get(second, headers={"If-None-Match": answer.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    secret = second.removeprefix("/calendar/").removesuffix(".ics")
    assert secret.encode() not in (desk.settings.data / "case-reviews.db").read_bytes()
    client.cookies.set(COOKIE, desk.token("lead-hospital"))
    assert (await client.post("/calendar/revoked")).status_code == 403, "from another site"
    assert "The address has ended" in (await client.post("/calendar/revoked", headers=OURS)).text
    assert (await client.get(second)).status_code == 404

    third = await made(desk, client, "lead-hospital")
    known = next(who for who in (await desk.store.directory.read()).people if who.id == "observer")
    fourth = await made(desk, client, known.id)
    for active in (False, True):
        body = Person.model_validate(known.model_dump() | {"active": active})
        await desk.store.directory.put_person(body, by="sbu-manager", people=["sbu-manager"], at=datetime.now(UTC))
        assert (await client.get(fourth)).status_code == 404, "it does not come back with them"
    wrong = [(await client.get(f"/calendar/{number}.ics")).status_code for number in range(MOST)]
    assert (wrong[0], wrong[-1]) == (404, 429)
    assert (await client.get(third)).status_code == 200, "a right one always opens"


async def test_a_sign_in_by_code_makes_no_calendar_of_more_than_it_may_see(desk: Desk) -> None:
    """Made with fewer offices than the directory gives: of those alone."""
    from api.feed import calendar_at

    await with_a_meeting(desk)
    deps = desk.app.state.deps
    secret = await desk.store.feeds.make("sbu-manager", [], at=datetime.now(UTC))
    content = await calendar_at(deps, secret)
    assert content
    assert not Calendar.from_ical(content).walk("VEVENT")
