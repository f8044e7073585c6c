"""Tiny programs that stand in for the API and the worker while the supervisor is tested. Run as `python -m`.

stand_ins.py api PORT            answers every GET with 200
stand_ins.py worker DATA         writes its marker, waits, notes that it was asked to stop
stand_ins.py stubborn MARKER     is asked to stop and does not
stand_ins.py parent MARKER       starts a program of its own, whose id it writes to the marker, and waits
stand_ins.py broken              says why and ends
stand_ins.py stack DATA PORTS... the whole stack, with these stand-ins, as `crg run` keeps it running
"""

import asyncio
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


def command(*arguments: object) -> list[str]:
    """The command line of a stand-in."""
    return [sys.executable, "-m", "tests.embedded.stand_ins", *map(str, arguments)]


class Always200(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def api(port: str) -> None:
    HTTPServer(("127.0.0.1", int(port)), Always200).serve_forever()


def worker(data: str) -> None:
    def stop(*_: object) -> None:
        Path(data, "run", "worker.stopped").write_text(str(time.time()))
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    Path(data, "run", "worker.ready").touch()
    while True:
        signal.pause()


def stubborn(marker: str) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path(marker).touch()
    while True:
        signal.pause()


def parent(marker: str) -> None:
    grandchild = subprocess.Popen(["sleep", "60"])
    new = Path(f"{marker}.new")
    new.write_text(str(grandchild.pid))
    new.rename(marker)
    signal.pause()


def broken() -> None:
    sys.exit("the reason that a person must see")


def stack(data: str, *ports: str) -> None:
    from crg.command import keep_running
    from crg.embedded.stack import Stack
    from settings import load_settings

    names = ("port", "temporal_port", "temporal_ui_port", "smtp_port", "mail_ui_port")
    settings = load_settings(data=Path(data), **dict(zip(names, map(int, ports), strict=True)))

    async def run() -> None:
        stack = Stack(settings, say=print, api=command("api", settings.port), worker=command("worker", data))
        await keep_running(stack)

    asyncio.run(run())


def main() -> None:
    {one.__name__: one for one in (api, worker, stubborn, parent, broken, stack)}[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()
