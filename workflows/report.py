"""§2 The report: drafted, signed off in as many rounds as it takes, submitted. Room: workflows. R-7..R-12, D-7, D-8."""

from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from review import telling
    from review.case import SUBMISSION
    from review.directory import Role
    from review.facts import DocumentRef
    from review.notices import Notice, Rendering
    from review.said.notification import PanelNotified
    from review.said.report import DraftSentForSignOff, ReportDrafted, SubmittedToPanel
    from review.sign_off import Round
    from review.words import Recommendation, Stage
    from workflows.ground import Ground

REPORT = "rapid-review"
REPORT_TITLE = "Rapid review report"


class Report(Ground):
    """From the first draft to the Panel's having the approved version."""

    async def report_signed_off_and_submitted(self) -> None:
        """Draft, sign-off in as many rounds as it takes, submission of what is approved (§2, R-7..R-12, D-7, D-8)."""
        self.enter(Stage.REPORT)
        self.meanwhile(self.drafts_made())
        while self.case.submitted is None:
            if version := self.draft_to_sign():
                await self.sign_off_report(version)
            else:
                await workflow.wait_condition(
                    lambda: self.case.submitted is not None or self.draft_to_sign() is not None
                )
        self.enter(Stage.SUBMISSION)
        await self.submission_delivered()
        self.meanwhile(self.submission_told())

    async def drafts_made(self) -> None:
        """Each draft becomes a document of the same version, with its own hash (R-7)."""
        async for _, draft in self.each(ReportDrafted):
            await self.draft_document(draft)

    async def sign_off_report(self, version: int) -> None:
        """One round over one version; the Independent Chair is told of the recommendation (§2, R-8, R-11)."""
        draft = self.case.draft(version)
        if draft is None:
            raise LookupError(f"version {version} was sent for sign-off and is not there")
        document = await self.draft_document(draft)
        met = "criteria met" if draft.recommendation is Recommendation.CRITERIA_MET else "criteria not met"
        national = "considered necessary" if draft.national_review else "not considered necessary"
        n = {"recommendation": f"local review: {met}; national review: {national}"}
        self.meanwhile(
            self.tell(
                self.holders(Role.INDEPENDENT_CHAIR), "recommendation-told", n, cause=f"recommendation-told:{version}"
            )
        )
        await self.round_over(REPORT_TITLE, document)
        if self.case.approved_version == version:
            self.enter(Stage.SUBMISSION)
            words: dict[str, Any] = {"version": version}
            self.meanwhile(
                self.tell(
                    self.holders(Role.BUSINESS_UNIT), "sign-off-complete", words, cause=f"sign-off-complete:{version}"
                )
            )

    async def submission_delivered(self) -> None:
        """To the Panel with a covering letter; D-7 is met when it has gone (§2, R-12)."""
        submitted = await self.fact(SubmittedToPanel)
        letter = await self.make(await self.covering_letter(submitted))
        if submitted.by_other_means:
            return
        report = self.approved_round(submitted.version)
        if self.delivered(SUBMISSION):
            await self.letter_corrected(submitted, [letter, report.document])
            return
        for failed in self.case.failed.values():  # tried again, it goes with the letter as it is now
            if failed.notice.template == SUBMISSION:
                failed.notice.attach = [letter, report.document]
        for person in self.holders(Role.PANEL):
            notice = Notice(
                cause=SUBMISSION,
                template=SUBMISSION,
                to=person,
                about="D-7",
                n={"version": submitted.version},
                attach=[letter, report.document],
            )
            await self.sent(notice, unless=lambda: self.delivered(SUBMISSION))

    async def letter_corrected(self, submitted: SubmittedToPanel, attach: list[DocumentRef]) -> None:
        """A covering letter whose words were wrong goes to the Panel anew, with the report (X-2, R-12)."""
        wrong = [one.said.fact for one in self.case.entries if one.corrected_by]
        was = next((one for one in reversed(wrong) if isinstance(one, SubmittedToPanel)), submitted)
        if (was.covering_letter, was.version) == (submitted.covering_letter, submitted.version):
            return
        if self.case.knows("letter-corrected"):  # before, the Panel kept the letter with the wrong words
            cause, n = f"submission-corrected{self.anew(SubmittedToPanel)}", {"version": submitted.version}
            told = telling.to_each(self.holders(Role.PANEL), cause, "submission-corrected", n, about="D-7")
            await self.send_each([notice.model_copy(update={"attach": attach}) for notice in told])

    def approved_round(self, version: int) -> Round:
        """The round in which a version of the report was approved."""
        return next(
            one for one in self.case.rounds if (one.document.document, one.document.version) == (REPORT, version)
        )

    async def submission_told(self) -> None:
        """Accountable officers and chairs are told (§2, touch point)."""
        clock = self.case.clocks["D-7"]
        at = clock.met_at or self.now()
        n = {"submitted_at": at, "due": clock.due, "on_time": at <= clock.due}
        await self.tell(self.holders(*telling.LEADERS), "submitted", n)

    async def covering_letter(self, submitted: SubmittedToPanel) -> Rendering:
        """What goes with the report: the Business Unit's words, the recommendation, who approved (R-12)."""
        draft = self.case.draft(submitted.version)
        approved = self.approved_round(submitted.version)
        return Rendering(
            cause=f"covering-letter:{submitted.version}{self.anew(SubmittedToPanel)}",
            document="covering-letter",
            template="covering-letter",
            title="Covering letter to the Panel",
            n={
                "notified_at": self.notified_at,
                "panel_reference": (await self.fact(PanelNotified)).panel_reference,
                "recommendation": draft.recommendation if draft else Recommendation.CRITERIA_MET,
                "approvals": [
                    {
                        "capacity": f"{'deputy' if ask.as_deputy else 'accountable-officer'}:{ask.capacity}",
                        "name": ask.given_by,
                        "approved_at": ask.given_at,
                    }
                    for ask in approved.asks
                ],
                "report_version": submitted.version,
                "letter": submitted.covering_letter,
                "signed_by": "Safeguarding Business Unit",
            },
        )

    async def draft_document(self, draft: ReportDrafted) -> DocumentRef:
        """The report as the officers read it: exactly this draft, in the same version."""
        version = draft.content.version
        paper = Rendering(
            cause=f"{REPORT}:{version}",
            document=REPORT,
            template="rapid-review-report",
            title=REPORT_TITLE,
            n={"author": draft.author},
            sources={"draft": draft.content},
        )
        return await self.make(paper, version=version)

    def draft_to_sign(self) -> int | None:
        """The version to sign now: the newest sent that has had no round, else the one whose round is open."""
        had = {one.document.version for one in self.case.rounds if one.document.document == REPORT}
        waiting = [sent.version for sent in self.case.every(DraftSentForSignOff) if sent.version not in had]
        still_open = self.case.open_round
        return waiting[-1] if waiting else still_open.document.version if still_open else None

    def overtaken(self, one: Round) -> bool:
        if one.document.document != REPORT:
            return super().overtaken(one)
        return self.draft_to_sign() not in (None, one.document.version)
