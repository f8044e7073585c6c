"""The protocol as it is drawn: read from the workflow's own source. Typed by hand here, so that a drift shows."""

import re

import pytest

from calendar_rules.edition import load_edition
from review.chapters import CHAPTERS
from review.offices import MAY_SAY
from review.words import ENDED, STAGE_SENTENCES, Stage
from workflows.drawing import ANY_TIME, drawing


def leads_to(stage: Stage) -> set[Stage]:
    """Where a stage leads, beside the withdrawal of a notification, which has a test of its own."""
    withdrawn = Stage.NOTIFICATION_WITHDRAWN
    return {target for source, target in drawing().moves if source is stage and target is not withdrawn}


def test_the_stages_stand_in_the_protocols_order() -> None:
    order = list(Stage)
    found = drawing().stages
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
    reviews = {Stage.LEARNING_REVIEW, Stage.PRACTICE_REVIEW, Stage.CONCLUDED}
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
    sources = [source for source, target in drawing().moves if target is Stage.NOTIFICATION_WITHDRAWN]
    order = list(Stage)
    rapid_review = order[order.index(Stage.SCOPING) : order.index(Stage.DECISION) + 1]
    assert sources == [Stage.NOTIFICATION, *rapid_review]


def test_the_ways_in_are_an_incident_a_referral_and_a_request_for_information() -> None:
    """N-1, A-1, A-4"""
    assert drawing().ways_in == {
        Stage.DISCUSSION: "incident-reported",
        Stage.REFERRAL: "referral-received",
        Stage.GATHERING: "information-requested",
    }


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_a_sentence_without_any_length(stage: Stage) -> None:
    """What happens there, whatever the edition: how long it takes stands with its deadlines."""
    sentence = STAGE_SENTENCES[stage]
    assert sentence.endswith(".")
    assert not re.search(r"\d|hours|days|months|weeks", sentence.replace("most days", ""))
    assert "officers" not in sentence.replace("senior officers", "")  # which an edition may call otherwise (B-11)


def test_each_chapters_steps_stand_in_the_stages_in_which_they_are_offered() -> None:
    """K-1..K-8, G-6, G-9..G-11, N-5, R-3, R-10"""
    found = drawing().facts
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
    assert found["sign-off-given"] == [Stage.REPORT, Stage.TERMS, Stage.TENDER, Stage.REVIEW_SIGN_OFF]


def test_a_chapter_places_only_steps_that_are_its_own_or_that_somebody_may_say() -> None:
    for chapter in CHAPTERS:
        assert set(chapter.stages) <= set(MAY_SAY)


def test_nothing_leads_out_of_a_stage_that_ends_a_case() -> None:
    assert [source for source, _ in drawing().moves if source in ENDED] == []


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
    found = drawing().deadlines
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
    assert drawing().facts["concern-escalated"] == []


def test_every_deadline_of_every_edition_is_one_that_the_code_runs() -> None:
    """An edition cannot promise a deadline that nothing keeps."""
    for id in ("doncaster-2018", "england-2023"):
        rest = set(load_edition(id).deadlines) - set(drawing().deadlines)
        assert rest <= {"A-4"}  # which a request for information runs, a workflow of its own


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
        "partners-decided": Stage.DECISION,
    }
    found = drawing().facts
    assert {kind: found[kind] for kind in wanted} == {kind: [stage] for kind, stage in wanted.items()}
    assert Stage.REPORT in found["sign-off-given"]


def test_every_chapters_stages_are_found_by_themselves() -> None:
    """Whatever `enter` names anywhere in the process is drawn; what is not is reached by a fact from any stage."""
    by_fact = {Stage.WITHDRAWN, Stage.MERGED, Stage.NOTIFICATION_WITHDRAWN}
    assert set(Stage) - set(drawing().stages) <= by_fact
    assert CHAPTERS
    placed_by_chapters = {kind for chapter in CHAPTERS for kind in chapter.stages}
    assert set(drawing().facts) - placed_by_chapters <= set(MAY_SAY) - ANY_TIME
