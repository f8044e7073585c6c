"""The form of one step as a page: what was typed is read, tried by the API's own way in, and kept where it is refused.

It says nothing that `/v1` could not: the same body, the same checks, the same intake.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from api.auth import Caller
from api.deps import deps_of
from api.forms import Kind, Option, Question, Read, described, read
from api.forms.mistakes import mistakes, placed
from api.forms.question import offered
from api.forms.shown import DO, FIXED, ONCE, Shown, changed_rows
from api.forms.summary import summary
from api.input_checks import sound_body, sound_times
from api.intake import Outcome
from api.pages.layout import HEADERS, page
from api.pages.uploads import file_boxes, without_file
from api.problems import Problem, of_refusal, of_store_error
from review.facts import FACTS
from review.kit.refusals import Refusal
from store.errors import KeyReused, StoreError
from store.inbox import MessageStatus

CONFIRM, CHANGE = "confirm", "change"  # the buttons of the page on which answers are checked
SAVE, DISCARD = "save", "discard"  # the buttons of a draft
R = TypeVar("R")
Say = Callable[[Any, str], Awaitable[R]]  # a body, and the id of its message

_SENT_BEFORE = (
    "You have sent this form before, with other words, and what you sent first is recorded. "
    "To change that, correct the entry. To record this as well, send it again."
)


@dataclass
class Sheet:
    """A form of a class: what it is called, why it is filled in, and what the page around it needs."""

    model: type[BaseModel]
    title: str
    lead: str
    action: str  # where it is sent
    back: tuple[str, str]  # where the link at the top leads, and its words
    button: str = "Record"
    lists: Mapping[str, Sequence[Option]] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    due: Any = None
    right: type[BaseModel] | None = None
    final: str = ""  # why it cannot be undone; then the answers are checked first
    without: Sequence[str] = ()  # fields that are not asked here
    picked: Mapping[str, str] = field(default_factory=dict)  # fields whose answer is chosen from a list: which
    note: str = ""  # said on top, where somebody else was faster
    news: Sequence[str] = ()  # said on top, of files that were just sent
    saved: datetime | None = None  # when the draft that stands in it was saved
    meant: tuple[Any, Any, Any] | None = None  # children and family whom it is about, and where they live
    known: Sequence[Any] = ()  # what is known already, to be read first (api/pages/step_help.py)
    days: Mapping[date, str] = field(default_factory=dict)  # where D-7 runs: what each day is
    place: str = ""  # by which its draft is kept, where that is not where it is sent
    blank: str = ""  # where it stands without a draft, where that is not where it is sent
    frame: Mapping[str, Any] = field(default_factory=dict)

    @property
    def draft(self) -> str:
        """By which its draft is kept."""
        return self.place or self.action

    @property
    def takes_files(self) -> bool:
        return any(True for _ in file_boxes(self.questions))

    @property
    def questions(self) -> tuple[Question, ...]:
        asked = (one for one in described(self.model, self.right) if one.name not in self.without)
        picked = (
            replace(one, kind=Kind.PICK, picked=self.picked[one.name]) if one.name in self.picked else one
            for one in asked
        )
        return offered(picked, self.lists)


def shown(
    request: Request,
    sheet: Sheet,
    typed: dict[str, list[str]],
    *,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page with the form. `wrong` under an empty name is about the whole."""
    kept = typed | {ONCE: typed.get(ONCE) or [secrets.token_urlsafe(16)]}
    form = Shown(sheet.questions, kept, wrong or {}, sheet.lists, sheet.named, sheet.days)
    context = dict(sheet.frame) | {"sheet": sheet, "form": form, "summary": form.summary(), "whole": form.error("")}
    return page(request, "step.html", context, status=status)


async def by_button(request: Request, caller: Caller, sheet: Sheet, typed: dict[str, list[str]]) -> Response | None:
    """The form again, after a button by which nothing is said yet: a row more or less, back from the check, a draft
    saved or thrown away. `None` where the form is sent.
    """
    do = next(iter(typed.get(DO, [])), "")
    if do.startswith(("add:", "remove:")):
        return shown(request, sheet, changed_rows(sheet.questions, typed, do))
    if do.startswith("unfile:"):
        return shown(request, sheet, without_file(typed, do))
    if do == CHANGE:
        return shown(request, sheet, typed)
    if do == SAVE:
        return await _kept(request, caller, sheet, typed)
    if do == DISCARD:
        await dropped(request, caller, sheet)
        return RedirectResponse(sheet.blank or sheet.action, status_code=303, headers=HEADERS)
    return None


