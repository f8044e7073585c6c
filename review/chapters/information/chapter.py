"""§6 Another partnership's request for information: asked of agencies, supplied, concluded. Pure. A-4."""

from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from pydantic import JsonValue

from calendar_rules.lengths import due, end_of_day
from review.case import reads
from review.case.entries import Entry
from review.case.notices import OTHER_PARTNERSHIP
from review.case.record import RowKind
from review.case.state import CaseState
from review.chapters.crg.chapter import open_concerns
from review.chapters.editions.chapter import first_steps
from review.chapters.follow_up.reads import open_actions
from review.chapters.rapid_review.steps import asked_as_well, asked_of
from review.facts import Reported
from review.facts.directory import Role
from review.facts.enums import Route, Stage
from review.facts.information import (
    AgenciesAsked,
    InformationFact,
    InformationRequestConcluded,
    InformationRequested,
    InformationSupplied,
)
from review.facts.rapid_review import AgencyAdded
from review.kit import changes, notify
from review.kit import refusals as no
from review.kit.chapter import Chapter
from review.kit.guards import agencies, born_by, day_to_come, needs, once
from review.kit.offer import Offer

PACK = "returns-pack:"  # every pack's cause begins so


def gathered(case: CaseState, now: datetime) -> bool:
    """All that was asked for has come, or is overdue: what there is can be supplied (as R-5)."""
    overdue = [
        one
        for one in reads.outstanding(case)
        if (deadline := case.deadlines.get(f"D-6:{one}")) and deadline.overdue(now)
    ]
    return bool(reads.scope(case)) and len(overdue) == len(reads.outstanding(case))


# --- checks ---


def _requested(case: CaseState, fact: InformationRequested, reported: Reported, now: datetime) -> None:
    needs(case.route is Route.INFORMATION_REQUEST, "a request for information is opened by a route of its own")
    once(case.last(InformationRequested), "The request")
    born_by(case, fact.children, now)
    if fact.wanted_by:
        day_to_come(
            case, "The day by which it is wanted", fact.wanted_by, changes.when(case, reported, now), "wanted_by"
        )


def _asked(case: CaseState, fact: AgenciesAsked, reported: Reported, now: datetime) -> None:
    needs(case.route is Route.INFORMATION_REQUEST, "agencies are asked so for another partnership only")
    if case.last(AgenciesAsked):
        raise no.AgenciesAskedAlready
    agencies(case, fact.agencies, "agencies")


def _supplied(case: CaseState, fact: InformationSupplied, reported: Reported, now: datetime) -> None:
    needs(case.last(AgenciesAsked), "no agency has been asked for information")
    if (last := reads.supplied(case)) and not reads.not_supplied(case):
        once((last.what, last.to, last.lawful_basis) == (fact.what, fact.to, fact.lawful_basis), "This supply")


def _concluded(case: CaseState, fact: InformationRequestConcluded, reported: Reported, now: datetime) -> None:
    needs(reads.supplied(case), "nothing has been supplied; a request that fell away is withdrawn instead")
    left = [*open_actions(case), *open_concerns(case)]
    needs(not left, f"still open: {', '.join(left)}; close each action and answer each concern first")


# --- what follows ---


def _disclose(case: CaseState, entry: Entry[InformationSupplied], now: datetime) -> None:
    """A disclosure by itself in the record (B-8); the CRG Chair and who asked are told (A-4)."""
    fact = entry.fact
    case.add_record_row(
        RowKind.DISCLOSURE,
        "information-disclosed",
        "Information disclosed to another partnership",
        now=now,
        reported=entry.reported,
        happened_at=entry.happened_at,
        detail={
            "what": fact.what,
            "to": fact.to,
            "lawful_basis": fact.lawful_basis,
            "why": reads.asked(case),
            "pack": _pack(case),
        },
    )
    changes.enter(case, Stage.SUPPLIED, now)
    _told(case, entry, [Role.CRG_CHAIR], "information-supplied")


def _conclude(case: CaseState, entry: Entry[InformationRequestConcluded], now: datetime) -> None:
    """A touch point of the officers, who are told with whoever asked (A-4, G-5)."""
    _told(case, entry, [Role.CRG_CHAIR, Role.ACCOUNTABLE_OFFICER, Role.BUSINESS_UNIT], "information-concluded")
    changes.enter(case, Stage.CONCLUDED, now)


