"""API: what a caller may see of a case, with the addresses of what they can do next."""

from typing import Annotated

from pydantic import Field

from api import merging
from api.intake import known_case
from api.means import Means
from api.opening import editions_of
from api.paths import of_rehearsal
from api.problems import Problem
from api.who import READERS, Caller
from review.case import CaseState
from review.directory import Role, speaks_for
from review.record import RowKind
from review.shapes import AgencyView, CaseView, DeadlinesView, WarningView
from review.steps import NextStep, move_steps
from review.view import agency_view, case_view, deadlines_view
from store.snapshot import Snapshot


class StepOut(NextStep):
    """One step that is possible now: send `example`, or another body of `schema`, to `href` as one of `roles`."""

    method: str = "POST"
    href: str
    body_schema: Annotated[str, Field(serialization_alias="schema", description="where the body's JSON Schema stands")]


class CaseOut(CaseView):
    """A case, whole."""

    next_steps: list[StepOut]  # type: ignore[assignment]  # the same steps with their addresses
    links: dict[str, str]


class AgencyOut(AgencyView):
    """An agency's own part of a case."""

    next_steps: list[StepOut]  # type: ignore[assignment]  # the same steps with their addresses
    links: dict[str, str]


class DeadlinesOut(DeadlinesView):
    """A case without its narrative."""

    links: dict[str, str]


async def seen(means: Means, caller: Caller, snapshot: Snapshot) -> CaseOut | AgencyOut | DeadlinesOut:
    """The case as this caller may see it. Raises a 404 problem where it is not theirs to see."""
    case = CaseState.model_validate(snapshot.state)
    now = await means.case_now(snapshot)
    here = f"/v1/cases/{case.reference}"
    if caller.holds(*READERS):
        view = case_view(case, now)
        for child in view.children:
            cases = await means.store.cases.cases_of_child(child.child_id)
            child.also_in = [one for one in cases if one != case.reference and of_rehearsal(one) is case.rehearsal]
        others = list(dict.fromkeys(one for child in view.children for one in child.also_in))
        steps = await merging.offered(means, case, view.next_steps, others)
        steps += move_steps(case, editions_of(means), now)
        told = await means.store.record.rows(case.reference, kind=RowKind.WARNING)
        view.warnings = [WarningView(at=row.happened_at, line=row.line) for row in told]
        links = {"self": here} | {name: f"{here}/{name}" for name in ("record", "documents", "emails")}
        return CaseOut(**_parts(view), next_steps=[_step(here, step) for step in steps], links=links)
    if caller.holds(Role.OBSERVER):
        dates = deadlines_view(case, now)
        return DeadlinesOut(**_parts(dates), links={"self": here})
    own = own_agencies(caller, case)
    if not own:
        raise Problem("unknown-case")
    part = agency_view(case, own, now)
    return AgencyOut(**_parts(part), next_steps=[_step(here, step) for step in part.next_steps], links={"self": here})


async def allowed_to_see(means: Means, caller: Caller, reference: str) -> None:
    """Raise a 404 problem where the case is not known, or is none of this agency's."""
    snapshot = await known_case(means, reference)
    reads = caller.holds(*READERS, Role.OBSERVER)
    if not reads and not own_agencies(caller, CaseState.model_validate(snapshot.state)):
        raise Problem("unknown-case")


def own_agencies(caller: Caller, case: CaseState) -> list[str]:
    """The agencies with a part in this case for which the caller speaks."""
    return [agency for agency in case.agencies_involved if speaks_for(list(caller.people), agency, case.cast)]


def _parts(view: CaseView | AgencyView | DeadlinesView) -> dict[str, object]:
    return {name: getattr(view, name) for name in type(view).model_fields if name != "next_steps"}


def _step(here: str, step: NextStep) -> StepOut:
    return StepOut(**dict(step), href=f"{here}/{step.rel}", body_schema=f"/v1/schemas/{step.rel}")
