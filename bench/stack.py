"""What needs the embedded stack: how it starts, and how long the demo takes."""

import json
import re
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bench.served import settings_on
from bench.side import Pair, Side
from crg.embedded.programs import environment

READY = re.compile(r"^Ready in ([\d.]+) s", re.MULTILINE)
STARTS = 2  # of each kind


class Demo(NamedTuple):
    """The demo, stack included: seconds on this machine, days of the case's own time."""

    seconds: float
    days: float


def starts(data: Path) -> Pair:
    """`crg run` until it is ready: on a folder that it knows, and on an empty one; in turns."""
    again, empty = Side("again"), Side("on an empty folder")
    for number in range(STARTS):
        for side in (empty, again):
            reported = _crg(data / str(number), "run", "--until-ready")
            side.seconds.append(float(READY.findall(reported)[0]))
    return Pair("the stack until it is ready", again, empty)


def demo(data: Path) -> Demo:
    """`crg demo`, with a stack of its own for the while."""
    out, began = data / "0" / "demo.json", time.monotonic()
    _crg(data / "0", "demo", "--json", str(out))
    seconds = time.monotonic() - began
    state = json.loads(out.read_text("utf-8"))["state"]
    opened, now = (datetime.fromisoformat(state[name]) for name in ("opened_at", "case_now"))
    return Demo(seconds, (now - opened).total_seconds() / 86_400)


def _crg(data: Path, *words: str) -> str:
    command = [sys.executable, "-m", "crg.command", *words]
    done = subprocess.run(  # noqa: S603  # the product's own command
        command, env=environment(settings_on(data)), capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode:
        sys.exit(f"crg {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
