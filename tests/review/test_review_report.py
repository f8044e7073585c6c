"""The review's report, early comment and sign-off: K-6, K-7, G-6. Dates were worked out by hand on a calendar."""

import pytest

from review.case.sign_off import RoundStatus
from review.chapters.practice_review import reads as stands
from review.chapters.practice_review.papers import (
    REVIEW,
    ReviewRecommendation,
    ReviewReport,
)
from review.chapters.practice_review.view import practice_review_view
from review.facts import practice_review as say
from review.facts.enums import InvolvedGroup, Verdict
from review.facts.involvement import AdvocacyConsidered, InvolvementExplained, PersonInvited
from review.kit import refusals as no
from review.kit.open_files import to_sign
from tests.review.practice import Review, plan
from tests.review.world import WHY, cast, needed, speaker, tick


def test_a_report_names_analysis_summary_agencies_and_the_outcome_for_children() -> None:
    """K-6"""
    bare = ReviewRecommendation(what="Sample: share more.")
    assert ReviewReport(recommendations=[bare]).missing() == [
        "Analysis",
        "Summary",
        "Recommendation 1: the agencies that it is for",
        "Recommendation 1: the outcome for children",
    ]
    assert ReviewReport(summary="Sample", analysis="Sample").missing() == ["Recommendations"]


def test_what_a_version_lacks_is_named_once() -> None:
    """K-6: also where the CRG lists what the system has found already."""
    world = Review()
    world.contract()
    version = world.draft_review(missing=["Summary"])
    world.say(say.ReviewAssured(version=version, sound=False, lacks=["Summary"], attended=["chair"]))
    (notice, *_) = [one for one in world.posted if one.template == "review-back"]
    assert notice.n["lacks"] == ["Summary"]
    shown = practice_review_view(world.case, world.now)
    assert shown
    assert [(one.missing, one.lacks) for one in shown.versions] == [(["Summary"], [])]


def test_a_version_that_lacks_something_goes_back_with_the_list() -> None:
    """K-6"""
    world = Review()
    world.contract()
    version = world.draft_review(missing=["Analysis", "Summary"])
    with pytest.raises(no.NotSound, match="Analysis; Summary"):
        world.say(say.ReviewAssured(version=version, sound=True, attended=["chair"]))
    world.say(say.ReviewAssured(version=version, sound=False, attended=["chair"]))
    (notice, *_) = [one for one in world.posted if one.template == "review-back"]
    assert notice.n["lacks"] == ["Analysis", "Summary"]
    with pytest.raises(no.NotAssured):
        world.say(say.EarlyCommentSought(version=version))
    step = needed(world)
    assert step
    world.draft_review()
    with pytest.raises(no.SoundAndLacking):
        world.say(say.ReviewAssured(version=2, sound=True, lacks=["Sample: the daily life"], attended=["chair"]))
    with pytest.raises(no.LacksNotNamed):
        world.say(say.ReviewAssured(version=2, sound=False, attended=["chair"]))


def test_a_draft_is_told_to_the_crg_as_a_document_and_whoever_assures_it_is_named() -> None:
    """K-6: the Chair and the members get it; what the CRG assures, somebody of the CRG was there for."""
    world = Review()
    world.contract()
    version = world.draft_review(missing=["Summary"])
    told = [notice for notice in world.posted if notice.template == "review-draft"]
    assert [notice.to for notice in told] == ["chair", "member"]
    assert [(one.document, one.version) for one in told[0].attach] == [(REVIEW, 1)]
    assert told[0].n == {"version": 1, "missing": ["Summary"], "places": 0}
    world.restart()
    assert len(world.mails("review-draft")) == 2
    back = {"version": version, "sound": False}
    with pytest.raises(no.NobodyOfTheCrg):
        world.say(say.ReviewAssured(attended=["sbu-1"], **back))
    with pytest.raises(no.NobodyOfTheCrg):
        world.say(say.ReviewAssured(**back))
    with pytest.raises(no.UnknownPerson):
        world.say(say.ReviewAssured(attended=["chair", "nobody"], **back))
    world.say(say.ReviewAssured(attended=["member", "sbu-1"], **back))
    shown = practice_review_view(world.case, world.now)
    assert shown
    assert shown.versions[0].assured_by == ["member", "sbu-1"]


