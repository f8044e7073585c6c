"""Five-line fakes of the world outside a case: mail server, papers, record, directory, meetings, closed days."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from temporalio import activity

from activities import orders
from activities.carry_out import CarryingActivities
from activities.crg import MeetingActivities
from activities.digest import DigestActivities
from activities.documents import DocumentActivities
from activities.mail import MailActivities
from calendar_rules.working_days import ClosedDay
from delivery.mail import Mail, MailNotTaken
from delivery.papers.making import Papers
from delivery.papers.reading import as_text
from delivery.prose import Prose
from review.case.mailing import MailTrouble
from review.case.notices import Notice
from review.case.record import RecordRow, Settled
from review.chapters.crg.meeting import AgendaLine
from review.facts import Reported
from review.facts.directory import Directory
from review.facts.enums import Stage
from review.moment import Moment, Patch
from review.protocol import STAGE_TITLES
from settings.keys import Keyring
from settings.links import Links
from store.cursor import Page
from store.documents import Stored, StoredContent
from store.errors import MomentGap
from store.mail_log import Before, MailStatus
from store.meeting import Meeting
from store.snapshot import ListedCase, Snapshot

LONDON = ZoneInfo("Europe/London")


def london(text: str) -> datetime:
    """ "2026-03-02 10:00" as clocks in London show it."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@dataclass
class World:
    """What is outside: mail that was sent, papers that are kept, the record, the people."""

    directory: Directory
    sent: list[Mail] = field(default_factory=list)
    log: dict[str, str] = field(default_factory=dict)
    posted: dict[str, list[Notice]] = field(default_factory=dict)  # what went in each mail
    documents: dict[tuple[str, str, int], StoredContent] = field(default_factory=dict)
    rows: dict[str, list[RecordRow]] = field(default_factory=dict)
    settled: list[Settled] = field(default_factory=list)
    reported: dict[tuple[str, str], Reported] = field(default_factory=dict)  # what the inbox would hold
    versions: dict[str, int] = field(default_factory=dict)
    patches: dict[str, list[Patch]] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)
    answers: dict[str, MailNotTaken] = field(default_factory=dict)  # what the server says of an address
    not_taken_from: list[Mail] = field(default_factory=list)  # each try that was answered so
    live: list[ListedCase] = field(default_factory=list)
    cases: dict[str, Snapshot] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    domain: str = "test.example.org"

    async def send(self, mail: Mail, handing_over: Callable[[], Awaitable[None]] | None = None) -> None:
        if mail.to_address in self.refuses:
            raise MailNotTaken(MailTrouble.NO_SUCH_PERSON, lasting=True, code=550)
        if answer := self.answers.get(mail.to_address):
            self.not_taken_from.append(mail)
            raise MailNotTaken(answer.trouble, lasting=answer.lasting, code=answer.code)
        self.sent.append(mail)

    async def begin(self, message_id: str, **what: Any) -> Before:
        self.log.setdefault(message_id, "begun")
        self.posted[message_id] = list(what["posted"])
        return Before(status=MailStatus.SENT if self.log[message_id] == "sent" else MailStatus.BEGUN)

    async def mark_sent(self, message_id: str) -> None:
        self.log[message_id] = "sent"

    async def handed_over(self, message_id: str) -> None:
        self.log[message_id] = "handed over"

    async def not_taken(
        self, message_id: str, status: MailStatus, trouble: MailTrouble, why: str, *, fault: str | None = None
    ) -> bool:
        self.log[message_id] = why
        return False

    def fault(self, trouble: MailTrouble, code: int | None, domain: str | None) -> str:
        return trouble

    async def stands(self, fault: str) -> bool:
        return False

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
        number = version or 1 + sum(1 for ref, name, _ in self.documents if (ref, name) == (reference, document))
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
        return self.documents.setdefault((reference, document, number), kept)

    async def get(self, reference: str, document: str, version: int) -> StoredContent | None:
        return self.documents.get((reference, document, version))

    async def carry(self, moment: Moment, *, run: str, written_at: datetime) -> None:
        version = self.versions.get(moment.reference, moment.version - 1)
        if moment.version > version + 1:
            raise MomentGap(f"{moment.reference}: {moment.version} after {version}")
        if moment.version == version + 1:
            self.versions[moment.reference] = moment.version
            self.patches.setdefault(moment.reference, []).append(moment.patch)
            self._add(moment.reference, moment.rows)
            self.settled += moment.settled

    async def note(
        self, reference: str, *, rows: Sequence[RecordRow], mail: str | None = None, **noted: object
    ) -> None:
        self._add(reference, rows)
        if mail:
            await self.mark_sent(mail)

    def _add(self, reference: str, rows: Sequence[RecordRow]) -> None:
        held = self.rows.setdefault(reference, [])
        keys = {row.key for row in held}
        held += [self._filled(reference, row) for row in rows if row.key not in keys]

    def _filled(self, reference: str, row: RecordRow) -> RecordRow:
        if not row.bare:
            return row
        fact = self.reported[reference, row.message or ""].fact.model_dump(mode="json")
        return row.model_copy(update={"detail": row.detail | ({"fact": fact} if row.kind == "refused" else fact)})


