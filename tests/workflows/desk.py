"""A desk to try cases at: the real Temporal server, the real activities, and five-line fakes of the world outside.

A case is a rehearsal, so that its clock is its own; time passes by moving the server's clock for this one workflow.
"""

import asyncio
import hashlib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from activities.crg import MeetingRoom
from activities.digest import DigestRoom
from activities.documents import PaperRoom
from activities.mail import MailRoom
from activities.record import RecordRoom
from calendar_rules.edition import Edition, load_edition
from calendar_rules.england import england
from calendar_rules.working_days import ClosedDay
from delivery.mail import AddressRefused, Mail
from delivery.prose import Prose
from review import examples
from review.bodies import BODIES, Body
from review.case import CaseState
from review.clocks import Clock
from review.crg_meeting import MeetingTold
from review.directory import Directory, Role
from review.facts import AnyFact, DocumentRef, Said, Speaker
from review.opening import calendar_years, open_case
from review.record import RecordRow, Settled
from review.said.information import InformationRequested
from review.said.notification import IncidentReported
from review.said.referral import ReferralReceived
from review.steps import NextStep, needed_steps, next_steps
from settings.keys import Keyring
from settings.links import Links
from store.cursor import Page
from store.documents import Stored, StoredContent
from store.meetings import Meeting
from store.snapshot import CaseLine, Snapshot
from workflows import names
from workflows.going_on import search_attributes

LONDON = ZoneInfo("Europe/London")
SBU = Speaker(people=["sbu-manager"], roles=[Role.BUSINESS_UNIT])


def london(text: str) -> datetime:
    """ "2026-03-02 10:00" as clocks in London show it."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@dataclass
class World:
    """What is outside: mail that was sent, papers on the shelf, the record, the people."""

    directory: Directory
    sent: list[Mail] = field(default_factory=list)
    log: dict[str, str] = field(default_factory=dict)
    shelf: dict[tuple[str, str, int], StoredContent] = field(default_factory=dict)
    rows: dict[str, list[RecordRow]] = field(default_factory=dict)
    settled: list[Settled] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    live: list[CaseLine] = field(default_factory=list)
    cases: dict[str, Snapshot] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    domain: str = "test.example.org"

    async def send(self, mail: Mail) -> None:
        if mail.to_address in self.refuses:
            raise AddressRefused(mail.to_address, 550, "no such mailbox")
        self.sent.append(mail)

    async def begin(self, message_id: str, **what: Any) -> bool:
        self.log.setdefault(message_id, "begun")
        return self.log[message_id] == "sent"

    async def mark_sent(self, message_id: str) -> None:
        self.log[message_id] = "sent"

    async def refused(self, message_id: str, why: str) -> None:
        self.log[message_id] = why

    async def read(self) -> Directory:
        return self.directory

    async def put(
        self,
        reference: str,
        document: str,
        *,
        key: str,
        content: bytes,
        media_type: str,
        title: str,
        at: datetime,
        version: int | None = None,
    ) -> Stored:
        number = version or 1 + sum(1 for ref, name, _ in self.shelf if (ref, name) == (reference, document))
        sha256 = hashlib.sha256(content).hexdigest()
        about = {
            "document": document,
            "version": number,
            "sha256": sha256,
            "media_type": media_type,
            "title": title,
            "at": at,
        }
        kept = StoredContent.model_validate({**about, "content": content, "reference": reference, "key": key})
        return self.shelf.setdefault((reference, document, number), kept)

    async def get(self, reference: str, document: str, version: int) -> StoredContent | None:
        return self.shelf.get((reference, document, version))

    async def project(
        self,
        reference: str,
        *,
        seq: int,
        snapshot: Snapshot,
        rows: Sequence[RecordRow],
        settled: Sequence[Settled],
        written_at: datetime,
    ) -> None:
        held = self.rows.setdefault(reference, [])
        held += [row for row in rows if row.seq > len(held)]
        self.settled += settled


class SentLog:
    """The sent-log port over the world; `sent` is already the world's list of mails."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.begin, self.refused, self.sent = world.begin, world.refused, world.mark_sent


class LiveCases:
    """The live cases, as the digest and the CRG's agenda read them."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def list(self, **wanted: Any) -> Page[CaseLine]:
        return Page(items=self._world.live, next=None)

    async def live(self) -> Sequence[str]:
        return list(self._world.cases)

    async def get(self, reference: str) -> Snapshot | None:
        return self._world.cases.get(reference)


class KeptMeetings:
    """The CRG's meetings, as their workflow reads them."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def get(self, id: str) -> Meeting:
        return self._world.meetings[id]


class ClosedDays:
    """No day but the bank holidays is closed."""

    async def all(self) -> list[ClosedDay]:
        return []


