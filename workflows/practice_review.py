"""§7 The child safeguarding practice review, from its terms to its publication. K-1..K-9, D-10."""

from collections.abc import Iterable
from typing import Any

from temporalio import workflow

from calendar_rules.lengths import end_of_day
from review.case import reads
from review.case.notices import Rendering
from review.case.record import RowKind
from review.chapters.practice_review import reads as stands
from review.chapters.practice_review.papers import (
    CONTRACT,
    REVIEW,
    REVIEW_TITLE,
    SELECTION,
    SELECTION_TITLE,
    TERMS,
    TERMS_TITLE,
)
from review.facts import DocumentRef
from review.facts.directory import OUTSIDE, Role
from review.facts.enums import SelectionCriterion, Stage
from review.facts.practice_review import (
    ContractEnded,
    ContractIssued,
    EarlyCommentSought,
    FinalDraftSent,
    ImprovementsPublished,
    PublicationPlanned,
    ReviewDrafted,
    ReviewExtended,
    ReviewNotPublished,
    SelectionProposed,
    TermsDrafted,
)
from review.kit import deadlines, notify
from workflows.case_run import CaseRun
from workflows.sign_off import round_over


async def practice_review(run: CaseRun) -> None:
    """The practice review, within six months of the decision (§7, flowchart, D-10)."""
    run.deadline("D-10", since=run.standing(deadlines.since(run.case, "D-10")))
    run.meanwhile(delays_told(run))  # K-9, B-5
    await terms_approved(run)  # K-1
    await reviewer_selected(run)  # K-2, K-3
    await reviewer_at_work(run)  # K-4
    await report_signed_off_by_all(run)  # K-5, K-6, K-7, G-6
    await published_or_not(run)  # K-8, G-8, B-4
    run.meanwhile(report_stays_available(run))
    run.enter(Stage.DISSEMINATION)


async def terms_approved(run: CaseRun) -> None:
    """Drafted by the CRG, approved by the accountable officers, in as many rounds as it takes (§6, K-1)."""
    await run.fact(TermsDrafted)
    run.enter(Stage.TERMS)
    await signed_by_all(run, TERMS, TERMS_TITLE)


async def reviewer_selected(run: CaseRun) -> None:
    """By a tender on the terms, or appointed; agreed by the CRG Chair, then the accountable officers (§7, K-2, K-3)."""
    run.enter(Stage.TENDER)
    await signed_by_all(run, SELECTION, SELECTION_TITLE)


async def reviewer_at_work(run: CaseRun) -> None:
    """After a tender under a contract: day rate, most days, how more are agreed; else as soon as one is appointed
    (§7, K-2, K-4).
    """
    if not stands.work_begun(run.case):
        run.enter(Stage.CONTRACT)
        await workflow.wait_condition(lambda: stands.work_begun(run.case))
    run.enter(Stage.REVIEW_WORK)
    run.deadline("K-5-monitoring", since=run.now(), subject="1")  # regulation 14
    if run.case.stage is Stage.REVIEW_WORK:
        run.rest()  # months go by until there is a draft, and many facts: they get a history of their own
    run.meanwhile(contract_made(run))
    run.meanwhile(further_contracts_made(run))
    run.meanwhile(drafts_told(run))  # K-6


async def report_signed_off_by_all(run: CaseRun) -> None:
    """Early comment; then CRG, agencies, accountable officers, Independent Chair (flowchart, K-7)."""
    run.meanwhile(early_comment(run))
    await run.fact(EarlyCommentSought)
    await run.fact(FinalDraftSent)
    run.enter(Stage.REVIEW_SIGN_OFF)
    await signed_by_all(run, REVIEW, REVIEW_TITLE)


async def drafts_told(run: CaseRun) -> None:
    """Every draft goes to the CRG, which assures its quality, as the document that is signed later (§7, K-6)."""
    async for _, drafted in run.each(ReviewDrafted):
        version = drafted.content.version
        cause = f"review-draft:{version}"
        if run.tried(cause):
            continue
        paper = await paper_of(run, REVIEW, REVIEW_TITLE, version)
        n = {
            "version": version,
            "missing": drafted.missing,
            "places": len(stands.places_open(run.case, version)),
        }
        notices = notify.to_each(run.holders(Role.CRG_CHAIR, Role.CRG_MEMBER), cause, "review-draft", n)
        run.case.post(notice.model_copy(update={"attach": [paper]}) for notice in notices)


async def early_comment(run: CaseRun) -> None:
    """The draft to each accountable officer and the Independent Chair: comments or none, in 48 hours; then the
    deputy, then escalation, as any sign-off (flowchart, K-7, R-11).
    """
    async for one in run.as_they_come(lambda: stands.comment_due(run.case)):
        await signed_in(run, one, REVIEW, REVIEW_TITLE)


