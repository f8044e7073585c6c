"""The links of mails that a case lets work now, and those that go out again (R-11). Pure.

A link ends with the address it went to and with the office it was sent for. What it asked for is then asked again.
"""

from datetime import datetime
from typing import NamedTuple

from review.case import reads
from review.case.effects import EffectKey
from review.case.notices import Notice
from review.case.sign_off import VACANT, Round, SignatureRequest, deputies
from review.case.state import CaseState
from review.facts.directory import Cast, Role
from review.facts.links import LinkSentAgain
from review.kit import notify
from review.kit.notify import ANSWER_LINK, READING_LINK, RETURN_LINK, SIGN_OFF_LINK
from review.kit.sign_off_rounds import deadline_of


class LiveLink(NamedTuple):
    """A link: what for, to what (a round with its capacity, an agency, or a handover), and whose."""

    purpose: str
    subject: str
    person: str


def live_links(case: CaseState) -> list[LiveLink]:
    """Sign-offs that are asked for and not given, each agency's return until it is closed, answers of sub-groups."""
    found = [
        LiveLink(SIGN_OFF_LINK, f"{one.id}:{ask.capacity}", person)
        for one in case.rounds
        for ask in one.asks
        for person in (ask.officer, *ask.deputies)
        if one.open and not ask.answered and ask.received_at and person != VACANT
    ]
    found += _answers(case)
    if reads.ended(case):
        return found
    if author := reads.outside_author(case):
        found.append(LiveLink(READING_LINK, reads.RAPID_REVIEW, author))
    agencies = [
        case.cast.agency(one) for one in case.requests if not (reads.meeting_held(case) and reads.answers_of(case, one))
    ]
    return found + [LiveLink(RETURN_LINK, one.id, one.safeguarding_lead) for one in agencies if one]


def _answers(case: CaseState) -> list[LiveLink]:
    """What was handed over and is not answered, also once the case has ended (G-10)."""
    asked = [(one, reads.sub_group(case, one)) for one in reads.unanswered_handovers(case)]
    return [LiveLink(ANSWER_LINK, one.handover, person) for one, person in asked if person]


def title_of(case: CaseState, purpose: str, subject: str) -> str:
    """What a link is for: "Sign-off of Rapid review report, version 1, for health", "Return"."""
    if purpose == RETURN_LINK:
        return "Return"
    if purpose == ANSWER_LINK:
        return "Sub-group's answer"
    if purpose == READING_LINK:
        return "Papers for the report's author"
    round_id, _, capacity = subject.partition(":")
    what = next((one.what for one in case.rounds if one.id == round_id), "Sign-off")
    return f"{what}, for {reads.capacity_called(case, capacity)}"


def reissued(case: CaseState, before: Cast, now: datetime) -> list[Notice]:
    """What is still waited for, asked again of those whose link ended when the cast changed from `before`.

    A link whose address or office waits for a second person goes once it is confirmed; until then it is a failed duty.
    """
    found = []
    for one in case.rounds if not reads.halted(case) else ():
        for ask in one.asks if one.open else ():
            if not ask.answered and ask.received_at:
                fresh = [person for person in ask.deputies if person not in deputies(before, ask.capacity)]
                ended = [person for person in (ask.officer, *ask.deputies) if _ended(case, before, person)]
                found += [_signature(case, one, ask, person, now) for person in dict.fromkeys([*ended, *fresh])]
    for agency in reads.outstanding(case) if not (reads.ended(case) or reads.submitted(case)) else ():
        known, was = case.cast.agency(agency), before.agency(agency)
        if agency not in case.requests or known is None:
            continue
        lead = known.safeguarding_lead
        if was and was.safeguarding_lead != lead:
            found.append(notify.return_reissued(case, agency, lead, now, passed_on=True))
        elif _ended(case, before, lead):
            found.append(notify.return_reissued(case, agency, lead, now))
    return found + _others_reissued(case, before, now)


def _others_reissued(case: CaseState, before: Cast, now: datetime) -> list[Notice]:
    """The same for an author from outside, and for sub-groups."""
    found = []
    author = None if reads.ended(case) else reads.outside_author(case)
    if author and _ended(case, before, author):
        found.append(notify.to_read(author, cause=f"link-reissued:{case.cast.label}:{READING_LINK}"))
    sub_groups = before.holders(Role.SUB_GROUP)
    for link in _answers(case):
        came = link.person not in sub_groups and link.person not in before.unconfirmed
        if came or _ended(case, before, link.person):
            cause = f"link-reissued:{case.cast.label}:{link.subject}"
            found.append(notify.handed_over(case, link.subject, link.person, now, cause=cause))
    return found


def again_by(message: str) -> str:
    """The cause of the mail by which a link goes out again."""
    return f"link-again:{message}"


def replaced(case: CaseState, link: LiveLink, made_at: datetime) -> bool:
    """Whether the Business Unit has sent a link again since this one was made, and that mail has gone (R-11)."""
    return any(
        LiveLink(one.fact.purpose, one.fact.link_subject, one.fact.person) == link
        and one.reported.recorded_at > made_at
        and EffectKey.mail(again_by(one.reported.message), link.person) in case.done
        for one in case.entries
        if isinstance(one.fact, LinkSentAgain)
    )


def sent_again(case: CaseState, link: LiveLink, now: datetime, *, cause: str) -> list[Notice]:
    """The mail with a link that works, once more."""
    if link.purpose == RETURN_LINK:
        return [notify.return_reissued(case, link.subject, link.person, now, cause=cause)]
    if link.purpose == ANSWER_LINK:
        return [notify.handed_over(case, link.subject, link.person, now, cause=cause)]
    if link.purpose == READING_LINK:
        return [notify.to_read(link.person, cause=cause)]
    round_id, _, capacity = link.subject.partition(":")
    return [
        _signature(case, one, ask, link.person, now, cause=cause)
        for one in case.rounds
        for ask in one.asks
        if one.id == round_id and ask.capacity == capacity
    ]


def _ended(case: CaseState, before: Cast, person: str) -> bool:
    """Whether the links of a person have ended by this change, and none of them is to be sent yet."""
    was, member = before.person(person), case.cast.person(person)
    if was is None or member is None or person in before.unconfirmed:
        return False
    return person in case.cast.unconfirmed or was.reached != member.reached


def _signature(
    case: CaseState, one: Round, ask: SignatureRequest, person: str, now: datetime, *, cause: str | None = None
) -> Notice:
    deadline = case.deadlines.get(deadline_of(one, ask))
    due = deadline.due if deadline else now
    template = "sign-off-overdue" if now > due else "sign-off-request"
    if person in ask.deputies:
        template = "sign-off-deputy"
    cause = cause or f"link-reissued:{case.cast.label}:{one.id}:{ask.capacity}"
    return notify.sign_off_request(one, ask, template, person, due, cause=cause)
