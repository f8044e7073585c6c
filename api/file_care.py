"""API: files after they were kept. Those that the scanner has not looked at are looked at; those that nothing names are
let go of after a time (decision 0027).

It runs in the process of the API, beside the relay; any number of processes may do it at once.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from api.deps import Deps
from api.meanwhile import meanwhile
from delivery.files.refused import FileRefused
from delivery.files.scan import Scan, scanned
from review.case import reads
from store.uploads import Place

EVERY = 60.0  # seconds between two looks
SWEPT_EVERY = 3_600.0
AT_MOST_EVERY = 3_600.0  # seconds until a file is tried again that the scanner did not look at, each time twice as long
AT_ONCE = 200  # files that are looked up in one round

log = structlog.get_logger()


@dataclass
class Known:
    """What this process has found out: files that a fact names, and when the scanner is asked of others again."""

    named: set[Place] = field(default_factory=set)
    again: dict[Place, tuple[float, float]] = field(default_factory=dict)  # when, and how long was waited


def caring(deps: Deps) -> AbstractAsyncContextManager[None]:
    """Take care of files for as long as the block runs."""
    return meanwhile(_for_ever(deps))


async def _for_ever(deps: Deps) -> None:
    known, swept = Known(), 0.0
    while True:
        await asyncio.sleep(EVERY)
        await _done(look_again(deps, known))
        if time.monotonic() - swept > SWEPT_EVERY:
            swept = time.monotonic()
            await _done(let_go(deps, known))


async def _done(step: Awaitable[int]) -> None:
    try:
        await step
    except Exception as error:  # noqa: BLE001  # whatever it was, the next round is another chance
        log.error("files-not-cared-for", error=type(error).__name__)


async def look_again(deps: Deps, known: Known) -> int:
    """Ask the scanner of files that it has not looked at; returns of how many it said something."""
    socket = deps.settings.virus_scanner
    if not socket:
        return 0
    now, said = time.monotonic(), 0
    left = [one for one in await deps.store.uploads.to_scan() if known.again.get(one, (0.0, 0.0))[0] <= now]
    for place in left[:AT_ONCE]:
        held = await deps.store.documents.get(*place)
        scan = await _scan(socket, held.content) if held else Scan.NOT_YET
        if scan is Scan.NOT_YET:
            waited = min(max(EVERY, 2 * known.again.get(place, (0.0, 0.0))[1]), AT_MOST_EVERY)
            known.again[place] = (now + waited, waited)
            continue
        if scan is Scan.INFECTED:
            log.error("file-infected", reference=place.reference, document=place.document, version=place.version)
        await deps.store.uploads.note_scan(place, scan)
        known.again.pop(place, None)
        said += 1
    return said


async def _scan(socket: str, content: bytes) -> Scan:
    try:
        return await scanned(socket, content)
    except FileRefused:
        return Scan.INFECTED


async def let_go(deps: Deps, known: Known) -> int:
    """Remove files that were kept long ago and that no fact and no draft names; returns how many."""
    kept_for = timedelta(days=deps.settings.unused_file_days)
    old: dict[str, set[Place]] = defaultdict(set)
    for place in await deps.store.uploads.kept_before(deps.now() - kept_for):
        if place not in known.named:
            old[place.reference].add(place)
    drafted = await deps.store.drafts.hashes() if old else set()
    gone = 0
    for reference, places in old.items():
        reading = await deps.readings.of(deps.store, reference)
        if reading is None or await deps.store.inbox.waiting(reference):
            continue  # what is said and not applied yet may name one
        named = {Place(reference, one.document, one.version) for one in reads.named_files(reading.case)}
        known.named |= named
        before = deps.case_now(reading.line) - kept_for  # a file bears the time of its case's clock
        left = [one for one in places - named if await _unused(deps, one, drafted, before)]
        gone += await deps.store.uploads.let_go(left)
    if gone:
        log.info("unused-files-removed", files=gone)
    return gone


async def _unused(deps: Deps, place: Place, drafted: set[str], before: datetime) -> bool:
    about = await deps.store.uploads.get(place)
    return about is not None and about.at < before and about.sha256 not in drafted
