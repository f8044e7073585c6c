"""Whether a fact may be taken, and if not, why: the refusals, fact by fact, in the protocol's order.

Room: review. `check` raises a `Refusal` or returns; it changes nothing. Who may say what stands in `review.offices`.
"""

from datetime import datetime

from calendar_rules.lengths import london
from review import refusals as no
from review.case import CaseState
from review.changes import when
from review.chapter import Check
from review.chapters import CHAPTERS
from review.chapters.practice_review import check_signature
from review.chapters.referral import may_become_an_incident
from review.directory import Role
from review.facts import (
    CORRECTABLE,
    OPENINGS,
    AgencyAdded,
    AgencyReturned,
    AuthorityTold,
    CalendarChanged,
    CasePaused,
    CaseResumed,
    Corrected,
    DirectoryChanged,
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
    ReturnsRead,
    ReturnsRequested,
    SafetyStepsRecorded,
    Said,
    ScopingMeetingArranged,
    ScopingMeetingHeld,
    SeniorOfficersInformed,
    SignOffGiven,
    SubmittedToPanel,
)
from review.guards import (
    TOLERANCE,
    agencies,
    countable,
    in_calendar,
    needs,
    not_before,
    not_to_come,
    once,
    people,
    to_come,
)
from review.offices import check_office
from review.said.crg import ProcessLinked
from review.said.follow_up import ActionSet, FindingsHandedOver
from review.said.information import AgenciesAsked
from review.said.involvement import AdvocacyConsidered, ContributionRecorded, PersonInvited
from review.said.referral import CrgConsidered
from review.sign_off import accountable, deputies, vacant
from review.telling import moment, subject_of
from review.words import AuthorCapacity, Decision, PanelResponse, Recommendation, Stage, Verdict

_AWARE = "The time when the local authority became aware"
_NAMED = PersonInvited | AdvocacyConsidered | ContributionRecorded | ProcessLinked | FindingsHandedOver | ActionSet
_BROADCASTS = Corrected | CalendarChanged | DirectoryChanged | DutyRetried


def check(case: CaseState, said: Said, now: datetime) -> None:
    """Refuse what cannot be taken now; `now` is the case's clock. A message seen before is never refused again."""
    if case.seen(said.message):
        return
    fact = said.fact
    check_office(said, case.cast)
    if case.ended and not _outlives_the_case(case, fact):
        raise no.CaseEnded(stage=case.stage)
    happened = when(case, said, now)
    not_to_come(fact.title, happened, now, "happened_at")
    if not isinstance(fact, (*OPENINGS, Corrected, CalendarChanged, DirectoryChanged)):
        origin, began = case.origin
        not_before(fact.title, happened, origin, began, "happened_at")
        countable(case, fact.title, happened, "happened_at")
    if (one := _check_of(type(fact))) is not None:
        one(case, fact, said, now)


def _check_of(kind: type[Fact]) -> Check | None:
    return _CHECKS.get(kind) or next((chapter.checks[kind] for chapter in CHAPTERS if kind in chapter.checks), None)


def _outlives_the_case(case: CaseState, fact: Fact) -> bool:
    """Corrections, what every case is told, failed duties; and D-2, which runs whatever N-2 came to (N-4)."""
    if isinstance(fact, AuthorityTold):
        return case.stage in (Stage.NOT_NOTIFIED, Stage.NOTIFICATION_WITHDRAWN)
    if any(isinstance(fact, chapter.outlive) for chapter in CHAPTERS):
        return True
    return isinstance(fact, Corrected | CalendarChanged | DirectoryChanged | DutyRetried)


def check_incident(fact: IncidentReported, now: datetime) -> None:
    """Times of an incident: it happened, then the local authority became aware, and both lie behind us (N-1)."""
    not_to_come("The time of the incident", fact.incident_at, now, "incident_at")
    not_to_come(_AWARE, fact.aware_at, now, "aware_at")
    not_before(_AWARE, fact.aware_at, "the incident", fact.incident_at, "aware_at")


# --- §1 ---


def _incident(case: CaseState, fact: IncidentReported, said: Said, now: datetime) -> None:
    once(case.last(IncidentReported), "The incident")
    may_become_an_incident(case)
    check_incident(fact, now)
    countable(case, _AWARE, fact.aware_at, "aware_at")


