"""Who has signed out of the embedded stack: their tokens are good no longer, though they have not expired."""

import json
import os
import secrets
import time
from pathlib import Path

FILE = "signed-out.json"


class SignedOut:
    """Ids of tokens that were signed out, kept in the data folder until each would have expired anyway."""

    def __init__(self, data: Path) -> None:
        self._file = data / FILE
        try:
            held = json.loads(self._file.read_text(encoding="ascii"))
            self._until = {str(id): float(until) for id, until in held.items()}
        except (OSError, ValueError, AttributeError):
            self._until = {}

    def __contains__(self, id: object) -> bool:
        return id in self._until

    def add(self, id: str, until: float) -> None:
        """Let the token of this id be good no longer; it expires at `until`, in seconds since 1970."""
        now = time.time()
        self._until = {one: end for one, end in self._until.items() if end > now} | {id: until}
        new = self._file.with_name(f".{FILE}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            json.dump(self._until, file)
        new.replace(self._file)
