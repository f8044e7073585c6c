"""The CRG's upkeep of a case: linked processes, dialogue with the Panel, concerns (§6, G-3, G-4, G-7).

Room: review; pure.
"""

from collections.abc import Iterator
from datetime import datetime

from review import examples, telling, timing
from review import refusals as no
from review.case import CaseState
from review.chapter import Chapter
from review.directory import Role
from review.facts import Said
from review.guards import once
from review.offer import Offer
from review.said.crg import ConcernAnswered, ConcernEscalated, PanelDialogueLogged, ProcessLinked, ProcessUpdated
from review.told import Entry
from review.words import Direction, ProcessKind

_SBU = Role.BUSINESS_UNIT
_CONCERNED = (
    _SBU,
    Role.CRG_CHAIR,
    Role.CRG_MEMBER,
    Role.ACCOUNTABLE_OFFICER,
    Role.DEPUTY,
    Role.INDEPENDENT_CHAIR,
    Role.LEGAL_ADVISER,
)


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


def _linked(case: CaseState, fact: ProcessLinked, said: Said, now: datetime) -> None:
    once(fact.process in linked(case), f"The process {fact.process}")


def _updated(case: CaseState, fact: ProcessUpdated, said: Said, now: datetime) -> None:
    if fact.process not in linked(case):
        raise no.UnknownProcess(process=fact.process, fields={"process": "is not linked to this case"})


def _escalated(case: CaseState, fact: ConcernEscalated, said: Said, now: datetime) -> None:
    once([one for one in case.every(ConcernEscalated) if one.concern == fact.concern], f"The concern {fact.concern}")
    if not case.cast.holders(Role.ESCALATION_OFFICER):
        raise no.NobodyToEscalateTo


def _answered(case: CaseState, fact: ConcernAnswered, said: Said, now: datetime) -> None:
    if not [one for one in case.every(ConcernEscalated) if one.concern == fact.concern]:
        raise no.UnknownConcern(concern=fact.concern, fields={"concern": "is not escalated in this case"})
    once(fact.concern not in open_concerns(case), f"The answer to {fact.concern}")


# --- what follows ---


def _consequences(case: CaseState, entry: Entry, now: datetime) -> None:
    match entry.said.fact:
        case ConcernEscalated(concern=concern):
            clock = timing.start(case, "G-7", now, since=entry.happened_at, subject=concern)
            people = telling.holders(case, Role.ESCALATION_OFFICER)
            n = {"due": clock.due}
            case.post(telling.to_each(people, f"concern-escalated:{concern}", "concern-escalated", n, about=clock.id))
        case ConcernAnswered(concern=concern):
            raised = next(one for one in case.entries_of(ConcernEscalated) if _concern(one) == concern)
            known = [person for person in raised.said.by.people if case.cast.person(person)]
            people = [*telling.holders(case, Role.CRG_CHAIR, _SBU), *(known if len(known) == 1 else [])]
            about = f"G-7:{concern}"
            cause = f"concern-answered:{concern}:{entry.said.message}"
            case.post(telling.to_each(list(dict.fromkeys(people)), cause, "concern-answered", about=about))


def _concern(entry: Entry) -> str | None:
    fact = entry.said.fact
    return fact.concern if isinstance(fact, ConcernEscalated) else None


# --- next steps ---


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    for concern in open_concerns(case):
        yield Offer(
            body=ConcernAnswered(concern=concern, answer=examples.ANSWER),
            needed=True,
            about=concern,
            people=case.cast.holders(Role.ESCALATION_OFFICER),
            roles=[Role.ESCALATION_OFFICER],
            title="Answer an escalated concern",
            deadline=f"G-7:{concern}",
        )
    for process, (fact, _) in linked(case).items():
        update = ProcessUpdated(process=process, status="Sample: its report is expected next month")
        yield Offer(body=update, needed=False, about=process, title=f"Say how the {_words(fact.process_kind)} stands")
    if case.ended:  # an exchange with the Panel is still taken, but leads nowhere
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
    logged = PanelDialogueLogged(direction=Direction.FROM_PANEL, how="email", summary=examples.DIALOGUE)
    yield Offer(body=logged, needed=False, title="Log an exchange with the Panel")
    concern = f"concern-{len(case.every(ConcernEscalated)) + 1}"
    raised = ConcernEscalated(concern=concern, reasons=examples.CONCERN)
    yield Offer(body=raised, needed=False, title="Escalate a concern to the named officer")


def _words(kind: ProcessKind) -> str:
    return kind.replace("-", " ")


CHAPTER = Chapter(
    title="The CRG's upkeep",
    checks={
        ProcessLinked: _linked,
        ProcessUpdated: _updated,
        ConcernEscalated: _escalated,
        ConcernAnswered: _answered,
    },
    may_say={
        "process-linked": (_SBU, Role.CRG_CHAIR, Role.CRG_MEMBER),
        "process-updated": (_SBU, Role.CRG_CHAIR, Role.CRG_MEMBER),
        "panel-dialogue-logged": (_SBU,),
        "concern-escalated": _CONCERNED,
        "concern-answered": (Role.ESCALATION_OFFICER, _SBU),
    },
    offers=_offers,
    consequences=_consequences,
    outlive=(ProcessUpdated, PanelDialogueLogged, ConcernAnswered),
)
