"""Every mail and document renders, says first what is asked, and tells nothing of a child (N-*, R-*, X-1, D-*)."""

import re
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest
from jinja2 import Environment, UndefinedError, nodes
from pydantic_core import to_jsonable_python

from delivery.prose import Prose
from tests.delivery.samples import DOCUMENTS, MAILS, PARTNERSHIP, PORTAL, REFERENCE, document_context, mail_context

PROSE = Prose()

# What a mail may know of a case. A new word here is a decision about privacy, not a formality.
KNOWN_TO_MAILS = frozenset(
    {
        "agency_name",
        "action",
        "again",
        "agenda_link",
        "as_deputy_for",
        "asked_at",
        "aware_at",
        "by_office",
        "capacity",
        "care_death",
        "concluded",
        "copies_by",
        "d_10",
        "deadlines",
        "decided_at",
        "gone",
        "told_at",
        "decision",
        "declined",
        "differs",
        "document_title",
        "due",
        "entered_overdue",
        "evidence_given",
        "forecast",
        "kind",
        "known_by",
        "lacking",
        "lacks",
        "late",
        "latest_safe",
        "lead_name",
        "lines",
        "link",
        "maximum",
        "meeting_date",
        "missing",
        "n",
        "notified_at",
        "office",
        "officers",
        "on_time",
        "other",
        "outcome",
        "overdue",
        "owner",
        "panel_reference",
        "publication_date",
        "published",
        "reason_recorded",
        "received",
        "received_at",
        "referred",
        "report",
        "recommendation",
        "reference",
        "response",
        "rule_id",
        "slack_working_days",
        "stage",
        "starts_at",
        "step",
        "submitted_at",
        "title",
        "to",
        "until",
        "used",
        "version",
        "wanted",
        "was",
        "what",
        "which",
        "why",
        "withdrawn_at",
    }
)
# No id that people gave (an action's, a concern's); a document's title is ours.
KNOWN_TO_SUBJECTS = frozenset(
    {
        "concluded",
        "document_title",
        "due",
        "gone",
        "lines",
        "missing",
        "overdue",
        "starts_at",
        "step",
        "title",
        "version",
        "was",
        "why",
    }
)
# Of all cases, or of a meeting: their reference is no case's.
OF_NO_CASE = frozenset(
    {
        "crg-meeting-agenda",
        "crg-meeting-cancelled",
        "crg-meeting-invite",
        "crg-meeting-moved",
        "crg-meeting-undelivered",
        "crg-meeting-unrecorded",
        "weekly-digest",
    }
)
OF_A_CHILD = re.compile(
    r"child_?name|childs|family|surname|forename|birth|dob|narrative|summary|comments?\b|return_text", re.IGNORECASE
)


OUTSIDE = {
    "panel-submission",
    "panel-chaser",
    "review-delayed",
    "advance-copy",
    "submission-corrected",
    "put-right-outside",
}


def _source(name: str) -> str:
    return (files("templates") / "mail" / name).read_text(encoding="utf-8")


def _tree(name: str) -> nodes.Template:
    return Environment(autoescape=True).parse(_source(name))


def _attributes(tree: nodes.Node) -> set[str]:
    return {found.attr for found in tree.find_all(nodes.Getattr)}


def _mail_files() -> list[str]:
    room = files("templates") / "mail"
    parts = [f"parts/{one.name}" for one in (room / "parts").iterdir()]
    return sorted(one.name for one in room.iterdir() if one.name.endswith(".j2")) + parts


