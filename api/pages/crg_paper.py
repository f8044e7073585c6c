"""The agenda of a CRG meeting, or its minutes once it was held, as a paper: in Word, or as PDF (G-2).

Made for who asks, from what the meeting's page shows; kept is the meeting's own record.
"""

from collections.abc import Iterator
from typing import Any

from fastapi.responses import Response

from api.deps import Deps
from api.handing_out import As, handed_out, made_now
from api.pages.layout import HEADERS
from delivery.naming import Namer
from delivery.words import day, deadline, plain
from review.chapters.crg.agenda import Agenda, CaseItem
from store.meeting import Meeting


async def paper_of(deps: Deps, meeting: Meeting, agenda: Agenda, name: Namer, partnership: str, wanted: As) -> Response:
    """The minutes where the meeting was held, else the agenda as it stands now."""
    record = meeting.record
    n: dict[str, Any] = _content(agenda, name) | {"starts_at": meeting.starts_at}
    if record:
        n |= {"attended": [name(one) for one in record.attended], "notes": record.notes}
        n |= {"recorded_by": name(record.recorded_by)}
    else:
        n |= {"link": meeting.link}
    template, at = ("crg-minutes", meeting.held_at) if record else ("crg-agenda", None)
    version = 1 + len(meeting.changes)
    held = await made_now(
        deps, template, n, reference=meeting.id, partnership=partnership, version=version, at=at or deps.now()
    )
    return await handed_out(deps, held, meeting.id, wanted, HEADERS)


def _content(agenda: Agenda, name: Namer) -> dict[str, Any]:
    """What stands under each heading, in words."""
    return {
        "stages": [{"title": one.title, "cases": [_case(case) for case in one.cases]} for one in agenda.stages],
        "requests": [
            f"{one.reference}, {one.partnership}"
            + (f", wanted by {day(one.wanted_by)}" if one.wanted_by else "")
            + (", supplied" if one.supplied else _out([name(agency) for agency in one.outstanding]))
            for one in agenda.information_requests
        ],
        "concerns": [
            f"{one.reference}: {one.reasons or one.concern}; answer due by {deadline(one.due)}{_late(one.overdue)}"
            for one in agenda.escalations
        ],
        "milestones": [
            f"{one.reference}: {one.what}, {day(one.planned_date)}{_late(one.overdue)}" for one in agenda.milestones
        ],
        "panel": [
            ": ".join(filter(None, (f"{one.reference}, {day(one.at)}", one.what, one.about))) for one in agenda.panel
        ],
        "actions": [
            {"reference": one.reference, "what": one.what, "due": one.due, "overdue": one.overdue}
            | {"owner": ", ".join(filter(None, (name(one.owner), name(one.agency))))}
            for one in agenda.actions
        ],
    }


def _case(one: CaseItem) -> dict[str, str]:
    following = f"{one.next_title}, by {deadline(one.next_due)}" if one.next_due else "Nothing outstanding"
    return {
        "reference": one.reference,
        "following": following + _late(one.overdue),
        "notes": "\n".join(_notes(one)),
    }


def _notes(one: CaseItem) -> Iterator[str]:
    if one.safety:
        yield f"Steps for children's safety: {one.safety}"
    yield from (f"Why none are needed: {why}" for why in one.none_needed)
    for process in one.linked:
        learned = f". Learned: {process.learned}" if process.learned else ""
        yield f"{process.name or plain(process.kind)} {process.reference}: {process.status}{learned}"


def _late(overdue: bool) -> str:
    return " (overdue)" if overdue else ""


def _out(agencies: list[str]) -> str:
    return f"; still out: {', '.join(agencies)}" if agencies else ""
