"""A moment carried out, a mail tried: an answer is taken only where it is one to this very order. And mails of no case,
tried again with growing waits, which hold nothing else, until they are a failed duty.

Anybody who reaches the engine can hand in an answer of another order of the same workflow; both activities
can be repeated, so the order is given again.
"""

from temporalio import workflow

from activities import orders
from review.case.mailing import Delivered, MailTrouble
from workflows.policies import CARRY_OUT, SEND


async def carried_out(order: orders.CarryOut, summary: str) -> orders.CarriedOut:
    """What came of a moment."""
    while True:
        came: orders.CarriedOut = await workflow.execute_activity(
            orders.CARRY_OUT, order, summary=summary, result_type=orders.CarriedOut, **CARRY_OUT
        )
        if came.version == order.moment.version:
            return came
        workflow.logger.error("answer-of-another-order", extra={"activity": orders.CARRY_OUT})


async def try_mail(order: orders.SendNotice, summary: str) -> orders.Tried:
    """What became of one try to send a mail."""
    while True:
        tried: orders.Tried = await workflow.execute_activity(
            orders.TRY_MAIL, order, summary=summary, result_type=orders.Tried, **SEND
        )
        if (tried.key, tried.tries) == (order.notice.key, order.tries):
            return tried
        workflow.logger.error("answer-of-another-order", extra={"activity": orders.TRY_MAIL})


async def sent_in_time(order: orders.SendNotice, summary: str) -> bool:
    """Send one mail; False where it is refused for good, or is not taken for the time that settings give."""
    since, awaited, tries = order.at, False, 0
    while True:
        now = order.model_copy(update={"at": workflow.now(), "since": since, "tries": tries, "awaited": awaited})
        outcome = (await try_mail(now, summary)).outcome
        if isinstance(outcome, Delivered):
            return True
        workflow.logger.warning("mail-not-taken", extra={"why": str(outcome.trouble)})
        if outcome.failed or outcome.again_after is None:
            return False
        tries += 1
        awaited = outcome.trouble is MailTrouble.UNANSWERED
        await workflow.sleep(outcome.again_after, summary=f"{summary}: {outcome.trouble}, tried again"[:200])
