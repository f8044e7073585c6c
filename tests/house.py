"""The rooms of the house and what stands in them, for the tests that guard its shape."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent

ROOMS = (
    "calendar_rules",
    "review",
    "settings",
    "store",
    "delivery",
    "activities",
    "workflows",
    "templates",
    "api",
    "crg",
)

EVERYWHERE = (*ROOMS, "worker.py", "bench", "tests")


def files(*rooms: str) -> Iterator[tuple[str, str]]:
    """Every Python file in them, by its path, with what it says."""
    for room in rooms:
        paths = [ROOT / room] if room.endswith(".py") else sorted((ROOT / room).rglob("*.py"))
        assert paths, f"there is no Python in {room}/"
        for path in paths:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def modules(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    for path, source in files(*rooms):
        yield path, ast.parse(source)
