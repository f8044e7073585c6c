"""What a case makes of its edition: anchors, kinds of notification, two steps, a move there and back."""

from datetime import date

import pytest

from calendar_rules.edition import Edition, NotificationKind, load_edition
from calendar_rules.working_days import ClosedDay, ClosedKind
from review.case import reads
from review.facts import Corrected
from review.facts.editions import AgencyKnew, EditionMoved
from review.facts.enums import Stage
from review.facts.notification import PanelNotified
from review.facts.rapid_review import ScopingMeetingHeld
from review.kit import deadlines
from review.kit.refusals import (
    AlreadyRecorded,
    CaseEnded,
    NoRapidReview,
    ReturnsInOneStep,
    ReturnUnchanged,
    SameEdition,
)
from review.next_steps import move_steps, next_steps
from review.view import case_view
from tests.review.world import EDITION, EXPECTED, WHY, World, at, incident, scoping

ENGLAND_2023 = load_edition("england-2023")


def with_anchors(**anchors: str) -> Edition:
    """Doncaster's, with deadlines counted from elsewhere: `D_5="received"`."""
    data = EDITION.model_dump(mode="json")
    for rule, anchor in anchors.items():
        data["deadlines"][rule.replace("_", "-")]["counted_from"] = anchor
    return Edition.model_validate(data)


def offered(world: World) -> set[str]:
    return {step.rel for step in next_steps(world.case, world.now)}


# --- what a deadline is counted from ---


@pytest.mark.parametrize(
    ("rule", "anchor", "due"),
    [
        ("D-4", "aware", "2026-05-13T10:00"),
        ("D-4", "notified", "2026-05-13T11:00"),
        ("D-5", "received", "2026-05-19T23:59:59"),
        ("D-5", "aware", "2026-05-18T23:59:59"),
        ("D-7", "aware", "2026-06-02T23:59:59"),
        ("D-7", "received", "2026-06-03T23:59:59"),
    ],
)
def test_a_clock_counts_from_what_the_edition_says_at_its_start_and_at_every_recount(
    rule: str, anchor: str, due: str
) -> None:
    """D-4, D-5, D-7: aware on Monday 11 May at 10:00, notified at 11:00, received on Tuesday the 12th at 09:00."""
    world = World(edition=with_anchors(**{rule.replace("-", "_"): anchor}))
    world.case.deadlines.pop(rule, None)
    world.now = at("2026-05-12T09:00")
    world.notify(happened_at=at("2026-05-11T11:00"), received_at=at("2026-05-12T09:00"))
    del world.case.deadlines[rule]
    deadline = deadlines.start(world.case, rule, world.now, since=at("2026-05-12T17:00"))  # as a stage would have it
    assert deadline.due == at(due)
    world.close(ClosedDay(day=date(2027, 3, 1), why="Sample closure", kind=ClosedKind.CLOSURE))  # of no concern here
    assert (deadline.due, deadline.moves) == (at(due), [])


# --- kinds of notification (B-1) ---


def test_where_no_rapid_review_follows_nothing_of_one_is_needed_or_taken() -> None:
    """B-1: the death of a care leaver is notified, and that is all."""
    world = World(edition=ENGLAND_2023)
    world.refuses = {"chair"}  # one of those who are told has not had it: the case goes on until then
    world.notify(notification="care-leaver-death")
    assert not offered(world) & {"scoping-meeting-arranged", "scoping-meeting-held", "returns-requested"}
    with pytest.raises(NoRapidReview, match="correct the notification"):
        world.say(scoping())


def test_a_kind_corrected_on_the_way_ends_the_rapid_review_and_back_it_goes_on() -> None:
    """B-1, X-2: agencies are asked already when it is found that no rapid review follows."""
    world = World(edition=ENGLAND_2023)
    world.scope()
    message = next(one.reported.message for one in world.case.entries if isinstance(one.fact, PanelNotified))
    told = world.case.last(PanelNotified)
    assert told is not None
    other = told.model_copy(update={"notification": NotificationKind.CARE_LEAVER_DEATH})
    world.say(Corrected(corrects=message, right=other, reason=WHY))
    assert not offered(world) & {"agency-returned", "agency-knew", "rapid-review-meeting-held", "agency-added"}
    assert world.case.stage is Stage.CONCLUDED  # everybody had been told; no return is taken any more
    with pytest.raises(CaseEnded):
        world.returned("police")
    assert world.deadline("D-7").stopped_why == "no rapid review follows this kind of notification"
    message = world.case.entries[-1].reported.message
    world.say(Corrected(corrects=message, right=told, reason=WHY))
    assert "agency-returned" in offered(world)
    assert {id: world.deadline(id).open for id in ("D-7", "D-6:police")} == {"D-7": True, "D-6:police": True}


