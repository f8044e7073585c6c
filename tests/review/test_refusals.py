"""Every refusal, raised by a case that deserves it; each leaves the case as it was (`World.say` sees to that)."""

import ast
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from calendar_rules.edition import load_edition
from calendar_rules.england import england
from calendar_rules.notifying import Notifying
from calendar_rules.working_days import ClosedDay, ClosedKind
from review.facts import Corrected, Speaker
from review.facts.any_stage import CasePaused, CaseResumed, CaseWithdrawn, DutyRetried, TakenBack
from review.facts.directory import Member, Partner, Role
from review.facts.editions import AgencyKnew, EditionMoved
from review.facts.enums import AuthorCapacity, Authority, Decision, NotNotifiedOutcome, Verdict, Viewer
from review.facts.family import HomeRecorded
from review.facts.notification import AuthorityTold, NotNotifiedDecided, SafetyStepsRecorded
from review.facts.panel import PanelAcknowledged
from review.facts.rapid_review import (
    AgencyAdded,
    AgencyReturned,
    OutsideAgencyAsked,
    ReturnsRequested,
    ScopingMeetingArranged,
)
from review.facts.report import DraftCommented, DraftSentForSignOff, DraftSentToCrg, SubmittedToPanel
from review.facts.signing import SignOffGiven
from review.kit import refusals as no
from review.kit.refusals import Refusal, all_refusals
from tests.review.world import (
    EDITION,
    WHY,
    World,
    agree,
    at,
    cast,
    decided,
    incident,
    notified,
    scoping,
    speaker,
    view,
)

TWO_RIVERS = load_edition("two-rivers-2026", folder=Path("examples/editions").resolve())


@pytest.fixture(autouse=True)
def refusals_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(World, "watches_refusals", True)


def _ready(**more: object) -> World:
    """The meeting held and the returns read."""
    world = World()
    world.meet(**more)
    world.read()
    return world


def _case(way: Callable[[World], object]) -> World:
    world = World()
    way(world)
    return world


def _drafted(world: World) -> World:
    """Everything is ready for sign-off but the CRG's agreement."""
    world.meet()
    world.read()
    world.draft()
    return world


def _care_leaver() -> World:
    """Notified as a kind that no rapid review follows."""
    world = World(edition=load_edition("england-2023"))
    world.refuses = {"chair"}  # who has not heard of it yet
    world.notify(notification="care-leaver-death")
    return world


def _with_two_officers() -> World:
    """Health decides on notifying, and has two accountable officers (N-2)."""
    second = Member(id="officer-second", roles=[Role.ACCOUNTABLE_OFFICER], partner=Partner.HEALTH)
    deciding = Notifying(agreed_by=[Viewer.HEALTH], clause="sample")
    return World(who=cast(also=(second,)), edition=EDITION.model_copy(update={"notifying": deciding}))


def _answered(world: World) -> None:
    world.submit()
    agree(world)


def _approved_late() -> World:
    world = _case(World.approve)
    world.wait("2026-06-03T09:00")
    return world


def _differing(world: World) -> None:
    _answered(world)
    world.say(decided(Decision.LEARNING_REVIEW, difference_reason=WHY))


