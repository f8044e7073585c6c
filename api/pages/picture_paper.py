"""The timeline pictures of a case as PDF: the same drawings as on its page, each with the same as a table."""

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import READERS
from api.deps import deps_of
from api.handing_out import SHOWN
from api.pages.auth import frame, holding, of_problem, reader
from api.pages.layout import HEADERS
from api.picture.of_case import drawn
from api.problems import Problem
from api.rendering import environment
from api.visibility import AgencyOut, read, seen
from delivery.papers.kinds import PDF
from delivery.papers.pdf import About, NoPdf

log = structlog.get_logger()


def router() -> APIRouter:
    """`/cases/{reference}/timeline`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases/{reference}/timeline", as_pdf, methods=["GET"])
    return routes


async def as_pdf(request: Request, reference: str) -> Response:
    """The pictures as they stand now; for every office that sees whole cases."""
    caller = await holding(request, await reader(request), "The timeline", READERS)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    try:
        reading = await read(deps, reference)
        view = await seen(deps, caller, reading)
        if isinstance(view, AgencyOut):
            return of_problem(request, Problem("unknown-case"), around)
        now = deps.case_now(reading.line)
        body = (
            environment()
            .get_template("picture-paper.html")
            .render({"reference": reference, "now": now, "drawn": drawn(view, reading.case)})
        )
        about = About(
            title=f"Timeline of case {reference}",
            partnership=(await deps.store.directory.read()).partnership,
            subject=f"Case {reference}",
            marking=deps.settings.marking,
            created=now,
        )
        content = await deps.pdfs.of_page(about, body)
    except NoPdf as problem:
        log.error("no PDF", why=str(problem))
        return of_problem(request, Problem("pdf-not-made"), around)
    except Problem as problem:
        return of_problem(request, problem, around)
    name = f'inline; filename="{reference}-timeline.pdf"'
    shown = {"Content-Disposition": name, "Content-Security-Policy": SHOWN}
    return Response(content, media_type=PDF, headers=HEADERS | shown)
