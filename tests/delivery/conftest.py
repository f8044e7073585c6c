"""What the tests of delivery share: a store, in which each mail is noted."""

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copyfile

import pytest

from settings.keys import Keyring
from store import Store

KEYRING = Keyring([("test", bytes(32))])


@pytest.fixture
async def store(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Store]:
    copyfile(sqlite_template, tmp_path / "log.db")
    async with Store.open(f"sqlite:///{tmp_path / 'log.db'}", KEYRING) as opened:
        await opened.migrate()
        yield opened
