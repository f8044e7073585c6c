"""§2 The report: drafted, agreed by the CRG, sent for sign-off, submitted. Pure. R-7..R-12, R-16, D-7."""

from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from review.case import reads
from review.case.sign_off import vacant
from review.case.state import CaseState
from review.chapters.editions.chapter import of_a_rapid_review, rapid_review_follows
from review.chapters.rapid_review.steps import author_of
from review.chapters.report.author import (
    contradiction_told,
    draft_does_not_stand,
    papers_sent,
    reading_entered,
    submitted_without,
)
from review.chapters.report.crg import (
    agreed,
    agreed_or_late,
    agreement,
    comment_told,
    commented,
    crg_no_longer_asked,
    crg_offers,
    sent_back_by_crg,
    time_over,
)
from review.chapters.report.papers import DraftBody, sample_report
from review.facts import Reported
from review.facts.directory import Role
from review.facts.enums import AuthorCapacity
from review.facts.rapid_review import ReturnsRead
from review.facts.report import (
    DraftAgreed,
    DraftCommented,
    DraftSentForSignOff,
    DraftSentToCrg,
    ReportDrafted,
    ReportFact,
    SubmittedToPanel,
)
from review.kit import refusals as no
from review.kit.changes import when
from review.kit.chapter import Chapter
from review.kit.guards import agencies, needs, not_before, once, people
from review.kit.notify import moment
from review.kit.offer import Offer

_WITHOUT = "Sample: the CRG Chair has not answered in the time that there was."
_WHY_LATE = "Sample: an agency's return came after the meeting and had to be considered."
_EXPERIENCE = "Sample: twelve rapid reviews in three partnerships."
_QUALIFICATION = "Sample: a registered social worker, trained in review methods."
_OUTSIDE = "Sample: the Business Unit knows the family; somebody from outside writes the report."


def _drafted(case: CaseState, fact: ReportDrafted, reported: Reported, now: datetime) -> None:
    needs(reads.meeting_held(case), "the rapid review meeting has not been recorded")
    once(reads.submitted(case), "The submission to the Panel")
    people(case, [fact.author], "author")
    agencies(case, fact.agencies, "report.agencies_involved")
    for one in fact.took_part:
        if not case.cast.person(one) and not case.cast.agency(one):
            raise no.UnknownInTheDecision(who=one, fields={"report.took_part_in_decision": f"check {one}"})
    if fact.capacity is not AuthorCapacity.OUTSIDE and fact.author not in case.cast.holders(Role.BUSINESS_UNIT):
        raise no.AuthorNotOfTheBusinessUnit(author=fact.author, fields={"capacity": "is not the author's"})
    if fact.capacity is AuthorCapacity.OUTSIDE and (lacking := _unexplained(fact)):
        raise no.OutsideAuthorUnexplained(fields=lacking)


def _unexplained(fact: ReportDrafted) -> dict[str, str]:
    """What is still to be said of an author from outside (§2, R-10)."""
    asked = {
        "outside_reason": (fact.outside_reason, "say why an outside author is needed"),
        "outside_experience": (fact.outside_experience, "say what experience the author has"),
        "outside_qualification": (fact.outside_qualification, "say what qualification the author has"),
    }
    return {field: advice for field, (given, advice) in asked.items() if not given.strip()}


def _latest(case: CaseState, version: int) -> ReportDrafted:
    """The latest draft, which alone can go on."""
    draft, latest = reads.draft(case, version), reads.drafts(case)[-1].content.version
    if draft is None:
        raise no.UnknownVersion(version=version, latest=latest, fields={"version": f"the latest is {latest}"})
    if version != latest:
        raise no.NotTheLatestVersion(version=version, latest=latest, fields={"version": f"the latest is {latest}"})
    return draft


def _sent_for_sign_off(case: CaseState, fact: DraftSentForSignOff, reported: Reported, now: datetime) -> None:
    needs(reads.drafts(case), "no draft has been recorded")
    once(reads.submitted(case), "The submission to the Panel")
    draft = _latest(case, fact.version)
    if any(sent.version == fact.version for sent in case.every(DraftSentForSignOff)):
        raise (
            no.RoundOpen(version=fact.version)
            if reads.open_round(case)
            else no.AlreadyRecorded(what=f"That version {fact.version} went for sign-off")
        )
    if draft.missing:
        raise no.DraftIncomplete(missing="; ".join(draft.missing), fields=dict.fromkeys(draft.missing, "is missing"))
    if partners := vacant(case.cast, case.edition.national.accountable_capacities):
        raise no.NobodyToSign(partners=", ".join(partners))
    meeting = reads.meeting_held(case)
    if meeting is None or draft.author not in meeting.attended:
        raise no.AuthorDidNotAttend(author=draft.author)
    if still := reads.unread(case, draft.author):
        raise no.AuthorDidNotReadReturns(author=draft.author, unread=reads.all_called(case, still))
    agreed_or_late(case, fact, now)


def _sent_to_crg(case: CaseState, fact: DraftSentToCrg, reported: Reported, now: datetime) -> None:
    needs(reads.drafts(case), "no draft has been recorded")
    if case.last(DraftSentForSignOff):
        raise no.CrgHasHadIt
    draft = _latest(case, fact.version)
    once(reads.sent_to_crg(case, fact.version), f"That version {fact.version} went to the CRG")
    if draft.missing:
        raise no.DraftIncomplete(missing="; ".join(draft.missing), fields=dict.fromkeys(draft.missing, "is missing"))
    meeting = reads.meeting_held(case)
    if meeting is None or draft.author not in meeting.attended:
        raise no.AuthorDidNotAttend(author=draft.author)


