"""§6 Another partnership's request for information: asked of agencies, supplied, concluded. Room: review; pure. A-4."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import JsonValue

from calendar_rules.lengths import due, end_of_day
from review import changes, examples, telling, timing
from review import refusals as no
from review.bodies import ReturnBody
from review.case import CaseState
from review.chapter import Chapter
from review.chapters.crg import open_concerns
from review.chapters.editions import first_steps
from review.chapters.follow_up import open_actions
from review.directory import Role
from review.facts import Corrected, Said
from review.guards import agencies, born_by, day_to_come, needs, once
from review.notices import OTHER_PARTNERSHIP
from review.offer import Offer
from review.record import RowKind
from review.said.information import (
    AgenciesAsked,
    InformationRequestConcluded,
    InformationRequested,
    InformationSupplied,
)
from review.said.rapid_review import AgencyAdded, SeniorOfficersInformed
from review.told import Entry
from review.words import Route, Stage

PACK = "returns-pack:"  # every pack's cause begins so


def gathered(case: CaseState, now: datetime) -> bool:
    """All that was asked for has come, or is overdue: what there is can be supplied (as R-5)."""
    overdue = [one for one in case.outstanding if (clock := case.clocks.get(f"D-6:{one}")) and clock.overdue(now)]
    return bool(case.scope) and len(overdue) == len(case.outstanding)


# --- checks ---


def _requested(case: CaseState, fact: InformationRequested, said: Said, now: datetime) -> None:
    needs(case.route is Route.INFORMATION_REQUEST, "a request for information is opened by a route of its own")
    once(case.last(InformationRequested), "The request")
    born_by(case, fact.children, now)
    if fact.wanted_by:
        day_to_come(case, "The day by which it is wanted", fact.wanted_by, changes.when(case, said, now), "wanted_by")


def _asked(case: CaseState, fact: AgenciesAsked, said: Said, now: datetime) -> None:
    needs(case.route is Route.INFORMATION_REQUEST, "agencies are asked so for another partnership only")
    if case.last(AgenciesAsked):
        raise no.AgenciesAskedAlready
    agencies(case, fact.agencies, "agencies")


def _supplied(case: CaseState, fact: InformationSupplied, said: Said, now: datetime) -> None:
    needs(case.last(AgenciesAsked), "no agency has been asked for information")
    if (last := case.supplied) and not case.not_supplied:
        once((last.what, last.to, last.lawful_basis) == (fact.what, fact.to, fact.lawful_basis), "This supply")


def _concluded(case: CaseState, fact: InformationRequestConcluded, said: Said, now: datetime) -> None:
    needs(case.supplied, "nothing has been supplied; a request that fell away is withdrawn instead")
    left = [*open_actions(case), *open_concerns(case)]
    needs(not left, f"still open: {', '.join(left)}; close each action and answer each concern first")


# --- what follows ---


def _follows(case: CaseState, entry: Entry, now: datetime) -> None:
    match entry.said.fact:
        case InformationSupplied() as fact:
            case.tell(
                RowKind.DISCLOSURE,
                "information-disclosed",
                "Information disclosed to another partnership",
                now=now,
                said=entry.said,
                happened_at=entry.happened_at,
                detail={
                    "what": fact.what,
                    "to": fact.to,
                    "lawful_basis": fact.lawful_basis,
                    "why": case.asked,
                    "pack": _pack(case),
                },
            )
            changes.enter(case, Stage.SUPPLIED, now)
            _told(case, entry, [Role.CRG_CHAIR], "information-supplied")
        case InformationRequestConcluded():
            people = [Role.CRG_CHAIR, Role.ACCOUNTABLE_OFFICER, Role.BUSINESS_UNIT]  # touch point (G-5)
            _told(case, entry, people, "information-concluded")
            changes.enter(case, Stage.CONCLUDED, now)
        case AgenciesAsked() | AgencyAdded() if case.wanted_by and case.knows("wanted-by"):
            _mind_the_day(case, entry, now)
        case Corrected() if "A-4" in case.clocks and not case.wanted_by:
            timing.stop(case, "A-4", "no day is named any more by which it is wanted", now)


def _told(case: CaseState, entry: Entry, offices: list[Role], template: str) -> None:
    """Who was told of the request, and who asked: the other partnership where the request names an address (A-4)."""
    request = case.entry(InformationRequested)
    if request is None or not case.knows("answer-told"):  # before, nobody was
        return
    cause = f"{template}:{entry.said.message}"
    case.post(telling.to_each(telling.holders(case, *offices), cause, template))
    if case.addressee(OTHER_PARTNERSHIP):
        n = {"asked_at": request.happened_at, "concluded": isinstance(entry.said.fact, InformationRequestConcluded)}
        case.post(telling.to_each([OTHER_PARTNERSHIP], cause, "information-answered", n))


def _mind_the_day(case: CaseState, entry: Entry, now: datetime) -> None:
    """Returns that are due after the day on which they are wanted: told at once, while it can be answered (A-4)."""
    returns = due(now, case.edition.deadlines["D-6"].length, case.calendar)
    if case.wanted_by is None or returns <= (wanted := end_of_day(case.wanted_by)):
        return
    line = f"Warning: returns are due {telling.moment(returns)}, after the information is wanted, {telling.day(wanted)}"
    case.tell(RowKind.WARNING, "wanted-before-returns", line, now=now, about="A-4")
    people = telling.holders(case, Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    n = {"due": returns, "wanted": wanted}
    case.post(telling.to_each(people, f"wanted-before-returns:{entry.said.message}", "wanted-before-returns", n))


def _pack(case: CaseState) -> dict[str, JsonValue] | None:
    """The collated pack as it was when the information went: its version and hash (B-8)."""
    packs = [paper for cause, paper in case.papers.items() if cause.startswith(PACK)]
    return {"document": packs[-1].document, "version": packs[-1].version, "sha256": packs[-1].sha256} if packs else None


# --- next steps ---


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if case.route is not Route.INFORMATION_REQUEST or case.ended:
        return
    first = [agency.id for agency in case.cast.agencies if agency.expected] or [one.id for one in case.cast.agencies]
    if first:
        yield Offer(body=AgenciesAsked(agencies=first), needed=True, title="Ask the agencies for what they hold")
    yield from _returns(case)
    supplied = InformationSupplied(
        what=examples.supply_number(len(case.every(InformationSupplied)) + 1),
        to=_answered_to(case),
        lawful_basis=examples.LAWFUL,
    )
    wanted = (case.supplied is None or bool(case.not_supplied)) and gathered(case, now)
    yield Offer(body=supplied, needed=wanted, title="Supply what was collated, and record it", deadline="A-4")
    concluded = InformationRequestConcluded(reasons=examples.CONCLUDED)
    yield Offer(body=concluded, needed=not case.not_supplied, title="Conclude the request for information")


def _answered_to(case: CaseState) -> str:
    """To whom the answer goes, and where, as the request says (A-4)."""
    request = case.last(InformationRequested)
    known = (request.contact, request.partnership, request.answer_address) if request else ()
    return ", ".join(part for part in known if part)[:300]


def _returns(case: CaseState) -> Iterator[Offer]:
    """As in R-4, B-6."""
    yield from first_steps(case)
    informed = {fact.agency for fact in case.every(SeniorOfficersInformed)}
    for agency in case.requests:
        known = case.agency(agency)
        lead, held = [known.safeguarding_lead] if known else [], len(case.returns_of(agency))
        wanted = not case.answers_of(agency)  # owed until the request is concluded, supplied without it or not
        yield Offer(
            body=SeniorOfficersInformed(agency=agency, officer="Director of Safeguarding"),
            needed=wanted and agency not in informed,
            about=agency,
            people=lead,
            title=f"Confirm that the senior officers of {agency} know",
        )
        yield Offer(
            body=ReturnBody(agency=agency, officer="Head of Safeguarding", content=examples.return_number(held + 1)),
            needed=wanted,
            about=agency,
            people=lead,
            deadline=f"D-6:{agency}",
            title=f"Send the return of {agency}",
        )
    for agency in (one.id for one in case.cast.agencies if case.scope and one.id not in case.scope):
        body = AgencyAdded(agency=agency, reason=examples.ADDED)
        yield Offer(body=body, needed=False, about=agency, title=f"Ask {agency} as well")


_SBU = Role.BUSINESS_UNIT

CHAPTER = Chapter(
    title="§6 Information requests",
    checks={
        InformationRequested: _requested,
        AgenciesAsked: _asked,
        InformationSupplied: _supplied,
        InformationRequestConcluded: _concluded,
    },
    may_say={
        "information-requested": (_SBU,),
        "agencies-asked": (_SBU,),
        "information-supplied": (_SBU,),
        "information-request-concluded": (_SBU, Role.CRG_CHAIR),
    },
    stages={
        "agencies-asked": (Stage.GATHERING,),
        "information-supplied": (Stage.GATHERING, Stage.SUPPLIED),  # anew, where a return came after it
        "information-request-concluded": (Stage.SUPPLIED,),
    },
    offers=_offers,
    consequences=_follows,
)