def _view(case: CaseState, fact: Fact, said: Said, now: datetime) -> None:
    needs(case.last(IncidentReported), "no incident has been reported in this case")
    once(case.notified_at, "The notification to the Panel")
    once(case.last(NotNotifiedDecided), "The decision not to notify")


def _not_notified(case: CaseState, fact: NotNotifiedDecided, said: Said, now: datetime) -> None:
    once(case.notified_at, "The notification to the Panel")
    if not case.agreed_not_to_notify:
        raise no.BothMustDecline
    once(case.last(NotNotifiedDecided), "The decision not to notify")


def _notified(case: CaseState, fact: PanelNotified, said: Said, now: datetime) -> None:
    once(case.notified_at, "The notification to the Panel")
    once(case.last(NotNotifiedDecided), "The decision not to notify")
    if not case.agreed_to_notify:
        raise no.PartnersNotAgreed
    if fact.notification not in case.edition.notifications:
        known = ", ".join(case.edition.notifications)
        raise no.UnknownNotification(
            notification=fact.notification, known=known, fields={"notification": f"choose one of: {known}"}
        )
    if fact.received_at:
        not_to_come("The receipt by the Business Unit", fact.received_at, now, "received_at")
        not_before(
            "The receipt by the Business Unit",
            fact.received_at,
            "the notification",
            when(case, said, now),
            "received_at",
        )


def _authority(case: CaseState, fact: AuthorityTold, said: Said, now: datetime) -> None:
    needs(case.last(IncidentReported), "no incident has been reported in this case")
    if not case.child_in_care_died:
        raise no.NoChildInCareDied(authority=fact.authority)
    once(
        [told for told in case.every(AuthorityTold) if told.authority is fact.authority],
        f"That {fact.authority} was told",
    )


def _safety(case: CaseState, fact: SafetyStepsRecorded, said: Said, now: datetime) -> None:
    known = {child.child_id for child in case.children}
    for child in fact.child_ids:
        if child not in known:
            raise no.UnknownChild(child=child, fields={"child_ids": f"{child} is no child of this case"})


# --- §2 ---


def _scoping_arranged(case: CaseState, fact: ScopingMeetingArranged, said: Said, now: datetime) -> None:
    needs(case.notified_at, "the Panel has not been notified")
    once(case.last(ScopingMeetingHeld), "The scoping meeting")
    to_come(case, "The scoping meeting", fact.starts_at, now, "starts_at")


def _scoping_held(case: CaseState, fact: ScopingMeetingHeld, said: Said, now: datetime) -> None:
    needs(case.notified_at, "the Panel has not been notified")
    once(case.last(ScopingMeetingHeld), "The scoping meeting")
    people(case, fact.attended, "attended")
    agencies(case, fact.agencies, "agencies")
    agencies(case, [one.agency for one in fact.left_out], "left_out")
    accounted = {*fact.agencies, *(one.agency for one in fact.left_out)}
    if missing := [agency for agency in case.expected if agency not in accounted]:
        raise no.ExpectedAgencyUnexplained(
            agencies=", ".join(missing), fields={"left_out": f"explain {', '.join(missing)}"}
        )
    happened = when(case, said, now)
    not_before(
        "The rapid review meeting",
        fact.rapid_review_meeting_at,
        "the scoping meeting",
        happened,
        "rapid_review_meeting_at",
    )
    day = london(fact.rapid_review_meeting_at).date()
    in_calendar(case, "The rapid review meeting", day, "rapid_review_meeting_at")


def _requested(case: CaseState, fact: ReturnsRequested, said: Said, now: datetime) -> None:
    needs(case.last(ScopingMeetingHeld), "the scoping meeting, which names the agencies to ask, has not been recorded")
    once(case.last(ReturnsRequested), "The rapid review request")


def _added(case: CaseState, fact: AgencyAdded, said: Said, now: datetime) -> None:
    needs(case.last(ReturnsRequested) or case.last(AgenciesAsked), "the request has not gone out to the agencies")
    agencies(case, [fact.agency], "agency")
    if fact.agency in case.scope:
        raise no.AgencyAlreadyAsked(agency=fact.agency, fields={"agency": "is asked already"})
    once(case.submitted, "The submission to the Panel")
    once(case.supplied, "The supply of the information")


def _asked(case: CaseState, agency: str) -> None:
    agencies(case, [agency], "agency")
    if agency not in case.requests:
        raise no.AgencyNotAsked(agency=agency, fields={"agency": "has not been asked"})


