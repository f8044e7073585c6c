"""Drafts, rounds and signatures in the pure core (R-10, R-11, R-12, D-8)."""

import pytest

from review.case import reads
from review.case.deadline import Status
from review.case.sign_off import VACANT, RoundStatus
from review.facts.directory import Member, Partner, Role
from review.facts.enums import Stage, Verdict
from review.facts.report import DraftSentForSignOff, SubmittedToPanel
from review.facts.signing import SignOffGiven
from review.kit import refusals as no
from review.kit.sign_off_rounds import open_round
from review.take import apply_fact
from tests.review.world import PARTNERS, WHY, World, at, cast, paper, speaker


def test_an_incomplete_draft_is_kept_and_does_not_go_for_sign_off() -> None:
    """R-7, R-11: what is missing is listed."""
    world = World()
    world.meet()
    world.read()
    world.draft(missing=["Immediate learning already established"])
    with pytest.raises(no.DraftIncomplete, match="Immediate learning") as refused:
        world.say(DraftSentForSignOff(version=1))
    assert refused.value.fields == {"Immediate learning already established": "is missing"}


def test_each_officer_has_48_hours_from_receipt_of_the_draft() -> None:
    """D-8: received on Monday 11 May at 11:00."""
    world = World()
    one = world.send_out()
    assert [ask.officer for ask in one.asks] == ["officer-local-authority", "officer-health", "officer-police"]
    assert world.deadline("D-8:rapid-review-1:police").due == at("2026-05-13T11:00")


def test_a_version_is_approved_when_every_partner_has_approved_it() -> None:
    """R-11, R-12"""
    world = World()
    world.send_out()
    for partner in PARTNERS:
        assert reads.approved_version(world.case) is None
        with pytest.raises(no.SubmissionWithoutApproval):
            world.say(SubmittedToPanel(version=1, covering_letter=WHY))
        world.sign(f"officer-{partner}")
    assert reads.approved_version(world.case) == 1
    world.say(SubmittedToPanel(version=1, covering_letter=WHY))
    assert world.deadline("D-7").status(world.now) == "met"


def test_an_approval_names_who_when_in_what_capacity_and_of_what() -> None:
    """R-11"""
    world = World()
    one = world.send_out()
    world.sign("officer-health")
    ask = one.ask_for("health")
    assert (ask.given_by, ask.given_at, ask.as_deputy) == ("officer-health", world.now, False)
    row = next(row for row in world.case.untold if row.what == "sign-off-given")
    assert (row.who, row.capacity, row.detail["sha256"]) == (
        "officer-health",
        "accountable-officer",
        one.document.sha256,
    )


def test_a_draft_sent_back_ends_the_round_and_the_clocks_of_the_others() -> None:
    """R-11, D-8"""
    world = World()
    one = world.send_out()
    world.sign("officer-health", Verdict.SEND_BACK)
    assert one.status is RoundStatus.SENT_BACK
    assert world.deadline("D-8:rapid-review-1:health").status(world.now) == "met"
    assert world.deadline("D-8:rapid-review-1:police").status(world.now) == "stopped"
    with pytest.raises(no.RoundClosed):
        world.sign("officer-police")
    assert world.mails("sign-off-sent-back") == ["sbu-1", "sbu-2", "chair"]


def test_after_a_redraft_everyone_signs_the_new_version() -> None:
    """R-11: an approval of the first version counts for nothing."""
    world = World()
    world.send_out()
    world.sign("officer-police")
    world.sign("officer-health", Verdict.SEND_BACK)
    world.send_draft()
    for partner in PARTNERS:
        world.sign(f"officer-{partner}")
    assert reads.approved_version(world.case) == 2
    with pytest.raises(no.SubmissionWithoutApproval):
        world.say(SubmittedToPanel(version=1, covering_letter=WHY))


def test_a_newer_version_sent_voids_the_open_round_before_it() -> None:
    """R-11"""
    world = World()
    one = world.send_out()
    world.sign("officer-police")
    world.send_draft()
    assert one.status is RoundStatus.SUPERSEDED
    assert world.deadline("D-8:rapid-review-1:health").status(world.now) == "stopped"


def test_a_newer_version_sent_voids_the_approval_before_it() -> None:
    """R-12: only the latest approved version can be submitted."""
    world = World()
    world.approve()
    world.send_draft()
    assert reads.approved_version(world.case) is None
    with pytest.raises(no.SubmissionWithoutApproval):
        world.say(SubmittedToPanel(version=1, covering_letter=WHY))


def test_an_approval_is_void_from_the_moment_a_newer_version_is_sent() -> None:
    """R-12: even while the newer version is still being made into a document."""
    world = World()
    world.approve()
    world.draft()
    apply_fact(world.case, world.envelope(DraftSentForSignOff(version=2)), world.now)
    assert world.case.rounds[-1].document.version == 1
    assert reads.approved_version(world.case) is None


