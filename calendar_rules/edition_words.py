"""The words of an edition: what is counted from, who is meant, kinds and sections. Persisted: add, never rename."""

from enum import StrEnum


class Anchor(StrEnum):
    """What a deadline is counted from; one that a fact of one kind starts may name that kind in its place."""

    INCIDENT = "incident"  # when it happened, whoever knew of it
    AWARE = "aware"
    VIEWS_ASKED = "views-asked"  # those who decide on notifying are asked for their views
    RECEIVED = "received"
    REFERRED = "referred"  # a referral's receipt; whole, where the CRG is to consider it
    NOTIFIED = "notified"
    REQUEST_SENT = "request-sent"
    SENT_TO_CRG = "sent-to-crg"
    DRAFT_RECEIVED = "draft-received"
    SUBMITTED = "submitted"
    PANEL_MEETING = "panel-meeting"
    PANEL_RESPONDED = "panel-responded"
    DECISION = "decision"
    MONITORED = "monitored"  # the partners' last monitoring of a review; before the first, the reviewer's selection
    SET = "set"  # by nothing: people set the due day itself, or the day that it is counted back from


class Party(StrEnum):
    """Who owes a deadline or is told by a reminder: an office of the protocol, or somebody seen from the deadline."""

    BUSINESS_UNIT = "business-unit"
    CRG_CHAIR = "crg-chair"
    CRG_MEMBER = "crg-member"
    ACCOUNTABLE_OFFICER = "accountable-officer"
    DELEGATE = "delegate"  # of an accountable officer
    DCS = "dcs"
    CHIEF_EXECUTIVE = "chief-executive"
    INDEPENDENT_CHAIR = "independent-chair"
    LEGAL_ADVISER = "legal-adviser"
    PANEL = "panel"
    AGENCY = "agency"  # the agency whose return it is
    AGENCY_LEAD = "agency-lead"  # its safeguarding lead
    AGENCY_SENIOR_OFFICER = "agency-senior-officer"
    AGENCY_CRG_MEMBER = "agency-crg-member"  # who sits on the CRG for it, where that is not its safeguarding lead
    OFFICER = "officer"  # the officer whose sign-off it is
    DEPUTY = "deputy"  # that officer's deputies
    ESCALATION_OFFICER = "escalation-officer"  # the named officer for concerns
    COMMUNICATIONS = "communications"
    SUB_GROUP = "sub-group"
    ACTION_OWNER = "action-owner"  # the owner of the action that is due
    DECIDER = "decider"  # who decides on notifying and has given no view


class ReminderKind(StrEnum):
    """What a reminder is for."""

    REMINDER = "reminder"
    OVERDUE = "overdue"
    DEPUTY = "deputy"
    ESCALATION = "escalation"


class NotificationKind(StrEnum):
    """What is notified to the Panel (B-1). Persisted: add, never rename."""

    DEATH_OR_SERIOUS_HARM = "death-or-serious-harm"  # abuse or neglect known or suspected
    DEATH_IN_CARE_WITHOUT_ABUSE = "death-in-care-without-abuse"
    CARE_LEAVER_DEATH = "care-leaver-death"


class ExtraSection(StrEnum):
    """A section of the rapid review's report that an edition may require beyond the protocol's own (B-3)."""

    KEY_PRACTICE_EPISODES = "key-practice-episodes"
    INEQUALITY = "inequality"
    DAILY_LIFE = "daily-life"


class Outsider(StrEnum):
    """Who outside the partnership is told or gets a copy (B-4, B-5)."""

    PANEL = "panel"
    SECRETARY_OF_STATE = "secretary-of-state"
    OFSTED = "ofsted"
