"""The page `docs/consequences.md`, made from the chapters' registries and the classes of the deadlines. Run as a module
it writes the page.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path

from review.chapters import CHAPTERS
from review.facts.base import Fact
from review.kit.chapter import Chapter
from review.kit.deadline_kinds import DEADLINES

PAGE = Path(__file__).parent.parent / "docs" / "consequences.md"
_HEAD = """# What follows from what

Every kind of fact that changes more than what is known: which deadlines it starts and meets, and what else the case
then does, in order. Made from `set_by` and `met_by` of the deadlines' classes
([review/kit/deadline_kinds.py](../review/kit/deadline_kinds.py) and the files beside it), and from `consequences` of
the chapters ([review/chapters/](../review/chapters)). What a stage waits for is in
[review/protocol.py](../review/protocol.py).
"""


def consequences_page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for chapter in CHAPTERS:
        rows = list(_rows(chapter))
        if rows:
            parts += [f"\n## {chapter.title}\n", "| fact | deadlines | what follows |", "|---|---|---|", *rows]
    return "\n".join(parts) + "\n"


def _rows(chapter: Chapter) -> Iterator[str]:
    for kind in dict.fromkeys((*chapter.facts, *chapter.consequences)):
        follows = " ".join(_sentence(one) for one in chapter.consequences.get(kind, ()))
        deadlines = _deadlines(kind) if kind in chapter.facts else ""
        if follows or deadlines:
            yield f"| {kind.title} (`{kind.kind_name()}`) | {deadlines} | {follows} |"


def _deadlines(kind: type[Fact]) -> str:
    starts = [rule for rule, one in DEADLINES.items() if kind in one.set_by]
    meets = [rule for rule, one in DEADLINES.items() if kind in one.met_by]
    said = [f"{what} {', '.join(sorted(rules))}" for what, rules in (("starts", starts), ("meets", meets)) if rules]
    return "; ".join(said)


def _sentence(follows: object) -> str:
    """The docstring of the function, as one line."""
    return " ".join((inspect.getdoc(follows) or "").split())


if __name__ == "__main__":
    PAGE.write_text(consequences_page(), encoding="utf-8")
