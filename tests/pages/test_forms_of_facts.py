"""The form of a fact is read off its own class: every kind has one, and it says exactly what the API takes."""

import re
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from api.forms import Kind, Question, described, filled, read
from api.forms import words as words_of_forms
from api.forms.describe import OUTRIGHT
from api.forms.mistakes import mistakes
from api.forms.question import Option, offered
from api.forms.shown import Shown
from api.forms.steps import FORMS
from api.forms.summary import summary
from api.pages.entries import KINDS
from review.bodies import ANNOUNCED, BODIES, sample_of
from review.facts import FACTS
from review.facts.notification import IncidentReported

NOW = datetime(2026, 7, 14, 11, 20, 33, tzinfo=UTC)


def right_of(body: dict[str, Any]) -> type[BaseModel] | None:
    """The class of what is right, of a correction."""
    return FACTS[body["right"]["kind"]] if "right" in body else None


def all_of(questions: Sequence[Question]) -> Iterator[Question]:
    for question in questions:
        yield question
        yield from all_of(question.parts)


def said(rel: str) -> tuple[type[BaseModel], tuple[Question, ...], BaseModel]:
    """The class behind a form, its questions, and what its sample says."""
    sample, model = sample_of(rel, NOW), FORMS[rel]
    kind = {"kind": rel} if "kind" in model.model_fields else {}
    return model, described(model, right_of(sample)), model.model_validate(kind | sample)


def test_every_kind_that_people_report_has_a_form() -> None:
    assert set(FORMS) == set(BODIES) - set(ANNOUNCED)


@pytest.mark.parametrize("rel", FORMS)
def test_a_form_says_what_was_filled_into_it(rel: str) -> None:
    model, questions, whole = said(rel)
    typed = filled(questions, whole.model_dump(mode="json"))
    found = read(questions, typed)
    kind = {"kind": rel} if "kind" in model.model_fields else {}
    assert model.model_validate(kind | found.body) == whole
    assert not found.wrong
    places = set(found.places.values())
    shown = {box if box in places or box.rpartition(".")[2] not in BOXES else box.rpartition(".")[0] for box in typed}
    assert shown <= places, "what is wrong with a field is shown beside its box"


BOXES = ("day", "month", "year", "time", "exact")  # of one date


@pytest.mark.parametrize("rel", FORMS)
def test_an_empty_form_says_nothing(rel: str) -> None:
    """What is not asked and not ticked is left out, or is no."""
    _, questions, _ = said(rel)
    body = read(questions, {}).body
    groups = {one.name for one in questions if one.kind is Kind.GROUP and one.required}
    assert all(value is False for name, value in body.items() if name not in groups)


@pytest.mark.parametrize("rel", FORMS)
def test_every_question_is_asked_in_words(rel: str) -> None:
    """No name of Python, no word for programs; a question of a plain answer under a key has the key's title."""
    for question in all_of(said(rel)[1]):
        if question.name:
            assert question.label[:1].isupper(), question
            assert "_" not in question.label + question.hint, question
            for word in ("RFC", "JSON", "GET /", "->", "`", "ids of", "null"):
                assert word not in question.label + question.hint, question
        for option in question.options:
            assert option.text[:1].isupper() or option.text[:1].isdigit(), option


def test_no_word_of_the_forms_is_left_over() -> None:
    """A field that goes takes its words with it."""
    names = set()
    for model in (*FORMS.values(), *FACTS.values(), *(one.model for one in KINDS.values())):
        for one in all_models(model):
            names |= set(one.model_fields) | {f"{one.__name__}.{name}" for name in one.model_fields}
    assert set(words_of_forms.LABELS) | set(words_of_forms.HINTS) <= names


def all_models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        for part in models_in(field.annotation):
            if part is not model:
                yield from all_models(part)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif len(getattr(annotation, "__args__", ())) < 20:  # not the union of every fact
        for part in getattr(annotation, "__args__", ()):
            yield from models_in(part)


def test_what_cannot_be_read_is_said_beside_its_box() -> None:
    questions = described(FORMS["scoping-meeting-arranged"])
    found = read(questions, {"starts_at.day": ["31"], "starts_at.month": ["2"], "starts_at.year": ["2026"]})
    assert found.wrong == {"starts_at": "Enter a real date, such as 27 3 2026"}
    spring = {"day": "29", "month": "3", "year": "2026", "time": "01:30"}
    found = read(questions, {f"starts_at.{name}": [value] for name, value in spring.items()})
    assert found.wrong == {"starts_at": "Enter another time: the clocks went forward in that hour"}