async def published_or_not(run: CaseRun) -> None:
    """Planned with the agencies affected and Communications; then published, or not, with reasons (K-8, G-8)."""
    run.enter(Stage.PUBLICATION)
    run.meanwhile(agreements_told(run))
    run.meanwhile(plans_sent(run))  # G-8
    run.meanwhile(non_publication_told(run))  # s. 16F
    await workflow.wait_condition(lambda: reads.review_finished(run.case) is not None)


async def agreements_told(run: CaseRun) -> None:
    """The publication is planned with the agreed version; one that takes its place is told, too (K-8)."""
    async for version in run.as_they_come(lambda: stands.agreed(run.case, REVIEW)):
        people = run.holders(Role.BUSINESS_UNIT, Role.CRG_CHAIR)
        await run.notify(people, "review-agreed", {"version": version}, cause=f"review-agreed:{version}")


async def plans_sent(run: CaseRun) -> None:
    """Communications, who have no portal, get the publication and media plan as a document (§6, G-8)."""
    async for key, plan in run.each(PublicationPlanned):
        n = {"publication_date": plan.publication_date, "media": plan.media, "communications": plan.communications}
        paper = Rendering(
            cause=f"publication-plan:{key}",
            document="publication-plan",
            template="publication-plan",
            title="Publication and media plan",
            n={**n, "managers": plan.managers},
        )
        told = {"publication_date": plan.publication_date}
        await sent_with(run, paper, [Role.COMMUNICATIONS], f"publication-plan-sent:{key}", "publication-plan", told)


async def non_publication_told(run: CaseRun) -> None:
    """The Panel, the Secretary of State and Ofsted are told of a decision not to publish, with the reasons in a letter
    (K-8), and of what is published in its place (Children Act 2004, section 16F).
    """
    run.meanwhile(improvements_told(run))
    async for key, decided in run.each(ReviewNotPublished):
        letter = Rendering(
            cause=f"not-publishing-letter:{key}",
            document="not-publishing-letter",
            template="not-publishing-letter",
            title="Letter on the decision not to publish the review",
            n={"reasons": decided.reasons},
        )
        await sent_with(run, letter, OUTSIDE, f"not-publishing:{key}", "not-publishing", {})


async def improvements_told(run: CaseRun) -> None:
    """What is published in place of the report goes to the Panel, the Secretary of State and Ofsted (s. 16F, K-8)."""
    async for key, said in run.each(ImprovementsPublished):
        paper = Rendering(
            cause=f"improvement-information:{key}",
            document="improvement-information",
            template="improvement-information",
            title="Improvement information",
            n={"improvements": said.improvements, "where": said.where, "none_reason": said.none_reason},
        )
        n = {"published": bool(said.improvements)}
        await sent_with(run, paper, OUTSIDE, f"improvements-published:{key}", "improvements-published", n)


async def sent_with(
    run: CaseRun, paper: Rendering, offices: Iterable[Role], cause: str, template: str, n: dict[str, Any]
) -> None:
    """A document is made, and goes to everybody who holds one of the offices; what leaves the partnership is noted as
    disclosed (B-8).
    """
    if run.tried(cause):
        return
    people = run.holders(*offices)
    made = run.along(paper)
    for office in (office for office in offices if office in OUTSIDE and run.holders(office)):
        line = f"{paper.title} to {office}"
        run.case.add_record_row(
            RowKind.DISCLOSURE, template, line, now=run.now(), about=office, detail={"to": office.value}
        )
    notices = notify.to_each(people, cause, template, n)
    await run.send_each([notice.model_copy(update={"papers": [made]}) for notice in notices])


async def report_stays_available(run: CaseRun) -> None:
    """The published report stays where it is so long; then it is told that it may be taken down (B-4)."""
    while (until := stands.available_until(run.case)) and run.now() < until:
        summary = f"the published report stays available until {notify.moment(until)}"
        await run.until(lambda until=until: stands.available_until(run.case) != until, until, summary)  # type: ignore[misc]
    if until:
        await run.notify(run.holders(Role.BUSINESS_UNIT), "report-available", {"until": until})


# --- the steps that these are made of ---


async def signed_by_all(run: CaseRun, document: str, title: str) -> None:
    """One version through all its rounds, each when the one before has approved it; sent back at any of them, the
    next version begins with the first (R-11).
    """
    due = run.as_they_come(
        lambda: stands.round_due(run.case, document), until=lambda: stands.was_agreed(run.case, document)
    )
    async for one in due:
        await signed_in(run, one, document, title)
    run.meanwhile(signed_again(run, document, title))


