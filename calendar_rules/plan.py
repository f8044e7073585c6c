"""The backward plan: from the day the Panel must have the recommendation, the latest safe times before it.

Pure: the present moment is given, never asked for.
"""

from datetime import datetime, time
from typing import NamedTuple

from calendar_rules.edition import Anchor, Edition
from calendar_rules.lengths import Length, before, latest_start, london
from calendar_rules.working_days import WorkingCalendar


class SafeTime(NamedTuple):
    """The latest time at which a step can be done without eating into the next. `at` is in UTC."""

    id: str
    title: str
    before: str  # the deadline it protects
    at: datetime
    length: Length  # how long it must leave,
    ahead_of: str  # and ahead of what


def latest_safe(d7_due: datetime, edition: Edition, calendar: WorkingCalendar) -> list[SafeTime]:
    """Latest safe times before D-7, in the order of the work: request, returns, meeting, the CRG's draft, draft.

    The draft must leave the officers the length of D-8, and before that the CRG the length of R-16; the request must
    leave the agencies the length of D-6. The edition says how long the meeting stands before the draft and the returns
    before the meeting ("Backward plan").
    Where returns are counted from the notification, no request leaves them more time: it has no latest time here.
    """
    sign_off, returning, gaps = edition.deadlines["D-8"].length, edition.deadlines["D-6"].length, edition.national
    agreeing = edition.deadlines["R-16"].length
    draft = latest_start(d7_due, sign_off, calendar)
    crg = latest_start(draft, agreeing, calendar)
    meeting = before(crg, gaps.meeting_before_draft, calendar)
    returns = before(meeting, gaps.returns_before_meeting, calendar)
    request = latest_start(returns, returning, calendar)
    steps = [
        SafeTime(
            "latest-request", "Latest safe time: requests out to the agencies", "D-6", request, returning, "the returns"
        ),
        SafeTime(
            "latest-returns",
            "Latest safe time: all returns in",
            "D-7",
            returns,
            gaps.returns_before_meeting,
            "the meeting",
        ),
        SafeTime(
            "latest-meeting",
            "Latest safe time: rapid review meeting held",
            "D-7",
            meeting,
            gaps.meeting_before_draft,
            "the draft",
        ),
        SafeTime(
            "latest-draft-to-crg",
            "Latest safe time: draft out to the CRG",
            "R-16",
            crg,
            agreeing,
            "the sign-off",
        ),
        SafeTime("latest-draft-out", "Latest safe time: draft out for sign-off", "D-7", draft, sign_off, "D-7"),
    ]
    return steps if edition.deadlines["D-6"].counted_from == Anchor.REQUEST_SENT else steps[1:]


def slack_working_days(now: datetime, due: datetime, calendar: WorkingCalendar) -> int:
    """Working days left after today up to the due day: 0 on the last day. Once overdue, how many whole working days
    have passed since, below zero: what was due at noon is at 0 until noon of the next working day, then at -1.

    Slack is for looking at: past the calendar's ends it is counted to them.
    """
    here, there = london(now), london(due)
    today, last = (min(max(at.date(), calendar.first), calendar.last) for at in (here, there))
    left = calendar.between(today, last)
    if now <= due or not calendar.is_working(today):
        return left
    over_at = there.time() if calendar.is_working(last) else time.max  # of a closed day: the days after it, whole
    return left if here.time() >= over_at else min(left + 1, 0)
