"""Codes of the system in words, where people read them."""

import pytest

from delivery.naming import decoded, in_names, subject_words

NAMES = {"police": "Sample Police", "childrens-services": "Sample Children's Services", "crg-chair": "Casey Sample"}


def name(id: str) -> str:
    return NAMES.get(id, id)


@pytest.mark.parametrize(
    ("subject", "says"),
    [
        ("police", "Sample Police"),
        ("childrens-services", "Sample Children's Services"),
        ("rapid-review-1:police", "rapid review, version 1, police"),
        (
            "practice-review-2-agencies:agency-childrens-services",
            "practice review, version 2, Sample Children's Services",
        ),
        ("practice-review-2-crg:crg-chair", "practice review, version 2, CRG Chair"),
        ("terms-of-reference-draft", "terms of reference draft"),
        ("request-police", "request to Sample Police"),
        ("return-childrens-services", "return of Sample Children's Services"),
        ("action-sample-1", "action-sample-1"),
    ],
)
def test_what_a_deadline_is_about_is_said_in_words(subject: str, says: str) -> None:
    assert subject_words(subject, name) == says


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "D-8:rapid-review-1:police Sign-off of a report runs from Mon 15 Jun",
            "D-8 (rapid review, version 1, police): Sign-off of a report runs from Mon 15 Jun",
        ),
        (
            "Disclosed to the Panel: covering-letter:1; submitted",
            "Disclosed to the Panel: covering letter, version 1; submitted",
        ),
        ("Sign-off given: practice-review-2-crg", "Sign-off given: practice review, version 2"),
        ("Mail sent: returns-request:education", "Mail sent: returns request, education"),
        ("A follow-up of the two-step return", "A follow-up of the two-step return"),
    ],
)
def test_a_line_of_the_record_has_no_code_in_it(line: str, says: str) -> None:
    assert decoded(line, name) == says


@pytest.mark.parametrize(
    "title", ["Send the email to {} again: minutes", "Record how {} was told by other means: minutes"]
)
def test_a_step_about_a_failed_email_names_whom_it_did_not_reach(title: str) -> None:
    assert in_names(title.format("crg-chair"), "minutes:1>crg-chair", name) == title.format("Casey Sample")
