"""A mail server in the test: real SMTP, which takes, refuses or breaks off as it is told."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from delivery.mail import MailCarrier

SENDER = "Safeguarding Business Unit <office@northmoor.example>"


class Post:
    """A mail server that keeps what it takes, and answers as told."""

    def __init__(
        self, at_recipient: str | None = None, at_content: str | None = None, *, breaks_off: bool = False
    ) -> None:
        self.at_recipient = at_recipient
        self.at_content = at_content
        self.breaks_off = breaks_off  # takes the mail, and the line drops before the answer
        self.taken: list[Envelope] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if self.at_recipient is not None:
            return self.at_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.at_content is not None:
            return self.at_content
        self.taken.append(envelope)
        if self.breaks_off and server.transport:
            server.transport.close()
        return "250 OK"


def only(password: str) -> Callable[..., AuthResult]:
    """Lets in who knows the password."""

    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword) -> AuthResult:
        return AuthResult(success=login.password == password.encode(), handled=False)

    return check


@contextmanager
def serving(post: Post, **options: Any) -> Iterator[MailCarrier]:
    """A way to this server, by real SMTP."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port, auth_require_tls=False, **options)
    controller.start()
    try:
        yield MailCarrier(host="127.0.0.1", port=port, mail_from=SENDER, timeout=5)
    finally:
        controller.stop()
