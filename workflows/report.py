"""§2 The report: drafted, agreed by the CRG, signed off in as many rounds as it takes, submitted.

R-7..R-12, R-16, D-7, D-8.
"""

from typing import Any

from temporalio import workflow

from review.case import reads
from review.case.notices import Notice, Rendering
from review.case.sign_off import CRG_AGREES, Round
from review.case.state import SUBMISSION
from review.chapters.notification.particulars import of_the_form, safety_lines
from review.facts import DocumentRef
from review.facts.directory import Role
from review.facts.enums import AuthorCapacity, Recommendation, Stage
from review.facts.notification import PanelNotified
from review.facts.panel import PanelToldOfReturns
from review.facts.report import DraftSentForSignOff, ReportDrafted, SubmittedToPanel
from review.kit import notify
from workflows.case_run import CaseRun
from workflows.sign_off import round_over

REPORT = "rapid-review"
REPORT_TITLE = "Rapid review report"


async def report_signed_off_and_submitted(run: CaseRun) -> None:
    """Draft, the CRG's agreement, sign-off in as many rounds as it takes, submission of what is approved.

    (§2, R-7..R-12, R-16, D-7, D-8)
    """
    run.enter(Stage.REPORT)
    run.meanwhile(drafts_made(run))
    run.meanwhile(crg_agrees(run))
    while reads.submitted(run.case) is None:
        if version := draft_to_sign(run):
            await sign_off_report(run, version)
        else:
            await workflow.wait_condition(
                lambda: reads.submitted(run.case) is not None or draft_to_sign(run) is not None
            )
    run.enter(Stage.SUBMISSION)
    run.meanwhile(late_returns_told(run))
    await submission_delivered(run)
    run.meanwhile(submission_told(run))


async def drafts_made(run: CaseRun) -> None:
    """Each draft becomes a document of the same version, with its own hash (R-7)."""
    async for _, draft in run.each(ReportDrafted):
        await draft_document(run, draft)


async def crg_agrees(run: CaseRun) -> None:
    """The draft to those present at the meeting and the CRG, for comment; the Chair agrees it for the CRG (§6, R-16).

    Once a version has gone to the officers, the CRG's part is over.
    """
    async for version, _ in run.as_they_come(lambda: draft_to_agree(run)):
        if (draft := reads.draft(run.case, version)) is None:
            raise LookupError(f"version {version} was sent to the CRG and is not there")
        document = await draft_document(run, draft)
        if reads.with_the_crg(run.case) != version:
            continue  # overtaken while its document was made
        n = {"version": version, "due": run.due("R-16", run.now(), f"{REPORT}-{version}-{CRG_AGREES}:crg-chair")}
        chair = run.holders(Role.CRG_CHAIR)
        people = [*reads.at_the_meeting(run.case), *run.holders(Role.CRG_MEMBER)]
        asked = [one for one in dict.fromkeys(people) if one not in (*chair, *run.holders(Role.BUSINESS_UNIT))]
        to_the_crg(run, asked, "draft-for-crg", n, document)
        await round_over(
            run,
            REPORT_TITLE,
            document,
            asked=[Role.CRG_CHAIR.value],
            step=CRG_AGREES,
            then="The report then goes to the accountable officers for sign-off.",
            overtaken=lambda version=version: reads.with_the_crg(run.case) not in (None, version),  # type: ignore[misc]
        )


def draft_to_agree(run: CaseRun) -> tuple[int, int] | None:
    """The version that the CRG has, and how often it was asked about it; None where nothing is asked (X-2)."""
    if (version := reads.with_the_crg(run.case)) is None:
        return None
    one = reads.crg_round(run.case, version)
    if one is None or one.open:
        return version, sum(ask.attempt for ask in one.asks) if one else 0
    return None


def to_the_crg(run: CaseRun, people: list[str], template: str, n: dict[str, Any], document: DocumentRef) -> None:
    """A draft to people of the CRG, attached, once for each version (R-16)."""
    cause = f"{template}:{document.version}"
    if not run.tried(cause):
        told = notify.to_each(people, cause, template, n, about=document.document)
        run.case.post([notice.model_copy(update={"attach": [document]}) for notice in told])


