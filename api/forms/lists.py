"""API: the lists that a form lets people choose from: who takes part, and what the case's edition asks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from api.forms.question import Option
from api.forms.words import sentence
from calendar_rules.edition import Edition
from delivery.words import day, plain
from review.case import reads
from review.case.state import CaseState
from review.chapters.any_stage.chapter import never_paused
from review.chapters.any_stage.merging import could_lose, in_words
from review.chapters.report.criteria import CRITERIA, GROUP_TITLES, MAY_NOT_BE_KNOWN, NOT_YET_KNOWN
from review.facts.directory import WRITTEN_TO_ONLY, Directory, Person, Role
from review.facts.rapid_review import RapidReviewMeetingHeld
from review.kit.notify_called import titled
from review.views import ChildView, FamilyMemberView

# Headings of a list of people, in order: each has whoever holds one of its offices and stands under none before it.
_GROUPS: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("Business Unit", (Role.BUSINESS_UNIT,)),
    ("Case Review Group", (Role.CRG_CHAIR, Role.CRG_MEMBER, Role.LEGAL_ADVISER)),
    (
        "Partners and senior officers",
        (
            Role.DCS,
            Role.CHIEF_EXECUTIVE,
            Role.ACCOUNTABLE_OFFICER,
            Role.DEPUTY,
            Role.DELEGATE,
            Role.INDEPENDENT_CHAIR,
            Role.ESCALATION_OFFICER,
        ),
    ),
    ("Agencies", (Role.AGENCY,)),
)
_ELSE = "Others"
_THERE = "Came to the rapid review meeting"
_INVITED = "Invited to the scoping meeting"
_REPRESENTED = "Agencies, where a representative came"
# Who can be meant, list by list: by the office that they hold.
_AMONG: dict[str, Callable[[Person], bool]] = {
    "anybody": lambda who: True,
    "person": lambda who: not set(who.roles) <= {*WRITTEN_TO_ONLY, Role.OBSERVER},
    "officer": lambda who: bool({Role.DCS, Role.CHIEF_EXECUTIVE, Role.ACCOUNTABLE_OFFICER} & set(who.roles)),
    "agency-person": lambda who: bool(who.agency),
    "sub-group": lambda who: Role.SUB_GROUP in who.roles,
}


def people(directory: Directory, only: Iterable[str] | None = None, *, among: str = "anybody") -> list[Option]:
    """Everybody active of a list, under headings, with what they are; `only` those of these agencies."""
    agencies = None if only is None else set(only)
    named = {one.id: one.name for one in directory.agencies}
    known = [
        who
        for who in directory.people
        if who.active and _AMONG[among](who) and (agencies is None or who.agency in agencies)
    ]
    found = [Option(who.id, who.name, _office(who, named), _group(who)) for who in known]
    order = [title for title, _ in _GROUPS]
    return sorted(found, key=lambda one: (order.index(one.group) if one.group in order else len(order), one.text))


def _group(who: Person) -> str:
    return next((title for title, roles in _GROUPS if set(roles) & set(who.roles)), _ELSE)


def _office(who: Person, agencies: Mapping[str, str]) -> str:
    """What somebody is, and of which agency where that does not say it."""
    office = who.job_title or sentence(", ".join(plain(role) for role in who.roles))
    agency = agencies.get(who.agency or "", "")
    return f"{office}, {agency}" if agency and agency not in office else office


def agencies(directory: Directory) -> list[Option]:
    known = sorted((one for one in directory.agencies if one.active), key=lambda one: one.name)
    return [Option(one.id, one.name) for one in known]


def _to_ask(directory: Directory) -> list[Option]:
    """Agencies, and which of them are usually asked, so that leaving them out needs a reason (R-8)."""
    expected = {one.id for one in directory.agencies if one.expected}
    return [
        one._replace(hint="Usually asked", needed=True) if one.value in expected else one for one in agencies(directory)
    ]


def of_directory(directory: Directory, *, own: Sequence[str] | None = None) -> dict[str, Sequence[Option]]:
    """Every list of people and agencies. `own`: for whom only their own agencies' people are named."""
    found: dict[str, Sequence[Option]] = {name: people(directory, own, among=name) for name in _AMONG}
    return found | {"agency": agencies(directory)}


def children(views: Sequence[ChildView]) -> list[Option]:
    """The children of a case, as the case shows them."""
    return [
        Option(one.child_id, one.name, f"{one.child_id}{f', born {day(one.born)}' if one.born else ''}")
        for one in views
    ]


def kin(views: Sequence[ChildView], family: Sequence[FamilyMemberView]) -> list[Option]:
    """The children, and those of the family and household."""
    return children(views) + [Option(one.member_id, one.name, one.relation) for one in family]


def editions(known: Sequence[Edition]) -> list[Option]:
    return [Option(one.id, one.title) for one in known]


def of_case(
    case: CaseState,
    directory: Directory,
    views: Sequence[ChildView],
    family: Sequence[FamilyMemberView] = (),
    *,
    own: Sequence[str] | None,
) -> Mapping[str, Sequence[Option]]:
    """Every list of a case. `own`: for whom only their own agencies' people are named."""
    lists, asked = of_directory(directory, own=own), reads.scope(case)
    return lists | {
        "party": _parties(case, lists["person"], lists["agency"]),
        "scoping-party": _invited_first(directory, lists["person"]),
        "agency-to-ask": _to_ask(directory),
        "agency-not-asked": [one for one in lists["agency"] if one.value not in asked],
        "child": children(views),
        "kin": kin(views, family),
        "criterion": [
            Option(
                one.id, one.text, one.clause, GROUP_TITLES[one.group],
                () if one.id in MAY_NOT_BE_KNOWN else (NOT_YET_KNOWN,),
            )
            for one in CRITERIA
        ],
        "never-paused": [Option(one, titled(case, case.deadlines[one])) for one in never_paused(case)],
        "may-stay-behind": [Option(one, sentence(in_words(case, one))) for one in could_lose(case)],
        "heading": [Option(one.id, one.title, one.asks) for one in case.edition.return_headings],
    }  # fmt: skip


def _invited_first(directory: Directory, everybody: Sequence[Option]) -> list[Option]:
    """People, the CRG first: it is invited to the scoping meeting (R-2)."""
    crg = {who.id for who in directory.people if {Role.CRG_CHAIR, Role.CRG_MEMBER} & set(who.roles)}
    invited = [one._replace(group=_INVITED) for one in everybody if one.value in crg]
    return [*invited, *(one for one in everybody if one.value not in crg)]


def _parties(case: CaseState, everybody: Sequence[Option], every_agency: Sequence[Option]) -> list[Option]:
    """People, and agencies by their representatives: who came to the rapid review meeting first."""
    held: Any = case.last(RapidReviewMeetingHeld)
    came = set(held.attended) if held else set()
    present = [one._replace(group=_THERE) for one in everybody if one.value in came]
    others = [one for one in everybody if one.value not in came]
    return [*present, *(Option(one.value, one.text, group=_REPRESENTED) for one in every_agency), *others]
