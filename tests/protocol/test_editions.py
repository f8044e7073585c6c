"""Editions at work, in virtual time: another edition, other behaviour, no other code.

The case of most tests: aware on Monday 2 March 2026 at 10:00; all times are London's and typed by hand.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from calendar_rules.edition import Edition, load_edition
from delivery.papers.reading import as_text
from review.case import reads
from review.case.deadline import Status
from review.facts.enums import Stage
from tests.third import THIRD
from tests.workflows.desk import Case, Desk, Refused
from tests.workflows.paths import due, status
from tests.workflows.world import london

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENGLAND_2023 = load_edition("england-2023")
IN_CARE = {"child_id": "child-a", "name": "Sample Child", "born": "2019-05-01", "harm": "died", "in_care": True}
LEAVER = {"child_id": "child-b", "name": "Sample Person", "born": "2003-01-09", "harm": "died", "care_leaver": True}


def third(folder: Path) -> Edition:
    """A partnership's own edition, in a few lines."""
    (folder / "third-2026.toml").write_text(THIRD, encoding="utf-8")
    return load_edition("third-2026", folder=folder)


async def notified(desk: Desk, **more: Any) -> Case:
    """A case whose Panel was notified on Friday 6 March at 16:00, as its next step advises."""
    case = await desk.open(**more)
    await case.follow_to("panel-notified")
    await case.until("2026-03-06 16:00")
    await case.says("panel-notified")
    await case.quiet()
    return case


async def test_a_third_edition_of_a_few_lines_changes_behaviour_with_no_code(desk: Desk, tmp_path: Path) -> None:
    """48 hours read as 2 working days, returns in two steps and in working days, another length: data (D-4..D-8)."""
    case = await notified(desk, edition=third(tmp_path))
    assert await due(case, "D-4") == "2026-03-10 23:59:59"  # not Sunday at 16:00
    assert await due(case, "D-7") == "2026-03-24 23:59:59"
    await case.follow_to("returns-requested")
    await case.until("2026-03-09 09:00")
    await case.says("returns-requested")
    await case.quiet()
    assert await due(case, "D-6:police") == "2026-03-12 23:59:59"
    assert await due(case, "D-6-known:police") == "2026-03-11 23:59:59"
    await case.says("agency-knew", agency="police", known=False, officer="Sample")
    assert await status(case, "D-6:police") is Status.MET
    await case.follow_to("sign-off-given")
    await case.quiet()
    at = (await case.now()).astimezone(london("2026-03-09").tzinfo)
    assert f"{at:%Y-%m-%d}" == "2026-03-09"
    signing = next(id for id in (await case.state()).deadlines if id.startswith("D-8:"))
    assert await due(case, signing) == "2026-03-11 23:59:59"  # not 48 hours on
    await case.follow_to("partners-decided")


async def test_deadlines_count_from_what_the_edition_says_and_an_unrelated_closure_moves_none(
    desk: Desk, tmp_path: Path
) -> None:
    """D-4, D-5, D-7: from the notification, from its receipt, from the day of awareness; in the mails as well."""
    text = """
    id = "anchors-2026"
    based_on = "doncaster-2018"
    title = "Anchors"
    dated = "2026"
    source = "Sample"
    deadlines.D-4 = { counted_from = "notified", clause = "3.2" }
    deadlines.D-5 = { counted_from = "received", clause = "3.3" }
    deadlines.D-7 = { counted_from = "aware", clause = "3.5" }
    """
    (tmp_path / "anchors-2026.toml").write_text(text, encoding="utf-8")
    case = await desk.open(edition=load_edition("anchors-2026", folder=tmp_path))
    await case.follow_to("panel-notified")
    await case.until("2026-03-09 09:00")
    at = {"happened_at": "2026-03-06T16:00:00Z", "received_at": "2026-03-09T08:00:00Z"}
    await case.says("panel-notified", **at)
    await case.quiet()
    counted = {"D-4": "2026-03-08 16:00:00", "D-5": "2026-03-16 23:59:59", "D-7": "2026-03-23 23:59:59"}
    assert {rule: await due(case, rule) for rule in counted} == counted
    assert "23 March 2026" in case.mails("notified", to="officer-health")[0].text
    holiday = {"day": "2026-06-11", "why": "Sample closure", "kind": "closure"}
    await case.tell(await case.fact("calendar-changed", {"days": [holiday]}), people=["sbu-manager"])
    await case.quiet()
    assert {rule: await due(case, rule) for rule in counted} == counted
    assert not case.told("deadline-moved")


