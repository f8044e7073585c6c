"""A Word file read: its words as HTML or as plain text, by mammoth. Part of `delivery`; decides nothing.

The styles by name are the meaning: a partnership may change how `Heading 1` looks, and it stays a heading here.
"""

import io
import re
from html import unescape

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Heading 1'] => h2:fresh
p[style-name='New Page'] => h2.new-page:fresh
p[style-name='Heading 2'] => h3:fresh
p[style-name='Heading 3'] => h4:fresh
p[style-name='Lead'] => div.lead > p:fresh
p[style-name='Quiet'] => p.quiet:fresh
p[style-name='Handling'] => p.quiet:fresh
p[style-name='Caption'] => p.caption:fresh
p[style-name='Signature Block'] => p.signature:fresh
p[style-name='Table Text'] => p:fresh
p[style-name='Gap'] => !
p[style-name='Table Heading'] => p:fresh
table[style-name='Facts Table'] => table.facts:fresh
"""
_FACTS = re.compile(r'<table class="facts">.*?</table>', re.DOTALL)
_FIRST_CELL = re.compile(r"<tr><td>(.*?)</td>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_ENDS_LINE = re.compile(r"</(?:p|h[1-6]|li|tr)>|<br\s*/?>")


def as_html(word: bytes) -> str:
    """What the Word file says, as the inside of an HTML page: its title is the h1, and headings of tables are such."""
    import mammoth  # it is wanted only where a paper is read

    said = str(mammoth.convert_to_html(io.BytesIO(word), style_map=_STYLES).value)
    said = said.replace("<th>", '<th scope="col">')
    return _FACTS.sub(lambda one: _FIRST_CELL.sub(r'<tr><th scope="row">\1</th>', one[0]), said)


def as_text(word: bytes) -> str:
    """What the Word file says, a line for each paragraph and row of a table, with a tab between cells."""
    html = re.sub(r"</t[dh]></tr>", "</tr>", re.sub(r"</p>(?=</t[dh]>)", "", as_html(word)))
    lines = _TAG.sub("", _ENDS_LINE.sub("\n", re.sub(r"</t[dh]>", "\t", html))).split("\n")
    return "\n".join(line for line in (unescape(one).strip() for one in lines) if line) + "\n"
