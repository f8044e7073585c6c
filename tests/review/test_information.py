"""Another partnership's request for information: late returns, supplies, its end. Dates typed by hand."""

from datetime import timedelta
from typing import Any

import pytest

from review import refusals as no
from review.directory import Role
from review.facts import DocumentRef
from review.said.crg import ConcernAnswered, ConcernEscalated
from review.said.follow_up import ActionClosureAgreed, ActionProgressed, ActionSet
from review.said.information import AgenciesAsked, InformationRequestConcluded, InformationSupplied
from review.said.rapid_review import AgencyAdded, AgencyReturned
from review.said.standing import CaseReopened
from review.timing import start, stop
from review.words import Rating, Stage
from tests.review.test_referrals import offered, opened, request, say
from tests.review.world import WHY, World, at, cast, speaker
from tests.review.world import _person as person

SUPPLIED = InformationSupplied(what="Three pages.", to="Sample Neighbours", lawful_basis="Section 16H.")
CONCLUDED = InformationRequestConcluded(reasons=WHY)


def asked(*agencies: str) -> World:
    """Asked on Monday 11 May 2026 at 11:00; returns are due by Monday 18 May (the 16th is a Saturday)."""
    world = opened(request())
    world.case.cast = cast(also=(person("named-officer", Role.ESCALATION_OFFICER),))
    say(world, AgenciesAsked(agencies=list(agencies)))
    for agency in agencies:
        request_went(world, agency)
    return world


def request_went(world: World, agency: str) -> None:
    """What the engine does: the mail goes, and the five days run."""
    world.case.requests[agency] = world.now
    start(world.case, "D-6", world.now, since=world.now, subject=agency)


def nil(agency: str) -> AgencyReturned:
    return AgencyReturned(agency=agency, nil=True, officer="Head")


def test_a_late_return_meets_its_deadline_late_and_is_supplied_anew() -> None:
    """A-4, R-4: supplied without housing's return on 20 May; it comes on the 21st."""
    world = asked("police", "housing")
    say(world, nil("police"))
    world.now = at("2026-05-20T10:00")
    assert "information-supplied" in offered(world)
    say(world, SUPPLIED)
    assert world.clock("D-6:housing").open
    assert world.case.not_supplied == []
    world.now = at("2026-05-21T10:00")
    say(world, nil("housing"))
    assert world.clock("D-6:housing").met_at == world.now
    assert world.case.not_supplied == ["housing"]
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
    (row,) = [row for row in world.case.untold if row.kind == "disclosure"]
    assert row.detail["pack"] == {"document": "returns-pack", "version": 2, "sha256": "a" * 64}
    assert row.detail["why"] == world.case.asked


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
    assert world.case.ended


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
    assert world.clock("D-6:housing").overdue(world.now)
    say(world, AgencyAdded(agency="school", reason=WHY))
    request_went(world, "school")
    say(world, nil("school"))
    say(world, nil("housing"))
    assert offered(world)[0] == "information-supplied"
    say(world, SUPPLIED)
    say(world, CONCLUDED)
    assert world.case.ended
