"""API: a kept document as a file. A paper is kept as Word, and its PDF is made from that when somebody asks for it."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import Request
from fastapi.responses import Response

from api.deps import Deps
from api.problems import Problem
from delivery.files.scan import Scan
from delivery.papers.kinds import PDF, WORD, file_name
from delivery.papers.pdf import NoPdf
from store.documents import StoredContent

# What people wrote is shown as text, and never runs.
_LOCKED = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
# A browser shows no PDF in a sandbox.
SHOWN = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"

log = structlog.get_logger()


class As(StrEnum):
    """How a document is handed out: as it is kept, or as PDF."""

    KEPT = "kept"
    PDF = "pdf"


def wanted_as(request: Request) -> As:
    """What the address asks for: `?as=pdf`, else as it is kept."""
    return As.PDF if request.query_params.get("as") == As.PDF else As.KEPT


async def made_now(
    deps: Deps, paper: str, n: Mapping[str, Any], *, reference: str, partnership: str, version: int, at: datetime
) -> StoredContent:
    """A paper that is made for who asks and not kept: the template of this name, filled in."""
    context = {"reference": reference, "partnership": partnership, "version": version, "made_at": at, "n": n}
    word = await asyncio.to_thread(deps.papers.render, paper, context)
    return StoredContent(
        document=paper,
        version=version,
        sha256=hashlib.sha256(word).hexdigest(),
        media_type=WORD,
        title=paper,
        at=at,
        content=word,
    )


def as_file(content: bytes, media_type: str, name: str) -> Response:
    """Something made for who asks, to be saved under this name."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=media_type, headers=headers)


async def handed_out(
    deps: Deps, held: StoredContent, reference: str, wanted: As, headers: Mapping[str, str] | None = None
) -> Response:
    """The document, so that a browser shows a PDF and saves a Word file. Refuses what cannot be had as PDF."""
    content, media_type = held.content, held.media_type
    if held.upload and held.upload.scan == Scan.INFECTED:
        raise Problem("file-infected")
    if wanted is As.PDF and media_type != PDF:
        if media_type != WORD or held.upload:  # what people have sent is theirs to open, in a program of their own
            raise Problem("not-as-pdf")
        try:
            content, media_type = await deps.pdfs.of(content), PDF
        except NoPdf as problem:
            log.error("no PDF", why=str(problem))
            raise Problem("pdf-not-made") from problem
    shown = "attachment" if media_type == WORD or held.upload else "inline"
    name = held.upload.name if held.upload else file_name(reference, held.document, held.version, media_type)
    given = {
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        **(headers or {}),
        "ETag": f'"{held.sha256}"' if media_type == held.media_type else f'"{held.sha256}-pdf"',
        "Content-Security-Policy": SHOWN if media_type == PDF else _LOCKED,
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name, safe='')}",
    }
    return Response(content, media_type=media_type, headers=given)
