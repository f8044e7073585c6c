"""Findings handed over to a sub-group of the directory, and its answer by the link of its mail (G-10). Dates typed."""

import pytest

from review.chapters.any_stage.merging import loses
from review.facts import Corrected, Speaker
from review.facts.directory import Directory, Leave, Member, Person, Role
from review.facts.follow_up import FindingsHandedOver, SubGroupAnswered
from review.facts.links import LinkAskedFor
from review.kit import refusals as no
from review.kit.live_links import LiveLink, live_links
from review.links import LinkState, answer_link, why_not
from review.next_steps import next_steps
from tests.review.test_follow_up import world as world
from tests.review.test_merger_carries import merge
from tests.review.world import WHY, World, at, cast

QUALITY = Member(id="quality", roles=[Role.SUB_GROUP])
TRAINING = Member(id="training", roles=[Role.SUB_GROUP])
AUDIT = FindingsHandedOver(handover="audit", to="Quality sub-group", findings=WHY)
ANSWER = SubGroupAnswered(handover="audit", answer=WHY)


def by(person: str) -> Speaker:
    return Speaker(people=[person], roles=[Role.SUB_GROUP])


def directory(*people: str) -> Directory:
    known = [Person(id=one, name="Sample", email="a@example.org", roles=[Role.SUB_GROUP]) for one in people]
    return Directory(partnership="Sample", people=known, agencies=[])


@pytest.fixture
def there(world: World) -> World:
    """The partnership has a Quality sub-group."""
    world.recast(cast(2, also=(QUALITY,)))
    world.deliver()
    return world


def test_a_sub_group_is_mailed_a_link_and_reminded_by_it_until_it_answers(there: World) -> None:
    """G-10: handed over on 11 June 2026, due on 9 July; the Business Unit hears from then on, weekly on the 16th."""
    there.say(AUDIT)
    (asked,) = there.posted
    assert (asked.template, asked.to) == ("findings-handed-over", "quality")
    assert asked.link is not None
    assert (asked.link.purpose, asked.link.subject) == ("answer", "audit")
    assert asked.n == {"due": "2026-07-09T22:59:59Z", "overdue": False}
    told = []
    for moment in ("2026-07-02T09:00", "2026-07-10T09:00", "2026-07-16T23:59:59", "2026-07-23T23:59:59"):
        there.deliver()
        there.wait(moment)
        told.append([(one.template, one.to) for one in there.posted])
    overdue = [("findings-handed-over", "quality"), ("deadline-overdue", "sbu-1"), ("deadline-overdue", "sbu-2")]
    assert told == [[("findings-handed-over", "quality")], overdue, overdue, overdue]
    there.deliver()
    there.say(ANSWER, by("quality"))
    assert [(one.template, one.to) for one in there.posted] == [
        ("sub-group-answered", "sbu-1"),
        ("sub-group-answered", "sbu-2"),
    ]
    there.deliver()
    there.wait("2026-08-28T10:00")
    assert there.posted == []


def test_an_answer_that_the_business_unit_enters_is_no_news_to_it(there: World) -> None:
    there.say(AUDIT)
    there.deliver()
    there.say(ANSWER)
    assert there.posted == []


def test_of_several_sub_groups_the_one_that_was_named_is_asked_and_answers(there: World) -> None:
    """G-10: nobody else answers for it; which one has to be said."""
    there.recast(cast(3, also=(QUALITY, TRAINING)))
    with pytest.raises(no.SubGroupNotNamed):
        there.say(AUDIT)
    with pytest.raises(no.NoSubGroup):
        there.say(AUDIT.model_copy(update={"sub_group": "chair"}))
    offered = [one for one in next_steps(there.case, there.now) if one.rel == "findings-handed-over"]
    assert offered[0].example["sub_group"] == "quality"
    there.deliver()
    there.say(AUDIT.model_copy(update={"sub_group": "training"}))
    assert there.mails("findings-handed-over") == ["training"]
    with pytest.raises(no.NotYourHandover):
        there.say(ANSWER, by("quality"))
    (step,) = [one for one in next_steps(there.case, there.now) if one.rel == "sub-group-answered"]
    assert step.people == [], "a sub-group does not sign in: it answers by its link, or the Business Unit for it"
    there.say(ANSWER, by("training"))


