"""Every paper is a whole Word file made from its template, and a PDF that can be heard (R-*)."""

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import page as pdf_check
import pytest
from docx import Document
from PIL import Image
from pydantic_core import to_jsonable_python
from typer.testing import CliRunner

from crg.command import app
from delivery.papers import kinds, pdf
from delivery.papers.checking import doubts, faults
from delivery.papers.kinds import file_name
from delivery.papers.making import PaperNotMade, Papers, paragraphs
from delivery.papers.pdf import Pdfs
from delivery.papers.reading import as_html, as_text
from delivery.papers.samples import OPTIONAL, PAPERS, REFERENCE, sample_context
from tests.delivery.rendered import PROSE, WORD_PAPERS, outline, paper
from tests.delivery.samples import MAILS, mail_context


def test_every_paper_has_a_template_and_a_sample() -> None:
    assert WORD_PAPERS.names() == sorted(PAPERS)


def test_what_people_typed_small_begins_with_a_capital_in_a_table() -> None:
    """R-7, N-9: "mother", "interim care order"; what criteria are taken from is said in full."""
    assert "Mother" in paper("referral-form", sample_context(PAPERS["referral-form"]))
    report = paper("rapid-review-report", sample_context(PAPERS["rapid-review-report"]))
    assert "Interim care order" in report
    assert "Source: §4 of the Case Review Group's protocol" in report


def test_the_pack_says_plainly_which_returns_are_missing_and_late() -> None:
    """R-5."""
    text = PROSE.render_mail("returns-pack", mail_context(MAILS["returns-pack"].n)).text
    assert "- Northmoor Community Health\n" in text
    assert "- Northmoor Police (late)\n- Northmoor Council Education\n" in text


def _whole(name: str) -> Iterator[str]:
    """Word opens it; it has one title, headings in order, and nothing of the template is left over."""
    word = WORD_PAPERS.render(name, sample_context(PAPERS[name]))
    document = Document(io.BytesIO(word))
    headings = outline(as_html(word)).headings
    if headings.count(1) != 1 or min(headings) != 1:
        yield "it has not one title"
    if any(below - above > 1 for above, below in pairwise(headings)):
        yield f"its headings leave a rank out: {headings}"
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        every = "".join(package.read(one).decode() for one in package.namelist() if one.endswith(".xml"))
        if {one.date_time for one in package.infolist()} != {(1980, 1, 1, 0, 0, 0)}:
            yield "it holds the time at which it was made"
    yield from (f"{leftover} is left over" for leftover in ("None", "{{", "{%", "\a") if leftover in every)
    around = [p.text for part in (document.sections[0].header, document.sections[0].footer) for p in part.paragraphs]
    for words in (
        "Case Review Group" if name.startswith("crg-") else f"Case {REFERENCE}",
        "version 2",
        "OFFICIAL-SENSITIVE",
        f"Template {name} ",
    ):
        if not any(words in one for one in around):
            yield f"its header and footer lack {words}"
    fields = re.findall(r"instrText[^>]*> (PAGE|NUMPAGES) <", document.sections[0].footer._element.xml)
    if fields != ["PAGE", "NUMPAGES"]:
        yield "its pages are not numbered"
    core = document.core_properties
    if (core.subject, core.created, core.language) != (REFERENCE, datetime(2026, 6, 3, 13, tzinfo=UTC), "en-GB"):
        yield "its properties do not say whose it is, and when it was made"
    if not re.fullmatch(rf"template {name} [0-9a-f]{{10}}", core.keywords):
        yield "it does not say which template made it"


def _needed(name: str) -> Iterator[str]:
    """A value that is missing is an error, not an empty place."""
    for key in PAPERS[name].keys() - OPTIONAL:
        try:
            WORD_PAPERS.render(name, sample_context({k: v for k, v in PAPERS[name].items() if k != key}))
        except PaperNotMade:
            continue
        yield f"it renders without {key}"


