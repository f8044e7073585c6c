"""Scenes whose histories are recorded: together they walk every branch. Run as a module to record them."""

import asyncio
import gzip
import json
import os
import sys
import traceback
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import worker
from calendar_rules.edition import load_edition
from crg.embedded.sample import sample_partnership
from review.facts.directory import Directory, Person, Role
from review.facts.enums import Stage
from settings import load_settings
from store.meeting import MeetingRecord
from tests.workflows.conftest import KEYRING, dev_server
from tests.workflows.desk import Case, Desk
from tests.workflows.gathering import Gathering
from tests.workflows.world import World, activities_of, london

HISTORIES = Path(__file__).parent / "histories"


async def on_time(desk: Desk) -> Case:
    """Everything in its time, to the decision for a practice review."""
    case = await desk.open()
    await case.follow_to_stage(Stage.PRACTICE_REVIEW)
    await case.quiet()
    return case


async def late_redraft_deputy(desk: Desk) -> Case:
    """Late, missing and added agencies, a redraft, a deputy, the Panel asks for more, a holiday is proclaimed."""
    case = await desk.open()
    await case.follow_to("returns-requested")
    await case.says("returns-requested")
    await case.quiet()
    await case.says("agency-added", agency="probation", reason="Sample.")
    for agency in ("childrens-services", "education", "hospital", "probation"):
        await case.says("agency-returned", agency=agency)
    holiday = {"day": "2026-03-11", "why": "Sample holiday", "kind": "proclaimed"}
    await case.tell(await case.fact("calendar-changed", {"days": [holiday]}), people=["sbu-manager"])
    await case.until("2026-03-10 12:00")
    await case.says("agency-returned", agency="primary-care")
    moved = "2026-03-12T10:00:00+00:00"
    await case.says("rapid-review-meeting-moved", starts_at=moved, reason="Sample.")
    await case.until("2026-03-12 10:30")
    await case.says("rapid-review-meeting-held")
    await case.follow_to("sign-off-given", skip=["agency-returned", "senior-officers-informed"])
    await case.quiet()
    await case.says(
        "sign-off-given", by="officer-health", officer="officer-health", verdict="send-back", comments="Sample."
    )
    await case.follow_to("draft-sent-for-sign-off", skip=["agency-returned", "senior-officers-informed"])
    await case.says("draft-sent-for-sign-off", version=2)
    await case.quiet()
    await case.until("2026-03-16 10:00")  # a Monday: over the weekend no deputy is asked
    await case.says("sign-off-given", by="deputy-health", officer="deputy-health")
    await case.follow_to("panel-acknowledged", skip=["agency-returned", "senior-officers-informed"])
    await case.says("panel-acknowledged", meeting_date="2026-03-19")
    await case.says("panel-responded", response="asks-for-more")
    await case.says("panel-answered", meeting_date="2026-04-09")
    await case.until("2026-04-24 10:00")
    await case.says("panel-responded", response="disagrees")
    await case.follow_to_stage(Stage.PRACTICE_REVIEW)
    await case.quiet()
    return case


async def differ_then_refuse(desk: Desk) -> Case:
    """DCS and Chief Executive differ, then both say no; a child in care died."""
    child = {"child_id": "child-a", "name": "Sample Child", "harm": "died", "in_care": True}
    case = await desk.open(children=[child])
    await case.says("partner-view-given", by="dcs", officer="dcs", view="notify")
    await case.says("partner-view-given", by="chief-executive", officer="chief-executive", view="do-not-notify")
    await case.until("2026-03-05 12:00")
    await case.says("partner-view-given", by="dcs", officer="dcs", view="do-not-notify")
    await case.says("not-notified-decided", outcome="close", reasons="Sample.")
    await case.says("authority-told", by="dcs", authority="ofsted")
    await case.until("2026-03-11 12:00")
    return case


