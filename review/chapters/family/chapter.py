"""Whom a case is about: a child or somebody of the family who comes to light later, and where they live. Pure. X-4."""

from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from review.case import reads
from review.case.entries import Entry
from review.case.notices import Notice
from review.case.state import CaseState
from review.facts import Child, Reported
from review.facts.directory import Role
from review.facts.family import ChildAdded, FamilyFact, FamilyMember, FamilyMemberAdded, HomeRecorded, Resident
from review.kit import deadlines, notify
from review.kit import refusals as no
from review.kit.chapter import Chapter
from review.kit.guards import born_by, not_a_day_to_come, once
from review.kit.live_links import LiveLink, live_links
from review.kit.notify import RETURN_LINK, to_each
from review.kit.offer import Offer

# --- checks ---


def _child(case: CaseState, fact: ChildAdded, reported: Reported, now: datetime) -> None:
    known = [one for one in reads.children(case) if one.child_id == fact.child.child_id]
    once(known, f"The child {fact.child.child_id}", field="child.child_id")
    born_by(case, [fact.child], now)


def _member(case: CaseState, fact: FamilyMemberAdded, reported: Reported, now: datetime) -> None:
    known = [one for one in reads.family(case) if one.member_id == fact.member.member_id]
    once(known, f"The family member {fact.member.member_id}", field="member.member_id")
    if case.rehearsal:
        return
    if fact.member.born:
        not_a_day_to_come("The day of birth", fact.member.born, now, "member.born")
    if fact.member.died:
        not_a_day_to_come("The day of death", fact.member.died, now, "member.died")


def _home(case: CaseState, fact: HomeRecorded, reported: Reported, now: datetime) -> None:
    known = {one.person_id for one in reads.people(case)}
    for number, one in enumerate(fact.residents):
        if one.person not in known:
            where = f"residents.{number}.person"
            raise no.UnknownOfTheFamily(person=one.person, fields={where: f"{one.person} is nobody of this case"})
        if one.since and not case.rehearsal:
            not_a_day_to_come("The day from which they live there", one.since, now, f"residents.{number}.since")


# --- what follows ---


def _add_child(case: CaseState, entry: Entry[ChildAdded], now: datetime) -> None:
    """D-2 runs where it is a child in care who died (N-4); of one who lives the steps for safety are asked for (N-5);
    the agencies already asked are told (X-4, R-4).
    """
    before = set(case.deadlines)
    deadlines.start_owed(case, now)
    started = [one for id, one in case.deadlines.items() if id not in before]
    if begun := [one for one in started if one.rule.startswith(reads.CARE_DUTIES)]:
        due = max(one.due for one in begun)
        cause = f"authorities-duty:{entry.reported.message}"
        case.post(to_each(notify.holders(case, Role.DCS), cause, "authorities-duty", {"due": due}))
    child, asked = entry.fact.child.child_id, case.deadlines.get("N-5")
    if asked and asked.met_at and child in reads.safety_missing(case):
        cause = f"safety-steps-asked:{entry.reported.message}"
        case.post(to_each(notify.holders(case, Role.DCS), cause, "safety-steps-asked", {}))
    tell_agencies(case, entry.reported.message, children=1)


def _add_member(case: CaseState, entry: Entry[FamilyMemberAdded], now: datetime) -> None:
    """The agencies already asked are told (X-4, R-4)."""
    tell_agencies(case, entry.reported.message, family=1)


def _add_home(case: CaseState, entry: Entry[HomeRecorded], now: datetime) -> None:
    """Of an address that the case did not know the agencies already asked are told (X-4, R-4)."""
    before = case.model_copy(update={"entries": case.entries[: case.place(entry)]})
    if entry.fact.address not in {one.address for one in reads.homes(before)}:
        tell_agencies(case, entry.reported.message, homes=1)


def tell_agencies(case: CaseState, message: str, *, children: int = 0, family: int = 0, homes: int = 0) -> None:
    """Each agency that was asked hears that its search has to take in more, which is named on its page only."""
    for agency in case.requests:
        if (known := case.cast.agency(agency)) is None or agency not in reads.scope(case):
            continue
        lead, answered = known.safeguarding_lead, bool(reads.answers_of(case, agency))
        cause = f"people-added:{message}:{agency}"
        n = {
            "child_count": children,
            "kin_count": family,
            "home_count": homes,
            "given": answered,
        }
        deadline = case.deadlines.get(f"D-6:{agency}")
        if deadline and LiveLink(RETURN_LINK, agency, lead) in live_links(case):
            told = notify.return_request(case, agency, "people-added", lead, deadline.due, cause=cause)
            if answered:
                del told.n["due"]
            told.n.update(n)
        else:
            told = Notice(cause=cause, template="people-added", to=lead, n={"agency": agency} | n)
        case.post([told])


# --- next steps ---

_SAMPLE_CHILD = Child.model_validate(ChildAdded.sample["child"])
_SAMPLE_MEMBER = FamilyMember.model_validate(FamilyMemberAdded.sample["member"])


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if reads.ended(case):
        return
    child = _SAMPLE_CHILD.model_copy(
        update={"child_id": _fresh("child-sample", [one.child_id for one in reads.children(case)])}
    )
    member = _SAMPLE_MEMBER.model_copy(
        update={"member_id": _fresh("adult-sample", [one.member_id for one in reads.family(case)])}
    )
    how = FamilyMemberAdded.sample["how"]
    yield Offer(body=ChildAdded(child=child, how=how), needed=False, title="Add a child who has come to light")
    yield Offer(body=FamilyMemberAdded(member=member, how=how), needed=False, title="Add somebody of the family")
    if people := reads.people(case):
        yield _offer_a_home(case, people[0].person_id)


def _offer_a_home(case: CaseState, person: str) -> Offer:
    sample = HomeRecorded.model_validate(HomeRecorded.sample)
    body = sample.model_copy(
        update={
            "home": _fresh("home-sample", [one.home for one in reads.homes(case)]),
            "residents": [Resident(person=person)],
        }
    )
    return Offer(body=body, needed=False, title="Record an address and who lives there")


def _fresh(stem: str, taken: list[str]) -> str:
    """An id that no one has yet."""
    number = len(taken) + 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


CHAPTER = Chapter(
    title="The children and the family",
    facts=get_args(FamilyFact),
    checks={ChildAdded: _child, FamilyMemberAdded: _member, HomeRecorded: _home},
    offers=_offers,
    consequences={ChildAdded: (_add_child,), FamilyMemberAdded: (_add_member,), HomeRecorded: (_add_home,)},
)
