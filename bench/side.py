"""Two ways of the same thing, measured in turns, so that whatever else the machine does falls on both alike."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass
class Side:
    """One of the two ways and its seconds per call, a figure for each round."""

    name: str
    seconds: list[float] = field(default_factory=list)

    @property
    def typical(self) -> float:
        """The median, in seconds."""
        return median(self.seconds)


@dataclass
class Pair:
    """What is compared. `first` is the product's way."""

    title: str
    first: Side
    second: Side

    @property
    def ratio(self) -> float:
        """How many times as long the second takes."""
        return self.second.typical / self.first.typical

    def line(self) -> str:
        """For the terminal: both, and the ratio."""
        times = f"{self.first.name} {told(self.first.typical)}, {self.second.name} {told(self.second.typical)}"
        return f"  {self.title:<42}  {times}: {self.ratio:.2g} times"


Call = Callable[[], object]
AsyncCall = Callable[[], Awaitable[object]]


def compare(title: str, first: tuple[str, Call], second: tuple[str, Call], *, calls: int, rounds: int = 15) -> Pair:
    """Measure both in turns: so many rounds, each of so many calls."""
    pair = Pair(title, Side(first[0]), Side(second[0]))
    for _ in range(rounds):
        for side, call in ((pair.first, first[1]), (pair.second, second[1])):
            began = time.perf_counter()
            for _ in range(calls):
                call()
            side.seconds.append((time.perf_counter() - began) / calls)
    return pair


async def taken(call: AsyncCall) -> float:
    """Seconds that one call takes."""
    began = time.perf_counter()
    await call()
    return time.perf_counter() - began


def told(seconds: float) -> str:
    """Seconds in the unit that suits them."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def table(heading: str, pairs: Sequence[Pair]) -> str:
    """All of one sort, under its heading."""
    return "\n".join([heading, *(pair.line() for pair in pairs)])
