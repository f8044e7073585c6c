"""The field's words as closed lists: stages, routes, views, decisions. Every one is persisted: add, never rename."""

from enum import StrEnum


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


ENDED = frozenset({Stage.NOT_NOTIFIED, Stage.CONCLUDED, Stage.WITHDRAWN, Stage.MERGED, Stage.NOTIFICATION_WITHDRAWN})
# Stages in which no further clock starts.
LAST_CLOCKS = ENDED | {Stage.NATIONAL_REVIEW}

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
    Stage.REFERRAL: "Referral: the CRG considers it",
    Stage.REFERRAL_RETURNED: "Referral returned with the reason",
    Stage.GATHERING: "Information gathered for another partnership",
    Stage.SUPPLIED: "Information supplied",
    Stage.TERMS: "Terms of reference",
    Stage.TENDER: "Tender and selection of a reviewer",
    Stage.CONTRACT: "Contract with the reviewer",
    Stage.REVIEW_WORK: "The review at work",
    Stage.REVIEW_SIGN_OFF: "The review's report and its sign-off",
    Stage.PUBLICATION: "Publication",
    Stage.DISSEMINATION: "Learning disseminated",
    Stage.ACTIONS: "Actions followed",
    Stage.MERGED: "Merged with another case",
    Stage.NOTIFICATION_WITHDRAWN: "Notification withdrawn",
    Stage.CRG_REFERRAL: "Referred to the CRG",
    Stage.NOT_NOTIFIED: "Not notified",
    Stage.CONCLUDED: "Concluded",
    Stage.WITHDRAWN: "Withdrawn",
}


# What happens in each stage; the lengths are an edition's own, and stand with its deadlines.
STAGE_SENTENCES = {
    Stage.REFERRAL: "The CRG considers the referral at a meeting, and says with reasons what becomes of it.",
    Stage.REFERRAL_RETURNED: "What it lacks, the safeguarding lead or a senior officer's support, is waited for.",
    Stage.GATHERING: "Another partnership asks: agencies are asked for what they hold, and it is collated.",
    Stage.SUPPLIED: "It has gone to the other partnership and stays on the CRG's agenda until concluded.",
    Stage.DISCUSSION: "Both give a view with reasons; both must agree to notify. While they differ, the case waits.",
    Stage.NOTIFICATION: "Both agree: the Panel is notified, and the Business Unit gets a copy.",
    Stage.SCOPING: "The CRG confirms the details, names whom to ask and sets the date of the rapid review meeting.",
    Stage.REQUEST: "The Business Unit sends the request to every agency in scope.",
    Stage.RETURNS: "Each agency answers, with what it knows or that it knows nothing; the returns become one pack.",
    Stage.RAPID_REVIEW_MEETING: "CRG members and the other agencies go through what is known, and recommend.",
    Stage.REPORT: "The record is drafted, and each safeguarding partner signs one and the same version.",
    Stage.SUBMISSION: "The approved version goes to the Panel with a covering letter.",
    Stage.PANEL: "The Panel acknowledges, meets and responds; where it asks for more, it is answered.",
    Stage.DECISION: "The partners decide with reasons: practice review, learning review, national review, or none.",
    Stage.PRACTICE_REVIEW: "A practice review is decided on; its terms of reference are drafted.",
    Stage.TERMS: "The safeguarding partners approve the terms, in as many rounds as it takes.",
    Stage.TENDER: "Candidates are scored on every criterion; one is proposed, agreed by the CRG Chair and signed off.",
    Stage.CONTRACT: "The Business Unit issues the contract: day rate, most days, how more are agreed.",
    Stage.REVIEW_WORK: "The reviewer works, people are heard, and drafts are quality-assured until one is sound.",
    Stage.REVIEW_SIGN_OFF: "CRG, agencies' senior officers, safeguarding partners and Independent Chair sign in turn.",
    Stage.PUBLICATION: "Publication is planned with those affected; the report is published, or not, with reasons.",
    Stage.LEARNING_REVIEW: "Terms, method and participants are set; the CRG quality-assures the findings.",
    Stage.NATIONAL_REVIEW: "The Panel reviews; the partnership assists, and follows what it learns itself.",
    Stage.DISSEMINATION: "What was learned is shared, and becomes actions, or it is said why none is needed.",
    Stage.ACTIONS: "Every action is followed until the CRG agrees, on evidence, that it is closed.",
    Stage.CRG_REFERRAL: "It was not notified, and referred to the CRG, which considers it like any referral.",
    Stage.MERGED: "It goes on in another case, which carries its duties.",
    Stage.NOTIFICATION_WITHDRAWN: "It was found not to meet the criteria; the Panel agreed.",
    Stage.NOT_NOTIFIED: "Both decided, with reasons, not to notify.",
    Stage.CONCLUDED: "Nothing of it is open any more.",
    Stage.WITHDRAWN: "It was taken out, with reasons; its record stays.",
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