CASES: dict[type[Refusal], Callable[[], object]] = {
    no.NotYet: lambda: World().say(scoping()),
    no.AlreadyRecorded: lambda: _case(World.notify).say(notified()),
    no.CaseEnded: lambda: _case(lambda world: world.say(CaseWithdrawn(reason=WHY))).say(view(Viewer.DCS)),
    no.InTheFuture: lambda: World().say(view(Viewer.DCS, happened_at=at("2026-05-12T11:00"))),
    no.BeforeTheIncident: lambda: World().say(view(Viewer.DCS, happened_at=at("2026-05-11T07:59"))),
    no.TimeInThePast: lambda: _case(World.notify).say(ScopingMeetingArranged(starts_at=at("2026-05-11T10:00"))),
    no.BeyondTheCalendar: lambda: _case(World.notify).say(scoping(meeting="2062-05-27T10:00")),
    no.NotYourRole: lambda: World().say(view(Viewer.DCS), speaker("chief")),
    no.UnknownAgency: lambda: _case(World.scope).say(AgencyAdded(agency="fire-service", reason=WHY)),
    no.UnknownPerson: lambda: _case(World.notify).say(scoping(attended=["a-stranger"])),
    no.UnknownOfTheFamily: lambda: World().say(
        HomeRecorded.model_validate(HomeRecorded.sample | {"residents": [{"person": "nobody"}]})
    ),
    no.UnknownChild: lambda: World().say(SafetyStepsRecorded(child_ids=["child-9"], steps=WHY)),
    no.UnknownMessage: lambda: World().say(Corrected(corrects="never-said", right=view(Viewer.DCS), reason=WHY)),
    no.AgencyNotAsked: lambda: _case(World.scope).returned("housing"),
    no.AgencyAlreadyAsked: lambda: _case(World.scope).say(AgencyAdded(agency="police", reason=WHY)),
    no.WrongAgency: lambda: _case(World.scope).say(
        AgencyReturned(agency="police", nil=True, officer="Sample"), speaker("lead-health")
    ),
    no.ExpectedAgencyUnexplained: lambda: _case(World.notify).say(scoping(left_out=[], agencies=("police",))),
    no.ReturnsClosed: lambda: _case(World.meet).returned("police", text="another"),
    no.AgencyInTheDirectory: lambda: _case(World.scope).say(
        OutsideAgencyAsked.model_validate(OutsideAgencyAsked.sample | {"agency": "housing"})
    ),
    no.HeadingNotAsked: lambda: _case(World.scope).returned("police", headings=["involvement", "weather"]),
    no.HeadingMissing: lambda: _case(World.scope).returned("police", headings=["facts"]),
    no.NoteNamesAChild: lambda: _case(lambda world: (world.notify(), world.say(scoping()))).say(
        ReturnsRequested(covering_note=f"About {incident().children[0].name}")
    ),
    no.NotAtTheMeeting: lambda: _case(World.scope).hold_meeting(
        recommendation={
            "recommendation": "criteria-met",
            "national_review": False,
            "reasons": WHY,
            "in_favour": ["sbu-2"],
        }
    ),
    no.PartnersNotAgreed: lambda: World().say(notified()),
    no.ViewNotAsked: lambda: World().say(view(Viewer.POLICE)),
    no.WhichCouncil: lambda: World(edition=TWO_RIVERS),
    no.UnknownCouncil: lambda: World(incident(council="northmoor")),
    no.WhoseView: lambda: _with_two_officers().say(view(Viewer.HEALTH)),
    no.BothMustDecline: lambda: World().say(NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=WHY)),
    no.NoChildInCareDied: lambda: World().say(AuthorityTold(authority=Authority.OFSTED)),
    no.DraftIncomplete: lambda: _ready().send_draft(missing=["Relevant children and family"]),
    no.UnknownVersion: lambda: _case(World.send_out).say(DraftSentForSignOff(version=7)),
    no.NotTheLatestVersion: lambda: _case(lambda world: (world.send_out(), world.draft())).say(
        DraftSentForSignOff(version=1)
    ),
    no.AuthorDidNotAttend: lambda: _ready(attended=["chair"]).send_draft(),
    no.AuthorDidNotReadReturns: lambda: _case(World.meet).send_draft(),
    no.OutsideAuthorUnexplained: lambda: _ready().draft(author="outsider", capacity=AuthorCapacity.OUTSIDE),
    no.AuthorNotOfTheBusinessUnit: lambda: _ready().draft(author="chair"),
    no.CrgHasNotAgreed: lambda: _case(_drafted).say(DraftSentForSignOff(version=1)),
    no.CrgSentBack: lambda: _case(lambda world: (_drafted(world), world.agree(1, Verdict.SEND_BACK))).say(
        DraftSentForSignOff(version=1)
    ),
    no.CrgHasAgreed: lambda: _case(lambda world: (_drafted(world), world.agree(1))).say(
        DraftSentForSignOff(version=1, without_chair=WHY)
    ),
    no.CrgHasHadIt: lambda: _case(lambda world: (world.send_out(), world.draft())).say(DraftSentToCrg(version=2)),
    no.NotOfTheCrg: lambda: _case(lambda world: (_drafted(world), world.say(DraftSentToCrg(version=1)))).say(
        DraftCommented(version=1, person="lead-school", comments=WHY)
    ),
    no.NotYourComment: lambda: _case(lambda world: (_drafted(world), world.say(DraftSentToCrg(version=1)))).say(
        DraftCommented(version=1, person="member", comments=WHY), speaker("lead-school")
    ),
    no.AgreementAsked: lambda: _case(lambda world: (_drafted(world), world.say(DraftSentToCrg(version=1)))).sign(
        "chair"
    ),
    no.NobodyToSign: lambda: _vacant().send_draft(),
    no.RoundOpen: lambda: _case(World.send_out).say(DraftSentForSignOff(version=1)),
    no.NotAskedToSign: lambda: _case(World.send_out).sign("deputy-health"),
    no.AlreadySigned: lambda: _case(lambda world: (world.send_out(), world.sign("officer-health"))).sign(
        "officer-health"
    ),
    no.WrongVersion: lambda: _case(World.send_out).sign("officer-health", sha256="f" * 64),
    no.RoundClosed: lambda: _case(
        lambda world: (world.send_out(), world.sign("officer-police", Verdict.SEND_BACK))
    ).sign("officer-health"),
    no.CommentsMissing: lambda: _case(World.send_out).sign("officer-health", Verdict.SEND_BACK, comments=""),
    no.SubmissionWithoutApproval: lambda: _case(World.send_out).say(SubmittedToPanel(version=1, covering_letter=WHY)),
    no.LateSubmissionUnexplained: lambda: _approved_late().say(SubmittedToPanel(version=1, covering_letter=WHY)),
    no.NoAddressOfThePanel: lambda: _without_the_panel(),
    no.DifferenceUnexplained: lambda: _case(_answered).say(decided(Decision.LEARNING_REVIEW)),
    no.NationalPartMissing: lambda: _case(_answered).say(decided(Decision.NATIONAL_REVIEW, difference_reason=WHY)),
    no.NoMoreToLearnUnexplained: lambda: _case(_answered).say(
        decided(Decision.NO_FURTHER_ACTION, difference_reason=WHY, why_no_more_is_to_be_learned="")
    ),
    no.DecisionAwaitsAgreement: lambda: _case(_differing).say(decided()),
    no.NotPaused: lambda: World().say(CaseResumed(reason=WHY)),
    no.AlreadyPaused: lambda: _case(lambda world: world.say(CasePaused(reason=WHY))).say(CasePaused(reason=WHY)),
    no.CannotBeCorrected: lambda: _requested(),
    no.WrongKindOfCorrection: lambda: World().say(Corrected(corrects="m1", right=view(Viewer.DCS), reason=WHY)),
    no.UnknownNotification: lambda: _agreed().say(notified(notification="care-leaver-death")),
    no.NoRapidReview: lambda: _care_leaver().say(scoping()),
    no.ReturnsInOneStep: lambda: _case(World.scope).say(AgencyKnew(agency="police", known=True, officer="Sample")),
    no.SameEdition: lambda: World().say(EditionMoved(to=EDITION.id, reason=WHY, edition=EDITION)),
    no.NothingToRetry: lambda: World().say(DutyRetried(duty="no-such-duty")),
}


