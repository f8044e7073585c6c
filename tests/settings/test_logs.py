"""Logs: one JSON object a line, an event and a reference, and no address of a person."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings.logs import mask_addresses

TALK = """
import logging, structlog
from settings import load_settings
from settings.logs import set_up_logs

set_up_logs(load_settings())
structlog.get_logger("api").info("fact recorded", reference="CR-2026-001", to="Zoë <zoe.day@example.org>")
structlog.get_logger("api").debug("too quiet to be heard")
logging.getLogger("library").warning("refused: %s", "zoe.day@example.org")
try:
    raise ValueError("no mailbox zoe.day@example.org")
except ValueError:
    structlog.get_logger("worker").exception("effect failed", reference="CR-2026-001")
"""


def test_every_line_is_one_json_object_without_an_address() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", TALK], cwd=root, capture_output=True, text=True, check=True)

    assert done.stdout == ""
    assert "zoe.day" not in done.stderr
    recorded, refused, failed = (json.loads(line) for line in done.stderr.splitlines())
    assert recorded["event"] == "fact recorded"
    assert recorded["reference"] == "CR-2026-001"
    assert recorded["level"] == "info"
    assert recorded["logger"] == "api"
    assert recorded["timestamp"].endswith("Z")
    assert refused["event"] == "refused: [address]"
    assert failed["exception"].endswith("ValueError")


HEARD_AGAIN = """
import structlog
from structlog.testing import capture_logs
from settings.logs import set_up_logs

log = structlog.get_logger()
set_up_logs()
log.info("once")
set_up_logs()
with capture_logs() as logs:
    log.info("and again")
print([line["event"] for line in logs])
"""


def test_a_logger_that_has_spoken_takes_up_a_later_setup() -> None:
    """A program of one process may set up its logs twice, as a test does that hears what another test has used."""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", HEARD_AGAIN], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['and again']"


def test_what_is_no_address_stays() -> None:
    event = {"event": "D-7 @ 10:00", "count": 3, "reference": "CR-2026-001"}
    assert mask_addresses(logging.getLogger(), "info", dict(event)) == event


BY_TEMPORAL = """
import asyncio, logging
from temporalio import activity
from temporalio.testing import ActivityEnvironment
from settings import load_settings
from settings.logs import set_up_logs, take_in_the_engines_logs

set_up_logs(load_settings())
take_in_the_engines_logs()
ActivityEnvironment().run(lambda: activity.logger.warning("mail-not-taken", extra={"error": "OSError"}))
"""


def test_what_an_activity_says_is_a_constant_event_with_its_reference_and_what_it_adds() -> None:
    """Temporal's own loggers put all that they know of the task into the message, and drop what the code adds."""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", BY_TEMPORAL], cwd=root, capture_output=True, text=True, check=True)

    (said,) = (json.loads(line) for line in done.stderr.splitlines())
    assert said["event"] == "mail-not-taken"
    assert said["error"] == "OSError"
    assert said["reference"] == "test"


STEPS = """
import logging
from settings import load_settings
from settings.logs import set_up_logs

set_up_logs(load_settings())
for name in ("alembic.runtime.migration", "httpx"):
    logging.getLogger(name).info("a step of no interest")
    logging.getLogger(name).warning("something to look at")
"""


@pytest.mark.parametrize(("level", "heard"), [("info", 2), ("debug", 4)])
def test_the_steps_of_libraries_are_told_only_where_somebody_looks_for_a_fault(level: str, heard: int) -> None:
    root = Path(__file__).parents[2]
    own = os.environ | {"CRG_LOG_LEVEL": level}
    done = subprocess.run([sys.executable, "-c", STEPS], cwd=root, env=own, capture_output=True, text=True, check=True)
    assert len(done.stderr.splitlines()) == heard
    assert done.stderr.count("something to look at") == 2


WORDS = """
import logging, structlog, sys
from pydantic import BaseModel
from settings import BadSetting, load_settings
from settings.logs import set_up_logs

class Child(BaseModel):
    born: int

def fails(step):
    try:
        step()
    except Exception as error:
        return error

def chained():
    try:
        Child(born="a zebra in the kitchen")
    except ValueError as error:
        raise RuntimeError("a zebra in the hall") from error

logging.getLogger("uvicorn.error").addHandler(logging.StreamHandler())  # as the server sets itself up
set_up_logs(load_settings())
logging.getLogger("temporalio.worker").warning("failed", exc_info=fails(chained))
logging.getLogger("uvicorn.error").error("Exception in ASGI application\\n", exc_info=fails(chained))
logging.getLogger("uvicorn.error").error("Traceback (most recent call last)\\n  zebra\\nValueError: zebra")
structlog.get_logger("api").error("group", exc_info=ExceptionGroup("zebra", [fails(chained)]))
structlog.get_logger("api").error("net", exc_info=ConnectionRefusedError(111, "Connection refused"))
structlog.get_logger("api").error("set", exc_info=BadSetting("CRG_KEYS holds no key."))
chained()
"""


def test_no_line_repeats_what_a_validator_or_a_server_was_given() -> None:
    """The worker's pydantic errors hold their input, the API's server writes tracebacks of its own."""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", WORDS], cwd=root, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert len(lines) == 7
    assert "zebra" not in done.stderr
    assert [line["logger"] for line in lines[:3]] == ["temporalio.worker", "uvicorn.error", "uvicorn.error"]
    assert "pydantic_core._pydantic_core.ValidationError\nthen" in lines[0]["exception"]
    assert lines[4]["exception"].endswith("Connection refused")
    assert lines[5]["exception"].endswith("CRG_KEYS holds no key.")
    assert (lines[6]["event"], lines[6]["level"]) == ("ended-by-an-error", "critical")