def test_a_sign_off_of_another_hash_is_refused() -> None:
    """R-11: exactly one version of one document."""
    world = World()
    world.send_out()
    with pytest.raises(no.WrongVersion):
        world.sign("officer-police", sha256="0" * 64)


def test_only_the_officer_signs_until_silence_then_a_deputy_can() -> None:
    """R-11, D-8: no answer by Wednesday 13 May 11:00: the deputy is asked."""
    world = World()
    one = world.send_out()
    with pytest.raises(no.NotAskedToSign):
        world.sign("deputy-police")
    world.wait("2026-05-13T11:00:01")
    assert world.mails("sign-off-deputy") == ["deputy-local-authority", "deputy-health", "deputy-police"]
    world.sign("deputy-police")
    assert one.ask_for("police").as_deputy
    with pytest.raises(no.AlreadySigned):
        world.sign("officer-police")


def test_nobody_signs_in_the_name_of_another() -> None:
    """R-11"""
    world = World()
    one = world.send_out()
    forged = SignOffGiven(round=one.id, officer="officer-police", sha256=one.document.sha256, verdict=Verdict.APPROVE)
    with pytest.raises(no.NotYourSignature, match="in the name of officer-police: each officer signs for themselves"):
        world.say(forged, speaker("officer-health"))


def test_an_officer_who_is_also_anothers_deputy_signs_for_each_by_name() -> None:
    """R-11: a second click never signs for a second partner."""
    both = Member(id="officer-health", roles=[Role.ACCOUNTABLE_OFFICER, Role.DEPUTY], partner=Partner.HEALTH)
    world = World(who=cast(also=(both,)))
    one = world.send_out()
    one.ask_for("police").deputies = ["officer-health"]
    world.sign("officer-health")
    with pytest.raises(no.AlreadySigned):
        world.sign("officer-health")
    assert one.ask_for("police").verdict is None
    assert one.ask_of("officer-health", "police") is one.ask_for("police")


def test_a_sign_off_before_the_draft_was_sent_is_refused() -> None:
    """R-11"""
    world = World()
    world.send_out()
    world.wait("2026-05-12T09:00")
    with pytest.raises(no.BeforeTheIncident):
        world.sign("officer-health", happened_at=at("2026-05-11T09:00"))


def test_a_draft_is_sent_back_with_comments() -> None:
    """R-11"""
    world = World()
    world.send_out()
    with pytest.raises(no.CommentsMissing):
        world.sign("officer-health", Verdict.SEND_BACK, comments=" ")


def test_a_partner_without_officer_or_deputy_is_never_passed_over() -> None:
    """R-11: three partners sign, or nobody submits."""
    world = World(who=cast(without=("officer-police", "deputy-police")))
    world.meet()
    world.read()
    world.draft()
    with pytest.raises(no.NobodyToSign, match="police"):
        world.say(DraftSentForSignOff(version=1))
    world.recast(cast(2))
    world.agree(1)
    world.say(DraftSentForSignOff(version=1))
    assert len(world.case.rounds[-1].asks) == 3


def test_an_office_that_falls_vacant_as_the_draft_goes_out_waits_for_its_next_holder() -> None:
    """R-11: the round still wants three signatures."""
    world = World()
    world.meet()
    world.read()
    world.draft()
    world.case.cast = cast(without=("officer-police", "deputy-police"))
    one = open_round(world.case, "Report", paper("rapid-review", 1), world.now)
    world.sign("officer-local-authority")
    world.sign("officer-health")
    assert one.open
    assert one.ask_for("police").officer == VACANT
    world.recast(cast(2))
    world.sign("officer-police")
    assert reads.approved_version(world.case) == 1


def test_where_there_is_no_officer_a_deputy_signs_and_the_record_says_so() -> None:
    """R-11"""
    world = World(who=cast(without=("officer-police",)))
    one = world.send_out()
    assert one.ask_for("police").officer == "deputy-police"
    world.sign("deputy-police")
    assert one.ask_for("police").as_deputy


def test_a_version_goes_for_sign_off_once_and_only_the_latest() -> None:
    """R-11"""
    world = World()
    world.send_out()
    with pytest.raises(no.RoundOpen):
        world.say(DraftSentForSignOff(version=1))
    world.sign("officer-health", Verdict.SEND_BACK)
    with pytest.raises(no.AlreadyRecorded):
        world.say(DraftSentForSignOff(version=1))
    with pytest.raises(no.UnknownVersion):
        world.say(DraftSentForSignOff(version=9))
    world.draft()
    with pytest.raises(no.NotTheLatestVersion):
        world.say(DraftSentForSignOff(version=1))


