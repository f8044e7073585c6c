"""§2 The report's author: what the author has read, and what the author is told. Pure. R-7, R-10."""

from datetime import datetime

from review.case import reads
from review.case.entries import Entry
from review.case.record import RowKind
from review.case.state import CaseState
from review.facts.directory import Role
from review.facts.rapid_review import ReturnsRead
from review.facts.report import ReportDrafted, SubmittedToPanel
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
    case.add_record_row(RowKind.WARNING, "draft-contradicts", line, now=now, about=None)
    people = [draft.author, *case.cast.holders(Role.BUSINESS_UNIT), *case.cast.holders(Role.CRG_CHAIR)]
    n = {"version": version, "contradictions": draft.contradictions}
    cause = f"draft-contradicts:{version}"
    told = [person for person in dict.fromkeys(people) if case.cast.person(person)]
    case.post(notify.to_each(told, cause, "draft-contradicts", n, about=reads.RAPID_REVIEW))


def reading_entered(case: CaseState, entry: Entry[ReturnsRead], now: datetime) -> None:
    """What the Business Unit enters for the author: the record says so, and the author is told (R-10)."""
    fact = entry.fact
    if fact.reader in entry.reported.by.people:
        return
    line = (
        f"Entered for {fact.reader}, not by them: they have read the returns of {reads.all_called(case, fact.returns)}"
    )
    case.add_record_row(RowKind.WARNING, "returns-read-entered", line, now=now)
    cause, n = f"returns-read-entered:{entry.reported.message}", {"received": list(fact.returns)}
    case.post(notify.to_each([fact.reader], cause, "returns-read-entered", n, about=reads.RAPID_REVIEW))


def papers_sent(case: CaseState, entry: Entry[ReportDrafted], now: datetime) -> None:
    """An author from outside is sent the link by which they read the papers and say what they have read (R-10)."""
    if author := reads.outside_author(case):
        case.post([notify.to_read(author, cause=f"papers-to-read:{author}")])


def draft_does_not_stand(case: CaseState, entry: Entry[ReturnsRead], now: datetime) -> None:
    """The author has read a return that came late, and the draft has to change: the Business Unit and the CRG Chair are
    told. The round goes on until a newer version is sent: it is never blocked (R-10, D-7).
    """
    fact, draft = entry.fact, reads.drafts(case)[-1:]
    if fact.draft_stands is not False or not draft:
        return
    version = draft[0].content.version
    came = reads.all_called(case, fact.returns)
    line = f"Warning: the author says that version {version} of the draft does not stand, having read {came}"
    case.add_record_row(RowKind.WARNING, "draft-does-not-stand", line, now=now)
    people = [*case.cast.holders(Role.BUSINESS_UNIT), *case.cast.holders(Role.CRG_CHAIR)]
    others = [person for person in dict.fromkeys(people) if person not in entry.reported.by.people]
    cause, n = f"draft-does-not-stand:{entry.reported.message}", {"version": version, "late": list(fact.returns)}
    case.post(notify.to_each(others, cause, "draft-does-not-stand", n, about=reads.RAPID_REVIEW))


def submitted_without(case: CaseState, entry: Entry[SubmittedToPanel], now: datetime) -> None:
    """A submission whose author has not read every return, or says that the draft does not stand: the record says so,
    and the letter to the Panel names the returns as come too late to be considered (R-10).
    """
    draft = reads.draft(case, entry.fact.version)
    if late := reads.too_late(case):
        line = (
            f"Warning: came too late to be considered, as the letter to the Panel says: {reads.all_called(case, late)}"
        )
        case.add_record_row(RowKind.WARNING, "returns-too-late", line, now=now, about="D-7")
    if draft and reads.does_not_stand(case, draft):
        line = f"Warning: version {entry.fact.version} is submitted; its author says that it does not stand"
        case.add_record_row(RowKind.WARNING, "submitted-does-not-stand", line, now=now, about="D-7")
