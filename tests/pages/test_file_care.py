"""Files after they were kept: looked at by the scanner once it answers, and let go of where nothing names them."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api.file_care import Known, let_go, look_again
from delivery.files.refused import INFECTED, FileRefused
from delivery.files.scan import Scan
from review.chapters.rapid_review.papers import ReturnBody, sample_return
from review.facts import DocumentRef
from store.documents import Stored, Upload
from store.uploads import Place
from tests.pages.desk import REFERENCE, Desk
from tests.pages.test_cases import seen_by

LONG_AGO = datetime.now(UTC) - timedelta(days=91)


async def kept(desk: Desk, name: str, *, at: datetime = LONG_AGO, scan: Scan = Scan.NOT_YET) -> Stored:
    about = Upload(name=f"{name}.pdf", title="PDF", size=4, by="sbu-manager", scan=scan, given=name)
    return await desk.store.documents.put(
        REFERENCE, "file-letter", key=name, content=name.encode(), media_type="application/pdf", title=name, at=at,
        upload=about,
    )  # fmt: skip


def place(one: Stored) -> Place:
    return Place(REFERENCE, one.document, one.version)


async def scan_of(desk: Desk, one: Stored) -> str:
    found = await desk.store.uploads.get(place(one))
    assert found is not None
    assert found.upload is not None
    return found.upload.scan


async def named(desk: Desk, one: Stored) -> None:
    """An agency's return names the file."""
    await desk.request_returns()
    files = [DocumentRef(document=one.document, version=one.version, sha256=one.sha256)]
    await desk.take(ReturnBody(agency="police", officer="D/Insp Sample", content=sample_return(1), files=files))


async def test_a_file_is_scanned_once_the_scanner_answers_and_an_infected_one_is_handed_out_no_more(
    desk: Desk, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    deps, known = desk.app.state.deps, Known()
    good, bad, clean = await kept(desk, "good"), await kept(desk, "bad"), await kept(desk, "done", scan=Scan.CLEAN)
    await named(desk, bad)
    asked: list[bytes] = []
    answers: dict[bytes, Scan] = {}

    async def scanner(socket: str, content: bytes) -> Scan:
        asked.append(content)
        if content == b"bad" and answers:
            raise FileRefused(INFECTED)
        return answers.get(content, Scan.NOT_YET)

    monkeypatch.setattr("api.file_care.scanned", scanner)
    assert (await look_again(deps, known), asked) == (0, [])
    deps.settings = desk.settings.model_copy(update={"virus_scanner": "/run/clamd.sock"})
    assert (await look_again(deps, known), sorted(asked)) == (0, [b"bad", b"good"])
    assert await look_again(deps, known) == 0
    assert len(asked) == 2, "not asked again at once"
    answers[b"good"] = Scan.CLEAN
    known.again.clear()
    assert await look_again(deps, known) == 2
    assert [await scan_of(desk, one) for one in (good, bad, clean)] == [Scan.CLEAN, Scan.INFECTED, Scan.CLEAN]
    assert (await look_again(deps, known), len(asked)) == (0, 4)

    page = await seen_by(desk, client, "crg-chair", f"/cases/{REFERENCE}/papers/file-letter/{bad.version}")
    assert "A virus was found in this file" in page.text
    assert f"/documents/file-letter/{bad.version}" not in page.text


async def test_a_file_that_nothing_names_is_let_go_of_after_its_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    deps = desk.app.state.deps
    unused, of_a_draft, used = await kept(desk, "unused"), await kept(desk, "draft"), await kept(desk, "used")
    young = await kept(desk, "young", at=datetime.now(UTC))
    typed = {"files": [json.dumps({"document": of_a_draft.document, "version": 2, "sha256": of_a_draft.sha256})]}
    await desk.store.drafts.save("sbu-manager", "/a-form", typed, at=datetime.now(UTC))
    await named(desk, used)

    with monkeypatch.context() as behind:  # the clock of a rehearsal that plays in the past
        behind.setattr(type(deps), "case_now", lambda deps, case: deps.now() - timedelta(days=60))
        assert await let_go(deps, Known()) == 0
    assert await let_go(deps, Known()) == 1
    assert await desk.store.uploads.kept_before(deps.now() + timedelta(days=1)) == [
        place(one) for one in (of_a_draft, used, young)
    ]
    assert await desk.store.uploads.get(place(unused)) is None
    assert await let_go(deps, Known()) == 0
