"""Reading a case: the papers and files that came with what people said."""

from collections.abc import Iterable, Iterator

from review.case.reads_rapid_review import returns_of
from review.case.state import CaseState
from review.facts import Corrected, DocumentRef, Fact
from review.facts.base import FactWithFiles


def files_with(fact: Fact) -> list[DocumentRef]:
    """The files that a fact names; of a correction, those of what is right."""
    right = fact.right if isinstance(fact, Corrected) else fact
    return right.files if isinstance(right, FactWithFiles) else []


def named_papers(case: CaseState) -> Iterator[DocumentRef]:
    """Every paper in which something was said: a return, a draft, a chronology."""
    return (paper for entry in case.entries if (paper := entry.fact.paper))


def named_files(case: CaseState) -> Iterator[DocumentRef]:
    """Every file that belongs to the case: one that no fact names was sent, and never used."""
    for entry in case.entries:
        yield from files_with(entry.fact)


def files_of_returns(case: CaseState, agencies: Iterable[str]) -> Iterator[DocumentRef]:
    """The files that came with the returns of these agencies, replaced ones included (R-4)."""
    for agency in agencies:
        for entry in returns_of(case, agency):
            yield from entry.fact.files
