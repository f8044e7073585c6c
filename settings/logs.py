"""Settings: logs. A constant event and a reference; never a name, an address of a person, or a word of a narrative."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.types import Processor

from settings import Settings

CHATTY = ("alembic", "httpx")  # libraries whose every step is of interest only where somebody looks for a fault
_ADDRESS = re.compile(r"[^\s<>\"'@,;:()\[\]]+@[^\s<>\"'@,;:()\[\]]+")


def set_up_logs(settings: Settings) -> None:
    """Send our logs and the libraries' to standard error: lines for people on a terminal, else a JSON object a line.

    Times are UTC. An email address that slips into a value or a traceback is masked.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
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
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.NOTSET if settings.log_level == "debug" else logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def mask_addresses(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put `[address]` in the place of any email address in an event."""
    for name, value in event.items():
        if isinstance(value, str) and "@" in value:
            event[name] = _ADDRESS.sub("[address]", value)
    return event