async def paused_cancelled_withdrawn(desk: Desk) -> Case:
    """Paused and resumed, a cancellation refused, a correction, then withdrawn."""
    case = await desk.open()
    await case.follow_to("agency-returned", skip=["senior-officers-informed"])
    await case.quiet()
    await case.says("case-paused")
    await case.handle.cancel()
    await case.passes(days=3)
    await case.says("case-resumed")
    await case.says("corrected")
    await case.quiet()
    await case.says("case-withdrawn")
    await case.quiet()
    return case


async def continued_as_new(desk: Desk) -> Case:
    """The second run of a case: begun again from its state in the middle of the sign-off."""
    case = await desk.open()
    await case.follow_to("sign-off-given")
    await case.quiet()
    await case.request_continue_as_new()
    await asyncio.sleep(0.5)
    await case.quiet()
    await case.follow_to_stage(Stage.PRACTICE_REVIEW)
    await case.quiet()
    return case


async def to_its_end(case: Case) -> Case:
    await case.follow_to_stage(Stage.CONCLUDED)
    await case.quiet()
    return case


async def to_the_last_action(desk: Desk) -> Case:
    """From the incident through the practice review to its last action closed."""
    return await to_its_end(await desk.open())


async def referral_learning_review(desk: Desk) -> Case:
    """A referral that becomes a learning review, to its end."""
    return await to_its_end(await desk.refer())


async def information_request(desk: Desk) -> Case:
    """Another partnership's request, gathered, supplied, concluded."""
    return await to_its_end(await desk.ask())


async def advance_copies(desk: Desk) -> Case:
    """Under england-2023, up to the planned day: a milestone passes, touch points, a copy refused and sent again."""
    case = await desk.open(edition=load_edition("england-2023"))
    await case.follow_to("review-drafted")
    milestone = (await case.now()).date() + timedelta(days=10)
    await case.says("milestone-set", milestone="passed", planned_date=milestone.isoformat())
    await case.passes(days=12)
    await case.follow_to("publication-planned")
    day = (await case.now()).date() + timedelta(days=20)
    await case.says("publication-planned", publication_date=day.isoformat())
    address = next(person.email for person in desk.world.directory.people if person.id == "ofsted")
    desk.world.refuses.add(address)
    for one in ("panel", "secretary-of-state", "ofsted"):
        await case.says("advance-copy-sent", recipient=one)
    await case.quiet()
    desk.world.refuses.discard(address)
    await case.says("duty-retried", duty=next(iter((await case.state()).failed)))
    await case.until(f"{day} 12:00")
    return case


async def information_reopened(desk: Desk) -> Case:
    """A request wanted by a day that passes, supplied without a return that comes late, concluded, opened again."""
    case = await desk.ask(wanted_by="2026-03-10")
    await case.says("agencies-asked", agencies=["police", "hospital", "housing"])
    await case.quiet()
    await case.says("concern-escalated", concern="concern-1")
    await case.says("agency-returned", by="lead-police", agency="police")
    await case.until("2026-03-11 10:00")
    await case.says("information-supplied")
    await case.says("agency-returned", by="lead-hospital", agency="hospital")
    await case.quiet()
    await case.says("information-supplied")
    await case.says("concern-answered", concern="concern-1")
    await case.says("information-request-concluded")
    await case.passes(days=1)
    await case.says("case-reopened")
    await case.quiet()
    await case.follow_to_stage(Stage.CONCLUDED)
    await case.quiet()
    return case


async def learning_review_reopened(desk: Desk) -> Case:
    """Findings wanted by a day, a review that ends without action, opened again and agreed again."""
    case = await desk.refer()
    await case.follow_to("learning-terms-set")
    await case.says("learning-terms-set", findings_by="2026-03-13")
    await case.follow_to_stage(Stage.DISSEMINATION)
    await case.says("learning-disseminated")
    await case.says("no-action-needed")
    await case.follow_to_stage(Stage.CONCLUDED)  # by itself
    await case.passes(days=1)
    await case.says("case-reopened")
    await case.quiet()
    await case.follow_to_stage(Stage.CONCLUDED)
    await case.quiet()
    return case


