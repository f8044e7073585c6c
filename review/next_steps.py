"""What can be done next in a case, each with a valid example: how a client that knows nothing of the protocol is led.

A step is offered exactly when its example would be taken now: the same `validate_fact` decides both.
`needed` marks what the protocol waits for; the rest may be done, and need not.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from calendar_rules.edition import Edition
from review.case.state import CaseState
from review.chapters import CHAPTERS
from review.chapters.rapid_review.steps import BY_SYSTEM
from review.check import validate_fact
from review.correctable import CORRECTABLE
from review.facts import Corrected, DocumentRef, Fact, Reported, Speaker
from review.facts.any_stage import TakenBack
from review.facts.editions import EditionMoved
from review.kit.body import Body
from review.kit.offer import NextStep as NextStep
from review.kit.offer import Offer
from review.kit.refusals import Refusal
from review.offices import MAY_REPORT

NO_HASH = "0" * 64


def next_steps(case: CaseState, now: datetime, *, rel: str | None = None) -> list[NextStep]:
    """Every step that is possible now, what is needed first, in the protocol's order; or those of one kind.

    `now` is the case's clock.
    """
    offers = [one for one in _offers(case, now) if rel in (None, one.body.kind) and _taken(case, one, now)]
    return [_step(case, offer) for offer in sorted(offers, key=lambda offer: not offer.needed)]


def needed_steps(case: CaseState, now: datetime) -> Iterator[NextStep]:
    """What the protocol waits for now, in its order: the first of `next_steps`, without trying the rest."""
    return (_step(case, offer) for offer in _of_chapters(case, now) if offer.needed and _taken(case, offer, now))


def move_steps(case: CaseState, editions: Iterable[Edition], now: datetime) -> list[NextStep]:
    """The move to another edition, where one is at hand that can take this case ("Editions")."""
    edition = next(editions_to_move_to(case, editions, now), None)
    if edition is None:
        return []
    offer = _move(edition)
    example = offer.body.model_dump(mode="json", include={"to", "reason"})
    return [_step(case, offer).model_copy(update={"example": example})]


def editions_to_move_to(case: CaseState, editions: Iterable[Edition], now: datetime) -> Iterator[Edition]:
    """Those under which the case can go on: not its own as it stands, and none that does not know its notification."""
    return (edition for edition in editions if _taken(case, _move(edition), now))


def _move(edition: Edition) -> Offer:
    fact = EditionMoved(to=edition.id, reason=EditionMoved.sample["reason"], edition=edition)
    return Offer(body=fact, needed=False, title="Move the case to another edition of the protocol")


def _taken(case: CaseState, offer: Offer, now: datetime) -> bool:
    body = offer.body
    fact = (
        body
        if isinstance(body, Fact)
        else body.to_fact(
            DocumentRef(document=body.document, version=1, sha256=NO_HASH) if body.paper() else None,
            case,
        )
    )
    by = Speaker(people=offer.people or [BY_SYSTEM], roles=offer.roles or list(MAY_REPORT[fact.kind]))
    try:
        validate_fact(case, Reported(message="next-step", by=by, recorded_at=now, fact=fact), now)
    except Refusal:
        return False
    return True


def _step(case: CaseState, offer: Offer) -> NextStep:
    kind = offer.body.kind
    deadline = case.deadlines.get(offer.deadline or "")
    open_deadline = deadline if deadline and deadline.open else None
    title = offer.title or (offer.body.title if isinstance(offer.body, Fact) else offer.body.paper_title)
    return NextStep(
        rel=kind,
        title=title,
        needed=offer.needed,
        about=offer.about,
        roles=offer.roles or list(MAY_REPORT[kind]),
        people=offer.people,
        due=open_deadline.due if open_deadline else None,
        deadline=open_deadline.id if open_deadline else None,
        example=_example(offer.body),
    )


def _example(body: Fact | Body) -> dict[str, Any]:
    """The body as a client would send it, without what may be left out; kinds are always named."""
    example = body.model_dump(mode="json", exclude_defaults=True) | {"kind": body.kind}
    if isinstance(body, Fact):
        example |= body.model_dump(mode="json", include=set(body.outright))
    if isinstance(body, Corrected):
        example["right"] |= {"kind": body.right.kind}
    return example


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    yield from _of_chapters(case, now)
    yield from _corrections(case)


def _of_chapters(case: CaseState, now: datetime) -> Iterator[Offer]:
    for chapter in CHAPTERS:
        yield from chapter.offers(case, now)


def _corrections(case: CaseState) -> Iterator[Offer]:
    """The entry that was made last, as an example: any other can be corrected the same way (X-2). Never needed."""
    correctable = (one for one in reversed(case.entries) if one.fact.kind in CORRECTABLE and not one.corrected_by)
    if last := next(correctable, None):
        about, message = last.fact.kind, last.reported.message
        fix = Corrected(corrects=message, right=last.fact, reason=Corrected.sample["reason"])
        yield Offer(body=fix, needed=False, about=about, title="Correct what was entered wrongly")
        back = TakenBack(takes_back=message, reason=TakenBack.sample["reason"])
        yield Offer(body=back, needed=False, about=about, title="Take back what was entered by mistake")
