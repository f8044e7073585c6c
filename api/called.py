"""What a case's own things are called: its children, actions, concerns and the like, in place of their ids; and a
step's title with them.
"""

import re
from collections.abc import Callable, Iterator

from delivery.naming import in_names
from delivery.words import plain
from review.facts.directory import Partner, Role
from review.next_steps import NextStep
from review.views import AgencyView, CaseView, DeadlinesView, WaitingFor

_ID = re.compile(r"(?<![\w-])[a-z0-9]+(?:-[a-z0-9]+)+(?![\w-])")  # with a hyphen: what no ordinary word is
_LONGEST = 60  # characters of a thing that is quoted


def called(view: CaseView | AgencyView | DeadlinesView, name: Callable[[str], str]) -> Callable[[str], str]:
    """Ids in words: people and agencies as `name` has them, else what the case calls a thing of its own."""
    things = dict(_things(view))

    def of(id: str) -> str:
        known = name(id)
        return things.get(id, id) if known == id else known

    return of


def agency_of(one: WaitingFor | NextStep) -> str | None:
    """The agency that a step is about; a partner, for which an officer signs, can bear the same id."""
    return None if {Role.ACCOUNTABLE_OFFICER, Role.DEPUTY} & set(one.roles) else one.about


def titled(one: WaitingFor | NextStep, name: Callable[[str], str]) -> str:
    """A step's title, or what is waited for, with names in place of ids: of what it is about, and of anybody else."""
    about = agency_of(one) or (one.about if one.about not in set(Partner) else None)
    title = in_names(one.what if isinstance(one, WaitingFor) else one.title, about, name)
    return _ID.sub(lambda found: name(found.group()), title)


def _things(view: CaseView | AgencyView | DeadlinesView) -> Iterator[tuple[str, str]]:
    if isinstance(view, DeadlinesView):
        return
    for action in view.actions:
        yield action.action, _quoted(action.what)
    if isinstance(view, AgencyView):
        return
    yield from ((one.child_id, one.name) for one in view.children)
    yield from ((one.member_id, one.name) for one in view.family)
    if review := view.practice_review:
        yield from ((one.candidate, one.name) for one in review.candidates)
        yield from ((one.milestone, _quoted(one.what)) for one in review.milestones)
    for one in [fact for fact in view.facts if not fact.corrected_by]:
        match one.kind:
            case "person-invited" if one.fact.get("name"):
                yield one.fact["person"], one.fact["name"]
            case "process-linked":
                yield one.fact["process"], one.fact.get("name") or plain(one.fact["process_kind"])
            case "findings-handed-over":
                yield one.fact["handover"], one.fact["to"]
            case "concern-escalated":
                yield one.fact["concern"], _quoted(one.fact["reasons"])


def _quoted(text: str) -> str:
    """ "Share missed appointments" in quotes, cut short at a word."""
    line = text.split("\n")[0].rstrip(".")
    if len(line) > _LONGEST:
        line = line[:_LONGEST].rsplit(" ", 1)[0] + " ..."
    return f"“{line}”"
