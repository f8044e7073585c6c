"""What a step is called and where its form stands; and in words, what the step itself has filled in."""

import inspect
import json
import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from api.auth import Caller
from api.forms.words import sentence
from api.reading import Reading
from api.visibility import NextStepOut
from delivery.naming import in_names
from delivery.words import plain
from review.bodies import BODIES
from review.correctable import to_put_right
from review.facts import FACTS
from review.facts.directory import Partner, Role
from review.kit.notify import moment as short_moment
from review.next_steps import NextStep
from review.views import WaitingFor

_ID = re.compile(r"(?<![\w-])[a-z0-9]+(?:-[a-z0-9]+)+(?![\w-])")  # with a hyphen: what no ordinary word is
_FOR_PROGRAMS = ("sha256", "content", "headings", "round", "kind")


def agency_of(one: WaitingFor | NextStep) -> str | None:
    """The agency that a step is about; a partner, for which an officer signs, can bear the same id."""
    return None if {Role.ACCOUNTABLE_OFFICER, Role.DEPUTY} & set(one.roles) else one.about


def lead_of(rel: str) -> str:
    """What a form is for, in a sentence or two."""
    return FACTS[rel].what_to_do or inspect.cleandoc(FACTS[rel].__doc__ or "")


def final_of(rel: str) -> str:
    """Why this cannot be undone once it is recorded, in sentences; empty where it can. Of a paper a newer version can
    always be sent.
    """
    fact = FACTS[rel]
    if fact.goes_out:
        return f"This cannot be called back: {fact.goes_out}."
    if fact.instead_of_correcting and BODIES[rel] is fact:
        instead = fact.instead_of_correcting
        return f"Once recorded, this can be neither corrected nor taken back. If it is wrong: {instead}."
    if fact.not_taken_back:
        return f"Once recorded, this cannot be taken back: {fact.not_taken_back}. What is wrong in it can be corrected."
    return ""


def may_take(step: NextStepOut, caller: Caller) -> bool:
    """Whether the form of a step is open: to those whose step it is, and to the Business Unit that may record it."""
    return step.yours or (caller.holds(Role.BUSINESS_UNIT) and Role.BUSINESS_UNIT in step.roles)


def titled(one: WaitingFor | NextStep, name: Callable[[str], str]) -> str:
    """A step's title, or what is waited for, with names in place of ids: of what it is about, and of anybody else."""
    about = agency_of(one) or (one.about if one.about not in set(Partner) else None)
    title = in_names(one.what if isinstance(one, WaitingFor) else one.title, about, name)
    return _ID.sub(lambda found: name(found.group()), title)


def step_path(reference: str, step: NextStep, steps: Sequence[NextStep]) -> str:
    """Where the form of a step stands. Several of one kind about one thing are told apart by their place."""
    alike = [one for one in steps if (one.rel, one.about) == (step.rel, step.about)]
    nth = next((number for number, one in enumerate(alike) if one is step), 0)
    query: Mapping[str, str] = {
        **({"about": step.about} if step.about else {}),
        **({"nth": str(nth)} if nth else {}),
    }
    return f"/cases/{reference}/steps/{step.rel}" + (f"?{urlencode(query)}" if query else "")


def carried_in_words(box: str, text: str, reading: Reading, name: Callable[[str], str]) -> str:
    """What stands in a box that the step has filled in; empty where it says nothing to a person."""
    field = box.rpartition(".")[2]
    if field in _FOR_PROGRAMS:
        return ""
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    if field in ("corrects", "takes_back"):
        entry = to_put_right(reading.case, str(value))
        return f"{entry.fact.title}, {short_moment(entry.happened_at)}" if entry else ""
    if isinstance(value, dict):
        return "; ".join(f"{name(key)}: {f'version {one}' if one else 'nil return'}" for key, one in value.items())
    called = name(str(value))
    words = called if called != str(value) else plain(str(value))
    return sentence(words)
