"""No variable of the machine that runs these tests reaches them."""

import os

import pytest


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("CRG_"):
            monkeypatch.delenv(name)
