"""What is written into a form is read as the API reads it: a text in which nobody sees anything is none."""

import pytest

from api.pages.forms import text


@pytest.mark.parametrize(
    "nothing",
    ["", " \r\n", "\u200b", "\u200d\u200c", " \u2060 ", "\ufeff", "\u00ad", "\u3164", "\u2800", "\u0301"],
    ids=ascii,
)
def test_a_text_in_which_nothing_can_be_seen_is_empty(nothing: str) -> None:
    assert text(nothing) == ""


def test_a_text_keeps_its_lines_and_its_joiners() -> None:
    assert text(" \u0645\u06cc\u200c\u062e\r\nSample\x07.\r") == "\u0645\u06cc\u200c\u062e\nSample."
