"""Who is told what; and what no notice and no line ever holds (X-3, N-2, R-4, R-11, R-13)."""

from datetime import date
from typing import Any

import pytest

from review.case.notices import LinkFor, Notice, in_one_mail
from review.case.record import RowKind
from review.facts import Fact
from review.facts.any_stage import CasePaused, CaseResumed, DutyRetried
from review.facts.crg import ConcernEscalated
from review.facts.enums import Verdict
from review.facts.involvement import InvolvementExplained
from review.facts.panel import PanelAcknowledged
from review.facts.practice_review import CandidateEntered, EarlyCommentGiven
from review.facts.referral import ReferralReceived
from review.kit.changes import effect_done, effect_failed
from review.kit.notify import of_fact
from tests.review.test_steps import journey
from tests.review.world import WHY, World, at, incident, speaker

NAME, NARRATIVE = "Zebedee Quillfeather", "found beside the canal by a passer-by"
UNSPEAKABLE = (NAME, "Zebedee", NARRATIVE, "canal")


def secret() -> World:
    child = {"child_id": "child-1", "name": NAME, "harm": "died", "in_care": True}
    return World(incident(children=[child], what_happened=NARRATIVE))


def notices(world: World) -> list[Notice]:
    return world.posted


def test_no_notice_and_no_line_of_the_record_carries_a_childs_name_or_what_happened() -> None:
    """X-3, privacy: through a whole case, every reminder fired."""
    world = secret()
    world.say(CasePaused(reason=NARRATIVE))
    world.say(CaseResumed(reason=NARRATIVE))
    journey(world)
    world.wait("2026-09-01T00:00")
    reported = [notice.model_dump_json() for notice in notices(world)] + [row.line for row in world.case.untold]
    assert len(reported) > 60
    assert not [text for text in reported for word in UNSPEAKABLE if word in text]


def test_every_notice_is_the_same_before_and_after_a_restart() -> None:
    """R-4, R-11: times are text from the first."""
    world = World()
    world.scope()
    world.wait("2026-05-20T12:00")
    assert len(notices(world)) > 10
    again = [Notice.model_validate_json(notice.model_dump_json()) for notice in notices(world)]
    assert again == notices(world)


@pytest.mark.parametrize(
    ("template", "people"),
    [
        ("return-reminder", ["lead-social-care", "lead-police", "lead-health"]),
        ("return-overdue", ["lead-social-care", "lead-police", "lead-health"]),
        ("return-escalation", ["senior-social-care", "senior-police", "senior-health"]),
    ],
)
def test_a_silent_agency_is_reminded_chased_and_then_its_senior_officer_told(template: str, people: list[str]) -> None:
    """R-4, D-6: due Monday 18 May; reminded on Friday, chased on Tuesday, escalated on Tuesday at nine."""
    world = World()
    world.scope()
    world.wait("2026-05-15T08:59")
    assert world.mails(template) == []
    world.wait("2026-05-19T09:00")
    assert world.mails(template) == people


def test_a_reminder_to_an_agency_brings_the_link_for_its_return() -> None:
    """R-4"""
    world = World()
    world.scope()
    world.wait("2026-05-15T09:00")
    notice = next(one for one in notices(world) if one.template == "return-reminder" and one.to == "lead-police")
    assert notice.link
    assert (notice.link.purpose, notice.link.subject, notice.n["agency"]) == ("return", "police", "police")


def test_a_silent_officer_is_reminded_then_the_deputy_asked_then_it_is_escalated() -> None:
    """R-11, D-8: due Wednesday 13 May 11:00."""
    world = World()
    world.send_out()
    world.sign("officer-health")
    world.wait("2026-05-12T11:00")
    assert world.mails("sign-off-reminder") == ["officer-local-authority", "officer-police"]
    assert world.mails("sign-off-deputy") == []
    world.wait("2026-05-13T11:00")
    assert world.mails("sign-off-deputy") == ["deputy-local-authority", "deputy-police"]
    assert world.mails("sign-off-escalation") == []
    world.wait("2026-05-14T11:00")
    assert world.mails("sign-off-escalation") == ["chair", "sbu-1", "sbu-2", "independent"] * 2


def test_the_deputys_mail_names_the_capacity_and_the_round() -> None:
    """R-11"""
    world = World()
    world.send_out()
    world.wait("2026-05-13T11:00")
    notice = next(one for one in notices(world) if one.to == "deputy-police")
    assert notice.link
    assert (notice.link.purpose, notice.link.subject) == ("sign-off", "rapid-review-1:police")
    assert (notice.n["capacity"], notice.n["as_deputy_for"], notice.n["version"]) == (
        "deputy:police",
        "accountable-officer:police",
        1,
    )


def test_a_draft_sent_back_is_told_without_its_comments() -> None:
    """R-11"""
    world = World()
    world.send_out()
    world.sign("officer-health", Verdict.SEND_BACK, comments=NARRATIVE)
    (first, *_) = [one for one in notices(world) if one.template == "sign-off-sent-back"]
    assert first.n == {"capacity": "accountable-officer:health", "comments": "", "version": 1}


