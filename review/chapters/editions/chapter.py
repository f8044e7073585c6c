"""What the case's edition decides: kinds of notification, two-step returns, a move to another edition.

Pure. B-1, B-2, B-6, "Editions". An edition is data; here stands what a case does with it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from calendar_rules.edition import Edition
from review.case import reads
from review.case.deadline import Ending
from review.case.entries import Entry
from review.case.state import CaseState
from review.facts import Corrected, Reported
from review.facts.base import Fact
from review.facts.directory import Role
from review.facts.editions import (
    AgencyKnew,
    EditionFact,
    EditionMoved,
    MilestoneOfOursReached,
    NotificationWithdrawn,
)
from review.facts.enums import Stage
from review.facts.notification import PanelNotified
from review.kit import changes, deadline_ends, notify, released, sign_off_rounds
from review.kit import refusals as no
from review.kit.chapter import Chapter, Check
from review.kit.guards import agencies, needs, once
from review.kit.offer import Offer


def rapid_review_follows(case: CaseState) -> bool:
    """Whether a rapid review follows the notification, by its kind and the edition (B-1)."""
    notified = case.last(PanelNotified)
    kind = case.edition.notifications.get(notified.notification) if notified else None
    return kind is None or kind.rapid_review


def of_a_rapid_review(check: Check) -> Check:
    """The check of a fact that only a rapid review has: none is taken where none follows (B-1)."""

    def checked(case: CaseState, fact: Fact, reported: Reported, now: datetime) -> None:
        notified = case.last(PanelNotified)
        if notified and not rapid_review_follows(case):
            raise no.NoRapidReview(notification=notified.notification)
        check(case, fact, reported, now)

    return checked


def care_duties_open(case: CaseState) -> bool:
    """Whether Ofsted or the Secretary of State must still be told of the death of a child in care (D-2)."""
    return any(deadline.open for deadline in case.deadlines.values() if deadline.rule.startswith(reads.CARE_DUTIES))


def nothing_owed_of_notifying(case: CaseState) -> bool:
    """Whether a notified case may end: authorities told, the copy here, children's safety answered (N-4, N-5, N-8)."""
    if reads.notified_at(case) is None:
        return not care_duties_open(case)
    copy = case.deadlines.get("N-8")
    return not (care_duties_open(case) or reads.safety_missing(case) or (copy and copy.open))


def no_rapid_review(case: CaseState, now: datetime) -> None:
    """Its deadlines stop and say why; whoever is asked to sign is asked no more (B-1)."""
    why = "no rapid review follows this kind of notification"
    deadline_ends.end(case, Ending.NO_RAPID_REVIEW, why, now)
    sign_off_rounds.stop_all(case)


# --- checks ---


def _knew(case: CaseState, fact: AgencyKnew, reported: Reported, now: datetime) -> None:
    agencies(case, [fact.agency], "agency")
    if fact.agency not in case.requests:
        raise no.AgencyNotAsked(agency=reads.called(case, fact.agency), fields={"agency": "has not been asked"})
    if reads.known_first(case) is None:
        raise no.ReturnsInOneStep(edition=case.edition.id)
    once(reads.returns_of(case, fact.agency), f"The return of {reads.called(case, fact.agency)}")
    once(
        [one for one in case.every(AgencyKnew) if one.agency == fact.agency],
        f"This answer of {reads.called(case, fact.agency)}",
    )


def _withdrawn(case: CaseState, fact: NotificationWithdrawn, reported: Reported, now: datetime) -> None:
    needs(reads.notified_at(case), "the Panel has not been notified")
    once(reads.decision(case), "The partners' decision")


def _moved(case: CaseState, fact: EditionMoved, reported: Reported, now: datetime) -> None:
    if fact.to == case.edition.id and fact.edition == _edition_itself(case):
        raise no.SameEdition(edition=fact.to, fields={"to": "is the edition that the case goes by"})
    if fact.edition.id != fact.to:
        raise no.SameEdition(edition=fact.edition.id, fields={"to": "is not the id of the edition that was sent"})
    notified = case.last(PanelNotified)
    if notified and notified.notification not in fact.edition.notifications:
        raise no.UnknownNotification(
            notification=notified.notification,
            known=", ".join(fact.edition.notifications),
            fields={"to": "does not know this case's kind of notification"},
        )


def _reached(case: CaseState, fact: MilestoneOfOursReached, reported: Reported, now: datetime) -> None:
    known = reads.milestones_of_ours(case)
    if fact.milestone not in known:
        names = ", ".join(known) or "none"
        raise no.NoSuchMilestoneOfOurs(
            milestone=fact.milestone,
            edition=case.edition.id,
            known=names,
            fields={"milestone": f"choose one of: {names}"},
        )
    once(reads.milestone_of_ours(case, fact.milestone), f"The milestone {known[fact.milestone].title}")


# --- consequences ---


