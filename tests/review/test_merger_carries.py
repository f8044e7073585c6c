"""What goes over when a case is merged into another (X-1, X-4). Two invented cases; dates typed by hand."""

from datetime import date
from typing import Any

import pytest

from review.case import reads
from review.chapters.any_stage.chapter import carried_by
from review.chapters.any_stage.merging import goes_over, loses
from review.facts import Speaker
from review.facts.any_stage import CaseMerged, CaseParted, OtherCase, TakenBack
from review.facts.crg import ConcernEscalated
from review.facts.directory import Member, Role
from review.facts.enums import InvolvedGroup
from review.facts.family import FamilyMemberAdded, HomeRecorded
from review.facts.follow_up import ActionDueMoved, ActionSet
from review.facts.involvement import PersonInvited
from review.facts.rapid_review import AgencyAdded
from review.kit import refusals as no
from tests.review.world import WHY, World, at, cast, incident

SYSTEM = Speaker(people=["system"], roles=[Role.BUSINESS_UNIT])
OTHER = "CR-2026-009"


def child(number: int) -> dict[str, Any]:
    return {"child_id": f"child-{number}", "name": f"Sample Child {number}", "harm": "seriously-harmed"}


def action(id: str, due: date) -> ActionSet:
    given = {"action": id, "what": WHY, "owner": "lead-police", "agency": "police", "due_date": due, "outcome": WHY}
    return ActionSet.model_validate(given)


def merge(one: World, into: World, **more: Any) -> None:
    """As the API and the workflow do: how the other stands is found, the fact is taken, the other is told."""
    other = OtherCase(ended=False, rehearsal=False, deadlines=carried_by(into.case), loses=loses(one.case, into.case))
    law = [id for id in ("D-1", "D-7") if id in one.case.deadlines and one.deadline(id).open]
    merged = CaseMerged(**({"into": OTHER, "carried": law, "reason": WHY, "other": other} | more))
    one.say(merged)
    into.say(goes_over(one.case, merged), SYSTEM, f"~case-joined:{OTHER}:{into.messages}:{one.case.reference}")


def test_every_child_and_family_member_of_a_merged_case_is_in_the_other() -> None:
    """X-1, X-4: CR-A with children 1 and 2 goes on in CR-B with child 1; agencies asked there are told, all are told
    what is carried.
    """
    one, into = World(incident(children=[child(1), child(2)])), World(incident(children=[child(1)]))
    member = {"member_id": "adult-1", "name": "Sample Adult", "relation": "Sample: father"}
    one.say(FamilyMemberAdded(member=member, how=WHY))
    stays = [{"person": member["member_id"]}]
    one.say(HomeRecorded.model_validate({"home": "home-1", "address": "1 Sample Street", "residents": stays}))
    into.scope()
    into.deliver()
    merge(one, into, loses=loses(one.case, into.case))
    assert [found.child_id for found in reads.children(into.case)] == ["child-1", "child-2"]
    assert [found.member_id for found in reads.family(into.case)] == ["adult-1"]
    (told, *_) = [notice for notice in into.posted if notice.template == "people-added"]
    assert (told.n["child_count"], told.n["kin_count"]) == (1, 1)
    (said, *_) = [notice for notice in into.posted if notice.template == "case-joined"]
    assert (said.n["child_count"], said.n["kin_count"], said.n["missing"]) == (1, 1, [])
    (said, *_) = [notice for notice in one.posted if notice.template == "case-merged"]
    assert (said.n["child_count"], said.n["kin_count"]) == (2, 1)
    (line,) = one.lines("case-carried-over")
    assert line.startswith(
        f"Carried over to {OTHER}: 2 children, 1 family member, 1 address, 0 entries; "
        "deadlines: Notification to the Panel"
    )
    assert "2 children" in into.lines("case-carried-over")[0]
    assert [one.address for one in reads.homes(into.case)] == ["1 Sample Street"]


def test_of_two_deadlines_of_one_id_the_earlier_due_stays() -> None:
    """X-1, D-7: notified on Monday 11 May and, the other, on Wednesday 13 May; due on 2 June, not on 4 June."""
    one, into = World(), World()
    one.notify()
    into.wait("2026-05-13T10:00")
    into.notify()
    assert one.deadline("D-7").due == at("2026-06-02T23:59:59")
    assert into.deadline("D-7").due == at("2026-06-04T23:59:59")
    into.deliver()
    one.wait("2026-05-13T12:00")
    merge(one, into)
    assert into.deadline("D-7").due == at("2026-06-02T23:59:59")
    assert "sbu-1" in into.mails("deadline-moved")
    into.restart()
    into.wait("2026-05-14T12:00")
    assert into.deadline("D-7").due == at("2026-06-02T23:59:59")
    into.say(CaseParted(other=one.case.reference), SYSTEM, "~case-parted:1")
    assert into.deadline("D-7").due == at("2026-06-04T23:59:59")


def test_a_later_deadline_of_the_merged_case_moves_nothing() -> None:
    """X-1, D-7"""
    one, into = World(), World()
    into.notify()
    one.wait("2026-05-13T10:00")
    one.notify()
    into.wait("2026-05-13T10:00")
    merge(one, into)
    assert into.deadline("D-7").due == at("2026-06-02T23:59:59")


