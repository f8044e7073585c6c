"""What has been said of the incident and its notification (§1). Room: review. N-1..N-4."""

from datetime import datetime

from review.said.notification import IncidentReported, PanelNotified, PartnerViewGiven
from review.told.entries import Entries
from review.words import View, Viewer


class ToldOfNotification(Entries):
    """The incident, the two views, the notification."""

    @property
    def incident(self) -> IncidentReported:
        incident = self.last(IncidentReported)
        if incident is None:
            raise LookupError("a serious-incident case begins with its incident")
        return incident

    def view_of(self, viewer: Viewer) -> View | None:
        return next((said.view for said in reversed(self.every(PartnerViewGiven)) if said.officer is viewer), None)

    @property
    def views(self) -> set[View | None]:
        return {self.view_of(Viewer.DCS), self.view_of(Viewer.CHIEF_EXECUTIVE)}

    @property
    def agreed_to_notify(self) -> bool:
        return self.views == {View.NOTIFY}

    @property
    def agreed_not_to_notify(self) -> bool:
        return self.views == {View.DO_NOT_NOTIFY}

    @property
    def views_differ(self) -> bool:
        return self.views == {View.NOTIFY, View.DO_NOT_NOTIFY}

    @property
    def notified_at(self) -> datetime | None:
        entry = self.entry(PanelNotified)
        return entry.happened_at if entry else None

    @property
    def received_at(self) -> datetime | None:
        """When the Business Unit received the notification; where nobody says, when it was taken here."""
        entry = self.entry(PanelNotified)
        if entry is None or not isinstance(entry.said.fact, PanelNotified):
            return None
        return entry.said.fact.received_at or max(entry.happened_at, entry.taken_at)
