"""Whatever is said in whatever order, while time passes, days close and people change: what must hold holds.

Valid and invalid facts, reminders fired when they are due, restarts from the state. Named: R-11, R-12, X-1, X-2, X-3.
"""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from calendar_rules.working_days import ClosedDay, ClosedKind
from review import take
from review.case import reads
from review.case.notices import Notice
from review.case.sign_off import RoundStatus, partner_of
from review.case.state import CaseState
from review.check import validate_fact
from review.correctable import CORRECTABLE
from review.facts import Corrected, Fact, Speaker
from review.facts.any_stage import CasePaused, CaseResumed, CaseWithdrawn, DutyRetried, TakenBack
from review.facts.directory import Member, Partner, Role
from review.facts.enums import (
    AuthorCapacity,
    Authority,
    Decision,
    NotNotifiedOutcome,
    PanelResponse,
    Recommendation,
    Verdict,
    View,
    Viewer,
)
from review.facts.notification import AuthorityTold, NotNotifiedDecided
from review.facts.panel import PanelAcknowledged, PanelAnswered, PanelResponded
from review.facts.rapid_review import (
    AgencyAdded,
    AgencyReturned,
    RapidReviewMeetingHeld,
    RapidReviewMeetingMoved,
    ReturnsRead,
    ReturnsRequested,
    ScopingMeetingArranged,
)
from review.facts.report import DraftCommented, DraftSentForSignOff, DraftSentToCrg, ReportDrafted, SubmittedToPanel
from review.facts.signing import SignOffGiven
from review.kit import changes
from review.kit.refusals import Refusal
from review.next_steps import next_steps
from tests.review.world import (
    AGENCIES,
    PARTNERS,
    WHY,
    World,
    at,
    cast,
    decided,
    fact_of,
    in_care,
    incident,
    notified,
    paper,
    scoping,
    view,
)

OUTLIVES = {
    "corrected",
    "calendar-changed",
    "directory-changed",
    "duty-retried",
    "duty-served",
    "authority-told",
    "record-bundled",
    "delay-told",
    "identities-checked",
    "identity-accepted",
}
OUTLIVES |= {
    "process-updated",
    "panel-dialogue-logged",
    "concern-answered",
    "sub-group-answered",
    "case-reopened",
    "case-joined",
    "case-parted",
    "taken-back",
}
SIGNERS = [f"{office}-{partner}" for office in ("officer", "deputy") for partner in PARTNERS] + ["officer-new"]
NEW = Member(id="officer-new", roles=[Role.ACCOUNTABLE_OFFICER, Role.DEPUTY], partner=Partner.HEALTH)
DATES = st.dates(date(2026, 5, 1), date(2026, 9, 30))
MOMENTS = st.integers(-300, 3000).map(lambda hours: at("2026-05-11T11:00") + timedelta(hours=hours))
VERSIONS = st.integers(1, 3)
AGENCY = st.sampled_from([*AGENCIES, "fire-service"])
PEOPLE = st.lists(st.sampled_from(["chair", "sbu-1", "sbu-2", "outsider", "stranger"]), min_size=1, unique=True)

WILD: st.SearchStrategy[Fact] = st.one_of(
    st.builds(view, st.sampled_from(Viewer), st.sampled_from(View)),
    st.builds(NotNotifiedDecided, outcome=st.just(NotNotifiedOutcome.REFER_TO_CRG), reasons=st.just(WHY)),
    st.builds(notified, received_at=st.none() | MOMENTS),
    st.builds(AuthorityTold, authority=st.sampled_from(Authority)),
    st.builds(ScopingMeetingArranged, starts_at=MOMENTS),
    st.builds(
        lambda agencies, meeting: scoping(agencies=tuple(agencies), rapid_review_meeting_at=meeting),
        st.lists(AGENCY, min_size=1, unique=True),
        MOMENTS,
    ),
    st.builds(ReturnsRequested),
    st.builds(AgencyAdded, agency=AGENCY, reason=st.just(WHY)),
    st.builds(AgencyReturned, agency=AGENCY, nil=st.just(True), officer=st.just("Sample")),
    st.builds(
        ReturnsRead, reader=st.sampled_from(["sbu-1", "sbu-2"]), returns=st.dictionaries(AGENCY, VERSIONS, min_size=1)
    ),
    st.builds(RapidReviewMeetingMoved, starts_at=MOMENTS, reason=st.just(WHY)),
    st.builds(RapidReviewMeetingHeld, attended=PEOPLE),
    st.builds(
        lambda author, capacity, version, missing: ReportDrafted(
            author=author,
            capacity=capacity,
            content=paper("rapid-review-draft", version),
            missing=missing,
            recommendation=Recommendation.CRITERIA_MET,
        ),
        st.sampled_from(["sbu-1", "sbu-2", "outsider"]),
        st.sampled_from(AuthorCapacity),
        st.integers(1, 9),
        st.sampled_from([[], [], ["Agencies involved"]]),
    ),
    st.builds(DraftSentToCrg, version=VERSIONS),
    st.builds(DraftCommented, version=VERSIONS, person=st.sampled_from(["member", "chair"]), comments=st.just(WHY)),
    st.builds(DraftSentForSignOff, version=VERSIONS, without_chair=st.sampled_from(["", WHY])),
    st.builds(SubmittedToPanel, version=VERSIONS, covering_letter=st.just(WHY)),
    st.builds(PanelAcknowledged, meeting_date=DATES),
    st.builds(PanelResponded, response=st.sampled_from(PanelResponse), reasons=st.just(WHY)),
    st.builds(PanelAnswered, answer=st.just(WHY), meeting_date=DATES),
    st.builds(decided, st.sampled_from(Decision), difference_reason=st.sampled_from(["", WHY])),
    st.builds(CasePaused, reason=st.just(WHY)),
    st.builds(CaseResumed, reason=st.just(WHY)),
    st.builds(DutyRetried, duty=st.just("partners-told>chair")),
)


