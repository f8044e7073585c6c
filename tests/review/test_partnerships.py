"""Partnerships as they are: editions that count from other events, set milestones of their own, have a fourth partner.

The editions are those of examples/editions, of invented partnerships. Dates were counted by hand.
"""

from pathlib import Path

import pytest

from api.protocol import protocol_of
from calendar_rules.edition import Edition, load_edition
from review.case.deadline import Status
from review.facts import Corrected
from review.facts.any_stage import TakenBack
from review.facts.directory import Member, Partner, Role
from review.facts.editions import EditionMoved, MilestoneOfOursReached
from review.facts.enums import Stage, Viewer
from review.facts.rapid_review import ReturnsRequested
from review.kit import refusals as no
from review.kit.backward_plan import safe_times
from review.next_steps import next_steps
from tests.review.world import WHY, World, at, cast, incident, scoping, speaker, view

EXAMPLES = Path("examples/editions").resolve()
EDUCATION = Member(id="officer-education", roles=[Role.ACCOUNTABLE_OFFICER], partner=Partner.EDUCATION)
LEADERS = "P-1:leaders-meeting"


def edition(id: str) -> Edition:
    return load_edition(id, folder=EXAMPLES)


def in_westmere() -> World:
    return World(who=cast(also=(EDUCATION,)), edition=edition("westmere-2026"))


@pytest.fixture
def westmere() -> World:
    """Notified on Monday 11 May 2026, 11:00. Whitsun Monday is 25 May."""
    world = in_westmere()
    world.notify()
    return world


def test_every_milestone_can_be_counted_from_the_notification(westmere: World) -> None:
    """D-5 to D-7: working days 2 and 10, and calendar day 15, whenever the request goes out."""
    westmere.say(scoping())
    westmere.say(ReturnsRequested())
    assert westmere.deadline("D-5").due == at("2026-05-13T23:59:59")
    assert westmere.deadline("D-6:police").due == at("2026-05-26T23:59:59")  # working day 10, past Whitsun Monday
    assert westmere.deadline("D-7").due == at("2026-05-26T23:59:59")
    assert [step.id for step in safe_times(westmere.case)] == [
        "latest-returns",
        "latest-meeting",
        "latest-draft-to-crg",
        "latest-draft-out",
    ]


def test_calendar_days_end_on_their_day_whatever_it_is() -> None:
    """D-7: notified on Friday 15 May, due on Saturday 30 May, where "15 days" would end on Monday 1 June."""
    world = World(edition=edition("westmere-2026"))
    world.wait("2026-05-15T10:00")
    world.notify()
    assert world.deadline("D-7").due == at("2026-05-30T23:59:59")


def test_a_partnership_s_own_milestone_has_an_owner_and_reminders(westmere: World) -> None:
    """A leaders' meeting by the end of day 14, Monday 25 May; reminded on Thursday 21 May, two working days before."""
    assert westmere.deadline(LEADERS).due == at("2026-05-25T23:59:59")
    (step,) = [step for step in next_steps(westmere.case, westmere.now) if step.rel == "milestone-of-ours-reached"]
    assert (step.title, step.needed, step.deadline) == ("Record: Leaders' meeting held", True, LEADERS)
    assert step.roles == [Role.INDEPENDENT_CHAIR, Role.BUSINESS_UNIT]
    westmere.wait("2026-05-26T00:01")
    assert [one.to for one in westmere.posted if LEADERS in one.cause] == [
        *("independent", "sbu-1", "sbu-2"),  # Thursday 21 May
        "independent",  # on the day
        *("independent", "sbu-1", "sbu-2"),  # overdue
    ]
    reached = MilestoneOfOursReached(milestone="leaders-meeting", note=WHY)
    westmere.say(reached, speaker("independent"))
    assert westmere.deadline(LEADERS).status(westmere.now) is Status.LATE
    with pytest.raises(no.AlreadyRecorded):
        westmere.say(reached)


def test_a_milestone_that_the_edition_has_not_is_refused_and_what_it_has_is_named(westmere: World) -> None:
    with pytest.raises(no.NoSuchMilestoneOfOurs, match="It has: leaders-meeting"):
        westmere.say(MilestoneOfOursReached(milestone="press-conference"))
    with pytest.raises(no.NoSuchMilestoneOfOurs, match="It has: none"):
        World().say(MilestoneOfOursReached(milestone="leaders-meeting"))