# --- moved there and back ---


def move(world: World, edition: Edition) -> None:
    world.say(EditionMoved(to=edition.id, reason=WHY, edition=edition))


def two_steps() -> World:
    """Under 2023, asked on Monday 11 May 2026: the first step of a return is due at the end of Tuesday."""
    world = World(edition=ENGLAND_2023)
    world.scope()
    return world


def test_a_deadline_that_the_edition_has_not_stops_and_runs_again_under_one_that_has_it() -> None:
    """Editions, B-6: to one step and back to two."""
    world = two_steps()
    move(world, EDITION)
    deadline = world.deadline("D-6-known:police")
    assert deadline.stopped_why == "the edition doncaster-2018 has no such deadline"
    assert "agency-knew" not in offered(world)
    with pytest.raises(ReturnsInOneStep):
        world.say(AgencyKnew(agency="police", known=True, officer="Sample"))
    world.wait("2026-05-12T10:00")
    move(world, ENGLAND_2023)
    assert deadline.open
    assert deadline.due == at("2026-05-12T23:59:59")
    assert world.lines("deadline-reopened") == [
        f"D-6-known:{agency} Agency says whether the child or family was known to it runs again, "
        "due Tue 12 May 2026 23:59: the edition england-2023 has this deadline"
        for agency in EXPECTED
    ]
    assert "agency-knew" in offered(world)


def test_what_is_open_is_called_as_the_new_edition_calls_it_and_what_is_met_as_it_was() -> None:
    """B-11: the rounds of sign-off, of which two are still out."""
    world = World()
    world.send_out()
    world.sign("officer-health")
    move(world, ENGLAND_2023)
    rounds = [deadline for deadline in world.case.deadlines.values() if deadline.rule == "D-8"]
    assert [deadline.title.partition("'")[0] for deadline in rounds if not deadline.open] == ["Accountable officer"]
    assert {deadline.title.partition("'")[0] for deadline in rounds if deadline.open} == {
        "Delegated safeguarding partner"
    }


def test_what_stopped_for_another_reason_stays_stopped() -> None:
    """Editions: an agency left out is not asked again by a move."""
    world = two_steps()
    message = next(
        one.reported.message for one in world.case.entries if isinstance(one.reported.fact, ScopingMeetingHeld)
    )
    world.say(Corrected(corrects=message, right=scoping(("social-care", "health")), reason=WHY))
    assert world.deadline("D-6-known:police").stopped_why == "the agency is no longer in scope"
    move(world, EDITION)
    move(world, ENGLAND_2023)
    assert not world.deadline("D-6-known:police").open


def test_the_same_edition_is_noticed_although_something_is_kept_of_one_before() -> None:
    """Editions: the deadline that the case ran under once makes Doncaster's no other edition."""
    world = two_steps()
    move(world, EDITION)
    assert "D-6-known" in world.case.edition.deadlines
    with pytest.raises(SameEdition):
        move(world, EDITION)


def test_a_met_deadline_keeps_the_length_that_it_ran_under() -> None:
    """Editions, X-2: D-1 met under 5 working days; moved to 2; then the awareness is corrected by a day."""
    world = World()
    world.wait("2026-05-14T10:00")
    world.notify()
    data = EDITION.model_dump(mode="json")
    data["id"], data["deadlines"]["D-1"]["length"] = "short-2026", "2 working days"
    move(world, Edition.model_validate(data))
    deadline = world.deadline("D-1")
    assert (str(deadline.length), deadline.due, deadline.status(world.now)) == (
        "5 working days",
        at("2026-05-18T23:59:59"),
        "met",
    )
    right = incident(aware_at=at("2026-05-12T10:00"))
    world.say(Corrected(corrects=world.case.entries[0].reported.message, right=right, reason=WHY))
    assert (deadline.due, deadline.status(world.now)) == (at("2026-05-19T23:59:59"), "met")