def _agreed() -> World:
    world = World()
    world.say(view(Viewer.DCS))
    world.say(view(Viewer.CHIEF_EXECUTIVE))
    return world


def _without_the_panel() -> None:
    world = _case(World.send_out)
    world.recast(cast(2, without=("panel",)))
    for officer in ("officer-local-authority", "officer-health", "officer-police"):
        world.sign(officer)
    world.say(SubmittedToPanel(version=1, covering_letter=WHY))


def _vacant() -> World:
    world = _ready()
    world.recast(cast(2, without=("officer-police", "deputy-police")))
    return world


def _requested() -> None:
    world = _case(World.notify)
    world.say(scoping())
    asked = world.say(ReturnsRequested())
    world.say(TakenBack(takes_back=asked, reason=WHY))


@pytest.mark.parametrize("refusal", CASES, ids=lambda refusal: refusal.name())
def test_each_refusal_is_raised_by_a_case_that_deserves_it(refusal: type[Refusal]) -> None:
    """X-2: clear, and the case stays as it was."""
    with pytest.raises(refusal) as refused:
        CASES[refusal]()
    assert type(refused.value) is refusal
    assert refused.value.as_dict()["type"] == refusal.name()
    assert "{" not in refused.value.text


def test_every_refusal_is_tried() -> None:
    """Guard: in CASES, or by another test that names it."""
    text = "".join(path.read_text() for path in Path("tests").rglob("test_*.py") if path.name != Path(__file__).name)
    others = [one for one in all_refusals() if one not in CASES]
    untried = [one.name() for one in others if one.__name__ not in text and one.name() not in text]
    assert untried == [], f"no test raises {untried}; write one where it is raised"


def test_every_refusal_says_what_to_do_or_what_holds_in_a_whole_sentence() -> None:
    """The person first."""
    for one in all_refusals():
        assert one.sentence[0].isupper() or one.sentence[0] == "{", one
        assert one.sentence.rstrip()[-1] in ".)", one


