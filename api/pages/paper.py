"""A paper of a case: its words, with Word and PDF to open; a draft as headings and text; a file as what it is.

What people sent is never shown in the page itself: it is opened in a program of their own.
"""

import re
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.deps import Deps, deps_of
from api.pages.auth import frame, of_problem, reader
from api.pages.layout import page
from api.pages.papers import inline
from api.paper_lines import lines_of
from api.problems import Problem
from api.reads import kept_for
from api.visibility import read as read_case
from api.visibility import seen
from delivery.files.inspect import in_words
from delivery.files.scan import WITHHELD, Scan
from delivery.papers.kinds import WORD
from delivery.papers.reading import as_html
from review.facts.directory import Directory
from review.links import directory_with
from store.documents import Upload

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,99}", re.ASCII)
_VERSION = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_SCANNED = {
    Scan.CLEAN: "Checked for viruses: nothing found",
    Scan.NOT_YET: "Not yet checked for viruses",
    Scan.INFECTED: f"{WITHHELD}, so it cannot be opened",
}


def router() -> APIRouter:
    """`/cases/{reference}/papers/{document}/{version}`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases/{reference}/papers/{document}/{version}", show, methods=["GET"])
    return routes


async def show(request: Request, reference: str, document: str, version: str) -> Response:
    """One version of a paper, a draft or a file."""
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    try:
        if not (_NAME.fullmatch(document) and _VERSION.fullmatch(version)):
            raise Problem("not-found", "We cannot find that paper, or you do not have access to it.")
        held = await kept_for(deps, caller, reference, document, int(version))
        reading = await read_case(deps, reference)
        view = await seen(deps, caller, reading)
    except Problem as problem:
        return of_problem(request, problem, around)
    directory = directory_with(reading.case, await deps.store.directory.read())
    context = around | {
        "reference": reference,
        "paper": held,
        "lines": lines_of(held, reading, view, directory),
        "about": await _about(deps, held.upload, directory) if held.upload else [],
        "words": inline(as_html(held.content)) if held.media_type == WORD and not held.upload else None,
        "withheld": held.upload is not None and held.upload.scan == Scan.INFECTED,
        "open": f"/v1/cases/{reference}/documents/{document}/{version}",
    }
    return page(request, "paper.html", context)


async def _about(deps: Deps, upload: Upload, directory: Directory) -> list[tuple[str, str]]:
    """What is known of a file, in words."""
    who = next((one for one in directory.people if one.id == upload.by), None)
    lines: list[tuple[str, Any]] = [
        ("Kind", upload.title),
        ("Size", in_words(upload.size)),
        ("Sent by", f"{who.name}, {who.job_title}".rstrip(", ") if who else upload.by),
        ("Viruses", _SCANNED.get(Scan(upload.scan), upload.scan)),
        ("Removed", "\n".join(upload.changed)),
    ]
    return [(label, text) for label, text in lines if text]
