"""Comma-separated tables: text in one of the three encodings that office programs write, and no command in a cell."""

import csv
import io
import re

from delivery.files.refused import DAMAGED, FORMULA, UNKNOWN, FileRefused

_MARKUP = re.compile(r"\s*(<|%PDF|\{\\rtf|#!)")
_COMMAND = re.compile(r"\s*([=@]|[+\-].*\|.*!)", re.DOTALL)
_MOST_ROWS = 20_000


def text_of(content: bytes) -> str:
    """The text of a table. Raises `FileRefused` of what is none."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(one) < 32 and one not in "\t\r\n" for one in text):
            break
        return text
    raise FileRefused(UNKNOWN)


def rows_of(content: bytes) -> list[list[str]]:
    """The rows of a table, parted by commas, semicolons or tabs. Raises `FileRefused`."""
    text = text_of(content)
    first = next((line for line in text.splitlines() if line.strip()), "")
    parted = max(",;\t", key=first.count)
    if not first.count(parted) or _MARKUP.match(text):
        raise FileRefused(UNKNOWN)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=parted):
            rows.append([one.strip() for one in row])
            if len(rows) > _MOST_ROWS:
                raise FileRefused(DAMAGED)
    except csv.Error:
        raise FileRefused(DAMAGED) from None
    return rows


def looked_at(content: bytes) -> None:
    """Whether it may be kept. Raises `FileRefused`."""
    if any(_COMMAND.match(cell) for row in rows_of(content) for cell in row):
        raise FileRefused(FORMULA)