async def sign_off_report(run: CaseRun, version: int) -> None:
    """One round over one version; the Independent Chair is told of the recommendation (§2, R-8, R-11)."""
    draft = reads.draft(run.case, version)
    if draft is None:
        raise LookupError(f"version {version} was sent for sign-off and is not there")
    document = await draft_document(run, draft)
    run.meanwhile(recommendation_told(run, draft))
    if any(sent.version < version for sent in run.case.every(DraftSentForSignOff)):  # for information
        crg = run.holders(Role.CRG_CHAIR, Role.CRG_MEMBER)
        to_the_crg(run, crg, "redraft-for-crg", {"version": version}, document)
    await round_over(run, REPORT_TITLE, document, overtaken=lambda: draft_to_sign(run) not in (None, version))
    if reads.approved_version(run.case) == version:
        run.enter(Stage.SUBMISSION)
        words: dict[str, Any] = {"version": version}
        run.meanwhile(
            run.notify(
                run.holders(Role.BUSINESS_UNIT), "sign-off-complete", words, cause=f"sign-off-complete:{version}"
            )
        )


async def recommendation_told(run: CaseRun, draft: ReportDrafted) -> None:
    """The Independent Chair is told where the draft recommends what the meeting did not, or was not recorded (R-8)."""
    held = reads.meeting_held(run.case)
    at_the_meeting = held.recommendation if held else None
    words = notify.recommended(draft.recommendation, draft.national_review)
    n: dict[str, Any] = {"recommendation": words, "drafted": True}
    if at_the_meeting and words == notify.recommended(at_the_meeting.recommendation, at_the_meeting.national_review):
        return
    cause = f"recommendation-told:{draft.content.version}"
    await run.notify(run.holders(Role.INDEPENDENT_CHAIR), "recommendation-told", n, cause=cause)


async def submission_delivered(run: CaseRun) -> None:
    """To the Panel with a covering letter; D-7 is met when it has gone (§2, R-12)."""
    submitted = await run.fact(SubmittedToPanel)
    paper = await covering_letter(run, submitted)
    letter = run.along(paper)
    if submitted.by_other_means:
        return
    report = approved_round(run, submitted.version)
    if run.delivered(SUBMISSION):
        await letter_corrected(run, submitted, [await run.make(paper), report.document])
        return
    failed = [one.notice for one in run.case.failed.values()]
    for notice in (*failed, *(one.notice for one in run.case.waiting.values())):
        if notice.template == SUBMISSION:  # tried again, it goes with the letter as it is now
            notice.attach, notice.papers = [report.document], [letter]
    for person in run.holders(Role.PANEL):
        notice = Notice(
            cause=SUBMISSION,
            template=SUBMISSION,
            to=person,
            about="D-7",
            n={"version": submitted.version, "late": bool(submitted.late_reason)},
            attach=[report.document],
            papers=[letter],
        )
        await run.sent(notice, unless=lambda: run.delivered(SUBMISSION))


async def letter_corrected(run: CaseRun, submitted: SubmittedToPanel, attach: list[DocumentRef]) -> None:
    """A covering letter whose words were wrong goes to the Panel again, with the report (X-2, R-12)."""
    wrong = [one.fact for one in run.case.entries if one.corrected_by]
    was = next((one for one in reversed(wrong) if isinstance(one, SubmittedToPanel)), submitted)
    said = {"covering_letter", "version", "late_reason"}
    if was.model_dump(include=said) == submitted.model_dump(include=said):
        return
    cause, n = f"submission-corrected{run.reissue_suffix(SubmittedToPanel)}", {"version": submitted.version}
    told = notify.to_each(run.holders(Role.PANEL), cause, "submission-corrected", n, about="D-7")
    await run.send_each([notice.model_copy(update={"attach": attach}) for notice in told])


