"""Pins each kind of fact that has no pin yet, by its own sample: `make pins`. What is pinned already stays as it is."""

import json
from datetime import UTC, datetime
from pathlib import Path

from review.facts import FACTS
from review.facts.sample import shown

PINS = Path(__file__).parent / "facts.json"
SHOWN_ON = datetime(2026, 5, 11, 10, tzinfo=UTC)


def add(pins: Path = PINS) -> list[str]:
    """Append what is missing, a line each, and give its kinds. A field that a sample leaves out has its default."""
    text = pins.read_text(encoding="utf-8").rstrip().removesuffix("]").rstrip()
    held = {pin["kind"] for pin in json.loads(f"{text}]")}
    missing = [kind for kind, fact in FACTS.items() if kind not in held and fact.sample]
    for kind in missing:
        fact = FACTS[kind].model_validate(shown(FACTS[kind].sample, SHOWN_ON) | {"happened_at": SHOWN_ON})
        text += f",\n{json.dumps({'kind': kind} | fact.model_dump(mode='json'))}"
    pins.write_text(f"{text}\n]\n", encoding="utf-8")
    return missing


if __name__ == "__main__":
    print("pinned:", ", ".join(add()) or "nothing was missing")
