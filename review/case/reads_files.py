"""Reading a case: the files that people have sent with what they said."""

from collections.abc import Iterable, Iterator

from review.case import reads
from review.case.state import CaseState
from review.facts import Corrected, DocumentRef, Fact


def files_with(fact: Fact) -> list[DocumentRef]:
    """The files that a fact names; of a correction, those of what is right."""
    if isinstance(fact, Corrected):
        return files_with(fact.right)
    return list(getattr(fact, "files", []))


def named_files(case: CaseState) -> Iterator[DocumentRef]:
    """Every file that belongs to the case: one that no fact names was sent, and never used."""
    for entry in case.entries:
        yield from files_with(entry.fact)


def files_of_returns(case: CaseState, agencies: Iterable[str]) -> Iterator[DocumentRef]:
    """The files that came with the returns of these agencies, replaced ones included (R-4)."""
    for agency in agencies:
        for entry in reads.returns_of(case, agency):
            yield from files_with(entry.fact)
