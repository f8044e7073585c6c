"""Practice reviews in virtual time (§7, K-1 to K-9, D-10). Dates were worked out by hand."""

import asyncio
from datetime import timedelta

import pytest

from calendar_rules.edition import load_edition
from review.chapters.practice_review.papers import REVIEW
from review.facts.enums import Stage
from review.facts.panel import PartnersDecided
from tests.workflows.desk import Case, Desk, Refused
from tests.workflows.scenes import another_is_contracted, on_time
from tests.workflows.standing import brought

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def decided(desk: Desk) -> Case:
    """The partners decided on a practice review within the first hours of Monday 2 March 2026."""
    return await brought(desk, on_time)


async def to_a_step(desk: Desk, rel: str) -> Case:
    """The same case, followed to a step of its practice review."""

    async def walk(desk: Desk) -> Case:
        case = await decided(desk)
        await case.follow_to(rel)
        return case

    return await brought(desk, walk, name=f"decided, then {rel}")


async def test_whoever_follows_the_needed_steps_comes_from_the_decision_to_the_publication(desk: Desk) -> None:
    """K-1 to K-8, G-8: every stage of the review, in the protocol's order, and D-10 is met by the publication."""
    case = await on_time(desk)
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
    assert [one.id for one in state.rounds][2:] == [
        "terms-of-reference-1-accountable",
        "reviewer-selection-1-crg-chair",
        "reviewer-selection-1-accountable",
        "practice-review-1-early-comment",
        "practice-review-1-crg",
        "practice-review-1-agencies",
        "practice-review-1-accountable",
        "practice-review-1-independent-chair",
    ]
    deadline = state.deadlines["D-10"]
    assert deadline.met_at
    assert deadline.met_at <= deadline.due
    documents = {name for reference, name, _ in desk.world.documents if reference == case.reference}
    assert {"terms-of-reference", "reviewer-selection", "review-contract", "practice-review"} <= documents


async def signed_to(case: Case, step: str) -> None:
    """Follow what is needed until a round of the review's report is open at that step."""
    for _ in range(60):
        state = await case.state()
        if any(one.open and one.step == step and one.document.document == "practice-review" for one in state.rounds):
            return
        await case.follow_to("sign-off-given")
        state = await case.state()
        if any(one.open and one.step == step and one.document.document == "practice-review" for one in state.rounds):
            return
        await case.says("sign-off-given")
        await case.quiet()
    raise AssertionError(f"no round {step} was opened")


async def test_begun_again_in_the_middle_of_its_rounds_a_review_goes_on_where_it_stood(desk: Desk) -> None:
    """K-7: sent back by an agency's senior officer, redrafted; no mail or document is made twice."""
    case, draft = await decided(desk), "draft of the practice review's report"
    await signed_to(case, "agencies")
    state = await case.state()
    (one,) = [one for one in state.rounds if one.open]
    capacity, officer = one.asks[0].capacity, one.asks[0].officer
    assert capacity.startswith("agency-")
    body = {"round": one.id, "sha256": one.document.sha256, "capacity": capacity}
    given = {"officer": officer, "verdict": "send-back", "comments": "Sample: say more."}
    await case.says("sign-off-given", by=officer, **body, **given)
    await case.quiet()
    await case.request_continue_as_new()
    await asyncio.sleep(0.5)
    await case.quiet()
    before = len(case.mails())
    await case.follow_to("final-draft-sent")
    await case.quiet()
    assert len(case.mails()[before:]) == len(case.mails(f"{draft}, version 2"))  # the redraft to the CRG (K-6), no more
    first, second = ([mail.to_address for mail in case.mails(f"{draft}, version {one}")] for one in (1, 2))
    assert sorted(second) == sorted(first)
    assert second
    await case.follow_to_stage(Stage.DISSEMINATION)
    state = await case.state()
    over = [(one.document.version, one.step, one.status) for one in state.rounds if one.document.document == REVIEW]
    assert over == [
        (1, "early-comment", "answered by all"),
        (1, "crg", "approved"),
        (1, "agencies", "sent back"),
        (2, "crg", "approved"),
        (2, "agencies", "approved"),
        (2, "accountable", "approved"),
        (2, "independent-chair", "approved"),
    ]
    keys = [mail.message_id for mail in case.mails()]
    assert len(keys) == len(set(keys))
    stages = [row.what for row in case.rows if row.kind == "stage"]
    assert stages.count("review-sign-off") == 1


