"""D-2 runs from the moment it is known that a child in care died, and stops where none did (N-4). Pure."""

from datetime import datetime

from review.case import reads
from review.case.state import CaseState
from review.facts.enums import Stage
from review.facts.notification import IncidentReported
from review.kit.deadlines import run_again, start, stop


def mind_the_duties_of_care(case: CaseState, why: str, now: datetime) -> bool:
    """What is known of the children has changed; whether a duty began by it."""
    if "D-1" not in case.deadlines or case.stage is Stage.MERGED:  # the case's own start sees to it; or another case's
        return False
    if case.last(IncidentReported) is None:  # of a referral, reported by mistake: what was counted from it stops
        return False
    began = False
    for rule in (rule for rule in case.edition.deadlines if rule.startswith("D-2:")):
        deadline = case.deadlines.get(rule)
        if not reads.authorities_owed(case) and deadline:
            stop(case, rule, why, now)
        elif reads.authorities_owed(case) and deadline and deadline.stopped_at:
            run_again(case, deadline, why, now)
        elif reads.authorities_owed(case) and deadline is None:
            start(case, rule, now, since=reads.incident(case).aware_at)
            began = True
    return began
