"""What has been said of the incident and its notification (§1). N-1..N-4, N-7."""

from datetime import datetime
from typing import cast

from calendar_rules.notifying import HEADS
from review.case.entries import Entry
from review.case.held import council
from review.case.reads_people import children
from review.case.reads_stage import recorded
from review.case.sign_off import VACANT, seats
from review.case.state import CaseState
from review.facts import Speaker
from review.facts.base import Fact
from review.facts.directory import Role
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


def viewers(case: CaseState, viewer: Viewer) -> list[str]:
    """Who gives this view: the holders of an office, or each accountable officer of the partner (N-2)."""
    if viewer in HEADS:
        return case.cast.holders(Role(viewer))
    area = council(case) if viewer is Viewer.LOCAL_AUTHORITY else None
    capacity = f"{viewer}-{area}" if area else viewer.value
    asked = seats(case.cast, [capacity], each=case.edition.national.each_officer_signs).values()
    return [person for person in asked if person != VACANT]


def each_gives_a_view(case: CaseState, viewer: Viewer) -> list[str]:
    """A partner's several accountable officers, each of whom gives a view; empty where one view is the partner's."""
    people = [] if viewer in HEADS else viewers(case, viewer)
    return people if len(people) > 1 else []


def whose_view(case: CaseState, fact: PartnerViewGiven, by: Speaker) -> str | None:
    """Which of a partner's several officers a view is of; None where it does not say."""
    people = each_gives_a_view(case, fact.officer)
    return next((one for one in people if fact.person == one or (fact.person is None and one in by.people)), None)


def _views_of(case: CaseState, viewer: Viewer) -> list[View | None]:
    given = [one for one in case.entries_of(PartnerViewGiven) if one.fact.officer is viewer]
    people = each_gives_a_view(case, viewer)
    if not people:
        return [given[-1].fact.view if given else None]
    latest = {whose_view(case, one.fact, one.reported.by): one.fact.view for one in given}
    return [latest.get(person) for person in people]


def view_of(case: CaseState, viewer: Viewer) -> View | None:
    """Of a partner with several officers it is "notify" where all say so, and none as long as one is silent."""
    views = set(_views_of(case, viewer))
    return None if None in views else View.NOTIFY if views == {View.NOTIFY} else View.DO_NOT_NOTIFY


def yet_to_give(case: CaseState, viewer: Viewer) -> list[str]:
    """Who has given no view yet, of those whose view it is."""
    if len(views := _views_of(case, viewer)) == 1:
        return viewers(case, viewer) if views == [None] else []
    return [person for person, view in zip(viewers(case, viewer), views, strict=True) if view is None]


def deciders(case: CaseState) -> list[Viewer]:
    """Whose agreement it takes to notify, by the edition (N-2)."""
    return case.edition.notifying.agreed_by


def silent(case: CaseState) -> list[Viewer]:
    """Who decides on notifying and has given no view yet (N-7)."""
    return [viewer for viewer in deciders(case) if view_of(case, viewer) is None]


def views(case: CaseState) -> set[View | None]:
    """The views of those who decide."""
    return {view for viewer in deciders(case) for view in _views_of(case, viewer)}


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
