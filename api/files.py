"""API: files that people send with what they say: looked at, kept sealed as a version, then named by a fact."""

import asyncio
import hashlib
from typing import Annotated

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import Field

from api.auth import Anyone
from api.deps import Deps, TheDeps
from api.intake import known_case
from api.message import Key
from api.paths import Reference
from api.problems import Problem
from api.tags import CASES
from api.visibility import allowed_to_see
from calendar_rules.model import Model
from delivery.files.inspect import MEGABYTE, Inspected, inspect
from delivery.files.refused import FileRefused
from delivery.files.scan import scanned
from review.facts import DocumentRef
from store.documents import Stored, Upload
from store.errors import KeyReused

PREFIX = "file-"
_LONGEST = 100  # of the name of a document
routes = APIRouter(tags=[CASES])

What = Annotated[
    str,
    Form(
        pattern=r"^[a-z0-9][a-z0-9-]{1,62}$",
        description="what it is of, such as return-police: files of one name are versions of one document",
    ),
]


class ReadSection(Model):
    """What stands under one heading of a Word document."""

    heading: str
    level: int = Field(description="1 to 9; 0 of what comes before the first heading")
    text: str


class FileOut(DocumentRef):
    """A file as it is kept; document, version and sha256 are what a fact names in `files`."""

    name: str = Field(description="under which it is kept")
    title: str = Field(description="what it is")
    media_type: str
    size: int = Field(description="in bytes, as it is kept")
    scan: str = Field(description="clean, or not-yet-looked-at")
    changed: list[str] = Field(description="what was taken out of it, in sentences")
    href: str
    sections: list[ReadSection] = Field(default=[], description="of a Word document: its text by its headings")
    warnings: list[str] = Field(default=[], description="of a Word document: what a reader of that text would miss")


@routes.post("/v1/cases/{reference}/files", status_code=201, operation_id="send-file")
async def send_file(
    reference: Reference,
    file: Annotated[UploadFile, File(description="Word, PDF, OpenDocument text, Excel, CSV, PNG or JPEG")],
    document: What,
    caller: Anyone,
    deps: TheDeps,
    response: Response,
    key: Key = None,
) -> FileOut:
    """Send a file, to be named in the `files` of a fact. What it is its content says, not its name.

    It is refused, in a sentence that says what to do, where it is protected by a password, holds macros or other files,
    or fetches something from elsewhere. A file that no fact names is no paper of the case.

    Who may: everybody who may see the case.
    """
    await known_case(deps, reference)
    await allowed_to_see(deps, caller, reference)
    content = await file.read()
    digest = hashlib.sha256(content).hexdigest()
    message = f"file-{caller.sub}-{key or f'{document}-{digest}'}"
    try:
        stored, found = await keep(
            deps, reference, of=document, key=message, name=file.filename or "", content=content, by=caller.sub
        )
    except FileRefused as refused:
        raise Problem("file-refused", str(refused), errors={"file": str(refused)}) from None
    sections, warnings = await asyncio.to_thread(read_of, found)
    out = out_of(stored, reference)
    response.headers["Location"] = out.href
    return out.model_copy(update={"sections": sections, "warnings": warnings})


async def keep(
    deps: Deps, reference: str, *, of: str, key: str, name: str, content: bytes, by: str
) -> tuple[Stored, Inspected]:
    """Look at a file and keep it. `of` says what it is of; the same `key` again gives what it kept first.

    Raises `FileRefused`; `KeyReused` where the key came with another file before.
    """
    largest = deps.settings.file_megabytes * MEGABYTE
    found = await asyncio.to_thread(inspect, name, content, largest=largest)
    scan = await scanned(deps.settings.virus_scanner, content)
    stored = await deps.store.documents.put(
        reference,
        f"{PREFIX}{of}"[:_LONGEST].rstrip("-"),
        key=key,
        content=found.content,
        media_type=found.kind.media_type,
        title=found.name,
        at=deps.case_now(await known_case(deps, reference)),
        upload=Upload(
            name=found.name,
            title=found.kind.title,
            size=len(found.content),
            by=by,
            scan=scan,
            given=found.given,
            changed=found.changed,
        ),
    )
    if stored.upload is None or stored.upload.given != found.given:
        raise KeyReused(key)
    return stored, found


def read_of(found: Inspected) -> tuple[list[ReadSection], list[str]]:
    """What stands in a Word document by its headings, and what one who reads only that would miss; else nothing."""
    from delivery.files.headed import headed  # what opens Word is loaded where a file comes

    read = headed(found.kind, found.content)
    if read is None:
        return [], []
    warnings = []
    if read.tracked:
        warnings.append(f"The file holds {read.tracked} tracked changes: they were read as if accepted.")
    if read.comments:
        warnings.append(f"The file holds {read.comments} comments: they stay in the file and were not read.")
    return [ReadSection(heading=one.heading, level=one.level, text=one.text) for one in read.sections], warnings


def out_of(stored: Stored, reference: str) -> FileOut:
    upload = stored.upload
    if upload is None:
        raise ValueError("this is no file that somebody sent")
    return FileOut(
        document=stored.document,
        version=stored.version,
        sha256=stored.sha256,
        media_type=stored.media_type,
        href=f"/v1/cases/{reference}/documents/{stored.document}/{stored.version}",
        **upload.model_dump(include={"name", "title", "size", "scan", "changed"}),
    )
