"""What the tests of the embedded stack share: settings on free ports with a data folder of their own."""

from pathlib import Path

import pytest

from settings import Settings
from tests.ports import free_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return free_settings(tmp_path / "data")
