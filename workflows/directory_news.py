"""A change of the directory is told to the old address, the CRG Chair and the Business Unit (R-11).

A short workflow for each version that has news. It carries the version's number only: whom and where, the store says.
"""

from temporalio import workflow

from activities import orders
from review.directory_news import DirectoryTold
from workflows import names
from workflows.guard import Guarded
from workflows.policies import SEND


@workflow.defn(name=names.DIRECTORY_NEWS)
class DirectoryNews(Guarded):
    """Workflow id: "directory-" and the version."""

    @workflow.run
    async def run(self, told: DirectoryTold) -> None:
        """Write to everybody who must hear of it."""
        summary = f"version {told.version} of the directory told"
        await workflow.execute_activity(orders.TELL_OF_DIRECTORY, told, summary=summary, **SEND)
