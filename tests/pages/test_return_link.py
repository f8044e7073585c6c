"""The link to an agency's return: what it asks, what it takes, and when it is closed (R-3, R-4, D-6)."""

import html
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api.intake import Outcome
from api.pages.intake import why
from calendar_rules.edition import load_edition
from review.case import reads
from review.chapters.rapid_review.papers import RETURN, ReturnBody
from review.facts.any_stage import CaseWithdrawn
from review.facts.editions import AgencyKnew
from review.facts.rapid_review import AgencyReturned, OutsideAgencyAsked, SeniorOfficersInformed
from review.kit.deadlines import start
from review.kit.refusals import NotYet, Refusal, all_refusals
from store.inbox import MessageStatus
from tests.delivery.files import made
from tests.pages.desk import Desk

LEAD = "lead-police"
GIVEN = {
    "known": "yes",
    "involvement": "Seen <twice> & known.",
    "facts": "None.",
    "safeguarding": "",
    "learning": "",
    "officer": "D/Insp Sample",
}


async def asked(desk: Desk, client: httpx.AsyncClient, *, sent_ago: timedelta = timedelta(days=1)) -> str:
    await desk.request_returns(sent_ago=sent_ago)
    return await desk.opened(client, "return", "police", LEAD)


def once(page: httpx.Response) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page.text)
    assert found
    return found.group(1)


def returned(desk: Desk) -> list[AgencyReturned]:
    return desk.case.every(AgencyReturned)