def test_the_final_draft_waits_for_the_early_comments_or_the_reason_why_not() -> None:
    """K-7: by accountable officers or deputies, and the Independent Chair; it is no sign-off."""
    world = Review()
    world.contract()
    world.say(say.EarlyCommentSought(version=world.sound()))
    (one,) = [one for one in world.case.rounds if one.open]
    assert (one.for_comment, [ask.officer for ask in one.asks]) == (
        True,
        ["officer-local-authority", "officer-health", "officer-police", "independent"],
    )
    with pytest.raises(no.NotAskedToComment):
        world.say(say.EarlyCommentGiven(officer="member", comments=WHY))
    with pytest.raises(no.NotAskedToComment):
        world.say(say.EarlyCommentGiven(officer="officer-health", comments=WHY), speaker("officer-police"))
    world.say(say.EarlyCommentGiven(officer="deputy-health", comments=WHY))
    assert stands.still_to_comment(world.case) == ["local-authority", "police", "independent-chair"]
    world.explain()
    with pytest.raises(no.NotYet):
        world.say(say.FinalDraftSent(version=1))
    world.say(say.EarlyCommentClosed(reason=WHY))
    assert one.status is RoundStatus.CLOSED
    world.say(say.FinalDraftSent(version=1))
    assert stands.being_signed(world.case, REVIEW) == 1


def test_early_comment_is_asked_as_a_sign_off_is_with_clock_reminder_deputy_and_escalation() -> None:
    """K-7, R-11, D-8: answered with comments, or with none; a sign-off is not what is asked."""
    world = Review()
    world.contract()
    world.say(say.EarlyCommentSought(version=world.sound()))
    (one,) = [one for one in world.case.rounds if one.open]
    assert world.deadline(f"D-8:{one.id}:health").due == tick(world.now, hours=48)
    with pytest.raises(no.CommentAsked):
        world.sign_in(one.id, "officer-health", "health")
    with pytest.raises(no.NoCommentGiven):
        world.say(say.EarlyCommentGiven(officer="officer-health"))
    world.say(say.EarlyCommentGiven(officer="officer-health", comments=WHY))
    world.say(say.EarlyCommentGiven(officer="independent", nothing_to_add=True))
    assert [(ask.capacity, ask.comments) for ask in one.asks if ask.commented] == [
        ("health", WHY),
        ("independent-chair", ""),
    ]
    assert world.deadline(f"D-8:{one.id}:health").met_at
    world.wait("2026-07-03T12:01")  # a Friday
    assert world.mails("comment-reminder") == ["officer-local-authority", "officer-police"]
    assert world.mails("comment-deputy") == ["deputy-local-authority", "deputy-police"]
    assert world.mails("comment-escalation") == []
    world.wait("2026-07-06T12:01")  # eight working hours later
    assert set(world.mails("comment-escalation")) == {"chair", "sbu-1", "sbu-2", "independent"}
    for partner in ("local-authority", "police"):
        world.say(say.EarlyCommentGiven(officer=f"deputy-{partner}", nothing_to_add=True))
    assert one.status is RoundStatus.ANSWERED
    assert stands.early_comment_over(world.case)


def test_early_comment_can_be_sought_on_a_later_version_and_is_then_waited_for_again() -> None:
    """K-7: the request for the earlier version is over; what was said of it does not count for the later one."""
    world = Review()
    world.contract()
    world.say(say.EarlyCommentSought(version=world.sound()))
    world.say(say.EarlyCommentGiven(officer="officer-health", comments=WHY))
    with pytest.raises(no.AlreadyRecorded):
        world.say(say.EarlyCommentSought(version=1))
    world.say(say.EarlyCommentSought(version=world.sound()))
    first, second = [one for one in world.case.rounds if one.for_comment]
    assert first.status is RoundStatus.SUPERSEDED
    assert (second.document.version, len(second.asks)) == (2, 4)
    world.explain()
    with pytest.raises(no.NotYet):
        world.say(say.FinalDraftSent(version=2))
    for officer in ("officer-local-authority", "officer-health", "officer-police", "independent"):
        world.say(say.EarlyCommentGiven(officer=officer, comments=WHY))
    world.say(say.FinalDraftSent(version=2))