def test_no_refusal_is_raised_without_its_words() -> None:
    """Every word of a sentence is given wherever the refusal is raised."""
    for path in Path("review").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = _name(node.func) if isinstance(node, ast.Call) else None
            kind = getattr(no, name, None) if name else None
            if isinstance(node, ast.Call) and kind in all_refusals():
                given = {keyword.arg for keyword in node.keywords}
                wanted = {part.partition("}")[0] for part in kind.sentence.split("{")[1:]}
                assert wanted <= given, f"{path}: {name} lacks {wanted - given}"


def test_times_before_the_calendar_of_the_case_are_refused_before_they_can_stop_it() -> None:
    """N-1, D-1: nothing could be counted from 1996."""
    with pytest.raises(no.BeyondTheCalendar):
        World(incident(incident_at=at("1996-05-11T08:00"), aware_at=at("1996-05-11T10:00")))
    old = World(incident(incident_at=at("1996-05-11T08:00")))
    old.say(view(Viewer.DCS))
    old.say(view(Viewer.CHIEF_EXECUTIVE))
    with pytest.raises(no.BeyondTheCalendar):
        old.say(notified(happened_at=at("1996-05-12T08:00")))


def test_an_incident_lies_in_the_past_and_before_anybody_was_aware_of_it() -> None:
    """N-1"""
    with pytest.raises(no.InTheFuture):
        World(incident(incident_at=at("2026-06-11T08:00")))
    with pytest.raises(no.InTheFuture):
        World(incident(aware_at=at("2026-06-11T08:00")))
    with pytest.raises(no.BeforeTheIncident):
        World(incident(aware_at=at("2026-05-11T07:00")))


def test_a_child_has_been_born_on_the_day_that_is_given() -> None:
    """N-1, A-1, A-4: a child to come has none; a rehearsal may be set years before the sample children."""
    child = {"child_id": "child-1", "name": "Sample Child", "harm": "died"}
    World(incident(children=[child | {"born": "2026-05-11"}]))
    with pytest.raises(no.InTheFuture, match="31 December 2026") as refused:
        World(incident(children=[child, child | {"child_id": "child-2", "born": "2026-12-31"}]))
    assert list(refused.value.fields) == ["children.1.born"]
    world = World()
    wrong = incident(children=[child | {"born": "2030-01-01"}])
    with pytest.raises(no.InTheFuture):
        world.say(Corrected(corrects=world.case.entries[0].reported.message, right=wrong, reason=WHY))


def test_what_has_ended_is_reopened_first() -> None:
    """X-1"""
    with pytest.raises(no.CaseEnded, match="reopen the case first"):
        CASES[no.CaseEnded]()


def test_the_business_unit_receives_its_copy_after_the_notification_and_not_tomorrow() -> None:
    """N-3"""
    world = World()
    world.say(view(Viewer.DCS))
    world.say(view(Viewer.CHIEF_EXECUTIVE))
    with pytest.raises(no.BeforeTheIncident):
        world.say(notified(received_at=at("2026-05-11T09:00")))
    with pytest.raises(no.InTheFuture):
        world.say(notified(received_at=at("2026-05-12T09:00")))


def test_the_panels_meeting_on_the_thirty_first_is_a_day_like_any_other() -> None:
    """R-13, D-9: the last day that the calendar allows, and the day after."""
    calendar = england(2024, 2034)
    assert calendar.last == date(2034, 12, 31)
    world = _case(World.submit)
    with pytest.raises(no.BeyondTheCalendar):
        world.say(PanelAcknowledged(meeting_date=date(2033, 11, 27)))
    world.say(PanelAcknowledged(meeting_date=date(2033, 11, 26)))


def test_a_round_that_does_not_exist_asks_nobody() -> None:
    """R-11"""
    fact = SignOffGiven(round="rapid-review-9", officer="officer-health", sha256="0" * 64, verdict=Verdict.APPROVE)
    with pytest.raises(no.NotAskedToSign):
        World().say(fact, Speaker(people=["officer-health"], roles=[Role.ACCOUNTABLE_OFFICER]))


def test_a_closed_day_beyond_the_calendar_of_a_case_changes_nothing() -> None:
    """A late announcement"""
    world = World()
    world.close(ClosedDay(day=date(2050, 5, 12), why="Sample", kind=ClosedKind.CLOSURE))
    assert world.deadline("D-1").moves == []


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else ""
