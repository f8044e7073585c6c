"""Referrals, information requests, learning reviews, without an engine: A-1, A-4, A-5. Dates typed by hand."""

from typing import Any

import pytest

from review.case import reads
from review.facts import Corrected, Speaker
from review.facts.directory import Role
from review.facts.enums import Route, Stage, Viewer
from review.facts.information import (
    AgenciesAsked,
    InformationRequestConcluded,
    InformationSupplied,
)
from review.facts.learning_review import (
    LearningParticipantsNamed,
    LearningTermsSet,
)
from review.facts.rapid_review import AgencyAdded, AgencyReturned
from review.facts.referral import ReferralCompleted, ReferralReceived
from review.kit import refusals as no
from review.view import agency_view
from tests.review.referrals import (
    considered,
    findings,
    judged,
    learning,
    offered,
    opened,
    referral,
    request,
    say,
    stage,
)
from tests.review.world import (
    CALENDAR,
    WHY,
    World,
    at,
    incident,
    speaker,
    view,
)


@pytest.mark.parametrize(
    ("lacking", "named"),
    [
        ({"safeguarding_lead": ""}, ["the agency's safeguarding lead"]),
        ({"senior_officer": " "}, ["a senior officer's support"]),
        (
            {"safeguarding_lead": "", "senior_officer": ""},
            ["the agency's safeguarding lead", "a senior officer's support"],
        ),
    ],
)
def test_a_referral_that_lacks_lead_or_senior_officer_is_taken_in_and_returned(
    lacking: dict[str, str], named: list[str]
) -> None:
    """A-1: recorded, with the reason; it is completed, and only then considered."""
    world = opened(referral(**lacking))
    assert world.case.route is Route.REFERRAL
    assert stage(world) is Stage.REFERRAL_RETURNED
    assert reads.referral_lacks(world.case) == named
    assert offered(world) == ["referral-completed"]
    with pytest.raises(no.NothingToConsider, match="returned; it lacks"):
        say(world, considered())
    say(world, ReferralCompleted(safeguarding_lead="A Lead", senior_officer="An Officer"))
    assert world.case.stage is Stage.REFERRAL
    assert offered(world) == ["crg-considered"]
    with pytest.raises(no.ReferralComplete):
        say(world, ReferralCompleted(safeguarding_lead="A Lead", senior_officer="An Officer"))


def test_another_partnership_refers_without_lead_or_officer_of_ours() -> None:
    """A-1: it names itself, and whom to answer."""
    more = {"source": "partnership", "agency": None, "safeguarding_lead": "", "senior_officer": ""}
    world = opened(referral(**more, partnership="Sample Neighbours", contact="Business Manager"))
    assert world.case.stage is Stage.REFERRAL
    with pytest.raises(ValueError, match="whom to answer"):
        referral(**more, partnership="Sample Neighbours")
    with pytest.raises(ValueError, match="name the agency"):
        referral(agency=None)


def test_an_agency_refers_and_completes_for_itself_only() -> None:
    """A-1: through its own safeguarding lead; it sees its own part of the case."""
    lead = speaker("lead-school")
    world = opened(referral(senior_officer=""), by=lead)
    part = agency_view(world.case, ["school"], world.now)
    assert [step.rel for step in part.next_steps] == ["referral-completed"]
    with pytest.raises(no.WrongAgency):
        opened(referral(agency="police"), by=lead)
    with pytest.raises(no.UnknownAgency):
        opened(referral(agency="circus"))
    say(world, ReferralCompleted(safeguarding_lead="A Lead", senior_officer="An Officer"), lead)
    assert agency_view(world.case, ["school"], world.now).next_steps == []


def test_a_lead_who_sits_on_the_crg_completes_no_other_agency_s_referral() -> None:
    """A-1: through the agency's own safeguarding lead; the CRG's seat gives no other."""
    world = opened(referral(senior_officer=""))
    complete = ReferralCompleted(safeguarding_lead="A Lead", senior_officer="An Officer")
    for other in (["lead-police"], ["lead-police", "member"]):
        with pytest.raises(no.WrongAgency):
            say(world, complete, Speaker(people=other, roles=[Role.AGENCY, Role.CRG_MEMBER]))
    say(world, complete, speaker("senior-school"))
    assert stage(world) is Stage.REFERRAL


def test_the_referring_agency_reads_what_the_crg_made_of_it_and_why() -> None:
    """A-1, A-3: outcome and reasons; an agency that is only asked for a return reads neither."""
    world = opened(referral())
    say(world, considered("no-further-action", reasons="The school has changed its form."))
    shown = agency_view(world.case, ["school"], world.now).referral
    assert shown is not None
    assert (shown.outcome, shown.reasons) == ("no-further-action", "The school has changed its form.")
    assert agency_view(world.case, ["police"], world.now).referral is None


def test_a_referral_that_was_entered_wrongly_is_corrected() -> None:
    """A-1, X-2: also when it was received; the first entry is kept."""
    world = opened(referral(happened_at=at("2026-05-08T15:00")))
    right = referral(happened_at=at("2026-05-07T15:00"), nature="good-practice")
    say(world, Corrected(corrects="opening", right=right, reason=WHY))
    assert reads.referred_at(world.case) == at("2026-05-07T15:00")
    assert len(world.case.entries_of(ReferralReceived)) == 1
    assert len(world.case.entries) == 3
    with pytest.raises(no.NotYet, match="a case of its own"):
        say(World(), referral())


