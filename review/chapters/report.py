"""§2 The rapid review's report: drafted, sent for sign-off, submitted. Room: review; pure. R-7..R-12, D-7."""

from collections.abc import Iterator
from datetime import datetime

from review import examples
from review import refusals as no
from review.bodies import DraftBody
from review.case import CaseState
from review.changes import when
from review.chapter import Chapter
from review.chapters.editions import of_a_rapid_review, rapid_review_follows
from review.chapters.rapid_review import author_of, latest_returns, unread
from review.directory import Role
from review.facts import Said
from review.guards import needs, not_before, once, people
from review.offer import Offer
from review.said.rapid_review import ReturnsRead
from review.said.report import DraftSentForSignOff, ReportDrafted, SubmittedToPanel
from review.sign_off import vacant
from review.words import AuthorCapacity, Stage


def _drafted(case: CaseState, fact: ReportDrafted, said: Said, now: datetime) -> None:
    needs(case.meeting_held, "the rapid review meeting has not been recorded")
    once(case.submitted, "The submission to the Panel")
    people(case, [fact.author], "author")
    if fact.capacity is not AuthorCapacity.OUTSIDE and fact.author not in case.cast.holders(Role.BUSINESS_UNIT):
        raise no.AuthorNotOfTheBusinessUnit(author=fact.author, fields={"capacity": "is not the author's"})
    if fact.capacity is AuthorCapacity.OUTSIDE and not fact.outside_reason.strip():
        raise no.OutsideAuthorUnexplained(fields={"outside_reason": "say why an outside author is needed"})


def _sent_for_sign_off(case: CaseState, fact: DraftSentForSignOff, said: Said, now: datetime) -> None:
    needs(case.drafts, "no draft has been recorded")
    once(case.submitted, "The submission to the Panel")
    draft, latest = case.draft(fact.version), case.drafts[-1].content.version
    if draft is None:
        raise no.UnknownVersion(version=fact.version, latest=latest, fields={"version": f"the latest is {latest}"})
    if fact.version != latest:
        raise no.NotTheLatestVersion(version=fact.version, latest=latest, fields={"version": f"the latest is {latest}"})
    if any(sent.version == fact.version for sent in case.every(DraftSentForSignOff)):
        raise (
            no.RoundOpen(version=fact.version)
            if case.open_round
            else no.AlreadyRecorded(what=f"That version {fact.version} went for sign-off")
        )
    if draft.missing:
        raise no.DraftIncomplete(missing="; ".join(draft.missing), fields=dict.fromkeys(draft.missing, "is missing"))
    if not draft.chair_supports:
        raise no.ChairDoesNotSupport
    if partners := vacant(case.cast, case.edition.national.accountable_capacities):
        raise no.NobodyToSign(partners=", ".join(partners))
    meeting = case.meeting_held
    if meeting is None or draft.author not in meeting.attended:
        raise no.AuthorDidNotAttend(author=draft.author)
    if still := unread(case, draft.author):
        raise no.AuthorDidNotReadReturns(author=draft.author, unread=", ".join(still))


def _submitted(case: CaseState, fact: SubmittedToPanel, said: Said, now: datetime) -> None:
    once(case.submitted, "The submission to the Panel")
    if case.approved_version != fact.version:
        raise no.SubmissionWithoutApproval(
            version=fact.version, fields={"version": f"approved: {case.approved_version or 'none yet'}"}
        )
    if not fact.by_other_means and not case.cast.holders(Role.PANEL):
        raise no.NoAddressOfThePanel
    approved = max(ask.given_at for ask in case.report_rounds[-1].asks if ask.given_at)
    not_before("The submission", when(case, said, now), "the last approval", approved, "happened_at")


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if not case.meeting_held or case.ended or not rapid_review_follows(case):
        return
    author = author_of(case)
    latest = case.drafts[-1] if case.drafts else None
    left = unread(case, author)
    if left:
        read = {agency: version for agency, version in latest_returns(case).items() if agency in left}
        yield Offer(
            body=ReturnsRead(reader=author, returns=read),
            needed=True,
            title="Confirm that the author has read every return",
        )
    sent = {fact.version for fact in case.every(DraftSentForSignOff)}
    wants_draft = (
        latest is None
        or unfit(case, latest)
        or (latest.content.version in sent and not case.open_round and case.approved_version != latest.content.version)
    )
    waiting = (
        latest is not None
        and latest.content.version in sent
        and not any(one.document.version == latest.content.version for one in case.rounds)
    )
    outside = author not in case.cast.holders(Role.BUSINESS_UNIT)
    draft = DraftBody(
        author=author,
        capacity=AuthorCapacity.OUTSIDE if outside else examples.CAPACITY,
        outside_reason=examples.OUTSIDE if outside else "",
        chair_supports=True,
        report=examples.report(
            case.scope, [agency for agency in case.expected if agency not in case.scope], case.edition.report_sections
        ),
    )
    yield Offer(
        body=draft,
        needed=wants_draft and not waiting and not left,
        title="Draft the rapid review report",
        deadline="D-7",
    )
    if latest:
        yield Offer(
            body=DraftSentForSignOff(version=latest.content.version),
            needed=True,
            title="Send the draft for sign-off",
            deadline="D-7",
        )
    if case.approved_version:
        yield Offer(
            body=SubmittedToPanel(version=case.approved_version, covering_letter=examples.LETTER),
            needed=True,
            title="Submit the recommendation to the Panel",
            deadline="D-7",
        )


def unfit(case: CaseState, draft: ReportDrafted) -> bool:
    """Whether a draft can never go for sign-off as it is: another version must be drafted."""
    meeting = case.meeting_held
    attended = meeting is not None and draft.author in meeting.attended
    return bool(draft.missing) or not draft.chair_supports or not attended


_OFFICES = (Role.BUSINESS_UNIT,)

CHAPTER = Chapter(
    title="§2 Rapid review: the report",
    checks={
        ReportDrafted: of_a_rapid_review(_drafted),
        DraftSentForSignOff: of_a_rapid_review(_sent_for_sign_off),
        SubmittedToPanel: of_a_rapid_review(_submitted),
    },
    may_say={"report-drafted": _OFFICES, "draft-sent-for-sign-off": _OFFICES, "submitted-to-panel": _OFFICES},
    stages={"draft-sent-for-sign-off": (Stage.REPORT,)},
    offers=_offers,
)
