"""Every example, played to its end on the real stack. Due dates were worked out by hand on a calendar.

Requirements: N-1..N-6, R-2..R-15, D-1..D-9, X-3; "How time is counted".
"""

import asyncio
import re
import sqlite3
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright
from rich.console import Console

from calendar_rules.lengths import LONDON
from crg.embedded.mail_folder import FOLDER, REFUSE
from crg.embedded.stack import running_stack
from crg.rehearsal.commands import EXAMPLES, _places
from crg.rehearsal.director import Director
from crg.rehearsal.errors import WentOtherwise
from crg.rehearsal.reading import load
from crg.rehearsal.telling import Teller
from settings import Settings
from tests.pages.conftest import FLAGS, chromium
from tests.rehearsal.by_pages import ByPages
from tests.rehearsal.conftest import Crg, Done, written

Deadlines = dict[str, tuple[str, str]]
MINUTE = timedelta(minutes=1)
BY_PAGES = ("practice-review", "information-request", "referral-learning-review")
TAKEN: dict[str, dict[str, set[str]]] = {}  # of these: who took which steps at the pages


@pytest.fixture(scope="module")
def played(stack: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Done]:
    """Each example, played once, beside others; the one in which an address is refused, which all share, by itself.

    That the command plays them so is tried with the demo (`test_commands.py`).
    """
    return asyncio.run(all_played(stack, tmp_path_factory.mktemp("out")))


async def all_played(stack: Settings, folder: Path) -> dict[str, Done]:
    """Those in `BY_PAGES` by people who use the pages alone, each in a browser without script."""
    alone, few = "refused-address", asyncio.Semaphore(3)
    async with running_stack(stack) as running, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)

        async def play(example: str) -> Done:
            director = partial(ByPages, browser) if example in BY_PAGES else Director
            async with few:
                return await rehearsed(running, example, folder / f"{example}.json", director)

        there = sorted(file.stem for file in EXAMPLES.glob("*.toml") if file.stem != alone)
        examples = sorted(there, key=lambda one: one not in BY_PAGES)  # those that take longest come first
        done = dict(zip(examples, await asyncio.gather(*map(play, examples)), strict=True))
        done |= {alone: await play(alone)}
        await browser.close()
        return done


async def rehearsed(running: Settings, example: str, json: Path, director: Callable[..., Director]) -> Done:
    """What `crg rehearse` does on a running stack."""
    told = StringIO()
    teller = Teller(Console(file=told, highlight=False, soft_wrap=True))
    scenario = load(EXAMPLES / f"{example}.toml", own_editions=running.own_editions)
    try:
        async with director(running, scenario, teller=teller) as one:
            outcome = await one.play()
            if isinstance(one, ByPages):
                TAKEN[example] = one.pages.taken
    except WentOtherwise as otherwise:
        return Done(1, told.getvalue(), str(otherwise), {})
    teller.timeline(outcome, _places(running, outcome.reference))
    outcome.write(json)
    return Done(0, told.getvalue(), "", written(json))


def out(played: dict[str, Done], example: str) -> dict[str, Any]:
    """What an example came to; it ran as written."""
    done = played[example]
    assert done.code == 0, done.reported + done.complained
    return done.out


