"""Changes of the directory over the API: who is told, what waits, and who confirms it (R-11)."""

import asyncio
import time
from typing import Any

import httpx
import pytest

from tests.api.running import Running

OLD, NEW = "officer-health@sample-partnership.example.org", "taken@elsewhere.example.org"


async def mails(running: Running, address: str, count: int, within: float = 30) -> list[dict[str, Any]]:
    """The mails that have come to an address, once there are so many."""
    url = f"http://127.0.0.1:{running.settings.mail_ui_port}/messages.json"
    deadline = time.monotonic() + within
    async with httpx.AsyncClient(trust_env=False) as client:
        while True:
            found: list[dict[str, Any]] = (await client.get(url, params={"to": address})).json()
            if len(found) >= count:
                return found
            assert time.monotonic() < deadline, found
            await asyncio.sleep(0.2)


async def rows(running: Running, here: str, what: str, count: int, within: float = 30) -> list[dict[str, Any]]:
    """The rows of a case's record of one kind, once there are so many."""
    deadline = time.monotonic() + within
    while True:
        held = (await running.get(f"{here}/record?limit=200"))["items"]
        found = [dict(row) for row in held if row["what"] == what]
        if len(found) >= count:
            return found
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.2)


async def person(running: Running, id: str) -> dict[str, Any]:
    people = (await running.get("/v1/directory"))["people"]
    return dict(next(one for one in people if one["id"] == id))


async def put(running: Running, who: str, **changes: Any) -> httpx.Response:
    body = await person(running, changes["id"]) | changes
    address = f"/v1/directory/people/{body['id']}"
    return await running.client.put(address, json=body, headers=running.token(who))


@pytest.mark.asyncio(loop_scope="module")
async def test_a_changed_address_is_told_to_the_old_one_and_waits_for_a_second_person(alone: Running) -> None:
    """R-11: the old address, the CRG Chair and the Business Unit are told; whoever changed it cannot confirm it."""
    here = await alone.opened()
    was = (await person(alone, "officer-health"))["email"]
    chair = (await person(alone, "crg-chair"))["email"]
    changed = await put(alone, "sbu-manager", id="officer-health", email=NEW)
    assert changed.status_code == 200, changed.text
    (waits,) = changed.json()["unconfirmed"]
    assert (waits["person"], waits["by"], waits["address_changed"]) == ("officer-health", ["sbu-manager"], True)
    (told,) = await mails(alone, was, 1)
    assert "your email address was changed" in told["subject"]
    assert NEW not in str(told)
    assert any("confirm a change to the directory" in one["subject"] for one in await mails(alone, chair, 1))

    confirm = {"url": waits["href"], "json": {"version": waits["version"]}}
    own = await alone.client.put(**confirm, headers=alone.token("sbu-manager"))
    assert (own.status_code, own.json()["type"]) == (403, "/problems/own-change")
    assert "a second person" in own.json()["detail"]
    for nobody in ("dcs", "officer-health", "lead-police"):
        assert (await alone.client.put(**confirm, headers=alone.token(nobody))).status_code == 403
    stale = confirm | {"json": {"version": waits["version"] - 1}}
    assert (await alone.client.put(**stale, headers=alone.token("crg-chair"))).status_code == 409
    done = await alone.client.put(**confirm, headers=alone.token("crg-chair"))
    assert (done.status_code, done.json()["unconfirmed"]) == (200, [])

    told_case = await rows(alone, here, "directory-changed", 2)
    assert [one["kind"] for one in told_case] == ["fact", "fact"], "live cases take it from the CRG Chair, too"

    listed = (await alone.get("/v1/directory/changes"))["items"]
    assert [(one["by"], one["what"][0]["what"]) for one in listed[:2]] == [
        ("crg-chair", ["confirmed"]),
        ("sbu-manager", ["email"]),
    ]
    assert listed[1]["what"][0]["address_was"] != listed[1]["what"][0]["address_is"]
    assert "@" not in str(listed)


@pytest.mark.asyncio(loop_scope="module")
async def test_an_office_gained_waits_and_a_person_of_the_business_unit_who_did_not_give_it_confirms_it(
    alone: Running,
) -> None:
    """R-11: nobody makes themselves the officer who signs."""
    officer = {"id": "sbu-manager", "partner": "health", "roles": ["business-unit", "accountable-officer"]}
    changed = await put(alone, "sbu-manager", **officer)
    (waits,) = changed.json()["unconfirmed"]
    assert "accountable-officer:health" in waits["offices_gained"]
    confirm = {"url": waits["href"], "json": {"version": waits["version"]}}
    assert (await alone.client.put(**confirm, headers=alone.token("sbu-manager"))).status_code == 403
    back = await put(alone, "sbu-manager", id="sbu-manager", partner=None, roles=["business-unit"])
    assert back.json()["unconfirmed"] == [], "changed back: nothing waits"


@pytest.mark.asyncio(loop_scope="module")
async def test_links_are_revoked_one_and_all_by_the_business_unit(alone: Running) -> None:
    """R-11: what to revoke is named, or all is said on purpose; other offices revoke nothing."""
    here = await alone.opened()
    reference = here.rpartition("/")[2]
    step = await alone.led_to(here, "agency-returned")
    links = (await alone.get(f"{here}/links"))["items"]
    assert {one["purpose"] for one in links} == {"return"}
    assert step["about"] in {one["subject"] for one in links}
    one = {name: links[0][name] for name in ("subject", "person")} | {"reference": reference, "reason": "Sample."}
    for body, words in (
        ({"reason": "Sample."}, "name a case or a person"),
        ({"all": True, "person": "dcs", "reason": "Sample."}, "not both"),
        ({"subject": "police", "person": "dcs", "reason": "Sample."}, "name the case"),
    ):
        refused = await alone.post("/v1/links/revoked", body, "business-unit")
        assert (refused.status_code, words in refused.text) == (422, True), refused.text
    assert (await alone.post("/v1/links/revoked", one, "crg-chair")).status_code == 403
    unknown = one | {"reference": "CR-1999-001"}
    assert (await alone.post("/v1/links/revoked", unknown, "business-unit")).status_code == 404
    for wrong in ({"person": "nobody-here"}, {"subject": "no-such-agency"}):  # no link would end by it
        refused = await alone.post("/v1/links/revoked", one | wrong, "business-unit")
        assert (refused.status_code, [at["field"] for at in refused.json()["errors"]]) == (422, list(wrong))
    done = await alone.post("/v1/links/revoked", one, "business-unit")
    assert (done.status_code, done.json()["person"]) == (201, links[0]["person"])
    every = await alone.post("/v1/links/revoked", {"all": True, "reason": "Sample: key lost."}, "business-unit")
    assert (every.status_code, every.json()["reference"]) == (201, None)
    assert [found["reason"] for found in (await alone.get("/v1/links/revoked"))["items"]] == [
        "Sample: key lost.",
        "Sample.",
    ]
    assert len((await alone.get(f"{here}/links"))["revoked"]) == 2