async def test_an_extension_is_told_to_the_panel_by_letter_and_the_reminders_fire_by_the_new_date(desk: Desk) -> None:
    """K-9, D-10, B-5: decided on Monday 2 March 2026, due by 2 September; extended to 30 November."""
    case = await decided(desk)
    assert (await case.deadline("D-10")).due.isoformat() == "2026-09-02T22:59:59+00:00"
    await case.until("2026-06-03 12:00")
    assert case.mails("reminder, complete the practice review", to="crg-chair")
    await case.says("review-extended", extended_date="2026-11-30", reason="Sample: proceedings.")
    await case.quiet()
    (mail,) = case.mails("a practice review will take longer", to="panel")
    assert [one.name.partition("-review-")[2] for one in mail.attachments] == ["delay-letter-v1.pdf"]
    assert "Sample: proceedings." in mail.attachments[0].content.decode()
    assert "proceedings" not in mail.text
    await case.until("2026-09-03 12:00")
    assert not (await case.deadline("D-10")).overdue(await case.now())
    await case.until("2026-12-01 12:00")
    assert case.told("deadline-passed", "D-10")


async def test_a_chair_s_silence_is_escalated_and_nobody_signs_in_the_chair_s_place(desk: Desk) -> None:
    """K-3, D-8, R-11"""
    case = await decided(desk)
    await case.follow_to("selection-proposed")
    await case.says("selection-proposed")
    await case.quiet()
    (asked,) = case.mails("your sign-off is needed", to="crg-chair")
    assert "You are asked as CRG Chair." in asked.text
    await case.passes(hours=80)
    assert case.mails("a sign-off is overdue", to="independent-chair")
    (one,) = [one for one in (await case.state()).rounds if one.open]
    body = {"round": one.id, "sha256": one.document.sha256, "verdict": "approve"}
    with pytest.raises(Refused, match="not-asked-to-sign"):
        await case.says("sign-off-given", by="officer-health", officer="officer-health", capacity="crg-chair", **body)
    await case.says("sign-off-given", by="crg-chair", officer="crg-chair", capacity="crg-chair", **body)
    await case.quiet()
    assert case.mails("your sign-off is needed", to="officer-health")


async def test_a_decision_corrected_while_terms_are_out_stops_the_review_and_corrected_back_asks_again(
    desk: Desk,
) -> None:
    """X-2, K-1, R-11: the case takes the correction, goes the other way, and comes back to the round that was open."""
    case = await decided(desk)
    await case.follow_to("terms-sent-for-approval")
    await case.says("terms-sent-for-approval")
    await case.quiet()
    await case.says("sign-off-given", by="officer-health", officer="officer-health")
    decision = {"decision": "learning-review", "reasons": "Sample.", "difference_reason": "Sample."}
    decision |= {"why_no_more_is_to_be_learned": "Sample."}
    await correct(case, decision)
    await case.partners_agree()
    assert (await case.state()).stage is Stage.LEARNING_REVIEW
    (one,) = [one for one in (await case.state()).rounds if one.document.document == "terms-of-reference"]
    assert one.status == "stopped with the case"
    before = len(case.mails("your sign-off is needed", to="officer-police"))
    await correct(case, decision | {"decision": "practice-review"})
    (one,) = [one for one in (await case.state()).rounds if one.document.document == "terms-of-reference"]
    assert one.open
    assert len(case.mails("your sign-off is needed", to="officer-police")) == before + 1
    signed = [mail.subject.partition(": ")[2] for mail in case.mails("your sign-off is needed", to="officer-health")]
    assert [one.partition(",")[0] for one in signed] == [
        "Rapid review report",
        "Terms of reference",
        "The partners' decision",
    ]
    await case.follow_to("contract-issued")


async def correct(case: Case, decision: dict[str, str]) -> None:
    """The partners' decision was entered wrongly."""
    wrong = (await case.state()).entry(PartnersDecided)
    assert wrong
    right = {"kind": "partners-decided", **decision}
    await case.says("corrected", corrects=wrong.reported.message, right=right, reason="Sample.")
    await asyncio.sleep(0.3)
    await case.quiet()