def activities_of(world: World, keyring: Keyring) -> list[Any]:
    """The real activities over the fakes."""
    mail = MailRoom(
        post=world,
        log=SentLog(world),
        people=world,
        shelf=world,
        prose=Prose(),
        links=Links(keyring, "https://cases.example.org"),
        mail_from="cases@example.org",
        portal="https://cases.example.org",
    )
    paper = PaperRoom(shelf=world, people=world, prose=Prose())
    digest = DigestRoom(cases=LiveCases(world), people=world)
    crg = MeetingRoom(
        meetings=KeptMeetings(world), cases=LiveCases(world), people=world, closures=ClosedDays(), agenda_working_days=5
    )
    record = RecordRoom(book=world)
    return [mail.send_notice, paper.make_document, record.write_record, digest.read_digest, crg.read_crg_meeting]


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
            {**examples.INCIDENT, "incident_at": aware_at - timedelta(hours=3), "aware_at": aware_at, **incident}
        )
        return await self.open_with(fact, at, edition=edition)

    async def refer(self, now: str = "2026-03-02 10:00", **referral: Any) -> "Case":
        """A new case that begins with a referral to the CRG. Times are London's."""
        at = london(now).astimezone(UTC)
        return await self.open_with(ReferralReceived.model_validate(examples.REFERRAL | referral), at)

    async def ask(self, now: str = "2026-03-02 10:00", **request: Any) -> "Case":
        """A new information request of another partnership. Times are London's."""
        at = london(now).astimezone(UTC)
        return await self.open_with(InformationRequested.model_validate(examples.INFORMATION_REQUEST | request), at)

    async def open_with(self, fact: AnyFact, at: datetime, *, edition: Edition | None = None) -> "Case":
        """A new case that begins with this fact; its clock shows `at`."""
        reference = self.next_reference()
        state = open_case(
            reference,
            Said(message="opening", by=SBU, recorded_at=datetime.now(UTC), fact=fact),
            edition=edition or load_edition("doncaster-2018"),
            calendar=england(*calendar_years(at)),
            cast=self.world.directory.cast(),
            partnership=self.world.directory.partnership,
            now=at,
            rehearsal=True,
            shift=at - datetime.now(UTC),
        )
        await self.server.client.start_workflow(
            names.workflow_type(state.route),
            state,
            id=reference,
            task_queue=self.queue,
            search_attributes=search_attributes(state, at),
            static_summary=f"{reference}: {state.route}",
        )
        return Case(self, self.server.client.get_workflow_handle(reference), state)


class Gathering:
    """One meeting of the CRG under trial: what becomes of it is written down, then its workflow is told to look."""

    _numbers = itertools.count(1)

    def __init__(self, desk: Desk, handle: WorkflowHandle[Any, Any]) -> None:
        self.desk, self.handle, self.reference = desk, handle, handle.id
        self._seen = 0

    @classmethod
    async def call(cls, desk: Desk, starts_at: datetime, **more: Any) -> "Gathering":
        id = f"crg-{starts_at.date()}-{next(cls._numbers)}"
        desk.world.meetings[id] = Meeting(id=id, starts_at=starts_at, link="https://meet.example.org/crg", **more)
        handle = await desk.server.client.start_workflow(
            names.CRG_MEETING, MeetingTold(meeting=id), id=id, task_queue=desk.queue
        )
        return cls(desk, handle)

    async def changes(self, **changes: Any) -> None:
        """Moved, cancelled or held; nothing of it where the directory has changed."""
        meetings = self.desk.world.meetings
        meetings[self.reference] = meetings[self.reference].model_copy(update=changes)
        await self.handle.signal(names.LOOK_AGAIN)

    async def until(self, moment: datetime) -> None:
        now = await self.desk.server.get_current_time(self.handle)
        await self.desk.server.fast_forward(self.handle, moment - now)

    async def mails(self, count: int) -> list[Mail]:
        """So many new mails about the meeting, once they are there."""
        for _ in range(1000):
            found = [mail for mail in self.desk.world.sent if mail.reference == self.reference]
            if len(found) >= self._seen + count:
                break
            await asyncio.sleep(0.01)
        new, self._seen = found[self._seen :], len(found)
        assert len(new) == count, [mail.subject for mail in new]
        return new


