"""What the workflow of every case is: one `CaseRun`, and the messages that change it.

The validator refuses, the handler records, `run` acts.
"""

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from review import not_ours, take
from review.asked import BeginAgain, Progress
from review.case.record import RowKind
from review.case.state import CaseState
from review.check import validate_fact
from review.facts import Corrected, Reported
from review.facts.any_stage import CaseReopened, TakenBack
from review.facts.crg import ConcernEscalated
from review.facts.directory import Role
from review.facts.editions import EditionMoved, NotificationWithdrawn
from review.facts.links import MailUndelivered
from review.facts.practice_review import ReviewNotPublished, ReviewPublished
from review.facts.referral import CrgConsidered
from review.kit import notify
from review.kit.refusals import Refusal
from workflows import names
from workflows.case_run import CaseRun
from workflows.guard import Guarded

# These may start, reopen or end a stage that the run has passed: it continues as new, from the top.
_RESTARTS = (Corrected, TakenBack, NotificationWithdrawn, EditionMoved, CrgConsidered, CaseReopened, MailUndelivered)


class CaseWorkflow(Guarded):
    """Update, signals and queries, the same for a case review and for an information request."""

    def __init__(self, case: CaseState) -> None:
        self.case_run = CaseRun(case)

    @workflow.update(name=names.SAY)
    async def say(self, reported: Reported) -> dict[str, Any]:
        """A fact; the answer is its receipt."""
        return taken(self.case_run, reported)

    @say.validator
    def may_be_said(self, reported: Reported) -> None:
        """Refuse what cannot be taken, before anything is written to history."""
        try:
            validate_fact(self.case_run.case, reported, self.case_run.now())
        except Refusal as refusal:
            raise ApplicationError(refusal.text, refusal.as_dict(), type=refusal.name(), non_retryable=True) from None

    @workflow.signal(name=names.RELAY)
    async def relay(self, reported: Reported) -> None:
        """The same fact by the relay's way, when nobody was there to answer."""
        taken_or_refused(self.case_run, reported)

    @workflow.signal(name=names.BEGIN_AGAIN)
    async def request_continue_as_new(self, asked: BeginAgain) -> None:
        """Continue as new at the next quiet moment: for a case that should move onto new code."""
        if asked.run == workflow.info().run_id:
            self.case_run.request_continue_as_new()

    @workflow.query(name=names.STATE)
    def state(self) -> CaseState:
        return self.case_run.case

    @workflow.query(name=names.PROGRESS)
    def progress(self) -> Progress:
        case = self.case_run.case
        due = {deadline.id: deadline.due for deadline in case.deadlines.values()}
        return Progress(at_rest=case.at_rest(self.case_run.now()), due=due)

    def not_ours(self, about: str) -> None:
        """Something came which this service did not send: it was refused, and the record says so (X-3)."""
        run = self.case_run
        not_ours.noted(run.case, run.refused_today, about, run.now())

    def cancellation_refused(self) -> None:
        """A case ends by decision only: the record says so, and the Business Unit is told."""
        run, now = self.case_run, self.case_run.now()
        line = "A request to cancel reached the engine and was refused: a case ends by decision only"
        run.case.add_record_row(RowKind.FACT, "cancellation-refused", line, now=now)
        people = run.holders(Role.BUSINESS_UNIT)
        run.case.post(notify.to_each(people, f"cancellation-refused:{now.isoformat()}", "cancellation-refused"))


def taken(run: CaseRun, reported: Reported) -> dict[str, Any]:
    """Take a checked fact; the answer says that the case has it, the inbox when it is recorded."""
    take.apply_fact(run.case, reported, run.now())
    published_after_all = isinstance(reported.fact, ReviewPublished) and run.case.last(ReviewNotPublished)
    reopens = isinstance(reported.fact, ConcernEscalated) and reported.fact.reopen
    if isinstance(reported.fact, _RESTARTS) or published_after_all or reopens:
        run.request_continue_as_new()
    return {"message": reported.message, "status": "taken"}


def taken_or_refused(run: CaseRun, reported: Reported) -> None:
    """The same by the relay's way, where nobody waits: a refusal is recorded and reaches the inbox."""
    if run.case.seen(reported.message):
        _settle_again(run, reported)
        return
    try:
        validate_fact(run.case, reported, run.now())
    except Refusal as refusal:
        take.refuse(run.case, reported, refusal, run.now())
        return
    taken(run, reported)


def _settle_again(run: CaseRun, reported: Reported) -> None:
    """The relay repeats itself while the inbox has not heard: tell it again."""
    outcome = run.case.refused.get(reported.message) or take.settlement(reported.message, run.now())
    if outcome.message not in {one.message for one in run.case.settled}:
        run.case.settled.append(outcome)
