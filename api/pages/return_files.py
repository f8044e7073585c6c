"""Files of an agency's return, on the page that the link of its mail leads to (R-4)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.deps import Deps
from api.forms.shown import SentFile
from api.pages.forms import Chosen
from api.pages.from_word import SEE, read_in
from api.pages.uploads import keep_all
from calendar_rules.edition import ReturnHeading
from review.chapters.rapid_review.papers import RETURN_OF

BOX = "files"  # the box in which a file is chosen; those that were kept stand in one box, as a list
HELD = "held"


@dataclass
class Taken:
    """What the form holds once its files are kept, what is wrong with some, and what the page says."""

    sent: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    news: list[str] = field(default_factory=list)


async def taken(
    deps: Deps,
    reference: str,
    agency: str,
    headings: Sequence[ReturnHeading],
    sent: Mapping[str, str],
    chosen: Sequence[Chosen],
    *,
    by: str,
) -> Taken:
    """Keep the files, and read what stands in a Word file under the headings that were asked."""
    kept = await keep_all(deps, reference, [one for one in chosen if one.box == BOX], of=f"{RETURN_OF}{agency}", by=by)
    read = read_in(kept, {one.title: one.id for one in headings}, [one.asks for one in headings])
    held = [one for one in _held(sent) if one.get("name") != sent.get("remove")]
    held += [one for each in kept.boxes.get(BOX, []) if (one := json.loads(each)) not in held]
    form = dict(sent) | {box: texts[0] for box, texts in read.items()} | {HELD: json.dumps(held) if held else ""}
    if held:
        form["known"] = form.get("known") or "yes"
    return Taken(form, kept.wrong, kept.news)


def named(sent: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the return names of the files that were kept."""
    return [{name: one.get(name) for name in ("document", "version", "sha256")} for one in _held(sent)]


def shown(sent: Mapping[str, str]) -> list[SentFile]:
    return [SentFile.of(json.dumps(one)) for one in _held(sent)]


def referring(
    headings: Iterable[ReturnHeading], sent: Mapping[str, str], files: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """The answers, where what must be answered and is not stands in a file: it says so, by the file's name (R-3)."""
    asked = list(headings)
    if not files:
        return dict(sent)
    see = SEE.format(names=", ".join(one.name for one in shown(sent)))
    empty = [one.id for one in asked if not sent.get(one.id)]
    must = {one.id for one in asked if one.required} or ({asked[0].id} if len(empty) == len(asked) else set())
    return dict(sent) | {one: see for one in empty if one in must}


def _held(sent: Mapping[str, str]) -> list[dict[str, Any]]:
    try:
        held = json.loads(sent.get(HELD) or "[]")
    except ValueError:
        return []
    return [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []
