"""Involvement of children and young people, family and practitioners (§6, §7, G-6). Room: review; pure.

Nobody is passed over in silence: everybody invited is either heard or their absence explained, and so is each group.
"""

from collections.abc import Iterator
from datetime import datetime

from review import examples
from review import refusals as no
from review.case import CaseState
from review.chapter import Chapter
from review.directory import Role
from review.facts import Said
from review.guards import needs, once
from review.offer import Offer
from review.said.involvement import (
    AdvocacyConsidered,
    ContributionRecorded,
    InvitationAnswered,
    InvolvementExplained,
    PersonInvited,
)
from review.words import Decision, InvolvedGroup, Stage

_SAYS = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
_AT_WORK = (Stage.REVIEW_WORK, Stage.REVIEW_SIGN_OFF)  # the stages of a practice review that wait for it
_NEEDS_ADVOCACY = (InvolvedGroup.CHILDREN, InvolvedGroup.FAMILY)


def invited(case: CaseState, group: InvolvedGroup | None = None) -> list[PersonInvited]:
    """Everybody invited, each once, as they were invited last."""
    last = {fact.person: fact for fact in case.every(PersonInvited)}
    return [fact for fact in last.values() if group is None or fact.group is group]


def involvement_open(case: CaseState) -> list[str]:
    """Who is neither heard nor explained: ids of persons, and groups of whom nobody is invited (G-6)."""
    explained = case.every(InvolvementExplained)
    heard = {fact.person for fact in case.every(ContributionRecorded)} | {fact.person for fact in explained}
    groups = {fact.group for fact in explained}
    missing = [group.value for group in InvolvedGroup if group not in groups and not invited(case, group)]
    return missing + [one.person for one in invited(case) if one.person not in heard]


def considered(case: CaseState, person: str) -> bool:
    return any(fact.person == person for fact in case.every(AdvocacyConsidered))


# --- checks ---


def _invited(case: CaseState, fact: PersonInvited, said: Said, now: datetime) -> None:
    once([one for one in invited(case) if one.person == fact.person], f"The invitation of {fact.person}")


def _known(case: CaseState, person: str) -> PersonInvited:
    found = next((one for one in invited(case) if one.person == person), None)
    if found is None:
        raise no.NobodyInvited(person=person, fields={"person": "nobody is invited under this id"})
    return found


def _of_somebody(case: CaseState, fact: InvitationAnswered | AdvocacyConsidered, said: Said, now: datetime) -> None:
    _known(case, fact.person)


def _contributed(case: CaseState, fact: ContributionRecorded, said: Said, now: datetime) -> None:
    if _known(case, fact.person).group in _NEEDS_ADVOCACY:
        needs(considered(case, fact.person), "whether an advocate should help this person has not been considered")


def _explained(case: CaseState, fact: InvolvementExplained, said: Said, now: datetime) -> None:
    if fact.person is not None:
        _known(case, fact.person)


# --- next steps ---


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if case.ended or case.review_wanted not in (Decision.PRACTICE_REVIEW, Decision.LEARNING_REVIEW):
        return
    waited = case.stage in _AT_WORK and case.review_wanted is Decision.PRACTICE_REVIEW
    left = involvement_open(case)
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
            needed=waited and group.value in left,
            about=group,
            title=f"Invite {_GROUPS[group]} to contribute",
        )
        if group.value in left:
            why = InvolvementExplained(group=group, reasons=examples.NOT_INVOLVED)
            yield Offer(body=why, needed=False, about=group, title=f"Explain why {_GROUPS[group]} are not involved")
    for one in invited(case):
        yield from _of_person(case, one, waited=waited and one.person in left, left=left)


def _of_person(case: CaseState, one: PersonInvited, *, waited: bool, left: list[str]) -> Iterator[Offer]:
    answered = any(fact.person == one.person for fact in case.every(InvitationAnswered))
    if not answered:
        yield Offer(body=InvitationAnswered(person=one.person, accepts=True), needed=False, about=one.person)
    if not considered(case, one.person):
        advocacy = AdvocacyConsidered(person=one.person, used=False, reasons=examples.ADVOCACY)
        yield Offer(body=advocacy, needed=waited and one.group in _NEEDS_ADVOCACY, about=one.person)
    if one.person in left:
        said = ContributionRecorded(person=one.person, how="Sample: a conversation", said=examples.CONTRIBUTION)
        yield Offer(body=said, needed=waited, about=one.person)
        why = InvolvementExplained(person=one.person, reasons=examples.NOT_INVOLVED)
        yield Offer(body=why, needed=False, about=one.person)


_GROUPS = {
    InvolvedGroup.CHILDREN: "children and young people",
    InvolvedGroup.FAMILY: "parents and family",
    InvolvedGroup.PRACTITIONERS: "practitioners",
}

CHAPTER = Chapter(
    title="Involvement",
    checks={
        PersonInvited: _invited,
        InvitationAnswered: _of_somebody,
        AdvocacyConsidered: _of_somebody,
        ContributionRecorded: _contributed,
        InvolvementExplained: _explained,
    },
    may_say={
        "person-invited": _SAYS,
        "invitation-answered": _SAYS,
        "advocacy-considered": _SAYS,
        "contribution-recorded": _SAYS,
        "involvement-explained": _SAYS,
    },
    offers=_offers,
)
