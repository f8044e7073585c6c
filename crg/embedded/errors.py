"""Why the embedded stack cannot start: each a sentence that says what to do next."""

from collections.abc import Sequence
from pathlib import Path


class CannotStart(Exception):
    """The stack, or a command on its data, cannot start; the message is for the person who typed it."""


class FolderInUse(CannotStart):
    """A second start on the same data folder."""

    def __init__(self, data: Path, pid: int | None) -> None:
        by = f"by process {pid}" if pid else "by another process"
        super().__init__(
            f"The data folder {data} is in use {by}. Stop that one first (Ctrl-C where it runs). To run a second "
            "stack beside it, set CRG_DATA to another folder and the CRG_..._PORT variables to other ports."
        )


class FolderUnusable(CannotStart):
    """The data folder cannot be made or written to."""

    def __init__(self, data: Path, why: str) -> None:
        super().__init__(
            f"The data folder {data} cannot be used: {why}. Set CRG_DATA to a folder that you may write to."
        )


class PortsTaken(CannotStart):
    """One or more ports are taken, or asked for twice; one sentence for each."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(sentences))


class ToolMissing(CannotStart):
    """Temporal's own program is not in this environment."""

    def __init__(self, looked_in: Path) -> None:
        super().__init__(
            f"The program `temporal` is missing from {looked_in}. Run `make setup`, which installs it, and start again."
        )


class KeysMissing(CannotStart):
    """The data were sealed with keys that are no longer there; new ones would not open them."""

    def __init__(self, keys: Path, database: Path) -> None:
        super().__init__(
            f"{keys} is missing, but {database} was sealed with the keys in it. Put the file back, "
            "or set CRG_DATA to a new folder to begin afresh."
        )


class ProgramFailed(CannotStart):
    """One of the stack's programs ended, or was not ready in time, while the stack was starting."""

    def __init__(self, name: str, what: str, log: Path, tail: str) -> None:
        reported = f" Its last words:\n\n{tail}\n" if tail else ""
        super().__init__(f"{name} {what}. Its log is {log}.{reported}")


class NobodyKnown(CannotStart):
    """The role or person asked for is not in the directory."""


class NoDirectory(CannotStart):
    """There is no database to read the directory from, or it cannot be read."""

    def __init__(self, where: str, why: str, then: str) -> None:
        super().__init__(f"The directory in {where} cannot be read: {why}. {then}")


class NotOfTheStack(CannotStart):
    """The database is that of a production: the embedded stack signs anybody in without a password."""

    def __init__(self) -> None:
        super().__init__(
            "This database, sealed with CRG_KEYS, was not made by crg run, which signs anybody in without a password. "
            "To try things, unset CRG_KEYS and CRG_DATABASE_URL and set CRG_DATA to a new folder; in production start "
            "the API (api.app) and the worker, as docs/operations.md says."
        )
