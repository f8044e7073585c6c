"""What the page of a case shows of each part of the protocol, beside what all cases have in common."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest_asyncio
from playwright.async_api import Browser

from api.called import titled
from api.forms import described
from api.forms.lists import of_case
from api.timeline import timeline
from crg.embedded.sample import sample_partnership
from delivery.naming import namer
from review.case import reads
from review.case.record import RowKind
from review.case.state import CaseState
from review.facts.any_stage import CaseMerged, CasePaused
from review.facts.crg import ConcernEscalated, PanelDialogueLogged, ProcessLinked
from review.facts.directory import Member, Role
from review.facts.enums import Direction, ProcessKind
from review.facts.involvement import AdvocacyConsidered, InvolvementExplained
from review.facts.practice_review import CandidateEntered, ConflictDeclared, DaysUsed, MilestoneSet
from review.kit.deadlines import start, stop
from review.next_steps import next_steps
from review.view import case_view
from review.views import WaitingFor
from store.record import RecordEntry
from store.snapshot import Snapshot
from tests.keeping import Keeper
from tests.pages.conftest import shot
from tests.pages.desk import REFERENCE, Desk
from tests.pages.looking import at_a_browser, no_barrier
from tests.review.practice import Review
from tests.review.world import World, cast, follow, needed

OTHER = "CR-2026-008"
NAMED = Member(id="named-officer", roles=[Role.ESCALATION_OFFICER])


@pytest_asyncio.fixture(loop_scope="session")
async def reviewed(desk: Desk) -> Review:
    """A practice review at its publication, with a conflict of interest, days used, a concern and a linked process."""
    world = Review(who=cast(also=(NAMED,)))
    world.case.reference = OTHER
    asked = "Sample: the Panel asked for the dates."
    world.say(PanelDialogueLogged(direction=Direction.FROM_PANEL, how="by email", summary=asked))
    kind = ProcessKind.CHILD_DEATH_REVIEW
    world.say(ProcessLinked(process="cdr", process_kind=kind, reference="CDR-1", status="Sample: begun"))
    world.say(ConcernEscalated(concern="concern-1", reasons="Sample: it takes long."))
    begun = False
    while (step := needed(world)) and step.rel != "review-published":
        follow(world, step)
        if step.rel == "terms-drafted":
            world.say(CandidateEntered(candidate="second", name="Sample Second Reviewer", day_rate=450))
            world.say(ConflictDeclared(candidate="second", conflict="Sample: worked with the family."))
            exclude = next(one for one in next_steps(world.case, world.now) if one.rel == "candidate-excluded")
            follow(world, exclude.model_copy(update={"example": exclude.example | {"candidate": "second"}}))
        if step.rel == "contract-issued" and not begun:
            begun = True
            world.say(DaysUsed(days=2.5, used_for="Sample: conversations"))
            child = reads.children(world.case)[0].child_id
            world.say(InvolvementExplained(child_id=child, reasons="Sample: too young to be asked."))
            world.say(AdvocacyConsidered(person=child, used=False, reasons="Sample: for the same reason."))
    await kept(desk, world)
    return world


async def kept(desk: Desk, world: World) -> None:
    """The case in the store, as its workflow writes it."""
    await Keeper(desk.store).keep(world.case, world.now)


async def shown(desk: Desk, client: httpx.AsyncClient, path: str, who: str = "business-unit") -> str:
    answer = await client.get(path, headers=desk.cookie(who))
    return answer.text


async def test_a_practice_review_is_shown_as_it_stands(desk: Desk, reviewed: Review, client: httpx.AsyncClient) -> None:
    """K-1..K-9, G-3, G-4, G-6, G-7, R-13, R-15: what mails point to is there."""
    page = await shown(desk, client, f"/cases/{OTHER}")
    for words in (
        "Sample Second Reviewer", "Sample: worked with the family.", "Out of the running", "Selected",
        "2.5 of 20 days used", "Sample: conversations", "Version 1: sound, agreed by all", "Publication and media plan",
        "from the Panel, by email: Sample: the Panel asked for the dates.", "it agrees",
        "Child death review CDR-1: Sample: begun", "Sample: it takes long.", "Answered",
        "Who is involved", "(child), not involved: Sample: too young to be asked.", "Advocacy not used: Sample: for",
        "The partners' decision", "Forecast",
    ):  # fmt: skip
        assert words.replace("'", "&#39;") in page or words in page, words


async def test_the_page_of_a_practice_review_has_no_barrier_on_a_phone(
    desk: Desk, reviewed: Review, browser: Browser
) -> None:
    async with at_a_browser(desk, browser, "business-unit", phone=True) as page:
        await page.goto(f"/cases/{OTHER}")
        await shot(page, "practice-review-phone")
        await no_barrier(page)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 375
    async with at_a_browser(desk, browser, "business-unit", width=1280) as page:
        await page.goto(f"/cases/{OTHER}")
        await shot(page, "practice-review-1280")
        assert await page.evaluate("document.documentElement.scrollHeight") < 6000  # what is over is folded
        assert await page.get_by_role("heading", name="Contract and days").is_hidden()  # a version is agreed


def test_a_deadline_that_a_pause_holds_says_since_when() -> None:
    """X-1: not as one that runs; and what is waited for is not overdue while it is held."""
    world = Review(who=cast(also=(NAMED,)))
    world.say(ConcernEscalated(concern="concern-1", reasons="Sample: it takes long."))
    start(world.case, "G-7", world.now, since=world.now, subject="concern-1")
    world.say(CasePaused(reason="Sample: criminal proceedings."))
    paused_at = world.now
    world.now += timedelta(days=60)
    held = {one.id: one.held_since for one in case_view(world.case, world.now).deadlines}
    assert held["D-10"] is None  # never pauses
    assert held["G-7:concern-1"] == paused_at


async def test_the_list_says_who_is_waited_for_and_which_case_is_paused(desk: Desk, client: httpx.AsyncClient) -> None:
    """X-1"""
    await desk.request_returns()
    assert "Paused" not in (await shown(desk, client, "/cases")).partition("<table")[2]
    await desk.take(CasePaused(reason="Sample: criminal proceedings."))
    page = (await shown(desk, client, "/cases")).partition("<table")[2]
    assert "Paused" in page
    assert 'data-label="Waiting for"' in page
    assert "Business Unit" in page or "Chief Executive" in page


async def test_the_list_names_what_the_case_waits_for_and_not_the_owner_of_another_deadline(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """K-5, K-8: a milestone is due first, and publication is waited for."""
    world = Review(who=cast(also=(NAMED,)))
    world.case.reference = OTHER
    while (step := needed(world)) and step.rel != "review-published":
        follow(world, step)
    world.say(MilestoneSet(milestone="late-one", what="Sample", planned_date=world.now.date()))
    for other in [one for one in world.case.deadlines.values() if one.open and one.subject != "late-one"]:
        stop(world.case, other.id, "Sample: nothing else is due", world.now)
    await kept(desk, world)
    page = await shown(desk, client, "/cases")
    row = page.partition(f'href="/cases/{OTHER}"')[2].partition("</tr>")[0]
    assert '<td data-label="Waiting for">Business Unit or CRG Chair</td>' in row
    assert '<span class="page-nowrap">K-5</span>, late-one' in row
    assert "Milestone of the practice review" in row


async def test_a_partner_that_signs_is_not_taken_for_the_agency_of_the_same_id(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """R-11: the police are a partner and an agency; their accountable officer is waited for, not the agency."""
    world = Review(who=cast(also=(NAMED,)))
    world.case.reference = OTHER
    while (step := needed(world)) and step.rel != "sign-off-given":
        follow(world, step)
    world.sign("officer-local-authority")
    world.sign("officer-health")
    await kept(desk, world)
    row = (await shown(desk, client, "/cases")).partition(f'href="/cases/{OTHER}"')[2].partition("</tr>")[0]
    assert '<td data-label="Waiting for">accountable officer</td>' in row
    page = await shown(desk, client, f"/cases/{OTHER}")
    assert "Sign off Terms of reference, version 1, for the police" in page


async def test_who_records_a_step_for_others_is_not_said_to_be_waited_for(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """N-2: the DCS and the Chief Executive owe their views; the Business Unit may record them."""
    world = World()
    world.case.reference = OTHER
    await kept(desk, world)
    row = (await shown(desk, client, "/cases")).partition(f'href="/cases/{OTHER}"')[2].partition("</tr>")[0]
    assert '<td data-label="Waiting for">Director of Children&#39;s Services, Chief Executive' in row
    assert "Business Unit" not in row


async def test_a_list_without_cases_sends_nobody_to_the_rehearsals_but_where_none_is_live(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    snapshot = await desk.store.cases.get(REFERENCE)
    assert snapshot is not None
    await played(desk, snapshot)
    assert "Only rehearsals are here" not in await shown(desk, client, "/cases?show=overdue", "lead-housing")


async def test_rehearsals_have_a_list_of_their_own(desk: Desk, client: httpx.AsyncClient) -> None:
    """Live cases are real ones; where there are none, the page says where the rehearsals are."""
    snapshot = await desk.store.cases.get(REFERENCE)
    assert snapshot is not None
    await played(desk, snapshot)
    live = await shown(desk, client, "/cases")
    assert REFERENCE in live
    assert "RH-2026-001" not in live
    assert "RH-2026-001" in await shown(desk, client, "/cases?show=rehearsals")


async def test_real_cases_of_a_child_do_not_list_rehearsals(desk: Desk, client: httpx.AsyncClient) -> None:
    """X-4"""
    snapshot = await desk.store.cases.get(REFERENCE)
    assert snapshot is not None
    await played(desk, snapshot)
    assert "Also in" not in await shown(desk, client, f"/cases/{REFERENCE}")


async def played(desk: Desk, snapshot: Snapshot) -> None:
    """The same case, rehearsed."""
    again = CaseState.model_validate(snapshot.state | {"reference": "RH-2026-001", "rehearsal": True})
    await Keeper(desk.store).keep(again, snapshot.case_now)


async def test_what_is_not_found_keeps_the_menu(desk: Desk, client: httpx.AsyncClient) -> None:
    page = await shown(desk, client, "/cases/CR-2026-999")
    assert 'aria-label="Pages"' in page
    assert "Signed in as" in page


async def test_steps_name_agencies_by_their_names(desk: Desk, client: httpx.AsyncClient) -> None:
    await desk.request_returns()
    page = await shown(desk, client, f"/cases/{REFERENCE}")
    assert "Send the return of hospital" not in page
    assert "Send the return of" in page


async def test_a_due_time_opens_to_how_it_was_counted(desk: Desk, client: httpx.AsyncClient) -> None:
    await desk.request_returns()
    page = await shown(desk, client, f"/cases/{REFERENCE}")
    assert re.search(r"15 working days from [^<]+, which is day 0. Not counted: \d days? of weekends", page)
    assert "Source: §" in page


async def test_the_timeline_tells_the_newest_first_in_names_and_mails_of_a_kind_together(desk: Desk) -> None:
    """X-3"""
    when = desk.case.opened_at
    rows = [
        entry(1, when, "stage", "scoping", "CRG scoping meeting"),
        entry(2, when, "effect", "mail-sent", "Sent to officer-police: partners told", "officer-police"),
        entry(3, when, "effect", "mail-sent", "Sent to officer-health: partners told", "officer-health"),
        entry(6, when, "effect", "mail-sent", "Sent to officer-police: partners told", "officer-police"),
        entry(4, when + timedelta(hours=1), "failed", "partners-told", "Not delivered to officer-police: refused"),
        entry(5, when + timedelta(hours=1), "fact", "agency-returned", "Agency's return received: police"),
    ]
    rows[-1].about = "police"
    directory = sample_partnership()
    names = {who.id: who.name for who in directory.people} | {one.id: one.name for one in directory.agencies}
    received, *lines = timeline(rows, lambda id: names.get(id, id), directory)
    assert received.text == f"Agency's return received: {names['police']}"
    assert [one.at for one in lines] == [when + timedelta(hours=1), when, when]
    assert lines[0].text == f"Not delivered to {names['officer-police']}: refused"
    assert lines[0].warning
    assert lines[1].text == "Mail “partners told” sent to"
    assert lines[1].sent_to == [f"{names['officer-police']} (2 emails)", names["officer-health"]]


def entry(seq: int, at: object, kind: str, what: str, line: str, to: str = "") -> RecordEntry:
    fields = {"seq": seq, "key": str(seq), "kind": RowKind(kind), "what": what, "line": line, "who": "system"}
    fields |= {"detail": {"to": to, "mail": "partners told"} if to else {}}
    return RecordEntry.model_validate({**fields, "happened_at": at, "told_at": at, "written_at": at, "hash": "0"})


async def test_papers_of_one_name_are_told_apart_by_their_agency_version_and_time(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """R-3, R-4: each agency's request, return and chronology has the same title."""
    at = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    for document in ("request-police", "chronology-hospital", "rapid-review-report"):
        for version in (1, 2):
            await desk.store.documents.put(
                REFERENCE, document, key=f"{document}-{version}", content=b"Sample.", media_type="text/html",
                title="Sample title", at=at + timedelta(minutes=version),
            )  # fmt: skip
    page = await shown(desk, client, f"/cases/{REFERENCE}")
    for name in ("Sample title, Sample Police", "Sample title, Sample Hospital Trust", "Sample title"):
        for version in (1, 2):
            assert f">{name}, version {version}</a>" in page
    assert "10:01" in page


