"""A case goes on in another: what goes over with it, what the other cannot take up, and what happens there (X-1). Pure.

The children, the family, the deadlines that ran, and the entries on which open duties hang: actions, concerns,
handovers, milestones, people invited, linked processes.
"""

from datetime import datetime
from typing import Any

from pydantic import JsonValue

from calendar_rules.lengths import Length
from review.case import reads
from review.case.carried import CarriedDeadline
from review.case.deadline import Ending, RunningDeadline
from review.case.entries import Entry
from review.case.record import RowKind
from review.case.state import CaseState
from review.chapters.family.chapter import tell_agencies
from review.facts import Fact, Reported
from review.facts.any_stage import CaseJoined, CaseMerged, CaseParted, OpenDeadline
from review.facts.directory import Role
from review.facts.enums import Stage
from review.facts.follow_up import FindingsHandedOver
from review.facts.involvement import InvolvementExplained, PersonInvited
from review.facts.rapid_review import AgencyAdded
from review.kit import deadline_ends, deadlines, notify
from review.kit.deadline_kinds import kind_of
from review.kit.notify_called import titled
from review.protocol import PROTOCOL, RUN_ANYWHERE

_WHOLE = ("person", "process")  # what goes over whether or not anything of it is open: people heard, linked processes
_AGENCY, _OF_ROUNDS = "agency", "D-8"
_RETURN, _SIGN_OFF = "return:", "sign-off:"


# --- what goes over ---


def ran(case: CaseState) -> list[RunningDeadline]:
    """The deadlines that run, or that stopped because the case was merged."""
    return [one for one in case.deadlines.values() if one.open or one.stopped_with is Ending.MERGED]


def goes_over(case: CaseState, merged: CaseMerged) -> CaseJoined:
    """What the other case is told, when this one goes on in it."""
    left = [one for one in ran(case) if one.id not in merged.loses and one.rule != _OF_ROUNDS]
    return CaseJoined(
        other=case.reference,
        carried=merged.carried,
        children=reads.children(case),
        family=reads.family(case),
        homes=reads.homes(case),
        deadlines=[_as_it_ran(case, one) for one in left],
        entries=[
            {"reported": one.reported.model_dump(mode="json"), "happened_at": one.happened_at.isoformat()}
            for one in _entries(case, left)
        ],
    )


def _as_it_ran(case: CaseState, one: RunningDeadline) -> OpenDeadline:
    length = one.length or case.edition.deadlines[one.rule].length
    shared = one.model_dump(include={"id", "rule", "subject", "title", "since", "due", "set_due"})
    return OpenDeadline(**shared, length=length.root, held=bool(one.held))


def _entries(case: CaseState, left: list[RunningDeadline]) -> list[Entry]:
    """The standing entries about what is still open, and about people heard and linked processes."""
    open_ones = {(kind_of(one.rule).subject, one.subject) for one in left if kind_of(one.rule).has_given_ids}
    return [
        one
        for one in case.entries
        if not one.corrected_by and (subject := _subject(one.fact)) and (subject[0] in _WHOLE or subject in open_ones)
    ]


def _subject(fact: Fact) -> tuple[str, str] | None:
    """The field by which a fact says whom or what it concerns, and the id there."""
    if fact.about is None or not fact.subject or (isinstance(fact, InvolvementExplained) and fact.person is None):
        return None
    return fact.subject[0], fact.about


def counted(over: CaseJoined) -> str:
    """What goes over, for the record: "2 children, 1 family member, 0 entries; deadlines: Agency's return"."""
    numbers = (
        (len(over.children), "child", "children"),
        (len(over.family), "family member", "family members"),
        (len(over.homes), "address", "addresses"),
        (len(over.entries), "entry", "entries"),
    )
    said = ", ".join(
        f"{number} {one if number == 1 else many}" for number, one, many in numbers if number or one != "address"
    )
    titles = list(dict.fromkeys(one.title for one in over.deadlines))
    return f"{said}; deadlines: {', '.join(titles) or 'none'}"


# --- what would be lost ---


def loses(case: CaseState, other: CaseState) -> list[str]:
    """What is open in a case, or was given there, that the other cannot take up: deadlines, sign-offs, returns."""
    found = [one.id for one in ran(case) if one.rule != _OF_ROUNDS and not _takes(other, one.rule, one.id, one.subject)]
    found += [f"{_SIGN_OFF}{one.id}" for one in case.rounds if one.open]
    given = [agency for agency in reads.scope(case) if reads.answers_of(case, agency)]
    return found + [f"{_RETURN}{agency}" for agency in given if not reads.answers_of(other, agency)]


def could_lose(case: CaseState) -> list[str]:
    """All that is open in a case, or was given there: what another case may have no place for."""
    found = [one.id for one in ran(case) if one.rule != _OF_ROUNDS]
    found += [f"{_SIGN_OFF}{one.id}" for one in case.rounds if one.open]
    return found + [f"{_RETURN}{agency}" for agency in reads.scope(case) if reads.answers_of(case, agency)]


