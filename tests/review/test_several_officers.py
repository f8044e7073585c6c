"""A partner with several accountable officers: each is asked, or by the edition the first alone. R-11, R-15, N-2."""

from datetime import date

import pytest

from calendar_rules.edition import Edition, load_edition
from calendar_rules.notifying import Notifying
from review.case import reads
from review.chapters.crg.register import warnings
from review.chapters.practice_review import reads as stands
from review.facts.directory import Member, Partner, Role
from review.facts.enums import Decision, Stage, View, Viewer
from review.facts.practice_review import EarlyCommentGiven, EarlyCommentSought
from review.facts.report import SubmittedToPanel
from review.kit import refusals as no
from review.next_steps import next_steps
from tests.review.practice import Review
from tests.review.test_confirming import HELD, directory, person
from tests.review.world import EDITION, WHY, World, cast, decided, speaker, view

DAY = date(2026, 5, 11)
ENGLAND = load_edition("england-2023")
SECOND = Member(id="officer-second", roles=[Role.ACCOUNTABLE_OFFICER], partner=Partner.HEALTH)
BOTH = cast(also=(SECOND,))
ONE_SUFFICES = EDITION.model_copy(
    update={"national": EDITION.national.model_copy(update={"each_officer_signs": False})}
)


def decided_by_partners(*agreed_by: Viewer) -> Edition:
    return EDITION.model_copy(update={"notifying": Notifying(agreed_by=list(agreed_by), clause="sample")})


def test_each_of_a_partner_s_officers_is_asked_and_the_report_is_approved_when_all_have_signed() -> None:
    """R-11, D-8: each has a link and 48 hours of their own."""
    world = World(who=BOTH)
    one = world.send_out()
    assert [(ask.capacity, ask.officer) for ask in one.asks] == [
        ("local-authority", "officer-local-authority"),
        ("health", "officer-health"),
        ("health.2", "officer-second"),
        ("police", "officer-police"),
    ]
    assert world.deadline(f"D-8:{one.id}:health.2").open
    for officer in ("officer-local-authority", "officer-health", "officer-police"):
        world.sign(officer)
    assert one.open
    with pytest.raises(no.NotAskedToSign):
        world.sign("officer-second", capacity="police")
    world.sign("officer-second")
    assert world.case.stage is Stage.SUBMISSION
    assert "health/second-officer" in str([mail.n.get("capacity") for mail in world.posted])


def test_where_the_edition_says_that_one_suffices_the_first_alone_is_asked() -> None:
    world = World(who=BOTH, edition=ONE_SUFFICES)
    assert [ask.officer for ask in world.send_out().asks] == [
        "officer-local-authority",
        "officer-health",
        "officer-police",
    ]


def test_a_further_officer_who_is_entered_during_a_round_is_asked_and_one_who_leaves_is_asked_no_more() -> None:
    world = World()
    one = world.send_out()
    world.recast(cast(2, also=(SECOND,)))
    assert one.ask_for("health.2").received_at
    assert world.lines("officer-added")
    world.restart()
    one = world.case.rounds[-1]
    world.recast(cast(3, without=("officer-health",), also=(SECOND,)))
    assert [ask.officer for ask in one.asks] == ["officer-local-authority", "officer-police", "officer-second"]
    assert world.deadline(f"D-8:{one.id}:health").stopped_at
    for ask in list(one.asks):
        world.sign(ask.officer)
    assert world.case.stage is Stage.SUBMISSION


def test_the_last_signature_may_be_that_of_an_officer_who_leaves() -> None:
    world = World(who=BOTH)
    one = world.send_out()
    for officer in ("officer-local-authority", "officer-second", "officer-police"):
        world.sign(officer)
    world.recast(cast(2, without=("officer-health",), also=(SECOND,)))
    assert not one.open
    assert world.case.stage is Stage.SUBMISSION


def test_an_officer_who_takes_over_is_no_further_one() -> None:
    """R-11: what the predecessor has signed stands, and the successor is not asked again."""
    world = World()
    one = world.send_out()
    world.sign("officer-health")
    world.recast(cast(2, without=("officer-health",), also=(SECOND,)))
    assert [ask.capacity for ask in one.asks] == ["local-authority", "health", "police"]


