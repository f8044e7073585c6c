"""What has been said of a referral and of what the CRG made of it (§6). Room: review. A-1..A-3, N-2."""

from datetime import datetime, time

from calendar_rules.lengths import LONDON
from review.said.notification import NotNotifiedDecided
from review.said.referral import CrgConsidered, ReferralCompleted, ReferralReceived
from review.said.standing import CaseReopened
from review.told.entries import Entries, Entry

REOPENED = "reopened-"  # what it considers again, with a number
NOT_NOTIFIED = "not-notified"  # what the CRG considers where both said no (N-2); "not-notified-2" the second time
SETTING_ASIDE = CrgConsidered | CaseReopened  # what was decided before may stand no more because of these


class ToldOfReferral(Entries):
    """The referral, a decision not to notify, and the CRG's own decision."""

    @property
    def referral(self) -> ReferralReceived | None:
        return self.last(ReferralReceived)

    @property
    def referred_at(self) -> datetime | None:
        """When the Business Unit had the referral, with all that it must have (A-1, A-2)."""
        entry = self.entry(ReferralCompleted) or self.entry(ReferralReceived)
        return entry.happened_at if entry else None

    @property
    def referring(self) -> str | None:
        """The agency that referred the case; None where it was another partnership, or nobody."""
        return self.referral.agency if self.referral else None

    @property
    def declined(self) -> NotNotifiedDecided | None:
        """The decision not to notify, while it stands (N-2)."""
        return self.last(NotNotifiedDecided)

    @property
    def views_asked(self) -> int:
        """How often both views have been asked for: anew with each decision not to notify that was set aside (N-2)."""
        setting = {one.said.message for one in self.entries if isinstance(one.said.fact, SETTING_ASIDE)}
        declined = [one for one in self.entries if isinstance(one.said.fact, NotNotifiedDecided)]
        return 1 + sum(1 for one in declined if one.corrected_by in setting)

    @property
    def considered(self) -> CrgConsidered | None:
        """What the CRG has made of the case, unless it was referred to it anew since (A-3)."""
        entry = self.entry(CrgConsidered)
        if entry is None or self.after(entry, NotNotifiedDecided):
            return None
        return self.last(CrgConsidered)

    @property
    def considered_at(self) -> datetime | None:
        """The day of the CRG's meeting, at noon."""
        return datetime.combine(self.considered.meeting_date, time(12), LONDON) if self.considered else None

    @property
    def referred_as(self) -> str:
        """What the CRG is to consider, as its clocks name it: the referral, or a decision not to notify."""
        if self.declined is None:
            return "referral"
        return NOT_NOTIFIED if self.views_asked == 1 else f"{NOT_NOTIFIED}-{self.views_asked}"

    @property
    def to_consider(self) -> str:
        """The same, as A-3 names it: counted anew where the case was opened again since the CRG ended it (X-1)."""
        again = self.considered_anew
        if not again or self.after(again[-1], NotNotifiedDecided):
            return self.referred_as
        return f"{REOPENED}{len(again)}"

    @property
    def considered_anew(self) -> list[Entry]:
        """The reopenings by which the CRG's decision to do nothing was set aside (A-3, X-1)."""
        aside = {one.corrected_by for one in self.entries if isinstance(one.said.fact, CrgConsidered)}
        setting = [one for one in self.entries if isinstance(one.said.fact, SETTING_ASIDE)]
        return [one for one in setting if one.said.message in aside and not isinstance(one.said.fact, CrgConsidered)]

    def declined_as(self, subject: str) -> Entry | None:
        """The decision not to notify that a clock is about, set aside or not."""
        number = int(subject.removeprefix(NOT_NOTIFIED).removeprefix("-") or 1)
        declined = [one for one in self.entries if isinstance(one.said.fact, NotNotifiedDecided)]
        return declined[number - 1] if len(declined) >= number else None

    def reopened_as(self, subject: str) -> Entry | None:
        """The reopening that a clock is counted from (A-3, X-1)."""
        number = subject.removeprefix(REOPENED) if subject.startswith(REOPENED) else ""
        again = self.considered_anew
        return again[int(number) - 1] if number and len(again) >= int(number) else None

    def considered_after(self, subject: str) -> Entry | None:
        """What the CRG made of the referral, or of that decision not to notify (A-3)."""
        began = self.declined_as(subject) if subject.startswith(NOT_NOTIFIED) else self.reopened_as(subject)
        considered = self.after(began, CrgConsidered) if began else self.entries_of(CrgConsidered)
        return next(iter(considered), None)
