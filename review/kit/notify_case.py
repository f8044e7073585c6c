"""What is told of a case: it is paused or withdrawn, a deadline moves, time runs short, somebody could not be told.

Pure. Notices hold offices, dates and titles of our own making; never a child's name or what happened.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from calendar_rules.edition import Party
from calendar_rules.lengths import london
from calendar_rules.plan import SafeTime
from review.case import reads
from review.case.deadline import Moved, RunningDeadline
from review.case.mailing import OF_THE_SYSTEM, TROUBLE_WORDS, MailTrouble
from review.case.notices import OTHER_PARTNERSHIP, Notice
from review.facts.directory import Role
from review.kit.mail_names import mail_name
from review.kit.notify_called import titled
from review.kit.notify_whom import LEADERS, colleagues, holders, parties, to_each
from review.kit.notify_wording import moment

if TYPE_CHECKING:
    from review.case.entries import Entry
    from review.case.state import CaseState


def standing(
    case: "CaseState", template: str, entry: "Entry", also: Iterable[str] = (), /, **more: Any
) -> list[Notice]:
    """Paused, resumed, withdrawn: those who must know are told; the reason stays in the record (X-1)."""
    office = entry.reported.by.roles[0] if entry.reported.by.roles else Role.BUSINESS_UNIT
    withdrawn_early = template == "case-withdrawn" and reads.notified_at(case) is None
    deciding = (Role.DCS, Role.CHIEF_EXECUTIVE) if withdrawn_early else ()  # who owe a view no more
    known = [person for person in also if case.cast.person(person)]
    people = list(dict.fromkeys([*holders(case, *LEADERS, Role.BUSINESS_UNIT, *deciding), *known]))
    return to_each(
        people, f"{template}:{entry.reported.message}", template, {"reason_recorded": True, "by_office": office} | more
    )


def deadline_moved(case: "CaseState", deadline: RunningDeadline, moved: Moved) -> list[Notice]:
    if deadline.rule == "K-8":  # everybody has the plan that moves it, or is told that one was taken back
        return []
    if moment(moved.was) == moment(moved.due):
        return []
    n = {"title": titled(case, deadline), "was": moved.was, "due": moved.due, "why": moved.why}
    if case.cast.agency(deadline.subject or ""):
        n["agency"] = deadline.subject
    owner = case.edition.deadlines[deadline.rule].owner
    told = Party.CRG_CHAIR if owner is Party.PANEL else owner  # the Panel reads no portal, nor does a sub-group
    people = list(
        dict.fromkeys(
            [
                *holders(case, Role.BUSINESS_UNIT),
                *parties(case, deadline, [told] if told is not Party.SUB_GROUP else []),
            ]
        )
    )
    return to_each(
        people, f"deadline-moved:{deadline.id}:{len(deadline.moves)}", "deadline-moved", n, about=deadline.id
    )


def slack_warning(case: "CaseState", cause: str, what: str, safe: SafeTime) -> list[Notice]:
    n = {"what": what, "latest_safe": safe.at, "due": case.deadlines["D-7"].due}
    return to_each(
        holders(case, Role.BUSINESS_UNIT, Role.CRG_CHAIR), f"slack-warning:{cause}", "slack-warning", n, about="D-7"
    )


def duty_failed(case: "CaseState", notice: Notice, trouble: MailTrouble, now: datetime) -> list[Notice]:
    """The Business Unit hears of a mail that could not be delivered, and somebody else of the same office.

    Not where it is that very mail. A fault of the mail system is told once a day, not mail by mail.
    """
    if notice.template in (DUTY_FAILED, FOR_COLLEAGUE):
        return []
    member = case.cast.person(notice.to)
    outside = notice.to if notice.to == OTHER_PARTNERSHIP else "unknown"
    office = member.roles[0] if member else outside
    n = {"what": mail_name(notice), "office": office, "lead": notice.to, "why": TROUBLE_WORDS[trouble]}
    n["trouble"] = trouble
    if agency := next(
        (one for one in case.cast.agencies if notice.to in (one.safeguarding_lead, one.senior_officer)), None
    ):
        n["agency"] = agency.id
    people = [person for person in holders(case, Role.BUSINESS_UNIT) if person != notice.to]
    if trouble in OF_THE_SYSTEM:
        return to_each(people, f"{DUTY_FAILED}:{trouble}:{london(now).date().isoformat()}", DUTY_FAILED, n)
    cause = f"{notice.key}:{now.isoformat()}"
    told = to_each(people, f"{DUTY_FAILED}:{cause}", DUTY_FAILED, n, about=notice.about)
    if trouble not in _NOT_FOR_COLLEAGUES:
        others = [person for person in colleagues(case, notice.to) if person not in people]
        again = case.taken_back.get(notice.cause, 0)  # once of each mail and reason
        told += to_each(others, f"{FOR_COLLEAGUE}:{notice.key}:{trouble}:{again}", FOR_COLLEAGUE, n, about=notice.about)
    return told


DUTY_FAILED, FOR_COLLEAGUE = "duty-failed", "mail-for-colleague"


# What may have come, or is ours to mend: nobody else of the office need act.
_NOT_FOR_COLLEAGUES = (
    MailTrouble.PERHAPS_DELIVERED,
    MailTrouble.UNCONFIRMED,
    MailTrouble.NOT_SAFE,
    MailTrouble.NOT_WRITTEN,
)
