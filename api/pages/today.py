"""The page of today: what a unit opens in the morning. It says what `GET /v1/today` says, by date, case or person."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import READERS
from api.deps import Deps, deps_of
from api.forms.words import sentence
from api.pages.auth import frame, holding, of_problem, reader, writer
from api.pages.cases import REFERENCE
from api.pages.drafts import begun_forms
from api.pages.forms import fields
from api.pages.intake import message_id, say
from api.pages.layout import HEADERS, page, plain
from api.problems import Problem
from api.reads import DueOut
from api.timeline import ids_in, in_words
from api.today import SHOWN, DueSome, TodayOut, WaitingCase, today
from api.visibility import read
from calendar_rules.lengths import london
from delivery.naming import Namer, in_names, namer, who_owes
from delivery.today import due_words, on_day, waiting_for_others
from review.facts.any_stage import ReminderAsked
from review.facts.enums import Stage
from review.listed import WaitingRow
from review.protocol import STAGE_TITLES
from store.errors import StoreError
from store.inbox import MessageStatus
from store.morning import Wanted

OFTEN = {
    "daily": "Every working day",
    "weekly": "On the first working day of each week",
    "none": "Not at all",
}
BACK = [("Go back to Today", "/today")]
BY = {"date": "By date", "case": "By case", "person": "By person"}


@dataclass(frozen=True)
class Item:
    """One line: what, of which case, whose, when; and whether it is late."""

    what: str
    reference: str
    who: str
    when: str
    detail: str = ""
    late: bool = False
    counted: bool = False  # a day that was counted: the case says how
    remind: str | None = None  # the deadline of which those who owe it can be reminded


@dataclass(frozen=True)
class Section:
    """Lines under a heading: `many` are there in all, `more` leads to the rest."""

    id: str
    title: str
    many: int
    items: list[Item]
    more: str = ""
    bad: bool = False


def router() -> APIRouter:
    """`/today`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/today", show, methods=["GET"])
    routes.add_api_route("/today/reminders", remind, methods=["POST"])
    routes.add_api_route("/today/by-mail", by_mail, methods=["POST"])
    return routes


async def show(request: Request, by: str = "date", reminded: str = "") -> Response:
    """What is overdue, due today and this week, waited for, new, failed and unread.

    `reminded`: the case in which a reminder has just been sent.
    """
    caller = await holding(request, await reader(request), "What is due across cases", READERS)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    directory, found = await deps.store.directory.read(), await today(deps)
    name, by = namer(directory, whole=True), by if by in BY else "date"
    ids = ids_in(directory)
    sections, (drafts, many_drafts) = _sections(found, name, deps.now()), await begun_forms(request, caller)
    context = around | {
        "by": by,
        "drafts": drafts,
        "many_drafts": many_drafts,
        "ways": BY,
        "found": found,
        "counts": _counts(found),
        "sections": sections if by == "date" else _grouped(sections, by),
        "news": [(one, in_words(one.line, ids, name)) for one in found.new.items],
        "since": _since(found),
        "name": name,
        "to_read": await _replies(deps) if around["replies"] else [],
        "reminds": caller.holds(*ReminderAsked.may_report),
        "reminded": reminded if REFERENCE.fullmatch(reminded) else "",
        "once": secrets.token_urlsafe(9),
        "often": [{"value": id, "text": words} for id, words in OFTEN.items()],
        "chosen": (await deps.store.morning_mail.wanted()).get(caller.sub, Wanted.NONE).name.lower(),
    }
    return page(request, "today.html", context)


async def by_mail(request: Request) -> Response:
    """How often who has signed in wants this by mail, from now on."""
    caller = await holding(request, await writer(request), "Today by email", READERS)
    if isinstance(caller, Response):
        return caller
    often = (await fields(request)).get("often", "")
    if often not in OFTEN:
        return of_problem(request, Problem("not-found"), await frame(request, caller))
    await deps_of(request).store.morning_mail.choose(caller.sub, Wanted[often.upper()])
    return RedirectResponse("/today#by-mail", status_code=303, headers=HEADERS)