def test_a_moment_that_was_not_touched_keeps_its_seconds() -> None:
    questions = described(FACTS["scoping-meeting-arranged"])
    typed = filled(questions, {"starts_at": "2026-07-14T11:20:33Z"})
    assert typed["starts_at.time"] == ["12:20"], "as clocks in London show it"
    assert read(questions, typed).body["starts_at"] == "2026-07-14T11:20:33Z"
    changed = read(questions, typed | {"starts_at.time": ["12:25"]})
    assert changed.body["starts_at"] == "2026-07-14T12:25:00+01:00"


def test_a_row_in_which_nothing_stands_is_none_and_mistakes_are_shown_where_they_were_typed() -> None:
    questions = described(FORMS["rapid-review-meeting-held"])
    found = read(questions, {"overviews.0.overview": [""], "overviews.3.overview": ["Sample: moved away."]})
    assert found.body["overviews"] == [{"overview": "Sample: moved away."}]
    assert found.places["overviews.0.agency"] == "overviews.3.agency"
    children = {"children.0.child_id": ["child-a"], "children.1.nhs_number": ["123"], "children.4.name": ["Cy"]}
    opening = read(described(IncidentReported), children)
    with pytest.raises(ValidationError) as refused:
        IncidentReported.model_validate(opening.body)
    wrong = mistakes(refused.value, opening)
    assert wrong["children.1.nhs_number"] == "NHS number must be 10 digits"
    assert {"children.0.harm", "children.1.harm", "children.1.child_id", "children.4.child_id"} <= wrong.keys()
    assert "children" not in wrong
    form = Shown(described(IncidentReported), children, {}, {"children": [Option("child-a", "Ada Sample")]})
    assert ("Children 1: Child's id", "child-a") in summary(form, opening), "as it was typed"


def test_each_agency_of_the_directory_is_asked_or_left_out_on_one_line() -> None:
    """R-8: two lists of the body; what is wrong with either stands beside the agency. One that is not usually asked
    may stand open.
    """
    agencies = [
        Option("police", "Sample Police", needed=True),
        Option("health", "Sample Health", needed=True),
        Option("education", "Sample Education", needed=True),
        Option("housing", "Sample Housing"),
        Option("probation", "Sample Probation"),
    ]
    questions = offered(described(FORMS["scoping-meeting-held"]), {"agency-to-ask": agencies})
    typed = {
        "agencies.police": ["ask"],
        "agencies.health": ["leave-out"],
        "agencies.probation.reason": ["Sample: not involved."],
        "agencies.elsewhere": ["ask"],
    }
    found = read(questions, typed)
    assert found.body["agencies"] == ["police", "elsewhere"]
    assert found.body["left_out"] == [{"agency": "health"}, {"agency": "probation", "reason": "Sample: not involved."}]
    assert found.wrong == {"agencies.education": "Choose whether to ask Sample Education"}
    assert found.places["left_out.0.reason"] == "agencies.health.reason"
    assert found.places["agencies.1"] == "agencies.elsewhere"
    lines = summary(Shown(questions, typed, lists={"agency-to-ask": agencies}), found)
    assert ("Agencies to ask", "Sample Police\nelsewhere") in lines
    assert ("Agencies left out: Sample Probation", "Sample: not involved.") in lines


def test_the_criteria_are_folded_by_their_headings_with_how_many_are_answered() -> None:
    """R-9: one in which something is wrong stands open."""
    keys = [
        Option("improvements", "Improvements", group="Local"),
        Option("recurrent-themes", "Themes", group="Local"),
        Option("single-agency", "One agency", group="Circumstances"),
    ]
    criteria = next(one for one in all_of(described(FORMS["report-drafted"])) if one.name == "criteria")
    typed = {"criteria.improvements.met": ["yes"], "criteria.recurrent-themes.met": [""]}
    form = Shown([criteria], typed, {"criteria.single-agency.reasons": "Give reasons"}, {criteria.picked: keys})
    found = form.key_groups(criteria, "criteria")
    assert [(one.title, len(one.keys), one.answered, one.open) for one in found] == [
        ("Local", 2, 1, False),
        ("Circumstances", 1, 0, True),
    ]


def test_the_summary_names_the_criterion_that_lacks_its_answer() -> None:
    """Else it says the same of each."""
    (criteria,) = (one for one in all_of(described(FORMS["report-drafted"])) if one.name == "criteria")
    keys = {criteria.picked: [Option("improvements", "Improvements"), Option("single-agency", "One agency")]}
    typed = {f"criteria.{key}.reasons": ["Sample."] for key in ("improvements", "single-agency")}
    wrong = dict.fromkeys(("criteria.improvements.met", "criteria.single-agency.met"), "Choose an answer")
    assert [text for _, text in Shown([criteria], typed, wrong, keys).summary()] == [
        "Choose an answer: Improvements",
        "Choose an answer: One agency",
    ]


