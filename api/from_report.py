"""What a report from Word answers besides its texts: the table of the criteria, names in lists, recommendations.

Only what stands there as our own paper has it is read (`api/to_write.py`); what is not understood is named, and nothing
is guessed (R-7, R-8, R-9, K-1, K-6).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from api.files import ReadSection
from delivery.files.headed import headed
from delivery.files.inspect import Inspected
from review.case import reads
from review.case.state import CaseState
from review.chapters.report.criteria import CRITERIA, MAY_NOT_BE_KNOWN, NOT_YET_KNOWN
from review.facts.directory import Directory
from review.facts.enums import Recommendation
from review.kit.headings import same
from review.kit.notify_wording import recommended

_ANSWERS: dict[str, bool | str] = {"yes": True, "no": False, "notyetknown": NOT_YET_KNOWN}
_FOR, _BETTER = "For:", "What will be better for children:"
_INVOLVED, _TOOK_PART = "Agencies involved", "Who took part in the decision"
_QUESTIONS, _LOOKED_AT = "Questions", "Agencies whose work is looked at"


class Answered(NamedTuple):
    """`body`: what the fact's body would say; `unread`: what stands there and is not understood, in words."""

    body: dict[str, Any]
    unread: list[str]


class _Paper(NamedTuple):
    sections: Sequence[ReadSection]
    tables: list[list[list[str]]]
    agencies: dict[str, str]  # by name
    voices: dict[str, str]  # agencies and people, by name

    def lines(self, heading: str) -> list[str]:
        wanted = same(heading)
        return [line for one in self.sections if same(one.heading) == wanted for line in one.text.split("\n\n") if line]

    def rows(self, columns: int) -> Iterator[list[str]]:
        yield from (row for table in self.tables for row in table if len(row) == columns)


def answered_in(
    rel: str, files: Sequence[Inspected], sections: Sequence[ReadSection], case: CaseState, directory: Directory
) -> Answered:
    """The answers of a paper that was written for this step; nothing of a step that has none."""
    read = _READ.get(rel)
    if read is None or not sections:
        return Answered({}, [])
    tables = [table for one in files if (found := headed(one.kind, one.content)) for table in found.tables]
    outside = {reads.called(case, id): id for id in reads.scope(case)}
    agencies = outside | {name: id for id, name in directory.agency_names.items()}
    people = {f"{one.name}, {one.job_title}".rstrip(", "): one.id for one in directory.people}
    paper = _Paper(sections, tables, _by(agencies), _by(people | agencies))
    return read(paper)


def _by(names: dict[str, str]) -> dict[str, str]:
    return {same(name): id for name, id in names.items()}


def _named(paper: _Paper, heading: str, known: dict[str, str]) -> tuple[list[str], list[str]]:
    """Who stands in a list under a heading; and those whom nobody knows by that name."""
    lines = paper.lines(heading)
    found = [id for line in lines if (id := known.get(same(line)))]
    return list(dict.fromkeys(found)), [f"{line} (under “{heading}”)" for line in lines if same(line) not in known]


def _report(paper: _Paper) -> Answered:
    involved, unknown = _named(paper, _INVOLVED, paper.agencies)
    took_part, strangers = _named(paper, _TOOK_PART, paper.voices)
    criteria, unclear = _criteria(paper)
    said: dict[str, Any] = {
        "agencies_involved": involved,
        "took_part_in_decision": took_part,
        "criteria": criteria,
        "agencies_absent": [
            {"agency": id, "why": why} for name, why in paper.rows(2) if why and (id := paper.agencies.get(same(name)))
        ],
    }
    for local in Recommendation:
        for national in (True, False):
            if any(same(one.text) == same(recommended(local, national)) for one in paper.sections):
                said |= {"recommendation": local.value, "national_review_considered_necessary": national}
    told = {name: one for name, one in said.items() if one not in ([], {})}
    return Answered({"report": told} if told else {}, unknown + strangers + unclear)


def _criteria(paper: _Paper) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Each row of the table of the criteria that is answered; two may read the same, and stand in their order (R-9)."""
    left = list(CRITERIA)
    found: dict[str, dict[str, Any]] = {}
    unclear = []
    for text, answer, reasons in paper.rows(3):
        one = next((one for one in left if same(one.text) == same(text)), None)
        if one is None:
            continue
        left.remove(one)
        met = _ANSWERS.get(same(answer))
        if met is not None and (met != NOT_YET_KNOWN or one.id in MAY_NOT_BE_KNOWN):
            found[one.id] = {"met": met, "reasons": reasons}
        elif same(answer) not in ("", "notanswered") or reasons:
            unclear.append(f"the answer “{answer}” to: {one.text}")
    return found, unclear


def _review(paper: _Paper) -> Answered:
    """K-6: each recommendation, for whom it is, and what will be better for children."""
    found, unknown = [], []
    for one in paper.sections:
        if not (one.heading.startswith("Recommendation ") and one.heading.split()[-1].isdigit()):
            continue
        what, _, better = one.text.partition(_BETTER)
        lines = what.split("\n\n")
        names = [name.strip() for line in lines if line.startswith(_FOR) for name in line[len(_FOR) :].split(",")]
        unknown += [f"{name} (under “{one.heading}”)" for name in names if name and same(name) not in paper.agencies]
        text = "\n\n".join(line for line in lines if not line.startswith(_FOR)).strip()
        if text or better.strip():
            agencies = [id for name in names if (id := paper.agencies.get(same(name)))]
            found.append({"what": text, "agencies": agencies, "outcome_for_children": better.strip()})
    return Answered({"report": {"recommendations": found}} if found else {}, unknown)


def _terms(paper: _Paper) -> Answered:
    """K-1"""
    agencies, unknown = _named(paper, _LOOKED_AT, paper.agencies)
    said = {"questions": paper.lines(_QUESTIONS), "agencies": agencies}
    return Answered({"terms": {name: one for name, one in said.items() if one}}, unknown)


_READ: dict[str, Callable[[_Paper], Answered]] = {
    "report-drafted": _report,
    "review-drafted": _review,
    "terms-drafted": _terms,
}