@pytest.mark.parametrize("fact", [referral, request])
def test_what_opens_a_case_lies_within_its_calendar(fact: Any) -> None:
    """A-1, A-4: deadlines are counted from it; a year that was typed wrongly opens nothing."""
    long_ago = fact().model_copy(update={"happened_at": at("2000-01-01T00:00")})
    with pytest.raises(no.BeyondTheCalendar, match="2024"):
        opened(long_ago)


def test_slack_is_shown_whatever_the_dates() -> None:
    """X-3: what was due before the calendar begins has been due since its first day at least."""
    world = World()
    deadline = world.deadline("D-1").model_copy(update={"due": at("2000-01-01T00:00")})
    assert deadline.slack(at("2024-01-04T12:00"), CALENDAR) == -2
    assert deadline.slack(at("2099-01-04T12:00"), CALENDAR) < -2000


@pytest.mark.parametrize("blank", ["", "   ", "\n\t"])
def test_blank_words_name_nobody_and_give_no_reason(blank: str) -> None:
    """A-1, A-3: blanks are no name of a lead or an officer, and no reason."""
    with pytest.raises(ValueError, match="at least 1 character"):
        ReferralCompleted(safeguarding_lead="A Lead", senior_officer=blank)
    with pytest.raises(ValueError, match="at least 1 character"):
        considered(reasons=blank)
    assert considered(reasons=" Because. \n").reasons == "Because."


def test_information_is_asked_supplied_with_its_lawful_basis_and_concluded() -> None:
    """A-4, B-8: the disclosure is a row of the record: what, to whom, on what basis."""
    world = opened(request())
    assert (world.case.route, world.case.stage) == (Route.INFORMATION_REQUEST, Stage.GATHERING)
    supplied = InformationSupplied(what="Three pages.", to="Sample Neighbours", lawful_basis="Section 16H.")
    with pytest.raises(no.NotYet, match="no agency has been asked"):
        say(world, supplied)
    with pytest.raises(no.NotYet, match="has not gone out"):
        say(world, AgencyAdded(agency="school", reason=WHY))
    say(world, AgenciesAsked(agencies=["police", "health"]))
    assert reads.scope(world.case) == ["police", "health"]
    with pytest.raises(no.AgenciesAskedAlready, match="To ask another as well, add it"):
        say(world, AgenciesAsked(agencies=["school"]))
    world.case.requests = {"police": world.now, "health": world.now}
    say(world, AgencyReturned(agency="police", nil=True, officer="Head"))
    with pytest.raises(no.NotYet, match="nothing has been supplied"):
        say(world, InformationRequestConcluded(reasons=WHY))
    say(world, supplied)
    (row,) = [row for row in world.case.untold if row.kind == "disclosure"]
    told = {"what": "Three pages.", "to": "Sample Neighbours", "lawful_basis": "Section 16H."}
    assert row.detail == {**told, "why": reads.asked(world.case), "pack": None}
    say(world, AgencyReturned(agency="health", nil=True, officer="Head"))  # a late one is still taken
    say(world, InformationRequestConcluded(reasons=WHY))
    assert world.case.stage is Stage.CONCLUDED


def test_a_request_for_information_never_becomes_a_case_of_ours() -> None:
    """A-4"""
    world = opened(request())
    with pytest.raises(no.NotYet, match="open one"):
        say(world, incident())
    with pytest.raises(no.NotYet, match="no incident"):
        say(world, view(Viewer.DCS))
    with pytest.raises(no.NotYet, match="for another partnership only"):
        say(World(), AgenciesAsked(agencies=["police"]))
    with pytest.raises(no.NotYet, match="route of its own"):
        say(World(), request())


def test_a_learning_review_begins_with_its_terms_and_those_who_take_part() -> None:
    """A-5"""
    world = opened(referral())
    terms = LearningTermsSet(terms=WHY, method=WHY, lead="sbu-1")
    with pytest.raises(no.NotYet, match="no learning review"):
        say(world, terms)
    say(world, considered("learning-review"))
    with pytest.raises(no.NotYet, match="terms"):
        say(world, findings(1))
    say(world, terms)
    with pytest.raises(no.NotYet, match="takes part"):
        say(world, findings(1))
    with pytest.raises(no.UnknownAgency):
        say(
            world,
            LearningParticipantsNamed.model_validate({"participants": [{"agency": "circus", "office": "Clown"}]}),
        )


def test_findings_that_lack_a_part_are_not_agreed_and_go_back_with_the_list() -> None:
    """A-5: quality-assured by the CRG, version by version."""
    world = learning()
    say(world, findings(1, actions=""))
    with pytest.raises(no.DraftIncomplete, match="actions"):
        say(world, judged(1))
    with pytest.raises(no.NothingLacking):
        say(world, judged(1, "sent-back"))
    say(world, judged(1, "sent-back", lacking=["actions"]))
    assert offered(world) == ["learning-findings-drafted"]
    say(world, findings(2))
    with pytest.raises(no.NotTheLatestVersion):
        say(world, judged(1))
    assert offered(world) == ["learning-review-assured"]
    say(world, judged(2))
    with pytest.raises(no.AlreadyRecorded):
        say(world, findings(3))
