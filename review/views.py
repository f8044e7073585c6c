"""What a case looks like to those who read it: whole, without its narrative, or an agency's own part."""

from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from calendar_rules.model import Model
from review.case import reads
from review.case.deadline import Moved
from review.case.mailing import MailTrouble
from review.case.record import RowKind as RowKind
from review.chapters.follow_up.reads import ActionStanding
from review.chapters.notification.definition import Advice, NotificationAdvice
from review.chapters.practice_review.view import PracticeReviewView
from review.chapters.referral.view import ReferralStanding, ReferralView
from review.chapters.report.criteria import Criterion
from review.facts.directory import Role
from review.facts.enums import Harm, Route, Stage, Verdict, View
from review.facts.family import FamilyMember, Home
from review.facts.learning_review import Participant
from review.kit.vacancies import Vacancy
from review.meetings import MeetingView
from review.next_steps import NextStep


class FactView(Model):
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


class PassedOver(Model):
    """A day that a count passed over, and why: "Saturday", "Good Friday", what a closure was entered for."""

    day: date
    why: str


class DeadlineView(Model):
    """One deadline. `slack_working_days` is given while it is open: 0 on the due day,
    and below it once a whole working day has passed since (`overdue` says at once that it is over).

    `held_since`: a pause holds it, and what is left of it, since then (X-1). `passed_over`: the days from `since` to
    `due` that made the count longer.
    """

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
    held_since: AwareDatetime | None = None
    stopped_why: str | None = None
    slack_working_days: int | None = None
    moves: list[Moved] = []
    passed_over: list[PassedOver] = []


class PlanStep(Model):
    """One latest safe time of the backward plan."""

    id: str
    title: str
    protects: str
    latest_safe: AwareDatetime
    done: bool
    slack_working_days: int


class WaitingFor(Model):
    """Something that the protocol waits for, and from whom."""

    what: str
    roles: list[Role]
    people: list[str] = []
    about: str | None = None
    deadline: str | None = None
    due: AwareDatetime | None = None
    overdue: bool = False


class AgencyStanding(Model):
    """Where one agency's return stands (R-4). `version` is that of its latest return, 0 for a nil return.

    `known`: whether the child or family was known to it, as it said last; nothing while it has not said (B-6).
    """

    agency: str
    asked_at: AwareDatetime | None = None
    due: AwareDatetime | None = None
    returned_at: AwareDatetime | None = None
    late: bool = False
    missing: bool = False
    known: bool | None = None
    nil: bool = False
    version: int | None = None
    officer: str | None = None
    senior_officers_informed: bool = False


class NotifyingView(Model):
    """One view whether to notify the Panel: whose, whether it decides or is heard, and what was said (N-2)."""

    viewer: str
    decides: bool
    view: View | None = None  # of a partner with several officers once all have given theirs
    awaited: list[str] = []  # people whose view has not come
    due: AwareDatetime | None = None  # by when, where it decides and is awaited (D-1)


class AskView(Model):
    """One signature of a round. `capacity` tells it apart, `title` says it in words: "health (second officer)"."""

    capacity: str
    title: str = ""
    officer: str
    deputies: list[str] = []
    received_at: AwareDatetime | None = None
    due: AwareDatetime | None = None
    verdict: Verdict | None = None
    given_by: str | None = None
    given_at: AwareDatetime | None = None
    as_deputy: bool = False
    on_behalf_of: str = ""  # somebody who is away, or has delegated
    comments: str = ""
    commented: bool = False  # an early comment, or the word that there is none (K-7)


class RoundView(Model):
    """One round of sign-off over one version of a document (R-11)."""

    id: str
    title: str
    document: str
    version: int
    sha256: str
    status: str
    opened_at: AwareDatetime
    asks: list[AskView]


class FailedView(Model):
    """A duty that failed and waits for a person."""

    duty: str
    template: str
    mail: str  # what the email is called
    to: str
    trouble: MailTrouble
    why: str
    at: AwareDatetime


class WaitingMail(Model):
    """A mail that no server has taken yet; it is tried again by itself."""

    template: str
    mail: str  # what the email is called
    to: str
    trouble: MailTrouble
    why: str
    since: AwareDatetime


