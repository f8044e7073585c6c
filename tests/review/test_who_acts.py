"""Who acts in a case: a delegate by the edition, the council of its area, whoever stands in. B-11, N-2, R-11."""

import asyncio
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from activities.digest import DigestActivities
from calendar_rules.edition import Edition, load_edition
from review.case import reads
from review.case.sign_off import Round
from review.facts import Corrected, Speaker
from review.facts.directory import Leave, Member, Partner, Role
from review.facts.editions import EditionMoved
from review.facts.enums import Stage, Verdict, View, Viewer
from review.facts.notification import SafetyStepsRecorded
from review.facts.signing import SignOffGiven
from review.kit import refusals as no
from review.next_steps import next_steps
from review.view import case_view
from store.cursor import Page
from store.snapshot import CaseLine, ListedCase, Snapshot
from tests.review.test_confirming import person
from tests.review.world import EDITION, WHY, World, at, cast, incident, speaker, view

ENGLAND = load_edition("england-2023")
TWO_RIVERS = load_edition("two-rivers-2026", folder=Path("examples/editions").resolve())
DELEGATE = Member(id="delegate-health", roles=[Role.DELEGATE], delegate_of="officer-health")
WITH_DELEGATE = cast(also=(DELEGATE,))


def _approval(one: Round, officer: str) -> SignOffGiven:
    return SignOffGiven(round=one.id, officer=officer, sha256=one.document.sha256, verdict=Verdict.APPROVE)


# --- lead and delegate ---


def test_a_delegate_signs_in_the_place_of_the_officer_who_has_delegated_where_the_edition_says_so() -> None:
    """B-11, R-11: the signature says on whose behalf, in the record, in mails and on the case."""
    world = World(who=WITH_DELEGATE, edition=ENGLAND)
    one = world.send_out()
    ask = one.ask_for("health")
    assert (ask.officer, ask.stand_in, ask.office()) == ("delegate-health", False, "delegate:health")
    with pytest.raises(no.NotAskedToSign):
        world.say(_approval(one, "officer-health"), speaker("officer-health"))
    world.sign("delegate-health")
    assert (ask.given_by, ask.as_deputy, ask.on_behalf_of) == ("delegate-health", False, "officer-health")
    told = [mail for mail in world.posted if mail.template == "signature-given"][-1]
    assert (told.n["capacity"], told.n["on_behalf_of"]) == ("delegate:health", "officer-health")
    assert "delegate-health on behalf of officer-health" in world.lines("sign-off-given")[-1]
    (shown,) = [each for each in case_view(world.case, world.now).rounds[-1].asks if each.capacity == "health"]
    assert shown.on_behalf_of == "officer-health"


def test_the_delegate_is_told_at_each_touch_point_in_the_officer_s_place() -> None:
    """G-5: no mail more than before."""
    world = World(who=WITH_DELEGATE, edition=ENGLAND)
    world.notify()
    assert {"officer-local-authority", "delegate-health", "officer-police"} <= set(world.mails("partners-told"))
    assert "officer-health" not in world.mails("partners-told")


def test_where_the_edition_knows_no_delegates_the_officer_signs_and_the_delegate_holds_no_office() -> None:
    """Doncaster: the accountable officer or a nominated deputy. The delegate's token is good in other cases alone."""
    world = World(who=WITH_DELEGATE)
    one = world.send_out()
    assert one.ask_for("health").officer == "officer-health"
    token = Speaker(people=["delegate-health"], roles=[Role.DELEGATE, Role.ACCOUNTABLE_OFFICER])
    with pytest.raises(no.NotYourRole):
        world.say(_approval(one, "delegate-health"), token)


def test_a_case_that_is_moved_to_an_edition_with_delegates_asks_the_delegate_from_then_on() -> None:
    world = World(who=WITH_DELEGATE)
    one = world.send_out()
    world.say(EditionMoved(to="england-2023", reason=WHY, edition=ENGLAND))
    assert one.ask_for("health").officer == "delegate-health"
    world.say(EditionMoved(to="doncaster-2018", reason=WHY, edition=EDITION))
    assert one.ask_for("health").officer == "officer-health"


def test_a_delegate_who_is_away_is_stood_in_for_as_everybody_is() -> None:
    leave = Leave(since=date(2026, 5, 11), until=date(2026, 5, 29), stand_in="deputy-health")
    away = cast(also=(DELEGATE.model_copy(update={"leave": [leave]}),))
    held = away.on(date(2026, 5, 20), delegates=True)
    assert held.holders(Role.ACCOUNTABLE_OFFICER, partner=Partner.HEALTH) == ["deputy-health"]


@pytest.mark.parametrize(
    "more",
    [
        {"roles": ["delegate"]},
        {"roles": ["observer"], "delegate_of": "bo"},
        {"roles": ["delegate"], "delegate_of": "ash"},
    ],
)
def test_a_delegate_is_somebody_else_s(more: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="delegate_of"):
        person("ash", **more)


# --- several councils ---

DCS = {
    council: Member(id=f"dcs-{council}", roles=[Role.DCS], council=council) for council in ("northmoor", "southmoor")
}
TWO_COUNCILS = cast(without=("dcs",), also=(*DCS.values(),))


def in_northmoor() -> World:
    return World(incident(council="northmoor"), who=TWO_COUNCILS, edition=TWO_RIVERS)


