"""What is wrong in an edition's file, in plain words: which key, what is wrong with it, what to write.

It reads the data as it stands in the file, whole or not, so that all mistakes are named at once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Table = dict[str, Any]

PARTNERS = ("local-authority", "health", "police")  # the statutory safeguarding partners, each of whom signs
COUNCIL = "local-authority-"  # and its name, where several councils are partners and each signs
FURTHER_PARTNERS = ("education",)  # whom an edition may add
UNPAUSED = ("D-1", "D-2", "D-7")
AS_SET = "as set"
COUNTED_FROM: dict[str, tuple[str, ...]] = {  # what each deadline beside the common ones can be counted from
    "D-1": ("aware", "incident"),
    "D-2:ofsted": ("aware", "incident"),
    "D-2:secretary-of-state": ("aware", "incident"),
    "D-3": ("received",),
    "D-4": ("received", "notified", "aware", "incident"),
    "D-5": ("notified", "received", "aware", "incident"),
    "D-6": ("request-sent", "notified"),
    "D-6-known": ("request-sent", "notified"),
    "D-7": ("notified", "received", "aware", "incident"),
    "D-8": ("draft-received",),
    "D-9": ("panel-meeting",),
    "D-10": ("decision",),
}
OWN_MILESTONES = ("notified", "received", "aware", "incident", "decision")  # what a partnership's own are counted from
_OWN = re.compile(r"P-[1-9]\d*:[a-z][a-z-]*")
_OF_A_SUBJECT = ("agency", "agency-lead", "agency-senior-officer", "officer", "deputy", "action-owner")
_OF_ITS_OWN = {  # what every file says of itself, with an example
    "title": '"Northmoor: protocol for rapid reviews"',
    "dated": '"2026"',
    "source": '"Northmoor Safeguarding Children Partnership, arrangements of April 2026"',
}
_SILENT: Table = {  # what an edition means that says nothing of it
    "titles": {},
    "report_sections": [],
    "advance_copies": None,
    "available_for": None,
    "delay_told_to": ["panel"],
}
_NO_READERS = ("agency", "agency-senior-officer", "agency-crg-member", "officer", "deputy", "action-owner", "panel")
_FIELDS_OF_THE_FORM = ("known", "officer", "once")  # beside the headings, on the page of an agency's return
_BARE = re.compile(r"[A-Za-z0-9_-]+")  # a key that TOML takes without quotes
_GAPS = ("meeting_before_draft", "returns_before_meeting")
_FROM_THE_SOURCE = ("length", "counted_from", "owner")  # what a clause vouches for


class Files(NamedTuple):
    """An edition's data: the file's own, that of the edition it is based on, and the two together."""

    id: str
    own: Table
    base_id: str | None
    base: Table
    whole: Table
    without: Any


def mistakes(files: Files, counted: Mapping[str, tuple[str, ...]], required: Sequence[str]) -> list[str]:
    """What is wrong beyond the form of single values. `counted`: what each known deadline can be counted from."""
    found = [*_of_itself(files), *_left_out(files, required)]
    rules = _table(files.whole, "deadlines")
    if rules and (missing := [key for key in required if key not in rules]):
        found.append(f'deadlines: {", ".join(missing)} missing; add each, or write based_on = "doncaster-2018"')
    for key, rule in rules.items():
        if own_milestone(key):
            if isinstance(rule, dict):
                found += _of_a_deadline(key, rule, OWN_MILESTONES)
                found += _of_an_own_milestone(key, rule, rules)
                found += _its_clause(key, files)
        elif key not in counted:
            known = ", ".join(sorted(counted))
            found.append(
                f"deadlines.{key}: nothing runs a deadline of this name; take it out, or choose one of: {known}; "
                'a milestone of your own is called "P-1:leaders-meeting", or the like'
            )
        elif isinstance(rule, dict):
            found += _of_a_deadline(key, rule, counted[key])
            found += _its_clause(key, files)
    return [*found, *_of_returns(files.whole), *_of_signing(files.whole), *_of_what_is_said(files)]


def _of_itself(files: Files) -> Iterator[str]:
    if "id" not in files.own:
        yield f'id: it is missing; write id = "{files.id}", the name of its file'
    elif files.own["id"] != files.id:
        yield f'id: it says "{files.own["id"]}"; make it "{files.id}", the name of its file'
    if files.base_id is not None:
        for key, example in _OF_ITS_OWN.items():
            if key not in files.own:
                yield f"{key}: it is missing, and that of {files.base_id} is not this file's; write {key} = {example}"


def _left_out(files: Files, required: Sequence[str]) -> Iterator[str]:
    """`without` names deadlines of the edition below that may be left out."""
    if not isinstance(files.without, list):
        yield f'without: it is no list; write without = ["{files.without}"]'
        return
    if files.without and files.base_id is None:
        yield "without: there is no edition below to leave anything out of; take it out, or name one in based_on"
        return
    below = [key for key in _table(files.base, "deadlines") if key not in required]
    for key in files.without:
        if key in required:
            yield f"without: {key} is a deadline of the protocol; take it out of the list"
        elif key not in below:
            known = f"choose from: {', '.join(below)}" if below else "nothing of it can be left out"
            yield f'without: {files.base_id} has no deadline "{key}"; {known}'
        elif key in _table(files.own, "deadlines"):
            yield f"without: {key} is left out and given at once; take out one of the two"


def _of_a_deadline(key: str, rule: Table, anchors: tuple[str, ...]) -> Iterator[str]:
    if rule.get("id", key) != key:
        yield f"deadlines.{key}: its id differs from its key; leave the id out"
    anchor, length = rule.get("counted_from"), rule.get("length")
    if isinstance(anchor, str) and anchor not in anchors:
        yield f'deadlines.{key}.counted_from: {key} cannot be counted from "{anchor}"; write {_or(anchors)}'
    elif isinstance(length, str) and "set" in anchors and length != AS_SET:
        yield f'deadlines.{key}.length: its due day is set by people; write "{AS_SET}"'
    if length == AS_SET and "set" not in anchors:
        yield f'deadlines.{key}.length: nobody sets the due day of {key}; write a length, such as "5 working days"'
    if key.partition(":")[0] in UNPAUSED and not rule.get("never_pauses"):
        yield f"deadlines.{key}: {key.partition(':')[0]} never pauses (X-1); write never_pauses = true"
    reminders = rule.get("reminders")
    names = (
        [reminder.get("name") for reminder in reminders if isinstance(reminder, dict)]
        if isinstance(reminders, list)
        else []
    )
    if any(name is not None and names.count(name) > 1 for name in names):
        yield f"deadlines.{key}: two reminders have the same name; give each reminder of a deadline a name of its own"


def own_milestone(key: str) -> bool:
    """Whether a deadline is a milestone that the partnership has set itself: "P-1:leaders-meeting"."""
    return bool(_OWN.fullmatch(key))


def _of_an_own_milestone(key: str, rule: Table, rules: Table) -> Iterator[str]:
    """An office owes it and is reminded; somebody is told when it is overdue; its name is its own."""
    name = key.partition(":")[2]
    if twins := [one for one in rules if own_milestone(one) and one != key and one.partition(":")[2] == name]:
        yield f"deadlines.{key}: {twins[0]} has the same name; give each milestone a name of its own"
    office = 'write an office, such as "crg-chair"'
    if rule.get("owner") in _OF_A_SUBJECT:
        yield f'deadlines.{key}.owner: "{rule["owner"]}" owes returns, signatures or actions; {office}'
    reminders = [one for one in rule.get("reminders", []) if isinstance(one, dict)]
    for number, one in enumerate(reminders, 1):
        told = one.get("tell")
        for party in (party for party in (told if isinstance(told, list) else []) if party in _OF_A_SUBJECT):
            yield f'deadlines.{key}.reminders.{number}.tell: "{party}" is nobody here; {office}'
    if not [one for one in reminders if one.get("when") == "at due"]:
        yield f'deadlines.{key}.reminders: nobody is told when it is overdue; add one with when = "at due"'


def _its_clause(key: str, files: Files) -> Iterator[str]:
    """A length under the clause of another edition would say that it stands where it does not."""
    own, base = _table(files.own, "deadlines").get(key), _table(files.base, "deadlines").get(key)
    if not isinstance(own, dict) or not isinstance(base, dict) or "clause" in own:
        return
    if new := [name for name in _FROM_THE_SOURCE if name in own and own[name] != base.get(name)]:
        yield (
            f"deadlines.{key}.clause: it is that of {files.base_id}, and this file has another {' and '.join(new)}; "
            "write where yours stands"
        )


def _of_returns(whole: Table) -> Iterator[str]:
    """The headings of a return: each is told by its id, in the form and in what is kept (R-3)."""
    headings = whole.get("return_headings", [])
    ids = [one.get("id") for one in headings if isinstance(one, dict)] if isinstance(headings, list) else []
    readers = whole.get("pack_to", [])
    for one in readers if isinstance(readers, list) else []:
        if one in _NO_READERS:
            yield f'pack_to: "{one}" is nobody who reads the pack; write offices, or "agency-lead" for those invited'
    for number, id in enumerate(ids, 1):
        if id in _FIELDS_OF_THE_FORM:
            yield f'return_headings.{number}.id: "{id}" is a field of the form itself; give the heading another id'
        elif id is not None and id in ids[: number - 1]:
            yield f'return_headings.{number}.id: "{id}" is there twice; give each heading an id of its own'


def _of_signing(whole: Table) -> Iterator[str]:
    capacities = _table(whole, "national").get("accountable_capacities")
    if isinstance(capacities, list):
        for number, one in enumerate(capacities, 1):
            key = f"national.accountable_capacities.{number}"
            if one not in (*PARTNERS, *FURTHER_PARTNERS) and not _is_council(one):
                known = f'{_or((*PARTNERS, *FURTHER_PARTNERS))}, or a council of several: "{COUNCIL}northmoor"'
                yield f'{key}: "{one}" is no partner; write {known}'
            elif one in capacities[: number - 1]:
                yield f"{key}: {one} is named twice; take one of the two out"
        councils = [one for one in capacities if _is_council(one)]
        signing = [*capacities, "local-authority"] if councils else capacities
        if councils and "local-authority" in capacities:
            yield "national.accountable_capacities: write the councils or local-authority, not both"
        if missing := [one for one in PARTNERS if one not in signing]:
            yield f"national.accountable_capacities: {', '.join(missing)} missing; every statutory partner signs"


def _is_council(capacity: Any) -> bool:
    return isinstance(capacity, str) and capacity.startswith(COUNCIL) and len(capacity) > len(COUNCIL)


def _of_what_is_said(files: Files) -> Iterator[str]:
    """What later guidance added, each with its source (B-1, B-3..B-5, B-11)."""
    whole, clauses = files.whole, _table(files.own, "clauses")
    if "notifications" in whole and "death-or-serious-harm" not in _table(whole, "notifications"):
        yield "notifications: death-or-serious-harm is missing; it is what the rapid review is for"
    own, base = _table(files.own, "notifying"), _table(files.base, "notifying")
    new = [key for key in ("agreed_by", "heard") if base and key in own and own[key] != base.get(key)]
    if new and "clause" not in own:
        source = f"it is that of {files.base_id}, and this file has another {' and '.join(new)}"
        yield f"notifying.clause: {source}; write where yours stands"
    if bool(whole.get("advance_copies")) != bool(whole.get("advance_copies_to")):
        yield "advance_copies and advance_copies_to belong together; give both or neither"
    said = [name for name, silent in _SILENT.items() if whole.get(name, silent) != silent]
    if unsaid := [name for name in said if name not in _table(whole, "clauses")]:
        yield f"clauses: {', '.join(unsaid)} without a source; say in [clauses] where each stands"
    for name in said:
        if name in files.own and name in files.base and files.own[name] != files.base[name] and name not in clauses:
            source = f"it is that of {files.base_id}, and this file has another {name}"
            yield f"clauses.{name}: {source}; write where yours stands"
    gaps = [(f"national.{name}", _table(whole, "national").get(name)) for name in _GAPS]
    for key, length in [*gaps, *((name, whole.get(name)) for name in ("advance_copies", "available_for"))]:
        if length == AS_SET:
            yield f'{key}: "{AS_SET}" is for deadlines whose day people set; write a length, such as "1 working day"'


def sentence(where: tuple[int | str, ...], kind: str, message: str, given: Any, context: Mapping[str, Any]) -> str:
    """One mistake of form, as the author of the file would say it."""
    parts = [part for part in where if part != "[key]"]
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in parts)
    if kind in ("enum", "literal_error"):
        return f'{key}: "{given}" is not known here; write {context["expected"]}'.replace("'", '"')
    if kind == "string_pattern_mismatch":
        example = _NAMES.get(key, "last-day")
        return f'{key}: "{given}" cannot be a name; use small letters, figures and hyphens, such as "{example}"'
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"{key}: {given} cannot be; write a number from 18 to 30"
    table = ".".join(part if _BARE.fullmatch(part) else f'"{part}"' for part in map(str, parts))
    example = f"[{'deadlines.D-4' if table == 'deadlines' else table}]"
    if any(isinstance(part, int) for part in parts):
        example = "{ key = value, ... }"
    text = _PLAIN.get(kind, message.removeprefix("Value error, ")).replace("KEY", example)
    return f"{key}: {text}" if key else text


_NAMES = {"id": "northmoor-2026"}
_PLAIN = {
    "missing": "it is missing; add it",
    "extra_forbidden": "no such key is known; correct its spelling or take it out",
    "dict_type": "it is no table; write KEY and what belongs to it",
    "model_type": "it is no table; write KEY and what belongs to it",
    "list_type": 'it is no list; put it in square brackets, such as ["panel"]',
    "string_type": "it is no text; put it in quotes",
    "string_too_short": "it is empty; say it",
    "too_short": "it is empty; name at least one",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
}


def _table(data: Table, name: str) -> Table:
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def _or(words: Sequence[str]) -> str:
    return " or ".join(f'"{word}"' for word in words)