def london(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(LONDON).strftime("%Y-%m-%d %H:%M")


def deadlines(found: dict[str, Any]) -> Deadlines:
    """Deadline -> when it is due in London, to the minute, and its status; R-3, one an agency, is in `confirmed`."""
    return {
        one["id"]: (london(one["due"]), one["status"]) for one in found["deadlines"] if not one["id"].startswith("R-3:")
    }


def confirmed(found: dict[str, Any]) -> set[tuple[str, str]]:
    """When agencies were to confirm that their senior officers know, and whether they did (R-3)."""
    return {(london(one["due"]), one["status"]) for one in found["deadlines"] if one["id"].startswith("R-3:")}


def lines(found: dict[str, Any], what: str) -> list[str]:
    """The record's sentences of one sort."""
    return [row["line"] for row in found["record"] if row["what"] == what]


def subjects(found: dict[str, Any], to: str) -> list[str]:
    """The subjects of the emails to one person, without the case's reference."""
    address = f"{to}@sample-partnership.example.org"
    return [mail["subject"].partition(": ")[2] for mail in found["emails"] if mail["to"] == address]


def test_a_clean_case_meets_every_deadline(played: dict[str, Done]) -> None:
    """N-1..N-8, R-2..R-16: aware on Monday 1 June 2026 at 10:00, notified at 16:00."""
    found = out(played, "clean-case")
    assert deadlines(found) == {
        "N-5": ("2026-06-08 23:59", "met"),
        "N-7": ("2026-06-01 14:00", "met"),
        "N-8": ("2026-06-08 23:59", "met"),
        "D-1": ("2026-06-08 23:59", "met"),
        "D-3": ("2026-06-01 16:01", "met"),
        "D-4": ("2026-06-03 16:00", "met"),
        "D-5": ("2026-06-08 23:59", "met"),
        "D-6:childrens-services": ("2026-06-08 23:59", "met"),
        "D-6:education": ("2026-06-08 23:59", "met"),
        "D-6:hospital": ("2026-06-08 23:59", "met"),
        "D-6:police": ("2026-06-08 23:59", "met"),
        "D-6:primary-care": ("2026-06-08 23:59", "met"),
        "D-7": ("2026-06-22 23:59", "met"),
        "R-16:rapid-review-1-crg-draft:crg-chair": ("2026-06-16 23:59", "met"),
        "D-8:rapid-review-1:health": ("2026-06-17 16:00", "met"),
        "D-8:rapid-review-1:local-authority": ("2026-06-17 16:00", "met"),
        "D-8:rapid-review-1:police": ("2026-06-17 16:00", "met"),
        "R-7": ("2026-07-01 23:59", "met"),  # submitted on Wednesday 17 June
        "R-13": ("2026-06-24 23:59", "met"),
        "D-9": ("2026-07-15 23:59", "met"),
        "R-15": ("2026-07-21 23:59", "met"),
        "D-10": ("2027-01-09 23:59", "open"),  # decided on Thursday 9 July 2026
    }
    assert confirmed(found) == {("2026-06-05 23:59", "met")}  # asked on Wednesday 3 June
    assert found["state"]["stage"] == "practice-review"
    assert not lines(found, "slack-eaten")
    assert not found["state"]["failed_duties"]


def test_a_rehearsal_says_when_things_happened_on_the_case_s_own_clock(played: dict[str, Done]) -> None:
    found = out(played, "clean-case")
    assert found["reference"].startswith("RH-2026-")
    facts = {row["what"]: london(row["happened_at"]) for row in found["record"] if row["kind"] == "fact"}
    assert facts["panel-notified"] == "2026-06-01 16:00"
    assert facts["submitted-to-panel"] == "2026-06-17 10:00"
    assert facts["partners-decided"] == "2026-07-09 11:00"
    (request,) = [
        mail
        for mail in found["emails"]
        if mail["to"].startswith("lead-police@") and "return is requested" in mail["subject"]
    ]
    assert london(request["sent_at"]) == "2026-06-03 14:00"
    assert [row["seq"] for row in found["record"]] == list(range(1, len(found["record"]) + 1))


def test_a_late_return_is_taken_a_missing_one_named_and_a_silent_officer_s_deputy_signs(
    played: dict[str, Done],
) -> None:
    """R-4, R-5, R-11, R-12: requested on Tuesday 8 September 2026, so that the five days end on Sunday the 13th."""
    found = out(played, "late-and-missing")
    assert deadlines(found) == {
        "N-5": ("2026-09-14 23:59", "late"),  # nobody records the steps
        "N-7": ("2026-09-07 13:00", "met"),
        "N-8": ("2026-09-14 23:59", "met"),
        "D-1": ("2026-09-14 23:59", "met"),
        "D-3": ("2026-09-07 12:01", "met"),
        "D-4": ("2026-09-09 12:00", "met"),
        "D-5": ("2026-09-14 23:59", "met"),
        "D-6:childrens-services": ("2026-09-14 23:59", "met"),
        "D-6:education": ("2026-09-14 23:59", "late"),
        "D-6:hospital": ("2026-09-14 23:59", "met"),
        "D-6:housing": ("2026-09-28 23:59", "met"),  # asked on Tuesday 22 September; the 27th is a Sunday
        "D-6:police": ("2026-09-14 23:59", "met"),
        "D-6:primary-care": ("2026-09-14 23:59", "late"),
        "D-7": ("2026-09-28 23:59", "met"),
        "R-16:rapid-review-1-crg-draft:crg-chair": ("2026-09-22 23:59", "met"),
        "D-8:rapid-review-1:health": ("2026-09-23 15:30", "met"),
        "D-8:rapid-review-1:local-authority": ("2026-09-23 15:30", "met"),
        "D-8:rapid-review-1:police": ("2026-09-23 15:30", "stopped"),
        "D-8:rapid-review-2:health": ("2026-09-24 16:30", "met"),
        "D-8:rapid-review-2:local-authority": ("2026-09-24 16:30", "met"),
        "D-8:rapid-review-2:police": ("2026-09-24 16:30", "late"),
        "R-7": ("2026-10-09 23:59", "open"),  # submitted on Friday 25 September
        "R-13": ("2026-10-02 23:59", "open"),
    }
    agreed, first, second = found["state"]["rounds"]
    assert (agreed["id"], agreed["status"]) == ("rapid-review-1-crg-draft", "approved")  # the CRG has a redraft to read
    assert (first["version"], first["status"]) == (1, "sent back")
    assert (second["version"], second["status"]) == (2, "approved")
    (police,) = [ask for ask in second["asks"] if ask["capacity"] == "police"]
    assert (police["given_by"], police["as_deputy"]) == ("deputy-police", True)
    assert any("deputy" in subject for subject in subjects(found, "deputy-police"))
    assert any(
        "primary" in subject.lower() or "return" in subject for subject in subjects(found, "senior-primary-care")
    )
    assert [one for one in found["state"]["agencies"] if one["missing"]] == []  # the last came after the submission
    for reader in ("sbu-manager", "crg-chair", "lead-police"):
        assert "a return has come after the meeting" in subjects(found, reader)
    assert lines(found, "returns-read-entered") == []  # the author has read housing's return, and says so
    assert [row for row in lines(found, "returns-too-late") if "housing" in row] == []
    said = {one["kind"]: one["fact"] for one in found["state"]["facts"] if one["by"] != ["deputy-police"]}
    assert said["sign-off-given"]["comments"] == "Sample: the second paragraph could be shorter.\nThe rest is clear."
    assert said["link-sent-again"]["reason"] == "Sample: the first link was withdrawn.\nIt had been forwarded."
    assert (
        len([one for one in subjects(found, "sbu-manager") if one == "an answer to version 2 has been recorded"]) == 3
    )


def test_views_that_differ_hold_the_notification_but_not_its_clock(played: dict[str, Done]) -> None:
    """N-2, N-4, D-1, D-2: aware on Monday 5 October 2026; they agree on Friday, working day 4."""
    found = out(played, "disagreement")
    assert deadlines(found) == {
        "N-5": ("2026-10-12 23:59", "open"),
        "N-7": ("2026-10-05 13:30", "met"),
        "N-8": ("2026-10-12 23:59", "met"),
        "D-1": ("2026-10-12 23:59", "met"),
        "D-2:ofsted": ("2026-10-12 23:59", "met"),
        "D-2:secretary-of-state": ("2026-10-12 23:59", "met"),
        "D-3": ("2026-10-09 16:01", "met"),
        "D-4": ("2026-10-11 16:00", "open"),
        "D-5": ("2026-10-16 23:59", "open"),
        "D-7": ("2026-10-30 23:59", "open"),
    }
    views = [row["happened_at"] for row in found["record"] if row["what"] == "partner-view-given"]
    assert [london(view) for view in views] == ["2026-10-05 10:00", "2026-10-05 11:00", "2026-10-09 14:00"]
    differ = [subject for subject in subjects(found, "crg-chair") if "differ" in subject]
    assert len(differ) == 5  # at once, then on each of the four working days that follow


def test_christmas_is_no_working_time_and_a_closure_moves_what_is_open(played: dict[str, Done]) -> None:
    """Friday 18 December 2026; the 25th, 28th and 1 January are bank holidays, the 29th is a local closure."""
    found = out(played, "christmas")
    assert deadlines(found) == {
        "N-5": ("2026-12-30 23:59", "late"),
        "N-7": ("2026-12-18 14:00", "met"),
        "N-8": ("2026-12-29 23:59", "met"),
        "D-1": ("2026-12-29 23:59", "met"),  # met on the 18th, so the closure does not move it
        "D-3": ("2026-12-18 16:01", "met"),
        "D-4": ("2026-12-20 16:00", "met"),
        "D-5": ("2026-12-29 23:59", "met"),
        "D-6:childrens-services": ("2026-12-30 23:59", "met"),
        "D-6:education": ("2026-12-30 23:59", "met"),
        "D-6:hospital": ("2026-12-30 23:59", "met"),
        "D-6:police": ("2026-12-30 23:59", "met"),
        "D-6:primary-care": ("2026-12-30 23:59", "met"),
        "D-7": ("2027-01-14 23:59", "met"),
        "R-16:rapid-review-1-crg-draft:crg-chair": ("2027-01-08 23:59", "met"),
        "D-8:rapid-review-1:health": ("2027-01-09 13:00", "met"),
        "D-8:rapid-review-1:local-authority": ("2027-01-09 13:00", "met"),
        "D-8:rapid-review-1:police": ("2027-01-09 13:00", "met"),
        "R-7": ("2027-01-22 23:59", "open"),
        "R-13": ("2027-01-15 23:59", "open"),
    }
    moved = lines(found, "deadline-moved")
    assert [line.partition(" ")[0].partition(":")[0] for line in moved] == ["N-5", "D-7", *["D-6"] * 5]
    (d7,) = [line for line in moved if line.startswith("D-7 ")]
    assert "moved from Wed 13 Jan 2027 23:59 to Thu 14 Jan 2027 23:59" in d7
    assert d7.endswith("Offices closed between Christmas and New Year, Tuesday 29 December 2026")


def test_a_bank_holiday_proclaimed_late_moves_what_is_open_and_nothing_that_is_met(
    played: dict[str, Done], stack: Settings
) -> None:
    """19 September 2022, proclaimed on the 10th: the Panel was notified on Thursday the 1st."""
    found = out(played, "funeral-2022")
    assert deadlines(found) == {
        "N-5": ("2022-09-08 23:59", "late"),
        "N-7": ("2022-09-01 13:00", "met"),
        "N-8": ("2022-09-08 23:59", "met"),
        "D-1": ("2022-09-08 23:59", "met"),
        "D-3": ("2022-09-01 15:01", "met"),
        "D-4": ("2022-09-03 15:00", "met"),
        "D-5": ("2022-09-08 23:59", "met"),
        "D-6:childrens-services": ("2022-09-12 23:59", "open"),
        "D-6:education": ("2022-09-12 23:59", "open"),
        "D-6:hospital": ("2022-09-12 23:59", "open"),
        "D-6:police": ("2022-09-12 23:59", "met"),
        "D-6:primary-care": ("2022-09-12 23:59", "open"),
        "D-6:probation": ("2022-09-20 23:59", "open"),
        "D-7": ("2022-09-23 23:59", "moved"),
    }
    with sqlite3.connect(stack.data / "case-reviews.db") as database:
        assert database.execute("SELECT count(*) FROM closures").fetchone() == (0,)  # other cases keep their calendar
    database.close()
    (moved,) = lines(found, "deadline-moved")
    assert "moved from Thu 22 Sep 2022 23:59 to Fri 23 Sep 2022 23:59" in moved


def test_a_refused_address_is_a_failed_duty_that_a_person_tries_again(played: dict[str, Done], stack: Settings) -> None:
    """R-3: the agency's five days run from the request that reached it, on Thursday 5 March 2026."""
    found = out(played, "refused-address")
    assert deadlines(found)["D-6:hospital"] == ("2026-03-09 23:59", "open")
    assert deadlines(found)["D-6:police"] == ("2026-03-10 23:59", "open")
    assert "an email could not be delivered" in subjects(found, "sbu-manager")
    assert "request:police>lead-police" not in [one["duty"] for one in found["state"]["failed_duties"]]
    assert not (stack.data / FOLDER / REFUSE).read_text(encoding="utf-8")


def test_a_case_goes_from_its_opening_to_its_last_action_by_the_pages_alone(played: dict[str, Done]) -> None:
    """Opened in a browser without script; then by forms to which the case's page leads, each as the person who fills
    it in. The other two are the information request, and the referral with its correction.
    """
    found = out(played, "practice-review")
    assert found["state"]["stage"] == "concluded"
    taken = TAKEN["practice-review"]
    assert {"dcs", "sbu-manager", "lead-police", "officer-health", "crg-chair"} <= set(taken)
    assert "review-published" in taken["sbu-manager"]
    assert "agency-returned" in taken["lead-police"]
    assert "sign-off-given" in taken["officer-health"]
    assert "action-closure-agreed" in taken["crg-chair"]
    referral = {kind for kinds in TAKEN["referral-learning-review"].values() for kind in kinds}
    assert {"referral-received", "corrected", "learning-review-assured"} <= referral
    assert out(played, "referral-learning-review")["state"]["stage"] == "concluded"
    request = {kind for kinds in TAKEN["information-request"].values() for kind in kinds}
    assert {"information-requested", "agencies-asked", "information-supplied"} <= request


def test_a_referral_is_returned_completed_and_becomes_a_learning_review(played: dict[str, Done]) -> None:
    """A-1..A-3, A-5, D-3: received on Monday 14 September 2026 without an officer; complete on the 16th."""
    found = out(played, "referral-learning-review")
    assert deadlines(found) == {
        "A-1:education": ("2026-09-28 23:59", "met"),
        "A-3:referral": ("2026-10-14 23:59", "met"),
        "D-3:referral": ("2026-09-16 09:01", "met"),
        "A-5": ("2026-10-30 23:59", "met"),
        "G-10:handovers-audit": ("2026-12-07 23:59", "late"),
        "G-11:handover-form": ("2026-12-18 23:59", "met"),
    }
    assert "your agency's referral is returned, please complete it" in subjects(found, "lead-education")
    stages = [row["what"] for row in found["record"] if row["kind"] == "stage"]
    assert stages == ["referral-returned", "referral", "learning-review", "dissemination", "actions", "concluded"]
    assert found["state"]["referral"]["outcome"] == "learning-review"
    assert found["state"]["advice"] is None
    assert len([one for one in subjects(found, "crg-chair") if "of the findings" in one]) == 2


def test_a_referral_that_turns_out_a_serious_incident_is_late_from_the_first_minute(played: dict[str, Done]) -> None:
    """A-3, D-1, D-7: aware on Tuesday 1 September 2026, notified on Tuesday the 15th."""
    found = out(played, "referral-serious-incident-late")
    due = {id: one for id, one in deadlines(found).items() if id.partition(":")[0] not in ("D-6", "D-8")}
    assert due == {
        "A-3:referral": ("2026-10-12 23:59", "met"),
        "N-5": ("2026-09-22 23:59", "late"),  # asked for since the case is one of a serious incident
        "N-7": ("2026-09-16 11:00", "met"),  # two hours on Tuesday, two on Wednesday
        "N-8": ("2026-09-08 23:59", "late"),
        "D-1": ("2026-09-08 23:59", "late"),
        "D-3": ("2026-09-15 16:41", "met"),
        "D-3:referral": ("2026-09-14 10:01", "met"),
        "D-4": ("2026-09-17 16:40", "met"),
        "D-5": ("2026-09-22 23:59", "met"),
        "D-7": ("2026-10-06 23:59", "met"),
        "R-16:rapid-review-1-crg-draft:crg-chair": ("2026-09-29 23:59", "met"),
        "R-7": ("2026-10-14 23:59", "late"),  # nobody records it
        "R-13": ("2026-10-07 23:59", "met"),
        "D-9": ("2026-10-28 23:59", "met"),
        "R-15": ("2026-11-03 23:59", "met"),
        "D-10": ("2027-04-22 23:59", "open"),  # six months from the partners' decision, not from the CRG's
    }
    assert found["state"]["stage"] == "terms-of-reference"
    overdue = [row["told_at"] for row in found["record"] if row["what"] == "deadline-overdue" and row["about"] == "D-1"]
    assert [london(at) for at in overdue] == ["2026-09-15 15:00"]
    assert london(found["state"]["referral"]["advised_submission"]) == "2026-10-05 23:59"


def test_information_is_gathered_supplied_with_its_lawful_basis_and_concluded(played: dict[str, Done]) -> None:
    """A-4, R-4, B-8: asked on Monday 14 September 2026; the fifth day is Saturday, so Monday the 21st."""
    found = out(played, "information-request")
    assert deadlines(found) == {
        "A-4": ("2026-09-25 23:59", "met"),
        "D-6:hospital": ("2026-09-21 23:59", "late"),
        "D-6:police": ("2026-09-21 23:59", "met"),
        "D-6:primary-care": ("2026-09-21 23:59", "late"),
    }
    first, second = [row for row in found["record"] if row["what"] == "information-disclosed"]
    assert first["kind"] == second["kind"] == "disclosure"
    assert first["detail"]["lawful_basis"].startswith("Sample: section 16H")
    assert [row["detail"]["pack"]["version"] for row in (first, second)] == [2, 3]
    assert found["state"]["stage"] == "concluded"
    assert "another partnership asks for information" in subjects(found, "officer-police")


def test_the_terminal_tells_it_in_the_protocol_s_words_with_the_case_s_dates(played: dict[str, Done]) -> None:
    reported = played["clean-case"].reported
    assert "A clean case" in reported
    assert "Mon 1 Jun 2026 16:00   fact      Panel notified (chief-executive)" in reported
    assert "your sign-off is needed by 16:00 on Wednesday 17 June 2026 → officer-health" in reported
    timeline = reported.partition(": the deadlines")[2]
    assert "Mon 22 Jun 2026 23:59  Wed 17 Jun 2026 10:00  met      3 working days" in timeline
    assert "D-7 Rapid review recommendation submitted to the Panel\n" in timeline
    assert f"/workflows/{played['clean-case'].out['reference']}" in timeline
    refusal = "as it should be (already-recorded): The notification to the Panel is already recorded."
    assert refusal in played["late-and-missing"].reported


def test_no_word_of_the_cases_and_no_name_stands_in_the_open_in_either_database(
    played: dict[str, Done], stack: Settings, names_and_narrative: list[str]
) -> None:
    """All that reaches Temporal and SQL is sealed first (design, Privacy)."""
    references = [out(played, example)["reference"].encode() for example in played]
    for name in ("temporal.db", "case-reviews.db"):
        held = b"".join(file.read_bytes() for file in sorted(stack.data.glob(f"{name}*")))
        assert all(reference in held for reference in references), f"{name} is not where the cases are"
        assert found(names_and_narrative, held) == [], name
    mails = b"".join(file.read_bytes() for file in (stack.data / FOLDER).glob("*.eml"))
    assert found(names_and_narrative, mails), "what is looked for stands nowhere at all"


def found(words: Iterable[str], held: bytes) -> list[str]:
    lower = held.lower()
    return [word for word in words if word.lower().encode() in lower or word.lower().encode("utf-16-le") in lower]


def test_every_email_of_a_case_is_among_what_came_of_it_at_the_case_s_own_time(played: dict[str, Done]) -> None:
    for example in played:
        found = out(played, example)
        sent = [datetime.fromisoformat(mail["sent_at"]) for mail in found["emails"]]
        told = [row["detail"] for row in found["record"] if row["what"] == "mail-sent"]
        of_its_own = {detail["effect"] for detail in told if "within" not in detail}
        assert len(sent) == len(of_its_own) > 0, example
        assert {detail["within"] for detail in told if "within" in detail} <= of_its_own, example
        assert sent == sorted(sent)
        opened, now = (datetime.fromisoformat(found["state"][name]) for name in ("opened_at", "case_now"))
        assert opened <= sent[0] <= sent[-1] <= now, example


def test_what_was_sent_is_kept_at_the_time_of_its_step(stack: Settings, played: dict[str, Done]) -> None:
    """The clock was moved to the step, and the case may have written nothing since the step before it."""
    with sqlite3.connect(stack.data / "case-reviews.db") as database:
        rows = database.execute("SELECT reference, key, at FROM documents WHERE media_type = 'application/json'")
        kept = {(reference, key): datetime.fromisoformat(f"{at}+00:00") for reference, key, at in rows}
    told = {
        (out(played, example)["reference"], row["message"]): datetime.fromisoformat(row["told_at"])
        for example in played
        for row in out(played, example)["record"]
        if row["kind"] == "fact" and row["message"]
    }
    steps = sorted(kept.keys() & told.keys())
    assert len(steps) > 10
    assert [(one, told[one], kept[one]) for one in steps if not told[one] - MINUTE < kept[one] <= told[one]] == []


def test_no_email_s_subject_holds_a_name_or_a_word_of_the_case(
    played: dict[str, Done], names_and_narrative: list[str]
) -> None:
    told = [mail["subject"] for example in played for mail in out(played, example)["emails"]]
    assert len(told) > 200
    for subject in told:
        assert found(names_and_narrative, subject.encode()) == [], subject


def test_the_records_can_be_read_and_hold_until_a_row_is_changed(
    played: dict[str, Done], stack: Settings, crg: Crg, tmp_path: Path
) -> None:
    """X-3: `crg record` prints it; `--verify` names the first broken row."""
    reference = out(played, "clean-case")["reference"]
    shown = crg("record", reference)
    assert shown.code == 0
    assert "Mon 1 Jun 2026 16:00" in shown.reported
    assert "Panel notified [Chris Sample]" in shown.reported
    assert "View on notifying given: Dana Sample [Dana Sample]" in shown.reported
    assert "Sent to Dana Sample: " in shown.reported
    assert not re.findall(r"\[[a-z-]+\]|(?: to|given:) [a-z]+-[a-z]+", shown.reported), "words and names, not ids"
    verified = crg("record", "--verify")
    assert verified.code == 0
    assert re.fullmatch(r"\d+ records and \d+ rows of .* checked; every row is as it was written.\n", verified.reported)
    assert int(verified.reported.partition(" ")[0]) >= len(played)
    copy = stack.model_copy(update={"database_url": f"sqlite:///{_copied(stack, tmp_path)}"})
    with sqlite3.connect(tmp_path / "copy.db") as database:
        guards = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'record'"
        ).fetchall()
        assert guards, "the database itself guards the record"
        for (guard,) in guards:
            database.execute(f"DROP TRIGGER {guard}")  # as somebody could who has the database in hand
        database.execute("UPDATE record SET what = 'other' WHERE reference = ? AND seq = 7", (reference,))
    database.close()
    broken = crg("record", "--verify", reference, settings=copy)
    assert (broken.code, broken.reported) == (1, f"{reference}, row 7: row 7 is not as it was written\n")


