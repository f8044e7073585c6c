"""The page `docs/consequences.md`, made from the chapters' registries. Run as a module it writes the page."""

import inspect
from pathlib import Path

from review.chapters import CHAPTERS

PAGE = Path(__file__).parent.parent / "docs" / "consequences.md"
_HEAD = """# What follows from what

Every kind of fact that changes more than what is known, with what the case then does, in order. Made from
`consequences` of the chapters ([review/chapters/](../review/chapters)). What a deadline's class says of the facts that
start, meet and overtake it is in [review/kit/deadline_kinds.py](../review/kit/deadline_kinds.py); what a stage waits
for in [review/protocol.py](../review/protocol.py).
"""


def consequences_page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for chapter in CHAPTERS:
        if not chapter.consequences:
            continue
        parts += [f"\n## {chapter.title}\n", "| fact | what follows |", "|---|---|"]
        parts += [
            f"| {kind.title} (`{kind.kind_name()}`) | {' '.join(_sentence(one) for one in follows)} |"
            for kind, follows in chapter.consequences.items()
        ]
    return "\n".join(parts) + "\n"


def _sentence(follows: object) -> str:
    """The docstring of the function, as one line."""
    return " ".join((inspect.getdoc(follows) or "").split())


if __name__ == "__main__":
    PAGE.write_text(consequences_page(), encoding="utf-8")
