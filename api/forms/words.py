"""API: what a form calls a field: as its class describes it, and in words of its own where the class says nothing."""

import re

from pydantic import BaseModel

from api.forms.question import Kind

_REASONS = "the reasons, in a sentence or more"
_ID = re.compile(r"^ids? of (the )?")
_CLAUSE = re.compile(r" \([A-Z]-\d+(, [A-Z]-\d+)*\)")
_FOR_PROGRAMS = re.compile(r", with an offset \(RFC 3339\)|; GET /v1/\S+ lists them|`")
_LEFT_OUT = re.compile(r"left out: ")
_CHOSEN = (Kind.PICK, Kind.PICKS, Kind.CARRIED)
_AN_ID = "Lower-case letters, digits and hyphens."

# Where the class gives no description, or one that explains rather than names. By the field; with its class in front
# where only that one is meant.
LABELS = {
    "Person.id": "Id",
    "Person.name": "Name",
    "Person.email": "Email address",
    "Person.roles": "Offices",
    "Person.job_title": "Job title",
    "Person.agency": "Agency",
    "Person.partner": "Partner for whom they sign",
    "Person.council": "Council",
    "Person.delegate_of": "Accountable officer for whom they act",
    "Person.seniority": "Seniority",
    "Person.active": "In office",
    "Agency.id": "Id",
    "Agency.name": "Name",
    "Agency.safeguarding_lead": "Safeguarding lead",
    "Agency.senior_officer": "Senior officer",
    "Agency.expected": "Usually expected to be involved",
    "Agency.active": "Takes part",
    "reason": "Reasons",
    "Corrected.corrects": "Entry that was wrong",
    "TakenBack.takes_back": "Entry to take back",
    "reported_by": "Who brought the incident to attention",
    "council": "Council in whose area the child is",
    "child_id": "Child's id",
    "PersonInvited.child_id": "Child of the case",
    "child_ids": "Children",
    "born": "Date of birth",
    "unborn": "The child was not yet born",
    "harm": "What happened to the child",
    "Child.in_care": "The child was looked after by the local authority",
    "ChildNamed.in_care": "The child was looked after by the local authority",
    "care_leaver": "The child had left the local authority's care",
    "ethnicity": "Ethnicity",
    "disability": "Disability",
    "legal_status": "Legal status",
    "plan": "Plan",
    "abuse_or_neglect": "Whether abuse or neglect is known or suspected",
    "place": "Where it happened",
    "setting": "Setting",
    "regulated_setting": "A setting that somebody inspects or registers",
    "Informed.who": "Who was told",
    "Informed.at": "When they were told",
    "PartnerViewGiven.officer": "Whose view",
    "notified_by": "Office that sent the notification",
    "NotNotifiedDecided.outcome": "What happens with the incident",
    "panel_reference": "The Panel's reference",
    "authority": "Who was told",
    "steps": "Steps taken",
    "none_needed": "No steps are needed for these children",
    "member": "Member of the family or household",
    "member_id": "Their id",
    "relation": "Who they are to the children",
    "starts_at": "When the meeting is",
    "Rehearsal.starts_at": "What the case's clock shows at its opening",
    "scope": "Scope of the review",
    "left_out": "Agencies left out",
    "rapid_review_meeting_at": "When the rapid review meeting is",
    "rapid_review_meeting_planned_at": "When the rapid review meeting is planned",
    "rapid_review_link": "Where to join the rapid review meeting online",
    "link": "Where to join online",
    "legal_adviser_asked": "The legal adviser is asked to the rapid review meeting",
    "covering_note": "Covering note",
    "OutsideAgencyAsked.agency": "Short id for the agency",
    "OutsideAgencyAsked.name": "What the agency is called",
    "email": "Email address",
    "ReturnBody.content": "The return",
    "reader": "Who has read them",
    "returns": "Returns that were read",
    "draft_stands": "The draft stands, now that these are read",
    "attended": "People who attended",
    "representatives": "Agencies' representatives who attended",
    "overviews": "What each agency said it knows",
    "RapidReviewMeetingHeld.recommendation": "The meeting's recommendation",
    "in_favour": "In favour",
    "outside_experience": "Experience of an outside author",
    "outside_qualification": "Qualification of an outside author",
    "capacity": "Capacity",
    "criteria": "Criteria",
    "agencies_absent": "Agencies that would be expected and were not involved",
    "AbsentAgency.why": "Why it was not involved",
    "met": "Answer",
    "DraftAgreed.officer": "CRG Chair",
    "SignOffGiven.officer": "Who signs",
    "sha256": "Fingerprint of the version",
    "verdict": "Your decision",
    "LearningReviewAssured.verdict": "The CRG's decision",
    "late_reason": "Why it goes late",
    "meeting_date": "Day on which the Panel considers the case",
    "CrgConsidered.meeting_date": "Day of the CRG's meeting",
    "CrgConsidered.outcome": "The CRG's decision",
    "response": "The Panel's response",
    "difference_reason": "Why the decision differs from the recommendation",
    "national_part": "Local work in a national review",
    "PartnersDecided.why_no_more_is_to_be_learned": "Why no more is to be learned by a practice review",
    "InformationSupplied.what": "What was supplied",
    "InformationSupplied.to": "Who it went to",
    "LearningTermsSet.method": "How",
    "lacking": "What the version lacks",
    "lacks": "What the version lacks",
    "known": "The child or the family was known to the agency",
    "MilestoneOfOursReached.milestone": "Milestone",
    "PersonInvited.person": "Short id for the person",
    "group": "Who they are",
    "PersonInvited.how": "How they were invited",
    "accepts": "They accept the invitation",
    "AdvocacyConsidered.used": "An advocate is used",
    "said": "What they said",
    "ProcessLinked.process": "Short id for the process",
    "process_kind": "Kind of process",
    "ProcessLinked.name": "What the process is called",
    "status": "How it stands",
    "ended": "The process has ended",
    "learned": "What was learned from it",
    "direction": "Who wrote or spoke to whom",
    "PanelDialogueLogged.how": "How",
    "PanelDialogueLogged.summary": "What was said",
    "ConcernEscalated.concern": "Short id for the concern",
    "terms": "Terms of reference",
    "LearningTermsSet.terms": "What the review is to find out",
    "MethodChosen.name": "What the method is called",
    "CandidateEntered.candidate": "Short id for the candidate",
    "day_rate": "Pounds a day",
    "conflict": "Conflict of interest",
    "ConflictResolved.how": "How the conflict was resolved",
    "maximum_days": "Most days that are expected",
    "days": "Days",
    "used_for": "What the days were used for",
    "agreed_by": "Who agreed",
    "MilestoneSet.milestone": "Short id for the milestone",
    "MilestoneSet.what": "What is to be reached",
    "planned_date": "Planned for",
    "on_time": "The review is on time",
    "ReviewMonitored.time": "How it stands with time",
    "ReviewMonitored.quality": "How it stands with quality",
    "ReviewMonitored.action": "What is done about it",
    "where": "Where it is published",
    "IdentityAccepted.where": "Where it stands",
    "IdentityAccepted.what": "What identifies the family",
    "whose": "Whose it is",
    "ReviewRecommendation.what": "Recommendation",
    "outcome_for_children": "Outcome for children",
    "sound": "The version is sound",
    "media": "Media plan",
    "recipient": "Who the advance copy goes to",
    "improvements": "The information as it is published",
    "none_reason": "Why no information is appropriate to be published",
    "their_reference": "Their reference",
    "means": "How the learning was shared",
    "DutyServed.means": "By which means, or how you know",
    "audience": "Who it was shared with",
    "FindingsHandedOver.handover": "Short id for the handover",
    "sub_group": "The sub-group in the directory",
    "ActionSet.action": "Short id for the action",
    "ActionSet.what": "What is to be done",
    "owner": "Who is responsible",
    "due_date": "Due",
    "AgencyAdded.agency": "Agency to ask as well",
    "recommendation_number": "Number of the recommendation",
    "round": "Round of sign-off",
    "purpose": "What the link is for",
    "TermsOfReference.purpose": "Purpose",
    "link_subject": "What the link is about",
    "person": "Person",
    "DraftCommented.person": "Who comments",
    "EarlyCommentGiven.officer": "Who comments",
    "PartnerViewGiven.person": "Which officer",
    "into": "Case in which it goes on",
    "carried": "Deadlines that the other case carries",
    "loses": "What the other case cannot take up",
    "duty": "Failed duty",
    "DutyServed.how": "How it was made good",
    "edition": "Edition of the protocol",
    "to": "Edition to move to",
    "FindingsHandedOver.to": "Which sub-group",
    "rehearsal": "Rehearsal",
    "source": "Where the referral comes from",
    "partnership": "Partnership",
    "contact": "Who to answer",
    "OutsideAgencyAsked.contact": "Who is asked there",
    "nature": "Nature of the referral",
    "asked": "What is asked, and for which review",
    "answer_address": "Address for the answer",
    "contact_email": "Email address of the contact",
    "wanted_by": "Wanted by",
    "right": "What is right",
    "forecast_date": "When the practice review is expected to be complete",
    "findings": "Findings",
    "FindingsBody.findings": "The findings",
    "recommendations": "Recommendations",
    "version": "Version",
    "happened_at": "When it happened",
    "CaseOpening.happened_at": "When it was brought to attention",
    "InformationOpening.happened_at": "When the request came",
    "ReferralOpening.happened_at": "When the referral came",
}
HINTS = {
    "Person.id": "By it the record names the person, and it never changes. Lower-case letters, digits and hyphens.",
    "Person.partner": "For an accountable officer or their deputy.",
    "Person.council": "Where the partnership has several: the one that they answer for, such as northmoor.",
    "Person.delegate_of": "For a delegate only.",
    "Person.active": "Untick it when they leave: their links end, and the record keeps their name.",
    "Agency.expected": "Leaving it out of a rapid review then needs a reason.",
    "Agency.active": "Untick it when it no longer takes part in reviews.",
    "ethnicity": "As the notification form asks for it.",
    "unborn": "Then leave the date of birth empty.",
    "in_care": "",
    "care_leaver": "",
    "none_needed": "Say why in the box above.",
    "known": "If it was, its summary follows. If not, this is its nil return.",
    "happened_at": "Leave this empty if it happened now.",
    "ReturnBody.content": "Leave the boxes empty for a nil return.",
    "criteria": "Answer each with reasons. A draft can leave some for later.",
    "met": "",
    "DraftAgreed.officer": "",
    "SignOffGiven.officer": "",
    "left_out": "Agencies that would be expected to know the family and are not asked, each with the reason.",
    "email": "Where the request goes, for example head@school.example.org.",
    "rehearsal": "Leave this empty for a real case. A rehearsal's clock can be moved.",
    "CaseOpening.happened_at": "Leave this empty if it was now.",
    "council": "The council's id, only where the partnership has several councils.",
    "edition": "",
    "to": "",
    "carried": "Those of D-1, D-2 and D-7 that are still open here, one on each line.",
    "loses": "As the refusal names it, one on each line.",
    "lacking": "Only where it is sent back. One on each line.",
    "lacks": "Only where it is not sound. One on each line.",
    "TermsOfReference.questions": "One on each line.",
    "not_yet_known": "Dates such as 2026-12-28, one on each line. The case's calendar lacks them.",
    "days": "Half days count: 2.5.",
    "recommendation": "",
    "child_id": "The partnership's own id, the same in every case. Lower-case letters, digits and hyphens.",
    "PersonInvited.child_id": "Only where this is a child of the case.",
    "InvolvementExplained.child_id": "",
    "due_date": "The end of this day.",
    "wanted_by": "",
    "ActionSet.action": "It shows in emails, so never a name. Lower-case letters, digits and hyphens.",
    "ConcernEscalated.concern": "It shows in emails, so never a name. Lower-case letters, digits and hyphens.",
    "FindingsHandedOver.handover": "It shows in emails, so never a name. Lower-case letters, digits and hyphens.",
    "MilestoneSet.milestone": "It shows in emails, so never a name. Lower-case letters, digits and hyphens.",
    "CandidateEntered.candidate": "Never a name. Lower-case letters, digits and hyphens.",
    "ProcessLinked.process": "Never a name. Lower-case letters, digits and hyphens.",
    "PersonInvited.person": "Never a name. Lower-case letters, digits and hyphens.",
    "OutsideAgencyAsked.agency": "Never a person's name. Lower-case letters, digits and hyphens.",
    "day_rate": "Whole pounds.",
    "CandidateScored.scores": "From 0 (does not meet it) to 5 (fully), whole points.",
    "DutyServed.how": "",
    "forecast_date": "As far as can be said (K-9).",
    "PartnerViewGiven.person": "Only where the partner has several accountable officers and you record it for one.",
    "member_id": "The partnership's own id for them, never a name. Lower-case letters, digits and hyphens.",
    "asked": "",
}


