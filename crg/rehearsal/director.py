"""The rehearsal itself: plays a scenario step by step on a running stack, as the people of the case would.

Facts go in over the REST API, sign-offs by the link in the email; between the steps the case's
clock is moved, and each step waits until the case has come to rest.
"""

import secrets
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any, Self

import httpx
from temporalio.service import RPCError

from calendar_rules.working_days import ClosedDay, ClosedKind
from crg.embedded.errors import CannotStart
from crg.embedded.sample import known_directory
from crg.rehearsal import bodies
from crg.rehearsal.clock import CaseClock
from crg.rehearsal.company import Company
from crg.rehearsal.diary import Diary
from crg.rehearsal.errors import BadScenario, WentOtherwise
from crg.rehearsal.letters import Letters, NoLink
from crg.rehearsal.outcome import Outcome, outcome
from crg.rehearsal.phrases import NoPhrase, NotKnownYet
from crg.rehearsal.portal import Answer, Portal
from crg.rehearsal.scenario import CALENDAR, MAILBOX, Action, Scenario, Step, step_name
from crg.rehearsal.telling import Teller, is_mail
from review.case.held import entered_cast
from review.facts.announcements import CalendarChanged, DirectoryChanged
from review.facts.directory import Role
from review.kit.notify import moment as shown
from review.offices import MAY_REPORT
from settings import Settings
from settings.keys import Keyring
from settings.temporal import connect
from store import Store

JSON = dict[str, Any]
ERROR = 400  # from here on an HTTP status says no


