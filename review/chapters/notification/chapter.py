"""§1 Serious incident notification: two views, the Panel and the authorities told, safety.

Pure. N-1..N-5, N-7, D-1, D-2.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from calendar_rules.edition import NotificationKind, Party
from calendar_rules.notifying import HEADS
from review.case import reads
from review.case.entries import Entry
from review.case.sign_off import in_words
from review.case.state import CaseState
from review.chapters.notification.definition import advise_notification
from review.chapters.referral.chapter import may_become_an_incident
from review.facts import Reported
from review.facts.directory import Role
from review.facts.enums import Authority, NotNotifiedOutcome, Stage, View
from review.facts.notification import (
    AuthorityTold,
    IncidentReported,
    NotificationCopyReceived,
    NotificationFact,
    NotNotifiedDecided,
    PanelNotified,
    PartnerViewGiven,
    SafetyStepsRecorded,
)
from review.facts.office_words import offices
from review.kit import notify
from review.kit import refusals as no
from review.kit.changes import when
from review.kit.chapter import Chapter
from review.kit.guards import born_by, countable, needs, not_before, not_to_come, once
from review.kit.notify import in_words_of
from review.kit.offer import Offer

_D_2_ALONE = (Stage.NOT_NOTIFIED, Stage.NOTIFICATION_WITHDRAWN)  # ended stages in which D-2 may still run

AWARE = "The time when the local authority became aware"


def check_incident(fact: IncidentReported, now: datetime) -> None:
    """Times of an incident: it happened, then the local authority became aware, and both lie behind us (N-1)."""
    not_to_come("The time of the incident", fact.incident_at, now, "incident_at")
    not_to_come(AWARE, fact.aware_at, now, "aware_at")
    not_before(AWARE, fact.aware_at, "the incident", fact.incident_at, "aware_at")


def check_area(case: CaseState, fact: IncidentReported) -> None:
    """Where several councils sign, the incident says in whose area the child is: its DCS decides (N-2)."""
    councils = case.edition.national.councils
    if councils and fact.council is None:
        raise no.WhichCouncil(known=" or ".join(councils), fields={"council": f"choose one of: {', '.join(councils)}"})
    if fact.council is not None and fact.council not in councils:
        known = ", ".join(councils) or "none: leave it out"
        raise no.UnknownCouncil(council=fact.council, known=known, fields={"council": f"choose one of: {known}"})


def _incident(case: CaseState, fact: IncidentReported, reported: Reported, now: datetime) -> None:
    once(case.last(IncidentReported), "The incident")
    check_area(case, fact)
    may_become_an_incident(case)
    check_incident(fact, now)
    born_by(case, fact.children, now)
    countable(case, AWARE, fact.aware_at, "aware_at")


def _view(case: CaseState, fact: PartnerViewGiven, reported: Reported, now: datetime) -> None:
    needs(case.last(IncidentReported), "no incident has been reported in this case")
    once(reads.notified_at(case), "The notification to the Panel")
    once(case.last(NotNotifiedDecided), "The decision not to notify")
    asked = [*reads.deciders(case), *case.edition.notifying.heard]
    if fact.officer not in asked:
        raise no.ViewNotAsked(
            officer=in_words_of([fact.officer]),
            known=", ".join(asked),
            fields={"officer": f"choose one of: {', '.join(asked)}"},
        )
    several = reads.each_gives_a_view(case, fact.officer)
    if several and reads.whose_view(case, fact, reported.by) is None:
        known = ", ".join(several)
        raise no.WhoseView(partner=in_words(fact.officer), known=known, fields={"person": f"choose one of: {known}"})


def _not_notified(case: CaseState, fact: NotNotifiedDecided, reported: Reported, now: datetime) -> None:
    once(reads.notified_at(case), "The notification to the Panel")
    if not reads.agreed_not_to_notify(case):
        raise no.BothMustDecline(who=in_words_of(reads.deciders(case)))
    once(case.last(NotNotifiedDecided), "The decision not to notify")


def _notified(case: CaseState, fact: PanelNotified, reported: Reported, now: datetime) -> None:
    once(reads.notified_at(case), "The notification to the Panel")
    once(case.last(NotNotifiedDecided), "The decision not to notify")
    if not reads.agreed_to_notify(case):
        raise no.PartnersNotAgreed(who=_sentence(in_words_of(reads.deciders(case))))
    if not set(_notifying_offices(case)) & set(reported.by.roles):
        raise no.NotYourRole(what=PanelNotified.title, roles=offices(_notifying_offices(case)))
    if fact.notification not in case.edition.notifications:
        known = ", ".join(case.edition.notifications)
        raise no.UnknownNotification(
            notification=fact.notification, known=known, fields={"notification": f"choose one of: {known}"}
        )
    if fact.received_at:
        not_to_come("The receipt by the Business Unit", fact.received_at, now, "received_at")
        not_before(
            "The receipt by the Business Unit",
            fact.received_at,
            "the notification",
            when(case, reported, now),
            "received_at",
        )


def _notifying_offices(case: CaseState) -> list[Role]:
    """Who notifies and records it: whoever owes it by the edition, the Trust's head in Doncaster (D-1)."""
    owner = case.edition.deadlines["D-1"].owner
    return [Role.DCS if owner is Party.DCS else Role.CHIEF_EXECUTIVE, Role.BUSINESS_UNIT]


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _authority(case: CaseState, fact: AuthorityTold, reported: Reported, now: datetime) -> None:
    deadline = case.deadlines.get(f"D-2:{fact.authority}")
    meant = bool(deadline and not deadline.stopped_at) or case.stage in _D_2_ALONE
    if reads.ended(case) and (case.stage is Stage.MERGED or not meant):
        raise no.CaseEnded(stage=case.stage)  # D-2 runs whatever N-2, the CRG or a withdrawal came to (N-4)
    needs(case.last(IncidentReported), "no incident has been reported in this case")
    if not reads.authorities_owed(case):
        raise no.NoChildInCareDied(authority=fact.authority)
    once(
        [told for told in case.every(AuthorityTold) if told.authority is fact.authority],
        f"That {fact.authority} was told",
    )


