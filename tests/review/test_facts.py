"""A fact says on its class what it is; what it says must be whole."""

from string import Formatter

import pytest

from review.chapters import CHAPTERS
from review.facts import FACTS, Corrected, Fact
from review.facts.any_stage import TakenBack

VERBS = {
    "Add",
    "Agree",
    "Ask",
    "Attach",
    "Call",
    "Check",
    "Choose",
    "Close",
    "Confirm",
    "Correct",
    "Declare",
    "Do",
    "Enter",
    "Give",
    "Hand",
    "Invite",
    "Issue",
    "Merge",
    "Name",
    "Open",
    "Pause",
    "Publish",
    "Put",
    "Raise",
    "Read",
    "Record",
    "Report",
    "Say",
    "Score",
    "Send",
    "Set",
    "Share",
    "Stop",
    "Take",
    "Tell",
    "Withdraw",
    "Write",
}


@pytest.mark.parametrize("fact", FACTS.values(), ids=list(FACTS))
def test_every_fact_says_what_it_is(fact: type[Fact]) -> None:
    """Its title, who may report it, and of itself only what it has."""
    assert fact.title
    assert fact.may_report
    assert len(set(fact.may_report)) == len(fact.may_report)
    assert set(fact.subject) <= set(fact.model_fields)
    assert fact.subject or not fact.keeps_subject
    asked = {name for cause in fact.told_by_mail for _, name, _, _ in Formatter().parse(cause) if name}
    assert asked <= {"message", *fact.model_fields}
    assert not (fact.instead_of_correcting and (fact.not_taken_back or fact.told_by_mail or fact.mailed_again))


def test_every_form_tells_its_reader_what_to_do() -> None:
    """The first word is a verb: what is on the page is a task, and no definition (§2)."""
    without = {name for name, fact in FACTS.items() if not fact.what_to_do}
    assert without == {
        *("link-asked-for", "reply-downloaded", "mail-undelivered", "calendar-changed", "directory-changed"),
        *("case-joined", "case-parted"),
    }, "those that a page of their own says, or the system by itself"
    first = {fact.what_to_do.split()[0] for fact in FACTS.values() if fact.what_to_do}
    assert first <= VERBS, f"a verb goes first, in the imperative: {sorted(first - VERBS)}"


def test_every_fact_stands_in_one_chapter_but_those_that_put_any_of_them_right() -> None:
    placed = [fact for chapter in CHAPTERS for fact in chapter.facts]
    assert len(set(placed)) == len(placed)
    assert set(placed) == set(FACTS.values()) - {Corrected, TakenBack}


def test_a_chapter_checks_only_its_own_facts() -> None:
    for chapter in CHAPTERS:
        assert set(chapter.checks) <= set(chapter.facts), chapter.title
