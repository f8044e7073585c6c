"""Who owes nothing any more is told so: meetings leave calendars, agencies are let off (X-1, X-2, B-2).

Pure transitions on `CaseState`; what is told goes through the outbox.
"""

from datetime import datetime

from review.case import reads
from review.case.notices import Notice
from review.case.state import CaseState
from review.kit import notify
from review.kit.corrections_notify import told_of
from review.kit.meetings import invited


def all_of_it(case: CaseState, now: datetime) -> None:
    """The case is withdrawn, merged, or found not to be one: no meeting, no return (X-1, B-2)."""
    meetings_called_off(case, now)
    agencies_let_off(case, reads.outstanding(case))


def meetings_called_off(case: CaseState, now: datetime, *, only: str | None = None) -> None:
    """Meetings to come leave the calendars of all who were invited (R-2, R-6)."""
    for meeting, shown in case.invites.items():
        if shown.cancelled or shown.starts_at <= now or only not in (None, meeting):
            continue
        off = shown.model_copy(update={"sequence": shown.sequence + 1, "cancelled": True})
        case.invites[meeting] = off
        cause, n = f"meeting-cancelled:{meeting}:{off.sequence}", {"title": shown.title, "starts_at": shown.starts_at}
        case.post(
            Notice(cause=cause, template="meeting-cancelled", to=person, n=n, invite=off)
            for person in invited(case, meeting)
        )


def agencies_let_off(case: CaseState, agencies: list[str]) -> None:
    """Agencies whose return is not wanted any more (R-4)."""
    for agency in (one for one in agencies if one in case.requests):
        if known := case.cast.agency(agency):
            cause = f"request-withdrawn:{agency}:{case.rows}"
            n = {"agency": agency}
            people = [known.safeguarding_lead, *notify.crg_members_of(case, agency)]  # who were told of the request
            case.post(notify.to_each(people, cause, "request-withdrawn", n))


def agencies_wait(case: CaseState, message: str) -> None:
    """The case is paused: an agency's return may wait, and may be sent (X-1)."""
    for agency in (one for one in reads.outstanding(case) if one in case.requests):
        if known := case.cast.agency(agency):
            cause, n = f"request-paused:{message}:{agency}", {"agency": agency}
            case.post([Notice(cause=cause, template="request-paused", to=known.safeguarding_lead, n=n)])


def agencies_wait_no_longer(case: CaseState, message: str, now: datetime) -> None:
    """The case goes on: an agency that was told to wait, and whose day has not moved, is told that it is wanted (X-1).

    Whose day has moved is told of that anyway.
    """
    for agency in reads.outstanding(case):
        deadline = case.deadlines.get(f"D-6:{agency}")
        waits = told_of(case, (f"request-paused:*:{agency}",))
        moved = bool(deadline and deadline.moves and deadline.moves[-1].at == now)
        if waits and not moved:
            agencies_asked_again(case, message, now, only=agency)


def agencies_asked_again(case: CaseState, cause: str, now: datetime, *, only: str | None = None) -> None:
    """The case goes on after all: what is still out is wanted again, with the link to send it (X-1)."""
    for agency in (one for one in reads.outstanding(case) if one in case.requests and only in (None, one)):
        deadline, known = case.deadlines.get(f"D-6:{agency}"), case.cast.agency(agency)
        if deadline and deadline.open and known:
            key, to = f"request-again:{cause}:{agency}", known.safeguarding_lead
            case.post([notify.return_request(case, agency, "return-reminder", to, deadline.due, cause=key)])
