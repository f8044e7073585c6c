"""Steps are taken by their forms: what the API takes a page takes, and what it refuses comes back beside its field."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser

from api import reads
from api.pages.step_help import merging
from calendar_rules.notifying import HEADS
from review.chapters.rapid_review.papers import ReturnBody
from review.facts import FACTS
from review.facts.any_stage import CasePaused, CaseWithdrawn
from review.facts.enums import View
from review.facts.notification import PanelNotified, PartnerViewGiven
from tests.pages.conftest import shot
from tests.pages.desk import REFERENCE, Desk
from tests.pages.filling import form_in
from tests.pages.looking import at_a_browser, no_barrier
from tests.pages.test_business_pages import OURS, signed_in

HERE = f"/cases/{REFERENCE}"
REASONS = "In this sample two agencies knew of the family."
BOX = re.compile(r'<(?:input|button)[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"')


def hidden(text: str) -> dict[str, list[str]]:
    """What the page itself sends along."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r'<input type="hidden" [^>]+>', text):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        assert name
        assert value
        found.setdefault(name[1], []).append(value[1].replace("&#34;", '"'))
    return found


async def links_of(client: httpx.AsyncClient) -> list[str]:
    page = (await client.get(HERE)).text
    return [one.replace("&amp;", "&") for one in re.findall(rf'href="({HERE}/steps/[^"]+)"', page)]


