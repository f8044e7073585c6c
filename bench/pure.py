"""What needs no server: counting working days, and sealing what goes to Temporal."""

from collections.abc import Coroutine, Set
from datetime import date, timedelta
from typing import Any, cast

from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter

from api.opening import sample_now
from bench.side import Pair, compare
from calendar_rules.england import england
from review.facts.notification import IncidentReported
from settings.keys import Keyring
from settings.sealing import SealingCodec

START = date(2026, 12, 18)
ONE_DAY = timedelta(days=1)


def walked(closed: Set[date], day: date, n: int) -> date:
    """The nth working day after a day, found by looking at every day on the way."""
    while n:
        day += ONE_DAY
        n -= day.weekday() < 5 and day not in closed
    return day


def counting(n: int, *, rounds: int = 15) -> Pair:
    """The product's count against the walk, `n` working days on."""
    calendar = england(2026, 2030)
    closed = {one.day for one in calendar.closed}
    return compare(
        f"{n} working days from a day",
        ("counted", lambda: calendar.add(START, n)),
        ("day by day", lambda: walked(closed, START, n)),
        calls=200,
        rounds=rounds,
    )


def at_once(work: Coroutine[Any, Any, Payload]) -> Payload:
    """The result of what waits for nothing, without a loop."""
    try:
        work.send(None)
    except StopIteration as done:
        return cast(Payload, done.value)
    raise RuntimeError("it waits for something")


def sealing(*, rounds: int = 15) -> Pair:
    """An incident made into a payload and back, as it is and sealed."""
    fact = IncidentReported.model_validate(sample_now())
    codec, plain = SealingCodec(Keyring([("bench", bytes(32))])), pydantic_data_converter.payload_converter

    def there_and_back(*, sealed: bool) -> object:
        (payload,) = plain.to_payloads([fact])
        if sealed:
            payload = at_once(codec.open(Payload.FromString(at_once(codec.seal(payload)).SerializeToString())))
        return plain.from_payloads([payload], [IncidentReported])

    return compare(
        "an incident to a payload and back",
        ("plain", lambda: there_and_back(sealed=False)),
        ("sealed", lambda: there_and_back(sealed=True)),
        calls=50,
        rounds=rounds,
    )