async def crg_meeting(desk: Desk) -> Gathering:
    """A meeting of the CRG is called, moved, its agenda sent, one member replaced by another, and cancelled (G-2)."""
    crg = len(of_the_crg(desk))
    meeting = await Gathering.call(desk, london("2030-05-09 10:00"))
    await meeting.mails(crg)
    await meeting.changes(starts_at=london("2030-05-16 10:00"))
    await meeting.mails(crg)
    await meeting.until(london("2030-05-09 12:00"))
    await meeting.mails(crg)
    before = desk.world.directory
    try:
        desk.world.directory = with_another_member(before)
        await meeting.changes()
        await meeting.mails(3)  # to the one who left; the new one is invited, and has the agenda
        await meeting.changes(cancelled_at=london("2030-05-13 10:00"))
        await meeting.mails(crg)
        await meeting.handle.result()
    finally:
        desk.world.directory = before
    return meeting


def of_the_crg(desk: Desk) -> list[Person]:
    return [who for who in desk.world.directory.people if {Role.CRG_CHAIR, Role.CRG_MEMBER} & set(who.roles)]


def with_another_member(directory: Directory) -> Directory:
    """The last member has left, and somebody else is one."""
    last = [who for who in directory.people if Role.CRG_MEMBER in who.roles][-1]
    new = last.model_copy(update={"id": "crg-newly-joined", "email": "crg-newly-joined@sample-partnership.example.org"})
    people = [who.model_copy(update={"active": False}) if who is last else who for who in directory.people]
    return directory.model_copy(update={"people": [*people, new]})


async def put_right(desk: Desk) -> Case:
    """A notification taken back and given again, a pause taken back, a covering letter with its words corrected."""
    case = await desk.open()
    await case.follow_to("panel-notified")
    await case.says("panel-notified", message="first-notification")
    await case.quiet()
    await case.says("taken-back", takes_back="first-notification", reason="Sample.")
    await case.quiet()
    await case.says("panel-notified")
    await case.quiet()
    await case.says("case-paused", message="the-pause")
    await case.quiet()
    await case.says("taken-back", takes_back="the-pause", reason="Sample.")
    await case.follow_to("submitted-to-panel")
    await case.says("submitted-to-panel", message="the-submission")
    await case.quiet()
    reported = next(one.fact for one in (await case.state()).entries if one.reported.message == "the-submission")
    right = reported.model_dump(mode="json") | {"covering_letter": "Sample: the right words."}
    await case.says("corrected", corrects="the-submission", right=right, reason="Sample.")
    await case.quiet()
    return case


async def considered_again(desk: Desk) -> Case:
    """A referral that ends without action, opened again: the CRG's time runs again, and passes."""
    case = await desk.refer()
    await case.says("crg-considered", outcome="no-further-action")
    await case.follow_to_stage(Stage.CONCLUDED)
    await case.says("case-reopened")
    await case.passes(days=35)
    return case


async def early_comment(desk: Desk) -> Case:
    """Early comment as a round: an answer, a deputy asked, an escalation, none to add, then sent again and closed."""
    case = await desk.open()
    await case.follow_to("early-comment-sought")
    await case.says("early-comment-sought")
    await case.quiet()
    await case.says("early-comment-given", by="officer-police", officer="officer-police")
    await case.passes(hours=74)
    fact = {"officer": "deputy-health", "comments": "", "nothing_to_add": True}
    await case.tell(await case.fact("early-comment-given", fact), people=["deputy-health"])
    await case.says("early-comment-closed")
    await case.follow_to("final-draft-sent")
    await case.says("final-draft-sent")
    await case.quiet()
    return case


async def another_is_contracted(case: Case) -> None:
    """The next reviewer is proposed, signed off and given a contract."""
    await case.says("candidate-entered", candidate="candidate-9", name="Sample Reviewer Nine", day_rate=500)
    await case.follow_to("selection-proposed")
    await case.says("selection-proposed", candidate="candidate-9")
    await case.follow_to("contract-issued")
    await case.says("contract-issued")
    await case.quiet()


async def second_reviewer(desk: Desk) -> Case:
    """A conflict becomes known in the work: the contract ends, another is selected and given a contract."""
    case = await desk.open()
    await case.follow_to("milestone-set")
    await case.says("conflict-declared")
    await case.says("contract-ended")
    await another_is_contracted(case)
    return case


