"""A case as people and programs read it: derived from its state and the case's present moment, nothing added.

Room: review. Pure. Whoever may not read the narrative is given `DeadlinesView` or `AgencyView` instead.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel

from calendar_rules.plan import slack_working_days
from review.case import CaseState, Entry
from review.changes import clock_of_ask, safe_step_done, safe_times
from review.chapters.crg import open_concerns
from review.chapters.follow_up import ActionStanding, action_log
from review.chapters.involvement import involvement_open
from review.clocks import Clock, Moved
from review.criteria import CRITERIA, GROUP_TITLES, Criterion
from review.definition import Advice, NotificationAdvice, advise, advise_notification
from review.directory import Role
from review.facts import DirectoryChanged, IncidentReported, SeniorOfficersInformed
from review.practice_view import PracticeReviewView, practice_review_view
from review.referral_view import ReferralView, referral_view
from review.said.editions import EditionMoved
from review.sign_off import Round
from review.steps import NextStep, next_steps
from review.words import STAGE_TITLES, Harm, Route, Stage, Verdict


class FactView(BaseModel):
    """One fact as the case took it; a corrected one names the message that corrected it."""

    message: str
    kind: str
    title: str
    happened_at: AwareDatetime
    recorded_at: AwareDatetime
    by: list[str]
    roles: list[Role]
    fact: dict[str, Any]
    corrected_by: str | None = None


class DeadlineView(BaseModel):
    """One deadline. `slack_working_days` is given while it is open: 0 on the due day, negative when overdue."""

    id: str
    title: str
    clause: str
    owner: str
    subject: str | None = None
    since: AwareDatetime
    length: str
    due: AwareDatetime
    met: AwareDatetime | None = None
    status: str
    overdue: bool
    stopped_why: str | None = None
    slack_working_days: int | None = None
    moves: list[Moved] = []


class PlanStep(BaseModel):
    """One latest safe time of the backward plan."""

    id: str
    title: str
    protects: str
    latest_safe: AwareDatetime
    done: bool
    slack_working_days: int


class WaitingFor(BaseModel):
    """Something that the protocol waits for, and from whom."""

    what: str
    roles: list[Role]
    people: list[str] = []
    about: str | None = None
    deadline: str | None = None
    due: AwareDatetime | None = None
    overdue: bool = False


class AgencyStanding(BaseModel):
    """Where one agency's return stands (R-4). `version` is that of its latest return, 0 for a nil return."""

    agency: str
    asked_at: AwareDatetime | None = None
    due: AwareDatetime | None = None
    returned_at: AwareDatetime | None = None
    late: bool = False
    missing: bool = False
    nil: bool = False
    version: int | None = None
    officer: str | None = None
    senior_officers_informed: bool = False


class AskView(BaseModel):
    """One signature of a round."""

    capacity: str
    officer: str
    deputies: list[str] = []
    received_at: AwareDatetime | None = None
    due: AwareDatetime | None = None
    verdict: Verdict | None = None
    given_by: str | None = None
    given_at: AwareDatetime | None = None
    as_deputy: bool = False
    comments: str = ""


class RoundView(BaseModel):
    """One round of sign-off over one version of a document (R-11)."""

    id: str
    title: str
    document: str
    version: int
    sha256: str
    status: str
    opened_at: AwareDatetime
    asks: list[AskView]


class FailedView(BaseModel):
    """A duty that failed and waits for a person."""

    duty: str
    template: str
    to: str
    why: str
    at: AwareDatetime


class WarningView(BaseModel):
    """The slack to D-7 was eaten, or will be (backward plan). `at` is the case's clock, UTC."""

    at: AwareDatetime
    line: str


class ChildView(BaseModel):
    """A child of the case; `also_in` names other cases of the same child (X-4)."""

    child_id: str
    name: str
    born: date | None = None
    harm: Harm
    in_care: bool
    also_in: list[str] = []


class CriterionView(Criterion):
    """One question that the report answers with reasons (§4, §5)."""

    heading: str


class CaseHead(BaseModel):
    """What everybody who may see a case at all sees of it."""

    reference: str
    route: Route
    edition: str
    stage: Stage
    stage_title: str
    opened_at: AwareDatetime
    case_now: AwareDatetime
    rehearsal: bool
    paused: bool
    ended: bool
    seq: int


