"""What a case's own things are called: its children, candidates, milestones and actions, in place of their ids."""

from collections.abc import Callable, Iterator

from api.visibility import AgencyOut, DeadlinesOut, Seen
from delivery.words import plain

_LONGEST = 60  # characters of a thing that is quoted


def called(view: Seen, name: Callable[[str], str]) -> Callable[[str], str]:
    """Ids in words: people and agencies as `name` has them, else what the case calls a thing of its own."""
    things = dict(_things(view))

    def of(id: str) -> str:
        known = name(id)
        return things.get(id, id) if known == id else known

    return of


def _things(view: Seen) -> Iterator[tuple[str, str]]:
    if isinstance(view, DeadlinesOut):
        return
    for action in view.actions:
        yield action.action, _quoted(action.what)
    if isinstance(view, AgencyOut):
        return
    yield from ((one.child_id, one.name) for one in view.children)
    yield from ((one.member_id, one.name) for one in view.family)
    if review := view.practice_review:
        yield from ((one.candidate, one.name) for one in review.candidates)
        yield from ((one.milestone, _quoted(one.what)) for one in review.milestones)
    for one in view.facts:
        if not one.corrected_by and one.kind == "person-invited" and one.fact.get("name"):
            yield one.fact["person"], one.fact["name"]
        if not one.corrected_by and one.kind == "process-linked":
            yield one.fact["process"], one.fact.get("name") or plain(one.fact["process_kind"])


def _quoted(text: str) -> str:
    """ "Share missed appointments" in quotes, cut short at a word."""
    line = text.split("\n")[0].rstrip(".")
    if len(line) > _LONGEST:
        line = line[:_LONGEST].rsplit(" ", 1)[0] + " ..."
    return f"“{line}”"