def test_a_submission_lies_after_the_last_approval() -> None:
    """R-12, D-7: an approval cannot be made up for afterwards."""
    world = World()
    world.send_out()
    world.wait("2026-05-12T09:00")
    for partner in PARTNERS:
        world.sign(f"officer-{partner}")
    with pytest.raises(no.BeforeTheIncident):
        world.say(SubmittedToPanel(version=1, covering_letter=WHY, happened_at=at("2026-05-11T15:00")))


def test_a_submission_by_mail_is_made_when_it_goes_and_one_by_other_means_when_it_was_made() -> None:
    """R-12, D-7: due on Tuesday 2 June 2026; entered on the 4th as of the 1st."""
    for elsewhere, status in ((False, Status.LATE), (True, Status.MET)):
        world = World()
        world.send_out()
        for partner in PARTNERS:
            world.sign(f"officer-{partner}")
        world.wait("2026-06-04T09:00")
        reported = SubmittedToPanel(
            version=1,
            covering_letter=WHY,
            by_other_means=elsewhere,
            happened_at=at("2026-06-01T15:00"),
            late_reason="" if elsewhere else WHY,
        )
        world.say(reported)
        assert world.deadline("D-7").status(world.now) is status


def test_nothing_is_drafted_after_the_submission() -> None:
    """R-12"""
    world = World()
    world.submit()
    assert world.case.stage is Stage.PANEL
    with pytest.raises(no.AlreadyRecorded):
        world.draft()


def test_every_signature_is_told_at_once_to_the_signer_the_business_unit_and_the_others_asked() -> None:
    """R-11: whoever signs in another's name is found out the same minute."""
    world = World()
    one = world.send_out()
    world.deliver()
    one.ask_for("health").deputies = ["deputy-health"]
    world.sign("deputy-health")
    told = {notice.to: notice.n for notice in world.posted if notice.template == "signature-given"}
    others = {"sbu-1", "sbu-2", "officer-health", "officer-local-authority", "officer-police"}
    assert set(told) == {"deputy-health", *others}
    assert {person for person, n in told.items() if n["yours"]} == {"deputy-health"}
    assert (told["sbu-1"]["signer"], told["sbu-1"]["capacity"]) == ("deputy-health", "deputy:health")
    world.sign("officer-police", Verdict.SEND_BACK)
    latest = [notice for notice in world.posted if notice.cause == "signature-given:rapid-review-1:police"]
    assert {notice.to for notice in latest} >= {"officer-police", "officer-local-authority", "deputy-health", "sbu-1"}
    assert not any(notice.n["approved"] for notice in latest)


def test_an_approval_with_comments_is_told_to_the_author_too_and_says_that_there_are_some() -> None:
    """R-11: they were kept over REST, and nobody was told."""
    world = World()
    world.send_out()
    author = reads.drafts(world.case)[-1].author
    world.sign("officer-health")
    world.sign("officer-police", comments="Please mend the name on page 3.")
    without, with_them = (
        {one.to: one.n["commented"] for one in world.posted if one.cause == f"signature-given:rapid-review-1:{partner}"}
        for partner in ("health", "police")
    )
    assert not any(without.values())
    assert all(with_them.values())
    assert {author, "sbu-1", "officer-police"} <= set(with_them)


def test_a_draft_sent_on_a_friday_afternoon_reaches_people_while_they_are_at_work() -> None:
    """R-11, D-8: sent on Friday 15 May 2026 at 16:00, due on Sunday at 16:00 as the protocol has it."""
    world = World()
    world.meet()
    world.read()
    world.wait("2026-05-15T16:00")
    world.send_draft()
    assert world.deadline("D-8:rapid-review-1:health").due == at("2026-05-17T16:00")
    world.sent.clear()
    world.wait("2026-05-15T16:30")  # not on Saturday
    assert world.mails("sign-off-reminder") == [f"officer-{partner}" for partner in PARTNERS]
    world.sent.clear()
    world.wait("2026-05-18T08:59")
    assert not world.mails("sign-off-deputy")  # nor the deputy on Sunday
    assert world.deadline("D-8:rapid-review-1:health").overdue(world.now)
    world.wait("2026-05-18T09:00")
    assert world.mails("sign-off-deputy") == [f"deputy-{partner}" for partner in PARTNERS]
    world.wait("2026-05-18T16:59")
    assert not world.mails("sign-off-escalation")  # nobody has had a day to answer
    world.wait("2026-05-18T17:00")
    assert world.mails("sign-off-escalation")


def test_within_the_week_the_officers_time_is_as_it_was() -> None:
    """R-11, D-8: sent on Monday 11 May 2026 at 11:00."""
    world = World()
    world.send_out()
    world.sent.clear()
    world.wait("2026-05-12T11:00")
    assert world.mails("sign-off-reminder")
    world.wait("2026-05-13T11:00")
    assert world.mails("sign-off-deputy")
    assert not world.mails("sign-off-escalation")
    world.wait("2026-05-14T11:00")
    assert world.mails("sign-off-escalation")
