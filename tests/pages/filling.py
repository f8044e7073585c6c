"""A person at a form, without a browser: reads what the page asks, types, chooses, presses a button.

Nothing can be typed that the page has no box for, nor chosen that it does not offer; what the page carries by itself is
left as it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

OURS = {"Sec-Fetch-Site": "same-origin"}
_CHOSEN = ("radio", "checkbox")


class Stuck(AssertionError):
    """What a person cannot do at this page."""


@dataclass
class Form:
    """One form of a page: what stands in it, and what it offers."""

    action: str
    carried: dict[str, list[str]] = field(default_factory=dict)  # what the page sends by itself
    typed: dict[str, list[str]] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)  # of a list, of buttons to choose from: the choices
    buttons: list[str] = field(default_factory=list)

    def fill(self, box: str, values: list[str]) -> None:
        if box in self.carried:
            if self.carried[box] != values:
                raise Stuck(f"{self.action}: {box} is {self.carried[box]} here, and cannot become {values}")
            return
        if box not in self.typed:
            raise Stuck(f"{self.action} has no box {box!r}, only {sorted(self.typed)}")
        if missing := [one for one in values if box in self.offered and one not in self.offered[box]]:
            raise Stuck(f"{self.action}, {box}: {missing} is not offered, only {self.offered[box]}")
        self.typed[box] = values

    def sent(self, button: str) -> dict[str, list[str]]:
        if button not in self.buttons:
            raise Stuck(f"{self.action} has no button {button!r}, only {self.buttons}")
        return {**self.carried, **self.typed, "_do": [button]}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text = ""
        self._in: Form | None = None
        self._box = ""
        self._deep = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in = Form(about["action"])
            self.forms.append(self._in)
        if self._in is None:
            return
        name, value = about.get("name", ""), about.get("value", "")
        if tag == "button":
            self._in.buttons.append(value)
        elif tag == "input" and about.get("type") == "hidden":
            self._in.carried.setdefault(name, []).append(value)
        elif tag == "input" and about.get("type") in _CHOSEN:
            self._in.offered.setdefault(name, []).append(value)
            self._in.typed.setdefault(name, [])
            self._in.typed[name] += [value] if "checked" in about else []
        elif tag == "input" and about.get("type") != "file":
            self._in.typed[name] = [value]
        elif tag in ("select", "textarea"):
            self._box = name
            self._in.typed[name] = [""]
        elif tag == "option":
            self._in.offered.setdefault(self._box, []).append(value)
            if "selected" in about:
                self._in.typed[self._box] = [value]
        self._deep = tag

    def handle_data(self, data: str) -> None:
        if self._in is not None and self._deep == "textarea":
            self._in.typed[self._box] = [self._in.typed[self._box][0] + data.removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        self._deep = ""
        if tag == "form":
            self._in = None


def form_in(page: str, action: str = "/cases/") -> Form:
    """The form of a page that is sent there."""
    reader = _Forms()
    reader.feed(page)
    found = [one for one in reader.forms if one.action.startswith(action)]
    if len(found) != 1:
        raise Stuck(f"{len(found)} forms that are sent to {action}...")
    return found[0]


async def filled_in(
    client: httpx.AsyncClient, path: str, boxes: Mapping[str, list[str]], *, page: str = ""
) -> httpx.Response:
    """Open a form, type, send, and confirm where the answers are to be checked. A row that lacks is added first."""
    if not page:
        opened = await client.get(path)
        if opened.status_code != httpx.codes.OK:
            raise Stuck(f"{path} was answered with {opened.status_code}")
        page = opened.text
    form = form_in(page)
    for box, values in boxes.items():
        while box not in form.typed and box not in form.carried:
            adds = [one for one in form.buttons if one.startswith("add:") and box.startswith(f"{one[4:]}.")]
            if not adds:
                break
            page = (await client.post(form.action, data=form.sent(max(adds, key=len)), headers=OURS)).text
            form = form_in(page)
        form.fill(box, values)
    answer = await client.post(form.action, data=form.sent("send"), headers=OURS)
    if answer.status_code == httpx.codes.OK and "Check your answers" in answer.text:
        check = form_in(answer.text)
        answer = await client.post(check.action, data=check.sent("confirm"), headers=OURS)
    return answer


class Person:
    """Somebody who is signed in, at the pages without a browser."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def close(self) -> None:
        await self._client.aclose()

    async def reads(self, path: str) -> str:
        """The page there."""
        return (await self._client.get(path)).text

    async def fill_in(self, link: str, boxes: Mapping[str, list[str]]) -> str:
        """As `filled_in`. The path to which that leads. Raises `Stuck`, also where the form comes back."""
        answer = await filled_in(self._client, link, boxes)
        if answer.status_code != httpx.codes.SEE_OTHER:
            raise Stuck(re.sub(r"<[^>]*>|\s+", " ", answer.text.partition("There is a problem")[2])[:300])
        return answer.headers["location"]
