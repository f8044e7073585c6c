"""Mails that are not taken: what waits holds nothing, is tried on, and meets what it meets when it goes."""

import pytest

from delivery.mail import MailNotTaken
from review.case.mailing import MailTrouble
from tests.workflows.desk import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")
FULL = MailNotTaken(MailTrouble.MAILBOX_FULL, lasting=False, code=452)
NOT_ALLOWED = MailNotTaken(MailTrouble.NOT_ALLOWED, lasting=True, code=554)


def _of(person: str) -> str:
    return f"{person}@sample-partnership.example.org"


async def test_a_full_mailbox_holds_nothing_and_the_case_begins_again_meanwhile(desk: Desk) -> None:
    """After the time that settings give it is a failed duty, told to others, and is tried on."""
    desk.world.answers[_of("dcs")] = FULL
    case = await desk.open()
    await case.comes(lambda: case.mails(to="chief-executive"))
    await case.continue_as_new()
    state = await case.state()
    assert state.waiting
    assert not state.failed
    assert not state.outbox
    await case.passes(hours=5)
    await case.comes(lambda: case.mails("an email could not be delivered", to="sbu-manager"))
    state = await case.state()
    assert set(state.failed) <= set(state.waiting)
    assert state.failed
    assert case.mails("an email could not be delivered", to="sbu-manager")
    assert not case.mails(to="dcs")
    del desk.world.answers[_of("dcs")]
    await case.passes(hours=2)
    await case.comes(lambda: case.mails(to="dcs"))
    await case.quiet()
    state = await case.state()
    assert (state.failed, state.waiting) == ({}, {})
