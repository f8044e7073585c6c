"""What stands in a file that was taken: text under headings, and the rows of its tables."""

import io
from datetime import date, datetime

import openpyxl
import pytest

from delivery.files.headed import headed
from delivery.files.inspect import inspect
from delivery.files.kinds import BY_ENDING
from delivery.files.sections import Section
from delivery.files.tables import tables_of
from delivery.files.word import read_word
from tests.delivery.files import made

ROWS = [["Date", "Event"], ["2026-03-04", "Sample: seen at home"]]


def test_a_word_document_is_read_by_its_headings() -> None:
    read = read_word(made.word(("Facts of the case", "Sample: one."), ("Learning", "Sample: two.")))

    assert read.sections == [
        Section("Facts of the case", 1, "Sample: one."),
        Section("Learning", 1, "Sample: two."),
    ]
    assert (read.tracked, read.comments) == (0, 0)


def test_tracked_insertions_are_read_and_deletions_are_not_and_both_are_counted() -> None:
    tracked = (
        '<w:p><w:ins w:id="1" w:author="a"><w:r><w:t>put in</w:t></w:r></w:ins>'
        '<w:del w:id="2" w:author="a"><w:r><w:delText>taken out</w:delText></w:r></w:del>'
        '<w:r><w:commentReference w:id="0"/></w:r></w:p><w:sectPr'
    )
    read = read_word(made.replaced(made.word(("Facts", "Sample.")), "word/document.xml", "<w:sectPr", tracked))

    assert read.sections == [Section("Facts", 1, "Sample.\n\nput in")]
    assert (read.tracked, read.comments) == (2, 1)


def test_an_open_document_text_is_read_by_its_headings_as_a_word_document_is() -> None:
    """A title is a heading; spaces, line breaks and lists are kept; a style made from "Title" counts as it."""
    styles = (
        '<office:automatic-styles><style:style style:name="P1" style:family="paragraph" '
        'style:parent-style-name="Title"/></office:automatic-styles>'
    )
    body = (
        '<text:p text:style-name="P1">Return</text:p><text:p/>'
        '<text:h text:outline-level="2">Facts <text:span>of the case</text:span></text:h>'
        '<text:p>Sample:<text:s text:c="2"/>one.<text:line-break/>Two.</text:p>'
        "<text:list><text:list-item><text:p>Three.</text:p></text:list-item></text:list>"
        '<text:section text:name="a"><text:h text:outline-level="2">Learning</text:h><text:p>Sample: four.</text:p>'
        "</text:section>"
    )
    read = headed(BY_ENDING["odt"], made.odt(body, styles=styles))

    assert read is not None
    assert read.sections == [
        Section("Return", 1, ""),
        Section("Facts of the case", 2, "Sample:  one.\nTwo.\n\nThree."),
        Section("Learning", 2, "Sample: four."),
    ]
    assert (read.tracked, read.comments) == (0, 0)


def test_of_an_open_document_text_deletions_and_comments_are_not_read_and_are_counted() -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>taken out</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes><text:h>Facts</text:h>"
        "<text:p>Sample<office:annotation><text:p>Sample: a remark</text:p></office:annotation>.</text:p>"
    )
    read = headed(BY_ENDING["odt"], made.odt(body))

    assert read is not None
    assert read.sections == [Section("Facts", 1, "Sample.")]
    assert (read.tracked, read.comments) == (1, 1)


def test_a_cell_that_stands_for_thousands_fills_no_memory() -> None:
    """Programs write the rest of a row as one cell that is repeated."""
    row = (
        '<table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="16000000"/></table:table-row>'
    )
    assert tables_of(BY_ENDING["odt"], made.odt(f"<table:table>{row}</table:table>")) == [[["x", "x"]]]


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        ("docx", made.word_table(*ROWS)),
        ("odt", made.odt_table(*ROWS)),
        ("csv", "\ufeffDate,Event\n2026-03-04,Sample: seen at home\n".encode()),
        ("csv", "Date;Event\r\n2026-03-04;Sample: seen at home\r\n".encode("utf-16")),
        ("xlsx", made.excel(["Date", "Event"], [date(2026, 3, 4), "Sample: seen at home"])),
        ("xlsx", made.excel(["Date", "Event"], [datetime(2026, 3, 4), "Sample: seen at home"])),  # noqa: DTZ001
    ],
)
def test_a_table_reads_the_same_from_whatever_file(ending: str, content: bytes) -> None:
    assert tables_of(BY_ENDING[ending], content) == [ROWS]


def test_a_merged_cell_of_a_workbook_stands_in_each_row_that_it_covers_and_empty_rows_count() -> None:
    """As in a table of Word: a day that was written once for three rows is the day of each; rows keep their numbers."""
    book = openpyxl.Workbook()
    for row in (["Chronology"], [], ["Date", "Event"], [date(2026, 3, 4), "one"], [None, "two"], [], ["5/3/2026", "x"]):
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    book.active.merge_cells("A4:A5")
    held = io.BytesIO()
    book.save(held)
    found = inspect("a.xlsx", held.getvalue())
    assert tables_of(found.kind, found.content) == [
        [
            ["Chronology", "Chronology"],
            [],
            ["Date", "Event"],
            ["2026-03-04", "one"],
            ["2026-03-04", "two"],
            [],
            ["5/3/2026", "x"],
        ]
    ]
