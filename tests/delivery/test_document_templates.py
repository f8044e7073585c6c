"""Every document renders as a whole page, with headings in order and nothing left out (R-*)."""

import re
from typing import Any

import pytest
from jinja2 import UndefinedError
from pydantic_core import to_jsonable_python

from tests.delivery.rendered import PROSE, outline
from tests.delivery.samples import DOCUMENTS, MAILS, REFERENCE, document_context, mail_context


def test_every_document_template_has_a_sample() -> None:
    assert PROSE.document_templates() == sorted(DOCUMENTS)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_reads_the_same_when_its_context_came_through_json(name: str) -> None:
    n = to_jsonable_python(DOCUMENTS[name])
    assert PROSE.render_document(name, document_context(n)) == PROSE.render_document(
        name, document_context(DOCUMENTS[name])
    )


def test_the_pack_says_plainly_which_returns_are_missing_and_late() -> None:
    """R-5."""
    text = PROSE.render_mail("returns-pack", mail_context(MAILS["returns-pack"].n)).text
    assert "- Northmoor Community Health\n" in text
    assert "- Northmoor Police (late)\n- Northmoor Council Education\n" in text


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_is_one_whole_page_with_headings_in_order(name: str) -> None:
    html = PROSE.render_document(name, document_context(DOCUMENTS[name]))
    assert html.startswith('<!DOCTYPE html>\n<html lang="en-GB">')
    shown = outline(html)
    assert shown.headings[0] == 1
    assert shown.headings.count(1) == 1
    assert all(below - above <= 1 for above, below in zip(shown.headings, shown.headings[1:], strict=False))
    assert not re.search(r"\bsrc=|@import|url\(|<link|<script", html)
    assert f"Case {REFERENCE}" in html
    assert "version 2" in html
    assert "Wednesday 3 June 2026" in html
    assert "None" not in html
    assert "{{" not in html


def _without(value: Any, path: tuple[Any, ...]) -> Any:
    step, *rest = path
    if isinstance(value, list):
        return [_without(one, tuple(rest)) if place == step else one for place, one in enumerate(value)]
    if not rest:
        return {key: one for key, one in value.items() if key != step}
    return {key: _without(one, tuple(rest)) if key == step else one for key, one in value.items()}


@pytest.mark.parametrize(
    ("name", "key"), [(name, key) for name, n in sorted(DOCUMENTS.items()) for key in n if key != "starts_at"]
)
def test_a_document_that_lacks_a_value_is_an_error(name: str, key: str) -> None:
    with pytest.raises(UndefinedError):
        PROSE.render_document(name, document_context(_without(DOCUMENTS[name], (key,))))


def test_the_agenda_follows_the_seven_steps() -> None:
    """R-6."""
    html = PROSE.render_document("rapid-review-agenda", document_context(DOCUMENTS["rapid-review-agenda"]))
    assert re.findall(r"<h2>(\d\. [^<]+)</h2>", html) == [
        "1. Purpose and overview",
        "2. The options the guidance gives",
        "3. Legal advice",
        "4. Each agency's overview",
        "5. National interest",
        "6. Immediate learning",
        "7. Recommendation",
    ]


def test_the_agenda_goes_without_a_date_or_a_legal_adviser() -> None:
    """R-6: legal advice where asked."""
    html = PROSE.render_document(
        "rapid-review-agenda", document_context({"agencies": ["Police"], "legal_adviser": False})
    )
    assert "No legal adviser has been asked for" in html


def test_the_report_leads_with_improvement_not_blame() -> None:
    """§3-5."""
    html = PROSE.render_document("rapid-review-report", document_context(DOCUMENTS["rapid-review-report"]))
    assert html.index("identify improvements") < html.index("<h2>")


def test_the_report_answers_each_criterion_with_reasons_and_names_the_absent() -> None:
    """R-8, R-9."""
    html = PROSE.render_document("rapid-review-report", document_context(DOCUMENTS["rapid-review-report"]))
    assert re.search(
        r"Highlights improvements needed</td><td><strong>Yes</strong></td><td><p>Concerns were known", html
    )
    assert "<strong>No</strong>" in html
    assert "<strong>Not answered</strong>" in html
    assert "<dt>Northmoor Housing</dt><dd>The family never held a tenancy" in html


def test_text_of_a_return_is_shown_as_written_and_never_as_markup() -> None:
    """R-5."""
    html = PROSE.render_document("returns-pack", document_context(DOCUMENTS["returns-pack"]))
    assert "<p>It shared its concern &lt;in writing&gt; on two days:<br>\nMonday and Thursday.</p>" in html


def test_the_pack_document_names_the_missing_first() -> None:
    """R-5."""
    html = PROSE.render_document("returns-pack", document_context(DOCUMENTS["returns-pack"]))
    assert html.index("1 of 3 returns is missing") < html.index("<h2>")
    assert "The child and the family were not known to this agency" in html
    assert "No return has been received from this agency" in html
