"""Facts of any stage: a case goes on in another, or is opened again. X-1."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, JsonValue

from calendar_rules.model import Model
from review.facts.base import BY_SYSTEM, Child, Fact, Known, Reasons, Short
from review.facts.directory import Role
from review.facts.enums import Route
from review.facts.family import FamilyMember, Home

CaseReference = Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9]{4}-[0-9]{3,9}$")]


class OtherCase(Model):
    """How the other case stands, as it was found when the merger was said."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, serialize_by_alias=True)

    ended: bool
    rehearsal: bool
    deadlines: list[str] = Field(alias="clocks", description="its D-1, D-2 and D-7 that run or have been met")
    route: Route | None = Field(default=None, description="by which it came in; once this was not looked at")
    loses: list[str] = Field(default=[], description="what is open here, or was given, that it cannot take up")


class CaseMerged(Fact):
    """The case goes on in another; its own deadlines stop. What never pauses must be carried there, and named (X-1)."""

    title = "Case merged with another"
    what_to_do = (
        "Merge this case into the other one. Its own deadlines stop; name those that the other case must carry (X-1)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    instead_of_correcting = "reopen the case instead"
    sample = {
        "into": "CR-2026-001",
        "carried": ["D-7"],
        "reason": "Sample: both are about one incident; the other case was opened first.",
    }
    kind: Literal["case-merged"] = "case-merged"
    into: CaseReference = Field(description="reference of the case in which it goes on")
    carried: list[str] = Field(
        default=[], max_length=20, description="deadlines of D-1, D-2 and D-7, still open here, that the other carries"
    )
    loses: list[Short] = Field(
        default=[],
        max_length=200,
        description="what the other case cannot take up, so that it stays behind: as the refusal names it",
    )
    reason: Reasons
    other: Annotated[OtherCase | None, BY_SYSTEM] = Field(default=None, description="filled in by the system")


class OpenDeadline(Model):
    """A deadline of the case that goes on in this one, as it ran there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    rule: str
    subject: str | None = None
    title: str
    since: AwareDatetime
    due: AwareDatetime
    length: str
    set_due: AwareDatetime | None = None
    held: bool = False


class CaseJoined(Fact):
    """Another case goes on in this one, with its children, family, open duties and deadlines (X-1); told by that case
    itself.
    """

    title = "Another case goes on in this one"
    may_report = (Role.BUSINESS_UNIT,)
    allowed_after_end = True
    subject = ("other",)
    by_system = True
    instead_of_correcting = "reopen the other case instead"
    kind: Literal["case-joined"] = "case-joined"
    other: Short = Field(description="the other case's reference")
    carried: list[str] = Field(default=[], max_length=20, description="its deadlines that this case carries")
    children: list[Child] = Field(default=[], description="its children")
    family: list[FamilyMember] = Field(default=[], description="its family and household")
    homes: list[Home] = Field(default=[], description="where they live")
    deadlines: list[OpenDeadline] = Field(default=[], description="its deadlines that ran")
    entries: list[dict[str, JsonValue]] = Field(
        default=[], description="its entries on which open duties hang: actions, concerns, handovers, people invited"
    )


class CaseParted(Fact):
    """A case that went on in this one goes on by itself again (X-1); told by that case itself."""

    title = "A case that went on in this one goes on by itself again"
    may_report = (Role.BUSINESS_UNIT,)
    allowed_after_end = True
    subject = ("other",)
    by_system = True
    instead_of_correcting = "merge the other case again instead"
    kind: Literal["case-parted"] = "case-parted"
    other: Short = Field(description="the other case's reference")


class CaseReopened(Fact):
    """A case that had ended, in whatever way, goes on where it was left (X-1)."""

    title = "Case reopened"
    what_to_do = "Open the case again, and say why. It goes on where it was left (X-1)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    allowed_after_end = True
    instead_of_correcting = "withdraw the case instead"
    sample = {"reason": "Sample: new information has come to light."}
    sets_aside = True
    kind: Literal["case-reopened"] = "case-reopened"
    reason: Reasons


class CasePaused(Fact):
    """The case pauses; D-1, D-2 and D-7 never do (X-1)."""

    title = "Case paused"
    what_to_do = "Pause the case, and say why. D-1, D-2 and D-7 go on (X-1)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    told_by_mail = ("case-paused:{message}", "request-paused:{message}:*")
    sample = {"reason": "Sample: the police ask for time in the criminal investigation."}
    kind: Literal["case-paused"] = "case-paused"
    reason: Reasons
    forecast_date: date | None = Field(
        default=None, description="when a practice review is expected to be complete, as far as can be said (K-9)"
    )


class CaseResumed(Fact):
    """The case resumes (X-1)."""

    title = "Case resumed"
    what_to_do = "Take the case up again. Paused deadlines run from now (X-1)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    told_by_mail = ("case-resumed:{message}",)
    sample = {"reason": "Sample: the police agree that work goes on."}
    kind: Literal["case-resumed"] = "case-resumed"
    reason: Reasons


class CaseWithdrawn(Fact):
    """The case is withdrawn; its deadlines stop and say so (X-1)."""

    title = "Case withdrawn"
    what_to_do = "Withdraw the case, and say why. Its deadlines stop (X-1)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    instead_of_correcting = "reopen the case instead"
    sample = {"reason": "Sample: the incident was entered twice."}
    kind: Literal["case-withdrawn"] = "case-withdrawn"
    reason: Reasons


class RecordBundled(Fact):
    """The whole record of the case is put together for an inspection or another body: for whom, why, on what basis.

    It stands in the disclosure log (B-8); what is handed over is the case as it stands at that moment.
    """

    title = "Record put together for an inspection"
    what_to_do = (
        "Put the whole record of the case together for an inspection or another body. Say for whom, why and on "
        "what lawful basis: it stands in the disclosure log (B-8)."
    )
    may_report = (Role.BUSINESS_UNIT,)
    allowed_after_end = True
    instead_of_correcting = "what was handed over stands; put the record together again, for whom it is right"
    sample = {
        "to": "Sample Inspectorate, lead inspector",
        "why": "Sample: the inspection of the partnership's arrangements.",
        "lawful_basis": "Sample: public task, UK GDPR article 6(1)(e).",
    }
    kind: Literal["record-bundled"] = "record-bundled"
    to: Short = Field(description="for whom it is put together: office and body")
    why: Reasons = Field(description="what it is asked for")
    lawful_basis: Reasons = Field(description="on what lawful basis it is shared")


ALL_DUTIES = "all"


class DutyRetried(Fact):
    """A duty that failed (a refused address, say) is tried again, or all of them are."""

    title = "Failed duty tried again"
    what_to_do = "Correct what made this fail, such as an address. Then try again: one duty, or all of them."
    may_report = (Role.BUSINESS_UNIT,)
    allowed_after_end = True
    instead_of_correcting = "try the duty again instead"
    sample = {"duty": "request:police>lead-police"}
    kind: Literal["duty-retried"] = "duty-retried"
    duty: Known = Field(
        max_length=200, description='the failed duty as the case shows it; "all" takes mails that wait, too'
    )


class ServedBy(StrEnum):
    """How a failed duty was made good without another mail."""

    ARRIVED = "arrived"
    OTHER_MEANS = "other-means"


class DutyServed(Fact):
    """A duty that failed is made good: the mail arrived after all, or it was done by other means."""

    title = "Failed duty made good"
    what_to_do = "Do this by other means, or make sure that the email arrived. Then record how."
    may_report = (Role.BUSINESS_UNIT,)
    allowed_after_end = True
    instead_of_correcting = "tell the person again yourself, and record it in the dialogue of the case"
    sample = {
        "duty": "panel-submission>panel",
        "how": "other-means",
        "means": "Sample: by telephone to their duty desk, and by courier.",
    }
    kind: Literal["duty-served"] = "duty-served"
    duty: Known = Field(max_length=200, description="the failed duty, as the case shows it")
    how: ServedBy = Field(description="the mail arrived after all, or it was done by other means")
    means: str = Field(min_length=1, max_length=500, pattern=r"\S", description="by which means, or how you know")


class ReminderAsked(Fact):
    """Whoever owes what a deadline is for is reminded now, by the mail that reminds of it at any time (X-1)."""

    title = "Reminder sent now"
    what_to_do = "Send a reminder now to those responsible for this deadline (X-1)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    instead_of_correcting = "tell those who were reminded yourself"
    sample = {"deadline": "D-6:police"}
    kind: Literal["reminder-asked"] = "reminder-asked"
    deadline: Known = Field(max_length=200, description="the deadline that waits for others, as the case shows it")


class TakenBack(Fact):
    """Something was entered that never happened: nothing takes its place; the entry is kept, and says so (X-2)."""

    title = "Entry taken back"
    what_to_do = (
        "Take back an entry of something that never happened, and say why. The entry is kept, and says so (X-2)."
    )
    may_report = (Role.BUSINESS_UNIT,)
    allowed_after_end = True
    instead_of_correcting = "say again what was taken back"
    sample = {
        "takes_back": "5b1d1f0e-6a55-4b39-9d1b-2f1f6f1f0a11",
        "reason": "Sample: it was entered in the wrong case.",
    }
    kind: Literal["taken-back"] = "taken-back"
    takes_back: Known = Field(max_length=200, description="id of the message to take back, as the record shows it")
    reason: Reasons


StandingFact = (
    CasePaused
    | CaseResumed
    | CaseWithdrawn
    | CaseMerged
    | CaseReopened
    | CaseJoined
    | CaseParted
    | DutyRetried
    | ReminderAsked
    | DutyServed
    | RecordBundled
)
