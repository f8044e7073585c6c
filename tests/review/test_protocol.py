"""The protocol as a table, which the run obeys. Typed by hand once more here, so that a slip of the table shows."""

import re

import pytest

from calendar_rules.edition import COMMON, editions, load_edition, usable_editions
from calendar_rules.edition_checks import COUNTED_FROM
from review.facts import FACTS
from review.facts.enums import Route, Stage
from review.kit import changes
from review.kit.anchors import ANCHORS
from review.kit.deadline_kinds import DEADLINES
from review.offices import MAY_REPORT
from review.protocol import ANYWHERE, ENDED, PROTOCOL, RUN_ANYWHERE, WAYS_IN, NotInTheProtocol, may_follow, moves
from tests.review.world import World


def stages_of_facts() -> dict[str, list[Stage]]:
    """In which stages each kind of fact is waited for."""
    return {kind: [stage for stage, row in PROTOCOL.items() if kind in row.kinds] for kind in FACTS}


def stages_of_deadlines() -> dict[str, list[Stage]]:
    """Over which stages each deadline runs."""
    rules = [*RUN_ANYWHERE, *(rule for row in PROTOCOL.values() for rule in row.deadlines)]
    return {rule: [stage for stage, row in PROTOCOL.items() if rule in row.deadlines] for rule in rules}


def leads_to(stage: Stage) -> set[Stage]:
    """Where a stage leads, beside the withdrawal of a notification, which has a test of its own."""
    withdrawn = Stage.NOTIFICATION_WITHDRAWN
    return {target for source, target in moves() if source is stage and target is not withdrawn}


def test_the_stages_stand_in_the_protocols_order() -> None:
    order = list(Stage)
    found = list(PROTOCOL)
    assert found == sorted(found, key=order.index)
    rapid_review = [
        Stage.DISCUSSION,
        Stage.NOTIFICATION,
        Stage.SCOPING,
        Stage.REQUEST,
        Stage.RETURNS,
        Stage.RAPID_REVIEW_MEETING,
        Stage.REPORT,
        Stage.SUBMISSION,
        Stage.PANEL,
        Stage.DECISION,
    ]
    assert [stage for stage in found if stage in rapid_review] == rapid_review


def test_the_moves_of_the_rapid_review_are_those_of_the_protocol() -> None:
    """§1, §2, B-1: from the discussion to the partners' decision, and the ways out of it."""
    assert leads_to(Stage.DISCUSSION) == {Stage.NOTIFICATION, Stage.NOT_NOTIFIED, Stage.CRG_REFERRAL}
    assert leads_to(Stage.NOTIFICATION) == {
        Stage.SCOPING,
        Stage.NOT_NOTIFIED,
        Stage.CRG_REFERRAL,
        Stage.CONCLUDED,  # no rapid review follows some kinds of notification
    }
    assert leads_to(Stage.SCOPING) == {Stage.REQUEST}
    assert leads_to(Stage.REQUEST) == {Stage.RETURNS}
    assert leads_to(Stage.RETURNS) == {Stage.RAPID_REVIEW_MEETING}
    assert leads_to(Stage.RAPID_REVIEW_MEETING) == {Stage.REPORT}
    assert leads_to(Stage.REPORT) == {Stage.SUBMISSION}
    assert leads_to(Stage.SUBMISSION) == {Stage.PANEL}
    assert leads_to(Stage.PANEL) == {Stage.DECISION}
    assert leads_to(Stage.DECISION) == {
        Stage.PRACTICE_REVIEW,
        Stage.LEARNING_REVIEW,
        Stage.NATIONAL_REVIEW,
        Stage.ACTIONS,  # no further action, with actions open
        Stage.CONCLUDED,
    }


