"""The mail that the catcher has caught: an `.eml` file for each, and an index that can be made again from them."""

import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from pathlib import Path

FOLDER = "mail"
INDEX = "index.jsonl"
REFUSE = "refuse.txt"
REPLIES = "replies"
MAILBOX_ID = "mailbox"  # what the catcher calls itself where it says that a sender is who they say
HEADERS = BytesHeaderParser(policy=policy.default)
MAIL_ID = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")  # when it came (UTC), and a little chance


@dataclass(frozen=True)
class Entry:
    """One line of the list. Times are RFC 3339: `sent_at` is the Date header, none if unreadable; `received_at` UTC."""

    id: str
    to: list[str]
    sender: str
    subject: str
    message_id: str
    sent_at: str | None
    received_at: str


@dataclass(frozen=True)
class Attachment:
    """A part of a mail that is not its text."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Caught:
    """A whole mail, taken apart. `text` and `html` are empty where it has none."""

    entry: Entry
    raw: bytes
    text: str
    html: str
    attachments: list[Attachment]

    def as_json(self) -> dict[str, object]:
        """The mail as `/messages/{id}.json` answers it: the entry, both texts, and the attachments' names."""
        return asdict(self.entry) | {
            "text": self.text,
            "html": self.html,
            "attachments": [one.name for one in self.attachments],
        }


class MailFolder:
    """The folder `mail` in the data folder. One process writes to it; what it holds survives a restart."""

    def __init__(self, data: Path) -> None:
        self.path = data / FOLDER
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._entries = self._load()

    @property
    def refuse_file(self) -> Path:
        """Where a person writes the addresses that are to be refused, one to a line."""
        return self.path / REFUSE

    def refused(self) -> set[str]:
        """The addresses that are refused now, in lower case; lines that begin with # are remarks."""
        try:
            lines = self.refuse_file.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return set()
        return {line.strip().lower() for line in lines if line.strip() and not line.lstrip().startswith("#")}

    def keep(self, raw: bytes, to: list[str], sender: str) -> Entry:
        """Write a mail to disk; when this returns it is in the list."""
        now = datetime.now(UTC)
        mail_id = f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        new = self.path / f"{mail_id}.new"
        new.write_bytes(raw)
        new.rename(self._file(mail_id))
        entry = _entry(mail_id, raw, to=to, sender=sender)
        with (self.path / INDEX).open("a", encoding="utf-8") as index:
            index.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
        self._entries[mail_id] = entry
        return entry

    @property
    def replies(self) -> Path:
        """Where the API looks for replies to mails."""
        return self.path / REPLIES

    def hand_on(self, mail_id: str, raw: bytes) -> None:
        """Write a reply to where the API looks for it: whole, or not at all."""
        self.replies.mkdir(exist_ok=True, mode=0o700)
        new = self.replies / f"{mail_id}.new"
        new.write_bytes(raw)
        new.rename(self.replies / f"{mail_id}.eml")

    def newest_first(self, to: str | None = None) -> list[Entry]:
        """Every mail, or those to one address."""
        entries = sorted(self._entries.values(), key=lambda entry: entry.id, reverse=True)
        return [entry for entry in entries if to is None or to.lower() in (one.lower() for one in entry.to)]

    def read(self, mail_id: str) -> Caught | None:
        """The mail taken apart, or none if there is no such mail."""
        if mail_id not in self._entries:
            return None
        raw = self._file(mail_id).read_bytes()
        message = _parse(raw)
        text, html = message.get_body(("plain",)), message.get_body(("html",))
        return Caught(
            entry=self._entries[mail_id],
            raw=raw,
            text=_text(text),
            html=_text(html),
            attachments=[_attachment(part, number) for number, part in enumerate(_others(message, text, html), 1)],
        )

    def _file(self, mail_id: str) -> Path:
        return self.path / f"{mail_id}.eml"

    def _load(self) -> dict[str, Entry]:
        """The index, less the mails whose file is gone, plus those that a crash kept out of it."""
        known: dict[str, Entry] = {}
        index = self.path / INDEX
        for line in index.read_text(encoding="utf-8").splitlines() if index.exists() else []:
            try:
                entry = Entry(**json.loads(line))
            except (ValueError, TypeError):
                continue  # a line cut short by a crash: its mail is read again below
            known[entry.id] = entry
        entries = {}
        for file in self.path.glob("*.eml"):
            if MAIL_ID.fullmatch(file.stem):
                entries[file.stem] = known.get(file.stem) or _entry(file.stem, file.read_bytes())
        return entries


def _parse(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def _entry(mail_id: str, raw: bytes, *, to: list[str] | None = None, sender: str = "") -> Entry:
    message = HEADERS.parsebytes(raw)
    try:
        sent_at: str | None = parsedate_to_datetime(str(message["date"])).isoformat()
    except ValueError:
        sent_at = None
    came = datetime.strptime(mail_id.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    return Entry(
        id=mail_id,
        to=to or ([address.addr_spec for address in message["to"].addresses] if message["to"] else []),
        sender=sender or str(message["from"] or ""),
        subject=str(message["subject"] or "").strip(),  # a long one is folded at its very start
        message_id=str(message["message-id"] or "").strip(),
        sent_at=sent_at,
        received_at=came.isoformat(),
    )


def _others(message: EmailMessage, *shown: MIMEPart | None) -> list[MIMEPart]:
    """Every leaf that is not one of the texts shown: attachments, and alternatives such as an invitation."""
    leaves = [part for part in message.walk() if not part.is_multipart()]
    return [part for part in leaves if not any(part is one for one in shown)]


def _attachment(part: MIMEPart, number: int) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        name=part.get_filename() or f"part-{number}.{part.get_content_subtype()}",
        media_type=part.get_content_type(),
        content=content if isinstance(content, bytes) else b"",
    )


def _text(part: MIMEPart | None) -> str:
    return "" if part is None else str(part.get_content())
