"""The page of an author from outside: the papers, and what was read (R-10, R-11)."""

from datetime import UTC, datetime

import httpx

from review.chapters.rapid_review.papers import ReturnBody, sample_return
from review.facts import DocumentRef, Reported
from review.facts.enums import AuthorCapacity
from review.facts.rapid_review import ReturnsRead
from review.facts.report import DraftSentForSignOff, ReportDrafted
from review.take import apply_fact
from tests.pages.desk import REFERENCE, SBU, Desk

AUTHOR = "legal-adviser"
OUTSIDE = {"outside_reason": "Sample.", "outside_experience": "Sample.", "outside_qualification": "Sample."}


async def drafted(desk: Desk) -> None:
    """An author from outside has drafted; the police have answered, and the pack is made."""
    await desk.request_returns()
    await desk.take(ReturnBody(agency="police", officer="Head of Safeguarding", content=sample_return(1)))
    await desk.hold_meeting()
    kept = await desk.store.documents.put(
        REFERENCE, "returns-pack", key="pack", content=b"<h1>Sample: what the police know</h1>",
        media_type="text/html", title="Agency returns", at=datetime.now(UTC), version=1,
    )  # fmt: skip
    ref = DocumentRef(document=kept.document, version=kept.version, sha256=kept.sha256)
    desk.case.papers["returns-pack:police.1"] = ref
    draft = ReportDrafted(author=AUTHOR, capacity=AuthorCapacity.OUTSIDE, content=ref, missing=[], **OUTSIDE)
    await desk.take(draft)


async def test_an_author_reads_the_papers_and_says_so_without_signing_in(desk: Desk, client: httpx.AsyncClient) -> None:
    """R-10: nothing is shown before the button; what is not confirmed comes back; then it is the author's own act."""
    await drafted(desk)
    path = desk.link("reading", "rapid-review", AUTHOR)
    first = await client.get(path)
    assert "Papers for the author of a report" in first.text
    assert "Agency returns" not in first.text
    assert (await client.get(f"{path}/returns-pack")).status_code == 200
    assert "police know" not in (await client.get(f"{path}/returns-pack")).text
    await desk.open(client, path)
    shown = await client.get(path)
    assert "Agency returns, collated, version 1" in shown.text
    paper = await client.get(f"{path}/returns-pack")
    assert (paper.status_code, "what the police know" in paper.text) == (200, True)
    assert "sandbox" in paper.headers["content-security-policy"]
    assert (await client.get(f"{path}/covering-letter")).status_code == 404
    empty = await client.post(path, data={})
    assert (empty.status_code, "Confirm that you have read" in empty.text) == (422, True)
    done = await client.post(path, data={"read": "yes"})
    assert (done.status_code, "It is recorded that you have read" in done.text) == (200, True)
    given = desk.case.entries_of(ReturnsRead)[-1]
    assert (given.fact.returns, given.reported.by.people) == ({"police": 1}, [AUTHOR])
    assert "No action needed" in (await client.get(path)).text


async def test_of_a_return_that_comes_while_officers_sign_it_is_said_whether_the_draft_stands(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """R-10"""
    await drafted(desk)
    path = await desk.opened(client, "reading", "rapid-review", AUTHOR)
    await client.post(path, data={"read": "yes"})
    now = datetime.now(UTC)
    sent = Reported(message="sent", by=SBU, recorded_at=now, fact=DraftSentForSignOff(version=1))
    apply_fact(desk.case, sent, now)
    await desk.take(ReturnBody(agency="hospital", officer="Head of Safeguarding", content=sample_return(2)))
    unsaid = await client.post(path, data={"read": "yes"})
    assert (unsaid.status_code, "Choose whether the draft stands" in unsaid.text) == (422, True)
    done = await client.post(path, data={"read": "yes", "stands": "does-not-stand"})
    assert "are told that the draft does not stand" in done.text
    assert desk.case.entries_of(ReturnsRead)[-1].fact.draft_stands is False


async def test_the_link_of_an_author_is_their_own(desk: Desk, client: httpx.AsyncClient) -> None:
    await drafted(desk)
    path = await desk.opened(client, "reading", "rapid-review", "lead-police")
    answer = await client.get(path)
    assert (answer.status_code, "no longer yours" in answer.text) == (403, True)
    assert (await client.get(f"{path}/returns-pack")).status_code == 403
