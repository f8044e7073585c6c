"""§6 The internal multi-agency learning review. A-5."""

from temporalio import workflow

from review.case import reads
from review.case.notices import Rendering
from review.chapters.learning_review.chapter import assured
from review.facts.any_stage import CaseReopened
from review.facts.directory import Role
from review.facts.enums import Assurance, Stage
from review.facts.learning_review import (
    LearningFindingsDrafted,
    LearningParticipantsNamed,
    LearningReviewAssured,
    LearningTermsSet,
)
from review.kit import notify
from workflows.case_run import CaseRun


async def learning_review(run: CaseRun) -> None:
    """The learning review, quality-assured by the CRG (§6, A-5); learning and actions follow it."""
    run.enter(Stage.LEARNING_REVIEW)
    run.meanwhile(run.notify(crg(run), "learning-review-begins"))
    await run.fact(LearningTermsSet)
    await run.fact(LearningParticipantsNamed)
    run.meanwhile(participants_told(run))
    run.meanwhile(findings_made(run))
    run.meanwhile(findings_sent_back(run))
    await workflow.wait_condition(lambda: assured(run.case) is not None)
    people = [*run.holders(*notify.LEADERS), *crg(run)]
    again = len(run.case.every(CaseReopened))  # agreed again, it is told again
    cause = f"learning-review-agreed:{again}" if again else "learning-review-agreed"
    run.meanwhile(run.notify(list(dict.fromkeys(people)), "learning-review-agreed", cause=cause))


async def participants_told(run: CaseRun) -> None:
    """Each agency that takes part learns so from the first list that names it (A-5)."""
    async for _, named in run.each(LearningParticipantsNamed):
        for agency in dict.fromkeys(one.agency for one in named.participants):
            if known := run.case.cast.agency(agency):
                cause = f"learning-participant:{agency}"
                await run.notify([known.safeguarding_lead], "learning-participant", {"agency": agency}, cause=cause)


async def findings_made(run: CaseRun) -> None:
    """Each version becomes a document, and goes to the CRG for its quality assurance (A-5)."""
    async for _, drafted in run.each(LearningFindingsDrafted):
        version = drafted.content.version
        paper = Rendering(
            cause=f"learning-findings:{version}",
            document="learning-findings",
            template="learning-findings",
            title="Learning review: findings",
            n={"author": drafted.author, "other_learning": reads.other_learning(run.case)},
            sources={"findings": drafted.content},
        )
        await run.make(paper, version=version)
        n = {"version": version, "missing": len(drafted.missing)}
        await run.notify(crg(run), "learning-findings", n, cause=f"learning-findings:{version}")


async def findings_sent_back(run: CaseRun) -> None:
    """The Business Unit learns which version the CRG sends back; the list is in the case (A-5)."""
    async for _, judged in run.each(LearningReviewAssured):
        if judged.verdict is Assurance.SENT_BACK:
            n = {"version": judged.version, "lacking": len(judged.lacking)}
            cause = f"learning-sent-back:{judged.version}"
            await run.notify(run.holders(Role.BUSINESS_UNIT), "learning-sent-back", n, cause=cause)


def crg(run: CaseRun) -> list[str]:
    return run.holders(Role.CRG_CHAIR, Role.CRG_MEMBER, Role.BUSINESS_UNIT)
