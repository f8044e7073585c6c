"""One stack for one data folder: a lock that ends with the process that holds it, and says where that stack answers."""

import fcntl
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from crg.embedded.errors import FolderInUse, FolderUnusable

LOCK_FILE = "crg.lock"


@dataclass(frozen=True)
class Running:
    """A stack that runs on a data folder now: its process, and the settings it was started with (ports, addresses)."""

    pid: int | None
    settings: dict[str, str | int]


class FolderLock:
    """Holds a data folder while the stack runs. The kernel releases it even when the process is killed."""

    def __init__(self, data: Path, settings: dict[str, str | int] | None = None) -> None:
        self.data = data
        self._settings = settings or {}
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Opened without truncating: what stands in it belongs to the holder until the lock is ours.
            file = os.fdopen(os.open(self.data / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")
        except OSError as error:
            raise FolderUnusable(self.data, error.strerror or str(error)) from error
        if not _locked(file, fcntl.LOCK_EX, tries=5):
            found = _read(file)
            file.close()
            raise FolderInUse(self.data, found.pid)
        file.truncate(0)
        json.dump({"pid": os.getpid(), "settings": self._settings}, file)
        file.flush()
        self._file = file
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def running(data: Path) -> Running | None:
    """The stack that runs on this data folder now, or none."""
    try:
        file = (data / LOCK_FILE).open("r+", encoding="utf-8")
    except OSError:
        return None
    with file:
        return None if _locked(file, fcntl.LOCK_SH, tries=1) else _read(file)


def _locked(file: IO[str], how: int, *, tries: int) -> bool:
    """Try for the lock; a few times, as somebody who only looks (`running`) holds it for an instant."""
    for attempt in range(tries):
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if attempt + 1 < tries:
                time.sleep(0.02)
        else:
            return True
    return False


def _read(file: IO[str]) -> Running:
    file.seek(0)
    try:
        found = json.load(file)
    except ValueError:  # its holder has only just taken it
        return Running(pid=None, settings={})
    return Running(pid=found["pid"], settings=found["settings"])
