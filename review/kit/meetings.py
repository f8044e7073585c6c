"""The meetings of a case as they are set, and who was invited to each (R-2, R-6). Pure."""

from review.case.state import CaseState
from review.facts.enums import RAPID_REVIEW_MEETING, SCOPING

INVITED_BY = {  # causes of the mails that put a meeting into calendars
    SCOPING: ("scoping-invite:",),
    RAPID_REVIEW_MEETING: ("rapid-review-invite:", "meeting-moved:", "meeting-held:"),
}


def invited(case: CaseState, meeting: str) -> list[str]:
    """Who was invited, each once, in the order in which they were."""
    known = [*case.done, *case.waiting, *(one.key for one in case.outbox)]
    return list(dict.fromkeys(key.to for key in known if key.to and key.cause.startswith(INVITED_BY[meeting])))
