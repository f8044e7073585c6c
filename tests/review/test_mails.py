"""What follows from a mail that has gone, waits, or was refused."""

from datetime import timedelta

import pytest

from review.case import reads
from review.case.deadline import Status
from review.case.effects import EffectKey
from review.case.mailing import TROUBLE_WORDS, MailTrouble, NotTaken
from review.case.notices import Notice
from review.facts.any_stage import ALL_DUTIES, DutyRetried, DutyServed, ServedBy
from review.facts.report import SubmittedToPanel
from review.kit import changes, deadlines
from review.kit import refusals as no
from review.next_steps import next_steps
from review.view import waiting_for
from tests.review.world import EXPECTED, WHY, World, at, scoping

SUBMISSION = Notice(cause="panel-submission", template="panel-submission", to="panel", about="D-7")


def _not_taken(trouble: MailTrouble, *, failed: bool, again: bool) -> NotTaken:
    after = timedelta(minutes=1) if again else None
    return NotTaken(trouble=trouble, words=TROUBLE_WORDS[trouble], failed=failed, again_after=after)


def _submitted() -> World:
    """Submitted; the mail to the Panel is under way."""
    world = World()
    world.approve()
    world.mail_goes = False
    world.say(SubmittedToPanel(version=1, covering_letter=WHY))
    (notice,) = [one for one in world.case.outbox if one.template == SUBMISSION.template]
    assert (notice.key, notice.about) == (SUBMISSION.key, SUBMISSION.about)
    world.deliver(but=notice)
    return world


@pytest.mark.parametrize("trouble", list(MailTrouble))
def test_what_a_mails_going_meets_is_not_met_while_it_has_not_gone(trouble: MailTrouble) -> None:
    """D-7: at whatever code, size limit or outage."""
    world = _submitted()
    if trouble is MailTrouble.UNCONFIRMED:  # as the case knows the directory; else it waits until it hears of it
        world.case.cast = world.case.cast.model_copy(update={"unconfirmed": [SUBMISSION.to]})
    assert world.deadline("D-7").met_at is None
    changes.mail_not_taken(world.case, SUBMISSION, [], _not_taken(trouble, failed=True, again=False), world.now)
    assert world.deadline("D-7").met_at is None
    assert list(world.case.failed) == [SUBMISSION.key]
    assert world.mails("duty-failed") == ["sbu-1", "sbu-2"]


def test_later_success_meets_the_deadline_then_late_where_it_is_late() -> None:
    """D-7: due Tuesday 2 June 2026, 23:59."""
    world = _submitted()
    changes.mail_not_taken(
        world.case, SUBMISSION, [], _not_taken(MailTrouble.MAILBOX_FULL, failed=False, again=True), world.now
    )
    world.wait("2026-06-04T09:00")
    changes.mail_sent(world.case, SUBMISSION, [], world.now)
    assert world.deadline("D-7").met_at == at("2026-06-04T09:00")
    assert world.deadline("D-7").status(world.now) is Status.LATE
    assert world.case.waiting == {}


def test_a_mail_that_waits_is_counted_from_its_first_try() -> None:
    world = _submitted()
    full = _not_taken(MailTrouble.MAILBOX_FULL, failed=False, again=True)
    first = world.now
    changes.mail_not_taken(world.case, SUBMISSION, [], full, first)
    changes.mail_not_taken(world.case, SUBMISSION, [], full, first + timedelta(minutes=5))
    waiting = world.case.waiting[SUBMISSION.key]
    assert (waiting.since, waiting.tries, waiting.again_at) == (first, 2, first + timedelta(minutes=6))


@pytest.mark.parametrize(("after", "at_rest"), [(timedelta(seconds=1), False), (timedelta(minutes=1), True)])
def test_a_case_whose_mail_is_tried_again_in_a_moment_has_not_come_to_rest(after: timedelta, *, at_rest: bool) -> None:
    """So that a rehearsal on a busy machine waits for it, and tells of it."""
    world = _submitted()
    world.deliver(but=SUBMISSION)
    world.case.outbox, world.case.untold, world.case.settled = [], [], []
    assert world.case.at_rest(world.now)
    outcome = _not_taken(MailTrouble.NOT_REACHABLE, failed=False, again=True).model_copy(update={"again_after": after})
    changes.mail_not_taken(world.case, SUBMISSION, [], outcome, world.now)
    assert world.case.at_rest(world.now) is at_rest


def test_a_failed_duty_that_is_tried_on_is_told_once_and_is_gone_when_the_mail_goes() -> None:
    world = _submitted()
    full = _not_taken(MailTrouble.MAILBOX_FULL, failed=True, again=True)
    for _ in range(3):
        changes.mail_not_taken(world.case, SUBMISSION, [], full, world.now)
    assert world.mails("duty-failed") == ["sbu-1", "sbu-2"]
    assert (list(world.case.failed), list(world.case.waiting)) == ([SUBMISSION.key], [SUBMISSION.key])
    changes.mail_sent(world.case, SUBMISSION, [], world.now)
    assert (world.case.failed, world.case.waiting) == ({}, {})


