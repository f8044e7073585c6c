"""The process that has imported our programs: what it starts is as its command line would start it."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from crg.embedded.fork_server import Forked, ForkServer, can_start
from tests.embedded.test_child import lives, until

STAND_INS = "tests.embedded.stand_ins"


async def started(server: ForkServer, log: Path, *words: str) -> Forked:
    with log.open("ab") as written:
        return await server.start([sys.executable, "-m", STAND_INS, *words], dict(os.environ), written.fileno())


async def ended(process: Forked) -> int:
    async with asyncio.timeout(10):
        return await process.wait()


async def test_what_a_fork_server_starts(tmp_path: Path) -> None:
    server = ForkServer.begin([STAND_INS])
    assert server.process.stdin is not None
    log = tmp_path / "log"

    broken = await started(server, log, "broken")
    assert (await ended(broken), broken.returncode) == (1, 1)
    assert "the reason that a person must see" in log.read_text()

    killed = await started(server, log, "stubborn", str(tmp_path / "killed"))
    await until((tmp_path / "killed").exists)
    assert killed.returncode is None
    assert os.getsid(killed.pid) == killed.pid, "Ctrl-C must not reach it"
    killed.terminate()  # it does not mind
    os.killpg(killed.pid, signal.SIGKILL)
    assert await ended(killed) == -signal.SIGKILL

    (tmp_path / "run").mkdir()
    asked = await started(server, log, "worker", str(tmp_path))
    await until((tmp_path / "run" / "worker.ready").exists)
    assert (tmp_path / "run" / "worker.ready").stat().st_mode & 0o077 == 0
    asked.terminate()
    assert await ended(asked) == 0

    (tmp_path / "run" / "worker.ready").unlink()
    (tmp_path / "run" / "worker.stopped").unlink()
    left = await started(server, log, "worker", str(tmp_path))
    await until((tmp_path / "run" / "worker.ready").exists)
    server.process.stdin.close()  # as when who began it is killed
    await until((tmp_path / "run" / "worker.stopped").exists)
    await until(lambda: not lives(left.pid))
    assert server.process.wait(10) == 0
    assert not Path(server.address).parent.exists()
    with pytest.raises(FileNotFoundError):
        await started(server, log, "broken")


def test_only_our_own_programs_are_started_so() -> None:
    assert can_start([sys.executable, "-m", "worker"])
    assert not can_start([sys.executable, "-m", STAND_INS])
    assert not can_start(["temporal", "server", "start-dev"])
