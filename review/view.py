"""A case as people and programs read it: derived from its state and the case's present moment, nothing added.

Room: review. Pure. Whoever may not read the narrative is given `DeadlinesView` or `AgencyView` instead.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from calendar_rules.lengths import end_of_day
from calendar_rules.plan import slack_working_days
from review import practice_standing as stands
from review import telling
from review.case import CaseState
from review.chapters.crg import open_concerns
from review.chapters.follow_up import action_log, recommendations_open, unanswered
from review.chapters.involvement import involvement_open
from review.clocks import Clock
from review.criteria import CRITERIA, GROUP_TITLES
from review.definition import advise, advise_notification
from review.directory import Role
from review.practice_view import practice_review_view
from review.referral_view import referral_standing, referral_view
from review.rounds import clock_of_ask
from review.said.announced import DirectoryChanged
from review.said.editions import EditionMoved
from review.said.learning_review import LearningParticipantsNamed, LearningTermsSet
from review.said.notification import IncidentReported
from review.said.practice_review import PublicationPlanned
from review.said.rapid_review import SeniorOfficersInformed
from review.shapes import (
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
    LearningPart,
    PlanStep,
    RoundView,
    WaitingFor,
)
from review.sign_off import Ask, Round, agency_of, for_agency
from review.steps import NextStep, needed_steps, next_steps
from review.timing import safe_step_done, safe_times
from review.told import Entry
from review.words import STAGE_TITLES


def case_view(case: CaseState, now: datetime) -> CaseView:
    """The case, whole. `now` is the case's clock."""
    steps = next_steps(case, now)
    return CaseView(
        **_head(case, now),
        advice=advise(case.incident) if case.last(IncidentReported) else None,
        referral=referral_view(case),
        notification=advise_notification(case.incident, case.edition) if case.last(IncidentReported) else None,
        offices={party.value: title for party, title in case.edition.titles.items()},
        children=[ChildView(**child.model_dump()) for child in case.children],
        facts=[_fact(entry) for entry in case.entries],
        deadlines=[_deadline(case, clock, now) for clock in case.clocks.values()],
        plan=_plan(case, now),
        waiting_for=_waiting(case, [step for step in steps if step.needed], now),
        agencies=[_agency(case, agency, now) for agency in case.scope],
        rapid_review_meeting_at=case.meeting_at,
        rounds=[_round(case, one) for one in case.rounds],
        practice_review=practice_review_view(case, now),
        actions=action_log(case),
        recommendations_open=recommendations_open(case),
        handovers_unanswered=[one.handover for one in unanswered(case)],
        open_concerns=open_concerns(case),
        involvement_open=involvement_open(case) if case.review_wanted else [],
        failed_duties=[
            FailedView(duty=key, template=one.notice.template, to=one.notice.to, why=one.why, at=one.at)
            for key, one in case.failed.items()
        ],
        criteria=[CriterionView(**one.model_dump(), heading=GROUP_TITLES[one.group]) for one in CRITERIA],
        next_steps=steps,
    )


def waiting_for(case: CaseState, now: datetime) -> list[WaitingFor]:
    """What the protocol waits for now, in its order, and from whom."""
    return _waiting(case, list(needed_steps(case, now)), now)


def deadlines_view(case: CaseState, now: datetime) -> DeadlinesView:
    """The case without its narrative, for an observer."""
    return DeadlinesView(
        **_head(case, now),
        deadlines=[_deadline(case, clock, now) for clock in case.clocks.values()],
        plan=_plan(case, now),
    )


def agency_view(case: CaseState, agencies: Iterable[str], now: datetime) -> AgencyView:
    """The part of a case that is these agencies' own: request and return, signature, action, learning review (R-4, K-7,
    G-11, A-5), and what they can do next.
    """
    own = set(agencies)
    asked = [agency for agency in case.requests if agency in own]
    rounds = [_own_part(one, own) for one in case.rounds if _own_asks(one, own)]
    actions = [one for one in action_log(case) if one.agency in own or _agency_of(case, one.owner) in own]
    clocks = [f"A-1:{case.referring}"] if case.referring in own else []
    clocks += [f"{rule}:{agency}" for agency in asked for rule in ("D-6-known", "D-6")]
    clocks += [clock_of_ask(one, ask) for one in rounds for ask in one.asks] + [one.deadline for one in actions]
    subjects = {*own, *(for_agency(agency) for agency in own), *(one.action for one in actions)}
    return AgencyView(
        reference=case.reference,
        stage=case.stage,
        stage_title=STAGE_TITLES[case.stage],
        case_now=now,
        seq=case.rows,
        referral=referral_standing(case) if case.referring in own else None,
        agencies=[_agency(case, agency, now) for agency in asked],
        deadlines=[_deadline(case, case.clocks[id], now) for id in clocks if id in case.clocks],
        rounds=[_round(case, one) for one in rounds],
        actions=actions,
        learning=_learning(case, own),
        next_steps=[step for step in next_steps(case, now) if step.about in subjects and Role.AGENCY in step.roles],
    )


