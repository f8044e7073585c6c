"""A person at a form, without a browser: reads what the page asks, presses a button.

What the page carries by itself is left as it is.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_CHOSEN = ("radio", "checkbox")


class Stuck(AssertionError):
    """What a person cannot do at this page."""


@dataclass
class Form:
    """One form of a page, and what stands in it."""

    action: str
    carried: dict[str, list[str]] = field(default_factory=dict)  # what the page sends by itself
    typed: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)

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
            self._in.typed.setdefault(name, [])
            self._in.typed[name] += [value] if "checked" in about else []
        elif tag == "input" and about.get("type") != "file":
            self._in.typed[name] = [value]
        elif tag in ("select", "textarea"):
            self._box = name
            self._in.typed[name] = [""]
        elif tag == "option" and "selected" in about:
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
