"""Plainly invented texts for examples in the API and in next steps. Room: review."""

from review.criteria import CRITERIA
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
OUTSIDE = "Sample: the Business Unit knows the family; somebody from outside writes the report."
NATIONAL = "Sample: the Panel takes a national review; the partners assist it."
CAPACITY = AuthorCapacity.SBU_MANAGER

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


def report(involved: list[str], absent: list[str]) -> RapidReviewReport:
    """A complete report, every part answered."""
    return RapidReviewReport(
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