async def test_returns_in_two_steps_where_the_edition_says_so(desk: Desk) -> None:
    """B-6: "was the child or family known to you?" within a working day, the summary within five days."""
    case = await notified(desk, edition=ENGLAND_2023)
    await case.follow_to("returns-requested")
    await case.until("2026-03-09 09:00")
    await case.says("returns-requested")
    await case.quiet()
    assert await due(case, "D-6-known:police") == "2026-03-10 23:59:59"
    assert await due(case, "D-6:police") == "2026-03-16 23:59:59"
    assert "whether the child or the family was known" in case.mails("return", to="lead-police")[0].text
    await case.says("agency-knew", agency="police", known=True)
    assert await status(case, "D-6-known:police") is Status.MET
    assert await status(case, "D-6:police") is Status.OPEN
    await case.says("agency-returned", agency="hospital")  # the return itself answers it too
    assert await status(case, "D-6-known:hospital") is Status.MET
    with pytest.raises(Refused, match="already-recorded"):
        await case.says("agency-knew", by="lead-police", agency="police", known=False, officer="Sample")
    await case.until("2026-03-11 12:00")
    assert case.mails("reminder, was the child or family known", to="lead-education")
    assert case.told("deadline-passed", "D-6-known:education")
    await case.follow_to("partners-decided")


async def test_not_known_to_us_is_the_whole_return_of_an_agency(desk: Desk) -> None:
    """B-6, R-4: a nil return with a named officer: no reminder, no escalation, nil in the pack, read by the author."""
    case = await notified(desk, edition=ENGLAND_2023)
    await case.follow_to("returns-requested")
    await case.until("2026-03-09 09:00")
    await case.says("returns-requested")
    await case.quiet()
    await case.says("agency-knew", agency="police", known=False, officer="Sample Officer")
    assert await status(case, "D-6:police") is Status.MET
    rest = [agency for agency in reads.scope(await case.state()) if agency != "police"]
    for agency in rest:
        await case.says("agency-returned", agency=agency)
    await case.quiet()
    made = max(key for key in case.desk.world.documents if key[:2] == (case.reference, "returns-pack"))
    page = as_text(case.desk.world.documents[made].content)
    assert "Sample Officer" in page
    assert "Nil return" in page
    await case.until("2026-03-18 09:00")
    assert not case.mails("reminder", to="lead-police")
    assert not case.mails("step in", to="senior-police")
    step = await case.follow_to("returns-read")
    assert step.example["returns"]["police"] == 0
    await case.follow_to("partners-decided")


async def test_doncasters_edition_asks_for_returns_in_one_step(desk: Desk) -> None:
    """B-6 belongs to an edition: a case under Doncaster's is not bound by it."""
    case = await notified(desk)
    await case.follow_to("agency-returned", skip=["senior-officers-informed"])
    with pytest.raises(Refused, match="returns-in-one-step"):
        await case.says("agency-knew", agency="police", known=True, officer="Sample")
    assert not [step for step in await case.steps() if step.rel == "agency-knew"]


async def test_the_death_of_a_child_in_care_without_abuse_ends_with_the_notification_and_d2(desk: Desk) -> None:
    """B-1: D-1, D-2 and leaders told; no rapid review; concluded only when both authorities are told."""
    case = await notified(desk, edition=ENGLAND_2023, children=[IN_CARE], abuse_or_neglect="not-suspected")
    state = await case.state()
    assert state.stage is Stage.NOTIFICATION
    assert await status(case, "D-1") is Status.MET
    assert await status(case, "D-3") is Status.MET
    assert not {"D-4", "D-5", "D-7"} & set(state.deadlines)
    assert case.mails("no rapid review follows", to="officer-health")
    assert {step.rel for step in await case.steps() if step.needed} <= {"authority-told", "safety-steps-recorded"}
    with pytest.raises(Refused, match="no-rapid-review"):
        await case.says("scoping-meeting-arranged", starts_at="2026-03-07T10:00:00Z")
    await case.says("authority-told", by="dcs", authority="ofsted")
    assert (await case.state()).stage is Stage.NOTIFICATION
    await case.says("authority-told", by="dcs", authority="secretary-of-state")
    await case.quiet()
    assert (await case.state()).stage is Stage.NOTIFICATION  # while the steps for children's safety are missing (N-5)
    assert {step.rel for step in await case.steps() if step.needed} == {"safety-steps-recorded"}
    await case.says("safety-steps-recorded")
    await case.quiet()
    assert (await case.state()).stage is Stage.CONCLUDED