def _told(case: CaseState, entry: Entry, offices: list[Role], template: str) -> None:
    """Who was told of the request, and who asked: the other partnership where the request names an address (A-4)."""
    request = case.entry(InformationRequested)
    if request is None:
        return
    cause = f"{template}:{entry.reported.message}"
    case.post(notify.to_each(notify.holders(case, *offices), cause, template))
    if reads.addressee(case, OTHER_PARTNERSHIP):
        n = {"asked_at": request.happened_at, "concluded": isinstance(entry.fact, InformationRequestConcluded)}
        case.post(notify.to_each([OTHER_PARTNERSHIP], cause, "information-answered", n))


def _mind_the_day(case: CaseState, entry: Entry, now: datetime) -> None:
    """Returns that are due after the day on which they are wanted: told at once, while it can be answered (A-4)."""
    returns = due(now, case.edition.deadlines["D-6"].length, case.calendar)
    day = reads.wanted_by(case)
    if day is None or returns <= (wanted := end_of_day(day)):
        return
    line = f"Warning: returns are due {notify.moment(returns)}, after the information is wanted, {notify.day(wanted)}"
    case.add_record_row(RowKind.WARNING, "wanted-before-returns", line, now=now, about="A-4")
    people = notify.holders(case, Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    n = {"due": returns, "wanted": wanted}
    case.post(notify.to_each(people, f"wanted-before-returns:{entry.reported.message}", "wanted-before-returns", n))


def _pack(case: CaseState) -> dict[str, JsonValue] | None:
    """The collated pack as it was when the information went: its version and hash (B-8)."""
    packs = [paper for cause, paper in case.papers.items() if cause.startswith(PACK)]
    return {"document": packs[-1].document, "version": packs[-1].version, "sha256": packs[-1].sha256} if packs else None


# --- next steps ---


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if case.route is not Route.INFORMATION_REQUEST or reads.ended(case):
        return
    first = [agency.id for agency in case.cast.agencies if agency.expected] or [one.id for one in case.cast.agencies]
    if first:
        yield Offer(body=AgenciesAsked(agencies=first), needed=True, title="Ask the agencies for what they hold")
    yield from _returns(case)
    supplied = InformationSupplied(
        what=_supply(len(case.every(InformationSupplied)) + 1),
        to=_answered_to(case),
        lawful_basis=InformationSupplied.sample["lawful_basis"],
    )
    wanted = (reads.supplied(case) is None or bool(reads.not_supplied(case))) and gathered(case, now)
    yield Offer(body=supplied, needed=wanted, title="Supply what was collated, and record it", deadline="A-4")
    concluded = InformationRequestConcluded(reasons=InformationRequestConcluded.sample["reasons"])
    yield Offer(body=concluded, needed=not reads.not_supplied(case), title="Conclude the request for information")


def _answered_to(case: CaseState) -> str:
    """To whom the answer goes, and where, as the request says (A-4)."""
    request = case.last(InformationRequested)
    known = (request.contact, request.partnership, request.answer_address) if request else ()
    return ", ".join(part for part in known if part)[:300]


def _supply(number: int) -> str:
    """The first supply, or a later one with what has come since."""
    first: str = InformationSupplied.sample["what"]
    return first if number == 1 else f"{first} Supply {number}, with what has come in since."


def _returns(case: CaseState) -> Iterator[Offer]:
    """As in R-4, B-6."""
    yield from first_steps(case)
    for agency in case.requests:
        # Owed until the request is concluded, supplied without it or not.
        yield from asked_of(case, agency, word_wanted=not reads.answers_of(case, agency))
    if reads.scope(case):
        yield from asked_as_well(case)


CHAPTER = Chapter(
    title="§6 Information requests",
    facts=get_args(InformationFact),
    checks={
        InformationRequested: _requested,
        AgenciesAsked: _asked,
        InformationSupplied: _supplied,
        InformationRequestConcluded: _concluded,
    },
    offers=_offers,
    consequences={
        InformationSupplied: (_disclose,),
        InformationRequestConcluded: (_conclude,),
        AgenciesAsked: (_mind_the_day,),
        AgencyAdded: (_mind_the_day,),
    },
)
