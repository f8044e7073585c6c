"""A report is written in Word from its first version on: made from the case, filled in, read back (R-7, K-1, K-6)."""

import html
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise

import docx
import httpx
import pytest
from docx.document import Document

from api import made_papers
from api.files import ReadSection
from api.from_report import answered_in
from delivery.files.inspect import inspect
from delivery.files.word import read_word
from delivery.papers.reading import as_text
from review.chapters.report.criteria import CRITERIA, MAY_NOT_BE_KNOWN
from review.facts.enums import Recommendation, Stage
from review.facts.rapid_review import RapidReviewMeetingHeld
from review.facts.report import ReportDrafted
from review.kit.changes import go_back
from tests.pages.desk import REFERENCE, Desk
from tests.pages.filling import form_in
from tests.pages.test_business_pages import OURS, signed_in
from tests.pages.test_cases import seen_by
from tests.pages.test_files import DOCX, bearer
from tests.pages.test_step_pages import hidden

HERE = f"/cases/{REFERENCE}"
FORM = f"{HERE}/steps/report-drafted"
PAPER = f"{HERE}/made/rapid-review-report"
CAME = "In this sample an ambulance came."
OVERVIEW = "Sample: the children were seen twice."


async def at_the_report(desk: Desk) -> None:
    await desk.request_returns()
    await desk.take(
        RapidReviewMeetingHeld.model_validate(
            {
                "attended": ["crg-chair", "sbu-manager"],
                "overviews": [{"agency": "hospital", "overview": OVERVIEW}],
                "summary": "Sample: it was not joined up.",
                "recommendation": {
                    "recommendation": "criteria-met",
                    "national_review": False,
                    "reasons": "Sample: much is to be learned.",
                    "in_favour": ["crg-chair"],
                },
            }
        )
    )
    go_back(desk.case, Stage.REPORT, datetime.now(UTC))  # in one step, past the meeting
    await desk.project()


def filled_in(word: bytes, texts: Mapping[str, str]) -> bytes:
    """As the author does it: a text under each heading that has none, each criterion answered, absences explained."""
    paper = docx.Document(io.BytesIO(word))
    for heading, beneath in pairwise(paper.paragraphs):
        if heading.text in texts:
            beneath.add_run(texts[heading.text])
    for table in paper.tables:
        for row in table.rows:
            match [one.text for one in row.cells]:
                case [_, "Not answered", _]:
                    row.cells[1].text, row.cells[2].text = "No", "It was considered."
                case [_, ""]:
                    row.cells[1].text = "It never knew the family."
    return saved(paper)


def saved(paper: Document) -> bytes:
    held = io.BytesIO()
    paper.save(held)
    return held.getvalue()


async def test_the_report_is_there_in_word_before_its_first_version_and_comes_back_as_it(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """R-7, R-8, R-9: all that stands in the paper is read."""
    desk.app.include_router(made_papers.routes)
    await at_the_report(desk)
    signed_in(desk, client, "sbu-manager")
    page = (await client.get(FORM)).text
    assert f'href="{PAPER}"' in page
    word = (await client.get(PAPER)).content
    said = as_text(word)
    for words in (
        "Immediate learning already established",
        "Sample <b>Child</b> & Co, born 29 February 2024",
        OVERVIEW,
        "Sample: much is to be learned.",
        "and a review is recommended.",
        "Not answered",
    ):
        assert words in said, words
    api = await client.get(f"/v1{PAPER}", headers=bearer(desk, "sbu-manager"))
    assert (api.status_code, api.content) == (200, word) or as_text(api.content) == said
    assert (await client.get(f"{PAPER}?as=pdf")).content.startswith(b"%PDF-")
    assert (await seen_by(desk, client, "senior-police", PAPER)).status_code == 403

    blank = ["Immediate learning already established", "How that learning will be shared"]
    blank += ["Potential for more learning", "Whether more safeguarding action is needed"]
    blank += ["View on a national review and its reasons"]
    back = filled_in(word, {one: f"In this sample: {one.lower()}." for one in blank})
    signed_in(desk, client, "sbu-manager")
    typed = hidden(page) | {"author": ["sbu-manager"], "capacity": ["sbu-manager"], "_do": ["send"]}
    shown = await client.post(FORM, data=typed, files={"files": ("Report.docx", back, DOCX)}, headers=OURS)
    text = html.unescape(shown.text)
    assert "Not read, as the form has no such heading" not in text
    form = form_in(shown.text)
    assert form.typed["report.immediate_learning"] == ["In this sample: immediate learning already established."]
    assert form.typed["report.recommendation"] == ["criteria-met"]
    sent = form.sent("send") | {"author": ["sbu-manager"], "capacity": ["sbu-manager"]}
    assert "Sample: much is to be learned." in sent["report.recommendation_reasons"][0]
    told = ["In this sample it was told at the meeting."]  # an example's own words are refused
    sent |= {"report.facts": told, "report.recommendation_reasons": told}
    done = await client.post(FORM, data=sent, headers=OURS)
    assert done.status_code == 303, done.text[done.text.find("There is a problem") :][:1500]
    [draft] = desk.case.every(ReportDrafted)
    assert (draft.content.version, draft.recommendation, draft.national_review) == (
        1,
        Recommendation.CRITERIA_MET,
        False,
    )
    assert draft.took_part == ["crg-chair"]
    assert draft.missing == ["Agencies involved"], "no agency has said yet that it knew the family"


async def test_a_report_nobody_is_to_write_is_not_there(desk: Desk, client: httpx.AsyncClient) -> None:
    await desk.request_returns()
    for paper in ("rapid-review-report", "practice-review-report", "terms-of-reference", "learning-findings"):
        assert (await seen_by(desk, client, "sbu-manager", f"{HERE}/made/{paper}")).status_code == 404


async def test_the_next_version_begins_with_the_one_before(desk: Desk, client: httpx.AsyncClient) -> None:
    """Headings that nothing stands under are there, too, to be written."""
    await at_the_report(desk)
    signed_in(desk, client, "sbu-manager")
    page = (await client.get(FORM)).text
    more = {"author": ["sbu-manager"], "capacity": ["sbu-manager"], "report.facts": [CAME]}
    assert (await client.post(FORM, data=form_in(page).sent("send") | more, headers=OURS)).status_code == 303
    paper = docx.Document(io.BytesIO((await client.get(PAPER)).content))
    said = [one.text for one in paper.paragraphs]
    assert said[said.index("Concise summary of the facts") + 1] == CAME
    assert said[said.index("How that learning will be shared") + 1] == ""
    assert "Sample <b>Child</b> & Co, born 29 February 2024" not in said, "what the author left out stays out"
    assert "v2" in (await client.get(PAPER)).headers["content-disposition"]


@pytest.mark.parametrize(
    ("answer", "read"),
    [("yes", True), (" No ", False), ("Not yet known", "not-yet-known"), ("Not answered", None), ("perhaps", None)],
)
async def test_a_criterion_is_read_by_its_words_and_what_is_not_understood_is_named(
    desk: Desk, answer: str, read: object
) -> None:
    """R-9: two criteria that read the same stand in their order."""
    unknown = next(one for one in CRITERIA if one.id in MAY_NOT_BE_KNOWN)
    paper = docx.Document()
    paper.add_heading("The criteria", 1)
    paper.add_paragraph("In a table.")
    table = paper.add_table(rows=0, cols=3)
    for one in CRITERIA:
        row = table.add_row().cells
        row[0].text, row[1].text, row[2].text = one.text, answer if one is unknown else "", ""
    content = saved(paper)
    file = inspect("a.docx", content)
    sections = [ReadSection(**one._asdict()) for one in read_word(content).sections]
    found = answered_in("report-drafted", [file], sections, desk.case, await desk.store.directory.read())
    assert found.body.get("report", {}).get("criteria", {}) == (
        {} if read is None else {unknown.id: {"met": read, "reasons": ""}}
    )
    assert bool(found.unread) == (answer == "perhaps")


async def test_recommendations_are_read_each_with_its_agencies_and_its_outcome(desk: Desk) -> None:
    """K-6: an agency that nobody knows by that name is named, and not guessed."""
    paper = docx.Document()
    paper.add_heading("Recommendations", 1)
    paper.add_heading("Recommendation 1", 2)
    for line in (
        "Sample: share at once.",
        "Sample: in writing.",
        "For: Sample Police, Sample Nobody",
        "What will be better for children:",
        "Sample: no child goes unseen.",
    ):
        paper.add_paragraph(line)
    content = saved(paper)
    sections = [ReadSection(**one._asdict()) for one in read_word(content).sections]
    directory = await desk.store.directory.read()
    found = answered_in("review-drafted", [inspect("a.docx", content)], sections, desk.case, directory)
    assert found.body["report"]["recommendations"] == [
        {
            "what": "Sample: share at once.\n\nSample: in writing.",
            "agencies": ["police"],
            "outcome_for_children": "Sample: no child goes unseen.",
        }
    ]
    assert found.unread == ["Sample Nobody (under “Recommendation 1”)"]
