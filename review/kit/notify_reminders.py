"""The mails of a reminder: reminders, chases, the deputy asked, escalation (R-4, R-11, R-13, G-11).

Pure.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from calendar_rules.edition import Party, ReminderKind
from calendar_rules.lengths import london
from review.case import reads
from review.case.deadline import ReminderDue, RunningDeadline
from review.case.notices import Notice
from review.facts.directory import Role
from review.kit.notify_called import called
from review.kit.notify_handovers import handed_over
from review.kit.notify_returns import return_request
from review.kit.notify_sign_off import sign_off_request, worded
from review.kit.notify_whom import parties

if TYPE_CHECKING:
    from review.case.state import CaseState


REMINDER = "reminder:"  # cause of the mails of a reminder, with the deadline


def reminder(case: "CaseState", deadline: RunningDeadline, fired: ReminderDue, now: datetime) -> list[Notice]:
    """The mails of one reminder: reminders, chases, the deputy asked, escalation (R-4, R-11, R-13).

    `now` is when it fires, which can be long after it should have: a referral may be late from its first minute (A-3).
    """
    if deadline.rule == "N-8" and reads.notified_at(case) is None:
        return []  # no copy can come of what was not sent, and D-1 says so
    told = fired.tell
    if _closure_awaited(case, deadline):
        told = tuple(dict.fromkeys(Party.CRG_CHAIR if party is Party.ACTION_OWNER else party for party in told))
    if Party.SUB_GROUP in told and not parties(case, deadline, [Party.SUB_GROUP]):
        told = tuple(dict.fromkeys(Party.BUSINESS_UNIT if one is Party.SUB_GROUP else one for one in told))
    over = {
        person
        for later in deadline.later_reminders(fired, now, case.edition, case.calendar)
        for person in parties(case, deadline, later.tell)
    }
    if fired.kind == ReminderKind.REMINDER and now > deadline.due:  # it comes too late to remind
        fired = fired._replace(kind=ReminderKind.OVERDUE)
    notices: list[Notice] = []
    for party in told:
        for person in parties(case, deadline, [party]):
            if party is Party.ACTION_OWNER and _told_with_the_action(case, deadline, fired):
                continue
            if person in over:
                deadline.missed.setdefault(person, []).append(fired.at)
            else:
                notices.append(_with_what_was_missed(deadline, _reminder_to(case, deadline, fired, person, party, now)))
    return notices


def others_of(case: "CaseState", deadline: RunningDeadline) -> list[tuple[Party, str]]:
    """Who owes what a deadline is for, beside the Business Unit: whom its reminders tell, else who hears it is late."""
    rule = case.edition.deadlines[deadline.rule]
    if rule.owner is Party.BUSINESS_UNIT:
        return []
    ours = case.cast.holders(Role.BUSINESS_UNIT)
    for kind in (ReminderKind.REMINDER, ReminderKind.OVERDUE):
        told = dict.fromkeys(party for one in rule.reminders if one.kind == kind for party in one.tell)
        found = [(party, who) for party in told for who in parties(case, deadline, [party]) if who not in ours]
        if found:
            return list({who: (party, who) for party, who in reversed(found)}.values())[::-1]
    return []


def reminded_now(case: "CaseState", deadline: RunningDeadline, message: str, now: datetime) -> list[Notice]:
    """The ordinary reminder, to whoever owes it, because somebody asks for it."""
    kind = ReminderKind.OVERDUE if now > deadline.due else ReminderKind.REMINDER
    owing = others_of(case, deadline)
    fired = ReminderDue(f"asked-{message}", kind, tuple(party for party, _ in owing), now)
    return [_reminder_to(case, deadline, fired, who, party, now) for party, who in owing]


def _is_over(deadline: RunningDeadline, fired: ReminderDue) -> bool:
    """Whether the deadline has passed where this reminder fires, in time or late."""
    return fired.at >= deadline.due or fired.kind == ReminderKind.OVERDUE


def _with_what_was_missed(deadline: RunningDeadline, notice: Notice) -> Notice:
    """One mail says what should have come before it and did not."""
    missed = to_jsonable_python(deadline.missed.pop(notice.to, []))  # as text, as all that a notice is given
    return notice.model_copy(update={"n": notice.n | {"missed": missed}}) if missed else notice


def _told_with_the_action(case: "CaseState", deadline: RunningDeadline, fired: ReminderDue) -> bool:
    """Whether the owner has just read in the mail that set the action that it is overdue (G-11)."""
    return fired.kind == ReminderKind.OVERDUE and entered_overdue(deadline)


def entered_overdue(deadline: RunningDeadline) -> bool:
    """Whether a deadline had passed when it began to run, and has not been moved since."""
    return deadline.started_at > deadline.due and not deadline.moves


def _closure_awaited(case: "CaseState", deadline: RunningDeadline) -> bool:
    """Whether the owner of an action has given evidence, so that it is the CRG that owes its agreement (G-11)."""
    return deadline.rule == "G-11" and reads.evidence_given(case, deadline.subject or "")


def _reminder_to(
    case: "CaseState", deadline: RunningDeadline, fired: ReminderDue, to: str, party: Party, now: datetime
) -> Notice:
    cause = f"{REMINDER}{deadline.id}:{fired.name}:{len(deadline.moves)}"
    if deadline.rule in _OF_AN_AGENCY and party in (Party.AGENCY, Party.AGENCY_LEAD):
        return _to_the_lead(case, deadline, fired, to, cause)
    if deadline.rule == "D-6" and party is Party.AGENCY_SENIOR_OFFICER:
        agency = case.cast.agency(deadline.subject or "")
        n: dict[str, Any] = {
            "agency": deadline.subject,
            "due": deadline.due,
            "lead": agency.safeguarding_lead if agency else "",
        }
        return Notice(cause=cause, template="return-escalation", to=to, about=deadline.id, n=n)
    if deadline.rule == "G-10" and party is Party.SUB_GROUP:
        return handed_over(case, deadline.subject or "", to, now, cause=cause)
    if deadline.rule in ("N-5", "N-7", "R-7", "R-13", "D-9"):
        template, n = _in_words_of_its_own(case, deadline, fired, party)
        return Notice(cause=cause, template=template, to=to, about=deadline.id, n=n)
    if deadline.rule in ("D-8", "R-16"):
        return _sign_off_reminder(case, deadline, fired, to, cause)
    n = _what_is_due(case, deadline, fired, to, now)
    kind = (
        "reminder"
        if fired.kind == ReminderKind.REMINDER
        else "overdue"
        if fired.kind == ReminderKind.OVERDUE
        else "escalation"
    )
    if _closure_awaited(case, deadline):
        n |= {"owner": Party.CRG_CHAIR, "own": to in case.cast.holders(Role.CRG_CHAIR), "evidence_given": True}
        kind = "reminder" if fired.kind == ReminderKind.REMINDER else "overdue"  # escalated to those who owe it
    return Notice(cause=cause, template=f"deadline-{kind}", to=to, about=deadline.id, n=n)


def _what_is_due(
    case: "CaseState", deadline: RunningDeadline, fired: ReminderDue, to: str, now: datetime
) -> dict[str, Any]:
    """What any deadline's mail says: what is due and when, of which agency or action, and who is responsible."""
    rule = case.edition.deadlines[deadline.rule]
    n: dict[str, Any] = {
        "title": deadline.title,
        "due": deadline.due,
        "owner": rule.owner,
        "own": to in parties(case, deadline, [rule.owner]),
        "kind": fired.kind,
        "rule_id": deadline.id,
        "slack_working_days": deadline.slack(now, case.calendar),
    }
    if case.cast.agency(deadline.subject or ""):
        n["agency"] = deadline.subject
    if named := called(case, deadline):  # in the text only: words that people gave are none of a subject's business
        n["called"] = named
    if rule.owner is Party.ACTION_OWNER and (owner := reads.action_owner(case, deadline.subject or "")):
        n["lead"] = owner
    if entered_overdue(deadline):
        n["entered_overdue"] = True
    return n


