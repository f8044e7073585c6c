"""The mails with the link by which an agency sends its return (R-3, R-4).

Pure.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from review.case import reads
from review.case.entries import Entry
from review.case.notices import LinkFor, Notice

if TYPE_CHECKING:
    from review.case.state import CaseState


RETURN_LINK = "return"
FOR_THE_RAPID_REVIEW = "returns-request"  # the mail that carries the request, with its covering note


def return_request(case: "CaseState", agency: str, template: str, to: str, due: datetime, *, cause: str) -> Notice:
    """A mail with the link by which an agency sends its return (R-3, R-4)."""
    link = LinkFor(purpose=RETURN_LINK, subject=agency)
    n: dict[str, Any] = {"agency": agency, "due": due}
    if template == FOR_THE_RAPID_REVIEW and (note := reads.covering_note(case)):
        n["note"] = note
    return Notice(cause=cause, template=template, to=to, about=f"D-6:{agency}", n=n, link=link)


def return_reissued(
    case: "CaseState", agency: str, lead: str, now: datetime, *, passed_on: bool = False, cause: str | None = None
) -> Notice:
    """The request to an agency once more: of a lead whose link has ended, or whose office it has become (R-3, R-11)."""
    deadline, first = case.deadlines.get(f"D-6:{agency}"), case.deadlines.get(f"D-6-known:{agency}")
    due = deadline.due if deadline else now
    asked = "information-asked" if reads.asked(case) else FOR_THE_RAPID_REVIEW
    template = "lead-replaced" if passed_on else "return-overdue" if now > due else asked
    cause = cause or f"link-reissued:{case.cast.label}:{agency}"
    notice = return_request(case, agency, template, lead, due, cause=cause)
    if template == asked and first and first.open:
        notice.n["known_by"] = first.due
    return notice


def recorded_by_reply(entry: Entry, **n: Any) -> list[Notice]:
    """The receipt for an answer that came by a reply to a mail, and is told by no other (R-11)."""
    if entry.reported.reply is None:
        return []
    return [_receipt(entry, entry.reported.by.people[0], n | {"by_reply": True, "yours": True})]


def return_recorded(case: "CaseState", entry: Entry, agency: str, *, nil: bool) -> list[Notice]:
    """The receipt for an agency's return, by whatever way it came: to whoever gave it, and to the safeguarding lead who
    was asked; what the Business Unit enters for an agency is told to the lead (R-4).
    """
    known = case.cast.agency(agency)
    lead = known.safeguarding_lead if known else None
    theirs = {lead, known.senior_officer} if known else set()
    members = [one.id for one in case.cast.people if one.agency == agency or one.id in theirs]
    givers = [one for one in entry.reported.by.people if one in members or entry.reported.reply][:1]
    n: dict[str, Any] = {"agency": agency, "nil": nil}
    if entry.reported.reply:
        n["by_reply"] = True
    people = dict.fromkeys([*givers, *([lead] if lead else [])])
    return [_receipt(entry, person, n | {"yours": person in givers}) for person in people]


def _receipt(entry: Entry, to: str, n: dict[str, Any]) -> Notice:
    cause = f"answer-recorded:{entry.reported.message}"
    n = {"at": entry.happened_at} | n
    return Notice(cause=cause, template="answer-recorded", to=to, about=entry.fact.about, n=n)
