"""API: what a case has left behind: its record, documents and emails; and the deadlines of all cases."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AwareDatetime

from api.auth import READERS, Anyone, Caller, Reader, not_for_you
from api.cases import in_reach
from api.deps import Deps, TheDeps
from api.disclosures import Disclosures, disclosure_of
from api.etags import tagged
from api.handing_out import As, handed_out
from api.intake import known_case
from api.paths import After, Limit, Reference
from api.problems import Problem
from api.tags import CASES
from api.visibility import allowed_to_see, own_agencies, read, shown_agencies
from calendar_rules.model import Model
from review.case import reads
from review.case.deadline import Status
from review.case.record import RowKind
from review.case.state import CaseState
from review.kit.open_files import files_open_to, open_to, to_sign
from store.documents import Stored, StoredContent
from store.mail_log import Mail
from store.record import RecordEntry
from store.snapshot import DueLine

AS_SENT = "application/json"  # media type of what people send; what is made here is rendered
routes = APIRouter(tags=[CASES])


class RecordPage(Model):
    """Rows of a case's record in order; `next` goes into `after` for the following ones."""

    items: list[RecordEntry]
    next: int | None


class DocumentOut(Stored):
    """One version of a document and where its content is."""

    href: str


class Documents(Model):
    """Every version of every document of a case."""

    items: list[DocumentOut]


class Emails(Model):
    """The emails of a case in the order in which they went out."""

    items: list[Mail]


class DueOut(DueLine):
    """One deadline and its case."""

    href: str


class DueList(Model):
    """One page of deadlines, the one due first first; `next` goes into `after` for the following one."""

    items: list[DueOut]
    next: str | None


@routes.get("/v1/cases/{reference}/record", operation_id="read-record", response_model=RecordPage)
async def read_record(
    request: Request,
    reference: Reference,
    _: Reader,
    deps: TheDeps,
    after: Annotated[int, Query(ge=0, le=1_000_000_000, description="the `next` of the page before")] = 0,
    limit: Limit = 100,
) -> Response:
    """The record: who did what when, what was sent, which deadlines were met, late or moved and why (X-3).

    Who may: every office but agency and observer.
    """
    await known_case(deps, reference)
    rows = await deps.store.record.rows(reference, after, limit + 1)
    page = RecordPage(items=rows[:limit], next=rows[limit - 1].seq if len(rows) > limit else None)
    return tagged(request, page)


@routes.get("/v1/cases/{reference}/disclosures", operation_id="list-disclosures", response_model=Disclosures)
async def list_disclosures(request: Request, reference: Reference, _: Reader, deps: TheDeps) -> Response:
    """The disclosure log: what left the partnership, to whom, why, on what lawful basis, by whom (B-8).

    Who may: every office but agency and observer.
    """
    await known_case(deps, reference)
    rows = await deps.store.record.rows(reference, kind=RowKind.DISCLOSURE)
    return tagged(request, Disclosures(items=[disclosure_of(row) for row in rows]))


@routes.get("/v1/cases/{reference}/documents", operation_id="list-documents", response_model=Documents)
async def list_documents(request: Request, reference: Reference, _: Reader, deps: TheDeps) -> Response:
    """Every version of every document: returns, drafts, packs, reports.

    Who may: every office but agency and observer.
    """
    case = (await read(deps, reference)).case
    here = f"/v1/cases/{reference}/documents"
    items = [
        DocumentOut(**one.model_dump(), href=f"{here}/{one.document}/{one.version}")
        for one in await papers_of(deps, case)
    ]
    return tagged(request, Documents(items=items))


@routes.get("/v1/cases/{reference}/documents/{name}/{version}", operation_id="read-document", response_class=Response)
async def read_document(
    reference: Reference,
    name: Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")],
    version: Annotated[int, Path(ge=1, le=1_000_000)],
    caller: Anyone,
    deps: TheDeps,
    wanted: Annotated[As, Query(alias="as", description="as it is kept, or a paper as PDF")] = As.KEPT,
) -> Response:
    """The content of one version, as it was kept: a paper in Word, a return or a draft as JSON.

    `?as=pdf` gives a paper as tagged PDF (PDF/UA-1), made from the Word that is kept.

    Who may: every office but agency and observer; of its own returns, the agency; of the agenda and the collated
    returns, an agency's representative who is invited to the rapid review meeting; of what they are asked to sign, a
    senior officer.
    """
    held = await kept_for(deps, caller, reference, name, version)
    return await handed_out(deps, held, reference, wanted)


async def kept_for(deps: Deps, caller: Caller, reference: str, name: str, version: int) -> StoredContent:
    """One version of a document, for somebody who may read it. Raises a problem where they may not, or it is not."""
    await allowed_to_see(deps, caller, reference)
    case = (await read(deps, reference)).case
    if not caller.holds(*READERS):
        own = await own_agencies(deps, caller, case)
        opened = to_sign(case, caller.people) | files_open_to(case, caller.people, own)
        if name not in open_to(case, caller.people, own) and (name, version) not in opened:
            raise not_for_you("This", READERS)
    known = {(one.document, one.version) for one in await papers_of(deps, case)}
    held = await deps.store.documents.get(reference, name, version) if (name, version) in known else None
    if held is None:
        raise Problem("not-found", "The case has no such version of a document. The list of its documents names all.")
    return held


@routes.get("/v1/cases/{reference}/emails", operation_id="list-emails", response_model=Emails)
async def list_emails(request: Request, reference: Reference, _: Reader, deps: TheDeps) -> Response:
    """To whom what was sent and when, refused ones too. Who may: every office but agency and observer."""
    await known_case(deps, reference)
    return tagged(request, Emails(items=await deps.store.mail_log.of_case(reference)))


@routes.get("/v1/deadlines", operation_id="list-deadlines", response_model=DueList)
async def list_deadlines(
    request: Request,
    caller: Anyone,
    deps: TheDeps,
    due_before: Annotated[AwareDatetime | None, Query(description="due before")] = None,
    status: Annotated[Status | None, Query(description="how it stands")] = None,
    live: Annotated[bool | None, Query(description="of live cases only, or of ended ones")] = None,
    rehearsal: Annotated[bool | None, Query(description="of rehearsals only, or of none")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Deadlines of all cases. An agency is shown those of its own returns.

    Who may: everybody who is signed in with an office.
    """
    page = await deps.store.deadlines.list(
        due_before=in_reach(due_before),
        status=status,
        live=live,
        rehearsal=rehearsal,
        ids=await _own(deps, caller),
        after=after,
        limit=limit,
        now=deps.now(),
    )
    items = [DueOut(**dict(line), href=f"/v1/cases/{line.reference}") for line in page.items]
    return tagged(request, DueList(items=items, next=page.next))


async def _own(deps: Deps, caller: Caller) -> list[str] | None:
    """The deadlines that an agency is shown: of its returns, and of a referral that it completes; None is all."""
    agencies = await shown_agencies(deps, caller)
    return None if agencies is None else [f"{rule}:{agency}" for agency in agencies for rule in ("D-6", "R-3", "A-1")]


async def papers_of(deps: Deps, case: CaseState) -> list[Stored]:
    """What belongs to the case: all that was made for it, and of what people sent, what a fact of the case names."""
    named = {(one.document, one.version) for one in (*reads.named_papers(case), *reads.named_files(case))}
    held = await deps.store.documents.versions(case.reference)
    made = [one for one in held if one.media_type != AS_SENT and one.upload is None]
    return [one for one in held if one in made or (one.document, one.version) in named]
