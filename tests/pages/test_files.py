"""Files that people send with a step: sent, read, named by the fact, shown as what they are (R-7)."""

import html
from datetime import UTC, datetime

import httpx
import pytest

from api import files, reads
from review.facts.enums import Stage
from review.facts.report import ReportDrafted
from review.kit.changes import go_back
from tests.delivery.files import made
from tests.pages.desk import REFERENCE, Desk
from tests.pages.filling import form_in
from tests.pages.test_business_pages import OURS, signed_in
from tests.pages.test_cases import seen_by
from tests.pages.test_step_pages import hidden

HERE = f"/cases/{REFERENCE}"
FILES = f"/v1/cases/{REFERENCE}/files"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def with_api(desk: Desk) -> None:
    desk.app.include_router(files.routes)
    desk.app.include_router(reads.routes)


def bearer(desk: Desk, who: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {desk.token(who)}"}


async def test_a_report_written_in_word_is_checked_by_its_headings_and_kept_as_its_source(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """R-7: the page says which headings are missing; what is signed is what stands in the boxes, the file beside it."""
    with_api(desk)
    await desk.request_returns()
    await desk.hold_meeting()
    go_back(desk.case, Stage.REPORT, datetime.now(UTC))  # in one step, past the meeting
    await desk.project()
    signed_in(desk, client, "sbu-manager")
    path = f"{HERE}/steps/report-drafted"
    page = (await client.get(path)).text
    assert 'enctype="multipart/form-data"' in page
    word = made.word(
        ("2.1 Concise summary of the facts", "In this sample an ambulance came."), ("Annex", "Sample: a list.")
    )
    before = {"report.more_safeguarding_needed": ["None beyond what is in place."]}
    typed = hidden(page) | before | {"author": ["sbu-manager"], "capacity": ["sbu-manager"], "_do": ["send"]}
    shown = await client.post(path, data=typed, files={"files": ("Draft.docx", word, DOCX)}, headers=OURS)

    text = html.unescape(shown.text)
    assert (shown.status_code, desk.case.every(ReportDrafted)) == (200, [])
    assert "In this sample an ambulance came.</textarea>" in text
    assert "The file has nothing under: Immediate learning already established;" in text
    assert "stays, and is not in the file: Whether more safeguarding action is needed." in text
    assert "Not read, as the form has no such heading: Annex." in text

    form = form_in(shown.text)
    assert form.typed["report.facts"] == ["In this sample an ambulance came."]
    again = form.sent("send") | {"author": ["sbu-manager"], "capacity": ["sbu-manager"]}
    done = await client.post(path, data=again, headers=OURS)
    assert done.status_code == 303, done.text[done.text.find("There is a problem") :][:1200]
    [draft] = desk.case.every(ReportDrafted)
    assert [(one.document, one.version) for one in draft.files] == [("file-report-drafted", 1)]

    case = (await client.get(HERE)).text
    paper, source = f"{HERE}/papers/rapid-review-draft/1", f"{HERE}/papers/file-report-drafted/1"
    assert f'href="{paper}"' in case
    assert f'href="{source}"' in case
    read = (await client.get(paper)).text
    assert "Concise summary of the facts" in read
    assert "In this sample an ambulance came." in read
    assert "{" not in read.partition("<main")[2].partition("</main>")[0]
    about = (await client.get(source)).text
    for words in ("Word document", "Not yet checked for viruses", "Download Draft.docx"):
        assert words in about
    opened = await client.get(f"/v1/cases/{REFERENCE}/documents/file-report-drafted/1", headers=bearer(desk, "dcs"))
    assert opened.content == word
    assert opened.headers["content-disposition"] == "attachment; filename*=UTF-8''Draft.docx"
    assert opened.headers["x-content-type-options"] == "nosniff"
    assert (await seen_by(desk, client, "senior-police", source)).status_code in (403, 404)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.docx", b"<html>", "We cannot take this kind of file"),
        ("a.docx", made.with_part(made.word(), "word/vbaProject.bin", b"x"), "The file holds macros"),
        ("a.docx", made.with_part(made.word(), "word/a.xml", b" " * 60_000_000), "unpacks to far more"),
        ("a.pdf", b"", "The file is empty"),
    ],
)
async def test_a_file_that_is_not_taken_is_a_problem_that_says_what_to_do(
    desk: Desk, client: httpx.AsyncClient, name: str, content: bytes, why: str
) -> None:
    with_api(desk)
    sent = {"files": {"file": (name, content)}, "data": {"document": "return-police"}}
    answer = await client.post(FILES, **sent, headers=bearer(desk, "business-unit"))  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/file-refused")
    assert why in answer.json()["detail"]
    assert await desk.store.documents.versions(REFERENCE) == []


async def test_a_file_is_sent_once_for_a_key_and_is_no_paper_before_a_fact_names_it(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    with_api(desk)
    who = bearer(desk, "business-unit")
    sent = {"files": {"file": ("../../a b.pdf", made.pdf())}, "data": {"document": "letter"}}
    key = who | {"Idempotency-Key": "one"}
    first = await client.post(FILES, **sent, headers=key)  # type: ignore[arg-type]
    again = await client.post(FILES, **sent, headers=key)  # type: ignore[arg-type]
    other = await client.post(FILES, files={"file": ("b.pdf", b"a;b\n1;2\n")}, data=sent["data"], headers=key)  # type: ignore[arg-type]

    assert (first.status_code, first.json()["name"], first.json()["version"]) == (201, "a b.pdf", 1)
    assert (again.json(), other.status_code) == (first.json(), 422)
    of = [
        (await client.post(FILES, files=sent["files"], data={"document": one}, headers=who)).json()["document"]  # type: ignore[arg-type]
        for one in ("letter", "return-police", "letter")
    ]
    assert of == ["file-letter", "file-return-police", "file-letter"], "without a key: once for what it is of"
    papers = await client.get(f"/v1/cases/{REFERENCE}/documents", headers=who)
    assert papers.json()["items"] == []
    assert (await client.get(first.json()["href"], headers=who)).status_code == 404
