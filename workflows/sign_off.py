"""Sign-off: named people approve exactly one version of one document, or send it back (§2, D-8, R-11).

Room: workflows. One mechanism for every sign-off of the protocol: remind, then ask the deputy, then escalate.
"""

import asyncio

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from calendar_rules.lengths import due
    from review import rounds, telling, timing
    from review.facts import DocumentRef
    from review.said.report import SignOffGiven
    from review.sign_off import Ask, Round, in_words, of_a_partner
    from workflows.hints import hears
    from workflows.moves import Moves


class SignOff(Moves):
    """Adds the round to the moves of a stage."""

    async def round_over(
        self,
        title: str,
        document: DocumentRef,
        *,
        asked: list[str] | None = None,
        step: str = "",
        then: str = "",
        for_comment: bool = False,
    ) -> Round:
        """One round over one version; returns when it is approved, sent back, or overtaken by a newer version."""
        one = rounds.open_round(
            self.case, title, document, self.now(), asked=asked, step=step, then=then, for_comment=for_comment
        )
        asks = [asyncio.create_task(self._one_signature(one, ask)) for ask in one.asks]
        try:
            await workflow.wait_condition(lambda: not one.open or self.overtaken(one))
        finally:
            if self.overtaken(one):
                rounds.overtake(self.case, one, self.now())
            for task in asks:
                task.cancel()
        for task in asks:
            if task.done() and not task.cancelled() and (problem := task.exception()):
                raise problem
        return one

    def overtaken(self, one: Round) -> bool:
        """Whether a newer version is waiting for sign-off."""
        return False

    @hears(SignOffGiven)
    async def _one_signature(self, one: Round, ask: Ask) -> None:
        """D-8 for one officer: the request with its link, then 48 hours from its receipt."""
        while one.open and not ask.answered:
            turn, subject = ask.turn, rounds.subject_of_ask(one, ask)
            length = self.case.edition.deadlines["D-8"].length
            notice = telling.sign_off_request(
                one,
                ask,
                "sign-off-request" if turn == 1 or ask.anew else "officer-replaced",
                ask.officer,
                due(self.now(), length, self.case.calendar),
                self.now(),
                cause=f"sign-off-request:{subject}",
            )

            def settled(turn: int = turn) -> bool:
                return not one.open or ask.answered or ask.turn != turn

            if not await self.sent(notice, unless=settled):
                continue
            ask.received_at = ask.received_at or self.case.done[notice.key]
            title = None if of_a_partner(ask.capacity) else f"Sign-off of {one.title} by {in_words(ask.capacity)}"
            if one.for_comment:
                title = f"Early comment on {one.title} by {in_words(ask.capacity)}"
            async with self.deadline("D-8", since=ask.received_at, subject=subject, title=title) as clock:
                await workflow.wait_condition(settled)
            if ask.turn != turn:
                timing.stop(self.case, clock.id, "another officer holds the office", self.now())
            elif ask.given_at is not None:  # an answer that was quicker than the word that the mail had gone
                timing.meet(self.case, clock.id, ask.given_at, self.now())
            else:
                timing.stop(self.case, clock.id, f"the round is {one.status}", self.now())
