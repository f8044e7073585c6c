"""An activity's answer counts only where it is the answer to the very order that was given."""

from typing import Any

import pytest
from temporalio import activity
from temporalio.testing import WorkflowEnvironment

import worker
from activities import orders
from crg.embedded.sample import sample_partnership
from review.case.mailing import Delivered
from settings import Settings
from tests.workflows.conftest import KEYRING
from tests.workflows.desk import Desk
from tests.workflows.world import World, activities_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Liar:
    """Answers an order for the first time as if it were another: everything is said to have been done."""

    def __init__(self, carry_out: Any, try_mail: Any) -> None:
        self._carry_out, self._try_mail = carry_out, try_mail
        self.lied: set[str] = set()

    @activity.defn(name=orders.CARRY_OUT)
    async def carry_out(self, order: orders.CarryOut) -> orders.CarriedOut:
        if order.mails and orders.CARRY_OUT not in self.lied:
            self.lied.add(orders.CARRY_OUT)
            gone = [key for mail in order.mails for key in mail.keys]
            return orders.CarriedOut(version=order.moment.version - 1, sent=gone)
        done: orders.CarriedOut = await self._carry_out(order)
        return done

    @activity.defn(name=orders.TRY_MAIL)
    async def try_mail(self, order: orders.SendNotice) -> orders.Tried:
        if orders.TRY_MAIL not in self.lied:
            self.lied.add(orders.TRY_MAIL)
            return orders.Tried(key="another", tries=order.tries, outcome=Delivered(message_id="<other@example.org>"))
        tried: orders.Tried = await self._try_mail(order)
        return tried


async def test_an_answer_to_another_order_is_no_answer(server: WorkflowEnvironment, settings: Settings) -> None:
    """Whoever reaches the engine could hand in an old answer, and no mail would go of which the record says "sent"."""
    world, own = World(sample_partnership()), settings.model_copy(update={"task_queue": "answers"})
    carry_out, try_mail, *others = activities_of(world, KEYRING)
    liar = Liar(carry_out, try_mail)
    send, asked = world.send, set[str]()

    async def down_at_first(mail: Any, handing_over: Any = None) -> None:
        if mail.to_address not in asked:
            asked.add(mail.to_address)
            raise ConnectionError("Sample: the mail server does not answer.")
        await send(mail)

    world.send = down_at_first  # type: ignore[method-assign]
    async with worker.working(server.client, own, [liar.carry_out, liar.try_mail, *others]):
        case = await Desk(server, world, "answers").open()
        await case.comes(lambda: len(case.mails()) == 3)
        assert liar.lied == {orders.CARRY_OUT, orders.TRY_MAIL}
        await case.comes(lambda: len(case.told("mail-sent")) == 3)