async def _kept(request: Request, caller: Caller, sheet: Sheet, typed: dict[str, list[str]]) -> Response:
    """The form with what was typed, which is kept for this person until it is sent."""
    deps = deps_of(request)
    now, said = deps.now(), {box: texts for box, texts in typed.items() if box not in (DO, ONCE)}
    await deps.store.drafts.save(caller.sub, sheet.draft, said, at=now)
    return shown(request, replace(sheet, saved=now), typed)


async def begun(
    request: Request, caller: Caller, sheet: Sheet, typed: dict[str, list[str]] | None = None
) -> tuple[Sheet, dict[str, list[str]]] | None:
    """The form with the draft that this person has of it; `None` where there is none, or it is about something else
    than what the step has filled in (`typed`).
    """
    draft = await deps_of(request).store.drafts.find(caller.sub, sheet.draft)
    fixed = (typed or {}).get(FIXED, [])
    if draft is None or any(draft.typed.get(box) != (typed or {}).get(box) for box in fixed):
        return None
    return replace(sheet, saved=draft.saved_at), draft.typed


async def dropped(request: Request, caller: Caller, sheet: Sheet) -> None:
    """The draft is needed no longer: it was sent, or thrown away."""
    await deps_of(request).store.drafts.drop(caller.sub, sheet.draft)


def right_of(typed: Mapping[str, list[str]]) -> type[BaseModel] | None:
    """Of a correction, the class of what is right, as the form carries it."""
    kind = next(iter(typed.get("right.kind", [])), "").strip('"')
    return FACTS.get(kind)


async def tried(request: Request, sheet: Sheet, typed: dict[str, list[str]], say: Say[R]) -> R | HTMLResponse:
    """What became of the body that was typed; or the page with what stands in the way."""
    found = read(sheet.questions, typed)
    kind = {"kind": sheet.model.model_fields["kind"].default} if "kind" in sheet.model.model_fields else {}
    try:
        body = sheet.model.model_validate(kind | found.body)
    except ValidationError as error:
        return shown(request, sheet, typed, wrong=mistakes(error, found), status=422)
    if found.wrong:
        return shown(request, sheet, typed, wrong=found.wrong, status=422)
    try:
        sound_body(found.body, in_earnest=not deps_of(request).settings.rehearsals)
        sound_times(body)
        if sheet.final and typed.get(DO) != [CONFIRM]:
            return _check(request, sheet, typed, found)
        outcome = await say(body, next(iter(typed.get(ONCE, [])), ""))
    except KeyReused:
        return shown(request, sheet, typed | {ONCE: []}, wrong={"": _SENT_BEFORE}, status=409)
    except StoreError as error:
        return _refused(request, sheet, typed, of_store_error(error))
    except Problem as problem:
        return _refused(request, sheet, typed, problem)
    except Refusal as refusal:
        return _refused(request, sheet, typed, of_refusal(refusal.as_dict()))
    if isinstance(outcome, Outcome) and outcome.status is MessageStatus.REFUSED:
        return _refused(request, sheet, typed, of_refusal(outcome.refusal or {}))
    return outcome


def _check(request: Request, sheet: Sheet, typed: dict[str, list[str]], found: Read) -> HTMLResponse:
    """What is about to be said, to be looked at before what cannot be undone. Nothing is recorded by it."""
    form = Shown(sheet.questions, typed, {}, sheet.lists, sheet.named, sheet.days)
    context = dict(sheet.frame) | {"sheet": sheet, "form": form, "lines": summary(form, found)}
    return page(request, "step-check.html", context)


def _refused(request: Request, sheet: Sheet, typed: dict[str, list[str]], problem: Problem) -> HTMLResponse:
    """The form again, with the refusal on top and beside the fields that it names."""
    fields = {one.field: one.detail for one in problem.errors}
    beside = placed(fields, read(sheet.questions, typed))
    whole = {} if problem.name == "invalid-request" and beside else {"": problem.detail}
    status = problem.status if problem.status < HTTPStatus.INTERNAL_SERVER_ERROR else HTTPStatus.CONFLICT
    return shown(request, sheet, typed, wrong=whole | beside, status=status)