def _submitted(case: CaseState, fact: SubmittedToPanel, reported: Reported, now: datetime) -> None:
    once(reads.submitted(case), "The submission to the Panel")
    if reads.approved_version(case) != fact.version:
        raise no.SubmissionWithoutApproval(
            version=fact.version, fields={"version": f"approved: {reads.approved_version(case) or 'none yet'}"}
        )
    if not fact.by_other_means and not case.cast.holders(Role.PANEL):
        raise no.NoAddressOfThePanel
    deadline = case.deadlines.get("D-7")
    if deadline and _late(case, when(case, reported, now) if fact.by_other_means else now) and not fact.late_reason:
        raise no.LateSubmissionUnexplained(due=moment(deadline.due), fields={"late_reason": "say why it is late"})
    approved = max(ask.given_at for ask in reads.report_rounds(case)[-1].asks if ask.given_at)
    not_before("The submission", when(case, reported, now), "the last approval", approved, "happened_at")


def _late(case: CaseState, at: datetime) -> bool:
    """Whether a submission at that time is late (D-7)."""
    deadline = case.deadlines.get("D-7")
    return deadline is not None and at > deadline.due


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    """R-7 to R-12, R-16"""
    if not reads.meeting_held(case) or reads.ended(case) or not rapid_review_follows(case):
        return
    author = author_of(case)
    latest = reads.drafts(case)[-1] if reads.drafts(case) else None
    left = reads.unread(case, author)
    if left:
        yield _reading(case, author, left)
    yield Offer(
        body=_draft_body(case, author),
        needed=not left and (latest is None or _to_be_drafted_again(case, latest)),
        title="Draft the rapid review report",
        deadline="D-7",
    )
    if latest:
        yield from crg_offers(case, latest.content.version)
        without = time_over(case, latest.content.version, now)
        yield Offer(
            body=DraftSentForSignOff(version=latest.content.version, without_chair=_WITHOUT if without else ""),
            needed=not without,
            title="Send the draft for sign-off",
            deadline="D-7",
        )
    if version := reads.approved_version(case):
        yield Offer(
            body=SubmittedToPanel(
                version=version,
                covering_letter=SubmittedToPanel.sample["covering_letter"],
                late_reason=_WHY_LATE if _late(case, now) else "",
            ),
            needed=True,
            title="Submit the recommendation to the Panel",
            deadline="D-7",
        )


def _to_be_drafted_again(case: CaseState, latest: ReportDrafted) -> bool:
    """Whether the last draft will not do, and nothing that was asked about it can still come (R-11, R-16)."""
    version = latest.content.version
    sent = version in {fact.version for fact in case.every(DraftSentForSignOff)}
    if sent and version not in [one.document.version for one in reads.report_rounds(case)]:
        return False  # its round is about to open
    not_signed = sent and not reads.open_round(case) and reads.approved_version(case) != version
    overtaken = reads.does_not_stand(case, latest) and not reads.submitted(case)
    return unfit(case, latest) or not_signed or sent_back_by_crg(case, version) or overtaken


def _draft_body(case: CaseState, author: str) -> DraftBody:
    outside = author not in case.cast.holders(Role.BUSINESS_UNIT)
    return DraftBody(
        author=author,
        capacity=AuthorCapacity.OUTSIDE if outside else AuthorCapacity.SBU_MANAGER,
        outside_reason=_OUTSIDE if outside else "",
        outside_experience=_EXPERIENCE if outside else "",
        outside_qualification=_QUALIFICATION if outside else "",
        report=sample_report(
            reads.scope(case),
            [agency for agency in reads.expected(case) if agency not in reads.scope(case)],
            reads.decided_at_the_meeting(case),
            case.edition.report_sections,
        ),
    )


def _reading(case: CaseState, author: str, left: list[str]) -> Offer:
    """The author's own act, where the author may speak here; a return that comes late is read for the record (R-10)."""
    known, out = case.cast.person(author), reads.draft_with_the_officers(case)
    returns = {agency: version for agency, version in reads.latest_returns(case).items() if agency in left}
    stands = True if out and out.author == author else None
    return Offer(
        body=ReturnsRead(reader=author, returns=returns, draft_stands=stands),
        needed=reads.submitted(case) is None,
        people=[author] if known and set(known.roles) & set(ReturnsRead.may_report) else [],
        title="Confirm that you, the author, have read every return",
    )


def unfit(case: CaseState, draft: ReportDrafted) -> bool:
    """Whether a draft can never go for sign-off as it is: another version must be drafted."""
    meeting = reads.meeting_held(case)
    attended = meeting is not None and draft.author in meeting.attended
    return bool(draft.missing) or not attended


CHAPTER = Chapter(
    title="§2 Rapid review: the report",
    facts=get_args(ReportFact),
    checks={
        ReportDrafted: of_a_rapid_review(_drafted),
        DraftSentToCrg: of_a_rapid_review(_sent_to_crg),
        DraftCommented: of_a_rapid_review(commented),
        DraftAgreed: of_a_rapid_review(agreed),
        DraftSentForSignOff: of_a_rapid_review(_sent_for_sign_off),
        SubmittedToPanel: of_a_rapid_review(_submitted),
    },
    offers=_offers,
    consequences={
        ReturnsRead: (reading_entered, draft_does_not_stand),
        ReportDrafted: (contradiction_told, papers_sent),
        DraftCommented: (comment_told,),
        DraftAgreed: (agreement,),
        DraftSentForSignOff: (crg_no_longer_asked,),
        SubmittedToPanel: (submitted_without,),
    },
)
