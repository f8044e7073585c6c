"""What a link of a mail leads to, as its page shows it (R-11). Pure.

A return's link and a sign-off's can do something as long as the case would take what their page sends: it is tried
with the check that decides when it is sent. For early comment the round decides.
"""

from datetime import datetime
from typing import NamedTuple

from calendar_rules.edition import Party
from calendar_rules.lengths import london
from review.case import reads
from review.case.deadline import RunningDeadline
from review.case.held import held
from review.case.mailing import TROUBLE_WORDS, MailTrouble
from review.case.outsiders import directory_with as directory_with
from review.case.sign_off import Round, SignatureRequest, accountable, deputies, of_a_partner, office
from review.case.sign_off import RoundStatus as RoundStatus
from review.case.state import CaseState
from review.check import validate_fact
from review.facts import AnyFact, DocumentRef, Reported, Speaker
from review.facts.directory import Cast, Directory, Role
from review.facts.editions import AgencyKnew
from review.facts.enums import Stage, Verdict
from review.facts.follow_up import SubGroupAnswered
from review.facts.rapid_review import AgencyReturned, ReturnsRead, SeniorOfficersInformed
from review.facts.report import DraftAgreed
from review.facts.signing import SignOffGiven
from review.kit import live_links
from review.kit import refusals as no
from review.kit.live_links import LiveLink
from review.kit.notify import ANSWER_LINK, READING_LINK, RETURN_LINK
from review.kit.sign_off_rounds import deadline_of
from review.link_views import AnswerLink as AnswerLink
from review.link_views import LinkState as LinkState
from review.link_views import ReadingLink as ReadingLink
from review.link_views import ReturnLink as ReturnLink
from review.link_views import ReturnRead as ReturnRead
from review.link_views import SignOffLink as SignOffLink
from review.offices import MAY_REPORT

UNSEEN = DocumentRef(document="not-sent-yet", version=1, sha256="0" * 64)


def return_link(case: CaseState, agency: str, person: str, directory: Directory, now: datetime) -> ReturnLink:
    """The link of an agency's safeguarding lead."""
    speaker = Speaker(people=[person], roles=[Role.AGENCY])
    state = _return_state(case, agency, speaker, _casts(case, directory, now), now)
    answers = reads.answers_of(case, agency)
    latest = answers[-1] if answers else None
    given = latest.fact if latest else None
    if isinstance(given, AgencyKnew):
        given = AgencyReturned(agency=given.agency, nil=True, officer=given.officer)
    informed = [one for one in case.every(SeniorOfficersInformed) if one.agency == agency]
    known = next((one for one in case.every(AgencyKnew) if one.agency == agency), None)
    due, known_due = case.deadlines.get(f"D-6:{agency}"), case.deadlines.get(f"D-6-known:{agency}")
    return ReturnLink(
        state=state,
        why_not=_RETURN_WHY[state],
        reference=case.reference,
        partnership=case.partnership,
        speaker=speaker,
        due=due.due if due else None,
        late=latest is None and _passed(due, now),
        agency=agency,
        agency_name=directory.agency_names.get(agency, agency),
        children=list(reads.children(case)),
        headings=reads.headings(case),
        family=reads.family(case),
        homes=reads.homes(case),
        asked=reads.asked(case),
        meeting_at=reads.meeting_at(case),
        given=given if isinstance(given, AgencyReturned) else None,
        given_at=latest.happened_at if latest else None,
        informed=informed[-1] if informed else None,
        known=known,
        known_due=known_due.due if known_due else None,
        known_late=_passed(known_due, now),
        asks_whether_known=reads.known_first(case) is not None and known is None and latest is None,
    )