def _informed(case: CaseState, fact: SeniorOfficersInformed, said: Said, now: datetime) -> None:
    _asked(case, fact.agency)


def _returned(case: CaseState, fact: AgencyReturned, said: Said, now: datetime) -> None:
    _asked(case, fact.agency)
    once(case.submitted, "The submission to the Panel")
    held = [one for one in case.every(AgencyReturned) if one.agency == fact.agency]
    if case.meeting_held and held:
        raise no.ReturnsClosed(agency=fact.agency)
    if held and _same_return(held[-1], fact):
        raise no.AlreadyRecorded(what=f"This return of {fact.agency}")


def _same_return(one: AgencyReturned, other: AgencyReturned) -> bool:
    """Nil again, or the very same words again."""
    return (one.content.sha256 if one.content else "") == (other.content.sha256 if other.content else "")


def _read(case: CaseState, fact: ReturnsRead, said: Said, now: datetime) -> None:
    people(case, [fact.reader], "reader")
    for agency, version in fact.returns.items():
        _asked(case, agency)
        held = latest_returns(case).get(agency)
        if held is None or version > held:
            raise no.UnknownVersion(
                version=version,
                latest=held if held is not None else "none: no return has come in",
                fields={"returns": f"check {agency}"},
            )


def latest_returns(case: CaseState) -> dict[str, int]:
    """Agency -> version of its latest return, 0 for a nil return; agencies without a return are left out."""
    latest: dict[str, int] = {}
    for fact in case.every(AgencyReturned):
        latest[fact.agency] = fact.content.version if fact.content else 0
    return latest


def unread(case: CaseState, reader: str) -> list[str]:
    """Agencies whose latest return this person has not confirmed having read (R-10)."""
    read: dict[str, int] = {}
    for fact in case.every(ReturnsRead):
        if fact.reader == reader:
            read |= fact.returns
    return [agency for agency, version in latest_returns(case).items() if read.get(agency) != version]


def _meeting_moved(case: CaseState, fact: RapidReviewMeetingMoved, said: Said, now: datetime) -> None:
    needs(case.meeting_at, "no rapid review meeting has been set")
    once(case.meeting_held, "The rapid review meeting")
    to_come(case, "The rapid review meeting", fact.starts_at, now, "starts_at")


def _meeting_held(case: CaseState, fact: RapidReviewMeetingHeld, said: Said, now: datetime) -> None:
    needs(case.last(ReturnsRequested), "the rapid review request has not gone out")
    once(case.meeting_held, "The rapid review meeting")
    people(case, fact.attended, "attended")
    agencies(case, [one.agency for one in fact.representatives], "representatives")


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


def _signed(case: CaseState, fact: SignOffGiven, said: Said, now: datetime) -> None:
    one = next((one for one in case.rounds if one.id == fact.round), None)
    if one is None:
        raise no.NotAskedToSign(document="this document", version="named", fields={"round": "no such round"})
    ask = one.ask_of(fact.officer, fact.capacity)
    if ask is None:
        raise no.NotAskedToSign(document=one.title, version=one.document.version)
    if ask.verdict is not None and ask.given_at is not None:
        raise no.AlreadySigned(
            document=one.title, version=one.document.version, capacity=ask.capacity, when=moment(ask.given_at)
        )
    if not one.open:
        raise no.RoundClosed(status=one.status)
    if fact.officer not in (*accountable(case.cast, ask.capacity), *deputies(case.cast, ask.capacity)):
        raise no.NotAskedToSign(document=one.title, version=one.document.version)
    sent = one.opened_at - TOLERANCE
    not_before("The sign-off", when(case, said, now), "the draft was sent", sent, "happened_at")
    if fact.sha256 != one.document.sha256:
        raise no.WrongVersion(fields={"sha256": "is not that of the version asked for"})
    if fact.verdict is Verdict.SEND_BACK and not fact.comments.strip():
        raise no.CommentsMissing(fields={"comments": "say what should change"})
    if fact.verdict is Verdict.APPROVE:
        check_signature(case, one.document.document)


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


def _acknowledged(case: CaseState, fact: PanelAcknowledged, said: Said, now: datetime) -> None:
    needs(case.submitted, "nothing has been submitted to the Panel")
    once(case.last(PanelAcknowledged), "The Panel's acknowledgement")
    _meeting_date(case, fact, said, now)