def in_words(case: CaseState, lost: str) -> str:
    """One of what would be lost, as a person calls it."""
    if lost.startswith(_RETURN):
        return f"the return of {reads.called(case, lost.removeprefix(_RETURN))}"
    if lost.startswith(_SIGN_OFF):
        round_id = lost.removeprefix(_SIGN_OFF)
        return next((f"the sign-off of {one.what}" for one in case.rounds if one.id == round_id), lost)
    if (deadline := case.deadlines.get(lost)) is None:
        return lost
    if deadline.subject and kind_of(deadline.rule).subject == _AGENCY:
        return f"{deadline.title}: {reads.called(case, deadline.subject)}"
    return titled(case, deadline)


def _takes(other: CaseState, rule: str, id: str, subject: str | None) -> bool:
    """Whether a case can carry a deadline: it has it, or still comes to it."""
    if rule not in other.edition.deadlines:
        return False
    if id in other.deadlines:
        return True
    if rule not in RUN_ANYWHERE and rule not in _still_to_run(other.stage):
        return False
    if kind_of(rule).subject == _AGENCY:
        still = bool(reads.scope(other)) and not reads.meeting_held(other) and not reads.gathering_over(other)
        return still or subject in reads.scope(other)
    return subject is None or kind_of(rule).has_given_ids


def _still_to_run(stage: Stage) -> set[str]:
    """The deadlines of a stage and of all that can come after it."""
    seen, ahead = {stage}, [stage]
    while ahead:
        for later in PROTOCOL[ahead.pop()].leads_to:
            if later not in seen:
                seen.add(later)
                ahead.append(later)
    return {rule for one in seen for rule in PROTOCOL[one].deadlines}


# --- what happens in the other case ---


def join(case: CaseState, entry: Entry[CaseJoined], now: datetime) -> None:
    """Its children, family, open duties and deadlines are this case's from now on; of two of one id the earlier due
    stays. People are told what is carried; the agencies asked already, whom else to search for (X-1, X-4).
    """
    fact, before = entry.fact, case.model_copy(update={"entries": case.entries[: case.place(entry)]})
    new = {one.child_id for one in fact.children} - {one.child_id for one in reads.children(before)}
    kin = {one.member_id for one in fact.family} - {one.member_id for one in reads.family(before)}
    homes = {one.home for one in fact.homes} - {one.home for one in reads.homes(before)}
    renamed = _renamed(before, fact)
    taken = [one for one in fact.deadlines if _takes(before, one.rule, one.id, one.subject)]
    for one in taken:
        case.carried.append(_carried(one, fact.other, renamed, now))
    for number, raw in enumerate(fact.entries):
        _take_over(case, entry, raw, number, renamed, now)
    _ask_sub_groups(case, before, now)
    for one in taken:
        if kind_of(one.rule).subject == _AGENCY:
            _ask_too(case, entry, str(one.subject), now)
    deadlines.start_owed(case, now)
    deadlines.recount(case, _goes_on_here(fact.other), now)
    if new or kin or homes:
        tell_agencies(case, entry.reported.message, children=len(new), family=len(kin), homes=len(homes))
    _tell(case, entry, len(new), len(kin), [one for one in fact.deadlines if one not in taken], now)


def _goes_on_here(other: str) -> str:
    return f"{other} goes on in this case"


def _carried(one: OpenDeadline, other: str, renamed: dict[tuple[str, str], str], now: datetime) -> CarriedDeadline:
    kind = kind_of(one.rule)
    subject = renamed.get((kind.subject or "", one.subject or ""), one.subject)
    return CarriedDeadline(
        id=f"{one.rule}:{subject}" if subject else one.id,
        other=other,
        length=Length(one.length),
        alone=kind.has_given_ids,
        at=now,
        **one.model_dump(include={"since", "due", "set_due", "held"}),
    )


def _renamed(case: CaseState, fact: CaseJoined) -> dict[tuple[str, str], str]:
    """New ids for what has an id there that something else has here; a child invited in both is one and the same."""
    here = {subject for one in case.entries if (subject := _subject(one.fact))}
    invited = {one.child_id: one.person for one in case.every(PersonInvited) if one.child_id}
    found: dict[tuple[str, str], str] = {}
    for raw in fact.entries:
        theirs = Reported.model_validate(raw["reported"]).fact
        subject = _subject(theirs)
        if subject is None or subject in found:
            continue
        if isinstance(theirs, PersonInvited) and theirs.child_id in invited:
            found[subject] = invited[theirs.child_id]
        elif subject in here and not _is_a_child(fact, subject[1]):
            found[subject] = f"{subject[1][:40]}-{fact.other.lower()}"
    return found


def _is_a_child(fact: CaseJoined, id: str) -> bool:
    return any(one.child_id == id for one in fact.children)


