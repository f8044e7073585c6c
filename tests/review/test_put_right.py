"""Who was told by mail of what was entered wrongly is told when it is put right (X-2). Dates are typed by hand."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from delivery.prose import Prose
from review.case import reads
from review.case.effects import EffectKey
from review.case.entries import Entry
from review.facts import FACTS, Fact, Reported
from review.facts.any_stage import CasePaused, CaseResumed, TakenBack
from review.facts.crg import ConcernEscalated
from review.facts.directory import Member, Role
from review.facts.enums import Rating, Stage
from review.facts.follow_up import (
    ActionClosureAgreed,
    ActionHandedOn,
    ActionProgressed,
    FindingsHandedOver,
    LearningDisseminated,
    SubGroupAnswered,
)
from review.facts.practice_review import MilestoneReached, MilestoneSet
from review.kit import corrections_notify
from tests.review.corrections import correct, take_back
from tests.review.practice import Review, plan
from tests.review.test_follow_up import CHAIR, action, world
from tests.review.test_publication import agreed
from tests.review.world import SBU, WHY, World, cast, notified

__all__ = ["world"]
PINNED = json.loads((Path(__file__).parents[1] / "pins" / "facts.json").read_text(encoding="utf-8"))

# Mails that tell of no single fact that can be put right, and why that is so.
OF_NO_FACT = {
    **dict.fromkeys(("address-changed", "directory-changed"), "a change of the directory, which another follows"),
    "link-waits": "about a link, which follows",
    **dict.fromkeys(
        ("deadline-reminder", "deadline-overdue", "deadline-escalation", "panel-chaser", "acknowledgement-missing"),
        "a reminder: its deadline moves, or stops and its people are told",
    ),
    **dict.fromkeys(
        ("return-reminder", "return-overdue", "return-escalation", "known-reminder", "senior-officers-reminder"),
        "a reminder of the request to an agency, which is let off by a mail of its own",
    ),
    **dict.fromkeys(
        (
            "returns-request",
            "agency-asked",
            "information-asked",
            "lead-replaced",
            "request-withdrawn",
            "scoping-invite",
            "rapid-review-invite",
        ),
        "requests and meetings are taken back by mails of their own",
    ),
    **dict.fromkeys(
        ("meeting-moved", "meeting-cancelled", "meeting-held"), "calendars follow the meeting as it stands"
    ),
    **dict.fromkeys(
        (
            *("sign-off-request", "sign-off-reminder", "sign-off-overdue", "sign-off-deputy", "sign-off-escalation"),
            *("comment-request", "comment-reminder", "comment-deputy", "comment-escalation", "officer-replaced"),
            *(
                "signature-given",
                "sign-off-sent-back",
                "decision-sent-back",
                "sign-off-complete",
                "new-version-to-come",
            ),
            *("review-draft", "review-agreed", "review-shared", "learning-findings"),
            *(
                "draft-contradicts",
                "draft-for-crg",
                "draft-agreement",
                "draft-not-agreed",
                "draft-agreed",
                "redraft-for-crg",
            ),
        ),
        "about one version: it cannot be corrected; a newer one takes its place and is told",
    ),
    **dict.fromkeys(
        (
            *("case-withdrawn", "case-merged", "case-joined", "case-parted", "case-reopened", "notification-withdrawn"),
            *("edition-moved", "referral-goes-on", "link-asked-for"),
        ),
        "cannot be corrected; another act undoes it and is told",
    ),
    **dict.fromkeys(
        (
            *(
                "safety-steps-asked",
                "authorities-duty",
                "views-differ",
                "view-awaited",
                "office-vacant",
                "incident-not-reported",
                "case-concluded",
            ),
            *("learning-review-begins", "report-available", "weekly-digest", "slack-warning", "deadline-moved"),
            *("duty-failed", "mail-for-colleague", "cancellation-refused", "wanted-before-returns"),
            *("learning-awaited", "meeting-unrecorded", "papers-to-read"),
        ),
        "says how the case stands; told again as it stands then",
    ),
    "morning-mail": "says how all cases stand; the next morning says it anew",
    **dict.fromkeys(("sign-in-code", "sign-in-no-code"), "of somebody who signs in; of no case"),
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
    return [one.to for one in world.posted if one.template == template and (gone is None or one.n["gone"] is gone)]


# --- the rule, for all ---

MAILED = [fact for fact in FACTS.values() if fact.told_by_mail]


def test_every_mail_tells_of_a_fact_whose_putting_right_is_told_or_says_why_not() -> None:
    """X-2. A new mail: name its cause in `told_by_mail` of its fact, or here why it needs none."""
    causes = [cause for fact in MAILED for cause in fact.told_by_mail]
    for template in Prose().mail_templates():
        name = NAMED_OTHERWISE.get(template, template)
        known = any(cause.startswith(name) or name in cause.split(":") for cause in causes)
        assert known is not (template in OF_NO_FACT) or template == "request-paused", template
    assert not any(fact.instead_of_correcting for fact in MAILED)


@pytest.mark.parametrize("kind", sorted(MAILED, key=str))
def test_whoever_was_told_of_a_fact_is_told_that_it_is_taken_back(kind: type[Fact]) -> None:
    """X-2: for every fact that mails, by each of its mails; and said again it would be told again."""
    world = World()
    world.case.done.clear()
    pinned = next(one for one in PINNED if FACTS[one["kind"]] is kind)
    wrong = _entry(world, "wrong-one", FACTS[pinned["kind"]].model_validate(pinned))
    causes = [cause.replace("*", "") for cause in corrections_notify.causes_of(wrong)]
    for number, cause in enumerate(causes):
        world.case.done[EffectKey.mail(cause, f"person-{number}")] = world.now
    world.case.done[EffectKey.mail(causes[0], "panel")] = world.now
    back = _entry(world, "back", TakenBack(takes_back="wrong-one", reason=WHY))
    wrong.corrected_by = back.reported.message
    corrections_notify.notify_those_told(world.case, back, world.now)
    assert told(world, gone=True) == [f"person-{number}" for number in range(len(causes))]
    assert told(world, "put-right-outside", gone=True) == ["panel"]
    assert not world.case.done
    assert set(world.case.taken_back) == set(causes)


def _entry(world: World, message: str, fact: Fact) -> Entry:
    reported = Reported(message=message, by=SBU, recorded_at=world.now, fact=fact)
    world.case.entries.append(Entry(reported=reported, happened_at=world.now, taken_at=world.now))
    return world.case.entries[-1]


def test_a_message_that_looks_like_a_pattern_names_only_itself() -> None:
    """X-2: whoever chose the key of a message chose nobody's mail by it."""
    world = World()
    wrong = _entry(world, "*", CasePaused(reason=WHY))
    world.case.done[EffectKey.mail("case-paused:another", "chair")] = world.now
    assert corrections_notify.told_of(world.case, corrections_notify.causes_of(wrong)) == []


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
    assert world.posted[-1].n["title"] == "Case paused"


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
    world.refuses = {"chair"}
    wrong = world.say(CasePaused(reason=WHY))
    assert world.case.failed
    take_back(world, wrong)
    assert not world.case.failed


