"""What a step is called and where its form stands; and in words, what the step itself has filled in."""

import inspect
import json
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

_FOR_PROGRAMS = ("sha256", "content", "headings", "round", "kind")


def agency_of(one: WaitingFor | NextStep) -> str | None:
    """The agency that a step is about; a partner, for which an officer signs, can bear the same id."""
    return None if {Role.ACCOUNTABLE_OFFICER, Role.DEPUTY} & set(one.roles) else one.about


# What a form is for, where the docstring of its class tells of the fact and not of what to do.
LEADS = {
    "partner-view-given": "Say whether to notify the Panel, with reasons. You can change your view later (§1, N-2).",
    "panel-notified": "Send the serious-incident notification to the Panel, then record it here. "
    "The 15 working days of the rapid review are counted from it (§1, D-1, N-3).",
    "safety-steps-recorded": "Say what has been done for the safety of this child and other children, or why nothing "
    "is needed (§1, N-5).",
    "scoping-meeting-arranged": "Call the CRG's online scoping meeting. "
    "Recording this sends the invitations (§2, D-4, R-2).",
    "scoping-meeting-held": "Record what the meeting decided. It sets the date of the rapid review meeting "
    "(§2, D-4, R-2).",
    "returns-requested": "Send the request to every agency in scope (§2, D-5, R-3).",
    "senior-officers-informed": "Confirm that your agency's senior officers know of the request (§2, R-3).",
    "agency-returned": "Give your agency's return. If the child and family are not known to you, give a nil return "
    "with the officer who answers for it (§2, D-6, R-4).",
    "report-drafted": "Write the report. You can record a version before it is complete, and write a newer one later "
    "(§2, R-7 to R-10).",
    "draft-sent-to-crg": "Send the draft to the CRG and to those who attended the meeting (§6, R-16).",
    "draft-agreed": "Agree this version of the draft for the CRG, or send it back (§6, R-16, R-10).",
    "incident-reported": "Report a potential notifiable incident. This opens a case (§1, N-1).",
    "referral-received": "Enter a referral to the Case Review Group. This opens a case (§6, A-1).",
    "information-requested": "Enter another partnership's request for information. This opens a case (A-4).",
}


def lead_of(rel: str) -> str:
    """What a form is for, in a sentence or two."""
    return LEADS.get(rel) or inspect.cleandoc(FACTS[rel].__doc__ or "")


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
    """A step's title, or what is waited for, with the name of what it is about in place of the id."""
    about = agency_of(one) or (one.about if one.about not in set(Partner) else None)
    return in_names(one.what if isinstance(one, WaitingFor) else one.title, about, name)


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
