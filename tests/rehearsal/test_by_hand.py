"""A first case in the pages: a rehearsal is begun by a button, its page leads on, and its clock is moved from there."""

import re

import httpx

from api.auth import COOKIE
from crg.embedded import issuer
from crg.embedded.sample import sample_partnership
from settings import Settings


def client(stack: Settings, who: str) -> httpx.Client:
    token = issuer.mint(stack, issuer.bearer_for(sample_partnership(), who))
    ours = {"Cookie": f"{COOKIE}={token}", "Sec-Fetch-Site": "same-origin"}
    return httpx.Client(base_url=stack.public_url, headers=ours, timeout=60, trust_env=False)


def test_a_first_case_leads_on_and_its_clock_is_moved_from_its_page(stack: Settings) -> None:
    """With script off: the next deadline passes, and the day and hour that were typed are shown."""
    with client(stack, "business-unit") as unit, client(stack, "senior-police") as other:
        assert 'href="/cases/rehearse"' in unit.get("/start").text
        (once,) = re.findall(r'name="once" value="([^"]+)"', unit.get("/cases/rehearse").text)
        where = [unit.post("/cases/rehearse", data={"once": once}).headers["location"] for _ in range(2)]
        assert where[0] == where[1], "a second click opens no second case"
        page, path = unit.get(where[0]).text, where[0].partition("?")[0]
        assert f'href="{path}/plan">See the proposed plan' in page
        assert "Part 1 of 8" in page
        assert f'href="{path}/steps/partner-view-given' in page
        moved = unit.post(f"{path}/clock", data={"to": "deadline"})
        assert moved.headers["location"] == f"{path}?clock=moved#clock"
        page = unit.get(moved.headers["location"]).text
        assert "The clock was moved." in page
        assert "Overdue" in page
        (day,) = re.findall(r'id="clock-day"[^>]* value="([^"]+)"', page)
        assert unit.post(f"{path}/clock", data={"day": day, "hour": "10:30"}).status_code == 303
        assert re.search(r"It shows [^.]*, 10:3\d\.", unit.get(path).text)
        assert unit.post(f"{path}/clock", data={"day": "2020-01-01"}).status_code == 422
        assert unit.post("/cases/CR-2026-999/clock", data={"to": "hour"}).status_code == 404
        assert other.post(f"{path}/clock", data={"to": "hour"}).status_code == 403
