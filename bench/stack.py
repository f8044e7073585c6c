"""What needs the embedded stack: how it starts, how a fact reaches its case, how long the demo takes."""

import asyncio
import json
import re
import secrets
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from temporalio.client import WorkflowHandle

from api.examples import EXAMPLES, opening
from bench.side import Pair, Side, taken
from crg.embedded.programs import environment
from crg.embedded.sample import sample_partnership
from crg.embedded.stack import Stack
from crg.rehearsal.portal import Portal
from crg.rehearsal.scenario import WayIn
from review.case import CaseState
from review.directory import Role
from review.facts import Said, Speaker
from review.said.notification import SafetyStepsRecorded
from settings import Settings, load_settings
from settings.keys import Keyring
from settings.temporal import connect
from workflows.names import RELAY, SAY, STATE, workflow_id

PORTS = ("port", "temporal_port", "temporal_ui_port", "smtp_port", "mail_ui_port")
READY = re.compile(r"^Ready in ([\d.]+) s", re.MULTILINE)
STARTS = 2  # of each kind
FACTS = 15  # said in each way
LOOK_EVERY = 0.005  # seconds
BY = Speaker(people=["sbu-manager"], roles=[Role.BUSINESS_UNIT])

Handle = WorkflowHandle[object, object]


class Demo(NamedTuple):
    """The demo, stack included: seconds on this machine, days of the case's own time."""

    seconds: float
    days: float


def starts(data: Path) -> Pair:
    """`crg run` until it is ready: on a folder that it knows, and on an empty one; in turns."""
    again, empty = Side("again"), Side("on an empty folder")
    for number in range(STARTS):
        for side in (empty, again):
            said = _crg(data / str(number), "run", "--until-ready")
            side.seconds.append(float(READY.findall(said)[0]))
    return Pair("the stack until it is ready", again, empty)


def demo(data: Path) -> Demo:
    """`crg demo`, with a stack of its own for the while."""
    out, began = data / "0" / "demo.json", time.monotonic()
    _crg(data / "0", "demo", "--json", str(out))
    seconds = time.monotonic() - began
    state = json.loads(out.read_text("utf-8"))["state"]
    opened, now = (datetime.fromisoformat(state[name]) for name in ("opened_at", "case_now"))
    return Demo(seconds, (now - opened).total_seconds() / 86_400)


async def facts(data: Path) -> list[Pair]:
    """A fact said to a live case as an update and as a signal, in turns: until it is safe, and until it is applied."""
    async with Stack(_settings_on(data / "0")) as stack, Portal(stack.settings, sample_partnership()) as portal:
        opened = await portal.open(WayIn.INCIDENT, opening(), who="business-unit", key=secrets.token_hex(8))
        client = await connect(stack.settings, Keyring.from_settings(stack.settings))
        case = client.get_workflow_handle(workflow_id(opened.body["reference"]), result_type=CaseState)
        await _at_rest(case)
        update, signal, applied = Side("update"), Side("signal"), Side("signal")
        for _ in range(FACTS):
            said = _said()
            update.seconds.append(await taken(lambda said=said: case.execute_update(SAY, said, id=said.message)))  # type: ignore[misc]
            await _at_rest(case)
            said, began = _said(), time.perf_counter()
            await case.signal(RELAY, said)
            signal.seconds.append(time.perf_counter() - began)
            await _heard(case, said.message)
            applied.seconds.append(time.perf_counter() - began)
            await _at_rest(case)
    return [
        Pair("a fact, until it is safe", signal, update),
        Pair("a fact, until it is applied", Side("update", update.seconds), applied),
    ]


def _said() -> Said:
    fact = SafetyStepsRecorded.model_validate(EXAMPLES["safety-steps-recorded"])
    return Said(message=f"bench-{secrets.token_hex(8)}", by=BY, recorded_at=datetime.now(UTC), fact=fact)


async def _heard(case: Handle, message: str) -> None:
    while True:
        if message in [entry.said.message for entry in (await _state(case)).entries]:
            return
        await asyncio.sleep(LOOK_EVERY)


async def _at_rest(case: Handle) -> None:
    """Wait until what the last fact caused is done, so that the next one finds the case as idle as that one did."""
    while True:
        state = await _state(case)
        if not (state.outbox or state.untold or state.settled):
            return
        await asyncio.sleep(LOOK_EVERY)


async def _state(case: Handle) -> CaseState:
    state: CaseState = await case.query(STATE, result_type=CaseState)
    return state


def _crg(data: Path, *words: str) -> str:
    command = [sys.executable, "-m", "crg.command", *words]
    done = subprocess.run(  # noqa: S603  # the product's own command
        command, env=environment(_settings_on(data)), capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode:
        sys.exit(f"crg {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _settings_on(data: Path) -> Settings:
    """Settings on this folder and on ports that nobody uses now."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in PORTS]
        ports = [probe.getsockname()[1] for probe in probes]
    return load_settings(data=data, **dict(zip(PORTS, ports, strict=True)))