async def test_what_is_waited_for_stands_under_who_is_to_do_it_with_a_link_to_its_form(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """The reader's own first; one who may not take a step sees it without a link."""
    await desk.request_returns()
    path = f"/cases/{REFERENCE}"
    unit = await shown(desk, client, path)
    tasks = unit.partition('id="waiting"')[2].partition('id="deadlines"')[0]
    assert tasks.index(">You<") < tasks.index(">Agencies<")
    assert f'href="/cases/{REFERENCE}/steps/agency-returned?about=police">Send the return of Sample Police</a>' in tasks
    chair = await shown(desk, client, path, "crg-chair")
    theirs = chair.partition('id="waiting"')[2].partition("What else you can do now")[0]
    assert "Send the return of Sample Police" in theirs
    assert "steps/agency-returned" not in theirs


async def test_what_a_merger_carries_and_loses_is_ticked_in_words(desk: Desk) -> None:
    """X-1: nobody types the id of a deadline or of a return."""
    await desk.request_returns()
    lists = of_case(desk.case, sample_partnership(), [], own=None)
    assert ("D-7", "Rapid review recommendation submitted to the Panel") in [one[:2] for one in lists["never-paused"]]
    behind = {one.value: one.text for one in lists["may-stay-behind"]}
    assert behind["D-6:police"] == "Return of police: Sample Police"
    merged = {one.name: one.picked for one in described(CaseMerged)}
    assert (merged["carried"], merged["loses"]) == ("never-paused", "may-stay-behind")


def test_a_step_names_the_person_whom_it_is_to_reach() -> None:
    """Whatever it is about: the email that came back, and to whom it goes again."""
    waits = WaitingFor(
        what="Send the email to lead-police again: request", about="request>lead-police", roles=[Role.BUSINESS_UNIT]
    )
    called = namer(sample_partnership(), whole=True)
    assert titled(waits, called) == "Send the email to Blair Sample-Police again: request"
