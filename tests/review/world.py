"""A case without an engine: invented people (`samples`), a clock that is moved by hand, and a run that plays the
stages at once.

`World.say` checks and takes a fact as the workflow does; `World.run` does what the workflow would do next: starts
deadlines, sends requests, opens rounds, enters stages. Dates in the tests are typed by hand.
"""

from datetime import datetime, timedelta
from typing import Any

from calendar_rules.edition import Edition
from calendar_rules.working_days import ClosedDay
from review.bodies import BODIES
from review.case import reads
from review.case.deadline import RunningDeadline
from review.case.notices import Notice
from review.case.sign_off import Round
from review.case.state import CaseState
from review.chapters.rapid_review.papers import ReturnBody
from review.check import validate_fact
from review.facts import Fact, Reported, Speaker
from review.facts.announcements import CalendarChanged, DirectoryChanged
from review.facts.directory import Cast, Role
from review.facts.enums import (
    AuthorCapacity,
    Decision,
    PanelResponse,
    Recommendation,
    Verdict,
    Viewer,
)
from review.facts.follow_up import LearningDisseminated
from review.facts.notification import IncidentReported, SafetyStepsRecorded
from review.facts.panel import PanelResponded
from review.facts.rapid_review import (
    AgencyReturned,
    RapidReviewMeetingHeld,
    ReturnsRead,
    ReturnsRequested,
)
from review.facts.report import DraftAgreed, DraftSentForSignOff, DraftSentToCrg, ReportDrafted, SubmittedToPanel
from review.facts.signing import SignOffGiven
from review.kit import changes, disclosures
from review.kit.body import Body
from review.kit.refusals import Refusal
from review.next_steps import NextStep, needed_steps
from review.offices import MAY_REPORT
from review.open_case import open_case
from tests.review.played import Engine
from tests.review.samples import (
    AGENCIES,
    CALENDAR,
    COMPLETE,
    EDITION,
    EXPECTED,
    PARTNERS,
    SBU,
    WHY,
    at,
    cast,
    decided,
    in_care,
    incident,
    notified,
    paper,
    person,
    scoping,
    speaker,
    view,
)
from workflows.case_workflow import taken

# The samples, which most tests take from here with the world.
__all__ = [
    "AGENCIES",
    "CALENDAR",
    "COMPLETE",
    "EDITION",
    "EXPECTED",
    "PARTNERS",
    "SBU",
    "WHY",
    "at",
    "cast",
    "decided",
    "in_care",
    "incident",
    "notified",
    "paper",
    "person",
    "scoping",
    "speaker",
    "view",
]


