"""The sample of a fact or of a body: a complete, valid, plainly invented example of what is sent.

It stands with its class. A day or a time in it is counted from the day on which it is shown, so that it stays valid.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from calendar_rules.lengths import london

Sample = Mapping[str, Any]


class Day(NamedTuple):
    """A day `days` from now, or before it."""

    days: int


class At(NamedTuple):
    """A full hour on such a day, in London."""

    days: int
    hour: int = 10


def shown(sample: Sample, now: datetime) -> dict[str, Any]:
    """The sample with its days and times, as JSON has them."""
    return {name: _dated(value, london(now)) for name, value in sample.items()}


def _dated(value: object, now: datetime) -> object:
    match value:
        case Day(days=days):
            return (now.date() + timedelta(days=days)).isoformat()
        case At(days=days, hour=hour):
            return (now + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0).isoformat()
        case _:
            return value
