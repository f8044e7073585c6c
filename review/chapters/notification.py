"""§1 Serious incident notification: two views, the Panel and the authorities told, safety.

Room: review; pure. N-1..N-5, D-1, D-2.
"""

from collections.abc import Iterator
from datetime import datetime

from calendar_rules.edition import NotificationKind
from review import examples
from review import refusals as no
from review.case import CaseState
from review.changes import when
from review.chapter import Chapter
from review.chapters.referral import may_become_an_incident
from review.definition import advise_notification
from review.directory import Role
from review.facts import Fact, Said
from review.guards import born_by, countable, needs, not_before, not_to_come, once
from review.offer import Offer
from review.said.notification import (
    AuthorityTold,
    IncidentReported,
    NotNotifiedDecided,
    PanelNotified,
    PartnerViewGiven,
    SafetyStepsRecorded,
)
from review.words import Authority, NotNotifiedOutcome, Stage, View, Viewer

_D_2_ALONE = (Stage.NOT_NOTIFIED, Stage.NOTIFICATION_WITHDRAWN)  # ended stages in which D-2 may still run

AWARE = "The time when the local authority became aware"


def check_incident(fact: IncidentReported, now: datetime) -> None:
    """Times of an incident: it happened, then the local authority became aware, and both lie behind us (N-1)."""
    not_to_come("The time of the incident", fact.incident_at, now, "incident_at")
    not_to_come(AWARE, fact.aware_at, now, "aware_at")
    not_before(AWARE, fact.aware_at, "the incident", fact.incident_at, "aware_at")


def _incident(case: CaseState, fact: IncidentReported, said: Said, now: datetime) -> None:
    once(case.last(IncidentReported), "The incident")
    may_become_an_incident(case)
    check_incident(fact, now)
    born_by(case, fact.children, now)
    countable(case, AWARE, fact.aware_at, "aware_at")


def _view(case: CaseState, fact: Fact, said: Said, now: datetime) -> None:
    needs(case.last(IncidentReported), "no incident has been reported in this case")
    once(case.notified_at, "The notification to the Panel")
    once(case.last(NotNotifiedDecided), "The decision not to notify")


def _not_notified(case: CaseState, fact: NotNotifiedDecided, said: Said, now: datetime) -> None:
    once(case.notified_at, "The notification to the Panel")
    if not case.agreed_not_to_notify:
        raise no.BothMustDecline
    once(case.last(NotNotifiedDecided), "The decision not to notify")


def _notified(case: CaseState, fact: PanelNotified, said: Said, now: datetime) -> None:
    once(case.notified_at, "The notification to the Panel")
    once(case.last(NotNotifiedDecided), "The decision not to notify")
    if not case.agreed_to_notify:
        raise no.PartnersNotAgreed
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
            when(case, said, now),
            "received_at",
        )


def _authority(case: CaseState, fact: AuthorityTold, said: Said, now: datetime) -> None:
    clock = case.clocks.get(f"D-2:{fact.authority}")
    meant = bool(clock and not clock.stopped_at) or case.stage in _D_2_ALONE
    if case.ended and (case.stage is Stage.MERGED or not meant):
        raise no.CaseEnded(stage=case.stage)  # D-2 runs whatever N-2, the CRG or a withdrawal came to (N-4)
    needs(case.last(IncidentReported), "no incident has been reported in this case")
    if not case.child_in_care_died:
        raise no.NoChildInCareDied(authority=fact.authority)
    once(
        [told for told in case.every(AuthorityTold) if told.authority is fact.authority],
        f"That {fact.authority} was told",
    )


def _safety(case: CaseState, fact: SafetyStepsRecorded, said: Said, now: datetime) -> None:
    known = {child.child_id for child in case.children}
    for child in fact.child_ids:
        if child not in known:
            raise no.UnknownChild(child=child, fields={"child_ids": f"{child} is no child of this case"})


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if case.ended:
        yield from _authorities()
    elif case.last(IncidentReported):
        yield from _notification(case)


def _notification(case: CaseState) -> Iterator[Offer]:
    """§1"""
    for viewer, role in ((Viewer.DCS, Role.DCS), (Viewer.CHIEF_EXECUTIVE, Role.CHIEF_EXECUTIVE)):
        view = PartnerViewGiven(officer=viewer, view=View.NOTIFY, reasons=examples.VIEW)
        needed = case.view_of(viewer) is None or (case.views_differ and case.view_of(viewer) is View.DO_NOT_NOTIFY)
        yield Offer(
            body=view,
            needed=needed,
            about=viewer,
            title=f"Give the view of the {_VIEWERS[viewer]} whether to notify",
            deadline="D-1",
            roles=[role, Role.BUSINESS_UNIT],
        )
    yield Offer(
        body=NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=examples.VIEW),
        needed=True,
        title="Record the decision not to notify",
    )
    yield Offer(
        body=PanelNotified(
            notified_by="Chief Executive",
            panel_reference="SAMPLE-0001",
            notification=advise_notification(case.incident, case.edition).kind
            or NotificationKind.DEATH_OR_SERIOUS_HARM,
        ),
        needed=True,
        title="Notify the Panel and record it",
        deadline="D-1",
    )
    yield from _authorities()
    children = [child.child_id for child in case.incident.children]
    yield Offer(
        body=SafetyStepsRecorded(child_ids=children, steps=examples.SAFETY),
        needed=not case.every(SafetyStepsRecorded),
        title="Record the steps for children's safety",
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


_VIEWERS = {Viewer.DCS: "DCS", Viewer.CHIEF_EXECUTIVE: "Chief Executive"}


_AUTHORITIES = {Authority.OFSTED: "Ofsted", Authority.SECRETARY_OF_STATE: "the Secretary of State"}


_SBU = Role.BUSINESS_UNIT
_EITHER = (Role.DCS, Role.CHIEF_EXECUTIVE, _SBU)

CHAPTER = Chapter(
    title="§1 Serious incident notification",
    checks={
        IncidentReported: _incident,
        PartnerViewGiven: _view,
        NotNotifiedDecided: _not_notified,
        PanelNotified: _notified,
        AuthorityTold: _authority,
        SafetyStepsRecorded: _safety,
    },
    may_say={
        "incident-reported": _EITHER,
        "partner-view-given": _EITHER,
        "not-notified-decided": _EITHER,
        "panel-notified": (Role.CHIEF_EXECUTIVE, _SBU),
        "authority-told": (Role.DCS, _SBU),
        "safety-steps-recorded": _EITHER,
    },
    stages={
        "incident-reported": (Stage.REFERRAL,),
        "safety-steps-recorded": (Stage.DISCUSSION, Stage.NOTIFICATION, Stage.SCOPING),
    },
    offers=_offers,
    outlive=(AuthorityTold,),
)
