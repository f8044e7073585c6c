"""API: cases found by the name or a number of a child, or of somebody of the family; for those who see whole cases.

Names are found by keyed hashes of their parts, numbers by that of the whole; the few cases found are opened, and the
names compared. A name is sent in a body and never in an address, and stands in no log.
"""

from datetime import date
from typing import Annotated

import structlog
from fastapi import APIRouter, Body
from pydantic import Field, ValidationError

from api.auth import Reader
from api.deps import Deps, TheDeps
from api.paths import of_rehearsal
from api.tags import CASES
from calendar_rules.model import Model
from review.case import reads
from review.case.state import CaseState
from review.chapters.family.alike import is_meant, sought_marks
from review.facts import Child
from review.facts.enums import Stage
from review.protocol import STAGE_TITLES
from settings.keys import CannotOpen

OPENED = 50  # cases: those in which most parts of the name stand
LONGEST = 100

log = structlog.get_logger()
routes = APIRouter(tags=[CASES])


class NameSought(Model):
    """Whose case is looked for."""

    name: Annotated[
        str,
        Field(
            min_length=2,
            max_length=LONGEST,
            description="a first name, a surname, or both; or a whole id, NHS number or other number",
        ),
    ]


class PersonFound(Model):
    """Somebody who is called so, and the case."""

    reference: str
    href: str
    person_id: str
    name: str
    who: str = Field(description='"child", or what the person is to the child')
    born: date | None
    stage_title: str
    live: bool
    rehearsal: bool


class PeopleFound(Model):
    """Who is called so: children before others, live cases before concluded ones, rehearsals last.

    `more`: further cases hold a part of the name and were not opened.
    """

    items: list[PersonFound]
    more: bool = False


@routes.post("/v1/cases/named", operation_id="find-cases-by-name")
async def find_cases_by_name(
    body: Annotated[
        NameSought, Body(openapi_examples={"example": {"summary": "A child", "value": {"name": "Sample Child"}}})
    ],
    _: Reader,
    deps: TheDeps,
) -> PeopleFound:
    """Cases of a child, or of somebody of the family, by name, id or number (X-4). It changes nothing.

    One part of the name must be spelt as it was entered; the others may be nearly so. Capitals, accents, hyphens and
    the order do not count. An id, an NHS number or another number must be whole; its spaces do not count. Who may:
    every office but agency and observer.
    """
    return await people_named(deps, body.name)


async def people_named(deps: Deps, name: str) -> PeopleFound:
    """Everybody who is called so, in all cases."""
    hits: dict[str, int] = {}
    for related in (await deps.store.cases.of_children(sought_marks(name))).values():
        for one in related:
            hits[one.reference] = hits.get(one.reference, 0) + 1
    best = sorted(hits, key=lambda reference: (-hits[reference], of_rehearsal(reference), reference))
    found = [one for reference in best[:OPENED] for one in await _in_case(deps, reference, name)]
    found.sort(key=lambda one: (one.rehearsal, one.who != "child", not one.live, one.reference))
    return PeopleFound(items=found, more=len(best) > OPENED)


async def _in_case(deps: Deps, reference: str, name: str) -> list[PersonFound]:
    """A case that is damaged is named in the log, and is no reason not to show another."""
    try:
        reading = await deps.readings.of(deps.store, reference)
    except (CannotOpen, ValidationError) as problem:
        log.error("case-cannot-be-opened", reference=reference, error=type(problem).__name__)
        return []
    if reading is None:
        return []
    return _called(reading.case, name, live=reading.line.live)


def _called(case: CaseState, name: str, *, live: bool) -> list[PersonFound]:
    return [
        PersonFound(
            reference=case.reference,
            href=f"/v1/cases/{case.reference}",
            person_id=one.person_id,
            name=one.name,
            who="child" if isinstance(one, Child) else one.relation,
            born=one.born,
            stage_title=STAGE_TITLES[Stage(case.stage)],
            live=live,
            rehearsal=case.rehearsal,
        )
        for one in reads.people(case)
        if is_meant(one, name)
    ]
