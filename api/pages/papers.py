"""A kept document as part of a page: its own words and headings, and nothing that could do anything.

A paper is kept as Word and read by mammoth (`delivery.papers.reading`); what that gives is not trusted here. Only tags
of the list below pass, without any of their attributes but what a table needs; scripts, styles, pictures, forms and
links do not.
"""

from html.parser import HTMLParser

from markupsafe import Markup, escape

_KEPT = frozenset((
    "p", "ul", "ol", "li", "dl", "dt", "dd", "strong", "em", "b", "i", "blockquote", "br", "hr", "div", "span",
    "section", "table", "caption", "thead", "tbody", "tr", "th", "td",
))  # fmt: skip
_HEADINGS = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6", "h6": "h6"}  # the page has the h1
_EMPTY = frozenset({"br", "hr"})
_SKIPPED = frozenset({"script", "style", "head", "template", "svg", "iframe", "object", "noscript", "title"})
_ATTRIBUTES = {"th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}}


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[str] = []
        self._skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipping or tag in _SKIPPED:
            self._skipping.append(tag)
            return
        shown = _HEADINGS.get(tag, tag)
        if shown not in _KEPT and tag not in _HEADINGS:
            return
        wanted = _ATTRIBUTES.get(tag, set())
        held = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs if name in wanted)
        self.parts.append(f"<{shown}{held}>")
        if tag not in _EMPTY:
            self._open.append(shown)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _EMPTY and not self._skipping:
            self.parts.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            if tag in self._skipping:
                while self._skipping.pop() != tag:
                    pass
            return
        shown = _HEADINGS.get(tag, tag)
        if shown in self._open:
            while True:
                last = self._open.pop()
                self.parts.append(f"</{last}>")
                if last == shown:
                    return

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.parts.append(str(escape(data)))

    def finished(self) -> Markup:
        self.close()
        while self._open:
            self.parts.append(f"</{self._open.pop()}>")
        return Markup("".join(self.parts))  # noqa: S704 - every part was written or escaped above


def inline(html: str) -> Markup:
    """The document's content as part of a page, one heading level down."""
    cleaner = _Cleaner()
    cleaner.feed(html)
    return cleaner.finished()