async def test_the_death_of_a_care_leaver_of_23_is_notified_and_no_rapid_review_follows(desk: Desk) -> None:
    """B-1, D-2, N-5: concluded when both authorities are told and the steps for children's safety are recorded."""
    case = await notified(desk, edition=ENGLAND_2023, children=[LEAVER], abuse_or_neglect="not-suspected")
    await case.quiet()
    assert (await case.state()).stage is Stage.NOTIFICATION
    assert await status(case, "D-3") is Status.MET
    assert not {"D-4", "D-5", "D-7"} & set((await case.state()).deadlines)
    assert {step.rel for step in await case.steps() if step.needed} == {"authority-told", "safety-steps-recorded"}
    await case.says("safety-steps-recorded")
    for authority in ("ofsted", "secretary-of-state"):
        assert (await case.state()).stage is Stage.NOTIFICATION
        await case.says("authority-told", by="dcs", authority=authority)
        await case.quiet()
        assert await status(case, f"D-2:{authority}") is Status.MET
    assert (await case.state()).stage is Stage.CONCLUDED


async def test_people_decide_the_kind_of_notification_and_a_correction_starts_the_rapid_review(desk: Desk) -> None:
    """B-1, X-2: advised one way, recorded another; put right, the rapid review runs from the notification."""
    case = await notified(desk, edition=ENGLAND_2023, children=[LEAVER], abuse_or_neglect="not-suspected")
    message = next(one for one in (await case.state()).entries if one.fact.kind == "panel-notified").reported.message
    right = {
        "kind": "panel-notified",
        "notified_by": "Chief Executive",
        "panel_reference": "SAMPLE-1",
        "notification": "death-or-serious-harm",
    }
    await case.says("corrected", corrects=message, right=right, reason="Sample: abuse is suspected after all.")
    await case.quiet()  # the run begins again
    await case.follow_to("scoping-meeting-held")
    assert await due(case, "D-7") == "2026-03-27 23:59:59"
    assert (await case.state()).stage is Stage.SCOPING


async def test_an_edition_that_does_not_know_a_kind_refuses_it(desk: Desk) -> None:
    """B-1: Doncaster's knows one kind of notification."""
    case = await desk.open()
    await case.follow_to("panel-notified")
    with pytest.raises(Refused, match="unknown-notification"):
        await case.says("panel-notified", notification="care-leaver-death")


async def test_a_withdrawn_notification_stops_its_clocks_which_say_so(desk: Desk) -> None:
    """B-2: with reasons and the Panel's agreement; those at work are told to stop."""
    case = await notified(desk)
    await case.follow_to("agency-returned", skip=["senior-officers-informed"])
    await case.quiet()
    await case.says("notification-withdrawn")
    await case.quiet()
    state = await case.state()
    assert state.stage is Stage.NOTIFICATION_WITHDRAWN
    assert not [deadline.id for deadline in state.deadlines.values() if deadline.open]
    assert state.deadlines["D-7"].stopped_why == "the notification was withdrawn with the Panel's agreement"
    assert state.deadlines["D-6:police"].stopped_why == "the notification was withdrawn with the Panel's agreement"
    assert case.mails("withdrawn", to="officer-police")
    with pytest.raises(Refused, match="case-ended"):
        await case.says("agency-returned", agency="police", nil=True, officer="Sample")