class Case:
    """One case under trial."""

    def __init__(self, desk: Desk, handle: WorkflowHandle[Any, Any], state: CaseState) -> None:
        self.desk, self.handle, self.reference = desk, handle, state.reference
        self.shift = state.shift
        self.messages = itertools.count(1)

    # --- looking ---

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

    async def clock(self, id: str) -> Clock:
        return (await self.state()).clocks[id]

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
        offers = [step for step in await self.steps() if step.rel == kind]
        about = fields.get("agency") or fields.get("officer") or fields.get("authority")
        offer = next(
            (step for step in offers if about in (None, step.about, *step.people)), offers[0] if offers else None
        )
        body = {**(offer.example if offer else {}), **fields}
        people = [by] if by else (offer.people if offer and offer.people else ["sbu-manager"])
        return await self.tell(await self.fact(kind, body), people=people, message=message)

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

    def said(self, fact: AnyFact, *, people: list[str], message: str | None = None) -> Said:
        cast = self.desk.world.directory.cast()
        roles = [role for person in people if (known := cast.person(person)) for role in known.roles]
        by = Speaker(people=people, roles=list(dict.fromkeys(roles)))
        return Said(message=message or f"m{next(self.messages)}", by=by, recorded_at=datetime.now(UTC), fact=fact)

    async def tell(self, fact: AnyFact, *, people: list[str], message: str | None = None) -> dict[str, Any]:
        """Send a fact as an update. Returns the receipt; raises `Refused`."""
        said = self.said(fact, people=people, message=message)
        try:
            receipt: dict[str, Any] = await self.handle.execute_update(
                names.SAY, said, id=said.message, result_type=dict
            )
        except WorkflowUpdateFailedError as failed:
            cause = failed.cause
            raise Refused(str(cause.type) if isinstance(cause, ApplicationError) else str(cause)) from None
        return receipt

    async def follow_to(self, rel: str, *, skip: Sequence[str] = ()) -> NextStep:
        """Take the needed steps one after the other until a step with that name is offered; return it."""
        step: NextStep = await self._follow(lambda step: step.rel == rel, f"step {rel} is offered", skip)
        return step

    async def follow_to_stage(self, stage: str) -> None:
        """Take the needed steps until the case is in that stage."""
        await self._follow(None, f"stage {stage}", (), stage=stage)

    async def _follow(self, wanted: Any, what: str, skip: Sequence[str], *, stage: str | None = None) -> Any:
        for _ in range(600):
            state = await self.state()
            if stage and state.stage == stage:
                return None
            needed = [step for step in needed_steps(state, await self.now()) if step.rel not in skip]
            if wanted and (found := next((step for step in needed if wanted(step)), None)):
                return found
            if needed:
                fact = await self.fact(needed[0].rel, needed[0].example, state)
                await self.tell(fact, people=needed[0].people or ["sbu-manager"])
            else:
                await asyncio.sleep(0.02)
        raise AssertionError(f"{what}: never came; the case is in stage {(await self.state()).stage}")

    # --- time ---

    async def passes(self, **time: float) -> None:
        """Let time pass: hours=48, days=5."""
        await self.quiet()
        await self.desk.server.fast_forward(self.handle, timedelta(**time))
        await self.quiet()

    async def until(self, moment: str) -> None:
        """Let time pass until London's clocks show this."""
        left = london(moment) - await self.now()
        assert left > timedelta(0), f"{moment} is over: the case's clock shows {await self.now()}"
        await self.passes(seconds=left.total_seconds())

    async def begin_again(self) -> None:
        """Ask for continue-as-new and wait until the new run is there and at rest."""
        await self.quiet()
        before = (await self.handle.describe()).run_id
        await self.handle.signal(names.BEGIN_AGAIN)
        for _ in range(500):
            if (await self.handle.describe()).run_id != before:
                await self.quiet()
                return
            await asyncio.sleep(0.01)
        raise AssertionError("the case did not begin again")

    async def comes(self, what: Callable[[], object]) -> None:
        """Wait for what time brings: the server may ring a bell a moment after its time was passed."""
        for _ in range(1000):
            if what():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it never came")

    async def quiet(self) -> None:
        """Wait until the case has nothing more to do by itself: no effect under way, everything told."""
        before: tuple[str, int] | None = None
        for _ in range(1000):
            seen = await self._idle()
            if seen and seen == before:  # only now is the case itself asked, which costs far more
                state = await self.state()
                told = state.rows == len(self.rows) and not state.untold and not state.outbox
                if told and await self._idle() == seen:  # else a run that has begun again meanwhile was asked
                    return
            before = seen
            await asyncio.sleep(0.01)
        raise AssertionError("the case never came to rest")

    async def _idle(self) -> tuple[str, int] | None:
        """The run and the length of its history where nothing is under way."""
        about = (await self.handle.describe()).raw_description
        info = about.workflow_execution_info
        working = about.pending_activities or about.HasField("pending_workflow_task")
        return None if working else (info.execution.run_id, info.history_length)


class Refused(Exception):
    """A fact that the case did not take; says the refusal's name."""