def return_read(case: CaseState, agency: str, version: int) -> ReturnRead | None:
    """A version of an agency's return, also one that was corrected since; None where there is no such version."""
    given = [one for one in case.said(AgencyReturned) if one.fact.agency == agency and one.fact.content]
    versions = {one.fact.content.version: one for one in given if one.fact.content}
    if (found := versions.get(version)) is None:
        return None
    asked = [*reads.headings(case), *case.edition.return_headings]
    return ReturnRead(
        officer=found.fact.officer,
        given_at=found.happened_at,
        newer=version < max(versions),
        titles={one.id: one.title for one in asked},
        files=found.fact.files,
    )


def _return_state(case: CaseState, agency: str, speaker: Speaker, casts: list[Cast], now: datetime) -> LinkState:
    """A new version of the return is tried. The link went to the agency's lead, and ends with that office."""
    leads = [known.safeguarding_lead if (known := cast.agency(agency)) else None for cast in casts]
    try:
        _check(case, AgencyReturned(agency=agency, officer="the officer who answers", content=UNSEEN), speaker, now)
    except no.NotYours:
        return LinkState.NOT_YOURS
    except no.AgencyNotAsked:
        return LinkState.NOT_ASKED
    except no.CaseEnded:
        state = LinkState.ENDED
    except no.Refusal:
        state = LinkState.CLOSED
    else:
        state = LinkState.OPEN
    return state if all(lead in speaker.people for lead in leads) else LinkState.NOT_YOURS


_RETURN_WHY = {
    LinkState.OPEN: None,
    LinkState.CLOSED: "Returns are closed.",
    LinkState.ENDED: "The case has ended.",
    LinkState.NOT_ASKED: "The agency is not asked for a return.",
    LinkState.NOT_YOURS: "Somebody else is the agency's safeguarding lead now.",
}


def sign_off_link(
    case: CaseState, subject: str, person: str, directory: Directory, now: datetime
) -> SignOffLink | None:
    """The link of somebody who is asked to sign or to comment; None where the case does not know the round."""
    round_id, _, capacity = subject.partition(":")
    one = next((one for one in case.rounds if one.id == round_id), None)
    if one is None:
        return None
    ask = one.ask_of(person, capacity)
    member = case.cast.person(person)
    signing = MAY_REPORT[_answered_by(one)]
    speaker = Speaker(people=[person], roles=[role for role in (member.roles if member else []) if role in signing])
    state = _sign_off_state(case, one, ask, speaker, _casts(case, directory, now), now)
    deadline = case.deadlines.get(deadline_of(one, ask)) if ask else None
    return SignOffLink(
        state=state,
        why_not=f"This round is over: {one.status}." if state is LinkState.CLOSED else _SIGN_OFF_WHY[state],
        reference=case.reference,
        partnership=case.partnership,
        speaker=speaker,
        due=deadline.due if deadline else None,
        late=deadline.overdue(now) if deadline else False,
        round=one.id,
        title=one.title,
        document=one.document,
        for_comment=one.for_comment,
        of_the_crg=one.of_the_crg,
        note=case.edition.national.sign_off_note if ask and of_a_partner(ask.capacity) and not one.for_comment else "",
        then=one.then,
        status=one.status,
        stopped_why=one.stopped_why,
        officer_title=case.edition.title_of(Party.DELEGATE if ask and ask.delegate else Party.ACCOUNTABLE_OFFICER),
        capacity=ask.capacity if ask else "",
        signs_as=office(ask.capacity) if ask and not of_a_partner(ask.capacity) else "",
        as_officer=ask is not None and person == ask.officer,
        verdict=ask.verdict if ask else None,
        comments=ask.comments if ask else "",
        answered_at=ask.given_at if ask else None,
        by_deputy=ask.as_deputy if ask else False,
    )


def _answered_by(one: Round) -> str:
    """The kind of fact by which a round is answered."""
    return "early-comment-given" if one.for_comment else "draft-agreed" if one.of_the_crg else "sign-off-given"


