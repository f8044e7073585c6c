"""The chronology of a review as a page, a picture, a table and a Word document (§7)."""

import io
from datetime import UTC, date, datetime

import docx
import httpx

from api.picture.chronology import wide
from review.chapters.chronology.papers import AgencyChronology, ChronologyEvent, Merged
from review.facts import DocumentRef, Reported
from review.facts.chronology import ChronologyGiven
from review.take import apply_fact
from tests.pages.desk import REFERENCE, SBU, Desk
from tests.pages.test_cases import seen_by

HERE = f"/cases/{REFERENCE}/chronology"


async def given(desk: Desk, agency: str, *events: tuple[date, str]) -> None:
    """As once a review is under way."""
    told = AgencyChronology(events=[ChronologyEvent(day=day, what=what, source="Case record") for day, what in events])
    now, document = datetime.now(UTC), f"chronology-{agency}"
    kept = await desk.store.documents.put(
        REFERENCE, document, key=f"{agency}-{len(desk.case.entries)}", content=told.model_dump_json().encode(),
        media_type="application/json", title="Chronology", at=now,
    )  # fmt: skip
    ref = DocumentRef(document=document, version=kept.version, sha256=kept.sha256)
    days = [day for day, _ in events]
    fact = ChronologyGiven(agency=agency, content=ref, events=len(events), first=min(days), last=max(days))
    apply_fact(desk.case, Reported(message=f"m-{len(desk.case.entries)}", by=SBU, recorded_at=now, fact=fact), now)
    await desk.project()


async def test_the_events_of_all_agencies_stand_in_one_table_with_what_is_marked(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    assert "No chronology has been given" in (await seen_by(desk, client, "business-unit", HERE)).text
    await given(desk, "police", (date(2026, 3, 4), "Replaced."))
    await given(desk, "police", (date(2026, 3, 4), "=Seen at home <b>."), (date(2026, 8, 4), "A call."))
    await given(desk, "hospital", (date(2026, 3, 4), "A clinic."))

    page = (await seen_by(desk, client, "crg-chair", HERE)).text
    for words in ("=Seen at home &lt;b&gt;.", "Same day: Sample Police", "153 days since the event before", "<svg"):
        assert words in page
    assert "Replaced." not in page
    table = (await seen_by(desk, client, "crg-chair", f"{HERE}/table")).content.decode("utf-8-sig")
    assert "4 March 2026,,Sample Police,'=Seen at home <b>.,Case record,Same day: Sample Hospital" in table
    word = await seen_by(desk, client, "crg-chair", f"{HERE}/word")
    rows = docx.Document(io.BytesIO(word.content)).tables[0].rows
    said = [row.cells[2].text.split("\n")[0] for row in rows]
    assert said == ["What happened", "A clinic.", "=Seen at home <b>.", "A call."]
    assert "Same day: Sample Police" in rows[1].cells[2].text
    foot = docx.Document(io.BytesIO(word.content)).sections[0].footer.paragraphs
    assert "OFFICIAL-SENSITIVE" in foot[1].text
    assert "Template chronology" in foot[1].text
    pdf = await seen_by(desk, client, "crg-chair", f"{HERE}/word?as=pdf")
    assert pdf.content.startswith(b"%PDF-")
    paper = (await seen_by(desk, client, "crg-chair", f"/cases/{REFERENCE}/papers/chronology-hospital/1")).text
    assert "A clinic." in paper
    for who in ("senior-police", "observer"):
        assert (await seen_by(desk, client, who, HERE)).status_code == 403


async def test_an_agency_sees_what_it_gave_itself_and_nothing_of_the_others(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    await desk.request_returns()
    await given(desk, "police", (date(2026, 3, 4), "Seen at home."))
    await given(desk, "hospital", (date(2026, 3, 4), "A clinic."))

    page = (await seen_by(desk, client, "senior-police", HERE)).text
    assert ("Seen at home." in page, "A clinic." in page, "Sample Hospital" in page) == (True, False, False)
    assert "Same day" not in page
    for path in (f"{HERE}/table", f"/cases/{REFERENCE}/papers/chronology-police/1"):
        mine = await seen_by(desk, client, "senior-police", path)
        assert (mine.status_code, b"Seen at home." in mine.content, b"clinic" in mine.content) == (200, True, False)
    word = await seen_by(desk, client, "senior-police", f"{HERE}/word")
    said = "".join(cell.text for row in docx.Document(io.BytesIO(word.content)).tables[0].rows for cell in row.cells)
    assert ("Seen at home." in said, "clinic" in said) == (True, False)
    assert f'href="{HERE}"' in (await seen_by(desk, client, "senior-police", f"/cases/{REFERENCE}")).text
    other = await seen_by(desk, client, "senior-police", f"/cases/{REFERENCE}/papers/chronology-hospital/1")
    assert other.status_code == 403


async def test_of_a_long_chronology_the_page_says_how_long_its_pdf_takes(desk: Desk, client: httpx.AsyncClient) -> None:
    """Who presses "Read as PDF" knows that it is being made, and that Word is there at once."""
    await given(desk, "police", *((date(2026, 3, 4), "Seen at home.") for _ in range(200)))
    assert "seconds to make" not in (await seen_by(desk, client, "crg-chair", HERE)).text
    await given(desk, "hospital", *((date(2026, 3, 5), "A clinic.") for _ in range(800)))
    page = (await seen_by(desk, client, "crg-chair", HERE)).text
    assert "The PDF of 1000 events takes about 20 seconds to make. Wait for it, or take the Word document" in page


def test_no_line_of_the_picture_runs_through_an_agencys_name() -> None:
    name = "Sample Schools and Education Trust"
    event = ChronologyEvent(day=date(2026, 3, 4), what="Seen.", source="")
    drawn = wide([Merged("schools", event, 0, [])], lambda _: name, REFERENCE)
    starts = float(drawn.partition('cx="')[2].partition('"')[0])
    assert starts - 6 > 4 + len(name[:30]) * 15 * 0.6, "as wide as bold letters of 15 pixels are"
