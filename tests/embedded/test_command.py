"""The `crg` command as a person types it: what it prints, what it refuses, how it ends."""

import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import jwt
import pytest
import typer

from crg.command import app
from crg.embedded import issuer
from crg.embedded.lock import FolderLock
from crg.embedded.sample import known_directory, prepare_store, sample_partnership
from crg.examples import EXAMPLES
from crg.printed import as_typed
from review.facts.directory import Person, Role
from settings import PACKAGE, Settings
from settings.keys import Keyring, make_keys_file
from store import Store
from tests.forked import quickly

COMMAND = (sys.executable, "-m", "crg.command")


def crg(settings: Settings, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return ended(settings, *quickly([*COMMAND, *words]), **more)


def ended(settings: Settings, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command, with the settings of its environment alone, when it has ended."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("CRG_")}
    return subprocess.run(
        command,
        env=own | {"CRG_DATA": str(settings.data)} | more,
        capture_output=True,
        text=True,
        timeout=60,
    )


async def store_with_sample(settings: Settings) -> None:
    settings.data.mkdir()
    make_keys_file(settings.keys_file)
    assert await prepare_store(settings)


def test_a_token_is_printed_and_nothing_else(settings: Settings) -> None:
    typed = (*COMMAND, "token", "--as", "business-unit", "--minutes", "5")
    done = ended(settings, *typed, CRG_PORT=str(settings.port))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    token = done.stdout.removesuffix("\n")
    (key,) = issuer.jwks(settings)["keys"]
    claims = jwt.decode(
        token, jwt.PyJWK(key).key, algorithms=["ES256"], audience="case-reviews", issuer=settings.oidc_issuer
    )
    assert claims["people"] == ["sbu-manager", "sbu-officer"]
    assert claims["exp"] - claims["iat"] == 300


def test_a_token_is_for_the_stack_that_runs_whatever_ports_it_runs_on(settings: Settings) -> None:
    """Somebody started the stack with CRG_PORT, and asks for a token in another terminal without it."""
    with FolderLock(settings.data, {"oidc_issuer": "http://127.0.0.1:8123/issuer"}):
        done = crg(settings, "token", "--as", "dcs")
    claims = jwt.decode(done.stdout.strip(), options={"verify_signature": False})
    assert claims["iss"] == "http://127.0.0.1:8123/issuer"


def test_a_token_for_nobody_is_one_plain_message(settings: Settings) -> None:
    done = crg(settings, "token", "--as", "nobody")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("crg: There is no role or person “nobody”")
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_one_plain_message(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.port)):
        done = crg(settings, "run", CRG_PORT=str(settings.port))
    assert done.returncode == 1
    assert f"crg: Port {settings.port} is taken." in done.stderr
    assert "CRG_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_start_is_one_plain_message(settings: Settings) -> None:
    with FolderLock(settings.data):
        done = crg(settings, "run")
    assert done.returncode == 1
    assert f"crg: The data folder {settings.data} is in use by process {os.getpid()}." in done.stderr


def test_a_bad_setting_is_one_plain_message(settings: Settings) -> None:
    done = crg(settings, "run", CRG_PORT="eighty")
    assert done.returncode == 1
    assert done.stderr.startswith("crg: CRG_PORT cannot be used")
    assert "Traceback" not in done.stderr


def test_an_unknown_command_ends_with_2(settings: Settings) -> None:
    assert crg(settings, "fly").returncode == 2


def test_the_version_is_said_and_completion_is_to_be_had(settings: Settings) -> None:
    assert crg(settings, "--version").stdout == f"crg {version(PACKAGE)}\n"
    assert "complete_bash" in crg(settings, "--show-completion", "bash").stdout


def _commands(group: typer.core.TyperGroup, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield before + name, command


def test_the_help_of_each_command_ends_with_examples_that_the_command_line_takes() -> None:
    commands = dict(_commands(cast(typer.core.TyperGroup, typer.main.get_command(app))))
    assert set(EXAMPLES) == set(commands)
    for name, command in commands.items():
        for example in EXAMPLES[name]:
            assert example in command.epilog
            words = shlex.split(example)[1 + len(name.split()) :]
            assert command.make_context(name, words).params is not None


def test_asking_for_the_commands_imports_nothing_heavy(settings: Settings) -> None:
    look = (
        "import sys; import crg.command\n"
        "print({'temporalio', 'sqlalchemy', 'fastapi', 'uvicorn', 'httpx', 'holidays'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_the_command_is_printed_as_it_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no environment activated, as after `make run`, by its path; with one, by its name."""
    program = tmp_path / "bin" / "crg"
    program.parent.mkdir()
    program.touch(0o755)
    monkeypatch.setattr("sys.executable", str(program.with_name("python")))
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.chdir(tmp_path)
    assert as_typed() == "bin/crg"
    monkeypatch.chdir("/")
    assert as_typed() == str(program).removeprefix("/")
    monkeypatch.setenv("PATH", str(program.parent))
    assert as_typed() == "crg"


async def test_the_sample_partnership_is_loaded_into_an_empty_directory_and_never_again(settings: Settings) -> None:
    await store_with_sample(settings)
    async with Store.from_settings(settings, Keyring.from_settings(settings)) as store:
        assert (await store.directory.read()).people == sample_partnership().people
        newcomer = Person(id="newcomer", name="New Sample", email="new@example.org", roles=[Role.OBSERVER])
        await store.directory.put_person(newcomer, by="sbu-manager", at=datetime.now(UTC))
    assert not await prepare_store(settings)
    assert newcomer in (await known_directory(settings)).people


async def test_a_token_can_be_had_for_somebody_who_joined_since(settings: Settings) -> None:
    await store_with_sample(settings)
    assert crg(settings, "token", "--as", "newcomer").returncode == 1
    newcomer = Person(id="newcomer", name="New Sample", email="new@example.org", roles=[Role.OBSERVER])
    async with Store.from_settings(settings, Keyring.from_settings(settings)) as store:
        await store.directory.put_person(newcomer, by="sbu-manager", at=datetime.now(UTC))
    done = crg(settings, "token", "--as", "newcomer")
    claims = jwt.decode(done.stdout.strip(), options={"verify_signature": False})
    assert claims["sub"] == "newcomer"


def test_every_address_of_the_sample_partnership_is_plainly_invented() -> None:
    for person in sample_partnership().people:
        assert person.email.endswith("@sample-partnership.example.org")
        assert "ample" in person.name


@pytest.mark.parametrize("target", ["setup", "run", "demo", "test", "check"])
def test_make_has_a_door_for_each_thing_a_newcomer_does(target: str) -> None:
    house = Path(__file__).parents[2]
    listed = subprocess.run(["make", "-s", "-C", str(house)], capture_output=True, text=True, check=True).stdout
    assert f"make {target} " in listed
