"""The field's words as closed lists: stages, routes, views, decisions. Every one is persisted: add, never rename."""

from enum import StrEnum

from calendar_rules.notifying import Viewer as Viewer


class Route(StrEnum):
    """How a case came in."""

    SERIOUS_INCIDENT = "serious-incident"
    REFERRAL = "referral"  # A-1..A-3
    INFORMATION_REQUEST = "information-request"


class Stage(StrEnum):
    """Where a case stands, in the protocol's order."""

    REFERRAL = "referral"  # A-1..A-3: CRG considers
    REFERRAL_RETURNED = "referral-returned"  # lacking a safeguarding lead or a senior officer
    GATHERING = "gathering"  # information asked of agencies for another partnership
    SUPPLIED = "supplied"
    DISCUSSION = "discussion"  # N-2: DCS and Chief Executive
    NOTIFICATION = "notification"  # N-3: both agree, the Panel is to be told
    CRG_REFERRAL = "crg-referral"  # N-2: not notified, and referred to the CRG
    SCOPING = "scoping"
    REQUEST = "request"
    RETURNS = "returns"
    RAPID_REVIEW_MEETING = "rapid-review-meeting"
    REPORT = "report"  # R-7..R-11
    SUBMISSION = "submission"
    PANEL = "panel"
    DECISION = "decision"
    PRACTICE_REVIEW = "practice-review"  # decided on; commissioned in the stages that follow
    TERMS = "terms-of-reference"  # K-1
    TENDER = "tender"  # K-2, K-3
    CONTRACT = "contract"  # K-4
    REVIEW_WORK = "review-work"  # K-5, K-6
    REVIEW_SIGN_OFF = "review-sign-off"  # K-7
    PUBLICATION = "publication"  # K-8, G-8
    LEARNING_REVIEW = "learning-review"
    NATIONAL_REVIEW = "national-review"
    DISSEMINATION = "dissemination"  # G-9
    ACTIONS = "actions"  # G-10, G-11, K-10
    MERGED = "merged"  # goes on in another case
    NOTIFICATION_WITHDRAWN = "notification-withdrawn"  # B-2: with the Panel's agreement
    NOT_NOTIFIED = "not-notified"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"


class Reporter(StrEnum):
    """Which partner brought the incident to attention (§1)."""

    COUNCIL = "council"
    TRUST = "trust"


class Neglect(StrEnum):
    """Whether abuse or neglect is known or suspected."""

    KNOWN = "known"
    SUSPECTED = "suspected"
    NOT_SUSPECTED = "not-suspected"


class Kin(StrEnum):
    """What somebody of the family or household is to the children (X-4)."""

    PARENT = "parent"
    CARER = "carer"
    SIBLING = "sibling"
    OTHER_RELATIVE = "other-relative"
    OTHER_ADULT = "other-adult"


class Harm(StrEnum):
    """What happened to one child."""

    DIED = "died"
    SERIOUSLY_HARMED = "seriously-harmed"
    NOT_HARMED = "not-harmed"  # another child of the household, say


class SafetyState(StrEnum):
    """How it stands with the steps for the safety of one child (N-5)."""

    RECORDED = "recorded"
    NONE_NEEDED = "none-needed"
    MISSING = "missing"


class Place(StrEnum):
    """Where it happened."""

    IN_AREA = "in-area"
    OUTSIDE_ENGLAND = "outside-england"
    ELSEWHERE_IN_ENGLAND = "elsewhere-in-england"


class View(StrEnum):
    """The view of the DCS or the Chief Executive (N-2)."""

    NOTIFY = "notify"
    DO_NOT_NOTIFY = "do-not-notify"


class NotNotifiedOutcome(StrEnum):
    """What becomes of an incident that both decided not to notify (N-2)."""

    CLOSE = "close"
    REFER_TO_CRG = "refer-to-crg"


class Authority(StrEnum):
    """Who must be told of the death of a child in care (D-2, N-4)."""

    OFSTED = "ofsted"
    SECRETARY_OF_STATE = "secretary-of-state"


class AuthorCapacity(StrEnum):
    """In what capacity somebody writes the rapid review (R-10)."""

    SBU_MANAGER = "sbu-manager"
    PROFESSIONAL_STAFF = "professional-staff"
    OUTSIDE = "outside"


class Verdict(StrEnum):
    """What a signatory says of a version (R-11)."""

    APPROVE = "approve"
    SEND_BACK = "send-back"


