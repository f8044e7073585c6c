"""Plainly invented texts for examples in the API and in next steps. Room: review."""

from collections.abc import Iterable

from calendar_rules.edition import ExtraSection
from review.criteria import CRITERIA
from review.learning import LearningFindings
from review.practice_papers import ReviewRecommendation, ReviewReport, TermsOfReference
from review.report import AbsentAgency, CriterionAnswer, RapidReviewReport, ReturnContent
from review.words import AuthorCapacity, Recommendation

VIEW = "Sample: the information known today suggests that the definition of a notifiable incident is met."
SAFETY = "Sample: the brothers and sisters stay with their grandmother; a strategy meeting was held."
SCOPE = "Sample: the two years before the incident; work of all agencies with the family."
ADDED = "Sample: a return mentions that this agency knew the family."
MOVED = "Sample: the legal adviser cannot attend at the earlier time."
LETTER = "Sample: on behalf of the safeguarding partners, please find our rapid review and its recommendation."
PANEL = "Sample: the Panel considered the rapid review at its meeting."
DECISION = "Sample: the partners follow the recommendation; learning across agencies can be gained."
PAUSED = "Sample: the police ask for time in the criminal investigation."
RESUMED = "Sample: the police agree that work goes on."
WITHDRAWN = "Sample: the incident was entered twice."
CORRECTED = "Sample: it was entered wrongly."
TAKEN_BACK = "Sample: it was entered in the wrong case."
OUTSIDE = "Sample: the Business Unit knows the family; somebody from outside writes the report."
NATIONAL = "Sample: the Panel takes a national review; the partners assist it."
NOTIFICATION_WITHDRAWN = "Sample: the post-mortem found a natural cause; neither limb of the definition is met."
PANEL_AGREEMENT = "Sample: the Panel's secretariat agreed by email on the same day."
EDITION_MOVED = "Sample: the partners adopted the new arrangements."
CAPACITY = AuthorCapacity.SBU_MANAGER

# --- involvement, the CRG, actions ---
NOT_INVOLVED = "Sample: they were asked twice and would rather not take part."
ADVOCACY = "Sample: considered; a worker whom they trust comes with them."
CONTRIBUTION = "Sample: they would have liked to be asked earlier."
ANSWER = "Sample: looked into; what was asked for is done."
DIALOGUE = "Sample: the Panel asked when the next report can be expected."
CONCERN = "Sample: the review is short of time from one agency."
LEARNING = "Sample: share missed appointments between agencies at once."
ACTION = "Sample: agencies tell one another of missed appointments within a day."
OUTCOME = "Sample: fewer children are missed between services."
NO_ACTION = "Sample: what was learned is carried out already."
PROGRESS = "Sample: the new way of working is in use."
EVIDENCE = "Sample: an audit of twenty cases shows it."
CLOSURE = "Sample: the CRG saw the audit and agrees."
LATER = "Sample: the system that it needs comes later."
HANDED_ON = "Sample: the owner has another post."

RETURN = ReturnContent(
    involvement="Sample: the family was seen four times in the last year.",
    facts="Sample: nothing was known of the incident before the day.",
    safeguarding="Sample: the other children are safe; no more is needed today.",
    learning="Sample: missed appointments were not shared between agencies.",
)


def return_number(number: int) -> ReturnContent:
    """The first return, or a later one in its place: the very same words again would be refused."""
    if number == 1:
        return RETURN
    return RETURN.model_copy(update={"learning": f"{RETURN.learning} This is version {number}."})


INCIDENT = {
    "reported_by": "council",
    "children": [
        {
            "child_id": "child-sample-1",
            "name": "Sample Child One",
            "born": "2024-02-29",
            "harm": "died",
            "in_care": False,
        },
        {
            "child_id": "child-sample-2",
            "name": "Sample Child Two",
            "born": "2020-06-01",
            "harm": "not-harmed",
            "in_care": False,
        },
    ],
    "what_happened": "Sample: a child was found unresponsive at home. This is an invented incident.",
    "incident_at": "2026-03-02T07:30:00+00:00",
    "aware_at": "2026-03-02T10:00:00+00:00",
    "abuse_or_neglect": "suspected",
    "place": "in-area",
    "normally_resident": True,
}


def report(involved: list[str], absent: list[str], sections: Iterable[ExtraSection] = ()) -> RapidReviewReport:
    """A complete report, every part answered; with the sections that the edition requires."""
    extra = {RapidReviewReport.EXTRA[one][0]: f"Sample: {RapidReviewReport.EXTRA[one][1].lower()}." for one in sections}
    return RapidReviewReport(
        **extra,
        children_and_family="Sample: one child who died, one brother, two parents, a grandmother.",
        safeguarding_arrangements="Sample: the brother lives with his grandmother.",
        more_safeguarding_needed="Sample: no more is needed today; reviewed weekly.",
        facts="Sample: an ambulance was called in the morning; the cause is not yet known.",
        agency_involvement="Sample: health saw the family monthly; school had no concern.",
        recommendation=Recommendation.CRITERIA_MET,
        recommendation_reasons="Sample: information was not joined up between agencies.",
        national_review_considered_necessary=False,
        national_review_reasons="Sample: nothing points beyond the local area.",
        immediate_learning="Sample: share missed appointments at once.",
        sharing_of_learning="Sample: a one-page briefing to all agencies this month.",
        potential_for_more_learning="Sample: how agencies hear the voice of a very young child.",
        agencies_involved=involved,
        agencies_absent=[
            AbsentAgency(agency=agency, why="Sample: the family was not known to it.") for agency in absent
        ],
        took_part_in_decision=["CRG Chair", "CRG members", "Legal adviser"],
        criteria={
            one.id: CriterionAnswer(
                met=one.id in ("improvements", "working-together"), reasons="Sample: considered at the meeting."
            )
            for one in CRITERIA
        },
    )


