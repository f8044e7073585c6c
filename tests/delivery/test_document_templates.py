"""Every document renders as a whole page, with headings in order and nothing left out (R-*)."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from jinja2 import UndefinedError
from pydantic_core import to_jsonable_python

from tests.delivery.rendered import PROSE, outline
from tests.delivery.samples import DOCUMENTS, MAILS, REFERENCE, document_context, mail_context


def test_every_document_template_has_a_sample() -> None:
    assert PROSE.document_templates() == sorted(DOCUMENTS)


def test_the_pack_says_plainly_which_returns_are_missing_and_late() -> None:
    """R-5."""
    text = PROSE.render_mail("returns-pack", mail_context(MAILS["returns-pack"].n)).text
    assert "- Northmoor Community Health\n" in text
    assert "- Northmoor Police (late)\n- Northmoor Council Education\n" in text


def _page(name: str) -> Iterator[str]:
    """It is one whole page, with headings in order."""
    html = PROSE.render_document(name, document_context(DOCUMENTS[name]))
    if not html.startswith('<!DOCTYPE html>\n<html lang="en-GB">'):
        yield "it is no page in British English"
    headings = outline(html).headings
    if headings[:1] != [1] or headings.count(1) != 1:
        yield "it has not one heading of the first rank, at its top"
    if any(below - above > 1 for above, below in pairwise(headings)):
        yield f"its headings leave a rank out: {headings}"
    if found := re.search(r"\bsrc=|@import|url\(|<link|<script", html):
        yield f"it fetches something: {found[0]}"
    yield from (
        f"it lacks {words}"
        for words in (f"Case {REFERENCE}", "version 2", "Wednesday 3 June 2026")
        if words not in html
    )
    yield from (f"{leftover} is left over" for leftover in ("None", "{{") if leftover in html)


def _needed(name: str) -> Iterator[str]:
    """A value that is missing is an error, not an empty place."""
    for key in DOCUMENTS[name].keys() - {"starts_at"}:
        try:
            PROSE.render_document(name, document_context({k: v for k, v in DOCUMENTS[name].items() if k != key}))
        except UndefinedError:
            continue
        yield f"it renders without {key}"


def _as_json(name: str) -> Iterator[str]:
    """It reads the same when its context came through JSON."""
    n = to_jsonable_python(DOCUMENTS[name])
    if PROSE.render_document(name, document_context(n)) != PROSE.render_document(
        name, document_context(DOCUMENTS[name])
    ):
        yield "it reads otherwise when its context came through JSON"


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_is_without_fault(name: str) -> None:
    assert [fault for rule in (_page, _needed, _as_json) for fault in rule(name)] == []


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
        "rapid-review-agenda", document_context({"agencies": ["Police"], "legal_adviser": False, "criteria": []})
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
