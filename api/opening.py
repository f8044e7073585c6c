"""API: how a case begins. Its state is kept in the inbox, and its workflow starts as soon as Temporal is there."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import structlog
from pydantic import AwareDatetime, ConfigDict, Field

from api.beginning import NotBegun, begin, new_reference
from api.broadcast import catch_up_case
from api.deps import Deps
from api.intake import RECORDED_WITHIN, Outcome
from api.paths import REHEARSAL
from api.problems import Problem
from calendar_rules.edition import Edition, usable_editions
from calendar_rules.england import england
from calendar_rules.lengths import london
from calendar_rules.model import Model
from calendar_rules.working_days import ClosedDay, WorkingCalendar
from review.bodies import sample_of
from review.case.state import CaseState
from review.facts import FACTS, Reported, Speaker
from review.facts.base import EDITION
from review.facts.enums import Route
from review.facts.information import InformationRequested
from review.facts.notification import IncidentReported
from review.facts.referral import ReferralReceived
from review.moment import Patcher, moment
from review.open_case import calendar_years, open_case
from store.inbox import OPENING, Message, MessageStatus

KIND = OPENING
UNNUMBERED = "unnumbered"
DEFAULT_EDITION = "doncaster-2018"

log = structlog.get_logger()


class Rehearsal(Model):
    """A case whose clock can be moved: for training and for trying dates."""

    model_config = ConfigDict(extra="forbid")

    starts_at: AwareDatetime = Field(description="what the case's clock shows at its opening")
    not_yet_known: list[date] = Field(
        default=[], max_length=60, description="bank holidays that nobody knew of then; the case's calendar lacks them"
    )


class Frame(Model):
    """What every opening may say of the case itself."""

    edition: Annotated[str, EDITION] = Field(
        default=DEFAULT_EDITION, max_length=100, description="edition of the protocol to go by"
    )
    rehearsal: Rehearsal | None = Field(default=None, description="only where rehearsals are switched on")


class CaseOpening(IncidentReported, Frame):
    """A potential notifiable incident, brought to attention by either partner: it opens a case (§1, N-1)."""


class ReferralOpening(ReferralReceived, Frame):
    """A referral to the CRG, from an agency or another partnership: it opens a case (§6, A-1)."""


class InformationOpening(InformationRequested, Frame):
    """Another partnership's request for information: it opens a case of its own type (§6, A-4)."""


Opening = CaseOpening | ReferralOpening | InformationOpening
PREFIX = {Route.INFORMATION_REQUEST: "IR"}  # else CR: what is referred may become a case review


async def open_up(deps: Deps, *, body: Opening, speaker: Speaker, by: str, message: str, fingerprint: str) -> Outcome:
    """Open a case. Idempotent by `message`, as `take_in`. Where it raises a Refusal or a problem nothing is opened."""
    deps.in_hand.add(message)
    try:
        letter = Message(
            id=message, fingerprint=fingerprint, reference=None, kind=KIND, body={}, by=by, received_at=deps.now()
        )
        case: CaseState | None = None
        if await deps.store.inbox.get(message) is None:
            case = await _new_case(deps, body, speaker, letter)
            letter = letter.model_copy(update={"reference": case.reference, "body": case.model_dump(mode="json")})
        standing = await deps.store.inbox.receive(letter)
        if standing.status is MessageStatus.PENDING:
            if case is None or standing.received_at != letter.received_at:  # it was kept before, by another request
                kept = await deps.store.inbox.message(message)
                case = CaseState.model_validate(kept.body) if kept else case
            if case is not None:
                await show(deps, case)
                await catch_up_case(deps, case.reference)
                if await _begun(deps, case, message):
                    standing = await deps.settling.settled(message, RECORDED_WITHIN) or standing
        if standing.status is MessageStatus.PENDING:
            deps.left.add(message)
        return Outcome.of(standing, case if case and case.reference == standing.reference else None)
    finally:
        deps.in_hand.discard(message)


async def _begun(deps: Deps, case: CaseState, message: str) -> bool:
    """Whether the case's workflow runs; where not, the relay tries again."""
    try:
        await begin(deps, case, opened_by=message)
    except NotBegun as problem:
        log.warning("case-not-begun", reference=case.reference, why=problem.why)
        return False
    return True


async def _new_case(deps: Deps, body: Opening, speaker: Speaker, letter: Message) -> CaseState:
    if body.rehearsal and not deps.settings.rehearsals:
        raise Problem("rehearsals-off")
    directory = await deps.store.directory.read()
    if not directory.people:
        raise Problem("directory-empty")
    now = body.rehearsal.starts_at if body.rehearsal else letter.received_at
    years = calendar_years(now)
    closed = [one for one in await deps.store.closures.all() if years[0] <= one.day.year <= years[1]]
    fact: Any = FACTS[body.kind].model_validate(body.model_dump(exclude=set(Frame.model_fields)))
    made = open_case(
        UNNUMBERED,
        Reported(message=letter.id, by=speaker, recorded_at=letter.received_at, fact=fact),
        edition=edition_of(deps, body.edition),
        calendar=_calendar(years, closed, body.rehearsal),
        cast=directory.cast(),
        partnership=directory.partnership,
        now=now,
        rehearsal=body.rehearsal is not None,
        shift=now - letter.received_at if body.rehearsal else timedelta(0),
    )
    prefix = REHEARSAL if body.rehearsal else PREFIX.get(made.route, "CR")
    # Numbered last: an opening that is refused uses up no reference.
    return made.model_copy(update={"reference": await new_reference(deps, prefix, london(now).year)})


def _calendar(years: tuple[int, int], closed: list[ClosedDay], rehearsal: Rehearsal | None) -> WorkingCalendar:
    """England's working days; a rehearsal set in the past knows what was known then."""
    calendar, unknown = england(*years, extra=closed), rehearsal.not_yet_known if rehearsal else []
    return calendar.model_copy(update={"closed": tuple(day for day in calendar.closed if day.day not in unknown)})


def editions_of(deps: Deps) -> list[Edition]:
    """Every edition that a case can be opened under; a partnership's file with mistakes is none."""
    return usable_editions(deps.settings.own_editions)


def edition_of(deps: Deps, id: str, *, field: str = "edition") -> Edition:
    """The edition with that id, packaged or the partnership's own. Raises a 422 problem that names `field`."""
    usable = {edition.id: edition for edition in editions_of(deps)}
    if id not in usable:
        known = ", ".join(usable)
        raise Problem(
            "unknown-edition",
            f"There is no edition of that name that can be used. Choose one of: {known}.",
            errors={field: f"choose one of: {known}"},
        )
    return usable[id]


async def show(deps: Deps, case: CaseState) -> None:
    """Let the new case be seen at once, though its workflow may start later: its first moment, with its record."""
    first = moment(case.model_copy(), Patcher(), case.opened_at, whole=True)
    await deps.store.cases.open(first.model_copy(update={"settled": []}), written_at=deps.now())


def sample_now(kind: str = "incident-reported") -> dict[str, Any]:
    """The sample of a kind as it would be sent now. A case opened with an incident has all its time before it."""
    return sample_of(kind, datetime.now(UTC))
