"""Who was told of something by mail is told when it is put right: taken back, or corrected (X-2).

Room: review. Pure transitions on `CaseState`. One table says which mails tell of which fact; the causes of the mails
that went out are in the state, so those very people are found. The reason stays in the record, as with every mail.
"""

from collections.abc import Iterator
from datetime import datetime
from fnmatch import fnmatchcase
from glob import escape
from itertools import groupby
from typing import NamedTuple

from review.case import CaseState
from review.directory import Role
from review.facts import Corrected, Fact
from review.notices import OTHER_PARTNERSHIP, Notice
from review.said import practice_review as say
from review.said.crg import ConcernAnswered, ConcernEscalated
from review.said.follow_up import ActionHandedOn, ActionSet, LearningDisseminated
from review.said.information import InformationRequestConcluded, InformationRequested, InformationSupplied
from review.said.learning_review import LearningParticipantsNamed, LearningReviewAssured
from review.said.notification import IncidentReported, NotNotifiedDecided, PanelNotified
from review.said.panel import PanelAcknowledged, PanelResponded, PartnersDecided
from review.said.rapid_review import AgencyReturned
from review.said.referral import CrgConsidered, ReferralReceived
from review.said.report import SubmittedToPanel
from review.said.standing import CasePaused, CaseResumed, TakenBack
from review.telling import subject_of
from review.timing import TAKEN_BACK
from review.told import Entry

WAY = "put-right-told"  # before, only some of those who had been told were told that it was wrong

# fact -> causes of the mails that tell of it; {message} is the fact's own, other names are its fields.
TELLS_OF: dict[type[Fact], tuple[str, ...]] = {
    IncidentReported: ("incident-received*",),
    ReferralReceived: ("referral-returned", "referral-received:referral"),
    InformationRequested: ("information-requested",),
    InformationSupplied: ("information-supplied:{message}",),
    InformationRequestConcluded: ("information-concluded:{message}",),
    NotNotifiedDecided: ("not-notified*", "referral-received:not-notified*"),
    PanelNotified: ("partners-told", "notification-copy", "notified-without-review"),
    CrgConsidered: ("crg-considered:*",),
    AgencyReturned: ("returns-pack:*",),
    SubmittedToPanel: ("submitted",),
    PanelAcknowledged: ("panel-acknowledged",),
    PanelResponded: ("panel-decision*", "panel-asks-more:*"),
    PartnersDecided: ("partners-decision:*",),
    LearningParticipantsNamed: ("learning-participant:*",),
    LearningReviewAssured: ("learning-review-agreed*", "learning-sent-back:{version}"),
    LearningDisseminated: ("learning-disseminated:{message}",),
    say.ConflictDeclared: ("conflict-declared:{message}",),
    say.ContractIssued: ("review-step:contract-issued:{message}",),
    say.ContractEnded: ("review-step:contract-ended:{message}",),
    say.DaysUsed: ("days-warning:*",),
    say.MilestoneReached: ("review-progress:{message}",),
    say.ProgressReported: ("review-progress:{message}",),
    say.ReviewAssured: ("review-back:{version}",),
    say.ReviewExtended: ("review-step:extended:{message}", "review-delayed:*"),
    say.PublicationPlanned: ("publication-planned:{message}", "advance-copy-news:{message}"),
    say.AdvanceCopySent: ("advance-copy:{message}",),
    say.ReviewPublished: ("review-over:{message}",),
    say.ReviewNotPublished: ("review-over:{message}", "advance-copy-news:{message}"),
    ActionSet: ("action-set:{action}", "action-set:{action}:{message}"),
    ActionHandedOn: ("action-set:{action}:{message}", "action-handed-on:{action}:{message}"),
    ConcernEscalated: ("concern-escalated:{concern}",),
    ConcernAnswered: ("concern-answered:{concern}:{message}",),
    CasePaused: ("case-paused:{message}", "request-paused:{message}:*"),
    CaseResumed: ("case-resumed:{message}",),
}
# When these are corrected, those whom they concern are told what is right in the mail that told them first.
_TOLD_ANEW = (NotNotifiedDecided, CrgConsidered, PanelResponded, PartnersDecided)
_OUTSIDE = {Role.PANEL, Role.OFSTED, Role.SECRETARY_OF_STATE}  # who read no portal


