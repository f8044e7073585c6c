"""What the tests of the embedded stack share: settings on free ports with a data folder of their own."""

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from settings import Settings, load_settings


def free_settings(data: Path) -> Settings:
    """Settings on this data folder and on five ports that nobody uses now."""
    with ExitStack() as held:
        ports = []
        for _ in range(5):
            probe = held.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            ports.append(probe.getsockname()[1])
    names = ("port", "temporal_port", "temporal_ui_port", "smtp_port", "mail_ui_port")
    return load_settings(data=data, **dict(zip(names, ports, strict=True)))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return free_settings(tmp_path / "data")
