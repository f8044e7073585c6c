"""API: people and agencies. A change reaches every live case from then on."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Path, Request, Response
from pydantic import BaseModel

from api.answers import tagged
from api.broadcast import tell_of_directory
from api.means import Means, TheMeans
from api.problems import Problem, invalid
from api.who import BusinessUnit, Reader
from review.directory import Agency, Directory, Person
from review.facts import Speaker
from review.seniority import warnings

routes = APIRouter(tags=["Directory"])
Id = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", max_length=100, description="the ETag that was read; 412 where it has changed")
]

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


class DirectoryOut(Directory):
    """All people and agencies; `warnings` on seniority block nothing (G-1)."""

    warnings: list[str]


class Changed(BaseModel):
    """A changed directory: its version now, how many live cases are told, and what is to be thought of (G-1)."""

    version: int
    cases_told: int
    warnings: list[str]


@routes.get("/v1/directory", operation_id="read-directory", response_model=DirectoryOut)
async def read_directory(request: Request, _: Reader, means: TheMeans) -> Response:
    """People, agencies, offices, and the CRG register with seniority (G-1). Its ETag goes into `If-Match`.

    Who may: every office but agency and observer.
    """
    directory = await means.store.directory.read()
    content = DirectoryOut(**dict(directory), warnings=warnings(directory))
    return tagged(request, content, tag=_etag(directory.version))


@routes.put("/v1/directory/people/{id}", operation_id="put-person")
async def put_person(
    id: Id,
    body: Annotated[Person, Body(openapi_examples={"example": {"summary": "A person", "value": PERSON}})],
    caller: BusinessUnit,
    means: TheMeans,
    response: Response,
    if_match: IfMatch = None,
) -> Changed:
    """Add a person, or change the one of this id. Who may: business-unit."""
    _same(id, body.id)
    directory = await means.store.directory.put_person(
        body, by=caller.sub, at=means.now(), expected_version=_expected(if_match)
    )
    return await _changed(means, directory, caller.speaker, response)


@routes.put("/v1/directory/agencies/{id}", operation_id="put-agency")
async def put_agency(
    id: Id,
    body: Annotated[Agency, Body(openapi_examples={"example": {"summary": "An agency", "value": AGENCY}})],
    caller: BusinessUnit,
    means: TheMeans,
    response: Response,
    if_match: IfMatch = None,
) -> Changed:
    """Add an agency, or change the one of this id; its people are entered first. Who may: business-unit."""
    _same(id, body.id)
    directory = await means.store.directory.put_agency(
        body, by=caller.sub, at=means.now(), expected_version=_expected(if_match)
    )
    return await _changed(means, directory, caller.speaker, response)


async def _changed(means: Means, directory: Directory, by: Speaker, response: Response) -> Changed:
    told = await tell_of_directory(means, directory, by=by)
    response.headers["ETag"] = _etag(directory.version)
    return Changed(version=directory.version, cases_told=told, warnings=warnings(directory))


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
