"""The directory's entries by form: people and agencies added and changed, refusals at their fields (R-11)."""

import re
from datetime import UTC, datetime

import httpx
from playwright.async_api import Browser

from review.facts.directory import Person, Role
from tests.pages.desk import Desk
from tests.pages.looking import at_a_browser, no_barrier
from tests.pages.test_business_pages import OURS, signed_in

NEW = {
    "id": "lead-hospice",
    "name": "Ida Sample",
    "email": "ida@hospice.example.org",
    "roles": "agency",
    "job_title": "Head of nursing",
    "active": "yes",
}
PERSON = "/directory/entries/person"


async def form(client: httpx.AsyncClient, path: str) -> dict[str, str]:
    """The boxes of the form that nobody types into."""
    page = (await client.get(path)).text
    return hidden(page)


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(_once|_fixed)" value="([^"]*)"', page))


async def person(desk: Desk, id: str) -> Person | None:
    return next((one for one in (await desk.store.directory.read()).people if one.id == id), None)


async def test_a_person_is_added_and_then_an_agency_of_theirs(desk: Desk, client: httpx.AsyncClient) -> None:
    signed_in(desk, client, "sbu-manager")
    assert PERSON in (await client.get("/directory")).text
    sent = NEW | await form(client, PERSON)
    for _ in range(2):  # a second click finds what it asks for
        assert (await client.post(PERSON, data=sent, headers=OURS)).status_code == 303
    added = await person(desk, "lead-hospice")
    assert (added.name, added.email, added.active) == ("Ida Sample", NEW["email"], True) if added else False
    shown = (await client.get("/directory")).text
    assert "Ida Sample" in shown
    other = await client.post(PERSON, data=sent | {"name": "Else Sample"}, headers=OURS)
    assert (other.status_code, "stands for another entry already" in other.text) == (422, True)

    path = "/directory/entries/agency"
    agency = {"id": "hospice", "name": "Sample Hospice", "safeguarding_lead": "lead-hospice", "active": "yes"}
    lacking = await client.post(path, data=agency | await form(client, path), headers=OURS)
    assert (lacking.status_code, "Sample Hospice" in lacking.text) == (422, True)
    whole = agency | {"senior_officer": "lead-hospice"} | await form(client, path)
    assert (await client.post(path, data=whole, headers=OURS)).status_code == 303
    (found,) = [one for one in (await desk.store.directory.read()).agencies if one.id == "hospice"]
    assert (found.senior_officer, found.expected) == ("lead-hospice", False)


async def test_an_entry_keeps_its_id_and_its_leave_and_a_change_of_address_waits(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    signed_in(desk, client, "sbu-manager")
    leave = {"person": "officer-health", "since": "2031-03-03", "until": "2031-03-07", "stand_in": "deputy-health"}
    assert (await client.post("/directory/leave", data=leave, headers=OURS)).status_code == 303
    path = f"{PERSON}/officer-health"
    page = (await client.get(path)).text
    before = await person(desk, "officer-health")
    assert before
    assert before.email in page
    sent = {"id": "somebody-else", "name": before.name, "email": "new@health.example.org", "partner": "health"}
    sent |= {"roles": "accountable-officer", "active": "yes"} | await form(client, path)
    assert (await client.post(path, data=sent, headers=OURS)).status_code == 303
    after = await person(desk, "officer-health")
    assert after
    assert (after.email, after.leave) == ("new@health.example.org", before.leave)
    assert await person(desk, "somebody-else") is None
    assert "You made this change." in (await client.get("/directory")).text


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten_unseen(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    signed_in(desk, client, "sbu-manager")
    path = f"{PERSON}/lead-police"
    opened, known = await form(client, path), await person(desk, "lead-police")
    assert known
    body = known.model_copy(update={"job_title": "Sample: detective inspector"})
    await desk.store.directory.put_person(body, by="sbu-officer", people=["sbu-officer"], at=desk.case.opened_at)
    sent = {"name": "Typed Sample", "email": known.email, "roles": "agency", "agency": "police", "active": "yes"}
    stale = await client.post(path, data=sent | opened, headers=OURS)
    assert (stale.status_code, "Somebody else has changed this entry" in stale.text) == (409, True)
    assert "Typed Sample" in stale.text
    assert (await client.post(path, data=sent | hidden(stale.text), headers=OURS)).status_code == 303
    after = await person(desk, "lead-police")
    assert after
    assert after.name == "Typed Sample"


async def test_mistakes_stand_at_their_fields_and_others_have_no_form(desk: Desk, client: httpx.AsyncClient) -> None:
    signed_in(desk, client, "sbu-manager")
    wrong = NEW | {"email": "no address", "roles": ""} | await form(client, PERSON)
    answer = await client.post(PERSON, data=wrong, headers=OURS)
    assert answer.status_code == 422
    for box in ("email", "roles"):
        assert f'id="{box}-error"' in answer.text
    assert "Ida Sample" in answer.text
    left = NEW | {"name": "Blair Sample-Police", "agency": "police", "active": ""}
    left |= await form(client, f"{PERSON}/lead-police")
    answer = await client.post(f"{PERSON}/lead-police", data=left, headers=OURS)
    assert "Blair Sample-Police is the safeguarding lead of Sample Police: name somebody else" in answer.text
    for path in ("/directory/entries/office", f"{PERSON}/nobody"):
        assert (await client.get(path)).status_code == 404
    signed_in(desk, client, "crg-chair")
    assert "/directory/entries" not in (await client.get("/directory")).text
    assert (await client.get(PERSON)).status_code == 403
    assert (await client.post(PERSON, data=NEW, headers=OURS)).status_code == 403


async def test_the_forms_are_readable_by_everybody(desk: Desk, browser: Browser) -> None:
    async with at_a_browser(desk, browser, script=False, bears=("422",)) as page:
        await page.goto("/directory")
        await page.get_by_role("link", name="Add a person").click()
        await page.get_by_label("Name", exact=True).fill("Ida Sample")
        await page.get_by_role("button", name="Change the directory").click()
        await page.get_by_text("There is a problem").wait_for()
    async with at_a_browser(desk, browser) as page:
        for path in ("/directory", PERSON, f"{PERSON}/officer-health", "/directory/entries/agency/police"):
            await page.goto(path)
            await no_barrier(page)


async def test_an_office_that_waits_is_named_with_its_agency(desk: Desk, client: httpx.AsyncClient) -> None:
    """The successor of an agency's lead: an agency is called by its name, never by its id (R-11)."""
    now, there = datetime.now(UTC), await desk.store.directory.read()
    heir = Person(id="heir", name="Nia Sample", email="nia@sample.example.org", roles=[Role.AGENCY], agency="police")
    await desk.store.directory.put_person(heir, by="sbu-manager", at=now)
    police = next(one for one in there.agencies if one.id == "police")
    led = police.model_copy(update={"safeguarding_lead": "heir"})
    await desk.store.directory.put_agency(led, by="sbu-manager", at=now)
    signed_in(desk, client, "crg-chair")
    page = (await client.get("/directory")).text
    assert "Office: safeguarding lead of Sample Police; works for Sample Police." in page
