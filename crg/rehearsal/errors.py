"""Why a rehearsal cannot begin, or went otherwise than written: each a sentence that says what to do next."""

from pathlib import Path

from crg.embedded.errors import CannotStart


class BadScenario(CannotStart):
    """A scenario file cannot be played as it stands; names the file, the step and what to write."""

    def __init__(self, file: Path | str, where: str, what: str) -> None:
        super().__init__(f"{file}{', ' + where if where else ''}: {what}")


class WentOtherwise(CannotStart):
    """The case did not go as the scenario says: a step was refused that should be taken, or the other way round."""


class NoSuchCase(CannotStart):
    """The case asked for is not in the store, or there is no store on this data folder yet."""
