"""A link ends with its address and its office, and what it asked for goes out again: with real mails (R-3, R-11)."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.api.running import Json, Running
from tests.api.test_directory_changes import mails, put, rows

NEW = "moved@sample-partnership.example.org"


async def becomes(what: Callable[[], Awaitable[Any]], wanted: Any, within: float = 30) -> None:
    """Wait until something is as it should be."""
    deadline = time.monotonic() + within
    while (found := await what()) != wanted:
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.2)


async def link_in(running: Running, mail: dict[str, Any]) -> str:
    """The path of the link that a mail carries."""
    url = f"http://127.0.0.1:{running.settings.mail_ui_port}/messages/{mail['id']}.json"
    async with httpx.AsyncClient(trust_env=False) as client:
        text = (await client.get(url)).text
    found = re.search(r"/[rs]/[A-Za-z0-9_.-]+", text)
    assert found, text
    return found.group()


async def opens(running: Running, path: str) -> int:
    """What the button of a link's first page answers: 303 where the link works."""
    return (await running.client.post(f"{path}/open")).status_code


async def standing(running: Running, here: str, person: str) -> tuple[bool, str | None]:
    """How the link of a person stands in the list of the case's links."""
    links: list[Json] = (await running.get(f"{here}/links"))["items"]
    found = next((one for one in links if one["person"] == person), {"works": False, "why_not": "not heard of yet"})
    return bool(found["works"]), found["why_not"]  # type: ignore[return-value]


async def confirmed(running: Running, waits: Json) -> None:
    done = await running.client.put(
        waits["href"], json={"version": waits["version"]}, headers=running.token("crg-chair")
    )
    assert done.status_code == 200, done.text


@pytest.mark.asyncio(loop_scope="module")
async def test_a_link_ends_with_its_address_and_its_office_and_a_fresh_one_goes_once_confirmed(alone: Running) -> None:
    here = await alone.opened()
    await alone.led_to(here, "agency-returned")
    agency = (await alone.get("/v1/directory"))["agencies"][0]
    lead, heir = agency["safeguarding_lead"], agency["senior_officer"]
    addresses = {one["id"]: one["email"] for one in (await alone.get("/v1/directory"))["people"]}
    (first,) = [one for one in await mails(alone, addresses[lead], 1) if "requested" in one["subject"]]
    old = await link_in(alone, first)
    assert await opens(alone, old) == 303
    assert await standing(alone, here, lead) == (True, None)

    # another address
    (waits,) = (await put(alone, "sbu-manager", id=lead, email=NEW)).json()["unconfirmed"]
    await rows(alone, here, "returns-request", 1)
    (duty,) = (await alone.get(here))["failed_duties"]
    assert "waits for a second person" in duty["why"]
    works, why_not = await standing(alone, here, lead)
    assert (works, "waits for" in str(why_not) or "has been changed" in str(why_not)) == (False, True)
    assert await opens(alone, old) == 410
    await confirmed(alone, waits)
    await becomes(lambda: standing(alone, here, lead), (True, None))
    (fresh,) = [one for one in await mails(alone, NEW, 2) if "requested" in one["subject"]]
    assert (await alone.get(here))["failed_duties"] == []
    path = await link_in(alone, fresh)
    assert (await opens(alone, path), await opens(alone, old)) == (303, 410)

    # another person in the office
    body = agency | {"safeguarding_lead": heir}
    changed = await alone.client.put(
        f"/v1/directory/agencies/{agency['id']}", json=body, headers=alone.token("sbu-manager")
    )
    (waits,) = changed.json()["unconfirmed"]
    await confirmed(alone, waits)
    await becomes(lambda: standing(alone, here, heir), (True, None))
    (passed,) = [one for one in await mails(alone, addresses[heir], 1) if "has passed to you" in one["subject"]]
    assert await opens(alone, await link_in(alone, passed)) == 303
    cookies = alone.client.cookies
    answer = await alone.client.get(path)
    assert (answer.status_code, "no longer yours" in answer.text, bool(cookies)) == (403, True, True)
    assert await standing(alone, here, lead) == (False, "Somebody else is the agency's safeguarding lead now.")

    # revoked
    reference = here.rpartition("/")[2]
    gone = {"reference": reference, "subject": agency["id"], "person": heir, "reason": "Sample."}
    assert (await alone.post("/v1/links/revoked", gone, "business-unit")).status_code == 201
    assert await standing(alone, here, heir) == (
        False,
        "It has been revoked. The next reminder carries one that works.",
    )

    # asked for by its holder, who is not told whether; sent again by the Business Unit
    asked = await alone.client.post(f"{await link_in(alone, passed)}/again")
    assert (asked.status_code, "We have your request" in asked.text) == (200, True)
    await rows(alone, here, "link-asked-for", 1)
    again = {"purpose": "return", "link_subject": agency["id"], "person": heir, "reason": "Sample."}
    assert (await alone.post(f"{here}/link-sent-again", again, "business-unit")).status_code == 201
    await becomes(lambda: standing(alone, here, heir), (True, None))
