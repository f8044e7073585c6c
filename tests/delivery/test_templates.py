"""Every mail renders, and says first what is asked (N-*, R-*, X-1, D-*)."""

import re

import pytest
from jinja2 import UndefinedError
from pydantic_core import to_jsonable_python

from tests.delivery.rendered import PROSE, mail_files, outline, source
from tests.delivery.samples import MAILS, PARTNERSHIP, PORTAL, REFERENCE, mail_context

# Of all cases, or of a meeting: their reference is no case's.
OF_NO_CASE = frozenset(
    {
        "address-changed",
        "crg-meeting-agenda",
        "crg-meeting-cancelled",
        "crg-meeting-invite",
        "crg-meeting-moved",
        "crg-meeting-undelivered",
        "crg-meeting-unrecorded",
        "directory-changed",
        "weekly-digest",
    }
)

OUTSIDE = {
    "panel-submission",
    "panel-chaser",
    "review-delayed",
    "advance-copy",
    "submission-corrected",
    "put-right-outside",
}


def test_every_mail_template_has_a_sample() -> None:
    assert PROSE.mail_templates() == sorted(MAILS)


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
        assert outline(mail.html).headings == []


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
    assert bool(outline(mail.html).links) is not outside


@pytest.mark.parametrize("name", sorted(name for name, sample in MAILS.items() if "link" in sample.n))
def test_the_link_a_mail_is_about_stands_whole_in_text_and_html(name: str) -> None:
    link = MAILS[name].n["link"]
    mail = PROSE.render_mail(name, mail_context(MAILS[name].n))
    assert re.search(rf"^[^\n]+: {re.escape(link)}$", mail.text, re.MULTILINE)
    assert link in outline(mail.html).links


@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_mail_that_lacks_a_value_is_an_error_not_an_empty_place(name: str) -> None:
    for missing in ("reference", "to_name", "partnership"):
        context = {key: value for key, value in mail_context(MAILS[name].n).items() if key != missing}
        with pytest.raises(UndefinedError):
            PROSE.render_mail(name, context)


@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_template_says_in_its_head_what_it_needs(name: str) -> None:
    head = source(f"{name}.j2").splitlines()[0]
    assert head.startswith("{#")
    for key in MAILS[name].n:
        assert re.search(rf"\b{key}\b", head)


@pytest.mark.parametrize("name", mail_files())
def test_no_mail_states_a_length_of_time_that_an_edition_may_change(name: str) -> None:
    """How long is data of the edition: mails give the date that came of it."""
    assert not re.search(r"\b(\d+|two|five|ten) (working days?|days?|hours?|months?)\b", source(name))


@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_mail_reads_the_same_when_its_context_came_through_json(name: str) -> None:
    n = to_jsonable_python(MAILS[name].n)
    assert PROSE.render_mail(name, mail_context(n)) == PROSE.render_mail(name, mail_context(MAILS[name].n))


def test_a_value_cannot_bring_markup_or_a_link_into_a_mail() -> None:
    nasty = "Health <script>alert(1)</script> [click](https://evil.example) *x*\n\n# Heading\n\n<https://evil.example>"
    mail = PROSE.render_mail("return-reminder", mail_context({**MAILS["return-reminder"].n, "agency_name": nasty}))
    assert "<script>" not in mail.html
    assert "<em>" not in mail.html
    assert "[click](https://evil.example) *x* # Heading" in mail.html
    assert not [link for link in outline(mail.html).links if "evil" in link]
    assert outline(mail.html).headings == []
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


@pytest.mark.parametrize(
    ("left", "says"),
    [
        (3, "Time left: 3 working days."),
        (1, "Time left: 1 working day."),
        (0, "No working day is left after this one."),
        (-2, "It is 2 working days past its due time."),
    ],
)
def test_a_reminder_says_how_much_time_is_left(left: int, says: str) -> None:
    n = {**MAILS["deadline-reminder"].n, "slack_working_days": left}
    assert says in PROSE.render_mail("deadline-reminder", mail_context(n)).text


def test_a_case_that_is_concluded_says_that_all_is_complete_only_where_it_is() -> None:
    """A step of the page may still be needed: telling the Secretary of State of a delay, say."""
    complete, left = MAILS["case-concluded"].n, MAILS["case-concluded"].also[0]
    assert "Everything required is complete" in PROSE.render_mail("case-concluded", mail_context(complete)).text
    text = PROSE.render_mail("case-concluded", mail_context(left)).text
    assert "1 step is still to be done" in text.splitlines()[0]
    missing = PROSE.render_mail("case-concluded", mail_context(MAILS["case-concluded"].also[1])).text
    assert "the case was concluded without a record of it" in missing
    assert "- Record the immediate safety steps" in missing
    assert "Everything required is complete" not in missing
    assert "- Tell the Secretary of State of the delay" in text
    assert "complete" not in text
