"""Settings: logs. A constant event and a reference; never a name, an address of a person, or a word of a narrative.

An exception is logged with its class and where it happened. Its message stands in the log only where it cannot hold
what somebody wrote: a validator's message repeats its input, and a database's the row.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from functools import cache
from types import TracebackType
from typing import Any

import structlog
from structlog.types import Processor

from settings import BadSetting, Settings

CHATTY = ("alembic", "httpx")  # libraries whose every step is of interest only where somebody looks for a fault
SERVER = ("uvicorn", "uvicorn.error")  # log through ours, whatever set them up before
REQUESTS = "uvicorn.access"  # a line for each request, with its path: that of a link is a secret
ADDED = ("about", "activity", "error", "why")  # what workflows and activities add to an event
SHOWN = (OSError, ImportError, BadSetting)  # whose messages speak of machines and settings only
# Likewise; not imported for their names alone.
SHOWN_BY_NAME = ("temporalio.service.RPCError", "settings.keys.UnknownKey", "settings.keys.Tampered")
_FREE_TRACEBACK = "Traceback (most recent call last)"
_ADDRESS = re.compile(r"[^\s<>\"'@,;:()\[\]]+@[^\s<>\"'@,;:()\[\]]+")


def set_up_logs(settings: Settings | None = None) -> None:
    """Send our logs and the libraries' to standard error: lines for people on a terminal, else a JSON object a line.

    Times are UTC. An email address that slips into a value or a traceback is masked. Without settings, which may be
    what a process cannot start for, from `info` on.
    """
    level = settings.log_level if settings else "info"
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_free_tracebacks,
        with_exception,
        with_its_task,
        mask_addresses,
    ]
    for_people = sys.stderr.isatty()
    last: Processor = structlog.dev.ConsoleRenderer() if for_people else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.NOTSET if level == "debug" else logging.WARNING)
    for name in SERVER:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # What `access_log=False` does; uvicorn looks for a handler again at each connection, ours at the root included.
    logging.getLogger(REQUESTS).handlers.clear()
    logging.getLogger(REQUESTS).propagate = False
    sys.excepthook = log_what_nobody_caught
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


@cache
def take_in_the_engines_logs() -> None:
    """Once in a process: Temporal's core and loggers log through ours, not in forms of their own with all they know."""
    from temporalio import activity, workflow
    from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

    workflow.logger.workflow_info_on_message = False  # the event stays constant; `with_its_task` says whose it is
    activity.logger.activity_info_on_message = False
    heard = TelemetryFilter(core_level="WARN", other_level="ERROR")
    ours = LogForwardingConfig(logging.getLogger("temporalio.core"), append_log_fields_to_message=False)
    telemetry = TelemetryConfig(logging=LoggingConfig(filter=heard, forwarding=ours))
    with suppress(RuntimeError):  # where a client has spoken already, it is too late
        Runtime.set_default(Runtime(telemetry=telemetry))


def with_exception(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put the exception of an event into words: classes, places, and no message that could repeat what people wrote."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given if isinstance(given, BaseException) else None
    if given and error is None:
        error = sys.exc_info()[1]
    if error is not None:
        event["exception"] = "\n".join(_told(error))
    return event


def with_its_task(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put beside what a workflow or an activity says whose it is, and what our code adds."""
    held = vars(event["_record"]) if event.get("_record") else {}
    if task := held.get("temporal_workflow") or held.get("temporal_activity"):
        event["reference"] = task["workflow_id"]
        event.update({name: held[name] for name in ADDED if name in held})
    return event


def without_free_tracebacks(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out a traceback that a library has put into its message as text: its last line repeats the input."""
    text = event.get("event")
    if isinstance(text, str) and _FREE_TRACEBACK in text:
        event["event"] = f"{text.partition(_FREE_TRACEBACK)[0]}(a traceback, left out: it may repeat what people wrote)"
    return event


def log_what_nobody_caught(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    """What ends the process is a line of the log like any other; Ctrl-C is none."""
    if not issubclass(kind, KeyboardInterrupt):
        logging.getLogger("uncaught").critical("ended-by-an-error", exc_info=(kind, error, where))


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def _is_shown(error: BaseException) -> bool:
    return isinstance(error, SHOWN) or _name(error) in SHOWN_BY_NAME


def _told(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _told(before)
        yield "then"
    yield from (line.rstrip() for line in traceback.format_tb(error.__traceback__))
    yield f"{_name(error)}: {error}" if _is_shown(error) and str(error) else _name(error)
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _told(one)


def log_why_it_cannot_start(error: BaseException) -> None:
    """A process ends before it has begun: a sentence where the error is one (a lost key, a bad setting), else where."""
    sentence = str(error) if _is_shown(error) else ""
    more: dict[str, Any] = {"why": sentence} if sentence else {"exc_info": error}
    structlog.get_logger("start").critical("cannot-start", **more)


def mask_addresses(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put `[address]` in the place of any email address in an event."""
    for name, value in event.items():
        if isinstance(value, str) and "@" in value:
            event[name] = _ADDRESS.sub("[address]", value)
    return event
