"""A mail that has not gone, about what is settled by now, is not sent after all, and is no failed duty (R-11)."""

from review.case.mailing import MailTrouble
from review.case.notices import Notice
from review.facts.announcements import DirectoryChanged
from review.kit import changes, overtaken
from tests.review.world import PARTNERS, World, at, cast


def let_go(world: World) -> list[str]:
    """What is let go; sentences of the record."""
    overtaken.let_go(world.case, world.now)
    return world.lines("mail-overtaken")


def unconfirmed(world: World, person: str, version: int) -> None:
    world.say(DirectoryChanged(cast=cast(version).model_copy(update={"unconfirmed": [person] if person else []})))


def failed(world: World, notice: Notice) -> None:
    """The mail is not taken while a second person has not confirmed a change."""
    world.case.outbox.remove(notice)
    changes.effect_failed(world.case, notice, "waits", world.now, trouble=MailTrouble.UNCONFIRMED)


def test_a_sign_off_that_passed_on_while_its_link_waited_is_not_asked_for_once_all_have_signed() -> None:
    """R-11: found after a submission, when the successor's office was confirmed."""
    world = World()
    world.send_out()
    world.deliver()
    world.mail_goes = False
    unconfirmed(world, "officer-health", 2)
    (notice,) = [one for one in world.posted if one.cause.startswith("link-reissued:")]
    failed(world, notice)
    assert let_go(world) == []
    assert "duty-failed" in {one.template for one in world.posted}
    for partner in PARTNERS:
        world.sign(f"officer-{partner}")
    assert let_go(world)[0] == "Not sent to officer-health: request for sign-off; what it asked for is settled"
    assert notice.key not in world.case.failed
    assert "duty-failed" not in {one.template for one in world.posted}, "nobody need see to it any more"
    unconfirmed(world, "", 3)
    assert notice not in world.posted


def test_what_was_meant_for_somebody_who_has_left_the_office_is_not_sent() -> None:
    world = World()
    world.scope()
    world.mail_goes = False
    reminder = Notice(
        cause="reminder:D-6:police:day-3:0", template="return-reminder", to="lead-police", about="D-6:police",
        link={"purpose": "return", "subject": "police"},
    )  # fmt: skip
    world.case.post([reminder])
    assert let_go(world) == []
    known = cast(2)
    next(one for one in known.agencies if one.id == "police").safeguarding_lead = "senior-police"
    world.recast(known)
    assert let_go(world) == ["Not sent to lead-police: reminder of the agency's return; what it asked for is settled"]
    assert world.mails("lead-replaced") == ["senior-police"]


def test_a_reminder_of_a_deadline_that_was_met_meanwhile_is_not_sent() -> None:
    """R-4: it waited for a mailbox, and what it reminded of came."""
    world = World()
    world.scope()
    world.deliver()
    world.mail_goes = False
    world.wait(at("2026-05-15T12:00"))
    reminders = [one for one in world.posted if one.about == "D-6:police"]
    assert reminders
    assert let_go(world) == []
    world.returned("police")
    assert len(let_go(world)) == len(reminders)
    assert not [one for one in world.posted if one.about == "D-6:police"]


def test_what_is_on_its_way_is_left_alone() -> None:
    world = World()
    world.scope()
    world.deliver()
    world.mail_goes = False
    world.wait(at("2026-05-15T12:00"))
    keys = {one.key for one in world.posted if one.about == "D-6:police"}
    world.returned("police")
    overtaken.let_go(world.case, world.now, sending=keys)
    assert world.lines("mail-overtaken") == []


def test_a_request_that_has_not_gone_stays_though_the_return_came_by_another_way() -> None:
    """D-5 is met by its going; here the agency is asked once more."""
    world = World()
    world.scope()
    world.mail_goes = False
    link = {"purpose": "return", "subject": "police"}
    request = Notice(cause="request:police:again", template="returns-request", to="lead-police", link=link)
    world.case.post([request])
    world.returned("police")
    assert let_go(world) == []
    assert request in world.posted