def test_a_council_s_dcs_decides_agrees_and_is_told_in_the_cases_of_its_own_area() -> None:
    """N-2, N-5: the other council's is asked nothing, and cannot say it by their token."""
    world = in_northmoor()
    assert "dcs-northmoor" in world.mails("incident-received")
    assert "dcs-northmoor" in world.mails("safety-steps-asked")
    assert "dcs-southmoor" not in [mail.to for mail in world.posted]
    other = speaker("dcs-southmoor", known=TWO_COUNCILS)
    with pytest.raises(no.NotYourRole):
        world.say(view(Viewer.DCS), other)
    with pytest.raises(no.NotYourRole):
        world.say(SafetyStepsRecorded(child_ids=["child-sample-1"], steps=WHY, others=WHY), other)
    (step,) = [one for one in next_steps(world.case, world.now) if one.about == "dcs"]
    assert "dcs-northmoor" in step.people
    assert "dcs-southmoor" not in step.people
    world.say(view(Viewer.DCS), speaker("dcs-northmoor", known=TWO_COUNCILS))
    assert reads.view_of(world.case, Viewer.DCS) is View.NOTIFY


def test_where_several_councils_sign_the_incident_says_in_whose_area_it_is() -> None:
    with pytest.raises(no.WhichCouncil, match="northmoor or southmoor"):
        World(who=TWO_COUNCILS, edition=TWO_RIVERS)
    with pytest.raises(no.UnknownCouncil):
        World(incident(council="eastmoor"), who=TWO_COUNCILS, edition=TWO_RIVERS)
    with pytest.raises(no.UnknownCouncil, match="none: leave it out"):
        World(incident(council="northmoor"))


def test_an_area_that_was_entered_wrongly_is_put_right_and_the_other_dcs_is_asked() -> None:
    """X-2"""
    world = in_northmoor()
    right = incident(council="southmoor")
    world.say(Corrected(corrects=world.case.entries[0].reported.message, right=right, reason=WHY))
    assert world.case.cast.holders(Role.DCS) == ["dcs-southmoor"]
    world.say(view(Viewer.DCS), speaker("dcs-southmoor", known=TWO_COUNCILS))
    world.say(view(Viewer.CHIEF_EXECUTIVE))
    assert world.case.stage is Stage.NOTIFICATION


def test_the_case_shows_who_has_agreed_to_notify_who_is_awaited_and_until_when() -> None:
    """N-2, D-1: aware on Monday 11 May; Monday 18 May is the fifth working day. Those heard decide nothing."""
    world = World(edition=ENGLAND)
    dcs, *heard = case_view(world.case, world.now).notifying
    assert (dcs.viewer, dcs.decides, dcs.view, dcs.awaited) == ("dcs", True, None, ["dcs"])
    assert dcs.due == at("2026-05-18T23:59:59")
    assert [(one.viewer, one.decides, one.due) for one in heard] == [
        ("chief-executive", False, None),
        ("health", False, None),
        ("police", False, None),
    ]
    world.say(view(Viewer.DCS))
    agreed = case_view(world.case, world.now).notifying[0]
    assert (agreed.view, agreed.awaited, agreed.due) == (View.NOTIFY, [], None)
    world.notify()
    assert case_view(world.case, world.now).notifying == []


# --- who stands in ---


def test_the_record_says_for_whom_somebody_stands_in() -> None:
    """R-11, X-3: what they say in their own office is their own."""
    leave = Leave(since=date(2026, 5, 11), until=date(2026, 5, 29), stand_in="lawyer")
    away = cast(also=(Member(id="dcs", roles=[Role.DCS], leave=[leave]),))
    world = World(who=away)
    stand_in = Speaker(people=["lawyer"], roles=[Role.LEGAL_ADVISER, Role.DCS])
    world.say(SafetyStepsRecorded(child_ids=["child-sample-1"], steps=WHY, others=WHY), stand_in)
    assert world.lines("safety-steps-recorded")[-1].endswith(", lawyer standing in for dcs")
    world.say(view(Viewer.DCS), stand_in)
    assert world.lines("partner-view-given")[-1].endswith(", lawyer standing in for dcs")


# --- the digest ---


def test_the_digest_goes_to_the_delegate_in_the_place_of_the_lead() -> None:
    """G-5, B-11: by the edition of each live case; a lead whose office is held in another case has it, too."""
    assert _informed(ENGLAND) == {
        "chair",
        "independent",
        "officer-local-authority",
        "delegate-health",
        "officer-police",
    }
    everywhere = {"chair", "independent", "officer-local-authority", "officer-health", "officer-police"}
    assert _informed(load_edition("doncaster-2018")) == everywhere


def _informed(edition: Edition) -> set[str]:
    """Who has the digest of one live case under an edition."""
    case = World(who=WITH_DELEGATE, edition=edition).case
    kept = Snapshot.of(case, at("2026-05-11T10:00"))
    line = ListedCase(**kept.model_dump(include=set(CaseLine.model_fields)))

    class Kept:
        async def list(self, **_: Any) -> Page[ListedCase]:
            return Page(items=[line], next=None)

        async def get(self, reference: str) -> Snapshot | None:
            return kept

        async def read(self) -> Any:
            return SimpleNamespace(cast=lambda: WITH_DELEGATE, partnership="Sample")

    return set(asyncio.run(DigestActivities(cases=Kept(), people=Kept()).read_digest()).people)
