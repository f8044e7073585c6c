"""The process of releases to come, invented: every case waits a day for something new before anything else.

Three builds of it: with the patch by which histories of the release before replay; without its branch, as one release
later; and with no trace of it. The only place where a patch may stand until the first release.
"""

from datetime import timedelta

from temporalio import workflow

from review.case.state import CaseState
from workflows import names
from workflows.case_review import CaseReview


class _Next(CaseReview):
    async def something_new(self) -> None:
        await workflow.sleep(timedelta(days=1), summary="something new")


@workflow.defn(name=names.WORKFLOW)
class WithPatch(_Next):
    @workflow.init
    def __init__(self, case: CaseState) -> None:
        super().__init__(case)

    @workflow.run
    async def run(self, case: CaseState) -> None:
        if workflow.patched("something-new"):
            self.case_run.meanwhile(self.something_new())
        await super().run(case)


@workflow.defn(name=names.WORKFLOW)
class BranchGone(_Next):
    @workflow.init
    def __init__(self, case: CaseState) -> None:
        super().__init__(case)

    @workflow.run
    async def run(self, case: CaseState) -> None:
        workflow.deprecate_patch("something-new")
        self.case_run.meanwhile(self.something_new())
        await super().run(case)


@workflow.defn(name=names.WORKFLOW)
class NoTrace(_Next):
    @workflow.init
    def __init__(self, case: CaseState) -> None:
        super().__init__(case)

    @workflow.run
    async def run(self, case: CaseState) -> None:
        self.case_run.meanwhile(self.something_new())
        await super().run(case)
