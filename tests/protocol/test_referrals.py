"""Referrals, information requests and learning reviews in virtual time. All times are London's."""

from typing import Any

import pytest

from delivery.papers.reading import as_text
from review.case.deadline import Status
from review.facts.directory import Role
from review.facts.enums import Stage
from review.facts.referral import CrgConsidered
from tests.workflows.desk import Case, Desk, Refused
from tests.workflows.paths import due, status
from tests.workflows.referred import (
    SERIOUS,
    referred_after_two_noes,
    serious_after_two_noes,
    serious_by_the_referral,
    to_the_decision,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")
LEADERS = ("officer-local-authority", "officer-health", "officer-police", "crg-chair", "independent-chair")


async def test_a_referral_tells_its_leaders_at_once(desk: Desk) -> None:
    """A-2, D-3: within the minute, each of them once."""
    case = await desk.refer()
    await case.quiet()
    assert await status(case, "D-3:referral") is Status.MET
    for person in LEADERS:
        assert len(case.mails("a case is referred", to=person)) == 1, person
    assert (await case.state()).stage is Stage.REFERRAL


async def test_a_referral_that_lacks_something_is_returned_to_its_sender_and_completed(desk: Desk) -> None:
    """A-1, A-2: the leaders are told when it is whole."""
    case = await desk.refer(senior_officer="")
    await case.quiet()
    (mail,) = case.mails("please complete it", to="lead-education")
    assert "a senior officer's support" in mail.text
    assert not case.mails("a case is referred")
    assert (await case.state()).stage is Stage.REFERRAL_RETURNED
    await case.until("2026-03-04 09:00")
    await case.says("referral-completed", by="lead-education")
    await case.quiet()
    assert case.mails("a case is referred", to="crg-chair")
    assert await status(case, "D-3:referral") is Status.MET
    assert (await case.state()).stage is Stage.REFERRAL


async def test_a_referral_becomes_a_learning_review_by_next_steps_alone(desk: Desk) -> None:
    """A-3, A-5: terms, participants, findings, the CRG's assurance; then its learning is followed up."""
    case = await desk.refer()
    await case.follow_to("learning-terms-set")
    await case.quiet()
    assert (await case.state()).stage is Stage.LEARNING_REVIEW
    assert case.mails("has considered the case", to="lead-education")
    await case.follow_to("learning-review-assured")
    await case.quiet()
    (paper,) = [kept for key, kept in desk.world.documents.items() if key[:2] == (case.reference, "learning-findings")]
    assert "written handover" in as_text(paper.content)
    assert case.mails("version 1 of the findings", to="crg-chair")
    await case.says("learning-review-assured", verdict="sent-back", lacking=["who does what by when"])
    await case.quiet()
    assert case.mails("findings are sent back", to="sbu-manager")
    await case.continue_as_new()
    await case.follow_to_stage(Stage.DISSEMINATION)
    await case.quiet()
    assert case.mails("learning review is agreed", to="independent-chair")
    assert len(case.mails("takes part in a learning review", to="lead-police")) <= 1
    assert case.told("learning-review")[-1].kind == "stage"


async def test_a_referral_that_is_a_serious_incident_may_be_late_at_once_and_says_so(desk: Desk) -> None:
    """A-3, D-1: aware on Friday 20 February; five working days ended on the 27th; considered on Monday 2 March."""
    case = await desk.refer()
    await case.says("crg-considered", outcome="serious-incident")
    await case.quiet()
    times = {"incident_at": "2026-02-20T07:00:00Z", "aware_at": "2026-02-20T10:00:00Z"}
    await case.says("incident-reported", **times)
    await case.quiet()
    assert await due(case, "D-1") == "2026-02-27 23:59:59"
    assert await status(case, "D-1") is Status.LATE
    assert case.told("deadline-overdue", "D-1")
    assert case.mails("overdue", to="chief-executive")
    await case.follow_to_stage(Stage.PRACTICE_REVIEW)
    await case.quiet()
    assert await due(case, "D-7") == "2026-03-23 23:59:59"
    assert await status(case, "D-7") is Status.MET


@pytest.mark.parametrize(
    ("outcome", "stage"), [("practice-review", Stage.PRACTICE_REVIEW), ("no-further-action", Stage.CONCLUDED)]
)
async def test_the_crg_decides_on_a_practice_review_or_on_nothing_more(desk: Desk, outcome: str, stage: Stage) -> None:
    """A-3"""
    case = await desk.refer()
    await case.says("crg-considered", outcome=outcome)
    await case.quiet()
    assert case.told(stage)
    assert case.mails("has considered the case", to="crg-chair")


async def test_a_case_of_two_noes_goes_to_the_crg_which_may_take_it_for_serious(desk: Desk) -> None:
    """N-2, A-2, A-3: the leaders are told; treated as serious after all, D-1 runs on from the aware time."""
    case = await desk.open()
    for officer in ("dcs", "chief-executive"):
        await case.says("partner-view-given", by=officer, officer=officer, view="do-not-notify")
    await case.says("not-notified-decided", outcome="refer-to-crg", reasons="Sample.")
    await case.quiet()
    assert (await case.state()).stage is Stage.CRG_REFERRAL
    assert await status(case, "D-3:not-notified") is Status.MET
    await case.says("crg-considered", outcome="serious-incident")
    await case.quiet()
    assert (await case.state()).stage is Stage.DISCUSSION
    assert await due(case, "D-1") == "2026-03-09 23:59:59"
    assert [step.rel for step in await case.steps() if step.needed][:2] == ["partner-view-given"] * 2
    for officer in ("dcs", "chief-executive"):
        assert len(case.mails("your view is needed now", to=officer)) == 2
        assert case.mails("has considered the case", to=officer)
    await case.continue_as_new()
    assert len(case.mails("your view is needed now", to="dcs")) == 2
    for officer in ("dcs", "chief-executive"):
        await case.says("partner-view-given", by=officer, officer=officer, view="notify")
    await case.follow_to_stage(Stage.SCOPING)
    await case.quiet()
    assert await status(case, "D-1") is Status.MET
    assert await status(case, "D-3") is Status.MET
    assert len(case.told("deadline-reminder", "D-1")) == 0


async def test_an_information_request_is_gathered_supplied_and_concluded(desk: Desk) -> None:
    """A-4, R-4: told at once; each agency's five days; a late one reminded; the disclosure in the record."""
    case = await desk.ask()
    await case.quiet()
    for person in ("crg-chair", "officer-health"):
        assert case.mails("another partnership asks", to=person)
    assert not case.mails("another partnership asks", to="independent-chair")
    await case.says("agencies-asked", agencies=["police", "hospital"])
    await case.quiet()
    assert await due(case, "D-6:police") == "2026-03-09 23:59:59"  # the 7th is a Saturday
    assert case.mails("another partnership's review", to="lead-police")
    await case.says("agency-returned", by="lead-police", agency="police")
    await case.until("2026-03-10 09:30")
    assert case.mails("overdue", to="lead-hospital")
    (mail,) = case.mails("the information is collated", to="sbu-manager")
    assert "1 return missing" in mail.subject
    await case.continue_as_new()
    step = await case.follow_to("information-supplied", skip=["agency-returned", "senior-officers-informed"])
    assert step.needed
    await case.says("information-supplied")
    await case.quiet()
    assert (await case.state()).stage is Stage.SUPPLIED
    assert [row.kind for row in case.told("information-disclosed")] == ["disclosure"]
    assert await status(case, "D-6:hospital") is Status.LATE  # it was over before the request was concluded
    await case.follow_to_stage(Stage.CONCLUDED)


async def test_an_agency_may_be_added_to_an_information_request(desk: Desk) -> None:
    """A-4, R-4: its own five days run from its own request."""
    case = await desk.ask()
    await case.says("agencies-asked", agencies=["police"])
    await case.until("2026-03-04 10:00")
    await case.says("agency-added", agency="housing", reason="Sample.")
    await case.quiet()
    assert await due(case, "D-6:police") == "2026-03-09 23:59:59"
    assert (await due(case, "D-6:housing"))[:10] == "2026-03-09"


async def test_a_learning_review_ends_only_when_its_learning_is_shared_after_the_crg_s_agreement(desk: Desk) -> None:
    """A-5, G-9, K-10, X-1: what was shared before counts for nothing; opened again, it is agreed and shared again."""
    case = await desk.refer()
    await case.follow_to("learning-review-assured")
    await case.says("learning-disseminated")
    with pytest.raises(Refused, match="not-yet"):
        await case.says("no-action-needed", reasons="Sample.")
    await case.says("learning-review-assured")
    await case.quiet()
    assert (await case.state()).stage is Stage.DISSEMINATION
    await case.says("learning-disseminated")
    await case.says("findings-handed-over")
    await case.says("no-action-needed")
    await case.quiet()
    assert (await case.state()).stage is Stage.DISSEMINATION  # while the sub-group owes its answer (G-10)
    await case.says("sub-group-answered")
    await case.quiet()
    assert (await case.state()).stage is Stage.CONCLUDED
    await case.says("case-reopened")
    await case.quiet()
    await case.says("panel-dialogue-logged")
    await case.quiet()
    assert (await case.state()).stage is Stage.LEARNING_REVIEW
    await case.says("learning-findings-drafted")
    await case.quiet()
    await case.follow_to_stage(Stage.CONCLUDED)
    await case.quiet()
    assert len(case.mails("learning review is agreed", to="independent-chair")) == 2
    assert len(case.mails("is concluded", to="independent-chair")) == 2


async def test_a_referral_that_nobody_completes_or_considers_is_reminded_of(desk: Desk) -> None:
    """A-1, A-3: returned on Monday 2 March; ten working days end on the 16th; then the CRG has twenty."""
    case = await desk.refer(senior_officer="")
    await case.quiet()
    (mail,) = case.mails("please complete it", to="lead-education")
    assert "the end of Monday 16 March 2026" in mail.text
    await case.until("2026-03-09 09:30")
    assert case.mails("reminder", to="lead-education")
    await case.until("2026-03-24 09:30")
    assert case.mails("overdue", to="lead-education")
    assert case.mails("overdue", to="sbu-manager")
    assert case.mails("please step in", to="senior-education")
    await case.says("referral-completed", by="lead-education")
    await case.quiet()
    assert await status(case, "A-1:education") is Status.LATE
    assert await due(case, "A-3:referral") == "2026-04-23 23:59:59"  # Good Friday and Easter Monday between
    (mail,) = case.mails("a case is referred", to="crg-chair")
    assert "the end of Thursday 23 April 2026" in mail.text
    await case.continue_as_new()
    await case.until("2026-05-05 09:30")
    assert case.mails("overdue", to="crg-chair")
    assert case.mails("please step in", to="independent-chair")
    await case.says("crg-considered")
    await case.quiet()
    assert await status(case, "A-3:referral") is Status.LATE


async def test_a_serious_incident_that_nobody_reports_is_asked_for_each_working_day(desk: Desk) -> None:
    """A-3, D-1: considered on Monday 2 March; asked by those who may report it, until one of them has."""
    case = await serious_by_the_referral(desk)
    await case.quiet()
    for person, asked in (("dcs", True), ("chief-executive", True), ("sbu-manager", True), ("crg-chair", False)):
        (mail,) = case.mails("has considered the case", to=person)
        assert ("reported in the portal today" in mail.text) == asked, person
    assert "no action needed" in case.mails("has considered the case", to="lead-education")[0].text
    await case.until("2026-03-05 12:00")
    for person in ("dcs", "chief-executive", "sbu-manager"):
        assert len(case.mails("is not reported yet", to=person)) == 3, person
    assert not case.mails("is not reported yet", to="crg-chair")
    await case.continue_as_new()
    await case.says("incident-reported")
    await case.until("2026-03-10 12:00")
    assert len(case.mails("is not reported yet", to="dcs")) == 3


async def test_every_outcome_is_told_to_the_members_of_the_crg_and_to_whoever_referred(desk: Desk) -> None:
    """A-3: for their information."""
    case = await desk.refer()
    await case.says("crg-considered", outcome="no-further-action")
    await case.quiet()
    members = (await case.state()).cast.holders(Role.CRG_MEMBER)
    assert members
    for person in (*members, "lead-education"):
        (mail,) = case.mails("has considered the case", to=person)
        assert "No further action is taken" in mail.text


async def test_what_was_referred_to_the_crg_is_not_said_to_be_possible_still(desk: Desk) -> None:
    """N-2: the mail of the decision says what becomes of the case."""
    case = await referred_after_two_noes(desk)
    (mail,) = case.mails("decided not to notify", to="chief-executive")
    assert "was referred to the Case Review Group" in " ".join(mail.text.split())


@pytest.mark.parametrize("outcome", ["learning-review", "practice-review", "serious-incident", "no-further-action"])
@pytest.mark.parametrize("way_in", [Desk.refer, referred_after_two_noes])
async def test_every_outcome_leads_to_the_conclusion_by_the_first_needed_step(
    desk: Desk, way_in: Any, outcome: str
) -> None:
    """A-3, N-2: with each step's own example; at no moment is nothing needed of a case that has not ended."""
    if outcome == "serious-incident":
        case = await to_the_decision(desk, SERIOUS[way_in])
    else:
        case = await way_in(desk)
        await case.says("crg-considered", outcome=outcome)
    await case.follow_to_stage(Stage.CONCLUDED)
    await case.quiet()
    assert [step.rel for step in await case.steps() if step.needed] == []


async def considers_otherwise(case: Case, outcome: str) -> None:
    """Correct what the CRG is said to have decided."""
    wrong = (await case.state()).entries_of(CrgConsidered)[-1].reported
    right = {**wrong.fact.model_dump(mode="json"), "outcome": outcome}
    await case.says("corrected", corrects=wrong.message, right=right, reason="Sample: a slip.")
    await case.quiet()


async def test_a_slip_of_the_crg_is_put_right_on_a_live_case(desk: Desk) -> None:
    """X-2, A-3: concluded by mistake, it goes on; treated as serious by mistake, both noes stand again."""
    case = await desk.refer()
    await case.says("crg-considered", outcome="no-further-action")
    await case.quiet()
    assert (await case.state()).stage is Stage.CONCLUDED
    await considers_otherwise(case, "learning-review")
    assert (await case.state()).stage is Stage.LEARNING_REVIEW
    case = await serious_after_two_noes(desk)
    assert (await case.state()).stage is Stage.DISCUSSION
    await considers_otherwise(case, "learning-review")
    assert (await case.state()).stage is Stage.LEARNING_REVIEW
    assert await status(case, "D-1") is Status.STOPPED
    assert "A learning review will be held" in case.mails("has considered the case", to="crg-chair")[-1].text
