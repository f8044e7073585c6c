"""§7 The child safeguarding practice review, from its terms to its publication. Room: workflows. K-1..K-9, D-10."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from calendar_rules.lengths import end_of_day
    from review import practice_standing as stands
    from review import telling
    from review.directory import Role
    from review.facts import DocumentRef
    from review.notices import Rendering
    from review.practice_papers import CONTRACT, REVIEW, REVIEW_TITLE, SELECTION, SELECTION_TITLE, TERMS, TERMS_TITLE
    from review.said.practice_review import (
        ContractEnded,
        ContractIssued,
        EarlyCommentClosed,
        EarlyCommentGiven,
        EarlyCommentSought,
        FinalDraftSent,
        MilestoneSet,
        PublicationPlanned,
        ReviewDrafted,
        ReviewExtended,
        ReviewPublished,
        SelectionProposed,
        TermsDrafted,
    )
    from review.words import SelectionCriterion, Stage
    from workflows.ground import Ground
    from workflows.hints import hears


class PracticeReview(Ground):
    """Terms, tender, contract, work, sign-off, publication."""

    async def practice_review(self) -> None:
        """The practice review, within six months of the decision (§7, flowchart, D-10)."""
        async with self.deadline("D-10", since=self._standing(self.case.since("D-10"))):
            self.meanwhile(self.delays_told())  # K-9, B-5
            await self.terms_approved()  # K-1
            await self.reviewer_selected()  # K-2, K-3
            await self.contract_issued()  # K-4
            await self.report_signed_off_by_all()  # K-5, K-6, K-7, G-6
            await self.published_or_not()  # K-8, G-8, B-4
        if self.case.knows("report-available"):  # before, nobody was told how long a report stays
            self.meanwhile(self.report_stays_available())
        self.enter(Stage.DISSEMINATION)

    async def terms_approved(self) -> None:
        """Drafted by the CRG, approved by the accountable officers, in as many rounds as it takes (§6, K-1)."""
        await self.fact(TermsDrafted)
        self.enter(Stage.TERMS)
        await self.signed_by_all(TERMS, TERMS_TITLE)

    async def reviewer_selected(self) -> None:
        """A tender on the terms; agreed by the CRG Chair, then the accountable officers (§7, K-2, K-3)."""
        self.enter(Stage.TENDER)
        await self.signed_by_all(SELECTION, SELECTION_TITLE)

    async def contract_issued(self) -> None:
        """Day rate, most days, and how more are agreed (§7, K-4)."""
        self.enter(Stage.CONTRACT)
        contract = await self.fact(ContractIssued)
        self.enter(Stage.REVIEW_WORK)
        self.meanwhile(self.contract_made(contract))
        self.meanwhile(self.further_contracts_made())
        if self.case.knows("milestones-followed"):  # before, a milestone that passed did nothing
            self.meanwhile(self.milestones_followed())

    async def report_signed_off_by_all(self) -> None:
        """Early comment; then CRG, agencies, accountable officers, Independent Chair (flowchart, K-7)."""
        self.meanwhile(self.early_comment())
        await self.fact(EarlyCommentSought)
        await self.fact(FinalDraftSent)
        self.enter(Stage.REVIEW_SIGN_OFF)
        await self.signed_by_all(REVIEW, REVIEW_TITLE)

    @hears(EarlyCommentGiven, EarlyCommentClosed)
    async def early_comment(self) -> None:
        """The draft to each accountable officer and the Independent Chair: comments or none, in 48 hours; then the
        deputy, then escalation, as any sign-off (flowchart, K-7, R-11).
        """
        if not self.case.knows("early-comment-round"):  # before: one mail, sent when comment was sought
            return
        async for one in self.as_they_come(lambda: stands.comment_due(self.case)):
            await self.signed_in(one, REVIEW, REVIEW_TITLE)

    async def published_or_not(self) -> None:
        """Planned with the agencies affected and Communications; then published, or not, with reasons (K-8, G-8)."""
        self.enter(Stage.PUBLICATION)
        self.meanwhile(self.agreements_told())
        if self.case.knows("copies-followed"):  # before, advance copies had no deadline
            self.meanwhile(self.advance_copies_followed())
        if self.case.knows("publication-followed"):  # before, the planned day passed in silence
            self.meanwhile(self.publication_followed())
        await workflow.wait_condition(lambda: stands.finished(self.case) is not None)

    async def agreements_told(self) -> None:
        """The publication is planned with the agreed version; one that takes its place is told, too (K-8)."""
        async for version in self.as_they_come(lambda: stands.agreed(self.case, REVIEW)):
            people = self.holders(Role.BUSINESS_UNIT, Role.CRG_CHAIR)
            await self.tell(people, "review-agreed", {"version": version}, cause=f"review-agreed:{version}")

    async def report_stays_available(self) -> None:
        """The published report stays where it is so long; then it is told that it may be taken down (B-4)."""
        while (until := stands.available_until(self.case)) and self.now() < until:
            summary = f"the published report stays available until {telling.moment(until)}"
            await self.until(lambda until=until: stands.available_until(self.case) != until, until, summary)  # type: ignore[misc]
        if until:
            await self.tell(self.holders(Role.BUSINESS_UNIT), "report-available", {"until": until})

    async def milestones_followed(self) -> None:
        """Each milestone from the day it is set: reminded, overdue (§7, K-5)."""
        async for _, milestone in self.each(MilestoneSet):
            if stands.going_on(self.case):
                self.meanwhile(self.followed("K-5", milestone.milestone))

    async def advance_copies_followed(self) -> None:
        """Counted back from the planned day of publication, where the edition asks for copies (B-4)."""
        await self.fact(PublicationPlanned)
        if (since := self.case.since("B-4")) and stands.going_on(self.case):
            async with self.deadline("B-4", since=since):
                await workflow.wait_condition(lambda: stands.finished(self.case) is not None)

    async def publication_followed(self) -> None:
        """The planned day, wherever it is moved: reminded, overdue; of a plan made after all, too (K-8)."""
        await self.fact(PublicationPlanned)
        if since := self.case.since("K-8"):
            async with self.deadline("K-8", since=since):
                await workflow.wait_condition(lambda: self.case.last(ReviewPublished) is not None)

    # --- the steps that these are made of ---

    async def signed_by_all(self, document: str, title: str) -> None:
        """One version through all its rounds, each when the one before has approved it; sent back at any of them, the
        next version begins with the first (R-11).
        """
        due = self.as_they_come(
            lambda: stands.round_due(self.case, document), until=lambda: stands.was_agreed(self.case, document)
        )
        async for one in due:
            await self.signed_in(one, document, title)
        self.meanwhile(self.signed_anew(document, title))

    async def signed_anew(self, document: str, title: str) -> None:
        """What takes the place of an agreed version passes through the same rounds (R-11)."""
        async for one in self.as_they_come(lambda: stands.round_due(self.case, document)):
            await self.signed_in(one, document, title)

    async def signed_in(self, due: stands.RoundDue, document: str, title: str) -> None:
        """One round over one version (R-11)."""
        paper = await self.paper_of(document, title, due.version)
        step = due.step
        wanted = stands.asked_about(self.case) if step.for_comment else stands.being_signed(self.case, document)
        if due.version != wanted:
            return  # overtaken while its document was made
        await self.round_over(
            title, paper, asked=step.asked, step=step.id, then=step.then, for_comment=step.for_comment
        )

    async def paper_of(self, document: str, title: str, version: int) -> DocumentRef:
        """The document as it is read and signed: exactly this version."""
        if document == SELECTION:
            rendering = self.selection_paper(version)
        else:
            drafted: ReviewDrafted | TermsDrafted | None = (
                stands.draft(self.case, version) if document == REVIEW else self.case.drafted(TermsDrafted, version)
            )
            template = "practice-review-report" if document == REVIEW else document
            sources = {"draft": drafted.content} if drafted else {}
            rendering = Rendering(
                cause=f"{document}:{version}", document=document, template=template, title=title, sources=sources
            )
        return await self.make(rendering, version=version)

    def selection_paper(self, version: int) -> Rendering:
        """The proposal, with every candidate in the running and every score (§7, K-2, K-3)."""
        proposed = self.case.every(SelectionProposed)[version - 1]
        running = [
            {
                "candidate": one,
                "name": known.name,
                "organisation": known.organisation,
                "day_rate": known.day_rate,
                "scores": [stands.scores(self.case, one).get(criterion) for criterion in SelectionCriterion],
            }
            for one in stands.in_the_running(self.case)
            if (known := stands.candidate(self.case, one))
        ]
        n = {
            "criteria": list(SelectionCriterion),
            "candidates": running,
            "proposed": proposed.candidate,
            "reasons": proposed.reasons,
        }
        return Rendering(
            cause=f"{SELECTION}:{version}", document=SELECTION, template=SELECTION, title=SELECTION_TITLE, n=n
        )

    async def contract_made(self, contract: ContractIssued) -> None:
        """The contract's terms as a document (§7, K-4)."""
        await self.contract_paper(contract, f"{CONTRACT}{self.anew(ContractIssued)}")

    async def contract_paper(self, contract: ContractIssued, cause: str) -> None:
        """Day rate, most days, how more are agreed (§7, K-4)."""
        known = stands.candidate(self.case, contract.candidate)
        n = {
            "name": known.name if known else contract.candidate,
            "day_rate": contract.day_rate,
            "maximum_days": f"{contract.maximum_days:g}",
            "more_days": contract.more_days,
        }
        await self.make(
            Rendering(
                cause=cause,
                document=CONTRACT,
                template=CONTRACT,
                title="Contract with the reviewer",
                n=n,
            )
        )

    async def further_contracts_made(self) -> None:
        """Where a contract has ended, the one with the next reviewer, and so on (§7, K-4)."""
        async for key, contract in self.each(ContractIssued):
            if not key.startswith("1") and self.case.last(ContractEnded):
                await self.contract_paper(contract, f"{CONTRACT}:issued-{key}")

    async def delays_told(self) -> None:
        """Every extension is told to the Panel, with the reasons in a letter (K-9, B-5)."""
        async for key, extended in self.each(ReviewExtended):
            n = {"extended_date": extended.extended_date, "reason": extended.reason}
            letter = Rendering(
                cause=f"review-delay-letter:{key}",
                document="review-delay-letter",
                template="review-delay-letter",
                title="Letter to the Panel about the delay of the review",
                n=n,
            )
            attach = [await self.make(letter)]
            due = end_of_day(extended.extended_date)
            panel = [] if extended.told_by_other_means else self.holders(Role.PANEL)
            notices = telling.to_each(panel, f"review-delayed:{key}", "review-delayed", {"until": due}, about="D-10")
            await self.send_each([notice.model_copy(update={"attach": attach}) for notice in notices])
