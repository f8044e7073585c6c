"""What can be done next in a case, each with a valid example: how a client that knows nothing of the protocol is led.

Room: review. A step is offered exactly when its example would be taken now: the same `check` decides both.
`needed` marks what the protocol waits for; the rest may be done, and need not.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from calendar_rules.edition import NotificationKind
from calendar_rules.lengths import LONDON, london
from review import examples
from review.bodies import Body, DraftBody, ReturnBody
from review.case import CaseState
from review.changes import clock_of_ask, safe_times
from review.chapters import CHAPTERS
from review.checks import check, latest_returns, unread
from review.definition import advise_notification
from review.directory import Role
from review.facts import (
    CORRECTABLE,
    AgencyAdded,
    AuthorityTold,
    CasePaused,
    CaseResumed,
    CaseWithdrawn,
    Corrected,
    DocumentRef,
    DraftSentForSignOff,
    DutyRetried,
    Fact,
    IncidentReported,
    NotNotifiedDecided,
    PanelAcknowledged,
    PanelAnswered,
    PanelNotified,
    PanelResponded,
    PartnersDecided,
    PartnerViewGiven,
    RapidReviewMeetingHeld,
    RapidReviewMeetingMoved,
    ReportDrafted,
    Representative,
    ReturnsRead,
    ReturnsRequested,
    SafetyStepsRecorded,
    Said,
    ScopingMeetingArranged,
    ScopingMeetingHeld,
    SeniorOfficersInformed,
    SignOffGiven,
    Speaker,
    SubmittedToPanel,
)
from review.offer import NextStep as NextStep
from review.offer import Offer
from review.offices import MAY_SAY
from review.refusals import Refusal
from review.sign_off import Round
from review.words import (
    AuthorCapacity,
    Authority,
    Decision,
    NotNotifiedOutcome,
    PanelResponse,
    Recommendation,
    Verdict,
    View,
    Viewer,
)

NO_HASH = "0" * 64


def next_steps(case: CaseState, now: datetime) -> list[NextStep]:
    """Every step that is possible now, what is needed first, in the protocol's order. `now` is the case's clock."""
    offers = [offer for offer in _offers(case, now) if _taken(case, offer, now)]
    return [_step(case, offer) for offer in sorted(offers, key=lambda offer: not offer.needed)]


def _taken(case: CaseState, offer: Offer, now: datetime) -> bool:
    body = offer.body
    fact = (
        body
        if isinstance(body, Fact)
        else body.to_fact(
            DocumentRef(document=body.document, version=1, sha256=NO_HASH) if body.paper() else None,
            case,
        )
    )
    by = Speaker(people=offer.people or [_BY_SYSTEM], roles=offer.roles or list(MAY_SAY[fact.kind]))
    try:
        check(case, Said(message="next-step", by=by, recorded_at=now, fact=fact), now)
    except Refusal:
        return False
    return True


_BY_SYSTEM = "anybody"


def _step(case: CaseState, offer: Offer) -> NextStep:
    kind = offer.body.kind
    clock = case.clocks.get(offer.deadline or "")
    open_clock = clock if clock and clock.open else None
    title = offer.title or (offer.body.title if isinstance(offer.body, Fact) else offer.body.paper_title)
    return NextStep(
        rel=kind,
        title=title,
        needed=offer.needed,
        about=offer.about,
        roles=offer.roles or list(MAY_SAY[kind]),
        people=offer.people,
        due=open_clock.due if open_clock else None,
        deadline=open_clock.id if open_clock else None,
        example=_example(offer.body),
    )


def _example(body: Fact | Body) -> dict[str, Any]:
    """The body as a client would send it, without what may be left out; kinds are always named."""
    example = body.model_dump(mode="json", exclude_defaults=True) | {"kind": body.kind}
    if isinstance(body, Corrected):
        example["right"] |= {"kind": body.right.kind}
    return example


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if case.ended:
        yield from _authorities()
    elif case.last(IncidentReported):
        yield from _notification(case)
        yield from _scoping(case, now)
        yield from _returns(case, now)
        yield from _report(case)
        yield from _panel(case, now)
    for chapter in CHAPTERS:
        yield from chapter.offers(case, now)
    yield from _signatures(case, [one for one in case.rounds if one not in case.report_rounds])
    yield from _any_time(case, now)


def _notification(case: CaseState) -> Iterator[Offer]:
    """§1"""
    for viewer, role in ((Viewer.DCS, Role.DCS), (Viewer.CHIEF_EXECUTIVE, Role.CHIEF_EXECUTIVE)):
        view = PartnerViewGiven(officer=viewer, view=View.NOTIFY, reasons=examples.VIEW)
        needed = case.view_of(viewer) is None or (case.views_differ and case.view_of(viewer) is View.DO_NOT_NOTIFY)
        yield Offer(
            body=view,
            needed=needed,
            about=viewer,
            title=f"Give the view of the {_OFFICES[viewer]} whether to notify",
            deadline="D-1",
            roles=[role, Role.BUSINESS_UNIT],
        )
    yield Offer(
        body=NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=examples.VIEW),
        needed=True,
        title="Record the decision not to notify",
    )
    yield Offer(
        body=PanelNotified(
            notified_by="Chief Executive",
            panel_reference="SAMPLE-0001",
            notification=advise_notification(case.incident, case.edition).kind
            or NotificationKind.DEATH_OR_SERIOUS_HARM,
        ),
        needed=True,
        title="Notify the Panel and record it",
        deadline="D-1",
    )
    yield from _authorities()
    children = [child.child_id for child in case.incident.children]
    yield Offer(
        body=SafetyStepsRecorded(child_ids=children, steps=examples.SAFETY),
        needed=not case.every(SafetyStepsRecorded),
        title="Record the steps for children's safety",
    )


def _authorities() -> Iterator[Offer]:
    """§1: D-2, whatever N-2 came to"""
    for authority in Authority:
        yield Offer(
            body=AuthorityTold(authority=authority),
            needed=True,
            about=authority,
            title=f"Tell {_AUTHORITIES[authority]} and record it",
            deadline=f"D-2:{authority}",
        )


def _scoping(case: CaseState, now: datetime) -> Iterator[Offer]:
    """§2: D-4, D-5"""
    arranged = case.last(ScopingMeetingArranged)
    starts = london(now + timedelta(hours=24)).replace(minute=0, second=0, microsecond=0)
    arrange = ScopingMeetingArranged(starts_at=starts, link="https://meet.example.org/scoping")
    yield Offer(body=arrange, needed=arranged is None, title="Call the CRG scoping meeting", deadline="D-4")
    held = ScopingMeetingHeld(
        attended=_crg(case),
        case_details_confirmed=True,
        scope=examples.SCOPE,
        agencies=[agency.id for agency in case.cast.agencies if agency.expected]
        or [agency.id for agency in case.cast.agencies][:1],
        rapid_review_meeting_at=_meeting_time(case, now),
        rapid_review_link="https://meet.example.org/rapid-review",
        legal_adviser_asked=True,
    )
    yield Offer(
        body=held, needed=arranged is not None, title="Record the scoping meeting and its outcome", deadline="D-4"
    )
    yield Offer(
        body=ReturnsRequested(), needed=True, title="Send the rapid review request to the agencies", deadline="D-5"
    )


def _returns(case: CaseState, now: datetime) -> Iterator[Offer]:
    """§2: D-6, R-3..R-6"""
    informed = {fact.agency for fact in case.every(SeniorOfficersInformed)}
    for agency in case.requests:
        lead, deadline = _lead(case, agency), f"D-6:{agency}"
        back = not case.returns_of(agency)
        yield Offer(
            body=SeniorOfficersInformed(agency=agency, officer="Director of Safeguarding"),
            needed=back and agency not in informed,
            about=agency,
            people=lead,
            title=f"Confirm that the senior officers of {agency} know",
        )
        content = examples.return_number(len(case.returns_of(agency)) + 1)
        body = ReturnBody(agency=agency, officer="Head of Safeguarding", content=content)
        yield Offer(
            body=body,
            needed=back and not case.meeting_held,
            about=agency,
            people=lead,
            deadline=deadline,
            title=f"Send the return of {agency}",
        )
    for agency in (one.id for one in case.cast.agencies if one.id not in case.scope):
        yield Offer(
            body=AgencyAdded(agency=agency, reason=examples.ADDED),
            needed=False,
            about=agency,
            title=f"Ask {agency} as well",
        )
    meeting = RapidReviewMeetingHeld(
        attended=_crg(case),
        representatives=[Representative(agency=agency, name="Sample Representative") for agency in case.scope],
    )
    yield Offer(
        body=meeting, needed=not case.outstanding, title="Record the rapid review meeting and who came", deadline="D-7"
    )
    if case.meeting_at and not case.meeting_held:
        later = case.meeting_at + timedelta(hours=1) if case.meeting_at > now else _meeting_time(case, now)
        moved = RapidReviewMeetingMoved(starts_at=later, reason=examples.MOVED)
        yield Offer(body=moved, needed=False, title="Move the rapid review meeting")


def _report(case: CaseState) -> Iterator[Offer]:
    """§2: R-7..R-12, D-7, D-8"""
    if not case.meeting_held:
        return
    author = _author(case)
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
    yield from _signatures(case, case.report_rounds)
    if case.approved_version:
        yield Offer(
            body=SubmittedToPanel(version=case.approved_version, covering_letter=examples.LETTER),
            needed=True,
            title="Submit the recommendation to the Panel",
            deadline="D-7",
        )


def _signatures(case: CaseState, rounds: list[Round]) -> Iterator[Offer]:
    """§2: R-11, D-8, whatever is signed"""
    for one in (one for one in rounds if one.open):
        for ask in (ask for ask in one.asks if ask.verdict is None):
            yes = SignOffGiven(
                round=one.id,
                officer=ask.officer,
                sha256=one.document.sha256,
                verdict=Verdict.APPROVE,
                capacity=ask.capacity,
            )
            title = f"Sign off version {one.document.version} for {ask.capacity}"
            yield Offer(
                body=yes,
                needed=True,
                about=ask.capacity,
                people=[ask.officer],
                roles=_roles(case, ask.officer),
                title=title,
                deadline=clock_of_ask(one, ask),
            )
            for deputy in ask.deputies:
                yield Offer(
                    body=yes.model_copy(update={"officer": deputy}),
                    needed=False,
                    about=ask.capacity,
                    people=[deputy],
                    roles=_roles(case, deputy),
                    title=f"{title}, as deputy",
                    deadline=clock_of_ask(one, ask),
                )


def _panel(case: CaseState, now: datetime) -> Iterator[Offer]:
    """Flowchart: D-9, R-13..R-15"""
    week = case.calendar.add(london(now).date(), 5)
    yield Offer(
        body=PanelAcknowledged(meeting_date=week),
        needed=not case.every(PanelResponded),
        title="Record the Panel's acknowledgement and the date of its meeting",
    )
    turn = case.panel_turn
    deadline = "D-9" if turn < 2 else f"D-9:{turn}"
    yield Offer(
        body=PanelResponded(response=PanelResponse.AGREES, reasons=examples.PANEL),
        needed=case.panel_meeting(turn) is not None,
        title="Record the Panel's response",
        deadline=deadline,
    )
    yield Offer(
        body=PanelAnswered(answer=examples.PANEL, meeting_date=week),
        needed=True,
        title="Answer what the Panel asked for, and record it",
    )
    yield Offer(body=_decided(case), needed=True, title="Record the partners' decision")


def _any_time(case: CaseState, now: datetime) -> Iterator[Offer]:
    for duty in case.failed:
        yield Offer(body=DutyRetried(duty=duty), needed=False, about=duty, title="Try a failed duty again")
    yield Offer(body=CaseResumed(reason=examples.RESUMED), needed=False, title="Resume the case")
    yield Offer(body=CasePaused(reason=examples.PAUSED), needed=False, title="Pause the case")
    yield Offer(body=CaseWithdrawn(reason=examples.WITHDRAWN), needed=False, title="Withdraw the case")
    last = next(
        (entry for entry in reversed(case.entries) if entry.said.fact.kind in CORRECTABLE and not entry.corrected_by),
        None,
    )
    if last:
        fix = Corrected(corrects=last.said.message, right=last.said.fact, reason=examples.CORRECTED)
        yield Offer(body=fix, needed=False, about=last.said.fact.kind, title="Correct what was entered wrongly")


_OFFICES = {Viewer.DCS: "DCS", Viewer.CHIEF_EXECUTIVE: "Chief Executive"}
_AUTHORITIES = {Authority.OFSTED: "Ofsted", Authority.SECRETARY_OF_STATE: "the Secretary of State"}


def _crg(case: CaseState) -> list[str]:
    author = _author(case)
    return list(dict.fromkeys([*case.cast.holders(Role.CRG_CHAIR), *case.cast.holders(Role.CRG_MEMBER), author]))


def unfit(case: CaseState, draft: ReportDrafted) -> bool:
    """Whether a draft can never go for sign-off as it is: another version must be drafted."""
    meeting = case.meeting_held
    attended = meeting is not None and draft.author in meeting.attended
    return bool(draft.missing) or not draft.chair_supports or not attended


def _author(case: CaseState) -> str:
    """The author of the last draft, else of the Business Unit; one who was at the meeting comes first (R-10)."""
    possible = [*(draft.author for draft in reversed(case.drafts)), *case.cast.holders(Role.BUSINESS_UNIT), _BY_SYSTEM]
    meeting = case.meeting_held
    return next((person for person in possible if meeting and person in meeting.attended), possible[0])


def _lead(case: CaseState, agency: str) -> list[str]:
    known = case.agency(agency)
    return [known.safeguarding_lead] if known else []


def _roles(case: CaseState, person: str) -> list[Role]:
    member = case.cast.person(person)
    return [role for role in (member.roles if member else []) if role in MAY_SAY["sign-off-given"]]


def _meeting_time(case: CaseState, now: datetime) -> datetime:
    """The morning of the latest safe day for the meeting, or the next working day where that is over."""
    safe = next((step.at for step in safe_times(case) if step.id == "latest-meeting"), now)
    day = max(london(safe).date(), case.calendar.add(london(now).date(), 1))
    return datetime.combine(day, time(10), LONDON)


def _decided(case: CaseState) -> PartnersDecided:
    """What was recommended, save where the Panel takes a national review (R-15)."""
    draft = case.draft(case.submitted.version) if case.submitted else None
    national = bool(draft and draft.national_review)
    taken = case.final_response is not None and case.final_response.response is PanelResponse.NATIONAL_REVIEW
    if national or taken:
        why = "" if national else examples.NATIONAL
        return PartnersDecided(
            decision=Decision.NATIONAL_REVIEW,
            reasons=examples.DECISION,
            national_part="assists",
            difference_reason=why,
        )
    met = draft is None or draft.recommendation is Recommendation.CRITERIA_MET
    decision = Decision.PRACTICE_REVIEW if met else Decision.LEARNING_REVIEW
    return PartnersDecided(decision=decision, reasons=examples.DECISION)
