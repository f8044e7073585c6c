"""Templates as they are written, and what is rendered of them with the outline of its page, for tests."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

from delivery.papers.making import Papers
from delivery.papers.reading import as_text
from delivery.prose import Prose

PROSE = Prose()
WORD_PAPERS = Papers()


class Outline(HTMLParser):
    """Collects headings and checks that every tag is closed in order."""

    VOID = frozenset({"meta", "br", "link", "img", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.links: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self._open.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.VOID

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def close(self) -> None:
        super().close()
        assert self._open == []


def outline(html: str) -> Outline:
    found = Outline()
    found.feed(html)
    found.close()
    return found


def source(name: str) -> str:
    return (files("templates") / "mail" / name).read_text(encoding="utf-8")


def mail_files() -> list[str]:
    room = files("templates") / "mail"
    parts = [f"parts/{one.name}" for one in (room / "parts").iterdir()]
    return sorted(one.name for one in room.iterdir() if one.name.endswith(".j2")) + parts


def paper(name: str, context: Mapping[str, Any]) -> str:
    """What a paper says, a line for each paragraph and row of a table; its Word file is what is kept."""
    return as_text(WORD_PAPERS.render(name, context))