def test_the_moves_of_the_other_routes_and_of_what_follows_are_those_of_the_protocol() -> None:
    """A-3, A-4, N-2, A-5, G-11: no move that only a correction makes, and none backward from the actions."""
    reviews = {Stage.LEARNING_REVIEW, Stage.PRACTICE_REVIEW, Stage.ACTIONS, Stage.CONCLUDED}
    assert leads_to(Stage.REFERRAL) == reviews | {Stage.REFERRAL_RETURNED, Stage.DISCUSSION}
    assert leads_to(Stage.CRG_REFERRAL) == reviews | {Stage.DISCUSSION}
    assert leads_to(Stage.PRACTICE_REVIEW) == {Stage.TERMS}
    assert leads_to(Stage.PUBLICATION) == {Stage.DISSEMINATION}
    assert leads_to(Stage.LEARNING_REVIEW) == {Stage.DISSEMINATION}
    assert leads_to(Stage.NATIONAL_REVIEW) == {Stage.ACTIONS, Stage.CONCLUDED}
    assert leads_to(Stage.DISSEMINATION) == {Stage.ACTIONS, Stage.CONCLUDED}
    assert leads_to(Stage.ACTIONS) == {Stage.CONCLUDED}
    assert leads_to(Stage.GATHERING) == {Stage.SUPPLIED}
    assert leads_to(Stage.SUPPLIED) == {Stage.CONCLUDED}


def test_a_notification_is_withdrawn_from_the_notification_to_the_partners_decision_only() -> None:
    """B-2"""
    sources = [source for source, target in moves() if target is Stage.NOTIFICATION_WITHDRAWN]
    order = list(Stage)
    rapid_review = order[order.index(Stage.SCOPING) : order.index(Stage.DECISION) + 1]
    assert sources == [Stage.NOTIFICATION, *rapid_review]


def test_the_ways_in_are_an_incident_a_referral_and_a_request_for_information() -> None:
    """N-1, A-1, A-4"""
    assert {stage: (fact.__name__, route) for fact, (route, stage) in WAYS_IN.items()} == {
        Stage.DISCUSSION: ("IncidentReported", Route.SERIOUS_INCIDENT),
        Stage.REFERRAL: ("ReferralReceived", Route.REFERRAL),
        Stage.GATHERING: ("InformationRequested", Route.INFORMATION_REQUEST),
    }


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_a_sentence_without_any_length(stage: Stage) -> None:
    """What happens there, whatever the edition: how long it takes stands with its deadlines."""
    sentence = PROTOCOL[stage].sentence
    assert sentence.endswith(".")
    assert not re.search(r"\d|hours|days|months|weeks", sentence.replace("most days", ""))
    assert "officers" not in sentence.replace("senior officers", "")  # which an edition may call otherwise (B-11)


def test_each_chapters_steps_stand_in_the_stages_in_which_they_are_offered() -> None:
    """K-1..K-8, G-6, G-9..G-11, N-5, R-3, R-10"""
    found = stages_of_facts()
    assert found["candidate-scored"] == [Stage.TERMS, Stage.TENDER]
    assert found["selection-proposed"] == [Stage.TENDER]
    assert found["days-used"] == [Stage.REVIEW_WORK]
    assert found["review-drafted"] == [Stage.REVIEW_WORK, Stage.REVIEW_SIGN_OFF]
    assert found["advance-copy-sent"] == [Stage.PUBLICATION]
    assert found["person-invited"] == [Stage.REVIEW_WORK, Stage.REVIEW_SIGN_OFF]
    assert found["action-progressed"] == [Stage.DISSEMINATION, Stage.ACTIONS]
    assert found["information-supplied"] == [Stage.GATHERING, Stage.SUPPLIED]
    assert found["information-request-concluded"] == [Stage.SUPPLIED]
    assert found["returns-read"] == [Stage.REPORT]
    signed = [Stage.REPORT, Stage.DECISION, Stage.TERMS, Stage.TENDER, Stage.REVIEW_SIGN_OFF]
    assert found["sign-off-given"] == signed


def test_nothing_leads_out_of_a_stage_that_ends_a_case() -> None:
    assert [source for source, _ in moves() if source in ENDED] == []


def test_each_deadline_is_drawn_over_the_stages_that_it_runs_over() -> None:
    """D-1 to D-10, and D-6-known of the editions that have it (B-6)."""
    rapid_review = [
        Stage.SCOPING,
        Stage.REQUEST,
        Stage.RETURNS,
        Stage.RAPID_REVIEW_MEETING,
        Stage.REPORT,
        Stage.SUBMISSION,
    ]
    found = stages_of_deadlines()
    assert found["D-1"] == [Stage.DISCUSSION, Stage.NOTIFICATION]
    assert found["D-2:ofsted"] == [Stage.DISCUSSION]
    assert found["D-3"] == [Stage.REFERRAL, Stage.NOTIFICATION, Stage.CRG_REFERRAL, Stage.SCOPING]
    assert found["D-4"] == [Stage.SCOPING]
    assert found["D-5"] == [Stage.REQUEST]
    assert found["D-6"] == found["D-6-known"] == [Stage.GATHERING, Stage.RETURNS]
    assert found["D-7"] == rapid_review
    assert found["D-8"][0] is Stage.REPORT
    assert found["D-9"] == [Stage.PANEL]
    assert found["K-5"] == [Stage.REVIEW_WORK]
    assert found["B-4"] == [Stage.PUBLICATION]
    assert found["K-8"] == [Stage.PUBLICATION]
    assert found["A-5"] == [Stage.LEARNING_REVIEW]
    assert found["A-3"] == [Stage.REFERRAL, Stage.CRG_REFERRAL]
    assert found["A-4"] == [Stage.GATHERING]
    assert found["G-10"] == found["G-11"] == [Stage.DISSEMINATION, Stage.ACTIONS]  # where they are waited for
    assert found["G-7"] == []


