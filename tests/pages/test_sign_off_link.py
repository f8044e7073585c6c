"""The link to a sign-off: what it shows, what it records, and what each link that can do nothing says (R-11, D-8)."""

from datetime import UTC, datetime

import httpx

from delivery.papers.kinds import WORD
from review.facts import Reported, Speaker
from review.facts.any_stage import CaseWithdrawn
from review.facts.directory import Role
from review.facts.enums import Verdict
from review.facts.practice_review import EarlyCommentGiven
from review.facts.signing import SignOffGiven
from review.kit.refusals import InvolvementOpen, NotYet
from review.kit.sign_off_rounds import stop_round
from tests.pages.desk import Desk

OFFICER = "officer-health"


async def asked(desk: Desk, client: httpx.AsyncClient, person: str = OFFICER) -> str:
    one = await desk.ask_for_sign_off()
    return await desk.opened(client, "sign-off", one.id, person)


async def test_the_page_says_first_what_is_asked_and_shows_exactly_the_version(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    page = await client.get(await asked(desk, client))
    assert page.status_code == 200
    assert "then approve it or send it back by" in page.text
    assert "Sample: a concise account." in page.text
    assert "Ash Sample-Health" in page.text
    assert desk.case.rounds[0].document.sha256 in page.text


async def test_reading_changes_nothing_because_mail_scanners_open_links(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    before = await desk.footprint()
    for method in ("GET", "HEAD", "GET"):
        assert (await client.request(method, path)).status_code == 200
        assert (await client.request(method, f"{path}/document")).status_code == 200
    assert await desk.footprint() == before


async def test_no_page_behind_a_link_is_kept_framed_or_tells_where_the_reader_came_from(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    path = await asked(desk, client)
    for one in (path, f"{path}/document", "/s/forged"):
        headers = (await client.get(one)).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "script-src 'unsafe" not in headers["content-security-policy"]
        assert "set-cookie" not in headers


async def test_an_approval_is_recorded_for_the_person_of_the_link(desk: Desk, client: httpx.AsyncClient) -> None:
    done = await client.post(await asked(desk, client), data={"verdict": "approve"})
    assert done.status_code == 200
    assert "Your answer is recorded" in done.text
    ask = desk.case.rounds[0].ask_for("health")
    assert (ask.verdict, ask.given_by, ask.as_deputy) == (Verdict.APPROVE, OFFICER, False)


async def test_sending_back_needs_comments_and_keeps_them(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    without = await client.post(path, data={"verdict": "send-back", "comments": " \r\n "})
    assert without.status_code == 422
    assert "Enter what should change" in without.text
    assert desk.reported == []
    comments = "Say more on <safety>.\r\nAnd less on blame."
    assert (await client.post(path, data={"verdict": "send-back", "comments": comments})).status_code == 200
    assert desk.case.rounds[0].ask_for("health").comments == "Say more on <safety>.\nAnd less on blame."


async def test_comments_beside_an_approval_are_kept_with_it(desk: Desk, client: httpx.AsyncClient) -> None:
    """R-11: the page threw them away."""
    path = await asked(desk, client)
    form = {"verdict": "approve", "comments": "Please mend the name on page 3."}
    assert (await client.post(path, data=form)).status_code == 200
    ask = desk.case.rounds[0].ask_for("health")
    assert (ask.verdict, ask.comments) == (Verdict.APPROVE, "Please mend the name on page 3.")


async def test_an_answer_without_a_choice_is_asked_for_again(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    for sent in ({}, {"verdict": "maybe"}, {"verdict": ""}):
        answer = await client.post(path, data=sent)
        assert answer.status_code == 422
        assert "Choose whether you approve" in answer.text
    assert desk.reported == []


async def test_comments_longer_than_can_be_kept_are_refused_and_not_lost(desk: Desk, client: httpx.AsyncClient) -> None:
    answer = await client.post(await asked(desk, client), data={"verdict": "send-back", "comments": "x" * 20_001})
    assert answer.status_code == 422
    assert "20,000 characters or fewer" in answer.text
    assert "x" * 20_001 in answer.text


async def test_a_second_click_counts_once(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    desk.down = True
    first = await client.post(path, data={"verdict": "approve"})
    second = await client.post(path, data={"verdict": "approve"})
    assert (first.status_code, second.status_code) == (202, 202)
    assert len(set(desk.reported)) == 1
    desk.down = False
    assert (await client.post(path, data={"verdict": "approve"})).status_code == 200
    rows = len(desk.case.entries)
    after = await client.post(path, data={"verdict": "approve"})
    assert after.status_code == 200
    assert "Your answer is recorded" in after.text
    assert len(desk.case.entries) == rows


async def test_an_answer_while_nobody_can_take_it_is_received(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    desk.down = True
    answer = await client.post(path, data={"verdict": "approve"})
    assert answer.status_code == 202
    assert "will be recorded shortly" in answer.text
    assert "do not need to send it again" in answer.text


async def test_a_used_link_says_what_was_answered_and_when(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    await client.post(path, data={"verdict": "approve"})
    used = await client.get(path)
    assert used.status_code == 410
    assert "You have already answered" in used.text
    assert "You approved version 1" in used.text
    changed = await client.post(path, data={"verdict": "send-back", "comments": "No."})
    assert changed.status_code == 410
    assert desk.case.rounds[0].ask_for("health").verdict is Verdict.APPROVE


async def test_a_forged_link_shows_nothing_of_the_case(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    for forged in (
        path[:-9] + ("A" if path[-9] != "A" else "B") + path[-8:],
        path.replace(".", "x."),
        "/s/a",
        "/s/%00%ff",
    ):
        for answer in (await client.get(forged), await client.post(forged, data={"verdict": "approve"})):
            assert answer.status_code == 403
            assert "This link does not work" in answer.text
            assert "CR-2026" not in answer.text
    assert desk.reported == []


async def test_a_link_made_for_a_return_does_not_open_a_sign_off(desk: Desk, client: httpx.AsyncClient) -> None:
    one = await desk.ask_for_sign_off()
    token = desk.link("return", one.id, OFFICER).removeprefix("/r/")
    assert (await client.get(f"/s/{token}")).status_code == 403


async def test_a_superseded_link_says_that_there_is_a_newer_version(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    await desk.ask_for_sign_off(2)
    for answer in (await client.get(path), await client.post(path, data={"verdict": "approve"})):
        assert answer.status_code == 410
        assert "There is a newer version" in answer.text
    assert desk.reported == []


async def test_a_link_of_a_round_that_another_officer_sent_back_says_so(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    other = await desk.opened(client, "sign-off", desk.case.rounds[0].id, "officer-police")
    await client.post(other, data={"verdict": "send-back", "comments": "More on safety."})
    answer = await client.get(path)
    assert answer.status_code == 410
    assert "This version has been sent back" in answer.text
    assert "More on safety" not in answer.text


async def test_when_a_deputy_has_signed_the_officer_is_told(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    one = desk.case.rounds[0]
    one.ask_for("health").deputies = ["deputy-health"]
    await desk.note("deputies asked")
    deputy = await desk.opened(client, "sign-off", one.id, "deputy-health")
    assert "nominated deputy, for the accountable officer (health)" in (await client.get(deputy)).text
    assert (await client.post(deputy, data={"verdict": "approve"})).status_code == 200
    assert one.ask_for("health").as_deputy
    answer = await client.get(path)
    assert answer.status_code == 410
    assert "A nominated deputy answered for health" in answer.text


async def test_a_link_of_somebody_who_is_not_asked_is_no_use(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client, "deputy-health")  # whom nobody has asked yet
    for answer in (await client.get(path), await client.post(path, data={"verdict": "approve"})):
        assert answer.status_code == 403
        assert "no longer yours" in answer.text


async def test_a_link_of_a_withdrawn_case_says_that_the_case_has_ended(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    await desk.take(CaseWithdrawn(reason="Sample: entered twice."))
    answer = await client.get(path)
    assert answer.status_code == 410
    assert "The case has ended" in answer.text


async def test_what_the_case_refuses_is_told_in_its_own_words(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    one = desk.case.rounds[0]
    approve = SignOffGiven(round=one.id, officer=OFFICER, sha256=one.document.sha256, verdict=Verdict.APPROVE)
    projected, desk.project = desk.project, _nothing  # type: ignore[method-assign]  # the read model lags behind
    await desk.take(approve, by=Speaker(people=[OFFICER], roles=[Role.ACCOUNTABLE_OFFICER]))
    answer = await client.post(path, data={"verdict": "send-back", "comments": "Too late."})
    desk.project = projected  # type: ignore[method-assign]
    assert answer.status_code == 409
    assert "has been given already" in answer.text
    assert "Too late.</textarea>" in answer.text, "what was written stands in the form"


async def test_an_answer_that_was_refused_is_taken_once_what_stood_in_its_way_is_gone(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """R-11, K-7: the same link, the same answer; a third click then counts once."""
    path = await asked(desk, client)
    desk.refuses = InvolvementOpen(who="mother")
    for _ in range(2):
        answer = await client.post(path, data={"verdict": "approve"})
        assert (answer.status_code, "mother" in answer.text) == (409, True)
    assert len(set(desk.reported)) == 2
    desk.refuses = None
    for _ in range(2):
        assert (await client.post(path, data={"verdict": "approve"})).status_code == 200
    assert len(desk.case.every(SignOffGiven)) == 1


async def test_a_sign_off_that_stopped_with_a_wrong_decision_says_so(desk: Desk, client: httpx.AsyncClient) -> None:
    """X-2: not that the case has ended."""
    path = await asked(desk, client)
    stop_round(desk.case, desk.case.rounds[0], "no practice review was decided on", datetime.now(UTC))
    await desk.project()
    answer = await client.get(path)
    assert answer.status_code == 410
    assert "need not be signed now: no practice review was decided on." in answer.text
    assert "The case has ended" not in answer.text


async def test_a_document_other_than_the_one_asked_for_is_never_shown(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    one = desk.case.rounds[0]
    one.document = one.document.model_copy(update={"sha256": "0" * 64})
    await desk.note("another hash")
    for answer in (await client.get(path), await client.post(path, data={"verdict": "approve"})):
        assert answer.status_code == 503
        assert "cannot be signed now" in answer.text
    assert desk.reported == []


async def test_nothing_in_a_document_can_act_on_the_page(desk: Desk, client: httpx.AsyncClient) -> None:
    one = await desk.ask_for_sign_off(words="<script>alert(1)</script><img src=x onerror=alert(1)>")
    path = await desk.opened(client, "sign-off", one.id, OFFICER)
    page = (await client.get(path)).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    own = await client.get(f"{path}/document")
    assert (own.headers["content-type"], own.content[:5]) == ("application/pdf", b"%PDF-")
    assert b"/JavaScript" not in own.content
    word = await client.get(f"{path}/document?as=word")
    assert (word.headers["content-type"], word.content[:2]) == (WORD, b"PK")
    assert word.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert word.headers["content-disposition"].endswith("-rapid-review-report-v1.docx")


async def _nothing() -> None:
    """The projection has not come yet."""


async def test_a_request_for_early_comment_asks_for_comments_or_none_and_for_no_signature(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """K-7: the page says so, and what is sent is an early comment."""
    one = await desk.ask_for_sign_off()
    one.for_comment = True
    await desk.note("asked for comment")
    path = await desk.opened(client, "sign-off", one.id, OFFICER)
    page = (await client.get(path)).text
    assert "Early comment on “Rapid review report”, version 1" in page
    assert "I approve this version" not in page
    assert (await client.post(path, data={"verdict": "approve"})).status_code == 422
    assert (await client.post(path, data={"verdict": "comment", "comments": " "})).status_code == 422
    desk.refuses = NotYet(because="the case is no practice review")
    assert (await client.post(path, data={"verdict": "no-comment"})).status_code == 409
    assert desk.reported
    reported = await desk.store.inbox.message(desk.reported[-1])
    assert reported
    fact = Reported.model_validate(reported.body).fact
    assert fact == EarlyCommentGiven(officer=OFFICER, nothing_to_add=True)
