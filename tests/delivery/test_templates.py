"""Every mail renders, and says first what is asked (N-*, R-*, X-1, D-*)."""

import re
from collections.abc import Iterator

import pytest
from jinja2 import UndefinedError
from pydantic_core import to_jsonable_python

from calendar_rules.edition import editions, load_edition
from delivery.acts import act
from delivery.papers.samples import PARTNERSHIP, REFERENCE
from review.case.notices import Notice
from review.kit.mail_names import NAMES, mail_name
from tests.delivery import gallery
from tests.delivery.rendered import PROSE, mail_files, outline, source
from tests.delivery.samples import MAILS, PORTAL, mail_context

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
        "morning-mail",
        "sign-in-code",
        "sign-in-no-code",
        "weekly-digest",
    }
)


def test_every_mail_template_has_a_sample() -> None:
    assert PROSE.mail_templates() == sorted(MAILS)


def test_the_gallery_shows_every_mail_as_it_is_sent_now() -> None:
    """Guard of docs/mails.md."""
    assert gallery.PAGE.read_text(encoding="utf-8") == gallery.page(), "write it again: make gallery"


# Readers who are outside the partnership: no page of ours is for them.
NO_PAGE = frozenset(
    {
        "put-right-outside",
        "information-answered",
        "submission-corrected",
        "panel-submission",
        "panel-chaser",
        "review-delayed",
        "late-returns-told",
        "advance-copy",
        "advance-copy-news",
        "publication-plan",
        "not-publishing",
        "improvements-published",
    }
)
BY_LINK_ALONE = frozenset(
    {"findings-handed-over", "papers-to-read"}
)  # who never sign in, and answer on the page of their link

A_LENGTH_OF_TIME = re.compile(r"\b(\d+|two|five|ten) (working days?|days?|hours?|months?)\b")
AN_ACT = re.compile(
    r"\b(no action|now|today|portal|link|nothing|reply|page|below|record|online|forward|date|stop|sign|by the end of|"
    r"disregard|attached)",
    re.IGNORECASE,
)


def _rendered(name: str) -> Iterator[str]:
    """It renders with every context that it is promised."""
    for n in (MAILS[name].n, *MAILS[name].also):
        mail = PROSE.render_mail(name, mail_context(n))
        if len(mail.subject) > 120 or "\n" in mail.subject:
            yield f"the subject is not one short line: {mail.subject!r}"
        if mail.subject.startswith(f"{REFERENCE}: ") is (name in OF_NO_CASE):
            yield f"the subject names a case where it is of none, or none where it is of one: {mail.subject!r}"
        for leftover in ("{{", "{%", "{#", "\\", "None", "True", "False"):
            if leftover in mail.text or leftover in mail.html.split("</style>")[1]:
                yield f"{leftover} is left over"
        if "\n\n\n" in mail.text:
            yield "there are two empty lines together"
        if (f"Case {REFERENCE}" in mail.text) is (name in OF_NO_CASE):
            yield "it names a case where it is of none, or none where it is of one"
        if PARTNERSHIP not in mail.html:
            yield "it does not name the partnership"
        if outline(mail.html).headings:
            yield "it has headings"


def _first_line(name: str) -> Iterator[str]:
    """Its first line says what is asked, by when and how; the HTML shows it first."""
    sample = MAILS[name]
    mail = PROSE.render_mail(name, mail_context(sample.n))
    first = mail.text.splitlines()[0]
    if sample.asks not in first or (sample.by or "") not in first:
        yield f"the first line lacks {sample.asks!r} or {sample.by!r}: {first}"
    if not first.endswith(".") or not AN_ACT.search(first):
        yield f"the first line is no sentence that says what to do: {first}"
    if "due" in sample.n and sample.by is None:
        yield "it knows when something is due, and its first line does not say it"
    asked = mail.html.index('class="asked"')
    if sample.asks not in mail.html[asked:] or asked > mail.html.index("Dear Wren Hale"):
        yield "the HTML does not show first what is asked"


def _led_on(name: str) -> Iterator[str]:
    """It leads to a page, unless its reader is outside; the link that it is about stands whole, in text and HTML."""
    mail = PROSE.render_mail(name, mail_context(MAILS[name].n))
    if (PORTAL in mail.text) is (name in NO_PAGE | BY_LINK_ALONE) or bool(outline(mail.html).links) is (
        name in NO_PAGE
    ):
        yield "it leads to no page, or leads somebody outside to one"
    if (link := MAILS[name].n.get("link")) and not (
        re.search(rf"^[^\n]+: {re.escape(link)}$", mail.text, re.MULTILINE) and link in outline(mail.html).links
    ):
        yield f"the link {link} does not stand whole on a line of its own"


def _needed(name: str) -> Iterator[str]:
    """What it needs stands in its head, and a value that is missing is an error, not an empty place."""
    head = source(f"{name}.j2").splitlines()[0]
    if not head.startswith("{#"):
        yield "its head does not say what it needs"
    yield from (f"its head lacks {key}" for key in MAILS[name].n if not re.search(rf"\b{key}\b", head))
    for missing in ("to_name", "partnership", *([] if name in OF_NO_CASE else ["reference"])):
        context = {key: value for key, value in mail_context(MAILS[name].n).items() if key != missing}
        try:
            PROSE.render_mail(name, context)
        except UndefinedError:
            continue
        yield f"it renders without {missing}"


