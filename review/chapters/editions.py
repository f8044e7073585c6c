"""What the case's edition decides: kinds of notification, two-step returns, a move to another edition.

Room: review; pure. B-1, B-2, B-6, "Editions". An edition is data; here stands what a case does with it.
"""

from collections.abc import Iterator
from datetime import datetime

from review import changes, examples, letting_go, telling, timing
from review import refusals as no
from review.case import CaseState
from review.chapter import Chapter, Check
from review.directory import Role
from review.fact import Fact
from review.facts import Corrected, Said
from review.guards import agencies, needs, once
from review.offer import Offer
from review.said.editions import AgencyKnew, EditionMoved, NotificationWithdrawn
from review.said.notification import PanelNotified
from review.sign_off import RoundStatus
from review.told import Entry
from review.words import Stage

NOTIFICATION_GONE = "the notification was withdrawn with the Panel's agreement"  # why clocks stopped (B-2)
_NOTIFIED = (  # the stages in which a notification can be withdrawn: until the partners decide (B-2)
    *(Stage.NOTIFICATION, Stage.SCOPING, Stage.REQUEST, Stage.RETURNS, Stage.RAPID_REVIEW_MEETING),
    *(Stage.REPORT, Stage.SUBMISSION, Stage.PANEL, Stage.DECISION),
)
CARE_DUTIES = "D-2"  # run whatever becomes of the notification (N-4)


def rapid_review_follows(case: CaseState) -> bool:
    """Whether a rapid review follows the notification, by its kind and the edition (B-1)."""
    notified = case.last(PanelNotified)
    kind = case.edition.notifications.get(notified.notification) if notified else None
    return kind is None or kind.rapid_review


def of_a_rapid_review(check: Check) -> Check:
    """The check of a fact that only a rapid review has: none is taken where none follows (B-1)."""

    def checked(case: CaseState, fact: Fact, said: Said, now: datetime) -> None:
        notified = case.last(PanelNotified)
        if notified and not rapid_review_follows(case):
            raise no.NoRapidReview(notification=notified.notification)
        check(case, fact, said, now)

    return checked


def care_duties_open(case: CaseState) -> bool:
    """Whether Ofsted or the Secretary of State must still be told of the death of a child in care (D-2)."""
    return any(clock.open for clock in case.clocks.values() if clock.rule.startswith(CARE_DUTIES))


def stop_the_rapid_review(case: CaseState, why: str, now: datetime) -> None:
    """Every clock but those of D-2 stops and says why; whoever is asked to sign is asked no more (B-1, B-2)."""
    for clock in case.clocks.values():
        if clock.open and not clock.rule.startswith((CARE_DUTIES, "D-3")):
            timing.stop(case, clock.id, why, now)
    for one in case.rounds:
        if one.open:
            one.status = RoundStatus.STOPPED


# --- checks ---


def _knew(case: CaseState, fact: AgencyKnew, said: Said, now: datetime) -> None:
    agencies(case, [fact.agency], "agency")
    if fact.agency not in case.requests:
        raise no.AgencyNotAsked(agency=fact.agency, fields={"agency": "has not been asked"})
    if case.known_first is None:
        raise no.ReturnsInOneStep(edition=case.edition.id)
    once(case.submitted, "The submission to the Panel")
    once(case.returns_of(fact.agency), f"The return of {fact.agency}")
    once([one for one in case.every(AgencyKnew) if one.agency == fact.agency], f"This answer of {fact.agency}")


def _withdrawn(case: CaseState, fact: NotificationWithdrawn, said: Said, now: datetime) -> None:
    needs(case.notified_at, "the Panel has not been notified")
    once(case.decision, "The partners' decision")


def _moved(case: CaseState, fact: EditionMoved, said: Said, now: datetime) -> None:
    if fact.to == case.edition.id and fact.edition == case.edition_itself:
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


# --- consequences ---