async def late_returns_told(run: CaseRun) -> None:
    """A letter to the Panel about returns that it has not had considered, each that the Business Unit writes (R-4)."""
    async for key, told in run.each(PanelToldOfReturns):
        submitted = run.standing(reads.panel_has_it_since(run.case) or run.now())
        firsts = {one: reads.answers_of(run.case, one)[:1] for one in told.agencies}
        came = [{"agency": one, "came": first.happened_at} for one, found in firsts.items() for first in found]
        paper = Rendering(
            cause=f"late-returns-letter:{key}",
            document="late-returns-letter",
            template="late-returns-letter",
            title="Letter to the Panel about returns that came late",
            n={"submitted_at": submitted, "came": came, "letter": told.letter},
        )
        papers = [run.along(paper)]
        panel = [] if told.by_other_means else run.holders(Role.PANEL)
        notices = notify.to_each(panel, f"late-returns-told:{key}", "late-returns-told", {"agencies": told.agencies})
        await run.send_each([notice.model_copy(update={"papers": papers}) for notice in notices])


def approved_round(run: CaseRun, version: int) -> Round:
    """The round in which a version of the report was approved."""
    return next(one for one in reads.report_rounds(run.case) if one.document.version == version)


async def submission_told(run: CaseRun) -> None:
    """Accountable officers and chairs are told (§2, touch point)."""
    deadline = run.case.deadlines["D-7"]
    at = deadline.met_at or run.now()
    n = {"submitted_at": at, "due": deadline.due, "on_time": at <= deadline.due}
    await run.notify(run.holders(*notify.LEADERS), "submitted", n)


async def covering_letter(run: CaseRun, submitted: SubmittedToPanel) -> Rendering:
    """What goes with the report: the Business Unit's words, the recommendation, who approved (R-12)."""
    draft = reads.draft(run.case, submitted.version)
    approved = approved_round(run, submitted.version)
    return Rendering(
        cause=f"covering-letter:{submitted.version}{run.reissue_suffix(SubmittedToPanel)}",
        document="covering-letter",
        template="covering-letter",
        title="Covering letter to the Panel",
        n={
            "notified_at": run.notified_at,
            "panel_reference": (await run.fact(PanelNotified)).panel_reference,
            "recommendation": draft.recommendation if draft else Recommendation.CRITERIA_MET,
            "approvals": [
                {
                    "capacity": ask.office(deputy=ask.as_deputy),
                    "name": ask.given_by,
                    "on_behalf_of": ask.on_behalf_of,
                    "approved_at": ask.given_at,
                }
                for ask in approved.asks
            ],
            "report_version": submitted.version,
            "letter": submitted.covering_letter,
            "due": run.case.deadlines["D-7"].due,
            "late_reason": submitted.late_reason,
            "too_late": reads.too_late(run.case),
            "signed_by": "Safeguarding Business Unit",
        },
    )


async def draft_document(run: CaseRun, draft: ReportDrafted) -> DocumentRef:
    """The report as the officers read it: exactly this draft, in the same version."""
    version = draft.content.version
    paper = Rendering(
        cause=f"{REPORT}:{version}",
        document=REPORT,
        template="rapid-review-report",
        title=REPORT_TITLE,
        n={"author": draft.author, "other_learning": reads.other_learning(run.case), "safety": safety_lines(run.case)}
        | outside_author(draft)
        | of_the_form(run.case),
        sources={"draft": draft.content},
    )
    return await run.make(paper, version=version)


def outside_author(draft: ReportDrafted) -> dict[str, Any]:
    """Why the report has an author from outside, and who that is (§2, R-10)."""
    if draft.capacity is not AuthorCapacity.OUTSIDE:
        return {}
    said = {"Why": draft.outside_reason, "Experience": draft.outside_experience}
    return {"outside": list((said | {"Qualification": draft.outside_qualification}).items())}


def draft_to_sign(run: CaseRun) -> int | None:
    """The version to sign now: the newest sent that has had no round, else the one whose round is open."""
    had = {one.document.version for one in reads.report_rounds(run.case)}
    waiting = [sent.version for sent in run.case.every(DraftSentForSignOff) if sent.version not in had]
    still_open = reads.open_round(run.case)
    return waiting[-1] if waiting else still_open.document.version if still_open else None
