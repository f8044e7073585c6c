"""§2 The scoping meeting and the rapid review meeting, with their invitations. R-2, R-6, D-4."""

from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow

from calendar_rules.lengths import LONDON, START_OF_WORK, london
from review.case import outsiders, reads
from review.case.notices import Invite, Notice, Rendering
from review.facts.directory import Role
from review.facts.enums import RAPID_REVIEW_MEETING, SCOPING, Stage
from review.facts.rapid_review import (
    AgencyAdded,
    OutsideAgencyAsked,
    RapidReviewMeetingHeld,
    RapidReviewMeetingMoved,
    ReturnsRequested,
    ScopingMeetingArranged,
    ScopingMeetingHeld,
)
from review.kit import notify
from workflows.case_run import CaseRun

INVITES = "rapid-review-invite"  # cause of invitations to the rapid review meeting
INVITED = f"{INVITES}:1"  # of the first


async def scoping_meeting(run: CaseRun) -> None:
    """The CRG meets online within 48 hours and sets the date of the rapid review meeting, now (§2, D-4, R-2)."""
    run.enter(Stage.SCOPING)
    run.meanwhile(scoping_invitations(run))
    run.deadline("D-4", since=run.received_at)
    await run.fact(ScopingMeetingHeld)
    run.meanwhile(meeting_invitations(run))
    run.enter(Stage.REQUEST)
    await run.fact(ReturnsRequested)


async def scoping_invitations(run: CaseRun) -> None:
    """Invite the CRG, with a calendar invite; a meeting called again moves in their calendars (R-2)."""
    async for key, arranged in run.each(ScopingMeetingArranged):
        minutes = arranged.minutes or run.case.edition.meeting_minutes.scoping
        invite = invitation(run, SCOPING, "CRG scoping meeting", arranged.starts_at, arranged.link, minutes)
        n = {"starts_at": arranged.starts_at, "link": arranged.link, "due": run.due("D-4", run.received_at)}
        if arranged.rapid_review_meeting_planned_at:
            n["planned_at"] = arranged.rapid_review_meeting_planned_at
        people, cause = run.holders(Role.CRG_CHAIR, Role.CRG_MEMBER), f"scoping-invite:{key}"
        shown = run.case.invites.get(SCOPING)
        if shown and shown.cancelled and not run.case.last(ScopingMeetingHeld) and invite.starts_at > run.now():
            cause = f"{cause}:{invite.sequence}"  # it was called off, and takes place after all
        if not run.tried(cause):
            await invite_each(run, people, "scoping-invite", cause, n, invite)


async def rapid_review_meeting(run: CaseRun) -> None:
    """CRG members, every other agency involved, the legal adviser where asked; who came is recorded (§2, R-6)."""
    run.enter(Stage.RAPID_REVIEW_MEETING)
    run.meanwhile(meeting_recorded(run))
    await run.fact(RapidReviewMeetingHeld)


async def meeting_recorded(run: CaseRun) -> None:
    """The record of the meeting is a paper; the Independent Chair is told what it recommends, and the CRG Chair, as a
    receipt; calendars show when it was held (flowchart 3, 4, R-6, R-8).
    """
    async for key, held in run.each(RapidReviewMeetingHeld):
        entry = run.case.entry(RapidReviewMeetingHeld)
        if entry is None or entry.fact is not held:
            continue  # put right since
        run.along(record_paper(run, f"meeting-record:{key}", held, entry.happened_at))
        if held.recommendation:
            words = notify.recommended(held.recommendation.recommendation, held.recommendation.national_review)
            cause, n = f"recommendation-told:meeting:{key}", {"recommendation": words, "drafted": False}
            await run.notify(run.holders(Role.INDEPENDENT_CHAIR), "recommendation-told", n, cause=cause)
            n = {"recommendation": words, "drafted": False, "yours": True}
            await run.notify(run.holders(Role.CRG_CHAIR), "recommendation-told", n, cause=f"{cause}:chair")
        shown = run.case.invites.get(RAPID_REVIEW_MEETING)
        if shown and london(shown.starts_at).date() != london(entry.happened_at).date():
            await held_otherwise(run, shown, entry.happened_at)


async def held_otherwise(run: CaseRun, shown: Invite, at: datetime) -> None:
    """The meeting was held on another day than calendars show: they are put right, and people are told (R-6)."""
    invite = invitation(run, RAPID_REVIEW_MEETING, "rapid review meeting", at, shown.link, shown.minutes)
    cause, n = f"meeting-held:{invite.sequence}:{at.isoformat()}", {"starts_at": at, "was": shown.starts_at}
    await invite_each(run, meeting_people(run), "meeting-held", cause, n, invite)


