"""The ports of the stack: each free, none asked for twice, each named by its variable when it is not."""

import errno
import socket
from collections import defaultdict

from crg.embedded.errors import PortsTaken
from settings import Settings

HOST = "127.0.0.1"  # the embedded stack answers on this machine only


def stack_ports(settings: Settings) -> dict[str, int]:
    """Every port that the stack opens, by the variable that moves it."""
    return {
        "CRG_PORT": settings.port,
        "CRG_TEMPORAL_PORT": settings.temporal_port,
        "CRG_TEMPORAL_UI_PORT": settings.temporal_ui_port,
        "CRG_SMTP_PORT": settings.smtp_port,
        "CRG_MAIL_UI_PORT": settings.mail_ui_port,
    }


def check_ports(ports: dict[str, int]) -> None:
    """Raise `PortsTaken` with a sentence for every port that cannot be had, not for the first one only."""
    asked = defaultdict(list)
    for variable, port in ports.items():
        asked[port].append(variable)
    sentences = []
    for port, variables in asked.items():
        if len(variables) > 1:
            sentences.append(f"{' and '.join(variables)} are both set to {port}. Give each a port of its own.")
        elif why := _why_not(port):
            sentences.append(f"Port {port} {why}. Stop what uses it, or set {variables[0]} to a free port.")
    if sentences:
        raise PortsTaken(sentences)


def _why_not(port: int) -> str | None:
    with socket.socket() as probe:
        # As the servers do: a connection of a stack that has just stopped is no reason to refuse.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return "is taken" if error.errno == errno.EADDRINUSE else f"cannot be opened ({error.strerror})"
    return None