def _withdraw(case: CaseState, entry: Entry[NotificationWithdrawn], now: datetime) -> None:
    """The rapid review stops, and everybody who was told of the notification is told (B-2)."""
    why = "the notification was withdrawn with the Panel's agreement"
    deadline_ends.end(case, Ending.NOTIFICATION_WITHDRAWN, why, now)
    sign_off_rounds.stop_all(case)
    released.all_of_it(case, now)
    people = notify.holders(case, Role.DCS, Role.CHIEF_EXECUTIVE, *notify.LEADERS, Role.BUSINESS_UNIT)
    n = {"withdrawn_at": entry.happened_at}
    case.post(notify.to_each(people, "notification-withdrawn", "notification-withdrawn", n))
    changes.enter(case, Stage.NOTIFICATION_WITHDRAWN, now)


def _another_kind(case: CaseState, entry: Entry[Corrected], now: datetime) -> None:
    """Where the right kind asks for a rapid review, what stopped for want of one runs again, and a case that ended with
    its notification goes on (B-1).
    """
    if not isinstance(entry.fact.right, PanelNotified) or not rapid_review_follows(case) or reads.ended_by_people(case):
        return
    deadline_ends.go_on(case, (Ending.NO_RAPID_REVIEW,), "a rapid review follows the notification", now)
    sign_off_rounds.open_all_again(case)
    if case.stage is Stage.CONCLUDED:
        changes.go_back(case, Stage.NOTIFICATION, now)


def _move(case: CaseState, entry: Entry[EditionMoved], now: datetime) -> None:
    """Open deadlines are counted again by the new lengths, with the old and the new date on the record."""
    fact = entry.fact
    was = case.edition
    deadline_ends.move_to_edition(case, fact.edition, now)
    people = notify.holders(case, *notify.LEADERS, Role.BUSINESS_UNIT)
    n = {"was": was.title, "to": fact.edition.title}
    case.post(notify.to_each(people, f"edition-moved:{entry.reported.message}", "edition-moved", n))


# --- next steps ---


def first_steps(case: CaseState) -> Iterator[Offer]:
    """Whether the agencies knew the child or family, where the edition asks for that first (B-6)."""
    answered = {one.agency for one in case.every(AgencyKnew)}
    for agency in case.requests if reads.known_first(case) else ():
        if agency not in answered and not reads.returns_of(case, agency):
            known = case.cast.agency(agency)
            yield Offer(
                body=AgencyKnew(agency=agency, known=True, officer="Head of Safeguarding"),
                needed=not reads.meeting_held(case),
                about=agency,
                people=[known.safeguarding_lead] if known else [],
                title=f"Say whether the child or family was known to {reads.called(case, agency)}",
                deadline=f"D-6-known:{agency}",
            )


def _milestones(case: CaseState) -> Iterator[Offer]:
    """The partnership's own milestones, once they run: whoever owes one, or the Business Unit, records it."""
    for name, rule in reads.milestones_of_ours(case).items():
        if rule.id in case.deadlines and not reads.milestone_of_ours(case, name):
            owner = Role(rule.owner.value)
            yield Offer(
                body=MilestoneOfOursReached(milestone=name, note=MilestoneOfOursReached.sample["note"]),
                needed=True,
                about=name,
                title=f"Record: {rule.title}",
                deadline=rule.id,
                roles=list(dict.fromkeys([owner, Role.BUSINESS_UNIT])),
            )


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if reads.ended(case):
        return
    yield from _milestones(case)
    yield Offer(
        body=NotificationWithdrawn(
            reasons=NotificationWithdrawn.sample["reasons"],
            panel_agreement=NotificationWithdrawn.sample["panel_agreement"],
        ),
        needed=False,
        title="Withdraw the notification, with the Panel's agreement",
    )


def _nil_return(case: CaseState, entry: Entry[AgencyKnew], now: datetime) -> None:
    """One that knew neither child nor family has given its nil return with that: it gets the receipt (B-6, R-4)."""
    if not entry.fact.known:
        case.post(notify.return_recorded(case, entry, entry.fact.agency, nil=True))


CHAPTER = Chapter(
    title="Editions",
    facts=get_args(EditionFact),
    checks={
        AgencyKnew: of_a_rapid_review(_knew),
        NotificationWithdrawn: _withdrawn,
        EditionMoved: _moved,
        MilestoneOfOursReached: _reached,
    },
    offers=_offers,
    consequences={
        AgencyKnew: (_nil_return,),
        NotificationWithdrawn: (_withdraw,),
        EditionMoved: (_move,),
        Corrected: (_another_kind,),
    },
)


def _edition_itself(case: CaseState) -> Edition:
    """The edition as it stands in its file, without what is kept of one before."""
    rules = {id: rule for id, rule in case.edition.deadlines.items() if id not in case.lapsed}
    return case.edition.model_copy(update={"deadlines": rules})
