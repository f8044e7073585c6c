"""Names that Temporal keeps: of the workflow, its messages, its search attributes. Persisted: never rename.

The API, the worker and the command line share them; none needs to import the workflow itself.
"""

from temporalio.common import SearchAttributeKey

from review.asked import MORNING_MAIL, WEEKLY_DIGEST
from review.facts.enums import Route

WORKFLOW = "CaseReview"
INFORMATION_REQUEST = "InformationRequest"  # another partnership's request
CRG_MEETING = "CrgMeeting"  # a meeting of the CRG, from its call until it was held (G-2)
DIRECTORY_NEWS = "DirectoryNews"  # a change of the directory is told
DIGEST = "WeeklyDigest"
MORNING = "MorningMail"
THAT_LIVE = (WORKFLOW, INFORMATION_REQUEST, CRG_MEETING)  # they continue as new; the others soon end
DIGEST_ID = WEEKLY_DIGEST  # of its schedule, one for a partnership (G-5)
MORNING_ID = MORNING_MAIL  # of its schedule
SAY = "say"  # update: a fact, refused or recorded
RELAY = "relay"  # signal: the same fact, when nobody answered
BEGIN_AGAIN = "begin-again"  # signal: continue as new, to move a live case onto new code
LOOK_AGAIN = "look-again"  # signal to a meeting of the CRG: how it stands has changed
STATE = "state"  # query: the whole case
PROGRESS = "progress"  # query: whether it is at rest, and what is due when
OPENED_BY = "OpenedBy"  # memo of a case: the message that opened it, by which an opening knows its workflow

CASE_STAGE = SearchAttributeKey.for_keyword("CaseStage")
CASE_ROUTE = SearchAttributeKey.for_keyword("CaseRoute")
NEXT_DEADLINE = SearchAttributeKey.for_keyword("NextDeadline")
NEXT_DEADLINE_AT = SearchAttributeKey.for_datetime("NextDeadlineAt")
OVERDUE = SearchAttributeKey.for_bool("Overdue")
EDITION = SearchAttributeKey.for_keyword("Edition")
PROBLEMS = "TemporalReportedProblems"  # the server's own: the workflow task has failed several times

# What Temporal must know before a case can begin: references and stages only, never a person (design, Privacy).
SEARCH_ATTRIBUTES = {
    "CaseStage": "Keyword",
    "CaseRoute": "Keyword",
    "NextDeadline": "Keyword",
    "NextDeadlineAt": "Datetime",
    "Overdue": "Bool",
    "Edition": "Keyword",
}


def workflow_type(route: Route) -> str:
    """Which workflow carries a case that came in so."""
    return INFORMATION_REQUEST if route is Route.INFORMATION_REQUEST else WORKFLOW


def workflow_id(reference: str) -> str:
    """The one place that turns a case's reference into a workflow id: they are the same."""
    return reference