async def at_rest(desk: Desk) -> Case:
    """A case waits for its last action and a sub-group's answer, in a run begun for that: overdue, reminded, over."""
    case = await desk.refer()
    await case.follow_to("findings-handed-over", skip=["action-set"])
    await case.says("findings-handed-over")
    await case.says("learning-disseminated")
    await case.says("action-set", action="overdue-already", due_date="2026-02-27")
    await case.says("action-set", action="to-come", due_date="2026-06-30")
    await case.passes(days=40)
    await case.follow_to_stage(Stage.CONCLUDED)
    await case.quiet()
    return case


async def parted(desk: Desk) -> Case:
    """A referral is merged with another case by mistake, opened again, and merged once more."""
    case, other = await desk.refer(), await desk.refer()
    await case.says("case-merged", into=other.reference, carried=[])
    await case.quiet()
    await case.says("case-reopened")
    await case.quiet()
    await case.says("case-merged", into=other.reference, carried=[])
    await case.quiet()
    return case


async def meeting_unrecorded(desk: Desk) -> Gathering:
    """A meeting of the CRG that nobody records: the Business Unit is reminded once; then it is recorded (G-2)."""
    crg = len(of_the_crg(desk))
    meeting = await Gathering.call(desk, london("2031-07-04 10:00"))
    await meeting.mails(crg)
    await meeting.until(london("2031-07-04 18:00"))
    await meeting.mails(crg)
    await meeting.until(london("2031-07-09 18:00"))
    await meeting.mails(len([who for who in desk.world.directory.people if Role.BUSINESS_UNIT in who.roles]))
    await meeting.changes(held_at=london("2031-07-09 18:00"), record=MeetingRecord(attended=["crg-chair"], agenda={}))
    await meeting.handle.result()
    return meeting


SCENES: dict[str, Callable[[Desk], Awaitable[Case | Gathering]]] = {
    "on-time": on_time,
    "late-redraft-deputy": late_redraft_deputy,
    "differ-then-refuse": differ_then_refuse,
    "paused-cancelled-withdrawn": paused_cancelled_withdrawn,
    "begun-again": continued_as_new,
    "to-the-last-action": to_the_last_action,
    "referral-learning-review": referral_learning_review,
    "information-request": information_request,
    "information-reopened": information_reopened,
    "learning-review-reopened": learning_review_reopened,
    "advance-copies": advance_copies,
    "crg-meeting": crg_meeting,
    "put-right": put_right,
    "considered-again": considered_again,
    "early-comment": early_comment,
    "second-reviewer": second_reviewer,
    "at-rest": at_rest,
    "parted": parted,
    "meeting-unrecorded": meeting_unrecorded,
}


async def record(wanted: list[str]) -> None:
    """Record the scenes that are named, or all of them; a file that is there is written over."""
    if unknown := sorted(set(wanted) - set(SCENES)):
        raise SystemExit(f"no such scene: {', '.join(unknown)}. There are: {', '.join(SCENES)}")
    async with await dev_server() as server:
        world, settings = World(sample_partnership()), load_settings(task_queue="record")
        async with worker.working(server.client, settings, activities_of(world, KEYRING)):
            desk = Desk(server, world, "record")
            for name, scene in SCENES.items():
                if wanted and name not in wanted:
                    continue
                file = HISTORIES / f"{name}.json.gz"
                case = await scene(desk)
                history = await case.handle.fetch_history()
                data = json.dumps({"workflow_id": case.reference, "history": history.to_json_dict()}).encode()
                file.write_bytes(gzip.compress(data, 9, mtime=0))
                print(f"{name}: {len(history.events)} events, {file.stat().st_size // 1024} KiB", flush=True)


if __name__ == "__main__":
    code = 0
    try:
        asyncio.run(record(sys.argv[1:]))
    except Exception:  # noqa: BLE001  # told below, with its exit code
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    os._exit(code)  # a process that used temporalio sometimes aborts at its very end