def _copied(stack: Settings, folder: Path) -> Path:
    with sqlite3.connect(stack.data / "case-reviews.db") as source, sqlite3.connect(folder / "copy.db") as target:
        source.backup(target)
    source.close()
    target.close()
    return folder / "copy.db"


def test_a_practice_review_with_a_conflict_a_redraft_and_an_extension(played: dict[str, Done]) -> None:
    """K-1 to K-10, B-4, D-8, D-10, G-6, G-8 to G-11: decided on Monday 26 January 2026; extended to 30 October; two
    children.
    """
    found = out(played, "practice-review")
    due = deadlines(found)
    assert due["D-10"] == ("2026-10-30 23:59", "met")
    assert due["D-8:terms-of-reference-1-accountable:health"] == ("2026-02-04 11:00", "met")
    assert due["D-8:reviewer-selection-1-crg-chair:crg-chair"] == ("2026-02-14 14:00", "met")
    assert due["D-8:practice-review-2-crg:crg-chair"] == ("2026-07-08 11:00", "met")
    assert due["D-8:practice-review-2-agencies:agency-police"] == ("2026-07-09 09:00", "met")
    assert due["D-8:practice-review-2-accountable:health"] == ("2026-07-10 09:00", "stopped")
    assert due["D-8:practice-review-3-accountable:health"] == ("2026-08-08 15:00", "met")
    assert due["D-8:practice-review-3-independent-chair:independent-chair"] == ("2026-08-09 09:00", "met")
    (moved,) = lines(found, "deadline-moved")
    assert "from Sun 26 Jul 2026 23:59 to Fri 30 Oct 2026 23:59" in moved
    review = found["state"]["practice_review"]
    assert [(one["candidate"], one["excluded"]) for one in review["candidates"]] == [
        ("reviewer-north", True),
        ("reviewer-south", False),
    ]
    assert (review["selected"], review["agreed_version"], review["complete"]) == ("reviewer-south", 3, True)
    assert (review["contract"]["days_agreed"], review["contract"]["days_used"]) == (20, 17)
    assert [one["missing"] for one in review["versions"]] == [["Summary"], [], []]
    assert len(found["state"]["children"]) == 2
    assert found["state"]["stage"] == "concluded"
    assert (found["state"]["involvement_open"], found["state"]["recommendations_open"]) == ([], [])
    considered = {one["fact"]["person"] for one in found["state"]["facts"] if one["kind"] == "advocacy-considered"}
    assert considered == {"child-sample-1", "brother", "mother"}
    assert due["B-4"] == ("2026-09-04 23:59", "met")
    assert [subject for subject in subjects(found, "secretary-of-state") if "advance copy" in subject]
    (stays,) = lines(found, "available-until")
    assert stays == "The published report stays available until Wed 15 Sep 2027 23:59 at least"
    assert due["K-8"] == ("2026-09-15 23:59", "met")
    assert due["K-5:first-draft"] == ("2026-04-30 23:59", "met")
    assert due["G-10:audit"] == ("2026-10-20 23:59", "met")
    assert due["G-11:missed-appointments"] == ("2026-12-18 23:59", "met")
    assert [subject for subject in subjects(found, "panel") if "will take longer" in subject]
    assert lines(found, "days-nearly-used")


