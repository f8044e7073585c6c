"""The files of editions, which a partnership writes: found by name only, and read so that none can stop the others."""

import re
import tomllib
from pathlib import Path
from typing import Any

LARGEST = 1_000_000  # bytes; the packaged ones have some 10,000
DEEPEST = 12  # tables in tables; the packaged ones have four
LONGEST = 60  # characters of an id
_ID = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{LONGEST - 1}}}")
_LONGEST_NUMBER = 10**15


Stamp = tuple[str, int, int, int]  # path, when it was changed, size, who may read it


class UnreadableFile(Exception):
    """The file cannot be read as TOML; the message is a sentence that says what to do."""


def is_id(id: str) -> bool:
    """Whether it can name an edition: a name, never a path."""
    return _ID.fullmatch(id) is not None


def ids(places: list[Path]) -> list[str]:
    """Ids of all files there are, usable or not."""
    return sorted({path.stem for path in files(places) if is_id(path.stem)})


def files(places: list[Path]) -> list[Path]:
    """Every file that may be an edition, in order; a folder that cannot be read holds none."""
    return [path for place in places for path in sorted(_globbed(place)) if _is_file(path)]


def stamps(places: list[Path]) -> tuple[Stamp, ...]:
    """What tells whether a file has changed since it was read last."""
    return tuple(stamp for path in files(places) if (stamp := _stamp(path)))


def find(id: str, places: list[Path]) -> Path | None:
    """Where the edition with that id stands; what comes first cannot be hidden by another file."""
    if not is_id(id):
        return None
    return next((path for place in places if _is_file(path := place / f"{id}.toml")), None)


def read(path: Path) -> dict[str, Any]:
    """What stands in the file. Raises `UnreadableFile`."""
    try:
        with path.open("rb") as file:
            held = file.read(LARGEST + 1)
    except OSError as error:
        why = error.strerror or "it cannot be read"
        raise UnreadableFile(f"the file cannot be read: {why}; let the product read it") from None
    if len(held) > LARGEST:
        raise UnreadableFile("the file is larger than 1 MB; an edition has some kilobytes, so check which file it is")
    try:
        found = tomllib.loads(held.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        told = f"the file is not valid TOML in UTF-8: {error}; fix that line, or save it as UTF-8"
        raise UnreadableFile(told) from None
    except RecursionError:
        raise UnreadableFile(_TOO_DEEP) from None
    except ValueError:  # Python reads no number of thousands of digits
        raise UnreadableFile(_TOO_LONG) from None
    _see_that_it_can_be_walked(found)
    return found


_TOO_DEEP = f"the file has tables in tables more than {DEEPEST} deep; an edition needs four, so write it flatter"
_TOO_LONG = "the file holds a number that no edition needs; write it shorter"


def _see_that_it_can_be_walked(found: dict[str, Any]) -> None:
    level: list[Any] = [found]
    for _ in range(DEEPEST):
        if any(isinstance(one, int | float) and not abs(one) < _LONGEST_NUMBER for one in level):
            raise UnreadableFile(_TOO_LONG)
        level = [
            below
            for one in level
            if isinstance(one, dict | list)
            for below in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return
    raise UnreadableFile(_TOO_DEEP)


def _stamp(path: Path) -> Stamp | None:
    try:
        stat = path.stat()
    except OSError:  # taken away since it was found
        return None
    return str(path), stat.st_mtime_ns, stat.st_size, stat.st_mode


def _globbed(place: Path) -> list[Path]:
    try:
        return list(place.glob("*.toml"))
    except OSError:
        return []


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False
