"""A program of the stack: ready or a clear error, started again when it falls, nothing of it left when stopped."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crg.embedded.child import Backoff, Child, Program, answers
from crg.embedded.errors import ProgramFailed
from crg.embedded.stack import quiet
from tests.embedded import stand_ins

AT_ONCE = Backoff(first=0.01)


def program(tmp_path: Path, *arguments: object, marker: str = "marker", stop_within: float = 10) -> Program:
    """A stand-in that is ready when its marker is there."""

    async def is_ready() -> bool:
        return (tmp_path / marker).exists()

    return Program(
        name="The stand-in",
        command=stand_ins.command(*arguments),
        log=tmp_path / "log",
        is_ready=is_ready,
        marker=tmp_path / marker,
        stop_within=stop_within,
    )


def lives(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def until(holds: Callable[[], bool], within: float = 10) -> None:
    """Wait until `holds()` is true."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


async def test_a_program_that_does_not_stop_in_time_is_ended_and_said_so(tmp_path: Path) -> None:
    said: list[str] = []
    child = Child(program(tmp_path, "stubborn", tmp_path / "marker", stop_within=0.2), say=said.append)
    await child.start()
    pid = child.pid
    assert pid is not None
    await child.stop()
    assert not lives(pid)
    assert said == ["The stand-in did not stop within 0.2 s and was ended."]


async def test_what_a_program_started_ends_with_it(tmp_path: Path) -> None:
    child = Child(program(tmp_path, "parent", tmp_path / "marker"), say=quiet)
    await child.start()
    grandchild = int((tmp_path / "marker").read_text())
    assert lives(grandchild)
    await child.stop()
    await until(lambda: not lives(grandchild))


async def test_a_program_that_ends_while_starting_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("what an earlier start said\n")
    child = Child(program(tmp_path, "broken"), say=quiet)
    with pytest.raises(ProgramFailed) as refusal:
        await child.start()
    assert "ended while starting (exit code 1)" in str(refusal.value)
    assert "the reason that a person must see" in str(refusal.value)
    assert "an earlier start" not in str(refusal.value)
    assert str(tmp_path / "log") in str(refusal.value)


async def test_a_program_that_is_never_ready_is_an_error(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    slow = Program("The stand-in", ["sleep", "60"], tmp_path / "log", never, ready_within=0.2)
    child = Child(slow, say=quiet)
    with pytest.raises(ProgramFailed, match=r"was not ready within 0\.2 s"):
        await child.start()
    await child.stop()
    assert child.pid is None


async def test_a_program_that_falls_is_started_again_and_said_so(tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "run").mkdir()
    child = Child(program(tmp_path, "worker", tmp_path, marker="run/worker.ready"), say=said.append, backoff=AT_ONCE)
    await child.start()
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: said[-1:] == ["The stand-in is back."])
    assert child.pid not in (None, first)
    assert said[0].startswith("The stand-in ended unexpectedly (signal SIGKILL); starting it again at once.")
    await child.stop()
    assert child.pid is None


async def test_a_program_that_keeps_falling_is_tried_again_after_longer_pauses(tmp_path: Path) -> None:
    said: list[str] = []
    ready = asyncio.Event()
    ready.set()

    async def is_ready() -> bool:
        return ready.is_set()

    falls = Program("The stand-in", [sys.executable, "-c", ""], tmp_path / "log", is_ready)
    child = Child(falls, say=said.append, backoff=Backoff(first=0.01, longest=0.03, at_once=2))
    await child.start()
    ready.clear()
    await until(lambda: len(said) >= 5)
    await child.stop()
    pauses = [line.partition("it again ")[2].partition(". ")[0] for line in said if "it again" in line]
    assert pauses[:5] == ["at once", "at once", "in 0.01 s", "in 0.02 s", "in 0.03 s"]


def test_a_program_that_falls_several_times_in_a_row_is_started_at_once_each_time() -> None:
    """So that a worker that is killed again and again is back within seconds; one that can never run does not spin."""
    backoff = Backoff()
    assert [backoff.after(falls) for falls in range(1, 6)] == [0, 0, 0, 0, 0]
    assert [backoff.after(falls) for falls in (6, 7, 8, 30, 10_000)] == [0.1, 0.2, 0.4, 30, 30]


async def test_a_program_that_ran_steadily_is_counted_from_the_start_again(tmp_path: Path) -> None:
    said: list[str] = []
    steady = Backoff(first=60, steady=0, at_once=1)
    (tmp_path / "run").mkdir()
    child = Child(program(tmp_path, "worker", tmp_path, marker="run/worker.ready"), say=said.append, backoff=steady)
    await child.start()
    for _ in range(3):
        said.clear()
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        await until(lambda: said[-1:] == ["The stand-in is back."])
    await child.stop()


def test_a_program_ends_even_when_the_stack_is_killed() -> None:
    """`kill -9` of the stack leaves nobody to stop its programs: the kernel tells them."""
    start = (
        "import subprocess, sys, os, signal; from crg.embedded import parent_death\n"
        "line = [sys.executable, '-I', '-S', parent_death.__file__, str(os.getpid()), 'sleep', '60']\n"
        "print(subprocess.Popen(line).pid, flush=True); signal.pause()"
    )
    with subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        end = time.monotonic() + 5
        while Path(f"/proc/{child}/comm").read_text() != "sleep\n":
            assert time.monotonic() < end
            time.sleep(0.02)
        parent.kill()
    while lives(child):
        assert time.monotonic() < end
        time.sleep(0.02)


async def test_an_address_where_nobody_listens_does_not_answer(unused_tcp_port: int) -> None:
    assert not await answers("127.0.0.1", unused_tcp_port)
    assert not await answers("127.0.0.1", unused_tcp_port, "/health/ready")


async def test_a_look_that_is_cancelled_ends_whenever_that_is(unused_tcp_port: int) -> None:
    """A program that fell again and again while everything stopped was started again for ever."""
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", unused_tcp_port)
    async with server:
        for turns in range(60):
            look = asyncio.create_task(answers("127.0.0.1", unused_tcp_port, "/"))
            for _ in range(turns):
                await asyncio.sleep(0)
            if look.cancel():
                with pytest.raises(asyncio.CancelledError):
                    await look
