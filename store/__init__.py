"""Store: what has been said, done and found out, in SQL. It knows the protocol's vocabulary and no process.

Each part of it is a small class of its own; `Store` opens the database once and hands them out.
"""

from types import TracebackType

from sqlalchemy import select

from settings import Settings
from settings.keys import Keyring
from store.cases import Cases
from store.closures import Closures
from store.database import Database
from store.directory import DirectoryStore
from store.documents import Documents
from store.inbox import Inbox
from store.mail_log import MailLog
from store.meetings import Meetings
from store.record import Record
from store.tables import record_heads


class Store:
    """The store of one partnership. Usable as `async with Store.open(...) as store`, which closes it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.inbox = Inbox(database)
        self.record = Record(database)
        self.cases = Cases(database)
        self.documents = Documents(database)
        self.mail_log = MailLog(database)
        self.directory = DirectoryStore(database)
        self.closures = Closures(database)
        self.meetings = Meetings(database)

    @classmethod
    def open(cls, url: str, keyring: Keyring) -> "Store":
        """A store at `sqlite+aiosqlite:///file` or `postgresql+psycopg://...`; connects when first used."""
        return cls(Database(url, keyring))

    @classmethod
    def from_settings(cls, settings: Settings, keyring: Keyring) -> "Store":
        """The store that the settings name."""
        return cls.open(settings.database_url, keyring)

    async def migrate(self) -> None:
        """Bring the database to today's tables; every process does so at its start, also several at once."""
        from store.migrations.steps import migrate  # takes 0.2 s to import; reading needs none of it

        await migrate(self._database)

    async def ping(self) -> None:
        """Raise where the database does not answer or has no tables yet."""
        async with self._database.read() as connection:
            await connection.execute(select(record_heads.c.reference).limit(1))  # on SQLite `SELECT 1` reads no file

    async def close(self) -> None:
        """Give back every connection."""
        await self._database.close()

    async def __aenter__(self) -> "Store":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
