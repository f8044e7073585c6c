"""Another partnership's request for information: late returns, supplies, its end. Dates typed by hand."""

from datetime import date, timedelta
from typing import Any

import pytest

from review.case import reads
from review.case.deadline import Status
from review.case.notices import Addressee
from review.facts import Corrected, DocumentRef
from review.facts.any_stage import CaseReopened
from review.facts.crg import ConcernAnswered, ConcernEscalated
from review.facts.directory import Role
from review.facts.enums import Rating, Stage
from review.facts.follow_up import ActionClosureAgreed, ActionProgressed, ActionSet
from review.facts.information import (
    AgenciesAsked,
    InformationRequestConcluded,
    InformationRequested,
    InformationSupplied,
)
from review.facts.rapid_review import AgencyAdded, AgencyReturned
from review.kit import refusals as no
from review.kit.deadlines import stop
from review.next_steps import next_steps
from tests.review.referrals import offered, opened, request, say
from tests.review.world import WHY, World, at, cast, speaker
from tests.review.world import person as person

SUPPLIED = InformationSupplied(what="Three pages.", to="Sample Neighbours", lawful_basis="Section 16H.")
CONCLUDED = InformationRequestConcluded(reasons=WHY)


def asked(*agencies: str) -> World:
    """Asked on Monday 11 May 2026 at 11:00; returns are due by Monday 18 May (the 16th is a Saturday)."""
    world = opened(request())
    world.case.cast = cast(also=(person("named-officer", Role.ESCALATION_OFFICER),))
    world.say(AgenciesAsked(agencies=list(agencies)))
    return world


def nil(agency: str) -> AgencyReturned:
    return AgencyReturned(agency=agency, nil=True, officer="Head")


def test_a_late_return_meets_its_deadline_late_and_is_supplied_again() -> None:
    """A-4, R-4: supplied without housing's return on 20 May; it comes on the 21st."""
    world = asked("police", "housing")
    say(world, nil("police"))
    world.now = at("2026-05-20T10:00")
    assert "information-supplied" in offered(world)
    say(world, SUPPLIED)
    assert world.deadline("D-6:housing").open
    assert reads.not_supplied(world.case) == []
    world.now = at("2026-05-21T10:00")
    say(world, nil("housing"))
    assert world.deadline("D-6:housing").met_at == world.now
    assert reads.not_supplied(world.case) == ["housing"]
    assert offered(world)[0] == "information-supplied"
    assert "information-request-concluded" not in offered(world)
    say(world, SUPPLIED)
    assert offered(world) == ["information-request-concluded"]


def test_the_same_supply_is_recorded_once() -> None:
    """A-4, B-8: a second disclosure row would tell of a second disclosure."""
    world = asked("police")
    say(world, nil("police"))
    say(world, SUPPLIED)
    with pytest.raises(no.AlreadyRecorded, match="This supply"):
        say(world, SUPPLIED)
    say(world, SUPPLIED.model_copy(update={"what": "One page more."}))


def test_the_disclosure_names_the_pack_and_why_it_went() -> None:
    """A-4, B-8: exactly which version of the pack, and for what."""
    world = asked("police")
    say(world, nil("police"))
    world.case.papers["returns-pack:police.1"] = DocumentRef(document="returns-pack", version=2, sha256="a" * 64)
    say(world, SUPPLIED)
    (row,) = [row for row in world.case.untold if row.what == "information-disclosed"]
    assert row.detail["pack"] == {"document": "returns-pack", "version": 2, "sha256": "a" * 64}
    assert row.detail["why"] == reads.asked(world.case)


def test_a_request_with_an_action_or_a_concern_open_is_not_concluded() -> None:
    """A-4, G-7, G-11: nothing that is owed is left behind."""
    world = asked("police")
    say(world, nil("police"))
    say(world, SUPPLIED)
    action: dict[str, Any] = {"action": "share-it", "what": WHY, "owner": "lead-police", "agency": "police"}
    say(world, ActionSet.model_validate(action | {"due_date": "2026-06-30", "outcome": WHY}))
    say(world, ConcernEscalated(concern="concern-1", reasons=WHY))
    with pytest.raises(no.NotYet, match="share-it, concern-1"):
        say(world, CONCLUDED)
    say(world, ConcernAnswered(concern="concern-1", answer=WHY))
    say(world, ActionProgressed(action="share-it", progress=WHY, rating=Rating.GREEN, evidence=WHY))
    say(world, ActionClosureAgreed(action="share-it", reasons=WHY), speaker("chair"))
    say(world, CONCLUDED)
    assert reads.ended(world.case)


def test_a_reopened_request_waits_for_a_new_conclusion_and_can_ask_again() -> None:
    """X-1, A-4: what ended it is set aside; a return that never came is owed again; another agency can be asked."""
    world = asked("police", "housing")
    say(world, nil("police"))
    world.now += timedelta(days=9)
    say(world, SUPPLIED)
    say(world, CONCLUDED)
    stop(world.case, "D-6:housing", "the return never came; the request was concluded without it", world.now)
    world.now += timedelta(days=1)
    say(world, CaseReopened(reason=WHY))
    assert world.case.stage is Stage.SUPPLIED
    assert world.case.last(InformationRequestConcluded) is None
    assert world.deadline("D-6:housing").overdue(world.now)
    world.say(AgencyAdded(agency="school", reason=WHY))
    say(world, nil("school"))
    say(world, nil("housing"))
    assert offered(world)[0] == "information-supplied"
    say(world, SUPPLIED)
    say(world, CONCLUDED)
    assert reads.ended(world.case)


