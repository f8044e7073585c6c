"""Publication: the plan, advance copies and their deadline (K-8, G-8, B-4). Dates were worked out by hand."""

from datetime import date
from typing import Any

import pytest

from calendar_rules.edition import Outsider, load_edition
from calendar_rules.lengths import end_of_day, london
from review.case import reads
from review.case.deadline import Status
from review.chapters.practice_review import reads as stands
from review.facts import Corrected
from review.facts import practice_review as say
from review.facts.announcements import DirectoryChanged
from review.facts.any_stage import DutyRetried, TakenBack
from review.kit import refusals as no
from review.next_steps import next_steps
from review.view import case_view
from tests.review.practice import HEADS, Review, plan
from tests.review.world import WHY, at, cast


def copy(recipient: str, **more: Any) -> say.AdvanceCopySent:
    return say.AdvanceCopySent(recipient=Outsider(recipient), **more)


def agreed(now: str = "2026-08-25T10:00", edition: str = "england-2023") -> Review:
    """The report is signed off by all; Tuesday 25 August 2026, the bank holiday of Monday 31 lies ahead."""
    world = Review()
    world.case.edition = load_edition(edition)
    world.agree_report()
    world.wait(now)
    world.deliver()
    return world


def test_advance_copies_go_out_seven_working_days_before_publication_where_the_edition_says_so() -> None:
    """B-4: sent on Tuesday 25 August 2026, with the bank holiday of Monday 31; publication from Friday 4 September."""
    world = agreed()
    world.say(plan("2026-09-04"))
    with pytest.raises(no.PublicationBeforeThePlan):
        world.say(say.ReviewPublished(where="Sample"))
    for one in Outsider:
        world.say(copy(one))
    world.deliver()
    assert stands.earliest_publication(world.case, world.now) == date(2026, 9, 4)
    world.wait("2026-09-04T09:00")
    world.say(say.ReviewPublished(where="Sample"))
    copies = [line for line in world.lines("paper-disclosed") if "before it is published" in line]
    assert len(copies) == 3


def test_the_plan_can_be_moved_by_next_steps_when_the_copies_have_been_out_for_long() -> None:
    """K-8, B-4: the earliest day, Friday 4 September, has passed; today is the earliest then."""
    world = agreed()
    world.say(plan("2026-09-04"))
    for one in Outsider:
        world.say(copy(one))
    world.deliver()
    world.wait("2026-09-08T10:00")
    assert stands.earliest_publication(world.case, world.now) == date(2026, 9, 8)
    offered = [one for one in next_steps(world.case, world.now) if one.rel == "publication-planned"]
    assert [one.example["publication_date"] for one in offered] == ["2026-09-08"]


def test_copies_are_mailed_with_the_agreed_report_and_count_from_their_delivery() -> None:
    """B-4: the Panel, the Secretary of State and Ofsted; what is sent elsewhere is only recorded."""
    world = agreed()
    world.say(plan("2026-09-30"))
    world.mail_goes = False
    world.say(copy("panel"))
    world.say(copy("secretary-of-state", by_other_means=True))
    (mail,) = [notice for notice in world.posted if notice.template == "advance-copy"]
    assert (mail.to, mail.n) == ("panel", {"publication_date": "2026-09-30"})
    assert [(one.document, one.version) for one in mail.attach] == [("practice-review", 1)]
    assert stands.copies_due(world.case) == [Outsider.PANEL, Outsider.OFSTED]
    with pytest.raises(no.AlreadyRecorded):  # it is in the post
        world.say(copy("panel"))
    world.wait("2026-08-25T10:05")
    world.deliver()
    assert stands.copies_due(world.case) == [Outsider.OFSTED]
    assert stands.copies(world.case)[Outsider.PANEL] == at("2026-08-25T10:05")
    with pytest.raises(no.AlreadyRecorded):
        world.say(copy("panel"))


def test_whoever_has_a_copy_is_told_of_another_day() -> None:
    """B-4, K-8: the report is confidential until that day, wherever it has gone; no publication is told to all."""
    world = agreed()
    world.say(plan("2026-09-30"))
    world.say(copy("panel"))
    world.say(copy("ofsted", by_other_means=True))
    world.deliver()
    told = []
    for fact in (plan("2026-10-14"), plan("2026-10-14", media="More."), say.ReviewNotPublished(reasons=WHY)):
        world.say(fact)
        news = [one for one in world.posted if one.template == "advance-copy-news"]
        told.append(sorted((one.to, one.n["publication_date"]) for one in news))
        world.deliver()
    assert told == [[("ofsted", "2026-10-14"), ("panel", "2026-10-14")], [], []]