async def test_the_page_says_what_is_asked_by_when_and_about_whom(desk: Desk, client: httpx.AsyncClient) -> None:
    page = await client.get(await asked(desk, client))
    assert page.status_code == 200
    assert "Please send the return of Sample Police by the end of" in page.text
    assert "Sample &lt;b&gt;Child&lt;/b&gt; &amp; Co" in page.text
    assert "born Thursday 29 February 2024" in page.text
    assert "<b>Child" not in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_reading_changes_nothing_because_mail_scanners_open_links(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    before = await desk.footprint()
    for method in ("GET", "HEAD", "GET"):
        assert (await client.request(method, path)).status_code == 200
    assert await desk.footprint() == before


async def test_a_return_is_taken_for_the_agency_of_the_link(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    done = await client.post(path, data=GIVEN | {"agency": "hospital"})
    assert done.status_code == 200
    assert [(one.agency, one.nil, one.officer) for one in returned(desk)] == [("police", False, "D/Insp Sample")]
    kept = await desk.store.documents.get("CR-2026-007", "return-police", 1)
    assert kept is not None
    assert b"Seen <twice> & known." in kept.content


async def test_a_nil_return_with_a_named_officer_is_a_full_answer(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    done = await client.post(path, data={"known": "no", "officer": "Sgt Sample", "involvement": "left over"})
    assert done.status_code == 200
    assert "The nil return of Sample Police" in done.text
    assert [(one.nil, one.content) for one in returned(desk)] == [(True, None)]


async def test_what_is_missing_is_named_and_nothing_typed_is_lost(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    page = await client.post(path, data={"known": "yes", "facts": "Kept <as typed>."})
    assert page.status_code == 422
    for words in (
        "Write something here: The agency&#39;s involvement",
        "Name the officer who answers",
        "Kept &lt;as typed&gt;.",
    ):
        assert words in page.text
    assert (await client.post(path, data={})).status_code == 422
    assert desk.reported == []


async def test_a_text_longer_than_can_be_kept_is_refused(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    for part, longest in (("involvement", 40_000), ("learning", 40_000), ("officer", 300)):
        page = await client.post(path, data=GIVEN | {part: "x" * (longest + 1)})
        assert page.status_code == 422
        assert f"{longest:,} characters or fewer" in page.text


async def test_control_characters_never_reach_a_case(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    body = "known=no&officer=Sgt%00%1b%20Sample%ED%A0%80"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert (await client.post(path, content=body, headers=headers)).status_code == 200
    officer = returned(desk)[0].officer
    assert officer.startswith("Sgt Sample")
    assert officer.encode("utf-8", "strict").isascii() or "�" in officer


async def test_a_second_click_counts_once_and_a_later_version_replaces(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    form = GIVEN | {"once": once(await client.get(path))}
    assert [(await client.post(path, data=form)).status_code for _ in range(2)] == [200, 200]
    assert len(returned(desk)) == 1
    again = await client.get(path)
    assert "Version 1." in again.text
    assert "Seen &lt;twice&gt; &amp; known." in again.text
    assert "Replace your return" in again.text
    await client.post(path, data=GIVEN | {"involvement": "Seen thrice.", "once": once(again)})
    back = await client.get(path)
    await client.post(path, data=GIVEN | {"once": once(back)})  # as it was at first: still a version of its own
    assert [one.content.version for one in returned(desk) if one.content] == [1, 2, 3]


async def test_a_name_that_shows_nothing_is_named_on_the_page(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    page = await client.post(path, data=GIVEN | {"officer": "\u200b"})
    assert (page.status_code, "Name the officer who answers" in page.text) == (422, True)
    page = await client.post(f"{path}/senior-officers", data={"senior_officer": "Ash\u2060Sample"})
    assert (page.status_code, "cannot be seen (U+2060)" in page.text) == (422, True)
    assert desk.reported == []


async def test_a_late_return_is_still_taken_and_told_so(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client, sent_ago=timedelta(days=12))
    page = await client.get(path)
    assert "a late return is still taken" in page.text
    done = await client.post(path, data=GIVEN)
    assert done.status_code == 200
    assert "is marked late; it is taken all the same" in done.text


async def test_the_agency_confirms_that_its_senior_officers_know(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    assert (await client.post(f"{path}/senior-officers", data={})).status_code == 422
    done = await client.post(f"{path}/senior-officers", data={"senior_officer": "Chief Supt Sample"})
    assert done.status_code == 200
    reported = desk.case.every(SeniorOfficersInformed)
    assert [(one.agency, one.officer) for one in reported] == [("police", "Chief Supt Sample")]
    assert (
        "has confirmed that its senior officers know of this request (Chief Supt Sample)"
        in (await client.get(path)).text
    )


async def test_a_return_that_was_refused_is_taken_from_the_same_page_once_nothing_stands_in_its_way(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """R-4: the form as it stands in the browser, and the word that the senior officers know."""
    path = await asked(desk, client)
    forms = [(path, GIVEN | {"once": "form-1"}), (f"{path}/senior-officers", {"senior_officer": "Chief Supt Sample"})]
    desk.refuses = NotYet(because="the request is just going out")
    for where, form in forms:
        refused = await client.post(where, data=form)
        assert (refused.status_code, "the request is just going out" in refused.text) == (409, True)
        kept = [value for name, value in form.items() if name not in ("known", "once")]
        assert all(value in html.unescape(refused.text) for value in kept), "what was written stands in the form"
    desk.refuses = None
    for where, form in forms:
        assert (await client.post(where, data=form)).status_code == 200
    assert len(desk.case.every(AgencyReturned)) == len(desk.case.every(SeniorOfficersInformed)) == 1
    content = desk.case.every(AgencyReturned)[0].content
    assert content
    assert content.version == 1, "what was refused has used up a number"


async def test_a_return_while_nobody_can_take_it_is_received(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    desk.down = True
    answer = await client.post(path, data=GIVEN)
    assert answer.status_code == 202
    assert "will be recorded shortly" in answer.text


async def test_after_the_meeting_a_return_can_no_longer_be_replaced(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    await desk.take(ReturnBody(agency="police", officer="D/Insp Sample", content=RETURN))
    await desk.hold_meeting()
    for answer in (await client.get(path), await client.post(path, data=GIVEN)):
        assert answer.status_code == 410
        assert "Returns are closed" in answer.text
        assert "Sample &lt;b&gt;Child" not in answer.text
    assert desk.reported == []


async def test_a_missing_return_is_still_taken_after_the_meeting(desk: Desk, client: httpx.AsyncClient) -> None:
    path = await asked(desk, client)
    await desk.hold_meeting()
    assert (await client.post(path, data=GIVEN)).status_code == 200
    assert len(returned(desk)) == 1


async def test_links_that_can_do_nothing_each_say_why(desk: Desk, client: httpx.AsyncClient) -> None:
    await desk.request_returns()
    cases = {
        "/r/forged": (403, "This link does not work"),
        await desk.opened(client, "return", "police", "lead-hospital"): (403, "no longer yours"),
        await desk.opened(client, "return", "primary-care", "lead-primary-care"): (403, "No return is asked"),
        desk.link("sign-off", "police", LEAD).replace("/s/", "/r/"): (403, "This link does not work"),
    }
    for path, (status, words) in cases.items():
        for answer in (await client.get(path), await client.post(path, data=GIVEN)):
            assert (answer.status_code, words in answer.text) == (status, True), path
            assert "Sample &lt;b&gt;Child" not in answer.text
    path = await desk.opened(client, "return", "police", LEAD)
    await desk.take(CaseWithdrawn(reason="Sample: entered twice."))
    ended = await client.get(path)
    assert ended.status_code == 410
    assert "The case has ended" in ended.text
    assert desk.reported == []


async def first_asked(desk: Desk) -> str:
    """Under an edition that asks first whether the child or family was known."""
    desk.case.edition = load_edition("england-2023")
    await desk.request_returns()
    sent = desk.case.requests["police"]
    start(desk.case, "D-6-known", sent, since=sent, subject="police")
    await desk.project()
    return desk.link("return", "police", LEAD)


async def test_where_the_edition_asks_first_the_page_asks_just_that(desk: Desk, client: httpx.AsyncClient) -> None:
    """B-6: reading decides nothing; the answer meets its own deadline, and the return's form comes next."""
    path = await desk.open(client, await first_asked(desk))
    before = await desk.footprint()
    page = await client.get(path)
    assert "Was the child or family known to Sample Police?" in page.text
    assert "born Thursday 29 February 2024" in page.text
    assert "involvement" not in page.text
    assert (await client.get(f"{path}/whole")).text.count("The agency&#39;s involvement") == 1
    assert await desk.footprint() == before
    done = await client.post(f"{path}/known", data={"known": "yes", "officer": "D/Insp Sample"})
    assert (done.status_code, "was known to it" in done.text) == (200, True)
    assert f'href="{path}/whole"' in done.text  # a button leads on to the return itself
    assert "close this page" not in done.text
    assert [(one.known, one.officer) for one in desk.case.every(AgencyKnew)] == [(True, "D/Insp Sample")]
    assert desk.case.deadlines["D-6-known:police"].met_at
    assert desk.case.deadlines["D-6:police"].open
    form = await client.get(path)
    assert "Send the return" in form.text
    assert 'value="D/Insp Sample"' in form.text


async def test_a_no_is_the_nil_return_with_its_named_officer(desk: Desk, client: httpx.AsyncClient) -> None:
    """B-6, R-4: both deadlines are met by it, whatever is pressed twice; a fuller return may still replace it."""
    path = await desk.open(client, await first_asked(desk))
    for wrong in ({}, {"known": "no"}, {"officer": "Sgt Sample"}):
        assert (await client.post(f"{path}/known", data=wrong)).status_code == 422
    assert desk.reported == []
    for _ in range(2):
        done = await client.post(f"{path}/known", data={"known": "no", "officer": "Sgt Sample"})
        assert (done.status_code, "The nil return of Sample Police" in done.text) == (200, True)
    assert [(one.known, one.officer) for one in desk.case.every(AgencyKnew)] == [(False, "Sgt Sample")]
    assert desk.case.deadlines["D-6-known:police"].met_at
    assert desk.case.deadlines["D-6:police"].met_at
    page = await client.get(path)
    assert "The return of Sample Police has come in." in page.text
    assert "Nil return: the child and family are not known to your agency." in page.text
    assert (await client.post(path, data=GIVEN)).status_code == 200
    assert [one.nil for one in returned(desk)] == [False]


async def test_a_later_version_sent_unchanged_is_refused_in_words_of_the_page(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """R-4"""
    path = await asked(desk, client)
    await client.post(path, data=GIVEN | {"once": "form-1"})
    again = await client.post(path, data=GIVEN | {"once": "form-2"})
    assert (again.status_code, len(returned(desk))) == (409, 1)
    text = html.unescape(again.text)
    assert "It is the same as the return that you sent before, which stands." in text
    for word in ("send a correction that names it", "This return of police"):
        assert word not in text


@pytest.mark.parametrize("refusal", all_refusals(), ids=lambda one: one.name())
def test_no_refusal_is_told_on_a_link_s_page_in_words_of_the_api(refusal: type[Refusal]) -> None:
    """No id of a kind of fact, no name of a field, no address of the API."""
    told_api = {"type": refusal.name(), "detail": refusal.sentence}
    now, refused = datetime.now(UTC), MessageStatus.REFUSED
    told = why(Outcome(message="m", reference=None, kind="k", status=refused, recorded_at=now, refusal=told_api))
    assert not re.search(r"[a-z]_[a-z]|GET |POST |\([a-z]+(-[a-z]+)+\)|correction that names|inbox", told), told
    assert told.endswith((".", ").")), told


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


async def test_a_return_written_in_word_is_read_into_its_headings_and_kept_beside_them(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """R-3, R-4: nothing counts before the officer has looked at it and sent it."""
    path = await asked(desk, client)
    first, second = reads.headings(desk.case)[:2]
    sent = made.word((f"1. {first.title.upper()}", "Sample: seen twice."), ("Anything else", "Sample: no."))
    shown = await client.post(path, files={"files": ("../Return of police.docx", sent, DOCX)}, data={"known": "yes"})

    text = html.unescape(shown.text)
    assert (shown.status_code, returned(desk)) == (200, [])
    assert "Return of police.docx is kept (Word document" in text
    assert "Sample: seen twice." in text
    assert f"The file has nothing under: {second.title}" in text
    assert "Not read, as the form has no such heading: Anything else." in text

    [held] = re.findall(r'name="held" value="([^"]+)"', shown.text)
    form = {"known": "yes", first.id: "Sample: seen twice.", "officer": "Sgt Sample", "held": html.unescape(held)}
    assert (await client.post(path, data=form | {"once": once(shown)})).status_code == 200
    [given] = returned(desk)
    assert [(one.document, one.version) for one in given.files] == [("file-return-police", 1)]
    kept = await desk.store.documents.get("CR-2026-007", "file-return-police", 1)
    assert kept is not None
    assert kept.content == sent
    assert kept.upload is not None
    assert (kept.upload.name, kept.upload.by, kept.upload.scan) == ("Return of police.docx", LEAD, "not-yet-looked-at")
    content = await desk.store.documents.get("CR-2026-007", "return-police", 1)
    assert content is not None
    assert b"See the file Return of police.docx." in content.content  # under what had to be answered and was not


async def test_a_file_that_is_not_taken_is_answered_in_a_sentence_for_a_person(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """R-4: in the form, in a box that the page has not, by itself; and one that this agency never sent."""
    path = await asked(desk, client)
    refused = await client.post(path, files={"files": ("return.docx", b"<html>", DOCX)}, data=GIVEN)
    assert (refused.status_code, "We cannot take this kind of file" in refused.text) == (422, True)
    assert "Seen &lt;twice&gt; &amp; known." in refused.text
    elsewhere = await client.post(path, files={"return": ("return.docx", b"PK", DOCX)}, data=GIVEN)
    alone = await client.post(path, content=b"PK", headers={"content-type": DOCX})
    for answer in (elsewhere, alone):
        assert answer.status_code == 415
        assert "copy its text into the boxes of this page" in answer.text
    torn = await client.post(path, content=b"--", headers={"content-type": "multipart/form-data"})
    assert (torn.status_code, "could not be read as this page" in html.unescape(torn.text)) == (400, True)
    held = '[{"document": "return-hospital", "version": 1, "sha256": "0"}]'
    assert (await client.post(path, data=GIVEN | {"held": held})).status_code == 422
    assert returned(desk) == []


async def test_an_agency_outside_the_directory_answers_by_its_link(desk: Desk, client: httpx.AsyncClient) -> None:
    """R-4: it is asked by name and address, for this case alone."""
    await desk.request_returns()
    await desk.take(OutsideAgencyAsked.model_validate(OutsideAgencyAsked.sample))
    desk.case.requests["sample-school"] = datetime.now(UTC)
    await desk.project()
    link = ("return", "sample-school", "sample-school-contact")
    path = await desk.open(client, desk.link(*link, address="head@sample-school.example.org"))
    assert "Return of Sample Primary School" in (await client.get(path)).text
    assert (await client.post(path, data={"known": "no", "officer": "Head Teacher"})).status_code == 200
    assert [(one.agency, one.nil) for one in returned(desk)] == [("sample-school", True)]
    elsewhere = await client.post(f"{desk.link(*link, address='other@example.org')}/open")
    assert elsewhere.status_code == 410
