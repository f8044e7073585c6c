"""The API as it really runs: served over HTTP with the embedded stack's issuer, alone or with Temporal and a worker."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
import pytest_asyncio
import uvicorn

from api.app import create_app
from crg.embedded import issuer, sample
from settings import Settings
from settings.keys import make_keys_file
from tests.api.running import Running
from tests.ports import free_settings

Token = Callable[[str], dict[str, str]]


@contextmanager
def served(settings: Settings, *, embedded: bool = True) -> Iterator[None]:
    """The API in a thread of its own, as `crg run` serves it."""
    app = create_app(settings)
    app.state.embedded = embedded
    app.include_router(issuer.router(settings))
    config = uvicorn.Config(app, host="127.0.0.1", port=settings.port, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            threading.Event().wait(0.02)
        yield
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return free_settings(tmp_path_factory.mktemp("api") / "data", rehearsals=True)


def prepare(settings: Settings) -> None:
    """What an API needs before it starts: keys, a signing key, and a store with the sample directory."""
    settings.data.mkdir(parents=True)
    make_keys_file(settings.keys_file)
    issuer.make_signing_key(settings)
    asyncio.run(sample.prepare_store(settings))


@pytest.fixture(scope="module")
def api(settings: Settings) -> Iterator[Settings]:
    """The API alone: no Temporal, no worker."""
    prepare(settings)
    with served(settings):
        yield settings


@pytest.fixture
async def client(api: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API alone."""
    async with httpx.AsyncClient(base_url=api.public_url, timeout=20, trust_env=False) as client:
        yield client


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Temporal, mail catcher, API, worker, for all files whose cases do not disturb each other."""
    async with Running(free_settings(tmp_path_factory.mktemp("running") / "data", rehearsals=True)) as running:
        yield running
        await running.as_it_was_written()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alone(settings: Settings) -> AsyncIterator[Running]:
    """The same for one file alone: its programs are stopped and started, or its directory and calendar change."""
    async with Running(settings) as running:
        yield running
        await running.as_it_was_written()


@pytest.fixture(scope="module")
def token(settings: Settings) -> Token:
    """The header of a token for a role or a person of the sample partnership."""

    def made(who: str) -> dict[str, str]:
        text = issuer.mint(settings, issuer.bearer_for(sample.sample_partnership(), who))
        return {"Authorization": f"Bearer {text}"}

    return made