def _sign_off_state(
    case: CaseState, one: Round, ask: SignatureRequest | None, speaker: Speaker, casts: list[Cast], now: datetime
) -> LinkState:
    """Sending the version back is tried, which nothing but the round and the office can stand in the way of."""
    (person,) = speaker.people
    if ask is None:
        return LinkState.NOT_ASKED if one.open else LinkState.CLOSED
    if not all(person in (*accountable(cast, ask.capacity), *deputies(cast, ask.capacity)) for cast in casts):
        return LinkState.NOT_ASKED
    if ask.answered:
        return LinkState.USED if ask.given_by == person else LinkState.ANSWERED
    if one.for_comment:
        return LinkState.OPEN if one.open else LinkState.CLOSED
    back = {"sha256": one.document.sha256, "verdict": Verdict.SEND_BACK, "comments": "what should change"}
    fact: SignOffGiven | DraftAgreed = (
        DraftAgreed(version=one.document.version, officer=person, **back)
        if one.of_the_crg
        else SignOffGiven(round=one.id, officer=person, capacity=ask.capacity, **back)
    )
    try:
        _check(case, fact, speaker, now)
    except no.NotYours:
        return LinkState.NOT_ASKED
    except no.Refusal:
        return LinkState.ENDED if one.open else LinkState.CLOSED
    return LinkState.OPEN


_SIGN_OFF_WHY = {
    LinkState.OPEN: None,
    LinkState.ENDED: "The case has ended.",
    LinkState.USED: "The person has answered.",
    LinkState.ANSWERED: "Somebody else has answered in the same office.",
    LinkState.NOT_ASKED: "The person no longer holds the office for which they were asked.",
}
NO_SUCH_ROUND = "The case does not know this request for a sign-off."
NO_SUCH_HANDOVER = "The findings were not handed over, or that was taken back."


def answer_link(case: CaseState, handover: str, person: str, directory: Directory, now: datetime) -> AnswerLink | None:
    """The link of a sub-group to which findings were handed over; None where they were not, or no more (G-10)."""
    fact, deadline = reads.handover(case, handover), case.deadlines.get(f"G-10:{handover}")
    if fact is None:
        return None
    given = next((one for one in case.every(SubGroupAnswered) if one.handover == handover), None)
    holds = all(person in cast.holders(Role.SUB_GROUP) for cast in _casts(case, directory, now))
    theirs = holds and reads.sub_group(case, fact) == person
    state = LinkState.OPEN if theirs else LinkState.NOT_YOURS
    if theirs and (given or case.stage is Stage.MERGED):
        state = LinkState.USED if given else LinkState.ENDED
    return AnswerLink(
        state=state,
        why_not=_ANSWER_WHY[state],
        reference=case.reference,
        partnership=case.partnership,
        speaker=Speaker(people=[person], roles=[Role.SUB_GROUP]),
        due=deadline.due if deadline else None,
        late=_passed(deadline, now),
        handover=handover,
        to=fact.to,
        findings=fact.findings,
        answer=given.answer if given else "",
        answered_at=reads.handover_answered_at(case, handover),
    )


_ANSWER_WHY = {
    LinkState.OPEN: None,
    LinkState.USED: "The sub-group has answered.",
    LinkState.ENDED: "The case goes on in another, where the sub-group is asked.",
    LinkState.NOT_YOURS: "The person does not answer for this sub-group now.",
}


def reading_link(case: CaseState, person: str, directory: Directory, now: datetime) -> ReadingLink:
    """The link of an author from outside: open while the report is theirs and not submitted (R-10)."""
    member, author = case.cast.person(person), reads.outside_author(case)
    state = LinkState.OPEN if author == person else LinkState.NOT_YOURS
    if reads.ended(case) or reads.submitted(case):
        state = LinkState.ENDED if reads.ended(case) else LinkState.CLOSED
    mine = [one for one in case.entries_of(ReturnsRead) if one.fact.reader == person]
    out, left = reads.draft_with_the_officers(case), reads.unread(case, person)
    named = directory.agency_names
    return ReadingLink(
        state=state,
        why_not=_READING_WHY[state],
        reference=case.reference,
        partnership=case.partnership,
        speaker=Speaker(
            people=[person], roles=[one for one in (member.roles if member else []) if one in ReturnsRead.may_report]
        ),
        papers=reads.papers_of_the_author(case),
        unread={agency: version for agency, version in reads.latest_returns(case).items() if agency in left},
        names={agency: named.get(agency, agency) for agency in left},
        draft=out.content.version if out and out.author == person else None,
        said_at=mine[-1].happened_at if mine else None,
    )


