"""What tests of referrals, of requests for information and of merging begin with."""

from typing import Any

from calendar_rules.notifying import HEADS
from review.chapters.learning_review.papers import FINDINGS, FindingsBody
from review.check import validate_fact
from review.facts import AnyFact, Reported, Speaker
from review.facts.enums import NotNotifiedOutcome, Stage, View
from review.facts.information import InformationRequested
from review.facts.learning_review import (
    LearningFindingsDrafted,
    LearningParticipantsNamed,
    LearningReviewAssured,
    LearningTermsSet,
)
from review.facts.notification import NotNotifiedDecided
from review.facts.referral import CrgConsidered, ReferralReceived
from review.kit import refusals as no
from review.next_steps import next_steps
from review.open_case import open_case
from review.take import apply_fact
from tests.review.world import (
    CALENDAR,
    EDITION,
    SBU,
    WHY,
    World,
    at,
    cast,
    paper,
    view,
    world_of,
)


def opened(fact: AnyFact, now: str = "2026-05-11T11:00", by: Speaker = SBU) -> World:
    """A case that begins so; its run begins with `World.say` or `World.wait`."""
    case = open_case(
        "CR-2026-0002",
        Reported(message="opening", by=by, recorded_at=at(now), fact=fact),
        edition=EDITION,
        calendar=CALENDAR,
        cast=cast(),
        partnership="Sample Partnership",
        now=at(now),
    )
    return world_of(case, at(now))


def say(world: World, fact: Any, by: Speaker = SBU) -> None:
    """Check and take; no run goes on with it. A refusal leaves the case as it was."""
    reported = world.envelope(fact, by)
    before = world.case.model_dump_json()
    try:
        validate_fact(world.case, reported, world.now)
    except no.Refusal:
        assert world.case.model_dump_json() == before
        raise
    apply_fact(world.case, reported, world.now)


def referral(**more: Any) -> ReferralReceived:
    return ReferralReceived.model_validate(ReferralReceived.sample | {"agency": "school"} | more)


def request() -> InformationRequested:
    return InformationRequested.model_validate(InformationRequested.sample)


def considered(outcome: str = "learning-review", day: str = "2026-05-11", **more: Any) -> CrgConsidered:
    given = {"meeting_date": day, "attended": ["chair", "member"], "outcome": outcome, "reasons": WHY}
    return CrgConsidered.model_validate(given | more)


def declined() -> World:
    """Both said no, and referred it to the CRG (N-2)."""
    world = World()
    for officer in HEADS:
        say(world, view(officer, View.DO_NOT_NOTIFY))
    world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.REFER_TO_CRG, reasons=WHY))
    return world


def findings(version: int, **without: str) -> LearningFindingsDrafted:
    body = FindingsBody(author="sbu-1", findings=FINDINGS.model_copy(update=without))
    return body.to_fact(paper("learning-findings-draft", version), World().case)


def stage(world: World) -> Stage:
    return world.case.stage


def offered(world: World) -> list[str]:
    return [step.rel for step in next_steps(world.case, world.now) if step.needed]


def learning() -> World:
    world = opened(referral())
    say(world, considered("learning-review"))
    say(world, LearningTermsSet(terms=WHY, method=WHY, lead="sbu-1"))
    named = [{"agency": "school", "office": "Teacher"}]
    say(world, LearningParticipantsNamed.model_validate({"participants": named}))
    return world


def judged(version: int, verdict: str = "agreed", **more: Any) -> LearningReviewAssured:
    given = {"version": version, "verdict": verdict, "reasons": WHY, "attended": ["chair"]}
    return LearningReviewAssured.model_validate(given | more)