class AnyOrder(RuleBasedStateMachine):
    """One case and everybody who could say anything about it."""

    world: World

    @initialize(care=st.booleans(), late=st.booleans())
    def opened(self, care: bool, late: bool) -> None:
        now = "2026-05-28T09:00" if late else "2026-05-11T11:00"
        self.world = World(in_care() if care else incident(), now=now)
        self.world.watches_refusals = True
        self.versions, self.looks = 1, 0
        self.met: dict[str, tuple[Any, ...]] = {}
        self.corrected = False

    # --- what happens ---

    def heard(self, fact: Fact, by: Speaker | None = None) -> bool:
        """Whether a fact was taken; a refusal leaves the case as it was (`World.say` sees to that)."""
        was_ended = reads.ended(self.world.case)
        try:
            self.world.say(fact, by)
        except Refusal:
            return False
        self.corrected = isinstance(fact, Corrected | TakenBack)
        assert not was_ended or fact.kind in OUTLIVES, f"an ended case took {fact.kind}"
        return True

    @rule(data=st.data())
    def somebody_takes_an_offered_step(self, data: st.DataObject) -> None:
        steps = next_steps(self.world.case, self.world.now)
        calm = [step for step in steps if step.needed] or steps
        if calm:
            step = data.draw(st.sampled_from(calm))
            by = Speaker(people=step.people or ["sbu-1"], roles=step.roles)
            assert self.heard(fact_of(step, self.world), by), f"{step.rel} was offered and refused"

    @rule(data=st.data())
    def the_needed_steps_are_taken_for_a_while(self, data: st.DataObject) -> None:
        for _ in range(data.draw(st.integers(3, 12))):
            self.somebody_takes_an_offered_step(data)
            self.every_invariant()

    @rule(fact=WILD, ago=st.none() | st.integers(-300, 3))
    def somebody_says_something(self, fact: Fact, ago: int | None) -> None:
        when = None if ago is None else self.world.now + timedelta(hours=ago)
        self.heard(fact.model_copy(update={"happened_at": when}))

    @rule(
        person=st.sampled_from(SIGNERS),
        verdict=st.sampled_from([Verdict.APPROVE] * 3 + [Verdict.SEND_BACK]),
        ours=st.booleans(),
    )
    def somebody_signs(self, person: str, verdict: Verdict, ours: bool) -> None:
        for one in self.world.case.rounds[-1:]:
            sha256 = one.document.sha256 if ours else "0" * 64
            fact = SignOffGiven(round=one.id, officer=person, sha256=sha256, verdict=verdict, comments=WHY)
            self.heard(fact, Speaker(people=[person], roles=[Role.ACCOUNTABLE_OFFICER, Role.DEPUTY]))

    @rule(data=st.data(), ago=st.integers(0, 200))
    def something_is_corrected(self, data: st.DataObject, ago: int) -> None:
        entries = [entry for entry in self.world.case.entries if entry.fact.kind in CORRECTABLE]
        entry = data.draw(st.sampled_from(entries))
        right = entry.fact.model_copy(update={"happened_at": self.world.now - timedelta(hours=ago)})
        wilder = [fact for fact in [data.draw(WILD)] if fact.kind == right.kind]
        fact = {"corrects": entry.reported.message, "right": (wilder or [right])[0], "reason": WHY}
        self.heard(Corrected.model_validate(fact))

    @rule(data=st.data())
    def something_is_taken_back(self, data: st.DataObject) -> None:
        entry = data.draw(st.sampled_from(self.world.case.entries[-8:]))
        self.heard(TakenBack(takes_back=entry.reported.message, reason=WHY))

    @rule(care=st.booleans(), later=st.integers(0, 30))
    def the_incident_is_corrected(self, care: bool, later: int) -> None:
        entry = self.world.case.entries_of(type(reads.incident(self.world.case)))[-1]
        aware = at("2026-05-11T10:00") + timedelta(hours=later)
        right = (in_care if care else incident)(aware_at=aware)
        self.heard(Corrected(corrects=entry.reported.message, right=right, reason=WHY))

    @rule(hours=st.integers(1, 150))
    def time_passes(self, hours: int) -> None:
        self.world.wait(self.world.now + timedelta(hours=hours))
        late = [
            id
            for id in self.world.case.deadlines
            if (reminder := reads.next_reminder(self.world.case, id)) and reminder.at <= self.world.now
        ]
        assert late == [], f"reminders did not fire: {late}"

    @rule(day=DATES)
    def a_day_is_closed(self, day: date) -> None:
        self.world.close(ClosedDay(day=day, why="Sample closure", kind=ClosedKind.CLOSURE))

    @rule(gone=st.lists(st.sampled_from([*SIGNERS, "sbu-1", "chair"]), max_size=3, unique=True), new=st.booleans())
    def people_change(self, gone: list[str], new: bool) -> None:
        self.versions += 1
        self.world.recast(cast(self.versions, without=tuple(gone), also=(NEW,) if new else ()))

    @precondition(lambda self: hasattr(self, "world") and reads.open_round(self.world.case) is not None)
    @rule(partner=st.sampled_from(PARTNERS), deputy_too=st.booleans())
    def an_officer_who_is_asked_leaves(self, partner: Partner, deputy_too: bool) -> None:
        gone = [f"officer-{partner}"] + ([f"deputy-{partner}"] if deputy_too else [])
        self.people_change(gone, new=partner is Partner.HEALTH)

    @rule()
    def the_case_is_withdrawn(self) -> None:
        if len(self.world.case.entries) > 30:  # else hardly any case would get anywhere
            self.heard(CaseWithdrawn(reason=WHY))

    @rule()
    def an_address_is_refused(self) -> None:
        notice = Notice(cause="partners-told", template="partners-told", to="chair")
        changes.effect_failed(self.world.case, notice, "the address was refused", self.world.now)

    @rule(fact=WILD)
    def a_message_comes_by_the_relay_and_is_refused(self, fact: Fact) -> None:
        reported = self.world.envelope(fact)
        try:
            validate_fact(self.world.case, reported, self.world.now)
        except Refusal as refusal:
            entries, deadlines = self.world.case.entries, self.world.case.deadlines
            take.refuse(self.world.case, reported, refusal, self.world.now)
            assert (self.world.case.entries, self.world.case.deadlines) == (entries, deadlines)

    @rule()
    def the_run_begins_again(self) -> None:
        self.world.restart()

    # --- what must hold ---

    def every_invariant(self) -> None:
        self.what_is_submitted_was_approved_by_every_partner()
        self.a_met_deadline_never_moves()

    @invariant()
    def what_is_submitted_was_approved_by_every_partner(self) -> None:
        """R-12"""
        if submitted := reads.submitted(self.world.case):
            last = [one for one in self.world.case.rounds if one.document.document == "rapid-review"][-1]
            assert last.document.version == submitted.version
            assert last.status is RoundStatus.APPROVED
            assert {ask.verdict for ask in last.asks} == {Verdict.APPROVE}
            assert {partner_of(ask.capacity) for ask in last.asks} == set(PARTNERS)  # each by all its officers
            draft = reads.draft(self.world.case, submitted.version)
            assert draft
            assert draft.missing == []

    @invariant()
    def a_met_deadline_never_moves(self) -> None:
        """A late announcement, X-2: due and met stay, save where a correction says that they were wrong."""
        for id, deadline in self.world.case.deadlines.items():
            if id in self.met:
                due, met_at = self.met[id]
                assert deadline.due == due or self.corrected, id
                assert deadline.met_at == met_at or self.corrected, id
        self.met = {id: (one.due, one.met_at) for id, one in self.world.case.deadlines.items() if one.met_at}
        self.corrected = False

    @invariant()
    def the_record_has_no_gap(self) -> None:
        """X-3"""
        rows = self.world.case.untold
        assert [row.key for row in rows] == [str(number) for number in range(1, self.world.case.rows + 1)]

    @invariant()
    def a_restart_reaches_the_same_state(self) -> None:
        """X-3: looked at after every third step, for it costs more than all else together."""
        self.looks += 1
        if self.looks % 3 != 1:
            return
        case, now = self.world.case, self.world.now
        again = CaseState.model_validate_json(case.model_dump_json())
        assert again == case
        assert [reads.next_reminder(again, id) for id in again.deadlines] == [
            reads.next_reminder(case, id) for id in case.deadlines
        ]
        if self.looks % 6 == 1:  # every step is tried
            assert next_steps(again, now) == next_steps(case, now)

    @invariant()
    def at_most_one_round_of_a_document_is_open_and_no_clock_outlives_its_round(self) -> None:
        """R-11, D-8"""
        case = self.world.case
        of = [one.document.document for one in case.rounds if one.open]
        assert len(of) == len(set(of))
        closed = {one.id for one in case.rounds if not one.open}
        running = [
            id
            for id, deadline in case.deadlines.items()
            if deadline.open and id.split(":")[1:2] and id.split(":")[1] in closed
        ]
        assert running == []

    @invariant()
    def a_clock_ends_once(self) -> None:
        """X-1"""
        both = [
            deadline.id for deadline in self.world.case.deadlines.values() if deadline.met_at and deadline.stopped_at
        ]
        assert both == []


AnyOrder.TestCase.settings = settings(
    max_examples=50, stateful_step_count=35, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyOrder = AnyOrder.TestCase
