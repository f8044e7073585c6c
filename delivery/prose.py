"""Templates into words: mails (subject, text, HTML). Part of `delivery`; decides nothing.

A mail is written once, in light Markdown, as three blocks: `subject`, `asked` (the first line: what, by when, how)
and `body`. The text part is that Markdown; the HTML part is the same rendered. A fourth, empty block `outside` marks a
mail whose reader cannot sign in to the portal, `of_no_case` one that is about all cases or none.
What comes from the case is data, not Markdown: for HTML every inserted value is escaped, so that nobody can put a link
or markup into a mail by naming an agency cleverly.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markdown_it import MarkdownIt
from markupsafe import Markup

from delivery.acts import act, act_in_subject, owing
from delivery.replies.marks import MARK
from delivery.words import FILTERS, given

_FILTERS = FILTERS | {"act": act, "act_in_subject": act_in_subject, "owing": owing}
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_ASKS_NOTHING = ("For information", "For your information", "Recorded", "Cancelled", "Please disregard")
_NO_CASE = "Case reviews"  # what a mail is about that is of no single case
_ITEM = re.compile(r"(-|\d+\.) ")


@dataclass(frozen=True)
class RenderedMail:
    """The words of one mail. `text` begins with what is asked."""

    subject: str
    text: str
    html: str
    asked: str  # its first line, less the day that it is


class _Markdown(str):
    """Markdown of our own making; not to be escaped again."""

    __slots__ = ()


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _as_data(value: object) -> object:
    return value if isinstance(value, _Markdown) else _PUNCTUATION.sub(r"\\\1", str(_one_line(value)))


def _address(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError(
            "a link in a mail must be a full http or https address: check the base address in the settings"
        )
    return quote(url, safe=":/?#[]@!$&'()*+,;=%~")


def _link_in_text(url: str, words: str) -> str:
    return f"{words}: {_address(url)}"


def _link_in_html(url: str, words: str) -> _Markdown:
    return _Markdown(f"[{_as_data(words)}](<{_address(url)}>)")


def _settled(text: str) -> str:
    """Join the lines that the template's author broke, so that each paragraph or list item is one line."""
    blocks = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines: list[str] = []
        for line in (line.strip() for line in block.splitlines()):
            if lines and not _ITEM.match(line):
                lines[-1] += f" {line}"
            else:
                lines.append(line)
        blocks.append("\n".join(lines))
    return "\n\n".join(block for block in blocks if block)


class Prose:
    """Every mail that the product writes to people, from `templates/mail`; its papers are `delivery.papers`.

    A value that the template needs and the context lacks is an error (`jinja2.UndefinedError`), never an empty place.
    """

    def __init__(self) -> None:
        mails = PackageLoader("templates", "mail")
        settings: dict[str, Any] = {
            "undefined": StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
            "auto_reload": False,  # else the file of each template is looked at with each mail
        }
        # A mail is Markdown: values are escaped by `_as_data`, HTML by markdown-it (html off).
        self._text = Environment(loader=mails, autoescape=False, finalize=_one_line, **settings)  # noqa: S701
        self._markdown = Environment(loader=mails, autoescape=False, finalize=_as_data, **settings)  # noqa: S701
        self._frames = Environment(loader=mails, autoescape=lambda name: name == "layout.html", **settings)  # noqa: S701
        for environment in (self._text, self._markdown, self._frames):
            environment.filters.update({name: given(one) for name, one in _FILTERS.items()})
        self._text.filters["link"] = given(_link_in_text)
        self._markdown.filters["link"] = given(_link_in_html)
        self._to_html = MarkdownIt("commonmark", {"html": False})

    def mail_templates(self) -> list[str]:
        """Names of all mails, sorted."""
        return sorted(name.removesuffix(".j2") for name in self._text.list_templates(extensions=["j2"]))

    def render_mail(self, name: str, context: Mapping[str, Any]) -> RenderedMail:
        """The mail `name` for one person.

        `context`: reference, partnership, to_name, portal (the case's address) and `n`: see the template's first line;
        `attached` where papers of the case go with it; `telephone` of the Business Unit; `counted`, the day while D-7
        runs; `reply` says what a reply to this mail counts for (`delivery.replies.offering`); `away` is for whom
        this person stands in, each with `until`.
        """
        template = self._text.get_template(f"{name}.j2")
        context = {
            "attached": False,
            "away": [],
            "telephone": "",
            "reply": None,
            "mark": MARK,
            "counted": "",
            **context,
        }
        subject = " ".join(_block(template, "subject", context).split())
        frame = {**context, "subject": subject, "outside": "outside" in template.blocks}
        frame["of_a_case"] = "of_no_case" not in template.blocks
        frame["about"] = f"Case {context['reference']}" if frame["of_a_case"] else _NO_CASE
        first = _settled(_block(template, "asked", context))
        asks = frame["of_a_case"] and not frame["outside"] and not first.startswith(_ASKS_NOTHING)
        frame["today"] = f" Today is {context['counted']}." if context["counted"] and asks else ""
        text = self._frames.get_template("layout.txt").render(
            frame, asked=first, body=_settled(_block(template, "body", context))
        )
        marked = self._markdown.get_template(f"{name}.j2")
        asked = self._to_html.renderInline(_settled(_block(marked, "asked", context)))
        body = self._to_html.render(_settled(_block(marked, "body", context)))
        html = self._frames.get_template("layout.html").render(
            frame,
            asked=Markup(asked),  # noqa: S704 - markdown-it wrote it, from escaped values
            body=Markup(body),  # noqa: S704 - as above
        )
        return RenderedMail(subject=subject, text=text.strip() + "\n", html=html, asked=first)


def _block(template: Template, name: str, context: Mapping[str, Any]) -> str:
    return "".join(template.blocks[name](template.new_context(dict(context))))
