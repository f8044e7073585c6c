"""Store: what has been said, done and found out, in SQL. It knows the protocol's vocabulary and no process.

Each part of it is a small class of its own; `Store` opens the database once and hands them out.
"""

import asyncio
from datetime import datetime
from types import TracebackType

from sqlalchemy import select

from settings import Settings
from settings.keys import Keyring
from store.actions import Actions
from store.agenda import CrgAgenda
from store.anchor import Anchor, make_anchor
from store.cases import Cases
from store.closures import Closures
from store.database import Database
from store.deadlines import CaseDeadlines
from store.directory import DirectoryStore
from store.documents import Documents
from store.drafts import Drafts
from store.feeds import CalendarFeeds
from store.inbox import Inbox
from store.journal import TRIED
from store.links import LinkStore
from store.mail_log import MailLog
from store.marks import Marks
from store.meeting_answers import MeetingAnswers
from store.meetings import Meetings
from store.migrations.steps import migrate
from store.morning import MorningMail
from store.openings import Openings
from store.record import Record
from store.register import Register
from store.replies import Replies
from store.restoring import Restoring
from store.sessions import Sessions
from store.sign_in_codes import SignInCodes
from store.standing_still import StandingStill
from store.tables import counters, record_heads
from store.today import Today
from store.uploads import Uploads
from store.vault import Vault
from store.verify import Verified, verify


class Store:
    """The store of one partnership. Usable as `async with Store.open(...) as store`, which closes it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._trial: asyncio.Task[None] | None = None
        self.inbox = Inbox(database)
        self.record = Record(database)
        self.register = Register(database)
        self.cases = Cases(database)
        self.deadlines = CaseDeadlines(database)
        self.actions = Actions(database)
        self.agenda = CrgAgenda(database, self.actions)
        self.today = Today(database)
        self.documents = Documents(database)
        self.uploads = Uploads(database)
        self.drafts = Drafts(database)
        self.mail_log = MailLog(database)
        self.replies = Replies(database)
        self.openings = Openings(database)
        self.directory = DirectoryStore(database)
        self.closures = Closures(database)
        self.meetings = Meetings(database)
        self.meeting_answers = MeetingAnswers(database)
        self.feeds = CalendarFeeds(database, self.meetings)
        self.marks = Marks(database)
        self.morning_mail = MorningMail(database)
        self.links = LinkStore(database)
        self.restoring = Restoring(database)
        self.sessions = Sessions(database)
        self.sign_in_codes = SignInCodes(database)
        self.standing_still = StandingStill(database)
        self.vault = Vault(database, self.standing_still.note)

    @classmethod
    def open(cls, url: str, keyring: Keyring) -> "Store":
        """A store at `sqlite:///file` or `postgresql+psycopg://...`; connects when first used."""
        return cls(Database(url, keyring))

    @classmethod
    def from_settings(cls, settings: Settings, keyring: Keyring) -> "Store":
        """The store that the settings name."""
        return cls.open(settings.database_url, keyring)

    async def migrate(self) -> None:
        """Bring the database to today's tables; every process does so at its start, also several at once."""
        await migrate(self._database)
        await self.vault.remember_keys()

    async def ping(self) -> None:
        """Raise where the database does not answer or has no tables yet."""
        async with self._database.read() as connection:
            await connection.execute(select(record_heads.c.reference).limit(1))  # on SQLite `SELECT 1` reads no file

    async def try_to_write(self) -> None:
        """Write a line that says nothing, and keep it. Raise where the database is down, locked, full or read-only.

        Who gives up waiting does not end the trial, which holds a connection until the database answers: the next one
        waits for the same.
        """
        if self._trial is None or self._trial.done():
            self._trial = asyncio.create_task(self._write_a_line())
            self._trial.add_done_callback(lambda trial: trial.cancelled() or trial.exception())
        await asyncio.shield(self._trial)

    async def _write_a_line(self) -> None:
        row = self._database.insert(counters).values(name=TRIED, value=0)
        changed = row.on_conflict_do_update(index_elements=["name"], set_={"value": 1 - counters.c.value})
        async with self._database.write() as connection:
            await connection.execute(changed)

    async def verify(self, reference: str | None = None, against: Anchor | None = None) -> Verified:
        """Whether all that is kept, or what belongs to one case, is as it was written (X-3), also since an anchor."""
        return await verify(self._database, reference, against)

    async def anchor(self, at: datetime) -> Anchor:
        """A signed list of where every chain ends, to be kept elsewhere. Raises `CannotOpen`."""
        return await make_anchor(self._database, at)

    async def close(self) -> None:
        """Give back every connection."""
        await self._database.close()

    async def __aenter__(self) -> "Store":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
