"""Forms that somebody has begun and not sent: a line for each, with the way back to it."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import NamedTuple

from fastapi import Request

from api.auth import READERS, Caller
from api.called import called, titled
from api.deps import Deps, deps_of
from api.facts import title_of
from api.forms.steps import STEPS
from api.pages.entries import KINDS
from api.pages.entries import PATH as ENTRIES
from api.pages.new_case import TITLES
from api.pages.owing import namer
from api.pages.step_titles import carried_in_words, entry_path, step_path
from api.problems import Problem
from api.visibility import own_agencies, read, seen
from review.facts.directory import Directory
from review.links import directory_with

SHOWN = 10
_Kept = tuple[str, datetime]  # where a draft stands, and when it was saved


class BegunForm(NamedTuple):
    """A form with what somebody has typed into it. `over`: its step is not open any more."""

    what: str
    href: str
    saved_at: datetime
    reference: str = ""
    over: bool = False


async def begun_forms(request: Request, caller: Caller) -> tuple[list[BegunForm], int]:
    """The forms that this person saved last, the latest first; and how many drafts they have in all."""
    deps = deps_of(request)
    kept = await deps.store.drafts.of(caller.sub)
    directory = await deps.store.directory.read()
    cases: dict[str, list[_Kept]] = {}
    found = []
    for place, at in kept[:SHOWN]:
        if reference := _case_of(place):
            cases.setdefault(reference, []).append((place, at))
        elif what := _elsewhere(place, directory):
            found.append(BegunForm(what, place, at))
    for reference, some in cases.items():
        found += [one async for one in _of_case(deps, caller, reference, some)]
    return sorted(found, key=lambda one: one.saved_at, reverse=True), len(kept)


def _case_of(place: str) -> str:
    """The case whose step a form is of."""
    _, cases, reference, *rest = [*place.split("/"), "", "", ""]
    return reference if cases == "cases" and rest[0] == "steps" else ""


def _elsewhere(place: str, directory: Directory) -> str:
    """What a form is called that is of no case; empty where there is none such."""
    start, _, last = place.rpartition("/")
    if start == "/cases/new":
        return TITLES.get(last, "")
    for kind, known in KINDS.items():
        path = ENTRIES.format(kind=kind)
        if place == path:
            return f"Add {known.called}"
        entry = next((one for one in known.among(directory) if place == f"{path}/{one.id}"), None)
        if entry:
            return f"Change the entry of {entry.name}"
    return ""


async def _of_case(deps: Deps, caller: Caller, reference: str, kept: Sequence[_Kept]) -> AsyncIterator[BegunForm]:
    try:
        reading = await read(deps, reference)
        view = await seen(deps, caller, reading)
    except Problem:  # not theirs to see any more
        return
    directory = directory_with(reading.case, await deps.store.directory.read())
    whole = caller.holds(*READERS)
    own = () if whole else await own_agencies(deps, caller, reading.case)
    name, steps = called(view, namer(directory, whole=whole, own=own)), list(getattr(view, "next_steps", []))
    for place, at in kept:
        path, _, entry = place.replace('"', "").partition("#")  # the form carries the entry's id as JSON
        rel = path.partition("?")[0].rpartition("/")[2]
        if rel not in STEPS:
            continue
        step = next((one for one in steps if step_path(reference, one, steps) == path), None)
        what = titled(step, name) if step else title_of(rel)
        about = carried_in_words("corrects", entry, reading, name) if entry else ""
        href = entry_path(reference, rel, entry) if entry else path
        yield BegunForm(f"{what}: {about}" if about else what, href, at, reference, over=step is None)
