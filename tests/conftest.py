"""What holds for all tests: their order, the files that take longest first, so that no core idles while the last one
ends; that nobody changes what is shared, or keeps a write from the journal.
"""

import functools
import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from httpx._transports import default
from hypothesis import settings

from api.reading import Reading, Readings
from tests.stores import migrated
from tests.watching import watching

# How long one example takes says how busy the machine is, and nothing of what is tried.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


# The servers that tests start do not spread over the cores: every worker has its own, and spreading costs more than it
# brings.
os.environ.setdefault("GOMAXPROCS", "1")

# A database waits for the disk each time it writes, and for memory not at all: the files of tests lie there if there
# is enough of it (a container has 64 MB by default). PYTEST_DEBUG_TEMPROOT=/tmp leaves them on the disk.
MEMORY, NEEDED = Path("/dev/shm"), 4 * 2**30
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > NEEDED:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

LONGEST = (
    "rehearsal/test_examples.py",
    "api/test_openapi.py",
    "pages/test_no_barrier.py",
    "api/test_restored.py",
    "api/test_lost_engine.py",
    "rehearsal/test_commands.py",
    "api/test_next_steps.py",
    "embedded/test_stack.py",
    "api/test_outages.py",
    "api/test_standing_still.py",
    "api/test_health.py",
    "store/test_forgeries.py",
    "store/test_migrations.py",
    "api/test_bad_input.py",
    "review/test_any_order.py",
    "store/test_record.py",
    "pages/test_on_a_phone.py",
    "pages/test_step_pages.py",
    "workflows/test_strange",
    "workflows/test_releases.py",
    "embedded/test_private.py",
    "pages/test_every_link.py",
    "workflows/test_going_on.py",
    "workflows/test_large.py",
    "review/test_nothing_unread.py",
    "protocol/test_practice_review.py",
    "delivery/test_mail_room.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the order within each file."""
    items.sort(key=lambda item: next((n for n, name in enumerate(LONGEST) if name in str(item.path)), len(LONGEST)))


# What the tests make is mostly data, without cycles: to look for those every 700 objects takes a quarter of the time.
gc.set_threshold(100_000, 20, 20)


def pytest_collection_finish() -> None:
    """All that has been imported and collected stays to the end, and is looked through no more."""
    gc.collect()
    gc.freeze()


# Each client of httpx reads all the world's certificate authorities anew, which takes longer than most requests here.
default.create_ssl_context = functools.cache(default.create_ssl_context)  # type: ignore[attr-defined]


_shared: list[tuple[Reading, str]] = []
_keep = Readings._keep


def _keep_and_note(self: Readings, reference: str, reading: Reading) -> None:
    _keep(self, reference, reading)
    _shared.append((reading, reading.case.model_dump_json()))


Readings._keep = _keep_and_note  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def readings_stay_as_they_are() -> Iterator[None]:
    """A case that was read is shared by all who read it (`api.reading`): whatever a test has done, it is unchanged."""
    yield
    kept, _shared[:] = list(_shared), []
    for reading, before in kept:
        assert reading.case.model_dump_json() == before, f"{reading.line.reference} was changed by somebody who read it"


@pytest.fixture(scope="session", autouse=True)
def _journal_is_told() -> Iterator[None]:
    """Wherever the store is written to in the tests' own process."""
    with watching():
        yield


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with today's tables, to be copied: to make them for each test takes far longer."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    await migrated(f"sqlite:///{file}")
    return file