def test_a_practice_review_by_own_staff_that_is_not_published(played: dict[str, Done]) -> None:
    """K-2, K-5, K-6, K-8, G-3: selected on 29 September 2026, monitored by 29 November; decided on 7 December."""
    found = out(played, "review-not-published")
    due, review = deadlines(found), found["state"]["practice_review"]
    assert due["K-5-monitoring:1"] == ("2026-11-29 23:59", "met")
    assert due["K-8-improvements"] == ("2027-01-07 23:59", "met")
    assert (review["method"]["method"], review["contract"], review["improvements_owed"]) == ("own-staff", None, False)
    assert [len(one["identifying"]) for one in review["versions"]] == [2, 0]
    assert [one["child_id"] for one in found["state"]["children"] if one["harm"] == "died"] == ["child-r"]
    considered = [one["fact"]["person"] for one in found["state"]["facts"] if one["kind"] == "advocacy-considered"]
    assert considered == ["child-q"]  # the living only (G-6)
    assert [subject for subject in subjects(found, "ofsted") if "is not published" in subject]
    assert found["state"]["stage"] == "concluded"


def test_an_action_is_followed_until_it_is_closed_a_year_later(played: dict[str, Done]) -> None:
    """G-11: set for 18 December 2026, overdue, moved to 30 June 2027, closed in time; then the case concludes."""
    found = out(played, "actions-a-year-later")
    assert deadlines(found)["G-11:missed-appointments"] == ("2027-06-30 23:59", "met")
    assert deadlines(found)["D-9"] == ("2026-06-30 23:59", "met")  # from the day to which the Panel moved its meeting
    assert [(one["id"], one["status"]) for one in found["state"]["rounds"]] == [
        ("rapid-review-1-crg-draft", "approved"),
        ("rapid-review-1", "approved"),
        ("partners-decision-1", "approved"),  # it differs from the recommendation
    ]
    assert found["state"]["stage"] == "concluded"
    assert [subject.partition(",")[0] for subject in subjects(found, "lead-police")][-9:] == [
        "an action for you",
        "the safeguarding partners have decided",
        "reminder",
        "reminder",
        "overdue",
        "a deadline has moved to Wednesday 30 June 2027",
        "a deadline has moved to Friday 30 July 2027",  # by the pause of 30 days
        "a deadline has moved to Wednesday 30 June 2027",  # set again when it is over: the pause moves it no more
        "the case is concluded",
    ]
    assert "reminder" in subjects(found, "crg-chair")[-2], "the evidence is in: the CRG's agreement is waited for"
    assert [subject for subject in subjects(found, "crg-chair") if subject.startswith("please step in")]


