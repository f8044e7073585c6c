"""Papers: Word documents, each made from a Word template that a partnership can edit (docs/decisions/0025).

A template is a .docx with Jinja in it, as docxtpl reads it: `{{ due | deadline }}` in a sentence, `{%p if ... %}` in a
paragraph of its own, `{%tr for ... %}` in a table row of its own. The same context makes the same bytes: the paper is
known by its hash.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import structlog
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined, Template, TemplateError
from markupsafe import Markup, escape

from delivery.packing import packed
from delivery.words import FILTERS, given

LOGO_HEIGHT = Cm(1.6)
MARKING = "OFFICIAL-SENSITIVE"

_PART = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
_CORE = "docProps/core.xml"
# What XML cannot hold, and the signs that docxtpl takes for a new paragraph or page.
_NOT_IN_WORD = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_KEPT = 64  # templates read, with and without a logo

log = structlog.get_logger()


class PaperNotMade(ValueError):
    """A template cannot be used; the message says why, for those who edit it."""


class _Paragraphs(Markup):
    """Text that is escaped and parted into Word's paragraphs already."""

    __slots__ = ()


def _clean(value: object) -> object:
    """What is inserted, without what would break a Word file or be taken for a new paragraph."""
    if isinstance(value, str) and not isinstance(value, _Paragraphs):
        cleaned = _NOT_IN_WORD.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
        return Markup(cleaned) if isinstance(value, Markup) else cleaned  # noqa: S704 - it was Markup before
    return value


def paragraphs(value: str) -> Markup:
    """Plain text as paragraphs of Word: an empty line parts them, a line break stays one, everything is escaped."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", str(_clean(value))) if block.strip()]
    return _Paragraphs("\a".join(str(escape(block)) for block in blocks))


def environment() -> Environment:
    """Jinja as the templates know it: a value that is missing is an error, never an empty place."""
    made = Environment(undefined=StrictUndefined, autoescape=True, finalize=_clean)
    made.filters.update({name: given(one) for name, one in (FILTERS | {"paragraphs": paragraphs}).items()})
    return made


ENVIRONMENT = environment()


@dataclass(frozen=True)
class Source:
    """One template: its name, whether it is a partnership's own, and its content."""

    name: str
    own: bool
    content: bytes

    @property
    def version(self) -> str:
        """The first digits of the content's SHA-256."""
        return hashlib.sha256(self.content).hexdigest()[:10]


@dataclass(frozen=True)
class _Read:
    """A template, read once: the package's other files as they are, and what is filled in."""

    others: tuple[tuple[str, bytes], ...]
    parts: tuple[tuple[str, Template], ...]
    title: str


class Papers:
    """Makes every paper. A template in the folder `own` wins over ours of the same name."""

    def __init__(self, own: Path | None = None, *, marking: str = MARKING, logo: Path | None = None) -> None:
        self._own, self._marking, self._logo = own, marking, logo

    def names(self) -> list[str]:
        """Names of all papers, sorted."""
        room = files("templates") / "papers"
        return sorted(one.name.removesuffix(".docx") for one in room.iterdir() if one.name.endswith(".docx"))

    def source(self, name: str, *, ours: bool = False) -> Source:
        """The template of a paper: the partnership's, or ours where it has none or `ours` is asked for."""
        file = self._own / f"{name}.docx" if self._own and not ours else None
        if file is not None and file.is_file():
            return Source(name, True, file.read_bytes())
        return Source(name, False, (files("templates") / "papers" / f"{name}.docx").read_bytes())

    def render(self, name: str, context: Mapping[str, Any]) -> bytes:
        """The paper `name` as a Word file.

        `context`: reference, partnership, version, made_at (aware), and `n`, whose keys the template names.
        A partnership's own template that cannot be used is told in the log, and ours makes the paper: clocks run.
        """
        source = self.source(name)
        try:
            return self.render_from(source, context)
        except PaperNotMade as problem:
            if not source.own:
                raise
            log.error("own template not used", template=name, version=source.version, why=str(problem))
            return self.render_from(self.source(name, ours=True), context)

    def render_from(self, source: Source, context: Mapping[str, Any]) -> bytes:
        """The paper that this template makes. Raises `PaperNotMade`."""
        logo = self._logo.read_bytes() if self._logo else None
        read = _read(source, logo, context["partnership"] if logo else "")
        made = f"{source.name} {source.version}"
        whole = context["n"] | {
            "reference": context["reference"],
            "partnership": context["partnership"],
            "version": context["version"],
            "made_at": context["made_at"],
            "marking": self._marking,
            "template": made,
            "logo": bool(logo),
        }
        try:
            parts = [(name, _filled(template, whole)) for name, template in read.parts]
        except (TemplateError, TypeError, ValueError, LookupError) as problem:
            raise PaperNotMade(str(problem)) from problem
        return _zipped([*read.others, *parts, (_CORE, _core(read.title, whole))])


