"""What stands in a file that was taken: text under headings, and the rows of its tables."""

from datetime import date, datetime

import pytest

from delivery.files.kinds import BY_ENDING
from delivery.files.tables import tables_of
from delivery.files.word import Section, read_word
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


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        ("docx", made.word_table(*ROWS)),
        ("csv", "\ufeffDate,Event\n2026-03-04,Sample: seen at home\n".encode()),
        ("csv", "Date;Event\r\n2026-03-04;Sample: seen at home\r\n".encode("utf-16")),
        ("xlsx", made.excel(["Date", "Event"], [date(2026, 3, 4), "Sample: seen at home"])),
        ("xlsx", made.excel(["Date", "Event"], [datetime(2026, 3, 4), "Sample: seen at home"])),  # noqa: DTZ001
    ],
)
def test_a_table_reads_the_same_from_whatever_file(ending: str, content: bytes) -> None:
    assert tables_of(BY_ENDING[ending], content) == [ROWS]
