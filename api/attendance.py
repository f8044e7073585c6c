"""API: who of those invited to a meeting has answered, and what (R-2, R-6, G-2)."""

import re
from collections.abc import Iterable, Mapping

from api.crg_bodies import MEETING
from api.deps import Deps
from review.chapters.crg.meeting import CANCELLED, INVITED, MOVED
from review.meetings import InvitedView, MeetingView
from store.mail_log import MailStatus, Posted
from store.meeting_answers import MeetingAnswer

OF_THE_CRG = "meeting"  # what a meeting of the CRG is called in its invitations
_CRG = re.compile(MEETING)


def with_answers(
    meetings: Iterable[MeetingView], answers: Iterable[MeetingAnswer], sequences: Mapping[str, int]
) -> None:
    """Fill in what was answered; `sequences` are the numbers of the invitations that stand."""
    known = {(one.meeting, one.person): one for one in answers}
    for meeting in meetings:
        last = sequences.get(meeting.meeting, 0)
        meeting.invited = [
            _answered(one.person, known.get((meeting.meeting, one.person)), last) for one in meeting.invited
        ]


def _answered(person: str, one: MeetingAnswer | None, last: int) -> InvitedView:
    if one is None:
        return InvitedView(person=person)
    return InvitedView.model_validate(
        {"person": person, "answer": one.answer, "answered_at": one.at, "before_a_change": one.sequence < last}
    )


async def of_the_crg(deps: Deps, id: str) -> list[InvitedView]:
    """Who is invited to a meeting of the CRG, by the mails that have gone, and what each has answered."""
    invited: dict[str, int] = {}
    for mail in await deps.store.mail_log.of_case(id):
        template, _, rest = mail.cause.partition(":")
        if mail.status is MailStatus.SENT and template in (INVITED, MOVED):
            invited[mail.person] = int(rest.partition(":")[0])
        elif mail.status is MailStatus.SENT and template == CANCELLED:
            invited.pop(mail.person, None)
    known = {one.person: one for one in await deps.store.meeting_answers.of(id)}
    return [_answered(person, known.get(person), sequence) for person, sequence in invited.items()]


def is_of_the_crg(reference: str) -> bool:
    """Whether that is a meeting of the CRG and no case."""
    return bool(_CRG.fullmatch(reference))


def invitation_of(posted: Posted) -> tuple[str, int] | None:
    """To which meeting a mail of ours invited, and by which number; None where it did not."""
    if is_of_the_crg(posted.reference):
        cause, _, rest = posted.mail.cause.partition(":")
        return (OF_THE_CRG, int(rest.partition(":")[0])) if cause in (INVITED, MOVED) else None
    found = next((one.invite for one in posted.notices if one.invite), None)
    return (found.meeting, found.sequence) if found and not found.cancelled else None
