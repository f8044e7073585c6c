"""The messages that every case takes: the validator refuses, the handler records, `run` acts. Room: workflows."""

from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from review.case import CaseState
    from review.facts import Said
    from workflows import names
    from workflows.going_on import GoingOn


class Messages(GoingOn):
    """Update, signals and query, the same for a case review and for an information request."""

    @workflow.update(name=names.SAY)
    async def say(self, said: Said) -> dict[str, Any]:
        """A fact; the answer is its receipt."""
        return self.take(said)

    @say.validator
    def may_be_said(self, said: Said) -> None:
        self.check(said)

    @workflow.signal(name=names.RELAY)
    async def relay(self, said: Said) -> None:
        """The same fact by the relay's way, when nobody was there to answer."""
        self.take_or_refuse(said)

    @workflow.signal(name=names.BEGIN_AGAIN)
    async def begin_again(self) -> None:
        """Continue as new at the next quiet moment: for a case that should move onto new code."""
        self.ask_to_begin_again()

    @workflow.query(name=names.STATE)
    def state(self) -> CaseState:
        return self.case
