"""Who was told by mail of what was entered wrongly is told when it is put right (X-2). Dates are typed by hand."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from delivery.prose import Prose
from review import put_right
from review.correctable import INSTEAD
from review.directory import Member, Role
from review.facts import FACTS, Fact, Said
from review.said.crg import ConcernEscalated
from review.said.follow_up import ActionHandedOn, FindingsHandedOver
from review.said.practice_review import MilestoneReached, MilestoneSet
from review.said.standing import CasePaused, CaseResumed, TakenBack
from review.told import Entry
from tests.review.practice import Review
from tests.review.test_corrections import correct, take_back
from tests.review.test_follow_up import Following, action, world
from tests.review.test_publication import agreed, plan
from tests.review.world import SBU, WHY, World, cast, notified

__all__ = ["world"]
PINNED = json.loads((Path(__file__).parents[1] / "pins" / "facts.json").read_text(encoding="utf-8"))

# Mails that tell of no single fact that can be put right, and why that is so.
OF_NO_FACT = {
    **dict.fromkeys(
        ("deadline-reminder", "deadline-overdue", "deadline-escalation", "panel-chaser"),
        "a bell: its clock moves, or stops and its people are told",
    ),
    **dict.fromkeys(
        ("return-reminder", "return-overdue", "return-escalation", "known-reminder"),
        "a bell of the request to an agency, which is let off by a mail of its own",
    ),
    **dict.fromkeys(
        ("returns-request", "information-asked", "request-withdrawn", "scoping-invite", "rapid-review-invite"),
        "requests and meetings are taken back by mails of their own",
    ),
    **dict.fromkeys(("meeting-moved", "meeting-cancelled"), "calendars follow the meeting as it stands"),
    **dict.fromkeys(
        (
            *("sign-off-request", "sign-off-reminder", "sign-off-overdue", "sign-off-deputy", "sign-off-escalation"),
            *("comment-request", "comment-reminder", "comment-deputy", "comment-escalation", "officer-replaced"),
            *("sign-off-sent-back", "sign-off-complete", "new-version-to-come", "recommendation-told", "early-comment"),
            *("review-agreed", "review-shared", "learning-findings"),
        ),
        "about one version: it cannot be corrected; a newer one takes its place and is told",
    ),
    **dict.fromkeys(
        (
            *("case-withdrawn", "case-merged", "case-parted", "case-reopened", "notification-withdrawn"),
            *("edition-moved", "referral-goes-on"),
        ),
        "cannot be corrected; another act undoes it and is told",
    ),
    **dict.fromkeys(
        (
            *("safety-steps-asked", "authorities-duty", "views-differ", "incident-not-reported", "case-concluded"),
            *("learning-review-begins", "report-available", "weekly-digest", "slack-warning", "deadline-moved"),
            *("duty-failed", "cancellation-refused", "wanted-before-returns"),
        ),
        "says how the case stands; told again as it stands then",
    ),
    **dict.fromkeys(("panel-submission", "submission-corrected"), "what has gone to the Panel goes to it corrected"),
    **dict.fromkeys(
        (
            *("crg-meeting-invite", "crg-meeting-agenda", "crg-meeting-moved", "crg-meeting-cancelled"),
            *("crg-meeting-undelivered", "crg-meeting-unrecorded"),
        ),
        "of a meeting of the CRG, which is no case: it is moved, cancelled and told so",
    ),
    **dict.fromkeys(("put-right", "put-right-outside", "several"), "this very mail"),
}
# Templates whose cause bears another name.
NAMED_OTHERWISE = {"information-collated": "returns-pack", "information-answered": "information-supplied"}


def told(world: World, template: str = "put-right", *, gone: bool | None = None) -> list[str]:
    return [one.to for one in world.case.outbox if one.template == template and (gone is None or one.n["gone"] is gone)]


# --- the rule, for all ---


def test_every_mail_tells_of_a_fact_whose_putting_right_is_told_or_says_why_not() -> None:
    """X-2. A new mail: name its cause in `review.put_right.TELLS_OF`, or here why it needs none."""
    causes = [cause for causes in put_right.TELLS_OF.values() for cause in causes]
    for template in Prose().mail_templates():
        name = NAMED_OTHERWISE.get(template, template)
        known = any(cause.startswith(name) or name in cause.split(":") for cause in causes)
        assert known is not (template in OF_NO_FACT) or template == "request-paused", template
    assert not set(put_right.TELLS_OF) & set(INSTEAD)


@pytest.mark.parametrize("kind", sorted(put_right.TELLS_OF, key=str))
def test_whoever_was_told_of_a_fact_is_told_that_it_is_taken_back(kind: type[Fact]) -> None:
    """X-2: for every fact that mails, by each of its mails; and said again it would be told again."""
    world = World()
    pinned = next(one for one in PINNED if FACTS[one["kind"]] is kind)
    wrong = _entry(world, "wrong-one", FACTS[pinned["kind"]].model_validate(pinned))
    causes = [cause.replace("*", "") for cause in put_right.causes_of(wrong)]
    for number, cause in enumerate(causes):
        world.case.done[f"{cause}>person-{number}"] = world.now
    world.case.done[f"{causes[0]}>panel"] = world.now
    back = _entry(world, "back", TakenBack(takes_back="wrong-one", reason=WHY))
    wrong.corrected_by = back.said.message
    put_right.tell(world.case, back, world.now)
    assert told(world, gone=True) == [f"person-{number}" for number in range(len(causes))]
    assert told(world, "put-right-outside", gone=True) == ["panel"]
    assert not world.case.done
    assert set(world.case.taken_back) == set(causes)


def _entry(world: World, message: str, fact: Fact) -> Entry:
    said = Said(message=message, by=SBU, recorded_at=world.now, fact=fact)
    world.case.entries.append(Entry(said=said, happened_at=world.now, taken_at=world.now))
    return world.case.entries[-1]


def test_a_message_that_looks_like_a_pattern_names_only_itself() -> None:
    """X-2: whoever chose the key of a message chose nobody's mail by it."""
    world = World()
    wrong = _entry(world, "*", CasePaused(reason=WHY))
    world.case.done["case-paused:another>chair"] = world.now
    assert put_right.told_of(world.case, put_right.causes_of(wrong)) == []


