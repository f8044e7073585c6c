"""What stands in a document, text under headings and tables, whatever program made it."""

from typing import NamedTuple


class Section(NamedTuple):
    """What stands under one heading; of what comes before the first, the heading is empty."""

    heading: str
    level: int
    text: str


class Headed(NamedTuple):
    """A document as text. `tracked`: changes that nobody has accepted; the text is as if all of them were."""

    sections: list[Section]
    tables: list[list[list[str]]]
    tracked: int
    comments: int


class Sections:
    """Gathers paragraphs under the headings before them."""

    def __init__(self) -> None:
        self._found: list[tuple[str, int, list[str]]] = [("", 0, [])]

    def add(self, text: str, level: int = 0) -> None:
        """A paragraph, or a heading of a level."""
        if level and text:
            self._found.append((text, level, []))
        elif text:
            self._found[-1][2].append(text)

    def add_table(self, rows: list[list[str]]) -> None:
        for row in rows:
            self.add(" | ".join(cell for cell in row if cell))

    def all(self) -> list[Section]:
        found = self._found
        return [Section(heading, level, "\n\n".join(lines)) for heading, level, lines in found if heading or lines]
