"""Ports for the systems that tests start, and settings on them."""

import itertools
import os
import socket
from pathlib import Path
from typing import Any

from settings import Settings, load_settings

# Below the ports that the machine hands out to whoever asks for any, so that none is taken between choosing and using.
FIRST, MANY = 20_000, 12_000
_numbers = itertools.count(os.getpid() * 101)  # other processes begin elsewhere; none offers a port twice


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    while True:
        port = FIRST + next(_numbers) % MANY
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def free_settings(data: Path, **more: Any) -> Settings:
    """Settings on this data folder and on ports that nobody uses now."""
    names = ("port", "temporal_port", "temporal_ui_port", "smtp_port", "mail_ui_port")
    return load_settings(data=data, **{name: free_port() for name in names}, **more)