def _as_json(name: str) -> Iterator[str]:
    """It is the same to the byte when it is made again, and when its context came through JSON."""
    n = to_jsonable_python(PAPERS[name])
    if WORD_PAPERS.render(name, sample_context(n)) != Papers().render(name, sample_context(PAPERS[name])):
        yield "it is another when its context came through JSON"


def _sound(name: str) -> Iterator[str]:
    """It names fields that there are, in every branch, and lacks nothing."""
    source = WORD_PAPERS.source(name)
    yield from (*faults(source), *doubts(source))


@pytest.mark.parametrize("name", sorted(PAPERS))
def test_a_paper_is_without_fault(name: str) -> None:
    assert [fault for rule in (_whole, _needed, _as_json, _sound) for fault in rule(name)] == []


def test_every_paper_is_a_pdf_that_holds_all_rules_of_pdf_ua() -> None:
    """PDF/UA-1, with the paper's title, British English, and the same bytes from the same Word. They stay in
    `build/papers`, for whoever wants to look.
    """
    faults, folder = {}, Path(__file__).parents[2] / "build" / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    for name in WORD_PAPERS.names():
        word = WORD_PAPERS.render(name, sample_context(PAPERS[name]))
        file = folder / f"{name}.pdf"
        file.write_bytes(Pdfs().make(word))
        found = str(pdf_check.validate_pdf(str(file), profile="ua1"))
        if " 0 failed, 104 total" not in found:
            faults[name] = found
    assert faults == {}
    assert Pdfs().make(word) == file.read_bytes()


def test_a_pdf_is_made_once_for_all_who_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def noted(word: bytes, key: str) -> bytes:
        made.append(key)
        return b"%PDF"

    monkeypatch.setattr(pdf, "_pdf", noted)
    pdfs = Pdfs()
    for word in (b"a", b"b", b"a"):
        assert pdfs.make(word) == b"%PDF"
    assert len(made) == 2


def test_what_people_write_is_shown_as_written_and_never_as_markup() -> None:
    """R-5: signs of XML and Jinja, control characters, line breaks and paragraphs."""
    text = "It said <b>{{ this }}</b> & more\x07\x00\x0c.\r\n\r\nSecond\rline \ud800 {%p if %}"
    n = PAPERS["publication-plan"] | {"media": text, "communications": "A & B <C>\a\nD"}
    word = WORD_PAPERS.render("publication-plan", sample_context(n))
    said = as_text(word)
    assert "It said <b>{{ this }}</b> & more.\nSecond\nline  {%p if %}\n" in said
    assert "Communications: A & B <C>\nD\n" in said
    assert [p.text for p in Document(io.BytesIO(word)).paragraphs if "Second" in p.text] == ["Second\nline  {%p if %}"]
    assert paragraphs("a <b>\r\nc\n\n\nd\n") == "a &lt;b&gt;\nc\ad"


def test_a_partnerships_own_template_wins_and_one_that_is_broken_does_not(tmp_path: Path) -> None:
    own = Document(io.BytesIO(WORD_PAPERS.source("improvement-information").content))
    own.add_paragraph("Words of our own for {{ reference }}.")
    own.save(str(tmp_path / "improvement-information.docx"))
    broken = Document()
    broken.add_paragraph("{{ reasosn }}")
    broken.save(str(tmp_path / "not-publishing-letter.docx"))
    papers = Papers(tmp_path, marking="OFFICIAL")
    word = papers.render("improvement-information", sample_context(PAPERS["improvement-information"]))
    assert f"Words of our own for {REFERENCE}." in as_text(word)
    own_version = papers.source("improvement-information").version
    assert Document(io.BytesIO(word)).core_properties.keywords == f"template improvement-information {own_version}"
    assert own_version != WORD_PAPERS.source("improvement-information").version
    context = sample_context(PAPERS["not-publishing-letter"])
    ours = Document(io.BytesIO(papers.render("not-publishing-letter", context)))
    assert ours.core_properties.keywords.endswith(WORD_PAPERS.source("not-publishing-letter").version)
    assert ours.sections[0].footer.paragraphs[1].text.endswith("\tOFFICIAL")