class Said(NamedTuple):
    """One mail that told of an entry: its cause, to whom, when."""

    cause: str
    person: str
    at: datetime | None


def causes_of(entry: Entry) -> tuple[str, ...]:
    """Causes, as patterns, of the mails that tell of an entry; a right one in the place of a wrong one was told so."""
    known = {**entry.said.fact.model_dump(), "message": entry.said.message}
    values = {name: escape(str(value)) for name, value in known.items()}
    wanted = [pattern.format(**values) for pattern in TELLS_OF.get(type(entry.said.fact), ())]
    return (*wanted, f"put-right:{values['message']}")


def told_of(case: CaseState, patterns: tuple[str, ...]) -> list[Said]:
    """The mails under these causes that went out, or are on their way."""
    sent = [(*key.rpartition(">")[::2], at) for key, at in case.done.items() if ">" in key]
    waiting = [(notice.cause, notice.to, None) for notice in case.outbox]
    return [Said(*one) for one in [*sent, *waiting] if any(fnmatchcase(one[0], wanted) for wanted in patterns)]


def tell(case: CaseState, entry: Entry, now: datetime) -> None:
    """A correction or a taking back, and all that follows from it, is in the state: whoever was told is told of it."""
    fact = entry.said.fact
    if not isinstance(fact, Corrected | TakenBack) or not case.knows(WAY):
        return
    wrong = next(one for one in case.entries if one.corrected_by == entry.said.message and _is_meant(one, fact))
    causes = causes_of(wrong)
    if isinstance(fact, TakenBack):
        causes += tuple(f"bell:{escape(id)}:*" for id in _clocks_gone(case, now))
    elif isinstance(wrong.said.fact, _TOLD_ANEW):
        return
    told = told_of(case, causes)
    if isinstance(fact, TakenBack):
        _forget(case, causes)
    anew = {notice.to for notice in case.outbox if notice.cause.endswith(f":{entry.said.message}")}
    case.post(_notices(case, wrong, fact, [one for one in told if one.person not in anew], now))


def _is_meant(one: Entry, fact: Corrected | TakenBack) -> bool:
    return one.said.message == (fact.corrects if isinstance(fact, Corrected) else fact.takes_back)


def _clocks_gone(case: CaseState, now: datetime) -> list[str]:
    """Deadlines that stopped now because what they were counted from was taken back: nobody owes them any more."""
    return [one.id for one in case.clocks.values() if one.stopped_why == TAKEN_BACK and one.stopped_at == now]


def _forget(case: CaseState, causes: tuple[str, ...]) -> None:
    """Said again, it is told again: under a cause of its own, since each mail goes out once."""
    gone = {one.cause for one in told_of(case, causes)}
    for cause in sorted(gone):
        case.taken_back[cause] = case.taken_back.get(cause, 0) + 1
    case.done = {key: at for key, at in case.done.items() if key.rpartition(">")[0] not in gone}
    case.failed = {
        key: one
        for key, one in case.failed.items()
        if not any(fnmatchcase(one.notice.cause, wanted) for wanted in causes)
    }


def _notices(
    case: CaseState, wrong: Entry, fact: Corrected | TakenBack, told: list[Said], now: datetime
) -> Iterator[Notice]:
    """One mail to each, however often they had been told."""
    about, title = subject_of(wrong.said.fact), wrong.said.fact.title
    for person, theirs in groupby(sorted(told, key=lambda one: one.person), key=lambda one: one.person):
        last = max((one.at for one in theirs if one.at), default=now)
        member = case.cast.person(person)
        outside = person == OTHER_PARTNERSHIP or bool(member and _OUTSIDE & set(member.roles))
        n = {"title": title, "told_at": last, "gone": isinstance(fact, TakenBack) or _let_off(wrong, fact, person)}
        if action := getattr(wrong.said.fact, "action", None):
            n["which"] = action  # an owner may have several (G-11)
        template = "put-right-outside" if outside else "put-right"
        yield Notice(cause=f"put-right:{wrong.corrected_by}", template=template, to=person, about=about, n=n)


def _let_off(wrong: Entry, correction: Corrected, person: str) -> bool:
    """Whether an action was never theirs: its owner was entered wrongly (G-11)."""
    was, owner = getattr(wrong.said.fact, "owner", None), getattr(correction.right, "owner", None)
    return person == was and person != owner