def test_what_is_carried_for_another_case_runs_on_when_something_else_is_taken_back() -> None:
    """X-1, X-2: the Panel has the other's rapid review, and not yet this one's."""
    one, into = World(), World()
    one.submit()
    into.notify()
    merge(one, into, loses=loses(one.case, into.case))
    carried = [one.id for one in into.case.carried]
    assert carried == ["R-13", "R-7"]
    member = {"member_id": "adult-1", "name": "Sample Adult", "relation": "Sample: father"}
    into.say(FamilyMemberAdded(member=member, how=WHY))
    into.say(TakenBack(takes_back=into.case.entries[-1].reported.message, reason=WHY))
    assert {id: into.deadline(id).open for id in carried} == dict.fromkeys(carried, True)


def test_open_actions_and_concerns_go_over_with_what_was_said_of_them() -> None:
    """X-1, G-7, G-11: an action of one id there and here is two; its day can be set again here."""
    known = cast(also=(Member(id="named-officer", roles=[Role.ESCALATION_OFFICER]),))
    one, into = World(who=known), World(who=known)
    one.say(action("action-1", date(2026, 6, 1)))
    one.say(action("action-2", date(2026, 6, 8)))
    one.say(ActionDueMoved(action="action-2", due_date=date(2026, 6, 15), reason=WHY))
    one.say(ConcernEscalated(concern="concern-1", reasons=WHY))
    into.say(action("action-1", date(2026, 7, 1)))
    merge(one, into)
    same = f"action-1-{one.case.reference.lower()}"
    assert into.deadline("G-11:action-1").due == at("2026-07-01T23:59:59")
    assert into.deadline(f"G-11:{same}").due == at("2026-06-01T23:59:59")
    assert into.deadline("G-11:action-2").due == at("2026-06-15T23:59:59")
    assert into.deadline("G-7:concern-1").due == one.deadline("G-7:concern-1").due
    assert not one.deadline("G-7:concern-1").open
    into.say(ActionDueMoved(action=same, due_date=date(2026, 6, 22), reason=WHY))
    assert into.deadline(f"G-11:{same}").due == at("2026-06-22T23:59:59")
    into.say(CaseParted(other=one.case.reference), SYSTEM, "~case-parted:1")
    assert into.deadline(f"G-11:{same}").open  # worked on here since
    assert not into.deadline("G-11:action-2").open
    assert into.deadline("G-11:action-1").open


def test_people_invited_go_over_a_child_invited_in_both_once() -> None:
    """X-1, G-6"""
    one, into = World(), World()
    for world, name in ((one, "person-1"), (into, "person-7")):
        world.say(
            PersonInvited(
                person=name,
                group=InvolvedGroup.CHILDREN,
                name="Sample Child Two",
                invited_by="Sample",
                how="Sample",
                child_id="child-sample-2",
            )
        )
    one.say(
        PersonInvited(
            person="aunt-1", group=InvolvedGroup.FAMILY, name="Sample Aunt", invited_by="Sample", how="Sample"
        )
    )
    merge(one, into)
    assert [fact.person for fact in into.case.every(PersonInvited)] == ["person-7", "aunt-1"]


def test_what_the_other_case_cannot_take_up_is_named_before_and_stays_behind() -> None:
    """X-1, R-4, R-11: returns given here and a sign-off under way; the refusal names them, one by one."""
    who = cast()
    named = [agency.model_copy(update={"name": f"Northmoor {agency.id.title()}"}) for agency in who.agencies]
    one, into = World(who=who.model_copy(update={"agencies": named})), World()
    one.send_out()
    into.notify()
    lost = ["sign-off:rapid-review-1", "return:social-care", "return:police", "return:health"]
    with pytest.raises(no.WouldBeLost, match="the return of Northmoor Police; the return of Northmoor Health"):
        merge(one, into, loses=lost[:2])
    assert [id for id in loses(one.case, into.case) if not id.startswith("R-3")] == lost
    lost = loses(one.case, into.case)
    merge(one, into, loses=lost)
    (said, *_) = [notice for notice in one.posted if notice.template == "case-merged"]
    assert "the return of Northmoor Police" in said.n["loses"]


def test_an_agency_whose_return_is_out_is_asked_in_the_other_case_by_the_earlier_day() -> None:
    """X-1, R-4, D-6: asked on Monday 11 May there, due on Monday 18 May (the 16th is a Saturday)."""
    one, into = World(), World()
    one.scope()
    one.say(AgencyAdded(agency="housing", reason=WHY))
    into.wait("2026-05-12T10:00")
    one.wait("2026-05-12T10:00")
    into.scope()
    into.deliver()
    merge(one, into)
    assert "housing" in reads.scope(into.case)
    assert "lead-housing" in into.mails("returns-request")
    assert into.deadline("D-6:housing").due == at("2026-05-18T23:59:59")


def test_a_deadline_that_the_other_case_still_comes_to_runs_there_at_once() -> None:
    """X-1, D-5: its request is out of time there, and so it is here."""
    one, into = World(), World()
    one.notify()
    merge(one, into, other=None)
    assert into.deadline("D-5").due == one.deadline("D-5").due
    assert into.deadline("D-5").open
    into.say(CaseParted(other=one.case.reference), SYSTEM, "~case-parted:1")
    assert not into.deadline("D-5").open
    into.wait("2026-05-12T10:00")
    into.notify()
    assert into.deadline("D-5").open