def test_a_template_is_told_what_it_misspells_and_where(tmp_path: Path) -> None:
    """`crg papers`: export, check, sample; also what stands in a branch or loop that the sample does not take."""

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["papers", *words], env={"CRG_DATA": str(tmp_path)})
        return done.exit_code, done.output

    assert run()[1].count("  ours\n") == len(PAPERS)
    file = tmp_path / "covering-letter.docx"
    assert run("export", "covering-letter", str(tmp_path)) == (0, f"{file}\n")
    assert run("export", "covering-letter", str(tmp_path))[0] == 1
    version = WORD_PAPERS.source("covering-letter").version
    assert run("check", str(file)) == (0, f"covering-letter.docx is sound: version {version}.\n")
    document = Document(str(file))
    for paragraph in document.paragraphs:
        for right, wrong in (("letter |", "leter |"), ("| deadline", "| dedline")):
            if right in paragraph.text:
                paragraph.runs[0].text = paragraph.text.replace(right, wrong)
    document.tables[0].rows[2].cells[0].paragraphs[0].runs[0].text = "{{ one.capasity }}"
    document.save(str(file))
    document.sections[0].footer.paragraphs[0].text = ""
    document.save(str(file))
    code, told = run("check", str(file))
    assert code == 1
    assert "this paper has no field “leter”; “letter” is one (in “" in told
    assert "there is no filter “dedline”; “deadline” is one (in “It was due by {{ due | dedline }}.”)" in told
    assert "there is no “capasity”; “capacity” is one (in “{{ one.capasity }}”)" in told
    document.tables[0].rows[2].cells[0].paragraphs[0].runs[0].text = "{{ one.capacity }}"
    for paragraph in document.paragraphs:
        if "leter" in paragraph.text or "dedline" in paragraph.text:
            paragraph.text = ""
    document.save(str(file))
    code, told = run("check", str(file))
    assert code == 0
    assert "note: it does not use “due”, which our template does" in told
    assert "note: its footer has no page number" in told
    assert run("sample", str(file), str(tmp_path))[0] == 0
    assert (tmp_path / "sample-covering-letter.pdf").read_bytes().startswith(b"%PDF-")
    (tmp_path / "nothing.docx").write_bytes(b"PK")
    assert "no paper is called “nothing”" in run("check", str(tmp_path / "nothing.docx"))[1]
    file.write_bytes(b"PK")
    assert "no Word file that can be read" in run("check", str(file))[1]


def test_a_logo_stands_on_the_paper_and_is_named_for_those_who_hear_it(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGB", (40, 20), "navy").save(logo)
    word = Papers(logo=logo).render("review-delay-letter", sample_context(PAPERS["review-delay-letter"]))
    assert word == Papers(logo=logo).render("review-delay-letter", sample_context(PAPERS["review-delay-letter"]))
    header = Document(io.BytesIO(word)).sections[0].header
    assert 'descr="Northmoor Safeguarding Children Partnership"' in header._element.xml
    file = tmp_path / "letter.pdf"
    file.write_bytes(Pdfs().make(word))
    assert " 0 failed, 104 total" in str(pdf_check.validate_pdf(str(file), profile="ua1"))
    assert b"/Image" in file.read_bytes()


def test_a_word_file_ends_as_such_on_a_machine_that_knows_no_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "guess_extension", lambda _: None)
    assert [kinds.ending_of(one) for one in (kinds.WORD, kinds.PDF, "x/y")] == ["docx", "pdf", "bin"]


def test_a_file_is_called_by_reference_paper_and_version() -> None:
    assert file_name("CR-2026-001", "rapid-review", 3, "application/pdf") == "CR-2026-001-rapid-review-v3.pdf"
    assert file_name("CR-2026-001", "return-police", 1, "image/png") == "CR-2026-001-return-police-v1.png"


def test_the_agenda_follows_the_seven_steps() -> None:
    """R-6."""
    text = paper("rapid-review-agenda", sample_context(PAPERS["rapid-review-agenda"]))
    assert re.findall(r"^\d\. .+$", text, re.MULTILINE) == [
        "1. Purpose and overview",
        "2. The options the guidance gives",
        "3. Legal advice",
        "4. Each agency's overview",
        "5. National interest",
        "6. Immediate learning",
        "7. Recommendation",
    ]