def record_paper(run: CaseRun, cause: str, held: RapidReviewMeetingHeld, at: datetime) -> Rendering:
    """Who came, each agency's overview, legal advice, the accurate summary, the recommendation and who was for it."""
    recommended = held.recommendation
    n: dict[str, Any] = {
        "held_at": at,
        "attended": held.attended,
        "representatives": [{"agency": one.agency, "name": one.name} for one in held.representatives],
        "legal_advice": held.legal_advice,
        "overviews": [{"agency": one.agency, "text": one.overview} for one in held.overviews],
        "summary": held.summary,
        "recommendation": recommended.model_dump(mode="json") if recommended else None,
    }
    template = "rapid-review-record"
    return Rendering(
        cause=cause, document="meeting-record", template=template, title="Rapid review meeting: record", n=n
    )


async def meeting_invitations(run: CaseRun) -> None:
    """Invite to the rapid review meeting, the agenda attached; again when it moves (§2, flowchart, R-6)."""
    await run.fact(ScopingMeetingHeld)
    run.meanwhile(further_agencies_invited(run))
    run.meanwhile(meeting_record_asked(run))
    while not reads.meeting_held(run.case):
        if meeting_to_tell(run):
            await meeting_told(run)
        await workflow.wait_condition(lambda: bool(reads.meeting_held(run.case)) or meeting_to_tell(run))


async def meeting_record_asked(run: CaseRun) -> None:
    """The working day after the meeting was to be held the Business Unit is asked to record it, or to move it (R-6)."""

    def over() -> bool:
        return bool(reads.meeting_held(run.case) or reads.ended(run.case))

    async for at in run.as_they_come(lambda: reads.meeting_at(run.case), until=over):
        day = run.case.calendar.add(london(at).date(), 1)
        morning = datetime.combine(day, START_OF_WORK, LONDON)
        settled = await run.until(
            lambda at=at: over() or reads.meeting_at(run.case) != at,  # type: ignore[misc]
            morning,
            "Record of the rapid review meeting",
        )
        if not settled:
            cause, n = f"meeting-unrecorded:{at.isoformat()}", {"starts_at": at}
            run.meanwhile(run.notify(run.holders(Role.BUSINESS_UNIT), "meeting-unrecorded", n, cause=cause))


def meeting_to_tell(run: CaseRun) -> bool:
    """The meeting is set for a time, or to last so long, as people's calendars do not show: set, moved, corrected or
    taken back.
    """
    shown, at = run.case.invites.get(RAPID_REVIEW_MEETING), reads.meeting_at(run.case)
    if at is None or reads.ended(run.case):
        return False
    if shown is None or shown.starts_at != at:
        return True
    return at > run.now() and (shown.cancelled or shown.minutes != reads.meeting_minutes(run.case))


async def meeting_told(run: CaseRun) -> None:
    """The invitation, or that the meeting has moved, with the agenda as it is now."""
    scoping = await run.fact(ScopingMeetingHeld)
    shown, at, link = run.case.invites.get(RAPID_REVIEW_MEETING), reads.meeting_at(run.case), meeting_link(run)
    if at is None:
        return
    minutes = reads.meeting_minutes(run.case)
    invite = invitation(run, RAPID_REVIEW_MEETING, "rapid review meeting", at, link, minutes)
    n: dict[str, Any] = {"starts_at": at, "link": link}
    if shown is None or shown.cancelled:
        cause, template = f"{INVITES}:{invite.sequence}", "rapid-review-invite"
    else:
        cause, template = f"meeting-moved:{invite.sequence}:{at.isoformat()}", "meeting-moved"
        n |= {"was": shown.starts_at, "ends_at": at + timedelta(minutes=minutes)}
        if at == shown.starts_at:
            cause = f"{cause}:{minutes}"  # only how long it lasts is another
    agenda = agenda_paper(run, f"agenda:{invite.sequence}", scoping, at)
    await invite_each(run, meeting_people(run), template, cause, n, invite, agenda=agenda)


def meeting_link(run: CaseRun) -> str:
    """Where to join, as it was last given."""
    links = [moved.link for moved in run.case.every(RapidReviewMeetingMoved) if moved.link]
    scoping = run.case.last(ScopingMeetingHeld)
    return links[-1] if links else scoping.rapid_review_link if scoping else ""


