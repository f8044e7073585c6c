"""§2 The report's author: what the author is told of the draft. Pure. R-7, R-10."""

from datetime import datetime

from review.case import reads
from review.case.entries import Entry
from review.case.record import RowKind
from review.case.state import CaseState
from review.facts.directory import Role
from review.facts.report import ReportDrafted
from review.kit import notify


def contradiction_told(case: CaseState, entry: Entry[ReportDrafted], now: datetime) -> None:
    """A recommendation that its own answers to the four criteria contradict is warned about, not blocked: the author,
    the Business Unit and the CRG Chair are told (R-7, R-9).
    """
    draft = entry.fact
    if not draft.contradictions:
        return
    version = draft.content.version
    line = f"Warning: version {version} of the draft report contradicts itself. {' '.join(draft.contradictions)}"
    case.tell(RowKind.WARNING, "draft-contradicts", line, now=now, about=None)
    people = [draft.author, *case.cast.holders(Role.BUSINESS_UNIT), *case.cast.holders(Role.CRG_CHAIR)]
    n = {"version": version, "contradictions": draft.contradictions}
    cause = f"draft-contradicts:{version}"
    told = [person for person in dict.fromkeys(people) if case.cast.person(person)]
    case.post(notify.to_each(told, cause, "draft-contradicts", n, about=reads.RAPID_REVIEW))
