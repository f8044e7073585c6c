"""Another partnership's request for information: gathered, supplied, concluded. Room: workflows. A-4.

A case of another type than the case review: read `protocol` as its table of contents.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from review.case import CaseState
    from review.directory import Role
    from review.said.information import AgenciesAsked, InformationRequestConcluded, InformationSupplied
    from review.words import Stage
    from workflows import names
    from workflows.follow_up import FollowUp
    from workflows.messages import Messages
    from workflows.returns import Asking, Returns

FOR_ANOTHER_PARTNERSHIP = Asking(
    mail="information-asked",
    title="Request for information",
    pack_mail="information-collated",
    overtaken="the return never came; the request was concluded without it",
    unanswered="the request was concluded without this answer",
)


@workflow.defn(name=names.INFORMATION_REQUEST)
class InformationRequest(Messages, Returns, FollowUp):
    """One request, for as long as it lives. Workflow id = its reference."""

    asking = FOR_ANOTHER_PARTNERSHIP
    open_to_the_end = True

    @workflow.init
    def __init__(self, case: CaseState) -> None:
        super().__init__(case)

    @workflow.run
    async def run(self, case: CaseState) -> None:
        """Carry the request to its conclusion; begin again from its state whenever that is needed."""
        await self.carry_on(self.protocol)

    async def protocol(self) -> None:
        """Told at once, agencies asked, returns collated, supplied, on the CRG's agenda until concluded (§6, A-4)."""
        self.open_to_the_end = workflow.patched("returns-until-concluded")  # once returns were over with the supply
        self.meanwhile(self.actions_followed())  # G-11
        self.meanwhile(self.concerns_followed())  # G-7
        self.meanwhile(self.told_at_once())
        self.meanwhile(self.wanted_there())
        self.enter(Stage.GATHERING)
        await self.fact(AgenciesAsked)
        self.meanwhile(self.each_agency_asked())  # D-6
        self.meanwhile(self.packs())  # as R-5
        await self.fact(InformationSupplied)
        self.enter(Stage.SUPPLIED)
        await self.fact(InformationRequestConcluded)
        self.enter(Stage.CONCLUDED)

    async def told_at_once(self) -> None:
        """The CRG Chair and the accountable officers (§6, A-4)."""
        people = self.holders(Role.CRG_CHAIR, Role.ACCOUNTABLE_OFFICER)
        await self.tell(people, "information-requested", {"received_at": self.case.origin[1]})

    async def wanted_there(self) -> None:
        """By the day that the other partnership names, where it names one (§6, A-4)."""
        await workflow.wait_condition(lambda: self.case.wanted_by is not None)
        if self.case.knows("wanted-by"):  # before, the day was only written down
            async with self.deadline("A-4", since=self._standing(self.case.since("A-4"))) as clock:
                await workflow.wait_condition(lambda: not clock.open or self.case.ended)

    def returns_over(self) -> bool:
        """Late returns are taken, collated and supplied until the request is concluded (A-4, R-4)."""
        return self.case.last(InformationRequestConcluded if self.open_to_the_end else InformationSupplied) is not None

    def pack_is_over(self) -> bool:
        return self.returns_over()
