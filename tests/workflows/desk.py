"""A desk to try cases at: the real Temporal server, the real activities, and five-line fakes of the world outside.

A case is a rehearsal, so that its clock is its own; time passes by moving the server's clock for this one workflow.
"""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

import worker
from calendar_rules.edition import Edition, load_edition
from calendar_rules.england import england
from crg.rehearsal.clock import clear_of
from delivery.mail import Mail
from review.asked import BeginAgain
from review.bodies import BODIES
from review.case import reads
from review.case.deadline import RunningDeadline
from review.case.record import RecordRow
from review.case.state import CaseState
from review.facts import AnyFact, DocumentRef, Reported, Speaker
from review.facts.directory import Role
from review.facts.information import InformationRequested
from review.facts.notification import IncidentReported
from review.facts.referral import ReferralReceived
from review.kit.body import Body
from review.next_steps import NextStep, needed_steps, next_steps
from review.open_case import calendar_years, open_case
from tests.workflows.world import World, london
from workflows import names
from workflows.guard import WorkflowGuard
from workflows.in_order import InOrderRunner
from workflows.temporal_ui import search_attributes

SBU = Speaker(people=["sbu-manager"], roles=[Role.BUSINESS_UNIT])


def replayer_of(converter: DataConverter) -> Replayer:
    """Replays a case's history as the worker runs it."""
    return Replayer(
        workflows=worker.WORKFLOWS,
        data_converter=converter,
        interceptors=[WorkflowGuard()],
        workflow_runner=InOrderRunner(),
    )


class Desk:
    """Opens cases on one server."""

    _numbers = itertools.count(1)  # of all desks: they share the server

    def __init__(self, server: WorkflowEnvironment, world: World, queue: str) -> None:
        self.server, self.world, self.queue = server, world, queue

    def next_reference(self) -> str:
        return f"RH-2026-{next(self._numbers):03}"

    async def open(
        self,
        aware: str = "2026-03-02 10:00",
        *,
        now: str | None = None,
        edition: Edition | None = None,
        **incident: Any,
    ) -> "Case":
        """A new case whose clock shows `now` (left out: an hour after the aware time). Times are London's."""
        aware_at = london(aware)
        at = (london(now) if now else aware_at + timedelta(hours=1)).astimezone(UTC)
        fact = IncidentReported.model_validate(
            {**IncidentReported.sample, "incident_at": aware_at - timedelta(hours=3), "aware_at": aware_at, **incident}
        )
        return await self.open_with(fact, at, edition=edition)

    async def refer(self, now: str = "2026-03-02 10:00", **referral: Any) -> "Case":
        """A new case that begins with a referral to the CRG. Times are London's."""
        at = london(now).astimezone(UTC)
        return await self.open_with(ReferralReceived.model_validate(ReferralReceived.sample | referral), at)

    async def ask(self, now: str = "2026-03-02 10:00", **request: Any) -> "Case":
        """A new information request of another partnership. Times are London's."""
        at = london(now).astimezone(UTC)
        return await self.open_with(InformationRequested.model_validate(InformationRequested.sample | request), at)

    async def open_with(self, fact: AnyFact, at: datetime, *, edition: Edition | None = None) -> "Case":
        """A new case that begins with this fact; its clock shows `at`."""
        reference = self.next_reference()
        reported = Reported(message="opening", by=SBU, recorded_at=datetime.now(UTC), fact=fact)
        self.world.reported[reference, reported.message] = reported
        state = open_case(
            reference,
            reported,
            edition=edition or load_edition("doncaster-2018"),
            calendar=england(*calendar_years(at)),
            cast=self.world.directory.cast(),
            partnership=self.world.directory.partnership,
            now=at,
            rehearsal=True,
            shift=at - datetime.now(UTC),
        )
        return await self.begin(state, at)

    async def begin(self, state: CaseState, at: datetime) -> "Case":
        """The run of a case that has been opened."""
        await self.server.client.start_workflow(
            names.workflow_type(state.route),
            state,
            id=state.reference,
            task_queue=self.queue,
            search_attributes=search_attributes(state, at),
            static_summary=f"{state.reference}: {state.route}",
        )
        return Case(self, self.server.client.get_workflow_handle(state.reference), state)


