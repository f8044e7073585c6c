"""Who was told of something by mail is told when it is put right: taken back, or corrected (X-2).

Pure transitions on `CaseState`. A fact's class says which mails tell of it (`told_by_mail`); the causes of the mails
that went out are in the state, so those very people are found. The reason stays in the record, as with every mail.
"""

from collections.abc import Iterator
from datetime import datetime
from fnmatch import fnmatchcase
from glob import escape
from itertools import groupby
from typing import NamedTuple

from review.case.entries import Entry
from review.case.notices import OTHER_PARTNERSHIP, Notice
from review.case.state import CaseState
from review.facts import Corrected
from review.facts.any_stage import TakenBack
from review.facts.directory import WRITTEN_TO_ONLY
from review.facts.follow_up import ActionFact, ActionHandedOn, ActionSet
from review.kit import notify
from review.kit.deadlines import TAKEN_BACK
from review.kit.notify_called import called_thing

_OUTSIDE = set(WRITTEN_TO_ONLY)  # who read no portal


class Reported(NamedTuple):
    """One mail that told of an entry: its cause, to whom, when."""

    cause: str
    person: str
    at: datetime | None


def causes_of(entry: Entry) -> tuple[str, ...]:
    """Causes, as patterns, of the mails that tell of an entry; a right one in the place of a wrong one was told so."""
    known = {**entry.fact.model_dump(), "message": entry.reported.message}
    values = {name: escape(str(value)) for name, value in known.items()}
    wanted = [pattern.format(**values) for pattern in entry.fact.told_by_mail]
    return (*wanted, f"put-right:{values['message']}")


def told_of(case: CaseState, patterns: tuple[str, ...]) -> list[Reported]:
    """The mails under these causes that went out, or are on their way."""
    sent = [(key.cause, key.to, at) for key, at in case.done.items() if key.to]
    on_the_way = [*case.outbox, *(one.notice for one in case.waiting.values())]
    waiting = [(notice.cause, notice.to, None) for notice in on_the_way]
    return [Reported(*one) for one in [*sent, *waiting] if any(fnmatchcase(one[0], wanted) for wanted in patterns)]


def notify_those_told(case: CaseState, entry: Entry, now: datetime) -> None:
    """A correction or a taking back, and all that follows from it, is in the state: whoever was told is told of it."""
    fact = entry.fact
    if not isinstance(fact, Corrected | TakenBack):
        return
    wrong = next(one for one in case.entries if one.corrected_by == entry.reported.message and _is_meant(one, fact))
    causes = causes_of(wrong)
    if isinstance(fact, TakenBack):
        causes += tuple(f"{notify.REMINDER}{escape(id)}:*" for id in _deadlines_gone(case, now))
    elif wrong.fact.mailed_again:
        return
    told = told_of(case, causes)
    if isinstance(fact, TakenBack):
        _forget(case, causes)
    again = {notice.to for notice in case.outbox if notice.cause.endswith(f":{entry.reported.message}")}
    case.post(_notices(case, wrong, fact, [one for one in told if one.person not in again], now))


def _is_meant(one: Entry, fact: Corrected | TakenBack) -> bool:
    return one.reported.message == (fact.corrects if isinstance(fact, Corrected) else fact.takes_back)


def _deadlines_gone(case: CaseState, now: datetime) -> list[str]:
    """Deadlines that stopped now because what they were counted from was taken back: nobody owes them any more."""
    return [one.id for one in case.deadlines.values() if one.stopped_why == TAKEN_BACK and one.stopped_at == now]


def _forget(case: CaseState, causes: tuple[str, ...]) -> None:
    """Said again, it is told again: under a cause of its own, since each mail goes out once."""
    gone = {one.cause for one in told_of(case, causes)}
    for cause in sorted(gone):
        case.taken_back[cause] = case.taken_back.get(cause, 0) + 1
    case.done = {key: at for key, at in case.done.items() if not key.is_mail or key.cause not in gone}
    for kept in (case.failed, case.retried, case.waiting):
        for key in [key for key in kept if any(fnmatchcase(key.cause, wanted) for wanted in causes)]:
            del kept[key]


def _notices(
    case: CaseState, wrong: Entry, fact: Corrected | TakenBack, told: list[Reported], now: datetime
) -> Iterator[Notice]:
    """One mail to each, however often they had been told."""
    about, title = wrong.fact.about, wrong.fact.title
    for person, theirs in groupby(sorted(told, key=lambda one: one.person), key=lambda one: one.person):
        last = max((one.at for one in theirs if one.at), default=now)
        member = case.cast.person(person)
        outside = person == OTHER_PARTNERSHIP or bool(member and _OUTSIDE & set(member.roles))
        n = {"title": title, "told_at": last, "gone": isinstance(fact, TakenBack) or _let_off(wrong, fact, person)}
        if isinstance(wrong.fact, ActionFact):
            n["called"] = called_thing(case, wrong.fact.action)  # an owner may have several (G-11)
        template = "put-right-outside" if outside else "put-right"
        yield Notice(cause=f"put-right:{wrong.corrected_by}", template=template, to=person, about=about, n=n)


def _let_off(wrong: Entry, correction: Corrected, person: str) -> bool:
    """Whether an action was never theirs: its owner was entered wrongly (G-11)."""
    right = correction.right
    owner = right.owner if isinstance(right, ActionSet | ActionHandedOn) else None
    return isinstance(wrong.fact, ActionSet | ActionHandedOn) and person == wrong.fact.owner != owner
