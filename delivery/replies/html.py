"""A reply that is HTML only, as lines; what mail programs mark as quoted or as a signature is left out."""

from html.parser import HTMLParser

LONGEST = 100_000  # characters that are looked at
DEEPEST = 200  # elements in one another
_PARAGRAPHS = {"p", "table", "ul", "ol", "h1", "h2", "h3", "h4"}
_LINES = {"div", "tr", "li", "br", "hr", "pre"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_SKIPPED = {"head", "style", "script", "title", "blockquote"}
_QUOTES = {"gmail_attr", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "gmail_signature"}
_SIGNATURES = {"signature", "ms-outlook-mobile-signature"}
_HIDDEN = "display:none"
_ENDS = {"divrplyfwdmsg", "appendonsend"}  # of Outlook: all that follows is the mail that was answered


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._open: list[str] = []
        self._skipping = 0  # how deep we were when what is left out began; 0 while nothing is
        self._over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").lower() for name, value in attrs}
        self._over = self._over or given.get("id", "") in _ENDS
        if tag not in _VOID and len(self._open) < DEEPEST:
            self._open.append(tag)
        if self._over or self._skipping:
            return
        if tag not in _VOID and (
            tag in _SKIPPED
            or _QUOTES & set(given.get("class", "").split())
            or given.get("id", "") in _SIGNATURES
            or _HIDDEN in given.get("style", "").replace(" ", "")
        ):
            self._skipping = len(self._open)
            return
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while self._open and self._open.pop() != tag:
            pass
        if self._skipping > len(self._open):
            self._skipping = 0
        if not self._skipping and not self._over:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._over and not self._skipping:
            self.said.append(" ".join(data.replace("\xa0", " ").split("\n")))

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.said.append("\n\n")
        elif tag in _LINES:
            self.said.append("\n")


def lines_of(html: str) -> str:
    """The text, a line for each line that is shown."""
    reader = _Lines()
    reader.feed(html[:LONGEST])
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.said).split("\n")]
    return "\n".join(lines).strip()
