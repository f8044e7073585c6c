"""The page `docs/consequences.md`, made from the chapters' registries and the classes of the deadlines. Run as a module
it writes the page.
"""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from calendar_rules.edition import editions, load_edition
from review.chapters import CHAPTERS
from review.facts.base import Fact
from review.kit.chapter import Chapter
from review.kit.deadline_kinds import DEADLINES

PAGE = Path(__file__).parent.parent / "docs" / "consequences.md"
_HEAD = """# What follows from what

Every kind of fact that changes more than what is known: which deadlines it starts, meets and moves, and what else the
case then does, in order. Made from `set_by` and `met_by` of the deadlines' classes
([review/kit/deadline_kinds.py](../review/kit/deadline_kinds.py) and the files beside it), `moves_deadlines` of the
facts, and `consequences` of the chapters ([review/chapters/](../review/chapters)). What a stage waits for is in
[review/protocol.py](../review/protocol.py).
"""


def consequences_page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for chapter in CHAPTERS:
        rows = list(_rows(chapter))
        if rows:
            parts += [f"\n## {chapter.title}\n", "| fact | deadlines | what follows |", "|---|---|---|", *rows]
    return "\n".join([*parts, *_all_deadlines()]) + "\n"


def _all_deadlines() -> Iterator[str]:
    yield "\n## The deadlines\n"
    yield "What each is counted from, by the editions that come with the product; by whom it is owed and how long it"
    yield "takes is [an edition's own](editions.md). One that no fact starts is started by a stage.\n"
    yield "| deadline | what | counted from | started by | met by |"
    yield "|---|---|---|---|---|"
    named = [load_edition(one) for one in editions()]
    for rule, kind in sorted(DEADLINES.items(), key=lambda one: _in_order(one[0])):
        said = [edition.deadlines[rule] for edition in named if rule in edition.deadlines]
        counted = ", ".join(dict.fromkeys(f"`{one.counted_from}`" for one in said))
        yield f"| {rule} | {said[0].title} | {counted} | {_kinds(kind.set_by)} | {_kinds(kind.met_by)} |"


def _in_order(rule: str) -> tuple[str, int, str]:
    letter, number = rule.partition("-")[0], re.findall(r"\d+", rule)[0]
    return letter, int(number), rule


def _kinds(facts: tuple[type[Fact], ...]) -> str:
    return ", ".join(f"`{one.kind_name()}`" for one in facts)


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
    return "; ".join([*said, "what is open is counted again"] if kind.moves_deadlines else said)


def _sentence(follows: object) -> str:
    """The docstring of the function, as one line."""
    return " ".join((inspect.getdoc(follows) or "").split())


if __name__ == "__main__":
    PAGE.write_text(consequences_page(), encoding="utf-8")