def test_an_action_taken_back_lets_its_owner_off(world: World) -> None:
    """G-11, X-2: and those who were reminded of it."""
    wrong = world.say(action())
    world.wait(world.deadline("G-11:share-missed-appointments").due + timedelta(days=30))
    fired = {one.to for one in world.posted if one.cause.startswith("reminder:G-11:")}
    assert fired
    world.deliver()
    take_back(world, wrong)
    assert set(told(world, gone=True)) == {"lead-police", *fired}
    which = {one.n["called"] for one in world.posted if one.template == "put-right"}
    assert which == {"Sample: reasons"}, "whoever owns several must see which"


def test_a_closure_taken_back_after_the_end_goes_on_among_the_actions(world: World) -> None:
    """G-11, X-2: the partners' decision, long behind, leads nowhere once more."""
    world.say(action())
    world.say(LearningDisseminated(means="Briefing", audience="All agencies", what=WHY))
    world.say(FindingsHandedOver(handover="audit", to="Quality sub-group", findings=WHY))
    world.say(SubGroupAnswered(handover="audit", answer=WHY))
    done = ActionProgressed(action="share-missed-appointments", progress=WHY, rating=Rating.GREEN, evidence=WHY)
    world.say(done)
    closed = ActionClosureAgreed(action="share-missed-appointments", reasons=WHY)
    wrong = world.say(closed, CHAIR)
    assert reads.ended(world.case)
    take_back(world, wrong)
    assert world.case.stage is Stage.ACTIONS
    world.say(closed, CHAIR)
    assert reads.ended(world.case)


