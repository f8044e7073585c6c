"""What a live case does when a second person confirms a change of the directory (R-11)."""

from datetime import timedelta

from review.case.mailing import TROUBLE_WORDS, MailTrouble, NotTaken
from review.case.notices import LinkFor, Notice
from review.facts.announcements import DirectoryChanged
from review.kit import changes
from tests.review.world import World


def test_a_link_that_waited_for_a_confirmation_is_sent_once_it_is_given() -> None:
    """R-11: what waits for something else is left as it is."""
    world = World()
    link = LinkFor(purpose="return", subject="police")
    waits = Notice(cause="request:police", template="returns-request", to="lead-police", link=link)
    full = waits.model_copy(update={"cause": "request:other"})
    changes.effect_failed(world.case, waits, "waits", world.now, trouble=MailTrouble.UNCONFIRMED)
    changes.effect_failed(world.case, full, "full", world.now, trouble=MailTrouble.MAILBOX_FULL)
    told = [one for one in world.posted if one.template == "duty-failed"]
    assert {one.n["trouble"] for one in told} == {"unconfirmed", "mailbox-full"}
    for version, unconfirmed, left in ((5, ["lead-police"], 2), (6, [], 1)):
        cast = world.case.cast.model_copy(update={"version": version, "unconfirmed": unconfirmed})
        world.say(DirectoryChanged(cast=cast))
        assert len(world.case.failed) == left
    assert waits in world.posted
    assert full not in world.posted


def test_a_link_that_met_a_confirmation_on_its_way_is_tried_again_at_once() -> None:
    """R-11: the mail read the directory before, the case heard of it before the mail came back."""
    world = World()
    link = LinkFor(purpose="return", subject="police")
    notice = Notice(cause="request:police", template="returns-request", to="lead-police", link=link)
    words = TROUBLE_WORDS[MailTrouble.UNCONFIRMED]
    waits = NotTaken(trouble=MailTrouble.UNCONFIRMED, words=words, failed=True, again_after=timedelta(minutes=10))
    for seconds in (1, 2, 4):
        changes.mail_not_taken(world.case, notice, [], waits, world.now)
        assert world.case.failed == {}
        assert world.case.waiting[notice.key].again_at == world.now + timedelta(seconds=seconds)
    changes.mail_not_taken(world.case, notice, [], waits, world.now)
    assert list(world.case.failed) == [notice.key], "the case does not come to hear of it"


def test_a_link_that_waits_for_a_second_person_is_a_failed_duty_at_once() -> None:
    world = World()
    world.say(DirectoryChanged(cast=world.case.cast.model_copy(update={"version": 5, "unconfirmed": ["lead-police"]})))
    notice = Notice(cause="request:police", template="returns-request", to="lead-police")
    waits = NotTaken(trouble=MailTrouble.UNCONFIRMED, words="waits", failed=True, again_after=timedelta(minutes=10))
    changes.mail_not_taken(world.case, notice, [], waits, world.now)
    assert list(world.case.failed) == [notice.key]