async def signed_again(run: CaseRun, document: str, title: str) -> None:
    """What takes the place of an agreed version passes through the same rounds (R-11)."""
    async for one in run.as_they_come(lambda: stands.round_due(run.case, document)):
        await signed_in(run, one, document, title)


async def signed_in(run: CaseRun, due: stands.RoundDue, document: str, title: str) -> None:
    """One round over one version (R-11)."""
    paper = await paper_of(run, document, title, due.version)
    step = due.step
    wanted = stands.asked_about(run.case) if step.for_comment else stands.being_signed(run.case, document)
    if due.version != wanted:
        return  # overtaken while its document was made
    await round_over(run, title, paper, asked=step.asked, step=step.id, then=step.then, for_comment=step.for_comment)


async def paper_of(run: CaseRun, document: str, title: str, version: int) -> DocumentRef:
    """The document as it is read and signed: exactly this version."""
    if document == SELECTION:
        rendering = selection_paper(run, version)
    else:
        drafted: ReviewDrafted | TermsDrafted | None = (
            stands.draft(run.case, version) if document == REVIEW else reads.drafted(run.case, TermsDrafted, version)
        )
        template = "practice-review-report" if document == REVIEW else document
        sources = {"draft": drafted.content} if drafted else {}
        rendering = Rendering(
            cause=f"{document}:{version}",
            document=document,
            template=template,
            title=title,
            n={"other_learning": reads.other_learning(run.case)} if document == REVIEW else {},
            sources=sources,
        )
    return await run.make(rendering, version=version)


def selection_paper(run: CaseRun, version: int) -> Rendering:
    """The proposal, with every candidate in the running and every score (§7, K-2, K-3)."""
    proposed, chosen = run.case.every(SelectionProposed)[version - 1], stands.method(run.case)
    criteria = list(SelectionCriterion) if stands.by_tender(run.case) else []
    running = [
        {
            "candidate": one,
            "name": known.name,
            "organisation": known.organisation,
            "day_rate": known.day_rate,
            "scores": [stands.scores(run.case, one).get(criterion) for criterion in criteria],
        }
        for one in stands.in_the_running(run.case)
        if (known := stands.candidate(run.case, one))
    ]
    n = {
        "method": chosen.method if chosen else "",
        "method_name": chosen.name if chosen else "",
        "method_reasons": chosen.reasons if chosen else "",
        "criteria": criteria,
        "candidates": running,
        "proposed": proposed.candidate,
        "reasons": proposed.reasons,
    }
    return Rendering(cause=f"{SELECTION}:{version}", document=SELECTION, template=SELECTION, title=SELECTION_TITLE, n=n)


async def contract_made(run: CaseRun) -> None:
    """The contract's terms as a document (§7, K-4)."""
    contract = await run.fact(ContractIssued)
    await contract_paper(run, contract, f"{CONTRACT}{run.reissue_suffix(ContractIssued)}")


async def contract_paper(run: CaseRun, contract: ContractIssued, cause: str) -> None:
    """Day rate, most days, how more are agreed (§7, K-4)."""
    known = stands.candidate(run.case, contract.candidate)
    n = {
        "name": known.name if known else contract.candidate,
        "day_rate": contract.day_rate,
        "maximum_days": f"{contract.maximum_days:g}",
        "more_days": contract.more_days,
    }
    await run.make(
        Rendering(
            cause=cause,
            document=CONTRACT,
            template=CONTRACT,
            title="Contract with the reviewer",
            n=n,
        )
    )


async def further_contracts_made(run: CaseRun) -> None:
    """Where a contract has ended, the one with the next reviewer, and so on (§7, K-4)."""
    async for key, contract in run.each(ContractIssued):
        if not key.startswith("1") and run.case.last(ContractEnded):
            await contract_paper(run, contract, f"{CONTRACT}:issued-{key}")


async def delays_told(run: CaseRun) -> None:
    """Every extension is told to the Panel, with the reasons in a letter (K-9, B-5)."""
    async for key, extended in run.each(ReviewExtended):
        n = {"extended_date": extended.extended_date, "reason": extended.reason}
        letter = Rendering(
            cause=f"review-delay-letter:{key}",
            document="review-delay-letter",
            template="review-delay-letter",
            title="Letter to the Panel about the delay of the review",
            n=n,
        )
        due = end_of_day(extended.extended_date)
        panel = [] if extended.told_by_other_means else run.holders(Role.PANEL)
        notices = notify.to_each(panel, f"review-delayed:{key}", "review-delayed", {"until": due}, about="D-10")
        papers = [run.along(letter)]
        await run.send_each([notice.model_copy(update={"papers": papers}) for notice in notices])
