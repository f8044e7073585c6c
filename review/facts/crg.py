"""Facts of the CRG's upkeep of a case: linked processes, dialogue with the Panel, concerns (§6)."""

from typing import Literal

from pydantic import Field

from review.facts.base import Answers, Fact, Id, KnownId, Reasons, Short
from review.facts.directory import Role
from review.facts.enums import Direction, ProcessKind


class ProcessLinked(Fact):
    """Another process on the same child or family (§6, G-3)."""

    title = "Other process linked"
    what_to_do = "Name another process about the same child or family, such as an inquest or a criminal case (§6, G-3)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR, Role.CRG_MEMBER)
    subject = ("process",)
    keeps_subject = True
    sample = {
        "process": "process-1",
        "process_kind": "child-death-review",
        "reference": "SAMPLE-CDR-1",
        "status": "Sample: begun",
    }
    kind: Literal["process-linked"] = "process-linked"
    process: Id = Field(description="id of the link within the case; never a name")
    process_kind: ProcessKind
    name: str = Field(default="", max_length=300, description="of another process: what it is called")
    reference: Short = Field(description="the other process's own reference")
    status: Short


class ProcessUpdated(Fact):
    """How a linked process stands now; at its end, what was learned from it, which goes on the CRG's agenda and into
    the report (§6, G-3).
    """

    title = "Linked process updated"
    what_to_do = (
        "Record how the linked process stands now. When it ends, enter what was learned: it goes on the CRG's "
        "agenda and into the report (§6, G-3)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR, Role.CRG_MEMBER)
    allowed_after_end = True
    subject = ("process",)
    sample = {"process": "process-1", "status": "Sample: its report is expected next month"}
    answers = Answers(ProcessLinked, "status", "When it was linked")
    kind: Literal["process-updated"] = "process-updated"
    process: KnownId
    status: Short
    notes: str = Field(default="", max_length=10_000)
    ended: bool = False
    learned: str = Field(
        default="", max_length=10_000, description="at its end: what was learned from it, or why nothing was"
    )


class PanelDialogueLogged(Fact):
    """One exchange with the Panel, beside the formal steps (§6, G-4)."""

    title = "Dialogue with the Panel logged"
    what_to_do = "Record an exchange with the Panel that is none of the formal steps (§6, G-4)."
    may_report = (Role.BUSINESS_UNIT,)
    allowed_after_end = True
    sample = {
        "direction": "from-panel",
        "how": "email",
        "summary": "Sample: the Panel asked when the next report can be expected.",
    }
    kind: Literal["panel-dialogue-logged"] = "panel-dialogue-logged"
    direction: Direction
    how: Short = Field(description="by email, by telephone, at a meeting")
    summary: Reasons


class ConcernEscalated(Fact):
    """A concern about the review goes to the named officer, with reasons (§6, flowchart, G-7)."""

    title = "Concern escalated"
    what_to_do = "Raise a concern about the review with the named officer. Give your reasons (§6, flowchart, G-7)."
    allowed_after_end = True  # about a decision not to notify, which closed the case
    may_report = (
        Role.BUSINESS_UNIT,
        Role.CRG_CHAIR,
        Role.CRG_MEMBER,
        Role.ACCOUNTABLE_OFFICER,
        Role.DEPUTY,
        Role.INDEPENDENT_CHAIR,
        Role.LEGAL_ADVISER,
    )
    subject = ("concern",)
    keeps_subject = True
    told_by_mail = ("concern-escalated:{concern}",)
    sample = {"concern": "concern-1", "reasons": "Sample: the review is short of time from one agency."}
    sets_aside = True
    kind: Literal["concern-escalated"] = "concern-escalated"
    concern: Id = Field(description="id of the concern within the case; shows in mails, so never a name")
    reasons: Reasons
    reopen: bool = Field(
        default=False, description="the case, closed as not notified, is reopened: its views are asked for again (N-2)"
    )


class ConcernAnswered(Fact):
    """The named officer's answer to a concern (G-7)."""

    title = "Concern answered"
    what_to_do = "Read the concern, then enter the named officer's answer (G-7)."
    may_report = (Role.ESCALATION_OFFICER, Role.BUSINESS_UNIT)
    allowed_after_end = True
    subject = ("concern",)
    told_by_mail = ("concern-answered:{concern}:{message}",)
    sample = {"concern": "concern-1", "answer": "Sample: looked into; what was asked for is done."}
    answers = Answers(ConcernEscalated, "reasons", "The concern")
    kind: Literal["concern-answered"] = "concern-answered"
    concern: KnownId
    answer: Reasons


CrgFact = ProcessLinked | ProcessUpdated | PanelDialogueLogged | ConcernEscalated | ConcernAnswered
