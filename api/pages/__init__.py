"""Pages that people see: the start page, the cases, and the pages that links in emails lead to.

They hold no opinion: what can be done is said by the case, and facts go in through the API's own intake.
"""

from fastapi import APIRouter

from api import codec
from api.pages import (
    all_cases,
    answers,
    bundle,
    cases,
    chronology,
    clock,
    closures,
    crg,
    directory,
    disclosures,
    editions,
    entries,
    family,
    feed,
    given_return,
    layout,
    leave,
    made_papers,
    named,
    new_case,
    paper,
    picture_paper,
    plan,
    protocol,
    reading,
    record,
    rehearse,
    replies,
    returns,
    revoking,
    sign_in,
    sign_in_code,
    sign_off,
    start,
    steps,
    today,
)


def router() -> APIRouter:
    """What browsers ask for, the Temporal UI's codec endpoint too; left out of the OpenAPI document."""
    routes = APIRouter(include_in_schema=False)
    shown = (
        today.router(),
        all_cases.router(),
        named.router(),
        rehearse.router(),
        cases.router(),
        clock.router(),
        steps.router(),
        plan.router(),
        new_case.router(),
        record.router(),
        made_papers.router(),
        picture_paper.router(),
        disclosures.router(),
        family.router(),
        given_return.router(),
        paper.router(),
        chronology.router(),
        bundle.router(),
        crg.router(),
        protocol.router(),
        editions.router(),
        sign_off.router(),
        returns.router(),
        answers.router(),
        reading.router(),
    )
    business = (
        feed.router(),
        directory.router(),
        entries.router(),
        leave.router(),
        closures.router(),
        revoking.router(),
        replies.router(),
    )
    for part in (
        layout.static(),
        start.router(),
        sign_in.router(),
        sign_in_code.router(),
        *shown,
        *business,
        codec.router(),
    ):
        routes.include_router(part)
    return routes
