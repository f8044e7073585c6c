"""The mail catcher: takes every mail that the stack sends, by real SMTP, and shows it on a page. It delivers nothing.

Run as `python -m crg.embedded.mailbox`. To try an address that is refused, write it into `mail/refuse.txt` of the data
folder; the next mail to it is answered with 550, and the others go on. Replies are handed on to the API.
"""

import asyncio
import logging
import re
from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from urllib.parse import parse_qs, quote
from zoneinfo import ZoneInfo

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from crg.embedded import replying
from crg.embedded.hosts import OwnHosts
from crg.embedded.mail_folder import Caught, MailFolder
from crg.embedded.ports import HOST
from settings import load_settings
from settings.logs import set_up_logs

LONDON = ZoneInfo("Europe/London")
LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
PAGES = ("layout.html", "mailbox.html", "message.html")
# A mail may run no script and load nothing; its links open beside it.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
)
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'self'"


class Catcher:
    """What aiosmtpd calls: refuses the addresses of `refuse.txt`, keeps everything else, hands on what comes to the
    mailbox of replies: at an address with a plus, or at its own, as a report of a mail that was not delivered does.
    """

    def __init__(self, folder: MailFolder, replies: str) -> None:
        self._folder, self._replies = folder, replies

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.lower() in self._folder.refused():
            return "550 5.1.1 There is no such mailbox here (it is listed in refuse.txt)"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        recipients = [str(to) for to in envelope.rcpt_tos]
        entry = self._folder.keep(content, recipients, envelope.mail_from or "")
        if replying.is_for_us(recipients, self._replies):
            self._folder.hand_on(entry.id, replying.vouched_for(content, recipients))
        return f"250 OK kept as {entry.id}"


def create_app(folder: MailFolder, smtp_port: int) -> FastAPI:
    """The page and its JSON; replies go to this port."""
    app = FastAPI(title="Mailbox", openapi_url=None)
    app.add_middleware(OwnHosts)
    app.include_router(_for_programs(folder))
    app.include_router(_parts(folder))
    app.include_router(_for_people(folder))
    app.include_router(_replies(folder, smtp_port))
    return app


def _found(folder: MailFolder, mail_id: str) -> Caught:
    mail = folder.read(mail_id)
    if mail is None:
        raise HTTPException(404, "There is no such mail.")
    return mail


def _for_programs(folder: MailFolder) -> APIRouter:
    routes = APIRouter()

    @routes.get("/messages.json")
    def messages(to: str | None = None) -> list[dict[str, object]]:
        return [asdict(entry) for entry in folder.newest_first(to)]

    @routes.get("/messages/{mail_id}.json")
    def message_json(mail_id: str) -> dict[str, object]:
        return _found(folder, mail_id).as_json()

    return routes


def _parts(folder: MailFolder) -> APIRouter:
    routes = APIRouter()

    @routes.get("/messages/{mail_id}.html")
    def message_html(mail_id: str) -> HTMLResponse:
        html = f'<base target="_blank">{_found(folder, mail_id).html}'
        return HTMLResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})

    @routes.get("/messages/{mail_id}.eml")
    def message_raw(mail_id: str) -> Response:
        return _download(_found(folder, mail_id).raw, f"{mail_id}.eml", "message/rfc822")

    @routes.get("/messages/{mail_id}/attachments/{number}")
    def attachment(mail_id: str, number: int) -> Response:
        parts = _found(folder, mail_id).attachments
        if not 0 <= number < len(parts):
            raise HTTPException(404, "There is no such attachment.")
        return _download(parts[number].content, parts[number].name, parts[number].media_type)

    return routes


def _for_people(folder: MailFolder) -> APIRouter:
    routes, pages = APIRouter(), _pages()

    def page(name: str, **context: object) -> HTMLResponse:
        body = pages.get_template(name).render(**context)
        return HTMLResponse(body, headers={"Content-Security-Policy": PAGE_POLICY})

    @routes.get("/")
    def mailbox(to: str | None = None) -> HTMLResponse:
        return page(
            "mailbox.html",
            mails=folder.newest_first(to),
            to=to,
            refused=sorted(folder.refused()),
            refuse_file=folder.refuse_file,
        )

    @routes.get("/messages/{mail_id}")
    def message(mail_id: str, replied: str = "") -> HTMLResponse:
        mail = _found(folder, mail_id)
        return page("message.html", mail=mail, reply_to=replying.reply_to(mail), sent=bool(replied))

    return routes


def _replies(folder: MailFolder, smtp_port: int) -> APIRouter:
    routes = APIRouter()

    @routes.post("/messages/{mail_id}/reply")
    async def reply(request: Request, mail_id: str) -> Response:
        mail = _found(folder, mail_id)
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise HTTPException(403, "Another site sent this. Nothing was done.")
        sent = parse_qs((await request.body()).decode())
        sender, text = (" ".join(sent.get("from", [""])).strip(), "\n".join(sent.get("text", [""])))
        if not replying.reply_to(mail) or "@" not in sender or len(text) > replying.LONGEST:
            raise HTTPException(422, "This mail cannot be answered so.")
        made = replying.reply(mail, sender, text, datetime.now(LONDON))
        await asyncio.to_thread(replying.send, made, smtp_port)
        return RedirectResponse(f"/messages/{mail_id}?replied=1", status_code=303)

    return routes


def _download(content: bytes, name: str, media_type: str) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=media_type, headers=headers)


def _pages() -> Environment:
    folder = files("crg.embedded") / "pages"
    loader = DictLoader({name: (folder / name).read_text("utf-8") for name in PAGES})
    pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    pages.filters["links"] = _with_links
    pages.filters["moment"] = _moment
    return pages


def _moment(when: str) -> str:
    """The RFC 3339 moment as people here read it: Europe/London."""
    return datetime.fromisoformat(when).astimezone(LONDON).strftime("%a %-d %b %Y, %H:%M")


def _with_links(text: str) -> Markup:
    """The text with every address made a link."""
    shown, end = Markup(), 0
    for found in LINK.finditer(text):
        address = found.group()
        shown += escape(text[end : found.start()])
        shown += Markup('<a href="{0}" target="_blank" rel="noopener">{0}</a>').format(address)
        end = found.end()
    return shown + escape(text[end:])


async def serve(folder: MailFolder, *, smtp_port: int, page_port: int, replies: str) -> None:
    """Take mail and show it until the process is told to stop; hand on what comes to the mailbox of `replies`."""
    loop = asyncio.get_running_loop()
    smtp = await loop.create_server(
        lambda: SMTP(Catcher(folder, replies), enable_SMTPUTF8=True, loop=loop, hostname="mailbox"), HOST, smtp_port
    )
    config = uvicorn.Config(
        create_app(folder, smtp_port),
        host=HOST,
        port=page_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    async with smtp:
        await uvicorn.Server(config).serve()


def main() -> None:
    """The catcher of the data folder and on the ports that the settings name."""
    settings = load_settings()
    set_up_logs(settings)
    for name in ("mail.log", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)
    folder, ports = MailFolder(settings.data), (settings.smtp_port, settings.mail_ui_port)
    asyncio.run(serve(folder, smtp_port=ports[0], page_port=ports[1], replies=settings.mailbox_of_replies))


if __name__ == "__main__":
    main()
