"""§2 Rapid review: scoping, request and returns, the meeting. Pure. R-2..R-6, D-4..D-6."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import get_args

from calendar_rules.lengths import LONDON, london
from review.case import reads
from review.case.entries import Entry
from review.case.outsiders import cast_with, names
from review.case.record import RowKind
from review.case.state import CaseState
from review.chapters.editions.chapter import first_steps, of_a_rapid_review, rapid_review_follows
from review.chapters.rapid_review.papers import ReturnBody, sample_return
from review.facts import Corrected, Reported
from review.facts.base import Fact
from review.facts.directory import Role
from review.facts.information import AgenciesAsked
from review.facts.notification import IncidentReported
from review.facts.rapid_review import (
    AgencyAdded,
    AgencyReturned,
    MeetingRecommendation,
    OutsideAgencyAsked,
    Overview,
    RapidReviewFact,
    RapidReviewMeetingHeld,
    RapidReviewMeetingMoved,
    Representative,
    ReturnsRead,
    ReturnsRequested,
    ScopingMeetingArranged,
    ScopingMeetingHeld,
    SeniorOfficersInformed,
)
from review.kit import notify
from review.kit import refusals as no
from review.kit.backward_plan import mind_the_meeting, safe_times
from review.kit.changes import when
from review.kit.chapter import Chapter, Check
from review.kit.guards import agencies, in_calendar, needs, not_before, once, people, to_come
from review.kit.offer import Offer


def _scoping_arranged(case: CaseState, fact: ScopingMeetingArranged, reported: Reported, now: datetime) -> None:
    needs(reads.notified_at(case), "the Panel has not been notified")
    once(case.last(ScopingMeetingHeld), "The scoping meeting")
    to_come(case, "The scoping meeting", fact.starts_at, now, "starts_at")
    if planned := fact.rapid_review_meeting_planned_at:
        field = "rapid_review_meeting_planned_at"
        not_before("The rapid review meeting", planned, "the scoping meeting", fact.starts_at, field)
        in_calendar(case, "The rapid review meeting", london(planned).date(), field)


def _scoping_held(case: CaseState, fact: ScopingMeetingHeld, reported: Reported, now: datetime) -> None:
    needs(reads.notified_at(case), "the Panel has not been notified")
    once(case.last(ScopingMeetingHeld), "The scoping meeting")
    people(case, fact.attended, "attended")
    agencies(case, fact.agencies, "agencies")
    agencies(case, [one.agency for one in fact.left_out], "left_out")
    accounted = {*fact.agencies, *(one.agency for one in fact.left_out)}
    if missing := [agency for agency in reads.expected(case) if agency not in accounted]:
        raise no.ExpectedAgencyUnexplained(
            agencies=reads.all_called(case, missing), fields={"left_out": f"explain {', '.join(missing)}"}
        )
    happened = when(case, reported, now)
    not_before(
        "The rapid review meeting",
        fact.rapid_review_meeting_at,
        "the scoping meeting",
        happened,
        "rapid_review_meeting_at",
    )
    day = london(fact.rapid_review_meeting_at).date()
    in_calendar(case, "The rapid review meeting", day, "rapid_review_meeting_at")


def _requested(case: CaseState, fact: ReturnsRequested, reported: Reported, now: datetime) -> None:
    needs(case.last(ScopingMeetingHeld), "the scoping meeting, which names the agencies to ask, has not been recorded")
    once(case.last(ReturnsRequested), "The rapid review request")
    note = f" {' '.join(fact.covering_note.casefold().split())} "
    if any(" ".join(child.name.casefold().split()) in note for child in reads.children(case)):
        raise no.NoteNamesAChild(fields={"covering_note": "names a child of the case"})


def _added(case: CaseState, fact: AgencyAdded, reported: Reported, now: datetime) -> None:
    needs(case.last(ReturnsRequested) or case.last(AgenciesAsked), "the request has not gone out to the agencies")
    agencies(case, [fact.agency], "agency")
    if fact.agency in reads.scope(case):
        raise no.AgencyAlreadyAsked(agency=reads.called(case, fact.agency), fields={"agency": "is asked already"})
    once(reads.submitted(case), "The submission to the Panel")


def _outside(case: CaseState, fact: OutsideAgencyAsked, reported: Reported, now: datetime) -> None:
    needs(case.last(ReturnsRequested) or case.last(AgenciesAsked), "the request has not gone out to the agencies")
    held, contact = case.cast.agency(fact.agency), case.cast.person(fact.person)  # its own, where it is corrected
    taken = (held and held.safeguarding_lead != fact.person) or (contact and contact.agency != fact.agency)
    if taken or fact.agency in names(case):
        raise no.AgencyInTheDirectory(
            agency=reads.called(case, fact.agency), fields={"agency": "is taken; give another id"}
        )
    once(reads.submitted(case), "The submission to the Panel")


def _receipt(case: CaseState, entry: Entry[AgencyReturned], now: datetime) -> None:
    """Whoever has given it gets a receipt, and the agency's safeguarding lead, by whatever way it came (R-4, R-11)."""
    case.post(notify.return_recorded(case, entry, entry.fact.agency, nil=entry.fact.nil))


