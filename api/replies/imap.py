"""API: the IMAP mailbox of replies. Each mail is kept, then moved; what is not kept stays where it is.

`imap-tools` blocks, so this runs in a thread.
"""

import imaplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from delivery.tokens import NoToken, Tokens
from settings import Settings, SmtpTls

WITHIN = 30.0  # seconds, for each step
_NO = (OSError, ImapToolsError, imaplib.IMAP4.error)  # away, or the server says no, or goodbye


class MailboxAway(Exception):
    """The mailbox does not answer, or does not let us in. Its text holds no address and no words of the server."""


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """The way to the mailbox of replies."""

    host: str
    port: int
    tls: SmtpTls
    username: str
    password: str = field(repr=False)
    folder: str
    done: str
    tokens: Tokens | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> Self | None:
        """The mailbox that the settings name; None where they name none."""
        if not settings.inbound_imap_host:
            return None
        password, secret = settings.inbound_imap_password, settings.inbound_imap_client_secret
        tokens = None
        if settings.inbound_imap_token_url:
            tokens = Tokens(
                url=settings.inbound_imap_token_url,
                client_id=settings.inbound_imap_client_id or "",
                client_secret=secret.get_secret_value() if secret else "",
                scope=settings.inbound_imap_scope,
            )
        return cls(
            host=settings.inbound_imap_host,
            port=settings.inbound_imap_port,
            tls=settings.inbound_imap_tls,
            username=settings.inbound_imap_username or "",
            password=password.get_secret_value() if password else "",
            folder=settings.inbound_imap_folder,
            done=settings.inbound_imap_done_folder,
            tokens=tokens,
        )

    def empty(self, keep: Callable[[bytes], None]) -> int:
        """Hand every mail of the folder to `keep`, and move it once that has returned. Raises `MailboxAway`."""
        try:
            with self._opened() as box:
                box.client.noop()  # else mail that has just come is not seen
                if not box.folder.exists(self.done):
                    box.folder.create(self.done)
                uids = box.uids()
                for uid in uids:
                    if raw := _raw(box, uid):
                        keep(raw)
                        box.move([uid], self.done)
                return len(uids)
        except _NO as problem:
            raise MailboxAway(type(problem).__name__) from problem

    def look(self) -> None:
        """Whether it lets us in and has the folder. Raises `MailboxAway`."""
        try:
            with self._opened():
                pass
        except _NO as problem:
            raise MailboxAway(type(problem).__name__) from problem

    def _opened(self) -> BaseMailBox:
        try:
            token = self.tokens.get() if self.tokens else ""
        except NoToken as problem:
            raise MailboxAway(str(problem)) from None
        box = self._reached()
        try:
            if self.tokens:
                return box.xoauth2(self.username, token, initial_folder=self.folder)
            return box.login(self.username, self.password, initial_folder=self.folder)
        except BaseException:
            if self.tokens:
                self.tokens.forget()
            box.client.shutdown()
            raise

    def _reached(self) -> BaseMailBox:
        """Connected; the library by itself would believe any certificate."""
        if self.tls is SmtpTls.NONE:
            return MailBoxUnencrypted(self.host, self.port, timeout=WITHIN)
        known = ssl.create_default_context()
        way = MailBox if self.tls is SmtpTls.TLS else MailBoxStartTls
        return way(self.host, self.port, timeout=WITHIN, ssl_context=known)


def _raw(box: BaseMailBox, uid: str) -> bytes | None:
    """The mail exactly as it came, not marked as seen."""
    _, found = box.client.uid("FETCH", uid, "(BODY.PEEK[])")
    return next((bytes(part[1]) for part in found if isinstance(part, tuple)), None)