def test_an_action_whose_owner_was_wrong_is_told_to_both(world: World) -> None:
    """G-11, X-2: who never owned it is let off; who does is told; where nothing else changed nobody else is."""
    wrong = world.say(action())
    world.deliver()
    by = correct(world, wrong, action(owner="lead-school"))
    assert told(world, gone=True) == ["lead-police"]
    assert world.mails("action-set") == ["lead-school"]
    world.deliver()
    take_back(world, by)
    assert "lead-school" in told(world, gone=True)


def test_an_action_corrected_in_its_words_is_told_to_its_owner(world: World) -> None:
    """G-11, X-2"""
    wrong = world.say(action())
    world.deliver()
    correct(world, wrong, action(what="Sample: other words."))
    assert told(world, gone=False) == ["lead-police"]
    assert world.mails("action-set") == []


def test_an_action_handed_on_by_mistake_is_its_owners_again(world: World) -> None:
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
    fired = {one.to for one in world.posted if one.cause.startswith("reminder:K-5:")}
    assert fired
    reached = world.say(MilestoneReached(milestone="first", progress=WHY))
    world.deliver()
    take_back(world, reached)
    assert {"chair", "member"} <= set(told(world, gone=True))
    world.deliver()
    take_back(world, wrong)
    assert set(told(world, gone=True)) == fired


def test_a_handover_taken_back_is_told_to_those_who_were_reminded_of_it(world: World) -> None:
    """G-10, X-2"""
    wrong = world.say(FindingsHandedOver(handover="audit", to="Quality sub-group", findings=WHY))
    world.wait(world.now + timedelta(days=60))
    fired = {one.to for one in world.posted if one.cause.startswith("reminder:G-10:")}
    assert fired
    world.deliver()
    take_back(world, wrong)
    assert set(told(world, gone=True)) == fired


def test_the_panels_notification_given_again_lets_the_leaders_be_told_again() -> None:
    """D-3, N-6, X-2: D-3 is owed once more, from the new notification."""
    world = World()
    wrong = world.notify()
    leaders, unit = set(world.mails("partners-told")), set(world.mails("notification-copy"))
    assert {"chair", "officer-health"} < leaders
    assert unit == {"sbu-1", "sbu-2"}
    deciders = set(world.mails("notification-recorded"))
    world.deliver()
    take_back(world, wrong)
    assert set(told(world, gone=True)) == leaders | unit | deciders
    assert world.deadline("D-3").stopped_at
    assert not [key for key in world.case.done if key.startswith(("partners-told", "notification-copy"))]
    again = {"partners-told": 1, "notification-copy": 1, f"notification-recorded:{wrong}": 1}
    assert world.case.taken_back == again
    world.say(notified())
    assert world.deadline("D-3").met_at == world.now


def test_what_is_told_right_in_its_own_mail_is_not_told_twice() -> None:
    """K-8, X-2: a plan that is corrected goes out again; who was told before and is told now gets that mail alone."""
    world = agreed()
    wrong = world.say(plan("2026-09-30"))
    world.deliver()
    correct(world, wrong, plan("2026-10-07"))
    assert world.mails("publication-planned")
    assert told(world) == []
