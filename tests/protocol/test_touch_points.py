"""Every touch point of the flowchart: who is told, by which mail. One run (G-5, flowchart)."""

from datetime import timedelta

import pytest

from calendar_rules.edition import Outsider, load_edition
from review.case.state import CaseState
from review.facts.directory import Role
from review.facts.enums import Stage
from review.view import waiting_for
from tests.workflows.desk import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")

OFFICERS, CHAIR, MEMBERS = Role.ACCOUNTABLE_OFFICER, Role.CRG_CHAIR, Role.CRG_MEMBER
INDEPENDENT, UNIT = Role.INDEPENDENT_CHAIR, Role.BUSINESS_UNIT
LEADERS = (OFFICERS, CHAIR, INDEPENDENT)

# What the flowchart names, the cause of the mail (its template first), the offices that get it.
TOUCH_POINTS: list[tuple[str, str, tuple[Role, ...]]] = [
    ("notified", "partners-told", LEADERS),
    ("recommendation", "recommendation-told", (INDEPENDENT,)),
    ("draft report", "sign-off-request:rapid-review-1", (OFFICERS,)),
    ("submitted to the Panel", "submitted", LEADERS),
    ("the Panel's decision", "panel-decision", LEADERS),
    ("the partners' decision", "partners-decision", (*LEADERS, MEMBERS)),
    ("approach: terms", "sign-off-request:terms-of-reference-1-accountable", (OFFICERS,)),
    ("approach agreed", "review-step:terms-agreed", (*LEADERS, MEMBERS)),
    ("reviewer proposed", "sign-off-request:reviewer-selection-1-crg-chair", (CHAIR,)),
    ("reviewer signed off", "sign-off-request:reviewer-selection-1-accountable", (OFFICERS,)),
    ("reviewer selected", "review-step:reviewer-selected", (*LEADERS, MEMBERS)),
    ("contract", "review-step:contract-issued", (*LEADERS, MEMBERS)),
    ("progress", "review-progress", (*LEADERS, MEMBERS)),
    ("extension", "review-step:extended", (*LEADERS, MEMBERS)),
    ("extension, to the Panel", "review-delayed", (Role.PANEL,)),
    ("concern escalated", "concern-escalated", (Role.ESCALATION_OFFICER,)),
    ("early comment", "sign-off-request:practice-review-1-early-comment", (OFFICERS, INDEPENDENT)),
    ("sign-off by the CRG", "sign-off-request:practice-review-1-crg", (CHAIR,)),
    ("sign-off by the agencies", "sign-off-request:practice-review-1-agencies", (Role.AGENCY,)),
    ("sign-off by the accountable officers", "sign-off-request:practice-review-1-accountable", (OFFICERS,)),
    ("sign-off by the Independent Chair", "sign-off-request:practice-review-1-independent-chair", (INDEPENDENT,)),
    ("report shared", "review-shared", (OFFICERS, INDEPENDENT)),
    ("publication and media plan", "publication-planned", (*LEADERS, UNIT)),
    ("published", "review-over", (*LEADERS, MEMBERS)),
    ("learning disseminated", "learning-disseminated", LEADERS),
    ("concluded", "case-concluded", (*LEADERS, MEMBERS, UNIT)),
]


def told(state: CaseState, cause: str) -> set[str]:
    """Who had a mail of that cause."""
    return {key.to for key in state.done if key.to and f"{key.cause}:".startswith(f"{cause}:")}


async def test_every_touch_point_of_the_flowchart_is_told_to_its_offices(desk: Desk) -> None:
    """G-5, flowchart: from the notification to the conclusion, by way of a practice review that is extended."""
    case = await desk.open()
    await case.follow_to("review-drafted")
    await case.says("progress-reported")
    later = (await case.deadline("D-10")).due + timedelta(days=60)
    await case.says("review-extended", extended_date=later.date().isoformat())
    await case.says("concern-escalated")
    await case.follow_to_stage(Stage.CONCLUDED)
    await case.quiet()
    state = await case.state()
    missing = []
    for what, cause, offices in TOUCH_POINTS:
        people = told(state, cause)
        wanted = {office: set(state.cast.holders(office)) for office in offices}
        some = any(office is Role.AGENCY for office in offices)  # those named in the report
        missing += [f"{what}: {one}" for one, held in wanted.items() if not (people & held if some else held <= people)]
    assert missing == []
    (shared,) = case.mails("the practice review's report", to="independent-chair")
    assert len(shared.attachments) == 1


async def test_a_case_that_is_concluded_says_which_step_is_still_needed(desk: Desk) -> None:
    """G-5, B-5: what the mail says is left is what the page says is waited for."""
    told_to = {"delay_told_to": [Outsider.PANEL, Outsider.SECRETARY_OF_STATE]}
    case = await desk.open(edition=load_edition("doncaster-2018").model_copy(update=told_to))
    await case.follow_to("review-drafted")
    later = (await case.deadline("D-10")).due + timedelta(days=60)
    await case.says("review-extended", extended_date=later.date().isoformat())
    await case.follow_to_stage(Stage.CONCLUDED, skip=["delay-told"])
    await case.quiet()
    (mail,) = case.mails("the case is concluded", to="crg-chair")
    waited = [one.what for one in waiting_for(await case.state(), await case.now())]
    assert waited == ["Tell the Secretary of State of the delay and its reasons"]
    assert f"- {waited[0]}" in mail.text
    assert "Everything required is complete" not in mail.text


async def test_a_referral_is_told_to_its_offices_at_once_and_so_is_what_the_crg_makes_of_it(desk: Desk) -> None:
    """G-5, A-1, A-3, flowchart: the other way in."""
    case = await desk.refer()
    await case.follow_to("learning-terms-set")
    await case.quiet()
    state = await case.state()
    for cause in ("referral-received", "crg-considered"):
        for office in LEADERS:
            assert set(state.cast.holders(office)) <= told(state, cause), (cause, office)
