"""Pages that people see: the start page, the cases, and the two pages that links in emails lead to. Room: api.

They hold no opinion: what can be done is said by the case, and facts go in through the API's own intake.
"""

from fastapi import APIRouter

from api.pages import cases, frame, returns, sign_off, start


def router() -> APIRouter:
    """Everything under `/` that is read by people; left out of the OpenAPI document."""
    routes = APIRouter(include_in_schema=False)
    for part in (frame.static(), start.router(), cases.router(), sign_off.router(), returns.router()):
        routes.include_router(part)
    return routes
