"""What the API says of itself is so: the index links everything, lists page, parameters count once, If-Match counts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import api
from api.facts import RELS
from api.opening import sample_now
from api.tags import CASES, TAGS, tag_of
from review.chapters import CHAPTERS
from review.facts.referral import ReferralReceived
from tests.api.conftest import Token


async def test_the_index_links_everything_that_can_be_read(client: httpx.AsyncClient, token: Token) -> None:
    """What needs a name stands among the templates."""
    index = (await client.get("/v1", headers=token("dcs"))).json()
    paths = (await client.get("/openapi.json")).json()["paths"]
    readable = {path for path, methods in paths.items() if "get" in methods}
    assert {path for path in readable if "{" not in path} <= set(index["links"].values())
    assert {path for path in readable if "{" in path} == set(index["templates"].values())
    for path in index["links"].values():
        assert (await client.get(path, headers=token("business-unit"))).status_code in (200, 503), path


def test_the_document_of_the_api_is_made_for_those_only_who_ask_for_it() -> None:
    """It takes a second of the process, and 15 MB for as long as it runs."""
    asking = [path.name for path in Path(api.__file__).parent.rglob("*.py") if ".openapi()" in path.read_text("utf-8")]
    assert asking == []


async def test_the_ways_in_say_which_are_yours(client: httpx.AsyncClient, token: Token) -> None:
    steps = (await client.get("/v1", headers=token("crg-member"))).json()["next_steps"]
    assert {step["rel"]: step["yours"] for step in steps} == {
        "open-case": False,
        "open-referral": True,
        "open-information-request": False,
    }


async def test_every_part_of_the_documentation_has_entries_and_stands_in_the_protocols_order(
    client: httpx.AsyncClient,
) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    used = {operation["tags"][0] for methods in paths.values() for operation in methods.values()}
    names = [tag["name"] for tag in TAGS]
    assert used == set(names)
    chapters = [chapter.title for chapter in CHAPTERS if chapter.title in names]
    assert [name for name in names if name in chapters] == chapters
    assert {tag_of(rel) for rel in RELS} == set(chapters)
    assert tag_of("partner-view-given") == "§1 Serious incident notification"
    assert tag_of("corrected") == tag_of("case-paused")
    assert names[0] == CASES


@pytest.mark.parametrize("path", ["/v1/cases?stage=returns&stage=scoping", "/v1/deadlines?limit=1&limit=2"])
async def test_a_parameter_that_is_given_twice_is_refused(client: httpx.AsyncClient, token: Token, path: str) -> None:
    """The last one counted, and nothing said so."""
    answer = await client.get(path, headers=token("dcs"))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")
    (error,) = answer.json()["errors"]
    assert error["detail"] == "is given more than once; give it once"


async def test_meetings_of_the_crg_page_from_the_latest_back(client: httpx.AsyncClient, token: Token) -> None:
    day = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    for number in range(5):
        call = {"starts_at": (day + timedelta(days=number)).isoformat(), "link": "https://meet.example.org/crg"}
        assert (await client.post("/v1/crg/meetings", json=call, headers=token("crg-chair"))).status_code == 201
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await client.get("/v1/crg/meetings", params={"limit": "2"} | after, headers=token("dcs"))).json()
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)
    wrong = await client.get("/v1/crg/meetings", params={"after": "x"}, headers=token("dcs"))
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/bad-cursor")


async def test_a_fact_about_a_case_that_has_changed_since_it_was_read_is_refused(
    client: httpx.AsyncClient, token: Token
) -> None:
    here = (await client.post("/v1/cases", json=sample_now(), headers=token("dcs"))).json()["href"]
    view: dict[str, Any] = {"officer": "dcs", "view": "notify", "reasons": "Sample: a view."}
    read = (await client.get(here, headers=token("dcs"))).headers["ETag"]

    async def reported(key: str, tag: str) -> httpx.Response:
        headers = token("dcs") | {"Idempotency-Key": key, "If-Match": tag}
        return await client.post(f"{here}/partner-view-given", json=view, headers=headers)

    stale = await reported("stale", '"0123456789abcdef0123456789abcdef"')
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/changed")
    standing = await client.get("/v1/messages/stale", headers=token("dcs"))
    assert standing.status_code == 404, "nothing was kept"
    assert (await reported("fresh", read)).status_code == 202
    assert (await reported("fresh", '"old"')).status_code == 202, "the same message again is no second change"
    assert (await reported("any", "*")).status_code == 202


async def test_a_meeting_and_a_closed_day_that_have_changed_since_they_were_read_are_left_alone(
    client: httpx.AsyncClient, token: Token
) -> None:
    """412, and nothing is kept; the same message again is no second change."""
    day = (datetime.now(UTC) + timedelta(days=60)).replace(microsecond=0)
    who = token("business-unit")
    listed, closures = "/v1/crg/meetings", "/v1/calendar/closures"

    async def sent(method: str, path: str, read: str, key: str, tag: str | None, **body: str) -> int:
        tag = tag or (await client.get(read, headers=who)).headers["ETag"]
        headers = who | {"Idempotency-Key": key, "If-Match": tag}
        answer = await client.request(method, path, json=body, headers=headers)
        assert answer.status_code != 412 or answer.json()["type"] == "/problems/changed"
        return answer.status_code

    call = {"starts_at": day.isoformat(), "link": "https://meet.example.org/crg"}
    assert [await sent("POST", listed, listed, f"call-{tag}", tag, **call) for tag in ('"old"', None)] == [412, 201]
    assert await sent("POST", listed, listed, "call-None", '"old"', **call) == 201
    here = f"{listed}/crg-{day:%Y-%m-%d}"
    moved = {"starts_at": (day + timedelta(hours=1)).isoformat(), "reason": "Sample."}
    amended = {"attended": ["crg-chair"], "notes": "", "reason": "Sample."}
    changes: dict[str, Any] = {
        "moved": moved,
        "held": {"attended": ["crg-chair"]},
        "amended": amended,
        "cancelled": {"reason": "S"},
    }
    for change, body in changes.items():
        assert await sent("POST", f"{here}/{change}", here, f"stale-{change}", '"old"', **body) == 412
    for change in ("moved", "cancelled"):
        assert await sent("POST", f"{here}/{change}", here, change, None, **changes[change]) == 201
        assert await sent("POST", f"{here}/{change}", here, change, '"old"', **changes[change]) == 201
    assert (await client.get(here, headers=who)).json()["record"] is None

    closed = {"day": f"{day:%Y-%m-%d}", "why": "Sample: a closure."}
    one = f"{closures}/{day:%Y-%m-%d}"
    for method, path, body in (("POST", closures, closed), ("DELETE", one, {"reason": "Sample."})):
        assert await sent(method, path, closures, f"stale-{method}", '"old"', **body) == 412
        assert await sent(method, path, closures, method, None, **body) in (200, 201)
        assert await sent(method, path, closures, method, '"old"', **body) in (200, 201)


async def test_a_step_says_whether_it_is_yours(client: httpx.AsyncClient, token: Token) -> None:
    here = (await client.post("/v1/cases", json=sample_now(), headers=token("dcs"))).json()["href"]
    for who in ("crg-member", "business-unit"):
        steps = (await client.get(here, headers=token(who))).json()["next_steps"]
        assert {step["yours"] for step in steps} == {True, False} or who == "business-unit"
        for step in steps:
            assert step["yours"] is (who in step["roles"]), step["rel"]


@pytest.mark.parametrize("path", ["/v1/cases", "/v1/deadlines", "/v1/actions"])
async def test_an_agency_that_follows_a_list_to_its_end_learns_of_its_own_part_alone(
    client: httpx.AsyncClient, token: Token, path: str
) -> None:
    """Filtered first, then paged: an empty page that goes on would count the cases of others."""
    for way, body, who in (
        ("/v1/cases", sample_now(), "dcs"),
        ("/v1/referrals", ReferralReceived.sample, "business-unit"),
        ("/v1/cases", sample_now(), "dcs"),
    ):
        assert (await client.post(way, json=body, headers=token(who))).status_code == 202
    nothing = await client.get(path, params={"limit": 1}, headers=token("lead-housing"))
    assert nothing.json() == {"items": [], "next": None}
    routes: list[str] = []
    after: dict[str, str] = {}
    while path == "/v1/cases":
        page = (await client.get(path, params={"limit": "1"} | after, headers=token("senior-education"))).json()
        assert len(page["items"]) == 1, "no page is shorter than it was asked to be"
        routes += [one["route"] for one in page["items"]]
        if page["next"] is None:
            assert set(routes) == {"referral"}
            break
        after = {"after": page["next"]}
