"""What a mail may know of a case, and what its subject may: nothing of a child (N-*, X-1)."""

import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment, nodes

from tests.delivery.rendered import PROSE, mail_files, source
from tests.delivery.samples import MAILS, PORTAL, mail_context

# What a mail may know of a case. A new word here is a decision about privacy, not a formality.
KNOWN_TO_MAILS = frozenset(
    {
        "care_leaver",
        "nil",  # that a return was a nil return
        "by_reply",  # that an answer came by a reply to a mail, never what else it says
        "opened",
        "kind",  # what a reply would answer
        "counts",
        "at_once",
        "deciders",
        "heard",
        "needed_for",
        "own",
        "receipt",
        "receipt_due",
        "safety",  # recorded, none needed or missing: never which steps, nor for whom
        "silent",
        "vacant",
        "still",
        "agencies",  # names of agencies, of nobody in them
        "out",  # whether the draft is with the officers
        "agency_name",
        "address",
        "approved",
        "offices",
        "at",
        "by_name",
        "called",  # what people call an action or a milestone, which is left out where it names a child or the family
        "again",
        "agenda_link",
        "as_deputy_for",
        "asked_at",
        "aware_at",
        "begins",
        "by_office",
        "capacity",
        "care_death",
        "child_count",  # how many, never who
        "code",  # with which somebody signs in, once, in the browser that asked for it; in no subject
        "commented",
        "communications",
        "concluded",
        "contradictions",  # how many criteria, never why
        "copies_by",
        "count",
        "parts",  # of Today: titles of deadlines and steps, offices and agencies
        "day",
        "d_10",
        "deadlines",
        "decided_at",
        "gone",
        "told_at",
        "decision",
        "declined",
        "before_response",
        "decided",
        "differs",
        "each_agreed",
        "made",
        "recorded",
        "document_title",
        "drafted",
        "due",
        "ends_at",  # of a meeting
        "entered_overdue",
        "evidence_given",
        "forecast",
        "given",
        "home_count",
        "kin_count",
        "known_by",
        "lacking",
        "lacks",
        "late",
        "latest_safe",
        "lead_name",
        "lead_address",  # of somebody of the directory, to the Business Unit
        "worst",
        "lines",
        "link",
        "loses",
        "maximum",
        "meeting_date",
        "missing",
        "n",
        "new",
        "stands",
        "note",  # the covering note of a request, which is refused where it names a child
        "notified_at",
        "office",
        "officers",
        "on_behalf_of",
        "on_behalf_of_name",
        "on_time",
        "other",
        "outcome",
        "overdue",
        "owner",
        "panel_reference",
        "places",
        "planned_at",
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
        "signer_name",
        "name",
        "waits",
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
        "trouble",
        "why",
        "withdrawn_at",
        "yours",
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
        "new",  # whether a return came after the meeting
        "overdue",
        "starts_at",
        "step",
        "title",
        "version",
        "was",
        "why",
    }
)

OF_A_CHILD = re.compile(
    r"child_?name|childs|family|surname|forename|birth|dob|narrative|summary|comments?\b|return_text", re.IGNORECASE
)


def _tree(name: str) -> nodes.Template:
    return Environment(autoescape=True).parse(source(name))


def _attributes(tree: nodes.Node) -> set[str]:
    return {found.attr for found in tree.find_all(nodes.Getattr)}


def _story(name: str) -> Iterator[str]:
    """It knows no child and no story: mails travel in the open; names, narratives and comments stay in the portal."""
    used = _attributes(_tree(name))
    yield from (f"{word} is not among what mails may know" for word in sorted(used - KNOWN_TO_MAILS))
    yield from (f"{word} is of a child" for word in sorted(used) if OF_A_CHILD.search(word))


def _subject(name: str) -> Iterator[str]:
    """Its subject holds the reference and nothing personal: subjects show on locked phones."""
    for subject in (block for block in _tree(name).find_all(nodes.Block) if block.name == "subject"):
        yield from (f"the subject knows {word}" for word in sorted(_attributes(subject) - KNOWN_TO_SUBJECTS))
        names = {found.name for found in subject.find_all(nodes.Name)}
        yield from (f"the subject uses {word}" for word in sorted(names - {"reference", "n"}))
        if "act" in {found.name for found in subject.find_all(nodes.Filter)}:
            yield "the subject may hold what people call a thing: use act_in_subject"


@pytest.mark.parametrize("name", mail_files())
def test_no_mail_template_knows_more_than_it_may(name: str) -> None:
    """Guard."""
    assert [*_story(name), *_subject(name)] == []


def test_every_mail_has_one_subject() -> None:
    for name in MAILS:
        subjects = [block for block in _tree(f"{name}.j2").find_all(nodes.Block) if block.name == "subject"]
        assert len(subjects) == 1, name


def test_comments_that_came_with_a_draft_sent_back_stay_in_the_portal() -> None:
    """R-11: free text may name a child, so it never travels by mail."""
    mail = PROSE.render_mail("sign-off-sent-back", mail_context(MAILS["sign-off-sent-back"].n))
    assert "section 3" not in mail.text + mail.html
    assert PORTAL in mail.text
