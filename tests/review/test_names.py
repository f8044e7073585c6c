"""Names and titles that show nothing, or more than meets the eye, are refused; those of every script are taken."""

import pytest
from pydantic import ValidationError

from api.pages.forms import text
from review.chapters.rapid_review.papers import ReturnBody
from review.facts.any_stage import CasePaused
from review.facts.directory import Agency, Person
from review.facts.editions import AgencyKnew
from review.facts.notification import IncidentReported, SafetyStepsRecorded
from tests.review.world import incident

NOTHING = (
    "\u200b", "\u200d\u200c", "\u2060", "\ufeff", "\u00ad", "\u3164", "\u2800", "\u115f\u1160", "\uffa0",
    "\ue000", "\u0378", "\U000e0041", "\u0301", "\ufe0f", "\u034f", "\u00a0\u2003",
)  # fmt: skip
HIDDEN = ("Ash\u200bSample", "Ash Sample\u200d", "\u200cAsh", "Ash\ue000", "Ash\u3164Sample", "Ash \u200d Sample")
NAMES = (
    "Zo\u0065\u0308 O\u2019Sample-Jones", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\u0915\u094d\u200d\u0937", "\u0ba4\u0bae\u0bbf\u0bb4\u0bcd", "\u674e\u660e", "Nguy\u1ec5n Th\u1ecb",
)  # fmt: skip
PERSON = {"id": "ash", "name": "Ash Sample", "email": "ash@example.org", "roles": ["observer"]}


def person(**changes: object) -> Person:
    return Person.model_validate(PERSON | changes)


@pytest.mark.parametrize("text", NOTHING, ids=ascii)
def test_a_text_in_which_nothing_can_be_seen_is_no_name_no_title_and_no_reason(text: str) -> None:
    for wrong in ({"name": text}, {"job_title": text} if text.strip() else {"name": text}):
        with pytest.raises(ValidationError, match=r"cannot be seen|can be seen|is blank"):
            person(**wrong)
    with pytest.raises(ValidationError):
        Agency(id="police", name=text, safeguarding_lead="a", senior_officer="b")
    with pytest.raises(ValidationError):
        AgencyKnew(agency="police", known=True, officer=text)
    with pytest.raises(ValidationError):
        CasePaused(reason=text)
    child = incident().children[0].model_dump() | {"name": text}
    with pytest.raises(ValidationError):
        IncidentReported.model_validate(incident().model_dump() | {"children": [child]})


@pytest.mark.parametrize("text", HIDDEN, ids=ascii)
def test_a_name_with_something_hidden_in_it_is_refused_and_says_where(text: str) -> None:
    with pytest.raises(ValidationError, match=r"cannot be seen \(U\+"):
        person(name=text)
    with pytest.raises(ValidationError, match=r"cannot be seen \(U\+"):
        AgencyKnew(agency="police", known=True, officer=text)


@pytest.mark.parametrize("text", NAMES, ids=ascii)
def test_a_name_of_any_script_is_taken_with_its_marks_and_joiners(text: str) -> None:
    assert person(name=text).name == text
    assert AgencyKnew(agency="police", known=True, officer=text).officer == text


def test_an_office_is_named_once() -> None:
    with pytest.raises(ValidationError, match="name observer twice; name each office once"):
        person(roles=["observer", "dcs", "observer"])


@pytest.mark.parametrize("broken", ["\v", "\f", "\r\n", "\r", "\x85", "\u2028", "\u2029"])
def test_every_kind_of_line_break_is_one_however_a_text_came_in(broken: str) -> None:
    """Word's soft line break is a vertical tab: a form joined the two words, REST kept the character."""
    pasted = f"Seen at school.{broken}Then at home.\x07"
    meant = "Seen at school.\nThen at home."
    assert SafetyStepsRecorded.model_validate({"child_ids": ["child-1"], "steps": pasted}).steps == meant
    body = ReturnBody.model_validate({"agency": "gp", "officer": "Sample", "content": {"involvement": pasted}})
    assert body.content is not None
    assert body.content.root == {"involvement": meant}
    assert text(pasted) == meant