def _known_to_the_case(case: CaseState, entry: Entry[OutsideAgencyAsked], now: datetime) -> None:
    """From now on the case knows the agency and whom it asks there, as if the directory had them."""
    case.cast = cast_with(case, case.cast)


def _at_another_address(case: CaseState, entry: Entry[Corrected], now: datetime) -> None:
    """The address of an agency outside the directory was wrong: while its return is awaited, the request goes to the
    right one; links that went to the wrong one have ended with it (R-4, R-11).
    """
    right = entry.fact.right
    if not isinstance(right, OutsideAgencyAsked) or right.agency not in reads.outstanding(case):
        return
    wrong = next(one.fact for one in case.entries if one.corrected_by == entry.reported.message)
    halted = reads.ended(case) or reads.submitted(case) or right.agency not in case.requests
    if isinstance(wrong, OutsideAgencyAsked) and wrong.email != right.email and not halted:
        cause = f"link-reissued:{entry.reported.message}:{right.agency}"
        case.post([notify.return_reissued(case, right.agency, right.person, now, cause=cause)])


def agency_asked(case: CaseState, agency: str) -> None:
    agencies(case, [agency], "agency")
    if agency not in case.requests:
        raise no.AgencyNotAsked(agency=reads.called(case, agency), fields={"agency": "has not been asked"})


def _informed(case: CaseState, fact: SeniorOfficersInformed, reported: Reported, now: datetime) -> None:
    agency_asked(case, fact.agency)


def _returned(case: CaseState, fact: AgencyReturned, reported: Reported, now: datetime) -> None:
    agency_asked(case, fact.agency)
    _under_the_headings(case, fact)
    held = reads.answers_of(case, fact.agency)
    if reads.meeting_held(case) and held:
        raise no.ReturnsClosed(agency=reads.called(case, fact.agency))
    if held and _same_return(held[-1].fact, fact):
        raise no.ReturnUnchanged(agency=reads.called(case, fact.agency))


def _under_the_headings(case: CaseState, fact: AgencyReturned) -> None:
    """A return stands under the headings that were asked for, and none that must be answered is left out (R-3)."""
    asked = {one.id: one for one in reads.headings(case)}
    if other := [one for one in fact.headings if one not in asked]:
        raise no.HeadingNotAsked(
            headings=", ".join(other),
            asked=", ".join(asked),
            fields={f"content.{one}": "is no heading of the request" for one in other},
        )
    if left := [one for one in asked.values() if fact.headings and one.required and one.id not in fact.headings]:
        raise no.HeadingMissing(
            headings=", ".join(one.title for one in left),
            fields={f"content.{one.id}": "write something here" for one in left},
        )