def test_the_panel_is_chased_once_a_day_of_its_ten_has_passed() -> None:
    """R-13, D-9"""
    world = World()
    world.submit()
    world.say(PanelAcknowledged(meeting_date=date(2026, 5, 19)))
    world.wait("2026-06-03T23:59:59")
    assert world.mails("panel-chaser") == []
    world.wait("2026-06-04T00:00")
    (first, *_) = [one for one in notices(world) if one.template == "panel-chaser"]
    assert first.n["meeting_date"] == "2026-05-19"


@pytest.mark.parametrize("template", ["case-paused", "case-resumed"])
def test_a_pause_and_its_end_are_told_to_the_leaders_and_the_business_unit(template: str) -> None:
    """X-1"""
    world = World()
    world.say(CasePaused(reason=WHY), speaker("chair"))
    world.say(CaseResumed(reason=WHY), speaker("chair"))
    assert world.mails(template) == [
        "officer-local-authority",
        "officer-health",
        "officer-police",
        "chair",
        "independent",
        "sbu-1",
        "sbu-2",
    ]


def test_an_address_that_is_refused_is_a_failed_duty_which_can_be_tried_again() -> None:
    """X-3: recorded, told to the Business Unit, sent again on request."""
    world = World()
    notice = Notice(cause="partners-told", template="partners-told", to="officer-health")
    effect_failed(world.case, notice, "the address was refused", world.now)
    assert world.mails("duty-failed") == ["sbu-1", "sbu-2"]
    assert world.lines("partners-told") == ["Not delivered to officer-health: the address was refused"]
    world.deliver()
    world.say(DutyRetried(duty=notice.key))
    assert world.posted == [notice]
    assert world.case.failed == {}


def test_a_mail_is_put_out_once_for_its_cause() -> None:
    """R-3, R-4: neither while it waits nor after it went."""
    world = World()
    notice = Notice(cause="cause", template="partners-told", to="chair")
    world.deliver()
    world.case.post([notice, notice])
    world.case.post([notice])
    assert world.posted == [notice]
    world.deliver()
    effect_done(world.case, notice.key, "Sent to chair", world.now)
    world.case.post([notice])
    assert world.posted == []


def test_the_record_tells_in_order_who_did_what_when_and_which_deadlines_were_met() -> None:
    """X-3: rows numbered without a gap, each with its time and, for a fact, its message."""
    world = World()
    journey(world)
    rows = world.case.untold
    assert [row.key for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    assert [row.told_at for row in rows] == sorted(row.told_at for row in rows)
    facts = [row for row in rows if row.kind is RowKind.FACT and row.message]
    assert {row.message for row in facts} == {entry.reported.message for entry in world.case.entries}
    assert all(row.who != "system" for row in facts)
    met: dict[str, Any] = {str(row.about): row.detail["late"] for row in rows if row.what.startswith("deadline-met")}
    assert {"D-1", "D-3", "D-4", "D-5", "D-7", "D-9"} <= set(met)
    assert set(met.values()) == {False}


def test_a_row_says_when_it_happened_and_when_it_was_told() -> None:
    """X-3, anchors entered late"""
    world = World(now="2026-05-13T09:00")
    world.notify(happened_at=at("2026-05-12T16:00"))
    row = next(row for row in world.case.untold if row.what == "panel-notified")
    assert (row.happened_at, row.told_at) == (at("2026-05-12T16:00"), at("2026-05-13T09:00"))


@pytest.mark.parametrize(
    ("fact", "whom"),
    [
        (CandidateEntered(candidate="candidate-2", name="Sample Reviewer", day_rate=1), "candidate-2"),
        (EarlyCommentGiven(officer="officer-health", nothing_to_add=True), "officer-health"),
        (InvolvementExplained(child_id="child-sample-1", reasons=WHY), "child-sample-1"),
        (InvolvementExplained(group="family", reasons=WHY), "family"),
        (ConcernEscalated(concern="concern-1", reasons=WHY), "concern-1"),
    ],
)
def test_the_record_says_about_whom(fact: Fact, whom: str) -> None:
    """X-3: by id, never by name."""
    assert of_fact(fact) == f"{fact.title}: {whom}"


def test_the_record_s_line_of_a_referral_holds_nothing_of_its_concern() -> None:
    """X-3: its `concern` is a narrative, not an id."""
    assert of_fact(ReferralReceived.model_validate(ReferralReceived.sample)) == "Referral received"


def test_mails_of_one_subject_to_one_person_in_one_moment_go_as_one() -> None:
    """X-1, D-8: those with a link of their own do not; who is another gets another."""
    link = LinkFor(purpose="return", subject="police")
    moved = [Notice(cause=f"moved-{one}", template="deadline-moved", to=to) for one, to in ("1a", "2b", "3a")]
    asked = [Notice(cause=f"asked-{one}", template="deadline-overdue", to="a", link=link) for one in "45"]
    told = Notice(cause="told", template="case-resumed", to="a")
    groups = in_one_mail([*moved, *asked, told])
    assert [[one.cause for one in group] for group in groups] == [
        ["moved-1", "moved-3"],
        ["moved-2"],
        ["asked-4"],
        ["asked-5"],
        ["told"],
    ]
