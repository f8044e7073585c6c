"""§2 The request to the agencies, their returns, and the pack for the CRG. R-3..R-5, D-5, D-6."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any, NamedTuple

from temporalio import workflow

from calendar_rules.lengths import LONDON, before, end_of_day, london
from review.case import outsiders, reads
from review.case.deadline import PASSED
from review.case.notices import Rendering
from review.case.state import CaseState
from review.facts.directory import CastAgency
from review.facts.enums import Stage
from review.facts.rapid_review import AgencyReturned, ReturnsRequested
from review.kit import notify
from workflows.case_run import CaseRun

PACK, PACK_PAPER = "returns-pack:", "returns-pack"  # the cause of every pack begins so; its document and template
Returned = tuple[tuple[str, int], ...]  # each agency in scope, with how many versions of its return are in


class Asking(NamedTuple):
    """In which words agencies are asked, who is told of the packs, and until when packs are made."""

    mail: str
    title: str
    pack_mail: str
    pack_to: Callable[[CaseState], list[str]]
    pack_over: Callable[[CaseState], bool]  # no pack is made any more


FOR_THE_RAPID_REVIEW = Asking(
    mail="returns-request",
    title="Rapid review request",
    pack_mail="returns-pack",
    pack_to=notify.readers_of_the_pack,
    pack_over=lambda case: bool(reads.ended(case)),  # a first return is taken at any time
)
PACK_IS_MADE = time(16)  # on the day by which returns are wanted before a meeting, where some are still out


async def agencies_asked(run: CaseRun) -> None:
    """The request goes out to every agency in scope within 5 working days (§2, D-5, R-3); each has 5 days (D-6)."""
    run.deadline("D-5", since=run.notified_at)
    await run.fact(ReturnsRequested)
    run.meanwhile(each_agency_asked(run, FOR_THE_RAPID_REVIEW))


def over(run: CaseRun) -> bool:
    """Nobody is asked any more: the rapid review is submitted, or the request concluded."""
    return reads.gathering_over(run.case) is not None


async def each_agency_asked(run: CaseRun, asking: Asking) -> None:
    """Every agency in scope, those added later included (R-4)."""
    asked: set[str] = set()
    while not over(run):
        for agency in [agency for agency in reads.scope(run.case) if agency not in asked]:
            asked.add(agency)
            run.meanwhile(agency_returns(run, asking, agency))
        await workflow.wait_condition(lambda: bool(set(reads.scope(run.case)) - asked) or over(run))


async def agency_returns(run: CaseRun, asking: Asking, agency: str) -> None:
    """One agency: the request with its link, then 5 days from when it was sent (§2, D-6, R-4)."""
    while agency not in run.case.requests:
        lead = run.case.cast.agency(agency)
        if lead is None or over(run):
            return
        await request_sent(run, asking, agency, lead)
    n = {"agency": agency, "due": run.due("D-6", run.case.requests[agency])}
    await run.notify(notify.crg_members_of(run.case, agency), "agency-asked", n, cause=f"agency-asked:{agency}")
    run.deadline("R-3", since=run.case.requests[agency], subject=agency)  # its senior officers know
    if reads.known_first(run.case):
        run.deadline("D-6-known", since=run.case.requests[agency], subject=agency)  # at once, the summary later (B-6)
    run.deadline("D-6", since=run.case.requests[agency], subject=agency)


async def request_sent(run: CaseRun, asking: Asking, agency: str, lead: CastAgency) -> None:
    """The request of one agency, to who leads it now; over where all is, or somebody else leads it (R-3)."""
    due_by, note = run.due("D-6", run.now()), reads.covering_note(run.case)
    asked = [{"title": one.title, "asks": one.asks} for one in reads.headings(run.case)]
    paper = Rendering(
        cause=f"returns-request:{agency}",
        document=f"request-{agency}",
        template=asking.mail,
        title=asking.title,
        n={"agency": agency, "due": due_by, "link": "", "note": note, "headings": asked},
    )
    request = notify.return_request(
        run.case, agency, asking.mail, lead.safeguarding_lead, due_by, cause=f"request:{agency}"
    )
    if lead.id not in outsiders.names(run.case):  # no paper goes to an address that nobody has marked as safe
        request.papers = [run.along(paper)]
    if rule := reads.known_first(run.case):
        request.n["known_by"] = run.due(rule.id, run.now())
    await run.sent(request, unless=lambda: over(run) or passed_on(run, lead))


def passed_on(run: CaseRun, lead: CastAgency) -> bool:
    """Whether somebody else leads the agency by now, or it is known no more."""
    known = run.case.cast.agency(lead.id)
    return known is None or known.safeguarding_lead != lead.safeguarding_lead


async def returns_collated(run: CaseRun) -> None:
    """The returns in one pack: when the last is in, or at the deadline, naming what is missing (§2, R-5)."""
    run.enter(Stage.RETURNS)
    run.meanwhile(packs(run, FOR_THE_RAPID_REVIEW))
    await workflow.wait_condition(lambda: bool(reads.meeting_held(run.case)) or pack_is_due(run))


async def packs(run: CaseRun, asking: Asking) -> None:
    """A pack when it is due, and again with each return that comes or is replaced, after the meeting too (R-5)."""
    collated = [as_returned(cause) for cause in run.case.papers if cause.startswith(PACK)]

    def over_or_due() -> bool:
        return asking.pack_over(run.case) or (pack_is_due(run) and is_news(run, collated))

    while not asking.pack_over(run.case):
        early = pack_before_the_meeting(run)
        if early and early > run.now():
            await run.until(
                lambda early=early: over_or_due() or pack_before_the_meeting(run) != early,  # type: ignore[misc]
                early,
                "Returns collated for the meeting",
            )
        else:
            await workflow.wait_condition(
                lambda: over_or_due() or (pack_before_the_meeting(run) or run.now()) > run.now()
            )
        if not asking.pack_over(run.case) and over_or_due():
            collated.append(returned(run))
            await collate(run, asking, collated)


async def collate(run: CaseRun, asking: Asking, packs: list[Returned]) -> None:
    """One pack of the returns as they stand, the last of these packs."""
    collated = packs[-1]
    cause = cause_of(collated)
    latest = {fact.agency: fact.content for fact in run.case.every(AgencyReturned)}
    sources = {agency: content for agency, content in latest.items() if content is not None}
    paper = Rendering(
        cause=cause,
        document=PACK_PAPER,
        template=PACK_PAPER,
        title="Agencies' returns, collated",
        n={
            "returns": [return_row(run, agency) for agency in reads.scope(run.case)],
            "headings": [{"id": one.id, "title": one.title} for one in reads.headings(run.case)],
        },
        sources=sources,
    )
    run.along(paper)
    here = [agency for agency in reads.scope(run.case) if agency not in reads.outstanding(run.case)]
    late = [
        agency
        for agency in here
        if (deadline := run.case.deadlines.get(f"D-6:{agency}")) and (deadline.met_at or deadline.due) > deadline.due
    ]
    n: dict[str, Any] = {"received": here, "missing": reads.outstanding(run.case), "late": late}
    if wanted := reads.wanted_by(run.case):
        n["wanted"] = end_of_day(wanted)
    if reads.meeting_held(run.case):
        n |= {"new": came_since_the_meeting(run), "stands": where_the_report_stands(run.case)}
    if run.tried(cause):
        return
    spoken_for = [] if reads.asked(run.case) else notify.representatives(run.case)
    people, author = asking.pack_to(run.case), reads.outside_author(run.case)
    if author in people:  # who reads behind a link of their own
        people.remove(author)
        out = reads.draft_with_the_officers(run.case) is not None
        run.case.post([notify.to_read(author, cause=cause, new=n.get("new", []), out=out)])
    run.case.post(
        notice.model_copy(
            update={"papers": [cause] if notice.to in spoken_for else []}
        )  # who may not be able to sign in
        for notice in notify.to_each(people, cause, asking.pack_mail, n)
    )


def came_since_the_meeting(run: CaseRun) -> list[str]:
    """Agencies whose first return came once the rapid review meeting had been recorded (R-4)."""
    return [entry.fact.agency for entry in reads.late_returns(run.case)]


def where_the_report_stands(case: CaseState) -> str:
    """What a return that comes after the meeting can still change, in a word for the mail."""
    if reads.submitted(case):
        return "submitted"
    return "drafted" if reads.drafts(case) else "to be drafted"


def pack_is_due(run: CaseRun) -> bool:
    """All returns are in, or each that is not is past its deadline; or the meeting is at hand or held (R-5)."""
    if not run.case.requests:
        return False
    if reads.meeting_held(run.case):
        return True
    if (early := pack_before_the_meeting(run)) and early <= run.now() and here(run):
        return True
    passed = [
        agency
        for agency in reads.outstanding(run.case)
        if (deadline := run.case.deadlines.get(f"D-6:{agency}")) and PASSED in deadline.fired
    ]
    return len(passed) == len(reads.outstanding(run.case))


def pack_before_the_meeting(run: CaseRun) -> datetime | None:
    """When a pack is made at the latest, for people to read it before the meeting; None where none is to come."""
    at = reads.meeting_at(run.case)
    if at is None or reads.meeting_held(run.case):
        return None
    day = before(at, run.case.edition.national.returns_before_meeting, run.case.calendar)
    return datetime.combine(london(day).date(), PACK_IS_MADE, LONDON)


def is_news(run: CaseRun, collated: list[Returned]) -> bool:
    """Whether the returns are other than in every pack so far. After the meeting, what is missing is no news."""
    now = returned(run)
    if now in collated:
        return False
    return not (collated and reads.meeting_held(run.case)) or here(run) != {one for one in collated[-1] if one[1]}


def cause_of(collated: Returned) -> str:
    """The cause of a pack, which names what is in it."""
    return PACK + ",".join(f"{agency}.{number}" for agency, number in collated)


def as_returned(cause: str) -> Returned:
    """What is in a pack, by its cause."""
    parts = [one.rpartition(".") for one in cause.removeprefix(PACK).split(",")]
    return tuple((agency, int(number)) for agency, _, number in parts)


def here(run: CaseRun) -> set[tuple[str, int]]:
    """The returns that are in."""
    return {one for one in returned(run) if one[1]}


def returned(run: CaseRun) -> Returned:
    """Which returns are in, by number of versions, and which are missing (0)."""
    return tuple((agency, len(reads.answers_of(run.case, agency))) for agency in reads.scope(run.case))


def return_row(run: CaseRun, agency: str) -> dict[str, Any]:
    """How the pack shows one agency."""
    reported = reads.answers_of(run.case, agency)
    if not reported:
        return {
            "agency": agency,
            "status": "missing",
            "received_at": None,
            "knew": reads.known_to(run.case, agency),
            "officer": None,
        }
    deadline, latest = run.case.deadlines.get(f"D-6:{agency}"), reported[-1]
    late = deadline is not None and reported[0].happened_at > deadline.due
    nil, officer = not reads.known_to(run.case, agency), latest.fact.officer
    status = ("late-nil" if late else "nil") if nil else "late" if late else "received"
    return {
        "agency": agency,
        "status": status,
        "received_at": latest.happened_at,
        "knew": not nil,
        "officer": officer,
    }