def test_a_decision_not_to_notify_is_reopened_by_the_police(played: dict[str, Done]) -> None:
    """N-1, N-2, N-9: aware on Monday 1 June 2026; D-1 runs on from there."""
    found = out(played, "not-notified-and-reopened")
    assert found["state"]["advice"] == {
        "limb": None,
        "why": "Neither limb of the definition is met: abuse or neglect is neither known nor suspected; nobody who "
        "died or was seriously harmed was a child at the time (aged 28).",
    }
    assert deadlines(found)["D-1"] == ("2026-06-08 23:59", "met")
    assert subjects(found, "officer-police")[:2] == ["decided not to notify", "the case has been reopened"]
    assert [one["state"] for one in found["state"]["safety"]] == ["none-needed", "none-needed", "recorded"]
    assert lines(found, "document-made")[:1] == ["Case Review Referral Form: document made"]


def test_a_rapid_review_under_working_together_2023(played: dict[str, Done]) -> None:
    """B-3, B-6, B-11: asked on Monday 12 January 2026 at 15:00; the hospital did not know the family."""
    found = out(played, "england-2023")
    due = deadlines(found)
    assert due["D-6-known:hospital"] == ("2026-01-13 23:59", "met")
    assert due["D-6-known:education"] == ("2026-01-13 23:59", "late")
    assert due["D-6:hospital"] == due["D-6:education"] == ("2026-01-19 23:59", "met")
    assert due["D-7"] == ("2026-02-02 23:59", "met")
    assert due["D-10"] == ("2026-07-30 23:59", "open")
    hospital = next(one for one in found["state"]["agencies"] if one["agency"] == "hospital")
    assert (hospital["known"], hospital["nil"], hospital["version"]) == (False, True, 0)
    assert found["state"]["edition"] == "england-2023"
    assert found["state"]["vacancies"] == []  # no Chief Executive: under this edition no duty waits for one
    assert [row["about"] for row in found["record"] if row["what"] == "partner-view-given"] == ["dcs", "police"]
    assert found["state"]["stage"] == "practice-review"
    assert "overdue, was the child or family known to your agency?" in " ".join(subjects(found, "lead-education"))
    assert not [subject for subject in subjects(found, "senior-hospital") if "step in" in subject]


