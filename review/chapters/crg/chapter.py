"""The CRG's upkeep of a case: linked processes, dialogue with the Panel, concerns (§6, G-3, G-4, G-7).

Pure.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from review.case import reads
from review.case.entries import Entry
from review.case.state import CaseState
from review.facts import Reported
from review.facts.crg import (
    ConcernAnswered,
    ConcernEscalated,
    CrgFact,
    PanelDialogueLogged,
    ProcessLinked,
    ProcessUpdated,
)
from review.facts.directory import Role
from review.facts.enums import Direction, ProcessKind, Stage
from review.kit import notify
from review.kit import refusals as no
from review.kit.chapter import Chapter
from review.kit.guards import once
from review.kit.offer import Offer


def open_concerns(case: CaseState) -> list[str]:
    """Ids of concerns that the named officer has not answered (G-7)."""
    answered = {fact.concern for fact in case.every(ConcernAnswered)}
    return [fact.concern for fact in case.every(ConcernEscalated) if fact.concern not in answered]


def linked(case: CaseState) -> dict[str, tuple[ProcessLinked, str]]:
    """Linked processes by id, each with its status as told last (G-3)."""
    found = {fact.process: (fact, fact.status) for fact in case.every(ProcessLinked)}
    for fact in case.every(ProcessUpdated):
        if fact.process in found:
            found[fact.process] = (found[fact.process][0], fact.status)
    return found


# --- checks ---


def _linked(case: CaseState, fact: ProcessLinked, reported: Reported, now: datetime) -> None:
    if fact.process_kind is ProcessKind.OTHER and not fact.name.strip():
        raise no.ProcessNotNamed(fields={"name": "enter what it is called"})
    once(fact.process in linked(case), f"The process {fact.process}", field="process")


def _updated(case: CaseState, fact: ProcessUpdated, reported: Reported, now: datetime) -> None:
    if fact.process not in linked(case):
        raise no.UnknownProcess(process=fact.process, fields={"process": "is not linked to this case"})
    if fact.ended and not fact.learned.strip():
        raise no.NothingLearned(fields={"learned": "enter what was learned"})


def _escalated(case: CaseState, fact: ConcernEscalated, reported: Reported, now: datetime) -> None:
    once(
        [one for one in case.every(ConcernEscalated) if one.concern == fact.concern],
        f"The concern {fact.concern}",
        field="concern",
    )
    if reads.ended(case) and case.stage is not Stage.NOT_NOTIFIED:
        raise no.CaseEnded(stage=case.stage)
    if fact.reopen and case.stage is not Stage.NOT_NOTIFIED:
        raise no.CannotBeReopened(because="it is not closed as not notified")
    if not case.cast.holders(Role.ESCALATION_OFFICER):
        raise no.NobodyToEscalateTo


def _answered(case: CaseState, fact: ConcernAnswered, reported: Reported, now: datetime) -> None:
    if not [one for one in case.every(ConcernEscalated) if one.concern == fact.concern]:
        raise no.UnknownConcern(concern=fact.concern, fields={"concern": "is not escalated in this case"})
    once(fact.concern not in open_concerns(case), f"The answer to {fact.concern}")


# --- what follows ---


def _answer_wanted(case: CaseState, entry: Entry[ConcernEscalated], now: datetime) -> None:
    """The named officer is asked for an answer (G-7)."""
    concern = entry.fact.concern
    deadline = case.deadlines[f"G-7:{concern}"]
    people = notify.holders(case, Role.ESCALATION_OFFICER)
    n = {"due": deadline.due}
    case.post(notify.to_each(people, f"concern-escalated:{concern}", "concern-escalated", n, about=deadline.id))


def _answer_told(case: CaseState, entry: Entry[ConcernAnswered], now: datetime) -> None:
    """Whoever raised the concern is told of the answer, with the CRG Chair and the Business Unit (G-7)."""
    concern = entry.fact.concern
    raised = next(one for one in case.entries_of(ConcernEscalated) if one.fact.concern == concern)
    known = [person for person in raised.reported.by.people if case.cast.person(person)]
    people = [*notify.holders(case, Role.CRG_CHAIR, Role.BUSINESS_UNIT), *(known if len(known) == 1 else [])]
    about = f"G-7:{concern}"
    cause = f"concern-answered:{concern}:{entry.reported.message}"
    case.post(notify.to_each(list(dict.fromkeys(people)), cause, "concern-answered", about=about))


# --- next steps ---


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    for concern in open_concerns(case):
        yield Offer(
            body=ConcernAnswered(concern=concern, answer=ConcernAnswered.sample["answer"]),
            needed=True,
            about=concern,
            people=case.cast.holders(Role.ESCALATION_OFFICER),
            roles=[Role.ESCALATION_OFFICER],
            title="Answer an escalated concern",
            deadline=f"G-7:{concern}",
        )
    for process, (fact, _) in linked(case).items():
        update = ProcessUpdated(process=process, status="Sample: its report is expected next month")
        title = f"Record how the {fact.name or _words(fact.process_kind)} stands, and at its end what was learned"
        yield Offer(body=update, needed=False, about=process, title=title)
    concern = f"concern-{len(case.every(ConcernEscalated)) + 1}"
    if case.stage is Stage.NOT_NOTIFIED:
        disagreed = ConcernEscalated(concern=concern, reasons=ConcernEscalated.sample["reasons"], reopen=True)
        yield Offer(body=disagreed, needed=False, title="Disagree with not notifying, and reopen the case")
    if reads.ended(case):  # an exchange with the Panel is still taken, but leads nowhere
        return
    yield Offer(
        body=ProcessLinked(
            process=f"process-{len(case.every(ProcessLinked)) + 1}",
            process_kind=ProcessKind.CHILD_DEATH_REVIEW,
            reference="SAMPLE-CDR-1",
            status="Sample: begun",
        ),
        needed=False,
        title="Link another process on the same child or family",
    )
    logged = PanelDialogueLogged(
        direction=Direction.FROM_PANEL, how="email", summary=PanelDialogueLogged.sample["summary"]
    )
    yield Offer(body=logged, needed=False, title="Log an exchange with the Panel")
    raised = ConcernEscalated(concern=concern, reasons=ConcernEscalated.sample["reasons"])
    yield Offer(body=raised, needed=False, title="Escalate a concern to the named officer")


def _words(kind: ProcessKind) -> str:
    return kind.replace("-", " ")


CHAPTER = Chapter(
    title="The CRG's upkeep",
    facts=get_args(CrgFact),
    checks={
        ProcessLinked: _linked,
        ProcessUpdated: _updated,
        ConcernEscalated: _escalated,
        ConcernAnswered: _answered,
    },
    offers=_offers,
    consequences={ConcernEscalated: (_answer_wanted,), ConcernAnswered: (_answer_told,)},
)
