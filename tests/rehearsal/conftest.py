"""What the tests of rehearsals share: one whole stack in a process of its own, started by `crg run` on free ports."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from crg.embedded.programs import environment
from crg.rehearsal.commands import EXAMPLES
from settings import OWN_EDITIONS, Settings
from tests.commanding import commanded
from tests.ports import free_settings

CRG = (sys.executable, "-m", "crg.command")
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said; `out` is what --json wrote."""

    code: int
    reported: str
    complained: str
    out: dict[str, Any]


Crg = Callable[..., Done]


def run_crg(settings: Settings, *words: str | Path, out: Path | None = None) -> Done:
    """The `crg` command in a process of its own, with these settings."""
    json_out = ["--json", str(out)] if out else []
    done = subprocess.run(
        [*CRG, *map(str, words), *json_out],
        env=environment(settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,  # seconds: a bound for what hangs; nothing takes a quarter of it where nothing else runs
    )
    return Done(done.returncode, done.stdout, done.stderr, written(out))


def written(out: Path | None) -> dict[str, Any]:
    """What a command has written to a file, if it has."""
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8")) if out and out.exists() else {}
    return found


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The settings of a stack that runs for the session; each test opens cases of its own on it."""
    settings = free_settings(tmp_path_factory.mktemp("rehearsals") / "data")
    copytree(EXAMPLES / OWN_EDITIONS, settings.own_editions)
    command = [*CRG, "run"]
    with subprocess.Popen(command, env=environment(settings), stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            reported = ""
            for line in process.stdout:
                reported += line
                if "Ready in" in line:
                    break
            else:
                raise AssertionError(f"the stack did not start:\n{reported}")
            yield settings
        finally:
            process.terminate()
            process.communicate(timeout=60)


@pytest.fixture
def crg(stack: Settings, monkeypatch: pytest.MonkeyPatch) -> Crg:
    """The `crg` command on the running stack, in this process."""
    monkeypatch.chdir(ROOT)

    def run(*words: str | Path, out: Path | None = None, settings: Settings = stack) -> Done:
        json_out = ["--json", str(out)] if out else []
        return Done(*commanded(settings, *words, *json_out), written(out))

    return run


@pytest.fixture(scope="session")
def names_and_narrative() -> list[str]:
    """Words of the sample case and of the sample partnership that may not stand anywhere in the open."""
    from crg.embedded.sample import sample_partnership

    people = [person.name for person in sample_partnership().people]
    addresses = [person.email for person in sample_partnership().people]
    told = [
        "Sample Child One",
        "Sample Child Two",
        "Sample Child Three",
        "Sample Child Four",
        "Sample Child Five",
        "Sample Adult One",
        "Sampletown",
        "9990000018",
        "unresponsive",
        "invented incident",
    ]
    returned = ["seen four times", "Missed appointments", "missed appointments", "grandmother", "an ambulance"]
    commented = ["say more on how", "first findings", "strategy meeting", "voice of a very young child"]
    return [*people, *addresses, *told, *returned, *commented]
