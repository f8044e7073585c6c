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
    assert "ValueError: no mailbox [address]" in failed["exception"]


def test_what_is_no_address_stays() -> None:
    event = {"event": "D-7 @ 10:00", "count": 3, "reference": "CR-2026-001"}
    assert mask_addresses(logging.getLogger(), "info", dict(event)) == event


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
