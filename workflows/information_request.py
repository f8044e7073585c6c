"""Another partnership's request for information: gathered, supplied, concluded. A-4.

A case of another type than the case review: read `protocol` as its table of contents.
"""

from temporalio import workflow

from review.case import reads
from review.case.state import CaseState
from review.facts.directory import Role
from review.facts.enums import Stage
from review.facts.information import AgenciesAsked, InformationRequestConcluded, InformationSupplied
from review.kit import notify
from workflows import names
from workflows.case_run import CaseRun
from workflows.case_workflow import CaseWorkflow
from workflows.entity_loop import entity_loop
from workflows.returns import Asking, each_agency_asked, packs


@workflow.defn(name=names.INFORMATION_REQUEST)
class InformationRequest(CaseWorkflow):
    """One request, for as long as it lives. Workflow id = its reference."""

    @workflow.init
    def __init__(self, case: CaseState) -> None:
        super().__init__(case)

    @workflow.run
    async def run(self, case: CaseState) -> None:
        """Carry the request to its conclusion; continue as new whenever that is needed."""
        await entity_loop(self.case_run, protocol)


async def protocol(run: CaseRun) -> None:
    """Told at once, agencies asked, returns collated, supplied, on the CRG's agenda until concluded (§6, A-4)."""
    run.meanwhile(told_at_once(run))
    run.enter(Stage.GATHERING)
    await run.fact(AgenciesAsked)
    run.meanwhile(each_agency_asked(run, FOR_ANOTHER_PARTNERSHIP))  # D-6
    run.meanwhile(packs(run, FOR_ANOTHER_PARTNERSHIP))  # as R-5
    await run.fact(InformationSupplied)
    run.enter(Stage.SUPPLIED)
    await run.fact(InformationRequestConcluded)
    run.enter(Stage.CONCLUDED)


async def told_at_once(run: CaseRun) -> None:
    """The CRG Chair and the accountable officers (§6, A-4)."""
    people = run.holders(Role.CRG_CHAIR, Role.ACCOUNTABLE_OFFICER)
    await run.notify(people, "information-requested", {"received_at": reads.origin(run.case)[1]})


def concluded(case: CaseState) -> bool:
    """Late returns are taken, collated and supplied until the request is concluded (A-4, R-4)."""
    return case.last(InformationRequestConcluded) is not None


FOR_ANOTHER_PARTNERSHIP = Asking(
    mail="information-asked",
    title="Request for information",
    pack_mail="information-collated",
    pack_to=lambda case: notify.holders(case, Role.BUSINESS_UNIT, Role.CRG_CHAIR),
    pack_over=concluded,
)
