"""What has been said of the incident and its notification (§1). N-1..N-4, N-7."""

from datetime import datetime
from typing import cast

from review.case.entries import Entry
from review.case.reads_people import children
from review.case.reads_stage import recorded
from review.case.state import CaseState
from review.facts.base import Fact
from review.facts.enums import View, Viewer
from review.facts.notification import IncidentReported, NotificationCopyReceived, PanelNotified, PartnerViewGiven


def incident(case: CaseState) -> IncidentReported:
    """The incident, with the children who came to light later (X-4)."""
    told = case.last(IncidentReported)
    if told is None:
        raise LookupError("a serious-incident case begins with its incident")
    return told.model_copy(update={"children": children(case)})


def incident_reported(case: CaseState) -> bool:
    return case.last(IncidentReported) is not None


def view_of(case: CaseState, viewer: Viewer) -> View | None:
    return next(
        (reported.view for reported in reversed(case.every(PartnerViewGiven)) if reported.officer is viewer), None
    )


def deciders(case: CaseState) -> list[Viewer]:
    """Whose agreement it takes to notify, by the edition (N-2)."""
    return case.edition.notifying.agreed_by


def silent(case: CaseState) -> list[Viewer]:
    """Who decides on notifying and has given no view yet (N-7)."""
    return [viewer for viewer in deciders(case) if view_of(case, viewer) is None]


def views(case: CaseState) -> set[View | None]:
    """The views of those who decide."""
    return {view_of(case, viewer) for viewer in deciders(case)}


def agreed_to_notify(case: CaseState) -> bool:
    return views(case) == {View.NOTIFY}


def agreed_not_to_notify(case: CaseState) -> bool:
    return views(case) == {View.DO_NOT_NOTIFY}


def views_differ(case: CaseState) -> bool:
    return {View.NOTIFY, View.DO_NOT_NOTIFY} <= views(case)


def notified_at(case: CaseState) -> datetime | None:
    entry = case.entry(PanelNotified)
    return entry.happened_at if entry else None


def copy_received(case: CaseState) -> Entry[Fact] | None:
    """The entry by which the Business Unit has what the notification said (N-8)."""
    notified = case.entry(PanelNotified)
    if notified and notified.fact.what_it_said:
        return cast("Entry[Fact]", notified)
    return cast("Entry[Fact] | None", case.entry(NotificationCopyReceived))


def received_at(case: CaseState) -> datetime | None:
    """When the Business Unit received the notification; where nobody says, when it was taken here."""
    entry = case.entry(PanelNotified)
    if entry is None:
        return None
    return entry.fact.received_at or max(entry.happened_at, recorded(case, entry))
