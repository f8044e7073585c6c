"""`make bench`: everything that is measured, a line each."""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from bench import pure, stack
from bench.side import table


def main() -> None:
    """Measure and print. The data folder is a new one, and gone afterwards."""
    for name in [name for name in os.environ if name.startswith("CRG_")]:
        del os.environ[name]  # measured on a stack of its own, whatever is set here
    began = time.monotonic()
    print(table("Pure", [*(pure.counting(n) for n in (5, 15, 250)), pure.sealing()]), flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        data = Path(folder) / "data"
        print(table("\nThe embedded stack", [stack.starts(data)]), flush=True)
        demo = stack.demo(data)
        print(f"  the demo, stack included: {demo.days:.0f} days of a case in {demo.seconds:.1f} s", flush=True)
        print(table("\nA fact on its way to a live case", asyncio.run(stack.facts(data))), flush=True)
    print(f"\nMeasured in {time.monotonic() - began:.0f} s.")
    sys.stdout.flush()
    os._exit(0)  # Temporal's runtime sometimes aborts while the interpreter ends, after all has gone well


if __name__ == "__main__":
    main()
