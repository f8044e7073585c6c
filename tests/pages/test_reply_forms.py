"""R-4, R-11. An agency answers its request with the filled form: it is the return, or stands before a person."""

import io
from datetime import UTC, datetime
from typing import Any

import docx
import httpx
import pytest

from api.replies.taking import NotTakenUp, take_up
from delivery.files.refused import INFECTED, FileRefused
from delivery.papers.making import Papers
from delivery.papers.samples import PAPERS
from review.case import reads
from review.facts.rapid_review import AgencyReturned
from settings import ReplyMode
from store.replies import Kept, ReplyStatus
from tests.delivery.files import made
from tests.pages.desk import REFERENCE, Desk
from tests.pages.replying import comes_in, reads_replies, was_sent, written
from tests.pages.test_business_pages import OURS, signed_in

FACTS = "Sample: seen four times.\n\nSample: last in May."


def form(desk: Desk, *, about: str = REFERENCE, known: str = "yes", **answers: str) -> bytes:
    """The request as it went out, its form filled in as a person does in Word."""
    headings = reads.headings(desk.case)
    n = PAPERS["returns-request"] | {"headings": [one.model_dump() for one in headings]}
    context = {"reference": about, "partnership": "Sample", "version": 1, "made_at": datetime.now(UTC), "n": n}
    word = docx.Document(io.BytesIO(Papers().render("returns-request", context)))
    facts, *boxes = word.tables
    facts.rows[4].cells[1].text, facts.rows[5].cells[1].text = known, "D/Insp Sample"
    for one, box in zip(headings, boxes, strict=True):
        box.rows[0].cells[0].text = answers.get(one.id, "")
    into = io.BytesIO()
    word.save(into)
    return into.getvalue()


def whole(desk: Desk, **other: Any) -> bytes:
    needed = {one.id: f"Sample: {one.title}." for one in reads.headings(desk.case) if one.required}
    return form(desk, **needed | {"facts": FACTS} | other)


async def asked(desk: Desk, mode: ReplyMode = ReplyMode.PROPOSE) -> str:
    reads_replies(desk, mode)
    await desk.request_returns()
    return await was_sent(desk, "return", "police", "lead-police")


async def sent(desk: Desk, to: str, *files: bytes, text: str = "", name: str = "Return.docx", **headers: str) -> Kept:
    mail = written(to, text, "lead-police", **headers)
    for one in files:
        mail.add_attachment(one, maintype="application", subtype="octet-stream", filename=name)
    id = await comes_in(desk, mail)
    found = await desk.store.replies.get(id)
    assert found is not None
    return found


def returns(desk: Desk) -> list[AgencyReturned]:
    return desk.case.every(AgencyReturned)


async def test_a_filled_form_is_shown_by_its_headings_and_taken_up_with_one_click(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    to = await asked(desk)
    came = await sent(desk, to, whole(desk), text="Please see attached our return. Call me with questions.")
    assert (came.status, returns(desk)) == (ReplyStatus.OPEN, [])

    signed_in(desk, client, "sbu-manager")
    page = (await client.get("/replies")).text
    for words in ("What was read from Return.docx", "D/Insp Sample", "Sample: last in May.", "Record: Return"):
        assert words in page
    asks = next(one.asks for one in reads.headings(desk.case) if one.id == "facts")
    assert asks not in page, "the question of the form is no answer"
    for _ in range(2):
        await client.post(f"/replies/{came.id}/taken-up", headers=OURS)
    (given,) = returns(desk)
    assert (given.agency, given.nil, given.officer) == ("police", False, "D/Insp Sample")
    kept = await desk.store.documents.get(REFERENCE, "return-police", given.content.version if given.content else 0)
    assert kept is not None
    assert b"Sample: seen four times.\\n\\nSample: last in May." in kept.content
    (source,) = given.files
    held = await desk.store.documents.get(REFERENCE, source.document, source.version)
    assert held is not None
    assert held.upload is not None
    assert (held.upload.name, held.upload.by) == ("Return.docx", "lead-police")
    (receipt,) = [one for one in desk.case.outbox if one.template == "answer-recorded"]
    assert (receipt.to, receipt.n["nil"]) == ("lead-police", False)


async def test_a_form_with_all_that_must_be_answered_counts_at_once_where_the_setting_says_so(desk: Desk) -> None:
    to = await asked(desk, ReplyMode.TAKE)
    assert (await sent(desk, to, whole(desk), text="Return attached")).status is ReplyStatus.TAKEN
    assert len(returns(desk)) == 1
    twice = await sent(desk, to, whole(desk), text="Return attached.")
    assert (twice.found["why"], len(returns(desk))) == ("The agency has sent this very return already.", 1)
    later = await sent(desk, to, whole(desk, facts="Sample: another account."))
    assert (later.status, len(returns(desk))) == (ReplyStatus.OPEN, 1)
    assert "this one would take its place" in str(later.found["why"])
    await take_up(desk.app.state.deps, later.id, by="sbu-manager")
    assert len(returns(desk)) == 2


async def test_a_form_that_is_not_plain_is_before_the_business_unit_and_never_lost(desk: Desk) -> None:
    to = await asked(desk, ReplyMode.TAKE)
    good = whole(desk)
    comment = '<w:p><w:r><w:commentReference w:id="0"/></w:r></w:p><w:sectPr'
    for files, more, why, proposed in (
        ([form(desk)], {}, "Nothing stands under any heading", False),
        ([form(desk, learning="Sample: one.")], {}, "must be answered", False),
        ([whole(desk, about="SCP-2026-0999")], {}, "another case", False),
        ([whole(desk, known="no")], {}, "was not known, and something stands", False),
        ([whole(desk, known="perhaps")], {}, "does not plainly say", False),
        ([form(desk, known="No")], {}, "nil return by the form", True),
        ([made.replaced(good, "word/document.xml", "<w:sectPr", comment)], {}, "1 comments", True),
        ([made.with_part(good, "word/vbaProject.bin", b"x")], {}, "macros", False),
        ([made.pdf()], {}, "not a form in Word", False),
        ([b""], {}, "empty", False),
        ([good, good], {}, "More than one file", False),
        ([good], {"text": "Nil return"}, "one thing in words", False),
        ([good], {"text": "This is a draft, do not count it."}, "says more than", True),
        ([good], {"From": "sam@elsewhere.example"}, "another address", False),
        ([good], {"Authentication_Results": ""}, "vouch", True),
    ):  # fmt: skip
        came = await sent(desk, to, *files, **more)
        assert (came.status, returns(desk)) == (ReplyStatus.OPEN, []), why
        assert why in str(came.found["why"]), (why, came.found["why"])
        assert (came.found["answer"] is not None) is proposed, why


async def test_a_form_in_which_a_virus_is_found_is_not_taken_up(desk: Desk, monkeypatch: Any) -> None:
    came = await sent(desk, await asked(desk), whole(desk))

    async def found(socket: str | None, content: bytes) -> None:
        raise FileRefused(INFECTED)

    monkeypatch.setattr("api.files.scanned", found)
    with pytest.raises(NotTakenUp, match="virus"):
        await take_up(desk.app.state.deps, came.id, by="sbu-manager")
    assert returns(desk) == []