def _follows(case: CaseState, entry: Entry, now: datetime) -> None:
    match entry.said.fact:
        case NotificationWithdrawn():
            stop_the_rapid_review(case, NOTIFICATION_GONE, now)
            letting_go.all_of_it(case, now)
            people = telling.holders(case, Role.DCS, Role.CHIEF_EXECUTIVE, *telling.LEADERS, Role.BUSINESS_UNIT)
            n = {"withdrawn_at": entry.happened_at}
            case.post(telling.to_each(people, "notification-withdrawn", "notification-withdrawn", n))
            changes.enter(case, Stage.NOTIFICATION_WITHDRAWN, now)
        case EditionMoved() as moved:
            _move(case, moved, entry, now)
        case Corrected(right=PanelNotified()) if case.stage is Stage.CONCLUDED and rapid_review_follows(case):
            changes.enter(case, Stage.NOTIFICATION, now)


def _move(case: CaseState, fact: EditionMoved, entry: Entry, now: datetime) -> None:
    """Open clocks are counted anew by the new lengths, with the old and the new date on the record."""
    was, case.edition = case.edition, fact.edition
    gone = {clock.rule for clock in case.clocks.values()} - set(fact.edition.deadlines)
    case.lapsed = sorted(gone)
    if gone:  # what ran under the old edition can still be read
        kept = {rule: was.deadlines[rule] for rule in case.lapsed}
        case.edition = fact.edition.model_copy(update={"deadlines": fact.edition.deadlines | kept})
    for clock in [clock for clock in case.clocks.values() if clock.open and clock.rule not in gone]:
        if clock.title == was.deadlines[clock.rule].title:  # what is open is called as the edition calls it (B-11)
            clock.title = fact.edition.deadlines[clock.rule].title
    for clock in [clock for clock in case.clocks.values() if clock.open and clock.rule in gone]:
        timing.stop(case, clock.id, _none_such(fact.to), now)
    for clock in [clock for clock in case.clocks.values() if clock.stopped_why == _none_such(was.id)]:
        if clock.rule not in gone and not case.submitted:
            timing.run_again(case, clock, f"the edition {fact.to} has this deadline", now)
    timing.recount(case, f"the case was moved from the edition {was.id} to {fact.to}", now)
    for clock in [clock for clock in case.clocks.values() if clock.open]:
        clock.rearm(case.edition, case.calendar, now)
    people = telling.holders(case, *telling.LEADERS, Role.BUSINESS_UNIT)
    n = {"was": was.title, "to": fact.edition.title}
    case.post(telling.to_each(people, f"edition-moved:{entry.said.message}", "edition-moved", n))


def _none_such(edition: str) -> str:
    """Why a clock stopped that the case's new edition has not; under one that has it, it runs again."""
    return f"the edition {edition} has no such deadline"


# --- next steps ---


def first_steps(case: CaseState) -> Iterator[Offer]:
    """Whether the agencies knew the child or family, where the edition asks for that first (B-6)."""
    answered = {one.agency for one in case.every(AgencyKnew)}
    for agency in case.requests if case.known_first else ():
        if agency not in answered and not case.returns_of(agency):
            known = case.agency(agency)
            yield Offer(
                body=AgencyKnew(agency=agency, known=True, officer="Head of Safeguarding"),
                needed=not case.meeting_held,
                about=agency,
                people=[known.safeguarding_lead] if known else [],
                title=f"Say whether the child or family was known to {agency}",
                deadline=f"D-6-known:{agency}",
            )


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if case.ended:
        return
    yield Offer(
        body=NotificationWithdrawn(reasons=examples.NOTIFICATION_WITHDRAWN, panel_agreement=examples.PANEL_AGREEMENT),
        needed=False,
        title="Withdraw the notification, with the Panel's agreement",
    )


CHAPTER = Chapter(
    title="Editions",
    checks={AgencyKnew: of_a_rapid_review(_knew), NotificationWithdrawn: _withdrawn, EditionMoved: _moved},
    may_say={
        "agency-knew": (Role.AGENCY, Role.BUSINESS_UNIT),
        "notification-withdrawn": (Role.BUSINESS_UNIT,),
        "edition-moved": (Role.BUSINESS_UNIT,),
    },
    stages={"notification-withdrawn": _NOTIFIED},
    leads=tuple((stage, Stage.NOTIFICATION_WITHDRAWN) for stage in _NOTIFIED),
    offers=_offers,
    consequences=_follows,
)