def _take_over(
    case: CaseState,
    entry: Entry[CaseJoined],
    raw: dict[str, JsonValue],
    number: int,
    renamed: dict[tuple[str, str], str],
    now: datetime,
) -> None:
    """One entry of the other case, as it was said there; what hangs on it runs here."""
    was = Reported.model_validate(raw["reported"])
    fact = was.fact
    if (subject := _subject(fact)) and subject in renamed:
        fact = fact.model_copy(update={subject[0]: renamed[subject]})
        if isinstance(fact, PersonInvited) and any(one.person == fact.person for one in case.every(PersonInvited)):
            return  # the same child, invited here already
    reported = was.model_copy(update={"message": f"{entry.reported.message}:{number}", "fact": fact})
    own = Entry.model_validate(
        {"reported": reported, "happened_at": raw["happened_at"], "taken_at": now, "stage": case.stage}
    )
    _enter(case, own, entry.fact.other, now, happened_at=own.happened_at)
    deadlines.start_set_by(case, own, now)


def _ask_too(case: CaseState, entry: Entry[CaseJoined], agency: str, now: datetime) -> None:
    """An agency whose return is out there is asked here, where it is not yet (R-4)."""
    if agency in reads.scope(case):
        return
    fact = AgencyAdded(agency=agency, reason=f"Its return was out in {entry.fact.other}, which goes on in this case.")
    reported = entry.reported.model_copy(update={"message": f"{entry.reported.message}:{agency}", "fact": fact})
    _enter(case, entry.model_copy(update={"reported": reported}), entry.fact.other, now)


def _ask_sub_groups(case: CaseState, before: CaseState, now: datetime) -> None:
    """A sub-group that owes its answer gives it here from now on: its link there ends (G-10)."""
    for one in reads.unanswered_handovers(case):
        sub_group = reads.sub_group(case, one)
        if sub_group and one not in before.every(FindingsHandedOver):
            cause = f"findings-handed-over:{one.handover}"
            case.post([notify.handed_over(case, one.handover, sub_group, now, cause=cause)])


def _enter(case: CaseState, own: Entry, other: str, now: datetime, *, happened_at: datetime | None = None) -> None:
    """An entry that comes from another case: among this one's own, and on its record."""
    case.entries.append(own)
    case.add_record_row(
        RowKind.FACT,
        own.fact.kind,
        f"Carried over from {other}: {notify.of_fact(own.fact)}",
        now=now,
        about=own.fact.about,
        reported=own.reported,
        happened_at=happened_at,
        detail=own.fact.model_dump(mode="json"),
    )


def _tell(
    case: CaseState, entry: Entry[CaseJoined], children: int, family: int, missing: list[OpenDeadline], now: datetime
) -> None:
    fact = entry.fact
    titles = list(dict.fromkeys(one.title for one in fact.deadlines if one not in missing))
    n: dict[str, Any] = {
        "other": fact.other,
        "child_count": children,
        "kin_count": family,
        "deadlines": titles,
        "missing": list(dict.fromkeys(one.title for one in missing)),
    }
    line = f"Carried over from {fact.other}: {counted(fact)}"
    if missing:
        line += f". Not taken up: {', '.join(one.title for one in missing)}"
    case.add_record_row(RowKind.EFFECT, "case-carried-over", line, now=now, about=fact.other, detail=n)
    people = notify.holders(case, *notify.LEADERS, Role.BUSINESS_UNIT)
    case.post(notify.to_each(people, f"case-joined:{entry.reported.message}", "case-joined", n))


# --- the other case goes on by itself again ---


def part(case: CaseState, entry: Entry[CaseParted], now: datetime) -> None:
    """What said that the other case goes on here is kept, and marked as over, with what it brought; people are told so
    (X-1, X-3). What has been worked on here since stays here.
    """
    other, why = entry.fact.other, f"{entry.fact.other} goes on by itself again"
    joined = [one for one in case.entries_of(CaseJoined) if one.fact.other == other]
    if not joined:
        return
    for one in joined:
        one.corrected_by = entry.reported.message
        _leave(case, one, entry.reported.message)
    deadline_ends.carry_no_longer(case, other, now)
    deadlines.recount(case, why, now)
    people = notify.holders(case, *notify.LEADERS, Role.BUSINESS_UNIT)
    case.post(notify.to_each(people, f"case-parted:{entry.reported.message}", "case-parted", {"other": other}))


def _leave(case: CaseState, joined: Entry[CaseJoined], message: str) -> None:
    prefix = f"{joined.reported.message}:"
    brought = [one for one in case.entries if one.reported.message.startswith(prefix)]
    own = {_subject(one.fact) for one in case.entries if one not in brought and not one.corrected_by}
    for one in brought:
        if _subject(one.fact) not in own and not isinstance(one.fact, AgencyAdded):
            one.corrected_by = message
