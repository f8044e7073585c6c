"""The chronology of a review as a page, a picture, a table and a Word document (§7)."""

import io
from datetime import UTC, date, datetime

import docx
import httpx

from review.chapters.chronology.papers import AgencyChronology, ChronologyEvent
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
    assert [row.cells[3].text for row in rows] == ["What happened", "A clinic.", "=Seen at home <b>.", "A call."]
    paper = (await seen_by(desk, client, "crg-chair", f"/cases/{REFERENCE}/papers/chronology-hospital/1")).text
    assert "A clinic." in paper
    for who in ("senior-police", "observer"):
        assert (await seen_by(desk, client, who, HERE)).status_code == 403