async def test_advance_copies_are_mailed_with_the_report_and_a_refused_address_is_a_failed_duty(desk: Desk) -> None:
    """B-4: the deadline counts back from the planned day and is met when the last copy has been delivered."""
    case = await desk.open(edition=load_edition("england-2023"))
    await case.follow_to("publication-planned")
    address = next(person.email for person in desk.world.directory.people if person.id == "ofsted")
    day = (await case.now()).date() + timedelta(days=60)
    await case.says("publication-planned", publication_date=day.isoformat())
    await case.quiet()
    assert case.mails("the publication of the review is planned", to="sbu-manager")
    desk.world.refuses.add(address)
    for one in ("panel", "secretary-of-state", "ofsted"):
        await case.says("advance-copy-sent", recipient=one)
    await case.quiet()
    desk.world.refuses.discard(address)
    (mail,) = case.mails("advance copy of a local child safeguarding practice review", to="panel")
    assert [one.name.partition("-practice-")[2] for one in mail.attachments] == ["review-v1.pdf"]
    assert (await case.deadline("B-4")).open
    (duty,) = (await case.state()).failed
    await case.says("duty-retried", duty=duty)
    await case.quiet()
    assert case.mails("advance copy of a local child safeguarding practice review", to="ofsted")
    assert not (await case.deadline("B-4")).open
    await case.until(f"{day} 12:00")
    await case.quiet()
    planned = "on the day planned"  # K-8; with a milestone of that day in one mail, or not
    await case.comes(lambda: [one for one in case.mails("coming up", to="crg-chair") if planned in one.text])
    await case.until(f"{day + timedelta(days=1)} 00:30")
    await case.quiet()
    await case.comes(
        lambda: [one for one in case.mails("overdue", to="crg-chair") if planned in one.text + one.subject]
    )
    await case.says("review-published")
    await case.quiet()
    assert not case.mails("may be taken down")
    await case.passes(days=366)
    assert case.mails("may be taken down", to="sbu-manager")


async def test_a_milestone_that_passes_is_told_to_the_crg_chair_and_the_business_unit(desk: Desk) -> None:
    """K-5: set for the last day of March 2026; reminded five working days before, then overdue."""
    case = await to_a_step(desk, "milestone-set")
    await case.says("milestone-set", milestone="first-draft", planned_date="2026-03-31")
    await case.until("2026-03-24 10:00")
    assert case.mails("reminder, reach the milestone", to="crg-chair")
    await case.until("2026-04-01 00:30")
    assert case.mails("overdue, reach the milestone", to="crg-chair")
    assert case.mails("overdue, reach the milestone", to="sbu-manager")
    await case.says("milestone-reached", milestone="first-draft")
    await case.quiet()
    assert not (await case.deadline("K-5:first-draft")).open


async def test_early_comment_goes_out_with_the_draft_a_link_and_a_deadline(desk: Desk) -> None:
    """K-7, R-11, D-8: the draft attached; on silence the deputy, then the CRG Chair; the answer may be none."""
    case = await decided(desk)
    await case.follow_to("early-comment-sought")
    await case.says("early-comment-sought")
    await case.quiet()
    (mail,) = case.mails("your early comment on version 1", to="officer-health")
    assert [one.name.partition("practice-review")[2] for one in mail.attachments] == ["-v1.pdf"]
    assert "/s/" in mail.text
    await case.says("early-comment-given", by="officer-police", officer="officer-police")
    await case.passes(hours=50)
    assert case.mails("your early comment as deputy", to="deputy-health")
    assert not case.mails("your early comment as deputy", to="deputy-police")
    await case.passes(hours=24)
    mails = case.mails("an early comment is overdue, please step in", to="crg-chair")
    assert sum(mail.text.count("- Contact the") or 1 for mail in mails) == 3
    for officer in ("officer-local-authority", "deputy-health", "independent-chair"):
        fact = {"officer": officer, "comments": "", "nothing_to_add": True}
        await case.tell(await case.fact("early-comment-given", fact), people=[officer])
    await case.quiet()
    (one,) = [one for one in (await case.state()).rounds if one.for_comment]
    assert one.status == "answered by all"
    await case.follow_to("final-draft-sent")


async def test_another_reviewer_is_selected_and_the_agreed_report_replaced_on_the_same_rounds(desk: Desk) -> None:
    """K-2, K-4, K-7, B-7, R-11: what comes after the main line has passed is signed as what came before it."""
    case = await to_a_step(desk, "milestone-set")
    await case.says("conflict-declared")
    await case.says("contract-ended")
    await case.quiet()
    assert case.mails("the reviewer's contract has ended", to="officer-health")
    await another_is_contracted(case)
    contracts = [
        version
        for reference, name, version in desk.world.documents
        if (reference, name) == (case.reference, "review-contract")
    ]
    assert contracts == [1, 2]
    await case.follow_to("publication-planned")
    await case.says("review-drafted")
    await case.says("review-assured")
    await case.says("final-draft-sent", version=2)
    await case.quiet()
    assert (await case.state()).stage is Stage.PUBLICATION
    await case.follow_to_stage(Stage.DISSEMINATION)
    await case.quiet()
    over = [(one.document.version, one.step) for one in (await case.state()).rounds if one.document.document == REVIEW]
    assert over[-4:] == [(2, "crg"), (2, "agencies"), (2, "accountable"), (2, "independent-chair")]