def _same_return(one: Fact, other: AgencyReturned) -> bool:
    """Nil again, or the very same words again."""
    return (one.paper.sha256 if one.paper else "") == (other.paper.sha256 if other.paper else "")


def _read(case: CaseState, fact: ReturnsRead, reported: Reported, now: datetime) -> None:
    people(case, [fact.reader], "reader")
    if Role.BUSINESS_UNIT not in reported.by.roles and fact.reader not in reported.by.people:
        raise no.NotYourReading(reader=fact.reader, fields={"reader": "must be yourself"})
    for agency, version in fact.returns.items():
        agency_asked(case, agency)
        held = reads.latest_returns(case).get(agency)
        if held is None or version > held:
            raise no.UnknownVersion(
                version=version,
                latest=held if held is not None else "none: no return has come in",
                fields={"returns": f"check {agency}"},
            )
    draft = reads.draft_with_the_officers(case)
    if fact.draft_stands is not None:
        author = reads.drafts(case)[-1].author if reads.drafts(case) else None
        needs(author, "no draft has been recorded")
        if fact.reader != author:
            raise no.NotTheAuthor(reader=fact.reader, author=author, fields={"draft_stands": "leave it out"})
    elif draft and fact.reader == draft.author:
        raise no.DraftStandsUnsaid(version=draft.content.version, fields={"draft_stands": "true or false"})


def _meeting_moved(case: CaseState, fact: RapidReviewMeetingMoved, reported: Reported, now: datetime) -> None:
    needs(reads.meeting_at(case), "no rapid review meeting has been set")
    once(reads.meeting_held(case), "The rapid review meeting")
    to_come(case, "The rapid review meeting", fact.starts_at, now, "starts_at")


def _meeting_held(case: CaseState, fact: RapidReviewMeetingHeld, reported: Reported, now: datetime) -> None:
    needs(case.last(ReturnsRequested), "the rapid review request has not gone out")
    once(reads.meeting_held(case), "The rapid review meeting")
    people(case, fact.attended, "attended")
    agencies(case, [one.agency for one in fact.representatives], "representatives")
    agencies(case, [one.agency for one in fact.overviews], "overviews")
    if fact.recommendation:
        there = {*fact.attended, *(one.agency for one in fact.representatives)}
        for field, voices in (("in_favour", fact.recommendation.in_favour), ("against", fact.recommendation.against)):
            if absent := [one for one in voices if one not in there]:
                raise no.NotAtTheMeeting(
                    who=", ".join(absent), fields={f"recommendation.{field}": f"check {', '.join(absent)}"}
                )


def lacks(case: CaseState, fact: RapidReviewMeetingHeld) -> list[str]:
    """What the record of the meeting does not hold yet, in words (flowchart 3, 4, R-6)."""
    told = [one.agency for one in fact.overviews]
    came = [one.agency for one in fact.representatives]
    came += [known.agency for one in fact.attended if (known := case.cast.person(one)) and known.agency]
    silent = [agency for agency in reads.scope(case) if agency in came and agency not in told]
    return [
        *(f"the overview of {reads.called(case, agency)}" for agency in silent),
        *(["the accurate summary"] if not fact.summary else []),
        *(["the recommendation, with who was for it"] if not fact.recommendation else []),
    ]


