"""A store with many cases, made without Temporal: the cases stand as their workflows would have written them.

Four cases at different stages are carried there by the rules themselves and then copied, each with a reference and an
opening of its own. What is measured over them reads the store and nothing else.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from api.opening import sample_now
from calendar_rules.edition import load_edition
from calendar_rules.england import england
from calendar_rules.notifying import HEADS
from crg.embedded.sample import sample_partnership
from review.case.state import CaseState
from review.check import validate_fact
from review.facts import Fact, Reported, Speaker
from review.facts.enums import Stage, View
from review.facts.follow_up import ActionSet
from review.facts.notification import IncidentReported, PanelNotified, PartnerViewGiven
from review.facts.rapid_review import ReturnsRequested, ScopingMeetingHeld
from review.kit.changes import enter
from review.kit.deadlines import start
from review.moment import Moment, Patcher, moment
from review.open_case import calendar_years, open_case
from review.take import apply_fact
from store import Store

AGENCIES = ["police", "hospital"]
LEFT_OUT = ["childrens-services", "primary-care", "education"]
SBU = Speaker(people=["sbu-manager"], roles=["business-unit"])
APART = timedelta(hours=3)  # between two openings
TOGETHER = 10


async def seed(store: Store, cases: int) -> None:
    """So many live cases in an empty store, with the sample partnership."""
    now = datetime.now(UTC)
    await store.migrate()
    if not (await store.directory.read()).people:
        await store.directory.replace(sample_partnership(), by="system", at=now)
    new = copies(cases, now)
    while some := list(islice(new, TOGETHER)):
        await asyncio.gather(*(store.cases.open(one, written_at=now) for one in some))


def copies(cases: int, now: datetime) -> Iterator[Moment]:
    """So many cases, each as one moment that holds all of it; without a record."""
    made = (_opened(now), _asked(now), _with_actions(now, 3), _with_actions(now, 1))
    originals = [moment(case, Patcher(), now, whole=True).model_dump(mode="json") for case in made]
    for number in range(cases):
        original = originals[number % len(originals)]
        reference = f"CR-{now.year}-{number + 1:03d}"
        patch, opened_at = original["patch"], now - APART * number
        line = {"now": patch["listed"]["line"]["now"] | {"opened_at": opened_at.isoformat()}, "whole": True}
        changed = {
            "parts": patch["parts"] | {"reference": reference},
            "listed": patch["listed"] | {"line": line},
            "children": [f"child-{number}"],
        }
        yield Moment.model_validate(original | {"reference": reference, "rows": [], "patch": patch | changed})


def _opened(now: datetime) -> CaseState:
    years = calendar_years(now)
    return open_case(
        "CR-0",
        _said(IncidentReported.model_validate(sample_now()), now),
        edition=load_edition("doncaster-2018"),
        calendar=england(*years),
        cast=sample_partnership().model_copy(update={"version": 1}).cast(),
        partnership="Sample Partnership",
        now=now,
    )


def _asked(now: datetime) -> CaseState:
    """A case in which two agencies are asked for a return."""
    case = _opened(now)
    for viewer in HEADS:
        _take(case, PartnerViewGiven(officer=viewer, view=View.NOTIFY, reasons=PartnerViewGiven.sample["reasons"]), now)
    _take(case, PanelNotified.model_validate(PanelNotified.sample), now)
    start(case, "D-7", now, since=now)
    scoping: dict[str, Any] = {
        "attended": ["crg-chair"],
        "case_details_confirmed": True,
        "scope": ScopingMeetingHeld.sample["scope"],
    }
    scoping |= {"agencies": AGENCIES, "left_out": [{"agency": one, "reason": "Sample."} for one in LEFT_OUT]}
    _take(case, ScopingMeetingHeld(**scoping, rapid_review_meeting_at=now + timedelta(days=9)), now)
    _take(case, ReturnsRequested(), now)
    for agency in AGENCIES:
        case.requests[agency] = now
        start(case, "D-6", now, since=now, subject=agency, title=f"Return of {agency}")
    for stage in (Stage.NOTIFICATION, Stage.SCOPING, Stage.REQUEST, Stage.RETURNS):
        enter(case, stage, now)
    return case


def _with_actions(now: datetime, actions: int) -> CaseState:
    case = _asked(now)
    for number in range(actions):
        given = {
            "action": f"action-{number + 1}",
            "what": ActionSet.sample["what"],
            "outcome": ActionSet.sample["outcome"],
        }
        _take(case, ActionSet(**given, owner="lead-police", agency="police", due_date=_in(now, 30 + number)), now)
    return case


def _in(now: datetime, days: int) -> date:
    return (now + timedelta(days=days)).date()


def _take(case: CaseState, fact: Fact, now: datetime) -> None:
    reported = _said(fact, now, len(case.entries))
    validate_fact(case, reported, now)
    apply_fact(case, reported, now)


def _said(fact: Any, now: datetime, number: int = 0) -> Reported:
    return Reported(message=f"seed-{number}", by=SBU, recorded_at=now, fact=fact)
