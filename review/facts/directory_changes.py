"""What one version of the directory changes of the one before: who, and what of them. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pydantic import JsonValue

from calendar_rules.model import Model
from review.facts.directory import Agency, Directory, EntryChange, Person


class Difference(Model):
    """A person or an agency that was added, changed or left out; `was` and `now` hold the fields that differ."""

    entry: str  # "person", "agency" or "partnership"
    id: str
    was: dict[str, JsonValue]
    now: dict[str, JsonValue]


def differences(before: Directory, after: Directory) -> list[Difference]:
    """Everything that differs, people first."""
    found = [*_differ("person", before.people, after.people), *_differ("agency", before.agencies, after.agencies)]
    if before.partnership != after.partnership:
        was, now = {"name": before.partnership}, {"name": after.partnership}
        found.append(Difference(entry="partnership", id="partnership", was=was, now=now))
    return found


def changes(found: Iterable[Difference]) -> list[EntryChange]:
    """The same by the names of fields, without what stands in them."""
    return [EntryChange(entry=one.entry, id=one.id, what=_what(one), how=_how(one)) for one in found]


def former(before: Directory, after: Directory) -> dict[str, dict[str, str]]:
    """Names of those who once stood in the directory and do no more, by their ids."""
    return {
        "former_people": _gone(before.people_names, after.people),
        "former_agencies": _gone(before.agency_names, after.agencies),
    }


def _gone(names: dict[str, str], left: Sequence[Person] | Sequence[Agency]) -> dict[str, str]:
    here = {one.id for one in left}
    return {id: name for id, name in names.items() if id not in here}


def _how(one: Difference) -> dict[str, Literal["more", "less"]]:
    """Which way each field went, where that can be said of it: a list that grew or shrank, yes and no."""
    if not one.was or not one.now:
        return {}
    return {name: way for name in one.now if (way := _way(one.was.get(name), one.now[name]))}


def _way(was: JsonValue, now: JsonValue) -> Literal["more", "less"] | None:
    if isinstance(was, bool) and isinstance(now, bool):
        return "more" if now else "less"
    if not isinstance(was, list) or not isinstance(now, list):
        return None
    gained, lost = any(one not in was for one in now), any(one not in now for one in was)
    return None if gained == lost else "more" if gained else "less"


def _what(one: Difference) -> list[str]:
    if not one.was or not one.now:
        return ["removed" if one.was else "added"]
    return list(one.now)


def _differ(
    entry: str, before: Sequence[Person] | Sequence[Agency], after: Sequence[Person] | Sequence[Agency]
) -> list[Difference]:
    old = {one.id: one.model_dump(mode="json") for one in before}
    new = {one.id: one.model_dump(mode="json") for one in after}
    found = []
    for id in dict.fromkeys([*old, *new]):
        was, now = old.get(id, {}), new.get(id, {})
        fields = [name for name in dict.fromkeys([*was, *now]) if _whole(was.get(name)) != _whole(now.get(name))]
        if fields:
            found.append(Difference(entry=entry, id=id, was=_only(was, fields), now=_only(now, fields)))
    return found


def _whole(held: JsonValue) -> JsonValue:
    """Names in one order: offices ticked in another are the same offices."""
    names = [one for one in held if isinstance(one, str)] if isinstance(held, list) else []
    return [*sorted(names)] if names and names == held else held


def _only(entry: dict[str, Any], fields: list[str]) -> dict[str, JsonValue]:
    return {name: entry[name] for name in fields if name in entry}