# --- §6 referrals, information requests, learning reviews; X-1 ---

CONSIDERED = "Sample: two agencies can learn from how they shared what they knew."
SUPPLIED = "Sample: the collated returns of the agencies that knew the family, three pages."


def supply_number(number: int) -> str:
    """The first supply, or a later one with what has come since."""
    return SUPPLIED if number == 1 else f"{SUPPLIED} Supply {number}, with what has come in since."


LAWFUL = "Sample: section 16H of the Children Act 2004; public task, UK GDPR article 6(1)(e)."
CONCLUDED = "Sample: the other partnership has confirmed receipt and asks for nothing more."
TERMS = "Sample: how agencies shared what they knew of the family in the year before the referral."
METHOD = "Sample: a learning event of half a day with practitioners, and an audit of six files."
ASSURED = "Sample: the findings answer the terms and say what will change."
MERGED = "Sample: both are about one incident; the other case was opened first."
REOPENED = "Sample: new information has come to light."

REFERRAL = {
    "source": "agency",
    "agency": "education",
    "practitioner": "Sample designated teacher",
    "safeguarding_lead": "Sample Lead of Education",
    "senior_officer": "Sample Head of Service",
    "nature": "near-miss",
    "children": [{"child_id": "child-sample-4", "name": "Sample Child Four", "born": "2019-05-05"}],
    "concern": "Sample: a child was nearly lost from view between two agencies. This is invented.",
    "merits": "Sample: the handover between agencies failed twice in a year.",
}

INFORMATION_REQUEST = {
    "partnership": "Sample Neighbouring Partnership",
    "contact": "Business Manager there",
    "answer_address": "reviews@neighbouring-partnership.example",
    "contact_email": "reviews@neighbouring-partnership.example",
    "children": [{"child_id": "child-sample-5", "name": "Sample Child Five", "born": "2021-01-31"}],
    "asked": "Sample: what did your agencies know of the family before it moved? For our rapid review; invented.",
}

FINDINGS = LearningFindings(
    summary="Sample: what happened between the agencies, in short.",
    analysis="Sample: the handover rested on one person's memory.",
    learning="Sample: a written handover, confirmed by the agency that takes over.",
    actions="Sample: a form for handovers by the end of term, by education and health.",
    dissemination="Sample: a briefing to all schools and health visitors.",
)


# --- practice reviews ---

EXCLUDED = "Sample: the candidate withdrew."
CONFLICT = "Sample: the candidate worked for one of the agencies until last year."
NO_CONFLICT = "Sample: the candidate takes no part in what concerns that agency; the CRG agrees."
SCORED = "Sample: scored by a panel of three from the application and an interview."
PROPOSED = "Sample: the strongest on every criterion."
MORE_DAYS = "Sample: in writing, by the CRG Chair, before they are worked."
REVIEW_PROGRESS = "Sample: half of the conversations have been held; the work is on time."
COMMENTED = "Sample: the summary could be shorter; nothing is wrong in substance."
MEDIA = "Sample: a statement on the website; one spokesperson; the family is told the day before."
PUBLISHED_AFTER_ALL = "Sample: the proceedings have ended, and the children can no longer be recognised."
NOT_PUBLISHED = "Sample: the children could be recognised; the learning is shared without the report."
EXTENDED = "Sample: criminal proceedings are under way until the summer."


def terms(agencies: list[str]) -> TermsOfReference:
    """Complete terms of reference."""
    return TermsOfReference(
        purpose="Sample: what can be learned from how agencies worked together with this family.",
        period="Sample: the two years before the incident.",
        questions=["Sample: what was known of the children's daily life?", "Sample: how was it shared?"],
        agencies=agencies,
        method="Sample: conversations with practitioners, and a reading of the records.",
        involvement="Sample: the reviewer meets the parents and asks the brother in his own way.",
        timetable="Sample: a first draft after three months.",
    )


def review_report(agencies: list[str]) -> ReviewReport:
    """A report with all that it must contain."""
    return ReviewReport(
        summary="Sample: a child was not seen in the last weeks of her life.",
        analysis="Sample: each agency relied on another to visit; nobody held the whole picture.",
        recommendations=[
            ReviewRecommendation(
                what="Sample: missed appointments of children under two are shared within a day.",
                agencies=agencies,
                outcome_for_children="Sample: no young child goes unseen for more than a week.",
            )
        ],
    )
