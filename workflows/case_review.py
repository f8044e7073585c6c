"""The case review: the protocol from a potential notifiable incident to the partners' decision, in its own order.

Room: workflows. Read `protocol` as the table of contents; each stage stands below it in the order in which it is named.
The moves (fact, send, deadline, meanwhile) are in `workflows.moves`, what a fact changes in `review.changes`.
"""

from datetime import datetime
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from calendar_rules.lengths import due, london
    from review import changes, telling
    from review.case import CaseState
    from review.checks import differs
    from review.clocks import PASSED
    from review.directory import Role
    from review.facts import (
        AgencyReturned,
        DocumentRef,
        DraftSentForSignOff,
        NotNotifiedDecided,
        PanelAcknowledged,
        PanelNotified,
        PanelResponded,
        PartnersDecided,
        RapidReviewMeetingHeld,
        RapidReviewMeetingMoved,
        ReportDrafted,
        ReturnsRequested,
        Said,
        ScopingMeetingArranged,
        ScopingMeetingHeld,
    )
    from review.notices import Invite, Notice, Rendering
    from review.sign_off import Round
    from review.words import Decision, NotNotifiedOutcome, Recommendation, Stage
    from workflows import names
    from workflows.sign_off import SignOff

REPORT = "rapid-review"
REPORT_TITLE = "Rapid review report"
MEETING_MINUTES = {"scoping": 60, "rapid-review": 150}


