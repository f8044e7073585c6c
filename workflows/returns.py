"""§2 The request to the agencies, their returns, and the pack for the CRG. Room: workflows. R-3..R-5, D-5, D-6."""

from typing import Any, NamedTuple

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from calendar_rules.lengths import end_of_day
    from review import telling, timing
    from review.clocks import PASSED
    from review.directory import CastAgency, Role
    from review.notices import Rendering
    from review.said.rapid_review import AgencyReturned, ReturnsRequested
    from review.words import Stage
    from workflows.ground import Ground


class Asking(NamedTuple):
    """In which words agencies are asked, and for what."""

    mail: str
    title: str
    pack_mail: str
    overtaken: str
    unanswered: str


FOR_THE_RAPID_REVIEW = Asking(
    mail="returns-request",
    title="Rapid review request",
    pack_mail="returns-pack",
    overtaken="the return never came; the rapid review was submitted without it",
    unanswered="the rapid review was submitted without this answer",
)


class Returns(Ground):
    """Asked, returned, late, missing, collated."""

    asking = FOR_THE_RAPID_REVIEW

    async def agencies_asked(self) -> None:
        """The request goes out to every agency in scope within 5 working days (§2, D-5, R-3); each has 5 days (D-6)."""
        async with self.deadline("D-5", since=self.notified_at) as clock:
            await self.fact(ReturnsRequested)
            self.meanwhile(self.each_agency_asked())
            await workflow.wait_condition(lambda: self.all_asked() or self.returns_over())
        if self.all_asked():
            self.met(clock.id)
        timing.stop(self.case, clock.id, "the rapid review was submitted without a request to every agency", self.now())

    async def each_agency_asked(self) -> None:
        """Every agency in scope, those added later included (R-4)."""
        asked: set[str] = set()
        while not self.returns_over():
            for agency in [agency for agency in self.case.scope if agency not in asked]:
                asked.add(agency)
                self.meanwhile(self.agency_returns(agency))
            await workflow.wait_condition(lambda: bool(set(self.case.scope) - asked) or self.returns_over())

    async def agency_returns(self, agency: str) -> None:
        """One agency: the request with its link, then 5 days from when it was sent (§2, D-6, R-4)."""
        if agency not in self.case.requests:
            lead = self.case.agency(agency)
            if lead is None or not await self.request_sent(agency, lead):
                return
        if self.case.known_first:
            self.meanwhile(self.agency_says_whether_it_knew(agency))
        async with self.deadline("D-6", since=self.case.requests[agency], subject=agency) as clock:
            await workflow.wait_condition(lambda: not clock.open or self.returns_over())
        timing.stop(self.case, clock.id, self.asking.overtaken, self.now())

    async def request_sent(self, agency: str, lead: CastAgency) -> bool:
        """The request of one agency, sent once; False where all was over before it could be sent (R-3)."""
        due_by = self.due("D-6", self.now())
        paper = Rendering(
            cause=f"returns-request:{agency}",
            document=f"request-{agency}",
            template=self.asking.mail,
            title=self.asking.title,
            n={"agency": agency, "due": due_by, "link": ""},
        )
        request = telling.return_request(
            self.case, agency, self.asking.mail, lead.safeguarding_lead, due_by, self.now(), cause=f"request:{agency}"
        )
        request.attach = [await self.make(paper)]
        if rule := self.case.known_first:
            request.n["known_by"] = self.due(rule.id, self.now())
        if not await self.sent(request, unless=self.returns_over):
            return False
        self.case.requests.setdefault(agency, self.case.done[request.key])
        return True

    async def agency_says_whether_it_knew(self, agency: str) -> None:
        """Was the child or family known to you? At once, the summary later, where the edition asks so (B-6)."""
        async with self.deadline("D-6-known", since=self.case.requests[agency], subject=agency) as clock:
            await workflow.wait_condition(lambda: not clock.open or self.returns_over())
        timing.stop(self.case, clock.id, self.asking.unanswered, self.now())

    async def returns_collated(self) -> None:
        """The returns in one pack: when the last is in, or at the deadline, naming what is missing (§2, R-5)."""
        self.enter(Stage.RETURNS)
        self.meanwhile(self.packs())
        await workflow.wait_condition(lambda: bool(self.case.meeting_held) or self.pack_is_due())

    async def packs(self) -> None:
        """A pack when it is due, and anew with each return that comes or is replaced before the meeting."""
        collated: list[tuple[tuple[str, int], ...]] = []
        while not self.pack_is_over():
            await workflow.wait_condition(
                lambda: self.pack_is_over() or (self.pack_is_due() and self.returned() not in collated)
            )
            if not self.pack_is_over():
                collated.append(self.returned())
                await self.collate(collated[-1])

    async def collate(self, collated: tuple[tuple[str, int], ...]) -> None:
        """One pack of the returns as they stand."""
        cause = "returns-pack:" + ",".join(f"{agency}.{number}" for agency, number in collated)
        returns = [self.return_row(agency) for agency in self.case.scope]
        latest = {fact.agency: fact.content for fact in self.case.every(AgencyReturned)}
        sources = {agency: content for agency, content in latest.items() if content is not None}
        paper = Rendering(
            cause=cause,
            document="returns-pack",
            template="returns-pack",
            title="Agencies' returns, collated",
            n={"returns": returns},
            sources=sources,
        )
        await self.make(paper)
        here = [agency for agency in self.case.scope if agency not in self.case.outstanding]
        late = [
            agency
            for agency in here
            if (clock := self.case.clocks.get(f"D-6:{agency}")) and (clock.met_at or clock.due) > clock.due
        ]
        n: dict[str, Any] = {"received": here, "missing": self.case.outstanding, "late": late}
        if self.case.wanted_by:
            n["wanted"] = end_of_day(self.case.wanted_by)
        await self.tell(self.holders(Role.BUSINESS_UNIT, Role.CRG_CHAIR), self.asking.pack_mail, n, cause=cause)

    def returns_over(self) -> bool:
        """Nobody is asked any more: the rapid review was submitted."""
        return self.case.submitted is not None

    def all_asked(self) -> bool:
        return bool(self.case.scope) and set(self.case.scope) <= set(self.case.requests)

    def pack_is_over(self) -> bool:
        """The rapid review meeting has read it."""
        return bool(self.case.meeting_held)

    def pack_is_due(self) -> bool:
        """All returns are in, or every one that is not is past its deadline (R-5)."""
        passed = [
            agency
            for agency in self.case.outstanding
            if (clock := self.case.clocks.get(f"D-6:{agency}")) and PASSED in clock.rung
        ]
        return bool(self.case.requests) and len(passed) == len(self.case.outstanding)

    def returned(self) -> tuple[tuple[str, int], ...]:
        """Which returns are in, by number of versions, and which are missing (0)."""
        return tuple((agency, len(self.case.answers_of(agency))) for agency in self.case.scope)

    def return_row(self, agency: str) -> dict[str, Any]:
        """How the pack shows one agency."""
        said = self.case.answers_of(agency)
        if not said:
            return {
                "agency": agency,
                "status": "missing",
                "received_at": None,
                "knew": self.case.known_to(agency),
                "officer": None,
                "text": "",
            }
        clock, latest = self.case.clocks.get(f"D-6:{agency}"), said[-1]
        late = clock is not None and said[0].happened_at > clock.due
        nil, officer = not self.case.known_to(agency), getattr(latest.said.fact, "officer", None)
        status = ("late-nil" if late else "nil") if nil else "late" if late else "received"
        return {
            "agency": agency,
            "status": status,
            "received_at": latest.happened_at,
            "knew": not nil,
            "officer": officer,
            "text": "",
        }
