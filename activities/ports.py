"""The means that activities need of the world, as small as can be. The store and delivery fit them as they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from delivery.mail import Mail
from review.directory import Directory
from review.record import RecordRow, Settled
from store.documents import Stored, StoredContent
from store.snapshot import Snapshot


class Post(Protocol):
    """A way to send mail."""

    @property
    def domain(self) -> str: ...

    async def send(self, mail: Mail) -> None: ...


class SentLog(Protocol):
    """What has been sent, so that nothing is sent twice."""

    async def begin(
        self, message_id: str, *, reference: str, cause: str, person: str, to: str, subject: str, sent_at: datetime
    ) -> bool: ...

    async def sent(self, message_id: str) -> None: ...

    async def refused(self, message_id: str, why: str) -> None: ...


class AddressBook(Protocol):
    """Who people are."""

    async def read(self) -> Directory: ...


class Shelf(Protocol):
    """Where documents are kept, in versions."""

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
    ) -> Stored: ...

    async def get(self, reference: str, document: str, version: int) -> StoredContent | None: ...


class Book(Protocol):
    """Where the record and the read model are written."""

    async def project(
        self,
        reference: str,
        *,
        seq: int,
        snapshot: Snapshot,
        rows: Sequence[RecordRow],
        settled: Sequence[Settled],
        written_at: datetime,
    ) -> None: ...
