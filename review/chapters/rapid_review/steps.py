"""Next steps of the rapid review (§2): what is offered, with examples. Pure. R-2 to R-6, D-4 to D-7."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from calendar_rules.lengths import LONDON, london
from review.case import reads
from review.case.state import CaseState
from review.chapters.editions.chapter import first_steps, rapid_review_follows
from review.chapters.rapid_review.papers import ReturnBody, sample_return
from review.facts.directory import Role
from review.facts.notification import IncidentReported
from review.facts.rapid_review import (
    AgencyAdded,
    MeetingRecommendation,
    OutsideAgencyAsked,
    Overview,
    RapidReviewMeetingHeld,
    RapidReviewMeetingMoved,
    Representative,
    ReturnsRequested,
    ScopingMeetingArranged,
    ScopingMeetingHeld,
    SeniorOfficersInformed,
)
from review.kit.backward_plan import safe_times
from review.kit.offer import Offer

BY_SYSTEM = "anybody"


def offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if case.last(IncidentReported) and not reads.ended(case) and rapid_review_follows(case):
        yield from _scoping(case, now)
        yield from _returns(case, now)


def _scoping(case: CaseState, now: datetime) -> Iterator[Offer]:
    """§2: D-4, D-5"""
    arranged = case.last(ScopingMeetingArranged)
    arrange = ScopingMeetingArranged(starts_at=_scoping_time(case, now), link="https://meet.example.org/scoping")
    yield Offer(body=arrange, needed=arranged is None, title="Call the CRG scoping meeting", deadline="D-4")
    held = ScopingMeetingHeld(
        attended=_crg(case),
        case_details_confirmed=True,
        scope=ScopingMeetingHeld.sample["scope"],
        agencies=[agency.id for agency in case.cast.agencies if agency.expected]
        or [agency.id for agency in case.cast.agencies][:1],
        rapid_review_meeting_at=_meeting_time(case, now),
        rapid_review_link="https://meet.example.org/rapid-review",
        legal_adviser_asked=True,
    )
    yield Offer(
        body=held, needed=arranged is not None, title="Record the scoping meeting and its outcome", deadline="D-4"
    )
    yield Offer(
        body=ReturnsRequested(), needed=True, title="Send the rapid review request to the agencies", deadline="D-5"
    )


def _returns(case: CaseState, now: datetime) -> Iterator[Offer]:
    """§2: D-6, R-3..R-6, B-6"""
    yield from first_steps(case)
    for agency in case.requests:
        yield from asked_of(case, agency, word_wanted=not reads.meeting_held(case))
    yield from asked_as_well(case)
    title = "Ask an agency that is not in the directory (a school, a GP)"
    yield Offer(body=OutsideAgencyAsked.model_validate(OutsideAgencyAsked.sample), needed=False, title=title)
    yield Offer(
        body=_meeting(case),
        needed=not reads.outstanding(case),
        title="Record the rapid review meeting and who attended",
        deadline="D-7",
    )
    if (meeting_at := reads.meeting_at(case)) and not reads.meeting_held(case):
        later = meeting_at + timedelta(hours=1) if meeting_at > now else _meeting_time(case, now)
        moved = RapidReviewMeetingMoved(starts_at=later, reason=RapidReviewMeetingMoved.sample["reason"])
        yield Offer(body=moved, needed=False, title="Move the rapid review meeting")


def asked_of(case: CaseState, agency: str, *, word_wanted: bool) -> Iterator[Offer]:
    """What an agency does that has its request: its senior officers' word, and its return (R-3, R-4)."""
    lead = _lead(case, agency)
    informed = {fact.agency for fact in case.every(SeniorOfficersInformed)}
    yield Offer(
        body=SeniorOfficersInformed(agency=agency, officer="Director of Safeguarding"),
        needed=word_wanted and agency not in informed,
        about=agency,
        people=lead,
        deadline=f"R-3:{agency}",
        title=f"Confirm that the senior officers of {reads.called(case, agency)} know",
    )
    content = sample_return(len(reads.returns_of(case, agency)) + 1, reads.headings(case))
    yield Offer(
        body=ReturnBody(agency=agency, officer="Head of Safeguarding", content=content),
        needed=not reads.answers_of(case, agency) and not reads.meeting_held(case),
        about=agency,
        people=lead,
        deadline=f"D-6:{agency}",
        title=f"Send the return of {reads.called(case, agency)}",
    )


def asked_as_well(case: CaseState) -> Iterator[Offer]:
    """The agencies of the directory that can be asked, too (R-4)."""
    for agency in (one.id for one in case.cast.agencies if one.id not in reads.scope(case)):
        body = AgencyAdded(agency=agency, reason=AgencyAdded.sample["reason"])
        yield Offer(body=body, needed=False, about=agency, title=f"Ask {reads.called(case, agency)} as well")


def _meeting(case: CaseState) -> RapidReviewMeetingHeld:
    """The meeting with the CRG and every agency in scope (R-6)."""
    sample, scope, crg = RapidReviewMeetingHeld.sample, reads.scope(case), _crg(case)
    in_favour = {"in_favour": [*crg, *scope]}
    return RapidReviewMeetingHeld(
        attended=crg,
        representatives=[Representative(agency=agency, name="Sample Representative") for agency in scope],
        legal_advice=sample["legal_advice"],
        overviews=[Overview(agency=agency, overview=sample["overviews"][0]["overview"]) for agency in scope],
        summary=sample["summary"],
        recommendation=MeetingRecommendation.model_validate(sample["recommendation"] | in_favour),
    )


def _lead(case: CaseState, agency: str) -> list[str]:
    known = case.cast.agency(agency)
    return [known.safeguarding_lead] if known else []


def _scoping_time(case: CaseState, now: datetime) -> datetime:
    """The morning of the next working day, or of the next day where that would be too late (D-4)."""
    today, deadline = london(now).date(), case.deadlines.get("D-4")
    working = datetime.combine(case.calendar.add(today, 1), time(10), LONDON)
    if deadline and working > deadline.due:
        return datetime.combine(today + timedelta(days=1), time(10), LONDON)
    return working


def _meeting_time(case: CaseState, now: datetime) -> datetime:
    """As planned; else the morning of the latest safe day, or of the next working day where that is over."""
    scoping = case.last(ScopingMeetingArranged)
    planned = scoping.rapid_review_meeting_planned_at if scoping else None
    if planned and planned > now and not case.last(ScopingMeetingHeld):
        return planned
    safe = next((step.at for step in safe_times(case) if step.id == "latest-meeting"), now)
    day = max(london(safe).date(), case.calendar.add(london(now).date(), 1))
    return datetime.combine(day, time(10), LONDON)


def _crg(case: CaseState) -> list[str]:
    author = author_of(case)
    return list(dict.fromkeys([*case.cast.holders(Role.CRG_CHAIR), *case.cast.holders(Role.CRG_MEMBER), author]))


def author_of(case: CaseState) -> str:
    """The author of the last draft, else of the Business Unit; one who was at the meeting comes first (R-10)."""
    possible = [
        *(draft.author for draft in reversed(reads.drafts(case))),
        *case.cast.holders(Role.BUSINESS_UNIT),
        BY_SYSTEM,
    ]
    meeting = reads.meeting_held(case)
    return next((person for person in possible if meeting and person in meeting.attended), possible[0])
