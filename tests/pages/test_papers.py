"""A kept document as part of a page: its words, and nothing that could do anything."""

import pytest

from api.pages.papers import inline


def test_headings_go_one_level_down_because_the_page_has_its_own() -> None:
    assert inline("<h1>Report</h1><h2>Facts</h2><h6>Note</h6>") == "<h2>Report</h2><h3>Facts</h3><h6>Note</h6>"


def test_tables_keep_what_a_screen_reader_needs() -> None:
    table = '<table><thead><tr><th scope="col" style="width: 1%">Answer</th></tr></thead></table>'
    assert inline(table) == '<table><thead><tr><th scope="col">Answer</th></tr></thead></table>'


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>body{display:none}</style>",
        "<img src=x onerror=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<iframe srcdoc='<p>x</p>'></iframe>",
        "<form action=//evil.example><input name=a><button>x</button></form>".replace("x</button>", "</button>"),
        "<meta http-equiv=refresh content=0>",
        "<!-- a comment -->",
        "<base href=//evil.example>",
    ],
)
def test_nothing_that_acts_passes(html: str) -> None:
    assert inline(f"<p>before</p>{html}<p>after</p>") == "<p>before</p><p>after</p>"


def test_attributes_that_act_do_not_pass() -> None:
    assert inline('<p onclick="x()" style="a" class="b" id="main-content">Words</p>') == "<p>Words</p>"
    assert inline('<a href="javascript:x()">Words</a>') == "Words"
    assert inline('<th scope="&quot; onclick=&quot;x()">W</th>') == '<th scope="&#34; onclick=&#34;x()">W</th>'


def test_what_looks_like_markup_in_words_stays_words() -> None:
    assert inline("<p>1 &lt; 2 &amp; &lt;script&gt;</p>") == "<p>1 &lt; 2 &amp; &lt;script&gt;</p>"


def test_a_document_cannot_close_the_page_around_it() -> None:
    assert inline("</div></article></main><p>Words") == "<p>Words</p>"
    assert inline("<div><ul><li>one") == "<div><ul><li>one</li></ul></div>"


def test_words_that_stand_apart_in_the_document_stand_apart_on_the_page() -> None:
    assert inline('<div class="band"><span>Partnership</span><span>Case</span></div>') == (
        "<div><span>Partnership</span><span>Case</span></div>"
    )
