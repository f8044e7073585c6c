"""The means that activities need of the world, as small as can be. The store and delivery fit them as they are."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from delivery.mail import Mail
from review.case.mailing import MailTrouble
from review.case.notices import LinkFor, Notice
from review.case.record import RecordRow
from review.facts import DocumentRef
from review.facts.directory import Directory
from review.moment import Moment
from store.documents import Stored, StoredContent
from store.mail_log import Before, MailStatus


class MailSender(Protocol):
    """A way to send mail."""

    @property
    def domain(self) -> str: ...

    async def send(self, mail: Mail, handing_over: Callable[[], Awaitable[None]] | None = None) -> None: ...


class SentLog(Protocol):
    """What has been sent, so that nothing is sent twice."""

    async def message_id(self, reference: str, cause: str, person: str, *, domain: str) -> str: ...

    async def begin(
        self,
        message_id: str,
        *,
        reference: str,
        cause: str,
        person: str,
        to: str,
        subject: str,
        sent_at: datetime,
        again: bool = False,
        awaited: bool = False,
        link: LinkFor | None = None,
        posted: Sequence[Notice] = (),
    ) -> Before: ...

    async def handed_over(self, message_id: str) -> None: ...

    async def sent(self, message_id: str) -> None: ...

    async def not_taken(
        self, message_id: str, status: MailStatus, trouble: MailTrouble, why: str, *, fault: str | None = None
    ) -> bool: ...

    def fault(self, trouble: MailTrouble, code: int | None, domain: str | None) -> str: ...

    async def stands(self, fault: str) -> bool: ...


class AddressBook(Protocol):
    """Who people are."""

    async def read(self) -> Directory: ...


class DocumentStore(Protocol):
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


class PdfMaker(Protocol):
    """A way from a paper in Word to its PDF."""

    async def of(self, word: bytes) -> bytes: ...


class CaseProjection(Protocol):
    """Where the state, the record and what lists show are written."""

    async def carry(self, moment: Moment, *, run: str, written_at: datetime) -> None: ...

    async def note(
        self,
        reference: str,
        *,
        rows: Sequence[RecordRow],
        done: dict[str, datetime],
        written_at: datetime,
        papers: dict[str, DocumentRef] | None = None,
        mail: str | None = None,
    ) -> None: ...
