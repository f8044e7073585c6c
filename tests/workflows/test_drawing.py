"""The protocol as it is drawn: read from the workflow's own source. Typed by hand here, so that a drift shows."""

from calendar_rules.edition import load_edition
from review.chapters import CHAPTERS
from review.offices import MAY_SAY
from review.words import ENDED, Stage
from workflows.drawing import ANY_TIME, drawing


def leads_to(stage: Stage) -> set[Stage]:
    return {target for source, target in drawing().moves if source is stage}


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
    assert {Stage.PRACTICE_REVIEW, Stage.LEARNING_REVIEW, Stage.NATIONAL_REVIEW} <= leads_to(Stage.DECISION)


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
    assert found["D-4"] == [Stage.SCOPING]
    assert found["D-5"] == [Stage.REQUEST]
    assert found["D-6"] == found["D-6-known"] == [Stage.RETURNS]
    assert found["D-7"] == rapid_review
    assert found["D-8"][0] is Stage.REPORT
    assert found["D-9"] == [Stage.PANEL]


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
        "agency-returned": Stage.RETURNS,
        "agency-knew": Stage.RETURNS,
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
    of_another_process = {Stage.GATHERING, Stage.SUPPLIED}
    assert set(Stage) - set(drawing().stages) <= by_fact | of_another_process
    assert CHAPTERS
    assert set(drawing().facts) <= set(MAY_SAY) - ANY_TIME