def test_a_copy_whose_address_is_refused_is_a_failed_duty_and_does_not_count() -> None:
    """B-4: tried again, or sent elsewhere."""
    world = agreed()
    world.say(plan("2026-09-30"))
    world.refuses = {"panel", "ofsted"}
    for one in Outsider:
        world.say(copy(one))
    world.deliver()
    assert stands.copies_due(world.case) == [Outsider.PANEL, Outsider.OFSTED]
    assert world.deadline("B-4").open
    assert len(world.case.failed) == 2
    world.wait("2026-09-30T10:00")
    with pytest.raises(no.AdvanceCopiesMissing, match="panel, ofsted"):
        world.say(say.ReviewPublished(where="Sample"))
    world.refuses = set()
    world.say(DutyRetried(duty=next(key for key in world.case.failed if key.endswith(">panel"))))
    world.deliver()
    world.say(copy("ofsted", by_other_means=True))
    assert stands.copies_due(world.case) == []
    assert world.deadline("B-4").met_at == at("2026-09-30T10:00")
    assert world.deadline("B-4").status(world.now) is Status.LATE


def test_a_copy_needs_an_address_or_other_means() -> None:
    """B-4: with no mailbox of Ofsted in the directory nothing goes silently nowhere."""
    world = agreed()
    world.say(DirectoryChanged(cast=cast(2, without=("ofsted",))))
    with pytest.raises(no.NoAddressOutside, match="ofsted"):
        world.say(copy("ofsted"))
    world.say(copy("ofsted", by_other_means=True))


def test_the_clock_of_the_copies_is_counted_back_from_the_plan_and_moves_with_it() -> None:
    """B-4: planned for Wednesday 30 September, copies by Monday 21; planned again for 10 September, by 1 September."""
    world = agreed()
    world.say(plan("2026-09-30"))
    deadline = world.deadline("B-4")
    assert london(deadline.due).isoformat() == "2026-09-21T23:59:59+01:00"
    step = next(one for one in next_steps(world.case, world.now) if one.rel == "advance-copy-sent")
    assert (step.deadline, step.due, step.needed) == ("B-4", deadline.due, True)
    world.say(plan("2026-09-10"))
    assert london(deadline.due).isoformat() == "2026-09-01T23:59:59+01:00"
    assert [one.why for one in deadline.moves] == ["the publication is planned for another day"]
    world.say(plan("2026-09-30"))
    world.deliver()
    told = []
    for moment in ("2026-09-14T10:00", "2026-09-21T10:00", "2026-09-22T00:01", "2026-09-22T10:00"):
        world.wait(moment)
        told.append([(one.template, one.to) for one in world.posted if one.about == "B-4"])
        world.deliver()
    assert told == [
        [("deadline-reminder", "sbu-1"), ("deadline-reminder", "sbu-2")],
        [("deadline-reminder", "sbu-1"), ("deadline-reminder", "sbu-2")],
        [("deadline-overdue", "sbu-1"), ("deadline-overdue", "sbu-2")],
        [("deadline-escalation", "chair")],
    ]


def test_a_plan_that_leaves_no_time_for_the_copies_is_refused_with_the_earliest_day() -> None:
    """B-4: on Tuesday 25 August the earliest day is Friday 4 September."""
    world = agreed()
    with pytest.raises(no.AdvanceCopiesTooLate, match="04 September 2026"):
        world.say(plan("2026-09-03"))
    offered = next(one for one in next_steps(world.case, world.now) if one.rel == "publication-planned")
    assert offered.example["publication_date"] == "2026-09-04"


def test_copies_that_went_out_too_late_put_off_the_publication() -> None:
    """B-4: planned for 10 September, sent on Thursday 3; the earliest day is Monday 14."""
    world = agreed()
    world.say(plan("2026-09-10"))
    world.wait("2026-09-03T10:00")
    for one in Outsider:
        world.say(copy(one))
    world.deliver()
    assert world.deadline("B-4").status(world.now) is Status.LATE
    world.wait("2026-09-10T10:00")
    with pytest.raises(no.AdvanceCopiesTooLate, match="14 September 2026"):
        world.say(say.ReviewPublished(where="Sample"))
    world.wait("2026-09-14T10:00")
    world.say(say.ReviewPublished(where="Sample"))


