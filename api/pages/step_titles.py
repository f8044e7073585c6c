"""What a step is called and where its form stands; and in words, what the step itself has filled in."""

import json
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from api.auth import Caller
from api.forms.words import sentence
from api.reading import Reading
from api.visibility import NextStepOut
from delivery.words import plain
from review.bodies import BODIES
from review.correctable import to_put_right
from review.facts import FACTS
from review.facts.directory import Role
from review.kit.notify import moment as short_moment
from review.next_steps import NextStep

_FOR_PROGRAMS = ("sha256", "content", "headings", "round", "kind")


def lead_of(rel: str) -> str:
    """What to do on a form, in a sentence or two."""
    return FACTS[rel].what_to_do


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


def step_path(reference: str, step: NextStep, steps: Sequence[NextStep]) -> str:
    """Where the form of a step stands. Several of one kind about one thing are told apart by their place."""
    alike = [one for one in steps if (one.rel, one.about) == (step.rel, step.about)]
    nth = next((number for number, one in enumerate(alike) if one is step), 0)
    query: Mapping[str, str] = {
        **({"about": step.about} if step.about else {}),
        **({"nth": str(nth)} if nth else {}),
    }
    return f"/cases/{reference}/steps/{step.rel}" + (f"?{urlencode(query)}" if query else "")


def entry_path(reference: str, rel: str, message: str) -> str:
    """Where the form stands by which one certain entry is put right."""
    return f"/cases/{reference}/steps/{rel}?{urlencode({'entry': message})}"


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
