"""API: the lists that a form lets people choose from: who takes part, and what the case's edition asks."""

from collections.abc import Iterable, Mapping, Sequence

from api.forms.question import Option
from api.forms.words import sentence
from calendar_rules.edition import Edition
from delivery.words import day, plain
from review.case.state import CaseState
from review.chapters.report.criteria import CRITERIA
from review.facts.directory import Directory, Person
from review.views import ChildView


def people(directory: Directory, only: Iterable[str] | None = None) -> list[Option]:
    """Everybody active, by name, with what they are; `only` those of these agencies."""
    agencies = None if only is None else set(only)
    known = [who for who in directory.people if who.active and (agencies is None or who.agency in agencies)]
    return [Option(who.id, who.name, _office(who)) for who in sorted(known, key=lambda who: who.name)]


def _office(who: Person) -> str:
    return who.job_title or sentence(", ".join(plain(role) for role in who.roles))


def agencies(directory: Directory) -> list[Option]:
    known = sorted((one for one in directory.agencies if one.active), key=lambda one: one.name)
    return [Option(one.id, one.name) for one in known]


def children(views: Sequence[ChildView]) -> list[Option]:
    """The children of a case, as the case shows them."""
    return [
        Option(one.child_id, one.name, f"{one.child_id}{f', born {day(one.born)}' if one.born else ''}")
        for one in views
    ]


def editions(known: Sequence[Edition]) -> list[Option]:
    return [Option(one.id, one.title) for one in known]


def of_case(
    case: CaseState, directory: Directory, views: Sequence[ChildView], *, own: Sequence[str] | None
) -> Mapping[str, Sequence[Option]]:
    """Every list of a case. `own`: for whom only their own agencies' people are named."""
    everybody, every_agency = people(directory, own), agencies(directory)
    return {
        "person": everybody,
        "agency": every_agency,
        "party": everybody + [Option(one.value, one.text, "agency") for one in every_agency],
        "child": children(views),
        "criterion": [Option(one.id, one.text, one.clause) for one in CRITERIA],
        "heading": [Option(one.id, one.title, one.asks) for one in case.edition.return_headings],
    }