class World:
    """One case, its deadline, and the run that plays it. `now` is the case's clock."""

    mail_goes = True  # what is sent is taken at once
    watches_refusals = False  # whether each refusal is held against the whole case as it was before

    def __init__(
        self,
        reported: IncidentReported | None = None,
        *,
        now: str = "2026-05-11T11:00",
        who: Cast | None = None,
        edition: Edition = EDITION,
    ):
        self.now = at(now)
        self.messages = 0
        self.case = open_case(
            "CR-2026-0001",
            self.envelope(reported or incident()),
            edition=edition,
            calendar=CALENDAR,
            cast=who or cast(),
            partnership="Sample Partnership",
            now=self.now,
        )
        self._begins()
        self.run()

    def _begins(self) -> None:
        """No run plays the case yet: it begins from the state, with the first that is said or waited for."""
        self.sent: list[Notice] = []
        self.refuses: set[str] = set()  # by whose mailboxes mails are refused
        self.engines: list[Engine] = []  # of the runs so far; the last one plays

    @property
    def engine(self) -> Engine:
        if not self.engines:
            self._begins_again()
            self.run()
        return self.engines[-1]

    def _begins_again(self) -> None:
        self.engines.append(Engine(self.case, lambda: self.now, paper))  # type: ignore[abstract]

    # --- saying ---

    def envelope(self, fact: Fact, by: Speaker | None = None, message: str | None = None) -> Reported:
        self.messages += 1
        return Reported(message=message or f"m{self.messages}", by=by or _able(fact), recorded_at=self.now, fact=fact)

    def say(self, fact: Fact, by: Speaker | None = None, message: str | None = None) -> str:
        """Check, take, run; the message's id. Raises the refusal, which leaves the case as it was."""
        reported = self.envelope(fact, by, message)
        before = self.case.model_dump_json() if self.watches_refusals else ""
        try:
            validate_fact(self.case, reported, self.now)
        except Refusal:
            assert not before or self.case.model_dump_json() == before, "a refusal changed the case"
            raise
        taken(self.engine.run, reported)
        self.run()
        return reported.message

    def draft(self, version: int | None = None, **more: Any) -> int:
        """A complete draft of the next version, or as told."""
        number = version or len(reads.drafts(self.case)) + 1
        given: dict[str, Any] = {
            "author": "sbu-1",
            "capacity": AuthorCapacity.SBU_MANAGER,
            "content": paper("rapid-review-draft", number),
            "recommendation": Recommendation.CRITERIA_MET,
            "national_review": False,
        }
        self.say(ReportDrafted(**(given | more)))
        return number

    def returned(self, agency: str, *, nil: bool = False, text: str = "", **more: Any) -> str:
        number = len(reads.returns_of(self.case, agency)) + 1
        content = None if nil else paper(f"return-{agency}", number, text)
        return self.say(AgencyReturned(agency=agency, nil=nil, officer="Head of Safeguarding", content=content, **more))

    def sign(self, person: str, verdict: Verdict = Verdict.APPROVE, **more: Any) -> str:
        one = self.case.rounds[-1]
        given: dict[str, Any] = {"round": one.id, "officer": person, "sha256": one.document.sha256, "verdict": verdict}
        if verdict is Verdict.SEND_BACK:
            given["comments"] = WHY
        return self.say(SignOffGiven(**(given | more)), speaker(person, known=self.case.cast))

    # --- time ---

    def wait(self, until: str | datetime) -> None:
        """Time passes; every reminder that is due fires at its time."""
        end = at(until) if isinstance(until, str) else until
        while (timer := self.engine.next_timer()) is not None and timer <= end:
            self.now = max(self.now, timer)
            self.run()
        self.now = max(self.now, end)

    def deliver(self, *, but: Notice | None = None) -> None:
        """What waits is sent, and all that was sent is read: from here on, only what is new is looked at.

        `but` is with the post: neither here nor there.
        """
        waiting, self.case.outbox = self.case.outbox, []
        for notice in waiting:
            if notice != but:
                self._handed_over(notice)
        self.run()
        self.sent.clear()

    @property
    def posted(self) -> list[Notice]:
        """What was sent since it was last looked at, and what waits to be."""
        return [*self.sent, *self.case.outbox]

    def restart(self) -> None:
        """The run begins again from the state, as it would after continue-as-new."""
        again = CaseState.model_validate_json(self.case.model_dump_json())
        assert again == self.case
        self.case = again
        self._begins_again()
        self.run()

    # --- broadcasts ---

    def close(self, *days: ClosedDay) -> None:
        self.say(CalendarChanged(days=list(days)))

    def reopen(self, *days: ClosedDay) -> None:
        self.say(CalendarChanged(opened=list(days)))

    def recast(self, known: Cast) -> None:
        self.say(DirectoryChanged(cast=known))

    # --- the ways to a stage ---

    def safe(self) -> None:
        """N-5: what is done for the safety of each child of the case, and of other children."""
        children = [child.child_id for child in reads.children(self.case)]
        self.say(SafetyStepsRecorded(child_ids=children, steps=WHY, others=WHY))

    def notify(self, **more: Any) -> str:
        self.safe()
        self.say(view(Viewer.DCS))
        self.say(view(Viewer.CHIEF_EXECUTIVE))
        return self.say(notified(**more))

    def scope(self, **more: Any) -> None:
        self.notify()
        self.say(scoping(**more))
        self.say(ReturnsRequested())

    def meet(self, **more: Any) -> None:
        self.scope()
        for agency in reads.scope(self.case):
            self.returned(agency)
        self.hold_meeting(**more)

    def hold_meeting(self, **more: Any) -> None:
        self.say(RapidReviewMeetingHeld(**({"attended": ["chair", "member", "sbu-1"]} | more)))

    def read(self, reader: str = "sbu-1") -> None:
        returns = {
            agency: len(reads.returns_of(self.case, agency))
            for agency in reads.scope(self.case)
            if reads.returns_of(self.case, agency)
        }
        self.say(ReturnsRead(reader=reader, returns=returns))

    def send_out(self, **more: Any) -> Round:
        """Meeting held, returns read, a draft out for sign-off."""
        self.meet()
        self.read()
        return self.send_draft(**more)

    def send_draft(self, **more: Any) -> Round:
        """A draft out for sign-off; the first has been agreed by the CRG (R-16)."""
        version = self.draft(**more)
        if not self.case.last(DraftSentForSignOff):
            self.agree(version)
        self.say(DraftSentForSignOff(version=version))
        return self.case.rounds[-1]

    def agree(self, version: int, verdict: Verdict = Verdict.APPROVE, **more: Any) -> str:
        """A version sent to the CRG, and agreed by its Chair or sent back."""
        if not reads.sent_to_crg(self.case, version):
            self.say(DraftSentToCrg(version=version))
        return self.chair_says(version, verdict, **more)

    def chair_says(self, version: int, verdict: Verdict = Verdict.APPROVE, **more: Any) -> str:
        one = reads.crg_round(self.case, version)
        assert one
        given: dict[str, Any] = {"version": version, "officer": one.asks[0].officer, "sha256": one.document.sha256}
        given |= {"verdict": verdict, "comments": WHY if verdict is Verdict.SEND_BACK else ""}
        return self.say(DraftAgreed(**(given | more)), speaker(one.asks[0].officer, known=self.case.cast))

    def approve(self, **more: Any) -> None:
        self.send_out(**more)
        for partner in PARTNERS:
            self.sign(f"officer-{partner}")

    def submit(self, **more: Any) -> None:
        self.approve(**more)
        self.submit_approved()

    def submit_approved(self) -> None:
        self.say(SubmittedToPanel(version=1, covering_letter=WHY))

    def decide(self, decision: Decision = Decision.PRACTICE_REVIEW, **more: Any) -> str:
        """The partners' decision, whatever was recommended, and each partner's agreement where it is asked for."""
        if reads.immediate_learning_open(self.case):
            self.say(LearningDisseminated(means="briefing", audience="all agencies", what=WHY))
        message = self.say(decided(decision, **({"difference_reason": WHY} | more)))
        if reads.agreement_outstanding(self.case):
            for partner in PARTNERS:
                self.sign(f"officer-{partner}")
        return message

    def deadline(self, id: str) -> RunningDeadline:
        return self.case.deadlines[id]

    def lines(self, what: str) -> list[str]:
        """Sentences of the record under one word."""
        return [row.line for row in self.case.untold if row.what == what]

    def mails(self, template: str) -> list[str]:
        """Who is told by notices of a template, in order."""
        return [notice.to for notice in self.posted if notice.template == template]

    # --- what the workflow does, at once ---

    def run(self) -> None:
        """Play the run until nothing more happens: its stages are the workflow's own."""
        while True:
            if self.engine.settle():
                self._begins_again()
            elif self.mail_goes and (notice := next(iter(self.case.outbox), None)):
                self.case.outbox.remove(notice)
                self._handed_over(notice)
            else:
                return

    def _handed_over(self, notice: Notice) -> None:
        """The post takes a mail, or does not."""
        if notice.to in self.refuses:
            changes.effect_failed(self.case, notice, "refused with code 550", self.now)
        else:
            self.sent.append(notice)
            changes.effect_done(self.case, notice.key, f"Sent to {notice.to}", self.now, about=notice.about)
            self.case.untold += disclosures.rows(self.case, notice, self.now)