def test_the_final_report_cannot_be_signed_off_while_involvement_is_neither_had_nor_explained() -> None:
    """G-6, K-7: neither sent for sign-off, nor approved where somebody is invited after that."""
    world = Review()
    world.contract()
    world.comment()
    with pytest.raises(no.InvolvementOpen, match="children"):
        world.say(say.FinalDraftSent(version=1))
    world.explain()
    world.say(say.FinalDraftSent(version=1))
    invited = {"person": "mother", "name": "Sample Parent", "invited_by": "Sample", "how": "Sample"}
    world.say(PersonInvited.model_validate({"group": InvolvedGroup.FAMILY} | invited))
    with pytest.raises(no.InvolvementOpen, match="mother"):
        world.sign_for("crg-chair")
    world.say(InvolvementExplained(person="mother", reasons=WHY))
    with pytest.raises(no.InvolvementOpen, match="advocacy for mother"):
        world.sign_for("crg-chair")
    world.say(AdvocacyConsidered(person="mother", used=False, reasons=WHY))
    world.sign_for("crg-chair")


def test_the_final_draft_passes_four_rounds_in_order() -> None:
    """K-7: CRG; senior officers of the agencies named; accountable officers; Independent Chair."""
    world = Review()
    world.final()
    seen: list[tuple[str, list[str]]] = []
    while one := next((one for one in world.case.rounds if one.open), None):
        seen.append((one.step, [ask.officer for ask in one.asks]))
        for ask in one.asks:
            world.sign_for(ask.capacity)
    assert seen == [
        ("crg", ["chair"]),
        ("agencies", ["senior-police", "senior-school"]),
        ("accountable", ["officer-local-authority", "officer-health", "officer-police"]),
        ("independent-chair", ["independent"]),
    ]
    assert stands.agreed(world.case, REVIEW) == 1


def test_a_senior_officer_reads_the_version_that_they_are_asked_to_sign_and_no_other() -> None:
    """K-7: by name, once they are asked; an agency's other people do not."""
    world = Review()
    world.final()
    assert to_sign(world.case, ["senior-police"]) == set(), "the CRG comes first"
    world.sign_for("crg-chair")
    assert to_sign(world.case, ["senior-police"]) == {(REVIEW, 1)}
    assert to_sign(world.case, ["lead-police"]) == set()


@pytest.mark.parametrize("capacity", ["crg-chair", "agency-school", "health", "independent-chair"])
def test_sent_back_at_any_step_a_new_version_takes_every_step_from_the_crg_on(capacity: str) -> None:
    """K-7, R-11"""
    world = Review()
    world.final()
    while capacity not in [ask.capacity for one in world.case.rounds if one.open for ask in one.asks]:
        (one,) = [one for one in world.case.rounds if one.open]
        for ask in one.asks:
            world.sign_for(ask.capacity)
    world.sign_for(capacity, Verdict.SEND_BACK)
    assert not [one for one in world.case.rounds if one.open]
    with pytest.raises(no.NotYet):
        world.say(plan())
    version = world.sound()
    world.say(say.FinalDraftSent(version=version))
    (again,) = [one for one in world.case.rounds if one.open]
    assert (again.step, again.document.version) == ("crg", 2)
    world.approve_all()
    assert stands.agreed(world.case, REVIEW) == 2


def test_a_new_senior_officer_is_asked_in_the_place_of_the_old() -> None:
    """K-7, R-11: an open round passes to whoever holds the office now."""
    world = Review()
    world.final()
    world.sign_for("crg-chair")
    changed = cast(2)
    for agency in changed.agencies:
        if agency.id == "school":
            agency.senior_officer = "lead-school"
    world.recast(changed)
    (one,) = [one for one in world.case.rounds if one.open]
    assert one.ask_for("agency-school").officer == "lead-school"
