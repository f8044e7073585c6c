"""The Business Unit's and the CRG Chair's pages: changes of the directory confirmed, links revoked (R-11)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from markupsafe import escape
from playwright.async_api import Browser

from api.auth import COOKIE
from api.pages.case_links import links_of_case
from crg.embedded.sample import sample_partnership
from review.case.notices import LinkFor, Notice
from review.facts import DocumentRef
from review.facts.directory import Person
from review.kit import changes
from tests.pages.desk import REFERENCE, Desk
from tests.pages.looking import at_a_browser, browses_as, no_barrier

OFFICER = "officer-health"
OURS = {"sec-fetch-site": "same-origin"}


async def moved(desk: Desk) -> int:
    """An officer's address, changed by the Business Unit's manager; the version of the directory."""
    known = next(who for who in (await desk.store.directory.read()).people if who.id == OFFICER)
    body = Person.model_validate(known.model_dump() | {"email": "taken@elsewhere.example.org"})
    put = await desk.store.directory.put_person(body, by="sbu-manager", people=["sbu-manager"], at=datetime.now(UTC))
    return put.version


def signed_in(desk: Desk, client: httpx.AsyncClient, who: str) -> None:
    client.cookies.clear()
    client.cookies.set(COOKIE, desk.token(who))


async def test_the_directory_page_shows_what_waits_and_a_second_person_confirms_it(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    version = await moved(desk)
    signed_in(desk, client, "sbu-manager")
    own = (await client.get("/directory")).text
    assert "A CRG member should be at head of service level or above; Dale Sample-Primary-Care is manager (G-1)." in own
    assert "You made this change." in own
    assert '/confirmed"' not in own
    path, sent = f"/directory/{OFFICER}/confirmed", {"version": str(version)}
    refused = await client.post(path, data=sent, headers=OURS)
    assert (refused.status_code, "a second person has to confirm it" in refused.text) == (409, True)

    signed_in(desk, client, "crg-chair")
    page = (await client.get("/directory")).text
    for words in ("taken@elsewhere.example.org (before: ", "Changed by Bo Sample", "Confirm the change of Ash Sample"):
        assert words in page
    assert (await client.post(path, data=sent)).status_code == 403, "sent from another site"
    for stale in ("", "x", "1"):
        assert (await client.post(path, data={"version": stale}, headers=OURS)).status_code == 409
    assert (await client.post(path, data=sent, headers=OURS)).status_code == 303
    after = (await client.get("/directory")).text
    assert "Nothing is waiting." in after
    assert "Casey Sample: Ash Sample-Health (confirmed)" in after
    assert not (await desk.store.directory.read()).unconfirmed


async def test_a_link_does_not_work_while_a_change_of_its_person_waits(desk: Desk, client: httpx.AsyncClient) -> None:
    one = await desk.ask_for_sign_off()
    version = await moved(desk)
    path = desk.link("sign-off", one.id, OFFICER, address="taken@elsewhere.example.org")
    held = await client.post(f"{path}/open")
    assert (held.status_code, "has not confirmed the change yet" in held.text) == (410, True)
    await desk.store.directory.confirm(
        OFFICER, version=version, by="crg-chair", people=["crg-chair"], at=datetime.now(UTC)
    )
    assert (await client.post(f"{path}/open")).status_code == 303


async def test_the_business_unit_revokes_one_link_and_all_by_page(desk: Desk, client: httpx.AsyncClient) -> None:
    await desk.request_returns()
    one = await desk.ask_for_sign_off()
    paths = {
        person: await desk.opened(client, "sign-off", f"{one.id}:{capacity}", person)
        for person, capacity in ((OFFICER, "health"), ("officer-police", "police"))
    }
    client.cookies.set(COOKIE, desk.token("sbu-manager"))
    here = f"/cases/{REFERENCE}/links"
    page = (await client.get(here)).text
    assert "Ash Sample-Health: Sign-off of Rapid review report, version 1, for health" in page
    assert "Return of Sample Police" in page
    assert page.count("It has not been sent yet.") == 5, "no mail has gone"
    assert "Revoke this link" not in page
    missing = await client.post(here, data={"subject": f"{one.id}:health", "person": OFFICER}, headers=OURS)
    assert (missing.status_code, "Say why" in missing.text) == (422, True)
    sent = {"subject": f"{one.id}:health", "person": OFFICER, "reason": "Sample: forwarded."}
    assert (await client.post(here, data=sent, headers=OURS)).status_code == 303
    assert "Sample: forwarded." in (await client.get(here)).text
    assert (await client.get(paths[OFFICER])).status_code == 410
    assert (await client.get(paths["officer-police"])).status_code == 200
    assert (await client.post("/links", data={"reason": "Sample: key lost."}, headers=OURS)).status_code == 303
    assert "all cases. Sample: key lost." in (await client.get("/links")).text
    assert (await client.get(paths["officer-police"])).status_code == 410


async def test_these_pages_are_for_their_offices_only(desk: Desk, client: httpx.AsyncClient) -> None:
    for path in ("/directory", "/links", f"/cases/{REFERENCE}/links"):
        assert (await client.get(path)).status_code == 401
    signed_in(desk, client, "dcs")
    for path in ("/directory", "/links", f"/cases/{REFERENCE}/links"):
        assert (await client.get(path)).status_code == 403
    for path in ("/links", f"/cases/{REFERENCE}/links", f"/directory/{OFFICER}/confirmed"):
        assert (await client.post(path, data={"reason": "x"}, headers=OURS)).status_code == 403
    signed_in(desk, client, "sbu-manager")
    assert (await client.get("/cases/CR-1999-001/links")).status_code == 404


async def test_these_pages_are_readable_by_everybody(desk: Desk, browser: Browser) -> None:
    await desk.request_returns()
    await desk.ask_for_sign_off()
    await moved(desk)
    async with at_a_browser(desk, browser, "crg-chair", width=375) as page:
        await page.goto("/directory")
        await no_barrier(page)
        await page.get_by_role("button", name="Confirm the change of Ash Sample-Health").click()
        await page.get_by_text("Nothing is waiting.").wait_for()
        await page.context.clear_cookies()
        await browses_as(page.context, desk, "sbu-manager", page.url)
        await page.goto(f"/cases/{REFERENCE}/links")
        await no_barrier(page)
        await page.goto("/links")
        await no_barrier(page)


async def test_every_link_that_a_mail_has_carried_is_listed_with_how_it_stands(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """R-11: as the page behind it would say."""
    await desk.request_returns()
    one = await desk.ask_for_sign_off()
    people = {who.id: who.email for who in sample_partnership().people}
    subjects = {OFFICER: f"{one.id}:health", "officer-police": f"{one.id}:police", "lead-police": "police"}
    for person, subject in subjects.items():
        link = LinkFor(purpose="return" if subject == "police" else "sign-off", subject=subject)
        about: dict[str, Any] = {
            "reference": REFERENCE,
            "cause": "c",
            "person": person,
            "to": people[person],
            "subject": REFERENCE,
        }
        await desk.store.mail_log.begin(f"<{person}@x>", **about, sent_at=datetime.now(UTC), link=link)
        await desk.store.mail_log.sent(f"<{person}@x>")

    async def listed() -> dict[str, str | None]:
        found = (await links_of_case(desk.app.state.deps, REFERENCE)).items
        assert all(link.works is (link.why_not is None) for link in found)
        assert [link.works for link in found] == sorted((link.works for link in found), reverse=True)
        return {link.person: link.why_not for link in found if link.person in subjects}

    assert await listed() == dict.fromkeys(subjects)
    client.cookies.set(COOKIE, desk.token("sbu-manager"))
    sent = {"at": "reason-2", "subject": "police", "person": "lead-police", "reason": "x" * 2_001}
    wrong = (await client.post(f"/cases/{REFERENCE}/links", data=sent, headers=OURS)).text
    for words in ('href="#reason-2"', 'id="reason-2-error"', sent["reason"]):
        assert words in wrong, "beside its field, and not that by which all are revoked"
    await desk.store.links.revoke(
        reference=REFERENCE, person=OFFICER, reason="Sample.", by="sbu-manager", at=datetime.now(UTC)
    )
    await change(desk, "officer-police", roles=["observer"], partner=None)
    directory = await desk.store.directory.read()
    police = next(agency for agency in directory.agencies if agency.id == "police")
    changed = police.model_copy(update={"safeguarding_lead": police.senior_officer})
    await desk.store.directory.put_agency(changed, by="sbu-manager", at=datetime.now(UTC))
    assert await listed() == {
        OFFICER: "It has been revoked. The next reminder carries one that works.",
        "officer-police": "The person no longer holds the office for which they were asked.",
        "lead-police": "Somebody else is the agency's safeguarding lead now.",
    }
    await change(desk, OFFICER, email="another@sample.example.org")
    await change(desk, "lead-police", roles=["observer"], active=False)
    found = await listed()
    assert found[OFFICER] == "It went to an address that has been changed in the directory since."
    assert found["lead-police"] == "The person no longer holds an office."
    client.cookies.set(COOKIE, desk.token("sbu-manager"))
    page = (await client.get(f"/cases/{REFERENCE}/links")).text
    assert "Does not work. The person no longer holds an office." in page


async def change(desk: Desk, person: str, **changes: object) -> None:
    known = next(who for who in (await desk.store.directory.read()).people if who.id == person)
    await desk.store.directory.put_person(
        Person.model_validate(known.model_dump() | changes), by="sbu-manager", at=datetime.now(UTC)
    )


async def test_the_disclosure_log_of_a_case_is_a_page(desk: Desk, client: httpx.AsyncClient) -> None:
    """B-8: what, with whom, why, on what lawful basis, by whom, when; for offices that see whole cases alone."""
    here, now = f"/cases/{REFERENCE}/disclosures", datetime.now(UTC)
    signed_in(desk, client, "sbu-manager")
    assert "Nothing has been disclosed." in (await client.get(here)).text
    ref = DocumentRef(document="returns-pack", version=2, sha256="0" * 64)
    pack = Notice(cause="returns-pack:2", template="returns-pack", to="senior-police", attach=[ref])
    changes.mail_sent(desk.case, pack, [], now)
    asked = DocumentRef(document="request-police", version=1, sha256="0" * 64)
    request = Notice(cause="returns-request:police", template="returns-request", to="senior-police", attach=[asked])
    changes.mail_sent(desk.case, request, [], now)
    await desk.project()
    page = (await client.get(here)).text
    for words in (
        "Returns pack, version 2",
        "Request to Sample Police, version 1",
        "The collated returns, for the rapid review meeting",
        desk.case.edition.lawful_basis,
        "The system, by the protocol",
        next(one.name for one in sample_partnership().people if one.id == "senior-police"),
    ):
        assert str(escape(words)) in page
    assert here in (await client.get(f"/cases/{REFERENCE}")).text
    assert (await client.get("/cases/CR-1999-001/disclosures")).status_code == 404
    signed_in(desk, client, "senior-police")
    assert (await client.get(here)).status_code == 403


async def test_the_business_unit_enters_leave_and_takes_it_out_by_page(desk: Desk, client: httpx.AsyncClient) -> None:
    """What the directory refuses comes back with the form; the CRG Chair reads it and changes nothing."""
    signed_in(desk, client, "sbu-manager")
    today = datetime.now(UTC).date()
    days = {"since": str(today + timedelta(days=7)), "until": str(today + timedelta(days=20))}
    good = days | {"person": OFFICER, "stand_in": "deputy-health"}
    wrong = {
        "Choose who is away": good | {"person": ""},
        "The last day must not be before the first": good | {"until": str(today)},
        "cannot stand in for themselves": good | {"stand_in": OFFICER},
        "signs for another partner": good | {"stand_in": "officer-police"},
    }
    for words, sent in wrong.items():
        answer = await client.post("/directory/leave", data=sent, headers=OURS)
        assert (answer.status_code, words in answer.text) == (422, True), words
    assert (await client.post("/directory/leave", data=good, headers=OURS)).status_code == 303
    again = await client.post("/directory/leave", data=good, headers=OURS)
    assert (again.status_code, "has leave on one of these days already" in again.text) == (422, True)
    (held,) = next(who for who in (await desk.store.directory.read()).people if who.id == OFFICER).leave
    assert (str(held.since), str(held.until), held.stand_in) == (days["since"], days["until"], "deputy-health")
    signed_in(desk, client, "crg-chair")
    page = (await client.get("/directory")).text
    assert "Ash Sample-Health: " in page
    assert "Enter leave" not in page
    assert (await client.post("/directory/leave", data=good, headers=OURS)).status_code == 403
    signed_in(desk, client, "sbu-manager")
    out = {"person": OFFICER, "since": days["since"]}
    assert (await client.post("/directory/leave/out", data=out, headers=OURS)).status_code == 303
    page = (await client.get("/directory")).text
    assert "No one is away" in page
    assert page.index("(leave taken out)") < page.index("(leave entered)"), "the latest change first"