# --- as people meet it ---


def test_a_pause_taken_back_is_told_to_leaders_and_to_agencies_that_were_told_to_wait() -> None:
    """X-1, X-2"""
    world = World()
    world.scope()
    wrong = world.say(CasePaused(reason=WHY))
    waiting = world.mails("request-paused")
    world.deliver()
    take_back(world, wrong)
    assert set(told(world, gone=True)) >= {"chair", "independent", "officer-health", "sbu-1", *waiting}
    assert len(told(world)) == len(set(told(world)))
    assert world.case.outbox[-1].n["title"] == "Case paused"


def test_a_resumption_taken_back_is_told() -> None:
    """X-1, X-2: the case is paused after all."""
    world = World()
    world.notify()
    world.say(CasePaused(reason=WHY))
    wrong = world.say(CaseResumed(reason=WHY))
    world.deliver()
    take_back(world, wrong)
    assert {"chair", "sbu-1", "officer-police"} <= set(told(world, gone=True))


def test_a_pause_taken_back_before_its_mails_went_out_is_told_all_the_same() -> None:
    """X-2: they are on their way."""
    world = World()
    world.notify()
    wrong = world.say(CasePaused(reason=WHY))
    take_back(world, wrong)
    assert "chair" in told(world, gone=True)


def test_a_mail_that_failed_is_not_tried_again_for_what_was_taken_back() -> None:
    """X-2"""
    world = World()
    world.notify()
    wrong = world.say(CasePaused(reason=WHY))
    world.deliver(refused=("chair",))
    assert world.case.failed
    take_back(world, wrong)
    assert not world.case.failed


def test_an_action_taken_back_lets_its_owner_off(world: Following) -> None:
    """G-11, X-2: and those who were reminded of it."""
    wrong = world.say(action())
    world.wait(world.clock("G-11:share-missed-appointments").due + timedelta(days=30))
    rung = {one.to for one in world.case.outbox if one.cause.startswith("bell:G-11:")}
    assert rung
    world.deliver()
    take_back(world, wrong)
    assert set(told(world, gone=True)) == {"lead-police", *rung}
    which = {one.n["which"] for one in world.case.outbox if one.template == "put-right"}
    assert which == {"share-missed-appointments"}, "whoever owns several must see which"


