"""Whose views decide on notifying, and who is chased while they are silent (§1, N-2, N-7)."""

import pytest

from calendar_rules.edition import load_edition
from review.case import reads
from review.facts.any_stage import CaseReopened, CaseWithdrawn
from review.facts.crg import ConcernEscalated
from review.facts.directory import Member, Role
from review.facts.enums import NotNotifiedOutcome, Stage, View, Viewer
from review.facts.notification import NotNotifiedDecided
from review.kit.refusals import CannotBeReopened, CaseEnded, NotYourRole, PartnersNotAgreed, ViewNotAsked
from review.next_steps import next_steps
from review.view import case_view
from tests.review.world import WHY, World, at, cast, notified, speaker, view

NO = View.DO_NOT_NOTIFY
ENGLAND = load_edition("england-2023")


def chased(world: World, until: str) -> list[str]:
    world.wait(until)
    found = world.mails("view-awaited")
    world.deliver()
    return found


def test_a_silent_second_view_is_chased_after_four_working_hours_then_daily_with_the_crg_chair_told() -> None:
    """N-7: asked on Monday 11 May at 11:00, so by 15:00; one view never comes until Thursday."""
    world = World()
    assert world.deadline("N-7").due == at("2026-05-11T15:00")
    world.say(view(Viewer.DCS))
    assert chased(world, "2026-05-11T14:59") == []
    assert chased(world, "2026-05-11T15:01") == ["chief"]
    assert chased(world, "2026-05-12T08:59") == []
    assert chased(world, "2026-05-12T09:00") == ["chief", "chair"]
    assert chased(world, "2026-05-13T12:00") == ["chief", "chair"]
    assert chased(world, "2026-05-14T12:00") == ["chief", "chair"]
    world.say(view(Viewer.CHIEF_EXECUTIVE))
    assert chased(world, "2026-05-20T12:00") == []
    assert world.deadline("N-7").met_at == at("2026-05-14T12:00")


def test_both_are_chased_while_neither_has_spoken_and_views_in_time_are_chased_by_nobody() -> None:
    """N-7"""
    assert chased(World(), "2026-05-11T15:01") == ["dcs", "chief"]
    prompt = World()
    prompt.say(view(Viewer.DCS))
    prompt.say(view(Viewer.CHIEF_EXECUTIVE, NO))
    assert chased(prompt, "2026-05-13T15:01") == []  # views that differ have mails of their own


def test_the_hours_are_working_hours() -> None:
    """N-7: reported on Friday 22 May at 16:00, before a bank holiday."""
    assert World(now="2026-05-22T16:00").deadline("N-7").due == at("2026-05-26T12:00")


def test_views_that_are_asked_for_again_are_chased_again() -> None:
    """N-7, X-1"""
    world = World()
    world.say(view(Viewer.DCS, NO))
    world.say(view(Viewer.CHIEF_EXECUTIVE, NO))
    world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=WHY))
    world.wait("2026-05-13T10:00")
    world.say(CaseReopened(reason=WHY))
    assert world.deadline("N-7:2").due == at("2026-05-13T14:00")
    world.deliver()
    assert chased(world, "2026-05-13T14:01") == ["dcs", "chief"]


def test_the_local_authority_decides_alone_where_the_edition_says_so() -> None:
    """N-2 under england-2023: without a Chief Executive the DCS's view is enough."""
    world = World(edition=ENGLAND, who=cast(without=("chief",)))
    world.say(view(Viewer.DCS))
    world.say(notified(notified_by="Director of Children's Services"), speaker("dcs"))
    assert world.case.stage is Stage.SCOPING


def test_partners_are_heard_where_the_edition_says_so_and_hinder_nothing() -> None:
    """N-2 under england-2023"""
    world = World(edition=ENGLAND)
    assert world.mails("incident-received") == ["dcs", "chief", "officer-health", "officer-police"]
    world.say(view(Viewer.POLICE, NO), speaker("officer-police"))
    with pytest.raises(NotYourRole):
        world.say(view(Viewer.HEALTH, NO), speaker("officer-police"))
    with pytest.raises(PartnersNotAgreed, match="The DCS must agree"):
        world.say(notified())
    world.say(view(Viewer.DCS))
    assert not reads.views_differ(world.case)
    world.say(notified())
    assert world.case.stage is Stage.SCOPING


def test_a_view_that_the_edition_does_not_ask_for_is_refused_and_not_offered() -> None:
    """N-2 in Doncaster: the two heads decide, and no partner is asked."""
    world = World()
    with pytest.raises(ViewNotAsked, match="the accountable officer for the police"):
        world.say(view(Viewer.POLICE), speaker("officer-police"))
    offered = {step.about for step in next_steps(world.case, world.now) if step.rel == "partner-view-given"}
    assert offered == {"dcs", "chief-executive"}


def test_in_doncaster_the_trust_notifies_for_the_local_authority() -> None:
    """D-1: not the DCS; under england-2023 the DCS."""
    world = World()
    world.say(view(Viewer.DCS))
    world.say(view(Viewer.CHIEF_EXECUTIVE))
    with pytest.raises(NotYourRole):
        world.say(notified(), speaker("dcs"))
    [step] = [one for one in next_steps(world.case, world.now) if one.rel == "panel-notified"]
    assert step.roles == [Role.CHIEF_EXECUTIVE, Role.BUSINESS_UNIT]


# --- both said no (N-2) ---