def test_a_milestone_of_its_own_follows_the_case(westmere: World) -> None:
    """X-2, "Editions": taken back it runs again; another edition has it not, and back under the first it runs."""
    said = westmere.say(MilestoneOfOursReached(milestone="leaders-meeting"))
    assert westmere.deadline(LEADERS).met_at
    westmere.say(TakenBack(takes_back=said, reason=WHY))
    assert westmere.deadline(LEADERS).open
    doncaster = load_edition("doncaster-2018")
    westmere.say(EditionMoved(to="doncaster-2018", reason=WHY, edition=doncaster))
    assert westmere.deadline(LEADERS).stopped_why == "the edition doncaster-2018 has no such deadline"
    with pytest.raises(no.NoSuchMilestoneOfOurs):
        westmere.say(MilestoneOfOursReached(milestone="leaders-meeting"))
    westmere.say(EditionMoved(to="westmere-2026", reason=WHY, edition=edition("westmere-2026")))
    assert westmere.deadline(LEADERS).open


def test_a_case_that_is_moved_to_such_an_edition_gets_its_milestones() -> None:
    world = World()
    world.notify()
    world.say(EditionMoved(to="westmere-2026", reason=WHY, edition=edition("westmere-2026")))
    assert world.deadline(LEADERS).due == at("2026-05-25T23:59:59")


def test_a_fourth_partner_signs_with_the_others() -> None:
    """R-11: four officers are asked; the report is approved when education has signed, too."""
    westmere = in_westmere()
    westmere.approve()
    one = westmere.case.rounds[-1]
    assert [ask.capacity for ask in one.asks] == ["local-authority", "health", "police", "education"]
    assert one.open
    westmere.sign("officer-education")
    assert westmere.case.stage is Stage.SUBMISSION


def test_notified_within_five_working_days_of_the_incident_by_the_local_authority_alone() -> None:
    """N-2, D-1: it happened on Monday 11 May 2026; that it was known a day later changes nothing. The DCS decides."""
    reported = incident(aware_at=at("2026-05-12T09:00"))
    world = World(reported, edition=edition("longshore-2026"), now="2026-05-12T10:00")
    assert world.deadline("D-1").due == at("2026-05-18T23:59:59")
    world.say(view(Viewer.DCS), speaker("dcs"))
    assert world.case.stage is Stage.NOTIFICATION
    with pytest.raises(no.Refusal):
        world.say(view(Viewer.CHIEF_EXECUTIVE), speaker("chief"))


def test_an_incident_that_is_corrected_moves_what_is_counted_from_it() -> None:
    """X-2: it was on Sunday 10 May; five working days from then end on Friday 15 May."""
    world = World(edition=edition("longshore-2026"))
    right = incident(incident_at=at("2026-05-10T08:00"))
    world.say(Corrected(corrects=world.case.entries[0].reported.message, right=right, reason=WHY))
    assert world.deadline("D-1").due == at("2026-05-15T23:59:59")


def test_the_drawing_shows_a_partnership_s_own_milestone_at_its_stages() -> None:
    drawn = protocol_of(edition("westmere-2026"))
    (own,) = [rule for rule in drawn.deadlines if rule.id == LEADERS]
    assert (own.title, own.length, own.owner) == ("Leaders' meeting held", "14 calendar days", "independent-chair")
    assert own.stages[0] is Stage.SCOPING
    assert own.stages[-1] is Stage.SUBMISSION
    assert LEADERS in next(stage for stage in drawn.stages if stage.id is Stage.REPORT).deadlines


def test_two_councils_sign_each_by_its_own_officer() -> None:
    """R-11: northmoor's deputy does not sign for southmoor, and without southmoor the report is not approved."""
    north, south = ("northmoor", "southmoor")
    officers = [_of_a_council("officer", Role.ACCOUNTABLE_OFFICER, council) for council in (north, south)]
    deputies = [_of_a_council("deputy", Role.DEPUTY, north)]
    known = cast(without=("officer-local-authority", "deputy-local-authority"), also=(*officers, *deputies))
    world = World(incident(council="northmoor"), who=known, edition=edition("two-rivers-2026"))
    one = world.send_out()
    assert [(ask.capacity, ask.officer) for ask in one.asks][:2] == [
        ("local-authority-northmoor", "officer-northmoor"),
        ("local-authority-southmoor", "officer-southmoor"),
    ]
    world.sign("officer-northmoor")
    world.sign("officer-health")
    world.sign("officer-police")
    assert one.open
    with pytest.raises(no.Refusal):
        world.sign("deputy-northmoor")
    world.sign("officer-southmoor")
    assert world.case.stage is Stage.SUBMISSION


def test_a_council_without_an_officer_is_named_before_the_report_goes_out() -> None:
    """R-11: the officer of "the local authority" is of no council, and signs for none."""
    world = World(incident(council="northmoor"), edition=edition("two-rivers-2026"))
    world.meet()
    world.read()
    with pytest.raises(no.Refusal, match="northmoor"):
        world.send_draft()


def _of_a_council(what: str, role: Role, council: str) -> Member:
    return Member(id=f"{what}-{council}", roles=[role], partner=Partner.LOCAL_AUTHORITY, council=council)
