"""The four programs of the stack: what is run for each, with which settings, and how it shows that it is ready."""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import SecretStr

from crg.embedded.child import Program, answers
from crg.embedded.errors import ToolMissing
from crg.embedded.mail_folder import FOLDER, MAILBOX_ID, REPLIES
from crg.embedded.ports import HOST
from crg.embedded.ui_codec import endpoint
from settings import PREFIX, Settings, SmtpTls
from workflows.names import SEARCH_ATTRIBUTES

# A case's clock can be moved (rehearsals), and a move takes 0.15 s instead of 1 s.
DYNAMIC_CONFIG = {
    "frontend.WorkflowTimeSkippingEnabled": "true",
    "history.timerProcessorMaxTimeShift": '"1ms"',
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute": "3",  # health names such a case
    # One worker asks for its tasks in one place. Of the four that are usual, three only hand on to the first.
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
}
# What the server has written survives a power cut. As it uses the file of itself, each transaction waits for the disk
# three times over, which costs a third of its CPU and half of the time that a fact takes.
PRAGMAS = {"journal_mode": "WAL", "synchronous": "FULL"}
WORKER_READY = Path("run") / "worker.ready"  # in the data folder; written by the worker when it begins to poll


def embedded(settings: Settings) -> Settings:
    """The same settings, with every outside service replaced by the stack's own, on this machine only."""
    return settings.model_copy(
        update={
            "temporal_address": f"{HOST}:{settings.temporal_port}",
            "temporal_namespace": "default",
            "temporal_api_key": None,
            "temporal_tls": None,
            "temporal_tls_ca": None,
            "temporal_tls_certificate": None,
            "temporal_tls_key": None,
            "temporal_ui_url": None,
            "smtp_host": HOST,
            "smtp_username": None,
            "smtp_password": None,
            "smtp_tls": SmtpTls.NONE,
            "rehearsals": True,
            "inbound_mail": settings.data / FOLDER / REPLIES,
            "inbound_authserv_id": MAILBOX_ID,
            "inbound_imap_host": None,
            "inbound_smtp_port": None,
        }
    )


def environment(settings: Settings) -> dict[str, str]:
    """The environment in which a program reads exactly these settings, whatever this process was started with."""
    ours = {PREFIX + name.upper() for name in Settings.model_fields}
    others = {name: value for name, value in os.environ.items() if name.upper() not in ours}
    return others | {
        PREFIX + name.upper(): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name in Settings.model_fields
        if (value := getattr(settings, name)) is not None
    }


def temporal_program() -> Path:
    """Temporal's own program in this environment. Raises `ToolMissing`."""
    program = Path(sys.executable).parent / "temporal"
    if not os.access(program, os.X_OK):
        raise ToolMissing(program.parent)
    return program


def temporal(settings: Settings) -> Program:
    """Temporal's server and UI as one process, on a SQLite file in the data folder, where the keys are, too."""
    program = temporal_program()

    async def is_ready() -> bool:
        if not await answers(HOST, settings.temporal_port):
            return False
        asked = await asyncio.create_subprocess_exec(
            *(program, "operator", "cluster", "health", "--address", f"{HOST}:{settings.temporal_port}"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        return await asked.wait() == 0

    command = [
        *(str(program), "server", "start-dev"),
        *("--db-filename", str(settings.data / "temporal.db")),
        *("--ip", HOST, "--port", str(settings.temporal_port), "--ui-port", str(settings.temporal_ui_port)),
        *("--ui-codec-endpoint", endpoint(settings), "--ui-disable-news-fetch", "--log-level", "error"),
    ]
    for name, value in PRAGMAS.items():
        command += ["--sqlite-pragma", f"{name}={value}"]
    for name, kind in SEARCH_ATTRIBUTES.items():
        command += ["--search-attribute", f"{name}={kind}"]
    for name, value in DYNAMIC_CONFIG.items():
        command += ["--dynamic-config-value", f"{name}={value}"]
    return Program(name="Temporal", command=command, log=_log(settings, "temporal"), is_ready=is_ready)


def mailbox(settings: Settings) -> Program:
    """The mail catcher: SMTP and its page."""

    async def is_ready() -> bool:
        return await answers(HOST, settings.smtp_port) and await answers(HOST, settings.mail_ui_port, "/messages.json")

    return Program(
        name="The mail catcher",
        command=[sys.executable, "-m", "crg.embedded.mailbox"],
        log=_log(settings, "mailbox"),
        environment=environment(settings),
        is_ready=is_ready,
    )


def api(settings: Settings, command: Sequence[str] | None = None) -> Program:
    """The API and the pages. `command` takes the place of its command line in tests."""

    async def is_ready() -> bool:
        return await answers(HOST, settings.port, "/health/live")  # whether all of it works, /health/ready says

    return Program(
        name="The API",
        command=command
        or [
            *(sys.executable, "-m", "api.serve", "--app", "crg.embedded.app:create_app"),
            *("--host", HOST, "--port", str(settings.port), "--log-level", "warning", "--grace", "3"),
        ],
        log=_log(settings, "api"),
        environment=environment(settings),
        is_ready=is_ready,
    )


def worker(settings: Settings, command: Sequence[str] | None = None) -> Program:
    """The worker. `command` takes the place of its command line in tests."""
    marker = settings.data / WORKER_READY

    async def is_ready() -> bool:
        return marker.exists()

    return Program(
        name="The worker",
        command=command or [sys.executable, "-m", "worker"],
        log=_log(settings, "worker"),
        environment=environment(settings),
        is_ready=is_ready,
        marker=marker,
    )


def _log(settings: Settings, name: str) -> Path:
    return settings.data / "logs" / f"{name}.log"