def test_the_agenda_goes_without_a_date_or_a_legal_adviser() -> None:
    """R-6: legal advice where asked."""
    n = {"agencies": ["Police"], "legal_adviser": False, "criteria": []}
    assert "No legal adviser has been asked for" in paper("rapid-review-agenda", sample_context(n))


def test_the_report_leads_with_improvement_not_blame() -> None:
    """§3-5."""
    text = paper("rapid-review-report", sample_context(PAPERS["rapid-review-report"]))
    assert text.index("identify improvements") < text.index("Recommendation to")


def test_the_report_answers_each_criterion_with_reasons_and_names_the_absent() -> None:
    """R-8, R-9."""
    text = paper("rapid-review-report", sample_context(PAPERS["rapid-review-report"]))
    assert "Highlights improvements needed\tYes\tConcerns were known" in text
    assert "\tNo\tThe last ten" in text
    assert "\tNot answered" in text
    assert "Northmoor Housing\tThe family never held a tenancy" in text


def test_headings_of_tables_are_such_where_a_paper_is_read() -> None:
    word = WORD_PAPERS.render("rapid-review-report", sample_context(PAPERS["rapid-review-report"]))
    html = as_html(word)
    assert '<thead><tr><th scope="col"><p>Criterion or circumstance</p></th>' in html
    assert '<tr><th scope="row"><p>Version</p></th><td><p>2</p></td></tr>' in html


def test_the_pack_names_the_missing_first_and_shows_what_each_agency_wrote() -> None:
    """R-5."""
    text = paper("returns-pack", sample_context(PAPERS["returns-pack"]))
    assert text.index("1 of 3 returns is missing") < text.index("Who has answered")
    assert "The child and the family were not known to this agency" in text
    assert "No return has been received from this agency" in text
    assert "It shared its concern <in writing> on two days:\nMonday and Thursday.\n" in text


@pytest.mark.parametrize("marking", ["OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE: PERSONAL"])
def test_the_foot_of_a_page_is_two_lines_whatever_the_marking(marking: str) -> None:
    """The longest title that a paper has stands beside it."""
    import weasyprint

    title = "Covering letter to the rapid review report, CR-2026-001, version 12"
    about = pdf.About(title, "Sample Partnership", "CR-2026-001", marking, "Template covering-letter 9546a2e690", None)
    page = weasyprint.HTML(string=pdf._laid_out(about, "<p>Sample.</p>")).render().pages[0]
    feet = [one for one in page._page_box.children if getattr(one, "at_keyword", "").startswith("@bottom")]
    lines = {foot.at_keyword: sum(type(one).__name__ == "LineBox" for one in foot.descendants()) for foot in feet}
    assert lines["@bottom-left"] == lines["@bottom-right"] == 2


def test_a_signature_is_not_parted_by_the_end_of_a_page() -> None:
    import weasyprint

    ends = '<p class="signature">Safeguarding Business Unit</p><p id="last">for the partners</p>'
    for lines in range(30, 46):
        about = pdf.About("Letter", "Sample Partnership", "CR-2026-001", "OFFICIAL", "Template a", None)
        pages = weasyprint.HTML(string=pdf._laid_out(about, "<p>Sample.</p>" * lines + ends)).render().pages
        signed = [
            [type(one).__name__ for one in page._page_box.descendants() if getattr(one, "element", None) is not None
             and one.element.get("class") == "signature"] for page in pages
        ]  # fmt: skip
        last = [any(getattr(one, "element", None) is not None and one.element.get("id") == "last"
                    for one in page._page_box.descendants()) for page in pages]  # fmt: skip
        assert [bool(one) for one in signed] == last


def test_what_makes_a_pdf_tells_the_log_nothing_not_even_as_it_is_loaded() -> None:
    """It tells of each step, and could quote a paper."""
    program = (
        "import logging; logging.basicConfig(level='INFO'); from delivery.papers import pdf; pdf._written('<p>a</p>')"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stderr == ""
