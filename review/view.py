"""A case as people and programs read it: derived from its state and the case's present moment, nothing added.

Pure. Whoever may not read the narrative is given `DeadlinesView` or `AgencyView` instead.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from calendar_rules.lengths import end_of_day, passed_over
from calendar_rules.plan import slack_working_days
from review.case import reads
from review.case.deadline import RunningDeadline
from review.case.entries import Entry
from review.case.mailing import TROUBLE_WORDS
from review.case.sign_off import Round, SignatureRequest, agency_of, for_agency
from review.case.state import CaseState
from review.chapters.crg.chapter import open_concerns
from review.chapters.follow_up.reads import action_log, recommendations_open
from review.chapters.involvement.chapter import involvement_open
from review.chapters.notification.definition import advise, advise_notification
from review.chapters.practice_review.view import practice_review_view
from review.chapters.referral.view import referral_standing, referral_view
from review.chapters.report.criteria import CRITERIA, GROUP_TITLES
from review.facts.announcements import DirectoryChanged
from review.facts.directory import Role
from review.facts.editions import EditionMoved
from review.facts.learning_review import LearningParticipantsNamed, LearningTermsSet
from review.facts.notification import IncidentReported, NotNotifiedDecided
from review.facts.practice_review import PublicationPlanned
from review.facts.rapid_review import SeniorOfficersInformed
from review.kit import notify
from review.kit.awaited import deadline_met_by, tried_on
from review.kit.backward_plan import safe_step_done, safe_times
from review.kit.mail_names import mail_name
from review.kit.sign_off_rounds import deadline_of
from review.kit.vacancies import vacancies
from review.meetings import meeting_views
from review.next_steps import NextStep, needed_steps, next_steps
from review.own_part import agency_of_person, deadlines_of_agencies
from review.protocol import STAGE_TITLES
from review.views import (
    AgencyStanding,
    AgencyView,
    AskView,
    CaseView,
    ChildView,
    CriterionView,
    DeadlinesView,
    DeadlineView,
    FactView,
    FailedView,
    FamilyMemberView,
    GivenReturn,
    LearningPart,
    NotifyingView,
    PassedOver,
    PlanStep,
    RoundView,
    WaitingFor,
    WaitingMail,
)


def case_view(case: CaseState, now: datetime) -> CaseView:
    """The case, whole. `now` is the case's clock."""
    steps = next_steps(case, now)
    return CaseView(
        **_head(case, now),
        advice=advise(reads.incident(case)) if case.last(IncidentReported) else None,
        referral=referral_view(case),
        notification=advise_notification(reads.incident(case), case.edition) if case.last(IncidentReported) else None,
        offices={party.value: title for party, title in case.edition.titles.items()},
        children=[ChildView(**child.model_dump()) for child in reads.children(case)],
        family=[FamilyMemberView(**member.model_dump()) for member in reads.family(case)],
        homes=reads.homes(case),
        facts=[fact_view(entry) for entry in case.entries],
        notifying=_notifying(case),
        vacancies=vacancies(case),
        safety=reads.safety(case),
        safety_missing=reads.safety_missing(case) if case.last(IncidentReported) else [],
        deadlines=[_deadline(case, deadline, now) for deadline in case.deadlines.values()],
        plan=_plan(case, now),
        waiting_for=_waiting(case, [step for step in steps if step.needed], now),
        agencies=[_agency(case, agency, now) for agency in reads.scope(case)],
        rapid_review_meeting_at=reads.meeting_at(case),
        meetings=meeting_views(case),
        rounds=[_round(case, one) for one in case.rounds],
        practice_review=practice_review_view(case, now),
        actions=action_log(case),
        recommendations_open=recommendations_open(case),
        handovers_unanswered=[one.handover for one in reads.unanswered_handovers(case)],
        open_concerns=open_concerns(case),
        involvement_open=involvement_open(case) if reads.review_wanted(case) else [],
        failed_duties=[
            FailedView(
                duty=key,
                template=one.notice.template,
                mail=mail_name(one.notice),
                to=one.notice.to,
                trouble=one.trouble,
                why=one.why,
                at=one.at,
            )
            for key, one in case.failed.items()
        ],
        mails_waiting=[
            WaitingMail(
                template=one.notice.template,
                mail=mail_name(one.notice),
                to=one.notice.to,
                why=TROUBLE_WORDS[one.trouble],
                **one.model_dump(include={"trouble", "since"}),
            )
            for one in case.waiting.values()
        ],
        criteria=[CriterionView(**one.model_dump(), heading=GROUP_TITLES[one.group]) for one in CRITERIA],
        next_steps=steps,
    )


