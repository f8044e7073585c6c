"""A mail that a server had taken and sent back is a failed duty, as one that was refused (D-3, D-5, D-7, D-8)."""

from datetime import date

import pytest

from review.case.effects import EffectKey
from review.case.mailing import MailTrouble
from review.case.notices import Notice
from review.facts.any_stage import ALL_DUTIES, DutyRetried, DutyServed, ServedBy
from review.facts.links import MailUndelivered
from review.facts.panel import PanelAcknowledged
from review.facts.report import SubmittedToPanel
from review.kit import came_back, deadlines
from review.kit import refusals as no
from review.view import case_view
from tests.review.world import SBU, WHY, World, at


def back(*notices: Notice, cause: str = "", trouble: MailTrouble = MailTrouble.NO_SUCH_PERSON) -> MailUndelivered:
    """What the system reads from a report on a mail in which these went."""
    mails = [one.model_dump(mode="json", exclude_defaults=True) for one in notices]
    return MailUndelivered(cause=cause or notices[0].cause, mails=mails, trouble=trouble)


def sent(world: World, cause: str, to: str) -> Notice:
    """The mail of this cause to this person, which has gone."""
    assert EffectKey.mail(cause, to) in world.case.done
    return next(one for one in reversed(world.sent) if (one.cause, one.to) == (cause, to))


def submitted() -> World:
    world = World()
    world.approve()
    world.say(SubmittedToPanel(version=1, covering_letter=WHY))
    assert world.deadline("D-7").met_at
    return world


def test_what_a_mails_going_met_runs_again_until_it_has_gone() -> None:
    """D-7, R-12: told as a refusal is; sent again by a person, the deadline is met when it has gone."""
    world = submitted()
    mail, went = sent(world, "panel-submission", "panel"), world.case.done[EffectKey.mail("panel-submission", "panel")]
    world.wait("2026-06-01T09:00")
    world.say(back(mail))
    (failed,) = world.case.failed.values()
    assert (failed.notice.to, failed.trouble, failed.since, failed.at) == (
        "panel", MailTrouble.NO_SUCH_PERSON, went, world.now,
    )  # fmt: skip
    assert (world.deadline("D-7").met_at, world.deadline("D-7").open) == (None, True)
    assert world.mails("duty-failed") == ["sbu-1", "sbu-2"]
    (shown,) = case_view(world.case, world.now).failed_duties
    assert shown.mail == "submission of the rapid review to the Panel"
    world.wait("2026-06-01T10:00")
    world.say(DutyRetried(duty=ALL_DUTIES))
    assert (world.case.failed, world.deadline("D-7").met_at) == ({}, at("2026-06-01T10:00"))


def test_the_same_report_twice_and_one_of_an_earlier_sending_change_nothing() -> None:
    """What was sent again bears another cause, so that it is another mail."""
    world = submitted()
    mail = sent(world, "panel-submission", "panel")
    world.say(back(mail))
    with pytest.raises(no.MailNotAsSent):
        world.say(back(mail))
    world.say(DutyRetried(duty=mail.key))
    assert came_back.sent_as(world.case, mail.key) == "panel-submission~back-1"
    with pytest.raises(no.MailNotAsSent):
        world.say(back(mail))
    assert world.deadline("D-7").met_at
    world.say(back(mail, cause="panel-submission~back-1"))
    assert world.deadline("D-7").open


def test_it_is_made_good_by_other_means_and_not_before_it_was_first_sent() -> None:
    world = submitted()
    mail, went = sent(world, "panel-submission", "panel"), world.case.done[EffectKey.mail("panel-submission", "panel")]
    world.wait("2026-06-01T09:00")
    world.say(back(mail))
    world.say(DutyServed(duty=mail.key, how=ServedBy.OTHER_MEANS, means=WHY, happened_at=went))
    assert (world.case.failed, world.deadline("D-7").met_at) == ({}, went)


def test_whoever_was_not_reached_was_not_asked() -> None:
    """D-5, D-6: the days of an agency stop, and run from when the request has gone."""
    world = World()
    world.scope()
    assert world.deadline("D-5").met_at
    mail = sent(world, "request:police", "lead-police")
    world.say(back(mail))
    stands = {id: world.deadline(id).stopped_why for id in ("D-6:police", "R-3:police", "D-6:health")}
    assert stands == {"D-6:police": deadlines.CAME_BACK, "R-3:police": deadlines.CAME_BACK, "D-6:health": None}
    assert "police" not in world.case.requests
    assert world.deadline("D-5").open
    world.wait("2026-05-19T09:00")
    world.say(DutyRetried(duty=mail.key))
    assert world.case.requests["police"] == at("2026-05-19T09:00")
    assert world.deadline("D-5").met_at == at("2026-05-19T09:00")
    again = world.deadline("D-6:police")
    assert (again.open, again.since) == (True, at("2026-05-19T09:00"))


def test_an_officer_has_the_time_from_when_the_draft_has_come() -> None:
    """D-8."""
    world = World()
    one = world.send_out()
    mail = sent(world, f"sign-off-request:{one.id}:health", "officer-health")
    world.say(back(mail))
    id = f"D-8:{one.id}:health"
    assert world.deadline(id).stopped_why == deadlines.CAME_BACK
    world.wait("2026-06-01T09:00")
    world.say(DutyRetried(duty=mail.key))
    assert (world.deadline(id).open, world.deadline(id).since) == (True, at("2026-06-01T09:00"))
    world.sign("officer-health")
    world.say(back(mail, cause=f"{mail.cause}~back-1"))
    assert world.case.failed == {}, "who has signed has had it"


def test_what_has_been_answered_is_no_failed_duty() -> None:
    """R-13, R-4: the record says that it came back, and no more."""
    world = submitted()
    world.say(PanelAcknowledged(meeting_date=date(2026, 6, 9)))
    world.say(back(sent(world, "panel-submission", "panel")))
    assert (world.case.failed, bool(world.deadline("D-7").met_at)) == ({}, True)
    world = World()
    world.scope()
    world.returned("police", nil=True)
    world.say(back(sent(world, "request:police", "lead-police")))
    assert (world.case.failed, "police" in world.case.requests) == ({}, True)


def test_a_mail_that_tells_of_another_that_failed_fails_by_itself_and_is_told_to_nobody() -> None:
    world = submitted()
    world.say(back(sent(world, "panel-submission", "panel")))
    (told, *_) = [one for one in world.sent if one.template == "duty-failed"]
    before = len(world.sent)
    world.say(back(told, trouble=MailTrouble.CAME_BACK), SBU)
    assert (len(world.case.failed), len(world.sent)) == (2, before)
