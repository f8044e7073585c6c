"""The field's words as closed lists: stages, routes, views, decisions. Every one is persisted: add, never rename."""

from enum import StrEnum


class Route(StrEnum):
    """How a case came in."""

    SERIOUS_INCIDENT = "serious-incident"


class Stage(StrEnum):
    """Where a case stands, in the protocol's order."""

    DISCUSSION = "discussion"  # N-2: DCS and Chief Executive
    NOTIFICATION = "notification"  # N-3: both agree, the Panel is to be told
    SCOPING = "scoping"
    REQUEST = "request"
    RETURNS = "returns"
    RAPID_REVIEW_MEETING = "rapid-review-meeting"
    REPORT = "report"  # R-7..R-11
    SUBMISSION = "submission"
    PANEL = "panel"
    DECISION = "decision"
    PRACTICE_REVIEW = "practice-review"  # decided on; commissioned in the stages that follow
    LEARNING_REVIEW = "learning-review"
    NATIONAL_REVIEW = "national-review"
    CRG_REFERRAL = "crg-referral"
    NOT_NOTIFIED = "not-notified"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({Stage.NOT_NOTIFIED, Stage.CONCLUDED, Stage.WITHDRAWN})
# Stages in which no further clock starts: what follows a decision has no process yet.
LAST_CLOCKS = ENDED | {Stage.PRACTICE_REVIEW, Stage.LEARNING_REVIEW, Stage.NATIONAL_REVIEW, Stage.CRG_REFERRAL}

STAGE_TITLES = {
    Stage.DISCUSSION: "DCS and Chief Executive discuss the incident",
    Stage.NOTIFICATION: "Notification to the Panel",
    Stage.SCOPING: "CRG scoping meeting",
    Stage.REQUEST: "Rapid review request to the agencies",
    Stage.RETURNS: "Agencies' returns",
    Stage.RAPID_REVIEW_MEETING: "Rapid review meeting",
    Stage.REPORT: "Rapid review report and sign-off",
    Stage.SUBMISSION: "Submission to the Panel",
    Stage.PANEL: "Panel's response",
    Stage.DECISION: "Partners' decision",
    Stage.PRACTICE_REVIEW: "Practice review decided",
    Stage.LEARNING_REVIEW: "Learning review decided",
    Stage.NATIONAL_REVIEW: "National review",
    Stage.CRG_REFERRAL: "Referred to the CRG",
    Stage.NOT_NOTIFIED: "Not notified",
    Stage.CONCLUDED: "Concluded",
    Stage.WITHDRAWN: "Withdrawn",
}


class Reporter(StrEnum):
    """Which partner brought the incident to attention (§1)."""

    COUNCIL = "council"
    TRUST = "trust"


class Neglect(StrEnum):
    """Whether abuse or neglect is known or suspected."""

    KNOWN = "known"
    SUSPECTED = "suspected"
    NOT_SUSPECTED = "not-suspected"


class Harm(StrEnum):
    """What happened to one child."""

    DIED = "died"
    SERIOUSLY_HARMED = "seriously-harmed"
    NOT_HARMED = "not-harmed"  # another child of the household, say


class Place(StrEnum):
    """Where it happened."""

    IN_AREA = "in-area"
    OUTSIDE_ENGLAND = "outside-england"
    ELSEWHERE_IN_ENGLAND = "elsewhere-in-england"


class View(StrEnum):
    """The view of the DCS or the Chief Executive (N-2)."""

    NOTIFY = "notify"
    DO_NOT_NOTIFY = "do-not-notify"


class Viewer(StrEnum):
    """Whose view it is."""

    DCS = "dcs"
    CHIEF_EXECUTIVE = "chief-executive"


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
    """Whether the criteria for a local practice review are met, as recommended (R-7)."""

    CRITERIA_MET = "criteria-met"
    CRITERIA_NOT_MET = "criteria-not-met"


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