def test_a_fault_of_the_mail_system_is_told_once_a_day_and_not_mail_by_mail() -> None:
    world = _submitted()
    fault = _not_taken(MailTrouble.MAY_NOT_SEND, failed=True, again=True)
    for person in ("panel", "chair", "officer-health"):
        notice = Notice(cause="sample", template="submitted", to=person)
        changes.mail_not_taken(world.case, notice, [], fault, world.now)
    assert len(world.case.failed) == 3
    assert world.mails("duty-failed") == ["sbu-1", "sbu-2"]


def test_somebody_else_of_the_office_is_told() -> None:
    world = _submitted()
    for person in ("officer-health", "lead-police"):
        notice = Notice(cause="sample", template="submitted", to=person)
        full = _not_taken(MailTrouble.MAILBOX_FULL, failed=True, again=True)
        changes.mail_not_taken(world.case, notice, [], full, world.now)
    assert world.mails("mail-for-colleague") == ["deputy-health", "senior-police"]


def test_what_perhaps_arrived_is_for_a_person_to_decide() -> None:
    """D-7: "it arrived" meets it when it did; "send it again" sends it."""
    world = _submitted()
    perhaps = _not_taken(MailTrouble.PERHAPS_DELIVERED, failed=True, again=False)
    changes.mail_not_taken(world.case, SUBMISSION, [], perhaps, world.now)
    offered = {one.title: one.example for one in next_steps(world.case, world.now) if one.about == SUBMISSION.key}
    assert set(offered) == {
        "Send the email to panel again: submission of the rapid review to the Panel",
        "Record that the email to panel arrived: submission of the rapid review to the Panel",
    }
    assert (
        offered["Record that the email to panel arrived: submission of the rapid review to the Panel"]["how"]
        == "arrived"
    )
    tried = world.now
    world.wait("2026-06-04T09:00")
    with pytest.raises(no.BeforeTheIncident):
        world.say(
            DutyServed(duty=SUBMISSION.key, how=ServedBy.ARRIVED, means=WHY, happened_at=tried - timedelta(minutes=1))
        )
    world.say(DutyServed(duty=SUBMISSION.key, how=ServedBy.ARRIVED, means=WHY, happened_at=tried))
    assert world.deadline("D-7").met_at == tried
    assert world.case.failed == {}
    with pytest.raises(no.NothingToRetry):
        world.say(DutyServed(duty=SUBMISSION.key, how=ServedBy.ARRIVED, means=WHY))


def test_failed_duties_are_tried_again_in_bulk() -> None:
    world = _submitted()
    refused = _not_taken(MailTrouble.NO_SUCH_PERSON, failed=True, again=False)
    notices = [SUBMISSION, Notice(cause="sample", template="submitted", to="chair")]
    for notice in notices:
        changes.mail_not_taken(world.case, notice, [], refused, world.now)
    world.deliver()
    world.say(DutyRetried(duty=ALL_DUTIES))
    assert world.case.failed == {}
    assert [one.key for one in world.posted] == [one.key for one in notices]
    with pytest.raises(no.NothingToRetry):
        world.say(DutyRetried(duty=ALL_DUTIES))


def test_the_request_to_the_agencies_is_met_when_the_last_has_gone() -> None:
    """D-5, D-6: whoever was not reached was not asked."""
    world = World()
    world.notify()
    world.say(scoping())
    for agency in reads.scope(world.case):
        assert world.deadline("D-5").met_at is None
        changes.effect_done(world.case, EffectKey.mail(f"request:{agency}", f"lead-{agency}"), "Sent", world.now)
        assert world.case.requests[agency] == world.now
    assert world.deadline("D-5").met_at == world.now


def test_a_submission_by_other_means_needs_no_mail() -> None:
    """R-12"""
    world = World()
    world.approve()
    world.mail_goes = False
    world.say(SubmittedToPanel(version=1, covering_letter=WHY, by_other_means=True))
    assert world.deadline("D-7").met_at == world.now


def _rings_late(world: World, deadline_id: str, until: str) -> None:
    """The worker was away until then: all reminders fire in one moment."""
    world.now = at(until)
    deadline = world.deadline(deadline_id)
    while (reminder := reads.next_reminder(world.case, deadline_id)) and reminder.at <= world.now:
        deadlines.fire(world.case, deadline.id, reminder, world.now)