async def remind(request: Request) -> Response:
    """Remind those whom a deadline of a case waits for, and lead back to Today; or say what stands in the way."""
    caller = await holding(request, await writer(request), "Sending a reminder", ReminderAsked.may_report)
    if isinstance(caller, Response):
        return caller
    deps, sent = deps_of(request), await fields(request)
    reference, deadline = sent.get("reference", ""), sent.get("deadline", "")
    try:
        if not REFERENCE.fullmatch(reference) or not deadline:
            raise Problem("not-found")
        await read(deps, reference)
        key = message_id("remind", reference, deadline, caller.sub, sent.get("once", ""))
        body = ReminderAsked(deadline=deadline[:200])
        outcome = await say(deps, reference, body, message=key, by=caller.speaker)
    except (Problem, StoreError) as no:
        problem = no if isinstance(no, Problem) else Problem("not-ready", str(no))
        return of_problem(request, problem, await frame(request, caller))
    if outcome.status is MessageStatus.REFUSED:
        why = str((outcome.refusal or {}).get("detail", ""))
        around = await frame(request, caller)
        return plain(request, "No reminder was sent", why, status=409, frame=around, onward=BACK)
    return RedirectResponse(f"/today?reminded={reference}#waiting", status_code=303, headers=HEADERS)


async def _replies(deps: Deps) -> list[dict[str, Any]]:
    """Mails that came in and that a person has to read, reports that an email was not delivered among them."""
    return [
        {"at": one.received_at, "what": one.found.get("what") or one.found.get("subject"), "why": one.found.get("why")}
        for one in await deps.store.replies.open(limit=SHOWN)
    ]


def _counts(found: TodayOut) -> list[tuple[str, int, str, bool]]:
    """Where each count leads, how many, what of, and whether it is bad news."""
    return [
        ("overdue", found.overdue.count, "Overdue", True),
        ("due-today", found.due_today.count, "Due today", False),
        ("this-week", found.due_this_week.count, "Due this week", False),
        ("waiting", found.waiting_for_others.count, "Cases waiting for others", False),
        ("new", found.new.count, f"New since {_since(found)}", False),
        ("mail", found.failed_mails.count, "Failed email", True),
        ("unread", found.unread_returns.count, "Unread returns", False),
    ]


def _sections(found: TodayOut, name: Namer, now: datetime) -> list[Section]:
    def due(some: DueSome) -> list[Item]:
        return [_due(one, name, now) for one in some.items]

    waiting = [line for one in found.waiting_for_others.items for line in _waiting(one, name)]
    return [
        _section("overdue", "Overdue", found.overdue, due(found.overdue), "/cases?show=overdue&sort=due", bad=True),
        _section("due-today", "Due today", found.due_today, due(found.due_today), "/cases?sort=due"),
        _section("this-week", "Due this week", found.due_this_week, due(found.due_this_week), "/cases?sort=due"),
        Section(
            "waiting",
            "Cases waiting for others",
            found.waiting_for_others.count,
            waiting,
            "/cases?sort=due" if found.waiting_for_others.count > len(found.waiting_for_others.items) else "",
        ),
    ]


def _section(id: str, title: str, some: DueSome, items: list[Item], more: str, *, bad: bool = False) -> Section:
    return Section(id, title, some.count, items, more if some.count > len(items) else "", bad=bad and some.count > 0)


def _grouped(sections: list[Section], by: str) -> list[Section]:
    """The same lines under each case, or under each who owes them; what is most pressing first."""
    found: dict[str, list[Item]] = {}
    for section in sections:
        for item in section.items:
            found.setdefault(item.reference if by == "case" else item.who, []).append(item)
    return [
        Section(f"group-{number}", sentence(key), len(items), items, bad=any(one.late for one in items))
        for number, (key, items) in enumerate(found.items())
    ]


def _due(one: DueOut, name: Namer, now: datetime) -> Item:
    said = due_words(one.deadline, one.deadline.slack_working_days or 0, name, now)
    return Item(said.what, one.reference, said.who, said.when, said.detail, late=said.late, counted=True)


def _waiting(one: WaitingCase, name: Namer) -> list[Item]:
    """What a case waits for from others; what the Business Unit itself is to do stands not among it."""
    due = f"next due {on_day(one.next_deadline_at)}" if one.next_deadline_at else ""
    stage = STAGE_TITLES[Stage(one.stage)]
    return [
        Item(in_names(row.what, row.agency, name), one.reference, _whose(row, name), stage, due, remind=row.remind)
        for row in waiting_for_others(one.waiting)
    ]


def _whose(row: WaitingRow, name: Namer) -> str:
    return name(row.agency) if row.agency else who_owes(row, name)


def _since(found: TodayOut) -> str:
    since = london(found.new.since).date()
    return "yesterday" if (found.day - since).days == 1 else f"{since:%A}"
