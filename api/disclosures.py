"""API: the disclosure log, of a case and of all cases, read off the record (B-8)."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, Field

from api.auth import Reader
from api.deps import TheDeps
from api.etags import tagged
from api.paths import After, Limit
from api.tags import CASES
from calendar_rules.model import Model
from store.record import RecordEntry

routes = APIRouter(tags=[CASES])


class DisclosureOut(Model):
    """One paper, or one piece of information, that left the partnership."""

    at: AwareDatetime
    what: str = Field(description="the document by its name, or in words what was shared")
    version: int | None = None
    sha256: str | None = None
    to: str = Field(description="with whom: a person of the directory by id, or in words")
    why: str
    lawful_basis: str
    by: str = Field(description="by whom: a person by id, or the system, which follows the protocol")
    record: int = Field(description="its row in the record")


class Disclosures(Model):
    """The log, oldest first."""

    items: list[DisclosureOut]


def disclosure_of(row: RecordEntry) -> DisclosureOut:
    """A row of the record as the log shows it."""
    pack = row.detail.get("pack")
    paper = pack if isinstance(pack, dict) else row.detail
    version = paper.get("version")
    return DisclosureOut(
        at=row.happened_at,
        what=str(row.detail.get("document") or row.detail.get("what") or row.line),
        version=version if isinstance(version, int) else None,
        sha256=str(paper["sha256"]) if paper.get("sha256") else None,
        to=str(row.detail.get("to") or row.about or ""),
        why=str(row.detail.get("why") or row.line),
        lawful_basis=str(row.detail.get("lawful_basis") or ""),
        by=row.who or "system",
        record=row.seq,
    )


class DisclosureOfCase(DisclosureOut):
    """One of them, and its case."""

    reference: str
    href: str = Field(description="the whole log of the case")


class DisclosureList(Model):
    """One page of the log of all cases, the newest first; `next` goes into `after` for the following one."""

    items: list[DisclosureOfCase]
    next: str | None


_Named = Query(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")


@routes.get("/v1/disclosures", operation_id="list-all-disclosures", response_model=DisclosureList)
async def list_all_disclosures(
    request: Request,
    _: Reader,
    deps: TheDeps,
    case: Annotated[str | None, Query(max_length=40, description="of this case only")] = None,
    person: Annotated[str | None, _Named] = None,
    agency: Annotated[str | None, _Named] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """What left the partnership, of all cases but rehearsals: to whom, why, on what lawful basis, by whom (B-8).

    `person`: shared with this person; `agency`: with anybody who is of this agency, or leads it, now. Who may: every
    office but agency and observer.
    """
    directory = await deps.store.directory.read()
    theirs = {who.id for who in directory.people if who.agency == agency}
    theirs |= {
        one for held in directory.agencies if held.id == agency for one in (held.safeguarding_lead, held.senior_officer)
    }

    def wanted(row: RecordEntry) -> bool:
        to = disclosure_of(row).to
        return (person is None or to == person) and (agency is None or to == agency or to in theirs)

    page = await deps.store.record.disclosures(case=case, wanted=wanted, after=after, limit=limit)
    items = [
        DisclosureOfCase(**dict(disclosure_of(row)), reference=reference, href=f"/v1/cases/{reference}/disclosures")
        for reference, row in page.items
    ]
    return tagged(request, DisclosureList(items=items, next=page.next))