def test_where_nobody_answers_for_a_sub_group_the_record_warns_and_the_business_unit_is_reminded(world: World) -> None:
    """G-10: else nobody would be."""
    world.say(AUDIT)
    assert world.posted == []
    (warning,) = world.lines("sub-group-vacant")
    assert warning.startswith("Warning: nobody in the directory answers for the sub-group")
    world.wait("2026-07-02T09:00")
    assert world.mails("deadline-reminder") == ["sbu-1", "sbu-2"]
    world.deliver()
    world.recast(cast(2, also=(QUALITY,)))
    assert world.mails("findings-handed-over") == ["quality"], "asked once somebody does"


def test_a_correction_of_the_findings_goes_to_the_sub_group_again(there: World) -> None:
    """X-2, G-10: and to the one that was meant; nobody twice."""
    there.recast(cast(3, also=(QUALITY, TRAINING)))
    message = there.say(AUDIT.model_copy(update={"sub_group": "training"}))
    there.deliver()
    there.say(Corrected(corrects=message, right=AUDIT.model_copy(update={"sub_group": "quality"}), reason=WHY))
    told = [(one.template, one.to) for one in there.posted]
    assert sorted(told) == [("findings-handed-over", "quality"), ("put-right-outside", "training")]


def test_while_a_sub_group_is_away_its_stand_in_is_asked(there: World) -> None:
    """From 15 to 19 June 2026."""
    leave = Leave(since=at("2026-06-15").date(), until=at("2026-06-19").date(), stand_in="training")
    away = QUALITY.model_copy(update={"leave": [leave]})
    there.recast(cast(3, also=(away, TRAINING)).on(at("2026-06-11").date()))
    there.say(AUDIT.model_copy(update={"sub_group": "quality"}))
    assert there.mails("findings-handed-over") == ["quality"]
    there.wait("2026-06-15T12:00")
    assert LiveLink("answer", "audit", "training") in live_links(there.case)


def test_a_link_of_a_sub_group_works_until_the_answer_is_given(there: World) -> None:
    """G-10, R-11: also after the office has passed on it says so."""
    there.say(AUDIT)
    known = directory("quality")
    found = answer_link(there.case, "audit", "quality", known, there.now)
    assert found is not None
    assert (found.state, found.findings, found.to) == (LinkState.OPEN, WHY, "Quality sub-group")
    other = answer_link(there.case, "audit", "quality", directory("training"), there.now)
    assert other is not None
    assert other.state is LinkState.NOT_YOURS
    link = LiveLink("answer", "audit", "quality")
    assert link in live_links(there.case)
    assert why_not(there.case, link, known, there.now) is None
    there.deliver()
    there.say(LinkAskedFor(purpose="answer", link_subject="audit", person="quality"), by("quality"))
    assert there.mails("findings-handed-over") == ["quality"]
    there.say(ANSWER, by("quality"))
    assert link not in live_links(there.case)
    assert why_not(there.case, link, known, there.now) == "The sub-group has answered."
    assert why_not(there.case, LiveLink("answer", "other", "quality"), known, there.now)


def test_a_sub_group_answers_in_the_case_that_another_goes_on_in(there: World) -> None:
    """X-1, G-10: by a new link; its link in the merged case ends, and nothing is owed there."""
    there.say(AUDIT)
    into = World(who=cast(2, also=(QUALITY,)))
    into.deliver()
    there.deliver()
    merge(there, into, loses=loses(there.case, into.case))
    (asked,) = [one for one in into.posted if one.template == "findings-handed-over"]
    assert (asked.to, asked.link and asked.link.subject, asked.n["due"]) == ("quality", "audit", "2026-07-09T22:59:59Z")
    assert LiveLink("answer", "audit", "quality") not in live_links(there.case)
    ended = answer_link(there.case, "audit", "quality", directory("quality"), there.now)
    assert ended is not None
    assert ended.state is LinkState.ENDED
    into.say(ANSWER, by("quality"))
    assert not into.deadline("G-10:audit").open