class Director:
    """One rehearsal of one scenario. Use as `async with Director(...) as director: await director.play()`."""

    def __init__(self, settings: Settings, scenario: Scenario, *, teller: Teller) -> None:
        self.scenario = scenario
        self.reference = ""
        self._settings = settings
        self._teller = teller
        self._exits = AsyncExitStack()
        self._diary = Diary(scenario)
        self._examples: dict[str, JSON] = {}  # the last that the case has offered, by kind
        self._told = 0  # rows of the record already shown
        self._key = f"rehearsal-{secrets.token_hex(6)}"

    async def __aenter__(self) -> Self:
        directory = await known_directory(self._settings)
        self._company = Company(directory, self.scenario)
        self._portal = await self._exits.enter_async_context(Portal(self._settings, directory))
        self._letters = await self._exits.enter_async_context(Letters(self._settings))
        keyring = Keyring.from_settings(self._settings)
        store = await self._exits.enter_async_context(Store.from_settings(self._settings, keyring))
        self._cases = store.cases
        self._client = await connect(self._settings, keyring, store.vault)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._exits.aclose()

    async def play(self) -> Outcome:
        """The whole scenario. Raises `WentOtherwise` where the case does otherwise, `BadScenario` for a mistake."""
        self._check_people()
        try:
            return await self._played()
        except (httpx.HTTPError, RPCError) as problem:
            why = f"{type(problem).__name__}: {problem}".rstrip(": ")
            raise WentOtherwise(f"the stack has stopped answering ({why}); look at its logs, then try again") from None

    async def _played(self) -> Outcome:
        await self._open()
        for number, step in enumerate(self.scenario.step, 1):
            try:
                await self._step(number, step)
            except (NotKnownYet, NoPhrase) as problem:
                raise self._mistake(number, step, str(problem)) from None
        if self.scenario.until:
            try:
                await self._let_pass(self._diary.when(self.scenario.until))
            except NotKnownYet as problem:
                raise BadScenario(self.scenario.file, "until", str(problem)) from None
        return await self._outcome()

    # --- the beginning ---

    def _check_people(self) -> None:
        """Everybody named is in the directory; found out before anything is done."""
        self._company.check(self.scenario.directory)
        for who in self.scenario.mailbox.refuses:
            self._company.address(who)
        for number, step in enumerate(self.scenario.step, 1):
            try:
                for who in filter(None, (step.who, step.by)):
                    self._portal.sign_in(who)
                for who in step.people:
                    self._company.address(who)
            except CannotStart as problem:
                raise self._mistake(number, step, str(problem)) from None

    async def _open(self) -> None:
        scenario = self.scenario
        self._letters.refuse(*map(self._company.address, scenario.mailbox.refuses))
        who = self._company.holder(MAY_REPORT[scenario.way_in])
        answer = await self._portal.open(scenario.way_in, bodies.opening(scenario), who=who, key=self._key)
        if answer.refusal:
            raise WentOtherwise(f"{scenario.file}: the case cannot be opened: {answer.sentence}")
        self.reference = answer.body["reference"]
        self._clock = CaseClock(self._client, self._cases, self.reference)
        self._teller.opened(self.reference, scenario)
        await self._clock.rest()
        if scenario.directory.people or scenario.directory.agencies:
            cast = self._company.cast(entered_cast(await self._clock.state()), scenario.directory)
            await self._clock.tell(DirectoryChanged(cast=cast), self._company.holder([Role.BUSINESS_UNIT]))
        await self._come_to_rest()

    # --- a step ---

    async def _step(self, number: int, step: Step) -> None:
        moment = self._diary.when(step.at) if step.at else self._diary.now
        if moment < self._diary.now and step.at:
            what = (
                f'at: "{step.at.text}" is {shown(moment)}, which lies before the step before it '
                f"({shown(self._diary.now)}); put the steps in order of time"
            )
            raise self._mistake(number, step, what)
        await self._let_pass(moment)
        if step.note:
            self._teller.note(step.note)
        await self._do(number, step)
        if step.name:
            self._diary.named(step.name)
        await self._come_to_rest()

    async def _do(self, number: int, step: Step) -> None:
        if step.does == Action.SIGN_OFF:
            await self._sign_off(number, step)
        elif step.does in CALENDAR:
            await self._close_day(step)
        elif step.does == Action.LINKS_WITHDRAWN:
            by = self._company.holder([Role.BUSINESS_UNIT])
            for person in step.people:
                await self._portal.withdraw_links(self.reference, person, step.why, who=by)
        elif step.does in MAILBOX:
            tell = self._letters.refuse if step.does == Action.MAILBOX_REFUSES else self._letters.accept
            tell(*map(self._company.address, step.people))
        elif step.does != Action.NOTHING:
            await self._fact(number, step)

    async def _fact(self, number: int, step: Step) -> None:
        offered = (await self._portal.case(self.reference))["next_steps"]
        self._examples |= {one["rel"]: one["example"] for one in offered}
        offer = bodies.choose(step, offered, self._company.roles(step.who))
        example = offer["example"] if offer else self._examples.get(step.does) or await self._portal.example(step.does)
        body = bodies.body(step, example, moment=self._diary.moment, day=self._diary.day)
        body = {"happened_at": self._diary.now.isoformat()} | body
        who = step.who or self._whoever(step.does, offer)
        answer = await self._portal.say(self.reference, step.does, body, who=who, key=f"{self._key}-{number}")
        self._judge(number, step, answer)
        if not answer.refusal:
            self._diary.happened(step.does, body)

    async def _sign_off(self, number: int, step: Step) -> None:
        """As a person does it: find the newest email, open its link, choose, send."""
        address = self._company.address(step.by or "")
        try:
            link = await self._letters.sign_off_link(address, self.reference)
        except NoLink as problem:
            raise self._otherwise(number, step, f"{problem}; let time pass until it has been asked") from None
        page = await self._letters.decide(link, step.verdict, step.comments)
        refused = page.status >= ERROR
        if refused and step.expect_refused:
            self._teller.refused(step.expect_refused, page.text)
        elif refused:
            raise self._otherwise(number, step, page.text)
        elif step.expect_refused:
            raise self._otherwise(number, step, f"it should be refused as {step.expect_refused}, but it was taken")

    async def _close_day(self, step: Step) -> None:
        """Told to this one case, so that a rehearsal moves nobody else's deadlines."""
        kind = ClosedKind.PROCLAIMED if step.does == Action.BANK_HOLIDAY else ClosedKind.CLOSURE
        day = ClosedDay.model_validate({"day": step.day, "why": step.why, "kind": kind})
        self._diary.close(day)
        await self._clock.tell(CalendarChanged(days=[day]), self._company.holder([Role.BUSINESS_UNIT]))

    def _judge(self, number: int, step: Step, answer: Answer) -> None:
        if answer.refusal == step.expect_refused:
            if answer.refusal:
                self._teller.refused(answer.refusal, answer.sentence)
            return
        if step.expect_refused is None:
            raise self._otherwise(number, step, f"{answer.sentence} ({answer.refusal})")
        came = f"refused as {answer.refusal}: {answer.sentence}" if answer.refusal else "taken"
        raise self._otherwise(number, step, f"it should be refused as {step.expect_refused}, but it was {came}")

    def _whoever(self, kind: str, offer: JSON | None) -> str:
        """Somebody who may do it: whom the step names, else the first holder of its first office."""
        if offer is None:
            return self._company.holder(MAY_REPORT[kind])
        return str(offer["people"][0]) if offer.get("people") else self._company.holder(offer["roles"])

    # --- time ---

    async def _let_pass(self, moment: datetime) -> None:
        """Move the case's clock, and show what happens on the way."""
        if moment > self._diary.now:
            await self._clock.move_to(moment)
            self._diary.now = moment
            await self._come_to_rest()

    async def _come_to_rest(self) -> None:
        """Wait until the case has done all that is to be done now, and show it."""
        self._diary.due((await self._clock.rest()).due)
        rows = await self._portal.record(self.reference, after=self._told)
        if rows:
            self._told = rows[-1]["seq"]
            mailed = any(is_mail(row) for row in rows)
            self._teller.rows(rows, await self._portal.emails(self.reference) if mailed else [])

    # --- the end ---

    async def _outcome(self) -> Outcome:
        case, shown_case = await self._clock.state(), await self._portal.case(self.reference)
        record = await self._portal.record(self.reference)
        emails = await self._portal.emails(self.reference)
        arrived = await self._letters.arrived()
        if lost := [one for one in emails if one["status"] == "sent" and one["message_id"] not in arrived]:
            raise WentOtherwise(f"{len(lost)} of the emails sent have not arrived at the mail catcher; look at its log")
        self._teller.rows([], emails)  # what went out after the last row that was shown
        return outcome(self.scenario.title, case, shown_case, record, emails, self._diary.now)

    def _mistake(self, number: int, step: Step, what: str) -> BadScenario:
        return BadScenario(self.scenario.file, step_name(number, step), what)

    def _otherwise(self, number: int, step: Step, what: str) -> WentOtherwise:
        return WentOtherwise(f"{self.scenario.file}, {step_name(number, step)}, {shown(self._diary.now)}: {what}")
