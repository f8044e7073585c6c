"""Every bad input is named: a clear refusal, and a case that is as it was."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest
import pytest_asyncio

from review.chapters.learning_review.papers import FINDINGS
from review.facts.notification import SafetyStepsRecorded
from tests.api.running import Json, Running

pytestmark = pytest.mark.asyncio(loop_scope="session")

RETURN = {
    "officer": "Head of Safeguarding",
    "content": {"involvement": "Sample.", "facts": "Sample.", "safeguarding": "Sample.", "learning": "Sample."},
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def under_way(running: Running) -> str:
    """The address of one case, which the tests of its stages lead on, in the order of the stages."""
    return await running.opened()


async def refused(
    running: Running, here: str, rel: str, body: Json, who: str, status: int, name: str, field: str | None = None
) -> None:
    """Send it, expect the refusal, and see that the case, its documents and its record are as they were."""
    before = [await shown(running, here, part) for part in ("", "/documents", "/record")]
    answer = await running.post(f"{here}/{rel}", body, who)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{name}"), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].endswith(".")
    if field is not None:
        assert field in [one["field"] for one in answer.json()["errors"]]
    assert [await shown(running, here, part) for part in ("", "/documents", "/record")] == before


async def shown(running: Running, here: str, part: str) -> str:
    answer = await running.client.get(here + part, headers=running.token("business-unit"))
    return answer.headers["ETag"]


def moment(**ago: float) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).isoformat()


async def quiet(running: Running, here: str) -> None:
    """Wait until nothing more follows from what was said: a second of stillness, for a busy machine takes its time."""
    seen = [-2, -1, (await running.get(here))["seq"]]
    while len(set(seen[-3:])) > 1:
        await asyncio.sleep(0.5)
        seen.append((await running.get(here))["seq"])


async def test_times_in_the_future_and_before_the_incident(running: Running) -> None:
    here = await running.opened()
    no = partial(refused, running, here)
    await quiet(running, here)
    view = {"officer": "dcs", "view": "notify", "reasons": "Sample."}
    future, before = moment(days=-1), moment(days=30)
    await no("partner-view-given", view | {"happened_at": future}, "dcs", 422, "in-the-future", "happened_at")
    await no(
        "partner-view-given",
        view | {"happened_at": before},
        "dcs",
        422,
        "before-the-incident",
        "happened_at",
    )
    for year in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        await no(
            "partner-view-given",
            view | {"happened_at": year},
            "dcs",
            422,
            "invalid-request",
            "happened_at",
        )


async def test_an_incident_of_tomorrow_or_known_before_it_happened_opens_no_case(running: Running) -> None:
    first = (await running.get("/v1"))["next_steps"][0]
    before = (await running.get("/v1/cases"))["items"]
    for changes, name in (
        ({"aware_at": moment(days=-1)}, "in-the-future"),
        ({"incident_at": moment(hours=1), "aware_at": moment(hours=2)}, "before-the-incident"),
        ({"edition": "atlantis-2030"}, "unknown-edition"),
    ):
        answer = await running.post(first["href"], first["example"] | changes, "dcs")
        assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{name}")
    assert (await running.get("/v1/cases"))["items"] == before


async def test_unknown_fields_and_agencies_and_the_wrong_speaker(running: Running, under_way: str) -> None:
    here = under_way
    no = partial(refused, running, here)
    await running.led_to(here, "rapid-review-meeting-held")
    await quiet(running, here)
    rel = "agency-returned"
    await no(rel, RETURN | {"agency": "police", "m": 1}, "agency", 422, "invalid-request", "m")
    await no(rel, RETURN | {"agency": "coastguard"}, "business-unit", 422, "unknown-agency", "agency")
    await no(rel, RETURN | {"agency": "housing"}, "business-unit", 409, "agency-not-asked", "agency")
    await no(rel, RETURN | {"agency": "police"}, "senior-hospital", 403, "wrong-agency", "agency")
    await no(rel, RETURN | {"agency": "police"}, "dcs", 403, "not-your-role")
    await no(rel, {"agency": "police", "officer": "x"}, "agency", 422, "invalid-request")
    await no(rel, RETURN | {"agency": "police", "officer": "\x00"}, "agency", 422, "invalid-request")


async def test_a_return_can_be_replaced_until_the_meeting_and_not_after(running: Running, under_way: str) -> None:
    """A duplicate return (R-4)."""
    here = under_way
    no = partial(refused, running, here)
    meeting = await running.led_to(here, "rapid-review-meeting-held")
    second = await running.post(f"{here}/agency-returned", RETURN | {"agency": "police"}, "senior-police", key="twice")
    again = await running.post(f"{here}/agency-returned", RETURN | {"agency": "police"}, "senior-police", key="twice")
    assert (second.status_code, again.status_code) == (201, 201)
    assert second.json() == again.json()
    police = next(one for one in (await running.get(here))["agencies"] if one["agency"] == "police")
    assert police["version"] == 2
    assert (await running.send(meeting)).status_code == 201
    await quiet(running, here)
    await no("agency-returned", RETURN | {"agency": "police"}, "senior-police", 409, "returns-closed")


async def test_an_author_who_did_not_attend_and_a_submission_without_approval(running: Running, under_way: str) -> None:
    here = under_way
    no = partial(refused, running, here)
    await running.led_to(here, "returns-read")
    submission = {"version": 1, "covering_letter": "Sample."}
    draft = await running.led_to(here, "report-drafted")
    assert (await running.send(draft, author="sbu-officer")).status_code == 201
    await quiet(running, here)
    await no("draft-sent-for-sign-off", {"version": 1}, "business-unit", 409, "author-did-not-attend")
    await no("submitted-to-panel", submission, "business-unit", 409, "submission-without-approval")
    findings = {"author": "sbu-manager", "findings": FINDINGS.model_dump(mode="json")}  # A-5: it uses up no version
    await no("learning-findings-drafted", findings, "business-unit", 409, "not-yet")


async def test_a_sign_off_by_the_wrong_person_and_of_the_wrong_version(running: Running) -> None:
    here = await running.opened()
    no = partial(refused, running, here)
    step = await running.led_to(here, "sign-off-given")
    await quiet(running, here)
    rel, body = "sign-off-given", dict(step["example"])
    await no(rel, body, "deputy-health", 403, "not-your-signature", "officer")
    own = body | {"officer": "deputy-health"}
    await no(rel, own, "deputy-health", 403, "not-asked-to-sign")
    await no(rel, body | {"sha256": "0" * 64}, "accountable-officer", 409, "wrong-version")
    await no(rel, body | {"verdict": "send-back"}, "accountable-officer", 422, "comments-missing", "comments")
    assert (await running.send(step)).status_code == 201
    await quiet(running, here)
    await no(rel, body, "accountable-officer", 409, "already-signed")


async def test_a_browser_that_sends_too_much_gets_a_page_and_one_file_too_large_reaches_its_form(
    running: Running,
) -> None:
    """R-7: the form names the file and keeps what was typed; what is larger than that is refused in words."""
    path = f"{(await running.opened()).removeprefix('/v1')}/steps/partner-view-given"

    async def sent(megabytes: int) -> httpx.Response:
        files = {"files": ("a.pdf", b"%PDF-1.4" + b"0" * megabytes * 1024 * 1024)}
        return await running.client.post(path, files=files, headers={"Accept": "text/html"})

    assert (await sent(30)).status_code != 413, "it is the form's to refuse"
    answer = await sent(60)
    assert answer.status_code == 413
    assert "This is too large to send" in answer.text
    assert "Nothing was sent. Go back, then choose smaller files" in answer.text
    typed = await running.client.post(path, data={"a": "a" * 3_000_000}, headers={"Accept": "text/html"})
    assert "Go back, shorten it, and send it again." in typed.text


async def test_malformed_and_oversized_bodies(running: Running) -> None:
    here = await running.opened()
    await quiet(running, here)
    before = await shown(running, here, "")
    headers = running.token("dcs") | {"Content-Type": "application/json"}

    async def sent(content: bytes) -> httpx.Response:
        return await running.client.post(f"{here}/partner-view-given", content=content, headers=headers)

    for content in (b"{", b"\xff\xfe", b'{"officer": "dcs"', b"[" * 100_000, b'{"a": 1e999999999}', b""):
        answer = await sent(content)
        assert answer.status_code in (400, 422), (content[:20], answer.text)
        assert answer.json()["type"] in ("/problems/malformed-json", "/problems/invalid-request")
    large = await sent(b'{"reasons": "' + b"a" * 3_000_000 + b'"}')
    assert (large.status_code, large.json()["type"]) == (413, "/problems/body-too-large")

    async def in_pieces() -> AsyncIterator[bytes]:
        yield b'{"reasons": "'
        for _ in range(30):
            yield b"a" * 100_000
        yield b'"}'

    pieces = await running.client.post(f"{here}/partner-view-given", content=in_pieces(), headers=headers)
    assert (pieces.status_code, pieces.json()["type"]) == (413, "/problems/body-too-large")
    lone = await sent(b'{"officer": "dcs", "view": "notify", "reasons": "half \\ud800 a pair"}')
    assert (lone.status_code, lone.json()["errors"][0]["field"]) == (422, "reasons")
    assert await shown(running, here, "") == before


async def test_a_body_that_is_not_said_to_be_json_is_not_read(running: Running) -> None:
    here = await running.opened()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""):
        headers = running.token("dcs") | {"Content-Type": kind}
        body = b'{"officer": "dcs", "view": "notify", "reasons": "Sample."}'
        answer = await running.client.post(f"{here}/partner-view-given", content=body, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-media-type"), kind


async def test_a_number_is_no_time_and_a_time_needs_its_offset(running: Running) -> None:
    """Neither is guessed at: a number would be read as seconds since 1970."""
    here = await running.opened()
    await quiet(running, here)
    no = partial(refused, running, here)
    view = {"officer": "dcs", "view": "notify", "reasons": "Sample."}
    for wrong in (int(datetime.now(UTC).timestamp()), f"{datetime.now(UTC).timestamp():.0f}", "2026-05-11T09:00"):
        body = view | {"happened_at": wrong}
        await no("partner-view-given", body, "dcs", 422, "invalid-request", "happened_at")
    incident = (await running.get("/v1"))["next_steps"][0]["example"]
    incident["children"][0]["born"] = 0
    answer = await running.post("/v1/cases", incident, "dcs")
    assert answer.status_code == 422
    assert "children.0.born" in [one["field"] for one in answer.json()["errors"]]


async def test_a_number_of_nothing_is_refused_in_plain_words(running: Running) -> None:
    """K-4: no day used is nothing to record."""
    here = await running.opened()
    answer = await running.post(f"{here}/days-used", {"days": 0, "used_for": "Sample."}, "business-unit")
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "days", "detail": "is too small; give more than 0"}]


async def test_whether_steps_for_safety_are_needed_is_not_taken_for_granted(running: Running) -> None:
    """N-5: by REST, too, somebody says it; the document of the API says that it has to be there."""
    here = await running.opened()
    path = f"{here}/safety-steps-recorded"
    children = [one["child_id"] for one in (await running.get(here))["children"]]
    body = {"child_ids": children, "steps": "In this sample a strategy meeting was held."}
    silent = await running.post(path, body, "business-unit")
    assert (silent.status_code, silent.json()["errors"]) == (
        422,
        [{"field": "none_needed", "detail": "is missing; say true or false"}],
    )
    assert (await running.post(path, body | {"none_needed": False}, "business-unit")).status_code == 201
    schema = SafetyStepsRecorded.model_json_schema()
    assert {"none_needed", "steps"} <= set(schema["required"])


async def test_a_closure_in_the_past_is_refused_and_moves_nothing(running: Running) -> None:
    here = await running.opened()
    await quiet(running, here)
    before = await shown(running, here, "")
    body = {"day": "2026-11-20", "why": "Sample.", "kind": "closure"}
    answer = await running.post("/v1/calendar/closures", body, "business-unit")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/day-has-passed")
    blank = await running.post("/v1/calendar/closures", body | {"why": "  "}, "business-unit")
    assert (blank.status_code, blank.json()["errors"][0]["field"]) == (422, "why")
    assert (await running.get("/v1/calendar/closures"))["items"] == []
    assert await shown(running, here, "") == before


async def test_a_case_that_is_not_known_is_not_found(running: Running) -> None:
    for path in ("/v1/cases/CR-2026-999", "/v1/cases/CR-2026-999/record", "/v1/cases/CR-2026-999/emails"):
        answer = await running.client.get(path, headers=running.token("business-unit"))
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-case")
    posted = await running.post("/v1/cases/CR-2026-999/case-paused", {"reason": "Sample."}, "business-unit")
    assert (posted.status_code, posted.json()["type"]) == (404, "/problems/unknown-case")