async def test_the_case_page_leads_to_the_form_of_every_step_that_is_the_reader_s(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """And every form opens: in the case's first stage, and while the returns come in."""
    signed_in(desk, client, "sbu-manager")
    seen: set[str] = set()
    for _ in range(2):
        for path in await links_of(client):
            answer = await client.get(path)
            assert answer.status_code == 200, path
            seen.add(urlsplit(path).path.rpartition("/")[2])
        await desk.request_returns() if _ == 0 else None
    assert {"partner-view-given", "corrected", "agency-returned", "rapid-review-meeting-held"} <= seen
    assert "portal" not in (await client.get(HERE)).text
    signed_in(desk, client, "dcs")
    assert not any("agency-returned" in path for path in await links_of(client))


async def test_a_view_is_recorded_by_its_form_once(desk: Desk, client: httpx.AsyncClient) -> None:
    signed_in(desk, client, "sbu-manager")
    path = f"{HERE}/steps/partner-view-given?about=dcs"
    page = (await client.get(path)).text
    assert "<strong>Whose view:</strong> Director of Children" in page
    assert PartnerViewGiven.sample["reasons"] not in page, "an example is no answer"
    assert "Which officer" not in page, "it is asked only where a partner has several"
    sent = hidden(page) | {"view": [View.NOTIFY.value], "reasons": [REASONS], "_do": ["send"]}
    first = await client.post(path, data=sent, headers=OURS)
    assert first.status_code == 303
    assert first.headers["location"].startswith(f"{HERE}?said=page-")
    assert (await client.post(path, data=sent, headers=OURS)).headers["location"] == first.headers["location"]
    assert len([one for one in desk.case.entries if one.fact.kind == "partner-view-given"]) == 1
    after = (await client.get(first.headers["location"])).text
    assert "Recorded: Partner view given" in after or "Recorded: View on notifying" in after
    other = await client.post(path, data=sent | {"reasons": ["In this sample other words."]}, headers=OURS)
    assert (other.status_code, "You have sent this form before" in other.text) == (409, True)
    assert "In this sample other words." in other.text
    gone = await client.get(f"{HERE}/steps/panel-acknowledged")
    assert (gone.status_code, "This step is not open now" in gone.text) == (409, True)


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    await desk.request_returns()
    signed_in(desk, client, "sbu-manager")
    path = f"{HERE}/steps/rapid-review-meeting-moved"
    typed = {"starts_at.day": "31", "starts_at.month": "2", "starts_at.year": "2027", "link": "Sample: a room"}
    answer = await client.post(path, data=typed, headers=OURS)
    assert answer.status_code == 422
    for words in (
        "Enter a real date, such as 27 3 2026",
        'href="#starts_at.day"',
        "Enter the reasons",
        'value="Sample: a room"',
        'value="31"',
    ):
        assert words in answer.text, words
    past = typed | {"starts_at.month": "1", "starts_at.year": "2024", "starts_at.time": "10:00", "reason": REASONS}
    refused = await client.post(path, data=past, headers=OURS)
    assert refused.status_code in (409, 422)
    assert "There is a problem" in refused.text
    assert REASONS in refused.text
    assert "Which working day is which" in refused.text
    assert ": working day 1 of 15" in refused.text
    assert "(15 working days left)." in (await client.get(HERE)).text, "and the case says how much is left"
    assert desk.case.last(FACTS["rapid-review-meeting-moved"]) is None


async def test_a_row_is_added_and_removed_without_script_and_what_was_typed_stays(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    await desk.request_returns()
    signed_in(desk, client, "sbu-manager")
    path = f"{HERE}/steps/rapid-review-meeting-held"
    typed = {"summary": "Sample: a summary.", "overviews.0.overview": "Sample: seen monthly."}
    more = await client.post(path, data=typed | {"_do": "add:overviews"}, headers=OURS)
    assert (more.status_code, 'name="overviews.1.overview"' in more.text) == (200, True)
    assert "Sample: seen monthly." in more.text
    assert "There is a problem" not in more.text
    fewer = await client.post(path, data=typed | {"_do": "remove:overviews.0"}, headers=OURS)
    assert 'name="overviews.0.overview"' not in fewer.text
    assert "Sample: a summary." in fewer.text


async def test_who_was_slower_is_told_and_keeps_what_was_typed(desk: Desk, client: httpx.AsyncClient) -> None:
    for viewer in HEADS:
        await desk.take(PartnerViewGiven(officer=viewer, view=View.NOTIFY, reasons=REASONS))
    signed_in(desk, client, "sbu-manager")
    path = f"{HERE}/steps/panel-notified"
    sent = hidden((await client.get(path)).text)
    sent |= {"notified_by": ["Chief Executive"], "panel_reference": ["PR-0003"], "what_it_said": ["In other words."]}
    await desk.take(PanelNotified.model_validate(PanelNotified.sample))
    answer = await client.post(path, data=sent, headers=OURS)
    assert answer.status_code == 409
    assert "This step is not open any more" in answer.text
    assert "In other words." in answer.text


async def test_a_sign_in_that_ended_keeps_what_was_typed(desk: Desk, client: httpx.AsyncClient) -> None:
    path = f"{HERE}/steps/partner-view-given?about=dcs"
    answer = await client.post(path, data={"reasons": REASONS, "view": "notify"}, headers=OURS)
    assert (answer.status_code, "Sign in again to record this" in answer.text) == (401, True)
    assert hidden(answer.text)["reasons"] == [REASONS]
    assert (await client.post(path, data={"reasons": REASONS})).status_code == 401, "of another site nothing is kept"


async def test_a_step_is_for_its_offices_and_this_site_alone(desk: Desk, client: httpx.AsyncClient) -> None:
    signed_in(desk, client, "senior-police")
    assert (await client.get(f"{HERE}/steps/case-paused")).status_code == 404, "no part in this case"
    signed_in(desk, client, "dcs")
    path = f"{HERE}/steps/case-paused"
    assert (await client.get(path)).status_code == 403
    assert (await client.post(path, data={"reason": REASONS}, headers=OURS)).status_code == 403
    signed_in(desk, client, "sbu-manager")
    assert (await client.post(path, data={"reason": REASONS})).status_code == 403, "sent from another site"
    assert (await client.get(f"{HERE}/steps/no-such-step")).status_code == 404
    assert (await client.get("/cases/CR-1999-001/steps/case-paused")).status_code == 404
    assert desk.case.last(CasePaused) is None


async def test_an_agency_takes_its_own_step(desk: Desk, client: httpx.AsyncClient) -> None:
    await desk.request_returns()
    signed_in(desk, client, "lead-police")
    (path,) = [one for one in await links_of(client) if "agency-returned" in one]
    page = (await client.get(path)).text
    assert "<strong>Agency:</strong> Sample Police" in page
    for heading in desk.case.edition.return_headings:
        assert heading.title in page.replace("&#39;", "'")
    needed = [one.id for one in desk.case.edition.return_headings if one.required]
    sent = hidden(page) | {f"content.{one}": "In this sample seen four times." for one in needed}
    sent |= {"officer": "Head of Safeguarding"}
    answer = await client.post(path, data=sent, headers=OURS)
    assert answer.status_code == 303, answer.text
    assert "Sample Hospital" not in page


async def test_a_long_list_of_people_has_headings_and_only_who_can_be_meant(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """Who is only written to attends nothing; an agency that is usually asked is marked; folded headings stay folded
    unless somebody under them is chosen.
    """
    await desk.request_returns()
    signed_in(desk, client, "sbu-manager")
    path = f"{HERE}/steps/rapid-review-meeting-held"
    page = (await client.get(path)).text
    assert "Case Review Group</span>" in page
    assert "mailbox (sample)" not in page
    assert page.count('page-fold" open') == 6, "the first two headings of each of three lists"
    typed = {"attended": ["senior-police"], "_do": ["add:overviews"]}
    assert (await client.post(path, data=typed, headers=OURS)).text.count('page-fold" open') == 7
    handed = (await client.get(f"{HERE}/steps/agency-added?about=housing")).text
    assert "Sample Housing" in handed


async def test_who_agrees_a_version_can_read_it_from_the_form(desk: Desk, client: httpx.AsyncClient) -> None:
    await desk.request_returns()
    await desk.hold_meeting()
    one = await desk.ask_for_sign_off()
    desk.app.include_router(reads.routes)
    signed_in(desk, client, "officer-police")
    page = (await client.get(f"{HERE}/steps/sign-off-given?about=police")).text
    paper = f"{HERE}/papers/{one.document.document}/{one.document.version}"
    assert f'href="{paper}"' in page
    shown = (await client.get(paper)).text
    assert "<h2>Rapid review report</h2>" in shown
    who = {"Authorization": f"Bearer {desk.token('officer-police')}"}
    kept = f"/v1{HERE}/documents/{one.document.document}/{one.document.version}"
    assert f'href="{kept}?as=pdf"' in shown
    pdf, word = await client.get(f"{kept}?as=pdf", headers=who), await client.get(kept, headers=who)
    assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert word.content == (await client.get(f"{kept}?as=kept", headers=who)).content
    assert word.headers["content-disposition"].endswith(f"{one.document.document}-v{one.document.version}.docx")
    assert (await client.get(f"{HERE}/steps/sign-off-given?about=health")).status_code == 403, "another officer's"


async def test_a_version_is_written_again_from_the_one_before(desk: Desk, client: httpx.AsyncClient) -> None:
    """And an agency's return from its own; what is new in the case has a short id that is free."""
    await desk.request_returns()
    await desk.take(ReturnBody.model_validate(ReturnBody.sample))
    signed_in(desk, client, "lead-police")
    again = form_in((await client.get(f"{HERE}/steps/agency-returned?about=police")).text, HERE)
    assert again.typed["officer"] == ["Head of Safeguarding"]
    assert again.typed["content.facts"] == [ReturnBody.sample["content"]["facts"]]
    signed_in(desk, client, "sbu-manager")
    new = form_in((await client.get(f"{HERE}/steps/process-linked")).text, HERE)
    assert (new.typed["process"], new.typed["name"]) == (["process-1"], [""])


async def test_what_cannot_be_undone_is_checked_first(desk: Desk, client: httpx.AsyncClient) -> None:
    """Nothing is recorded by looking; what was typed comes back where it is to be changed."""
    signed_in(desk, client, "sbu-manager")
    path = f"{HERE}/steps/case-withdrawn"
    sent = hidden((await client.get(path)).text) | {"reason": [REASONS], "_do": ["send"]}
    check = await client.post(path, data=sent, headers=OURS)
    assert check.status_code == 200
    for words in ("Check your answers", REASONS, "neither corrected nor taken back", "reopen the case instead"):
        assert words in check.text
    assert desk.case.last(CaseWithdrawn) is None
    back = await client.post(path, data=hidden(check.text) | {"_do": ["change"]}, headers=OURS)
    assert (back.status_code, f"{REASONS}</textarea>" in back.text) == (200, True)
    done = await client.post(path, data=hidden(check.text) | {"_do": ["confirm"]}, headers=OURS)
    assert done.status_code == 303
    assert desk.case.last(CaseWithdrawn)
    over = (await client.get(HERE)).text
    for words in ("not given yet", "waiting for Dana", f"{HERE}/plan"):
        assert words not in over, "nobody is waited for, and nothing is planned"


def test_a_merger_s_form_names_the_case_of_the_same_child_and_what_it_must_carry() -> None:
    lines = list(
        merging(
            "case-merged",
            {"into": "CR-2026-009", "carried": ["D-1", "D-2"], "loses": []},
            lambda one: f"in words: {one}",
        )
    )
    assert [one.text for one in lines] == ["CR-2026-009", "in words: D-1\nin words: D-2"]
    assert lines[0].href == "/cases/CR-2026-009"


async def test_any_entry_is_corrected_from_what_it_says(desk: Desk, client: httpx.AsyncClient) -> None:
    """The form of a correction holds the entry as it stands, which is changed; the reason is asked."""
    for viewer in HEADS:
        await desk.take(PartnerViewGiven(officer=viewer, view=View.NOTIFY, reasons=REASONS))
    await desk.take(PanelNotified.model_validate(PanelNotified.sample), message="notified-1")
    signed_in(desk, client, "sbu-manager")
    path = f"{HERE}/steps/corrected?entry=notified-1"
    assert f'href="{path}">Correct this<' in (await client.get(HERE)).text, "beside the entry on the record"
    page = (await client.get(path)).text
    assert PanelNotified.sample["panel_reference"] in page
    sent = hidden(page) | {
        "right.notified_by": ["Chief Executive"],
        "right.panel_reference": ["PR-0009"],
        "right.notification": ["death-or-serious-harm"],
        "reason": ["In this sample a slip of the pen."],
    }
    missing = await client.post(path, data=sent | {"right.panel_reference": [""]}, headers=OURS)
    assert (missing.status_code, 'href="#right.panel_reference"' in missing.text) == (422, True)
    check = await client.post(path, data=sent, headers=OURS)
    assert (check.status_code, "PR-0009" in check.text, "Check your answers" in check.text) == (200, True, True)
    answer = await client.post(path, data=sent | {"_do": ["confirm"]}, headers=OURS)
    assert answer.status_code == 303, answer.text
    last = desk.case.last(PanelNotified)
    assert last
    assert last.panel_reference == "PR-0009"


@pytest.mark.parametrize("rel", ["incident-reported", "referral-received", "information-requested"])
async def test_a_case_is_opened_by_a_form_for_whom_may(desk: Desk, client: httpx.AsyncClient, rel: str) -> None:
    signed_in(desk, client, "sbu-manager")
    path = f"/cases/new/{rel}"
    assert path in (await client.get("/cases")).text
    page = await client.get(path)
    assert page.status_code == 200
    assert 'name="children.0.name"' in page.text
    assert 'name="council"' not in page.text, "there is only one council"
    assert "This opens a case (" in page.text, "what the form is for, said to who fills it in"
    assert page.text.index('name="happened_at.day"') < page.text.index('name="edition"'), "what people know comes first"
    empty = await client.post(path, data=hidden(page.text), headers=OURS)
    assert (empty.status_code, "Enter the name" in empty.text) == (422, True)
    assert 'href="#children.0.name"' in empty.text, "each box of the first row, and not only the whole"
    assert 'formaction="#children.1"' in empty.text, "the row that is added is what one sees next"
    signed_in(desk, client, "observer")
    assert path not in (await client.get("/cases")).text
    assert (await client.get(path)).status_code == 403
    assert (await client.post(path, data={}, headers=OURS)).status_code == 403


async def test_steps_are_taken_on_a_phone_without_script(desk: Desk, browser: Browser) -> None:
    """Both views, then the notification: three steps by their forms, at 320 pixels, each page without a barrier."""
    async with at_a_browser(desk, browser, script=False, bears=("422",)) as page:
        for officer in ("view of the DCS", "view of the Chief Executive"):
            await page.goto(HERE)
            await page.get_by_role("link", name=officer).first.click()
            await page.get_by_role("button", name="Record").last.click()
            await page.get_by_role("heading", name="There is a problem").wait_for()
            await page.get_by_label("Notify", exact=True).check()
            await page.get_by_label("Reasons").fill(REASONS)
            await page.get_by_label("Reasons").press("Tab")
            await page.keyboard.press("Tab")
            await page.get_by_role("button", name="Record").last.click()
            await page.get_by_text("Recorded:").wait_for()
        await page.goto(f"{HERE}/steps/panel-notified")
        await page.get_by_label("Office that sent the notification").fill("Chief Executive")
        await page.get_by_label("The Panel's reference").fill("PR-0044")
        await page.get_by_label("The Panel's reference").press("Enter")
        await page.get_by_text("Recorded:").wait_for()
    last = desk.case.last(PanelNotified)
    assert last
    assert last.panel_reference == "PR-0044"


@pytest.mark.parametrize("script", [True, False])
async def test_each_agency_is_asked_or_left_out_on_one_line(desk: Desk, browser: Browser, script: bool) -> None:
    """At 320 pixels: the reason appears with "Leave out"; what is wrong stands in the line. The invited come first."""
    for viewer in HEADS:
        await desk.take(PartnerViewGiven(officer=viewer, view=View.NOTIFY, reasons=REASONS))
    await desk.take(PanelNotified.model_validate(PanelNotified.sample))
    async with at_a_browser(desk, browser, script=script, bears=("422",)) as page:
        await page.goto(f"{HERE}/steps/scoping-meeting-held")
        folds = page.locator("fieldset", has_text="People who attended").locator("summary")
        assert (await folds.all_inner_texts())[:2] == ["Invited to the scoping meeting", "Business Unit"]
        police, hospital = (page.get_by_role("group", name=f"Sample {one}") for one in ("Police", "Hospital"))
        why = hospital.get_by_label("is left out")
        assert not await why.is_visible()
        await police.get_by_label("Ask", exact=True).check()
        await hospital.get_by_label("Leave out", exact=True).check()
        assert await why.is_visible()
        if script:  # without which axe does not run
            await no_barrier(page)
        await page.get_by_role("button", name="Record").last.click()
        problems = await page.locator(".govuk-error-summary a").all_inner_texts()
        assert (problems[0], problems[3][:18]) == ("Choose the people who attended", "Choose whether to "), (
            "in the form's order"
        )
        await page.get_by_role("link", name=re.compile("^Enter why Sample Hospital .*is left out$")).click()
        assert await page.locator(":focus").get_attribute("id") == await why.get_attribute("id")
        education = page.locator(".page-ask", has_text="Education")
        assert "Choose whether to ask Sample" in await education.inner_text()
        assert await police.get_by_label("Ask", exact=True).is_checked(), "nothing chosen is lost"
        await no_barrier(page) if script else None
        await shot(page, "step-scoping-wrong")


async def test_the_forms_are_readable_by_everybody(desk: Desk, browser: Browser) -> None:
    """axe and 320 pixels: long forms with rows, keys and people, with mistakes; and those that open a case."""
    await desk.request_returns()
    paths = [f"{HERE}/steps/{rel}" for rel in ("rapid-review-meeting-held", "rapid-review-meeting-moved", "corrected")]
    paths += [f"{HERE}/family", f"{HERE}/steps/home-recorded"]
    paths += [f"{HERE}/steps/agency-returned?about=police", "/cases/new/incident-reported", HERE]
    async with at_a_browser(desk, browser, bears=("422", "409")) as page:
        for number, path in enumerate(paths):
            await page.goto(path)
            await no_barrier(page)
            await shot(page, f"step-{number}")
            if path not in (HERE, f"{HERE}/family"):
                await page.get_by_role("button", name=re.compile("^(Record|Open the case)$")).last.click()
                await page.get_by_role("heading", name="There is a problem").wait_for()
                await no_barrier(page)
                await shot(page, f"step-{number}-wrong")
        await page.goto(f"{HERE}/steps/case-withdrawn")
        await page.get_by_label("Reasons").fill(REASONS)
        await page.get_by_role("button", name="Record").last.click()
        await page.get_by_role("heading", name="Check your answers").wait_for()
        await no_barrier(page)
        await shot(page, "step-check")