def _notifying(case: CaseState) -> list[NotifyingView]:
    """Who has agreed to notify, who is awaited, and until when (N-2)."""
    if not reads.incident_reported(case) or reads.notified_at(case) or case.last(NotNotifiedDecided):
        return []
    deadline, deciders, over = case.deadlines.get("D-1"), reads.deciders(case), reads.ended(case)
    found = []
    for viewer in (*deciders, *case.edition.notifying.heard):
        decides, view = viewer in deciders, reads.view_of(case, viewer)
        due = deadline.due if deadline and decides and view is None and not over else None
        awaited = [] if over else reads.yet_to_give(case, viewer)
        found.append(NotifyingView(viewer=viewer, decides=decides, view=view, awaited=awaited, due=due))
    return found


def waiting_for(case: CaseState, now: datetime) -> list[WaitingFor]:
    """What the protocol waits for now, in its order, and from whom."""
    return _waiting(case, list(needed_steps(case, now)), now)


def deadlines_view(case: CaseState, now: datetime) -> DeadlinesView:
    """The case without its narrative, for an observer."""
    return DeadlinesView(
        **_head(case, now),
        deadlines=[_deadline(case, deadline, now) for deadline in case.deadlines.values()],
        plan=_plan(case, now),
    )


def agency_view(case: CaseState, agencies: Iterable[str], now: datetime) -> AgencyView:
    """The part of a case that is these agencies' own: request and return, signature, action, learning review (R-4, K-7,
    G-11, A-5), and what they can do next.
    """
    own = set(agencies)
    asked = [agency for agency in case.requests if agency in own]
    rounds = [_own_part(one, own) for one in case.rounds if _own_asks(one, own)]
    log = action_log(case)
    actions = [one for one in log if one.agency in own or agency_of_person(case, one.owner) in own]
    deadlines = [id for id, agencies in deadlines_of_agencies(case, log).items() if agencies & own]
    subjects = {*own, *(for_agency(agency) for agency in own), *(one.action for one in actions)}
    return AgencyView(
        reference=case.reference,
        stage=case.stage,
        stage_title=STAGE_TITLES[case.stage],
        case_now=now,
        seq=case.rows,
        referral=referral_standing(case) if reads.referring(case) in own else None,
        agencies=[_agency(case, agency, now) for agency in asked],
        returns=[one for agency in asked for one in _given(case, agency)],
        deadlines=[_deadline(case, case.deadlines[id], now) for id in deadlines],
        meetings=meeting_views(case, own),
        rounds=[_round(case, one) for one in rounds],
        actions=actions,
        learning=_learning(case, own),
        next_steps=[step for step in next_steps(case, now) if step.about in subjects and Role.AGENCY in step.roles],
    )


def _own_asks(one: Round, agencies: set[str]) -> list[SignatureRequest]:
    return [ask for ask in one.asks if agency_of(ask.capacity) in agencies]


def _own_part(one: Round, agencies: set[str]) -> Round:
    """A round with these agencies' signatures alone."""
    return one.model_copy(update={"asks": _own_asks(one, agencies)})


def _learning(case: CaseState, agencies: set[str]) -> LearningPart | None:
    terms, named = case.last(LearningTermsSet), case.last(LearningParticipantsNamed)
    participants = [one for one in named.participants if one.agency in agencies] if named else []
    if terms is None or not participants:
        return None
    return LearningPart(
        terms=terms.terms, method=terms.method, findings_by=terms.findings_by, participants=participants
    )


def _head(case: CaseState, now: datetime) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "route": case.route,
        "edition": case.edition.id,
        "stage": case.stage,
        "stage_title": STAGE_TITLES[case.stage],
        "opened_at": case.opened_at,
        "case_now": now,
        "rehearsal": case.rehearsal,
        "paused": reads.paused(case),
        "ended": reads.ended(case),
        "seq": case.rows,
    }


def fact_view(entry: Entry) -> FactView:
    fact = entry.fact
    # A new cast is the directory's, not the case's story.
    left_out = {"cast", "edition"} if isinstance(fact, DirectoryChanged | EditionMoved) else set()
    return FactView(
        message=entry.reported.message,
        kind=fact.kind,
        title=fact.title,
        happened_at=entry.happened_at,
        recorded_at=entry.reported.recorded_at,
        by=entry.reported.by.people,
        roles=entry.reported.by.roles,
        fact=fact.model_dump(mode="json", exclude=left_out),
        corrected_by=entry.corrected_by,
    )


