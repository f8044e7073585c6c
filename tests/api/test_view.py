"""A case as it is read: derived from its state and the moment, pure."""

from datetime import UTC, datetime, timedelta

import pytest

from api.opening import sample_now
from calendar_rules.edition import load_edition
from calendar_rules.england import england
from crg.embedded import sample
from review import take
from review.case import reads
from review.case.state import CaseState
from review.chapters.crg import seniority
from review.facts import Fact, Reported, Speaker
from review.facts.directory import Role, Seniority
from review.facts.notification import IncidentReported
from review.facts.rapid_review import AgencyReturned, ScopingMeetingHeld
from review.kit import deadlines
from review.open_case import calendar_years, open_case
from review.view import agency_view, case_view, deadlines_view

SBU = Speaker(people=["sbu-manager"], roles=[Role.BUSINESS_UNIT])
NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)  # a Monday


def reported(fact: Fact, message: str) -> Reported:
    return Reported.model_validate({"message": message, "by": SBU, "recorded_at": NOW, "fact": fact})


@pytest.fixture
def case() -> CaseState:
    """A case whose police and hospital were asked on Monday 2 November 2026: due on Monday the 9th."""
    times = {"incident_at": NOW - timedelta(days=2), "aware_at": NOW - timedelta(days=1)}
    case = open_case(
        "CR-2026-001",
        reported(IncidentReported.model_validate(sample_now() | times), "one"),
        edition=load_edition("doncaster-2018"),
        calendar=england(*calendar_years(NOW)),
        cast=sample.sample_partnership().cast(),
        partnership="Sample",
        now=NOW,
    )
    held = ScopingMeetingHeld(
        attended=["crg-chair"],
        case_details_confirmed=True,
        scope="Sample",
        agencies=["police", "hospital", "housing"],
        rapid_review_meeting_at=NOW + timedelta(days=14),
    )
    take.apply_fact(case, reported(held, "two"), NOW)
    for agency in ("police", "hospital"):
        case.requests[agency] = NOW
        deadlines.start(case, "D-6", NOW, since=NOW, subject=agency)
    return case


def test_an_agency_is_missing_once_its_deadline_has_passed(case: CaseState) -> None:
    """R-4."""
    before = {one.agency: one for one in case_view(case, NOW + timedelta(days=7)).agencies}
    after = {one.agency: one for one in case_view(case, NOW + timedelta(days=8)).agencies}
    assert (before["police"].missing, after["police"].missing) == (False, True)
    assert after["police"].due == datetime(2026, 11, 9, 23, 59, 59, tzinfo=UTC)
    assert after["housing"].asked_at is None
    assert not after["housing"].missing


def test_a_return_after_the_deadline_is_shown_as_late(case: CaseState) -> None:
    """R-4."""
    late = NOW + timedelta(days=8)
    fact = AgencyReturned(agency="police", nil=True, officer="Sample", happened_at=late)
    take.apply_fact(case, reported(fact, "three"), late)
    police = case_view(case, late).agencies[0]
    assert (police.late, police.missing, police.nil, police.version) == (True, False, True, 0)


def test_an_open_deadline_shows_its_slack_and_one_that_is_overdue_is_waited_for(case: CaseState) -> None:
    deadlines.start(case, "D-1", NOW, since=reads.incident(case).aware_at)
    view = case_view(case, NOW + timedelta(days=30))
    d1 = next(one for one in view.deadlines if one.id == "D-1")
    assert (d1.overdue, d1.status, d1.clause != "") == (True, "late", True)
    assert d1.slack_working_days is not None
    assert d1.slack_working_days < 0
    waited = next(one for one in view.waiting_for if one.about == "dcs")
    assert (waited.deadline, waited.overdue) == ("D-1", True)


def test_the_limb_of_the_definition_is_advice(case: CaseState) -> None:
    """N-1."""
    advice = case_view(case, NOW).advice
    assert advice is not None
    assert advice.limb == "a"


def test_what_an_agency_and_an_observer_see_holds_no_name_and_no_narrative(case: CaseState) -> None:
    incident = reads.incident(case)
    for text in (agency_view(case, ["police"], NOW).model_dump_json(), deadlines_view(case, NOW).model_dump_json()):
        assert incident.what_happened not in text
        assert all(child.name not in text for child in incident.children)
        assert "hospital" not in agency_view(case, ["police"], NOW).model_dump_json()


def test_a_weaker_crg_member_is_warned_about_and_not_blocked() -> None:
    """G-1: the Chair at assistant director level, members at head of service level."""
    directory = sample.sample_partnership()
    assert [text.rpartition("; ")[2] for text in seniority.warnings(directory)] == [
        "lead-primary-care is manager (G-1).",
        "lead-probation is manager (G-1).",
    ]
    chair = next(one for one in directory.people if one.id == "crg-chair")
    for level, warned in ((Seniority.ASSISTANT_DIRECTOR, False), (Seniority.HEAD_OF_SERVICE, True), (None, True)):
        chair.seniority = level
        assert any("The CRG Chair" in text for text in seniority.warnings(directory)) == warned


def test_a_chair_of_another_body_than_the_edition_names_is_warned_about() -> None:
    """G-1: in Doncaster the Trust."""
    directory = sample.sample_partnership()
    named = [load_edition(id).crg_chair_body for id in ("doncaster-2018", "england-2023")]
    assert named == ["childrens-services", ""]
    assert not any("should come from" in text for text in seniority.warnings(directory, named))
    chair = next(one for one in directory.people if one.id == "crg-chair")
    for agency, said in (("police", "is of police"), (None, "has no agency entered")):
        chair.agency = agency
        found = [text for text in seniority.warnings(directory, named) if "should come from" in text]
        assert found == [f"The CRG Chair should come from childrens-services; crg-chair {said} (G-1)."]
        assert not any("should come from" in text for text in seniority.warnings(directory, [""]))