def test_after_an_outage_reminders_that_are_over_are_not_sent_with_what_follows_them() -> None:
    """D-1, due Monday 18 May 2026: the worker is away from before its reminders until two days after."""
    world = World()
    world.deliver()
    reminders = [reminder for reminder in world.case.edition.deadlines["D-1"].reminders if reminder.kind == "reminder"]
    assert reminders
    _rings_late(world, "D-1", "2026-05-20T09:00")
    told = [(one.to, one.template) for one in world.posted if one.about == "D-1"]
    assert len({person for person, _ in told}) == len(told), "one mail each"
    assert {template for _, template in told} == {"deadline-overdue", "deadline-escalation"}
    (chief,) = [one for one in world.posted if one.to == "chief" and one.about == "D-1"]
    assert len(chief.n["missed"]) == len(reminders)


def test_a_reminder_that_waits_for_the_mail_system_goes_out_with_what_follows_it() -> None:
    """D-1: the mail server was away; the mail on what is overdue says what was missed."""
    world = World()
    timing_is = reads.next_reminder(world.case, "D-1")
    assert timing_is
    world.now = timing_is.at
    world.deliver()
    deadlines.fire(world.case, "D-1", timing_is, world.now)
    away = _not_taken(MailTrouble.NOT_REACHABLE, failed=False, again=True)
    reminded = [one for one in world.posted if one.about == "D-1"]
    for notice in reminded:
        changes.mail_not_taken(world.case, notice, [], away, world.now)
    world.deliver()
    while (reminder := reads.next_reminder(world.case, "D-1")) and reminder.name != "overdue":
        world.deadline("D-1").fired.append(reminder.name)
    assert reminder
    world.now = reminder.at
    deadlines.fire(world.case, "D-1", reminder, world.now)
    assert world.case.waiting == {}
    told = {one.to: one for one in world.posted if one.about == "D-1"}
    assert all(len(told[one.to].n["missed"]) == 1 for one in reminded)


def test_of_reminders_that_wait_as_one_mail_those_that_are_over_are_taken_out() -> None:
    """D-6: three agencies are late, of which the Business Unit hears in one mail; of one the time goes on first."""
    world = World()
    world.scope()
    overdue = [
        Notice(cause=f"reminder:D-6:{one}:overdue:0", template="deadline-overdue", to="sbu-1", about=f"D-6:{one}")
        for one in EXPECTED
    ]
    away = _not_taken(MailTrouble.NOT_REACHABLE, failed=True, again=True)
    tried = world.now
    changes.mail_not_taken(world.case, overdue[0], overdue[1:], away, tried)
    deadline = world.deadline(overdue[0].about or "")
    world.now = deadline.due + timedelta(days=3)
    world.case.outbox.clear()
    while (reminder := reads.next_reminder(world.case, deadline.id)) and reminder.kind != "escalation":
        deadline.fired.append(reminder.name)
    assert reminder
    deadlines.fire(world.case, deadline.id, reminder, world.now)
    (waiting,) = [one for one in world.case.waiting.values() if one.notice.to == "sbu-1"]
    assert [waiting.notice, *waiting.others] == overdue[1:]
    assert list(world.case.waiting) == [overdue[1].key]
    assert overdue[0].key not in world.case.failed
    (told,) = [one for one in world.case.outbox if one.to == "sbu-1" and one.about == deadline.id]
    assert told.n["missed"] == [tried.isoformat()]


def test_what_is_tried_again_by_hand_is_sooner_and_nothing_else() -> None:
    """Patience counts from the first try, and who has been told of a reason is not told of it again."""
    world = _submitted()
    notice = Notice(cause="sample", template="submitted", to="officer-health")
    first = world.now
    full = _not_taken(MailTrouble.MAILBOX_FULL, failed=True, again=True)
    changes.mail_not_taken(world.case, notice, [], full, first)
    assert world.mails("mail-for-colleague") == ["deputy-health"]
    world.case.done |= dict.fromkeys((one.key for one in world.posted), first)
    world.deliver()
    for _ in range(2):
        world.wait("2026-06-04T09:00")
        world.say(DutyRetried(duty=ALL_DUTIES))
        waiting = world.case.waiting[notice.key]
        assert (waiting.since, waiting.again_at) == (first, world.now)
        assert notice.key not in [one.key for one in world.posted], "it waits, and is tried now"
        changes.mail_not_taken(world.case, notice, [], full, world.now)
        assert list(world.case.failed) == [notice.key]
    assert world.mails("duty-failed") == ["sbu-1", "sbu-2"], "who asked for another try hears how it ended"
    assert world.mails("mail-for-colleague") == []


