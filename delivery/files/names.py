"""Under which name a file is kept: a plain one, without folders, control characters or a false ending."""

import re
import unicodedata

_LONGEST = 100  # characters of the name before its ending
_OF_PATHS = re.compile(r"[/\\]")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*;%]')
_DEVICES = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\..*)?", re.IGNORECASE)


def plain_name(name: str, ending: str) -> str:
    """The last part of a path, as a name that every system can keep, with the ending of what the file is."""
    last = _OF_PATHS.split(name)[-1]
    seen = "".join(one if unicodedata.category(one)[0] not in "CZ" else " " for one in last)
    seen = " ".join(_NOT_IN_NAMES.sub("_", seen).split())
    stem, dot, end = seen.rpartition(".")
    if not dot or not 1 <= len(end) <= 5 or " " in end:
        stem = seen
    stem = stem.strip(". ")[:_LONGEST].strip(". ") or "file"
    return f"{'_' if _DEVICES.fullmatch(stem) else ''}{stem}.{ending}"