class _Outline(HTMLParser):
    """Collects headings and checks that every tag is closed in order."""

    VOID = frozenset({"meta", "br", "link", "img", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.links: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self._open.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def close(self) -> None:
        super().close()
        assert self._open == []


def _outline(html: str) -> _Outline:
    outline = _Outline()
    outline.feed(html)
    outline.close()
    return outline


def test_every_mail_template_has_a_sample() -> None:
    assert PROSE.mail_templates() == sorted(MAILS)


def test_every_document_template_has_a_sample() -> None:
    assert PROSE.document_templates() == sorted(DOCUMENTS)


@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_mail_renders_with_every_context_it_is_promised(name: str) -> None:
    sample = MAILS[name]
    for n in (sample.n, *sample.also):
        mail = PROSE.render_mail(name, mail_context(n))
        assert mail.subject.startswith(f"{REFERENCE}: ")
        assert len(mail.subject) <= 120
        assert "\n" not in mail.subject
        for leftover in ("{{", "{%", "{#", "\\", "None", "True", "False"):
            assert leftover not in mail.text
            assert leftover not in mail.html.split("</style>")[1]
        assert "\n\n\n" not in mail.text
        assert (f"Case {REFERENCE}" in mail.text) is (name not in OF_NO_CASE)
        assert PARTNERSHIP in mail.html
        assert _outline(mail.html).headings == []


@pytest.mark.parametrize("name", sorted(MAILS))
def test_the_first_line_of_a_mail_says_what_is_asked_by_when_and_how(name: str) -> None:
    sample = MAILS[name]
    first = PROSE.render_mail(name, mail_context(sample.n)).text.splitlines()[0]
    assert sample.asks in first
    assert (sample.by or "") in first
    assert first.endswith(".")
    assert re.search(
        r"\b(now|today|portal|link|nothing|reply|page|below|record|online|forward|date|stop|sign)", first, re.IGNORECASE
    )


@pytest.mark.parametrize("name", sorted(name for name, sample in MAILS.items() if "due" in sample.n))
def test_a_mail_that_knows_when_something_is_due_says_so_in_its_first_line(name: str) -> None:
    assert MAILS[name].by is not None


@pytest.mark.parametrize("name", sorted(MAILS))
def test_the_first_line_is_what_the_html_shows_first(name: str) -> None:
    mail = PROSE.render_mail(name, mail_context(MAILS[name].n))
    asked = mail.html.index('class="asked"')
    assert MAILS[name].asks in mail.html[asked:]
    assert asked < mail.html.index("Dear Wren Hale")


@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_mail_leads_to_a_page_unless_the_reader_is_outside_the_partnership(name: str) -> None:
    mail = PROSE.render_mail(name, mail_context(MAILS[name].n))
    outside = name in {
        "put-right-outside",
        "information-answered",
        "submission-corrected",
        "panel-submission",
        "panel-chaser",
        "review-delayed",
        "advance-copy",
        "advance-copy-news",
    }
    assert (PORTAL in mail.text) is not outside
    assert bool(_outline(mail.html).links) is not outside


@pytest.mark.parametrize("name", sorted(name for name, sample in MAILS.items() if "link" in sample.n))
def test_the_link_a_mail_is_about_stands_whole_in_text_and_html(name: str) -> None:
    link = MAILS[name].n["link"]
    mail = PROSE.render_mail(name, mail_context(MAILS[name].n))
    assert re.search(rf"^[^\n]+: {re.escape(link)}$", mail.text, re.MULTILINE)
    assert link in _outline(mail.html).links


@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_mail_that_lacks_a_value_is_an_error_not_an_empty_place(name: str) -> None:
    for missing in ("reference", "to_name", "partnership"):
        context = {key: value for key, value in mail_context(MAILS[name].n).items() if key != missing}
        with pytest.raises(UndefinedError):
            PROSE.render_mail(name, context)


@pytest.mark.parametrize("name", _mail_files())
def test_no_mail_template_knows_a_child_or_the_story(name: str) -> None:
    """Guard: mails travel in the open. Names, narratives and comments are read in the portal."""
    used = _attributes(_tree(name))
    assert used <= KNOWN_TO_MAILS
    assert not [word for word in used if OF_A_CHILD.search(word)]


@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_subject_holds_the_reference_and_nothing_personal(name: str) -> None:
    """Guard: subjects show on locked phones."""
    (subject,) = [block for block in _tree(f"{name}.j2").find_all(nodes.Block) if block.name == "subject"]
    assert _attributes(subject) <= KNOWN_TO_SUBJECTS
    assert {found.name for found in subject.find_all(nodes.Name)} <= {"reference", "n"}


@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_template_says_in_its_head_what_it_needs(name: str) -> None:
    head = _source(f"{name}.j2").splitlines()[0]
    assert head.startswith("{#")
    for key in MAILS[name].n:
        assert re.search(rf"\b{key}\b", head)


@pytest.mark.parametrize("name", _mail_files())
def test_no_mail_states_a_length_of_time_that_an_edition_may_change(name: str) -> None:
    """How long is data of the edition: mails give the date that came of it."""
    assert not re.search(r"\b(\d+|two|five|ten) (working days?|days?|hours?|months?)\b", _source(name))


@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_mail_reads_the_same_when_its_context_came_through_json(name: str) -> None:
    n = to_jsonable_python(MAILS[name].n)
    assert PROSE.render_mail(name, mail_context(n)) == PROSE.render_mail(name, mail_context(MAILS[name].n))


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_reads_the_same_when_its_context_came_through_json(name: str) -> None:
    n = to_jsonable_python(DOCUMENTS[name])
    assert PROSE.render_document(name, document_context(n)) == PROSE.render_document(
        name, document_context(DOCUMENTS[name])
    )


def test_comments_that_came_with_a_draft_sent_back_stay_in_the_portal() -> None:
    """R-11: free text may name a child, so it never travels by mail."""
    mail = PROSE.render_mail("sign-off-sent-back", mail_context(MAILS["sign-off-sent-back"].n))
    assert "section 3" not in mail.text + mail.html
    assert PORTAL in mail.text


def test_a_value_cannot_bring_markup_or_a_link_into_a_mail() -> None:
    nasty = "Health <script>alert(1)</script> [click](https://evil.example) *x*\n\n# Heading\n\n<https://evil.example>"
    mail = PROSE.render_mail("return-reminder", mail_context({**MAILS["return-reminder"].n, "agency_name": nasty}))
    assert "<script>" not in mail.html
    assert "<em>" not in mail.html
    assert "[click](https://evil.example) *x* # Heading" in mail.html
    assert not [link for link in _outline(mail.html).links if "evil" in link]
    assert _outline(mail.html).headings == []
    assert mail.text.splitlines()[0].startswith("Please send the return of Health")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "/relative", "portal.example.org/x"])
