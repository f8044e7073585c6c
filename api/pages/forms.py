"""Reading what somebody wrote into a form: plain text, whatever the browser or anybody else sends. Room: api."""

import unicodedata
from collections.abc import Mapping

from fastapi import Request

_KEPT = {"\n", "\t"}


_MOST = 1000  # fields: a box for each person of the directory


async def fields(request: Request) -> Mapping[str, str]:
    """The form's fields, each once and as text; files and control characters are left out."""
    sent = await request.form(max_files=0, max_fields=_MOST)
    return {name: text(value) for name, value in sent.items() if isinstance(value, str)}


async def chosen(request: Request, name: str) -> list[str]:
    """What was ticked of several boxes with one name."""
    sent = await request.form(max_files=0, max_fields=_MOST)
    return [text(value) for value in dict.fromkeys(sent.getlist(name)) if isinstance(value, str) and text(value)]


def text(value: str) -> str:
    """As somebody meant it: lines end alike, nothing invisible, no blank around it."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in lines if one in _KEPT or unicodedata.category(one) not in ("Cc", "Cs")).strip()