_READING_WHY = {
    LinkState.OPEN: None,
    LinkState.CLOSED: "The report has been submitted.",
    LinkState.ENDED: "The case has ended.",
    LinkState.NOT_YOURS: "Somebody else is the author of the report now.",
}


def wrong_in_itself(case: CaseState, fact: AnyFact, by: Speaker, now: datetime) -> no.Refusal | None:
    """The refusal of a fact that the check finds wrong in itself, so that it need not be sent; None of any other."""
    try:
        _check(case, fact, by, now)
    except no.NotRight as refusal:
        return refusal if isinstance(refusal, no.Refusal) else None
    except no.Refusal:
        return None
    return None


def _check(case: CaseState, fact: AnyFact, by: Speaker, now: datetime) -> None:
    validate_fact(case, Reported(message="link", by=by, recorded_at=now, fact=fact), now)


def _passed(deadline: RunningDeadline | None, now: datetime) -> bool:
    return deadline is not None and now > deadline.due


def _casts(case: CaseState, directory: Directory, now: datetime) -> list[Cast]:
    """Who holds which office: as the case has it and, before the case has heard of it, as the directory has it.

    A rehearsal has a cast of its own.
    """
    return [case.cast] if case.rehearsal else [case.cast, held(case, directory.cast(), london(now).date())]


# --- all links of a case ---


def why_not(case: CaseState, link: LiveLink, directory: Directory, now: datetime) -> str | None:
    """Why the case lets a link do nothing any more, for the Business Unit; None where it works."""
    if link.purpose == RETURN_LINK:
        return return_link(case, link.subject, link.person, directory, now).why_not
    if link.purpose == ANSWER_LINK:
        answer = answer_link(case, link.subject, link.person, directory, now)
        return answer.why_not if answer else NO_SUCH_HANDOVER
    if link.purpose == READING_LINK:
        return reading_link(case, link.person, directory, now).why_not
    found = sign_off_link(case, link.subject, link.person, directory, now)
    return found.why_not if found else NO_SUCH_ROUND


def title_of(case: CaseState, link: LiveLink) -> str:
    """What a link is for: "Sign-off of Rapid review report, version 1, for health", "Return"."""
    return live_links.title_of(case, link.purpose, link.subject)


def not_sent(case: CaseState) -> dict[LiveLink, str]:
    """Links that no mail has carried yet, each with the reason."""
    kept = [(one.notice, one.trouble) for one in case.failed.values()]
    kept += [(one.notice, one.trouble) for one in case.waiting.values()]
    found: dict[LiveLink, MailTrouble | None] = dict.fromkeys(live_links.live_links(case))
    found |= {LiveLink(one.link.purpose, one.link.subject, one.to): trouble for one, trouble in kept if one.link}
    return {
        link: f"It has not been sent: {TROUBLE_WORDS[trouble]}." if trouble else "It has not been sent yet."
        for link, trouble in found.items()
    }


class Head(NamedTuple):
    """What is shown of a link before its button is pressed."""

    reference: str
    partnership: str
    for_comment: bool  # early comment is asked for, and no signature (K-7)


def head(case: CaseState, subject: str) -> Head:
    """What the first page of a link shows."""
    round_id = subject.partition(":")[0]
    for_comment = any(one.id == round_id and one.for_comment for one in case.rounds)
    return Head(case.reference, case.partnership, for_comment)
