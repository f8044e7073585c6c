"""The templates of what is read in a browser: pages, and the record that is put together for an inspection."""

import re
from functools import cache
from typing import Any

from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Undefined,
)
from jinja2.exceptions import UndefinedError
from jinja2.utils import missing
from markupsafe import Markup, escape

from api.each_day import each_day
from delivery.files.inspect import in_words
from delivery.naming import subject_words
from delivery.words import FILTERS, left
from review.facts.identifiers import in_threes
from review.kit.notify import moment as short_moment


class _Careful(StrictUndefined):
    """What a page lacks is an error. What a GOV.UK macro was not given is left out, as its makers meant it."""

    __slots__ = ()

    def __new__(
        cls,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: type[Exception] = UndefinedError,
    ) -> Any:
        if isinstance(obj, dict | Undefined) or name == "caller":
            return ChainableUndefined(hint, obj, name, UndefinedError)
        return super().__new__(cls)


@cache
def environment() -> Environment:
    """The templates of the pages, with the GOV.UK macros beside them."""
    pages = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("templates", "pages"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        auto_reload=False,
        undefined=_Careful,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters.update(FILTERS)
    pages.filters["paragraphs"] = paragraphs
    pages.filters["short_moment"] = short_moment
    pages.filters["file_size"] = in_words
    pages.filters["left"] = left
    pages.filters["each_day"] = each_day
    pages.filters["in_threes"] = in_threes
    pages.filters["named"] = lambda id, name: name(id)
    pages.filters["subject"] = subject_words
    pages.globals.update(undefined=ChainableUndefined(), null=None)  # words of the macros' first language
    return pages


def paragraphs(value: str) -> Markup:
    """Plain text as HTML paragraphs: an empty line parts them, a line break stays one, everything else is escaped."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", value.replace("\r\n", "\n")) if block.strip()]
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>\n").join(escape(line) for line in block.split("\n")))
        for block in blocks
    )