@workflow.defn(name=names.WORKFLOW)
class CaseReview(SignOff):
    """One case, for as long as it lives. Workflow id = the case's reference."""

    @workflow.init
    def __init__(self, case: CaseState) -> None:
        super().__init__(case)  # here, not in run: a message may be handled before run's first line

    @workflow.run
    async def run(self, case: CaseState) -> None:
        """Carry the case through the protocol; begin again from its state whenever that is needed."""
        await self.carry_on(self.protocol)

    async def protocol(self) -> None:
        """The protocol: §1 notification, §2 rapid review, the Panel, the partners' decision (flowchart)."""
        self.meanwhile(self.safety_steps_asked())  # N-5
        self.meanwhile(self.authorities_told())  # D-2
        if not await self.partners_agree_to_notify():  # N-2
            await self.not_notified()
            return
        await self.panel_notified()  # D-1
        async with self.deadline("D-7", since=self.notified_at):  # the 15th working day, over the whole rapid review
            self.meanwhile(self.leaders_told())  # D-3
            self.meanwhile(self.agencies_asked())  # D-5, D-6
            await self.scoping_meeting()  # D-4
            await self.returns_collated()
            await self.rapid_review_meeting()
            await self.report_signed_off_and_submitted()  # R-7..R-12, D-8
        await self.panel_responds()  # D-9
        await self.partners_decide()

    # --- §1 Serious incident notification ---

    async def safety_steps_asked(self) -> None:
        """The steps taken for this and other children's safety are asked for (§1, N-5)."""
        await self.tell(self.holders(Role.DCS), "safety-steps-asked")

    async def authorities_told(self) -> None:
        """Where a child in care died, Ofsted and the Secretary of State are told, whatever N-2 comes to (§1, D-2, N-4)."""
        if self.case.child_in_care_died:
            self.meanwhile(self.authority_told("D-2:ofsted"))
            self.meanwhile(self.authority_told("D-2:secretary-of-state"))

    async def authority_told(self, rule: str) -> None:
        """One of the two duties of D-2."""
        async with self.deadline(rule, since=self.case.incident.aware_at) as clock:
            await self.tell(self.holders(Role.DCS), "authorities-duty", {"due": clock.due})
            await workflow.wait_condition(lambda: not clock.open)

    async def partners_agree_to_notify(self) -> bool:
        """DCS and Chief Executive discuss at once; both must agree. While they differ the case waits, D-1 running (§1, N-2)."""
        self.enter(Stage.DISCUSSION)
        incident = self.case.incident
        async with self.deadline("D-1", since=incident.aware_at) as clock:
            n = {"aware_at": incident.aware_at, "due": clock.due}
            await self.tell(self.holders(Role.DCS, Role.CHIEF_EXECUTIVE), "incident-received", n)
            self.meanwhile(self.difference_told())
            await workflow.wait_condition(
                lambda: self.case.agreed_to_notify or self.case.last(NotNotifiedDecided) is not None
            )
        return self.case.agreed_to_notify

    async def difference_told(self) -> None:
        """Views that differ: told at once, again each working day, to the CRG Chair too, until they agree (N-2)."""
        while self.case.notified_at is None and self.case.last(NotNotifiedDecided) is None:
            await workflow.wait_condition(lambda: self.case.views_differ or self.case.notified_at is not None)
            if not self.case.views_differ:
                return
            today = london(self.now()).date().isoformat()
            people = self.holders(Role.DCS, Role.CHIEF_EXECUTIVE, Role.CRG_CHAIR)
            await self.tell(people, "views-differ", {"due": self.case.clocks["D-1"].due}, cause=f"views-differ:{today}")
            again = changes.next_morning(self.case, self.now())
            await self.until(
                lambda: not self.case.views_differ, again, f"views differ: told again {telling.moment(again)}"
            )

    async def not_notified(self) -> None:
        """Both said no: the case closes as not notified, or goes on as a CRG referral (N-2). D-2 runs on."""
        decided = await self.fact(NotNotifiedDecided)
        changes.stop(self.case, "D-1", "the DCS and the Chief Executive decided not to notify", self.now())
        n = {"decided_at": self.now(), "care_death": self.case.child_in_care_died}
        await self.tell(self.holders(Role.DCS, Role.CHIEF_EXECUTIVE, Role.BUSINESS_UNIT), "not-notified", n)
        closed = decided.outcome is NotNotifiedOutcome.CLOSE
        self.enter(Stage.NOT_NOTIFIED if closed else Stage.CRG_REFERRAL)

    async def panel_notified(self) -> None:
        """The Trust notifies the Panel within 5 working days; the Business Unit gets a copy (§1, D-1, N-3)."""
        self.enter(Stage.NOTIFICATION)
        async with self.deadline("D-1", since=self.case.incident.aware_at):
            notified = await self.fact(PanelNotified)
        rules = {"D-4": self.received_at, "D-5": self.notified_at, "D-7": self.notified_at}
        deadlines = [
            {"title": self.case.edition.deadlines[rule].title, "due": self.due(rule, since)}
            for rule, since in rules.items()
        ]
        n = {"notified_at": self.notified_at, "panel_reference": notified.panel_reference, "deadlines": deadlines}
        self.meanwhile(self.tell(self.holders(Role.BUSINESS_UNIT), "notification-copy", n))

    async def leaders_told(self) -> None:
        """Accountable officers, CRG Chair and Independent Chair are told at once (§1, §6, D-3, N-6)."""
        async with self.deadline("D-3", since=self.received_at):
            due_by = self.due("D-7", self.notified_at)
            told = [
                Notice(
                    cause="partners-told",
                    template="partners-told",
                    to=person,
                    n={"notified_at": self.notified_at, "due": due_by, "capacity": role.value},
                )
                for role in telling.LEADERS
                for person in self.holders(role)
            ]
            await self.send_each(told)
            for notice in told:
                await self.sent(notice)
            self.met("D-3")

    # --- §2 Rapid review ---

    async def scoping_meeting(self) -> None:
        """The CRG meets online within 48 hours and sets the date of the rapid review meeting, now (§2, D-4, R-2)."""
        self.enter(Stage.SCOPING)
        self.meanwhile(self.scoping_invitations())
        async with self.deadline("D-4", since=self.received_at):
            await self.fact(ScopingMeetingHeld)
        self.meanwhile(self.meeting_invitations())
        self.enter(Stage.REQUEST)
        await self.fact(ReturnsRequested)

    async def scoping_invitations(self) -> None:
        """Invite the CRG, with a calendar invite; a meeting called anew moves in their calendars (R-2)."""
        async for number, arranged in self.each(ScopingMeetingArranged):
            invite = self.invitation("scoping", number, "CRG scoping meeting", arranged.starts_at, arranged.link)
            n = {"starts_at": arranged.starts_at, "link": arranged.link, "due": self.due("D-4", self.received_at)}
            people = self.holders(Role.CRG_CHAIR, Role.CRG_MEMBER)
            await self.invite(people, "scoping-invite", f"scoping-invite:{number}", n, invite)

    async def agencies_asked(self) -> None:
        """The request goes out to every agency in scope within 5 working days (§2, D-5, R-3); each has 5 days (D-6)."""
        async with self.deadline("D-5", since=self.notified_at) as clock:
            await self.fact(ReturnsRequested)
            self.meanwhile(self.each_agency_asked())
            await workflow.wait_condition(lambda: self.all_asked() or self.case.submitted is not None)
        if self.all_asked():
            self.met(clock.id)
        changes.stop(
            self.case, clock.id, "the rapid review was submitted without a request to every agency", self.now()
        )

    async def each_agency_asked(self) -> None:
        """Every agency in scope, those added later included (R-4)."""
        asked: set[str] = set()
        while self.case.submitted is None:
            for agency in [agency for agency in self.case.scope if agency not in asked]:
                asked.add(agency)
                self.meanwhile(self.agency_returns(agency))
            await workflow.wait_condition(lambda: bool(set(self.case.scope) - asked) or self.case.submitted is not None)

    async def agency_returns(self, agency: str) -> None:
        """One agency: the request with its link, then 5 days from when it was sent (§2, D-6, R-4)."""
        lead = self.case.agency(agency)
        if lead is None:
            return
        due_by = self.due("D-6", self.now())
        paper = Rendering(
            cause=f"returns-request:{agency}",
            document=f"request-{agency}",
            template="returns-request",
            title="Rapid review request",
            n={"agency": agency, "due": due_by, "link": ""},
        )
        request = telling.return_request(
            self.case, agency, "returns-request", lead.safeguarding_lead, due_by, self.now(), cause=f"request:{agency}"
        )
        request.attach = [await self.make(paper)]
        if not await self.sent(request, unless=lambda: self.case.submitted is not None):
            return
        self.case.requests.setdefault(agency, self.case.done[request.key])
        async with self.deadline("D-6", since=self.case.requests[agency], subject=agency) as clock:
            await workflow.wait_condition(lambda: not clock.open or self.case.submitted is not None)
        changes.stop(
            self.case, clock.id, "the return never came; the rapid review was submitted without it", self.now()
        )

    async def returns_collated(self) -> None:
        """The Business Unit gets the returns in one pack: when the last is in, or at the deadline, naming what is missing (§2, R-5)."""
        self.enter(Stage.RETURNS)
        self.meanwhile(self.packs())
        await workflow.wait_condition(lambda: bool(self.case.meeting_held) or self.pack_is_due())

    async def packs(self) -> None:
        """A pack when it is due, and anew with each return that comes or is replaced before the meeting."""
        collated: tuple[tuple[str, int], ...] | None = None
        while not self.case.meeting_held:
            await workflow.wait_condition(
                lambda: bool(self.case.meeting_held) or (self.pack_is_due() and self.returned() != collated)
            )
            if self.case.meeting_held:
                return
            collated = self.returned()
            await self.collate(collated)

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
        n = {"received": here, "missing": self.case.outstanding, "late": late}
        await self.tell(self.holders(Role.BUSINESS_UNIT, Role.CRG_CHAIR), "returns-pack", n, cause=cause)

    async def rapid_review_meeting(self) -> None:
        """CRG members, every other agency involved, the legal adviser where asked; who came is recorded (§2, R-6)."""
        self.enter(Stage.RAPID_REVIEW_MEETING)
        await self.fact(RapidReviewMeetingHeld)

    async def meeting_invitations(self) -> None:
        """Invite to the rapid review meeting, the agenda attached; again when it moves (§2, flowchart, R-6)."""
        scoping = await self.fact(ScopingMeetingHeld)
        agenda = Rendering(
            cause="agenda:1",
            document="agenda",
            template="rapid-review-agenda",
            title="Rapid review meeting: agenda",
            n={
                "agencies": self.case.scope,
                "legal_adviser": scoping.legal_adviser_asked,
                "starts_at": scoping.rapid_review_meeting_at,
            },
        )
        at, link = scoping.rapid_review_meeting_at, scoping.rapid_review_link
        invite = self.invitation("rapid-review", 1, "rapid review meeting", at, link)
        n: dict[str, Any] = {"starts_at": at, "link": link}
        await self.invite(
            self.meeting_people(), "rapid-review-invite", "rapid-review-invite:1", n, invite, agenda=agenda
        )
        was = at
        async for number, moved in self.each(RapidReviewMeetingMoved):
            invite = self.invitation(
                "rapid-review", number + 1, "rapid review meeting", moved.starts_at, moved.link or link
            )
            n = {"starts_at": moved.starts_at, "was": was, "link": moved.link or link}
            await self.invite(self.meeting_people(), "meeting-moved", f"meeting-moved:{number}", n, invite)
            was = moved.starts_at

    async def report_signed_off_and_submitted(self) -> None:
        """Draft, sign-off in as many rounds as it takes, submission of the approved version (§2, R-7..R-12, D-7, D-8)."""
        self.enter(Stage.REPORT)
        self.meanwhile(self.drafts_made())
        while self.case.submitted is None:
            if version := self.draft_to_sign():
                await self.sign_off_report(version)
            else:
                await workflow.wait_condition(
                    lambda: self.case.submitted is not None or self.draft_to_sign() is not None
                )
        self.meanwhile(self.submission_told())

    async def drafts_made(self) -> None:
        """Each draft becomes a document of the same version, with its own hash (R-7)."""
        async for _, draft in self.each(ReportDrafted):
            await self.draft_document(draft)

    async def sign_off_report(self, version: int) -> None:
        """One round over one version; the Independent Chair is told of the recommendation (§2, R-8, R-11)."""
        draft = self.case.draft(version)
        if draft is None:
            raise LookupError(f"version {version} was sent for sign-off and is not there")
        document = await self.draft_document(draft)
        met = "criteria met" if draft.recommendation is Recommendation.CRITERIA_MET else "criteria not met"
        national = "considered necessary" if draft.national_review else "not considered necessary"
        n = {"recommendation": f"local review: {met}; national review: {national}"}
        self.meanwhile(
            self.tell(
                self.holders(Role.INDEPENDENT_CHAIR), "recommendation-told", n, cause=f"recommendation-told:{version}"
            )
        )
        await self.round_over(REPORT_TITLE, document)
        if self.case.approved_version == version:
            self.enter(Stage.SUBMISSION)
            words: dict[str, Any] = {"version": version}
            self.meanwhile(
                self.tell(
                    self.holders(Role.BUSINESS_UNIT), "sign-off-complete", words, cause=f"sign-off-complete:{version}"
                )
            )

    async def submission_told(self) -> None:
        """To the Panel with a covering letter; accountable officers and chairs are told (§2, R-12)."""
        submitted = self.case.submitted
        entry = self.case.clocks["D-7"]
        if submitted is None:
            return
        draft = self.case.draft(submitted.version)
        approved = next(
            one
            for one in self.case.rounds
            if one.document.version == submitted.version and one.document.document == REPORT
        )
        letter = Rendering(
            cause=f"covering-letter:{submitted.version}",
            document="covering-letter",
            template="covering-letter",
            title="Covering letter to the Panel",
            n={
                "notified_at": self.notified_at,
                "panel_reference": (await self.fact(PanelNotified)).panel_reference,
                "recommendation": draft.recommendation if draft else Recommendation.CRITERIA_MET,
                "approvals": [
                    {
                        "capacity": f"{'deputy' if ask.as_deputy else 'accountable-officer'}:{ask.capacity}",
                        "name": ask.given_by,
                        "approved_at": ask.given_at,
                    }
                    for ask in approved.asks
                ],
                "signed_by": "Safeguarding Business Unit",
            },
        )
        attach = [await self.make(letter), approved.document]
        panel = [
            Notice(
                cause="panel-submission",
                template="panel-submission",
                to=person,
                about="D-7",
                n={"version": submitted.version},
                attach=attach,
            )
            for person in self.holders(Role.PANEL)
        ]
        await self.send_each(panel)
        at = entry.met_at or self.now()
        n = {"submitted_at": at, "due": entry.due, "on_time": at <= entry.due}
        await self.tell(self.holders(*telling.LEADERS), "submitted", n)

    # --- the Panel, and the partners' decision (flowchart) ---

    async def panel_responds(self) -> None:
        """Acknowledgement and meeting date, then 10 working days; chased when overdue; asked again as often as it asks (D-9, R-13, R-14)."""
        self.enter(Stage.PANEL)
        while (response := self.case.final_response) is None:
            await self.panel_answers(self.answers() + 1)
        received = self.case.entries_of(PanelResponded)[-1].happened_at
        n: dict[str, Any] = {"response": response.response, "received_at": received}
        self.meanwhile(self.tell(self.holders(*telling.LEADERS), "panel-decision", n))

    async def panel_answers(self, turn: int) -> None:
        """One response of the Panel, counted from the meeting at which it considers the case (D-9, R-13)."""
        await workflow.wait_condition(lambda: len(self.case.panel_meetings) >= turn or self.answers() >= turn)
        subject = None if turn == 1 else str(turn)
        if since := self.case.since("D-9", subject):
            async with self.deadline("D-9", since=since, subject=subject) as clock:
                self.meanwhile(self.acknowledgement_told(turn, clock.id))
                await workflow.wait_condition(lambda: self.answers() >= turn)
        if self.case.final_response is None:
            people = self.holders(Role.BUSINESS_UNIT, Role.CRG_CHAIR)
            n = {"asked_at": self.case.entries_of(PanelResponded)[turn - 1].happened_at}
            self.meanwhile(self.tell(people, "panel-asks-more", n, cause=f"panel-asks-more:{turn}"))

    async def acknowledgement_told(self, turn: int, clock_id: str) -> None:
        """The Panel's meeting date and when its response is expected, to the Business Unit and the CRG Chair (R-13)."""
        clock = self.case.clocks[clock_id]
        if turn == 1 and self.case.last(PanelAcknowledged):
            n = {"meeting_date": london(clock.since).date(), "due": clock.due}
            await self.tell(self.holders(Role.BUSINESS_UNIT, Role.CRG_CHAIR), "panel-acknowledged", n)

    async def partners_decide(self) -> None:
        """Practice review, learning review, national review or no further action, with reasons (flowchart, R-15)."""
        self.enter(Stage.DECISION)
        decided = await self.fact(PartnersDecided)
        at = self.case.entries_of(PartnersDecided)[-1].happened_at
        n = {"decision": decided.decision, "decided_at": at, "differs": differs(self.case, decided)}
        await self.tell(self.holders(*telling.LEADERS, Role.CRG_MEMBER), "partners-decision", n)
        self.enter(AFTER_DECISION[decided.decision])

    # --- aids ---

    @property
    def notified_at(self) -> datetime:
        """The anchor of the rapid review; stands once the Panel is notified."""
        return self._standing(self.case.notified_at)

    @property
    def received_at(self) -> datetime:
        """When the Business Unit received the notification."""
        return self._standing(self.case.received_at)

    def _standing(self, at: datetime | None) -> datetime:
        if at is None:
            raise LookupError("the Panel has not been notified; this stage comes after it")
        return at

    def due(self, rule: str, since: datetime) -> datetime:
        """When a deadline counted from `since` is due, by the case's edition and calendar."""
        return due(since, self.case.edition.deadlines[rule].length, self.case.calendar)

    def all_asked(self) -> bool:
        return bool(self.case.scope) and set(self.case.scope) <= set(self.case.requests)

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
        return tuple((agency, len(self.case.returns_of(agency))) for agency in self.case.scope)

    def return_row(self, agency: str) -> dict[str, Any]:
        """How the pack shows one agency."""
        said = self.case.returns_of(agency)
        if not said:
            return {
                "agency": agency,
                "status": "missing",
                "received_at": None,
                "knew": None,
                "officer": None,
                "text": "",
            }
        clock, latest = self.case.clocks.get(f"D-6:{agency}"), said[-1]
        late = clock is not None and said[0].happened_at > clock.due
        fact = next(fact for fact in reversed(self.case.every(AgencyReturned)) if fact.agency == agency)
        nil, officer = fact.nil, fact.officer
        status = "nil" if nil else "late" if late else "received"
        return {
            "agency": agency,
            "status": status,
            "received_at": latest.happened_at,
            "knew": not nil,
            "officer": officer,
            "text": "",
        }

    def meeting_people(self) -> list[str]:
        """CRG Chair and members, the safeguarding leads of agencies in scope, the Business Unit, the legal adviser where asked (R-6)."""
        scoping = self.case.last(ScopingMeetingHeld)
        people = self.holders(Role.CRG_CHAIR, Role.CRG_MEMBER, Role.BUSINESS_UNIT)
        people += [known.safeguarding_lead for agency in self.case.scope if (known := self.case.agency(agency))]
        if scoping and scoping.legal_adviser_asked:
            people += self.holders(Role.LEGAL_ADVISER)
        return list(dict.fromkeys(people))

    def invitation(self, meeting: str, sequence: int, title: str, starts_at: datetime, link: str) -> Invite:
        return Invite(
            meeting=meeting,
            sequence=sequence,
            title=title,
            starts_at=starts_at,
            minutes=MEETING_MINUTES[meeting],
            link=link,
        )

    async def invite(
        self,
        people: list[str],
        template: str,
        cause: str,
        n: dict[str, Any],
        invite: Invite,
        *,
        agenda: Rendering | None = None,
    ) -> None:
        """The same invitation to several people, with the agenda where there is one."""
        attach = [await self.make(agenda)] if agenda else []
        await self.send_each(
            [Notice(cause=cause, template=template, to=person, n=n, invite=invite, attach=attach) for person in people]
        )

    async def draft_document(self, draft: ReportDrafted) -> DocumentRef:
        """The report as the officers read it: exactly this draft, in the same version."""
        version = draft.content.version
        paper = Rendering(
            cause=f"{REPORT}:{version}",
            document=REPORT,
            template="rapid-review-report",
            title=REPORT_TITLE,
            n={"author": draft.author},
            sources={"draft": draft.content},
        )
        return await self.make(paper, version=version)

    def draft_to_sign(self) -> int | None:
        """The version to sign now: the newest sent that has had no round, else the one whose round is open."""
        had = {one.document.version for one in self.case.rounds if one.document.document == REPORT}
        waiting = [sent.version for sent in self.case.every(DraftSentForSignOff) if sent.version not in had]
        still_open = self.case.open_round
        return waiting[-1] if waiting else still_open.document.version if still_open else None

    def overtaken(self, one: Round) -> bool:
        return self.draft_to_sign() not in (None, one.document.version)

    def answers(self) -> int:
        """How many responses of the Panel are recorded."""
        return len(self.case.every(PanelResponded))

    # --- messages: the validator refuses, the handler records, run acts ---

    @workflow.update(name=names.SAY)
    async def say(self, said: Said) -> dict[str, Any]:
        """A fact; the answer is its receipt."""
        return self.take(said)

    @say.validator
    def may_be_said(self, said: Said) -> None:
        self.check(said)

    @workflow.signal(name=names.RELAY)
    async def relay(self, said: Said) -> None:
        """The same fact by the relay's way, when nobody was there to answer."""
        self.take_or_refuse(said)

    @workflow.signal(name=names.BEGIN_AGAIN)
    async def begin_again(self) -> None:
        """Continue as new at the next quiet moment: for a case that should move onto new code."""
        self.ask_to_begin_again()

    @workflow.query(name=names.STATE)
    def state(self) -> CaseState:
        return self.case


AFTER_DECISION = {
    Decision.PRACTICE_REVIEW: Stage.PRACTICE_REVIEW,
    Decision.LEARNING_REVIEW: Stage.LEARNING_REVIEW,
    Decision.NATIONAL_REVIEW: Stage.NATIONAL_REVIEW,
    Decision.NO_FURTHER_ACTION: Stage.CONCLUDED,
}