def test_reasons_that_take_turns_are_told_once_each() -> None:
    world = _submitted()
    notice = Notice(cause="sample", template="submitted", to="officer-health")
    for trouble in (MailTrouble.MAILBOX_FULL, MailTrouble.TRY_LATER) * 3:
        changes.mail_not_taken(world.case, notice, [], _not_taken(trouble, failed=True, again=True), world.now)
        world.wait("2026-06-04T09:00")
    told = [one.n["trouble"] for one in world.posted if one.template == "duty-failed" and one.to == "sbu-1"]
    assert told == [MailTrouble.MAILBOX_FULL, MailTrouble.TRY_LATER]


@pytest.mark.parametrize("trouble", [MailTrouble.PERHAPS_DELIVERED, MailTrouble.UNANSWERED])
def test_what_perhaps_arrived_is_not_sent_again_with_all_others(trouble: MailTrouble) -> None:
    """Also while it waits."""
    world = _submitted()
    changes.mail_not_taken(world.case, SUBMISSION, [], _not_taken(trouble, failed=False, again=True), world.now)
    with pytest.raises(no.NothingToRetry):
        world.say(DutyRetried(duty=ALL_DUTIES))


def _needed(world: World) -> list[str]:
    return [one.rel for one in next_steps(world.case, world.now) if one.needed and one.rel != "safety-steps-recorded"]


def test_the_panels_answer_is_not_waited_for_before_it_has_the_submission() -> None:
    """D-7, R-13: what is needed is another try, or how it was submitted otherwise; by when D-7 is due."""
    world = _submitted()
    assert _needed(world) == []
    changes.mail_not_taken(
        world.case, SUBMISSION, [], _not_taken(MailTrouble.MAILBOX_FULL, failed=False, again=True), world.now
    )
    (waits,) = [one for one in waiting_for(world.case, world.now) if one.deadline == "D-7"]
    assert waits.what.startswith("Email to panel, submission of the rapid review to the Panel: the mailbox is full")
    assert waits.due == at("2026-06-02T23:59:59")
    changes.mail_not_taken(
        world.case, SUBMISSION, [], _not_taken(MailTrouble.NOT_ALLOWED, failed=True, again=False), world.now
    )
    assert _needed(world) == ["duty-retried", "duty-served"]
    needed = [one for one in next_steps(world.case, world.now) if one.rel in _needed(world)]
    assert {(one.deadline, one.due) for one in needed} == {("D-7", at("2026-06-02T23:59:59"))}
    assert [one.what for one in waiting_for(world.case, world.now) if one.deadline == "D-7"] == [
        "Send the email to panel again: submission of the rapid review to the Panel",
        "Record how panel was told by other means: submission of the rapid review to the Panel",
    ]
    world.say(DutyServed(duty=SUBMISSION.key, how=ServedBy.OTHER_MEANS, means=WHY))
    assert _needed(world) == ["panel-acknowledged", "learning-disseminated"]


def test_a_failed_duty_is_needed_as_long_as_the_protocol_waits_for_its_mail() -> None:
    """D-3, D-5, D-6, D-8: a request, a leader to be told, an officer to be asked; of any other mail it can be done."""
    world = World()
    world.mail_goes = False
    world.notify()
    world.say(scoping())
    request = Notice(cause="request:police", template="returns-request", to="lead-police")
    told = Notice(cause="partners-told", template="partners-told", to="chair")
    other = Notice(cause="sample", template="returns-pack", to="member")
    assert told.key in world.case.met_by_mails["D-3"]
    for notice in (request, told, other):
        changes.effect_failed(world.case, notice, "refused", world.now)

    def duties() -> dict[str, tuple[bool, str | None]]:
        steps = [one for one in next_steps(world.case, world.now) if one.rel == "duty-retried"]
        return {str(one.about): (one.needed, one.deadline) for one in steps}

    assert duties() == {
        request.key: (True, "D-5"),
        told.key: (True, "D-3"),
        other.key: (False, None),
        "None": (False, None),  # all of them
    }
    for notice in (request, told):
        changes.mail_sent(world.case, notice, [], world.now)
    assert duties() == {other.key: (False, None)}


def test_a_signature_is_not_waited_for_of_an_officer_who_could_not_be_asked() -> None:
    """R-11, D-8: it may be given all the same."""
    world = World()
    world.meet()
    world.read()
    world.refuses = {"officer-police"}
    one = world.send_draft()
    asked = Notice(cause=f"sign-off-request:{one.id}:police", template="sign-off-request", to="officer-police")
    assert asked.key in world.case.failed

    def signatures() -> dict[str, bool]:
        steps = [step for step in next_steps(world.case, world.now) if step.rel == "sign-off-given"]
        return {str(step.about): step.needed for step in steps}

    assert signatures() == {"local-authority": True, "health": True, "police": False}
    assert [step.about for step in next_steps(world.case, world.now) if step.rel == "duty-retried" and step.needed] == [
        asked.key
    ]
    changes.mail_sent(world.case, asked, [], world.now)
    assert signatures()["police"]