async def test_after_a_withdrawal_the_duties_for_a_child_in_care_run_on(desk: Desk) -> None:
    """B-2, N-4: D-2 does not hang on the notification; it fires after the run has begun again."""
    case = await notified(desk, edition=ENGLAND_2023, children=[IN_CARE])
    await case.says("notification-withdrawn")
    await case.until("2026-03-10 09:30")  # D-2 was due at the end of Monday 9 March
    assert case.told("deadline-passed", "D-2:ofsted")
    await case.says("authority-told", by="dcs", authority="ofsted")
    assert await status(case, "D-2:ofsted") is Status.LATE


async def test_a_live_case_moves_to_another_edition_as_a_recorded_act(desk: Desk, tmp_path: Path) -> None:
    """Editions: open deadlines are counted again, each move recorded; what was met stays; the new rules then hold."""
    case = await notified(desk)
    assert (await due(case, "D-4"))[:16] == "2026-03-08 16:00"  # at that minute
    edition = third(tmp_path)
    moved: dict[str, Any] = {"to": edition.id, "reason": "Sample: adopted.", "edition": edition.model_dump(mode="json")}
    await case.says("edition-moved", **moved)
    await case.quiet()
    assert await due(case, "D-4") == "2026-03-10 23:59:59"
    assert await due(case, "D-7") == "2026-03-24 23:59:59"  # from 27 March
    d7 = await case.deadline("D-7")
    assert d7.moves[0].why == "the case was moved from the edition doncaster-2018 to third-2026"
    assert d7.moves[0].was.astimezone(UTC) == datetime(2026, 3, 27, 23, 59, 59, tzinfo=UTC)
    assert (await case.deadline("D-1")).moves == []
    assert case.told("edition-moved")
    assert case.mails("another edition", to="officer-health")
    assert (await case.state()).edition == edition
    with pytest.raises(Refused, match="same-edition"):
        await case.says("edition-moved", **moved)
    await case.follow_to("partners-decided")


async def test_a_case_moved_to_an_edition_without_a_deadline_stops_it_and_can_still_be_read(desk: Desk) -> None:
    """Editions, B-6: from two steps to one."""
    case = await notified(desk, edition=ENGLAND_2023)
    await case.follow_to("agency-knew", skip=["senior-officers-informed"])
    await case.quiet()
    one_step = load_edition("doncaster-2018")
    await case.says("edition-moved", to=one_step.id, reason="Sample.", edition=one_step.model_dump(mode="json"))
    await case.quiet()
    deadline = await case.deadline("D-6-known:police")
    assert deadline.stopped_why == "the edition doncaster-2018 has no such deadline"
    assert await status(case, "D-6:police") is Status.OPEN
    await case.follow_to("partners-decided")


async def test_offices_are_called_as_the_edition_calls_them(desk: Desk) -> None:
    """B-11: a lead who has not delegated signs themselves; the edition says who, not the code."""
    case = await notified(desk, edition=ENGLAND_2023)
    assert "lead safeguarding partner" in case.mails("notified", to="officer-health")[-1].text.replace("\n", " ")
    await case.follow_to("sign-off-given", skip=["senior-officers-informed"])
    await case.quiet()
    mail = case.mails(to="officer-health")[-1]
    assert "lead safeguarding partner for health" in mail.text.replace("\n", " ")
    assert "accountable officer" not in mail.text.lower()


async def test_a_report_lacks_what_its_edition_requires_until_it_is_written(desk: Desk) -> None:
    """B-3: key practice episodes; race, disability and other inequality; the child's daily life."""
    case = await notified(desk, edition=ENGLAND_2023)
    step = await case.follow_to("report-drafted")
    report = {**step.example["report"], "inequality": ""}
    await case.says("report-drafted", report=report)
    with pytest.raises(Refused, match="draft-incomplete"):
        await case.tell(await case.fact("draft-sent-for-sign-off", {"version": 1}), people=["sbu-manager"])
    drafted = reads.drafts(await case.state())[-1]
    assert drafted.missing == ["What role race, disability and other inequality played"]
    await case.follow_to("sign-off-given")
    await case.quiet()
    made = max(key for key in case.desk.world.documents if key[:2] == (case.reference, "rapid-review"))
    page = as_text(case.desk.world.documents[made].content)
    assert "Key practice episodes" in page
    assert "daily life" in page