def test_a_link_that_is_no_web_address_is_refused(link: str) -> None:
    with pytest.raises(ValueError, match="base address"):
        PROSE.render_mail("return-reminder", mail_context({**MAILS["return-reminder"].n, "link": link}))


def test_a_death_in_care_leaves_the_two_duties_standing_after_a_decision_not_to_notify() -> None:
    """N-4, D-2."""
    (in_care,) = MAILS["not-notified"].also
    first = PROSE.render_mail("not-notified", mail_context(in_care)).text.splitlines()[0]
    assert "still tell Ofsted and the Secretary of State" in first


def test_the_pack_says_plainly_which_returns_are_missing_and_late() -> None:
    """R-5."""
    text = PROSE.render_mail("returns-pack", mail_context(MAILS["returns-pack"].n)).text
    assert "- Northmoor Community Health\n" in text
    assert "- Northmoor Police (late)\n- Northmoor Council Education\n" in text


@pytest.mark.parametrize(
    ("left", "says"),
    [
        (3, "Time left: 3 working days."),
        (1, "Time left: 1 working day."),
        (0, "No working day is left."),
        (-2, "It is 2 working days past its due time."),
    ],
)
def test_a_bell_says_how_much_time_is_left(left: int, says: str) -> None:
    n = {**MAILS["deadline-reminder"].n, "slack_working_days": left}
    assert says in PROSE.render_mail("deadline-reminder", mail_context(n)).text


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_is_one_whole_page_with_headings_in_order(name: str) -> None:
    html = PROSE.render_document(name, document_context(DOCUMENTS[name]))
    assert html.startswith('<!DOCTYPE html>\n<html lang="en-GB">')
    outline = _outline(html)
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    assert all(below - above <= 1 for above, below in zip(outline.headings, outline.headings[1:], strict=False))
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
