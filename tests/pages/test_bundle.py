"""The whole record of a case for an inspection: what is in the zip, for whom it is, and that it is in the log (B-8)."""

import hashlib
import io
import zipfile
from pathlib import Path

import httpx
import page as pdf_check

from api import bundles
from review.chapters.rapid_review.papers import ReturnBody, sample_return
from review.facts.any_stage import CasePaused, RecordBundled
from review.views import RowKind
from tests.pages.desk import REFERENCE, Desk
from tests.pages.test_cases import seen_by
from tests.pages.test_files import bearer

HERE = f"/cases/{REFERENCE}"


async def test_the_record_goes_out_as_it_stood_with_its_papers_and_their_hashes(
    desk: Desk, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    """B-8: the very same zip whenever it is fetched, and nothing in it of what came later."""
    await desk.request_returns()
    await desk.take(ReturnBody(agency="police", officer="D/Insp Sample", content=sample_return(1)))
    await desk.take(RecordBundled.model_validate(RecordBundled.sample))
    record = (await seen_by(desk, client, "business-unit", f"{HERE}/record")).text
    assert f'href="{HERE}/steps/record-bundled"' in record
    [row] = [one.seq for one in await desk.store.record.rows(REFERENCE) if one.what == "record-bundled"]
    form = (await seen_by(desk, client, "business-unit", f"{HERE}/steps/record-bundled")).text
    assert "For whom it is put together" in form
    path = f"{HERE}/bundles/{row}"
    assert f'href="{path}"' in record

    first = await seen_by(desk, client, "business-unit", path)
    await desk.take(CasePaused(reason="Sample: said later."))
    await desk.take(ReturnBody(agency="police", officer="D/Insp Sample", content=sample_return(2)))
    again = await seen_by(desk, client, "business-unit", path)
    assert (first.status_code, first.headers["content-type"]) == (200, "application/zip")
    assert again.content == first.content

    with zipfile.ZipFile(io.BytesIO(first.content)) as held:
        parts = {name: held.read(name) for name in held.namelist()}
    listed = dict(line.split("  ")[::-1] for line in parts.pop("manifest-sha256.txt").decode().splitlines())
    assert listed == {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()}
    assert "papers/001-return-police-version-1.html" in parts
    assert sample_return(1).root["involvement"].encode() in parts["papers/001-return-police-version-1.html"]
    index = parts["index.html"].decode()
    for words in (
        "Sample Inspectorate, lead inspector",
        "public task, UK GDPR",
        "papers/001-return-police",
        "Return, Sample Police",
    ):
        assert words in index
    assert "Sample: said later." not in index
    file = tmp_path / "record.pdf"
    file.write_bytes(parts["record.pdf"])
    assert " 0 failed, 104 total" in str(pdf_check.validate_pdf(str(file), profile="ua1"))
    assert "Record put together for an inspection" in parts["record.csv"].decode("utf-8-sig")

    [logged] = await desk.store.record.rows(REFERENCE, kind=RowKind.DISCLOSURE)
    assert logged.detail["to"] == "Sample Inspectorate, lead inspector"
    desk.app.include_router(bundles.routes)
    ours = bearer(desk, "business-unit")
    [listed_one] = (await client.get(f"/v1{HERE}/bundles", headers=ours)).json()["items"]
    assert (listed_one["row"], listed_one["to"]) == (row, "Sample Inspectorate, lead inspector")
    assert (await client.get(listed_one["href"], headers=ours)).content == first.content
    missing = await client.get(f"/v1{HERE}/bundles/1", headers=ours)
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/not-found")
    for path_too in (f"/v1{HERE}/bundles", listed_one["href"]):
        assert (await client.get(path_too, headers=bearer(desk, "crg-chair"))).status_code == 403
    for who in ("crg-chair", "senior-police", "observer"):
        assert (await seen_by(desk, client, who, path)).status_code == 403, who
    assert (await seen_by(desk, client, "business-unit", f"{HERE}/bundles/1")).status_code == 404
