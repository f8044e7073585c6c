"""Emails in a rehearsal: read from the mail catcher, and their sign-off links followed as a person follows them.

It knows the catcher's JSON and HTML forms, nothing of scenarios.
"""

import re
from html.parser import HTMLParser
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urljoin

import httpx

from crg.embedded.mail_folder import FOLDER, REFUSE
from crg.embedded.ports import HOST
from crg.rehearsal.portal import KEPT
from review.facts.enums import Verdict
from settings import Settings
from settings.links import PATHS

SIGN_OFF = PATHS["sign-off"]


class NoLink(Exception):
    """There is no email with a sign-off link for this person."""


class Page(NamedTuple):
    """What a page answered to a person's decision."""

    status: int
    text: str


class Letters:
    """The mail catcher of a running stack, and a browser without pictures for the links in its mails."""

    def __init__(self, settings: Settings) -> None:
        self._refuse = settings.data / FOLDER / REFUSE
        self._link = re.compile(rf"{re.escape(settings.public_url)}/{SIGN_OFF}/[A-Za-z0-9_.\-]+")
        catcher = f"http://{HOST}:{settings.mail_ui_port}"
        self._catcher = httpx.AsyncClient(base_url=catcher, timeout=10, trust_env=False, limits=KEPT)
        self._browser = httpx.AsyncClient(timeout=30, trust_env=False, follow_redirects=True, limits=KEPT)
        self._refused: set[str] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.accept(*self._refused)
        await self._catcher.aclose()
        await self._browser.aclose()

    async def arrived(self) -> dict[str, dict[str, Any]]:
        """Every mail that the catcher holds, by message id."""
        answer = (await self._catcher.get("/messages.json")).raise_for_status()
        return {mail["message_id"]: mail for mail in answer.json()}

    async def sign_off_link(self, address: str, reference: str) -> str:
        """The link in the newest sign-off email of the case to this address. Raises `NoLink`."""
        newest_first = (await self._catcher.get("/messages.json", params={"to": address})).raise_for_status().json()
        for entry in newest_first:
            mail = (await self._catcher.get(f"/messages/{entry['id']}.json")).raise_for_status().json()
            found = self._link.search(mail["text"])
            if found and (reference in mail["subject"] or reference in mail["text"]):
                return found.group()
        raise NoLink(f"no email with a sign-off link has reached {address} in {reference}")

    async def decide(self, link: str, verdict: Verdict, comments: str) -> Page:
        """Open the link, choose, and send the form, as a person would."""
        await self._browser.get(link)
        opened = await self._browser.post(f"{link}/open")  # the button of its first page
        form = _Forms.first(opened.text)
        if opened.is_error or form is None:
            return Page(opened.status_code if opened.is_error else httpx.codes.CONFLICT, plain(opened.text))
        sent = await self._browser.post(
            urljoin(str(opened.url), form.action), data=form.filled(verdict.value, comments)
        )
        return Page(sent.status_code, plain(sent.text))

    def refuse(self, *addresses: str) -> None:
        """From now on the catcher refuses mail for these addresses."""
        self._refused |= set(addresses)
        self._write(self._listed() | {address.lower() for address in addresses})

    def accept(self, *addresses: str) -> None:
        """The catcher takes mail for these addresses again."""
        self._refused -= set(addresses)
        if addresses:
            self._write(self._listed() - {address.lower() for address in addresses})

    def _listed(self) -> set[str]:
        try:
            return {line.strip().lower() for line in self._refuse.read_text(encoding="utf-8").splitlines() if line}
        except FileNotFoundError:
            return set()

    def _write(self, addresses: set[str]) -> None:
        new: Path = self._refuse.with_suffix(".new")
        new.write_text("".join(f"{address}\n" for address in sorted(addresses)), encoding="utf-8")
        new.replace(self._refuse)


class _Form(NamedTuple):
    action: str
    hidden: dict[str, str]
    choices: list[tuple[str, str]]  # radio buttons and buttons: name, value
    texts: list[str]

    def filled(self, choice: str, text: str) -> dict[str, str]:
        chosen = [(name, value) for name, value in self.choices if value == choice]
        return self.hidden | dict(chosen[:1]) | dict.fromkeys(self.texts, text)


class _Forms(HTMLParser):
    """The forms of a page that are sent by POST."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Form] = []
        self._inside = False

    @classmethod
    def first(cls, page: str) -> _Form | None:
        parser = cls()
        parser.feed(page)
        return next(iter(parser.found), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = has.get("method", "").lower() == "post"
            if self._inside:
                self.found.append(_Form(has.get("action", ""), {}, [], []))
        elif self._inside and has.get("name"):
            self._field(tag, has)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False

    def _field(self, tag: str, has: dict[str, str]) -> None:
        form = self.found[-1]
        if tag == "textarea" or has.get("type") == "text":
            form.texts.append(has["name"])
        elif has.get("type") in ("radio", "submit") or tag == "button":
            form.choices.append((has["name"], has.get("value", "")))
        elif has.get("type") == "hidden":
            form.hidden[has["name"]] = has.get("value", "")


class _Words(HTMLParser):
    """What a person reads on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.main: list[str] = []
        self._depth = 0
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._depth += tag == "main"
        self._unread += tag in ("script", "style", "svg")

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "main"
        self._unread -= tag in ("script", "style", "svg")

    def handle_data(self, data: str) -> None:
        if self._depth and not self._unread and data.strip():
            self.main.append(" ".join(data.split()))


def plain(page: str) -> str:
    """The words of a page's main part."""
    words = _Words()
    words.feed(page)
    return ". ".join(word.rstrip(".") for word in words.main)
