"""A paper of a case: its words, with Word and PDF to open; a draft as headings and text; a file as what it is.

What people sent is never shown in the page itself: it is opened in a program of their own.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel

from api.deps import Deps, deps_of
from api.forms import described, filled, read
from api.forms.lists import of_case
from api.forms.shown import Shown
from api.forms.summary import Line, summary
from api.pages.auth import frame, of_problem, reader
from api.pages.given_return import CHRONOLOGY, OF_AGENCY, parts_of
from api.pages.layout import page
from api.pages.papers import inline
from api.problems import Problem
from api.reading import Reading
from api.reads import kept_for
from api.visibility import read as read_case
from api.visibility import seen
from delivery.files.inspect import in_words
from delivery.files.scan import WITHHELD, Scan
from delivery.papers.kinds import WORD
from delivery.papers.reading import as_html
from review.chapters.chronology.papers import AgencyChronology
from review.chapters.learning_review.papers import LearningFindings
from review.chapters.practice_review.papers import REVIEW_DRAFT, TERMS_DRAFT, ReviewReport, TermsOfReference
from review.chapters.report.papers import RapidReviewReport
from review.facts.directory import Directory
from review.links import directory_with
from store.documents import StoredContent, Upload

DRAFTS: Mapping[str, type[BaseModel]] = {
    "rapid-review-draft": RapidReviewReport,
    TERMS_DRAFT: TermsOfReference,
    REVIEW_DRAFT: ReviewReport,
    "learning-findings-draft": LearningFindings,
}
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


def lines_of(held: StoredContent, reading: Reading, view: Any, directory: Directory) -> list[Line]:
    """A draft as its form has it: each heading, and what stands under it in words."""
    if held.document.startswith(OF_AGENCY):
        return [(one.title, one.text) for one in parts_of(reading, held)]
    model = AgencyChronology if held.document.startswith(CHRONOLOGY) else DRAFTS.get(held.document)
    if model is None or held.upload:
        return []
    questions = described(model)
    typed = filled(questions, json.loads(held.content))
    lists = of_case(reading.case, directory, getattr(view, "children", []), getattr(view, "family", []), own=None)
    return summary(Shown(questions, typed, {}, lists), read(questions, typed))


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
