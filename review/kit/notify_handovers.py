"""The mails with the link by which a sub-group answers what was handed over to it (G-10).

Pure. What was found stands on the page of the link, and in no mail.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from review.case.notices import LinkFor, Notice

if TYPE_CHECKING:
    from review.case.state import CaseState


ANSWER_LINK = "answer"


def handed_over(case: "CaseState", handover: str, to: str, now: datetime, *, cause: str) -> Notice:
    """The findings are there to be read and answered; or the answer is late."""
    id = f"G-10:{handover}"
    deadline = case.deadlines.get(id)
    due = deadline.due if deadline else now
    link = LinkFor(purpose=ANSWER_LINK, subject=handover)
    n = {"due": due, "overdue": now > due}
    return Notice(cause=cause, template="findings-handed-over", to=to, about=id, n=n, link=link)
