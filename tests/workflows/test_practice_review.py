"""Practice reviews on the real engine, in virtual time (§7, K-1 to K-9, D-10). Dates were worked out by hand."""

import pytest

from review.words import Stage
from tests.workflows.desk import Case, Desk, Refused

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def decided(desk: Desk) -> Case:
    """The partners decide on a practice review within the first hours of Monday 2 March 2026."""
    case = await desk.open()
    await case.follow_to_stage(Stage.PRACTICE_REVIEW)
    await case.quiet()
    return case


async def test_whoever_follows_the_needed_steps_comes_from_the_decision_to_the_publication(desk: Desk) -> None:
    """K-1 to K-8, G-8: every stage of the review, in the protocol's order, and D-10 is met by the publication."""
    case = await decided(desk)
    await case.follow_to_stage(Stage.DISSEMINATION)
    await case.quiet()
    stages = [row.what for row in case.rows if row.kind == "stage"]
    assert stages[stages.index("practice-review") :] == [
        "practice-review",
        "terms-of-reference",
        "tender",
        "contract",
        "review-work",
        "review-sign-off",
        "publication",
        "dissemination",
    ]
    state = await case.state()
    assert [one.id for one in state.rounds][1:] == [
        "terms-of-reference-1-accountable",
        "reviewer-selection-1-crg-chair",
        "reviewer-selection-1-accountable",
        "practice-review-1-crg",
        "practice-review-1-agencies",
        "practice-review-1-accountable",
        "practice-review-1-independent-chair",
    ]
    clock = state.clocks["D-10"]
    assert clock.met_at
    assert clock.met_at <= clock.due
    documents = {name for reference, name, _ in desk.world.shelf if reference == case.reference}
    assert {"terms-of-reference", "reviewer-selection", "review-contract", "practice-review"} <= documents
