"""Checks of the rapid review's facts (§2): scoping, the request, returns, the meeting. Pure. R-2 to R-6."""

from datetime import datetime

from calendar_rules.lengths import london
from review.case import reads
from review.case.outsiders import names
from review.case.state import CaseState
from review.facts import Reported
from review.facts.base import Fact
from review.facts.directory import Role
from review.facts.information import AgenciesAsked
from review.facts.rapid_review import (
    AgencyAdded,
    AgencyReturned,
    OutsideAgencyAsked,
    RapidReviewMeetingHeld,
    RapidReviewMeetingMoved,
    ReturnsRead,
    ReturnsRequested,
    ScopingMeetingArranged,
    ScopingMeetingHeld,
    SeniorOfficersInformed,
)
from review.kit import refusals as no
from review.kit.changes import when
from review.kit.chapter import Check
from review.kit.guards import agencies, in_calendar, needs, not_before, once, people, to_come


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


CHECKS: dict[type[Fact], Check] = {
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
