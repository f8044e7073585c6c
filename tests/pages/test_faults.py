"""What a browser shows where a page cannot: a page that says what to do, never a problem document."""

import re

import httpx
import pytest
import structlog

from api.pages import crg, faults, start
from tests.pages.desk import Desk

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
async def client(desk: Desk) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=desk.app, raise_app_exceptions=False), base_url="http://127.0.0.1:8000"
    )


async def test_a_page_that_fails_by_a_fault_of_ours_says_what_to_do_and_names_the_fault(
    desk: Desk, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log has the same reference, and the class of the error only."""
    monkeypatch.setattr(crg, "page", _fails)
    headers = BROWSER | desk.cookie("crg-chair")
    with structlog.testing.capture_logs() as logs:
        answer = await client.get("/crg", headers=headers)
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/html")
    assert "The fault is ours" in answer.text
    assert "Sample secret" not in answer.text
    (fault,) = re.findall(r"with this reference: ([0-9a-f]{8})", answer.text)
    assert [(one["error"], one["fault"]) for one in logs if one["event"] == "request-failed"] == [("KeyError", fault)]
    program = await client.get("/crg", headers={"Cookie": headers["Cookie"], "Accept": "application/json"})
    assert program.headers["content-type"] == "application/problem+json"


async def test_a_fault_in_the_frame_of_every_page_still_says_what_to_do(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "page", _fails)
    monkeypatch.setattr(faults, "plain", _fails)
    answer = await client.get("/", headers=BROWSER)
    assert answer.status_code == 500
    assert re.search(r"with this reference: [0-9a-f]{8}", answer.text)


async def test_an_address_at_which_there_is_nothing_is_a_page_for_a_browser_only(client: httpx.AsyncClient) -> None:
    for path, headers, kind in (
        ("/nothing-here", BROWSER, "text/html"),
        ("/nothing-here", {"Accept": "*/*"}, "application/problem+json"),
        ("/v1/nothing-here", BROWSER, "application/problem+json"),
    ):
        answer = await client.get(path, headers=headers)
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (404, kind), path
        assert ("start page" in answer.text) is (kind == "text/html")


def _fails(*_: object, **__: object) -> None:
    raise KeyError("Sample secret")