def test_what_several_children_need_not_have_is_folded_where_nothing_stands_in_it() -> None:
    children = next(one for one in all_of(described(FORMS["corrected"], IncidentReported)) if one.name == "children")
    typed = {"children.0.name": ["Ada"], "children.1.name": ["Ben"], "children.1.nhs_number": ["943 476 5919"]}
    form = Shown([children], typed, {}, {})
    assert [form.more(children, f"children.{row}") for row in (0, 1)] == [8, 0]
    assert Shown([children], {"children.0.name": ["Ada"]}, {}, {}).more(children, "children.0") == 0, "of one child"


def test_an_id_is_written_as_ids_are() -> None:
    questions = described(FORMS["action-set"])
    assert read(questions, {"action": ["Missed appointments "]}).body["action"] == "missed-appointments"


def test_a_child_s_id_that_is_entered_twice_stands_at_the_second_child_s_field() -> None:
    """X-4"""
    questions = described(FORMS["incident-reported"])
    sample = sample_of("incident-reported", datetime(2026, 5, 11, tzinfo=UTC))
    twice = sample | {"children": [sample["children"][0]] * 2}
    found = read(questions, filled(questions, twice))
    with pytest.raises(ValidationError) as wrong:
        IncidentReported.model_validate(twice)
    said = mistakes(wrong.value, found)
    assert list(said) == ["children.1.child_id"]
    assert said["children.1.child_id"].endswith("is that of another child here; give each child once")


def test_whether_steps_for_safety_are_needed_has_to_be_said() -> None:
    """N-5: "none needed" is no box that somebody ticks beside the steps that they took."""
    said_outright = {f"{fact.__name__}.{name}" for fact in FACTS.values() for name in fact.outright}
    assert said_outright == set(OUTRIGHT), "each has its two answers in words"
    questions = described(FORMS["safety-steps-recorded"])
    steps = {"child_ids": ["child-a"], "steps": ["Sample: a strategy meeting was held."]}
    assert "none_needed" in read(questions, steps).wrong
    for answer, none_needed in (("no", False), ("yes", True)):
        found = read(questions, steps | {"none_needed": [answer]})
        assert (found.wrong, found.body["none_needed"]) == ({}, none_needed)
    said = dict(summary(Shown(questions, steps | {"none_needed": ["yes"]}), found))
    assert said["Whether steps are needed for these children"].startswith("None are needed")


def test_of_a_correction_the_time_is_kept_that_nobody_enters() -> None:
    right = next(one for one in described(FORMS["corrected"], IncidentReported) if one.name == "right")
    hints = {one.name: one.hint for one in right.parts}
    assert hints["happened_at"] == "Leave this empty to keep the day and time that were entered."


_SMALL = {"the", "a", "of", "it", "is", "in", "on", "to", "for", "and", "or", "where", "this", "what", "who", "how"} | {
    *("an", "if", "by", "one", "with", "some", "they", "are", "was", "then", "at", "be")
}


def _told(text: str) -> set[str]:
    """What a text tells: its words, but the small ones, without their endings."""
    words = {re.sub(r"(ing|ed|es|s)$", "", one) for one in re.findall(r"[a-z']+", text.lower())}
    return words - _SMALL


@pytest.mark.parametrize("rel", sorted(FORMS))
def test_a_hint_says_more_than_its_label(rel: str) -> None:
    hints = {one.label: one.hint for one in all_of(described(FORMS[rel])) if one.hint}
    assert [label for label, hint in hints.items() if _told(hint) and _told(hint) <= _told(label)] == []


def test_where_an_event_stands_is_no_referral() -> None:
    """§7: "source" is another thing in a chronology than in a referral."""
    labels = {one.name: one.label for one in all_of(described(FORMS["chronology-given"]))}
    assert (labels["source"], labels["time"]) == ("Source", "Time of day")


def test_a_form_of_more_than_a_thousand_rows_loses_none_and_is_soon_looked_through() -> None:
    """§7: as a chronology from a table of that length."""
    questions = described(FORMS["chronology-given"])
    day = {"day": "2026-03-04", "what": "Sample: seen at home."}
    typed = filled(questions, {"agency": "police", "chronology": {"events": [day] * 1200}})
    assert len(read(questions, typed).body["chronology"]["events"]) == 1200
    events = next(one for one in all_of(questions) if one.name == "events")
    form = Shown(questions, typed, {}, {})
    began = time.process_time()
    assert {form.more(events, f"chronology.events.{row}") for row in range(1200)} == {0}
    assert time.process_time() - began < 2