def test_a_decision_that_differs_is_agreed_by_each_officer() -> None:
    """R-15"""
    world = World(who=BOTH)
    world.send_out()
    for ask in list(world.case.rounds[-1].asks):
        world.sign(ask.officer)
    world.say(SubmittedToPanel(version=1, covering_letter=WHY))
    world.say(decided(Decision.LEARNING_REVIEW, difference_reason=WHY))
    one = world.case.rounds[-1]
    for officer in ("officer-local-authority", "officer-health", "officer-police"):
        world.sign(officer)
    assert reads.decision(world.case) is None
    world.sign("officer-second")
    assert reads.decision(world.case)
    assert one.status == "approved"


def test_each_officer_is_asked_for_early_comment() -> None:
    """K-7"""
    world = Review()
    world.recast(cast(2, also=(SECOND,)))
    world.contract()
    world.say(EarlyCommentSought(version=world.sound()))
    for officer in ("officer-local-authority", "officer-health", "officer-police", "independent"):
        world.say(EarlyCommentGiven(officer=officer, comments=WHY))
    assert stands.still_to_comment(world.case) == ["health.2"]
    world.say(EarlyCommentGiven(officer="officer-second", nothing_to_add=True))
    assert stands.early_comment_over(world.case)


def test_each_officer_of_a_partner_that_decides_on_notifying_gives_a_view() -> None:
    """N-2, N-7: one of them is silent, and the Panel cannot be notified; then they differ."""
    world = World(who=BOTH, edition=decided_by_partners(Viewer.HEALTH))
    assert {"officer-health", "officer-second"} <= set(world.mails("incident-received"))
    world.say(view(Viewer.HEALTH), speaker("officer-health"))
    assert reads.silent(world.case) == [Viewer.HEALTH]
    offered = [step.example["person"] for step in next_steps(world.case, world.now) if step.rel == "partner-view-given"]
    assert offered == ["officer-second", "officer-health"]  # who is silent first
    with pytest.raises(no.WhoseView, match="one of officer-health, officer-second"):
        world.say(view(Viewer.HEALTH), speaker("sbu-1"))
    with pytest.raises(no.NotYourRole):
        world.say(view(Viewer.HEALTH, person="officer-second"), speaker("officer-health"))
    world.say(view(Viewer.HEALTH, View.DO_NOT_NOTIFY, person="officer-second"), speaker("sbu-1"))
    assert reads.views_differ(world.case)
    world.say(view(Viewer.HEALTH), speaker("officer-second", known=BOTH))
    assert world.case.stage is Stage.NOTIFICATION


# --- the directory warns ---


def test_a_second_officer_of_a_partner_is_warned_about_as_it_is_entered() -> None:
    ash, bo = (person(id, roles=[Role.ACCOUNTABLE_OFFICER], partner=Partner.HEALTH) for id in ("ash", "bo"))
    held = directory(ash, person("lead"), person("senior"))
    assert not [line for line in warnings(held, [EDITION], DAY) if "accountable officers" in line]
    held = directory(ash, bo, person("lead"), person("senior"))
    assert [line for line in warnings(held, [EDITION, ENGLAND], DAY) if "accountable officers" in line] == [
        "Health has 2 accountable officers: ash, bo. Under doncaster-2018 and england-2023 each of them signs (R-11)."
    ]
    assert [line for line in warnings(held, [ONE_SUFFICES], DAY) if "accountable officers" in line] == [
        "Health has 2 accountable officers: ash, bo. Under doncaster-2018 the first, ash, signs alone (R-11)."
    ]


def test_an_office_that_nobody_holds_is_warned_about_with_what_it_is_needed_for() -> None:
    """G-1, N-2: the Chief Executive decides in Doncaster alone; a Chair on leave without a stand-in is there."""
    found = [line for line in warnings(directory(*HELD), [EDITION, ENGLAND], DAY) if line.startswith("Nobody holds")]
    chief = (
        "Nobody holds the office of chief executive. Under doncaster-2018 it is needed for: the view whether to notify"
    )
    assert any(line.startswith(chief) for line in found)
    assert any(line.startswith("Nobody holds the office of accountable officer, police.") for line in found)
    assert not any("accountable officer, health" in line or "business unit." in line for line in found)