class DeadlinesView(CaseHead):
    """A case without its narrative: stage and dates."""

    view: Literal["deadlines"] = "deadlines"
    deadlines: list[DeadlineView]
    plan: list[PlanStep]


class AgencyView(BaseModel):
    """What an agency sees of a case: its own part."""

    view: Literal["agency"] = "agency"
    reference: str
    stage: Stage
    stage_title: str
    case_now: AwareDatetime
    seq: int
    agencies: list[AgencyStanding]
    deadlines: list[DeadlineView]
    next_steps: list[NextStep]


class CaseView(CaseHead):
    """A case, whole. `warnings` stand in the record, not in the state: whoever holds the record fills them in."""

    view: Literal["case"] = "case"
    advice: Advice | None = None  # of the definition in §1, where an incident is reported
    referral: ReferralView | None = None
    notification: NotificationAdvice | None = None
    offices: dict[str, str]
    children: list[ChildView]
    facts: list[FactView]
    deadlines: list[DeadlineView]
    plan: list[PlanStep]
    warnings: list[WarningView] = []
    waiting_for: list[WaitingFor]
    agencies: list[AgencyStanding]
    rapid_review_meeting_at: AwareDatetime | None = None
    rounds: list[RoundView]
    failed_duties: list[FailedView]
    criteria: list[CriterionView]
    practice_review: PracticeReviewView | None = None
    actions: list[ActionStanding] = []
    open_concerns: list[str] = []
    involvement_open: list[str] = []  # where a review was decided on
    next_steps: list[NextStep]


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
        waiting_for=_waiting(case, steps, now),
        agencies=[_agency(case, agency, now) for agency in case.scope],
        rapid_review_meeting_at=case.meeting_at,
        rounds=[_round(case, one) for one in case.rounds],
        practice_review=practice_review_view(case, now),
        actions=action_log(case),
        open_concerns=open_concerns(case),
        involvement_open=involvement_open(case) if case.review_wanted else [],
        failed_duties=[
            FailedView(duty=key, template=one.notice.template, to=one.notice.to, why=one.why, at=one.at)
            for key, one in case.failed.items()
        ],
        criteria=[CriterionView(**one.model_dump(), heading=GROUP_TITLES[one.group]) for one in CRITERIA],
        next_steps=steps,
    )


def deadlines_view(case: CaseState, now: datetime) -> DeadlinesView:
    """The case without its narrative, for an observer."""
    return DeadlinesView(
        **_head(case, now),
        deadlines=[_deadline(case, clock, now) for clock in case.clocks.values()],
        plan=_plan(case, now),
    )


def agency_view(case: CaseState, agencies: Iterable[str], now: datetime) -> AgencyView:
    """The part of a case that is these agencies' own: request, return, what they can do next (R-4)."""
    agencies_own = set(agencies)
    own = [agency for agency in case.requests if agency in agencies_own]
    return AgencyView(
        reference=case.reference,
        stage=case.stage,
        stage_title=STAGE_TITLES[case.stage],
        case_now=now,
        seq=case.rows,
        agencies=[_agency(case, agency, now) for agency in own],
        deadlines=[_deadline(case, clock, now) for clock in _of_agencies(case, own)],
        next_steps=[step for step in next_steps(case, now) if step.about in agencies_own and Role.AGENCY in step.roles],
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


def _waiting(case: CaseState, steps: list[NextStep], now: datetime) -> list[WaitingFor]:
    return [
        WaitingFor(
            what=step.title,
            roles=step.roles,
            people=step.people,
            about=step.about,
            deadline=step.deadline,
            due=step.due,
            overdue=step.due is not None and now > step.due,
        )
        for step in steps
        if step.needed
    ]


def _agency(case: CaseState, agency: str, now: datetime) -> AgencyStanding:
    clock, returns = case.clocks.get(f"D-6:{agency}"), case.returns_of(agency)
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
        nil=bool(getattr(latest, "nil", False)),
        version=(content.version if content else 0) if latest else None,
        officer=getattr(latest, "officer", None),
        senior_officers_informed=any(fact.agency == agency for fact in case.every(SeniorOfficersInformed)),
    )


def _of_agencies(case: CaseState, agencies: list[str]) -> list[Clock]:
    return [clock for agency in agencies if (clock := case.clocks.get(f"D-6:{agency}"))]


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
