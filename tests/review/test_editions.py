"""What a case makes of its edition: anchors, kinds of notification, two steps, a move there and back."""

from datetime import date

import pytest

from calendar_rules.edition import Edition, NotificationKind, load_edition
from calendar_rules.working_days import ClosedDay, ClosedKind
from review import timing
from review.facts import Corrected
from review.refusals import NoRapidReview
from review.said.notification import PanelNotified
from review.steps import next_steps
from tests.review.world import EDITION, WHY, World, at, scoping

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
    world.case.clocks.pop(rule, None)
    world.now = at("2026-05-12T09:00")
    world.notify(happened_at=at("2026-05-11T11:00"), received_at=at("2026-05-12T09:00"))
    del world.case.clocks[rule]
    clock = timing.start(world.case, rule, world.now, since=at("2026-05-12T17:00"))  # as a stage would have it
    assert clock.due == at(due)
    world.close(ClosedDay(day=date(2027, 3, 1), why="Sample closure", kind=ClosedKind.CLOSURE))  # of no concern here
    assert (clock.due, clock.moves) == (at(due), [])


# --- kinds of notification (B-1) ---


def test_where_no_rapid_review_follows_nothing_of_one_is_needed_or_taken() -> None:
    """B-1: the death of a care leaver is notified, and that is all."""
    world = World(edition=ENGLAND_2023)
    world.notify(notification="care-leaver-death")
    assert not offered(world) & {"scoping-meeting-arranged", "scoping-meeting-held", "returns-requested"}
    with pytest.raises(NoRapidReview, match="correct the notification"):
        world.say(scoping())


def test_a_kind_corrected_on_the_way_ends_the_rapid_review_and_back_it_goes_on() -> None:
    """B-1, X-2: agencies are asked already when it is found that no rapid review follows."""
    world = World(edition=ENGLAND_2023)
    world.scope()
    message = next(one.said.message for one in world.case.entries if isinstance(one.said.fact, PanelNotified))
    told = world.case.last(PanelNotified)
    assert told is not None
    other = told.model_copy(update={"notification": NotificationKind.CARE_LEAVER_DEATH})
    world.say(Corrected(corrects=message, right=other, reason=WHY))
    assert not offered(world) & {"agency-returned", "agency-knew", "rapid-review-meeting-held", "agency-added"}
    with pytest.raises(NoRapidReview):
        world.returned("police")
    message = world.case.entries[-1].said.message
    world.say(Corrected(corrects=message, right=told, reason=WHY))
    assert "agency-returned" in offered(world)
