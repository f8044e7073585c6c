"""The tables in a file that was looked at before: of a text document, a workbook or comma-separated text."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries

from delivery.files.kinds import Kind
from delivery.files.open_document import read_open_document
from delivery.files.refused import DAMAGED, FileRefused
from delivery.files.text import rows_of
from delivery.files.word import read_word
from delivery.files.zips import parts_of

Rows = list[list[str]]
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z0-9:]{1,30})\"")
_MOST_ROWS = 5_000
_MOST_COLUMNS = 50


def tables_of(kind: Kind, content: bytes) -> list[Rows]:
    """Every table with its cells as text; a day is written 2026-03-04, a moment 2026-03-04 09:30. None in other kinds.

    Raises `FileRefused` where it cannot be read.
    """
    match kind.ending:
        case "docx":
            return read_word(content).tables
        case "odt":
            return read_open_document(content).tables
        case "csv":
            return [rows_of(content)]
        case "xlsx":
            return list(_sheets(content))
        case _:
            return []


def _sheets(content: bytes) -> Iterator[Rows]:
    parts = parts_of(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            rows = sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS, values_only=True)
            cells = [_without_end([_cell(one) for one in row]) for row in rows]
            yield _filled(cells, parts.get(sheet._worksheet_path, b""))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile):
        raise FileRefused(DAMAGED) from None


def _filled(cells: Rows, sheet: bytes) -> Rows:
    """With what stands in a merged cell in each place that it covers, as a table of Word has it."""
    for merged in _MERGED.finditer(sheet):
        left, top, right, bottom = range_boundaries(merged[1].decode("ascii"))
        if None in (left, top, right, bottom) or top > len(cells) or left > len(cells[top - 1]):
            continue
        text = cells[top - 1][left - 1]
        for row in cells[top - 1 : bottom]:
            row += [""] * (min(right, _MOST_COLUMNS) - len(row))
            row[left - 1 : right] = [text] * len(row[left - 1 : right])
    return cells


def _without_end(row: list[str]) -> list[str]:
    """Without the empty cells at its end."""
    while row and not row[-1]:
        row.pop()
    return row


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return f"{value:%Y-%m-%d}" if value.time() == time(0) else f"{value:%Y-%m-%d %H:%M}"
        case date():
            return f"{value:%Y-%m-%d}"
        case time():
            return f"{value:%H:%M}"
        case _:
            return str(value).strip()