async def further_agencies_invited(run: CaseRun) -> None:
    """An agency that is added later is invited too, to the meeting as it is set by then (R-4, R-6)."""
    while not reads.meeting_held(run.case):
        await workflow.wait_condition(lambda: bool(reads.meeting_held(run.case) or uninvited(run)))
        for agency, person in [] if reads.meeting_held(run.case) else uninvited(run):
            scoping, invite = await run.fact(ScopingMeetingHeld), run.case.invites[RAPID_REVIEW_MEETING]
            n: dict[str, Any] = {"starts_at": invite.starts_at, "link": invite.link}
            agenda = agenda_paper(run, f"agenda:{agency}", scoping, invite.starts_at)
            await invite_each(run, [person], "rapid-review-invite", f"{INVITED}:{agency}", n, invite, agenda=agenda)


def agenda_paper(run: CaseRun, cause: str, scoping: ScopingMeetingHeld, at: datetime) -> Rendering:
    """The agenda, which writes itself from the flowchart's steps, for the agencies in scope by now (R-6)."""
    return Rendering(
        cause=cause,
        document="agenda",
        template="rapid-review-agenda",
        title="Rapid review meeting: agenda",
        n={"agencies": reads.scope(run.case), "legal_adviser": scoping.legal_adviser_asked, "starts_at": at}
        | {"safety": reads.safety_in_brief(run.case)},
    )


def uninvited(run: CaseRun) -> list[tuple[str, str]]:
    """Agencies added after the invitations went out that have had none, with their safeguarding leads; and the legal
    adviser, where it was said only then that there is need of one.
    """
    if meeting_to_tell(run):  # then it is not settled when to invite them to
        return []
    later: list[AgencyAdded | OutsideAgencyAsked] = [*run.case.every(AgencyAdded), *run.case.every(OutsideAgencyAsked)]
    scoping = run.case.last(ScopingMeetingHeld)
    advisers = run.holders(Role.LEGAL_ADVISER) if scoping and scoping.legal_adviser_asked else []
    return [
        (adviser, adviser)
        for adviser in advisers
        if run.tried(INVITED) and not run.tried(f"{INVITED}:{adviser}") and not invited(run, adviser)
    ] + [
        (added.agency, known.safeguarding_lead)
        for added in later
        if (known := run.case.cast.agency(added.agency))
        and run.tried(INVITED)
        and not run.tried(f"{INVITED}:{added.agency}")
        and known.safeguarding_lead in notify.representatives(run.case)
        and not invited(run, known.safeguarding_lead)
    ]


def invited(run: CaseRun, person: str) -> bool:
    """Whether somebody has had an invitation to the rapid review meeting, on whatever ground."""
    known = [*run.case.done, *run.case.waiting, *(one.key for one in run.case.outbox)]
    return any(key.cause.startswith(INVITES) and key.to == person for key in known)


def meeting_people(run: CaseRun) -> list[str]:
    """CRG, Business Unit, a representative of every other agency, the legal adviser where asked (R-6)."""
    scoping = run.case.last(ScopingMeetingHeld)
    people = run.holders(Role.CRG_CHAIR, Role.CRG_MEMBER, Role.BUSINESS_UNIT)
    people += notify.representatives(run.case)
    if scoping and scoping.legal_adviser_asked:
        people += run.holders(Role.LEGAL_ADVISER)
    return list(dict.fromkeys(people))


def invitation(run: CaseRun, meeting: str, title: str, starts_at: datetime, link: str, minutes: int) -> Invite:
    """The next invitation to a meeting: it replaces in calendars what they show of it."""
    shown = run.case.invites.get(meeting)
    return Invite(
        meeting=meeting,
        sequence=shown.sequence + 1 if shown else 1,
        title=title,
        starts_at=starts_at,
        minutes=minutes,
        link=link,
    )


async def invite_each(
    run: CaseRun,
    people: list[str],
    template: str,
    cause: str,
    n: dict[str, Any],
    invite: Invite,
    *,
    agenda: Rendering | None = None,
) -> None:
    """The same invitation to several people, with the agenda where there is one; once, as `run.tell`."""
    if not run.tried(cause):
        papers = [run.along(agenda)] if agenda else []
        run.case.post(
            Notice(
                cause=cause,
                template=template,
                to=person,
                n=n,
                invite=invite,
                papers=[] if outsiders.asked_in_person(run.case, person) else papers,
            )
            for person in people
        )
    run.case.invites[invite.meeting] = invite