_OF_AN_AGENCY = {"D-6": "return", "D-6-known": "known-reminder", "R-3": "senior-officers-reminder"}  # and the mails


def _to_the_lead(case: "CaseState", deadline: RunningDeadline, fired: ReminderDue, to: str, cause: str) -> Notice:
    """What an agency's safeguarding lead is reminded of goes with the link of the return (R-3, R-4, B-6)."""
    template = _OF_AN_AGENCY[deadline.rule]
    if deadline.rule == "D-6":
        template = "return-reminder" if fired.kind == ReminderKind.REMINDER else "return-overdue"
    notice = return_request(case, deadline.subject or "", template, to, deadline.due, cause=cause)
    more = {"overdue": _is_over(deadline, fired)} if deadline.rule == "D-6-known" else {}
    return notice.model_copy(update={"about": deadline.id, "n": notice.n | more})


def _in_words_of_its_own(
    case: "CaseState", deadline: RunningDeadline, fired: ReminderDue, party: Party
) -> tuple[str, dict[str, Any]]:
    """The mail of a deadline that has one for all its reminders, and what it is given."""
    match deadline.rule:
        case "N-5":
            return "safety-steps-asked", {"asked_at": deadline.since, "own": party is Party.DCS}
        case "N-7":
            silent, notified_by = [one.value for one in reads.silent(case)], case.deadlines["D-1"].due
            n = {"due": notified_by, "asked_at": deadline.since, "own": party is Party.DECIDER, "silent": silent}
            return "view-awaited", n
        case "R-7":
            own = party is Party.BUSINESS_UNIT
            return "learning-awaited", {"due": deadline.due, "overdue": _is_over(deadline, fired), "own": own}
        case "R-13":
            return "acknowledgement-missing", {"submitted_at": deadline.since, "due": deadline.due}
        case _:  # D-9
            met_on = london(deadline.since).date().isoformat()
            return "panel-chaser", {"due": deadline.due, "meeting_date": met_on}


def _sign_off_reminder(case: "CaseState", deadline: RunningDeadline, fired: ReminderDue, to: str, cause: str) -> Notice:
    one = next(one for one in case.rounds if one.id == (deadline.subject or "").partition(":")[0])
    ask = reads.ask(case, deadline.subject or "")
    if ask is None:
        raise LookupError(f"{deadline.id} is about no sign-off of this case")
    if fired.kind == ReminderKind.DEPUTY:
        return sign_off_request(one, ask, "sign-off-deputy", to, deadline.due, cause=cause)
    if ask.may_sign(to):
        overdue = _is_over(deadline, fired)
        template = "sign-off-overdue" if overdue else "sign-off-reminder"
        notice = sign_off_request(one, ask, template, to, deadline.due, cause=cause)
        return notice.model_copy(update={"n": notice.n | {"overdue": overdue}}) if one.for_comment else notice
    n: dict[str, Any] = {"version": one.document.version, "due": deadline.due}
    if one.of_the_crg:
        n |= {"yours": to in case.cast.holders(Role.BUSINESS_UNIT)}
        return Notice(cause=cause, template="draft-not-agreed", to=to, about=deadline.id, n=n)
    n |= {"document_title": one.title, "capacity": ask.office()}
    return Notice(cause=cause, template=worded(one, "sign-off-escalation"), to=to, about=deadline.id, n=n)