def fact_of(step: NextStep, world: World) -> Fact:
    """The fact that a step's example becomes, its content kept as the store would keep it."""
    body = BODIES[step.rel].model_validate(step.example)
    if isinstance(body, ReturnBody):
        number = len(reads.returns_of(world.case, body.agency)) + 1
        text = body.content.model_dump_json() if body.content else ""
        return body.to_fact(None if body.nil else paper(body.document, number, text), world.case)
    if isinstance(body, Body):
        kept = [one for one in world.case.entries if one.fact.kind == body.kind]
        return body.to_fact(paper(body.document, len(kept) + 1), world.case)
    return body


def follow(world: World, step: NextStep) -> str:
    """Take a step as it is offered, by somebody who is named for it."""
    fact = fact_of(step, world)
    return world.say(fact, Speaker(people=step.people or ["sbu-1"], roles=step.roles))


def needed(world: World) -> NextStep | None:
    return next(needed_steps(world.case, world.now), None)


def _able(fact: Fact) -> Speaker:
    """Somebody who may say it: the Business Unit where it may, else the first office of the table."""
    roles = MAY_REPORT[fact.kind]
    return SBU if Role.BUSINESS_UNIT in roles else Speaker(people=["anybody"], roles=list(roles))


def agree(world: World, response: PanelResponse = PanelResponse.AGREES) -> str:
    return world.say(PanelResponded(response=response, reasons=WHY))


def tick(moment: datetime, **span: int) -> datetime:
    return moment + timedelta(**span)


OUTSIDE: dict[str, Any] = {
    "capacity": AuthorCapacity.OUTSIDE,
    "outside_reason": WHY,
    "outside_experience": WHY,
    "outside_qualification": WHY,
}


def world_of(case: CaseState, now: datetime) -> World:
    """A world around a case that came from elsewhere; nothing is run yet."""
    world = World.__new__(World)
    world.case, world.now, world.messages = case, now, 1_000
    world._begins()
    return world
