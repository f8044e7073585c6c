"""A Word template checked against the sample of its paper: what it misspells, and what it lacks. Decides nothing."""

import io
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from docx import Document
from jinja2 import TemplateSyntaxError, meta, nodes

from delivery.papers.making import ENVIRONMENT, PaperNotMade, Papers, Source, parts_of
from delivery.papers.samples import PAPERS, sample_context
from delivery.words import FILTERS

OF_EVERY_PAPER = frozenset({"reference", "partnership", "version", "made_at", "marking", "template", "logo"})
_NOT_KNOWN: Any = object()


def faults(source: Source) -> list[str]:
    """What keeps a template from being used, each in a sentence that says where; empty where it is sound."""
    if source.name not in PAPERS:
        return [f"no paper is called “{source.name}”: name the file after one of {', '.join(sorted(PAPERS))}"]
    try:
        parts = parts_of(source.content)
    except PaperNotMade as problem:
        return [f"this is no Word file that can be read (.docx): {problem}"]
    known = dict.fromkeys(OF_EVERY_PAPER, _NOT_KNOWN) | PAPERS[source.name]
    found = [fault for xml in parts.values() for fault in _misspelt(xml, known)]
    if not found:
        try:
            Papers().render_from(source, sample_context(PAPERS[source.name]))
        except PaperNotMade as problem:
            found = [f"the sample paper cannot be made: {problem}"]
    return list(dict.fromkeys(found))


def doubts(source: Source) -> list[str]:
    """What a sound template says nothing of: it can be used all the same."""
    theirs, ours = _named(source), _named(Papers().source(source.name, ours=True))
    lacks = [f"it does not use “{name}”, which our template does" for name in sorted(ours - theirs)]
    document = Document(io.BytesIO(source.content))
    styles = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    if "Title" not in styles:
        lacks.append("no paragraph has the style Title: the PDF has no heading for its beginning")
    foot = "".join(section.footer._element.xml for section in document.sections)
    if " PAGE " not in foot:
        lacks.append("its footer has no page number (in Word: Insert, Page Number)")
    heads = [table for table in document.tables if len(table.columns) > 2 and "w:tblHeader" not in table._tbl.xml]
    if heads:
        said = [" ".join(heads[0].rows[0].cells[0].text.split())[:40]]
        lacks.append(f"a table has no heading row (“{said[0]}”; in Word: Repeat as header row)")
    return lacks


def _named(source: Source) -> set[str]:
    return {
        name
        for xml in parts_of(source.content).values()
        for name in meta.find_undeclared_variables(ENVIRONMENT.parse(xml))
    }


def _misspelt(xml: str, known: Mapping[str, Any]) -> Iterator[str]:
    try:
        tree = ENVIRONMENT.parse(xml)
    except TemplateSyntaxError as problem:
        yield f"{problem.message} {_where(xml, problem.lineno)}"
        return
    walk = _Walk(dict(known))
    walk.visit(tree)
    for line, what in walk.found:
        yield f"{what} {_where(xml, line)}"


def _where(xml: str, line: int) -> str:
    """The words of the template around a line: each of Word's paragraphs is a line."""
    lines = xml.split("\n")
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", lines[min(line, len(lines)) - 1])).split())
    return f"(in “{text[:90]}{'…' if len(text) > 90 else ''}”)"


class _Walk:
    """Follows each name of a template through the sample, into every branch and loop."""

    def __init__(self, known: dict[str, Any]) -> None:
        self.known = known
        self.found: list[tuple[int, str]] = []

    def visit(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.For):
            before = dict(self.known)
            self._bind(node.target, _one(self.value(node.iter)))
            self.known["loop"] = _NOT_KNOWN
            for child in [*node.body, *([node.test] if node.test else [])]:
                self.visit(child)
            self.known = before
            for child in node.else_:
                self.visit(child)
        elif isinstance(node, nodes.Assign):
            self._bind(node.target, self.value(node.node))
        elif isinstance(node, nodes.Expr):
            self.value(node)
        else:
            for child in node.iter_child_nodes():
                self.visit(child)

    def value(self, node: nodes.Node) -> Any:
        """What the sample has for an expression, where that can be told."""
        if isinstance(node, nodes.Name):
            if node.name not in self.known:
                self.found.append((node.lineno, f"this paper has no field “{node.name}”{_like(node.name, self.known)}"))
            return self.known.get(node.name, _NOT_KNOWN)
        if isinstance(node, nodes.Getattr):
            return self._part(node, self.value(node.node), node.attr)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._part(node, self.value(node.node), node.arg.value)
        if isinstance(node, nodes.Filter) and node.name not in ENVIRONMENT.filters:
            self.found.append((node.lineno, f"there is no filter “{node.name}”{_like(node.name, FILTERS)}"))
        for child in node.iter_child_nodes():
            self.visit(child)
        return _NOT_KNOWN

    def _part(self, node: nodes.Expr, of: Any, name: str) -> Any:
        if not isinstance(of, dict):
            return _NOT_KNOWN
        if name not in of:
            self.found.append((node.lineno, f"there is no “{name}”{_like(name, of)}"))
        return of.get(name, _NOT_KNOWN)

    def _bind(self, target: nodes.Node, value: Any) -> None:
        if isinstance(target, nodes.Name):
            self.known[target.name] = value
        elif isinstance(target, nodes.Tuple):
            for at, one in enumerate(target.items):
                self._bind(one, value[at] if isinstance(value, (list, tuple)) and at < len(value) else _NOT_KNOWN)


def _one(value: Any) -> Any:
    return value[0] if isinstance(value, (list, tuple)) and value else _NOT_KNOWN


def _like(name: str, known: Mapping[str, Any]) -> str:
    """What there is instead."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; “{near[0]}” is one" if near else f"; it has {', '.join(sorted(set(known) - OF_EVERY_PAPER - {'loop'}))}"