def _copy(case: CaseState, fact: NotificationCopyReceived, reported: Reported, now: datetime) -> None:
    needs(reads.notified_at(case), "the Panel has not been notified")
    once(reads.copy_received(case), "The copy of the notification")
    notified = case.entry(PanelNotified)
    if notified:
        at = when(case, reported, now)
        not_before("The receipt of the copy", at, "the notification", notified.happened_at, "happened_at")


def _safety(case: CaseState, fact: SafetyStepsRecorded, reported: Reported, now: datetime) -> None:
    known = {child.child_id for child in reads.children(case)}
    for child in fact.child_ids:
        if child not in known:
            raise no.UnknownChild(child=child, fields={"child_ids": f"{child} is no child of this case"})


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if reads.ended(case):
        yield from _authorities()
    elif case.last(IncidentReported):
        yield from _notification(case)


def _notification(case: CaseState) -> Iterator[Offer]:
    """§1"""
    units, several_councils = case.cast.holders(Role.BUSINESS_UNIT), bool(case.edition.national.councils)
    for viewer in (*reads.deciders(case), *case.edition.notifying.heard):
        view = PartnerViewGiven(officer=viewer, view=View.NOTIFY, reasons=PartnerViewGiven.sample["reasons"])
        given = reads.view_of(case, viewer)
        differs = reads.views_differ(case) and given is View.DO_NOT_NOTIFY
        own = [Role(viewer)] if viewer in HEADS else [Role.ACCOUNTABLE_OFFICER, Role.DEPUTY]
        several: list[str | None] = [*reads.each_gives_a_view(case, viewer)]
        for person in several or [None]:
            silent = person is None or differs or person in reads.yet_to_give(case, viewer)
            people = [person] if person else notify.viewers(case, [viewer])
            yield Offer(
                body=view.model_copy(update={"person": person}),
                needed=viewer in reads.deciders(case) and (given is None or differs) and silent,
                about=viewer,
                title=f"Give the view of {in_words_of([viewer])} whether to notify"
                + (f" ({person})" if person else ""),
                deadline="N-7" if (views := case.deadlines.get("N-7")) and views.open else "D-1",
                roles=[*own, Role.BUSINESS_UNIT],
                people=[] if viewer in HEADS and not several_councils else [*people, *units],
            )
    yield Offer(
        body=NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=PartnerViewGiven.sample["reasons"]),
        needed=True,
        title="Record the decision not to notify",
    )
    yield Offer(
        body=PanelNotified(
            notified_by="Chief Executive",
            panel_reference="SAMPLE-0001",
            what_it_said=PanelNotified.sample["what_it_said"],
            notification=advise_notification(reads.incident(case), case.edition).kind
            or NotificationKind.DEATH_OR_SERIOUS_HARM,
        ),
        needed=True,
        title="Notify the Panel and record it",
        deadline="D-1",
        roles=_notifying_offices(case),
    )
    yield Offer(
        body=NotificationCopyReceived(what_it_said=NotificationCopyReceived.sample["what_it_said"]),
        needed=True,
        title="Record the copy of the notification, with what it said",
        deadline="N-8",
    )
    yield from _authorities()
    children = [child.child_id for child in reads.incident(case).children]
    yield Offer(
        body=SafetyStepsRecorded.model_validate(SafetyStepsRecorded.sample | {"child_ids": children}),
        needed=bool(reads.safety_missing(case)),
        title="Record the steps for children's safety",
        deadline="N-5",
    )


def _authorities() -> Iterator[Offer]:
    """§1: D-2, whatever N-2 came to"""
    for authority in Authority:
        yield Offer(
            body=AuthorityTold(authority=authority),
            needed=True,
            about=authority,
            title=f"Tell {_AUTHORITIES[authority]} and record it",
            deadline=f"D-2:{authority}",
        )


_AUTHORITIES = {Authority.OFSTED: "Ofsted", Authority.SECRETARY_OF_STATE: "the Secretary of State"}


def _decision_recorded(case: CaseState, entry: Entry[PanelNotified], now: datetime) -> None:
    """Those who decided on it get a receipt, but for whoever is told of it by another mail (N-2, N-3)."""
    told = notify.holders(case, *notify.LEADERS, Role.BUSINESS_UNIT)
    people = [one for one in notify.viewers(case, reads.deciders(case)) if one not in told]
    cause, n = f"notification-recorded:{entry.reported.message}", {"notified_at": entry.happened_at}
    case.post(notify.to_each(people, cause, "notification-recorded", n))


CHAPTER = Chapter(
    title="§1 Serious incident notification",
    facts=get_args(NotificationFact),
    checks={
        IncidentReported: _incident,
        PartnerViewGiven: _view,
        NotNotifiedDecided: _not_notified,
        PanelNotified: _notified,
        NotificationCopyReceived: _copy,
        AuthorityTold: _authority,
        SafetyStepsRecorded: _safety,
    },
    offers=_offers,
    consequences={PanelNotified: (_decision_recorded,)},
)
