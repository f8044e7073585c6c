"""What the tests of the pages share: a desk with a case, a client, and a phone."""

import asyncio
import os
import secrets
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from pytest_asyncio import is_async_test

from crg.embedded.sample import sample_partnership
from settings import load_settings
from settings.keys import Keyring
from store import Store
from tests.pages.desk import Desk, new_case

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--in-process-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip
# The first has no windows to draw, and does the same with half of the work.
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of the pages share a loop, because they share a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents and is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Desk]:
    """A case that has just been reported, and the pages over it."""
    keyring = Keyring([("k1", secrets.token_bytes(32))])
    settings = load_settings(data=tmp_path, public_url="http://127.0.0.1:8000")
    shutil.copyfile(sqlite_template, tmp_path / "case-reviews.db")
    async with Store.from_settings(settings, keyring) as store:
        await store.migrate()
        await store.directory.replace(sample_partnership(), by="system", at=datetime.now(UTC))
        made = Desk(settings, keyring, store, new_case())
        await made.project()
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def client(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a browser."""
    transport = httpx.ASGITransport(app=desk.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as made:
        yield made


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The app behind a real port; its address."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
        running = asyncio.create_task(server.serve(sockets=[held]))
        try:
            yield f"http://127.0.0.1:{held.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


def chromium() -> str:
    """The program of the system's Chromium."""
    program = next((found for name in CHROMIUMS if (found := shutil.which(name))), None)
    assert program, (
        "The tests of the pages need Chromium: install the package chromium-headless-shell or chromium, then again."
    )
    return program


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium, which reaches this machine and nothing else; each test has pages of its own in it."""
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield made
        await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A phone: narrow, touched rather than clicked."""
    made = await browser.new_context(viewport={"width": 375, "height": 740}, has_touch=True, is_mobile=True)
    yield made
    await made.close()


async def shot(page: Page, name: str) -> None:
    """A picture of the whole page, for whoever wants to look: in `build/pages`, or the folder that CRG_SHOTS names."""
    folder = Path(os.environ.get("CRG_SHOTS") or Path(__file__).parents[2] / "build" / "pages")
    await page.screenshot(path=folder / f"{name}.png", full_page=True)