def _as_json(name: str) -> Iterator[str]:
    """It reads the same when its context came through JSON."""
    n = to_jsonable_python(MAILS[name].n)
    if PROSE.render_mail(name, mail_context(n)) != PROSE.render_mail(name, mail_context(MAILS[name].n)):
        yield "it reads otherwise when its context came through JSON"


@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_mail_is_without_fault(name: str) -> None:
    rules = (_rendered, _first_line, _led_on, _needed, _as_json)
    assert [fault for rule in rules for fault in rule(name)] == []


def test_no_mail_states_a_length_of_time_that_an_edition_may_change() -> None:
    """How long is data of the edition: mails give the date that came of it."""
    assert [name for name in mail_files() if A_LENGTH_OF_TIME.search(source(name))] == []


EDGE = re.compile(r'\{\{ *"(?: [^"]*"|[^"]* "(?= if| *\}\}))')


def test_no_word_of_a_mail_brings_a_space_at_its_edge_which_would_be_lost() -> None:
    """What an expression writes loses its outer spaces: "attacheddraft". A condition around the word keeps them."""
    assert [name for name in mail_files() if EDGE.search(source(name))] == []


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


@pytest.mark.parametrize(
    ("capacity", "over"), [("crg-chair", "Independent Chair"), ("accountable-officer:health", "Chair of")]
)
def test_nobody_is_sent_with_a_doubt_of_a_signature_to_whoever_gave_it(capacity: str, over: str) -> None:
    """R-11: the CRG Chair's own is put to the Independent Chair."""
    for yours in (True, False):
        n = MAILS["signature-given"].n | {"capacity": capacity, "yours": yours}
        assert f"tell the {over}" in PROSE.render_mail("signature-given", mail_context(n)).text.replace(
            "the Business Unit and ", ""
        )


def test_a_death_in_care_leaves_the_two_duties_standing_after_a_decision_not_to_notify() -> None:
    """N-4, D-2."""
    (in_care,) = MAILS["not-notified"].also
    first = PROSE.render_mail("not-notified", mail_context(in_care)).text.splitlines()[0]
    assert "still tell Ofsted and the Secretary of State" in first


@pytest.mark.parametrize(
    ("left", "says"),
    [
        (3, "(3 working days left)."),
        (1, "(1 working day left)."),
        (0, "Friday 5 June 2026."),
        (-2, "(2 working days ago)."),
    ],
)
def test_a_reminder_says_how_much_time_is_left(left: int, says: str) -> None:
    n = {**MAILS["deadline-reminder"].n, "slack_working_days": left}
    first = PROSE.render_mail("deadline-reminder", mail_context(n)).text.splitlines()[0]
    assert first.startswith("Submit the rapid review to the Panel by the end of Friday 5 June 2026")
    assert first.endswith(says)


def test_a_mail_says_which_working_day_it_is_while_d_7_runs() -> None:
    """D-7: in the first line, with or without a date; a mail that asks nothing, or goes outside, does not say it."""
    counted = {"counted": "working day 12 of 15"}
    asks = ("deadline-reminder", "returns-request", "sign-off-complete", "duty-failed")
    for name in (*asks, "learning-disseminated", "panel-submission", "signature-given", "weekly-digest"):
        says = name in asks
        mail = PROSE.render_mail(name, mail_context(MAILS[name].n) | counted)
        assert mail.text.splitlines()[0].endswith("Today is working day 12 of 15.") is says
        assert ("working day 12 of 15" in mail.html) is says


def test_a_reminder_names_what_it_is_about_and_who_is_responsible() -> None:
    """X-1, G-11: the action, the agency; never an id or a class of ours."""
    first = {
        one["title"] + one["owner"]: PROSE.render_mail("deadline-overdue", mail_context(one)).text
        for one in MAILS["deadline-overdue"].also
    }
    action, agency = first["Actionaction-owner"], first["Agency's returnagency"]
    assert action.startswith('Overdue: carry out the action "Review missed-appointment letters". It was due by')
    assert "Dale Sample is responsible." in action
    assert agency.startswith("Overdue: send the return of Northmoor Community Health. It was due by")
    assert "Northmoor Community Health is responsible." in agency
    closing = first["Actioncrg-chair"]
    assert closing.startswith(
        'Overdue: agree to close the action "Review missed-appointment letters", or say what is missing'
    )
    assert "You are responsible." in closing
    long = MAILS["deadline-reminder"].also[-1] | {"called": "Review missed-appointment letters " * 5}
    for kind in ("reminder", "overdue", "escalation"):
        assert len(PROSE.render_mail(f"deadline-{kind}", mail_context(long)).subject) < 121, "whatever it is called"


def test_every_mail_of_a_case_has_a_name_in_words() -> None:
    """X-3: the record and a failed duty say "request for the agency's return", not the name of a template."""
    of_no_notice = {"several", "morning-mail", "sign-in-code", "sign-in-no-code"}
    assert set(NAMES) == set(PROSE.mail_templates()) - of_no_notice
    moved = Notice(cause="x", template="deadline-reminder", to="dcs", n={"title": "Agency's return"})
    assert mail_name(moved) == "reminder: Agency's return"


def test_every_deadline_of_an_edition_has_words_of_its_own() -> None:
    """D-*: what is to be done is the first verb of its mails; only a partnership's own milestone goes by its title."""
    own_mails = {"D-8", "R-16"}
    rules = {rule: one for name in editions() for rule, one in load_edition(name).deadlines.items()}
    plain = [rule for rule, one in rules.items() if act({"rule_id": rule, "title": one.title}).startswith('Complete "')]
    assert set(plain) == own_mails


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
