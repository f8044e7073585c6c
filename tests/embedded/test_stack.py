"""The stack as a whole: Temporal's real server and the real mail catcher, with stand-ins for the API and the worker."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from crg.embedded import programs
from crg.embedded.child import Say, answers
from crg.embedded.errors import CannotStart, FolderInUse, KeysMissing, PortsTaken, ProgramFailed, ToolMissing
from crg.embedded.lock import running
from crg.embedded.ports import check_ports, stack_ports
from crg.embedded.stack import Stack, places, quiet, running_stack, settings_of_running
from settings import Settings
from settings.keys import Keyring
from tests.embedded import stand_ins
from tests.embedded.test_child import lives, until
from tests.ports import free_settings
from workflows import names


async def no_store(_: Settings) -> bool:
    """The store has tests of its own."""
    return False


def stack_of(settings: Settings, *, say: Say = quiet) -> Stack:
    return Stack(
        settings,
        say=say,
        prepare=no_store,
        api=stand_ins.command("api", settings.port),
        worker=stand_ins.command("worker", settings.data),
    )


on_one = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runs(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Stack, list[str]]]:
    """One stack for all tests that leave it as it is, and what it has said."""
    said: list[str] = []
    async with stack_of(free_settings(tmp_path_factory.mktemp("stack") / "data"), say=said.append) as stack:
        yield stack, said


@pytest.fixture
def shared(runs: tuple[Stack, list[str]]) -> Settings:
    """Its settings."""
    return runs[0].settings


def ask_temporal(settings: Settings, *words: str) -> str:
    """What Temporal's own command line answers."""
    address = f"127.0.0.1:{settings.temporal_port}"
    done = subprocess.run(
        [programs.temporal_program(), *words, "--address", address], check=True, capture_output=True, text=True
    )
    return done.stdout


async def test_when_it_is_ready_everything_answers_and_when_it_is_stopped_nothing_is_left(settings: Settings) -> None:
    async with stack_of(settings) as stack:
        pids = stack.pids
        assert len(pids) == 4
        assert await answers("127.0.0.1", settings.port, "/health/live")
        assert await answers("127.0.0.1", settings.temporal_ui_port, "/")
        assert await answers("127.0.0.1", settings.mail_ui_port, "/")
        assert running(settings.data) is not None
    assert not any(map(lives, pids.values()))
    check_ports(stack_ports(settings))
    assert running(settings.data) is None
    assert (settings.data / "run" / "worker.stopped").exists()  # it was asked, not only ended


@on_one
async def test_the_server_knows_how_cases_are_seen_and_that_their_clocks_can_be_moved(shared: Settings) -> None:
    listed = ask_temporal(shared, "operator", "search-attribute", "list")
    known = dict(line.split() for line in listed.splitlines() if len(line.split()) == 2)
    assert known.items() >= names.SEARCH_ATTRIBUTES.items()
    command = server_command(shared)
    assert "frontend.WorkflowTimeSkippingEnabled=true" in command
    assert 'history.timerProcessorMaxTimeShift="1ms"' in command


@on_one
async def test_what_the_server_writes_is_on_the_disk_after_one_wait(shared: Settings) -> None:
    assert {"journal_mode=WAL", "synchronous=FULL"} <= set(server_command(shared))
    assert (shared.data / "temporal.db-wal").exists()


