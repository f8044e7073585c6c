"""§2 Sign-off of exactly one version, whatever is signed. Room: review; pure. R-11, D-8."""

from collections.abc import Iterator
from datetime import datetime

from review import practice_told, rounds
from review import refusals as no
from review.case import CaseState
from review.changes import when
from review.chapter import Chapter
from review.directory import Role
from review.facts import Said
from review.guards import TOLERANCE, not_before
from review.offer import Offer
from review.practice_checks import check_signature
from review.rounds import clock_of_ask
from review.said.report import SignOffGiven
from review.sign_off import accountable, deputies, in_words
from review.telling import moment
from review.told import Entry
from review.words import Verdict

SIGNATORIES = (
    Role.ACCOUNTABLE_OFFICER,
    Role.DEPUTY,
    Role.CRG_CHAIR,
    Role.AGENCY,
    Role.INDEPENDENT_CHAIR,
)


def _signed(case: CaseState, fact: SignOffGiven, said: Said, now: datetime) -> None:
    one = next((one for one in case.rounds if one.id == fact.round), None)
    if one is None:
        raise no.NotAskedToSign(document="this document", version="named", fields={"round": "no such round"})
    if one.for_comment:
        raise no.CommentAsked
    ask = one.ask_of(fact.officer, fact.capacity)
    if ask is None:
        raise no.NotAskedToSign(document=one.title, version=one.document.version)
    if ask.verdict is not None and ask.given_at is not None:
        raise no.AlreadySigned(
            document=one.title, version=one.document.version, capacity=ask.capacity, when=moment(ask.given_at)
        )
    if not one.open:
        raise no.RoundClosed(status=one.status)
    if fact.officer not in (*accountable(case.cast, ask.capacity), *deputies(case.cast, ask.capacity)):
        raise no.NotAskedToSign(document=one.title, version=one.document.version)
    sent = one.opened_at - TOLERANCE
    not_before("The sign-off", when(case, said, now), "the draft was sent", sent, "happened_at")
    if fact.sha256 != one.document.sha256:
        raise no.WrongVersion(fields={"sha256": "is not that of the version asked for"})
    if fact.verdict is Verdict.SEND_BACK and not fact.comments.strip():
        raise no.CommentsMissing(fields={"comments": "say what should change"})
    if fact.verdict is Verdict.APPROVE:
        check_signature(case, one.document.document)


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    for one in (one for one in case.rounds if one.open and not one.for_comment):
        for ask in (ask for ask in one.asks if ask.verdict is None):
            yes = SignOffGiven(
                round=one.id,
                officer=ask.officer,
                sha256=one.document.sha256,
                verdict=Verdict.APPROVE,
                capacity=ask.capacity,
            )
            title = f"Sign off {one.title}, version {one.document.version}, for {in_words(ask.capacity)}"
            yield Offer(
                body=yes,
                needed=True,
                about=ask.capacity,
                people=[ask.officer],
                roles=_roles(case, ask.officer),
                title=title,
                deadline=clock_of_ask(one, ask),
            )
            for deputy in ask.deputies:
                yield Offer(
                    body=yes.model_copy(update={"officer": deputy}),
                    needed=False,
                    about=ask.capacity,
                    people=[deputy],
                    roles=_roles(case, deputy),
                    title=f"{title}, as deputy",
                    deadline=clock_of_ask(one, ask),
                )


def _roles(case: CaseState, person: str) -> list[Role]:
    member = case.cast.person(person)
    return [role for role in (member.roles if member else []) if role in SIGNATORIES]


def _follows(case: CaseState, entry: Entry, now: datetime) -> None:
    if isinstance(fact := entry.said.fact, SignOffGiven):
        rounds.sign(case, fact, entry, now)
        practice_told.signed(case, fact.round)


CHAPTER = Chapter(
    title="§2 Sign-off",
    checks={SignOffGiven: _signed},
    may_say={"sign-off-given": SIGNATORIES},
    offers=_offers,
    consequences=_follows,
)
