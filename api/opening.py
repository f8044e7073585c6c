"""API: how a case begins. Its state is kept in the inbox, and its workflow starts as soon as Temporal is there."""

import asyncio
from datetime import date, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from temporalio.client import WorkflowHandle
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from activities.record import snapshot
from api.broadcast import catch_up_case
from api.intake import ANSWER_WITHIN, GIVE_UP, Outcome, until_seen
from api.means import Means
from api.paths import REHEARSAL
from api.problems import Problem
from calendar_rules.edition import Edition, EditionProblem, load_edition, usable_editions
from calendar_rules.england import england
from calendar_rules.lengths import london
from calendar_rules.working_days import ClosedDay, WorkingCalendar
from review.case import CaseState
from review.facts import FACTS, Said, Speaker
from review.opening import calendar_years, open_case
from review.said.information import InformationRequested
from review.said.notification import IncidentReported
from review.said.referral import ReferralReceived
from review.words import Route
from store.inbox import Message, MessageStatus
from workflows.names import (
    CASE_ROUTE,
    CASE_STAGE,
    EDITION,
    OVERDUE,
    workflow_id,
    workflow_type,
)

KIND = "open"
UNNUMBERED = "unnumbered"
DEFAULT_EDITION = "doncaster-2018"


class Rehearsal(BaseModel):
    """A case whose clock can be moved: for training and for trying dates."""

    model_config = ConfigDict(extra="forbid")

    starts_at: AwareDatetime = Field(description="what the case's clock shows at its opening")
    not_yet_known: list[date] = Field(
        default=[], max_length=60, description="bank holidays that nobody knew of then; the case's calendar lacks them"
    )


class Frame(BaseModel):
    """What every opening may say of the case itself."""

    edition: str = Field(default=DEFAULT_EDITION, max_length=100, description="edition of the protocol to go by")
    rehearsal: Rehearsal | None = Field(default=None, description="only where rehearsals are switched on")


class CaseOpening(IncidentReported, Frame):
    """A potential notifiable incident, brought to attention by either partner: it opens a case (§1, N-1)."""


class ReferralOpening(ReferralReceived, Frame):
    """A referral to the CRG, from an agency or another partnership: it opens a case (§6, A-1)."""


class InformationOpening(InformationRequested, Frame):
    """Another partnership's request for information: it opens a case of its own type (§6, A-4)."""


Opening = CaseOpening | ReferralOpening | InformationOpening
PREFIX = {Route.INFORMATION_REQUEST: "IR"}  # else CR: what is referred may become a case review


async def open_up(means: Means, *, body: Opening, speaker: Speaker, by: str, message: str, fingerprint: str) -> Outcome:
    """Open a case. Idempotent by `message`, as `take_in`. Where it raises a Refusal or a problem nothing is opened."""
    means.in_hand.add(message)
    try:
        letter = Message(
            id=message, fingerprint=fingerprint, reference=None, kind=KIND, body={}, by=by, received_at=means.now()
        )
        case: CaseState | None = None
        if await means.store.inbox.get(message) is None:
            case = await _new_case(means, body, speaker, letter)
            letter = letter.model_copy(update={"reference": case.reference, "body": case.model_dump(mode="json")})
        standing = await means.store.inbox.receive(letter)
        if standing.status is MessageStatus.PENDING:
            kept = await means.store.inbox.message(message)
            case = CaseState.model_validate(kept.body) if kept else case
            if case is not None:
                await show(means, case)
                await catch_up_case(means, case.reference)
                if await begin(means, case):
                    standing = await means.store.inbox.settle(message, MessageStatus.RECORDED, None, means.now())
                    await until_seen(means, case.reference, case.rows + 1)
        if standing.status is MessageStatus.PENDING:
            means.left.add(message)
        return Outcome.of(standing)
    finally:
        means.in_hand.discard(message)


async def _new_case(means: Means, body: Opening, speaker: Speaker, letter: Message) -> CaseState:
    if body.rehearsal and not means.settings.rehearsals:
        raise Problem("rehearsals-off")
    directory = await means.store.directory.read()
    if not directory.people:
        raise Problem("directory-empty")
    now = body.rehearsal.starts_at if body.rehearsal else letter.received_at
    years = calendar_years(now)
    closed = [one for one in await means.store.closures.all() if years[0] <= one.day.year <= years[1]]
    fact: Any = FACTS[body.kind].model_validate(body.model_dump(exclude=set(Frame.model_fields)))
    made = open_case(
        UNNUMBERED,
        Said(message=letter.id, by=speaker, recorded_at=letter.received_at, fact=fact),
        edition=edition_of(means, body.edition),
        calendar=_calendar(years, closed, body.rehearsal),
        cast=directory.cast(),
        partnership=directory.partnership,
        now=now,
        rehearsal=body.rehearsal is not None,
        shift=now - letter.received_at if body.rehearsal else timedelta(0),
    )
    prefix = REHEARSAL if body.rehearsal else PREFIX.get(made.route, "CR")
    # Numbered last: an opening that is refused uses up no reference.
    return made.model_copy(update={"reference": await means.store.cases.new_reference(prefix, london(now).year)})


def _calendar(years: tuple[int, int], closed: list[ClosedDay], rehearsal: Rehearsal | None) -> WorkingCalendar:
    """England's working days; a rehearsal set in the past knows what was known then."""
    calendar, unknown = england(*years, extra=closed), rehearsal.not_yet_known if rehearsal else []
    return calendar.model_copy(update={"closed": tuple(day for day in calendar.closed if day.day not in unknown)})


def editions_of(means: Means) -> list[Edition]:
    """Every edition that a case can be opened under; a partnership's file with mistakes is none."""
    return usable_editions(means.settings.own_editions)


def edition_of(means: Means, id: str, *, field: str = "edition") -> Edition:
    """The edition with that id, packaged or the partnership's own. Raises a 422 problem that names `field`."""
    try:
        return load_edition(id, folder=means.settings.own_editions)
    except EditionProblem:
        known = ", ".join(edition.id for edition in editions_of(means))
        raise Problem(
            "unknown-edition",
            f"There is no edition of that name that can be used. Choose one of: {known}.",
            errors={field: f"choose one of: {known}"},
        ) from None


async def show(means: Means, case: CaseState) -> None:
    """Let the new case be seen at once, though its workflow may start later and then writes its own views."""
    view = snapshot(case, case.opened_at)
    await means.store.cases.project(
        case.reference, seq=case.rows, snapshot=view, rows=case.untold, settled=[], written_at=means.now()
    )


async def begin(means: Means, case: CaseState) -> bool:
    """Start the case's workflow, or find it started. False where Temporal does not answer: the relay tries again."""
    try:
        async with asyncio.timeout(GIVE_UP):
            await _start(means, case)
    except WorkflowAlreadyStartedError:
        return True
    except (RPCError, RuntimeError, TimeoutError):
        return False
    return True


async def _start(means: Means, case: CaseState) -> WorkflowHandle[Any, Any]:
    return await means.temporal.start_workflow(
        workflow_type(case.route),
        case,
        id=workflow_id(case.reference),
        task_queue=means.settings.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        search_attributes=TypedSearchAttributes(
            [
                SearchAttributePair(CASE_STAGE, case.stage.value),
                SearchAttributePair(CASE_ROUTE, case.route.value),
                SearchAttributePair(OVERDUE, False),
                SearchAttributePair(EDITION, case.edition.id),
            ]
        ),
        static_summary=f"{case.reference}: {case.route}",
        rpc_timeout=ANSWER_WITHIN,
    )