class SentLog:
    """The sent-log port over the world; `sent` is already the world's list of mails."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.begin, self.not_taken, self.sent = world.begin, world.not_taken, world.mark_sent
        self.handed_over, self.fault, self.stands = world.handed_over, world.fault, world.stands

    async def message_id(self, reference: str, cause: str, person: str, *, domain: str) -> str:
        told = f"{reference} {cause} {person}"
        return f"<{hashlib.sha256(told.encode()).hexdigest()[:40]}@{domain}>"


class LiveCases:
    """The live cases, as the digest reads them."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def list(self, **wanted: Any) -> Page[ListedCase]:
        return Page(items=self._world.live, next=None)

    async def get(self, reference: str) -> Snapshot | None:
        return None  # nobody has delegated


class LiveAgenda:
    """What lies before the CRG, as a meeting's workflow reads it."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def lines(self, now: datetime) -> list[AgendaLine]:
        found = [one for one in self._world.cases.values() if not one.rehearsal]
        return [AgendaLine(reference=one.reference, stage=STAGE_TITLES[Stage(one.stage)]) for one in found]


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


@activity.defn(name=orders.READ_MORNING)
async def read_morning() -> orders.MorningMail:
    """One thing is overdue, nothing is due today, and the CRG Chair wants to know."""
    late = orders.MorningPart(title="Overdue", count=1, lines=["CR-2026-001: Sample deadline: 1 working day late"])
    today = orders.MorningPart(title="Due today", count=0, lines=[])
    return orders.MorningMail(
        partnership="Sample Partnership", day=date(2026, 12, 22), people=["crg-chair"], parts=[late, today]
    )


_said = lru_cache(200)(as_text)  # one paper goes to many, and to read it takes a tenth of a second


class SamplePdfs:
    """Stands in for what makes PDFs, which takes a third of a second for each: what the paper says."""

    async def of(self, word: bytes) -> bytes:
        return f"%PDF-sample {_said(word)}".encode()


def activities_of(world: World, keyring: Keyring) -> list[Any]:
    """The real activities over the fakes."""
    mail = MailActivities(
        sender=world,
        log=SentLog(world),
        people=world,
        documents=world,
        prose=Prose(),
        pdfs=SamplePdfs(),
        links=Links(keyring, "https://cases.example.org"),
        mail_from="cases@example.org",
        portal="https://cases.example.org",
        safe_domains=("example.org",),
    )
    paper = DocumentActivities(documents=world, people=world, papers=Papers())
    digest = DigestActivities(cases=LiveCases(world), people=world)
    crg = MeetingActivities(
        meetings=KeptMeetings(world),
        agenda=LiveAgenda(world),
        people=world,
        closures=ClosedDays(),
        agenda_working_days=5,
    )
    carrying = CarryingActivities(projection=world, paper=paper, mail=mail)
    return [carrying.carry_out, mail.try_mail, digest.read_digest, read_morning, crg.read_crg_meeting]