def test_a_partnership_counts_from_the_notification_and_sets_a_milestone_of_its_own(played: dict[str, Done]) -> None:
    """D-5 to D-7, "Editions": notified on Saturday 10 January 2026."""
    found = out(played, "counted-from-the-notification")
    due = deadlines(found)
    assert due["D-5"] == ("2026-01-13 23:59", "met")
    assert due["D-6:police"] == ("2026-01-23 23:59", "late")
    assert due["D-7"] == ("2026-01-25 23:59", "late")
    assert due["P-1:leaders-meeting"] == ("2026-01-24 23:59", "late")
    assert 'overdue, complete "Leaders\' meeting held"' in subjects(found, "independent-chair")


def test_two_councils_sign_each_for_itself_and_nobody_on_a_weekend(played: dict[str, Done]) -> None:
    """R-11, D-8: the draft went out on Friday 13 February 2026 at 16:00."""
    found = out(played, "two-councils")
    signing = {id: how for id, how in deadlines(found).items() if id.startswith("D-8:")}
    assert signing == {
        "D-8:rapid-review-1:local-authority-northmoor": ("2026-02-15 16:00", "met"),
        "D-8:rapid-review-1:local-authority-southmoor": ("2026-02-15 16:00", "late"),
        "D-8:rapid-review-1:health": ("2026-02-15 16:00", "late"),
        "D-8:rapid-review-1:police": ("2026-02-15 16:00", "met"),
    }
    asked = {
        person: [london(mail["sent_at"]) for mail in found["emails"] if mail["to"].startswith(f"{person}@")]
        for person in ("officer-health", "deputy-health")
    }
    assert "2026-02-13 16:30" in asked["officer-health"]
    assert "2026-02-16 09:00" in asked["deputy-health"]
    assert [(one["member_id"], one["nhs_number"]) for one in found["state"]["family"]] == [
        ("adult-sample-1", "9990000018"),
    ]
    assert [len(one["residents"]) for one in found["state"]["homes"]] == [2]
    weekend = ("2026-02-14", "2026-02-15")
    assert [mail["subject"] for mail in found["emails"] if london(mail["sent_at"]).startswith(weekend)] == []
    assert deadlines(found)["D-7"][1] == "met"


def test_the_local_authority_alone_notifies_within_five_working_days_of_the_incident(played: dict[str, Done]) -> None:
    """N-2, D-1: the incident was on Monday 2 March 2026, at 23:00; it became aware on Thursday."""
    found = out(played, "notified-by-the-local-authority")
    assert deadlines(found)["D-1"] == ("2026-03-09 23:59", "late")
    assert found["state"]["stage"] == "scoping"
