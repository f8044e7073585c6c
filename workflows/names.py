"""Names that Temporal keeps: of the workflow, its messages, its search attributes. Persisted: never rename.

The API, the worker and the command line share them; none needs to import the workflow itself.
"""

from temporalio.common import SearchAttributeKey

from review.words import Route

WORKFLOW = "CaseReview"
INFORMATION_REQUEST = "InformationRequest"  # another partnership's request
CRG_MEETING = "CrgMeeting"  # a meeting of the CRG, from its call until it was held (G-2)
DIGEST = "WeeklyDigest"
DIGEST_ID = "weekly-digest"  # one for a partnership (G-5)
SAY = "say"  # update: a fact, refused or recorded
RELAY = "relay"  # signal: the same fact, when nobody answered
BEGIN_AGAIN = "begin-again"  # signal: continue as new, to move a live case onto new code
LOOK_AGAIN = "look-again"  # signal to a meeting of the CRG: how it stands has changed
STATE = "state"  # query: the whole case

CASE_STAGE = SearchAttributeKey.for_keyword("CaseStage")
CASE_ROUTE = SearchAttributeKey.for_keyword("CaseRoute")
NEXT_DEADLINE = SearchAttributeKey.for_keyword("NextDeadline")
NEXT_DEADLINE_AT = SearchAttributeKey.for_datetime("NextDeadlineAt")
OVERDUE = SearchAttributeKey.for_bool("Overdue")
EDITION = SearchAttributeKey.for_keyword("Edition")


def workflow_type(route: Route) -> str:
    """Which workflow carries a case that came in so."""
    return INFORMATION_REQUEST if route is Route.INFORMATION_REQUEST else WORKFLOW


def workflow_id(reference: str) -> str:
    """The one place that turns a case's reference into a workflow id: they are the same."""
    return reference
