"""API: people and agencies. A change reaches every live case from then on."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Request, Response

from api.auth import Allow, BusinessUnit, Caller, Reader
from api.broadcast import tell_of_directory
from api.deps import Deps, TheDeps
from api.directory_bodies import (
    CONFIRMED,
    Changed,
    Confirmation,
    DirectoryChange,
    DirectoryChangeList,
    DirectoryOut,
    waiting_in,
)
from api.etags import IfMatch, tagged
from api.opening import editions_of
from api.problems import Problem, invalid
from review.chapters.crg.register import warnings
from review.facts import Speaker
from review.facts.confirming import CONFIRMERS
from review.facts.directory import Agency, Directory, Person

routes = APIRouter(tags=["Directory"])
Id = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")]

Confirmer = Annotated[Caller, Depends(Allow(*CONFIRMERS, what="Confirming a change of the directory"))]

PERSON = {
    "id": "crg-chair",
    "name": "Casey Sample",
    "email": "crg-chair@sample-partnership.example.org",
    "roles": ["crg-chair"],
    "job_title": "Chair of the Case Review Group",
    "seniority": "director",
}
AGENCY = {
    "id": "police",
    "name": "Sample Police",
    "safeguarding_lead": "lead-police",
    "senior_officer": "senior-police",
    "expected": True,
}


@routes.get("/v1/directory", operation_id="read-directory", response_model=DirectoryOut)
async def read_directory(request: Request, _: Reader, deps: TheDeps) -> Response:
    """People, agencies, offices, and the CRG register with seniority (G-1). Its ETag goes into `If-Match`.

    Who may: every office but agency and observer.
    """
    directory = await deps.store.directory.read()
    content = DirectoryOut(
        partnership=directory.partnership,
        version=directory.version,
        people=directory.people,
        agencies=directory.agencies,
        unconfirmed=waiting_in(directory),
        warnings=warnings(directory, editions_of(deps), deps.today()),
    )
    return tagged(request, content, tag=_etag(directory.version))


@routes.get("/v1/directory/changes", operation_id="list-directory-changes", response_model=DirectoryChangeList)
async def list_changes(request: Request, _: Reader, deps: TheDeps) -> Response:
    """Every change of the directory: who, when and what (R-11). Who may: every office but agency and observer."""
    found = [DirectoryChange(**one._asdict()) for one in reversed(await deps.store.directory.changes())]
    return tagged(request, DirectoryChangeList(items=found))


@routes.put("/v1/directory/people/{id}/confirmation", operation_id="confirm-person")
async def confirm_person(
    id: Id,
    body: Annotated[Confirmation, Body(openapi_examples={"example": {"summary": "A change", "value": CONFIRMED}})],
    caller: Confirmer,
    deps: TheDeps,
    response: Response,
) -> Changed:
    """Confirm, as a second person, a changed address or an office gained; then the links that wait are sent (R-11).

    Who may: crg-chair, and business-unit where somebody else made the change.
    """
    return await confirm(deps, caller, id, body.version, response)


@routes.put("/v1/directory/people/{id}", operation_id="put-person")
async def put_person(
    id: Id,
    body: Annotated[Person, Body(openapi_examples={"example": {"summary": "A person", "value": PERSON}})],
    caller: BusinessUnit,
    deps: TheDeps,
    response: Response,
    if_match: IfMatch = None,
) -> Changed:
    """Add a person, or change the one of this id. Who may: business-unit."""
    _same(id, body.id)
    directory = await deps.store.directory.put_person(
        body, by=caller.sub, people=caller.people, at=deps.now(), expected_version=_expected(if_match)
    )
    return await _changed(deps, directory, caller.speaker, response)


@routes.put("/v1/directory/agencies/{id}", operation_id="put-agency")
async def put_agency(
    id: Id,
    body: Annotated[Agency, Body(openapi_examples={"example": {"summary": "An agency", "value": AGENCY}})],
    caller: BusinessUnit,
    deps: TheDeps,
    response: Response,
    if_match: IfMatch = None,
) -> Changed:
    """Add an agency, or change the one of this id; its people are entered first. Who may: business-unit."""
    _same(id, body.id)
    directory = await deps.store.directory.put_agency(
        body, by=caller.sub, people=caller.people, at=deps.now(), expected_version=_expected(if_match)
    )
    return await _changed(deps, directory, caller.speaker, response)


async def confirm(deps: Deps, caller: Caller, person: str, version: int, response: Response) -> Changed:
    """Confirm a change as the caller, and tell the live cases. Raises `NothingToConfirm` or `OwnChange`."""
    directory = await deps.store.directory.confirm(
        person, version=version, by=caller.sub, people=caller.people, at=deps.now()
    )
    return await _changed(deps, directory, caller.speaker, response)


async def _changed(deps: Deps, directory: Directory, by: Speaker, response: Response) -> Changed:
    told = await tell_of_directory(deps, directory, by=by)
    response.headers["ETag"] = _etag(directory.version)
    return Changed(
        version=directory.version,
        cases_told=told,
        unconfirmed=waiting_in(directory),
        warnings=warnings(directory, editions_of(deps), deps.today()),
    )


def _same(id: str, named: str) -> None:
    if id != named:
        raise invalid({"id": f"differs from the address, which says {id}; make them the same"})


def _etag(version: int) -> str:
    return f'"{version}"'


def _expected(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    held: Any = if_match.strip().removeprefix("W/").strip('"')
    if not held.isascii() or not held.isdigit() or len(held) > 9:
        raise Problem("changed", "If-Match is not the ETag of the directory: read it again and repeat your change.")
    return int(held)
