"""API: the whole record of one case as a zip, for an inspection: which there are, and each of them (B-8).

One is put together by the step `record-bundled`, which stands in the disclosure log; the zip holds the case as it stood
then, whenever it is fetched.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import AwareDatetime

from api.auth import BusinessUnit
from api.bundling import bundle, bundles_in
from api.deps import TheDeps
from api.etags import tagged
from api.handing_out import as_file
from api.intake import known_case
from api.paths import Reference
from api.tags import CASES
from calendar_rules.model import Model
from review.views import RowKind
from store.record import RecordEntry

routes = APIRouter(tags=[CASES])


class BundleOut(Model):
    """One record that was put together: when, for whom, why, on what basis, by whom; and where it is fetched."""

    row: int
    at: AwareDatetime
    to: str
    why: str
    lawful_basis: str
    by: str
    href: str


class Bundles(Model):
    """Every record of the case that was put together, the newest first."""

    items: list[BundleOut]


@routes.get("/v1/cases/{reference}/bundles", operation_id="list-bundles", response_model=Bundles)
async def list_bundles(request: Request, reference: Reference, _: BusinessUnit, deps: TheDeps) -> Response:
    """Which records of the case were put together. A new one is put together by the step `record-bundled`.

    Who may: the Business Unit.
    """
    await known_case(deps, reference)
    rows = bundles_in(await deps.store.record.rows(reference, kind=RowKind.FACT))
    return tagged(request, Bundles(items=[_out(reference, one) for one in rows]))


@routes.get("/v1/cases/{reference}/bundles/{row}", operation_id="read-bundle", response_class=Response)
async def read_bundle(
    reference: Reference,
    row: Annotated[int, Path(ge=1, le=1_000_000_000, description="of the record, by which it was put together")],
    _: BusinessUnit,
    deps: TheDeps,
) -> Response:
    """The zip: an index, the record, the papers as they were kept, one PDF of it all, and a list of SHA-256 hashes.

    Who may: the Business Unit.
    """
    await known_case(deps, reference)
    found = await bundle(deps, reference, row)
    return as_file(found.content, "application/zip", found.name)


def _out(reference: str, one: RecordEntry) -> BundleOut:
    said = {name: str(one.detail.get(name, "")) for name in ("to", "why", "lawful_basis")}
    href = f"/v1/cases/{reference}/bundles/{one.seq}"
    return BundleOut(row=one.seq, at=one.happened_at, by=one.who, href=href, **said)
