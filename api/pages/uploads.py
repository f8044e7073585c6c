"""Files that are sent with a form: looked at and kept at once, then carried in the form until it is sent.

What was kept stands in the box as JSON: what the fact will name, and the file's name for the page. It is no secret and
needs no seal: the intake takes only what this very person has sent to this case.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from api.deps import Deps
from api.files import ReadSection, keep, out_of, read_of
from api.forms import Kind, Question
from api.forms.question import within
from api.pages.forms import Chosen
from api.pages.intake import message_id
from delivery.files.inspect import Inspected, in_words
from delivery.files.refused import FileRefused
from delivery.files.scan import Scan

NOT_SCANNED = "{name} has not yet been checked for viruses."


@dataclass
class Kept:
    """What became of the files of one form: what its boxes hold now, what is wrong, what the page says of it, and what
    was read of them.
    """

    boxes: dict[str, list[str]] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    news: list[str] = field(default_factory=list)
    sections: list[ReadSection] = field(default_factory=list)
    files: list[Inspected] = field(default_factory=list)


async def keep_all(deps: Deps, reference: str, chosen: Sequence[Chosen], *, of: str, by: str) -> Kept:
    """Keep each file. One that is refused is named beside its box; the others are kept all the same."""
    kept = Kept()
    for one in chosen:
        key = message_id("file", reference, of, by, hashlib.sha256(one.content).hexdigest())
        try:
            stored, found = await keep(deps, reference, of=of, key=key, name=one.name, content=one.content, by=by)
            sections, warnings = await asyncio.to_thread(read_of, found)
        except FileRefused as refused:
            kept.wrong[one.box] = f"{one.name[:100]}: {refused}"
            continue
        out = out_of(stored, reference)
        named = out.model_dump(include={"document", "version", "sha256", "name"}) | {"size": in_words(out.size)}
        kept.boxes.setdefault(one.box, []).append(json.dumps(named))
        kept.news += [f"{out.name} is kept ({out.title}, {in_words(out.size)}).", *out.changed, *warnings]
        if out.scan != Scan.CLEAN and deps.settings.virus_scanner:
            kept.news.append(NOT_SCANNED.format(name=out.name))
        kept.sections += sections
        kept.files.append(found)
    return kept


def file_boxes(questions: Sequence[Question], at: str = "") -> Iterator[str]:
    """Where in a form files may be sent."""
    for one in questions:
        if one.kind is Kind.FILES:
            yield within(at, one.name)
        elif one.kind is Kind.GROUP:
            yield from file_boxes(one.parts, within(at, one.name))


def with_files(typed: Mapping[str, list[str]], kept: Kept) -> dict[str, list[str]]:
    """The form with the files that were just kept; one that was sent twice stands once."""
    more = {box: list(dict.fromkeys([*typed.get(box, []), *some])) for box, some in kept.boxes.items()}
    return {**typed, **more}


def without_file(typed: Mapping[str, list[str]], do: str) -> dict[str, list[str]]:
    """The form without one of its files ("unfile:files.0"). It stays kept; no fact names it."""
    box, _, number = do.removeprefix("unfile:").rpartition(".")
    left = [one for place, one in enumerate(typed.get(box, [])) if str(place) != number]
    return {**typed, box: left}