class Recommendation(StrEnum):
    """Whether the criteria for a local practice review are met, and whether there should be one (§2, §4, R-7)."""

    CRITERIA_MET = "criteria-met"  # and a review
    CRITERIA_MET_NO_REVIEW = "criteria-met-no-review"  # meeting them does not decide (Working Together 2018, p. 87)
    CRITERIA_NOT_MET = "criteria-not-met"

    @property
    def review(self) -> bool:
        """Whether a local practice review is recommended."""
        return self is Recommendation.CRITERIA_MET


class PanelResponse(StrEnum):
    """What the Panel answers (R-13)."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    ASKS_FOR_MORE = "asks-for-more"
    NATIONAL_REVIEW = "national-review"


class Decision(StrEnum):
    """What the partners decide (R-15)."""

    PRACTICE_REVIEW = "practice-review"
    LEARNING_REVIEW = "learning-review"
    NATIONAL_REVIEW = "national-review"
    NO_FURTHER_ACTION = "no-further-action"


# --- involvement, the CRG, actions ---


class InvolvedGroup(StrEnum):
    """Whose perspective a review asks for (G-6)."""

    CHILDREN = "children"
    FAMILY = "family"
    PRACTITIONERS = "practitioners"


class ProcessKind(StrEnum):
    """Another process on the same child or family (G-3)."""

    SERIOUS_INCIDENT_INVESTIGATION = "serious-incident-investigation"
    CHILD_DEATH_REVIEW = "child-death-review"
    DOMESTIC_HOMICIDE_REVIEW = "domestic-homicide-review"
    SAFEGUARDING_ADULT_REVIEW = "safeguarding-adult-review"
    INQUEST = "inquest"
    CRIMINAL_PROCEEDINGS = "criminal-proceedings"
    FAMILY_PROCEEDINGS = "family-proceedings"
    OTHER = "other-process"  # by name


class Direction(StrEnum):
    """Which way a word went between the partnership and the Panel (G-4)."""

    TO_PANEL = "to-panel"
    FROM_PANEL = "from-panel"


class Rating(StrEnum):
    """How an action gets on (G-11)."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


# --- referrals, information requests, learning reviews ---


class ReferralSource(StrEnum):
    """Who refers a case to the CRG (A-1)."""

    AGENCY = "agency"
    PARTNERSHIP = "partnership"  # another partnership


class ReferralNature(StrEnum):
    """What a referral is about: a case below "serious" may still be reviewed (§4, A-1)."""

    SERIOUS = "serious"
    GOOD_PRACTICE = "good-practice"
    POOR_PRACTICE = "poor-practice"
    NEAR_MISS = "near-miss"
    OTHER = "other"


class CrgOutcome(StrEnum):
    """What the CRG makes of a referral (§6, A-3)."""

    LEARNING_REVIEW = "learning-review"
    SERIOUS_INCIDENT = "serious-incident"
    PRACTICE_REVIEW = "practice-review"
    NO_FURTHER_ACTION = "no-further-action"


class Assurance(StrEnum):
    """What the CRG says of a learning review's findings (§6, A-5)."""

    AGREED = "agreed"
    SENT_BACK = "sent-back"


# --- practice reviews ---


class ReviewMethod(StrEnum):
    """How a practice review is carried out (§6, §7, K-2)."""

    INDEPENDENT_REVIEWER = "independent-reviewer"  # found by a tender, under a contract
    OWN_STAFF = "own-staff"
    ANOTHER_PARTNERSHIP = "another-partnership"  # by its staff
    OTHER = "other-method"  # another recognised one, by name


class IdentityKind(StrEnum):
    """By what somebody of the family could be recognised in a report (K-6, K-8)."""

    NAME = "name"
    DATE_OF_BIRTH = "date-of-birth"
    ADDRESS = "address"
    ID = "id"


class SelectionCriterion(StrEnum):
    """What a candidate for a practice review is scored on (§7, K-2)."""

    EXPERIENCE = "knowledge-and-experience"  # of author and chair
    RESEARCH = "knowledge-of-research"
    CONFLICT_OF_INTEREST = "conflict-of-interest"
    STATUTORY = "further-statutory-criteria"
    DAY_RATE = "day-rate"


# The meetings of the rapid review, as calendars tell them apart.
SCOPING = "scoping"
RAPID_REVIEW_MEETING = "rapid-review"