def test_a_move_is_offered_where_there_is_another_edition_that_can_take_the_case() -> None:
    """Editions: by its id and a reason; none where there is no other, or it knows not this kind of notification."""
    world = World(edition=ENGLAND_2023)
    (step,) = move_steps(world.case, [ENGLAND_2023, EDITION], world.now)
    assert (step.rel, step.needed, step.example["to"]) == ("edition-moved", False, "doncaster-2018")
    assert set(step.example) == {"to", "reason"}
    assert move_steps(world.case, [ENGLAND_2023], world.now) == []
    world.notify(notification="care-leaver-death")
    assert move_steps(world.case, [EDITION], world.now) == []


# --- two steps (B-6) ---


def test_not_known_is_an_answer_that_the_case_shows_and_a_return_may_replace() -> None:
    """B-6, R-4: until the meeting an agency may find that it knew the child after all."""
    world = two_steps()
    standing = {one.agency: one for one in case_view(world.case, world.now).agencies}
    assert (standing["police"].known, standing["police"].nil) == (None, False)
    world.say(AgencyKnew(agency="police", known=False, officer="Sample Officer"))
    world.say(AgencyKnew(agency="health", known=True, officer="Sample"))
    standing = {one.agency: one for one in case_view(world.case, world.now).agencies}
    police = standing["police"]
    assert (police.known, police.nil, police.version, police.officer) == (False, True, 0, "Sample Officer")
    assert (standing["health"].known, standing["health"].nil, standing["health"].returned_at) == (True, False, None)
    assert reads.outstanding(world.case) == ["social-care", "health"]
    with pytest.raises(ReturnUnchanged):
        world.returned("police", nil=True)
    world.returned("police")
    assert case_view(world.case, world.now).agencies[1].known is True
    assert world.deadline("D-6:police").met_at == at("2026-05-11T11:00")


def test_an_answer_corrected_to_known_owes_the_return_again() -> None:
    """B-6, X-2: "not known" was entered by mistake: D-6 runs again."""
    world = two_steps()
    message = world.say(AgencyKnew(agency="police", known=False, officer="Sample Officer"))
    assert not world.deadline("D-6:police").open
    right = AgencyKnew(agency="police", known=True, officer="Sample Officer")
    world.say(Corrected(corrects=message, right=right, reason=WHY))
    assert world.deadline("D-6:police").open
    assert "police" in reads.outstanding(world.case)


def test_whether_it_knew_is_not_asked_of_an_agency_that_has_sent_its_return() -> None:
    """B-6: the return answers both."""
    world = two_steps()
    asked = {one.about for one in next_steps(world.case, world.now) if one.rel == "agency-knew"}
    assert asked == {"social-care", "police", "health"}
    world.returned("police")
    asked = {one.about for one in next_steps(world.case, world.now) if one.rel == "agency-knew"}
    assert asked == {"social-care", "health"}
    with pytest.raises(AlreadyRecorded):
        world.say(AgencyKnew(agency="police", known=True, officer="Sample"))


def test_an_agency_is_reminded_of_the_first_step_with_the_link_to_its_page() -> None:
    """B-6: on the day, and when it is overdue."""
    world = two_steps()
    world.wait("2026-05-13T12:00")
    for template in ("known-reminder", "deadline-overdue"):
        assert world.mails(template), template
    mails = [one for one in world.posted if one.template == "known-reminder" and one.to == "lead-police"]
    assert [one.n["overdue"] for one in mails] == [False, True]
    assert {(one.link.purpose, one.link.subject) for one in mails if one.link} == {("return", "police")}
    assert {one.about for one in mails} == {"D-6-known:police"}
    assert not [one for one in world.posted if one.template == "deadline-reminder" and one.to == "lead-police"]


def test_whether_the_family_was_known_is_asked_for_before_the_return() -> None:
    """B-6: it is due first."""
    world = World(edition=ENGLAND_2023)
    world.scope()
    rels = [step.rel for step in next_steps(world.case, world.now) if step.needed]
    assert rels.index("agency-knew") < rels.index("agency-returned")
