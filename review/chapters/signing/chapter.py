"""§2 Sign-off of exactly one version, whatever is signed. Pure. R-11, D-8."""

from collections.abc import Iterator
from datetime import datetime

from review.case import reads
from review.case.entries import Entry
from review.case.sign_off import Round
from review.case.state import CaseState
from review.chapters.practice_review import mails
from review.chapters.practice_review.checks_report import check_signature
from review.chapters.practice_review.effects import mind_the_decision
from review.facts import Reported
from review.facts.directory import Role
from review.facts.enums import Verdict
from review.facts.signing import SignOffGiven
from review.kit import refusals as no
from review.kit import sign_off_rounds, signatures
from review.kit.awaited import asked_in_vain
from review.kit.chapter import Chapter
from review.kit.offer import Offer
from review.kit.sign_off_rounds import deadline_of, subject_of_ask


def _signed(case: CaseState, fact: SignOffGiven, reported: Reported, now: datetime) -> None:
    one = next((one for one in case.rounds if one.id == fact.round), None)
    if one is None:
        raise no.NotAskedToSign(document="this document", version="named", fields={"round": "no such round"})
    if one.for_comment:
        raise no.CommentAsked
    if one.of_the_crg:
        raise no.AgreementAsked
    signatures.check_signature(case, one, one.ask_of(fact.officer, fact.capacity), fact, reported, now)
    if fact.verdict is Verdict.APPROVE:
        check_signature(case, one.document.document)


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    for one in (one for one in case.rounds if one.open and not one.for_comment and not one.of_the_crg):
        for ask in (ask for ask in one.asks if ask.verdict is None):
            yes = SignOffGiven(
                round=one.id,
                officer=ask.officer,
                sha256=one.document.sha256,
                verdict=Verdict.APPROVE,
                capacity=ask.capacity,
            )
            title = (
                f"Sign off {one.title}, version {one.document.version}, for {reads.capacity_called(case, ask.capacity)}"
            )
            yield Offer(
                body=yes,
                needed=not asked_in_vain(case, subject_of_ask(one, ask)),
                about=ask.capacity,
                people=[ask.officer],
                roles=_roles(case, ask.officer),
                title=title,
                deadline=deadline_of(one, ask),
            )
            for deputy in ask.deputies:
                yield Offer(
                    body=yes.model_copy(update={"officer": deputy}),
                    needed=False,
                    about=ask.capacity,
                    people=[deputy],
                    roles=_roles(case, deputy),
                    title=f"{title}, as deputy",
                    deadline=deadline_of(one, ask),
                )


def _roles(case: CaseState, person: str) -> list[Role]:
    member = case.cast.person(person)
    return [role for role in (member.roles if member else []) if role in SignOffGiven.may_report]


def _sign(case: CaseState, entry: Entry[SignOffGiven], now: datetime) -> None:
    """The round is met, or sent back; what all have signed is told (R-11, K-1, K-3, K-7)."""
    sign_off_rounds.sign(case, entry.fact, entry, now)
    follow_up(case, next(one for one in case.rounds if one.id == entry.fact.round), now)


def follow_up(case: CaseState, one: Round, now: datetime) -> None:
    """What all have signed is told; the partners' decision then stands (K-1, K-3, K-7, R-15)."""
    mails.signed(case, one.id)
    if one.entry:
        mind_the_decision(case, now)


CHAPTER = Chapter(
    title="§2 Sign-off",
    facts=(SignOffGiven,),
    checks={SignOffGiven: _signed},
    offers=_offers,
    consequences={SignOffGiven: (_sign,)},
)
