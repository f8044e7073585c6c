"""Facts of the CRG's upkeep of a case: linked processes, dialogue with the Panel, concerns (§6). Room: review."""

from typing import Literal

from pydantic import Field

from review.fact import Fact, Id, Reasons, Short
from review.words import Direction, ProcessKind


class ProcessLinked(Fact):
    """Another process on the same child or family (§6, G-3)."""

    title = "Other process linked"
    kind: Literal["process-linked"] = "process-linked"
    process: Id = Field(description="id of the link within the case; never a name")
    process_kind: ProcessKind
    reference: Short = Field(description="the other process's own reference")
    status: Short


class ProcessUpdated(Fact):
    """How a linked process stands now (§6, G-3)."""

    title = "Linked process updated"
    kind: Literal["process-updated"] = "process-updated"
    process: Id
    status: Short
    notes: str = Field(default="", max_length=10_000)


class PanelDialogueLogged(Fact):
    """One exchange with the Panel, beside the formal steps (§6, G-4)."""

    title = "Dialogue with the Panel logged"
    kind: Literal["panel-dialogue-logged"] = "panel-dialogue-logged"
    direction: Direction
    how: Short = Field(description="by email, by telephone, at a meeting")
    summary: Reasons


class ConcernEscalated(Fact):
    """A concern about the review goes to the named officer, with reasons (§6, flowchart, G-7)."""

    title = "Concern escalated"
    kind: Literal["concern-escalated"] = "concern-escalated"
    concern: Id = Field(description="id of the concern within the case; shows in mails, so never a name")
    reasons: Reasons


class ConcernAnswered(Fact):
    """The named officer's answer to a concern (G-7)."""

    title = "Concern answered"
    kind: Literal["concern-answered"] = "concern-answered"
    concern: Id
    answer: Reasons


CrgFact = ProcessLinked | ProcessUpdated | PanelDialogueLogged | ConcernEscalated | ConcernAnswered
