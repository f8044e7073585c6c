"""Two ways of the same thing, measured in turns, so that whatever else the machine does falls on both alike."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles


@dataclass
class Side:
    """One of the two ways and its seconds per call, a figure for each round."""

    name: str
    seconds: list[float] = field(default_factory=list)

    @property
    def typical(self) -> float:
        """The median, in seconds."""
        return median(self.seconds)

    @property
    def spread(self) -> tuple[float, float]:
        """Between which seconds the middle half of the rounds lies."""
        if len(self.seconds) < 2:
            return self.typical, self.typical
        low, _, high = quantiles(self.seconds, n=4, method="inclusive")
        return low, high

    def line(self) -> str:
        """The median, the middle half and the number of rounds."""
        low, high = self.spread
        return f"{self.name} {told(self.typical)} ({told(low)} to {told(high)}, n={len(self.seconds)})"


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


@dataclass
class Row:
    """One row of the table of costs: the product's way beside its floor, and what it must come to.

    `must` is in seconds of the product's way, or how many times its floor where `times` is set.
    """

    title: str
    ours: Side
    floor: Side | None = None
    must: float | None = None
    times: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times its floor the product's way takes."""
        return self.ours.typical / self.floor.typical if self.floor else None

    @property
    def kept(self) -> bool | None:
        """Whether it comes to what it must; nothing where nothing is asked."""
        measured = self.ratio if self.times else self.ours.typical
        return None if self.must is None or measured is None else measured <= self.must

    def lines(self) -> list[str]:
        """For the terminal."""
        asked = "" if self.must is None else f"; must {f'{self.must:.2g} times' if self.times else told(self.must)}"
        kept = {None: "", True: ": kept", False: ": NOT KEPT"}[self.kept]
        ratio = f"; {self.ratio:.2g} times its floor" if self.ratio else ""
        found = [f"  {self.title}", f"      {self.ours.line()}{ratio}{asked}{kept}"]
        return [*found, f"      {self.floor.line()}"] if self.floor else found


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


async def in_turns(rounds: int, *sides: tuple[Side, AsyncCall]) -> None:
    """Measure all of them in turns, one call each a round; a first round, which finds everything cold, is left out."""
    for _, call in sides:
        await call()
    for _ in range(rounds):
        for side, call in sides:
            side.seconds.append(await taken(call))


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


def rows(heading: str, found: Sequence[Row]) -> str:
    """Rows of the table of costs, under their heading."""
    return "\n".join([heading, *(line for row in found for line in row.lines())])
