"""What is met by a mail's going is met when it has gone (D-3, D-5, D-7)."""

from datetime import timedelta

import pytest

from delivery.mail import MailNotTaken
from review.case.effects import EffectKey
from review.case.mailing import MailTrouble
from review.facts.links import MailUndelivered
from tests.workflows.desk import Case, Desk, Refused

pytestmark = pytest.mark.asyncio(loop_scope="session")
FULL = MailNotTaken(MailTrouble.MAILBOX_FULL, lasting=False, code=452)
NOT_ALLOWED = MailNotTaken(MailTrouble.NOT_ALLOWED, lasting=True, code=554)


def _of(person: str) -> str:
    return f"{person}@sample-partnership.example.org"


async def _submitted(desk: Desk, answer: MailNotTaken) -> Case:
    case = await desk.open()
    await case.follow_to("submitted-to-panel")
    desk.world.answers[_of("panel")] = answer
    await case.says("submitted-to-panel")
    await case.quiet()
    return case


async def test_a_refused_submission_leaves_d7_open_until_it_goes(desk: Desk) -> None:
    """D-7, R-12: an attachment that is not allowed is a failed duty at once; no leader hears of a submission."""
    case = await _submitted(desk, NOT_ALLOWED)
    state = await case.state()
    assert state.deadlines["D-7"].met_at is None
    assert state.failed[EffectKey.mail("panel-submission", "panel")].trouble is MailTrouble.NOT_ALLOWED
    assert case.mails("an email could not be delivered", to="sbu-manager")
    assert not case.mails("submitted to the")
    desk.world.answers.clear()
    await case.passes(hours=48)
    await case.says("duty-retried", duty="all")
    await case.quiet()
    at = await case.now()
    met = (await case.deadline("D-7")).met_at
    assert met
    assert at - met < timedelta(minutes=10)


async def test_a_submission_by_other_means_is_met_when_it_was_made_good(desk: Desk) -> None:
    """D-7: a person records it."""
    case = await _submitted(desk, NOT_ALLOWED)
    await case.passes(hours=1)
    served = await case.now()
    await case.says(
        "duty-served", duty=EffectKey.mail("panel-submission", "panel"), how="other-means", means="Sample: by courier."
    )
    await case.quiet()
    met = (await case.deadline("D-7")).met_at
    assert met
    assert abs(met - served) < timedelta(minutes=1)
    desk.world.answers.clear()


async def test_a_submission_that_comes_back_leaves_d7_open_until_it_goes(desk: Desk) -> None:
    """D-7, R-12: as if it had been refused; sent again it is another mail, with the same papers."""
    case = await desk.open()
    await case.follow_to("submitted-to-panel")
    await case.says("submitted-to-panel")
    await case.quiet()
    assert (await case.deadline("D-7")).met_at
    (mail,) = case.mails(to="panel")
    posted = desk.world.posted[mail.message_id]
    assert posted[0].attach
    mails = [one.model_dump(mode="json", exclude_defaults=True) for one in posted]
    fact = MailUndelivered(cause="panel-submission", mails=mails, trouble=MailTrouble.CAME_BACK)
    await case.tell(fact, people=["sbu-manager"])
    await case.continue_as_new()
    state = await case.state()
    assert (state.deadlines["D-7"].open, list(state.failed)) == (True, ["panel-submission>panel"])
    assert case.mails("an email could not be delivered", to="sbu-manager")
    with pytest.raises(Refused):
        await case.tell(fact, people=["sbu-manager"])
    await case.passes(hours=1)
    await case.says("duty-retried", duty="panel-submission>panel")
    await case.quiet()
    state = await case.state()
    assert (state.failed, bool(state.deadlines["D-7"].met_at)) == ({}, True)
    first, second = case.mails(to="panel")
    assert first.message_id != second.message_id
    assert [one.content for one in first.attachments] == [one.content for one in second.attachments]


async def test_several_in_one_mail_that_came_back_go_again_under_ids_of_their_own(desk: Desk) -> None:
    """Sent again at once they are one mail again, sent one by one each is its own; no Message-ID goes twice (G-5)."""
    case = await desk.open()
    await case.follow_to("sign-off-given")
    await case.passes(hours=24 * 4)
    await case.quiet()
    (mail, *_) = [one for one in case.mails(to="crg-chair") if len(desk.world.posted[one.message_id]) > 1]
    posted = desk.world.posted[mail.message_id]
    keys = {one.key for one in posted}
    mails = [one.model_dump(mode="json", exclude_defaults=True) for one in posted]
    cause = posted[0].cause
    for again in (["all"], [str(one) for one in keys]):
        told = MailUndelivered(cause=cause, mails=mails, trouble=MailTrouble.CAME_BACK)
        await case.tell(told, people=["sbu-manager"])
        assert len((await case.state()).failed) == len(posted)
        for duty in again:
            await case.says("duty-retried", duty=duty)
            await case.quiet()
        assert (await case.state()).failed == {}
        sent = [one.message_id for one in case.mails()]
        assert len(sent) == len(set(sent))
        cause = f"{posted[0].cause}~back-1"


async def test_a_request_that_is_refused_asks_nobody_and_is_a_failed_duty_at_once(desk: Desk) -> None:
    """D-5, D-6: whoever was not reached has no days running; the Business Unit hears of it."""
    case = await desk.open()
    await case.follow_to("returns-requested")
    desk.world.answers[_of("lead-police")] = NOT_ALLOWED
    await case.says("returns-requested")
    await case.quiet()
    state = await case.state()
    assert "request:police>lead-police" in state.failed
    assert "police" not in state.requests
    assert "D-6:police" not in state.deadlines
    assert state.deadlines["D-5"].met_at is None
    assert case.mails("could not be delivered", to="sbu-manager")
    del desk.world.answers[_of("lead-police")]
    await case.says("duty-retried", duty="request:police>lead-police")
    await case.quiet()
    state = await case.state()
    assert state.deadlines["D-5"].met_at
    assert state.deadlines["D-6:police"].open