def _meeting_date(case: CaseState, fact: PanelAcknowledged | PanelAnswered, said: Said, now: datetime) -> None:
    submitted = case.entry(SubmittedToPanel)
    if submitted and fact.meeting_date < london(submitted.happened_at).date():
        raise no.BeforeTheIncident(
            what="The Panel's meeting",
            when=f"{fact.meeting_date:%d %B %Y}",
            earlier="the submission",
            earlier_when=moment(submitted.happened_at),
            fields={"meeting_date": "must not lie before the submission"},
        )
    in_calendar(case, "The Panel's meeting", fact.meeting_date, "meeting_date")


def _responded(case: CaseState, fact: PanelResponded, said: Said, now: datetime) -> None:
    needs(case.submitted, "nothing has been submitted to the Panel")
    last = case.last(PanelResponded)
    answered = len(case.every(PanelAnswered)) >= len(
        [one for one in case.every(PanelResponded) if one.response is PanelResponse.ASKS_FOR_MORE]
    )
    if last and last.response is PanelResponse.ASKS_FOR_MORE:
        needs(answered, "what the Panel asked for has not been recorded as answered")
        return
    once(last, "The Panel's response")


def _answered(case: CaseState, fact: PanelAnswered, said: Said, now: datetime) -> None:
    asked = [one for one in case.every(PanelResponded) if one.response is PanelResponse.ASKS_FOR_MORE]
    needs(len(asked) > len(case.every(PanelAnswered)), "the Panel has not asked for more")
    _meeting_date(case, fact, said, now)


def _decided(case: CaseState, fact: PartnersDecided, said: Said, now: datetime) -> None:
    needs(case.final_response, "the Panel's response has not been recorded")
    once(case.decision, "The partners' decision")
    if fact.decision is Decision.NATIONAL_REVIEW and not fact.national_part:
        raise no.NationalPartMissing(fields={"national_part": "stops or assists"})
    if differs(case, fact) and not fact.difference_reason.strip():
        recommended = case.drafts[-1].recommendation if case.drafts else None
        raise no.DifferenceUnexplained(recommended=recommended, fields={"difference_reason": "give the reason"})


def differs(case: CaseState, fact: PartnersDecided) -> bool:
    """Whether the decision departs from the recommendation that was submitted (R-15)."""
    submitted = case.submitted
    draft = case.draft(submitted.version) if submitted else None
    if draft is None:
        return False
    if draft.national_review:
        return fact.decision is not Decision.NATIONAL_REVIEW
    met = draft.recommendation is Recommendation.CRITERIA_MET
    return met != (fact.decision is Decision.PRACTICE_REVIEW)


# --- any case, any stage ---


def _paused(case: CaseState, fact: CasePaused, said: Said, now: datetime) -> None:
    if case.paused:
        raise no.AlreadyPaused(since=moment(case.pauses[-1].since))
    if case.pauses and (resumed := case.pauses[-1].until):
        not_before("The pause", when(case, said, now), "the last resumption", resumed, "happened_at")


def _resumed(case: CaseState, fact: CaseResumed, said: Said, now: datetime) -> None:
    if not case.paused:
        raise no.NotPaused
    not_before("The resumption", when(case, said, now), "the pause", case.pauses[-1].since, "happened_at")


def _retried(case: CaseState, fact: DutyRetried, said: Said, now: datetime) -> None:
    if fact.duty not in case.failed:
        raise no.NothingToRetry(duty=fact.duty, fields={"duty": "is no failed duty"})


def _corrected(case: CaseState, fact: Corrected, said: Said, now: datetime) -> None:
    wrong = next(
        (entry for entry in case.entries if entry.said.message == fact.corrects and not entry.corrected_by), None
    )
    if wrong is None:
        raise no.UnknownMessage(message=fact.corrects, fields={"corrects": "nothing stands under this id"})
    kind = wrong.said.fact.kind
    if kind not in CORRECTABLE:
        raise no.CannotBeCorrected(
            what=wrong.said.fact.title,
            because="what followed from it has been done; record what is so now instead",
            fields={"corrects": "cannot be corrected"},
        )
    if fact.right.kind != kind:
        raise no.WrongKindOfCorrection(was=kind, sent=fact.right.kind, fields={"right.kind": f"must be {kind}"})
    if isinstance(fact.right, IncidentReported):
        _incident_corrected(case, fact.right, now)
        return
    _follows(case, wrong.said.fact, fact.right)
    happened = fact.right.happened_at or wrong.happened_at
    right = said.model_copy(update={"fact": fact.right.model_copy(update={"happened_at": happened})})
    not_to_come(fact.right.title, happened, now, "right.happened_at")
    if not isinstance(fact.right, OPENINGS):
        origin, began = case.origin
        not_before(fact.right.title, happened, origin, began, "right.happened_at")
    countable(case, fact.right.title, happened, "right.happened_at")
    if isinstance(fact.right, AgencyReturned):
        _asked(case, fact.right.agency)
        _kept(case, fact.right)
    elif not isinstance(fact.right, PartnerViewGiven):
        marked = wrong.model_copy(update={"corrected_by": said.message})
        without = case.model_copy(update={"entries": [marked if entry is wrong else entry for entry in case.entries]})
        if (one := _check_of(type(fact.right))) is not None:
            one(without, fact.right, right, now)