def _deadline(case: CaseState, deadline: RunningDeadline, now: datetime) -> DeadlineView:
    rule = case.edition.deadlines[deadline.rule]
    return DeadlineView(
        id=deadline.id,
        title=deadline.title,
        clause=rule.clause,
        owner=rule.owner,
        subject=deadline.subject,
        since=deadline.since,
        length=str(rule.length),
        due=deadline.due,
        met=deadline.met_at,
        status=deadline.status(now),
        overdue=deadline.overdue(now),
        held_since=deadline.held_since if deadline.open else None,
        stopped_why=deadline.stopped_why,
        slack_working_days=deadline.slack(now, case.calendar) if deadline.open else None,
        moves=deadline.moves,
        passed_over=[
            PassedOver(day=one.date, why=one.why)
            for one in passed_over(deadline.since, rule.length, deadline.due, case.calendar)
        ],
    )


def _plan(case: CaseState, now: datetime) -> list[PlanStep]:
    return [
        PlanStep(
            id=safe.id,
            title=safe.title,
            protects=safe.before,
            latest_safe=safe.at,
            done=safe_step_done(case, safe.id),
            slack_working_days=slack_working_days(now, safe.at, case.calendar),
        )
        for safe in safe_times(case)
    ]


def _waiting(case: CaseState, needed: list[NextStep], now: datetime) -> list[WaitingFor]:
    found = [
        WaitingFor(
            what=step.title,
            roles=step.roles,
            people=step.people,
            about=step.about,
            deadline=step.deadline,
            due=step.due,
            overdue=step.deadline is not None and case.deadlines[step.deadline].overdue(now),
        )
        for step in needed
    ]
    return found + _in_the_mail(case, now) + _publication(case, needed)


def _in_the_mail(case: CaseState, now: datetime) -> list[WaitingFor]:
    """Mails on which the protocol waits, and on which nobody need act yet."""
    found = []
    for one in tried_on(case):
        meets = deadline_met_by(case, one.notice)
        what = f"Email to {one.notice.to}, {mail_name(one.notice)}: {TROUBLE_WORDS[one.trouble]}"
        by, due = (meets.id, meets.due) if meets else (None, None)
        overdue = meets is not None and meets.overdue(now)
        found.append(WaitingFor(what=what, roles=[Role.BUSINESS_UNIT], deadline=by, due=due, overdue=overdue))
    return found


def _publication(case: CaseState, needed: list[NextStep]) -> list[WaitingFor]:
    """The day on which the report is to be published, until it has come (K-8, B-4)."""
    plan = case.last(PublicationPlanned)
    if (
        plan is None
        or reads.review_finished(case)
        or reads.ended(case)
        or any(one.rel == "review-published" for one in needed)
    ):
        return []
    due = end_of_day(plan.publication_date)
    by = "K-8" if "K-8" in case.deadlines else None
    what = f"Publication, planned for {notify.day(due)}"
    return [WaitingFor(what=what, roles=[Role.BUSINESS_UNIT], deadline=by, due=due)]


def _agency(case: CaseState, agency: str, now: datetime) -> AgencyStanding:
    deadline, returns = case.deadlines.get(f"D-6:{agency}"), reads.answers_of(case, agency)
    latest = returns[-1].fact if returns else None
    paper = latest.paper if latest else None
    due = deadline.due if deadline else None
    return AgencyStanding(
        agency=agency,
        asked_at=case.requests.get(agency),
        due=due,
        returned_at=returns[0].happened_at if returns else None,
        late=bool(returns and due and returns[0].happened_at > due),
        missing=bool(not returns and due and now > due),
        known=reads.known_to(case, agency),
        nil=bool(latest) and not reads.known_to(case, agency),
        version=(paper.version if paper else 0) if latest else None,
        officer=latest.officer if latest else None,
        senior_officers_informed=any(fact.agency == agency for fact in case.every(SeniorOfficersInformed)),
    )


def _given(case: CaseState, agency: str) -> list[GivenReturn]:
    return [
        GivenReturn(
            agency=agency,
            officer=one.fact.officer,
            given_at=one.happened_at,
            version=one.fact.paper.version if one.fact.paper else None,
        )
        for one in reads.answers_of(case, agency)
    ]


def _round(case: CaseState, one: Round) -> RoundView:
    def due(deadline: RunningDeadline | None) -> datetime | None:
        return deadline.due if deadline else None

    shared = (
        "capacity",
        "officer",
        "deputies",
        "received_at",
        "verdict",
        "given_by",
        "given_at",
        "as_deputy",
        "on_behalf_of",
        "comments",
        "commented",
    )
    return RoundView(
        id=one.id,
        title=one.title,
        document=one.document.document,
        version=one.document.version,
        sha256=one.document.sha256,
        status=one.status,
        opened_at=one.opened_at,
        asks=[
            AskView(
                **{name: getattr(ask, name) for name in shared},
                title=reads.capacity_called(case, ask.capacity).removeprefix("the "),
                due=due(case.deadlines.get(deadline_of(one, ask))),
            )
            for ask in one.asks
        ],
    )