class Case:
    """One case under trial."""

    def __init__(self, desk: Desk, handle: WorkflowHandle[Any, Any], state: CaseState) -> None:
        self.desk, self.handle, self.reference = desk, handle, state.reference
        self.shift = state.shift
        self.messages = itertools.count(1)

    # --- looking ---

    async def listed(self) -> dict[str, Any]:
        """What Temporal's list says of the case, its build left out."""
        attributes = (await self.handle.describe()).typed_search_attributes
        return {pair.key.name: pair.value for pair in attributes if pair.key.name in names.SEARCH_ATTRIBUTES}

    async def state(self) -> CaseState:
        for _ in range(200):
            try:
                state: CaseState = await self.handle.query(names.STATE, result_type=CaseState)
            except RPCError as error:  # a run that has only just begun again
                if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                    raise
                await asyncio.sleep(0.02)
            else:
                return state
        raise AssertionError("the case did not begin again")

    async def now(self) -> datetime:
        """The case's clock."""
        return await self.desk.server.get_current_time(self.handle) + self.shift

    async def deadline(self, id: str) -> RunningDeadline:
        return (await self.state()).deadlines[id]

    def mails(self, subject: str = "", *, to: str | None = None) -> list[Mail]:
        """Mails of this case whose subject holds the words; `to` is a person's id."""
        people = {person.id: person.email for person in self.desk.world.directory.people}
        return [
            mail
            for mail in self.desk.world.sent
            if mail.reference == self.reference
            and subject in mail.subject
            and (to is None or mail.to_address == people[to])
        ]

    @property
    def rows(self) -> list[RecordRow]:
        return self.desk.world.rows.get(self.reference, [])

    def told(self, what: str, about: str | None = None) -> list[RecordRow]:
        """Rows of the record of one kind."""
        return [row for row in self.rows if row.what == what and (about is None or row.about == about)]

    async def steps(self) -> list[NextStep]:
        return next_steps(await self.state(), await self.now())

    # --- saying ---

    async def says(
        self, kind: str, *, by: str | None = None, message: str | None = None, **fields: Any
    ) -> dict[str, Any]:
        """Report a fact: the example of the next step where there is one, with `fields` in place of its own."""
        state = await self.state()
        offers = next_steps(state, await self.now(), rel=kind)
        about = fields.get("agency") or fields.get("officer") or fields.get("authority")
        offer = next(
            (step for step in offers if about in (None, step.about, *step.people)), offers[0] if offers else None
        )
        body = {**(offer.example if offer else {}), **fields}
        people = [by] if by else (offer.people if offer and offer.people else ["sbu-manager"])
        return await self.tell(await self.fact(kind, body, state), people=people, message=message)

    async def fact(self, kind: str, body: dict[str, Any], state: CaseState | None = None) -> AnyFact:
        parsed = BODIES[kind].model_validate(body)
        if not isinstance(parsed, Body):
            return parsed  # type: ignore[return-value]
        paper, state = parsed.paper(), state or await self.state()
        if paper is None:
            return parsed.to_fact(None, state)  # type: ignore[return-value]
        stored = await self.desk.world.put(
            self.reference,
            parsed.document,
            key=f"{kind}-{next(self.messages)}",
            content=paper.model_dump_json().encode(),
            media_type="application/json",
            title=parsed.paper_title,
            at=await self.now(),
        )
        ref = DocumentRef(document=stored.document, version=stored.version, sha256=stored.sha256)
        return parsed.to_fact(ref, state)  # type: ignore[return-value]

    def reported(self, fact: AnyFact, *, people: list[str], message: str | None = None) -> Reported:
        cast = self.desk.world.directory.cast()
        roles = [role for person in people if (known := cast.person(person)) for role in known.roles]
        by = Speaker(people=people, roles=list(dict.fromkeys(roles)))
        reported = Reported(
            message=message or f"m{next(self.messages)}", by=by, recorded_at=datetime.now(UTC), fact=fact
        )
        self.desk.world.reported[self.reference, reported.message] = reported
        return reported

    async def tell(self, fact: AnyFact, *, people: list[str], message: str | None = None) -> dict[str, Any]:
        """Send a fact as an update. Returns the receipt; raises `Refused`."""
        reported = self.reported(fact, people=people, message=message)
        try:
            receipt: dict[str, Any] = await self.handle.execute_update(
                names.SAY, reported, id=reported.message, result_type=dict
            )
        except WorkflowUpdateFailedError as failed:
            cause = failed.cause
            raise Refused(str(cause.type) if isinstance(cause, ApplicationError) else str(cause)) from None
        return receipt

    async def follow_to(self, rel: str, *, skip: Sequence[str] = ()) -> NextStep:
        """Take the needed steps one after the other until a step with that name is offered; return it."""
        step: NextStep = await self._follow(lambda step: step.rel == rel, f"step {rel} is offered", skip)
        return step

    async def decides(self, decision: str, **more: str) -> None:
        """The partners' decision, and each partner's agreement where it is asked for (R-15)."""
        sample = {"difference_reason": "Sample: the reason.", "why_no_more_is_to_be_learned": "Sample: all is known."}
        if decision == "no-further-action" and reads.immediate_learning_open(await self.state()):
            await self.says("learning-disseminated")
        await self.says("partners-decided", **sample | {"decision": decision} | more)
        await self.partners_agree()

    async def partners_agree(self) -> None:
        """Each partner's officer agrees to the decision, where that is asked for (R-15)."""
        while wanted := reads.agreement_outstanding(state := await self.state()):
            later = ("action-progressed",)  # till the paper is there to agree to, nobody goes on with an action
            await self._follow(lambda step: step.rel == "sign-off-given", "the partners are asked to agree", later)
            for partner in state.edition.national.accountable_capacities:
                one = reads.agreement_round(await self.state(), wanted)
                assert one
                signed = {"round": one.id, "sha256": one.document.sha256, "verdict": "approve", "comments": ""}
                await self.says("sign-off-given", by=f"officer-{partner}", officer=f"officer-{partner}", **signed)

    async def follow_to_stage(self, stage: str, *, skip: Sequence[str] = ()) -> None:
        """Take the needed steps, but those to skip, until the case is in that stage."""
        await self._follow(None, f"stage {stage}", skip, stage=stage)

    async def _follow(self, wanted: Any, what: str, skip: Sequence[str], *, stage: str | None = None) -> Any:
        for _ in range(600):
            state = await self.state()
            if stage and state.stage == stage:
                return None
            needed = (step for step in needed_steps(state, await self.now()) if step.rel not in skip)
            first = next(needed, None)
            offered = itertools.chain([first] if first else [], needed)
            if wanted and (found := next((step for step in offered if wanted(step)), None)):
                return found
            if first:
                fact = await self.fact(first.rel, first.example, state)
                await self.tell(fact, people=first.people or ["sbu-manager"])
            else:
                await asyncio.sleep(0.02)
        raise AssertionError(f"{what}: never came; the case is in stage {(await self.state()).stage}")

    # --- time ---

    async def passes(self, **time: float) -> None:
        """Let time pass: hours=48, days=5."""
        await self._go_to(await self.now() + timedelta(**time))

    async def _go_to(self, moment: datetime) -> None:
        await self.quiet()
        if (left := clear_of(moment) - await self.now()) > timedelta(0):
            await self.desk.server.fast_forward(self.handle, left)
            await self.quiet()

    async def until(self, moment: str) -> None:
        """Let time pass until London's clocks show this minute."""
        minute, now = london(moment), await self.now()
        assert now < minute + timedelta(minutes=1), f"{moment} is over: the case's clock shows {now}"
        await self._go_to(minute)
        now = await self.now()
        assert now < minute + timedelta(minutes=1), f"the case's clock has passed {moment} and shows {now}"

    async def continue_as_new(self) -> None:
        """Ask for continue-as-new and wait until the new run is there and at rest."""
        await self.quiet()
        before = await self.request_continue_as_new()
        for _ in range(500):
            if (await self.handle.describe()).run_id != before:
                await self.quiet()
                return
            await asyncio.sleep(0.01)
        raise AssertionError("the case did not begin again")

    async def request_continue_as_new(self) -> str:
        """Ask the run that is under way, whose id is answered."""
        run = (await self.handle.describe()).run_id or ""
        await self.handle.signal(names.BEGIN_AGAIN, BeginAgain(run=run))
        return run

    async def comes(self, what: Callable[[], object]) -> None:
        """Wait for what time brings: the server may fire a reminder a moment after its time was passed."""
        for _ in range(1000):
            if what():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it never came")

    async def quiet(self) -> None:
        """Wait until the case has nothing more to do by itself: no effect under way, everything told, nothing due.

        The server may fire a timer a moment after its time was passed.
        """
        before: tuple[str, int] | None = None
        for look in range(500):
            seen = await self._idle()
            if seen and seen == before:  # only now is the case itself asked, which costs far more
                state = await self.state()
                rests = not (state.untold or state.settled or state.outbox or self._due(state, await self.now()))
                if rests and await self._idle() == seen:  # else a run that has begun again meanwhile was asked
                    return
            before = seen
            await asyncio.sleep(min(0.01 + look / 1000, 0.05))  # the longer it takes, the more rarely it is asked
        raise AssertionError("the case never came to rest")

    def _due(self, state: CaseState, now: datetime) -> list[str]:
        """The open deadlines with a reminder that is to fire now, and the mails that are to be tried again."""
        following = {id: reads.next_reminder(state, id) for id, one in state.deadlines.items() if one.open}
        ringing = [id for id, reminder in following.items() if reminder and reminder.at <= now]
        return ringing + [str(key) for key, one in state.waiting.items() if one.again_at <= now]

    async def _idle(self) -> tuple[str, int] | None:
        """The run and the length of its history where nothing is under way."""
        about = (await self.handle.describe()).raw_description
        info = about.workflow_execution_info
        working = about.pending_activities or about.HasField("pending_workflow_task")
        return None if working else (info.execution.run_id, info.history_length)


class Refused(Exception):
    """A fact that the case did not take; says the refusal's name."""