def test_a_report_is_not_published_before_the_planned_day_without_a_new_plan() -> None:
    """K-8, G-8"""
    world = agreed(edition="doncaster-2018")
    world.say(plan("2026-09-15"))
    world.wait("2026-09-14T10:00")
    with pytest.raises(no.PublicationBeforeThePlan, match="15 September 2026"):
        world.say(say.ReviewPublished(where="Sample"))
    world.say(plan("2026-09-14"))
    world.say(say.ReviewPublished(where="Sample"))


def test_a_plan_that_is_changed_or_corrected_is_told_again_to_all() -> None:
    """G-8, B-4"""
    world = agreed()
    world.say(plan("2026-09-30"))
    world.deliver()
    changed = world.say(plan("2026-10-07"))
    told = ["officer-local-authority", "officer-health", "officer-police", "independent", "sbu-1", "sbu-2", "chair"]
    assert world.mails("publication-planned") == [*told, *HEADS]
    world.deliver()
    world.say(Corrected(corrects=changed, right=plan("2026-10-08"), reason=WHY))
    assert world.mails("publication-planned") == [*told, *HEADS]
    mail = next(one for one in world.posted if one.template == "publication-planned")
    assert mail.n["publication_date"] == "2026-10-08"
    assert london(world.deadline("B-4").due).isoformat() == "2026-09-29T23:59:59+01:00"


def test_a_plan_and_a_copy_that_are_taken_back_are_owed_again() -> None:
    """X-2, B-4: the deadline stops without a plan and runs again with one; a copy taken back is owed again."""
    world = agreed()
    planned = world.say(plan("2026-09-30"))
    world.say(TakenBack(takes_back=planned, reason=WHY))
    assert world.deadline("B-4").stopped_at
    world.say(plan("2026-09-30"))
    assert world.deadline("B-4").open
    sent = [world.say(copy(one, by_other_means=True)) for one in Outsider]
    assert world.deadline("B-4").met_at
    world.say(TakenBack(takes_back=sent[0], reason=WHY))
    assert world.deadline("B-4").open
    assert stands.copies_due(world.case) == [Outsider.PANEL]


def test_a_plan_later_than_d_10_warns_and_asks_for_the_extension() -> None:
    """K-8, K-9, D-10: due by 1 January 2027, planned for 12."""
    world = agreed(edition="doncaster-2018")
    world.say(plan("2027-01-12"))
    assert len(world.lines("planned-after-d-10")) == 1
    mail = next(one for one in world.posted if one.template == "publication-planned")
    assert mail.n["d_10"] == world.deadline("D-10").model_dump(mode="json")["due"]
    step = next(one for one in next_steps(world.case, world.now) if one.rel == "review-extended")
    assert (step.needed, step.example["extended_date"]) == (True, "2027-01-12")


def test_without_such_an_edition_no_advance_copies_are_owed() -> None:
    """B-4: the protocol of 2018 knows of none, and has no clock for them."""
    world = agreed(edition="doncaster-2018")
    world.say(plan("2026-08-25"))
    assert "B-4" not in world.case.deadlines
    world.say(say.ReviewPublished(where="Sample"))
    assert reads.review_finished(world.case)


def test_a_decision_not_to_publish_stops_the_clock_of_the_copies() -> None:
    """B-4, K-8"""
    world = agreed()
    world.say(plan("2026-09-30"))
    world.say(say.ReviewNotPublished(reasons=WHY))
    assert world.deadline("B-4").status(world.now) is Status.STOPPED


def test_a_published_report_stays_available_for_a_year_where_the_edition_says_so() -> None:
    """B-4: published on Friday 4 September 2026."""
    world = agreed()
    world.say(plan("2026-09-04"))
    for one in Outsider:
        world.say(copy(one))
    world.deliver()
    assert stands.available_until(world.case) is None
    world.wait("2026-09-04T09:00")
    world.say(say.ReviewPublished(where="Sample"))
    until = stands.available_until(world.case)
    assert until
    assert london(until).isoformat() == "2027-09-04T23:59:59+01:00"
    line = "The published report stays available until Sat 4 Sep 2027 23:59 at least"
    assert world.lines("available-until") == [line]


