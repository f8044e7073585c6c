"""What the author of the rapid review's report has read, and what came too late to be considered (§2, R-10)."""

from review.case.reads_rapid_review import RAPID_REVIEW, answers_of, draft, drafts, scope, submitted
from review.case.state import CaseState
from review.facts import DocumentRef
from review.facts.enums import AuthorCapacity
from review.facts.panel import PanelToldOfReturns
from review.facts.rapid_review import ReturnsRead
from review.facts.report import DraftSentForSignOff, ReportDrafted, SubmittedToPanel


def latest_returns(case: CaseState, *, until: int | None = None) -> dict[str, int]:
    """Agency -> version of its latest return, 0 for a nil return; agencies without a return are left out.

    `until`: as it stood before the entry at that place.
    """
    latest: dict[str, int] = {}
    for entry in [entry for agency in case.requests for entry in answers_of(case, agency)]:
        fact = entry.fact
        if until is None or case.place(entry) < until:
            latest[fact.agency] = fact.paper.version if fact.paper else 0
    return latest


def unread(case: CaseState, reader: str, *, until: int | None = None) -> list[str]:
    """Agencies whose latest return this person has not said to have read (R-10). `until`: before that place."""
    read: dict[str, int] = {}
    for entry in case.entries_of(ReturnsRead):
        if entry.fact.reader == reader and (until is None or case.place(entry) < until):
            read |= entry.fact.returns
    return [agency for agency, version in latest_returns(case, until=until).items() if read.get(agency) != version]


def read_by_nobody(case: CaseState) -> list[str]:
    """Agencies whose latest return, other than a nil return, nobody has said to have read; none once it is submitted
    (R-10).
    """
    if submitted(case):
        return []
    read = {one for fact in case.every(ReturnsRead) for one in fact.returns.items()}
    return [agency for agency, version in latest_returns(case).items() if version and (agency, version) not in read]


def draft_with_the_officers(case: CaseState) -> ReportDrafted | None:
    """The latest draft, once it has gone for sign-off and until the report is submitted."""
    sent, latest = case.last(DraftSentForSignOff), drafts(case)[-1:]
    if sent is None or submitted(case) or not latest or latest[0].content.version != sent.version:
        return None
    return latest[0]


def does_not_stand(case: CaseState, one: ReportDrafted) -> bool:
    """Whether the author has read a late return, and says that this draft does not stand (R-10)."""
    drafted = next(entry for entry in case.entries_of(ReportDrafted) if entry.fact is one)
    said = [entry.fact for entry in case.after(drafted, ReturnsRead) if entry.fact.reader == one.author]
    verdicts = [fact.draft_stands for fact in said if fact.draft_stands is not None]
    return bool(verdicts) and not verdicts[-1]


def too_late(case: CaseState) -> list[str]:
    """Agencies whose return the author had not read when the report was submitted: the letter to the Panel names them
    (R-10).
    """
    sent = case.entry(SubmittedToPanel)
    report = draft(case, sent.fact.version) if sent else None
    return unread(case, report.author, until=case.place(sent)) if sent and report else []


def not_considered(case: CaseState) -> list[str]:
    """Agencies whose return the rapid review, as the Panel has it, does not consider: their first return came after the
    submission, or too late for the report (R-4, R-10).
    """
    sent = case.entry(SubmittedToPanel)
    if sent is None:
        return []
    firsts = [(agency, answers[0]) for agency in scope(case) if (answers := answers_of(case, agency))]
    after = [agency for agency, first in firsts if case.place(first) > case.place(sent)]
    return list(dict.fromkeys([*too_late(case), *after]))


def panel_not_told(case: CaseState) -> list[str]:
    """Of these, the agencies whose return the Panel has not been told of by a letter of its own (R-4)."""
    told = [agency for fact in case.every(PanelToldOfReturns) for agency in fact.agencies]
    return [agency for agency in not_considered(case) if agency not in told]


# --- an author from outside reads behind a link ---

_FOR_THE_AUTHOR = ("agenda", "returns-pack", "meeting-record", RAPID_REVIEW)  # in the order in which they are shown


def outside_author(case: CaseState) -> str | None:
    """The author of the latest draft where they come from outside, until the report is submitted (R-10)."""
    latest = drafts(case)[-1:]
    if not latest or latest[0].capacity is not AuthorCapacity.OUTSIDE or submitted(case):
        return None
    member = case.cast.person(latest[0].author)
    return member.id if member and set(member.roles) & set(ReturnsRead.may_report) else None


def papers_of_the_author(case: CaseState) -> list[DocumentRef]:
    """What the author needs to have read, each as it is now: the returns, the meeting's record, the draft (R-10)."""
    newest = {one.document: one for one in sorted(case.papers.values(), key=lambda one: one.version)}
    return [newest[name] for name in _FOR_THE_AUTHOR if name in newest]