def closed() -> World:
    world = World()
    world.say(view(Viewer.DCS, NO))
    world.say(view(Viewer.CHIEF_EXECUTIVE, NO))
    world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=WHY))
    return world


ESCALATION = Member(id="named-officer", roles=[Role.ESCALATION_OFFICER])


def test_the_partners_and_both_chairs_are_told_of_a_decision_not_to_notify() -> None:
    """N-2: by whom, and where the reasons are."""
    people = ["dcs", "chief", "sbu-1", "sbu-2"]
    officers = ["officer-local-authority", "officer-health", "officer-police"]
    assert closed().mails("not-notified") == [*people, *officers, "chair", "independent"]


def test_a_partner_that_disagrees_reopens_the_case_by_a_concern() -> None:
    """N-2, G-7, D-1: its clock runs from the aware time, as if nothing had stopped it."""
    world = closed()
    world.recast(cast(2, also=(ESCALATION,)))
    world.deliver()
    world.wait("2026-05-12T10:00")
    world.say(ConcernEscalated(concern="concern-1", reasons=WHY, reopen=True), speaker("officer-police"))
    assert world.case.stage is Stage.DISCUSSION
    assert reads.silent(world.case) == [Viewer.DCS, Viewer.CHIEF_EXECUTIVE]
    assert world.deadline("D-1").due == at("2026-05-18T23:59:59")
    assert world.deadline("D-1").open
    assert world.deadline("G-7:concern-1").open
    assert world.mails("incident-received") == ["dcs", "chief"]
    assert {"officer-police", "dcs", "chair"} <= set(world.mails("case-reopened"))


def test_a_concern_can_be_raised_without_reopening_and_only_this_end_is_reopened_by_one() -> None:
    """N-2, G-7, X-1"""
    world = closed()
    world.recast(cast(2, also=(ESCALATION,)))
    world.say(ConcernEscalated(concern="concern-1", reasons=WHY), speaker("officer-police"))
    assert world.case.stage is Stage.NOT_NOTIFIED
    assert world.deadline("G-7:concern-1").open
    live = World(who=cast(2, also=(ESCALATION,)))
    with pytest.raises(CannotBeReopened):
        live.say(ConcernEscalated(concern="concern-1", reasons=WHY, reopen=True), speaker("officer-police"))
    live.say(CaseWithdrawn(reason=WHY))
    with pytest.raises(CaseEnded):
        live.say(ConcernEscalated(concern="concern-1", reasons=WHY), speaker("officer-police"))


# --- a vacant office ---


def test_a_vacant_office_that_a_duty_needs_is_warned_about_as_it_falls_vacant_and_on_the_case() -> None:
    """N-2: the Chief Executive decides in Doncaster; nobody is told twice of one vacancy."""
    world = World()
    assert case_view(world.case, world.now).vacancies == []
    world.recast(cast(2, without=("chief",)))
    assert world.mails("office-vacant") == ["sbu-1", "sbu-2"]
    assert len(world.lines("office-vacant")) == 1
    [vacant] = case_view(world.case, world.now).vacancies
    assert vacant.office == "chief-executive"
    assert "the view whether to notify the Panel" in vacant.needed_for
    world.recast(cast(3, without=("chief", "lawyer")))
    assert len(world.mails("office-vacant")) == 2
    world.recast(cast(4))
    assert case_view(world.case, world.now).vacancies == []


def test_an_office_that_no_duty_of_the_case_needs_may_be_vacant() -> None:
    """N-2 under england-2023: nothing needs the Chief Executive."""
    world = World(edition=ENGLAND)
    world.recast(cast(2, without=("chief", "lawyer")))
    assert world.mails("office-vacant") == []
    world.recast(cast(3, without=("officer-police", "deputy-police")))
    assert [one.office for one in case_view(world.case, world.now).vacancies] == ["accountable-officer:police"]


def test_a_deadline_says_how_it_was_counted() -> None:
    """D-7 from Monday 11 May: fifteen working days, past three weekends and Whitsun, are Tuesday 2 June; D-4 counts
    hours, which no closed day makes longer.
    """
    world = World()
    world.say(view(Viewer.DCS))
    world.say(view(Viewer.CHIEF_EXECUTIVE))
    world.say(notified())
    shown = {one.id: one for one in case_view(world.case, world.now).deadlines}
    counted = shown["D-7"]
    assert (counted.length, f"{counted.since:%d %B}", f"{counted.due:%d %B}") == (
        "15 working days",
        "11 May",
        "02 June",
    )
    assert [f"{one.day:%d %b} {one.why}" for one in counted.passed_over] == [
        "16 May Saturday",
        "17 May Sunday",
        "23 May Saturday",
        "24 May Sunday",
        "25 May Spring Bank Holiday",
        "30 May Saturday",
        "31 May Sunday",
    ]
    assert shown["D-4"].passed_over == []


def test_a_view_is_due_when_its_own_time_is_over_and_not_with_the_notification() -> None:
    """N-7: the step is overdue as soon as the deadline of the views is."""
    world = World()
    (asked, *_) = [one for one in next_steps(world.case, world.now) if one.rel == "partner-view-given"]
    assert asked.due == at("2026-05-11T15:00")
    world.wait("2026-05-11T15:01")
    waits = next(one for one in case_view(world.case, world.now).waiting_for if one.about == Viewer.DCS)
    assert (waits.due, waits.overdue) == (at("2026-05-11T15:00"), True)
