"""The page by which a sub-group answers findings that were handed over to it (G-10, R-11)."""

from datetime import UTC, datetime

import httpx

from review.facts import Reported
from review.facts.follow_up import FindingsHandedOver, SubGroupAnswered
from review.take import apply_fact
from tests.pages.desk import SBU, Desk

FINDINGS = "Sample: <b>missed</b> appointments are not shared."
QUALITY = "quality-sub-group"
ANSWER = {"answer": "Sample: an audit in November."}


async def handed_over(desk: Desk) -> None:
    now = datetime.now(UTC)
    fact = FindingsHandedOver(handover="audit", to="Quality sub-group", findings=FINDINGS)
    apply_fact(desk.case, Reported(message="handed", by=SBU, recorded_at=now, fact=fact), now)
    await desk.project()


async def test_a_sub_group_reads_the_findings_and_answers_once(desk: Desk, client: httpx.AsyncClient) -> None:
    """G-10: nothing is shown before the button; an empty answer comes back; then it is the sub-group's own fact."""
    await handed_over(desk)
    path = desk.link("answer", "audit", QUALITY)
    first = await client.get(path)
    assert "Answer to findings" in first.text
    assert "missed" not in first.text
    assert (await client.post(path, data=ANSWER)).status_code == 403
    await desk.open(client, path)
    shown = await client.get(path)
    assert "Sample: &lt;b&gt;missed&lt;/b&gt; appointments are not shared." in shown.text
    assert "Please answer by" in shown.text
    empty = await client.post(path, data={"answer": " "})
    assert (empty.status_code, "Enter your sub-group" in empty.text) == (422, True)
    assert desk.reported == []
    done = await client.post(path, data=ANSWER)
    assert (done.status_code, "has come in" in done.text) == (200, True)
    given = desk.case.entries_of(SubGroupAnswered)[-1]
    assert (given.fact.answer, given.reported.by.people) == (ANSWER["answer"], [QUALITY])
    over = await client.get(path)
    assert (over.status_code, "Your sub-group has answered" in over.text) == (410, True)


async def test_the_link_of_a_sub_group_is_its_own(desk: Desk, client: httpx.AsyncClient) -> None:
    await handed_over(desk)
    wrong = {
        await desk.opened(client, "answer", "audit", "communications"): (403, "no longer yours"),
        await desk.opened(client, "answer", "other", QUALITY): (404, "no longer handed over"),
        desk.link("return", "police", "lead-police").replace("/r/", "/a/"): (403, "This link does not work"),
    }
    for path, (status, words) in wrong.items():
        answer = await client.get(path)
        assert (answer.status_code, words in answer.text, "missed" in answer.text) == (status, True, False), path
