"""Mails on whose going the protocol waits: nothing that follows such a mail is waited for before it has gone. Pure."""

from review.case import reads
from review.case.deadline import RunningDeadline
from review.case.notices import Notice
from review.case.state import REQUEST, CaseState, Waiting
from review.kit.deadline_kinds import kind_of
from review.kit.notify import SIGN_OFF_ASKED


def awaited(case: CaseState, notice: Notice) -> bool:
    """Whether the protocol goes on only when this mail has gone, or has been made good otherwise."""
    if notice.cause.startswith(REQUEST):
        agency = notice.cause.removeprefix(REQUEST)
        return not reads.ended(case) and agency in reads.scope(case) and agency not in case.requests
    if notice.cause.startswith(SIGN_OFF_ASKED):  # let go as soon as nobody waits for that signature
        return not reads.ended(case)
    return deadline_met_by(case, notice) is not None


def deadline_met_by(case: CaseState, notice: Notice) -> RunningDeadline | None:
    """The open deadline that is met by a mail's going."""
    running = (one for one in case.deadlines.values() if one.open)
    return next((one for one in running if kind_of(one.rule).carried_by(case, one, notice)), None)


def tried_on(case: CaseState) -> list[Waiting]:
    """Mails on whose going the protocol waits, and on which no person need act: they are tried again by themselves."""
    return [one for key, one in case.waiting.items() if key not in case.failed and awaited(case, one.notice)]


def asked_in_vain(case: CaseState, subject: str) -> bool:
    """Whether the mail that asks for a signature has not been taken."""
    cause = f"{SIGN_OFF_ASKED}{subject}"
    return any(key.is_mail_of(cause) for kept in (case.failed, case.waiting) for key in kept)
