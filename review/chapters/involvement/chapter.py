"""Involvement of children and young people, family and practitioners (§6, §7, G-6). Pure.

Nobody is passed over in silence: everybody invited is either heard or their absence explained, and so is each group
and each living child of the case; an advocate is considered for children and family, those who are not heard included.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from review.case import reads
from review.case.state import CaseState
from review.facts import Reported
from review.facts.enums import Decision, Harm, InvolvedGroup, Stage
from review.facts.involvement import (
    AdvocacyConsidered,
    ContributionRecorded,
    InvitationAnswered,
    InvolvementExplained,
    InvolvementFact,
    PersonInvited,
)
from review.kit import refusals as no
from review.kit.chapter import Chapter
from review.kit.guards import needs, once
from review.kit.offer import Offer

_AT_WORK = (Stage.REVIEW_WORK, Stage.REVIEW_SIGN_OFF)  # the stages of a practice review that wait for it
_NEEDS_ADVOCACY = (InvolvedGroup.CHILDREN, InvolvedGroup.FAMILY)


def invited(case: CaseState, group: InvolvedGroup | None = None) -> list[PersonInvited]:
    """Everybody invited, each once, as they were invited last."""
    last = {fact.person: fact for fact in case.every(PersonInvited)}
    return [fact for fact in last.values() if group is None or fact.group is group]


def involvement_open(case: CaseState) -> list[str]:
    """What still stands in the way of the final report: groups from which nobody is invited, living children of the
    case who are neither invited nor explained, persons neither heard nor explained, advocacy not considered (G-6).
    """
    waiting = [f"advocacy for {one}" for one in advocacy_open(case)]
    return [*groups_open(case), *children_open(case), *persons_open(case), *waiting]


def groups_open(case: CaseState) -> list[str]:
    """Groups from which nobody is invited and nobody says why; children who are each explained count as invited."""
    explained = {fact.group for fact in case.every(InvolvementExplained)}
    if children_explained(case) and not children_open(case):
        explained.add(InvolvedGroup.CHILDREN)
    return [group.value for group in InvolvedGroup if group not in explained and not invited(case, group)]


def persons_open(case: CaseState) -> list[str]:
    """Those invited who are neither heard nor explained."""
    heard = {fact.person for fact in case.every(ContributionRecorded)}
    heard |= {fact.person for fact in case.every(InvolvementExplained) if fact.person}
    return [one.person for one in invited(case) if one.person not in heard]


def children_explained(case: CaseState) -> list[str]:
    """Children of the case who are not invited, and it is said why."""
    return list(dict.fromkeys(fact.child_id for fact in case.every(InvolvementExplained) if fact.child_id))


def children_open(case: CaseState) -> list[str]:
    """Living children of the case whom no invitation and no explanation names (G-6, X-4)."""
    named = {*children_explained(case), *(one.child_id for one in invited(case))}
    return [one for one in _living(case) if one not in named]


def _living(case: CaseState) -> list[str]:
    """Children who can be heard: who died or was not yet born cannot."""
    return [one.child_id for one in reads.children(case) if one.harm is not Harm.DIED and not one.unborn]


def advocacy_open(case: CaseState) -> list[str]:
    """Living children and family, those explained included, for whom no advocate has been considered (§7, G-6).

    Whoever is still to be heard is not named here: what they say is taken only once an advocate was considered.
    """
    waited_for = persons_open(case)
    settled = [one for one in invited(case) if one.group in _NEEDS_ADVOCACY and one.person not in waited_for]
    left = [one.person for one in settled if not considered(case, one.person, one.child_id)]
    known, living = {one.child_id for one in invited(case)}, _living(case)
    explained = [one for one in children_explained(case) if one in living and one not in known]
    return left + [one for one in explained if not considered(case, one)]


def considered(case: CaseState, *ids: str | None) -> bool:
    """Whether an advocate was considered for somebody, under the one id or the other."""
    return any(fact.person in ids for fact in case.every(AdvocacyConsidered))


# --- checks ---


def _invited(case: CaseState, fact: PersonInvited, reported: Reported, now: datetime) -> None:
    once(
        [one for one in invited(case) if one.person == fact.person], f"The invitation of {fact.person}", field="person"
    )
    if fact.child_id:
        _of_the_case(case, fact.child_id)
        again = [one for one in invited(case) if one.child_id == fact.child_id]
        once(again, f"The invitation of {fact.child_id}")
        if fact.group is not InvolvedGroup.CHILDREN:
            raise no.UnknownChild(child=fact.child_id, fields={"group": "children, where child_id is given"})


def _of_the_case(case: CaseState, child: str) -> None:
    if child not in [one.child_id for one in reads.children(case)]:
        raise no.UnknownChild(child=child, fields={"child_id": "is no child of this case"})


def _known(case: CaseState, person: str) -> PersonInvited:
    found = next((one for one in invited(case) if one.person == person), None)
    if found is None:
        raise no.NobodyInvited(person=person, fields={"person": "nobody is invited under this id"})
    return found


def _answer(case: CaseState, fact: InvitationAnswered, reported: Reported, now: datetime) -> None:
    _known(case, fact.person)


def _advocacy(case: CaseState, fact: AdvocacyConsidered, reported: Reported, now: datetime) -> None:
    if fact.person not in [one.child_id for one in reads.children(case)]:
        _known(case, fact.person)


def _contributed(case: CaseState, fact: ContributionRecorded, reported: Reported, now: datetime) -> None:
    person = _known(case, fact.person)
    if person.group in _NEEDS_ADVOCACY:
        needs(
            considered(case, person.person, person.child_id),
            "whether an advocate should help this person has not been considered",
        )


def _explained(case: CaseState, fact: InvolvementExplained, reported: Reported, now: datetime) -> None:
    if fact.person is not None:
        _known(case, fact.person)
    if fact.child_id is not None:
        _of_the_case(case, fact.child_id)


# --- next steps ---


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if reads.ended(case) or reads.review_wanted(case) not in (Decision.PRACTICE_REVIEW, Decision.LEARNING_REVIEW):
        return
    waited = case.stage in _AT_WORK and reads.review_wanted(case) is Decision.PRACTICE_REVIEW
    for child in children_open(case):
        yield from _of_child(case, child, waited=waited)
    for child in (one for one in advocacy_open(case) if one in children_explained(case)):
        advocacy = AdvocacyConsidered(person=child, used=False, reasons=AdvocacyConsidered.sample["reasons"])
        yield Offer(body=advocacy, needed=waited, about=child, title=f"{_ADVOCACY} a child of the case")
    left = groups_open(case)
    for group in InvolvedGroup:
        number = len([fact for fact in case.every(PersonInvited) if fact.group is group]) + 1
        yield Offer(
            body=PersonInvited(
                person=f"{group}-{number}",
                group=group,
                name=f"Sample Person {number}",
                invited_by="Sample: the lead reviewer",
                how="Sample: by letter and a visit",
            ),
            needed=waited and group.value in left and (group is not InvolvedGroup.CHILDREN or not children_open(case)),
            about=group,
            title=f"Invite {_GROUPS[group]} to contribute",
        )
        if group.value in left:
            why = InvolvementExplained(group=group, reasons=InvolvementExplained.sample["reasons"])
            yield Offer(body=why, needed=False, about=group, title=f"Explain why {_GROUPS[group]} are not involved")
    for one in invited(case):
        yield from _of_person(case, one, waited=waited, left=persons_open(case))


def _of_child(case: CaseState, child: str, *, waited: bool) -> Iterator[Offer]:
    number = len([fact for fact in case.every(PersonInvited) if fact.group is InvolvedGroup.CHILDREN]) + 1
    invitation = PersonInvited(
        person=f"children-{number}",
        group=InvolvedGroup.CHILDREN,
        name=f"Sample Person {number}",
        invited_by="Sample: the lead reviewer",
        how="Sample: by a visit, with somebody whom the child trusts",
        child_id=child,
    )
    yield Offer(body=invitation, needed=waited, about=child, title="Invite a child of the case to contribute")
    why = InvolvementExplained(child_id=child, reasons=InvolvementExplained.sample["reasons"])
    yield Offer(body=why, needed=False, about=child, title="Explain why a child of the case is not involved")


def _of_person(case: CaseState, one: PersonInvited, *, waited: bool, left: list[str]) -> Iterator[Offer]:
    answered = any(fact.person == one.person for fact in case.every(InvitationAnswered))
    if not answered:
        accepted = InvitationAnswered(person=one.person, accepts=True)
        yield Offer(body=accepted, needed=False, about=one.person, title=f"Record the answer of {one.person}")
    if not considered(case, one.person, one.child_id):
        wanted = waited and one.group in _NEEDS_ADVOCACY
        advocacy = AdvocacyConsidered(person=one.person, used=False, reasons=AdvocacyConsidered.sample["reasons"])
        yield Offer(body=advocacy, needed=wanted, about=one.person, title=f"{_ADVOCACY} {one.person}")
    if one.person in left:
        reported = ContributionRecorded(
            person=one.person, how="Sample: a conversation", said=ContributionRecorded.sample["said"]
        )
        yield Offer(body=reported, needed=waited, about=one.person, title=f"Record what {one.person} said")
        why = InvolvementExplained(person=one.person, reasons=InvolvementExplained.sample["reasons"])
        yield Offer(body=why, needed=False, about=one.person, title=f"Explain why {one.person} is not involved")


_ADVOCACY = "Record whether an advocate was considered for"
_GROUPS = {
    InvolvedGroup.CHILDREN: "children and young people",
    InvolvedGroup.FAMILY: "parents and family",
    InvolvedGroup.PRACTITIONERS: "practitioners",
}

CHAPTER = Chapter(
    title="Involvement",
    facts=get_args(InvolvementFact),
    checks={
        PersonInvited: _invited,
        InvitationAnswered: _answer,
        AdvocacyConsidered: _advocacy,
        ContributionRecorded: _contributed,
        InvolvementExplained: _explained,
    },
    offers=_offers,
)
