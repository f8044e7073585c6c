"""Sign-off: named people approve exactly one version of one document, or send it back (§2, D-8, R-11).

One mechanism for every sign-off of the protocol: remind, then ask the deputy, then escalate.
"""

import asyncio
from collections.abc import Callable

from temporalio import workflow

from review.case import reads
from review.case.sign_off import Round, SignatureRequest, of_a_partner
from review.case.state import CaseState
from review.facts import DocumentRef
from review.kit import notify, sign_off_rounds
from workflows.case_run import CaseRun


async def round_over(
    run: CaseRun,
    title: str,
    document: DocumentRef,
    *,
    asked: list[str] | None = None,
    step: str = "",
    then: str = "",
    for_comment: bool = False,
    entry: str = "",
    overtaken: Callable[[], bool] = lambda: False,
) -> Round:
    """One round over one version; returns when it is approved, sent back, or overtaken by a newer version."""
    one = sign_off_rounds.open_round(
        run.case, title, document, run.now(), asked=asked, step=step, then=then, for_comment=for_comment, entry=entry
    )
    asks: list[asyncio.Task[None]] = []
    begun: set[str] = set()
    try:
        while one.open and not overtaken():
            for ask in [ask for ask in one.asks if ask.capacity not in begun]:  # a further officer can join
                begun.add(ask.capacity)
                asks.append(asyncio.create_task(_one_signature(run, one, ask)))
            await workflow.wait_condition(
                lambda: not one.open or overtaken() or any(ask.capacity not in begun for ask in one.asks)
            )
    finally:
        if overtaken():
            sign_off_rounds.overtake(run.case, one, run.now())
        for task in asks:
            task.cancel()
    for task in asks:
        if task.done() and not task.cancelled() and (problem := task.exception()):
            raise problem
    return one


async def _one_signature(run: CaseRun, one: Round, ask: SignatureRequest) -> None:
    """D-8 for one officer: the request with its link, then 48 hours from its receipt. The time of the CRG runs from
    when the draft was sent to it, whether or not the mail has gone (R-16).
    """
    rule = sign_off_rounds.rule_of(one)
    while one.open and not ask.answered and ask in one.asks:
        attempt, subject = ask.attempt, sign_off_rounds.subject_of_ask(one, ask)
        if one.of_the_crg:
            run.deadline(rule, since=run.now(), subject=subject)
        notice = notify.sign_off_request(
            one,
            ask,
            "sign-off-request" if attempt == 1 or ask.reissued else "officer-replaced",
            ask.officer,
            run.due(rule, run.now(), subject),
            cause=f"{notify.SIGN_OFF_ASKED}{subject}",
        )

        def settled(attempt: int = attempt) -> bool:
            return not one.open or ask.answered or ask.attempt != attempt or ask not in one.asks

        if not await run.sent(notice, unless=settled):
            continue
        ask.received_at = ask.received_at or run.case.done[notice.key]
        if not one.of_the_crg:
            run.deadline(rule, since=ask.received_at, subject=subject, title=_title(run.case, one, ask))
        await workflow.wait_condition(settled)


def _title(case: CaseState, one: Round, ask: SignatureRequest) -> str | None:
    """What the deadline of an answer is called; None for an officer of a partner, where the edition says it."""
    whose = reads.capacity_called(case, ask.capacity)
    if one.for_comment:
        return f"Early comment on {one.title} by {whose}"
    if one.entry:
        return f"Agreement of {whose} to {one.title[0].lower()}{one.title[1:]}"
    return None if of_a_partner(ask.capacity) else f"Sign-off of {one.title} by {whose}"
