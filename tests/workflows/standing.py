"""Cases that stand somewhere already. Many tests begin at the same place: the way there is walked once on the server,
and every test goes on from there with a case of its own, begun from the state as a run that begins again does.

What people, papers and record had by then is the new case's too.
"""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from delivery.mail import Mail
from review.case.record import RecordRow
from review.case.state import CaseState
from review.facts import Reported
from store.documents import StoredContent
from tests.workflows.desk import Case, Desk

Walk = Callable[[Desk], Awaitable[Case]]


@dataclass(frozen=True)
class Stand:
    """Where a case stands, and what of it is outside the engine."""

    state: CaseState
    at: datetime
    mails: list[Mail]
    rows: list[RecordRow]
    messages: dict[str, Reported]
    papers: list[StoredContent]
    reported: int


_STANDS: dict[tuple[int, str], Stand] = {}


async def brought(desk: Desk, walk: Walk, *, name: str = "") -> Case:
    """A case of one's own that stands where `walk` leads."""
    key = (id(desk), name or f"{walk.__module__}.{walk.__qualname__}")
    if key not in _STANDS:
        _STANDS[key] = await _stand(await walk(desk))
    return await _begun_from(desk, _STANDS[key])


async def at_step(desk: Desk, rel: str) -> Case:
    """The usual case, opened on Monday 2 March 2026 and followed to a step within its first hours."""

    async def walk(desk: Desk) -> Case:
        case = await desk.open()
        await case.follow_to(rel)
        return case

    return await brought(desk, walk, name=rel)


async def _stand(case: Case) -> Stand:
    await case.quiet()
    world = case.desk.world
    return Stand(
        state=await case.state(),
        at=await case.now(),
        mails=case.mails(),
        rows=list(case.rows),
        messages={id: one for (reference, id), one in world.reported.items() if reference == case.reference},
        papers=[paper for (reference, _, _), paper in world.documents.items() if reference == case.reference],
        reported=next(case.messages),
    )


async def _begun_from(desk: Desk, stand: Stand) -> Case:
    reference, world = desk.next_reference(), desk.world
    shift = stand.at - datetime.now(UTC)
    state = stand.state.model_copy(update={"reference": reference, "shift": shift}, deep=True)
    world.sent += [_of(mail, reference) for mail in stand.mails]
    world.rows[reference] = list(stand.rows)
    world.reported |= {(reference, id): one for id, one in stand.messages.items()}
    world.versions[reference] = stand.state.version
    world.documents |= {(reference, paper.document, paper.version): paper for paper in stand.papers}
    case = await desk.begin(state, stand.at)
    case.messages = itertools.count(stand.reported)
    await case.quiet()
    return case


def _of(mail: Mail, reference: str) -> Mail:
    """The same mail of another case."""

    def renamed(text: str) -> str:
        return text.replace(mail.reference, reference)

    return replace(
        mail,
        reference=reference,
        subject=renamed(mail.subject),
        text=renamed(mail.text),
        html=renamed(mail.html),
        attachments=[replace(one, name=renamed(one.name)) for one in mail.attachments],
    )
