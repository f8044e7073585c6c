"""The whole record of one case for an inspection: an index, the record, the papers as they were kept, and their hashes.

It is put together by a step, which stands in the disclosure log (B-8); it holds the case as it stood then, whenever it
is fetched. What the reader may not see is not in it.
"""

import asyncio
import re
from collections.abc import Awaitable
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from markupsafe import Markup

from api.deps import Deps
from api.paper_lines import lines_of
from api.problems import Problem
from api.reads import AS_SENT, papers_of
from api.rendering import environment
from api.timeline import timeline
from api.visibility import read
from delivery.files.bundle import MANIFEST, zipped
from delivery.files.csv_out import as_csv
from delivery.files.names import plain_name
from delivery.files.scan import WITHHELD, Scan
from delivery.naming import namer, paper_called
from delivery.papers.kinds import WORD, ending_of
from delivery.papers.pdf import About, NoPdf
from delivery.papers.reading import as_html
from review.facts.any_stage import RecordBundled
from review.links import directory_with
from review.views import RowKind
from store.documents import Stored, StoredContent
from store.record import RecordEntry

log = structlog.get_logger()
_HEADS = ("Row", "Happened", "Recorded", "Kind", "What", "By", "Hash")
_HEADING = re.compile(r"<(/?)h([1-5])")
_NOT_IN_PATHS = re.compile(r"[^A-Za-z0-9.()-]+")


class Bundle(NamedTuple):
    """A zip, and under which name it is fetched."""

    name: str
    content: bytes


def bundles_in(rows: list[RecordEntry]) -> list[RecordEntry]:
    """The rows by which the record was put together, the newest first."""
    return [one for one in reversed(rows) if one.kind is RowKind.FACT and one.what == RecordBundled.kind_name()]


async def bundle(deps: Deps, reference: str, row: int) -> Bundle:
    """The case as it stood when that row was written. Raises a problem where that row put nothing together."""
    reading = await read(deps, reference)
    rows = await deps.store.record.rows(reference)
    made = next((one for one in bundles_in(rows) if one.seq == row), None)
    if made is None:
        raise Problem("not-found", "The record of this case was not put together at that row.")
    then = [one for one in rows if one.seq <= made.seq or one.message == made.message]
    papers = [one for one in await papers_of(deps, reading.case) if one.at <= made.told_at]
    directory = directory_with(reading.case, await deps.store.directory.read())
    name = namer(directory, whole=True)

    parts: dict[str, bytes] = {}
    index: list[dict[str, Any]] = []
    read_on: list[dict[str, Any]] = []  # the papers, as the one PDF has them
    for number, paper in enumerate(sorted(papers, key=lambda one: (one.at, one.document, one.version)), 1):
        held = await deps.store.documents.get(reference, paper.document, paper.version)
        if held is None:
            continue
        path = f"papers/{number:03}-{_file_name(paper)}"
        lines = lines_of(held, reading, None, directory)
        if held.upload and held.upload.scan == Scan.INFECTED:
            path = f"{path}.txt"
            parts[path] = f"{WITHHELD}, so it is not in this bundle.\n".encode()
        elif held.media_type == AS_SENT:
            parts[f"as-kept/{number:03}-{paper.document}-{paper.version}.json"] = held.content
            parts[path] = _rendered("bundle-paper.html", reference=reference, paper=held, lines=lines)
        else:
            parts[path] = held.content
            if held.media_type == WORD and not held.upload:
                parts |= await _or_nothing(deps.pdfs.of(held.content), f"{path.rpartition('.')[0]}.pdf")
        title = paper_called(paper.title, paper.document, name)
        read_on.append({"title": title, "version": paper.version, "path": path, "lines": lines, "html": _inside(held)})
        index.append({"path": path, "title": title, "version": paper.version, "at": paper.at, "kept": paper.sha256})
    parts["record.csv"] = as_csv([_HEADS, *(_row(one) for one in then)])
    parts["record-rows.jsonl"] = "".join(f"{one.model_dump_json()}\n" for one in then).encode()
    context = {
        "reference": reference,
        "partnership": directory.partnership,
        "made": made.detail,
        "at": made.happened_at,
        "papers": index,
        "lines": timeline(then, name, directory)[::-1],
        "manifest": MANIFEST,
        "whole": False,
    }
    parts["index.html"] = _rendered("bundle.html", **context)
    about = About(
        title=f"Record of case {reference}",
        partnership=directory.partnership,
        subject=reference,
        marking=deps.settings.marking,
        created=made.told_at,
    )
    body = _rendered("bundle-whole.html", **(context | {"read": read_on, "whole": True})).decode()
    parts |= await _or_nothing(deps.pdfs.of_page(about, body), "record.pdf")
    content = await asyncio.to_thread(zipped, parts)
    return Bundle(f"{reference}-record-{made.seq}.zip", content)


async def _or_nothing(made: Awaitable[bytes], path: str) -> dict[str, bytes]:
    """A PDF, where this machine can make one."""
    try:
        return {path: await made}
    except NoPdf as problem:
        log.error("no PDF", why=str(problem))
        return {}


def _inside(held: StoredContent) -> Markup | None:
    """What a paper says, its title a heading of the second level."""
    if held.media_type != WORD or held.upload:
        return None
    return Markup(_HEADING.sub(lambda one: f"<{one[1]}h{int(one[2]) + 1}", as_html(held.content)))  # noqa: S704


def _file_name(paper: Stored) -> str:
    """Under which name it stands in the zip; never longer than other programs unpack."""
    if paper.upload:
        return _NOT_IN_PATHS.sub("-", paper.upload.name)
    kind = paper.media_type.partition(";")[0]
    ending = "html" if kind == AS_SENT else ending_of(kind)
    return plain_name(f"{paper.document}-version-{paper.version}", ending)


def _row(one: RecordEntry) -> tuple[object, ...]:
    return (one.seq, _iso(one.happened_at), _iso(one.told_at), one.kind.value, one.line, one.who, one.hash)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _rendered(template: str, **context: Any) -> bytes:
    return environment().get_template(template).render(context).encode()