@lru_cache(maxsize=_KEPT)
def _read(source: Source, logo: bytes | None, alt: str) -> _Read:
    """Take a template apart and compile what is filled in: to do so each time takes five times as long."""
    content = _with_logo(source.content, logo, alt) if logo else source.content
    try:
        parts = tuple((name, ENVIRONMENT.from_string(xml)) for name, xml in parts_of(content).items())
    except TemplateError as problem:
        raise PaperNotMade(str(problem)) from problem
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        filled = {_CORE, *(name for name, _ in parts)}
        others = tuple((name, package.read(name)) for name in package.namelist() if name not in filled)
    return _Read(others, parts, Document(io.BytesIO(content)).core_properties.title or source.name)


def parts_of(content: bytes) -> dict[str, str]:
    """The parts of a template that are filled in, as Jinja can read them: a line for each paragraph.

    Raises `PaperNotMade` where it is no Word file.
    """
    word = DocxTemplate(io.BytesIO(content))
    try:
        word.init_docx()
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return {
                name: re.sub(r"<w:p([ >])", r"\n<w:p\1", str(word.patch_xml(package.read(name).decode())))
                for name in package.namelist()
                if _PART.fullmatch(name)
            }
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as problem:  # lxml's are SyntaxErrors
        raise PaperNotMade(str(problem)) from problem


def _with_logo(content: bytes, logo: bytes, alt: str) -> bytes:
    """The template with the picture where it says `{{ logo }}`."""
    document = Document(io.BytesIO(content))
    for section in document.sections:
        for header in (section.header, section.first_page_header):
            for paragraph in header.paragraphs:
                if paragraph.text.strip() == "{{ logo }}":
                    paragraph.clear()
                    picture = paragraph.add_run().add_picture(io.BytesIO(logo), height=LOGO_HEIGHT)
                    for about in picture._inline.iter(qn("wp:docPr"), qn("pic:cNvPr")):
                        about.set("descr", alt)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def _filled(template: Template, context: Mapping[str, Any]) -> bytes:
    xml = re.sub(r"\n<w:p([ >])", r"<w:p\1", template.render(context))
    return str(DocxTemplate("").resolve_listing(xml)).encode()


def _core(title: str, context: Mapping[str, Any]) -> bytes:
    """What Word shows as the properties of the file: whose it is, which version, what made it."""
    at = context["made_at"]
    made = (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(UTC)
    stamp = f'xsi:type="dcterms:W3CDTF">{made:%Y-%m-%dT%H:%M:%SZ}'
    said = {
        "dc:title": f"{title}, {context['reference']}, version {context['version']}",
        "dc:subject": context["reference"],
        "dc:creator": context["partnership"],
        "dc:language": "en-GB",
        "cp:category": context["marking"],
        "cp:keywords": f"template {context['template']}",
        "cp:version": str(context["version"]),
    }
    inner = "".join(f"<{tag}>{escape(str(_clean(value)))}</{tag}>" for tag, value in said.items())
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{inner}'
        f"<dcterms:created {stamp}</dcterms:created><dcterms:modified {stamp}</dcterms:modified></cp:coreProperties>"
    ).encode()


def _zipped(members: list[tuple[str, bytes]]) -> bytes:
    """The package, with the list of its types first and no time in it."""
    return packed(sorted(members, key=lambda one: (one[0] != "[Content_Types].xml", one[0])))