def test_an_action_whose_owner_was_wrong_is_told_to_both(world: Following) -> None:
    """G-11, X-2: who never owned it is let off; who does is told; where nothing else changed nobody else is."""
    wrong = world.say(action())
    world.deliver()
    by = correct(world, wrong, action(owner="lead-school"))
    assert told(world, gone=True) == ["lead-police"]
    assert world.mails("action-set") == ["lead-school"]
    world.deliver()
    take_back(world, by)
    assert "lead-school" in told(world, gone=True)


def test_an_action_corrected_in_its_words_is_told_to_its_owner(world: Following) -> None:
    """G-11, X-2"""
    wrong = world.say(action())
    world.deliver()
    correct(world, wrong, action(what="Sample: other words."))
    assert told(world, gone=False) == ["lead-police"]
    assert world.mails("action-set") == []


def test_an_action_handed_on_by_mistake_is_its_owners_again(world: Following) -> None:
    """G-11, X-2"""
    world.say(action())
    handed = ActionHandedOn(action="share-missed-appointments", owner="lead-school", agency="school", reason=WHY)
    wrong = world.say(handed)
    world.deliver()
    take_back(world, wrong)
    assert told(world, gone=True) == ["lead-school"]
    assert world.mails("action-set") == ["lead-police"]


def test_a_concern_taken_back_is_told_to_the_named_officer() -> None:
    """G-7, X-2"""
    named = Member(id="named-officer", roles=[Role.ESCALATION_OFFICER])
    world = World(who=cast(also=(named,)))
    wrong = world.say(ConcernEscalated(concern="concern-1", reasons=WHY))
    world.deliver()
    again = correct(world, wrong, ConcernEscalated(concern="concern-1", reasons="Sample: other reasons."))
    assert told(world, gone=False) == ["named-officer"]
    world.deliver()
    take_back(world, again)
    assert told(world, gone=True) == ["named-officer"]


def test_a_milestone_taken_back_is_told_to_those_who_heard_of_it() -> None:
    """K-5, X-2: of one that was set, those who were reminded; of one that was reached, the CRG."""
    world = Review()
    world.contract()
    day = world.now.date() + timedelta(days=10)
    wrong = world.say(MilestoneSet(milestone="first", what=WHY, planned_date=day))
    world.wait(world.now + timedelta(days=20))
    rung = {one.to for one in world.case.outbox if one.cause.startswith("bell:K-5:")}
    assert rung
    reached = world.say(MilestoneReached(milestone="first", progress=WHY))
    world.deliver()
    take_back(world, reached)
    assert {"chair", "member"} <= set(told(world, gone=True))
    world.deliver()
    take_back(world, wrong)
    assert set(told(world, gone=True)) == rung


def test_a_handover_taken_back_is_told_to_those_who_were_reminded_of_it(world: Following) -> None:
    """G-10, X-2"""
    wrong = world.say(FindingsHandedOver(handover="audit", to="Quality sub-group", findings=WHY))
    world.wait(world.now + timedelta(days=60))
    rung = {one.to for one in world.case.outbox if one.cause.startswith("bell:G-10:")}
    assert rung
    world.deliver()
    take_back(world, wrong)
    assert set(told(world, gone=True)) == rung


def test_the_panels_notification_given_anew_lets_the_leaders_be_told_anew() -> None:
    """D-3, N-6, X-2: D-3 is owed once more, from the new notification."""
    world = World()
    wrong = world.notify()
    for person in ("chair", "officer-health"):
        world.case.done[f"partners-told>{person}"] = world.now
    world.case.done["notification-copy>sbu-1"] = world.now
    take_back(world, wrong)
    assert set(told(world, gone=True)) == {"chair", "officer-health", "sbu-1"}
    assert world.clock("D-3").stopped_at
    assert not world.case.done
    assert world.case.taken_back == {"partners-told": 1, "notification-copy": 1}
    world.say(notified())
    assert world.clock("D-3").met_at == world.now


def test_what_is_told_right_in_its_own_mail_is_not_told_twice() -> None:
    """K-8, X-2: a plan that is corrected goes out anew; who was told before and is told now gets that mail alone."""
    world = agreed()
    wrong = world.say(plan("2026-09-30"))
    world.deliver()
    correct(world, wrong, plan("2026-10-07"))
    assert world.mails("publication-planned")
    assert told(world) == []