def test_a_day_that_has_passed_is_not_one_by_which_it_can_be_wanted() -> None:
    """A-4"""
    with pytest.raises(no.TimeInThePast, match="wanted"):
        opened(wanted("2026-05-10"))
    assert reads.wanted_by(opened(wanted("2026-05-11")).case) == date(2026, 5, 11)


def test_the_day_that_is_named_is_a_deadline_of_the_business_unit() -> None:
    """A-4: wanted by Friday 29 May 2026; three working days before is Tuesday the 26th, after the bank holiday."""
    world = opened(wanted("2026-05-29"))
    world.run()
    deadline = world.deadline("A-4")
    assert deadline.due == at("2026-05-29T23:59:59")
    world.wait("2026-06-01T09:00")
    assert world.mails("deadline-reminder") == ["sbu-1", "sbu-2"]
    assert world.mails("deadline-overdue") == ["sbu-1", "sbu-2", "chair"]
    world.say(AgenciesAsked(agencies=["police"]))
    say(world, nil("police"))
    say(world, SUPPLIED)
    assert deadline.status(world.now) is Status.LATE
    assert deadline.met_at == world.now


def test_returns_that_are_due_after_the_day_are_warned_of_when_the_agencies_are_asked() -> None:
    """A-4, D-6: asked on 11 May, due on the 18th, wanted on the 15th."""
    world = opened(wanted("2026-05-15"))
    say(world, AgenciesAsked(agencies=["police"]))
    assert world.mails("wanted-before-returns") == ["sbu-1", "sbu-2", "chair"]
    assert len(world.lines("wanted-before-returns")) == 1
    in_time = opened(wanted("2026-05-18"))
    say(in_time, AgenciesAsked(agencies=["police"]))
    assert in_time.mails("wanted-before-returns") == []


def test_a_day_that_was_named_wrongly_is_corrected_and_one_taken_back_stops_its_deadline() -> None:
    """A-4, X-2: and one that is named after all runs again."""
    world = opened(wanted("2026-05-29"))
    deadline = world.deadline("A-4")
    say(world, Corrected(corrects="opening", right=wanted("2026-06-05"), reason=WHY))
    assert deadline.due == at("2026-06-05T23:59:59")
    latest = next(one for one in world.case.entries if one.fact.kind == "corrected").reported.message
    say(world, Corrected(corrects=latest, right=request(), reason=WHY))
    assert deadline.stopped_why == "no day is named any more by which it is wanted"
    latest = [one for one in world.case.entries if one.fact.kind == "corrected"][-1].reported.message
    say(world, Corrected(corrects=latest, right=wanted("2026-06-12"), reason=WHY))
    assert (deadline.open, deadline.due) == (True, at("2026-06-12T23:59:59"))


def wanted(day: str) -> InformationRequested:
    return InformationRequested.model_validate(InformationRequested.sample | {"wanted_by": day})


def test_the_answer_is_led_to_the_address_of_the_request() -> None:
    """A-4: sending it stays with the Business Unit, which sees where to."""
    world = asked("police")
    say(world, nil("police"))
    (step,) = [one for one in next_steps(world.case, world.now) if one.rel == "information-supplied"]
    assert step.example["to"].endswith("reviews@neighbouring-partnership.example")


def test_the_partnership_that_asked_is_mailed_that_its_request_was_supplied_and_concluded() -> None:
    """A-4: where the request names an address, and only so; here the CRG Chair, at the end also those told at first."""
    world = asked("police")
    say(world, nil("police"))
    say(world, SUPPLIED)
    supplied = world.case.entries_of(InformationSupplied)[-1].reported.message
    assert world.mails("information-supplied") == ["chair"]
    assert world.mails("information-answered") == ["other-partnership"]
    assert reads.addressee(world.case, "other-partnership") == Addressee(
        name="Business Manager there", email="reviews@neighbouring-partnership.example"
    )
    say(world, CONCLUDED)
    assert set(world.mails("information-concluded")) == {
        "chair",
        "officer-local-authority",
        "officer-health",
        "officer-police",
        "sbu-1",
        "sbu-2",
    }
    assert [one.n["concluded"] for one in world.posted if one.to == "other-partnership"] == [False, True]
    world.deliver()
    wrong = SUPPLIED.model_copy(update={"what": "Four pages."})
    say(world, Corrected(corrects=supplied, right=wrong, reason=WHY))
    assert world.mails("put-right-outside") == ["other-partnership"]


def test_a_request_that_names_no_address_sends_nothing_outside() -> None:
    """A-4: what is only for the record is not mailed to."""
    world = opened(request().model_copy(update={"contact_email": None}))
    world.say(AgenciesAsked(agencies=["police"]))
    say(world, nil("police"))
    say(world, SUPPLIED)
    assert world.mails("information-supplied") == ["chair"]
    assert world.mails("information-answered") == []


@pytest.mark.parametrize(
    "wrong", ["", "nobody", "a@b", "a b@c.example", "a@c.example\nBcc: d@e.example", "A <a@c.example>"]
)
def test_where_a_request_is_mailed_to_is_one_address(wrong: str) -> None:
    """A-4"""
    with pytest.raises(ValueError, match="no email address"):
        InformationRequested.model_validate(InformationRequested.sample | {"contact_email": wrong})
