"""Every answer tells a browser to keep nothing, guess nothing and run nothing; the documentation still works."""

import httpx
import pytest
from playwright.async_api import async_playwright

from api.opening import sample_now
from settings import Settings
from tests.api.conftest import Token
from tests.pages.conftest import FLAGS, chromium

PATHS = [
    "/v1",
    "/v1/cases",
    "/v1/directory",
    "/v1/nothing",
    "/v1/cases?stag=x",
    "/problems/not-signed-in",
    "/health/live",
    "/openapi.json",
    "/docs",
    "/nothing",
    "/codec/decode",
]


@pytest.mark.parametrize("path", PATHS)
async def test_whatever_is_asked_the_answer_says_to_keep_and_run_nothing(
    client: httpx.AsyncClient, token: Token, path: str
) -> None:
    for headers in ({}, token("business-unit"), {"Authorization": "Bearer x"}):
        answer = await client.get(path, headers=headers)
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def test_what_is_sent_is_answered_so_too(client: httpx.AsyncClient, token: Token) -> None:
    for body in (sample_now(), {}):
        answer = await client.post("/v1/cases", json=body, headers=token("dcs"))
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_a_case_is_kept_by_nobody_and_can_still_be_asked_for_by_its_tag(
    client: httpx.AsyncClient, token: Token
) -> None:
    here = (await client.post("/v1/cases", json=sample_now(), headers=token("dcs"))).json()["href"]
    first = await client.get(here, headers=token("dcs"))
    assert first.headers["Cache-Control"] == "no-store"
    again = await client.get(here, headers=token("dcs") | {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


async def test_the_documentation_runs_under_its_policy(api: Settings) -> None:
    """In a real browser: its own script by hash, nothing refused."""
    refused: list[str] = []
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = await browser.new_page()
        page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
        await page.goto(f"{api.public_url}/docs")
        await page.get_by_text("open-case").or_(page.get_by_text("Open a case")).first.wait_for()
        await browser.close()
    assert refused == []