def _kept(case: CaseState, right: AgencyReturned) -> None:
    """A corrected return names words that came in as a return of this case; new words are a new return (R-4)."""
    returned = [entry.said.fact for entry in case.entries if isinstance(entry.said.fact, AgencyReturned)]
    if right.content and right.content not in [fact.content for fact in returned]:
        latest = latest_returns(case).get(right.agency, "none: no return has come in")
        field = {"right.content": "names no return that this case holds"}
        raise no.UnknownVersion(version=right.content.version, latest=latest, fields=field)


def _incident_corrected(case: CaseState, right: IncidentReported, now: datetime) -> None:
    """The incident lies before all that was said of it; a referral may have come first (A-3)."""
    check_incident(right, now)
    countable(case, _AWARE, right.aware_at, "aware_at")
    first = next(number for number, entry in enumerate(case.entries) if isinstance(entry.said.fact, IncidentReported))
    standing = [entry for entry in case.entries[first:] if not entry.corrected_by]
    for entry in (entry for entry in standing if not isinstance(entry.said.fact, IncidentReported | _BROADCASTS)):
        what = entry.said.fact.title
        not_before(what, entry.happened_at, "the incident", right.incident_at, "right.incident_at")


def _follows(case: CaseState, wrong: Fact, right: Fact) -> None:
    """What later facts rest on stays: a view that was acted on, a response that was answered or decided upon (X-2)."""
    if isinstance(wrong, _NAMED) and subject_of(wrong) != subject_of(right):
        raise no.CannotBeCorrected(what=wrong.title, because="later entries go by its id; keep the id")
    rests = False
    if isinstance(wrong, PartnerViewGiven) and isinstance(right, PartnerViewGiven):
        acted = case.notified_at or case.last(NotNotifiedDecided)
        rests = bool(acted) and (wrong.officer, wrong.view) != (right.officer, right.view)
    if isinstance(wrong, PanelResponded) and isinstance(right, PanelResponded):
        more = PanelResponse.ASKS_FOR_MORE
        acted_on = case.decision or (case.every(PanelAnswered) if wrong.response is more else [])
        rests = bool(acted_on) and (wrong.response is more) != (right.response is more)
    if isinstance(wrong, CrgConsidered) and isinstance(right, CrgConsidered):
        rests = wrong.outcome is not right.outcome
    if rests:
        raise no.CannotBeCorrected(
            what=wrong.title, because="it has been acted on; its reasons and its time can be corrected"
        )


_CHECKS: dict[type[Fact], Check] = {
    IncidentReported: _incident,
    PartnerViewGiven: _view,
    NotNotifiedDecided: _not_notified,
    PanelNotified: _notified,
    AuthorityTold: _authority,
    SafetyStepsRecorded: _safety,
    ScopingMeetingArranged: _scoping_arranged,
    ScopingMeetingHeld: _scoping_held,
    ReturnsRequested: _requested,
    AgencyAdded: _added,
    SeniorOfficersInformed: _informed,
    AgencyReturned: _returned,
    ReturnsRead: _read,
    RapidReviewMeetingMoved: _meeting_moved,
    RapidReviewMeetingHeld: _meeting_held,
    ReportDrafted: _drafted,
    DraftSentForSignOff: _sent_for_sign_off,
    SignOffGiven: _signed,
    SubmittedToPanel: _submitted,
    PanelAcknowledged: _acknowledged,
    PanelResponded: _responded,
    PanelAnswered: _answered,
    PartnersDecided: _decided,
    CasePaused: _paused,
    CaseResumed: _resumed,
    DutyRetried: _retried,
    Corrected: _corrected,
}