def _record_is_whole(case: CaseState, entry: Entry[RapidReviewMeetingHeld], now: datetime) -> None:
    """What the record of the meeting lacks is warned about: it can be put in by a correction (R-6)."""
    if missing := lacks(case, entry.fact):
        line = f"Warning: the record of the rapid review meeting lacks {'; '.join(missing)}"
        case.add_record_row(RowKind.WARNING, "meeting-record-lacks", line, now=now, about=None)


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
    informed = {fact.agency for fact in case.every(SeniorOfficersInformed)}
    for agency in case.requests:
        lead, deadline = _lead(case, agency), f"D-6:{agency}"
        back = not reads.answers_of(case, agency)
        yield Offer(
            body=SeniorOfficersInformed(agency=agency, officer="Director of Safeguarding"),
            needed=agency not in informed and not reads.meeting_held(case),
            about=agency,
            people=lead,
            deadline=f"R-3:{agency}",
            title=f"Confirm that the senior officers of {reads.called(case, agency)} know",
        )
        content = sample_return(len(reads.returns_of(case, agency)) + 1, reads.headings(case))
        body = ReturnBody(agency=agency, officer="Head of Safeguarding", content=content)
        yield Offer(
            body=body,
            needed=back and not reads.meeting_held(case),
            about=agency,
            people=lead,
            deadline=deadline,
            title=f"Send the return of {reads.called(case, agency)}",
        )
    for agency in (one.id for one in case.cast.agencies if one.id not in reads.scope(case)):
        yield Offer(
            body=AgencyAdded(agency=agency, reason=AgencyAdded.sample["reason"]),
            needed=False,
            about=agency,
            title=f"Ask {reads.called(case, agency)} as well",
        )
    title = "Ask an agency that is not in the directory (a school, a GP)"
    yield Offer(body=OutsideAgencyAsked.model_validate(OutsideAgencyAsked.sample), needed=False, title=title)
    sample = RapidReviewMeetingHeld.sample
    meeting = RapidReviewMeetingHeld(
        attended=_crg(case),
        representatives=[Representative(agency=agency, name="Sample Representative") for agency in reads.scope(case)],
        legal_advice=sample["legal_advice"],
        overviews=[
            Overview(agency=agency, overview=sample["overviews"][0]["overview"]) for agency in reads.scope(case)
        ],
        summary=sample["summary"],
        recommendation=MeetingRecommendation.model_validate(
            sample["recommendation"] | {"in_favour": [*_crg(case), *reads.scope(case)]}
        ),
    )
    yield Offer(
        body=meeting,
        needed=not reads.outstanding(case),
        title="Record the rapid review meeting and who attended",
        deadline="D-7",
    )
    if (meeting_at := reads.meeting_at(case)) and not reads.meeting_held(case):
        later = meeting_at + timedelta(hours=1) if meeting_at > now else _meeting_time(case, now)
        moved = RapidReviewMeetingMoved(starts_at=later, reason=RapidReviewMeetingMoved.sample["reason"])
        yield Offer(body=moved, needed=False, title="Move the rapid review meeting")


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


BY_SYSTEM = "anybody"


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if case.last(IncidentReported) and not reads.ended(case) and rapid_review_follows(case):
        yield from _scoping(case, now)
        yield from _returns(case, now)


def _meeting_set(case: CaseState, entry: Entry[ScopingMeetingHeld | RapidReviewMeetingMoved], now: datetime) -> None:
    """A date that eats the slack of D-7 is warned about ("Backward plan")."""
    mind_the_meeting(case, now)


_CHECKS: dict[type[Fact], Check] = {
    ScopingMeetingArranged: _scoping_arranged,
    ScopingMeetingHeld: _scoping_held,
    ReturnsRequested: _requested,
    AgencyAdded: _added,
    OutsideAgencyAsked: _outside,
    SeniorOfficersInformed: _informed,
    AgencyReturned: _returned,
    ReturnsRead: _read,
    RapidReviewMeetingMoved: _meeting_moved,
    RapidReviewMeetingHeld: _meeting_held,
}

CHAPTER = Chapter(
    title="§2 Rapid review: scoping, returns, meeting",
    facts=get_args(RapidReviewFact),
    checks={kind: of_a_rapid_review(check) for kind, check in _CHECKS.items()},
    offers=_offers,
    consequences={
        ScopingMeetingHeld: (_meeting_set,),
        RapidReviewMeetingMoved: (_meeting_set,),
        RapidReviewMeetingHeld: (_record_is_whole,),
        OutsideAgencyAsked: (_known_to_the_case,),
        AgencyReturned: (_receipt,),
        Corrected: (_at_another_address,),
    },
)
