"""The embedded stack keeps to itself: its own hosts, its owner's files, and no database of a production."""

import asyncio
import base64
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from crg.embedded.child import answers
from crg.embedded.errors import NotOfTheStack
from crg.embedded.hosts import OwnHosts
from crg.embedded.programs import environment
from crg.embedded.sample import prepare_store, sample_partnership
from settings import Settings
from settings.keys import Keyring, make_keys_file
from store import Store
from tests.embedded.test_command import crg, store_with_sample
from tests.forked import quickly

KEYS = SecretStr("k1:" + base64.urlsafe_b64encode(b"1" * 32).decode())


def _nothing() -> None:
    """A page."""


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("[::1]:8000", 200),
        ("try.council.example:443", 200),
        ("rebound.example.org", 421),
        ("127.0.0.1.example.org", 421),
        ("", 421),
        ("[", 421),
    ],
)
async def test_only_this_machine_s_names_are_answered(host: str, status: int) -> None:
    """A page of another site could have its own name lead here."""
    app = FastAPI()
    app.add_middleware(OwnHosts, addresses=["https://try.council.example"])
    app.add_api_route("/", _nothing)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1") as client:
        answer = await client.get("/", headers={"Host": host})
    assert answer.status_code == status


async def test_a_database_of_a_production_is_refused(settings: Settings) -> None:
    """There anybody could sign in without a password."""
    settings = settings.model_copy(update={"keys": KEYS})
    settings.data.mkdir()
    async with Store.from_settings(settings, Keyring.from_settings(settings)) as store:
        await store.migrate()
        await store.directory.replace(sample_partnership(), by="system", at=datetime.now(UTC))
    with pytest.raises(NotOfTheStack, match="signs anybody in without a password"):
        await prepare_store(settings)
    done = crg(settings, "run", "--until-ready", CRG_KEYS=KEYS.get_secret_value())
    assert (done.returncode, done.stderr.startswith("crg: This database")) == (1, True), done.stderr


async def test_a_new_database_and_one_of_its_own_are_taken(settings: Settings) -> None:
    settings = settings.model_copy(update={"keys": KEYS})
    settings.data.mkdir()
    assert await prepare_store(settings)
    assert not await prepare_store(settings)


async def test_a_lost_key_is_a_sentence(settings: Settings) -> None:
    """Other keys than those with which the data were sealed."""
    await store_with_sample(settings)
    settings.keys_file.unlink()
    make_keys_file(settings.keys_file)
    for words in (["directory", "show"], ["token", "--as", "dcs"], ["record", "--verify"]):
        done = crg(settings, *words)
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
        assert len(done.stderr.splitlines()) <= 2, done.stderr


def test_a_lost_key_is_a_sentence_in_the_log_of_the_api_too(settings: Settings) -> None:
    settings.data.mkdir()
    settings.keys_file.write_text("{}", "ascii")
    said = why_it_does_not_start(settings, environment(settings))
    (why,) = [one["why"] for one in said if one["event"] == "cannot-start"]
    assert why.startswith("The keys file")


def why_it_does_not_start(settings: Settings, environment: dict[str, str], *more: str) -> list[dict[str, str]]:
    """Every line that the API's process says, each one JSON object, before it ends by itself."""
    command = quickly([sys.executable, "-m", "api.serve", "--port", str(settings.port), *more])
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode != 0
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_bad_setting_is_a_sentence_in_the_log_of_the_api_too(settings: Settings) -> None:
    (said,) = why_it_does_not_start(settings, environment(settings) | {"CRG_LOG_LEVEL": "loud"})
    assert said["event"] == "cannot-start"
    assert "CRG_LOG_LEVEL" in said["why"]


def test_what_the_server_says_before_the_application_is_there_is_a_line_of_the_log(settings: Settings) -> None:
    (said,) = why_it_does_not_start(settings, environment(settings), "--app", "api.app:nobody_s")
    assert (said["logger"], said["level"]) == ("uvicorn.error", "error")


def test_no_line_of_the_log_repeats_the_path_of_a_request(settings: Settings) -> None:
    """Neither of the API as a council runs it, nor at its most talkative: the path of a link is a secret."""
    settings.data.mkdir()
    make_keys_file(settings.keys_file)
    for level in ("info", "debug"):
        said = what_is_said_to_a_link(settings, environment(settings) | {"CRG_LOG_LEVEL": level})
        assert "Application startup complete" in said
        assert "a-secret-link" not in said


def what_is_said_to_a_link(settings: Settings, environment: dict[str, str]) -> str:
    """All that the API's process logs until it is told to stop, after a request for the page behind a link."""
    command = quickly([sys.executable, "-m", "api.serve", "--port", str(settings.port)])
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            until = time.monotonic() + 60
            while not asyncio.run(answers("127.0.0.1", settings.port, "/health/live")) and time.monotonic() < until:
                time.sleep(0.1)
            assert not asyncio.run(answers("127.0.0.1", settings.port, "/sign-off/a-secret-link"))
        finally:
            process.terminate()
            said = process.communicate()[1]
    return said


def test_every_file_is_its_owner_s_alone_whatever_the_umask(settings: Settings) -> None:
    """Data, keys, logs, mails: 0600 and 0700."""
    run = [sys.executable, "-m", "crg.command", "run", "--until-ready"]
    command = f"import os; os.umask(0); os.execv({run[0]!r}, {run!r})"
    done = subprocess.run(
        [sys.executable, "-c", command], env=environment(settings), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    wide = {
        str(path.relative_to(settings.data.parent)): oct(path.stat().st_mode & 0o777)
        for path in [settings.data, *settings.data.rglob("*")]
        if path.stat().st_mode & 0o077
    }
    assert wide == {}
    assert any(path.suffix == ".db" for path in settings.data.iterdir())
    assert os.path.exists(settings.keys_file)
    assert asyncio.run(_people(settings)) > 20


async def _people(settings: Settings) -> int:
    async with Store.from_settings(settings, Keyring.from_settings(settings)) as store:
        return len((await store.directory.read()).people)