def server_command(settings: Settings) -> list[str]:
    """The command line of the Temporal server that runs on this data folder."""
    database = str(settings.data / "temporal.db")
    commands = [Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0") for pid in programs_of(settings)]
    (command,) = (command for command in commands if database in command)
    return command


async def test_started_again_it_goes_on_with_the_same_keys_and_the_same_workflows(settings: Settings) -> None:
    async with stack_of(settings) as first:
        sealed = Keyring.from_settings(first.settings).seal(b"kept")
        issuer_key = (settings.data / "issuer.json").read_bytes()
        start = ("--type", "Nobody", "--task-queue", "nobody", "--workflow-id", "kept")
        ask_temporal(settings, "workflow", "start", *start)
        before = described(settings, "kept")
    async with stack_of(settings) as second:
        assert Keyring.from_settings(second.settings).open(sealed) == b"kept"
        assert (settings.data / "issuer.json").read_bytes() == issuer_key
        assert described(settings, "kept") == before
        assert before["status"] == "WORKFLOW_EXECUTION_STATUS_RUNNING"


def described(settings: Settings, workflow: str) -> dict[str, str]:
    """Which run of the workflow is the current one, and how it stands."""
    answer = ask_temporal(settings, "workflow", "describe", "--workflow-id", workflow, "--output", "json")
    info = json.loads(answer)["workflowExecutionInfo"]
    return {"run": info["execution"]["runId"], "status": info["status"]}


@on_one
async def test_keys_are_readable_by_their_owner_only(shared: Settings) -> None:
    for name in ("keys.json", "issuer.json", "crg.lock"):
        assert (shared.data / name).stat().st_mode & 0o077 == 0, name
    assert shared.data.stat().st_mode & 0o077 == 0


async def test_lost_keys_are_said_so_and_no_new_ones_are_made_over_sealed_data(settings: Settings) -> None:
    settings.data.mkdir()
    (settings.data / "case-reviews.db").touch()
    with pytest.raises(KeysMissing, match=r"keys\.json is missing"):
        await stack_of(settings).__aenter__()
    assert not settings.keys_file.exists()
    check_ports(stack_ports(settings))


async def test_a_taken_port_is_a_clear_error_and_nothing_is_started(settings: Settings) -> None:
    with (
        socket.create_server(("127.0.0.1", settings.temporal_ui_port)),
        pytest.raises(PortsTaken, match="CRG_TEMPORAL_UI_PORT"),
    ):
        await stack_of(settings).__aenter__()
    assert not (settings.data / "temporal.db").exists()
    assert running(settings.data) is None


async def test_a_missing_tool_is_a_clear_error(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(ToolMissing, match="Run `make setup`"):
        await stack_of(settings).__aenter__()
    assert running(settings.data) is None


async def test_a_program_that_cannot_start_is_named_and_the_others_are_stopped(settings: Settings) -> None:
    stack = Stack(
        settings,
        prepare=no_store,
        api=stand_ins.command("api", settings.port),
        worker=stand_ins.command("broken"),
    )
    with pytest.raises(ProgramFailed, match="The worker ended while starting") as refusal:
        await stack.__aenter__()
    assert isinstance(refusal.value, CannotStart)
    assert "the reason that a person must see" in str(refusal.value)
    assert stack.pids == {}
    check_ports(stack_ports(settings))


@on_one
async def test_a_second_start_is_refused_and_a_rehearsal_uses_the_stack_that_runs(shared: Settings) -> None:
    with pytest.raises(FolderInUse, match=f"process {os.getpid()}"):
        await stack_of(shared).__aenter__()
    other_ports = Settings(data=shared.data, port=shared.port + 1)
    async with running_stack(other_ports) as found:
        assert found.port == shared.port
        assert found.temporal_address == f"127.0.0.1:{shared.temporal_port}"
        assert found.oidc_issuer == shared.oidc_issuer
        assert found.rehearsals


@on_one
async def test_two_stacks_run_side_by_side(shared: Settings, settings: Settings) -> None:
    async with stack_of(settings):
        assert await answers("127.0.0.1", shared.mail_ui_port, "/messages.json")
        assert await answers("127.0.0.1", settings.mail_ui_port, "/messages.json")
        assert settings_of_running(settings) is not None
    assert settings_of_running(settings) is None


async def test_each_program_reads_exactly_the_stacks_settings(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRG_TEMPORAL_ADDRESS", "elsewhere.example.org:7233")
    monkeypatch.setenv("CRG_SMTP_PASSWORD", "of another server")
    stack = stack_of(settings)
    read = programs.environment(stack.settings)
    monkeypatch.setattr(os, "environ", read)
    assert Settings() == stack.settings
    assert "CRG_SMTP_PASSWORD" not in read
    assert Settings().rehearsals


def test_where_everything_is(settings: Settings) -> None:
    found = places(settings)
    assert found["Start page"] == f"http://127.0.0.1:{settings.port}/"
    assert found["Mailbox"] == f"http://127.0.0.1:{settings.mail_ui_port}/"
    assert found["Temporal UI"].startswith(f"http://127.0.0.1:{settings.temporal_ui_port}/")


@contextmanager
def crg_run(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """The stack in a process of its own, kept running as `crg run` keeps it, with stand-ins and the real store."""
    ports = stack_ports(settings).values()
    command = stand_ins.command("stack", settings.data, *ports)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What it says, up to and with the line that holds these words."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"it ended without saying {words!r}:\n{said}")


def programs_of(settings: Settings) -> list[int]:
    """Every process whose environment or command line names this data folder, the stack itself left out."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if str(settings.data).encode() in words and lives(int(entry.name)):
            found.append(int(entry.name))
    return found


@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_of_it_cleanly(settings: Settings, word: signal.Signals) -> None:
    with crg_run(settings) as process:
        said = read_until(process, "Ctrl-C stops everything")
        assert f"http://127.0.0.1:{settings.port}/docs" in said
        assert "crg token --as" in said
        process.send_signal(word)
        assert process.wait(20) == 0
        assert process.stdout is not None
        assert process.stdout.read().endswith("Stopped. Everything is kept.\n")
    assert programs_of(settings) == []


def test_ctrl_c_while_it_starts_leaves_nothing(settings: Settings) -> None:
    with crg_run(settings) as process:
        while not (settings.data / "logs" / "temporal.log").exists():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert programs_of(settings) == []


async def test_no_program_outlives_a_stack_that_is_killed(settings: Settings) -> None:
    with crg_run(settings) as process:
        read_until(process, "Ctrl-C stops everything")
        assert len(programs_of(settings)) == 5
        process.kill()
    await until(lambda: programs_of(settings) == [])
    assert running(settings.data) is None


@on_one
async def test_a_worker_that_falls_is_back_while_the_others_go_on(runs: tuple[Stack, list[str]]) -> None:
    stack, said = runs
    before = stack.pids
    os.kill(before["The worker"], signal.SIGKILL)
    await until(lambda: "The worker is back." in said)
    after = stack.pids
    assert after["The worker"] != before["The worker"]
    assert {name: pid for name, pid in after.items() if name != "The worker"}.items() <= before.items()
