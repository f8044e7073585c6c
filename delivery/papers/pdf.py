"""PDF of a paper: from its Word file, tagged for those who hear it (PDF/UA-1), with nothing fetched from anywhere.

The Word file is what is kept (docs/decisions/0025). The PDF follows from it alone: the same Word gives the same bytes.
WeasyPrint takes a second and a half to import and needs Debian's pango: both are wanted only where a PDF is made.
"""

import asyncio
import base64
import hashlib
import io
import logging
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from html import escape
from importlib.resources import files
from string import Template
from typing import Any, NoReturn

from delivery.papers.reading import as_html

CACHED = 64  # PDFs at hand in each process, of some 30 kB
LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation"


class NoPdf(RuntimeError):
    """No PDF can be made on this machine; the message says what is missing."""


@dataclass(frozen=True)
class About:
    """What stands at the head and foot of each page, and in the file's properties. `subject`: the case."""

    title: str
    partnership: str
    subject: str
    marking: str
    template: str = ""
    created: datetime | None = None


class Pdfs:
    """Makes PDFs of papers, each once while it is at hand. Safe for several threads."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, bytes] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    async def of(self, word: bytes) -> bytes:
        """The PDF of this Word file. Raises `NoPdf` where the machine lacks what makes it."""
        return await asyncio.to_thread(self.make, word)

    async def of_page(self, about: About, body: str) -> bytes:
        """The PDF of the inside of an HTML page, which looks as papers do. Raises `NoPdf`."""
        return await asyncio.to_thread(_written, _laid_out(about, body))

    def make(self, word: bytes) -> bytes:
        """As `of`, in this thread."""
        key = hashlib.sha256(word).hexdigest()
        with self._one_at_a_time:
            if key in self._made:
                self._made.move_to_end(key)
            else:
                self._made[key] = _pdf(word, key)
                if len(self._made) > CACHED:
                    self._made.popitem(last=False)
            return self._made[key]


def _pdf(word: bytes, key: str) -> bytes:
    from docx import Document

    document = Document(io.BytesIO(word))
    about = _about(document.core_properties)
    return _written(_laid_out(about, _logo(document, about) + _with_widths(as_html(word), document)), key)


def _written(page: str, key: str = "") -> bytes:
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # they tell of each step, and could quote a paper
    try:
        import weasyprint
    except OSError as problem:
        raise NoPdf(f"No PDF can be made here: install {LIBRARIES} (Debian), then start again.") from problem
    key = key or hashlib.sha256(page.encode()).hexdigest()
    made = weasyprint.HTML(string=page, url_fetcher=_nothing)
    return bytes(made.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=key[:32].encode()))


def _nothing(url: str, *_: Any, **__: Any) -> Any:
    """Only what the page itself holds is shown; nothing is fetched, from this machine or another."""
    if url.startswith("data:image/"):
        from weasyprint.urls import URLFetcher

        return URLFetcher(allowed_protocols=("data",)).fetch(url)
    return _refused()


def _refused() -> NoReturn:
    raise ValueError("a paper fetches nothing")


def _about(core: Any) -> About:
    """What the Word file says of itself."""
    return About(
        title=core.title or "Paper",
        partnership=core.author or "",
        subject=core.subject or "",
        marking=core.category or "",
        template=(core.keywords or "").capitalize(),
        created=core.created,
    )


def _laid_out(about: About, body: str) -> str:
    look = (files("templates") / "papers" / "page.css").read_text(encoding="utf-8")
    words = {name: value for name, value in vars(about).items() if name != "created"}
    css = Template(look).substitute({name: _string(value) for name, value in words.items()})
    made = f'<meta name="dcterms.created" content="{about.created:%Y-%m-%dT%H:%M:%SZ}">' if about.created else ""
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(about.title)}</title>'
        f'<meta name="author" content="{escape(about.partnership)}">{made}<style>{css}</style></head>'
        f"<body>{body}</body></html>"
    )


def _with_widths(html: str, document: Any) -> str:
    """The tables with columns as wide as in the Word file; to find widths by what is in them takes longest of all."""
    from docx.oxml.ns import qn

    grids = [[int(one.get(qn("w:w")) or 0) for one in table._tbl.tblGrid.gridCol_lst] for table in document.tables]
    if html.count("<table") != len(grids):
        return html  # a table in a table; each then gets widths of its own
    cols = iter("".join(f'<col style="width:{100 * one / (sum(grid) or 1):.1f}%">' for one in grid) for grid in grids)
    return re.sub(r"<table[^>]*>", lambda one: f"{one[0]}<colgroup>{next(cols)}</colgroup>", html)


def _string(value: str) -> str:
    """A string of CSS, whatever it holds."""
    return '"' + "".join(one if one.isalnum() or one == " " else f"\\{ord(one):x} " for one in value) + '"'


def _logo(document: Any, about: About) -> str:
    """The first picture of the header, on the first page."""
    from docx.oxml.ns import qn

    header = document.sections[0].header
    for blip in header._element.iter(qn("a:blip")):
        part = header.part.related_parts[blip.get(qn("r:embed"))]
        data = base64.b64encode(part.blob).decode()
        return f'<img class="logo" alt="{escape(about.partnership)}" src="data:{part.content_type};base64,{data}">'
    return ""
