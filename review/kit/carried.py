"""What goes over with a case that is merged into another: found in the one, taken up in the other (X-1).

Pure. "Of two of one id the earlier due stays": a deadline that this case carries for another is due by that one's day
where it is the earlier, until people set another day here.
"""

from datetime import datetime

from review.case.carried import CarriedDeadline
from review.case.deadline import RunningDeadline
from review.case.state import CaseState


def earlier(
    case: CaseState, deadline: RunningDeadline, day_set_at: datetime | None, *, until: datetime | None = None
) -> datetime:
    """When a deadline is due: by its own count, or by what the case carries for another."""
    own = deadline.due_by(case.edition, case.calendar)
    counted = [own]
    for one in case.carried:
        set_here = day_set_at and (day_set_at > one.at or (one.alone and deadline.set_due != one.set_due))
        if one.id != deadline.id or set_here:
            continue
        theirs = _as_it_ran_there(case, deadline, one, until)
        counted = [theirs] if one.alone else [*counted, theirs]
    return min(counted)


def _as_it_ran_there(
    case: CaseState, deadline: RunningDeadline, one: CarriedDeadline, until: datetime | None
) -> datetime:
    set_due = one.due if one.held else one.set_due
    twin = deadline.model_copy(
        update={"since": one.since, "length": one.length, "set_due": set_due, "held": [], "held_since": None}
    )
    if not case.edition.deadlines[deadline.rule].never_pauses:
        for pause in case.pauses:
            ended = pause.until or until
            if pause.since >= one.at and ended:
                twin.hold(pause.since, ended, case.edition, case.calendar)
    return twin.due_by(case.edition, case.calendar)
