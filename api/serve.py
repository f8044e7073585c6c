"""API: the process that serves it, `python -m api.serve`. The web server's own lines go to our log, too.

There is no line for each request: the path of a sign-off link is a secret.
"""

import argparse
import sys

import uvicorn

from settings import BadSetting
from settings.logs import log_why_it_cannot_start, set_up_logs
from settings.memory import look_seldom


def main() -> None:
    """Serve until told to stop; what keeps it from starting is a line of the log, and an exit code."""
    asked = _asked()
    look_seldom()
    set_up_logs()  # before anything can go wrong; the application's settings may say otherwise later
    try:
        uvicorn.run(
            asked.app,
            factory=True,
            host=asked.host,
            port=asked.port,
            log_config=None,
            log_level=asked.log_level,
            access_log=False,
            timeout_graceful_shutdown=asked.grace,
        )
    except BadSetting as refusal:
        log_why_it_cannot_start(refusal)
        sys.exit(1)


def _asked() -> argparse.Namespace:
    words = argparse.ArgumentParser(prog="python -m api.serve", description="Serve the API and the pages.")
    words.add_argument("--app", default="api.app:create_app", help="the factory of the application")
    words.add_argument("--host", default="127.0.0.1")
    words.add_argument("--port", type=int, default=8000)
    words.add_argument("--grace", type=int, default=10, help="seconds that requests under way have at the end")
    words.add_argument("--log-level", default=None, choices=["debug", "info", "warning", "error"], help="of the server")
    return words.parse_args()


if __name__ == "__main__":
    main()