def test_until_the_planned_day_the_publication_itself_is_waited_for() -> None:
    """K-8, B-4: the copies are out, and the day is still to come."""
    world = agreed()
    world.say(plan("2026-09-04"))
    for one in Outsider:
        world.say(copy(one))
    world.deliver()
    assert "review-published" not in [step.rel for step in next_steps(world.case, world.now)]
    waited = case_view(world.case, world.now).waiting_for[-1]
    assert waited.what == "Publication, planned for Friday 4 September 2026"
    assert waited.due == end_of_day(date(2026, 9, 4))
    world.wait("2026-09-04T09:00")
    told = [one.what for one in case_view(world.case, world.now).waiting_for]
    assert "Publish the report and record it" in told
    assert waited.what not in told


def told_at(world: Review, *moments: str) -> list[list[tuple[str, str]]]:
    found = []
    for moment in moments:
        world.wait(moment)
        found.append([(one.template, one.to) for one in world.posted if one.about == "K-8"])
        world.deliver()
    return found


def test_the_planned_day_of_publication_has_a_clock_that_reminds_and_rings_when_it_has_passed() -> None:
    """K-8: planned for Wednesday 30 September 2026; reminded on Wednesday the 23rd and on the day, overdue after it."""
    world = agreed(edition="doncaster-2018")
    world.say(plan("2026-09-30"))
    world.deliver()
    deadline = world.deadline("K-8")
    assert london(deadline.due).isoformat() == "2026-09-30T23:59:59+01:00"
    assert told_at(world, "2026-09-22T10:00", "2026-09-23T10:00", "2026-09-30T10:00", "2026-10-01T00:01") == [
        [],
        [("deadline-reminder", "chair"), ("deadline-reminder", "sbu-1"), ("deadline-reminder", "sbu-2")],
        [("deadline-reminder", "sbu-1"), ("deadline-reminder", "sbu-2")],
        [("deadline-overdue", "chair"), ("deadline-overdue", "sbu-1"), ("deadline-overdue", "sbu-2")],
    ]
    published = next(one for one in next_steps(world.case, world.now) if one.rel == "review-published")
    assert (published.needed, published.deadline, published.due) == (True, "K-8", deadline.due)
    world.say(say.ReviewPublished(where="Sample"))
    assert deadline.status(world.now) is Status.LATE
    assert deadline.met_at


def test_a_publication_that_is_planned_again_moves_its_clock_and_the_plan_alone_tells_so() -> None:
    """K-8: from 30 September to Wednesday 14 October 2026."""
    world = agreed(edition="doncaster-2018")
    world.say(plan("2026-09-30"))
    world.deliver()
    world.say(plan("2026-10-14"))
    deadline = world.deadline("K-8")
    assert london(deadline.due).date() == date(2026, 10, 14)
    assert [one.why for one in deadline.moves] == ["the publication is planned for another day"]
    assert not world.mails("deadline-moved")
    world.deliver()
    assert told_at(world, "2026-10-01T00:01", "2026-10-07T10:00")[0] == []
    world.wait("2026-10-14T10:00")
    world.say(say.ReviewPublished(where="Sample"))
    assert deadline.status(world.now) is Status.MET


def test_a_decision_not_to_publish_meets_the_clock_and_a_plan_after_it_starts_it_again() -> None:
    """K-8, X-2: the decision is thought better of; a plan that is taken back stops its deadline."""
    world = agreed(edition="doncaster-2018")
    world.say(plan("2026-09-30"))
    world.deliver()
    world.say(say.ReviewNotPublished(reasons=WHY))
    deadline = world.deadline("K-8")
    assert deadline.met_at
    again = world.say(plan("2026-10-14"))
    assert deadline.open
    world.deliver()
    told = told_at(world, "2026-10-14T10:00", "2026-10-15T00:01")[-1]
    assert told == [("deadline-overdue", "chair"), ("deadline-overdue", "sbu-1"), ("deadline-overdue", "sbu-2")]
    world.say(TakenBack(takes_back=again, reason=WHY))
    assert not deadline.open
    world.say(plan("2026-11-04"))
    assert deadline.open
    world.wait("2026-11-04T10:00")
    world.say(say.ReviewPublished(where="Sample", reasons=WHY))
    assert deadline.status(world.now) is Status.MET


def test_the_planned_day_of_publication_runs_on_through_a_pause() -> None:
    """K-8, X-1: what is counted back from it never pauses either; it is planned again if it cannot be kept."""
    for edition in ("doncaster-2018", "england-2023"):
        assert load_edition(edition).deadlines["K-8"].never_pauses