def sentence(text: str) -> str:
    """With a capital in front."""
    return text[:1].upper() + text[1:]


def label_of(model: type[BaseModel], name: str, description: str, kind: Kind) -> str:
    """What a field is called."""
    sections: dict[str, str] = getattr(model, "SECTIONS", {})
    extra = dict(getattr(model, "EXTRA", {}).values())
    given = LABELS.get(f"{model.__name__}.{name}") or sections.get(name) or extra.get(name) or LABELS.get(name)
    if given:
        return given
    if not description or description == _REASONS or (_ID.match(description) and kind is Kind.LINE):
        return sentence(name.replace("_", " "))
    return sentence(_ID.sub("", _named(description)))


def hint_of(model: type[BaseModel], name: str, description: str, kind: Kind, *, is_id: bool) -> str:
    """What helps to fill it in: what its description says beyond the label."""
    given = HINTS.get(f"{model.__name__}.{name}", HINTS.get(name))
    if given is not None:
        return given
    if kind is Kind.CARRIED:
        return ""
    words = _FOR_PROGRAMS.sub("", description)
    if sentence(_ID.sub("", _named(description))) == label_of(model, name, description, kind):
        words = words.partition("; ")[2]
    if kind in _CHOSEN and _ID.match(words):
        words = ""
    if description == _REASONS:
        words = "In a sentence or more"
    words = _LEFT_OUT.sub("if you leave this empty: ", words)
    return " ".join(part for part in (f"{sentence(words)}." if words else "", _AN_ID if is_id else "") if part)


def _named(description: str) -> str:
    """The part of a description that names the field."""
    return _CLAUSE.sub("", _FOR_PROGRAMS.sub("", description)).partition("; ")[0]