class WarningView(Model):
    """The slack to D-7 was eaten, or will be (backward plan). `at` is the case's clock, UTC."""

    at: AwareDatetime
    line: str


class LikelySame(Model):
    """Somebody of another case, under another id, who is likely to be the same child or adult, and why (X-4)."""

    reference: str
    person_id: str = Field(description="their id there, of a child or an adult")
    why: str


class ChildView(Model):
    """A child of the case; `also_in` names other cases of the same child, `likely_same` those where that is likely;
    people decide (X-4).
    """

    child_id: str
    name: str
    born: date | None = None
    unborn: bool = False
    harm: Harm
    in_care: bool
    ethnicity: str = ""
    disability: str = ""
    legal_status: str = ""
    plan: str = ""
    address: str = ""
    other_names: list[str] = []
    nhs_number: str = ""
    local_ids: list[str] = []
    also_in: list[str] = []
    likely_same: list[LikelySame] = []


class FamilyMemberView(FamilyMember):
    """Somebody of the family or household, and other cases that they are or may be in (X-4)."""

    also_in: list[str] = []
    likely_same: list[LikelySame] = []

    model_config = ConfigDict(frozen=False)


class CriterionView(Criterion):
    """One question that the report answers with reasons (§4, §5)."""

    heading: str


class CaseHead(Model):
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


class GivenReturn(Model):
    """One return that an agency has given; all but the latest have been replaced (R-4). No `version`: a nil return."""

    agency: str
    officer: str
    given_at: AwareDatetime
    version: int | None = None


class LearningPart(Model):
    """What those who take part in a learning review read of it: terms, method, who is named for their agency (A-5)."""

    terms: str
    method: str
    findings_by: date | None = None
    participants: list[Participant]


class AgencyView(Model):
    """What an agency sees of a case: its own part. A round holds its own signature only, an action log its own."""

    view: Literal["agency"] = "agency"
    reference: str
    stage: Stage
    stage_title: str
    case_now: AwareDatetime
    seq: int
    referral: ReferralStanding | None = None  # where one of these agencies made it
    agencies: list[AgencyStanding]
    returns: list[GivenReturn] = []  # oldest first
    deadlines: list[DeadlineView]
    meetings: list[MeetingView] = []  # to which its own people are invited
    rounds: list[RoundView] = []
    actions: list[ActionStanding] = []
    learning: LearningPart | None = None
    next_steps: list[NextStep]


class CaseView(CaseHead):
    """A case, whole. `warnings` stand in the record, not in the state: whoever holds the record fills them in."""

    view: Literal["case"] = "case"
    advice: Advice | None = None  # of the definition in §1, where an incident is reported
    referral: ReferralView | None = None
    notification: NotificationAdvice | None = None
    offices: dict[str, str]
    children: list[ChildView]
    family: list[FamilyMemberView] = []
    homes: list[Home] = []  # where they live, and with whom
    facts: list[FactView]
    notifying: list[NotifyingView] = []  # until the Panel is notified, or it is decided that it is not
    vacancies: list[Vacancy] = []  # offices that a duty of the case needs and nobody holds
    safety: list[reads.Safety] = []  # how it stands with the steps for each living child, and other children (N-5)
    safety_missing: list[str] = []  # of whom no steps for safety are recorded: ids of children, "other children" (N-5)
    deadlines: list[DeadlineView]
    plan: list[PlanStep]
    warnings: list[WarningView] = []
    waiting_for: list[WaitingFor]
    agencies: list[AgencyStanding]
    rapid_review_meeting_at: AwareDatetime | None = None
    meetings: list[MeetingView] = []  # with who was invited and what they answered
    rounds: list[RoundView]
    failed_duties: list[FailedView]
    mails_waiting: list[WaitingMail] = []
    criteria: list[CriterionView]
    practice_review: PracticeReviewView | None = None
    actions: list[ActionStanding] = []
    recommendations_open: list[int] = []  # of the agreed report: neither an action nor a reason for none (K-10)
    handovers_unanswered: list[str] = []  # ids of what was handed to sub-groups (G-10)
    open_concerns: list[str] = []
    involvement_open: list[str] = []  # where a review was decided on
    next_steps: list[NextStep]