def test_a_concern_can_be_escalated_at_any_stage_and_is_drawn_at_none() -> None:
    """G-7"""
    assert stages_of_facts()["concern-escalated"] == []


def test_every_deadline_of_every_edition_has_its_class_and_every_class_its_entry() -> None:
    """An edition cannot promise a deadline that nothing keeps; no class is left without a length."""
    entries = {rule for id in editions() for rule in load_edition(id).deadlines}
    assert entries == set(DEADLINES) == set(COUNTED_FROM) | set(COMMON)


def test_the_table_of_stages_names_every_deadline_that_there_is_and_no_other() -> None:
    assert set(stages_of_deadlines()) == set(DEADLINES)


def test_every_deadline_says_what_starts_it_and_what_meets_it() -> None:
    """D-3 is met by mails alone; whom a deadline is about, the facts that set or meet it name in a field."""
    for rule, deadline in DEADLINES.items():
        anchors = {edition.deadlines[rule].counted_from for edition in usable_editions() if rule in edition.deadlines}
        assert anchors <= set(ANCHORS) or deadline.set_by, rule
        assert deadline.met_by or rule == "D-3"
        if deadline.has_given_ids or (deadline.subject == "agency" and rule != "A-1"):  # a case has one referral
            assert all(deadline.subject in kind.model_fields for kind in (*deadline.set_by, *deadline.met_by)), rule
            assert all(deadline.subject == kind.subject[0] for kind in deadline.set_by), rule


def test_what_people_report_stands_at_the_stage_that_waits_for_it() -> None:
    wanted = {
        "partner-view-given": Stage.DISCUSSION,
        "panel-notified": Stage.NOTIFICATION,
        "scoping-meeting-held": Stage.SCOPING,
        "returns-requested": Stage.REQUEST,
        "rapid-review-meeting-held": Stage.RAPID_REVIEW_MEETING,
        "report-drafted": Stage.REPORT,
        "submitted-to-panel": Stage.SUBMISSION,
        "panel-responded": Stage.PANEL,
    }
    found = stages_of_facts()
    assert {kind: found[kind] for kind in wanted} == {kind: [stage] for kind, stage in wanted.items()}
    assert found["partners-decided"] == [Stage.PANEL, Stage.DECISION]  # it may come before the Panel's answer
    assert Stage.REPORT in found["sign-off-given"]


def test_every_stage_has_its_row_and_can_be_reached() -> None:
    """By the process, or by the fact that its row names."""
    assert list(PROTOCOL) == sorted(PROTOCOL, key=list(Stage).index)
    assert set(PROTOCOL) == set(Stage)
    reached = {target for _, target in moves()} | {stage for _, stage in WAYS_IN.values()} | set(ANYWHERE)
    assert set(Stage) - reached == set()
    assert all(PROTOCOL[stage].reached_by for stage in ANYWHERE)


def test_a_move_that_the_table_has_not_is_refused() -> None:
    """The case stays where it is; to be merged or withdrawn is allowed from everywhere (X-1)."""
    world = World()
    with pytest.raises(NotInTheProtocol, match="discussion"):
        changes.enter(world.case, Stage.PANEL, world.now)
    assert world.case.stage is Stage.DISCUSSION
    assert not may_follow(Stage.CONCLUDED, Stage.DISCUSSION)
    assert may_follow(Stage.PANEL, Stage.WITHDRAWN)


def test_whatever_a_stage_waits_for_somebody_may_report() -> None:
    assert {kind for row in PROTOCOL.values() for kind in row.kinds} <= set(MAY_REPORT)