def _own_asks(one: Round, agencies: set[str]) -> list[Ask]:
    return [ask for ask in one.asks if agency_of(ask.capacity) in agencies]


def _own_part(one: Round, agencies: set[str]) -> Round:
    """A round with these agencies' signatures alone."""
    return one.model_copy(update={"asks": _own_asks(one, agencies)})


def _agency_of(case: CaseState, person: str) -> str | None:
    known = case.cast.person(person)
    return known.agency if known else None


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
        "paused": case.paused,
        "ended": case.ended,
        "seq": case.rows,
    }


def _fact(entry: Entry) -> FactView:
    fact = entry.said.fact
    # A new cast is the directory's, not the case's story.
    left_out = {"cast", "edition"} if isinstance(fact, DirectoryChanged | EditionMoved) else set()
    return FactView(
        message=entry.said.message,
        kind=fact.kind,
        title=fact.title,
        happened_at=entry.happened_at,
        recorded_at=entry.said.recorded_at,
        by=entry.said.by.people,
        roles=entry.said.by.roles,
        fact=fact.model_dump(mode="json", exclude=left_out),
        corrected_by=entry.corrected_by,
    )


def _deadline(case: CaseState, clock: Clock, now: datetime) -> DeadlineView:
    rule = case.edition.deadlines[clock.rule]
    return DeadlineView(
        id=clock.id,
        title=clock.title,
        clause=rule.clause,
        owner=rule.owner,
        subject=clock.subject,
        since=clock.since,
        length=str(rule.length),
        due=clock.due,
        met=clock.met_at,
        status=clock.status(now),
        overdue=clock.overdue(now),
        held_since=clock.held_since if clock.open else None,
        stopped_why=clock.stopped_why,
        slack_working_days=clock.slack(now, case.calendar) if clock.open else None,
        moves=clock.moves,
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
            overdue=step.deadline is not None and case.clocks[step.deadline].overdue(now),
        )
        for step in needed
    ]
    return found + _publication(case, needed)


def _publication(case: CaseState, needed: list[NextStep]) -> list[WaitingFor]:
    """The day on which the report is to be published, until it has come (K-8, B-4)."""
    plan = case.last(PublicationPlanned)
    if plan is None or stands.finished(case) or case.ended or any(one.rel == "review-published" for one in needed):
        return []
    due = end_of_day(plan.publication_date)
    by = "K-8" if "K-8" in case.clocks else None
    what = f"Publication, planned for {telling.day(due)}"
    return [WaitingFor(what=what, roles=[Role.BUSINESS_UNIT], deadline=by, due=due)]


def _agency(case: CaseState, agency: str, now: datetime) -> AgencyStanding:
    clock, returns = case.clocks.get(f"D-6:{agency}"), case.answers_of(agency)
    latest = returns[-1].said.fact if returns else None
    content = getattr(latest, "content", None)
    due = clock.due if clock else None
    return AgencyStanding(
        agency=agency,
        asked_at=case.requests.get(agency),
        due=due,
        returned_at=returns[0].happened_at if returns else None,
        late=bool(returns and due and returns[0].happened_at > due),
        missing=bool(not returns and due and now > due),
        known=case.known_to(agency),
        nil=bool(latest) and not case.known_to(agency),
        version=(content.version if content else 0) if latest else None,
        officer=getattr(latest, "officer", None),
        senior_officers_informed=any(fact.agency == agency for fact in case.every(SeniorOfficersInformed)),
    )


def _round(case: CaseState, one: Round) -> RoundView:
    def due(clock: Clock | None) -> datetime | None:
        return clock.due if clock else None

    shared = (
        "capacity",
        "officer",
        "deputies",
        "received_at",
        "verdict",
        "given_by",
        "given_at",
        "as_deputy",
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
            AskView(**{name: getattr(ask, name) for name in shared}, due=due(case.clocks.get(clock_of_ask(one, ask))))
            for ask in one.asks
        ],
    )
