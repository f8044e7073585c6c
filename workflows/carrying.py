"""What follows from a moment leaves together: the record, the papers, the mails (design, "How a fact gets in").

All that comes up in one task of the workflow is one moment and one activity, `carry-out`; moments run
side by side. A mail that was not taken in it goes on by itself, so that it holds up no other mail and no other moment.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

from activities import orders
from review.case import outsiders, reads
from review.case.effects import EffectKey
from review.case.mailing import TROUBLE_WORDS, MailTrouble, NotTaken
from review.case.notices import Notice, Rendering, in_one_mail
from review.case.state import CaseState, NotOursOfDay, Waiting
from review.counted_days import day_of_d7
from review.facts import DocumentRef
from review.kit import came_back, changes, disclosures, overtaken
from review.kit.mail_names import mail_name
from review.kit.titles import in_the_words_of
from review.moment import Patcher, moment
from workflows.sending import carried_out, try_mail
from workflows.temporal_ui import TemporalUI

# What failed in the activity, by a fault that is no mail server's: it goes on by itself.
FAULT_OF_OURS = NotTaken(
    trouble=MailTrouble.NOT_WRITTEN,
    words=TROUBLE_WORDS[MailTrouble.NOT_WRITTEN],
    failed=False,
    again_after=timedelta(seconds=1),
)
# Passes of the workflow's own loop: one wakes those who wait for what came up, and they may wake others.
_STILL = 3  # in which nothing came up: the moment is over
_PASSES = 100  # far more than any needs


class Carrying:
    """Does effects once, and hands each moment on. `case` is the whole state; `now` is the case's clock."""

    def __init__(self, case: CaseState) -> None:
        self.case = case
        self._patcher = Patcher.beside(case)  # the store has the state that a run begins with
        self._ui = TemporalUI(case)
        self._began = case.version
        self._doing: set[str] = set()  # effects under way
        self._wanted: list[orders.PaperOrder] = []  # papers of the moment
        self._moments = 0  # under way
        self._indexed = -1  # version of the case that the search attributes show
        self._told_of = case.rows  # up to which row everything has been handed on
        self.beside: list[asyncio.Task[None]] = []  # work beside the main line
        self._continue_as_new_requested = False
        self._changed = False  # something of the state that no row tells of
        self.refused_today: dict[str, NotOursOfDay] = {}  # of this run, by what it was about

    def now(self) -> datetime:
        """The case's clock (UTC): the workflow's; in a rehearsal moved to the time that is rehearsed."""
        return workflow.now() + self.case.shift

    def meanwhile(self, work: Coroutine[Any, Any, None]) -> None:
        """Work that goes on beside the main line and never holds it up."""
        self.beside = [task for task in self.beside if not task.done() or problem_of(task)]
        self.beside.append(asyncio.create_task(work))

    # --- do an effect once ---

    async def send(self, notice: Notice) -> bool:
        """A mail, once per recipient and cause. False where it was not taken: it is tried on, or is a failed duty."""
        if notice.key not in self.case.failed:
            self.case.post([notice])
            await workflow.wait_condition(lambda: all(one.key != notice.key for one in self.case.outbox))
        return notice.key in self.case.done

    async def send_each(self, notices: Iterable[Notice]) -> None:
        """Several mails, side by side."""
        await asyncio.gather(*[self.send(notice) for notice in notices])

    async def sent(self, notice: Notice, *, unless: Callable[[], bool] = lambda: False) -> bool:
        """A mail that must go out: a refused one waits for a person to mend it, or until it no longer matters."""
        if notice.key not in self.case.failed:
            self.case.post([notice])
        await workflow.wait_condition(lambda: notice.key in self.case.done or unless())
        return notice.key in self.case.done

    async def make(self, rendering: Rendering, *, version: int | None = None) -> DocumentRef:
        """A document, once per cause."""
        await self.once(rendering.cause, lambda: self._make(rendering, version))
        return self.case.papers[rendering.cause]

    def along(self, rendering: Rendering) -> str:
        """A document that is made in the same moment as the mails that it goes with, which name it by its cause."""
        self.meanwhile(self._made(rendering))
        return rendering.cause

    async def _made(self, rendering: Rendering) -> None:
        await self.make(rendering)

    async def once(self, key: str, do: Callable[[], Awaitable[None]]) -> None:
        """Do something once; a second caller waits for the first."""
        while key in self._doing:
            await workflow.wait_condition(lambda: key not in self._doing)
        if key in self.case.done:
            return
        self._doing.add(key)
        try:
            await do()
        finally:
            self._doing.discard(key)

    async def _make(self, rendering: Rendering, version: int | None) -> None:
        n = in_the_words_of(self.case.edition, rendering.n) | self._outsiders()
        worded = rendering.model_copy(update={"n": n})
        line = f"{rendering.title}: document made"
        row = changes.effect_row(self.case, EffectKey(rendering.cause), line, self.now(), about=rendering.document)
        self._wanted.append(orders.PaperOrder(rendering=worded, version=version, row=row))
        await workflow.wait_condition(lambda: rendering.cause in self.case.done)

    # --- a moment ---

    async def carry(self) -> None:
        """Hand on each moment as it comes up."""
        while True:
            await workflow.wait_condition(lambda: self._something() or self._to_be_handed_on())
            await self._moment_over()
            self._hand_on()

    def _hand_on(self) -> None:
        """Order what this moment has come to, if it has come to anything."""
        overtaken.let_go(self.case, self.now(), sending=self._doing)
        flush = self._to_be_handed_on()
        mails, papers, self._wanted = self._mails(), self._wanted, []
        self._changed = False
        self._ui.show(self.now())
        came = moment(self.case, self._patcher, self.now(), seen=not workflow.unsafe.is_replaying())
        self._told_of = self.case.rows
        if came.patch.state_is_same and not (came.rows or came.settled or papers or mails):
            return
        self.case.version += 1
        came.version, came.began = self.case.version, self._began
        counted = day_of_d7(self.case, self.now())
        order = orders.CarryOut(
            partnership=self.case.partnership, moment=came, counted=counted, papers=papers, mails=mails
        )
        self._moments += 1
        self._told_of = -1 if flush else self._told_of  # looked at once more, before the run continues as new
        self.meanwhile(self._carried(order))

    async def show_when_quiet(self) -> None:
        """Update the details and search attributes once in each quiet moment, not after each step in between."""
        while True:
            await workflow.wait_condition(lambda: self._indexed != self.case.version and self._quiet())
            await self._moment_over()  # what the going of a mail sets going comes up now
            if self._quiet():
                self._indexed = self.case.version
                self._ui.show(self.now())  # of a run that has begun again nothing has come up yet
                self._ui.index(self.now())

    def _quiet(self) -> bool:
        return not (self._moments or self._something())

    def _something(self) -> bool:
        return self._changed or bool(self.case.untold or self.case.settled or self._wanted or self._fresh())

    def _fresh(self) -> list[Notice]:
        """Mails that nobody sends yet, whose papers are made or are about to be."""
        papers = {*self.case.papers, *(one.rendering.cause for one in self._wanted)}
        return [one for one in self.case.outbox if one.key not in self._doing and papers.issuperset(one.papers)]

    def _to_be_handed_on(self) -> bool:
        """Whether the state must still be written: the store has all of it before a run continues as new."""
        return self.continue_as_new_requested() and not self._moments and self._told_of != self.case.rows

    def request_continue_as_new(self) -> None:
        """Continue as new at the next quiet moment."""
        self._continue_as_new_requested = True

    def continue_as_new_requested(self) -> bool:
        return self._continue_as_new_requested or workflow.info().is_continue_as_new_suggested()

    def handed_on(self) -> bool:
        """Whether no moment is under way, and the store has everything."""
        return self._quiet() and self._told_of == self.case.rows

    async def _moment_over(self) -> None:
        """Until nothing more comes up by itself in this task of the workflow."""
        seen, still = None, 0
        for _ in range(_PASSES):
            there = (self.case.rows, len(self.case.settled), len(self.case.outbox), len(self._wanted))
            still = still + 1 if there == seen else 0
            if still == _STILL:
                return
            seen = there
            await workflow.wait_condition(lambda: True)

    def _mails(self) -> list[orders.MailOrder]:
        """What the outbox holds; what one person is told of one subject goes in one mail, with a list."""
        found = []
        for group in in_one_mail(self._fresh()):
            self._doing |= {one.key for one in group}
            rows = [
                changes.effect_row(
                    self.case,
                    one.key,
                    _sent_line(one) if one is group[0] else f"{_sent_line(one)}, in the same mail",
                    self.now(),
                    mail=one,
                    within=None if one is group[0] else group[0].key,
                )
                for one in group
            ]
            keys, worded = [one.key for one in group], self._worded(group)
            rows += disclosures.rows(self.case, worded, self.now())
            found.append(orders.MailOrder(notice=worded, keys=keys, rows=rows, others=group[1:]))
        return found

    def _worded(self, group: list[Notice]) -> Notice:
        """One mail in the words of the edition; it tells of the others of its group, too."""
        notice = group[0]
        return notice.model_copy(
            update={
                "attach": [self.case.papers[one] for one in notice.papers if one in self.case.papers] + notice.attach,
                "papers": [one for one in notice.papers if one not in self.case.papers],
                "n": in_the_words_of(self.case.edition, notice.n) | self._outsiders(),
                "also": [in_the_words_of(self.case.edition, other.n) for other in group[1:]],
                "cause": came_back.sent_as(self.case, notice.key),
                "outside": reads.addressee(self.case, notice.to),
            }
        )

    def _outsiders(self) -> dict[str, Any]:
        """What agencies are called that are in no directory, where the case asks any (R-4)."""
        names = outsiders.names(self.case)
        return {"outsiders": names} if names else {}

    async def _carried(self, order: orders.CarryOut) -> None:
        try:
            came = await carried_out(order, _summary(order))
        finally:
            self._moments -= 1
        for cause, ref in came.papers.items():
            self.case.papers[cause] = ref
            changes.effect_noted(self.case, EffectKey(cause), self.now())
        for mail in order.mails:
            if mail.keys[0] in came.sent:
                for key in mail.keys:
                    changes.effect_noted(self.case, key, self.now())
            else:
                self._not_taken(mail.keys, came.not_taken.get(mail.keys[0], FAULT_OF_OURS))
            self._out_of_the_box(mail.keys)

    def _not_taken(self, keys: list[EffectKey], outcome: NotTaken) -> None:
        """A mail of the outbox was not taken: from now on it waits, is a failed duty, or both; and holds nothing up."""
        group = [one for one in self.case.outbox if one.key in keys]
        if group:
            changes.mail_not_taken(self.case, group[0], group[1:], outcome, self.now())
            self._changed = True

    # --- a mail that waits ---

    async def mails_tried_on(self) -> None:
        """Every mail that was not taken is tried again when its time has come; none waits for another."""
        trying: set[EffectKey] = set()
        while True:
            await workflow.wait_condition(lambda: bool(set(self.case.waiting) - trying))
            for key in [key for key in self.case.waiting if key not in trying]:
                trying.add(key)
                self.meanwhile(self._tried_on(key, trying))

    async def _tried_on(self, key: EffectKey, trying: set[EffectKey]) -> None:
        """One mail, until it is taken, refused for good, made good otherwise, or overtaken."""
        while waiting := self.case.waiting.get(key):
            left = max(timedelta(0), waiting.again_at - self.now())
            summary = f"{mail_name(waiting.notice)} to {waiting.notice.to}: {waiting.trouble}, tried again"
            try:
                await workflow.wait_condition(
                    lambda waiting=waiting: self.case.waiting.get(key) is not waiting,  # type: ignore[misc]
                    timeout=left,
                    timeout_summary=summary[:200],
                )
            except TimeoutError:
                await self._once_more(waiting)
        trying.discard(key)

    async def _once_more(self, waiting: Waiting) -> None:
        """One more try. The run does not continue as new while it is under way."""
        group = [waiting.notice, *waiting.others]
        keys = [one.key for one in group]
        self._doing |= set(keys)
        self._moments += 1
        order = orders.SendNotice(
            reference=self.case.reference,
            partnership=self.case.partnership,
            notice=self._worded(group),
            key=waiting.notice.key,
            others=waiting.others,
            at=self.now(),
            counted=day_of_d7(self.case, self.now()),
            since=waiting.since,
            tries=waiting.tries,
            awaited=waiting.trouble is MailTrouble.UNANSWERED,
        )
        try:
            tried = await try_mail(order, f"{mail_name(waiting.notice)} to {waiting.notice.to}, again")
        finally:
            self._moments -= 1
        stands = self.case.waiting.get(waiting.notice.key) is waiting  # else a later mail has taken its place meanwhile
        if isinstance(tried.outcome, NotTaken) and stands:
            changes.mail_not_taken(self.case, waiting.notice, waiting.others, tried.outcome, self.now())
            self._told_of = -1  # the store has it before the run continues as new
            self._changed = self._changed or tried.outcome.trouble is not waiting.trouble  # shown with the case
        elif not isinstance(tried.outcome, NotTaken):
            changes.mail_sent(self.case, waiting.notice, waiting.others, self.now())
        self._out_of_the_box(keys)

    def _out_of_the_box(self, keys: list[EffectKey]) -> None:
        self.case.outbox = [one for one in self.case.outbox if one.key not in keys]
        self._doing -= set(keys)


def problem_of(task: asyncio.Task[None]) -> BaseException | None:
    """What a task failed by; a stage that was left while a mail or a document was under way did not fail."""
    if not task.done() or task.cancelled():
        return None
    problem = task.exception()
    return None if problem is None or is_cancelled_exception(problem) else problem


def _sent_line(notice: Notice) -> str:
    return f"Sent to {notice.to}: {mail_name(notice)}"


def _summary(order: orders.CarryOut) -> str:
    """What a moment brings and to how many, as the Temporal UI shows it: "record: 2 rows, returns request to 3"."""
    rows = len(order.moment.rows)
    told: dict[str, int] = {}
    for mail in order.mails:
        told[mail_name(mail.notice)] = told.get(mail_name(mail.notice), 0) + 1
    parts = [f"record: {rows} row{'' if rows == 1 else 's'}"]
    parts += [f"{paper.rendering.title} made" for paper in order.papers]
    parts += [f"{words} to {number}" for words, number in told.items()]
    return ", ".join(parts)[:200]
