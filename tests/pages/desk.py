"""A case for the tests of the pages: driven through the pure core, kept in a real store.

The API's own intake is used, with its inbox. In Temporal's place stands the case itself, which takes and refuses as its
workflow does (`check`, then `take`) and projects what came of it.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from fastapi import FastAPI
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError

from api import problems
from api.answers import HeadAsGet
from api.means import Means
from api.pages import router
from api.pages.faults import as_page
from api.who import Issuer
from calendar_rules.edition import load_edition
from calendar_rules.england import england
from crg.embedded import issuer, login
from crg.embedded.sample import sample_partnership
from delivery.prose import Prose
from review import examples
from review.bodies import ReturnBody
from review.case import CaseState
from review.changes import enter
from review.checks import check
from review.facts import DocumentRef, Fact, Said, Speaker
from review.opening import calendar_years, open_case
from review.record import RowKind
from review.refusals import Refusal
from review.rounds import clock_of_ask, open_round, subject_of_ask
from review.said.notification import IncidentReported, PanelNotified, PartnerViewGiven
from review.said.rapid_review import RapidReviewMeetingHeld, ReturnsRequested, ScopingMeetingHeld
from review.sign_off import Round
from review.taking import take
from review.timing import start
from review.words import Stage, View, Viewer
from settings import Settings
from settings.keys import Keyring
from settings.links import LinkClaims, Links
from store import Store
from store.snapshot import DeadlineRow, Snapshot

REFERENCE = "CR-2026-007"
CHILD = "Sample <b>Child</b> & Co"
SBU = Speaker(people=["sbu-manager"], roles=["business-unit"])
AGENCIES = ["police", "hospital"]
LEFT_OUT = ["childrens-services", "primary-care", "education"]


class Desk:
    """One case, its store, and the pages over it."""

    def __init__(self, settings: Settings, keyring: Keyring, store: Store, case: CaseState) -> None:
        self.settings, self.keyring, self.store, self.case = settings, keyring, store, case
        self.said: list[str] = []  # every message that reached the intake
        self.down = False  # nobody takes the update; the inbox holds it
        self.refuses: Refusal | None = None  # what stands in the way of every answer
        self.app = FastAPI()
        self.app.state.means = Means(settings, keyring, store, cast(Client, self))
        self.app.state.issuer = Issuer(settings, self._jwks)
        problems.install(self.app, as_page)
        self.app.include_router(router())
        self.app.add_middleware(HeadAsGet)

    # --- signing in ---

    async def _jwks(self) -> Any:
        return issuer.jwks(self.settings)

    def token(self, who: str, *, minutes: int = 5) -> str:
        """A token for a role or a person of the sample partnership."""
        return issuer.mint(self.settings, issuer.bearer_for(sample_partnership(), who), minutes=minutes)

    def with_sign_in(self) -> None:
        """The pages as the embedded stack serves them."""
        self.app.include_router(login.router())
        self.app.state.sign_in = login.PATH

    # --- Temporal, as the API's intake asks it ---

    def get_workflow_handle(self, workflow_id: str) -> "Desk":
        assert workflow_id == REFERENCE
        return self

    async def execute_update(
        self, update: str, said: Said, *, id: str, result_type: type, rpc_timeout: timedelta
    ) -> dict[str, Any]:
        """Take the fact or refuse it as the workflow does; nobody answers while `down`."""
        self.said.append(id)
        if self.down:
            raise WorkflowUpdateRPCTimeoutOrCancelledError
        try:
            if self.refuses:
                raise self.refuses
            await self.hear(said)
        except Refusal as no:
            cause = ApplicationError(no.text, no.as_dict(), type=no.name())
            raise WorkflowUpdateFailedError(cause) from cause
        return {"message": id, "status": "recorded", "rows": self.case.rows}

    # --- what happens in the case ---

    async def take(self, body: Fact | ReturnBody, *, by: Speaker = SBU, message: str | None = None) -> None:
        now = datetime.now(UTC)
        key = message or f"message-{len(self.case.entries)}"
        fact = body if isinstance(body, Fact) else body.to_fact(await self._keep(body, key), self.case)
        await self.hear(Said(message=key, by=by, recorded_at=now, fact=fact))

    async def hear(self, said: Said) -> None:
        now = datetime.now(UTC)
        check(self.case, said, now)
        take(self.case, said, now)
        await self.project()

    async def _keep(self, body: ReturnBody, key: str) -> DocumentRef | None:
        paper = body.paper()
        if paper is None:
            return None
        kept = await self.store.documents.put(
            REFERENCE, body.document, key=key, content=paper.model_dump_json().encode(),
            media_type="application/json", title="Return", at=datetime.now(UTC),
        )  # fmt: skip
        return DocumentRef(document=kept.document, version=kept.version, sha256=kept.sha256)

    async def request_returns(self, *, sent_ago: timedelta = timedelta(days=1)) -> None:
        """As far as the request to the agencies, sent so long ago."""
        now = datetime.now(UTC)
        for viewer in Viewer:
            await self.take(PartnerViewGiven(officer=viewer, view=View.NOTIFY, reasons=examples.VIEW))
        await self.take(PanelNotified(notified_by="Chief Executive", panel_reference="SAMPLE-1"))
        start(self.case, "D-7", now, since=now)
        meeting = ScopingMeetingHeld(
            attended=["crg-chair"], case_details_confirmed=True, scope=examples.SCOPE, agencies=AGENCIES,
            left_out=[{"agency": one, "reason": "Sample: not known."} for one in LEFT_OUT],
            rapid_review_meeting_at=now + timedelta(days=9),
        )  # fmt: skip
        await self.take(meeting)
        await self.take(ReturnsRequested())
        for agency in AGENCIES:
            self.case.requests[agency] = now - sent_ago
            start(self.case, "D-6", now, since=now - sent_ago, subject=agency, title=f"Return of {agency}")
        enter(self.case, Stage.RETURNS, now)
        await self.project()

    async def hold_meeting(self) -> None:
        await self.take(RapidReviewMeetingHeld(attended=["crg-chair", "sbu-manager"]))

    async def ask_for_sign_off(self, version: int = 1, *, words: str = "Sample: a concise account.") -> Round:
        """A round over a rendered report, each officer asked just now."""
        now = datetime.now(UTC)
        html = Prose().render_document("rapid-review-report", report_context(version, now, words))
        kept = await self.store.documents.put(
            REFERENCE, "rapid-review-report", key=f"render-{version}", content=html.encode(),
            media_type="text/html", title="Rapid review report", at=now, version=version,
        )  # fmt: skip
        ref = DocumentRef(document=kept.document, version=kept.version, sha256=kept.sha256)
        one = open_round(self.case, "Rapid review report", ref, now)
        for ask in one.asks:
            ask.received_at = now
            title = f"Sign-off of version {version} for {ask.capacity}"
            start(self.case, "D-8", now, since=now, subject=subject_of_ask(one, ask), title=title)
            assert clock_of_ask(one, ask) in self.case.clocks
        enter(self.case, Stage.REPORT, now)
        await self.project()
        return one

    async def note(self, line: str) -> None:
        """Something of the run that no fact tells; the read model takes only what is newer."""
        self.case.tell(RowKind.EFFECT, "noted", line, now=datetime.now(UTC))
        await self.project()

    async def project(self) -> None:
        """Write the case to the store, as its workflow does."""
        case, now = self.case, datetime.now(UTC)
        due = case.next_deadline()
        deadlines = [
            DeadlineRow(id=clock.id, title=clock.title, due=clock.due, met=clock.met_at, status=clock.status(now),
                        owner=case.edition.deadlines[clock.rule].owner)
            for clock in case.clocks.values()
        ]  # fmt: skip
        snapshot = Snapshot(
            reference=REFERENCE, seq=case.rows, route=case.route, stage=case.stage, opened_at=case.opened_at,
            next_deadline=due.id if due else None, next_deadline_at=due.due if due else None,
            overdue=any(clock.overdue(now) for clock in case.clocks.values()), live=not case.ended, case_now=now,
            state=case.model_dump(mode="json"), deadlines=deadlines,
            children=[child.child_id for child in case.incident.children],
        )  # fmt: skip
        await self.store.cases.project(
            REFERENCE, seq=case.rows, snapshot=snapshot, rows=case.untold, settled=[], written_at=now
        )
        case.untold = []

    # --- links ---

    def link(self, purpose: str, subject: str, person: str, *, life: timedelta = timedelta(days=30)) -> str:
        """The path of a link as an email carries it."""
        claims = LinkClaims(reference=REFERENCE, subject=subject, person=person, expires_at=datetime.now(UTC) + life)
        url = Links(self.keyring, self.settings.public_url).url(purpose, claims)
        return url.removeprefix(self.settings.public_url)

    async def footprint(self) -> tuple[Any, ...]:
        """All that a page could have changed."""
        snapshot = await self.store.cases.get(REFERENCE)
        rows = await self.store.record.rows(REFERENCE)
        papers = await self.store.documents.versions(REFERENCE)
        return (snapshot, [row.hash for row in rows], papers, list(self.said))


def report_context(version: int, now: datetime, words: str) -> dict[str, Any]:
    """A short report in the words that the template wants."""
    answers = [{"text": "The case highlights improvements needed", "answer": True, "reasons": "Sample: it does."}]
    return {
        "reference": REFERENCE,
        "partnership": "Sample Safeguarding Children Partnership",
        "version": version,
        "made_at": now,
        "n": {
            "recommendation": "Sample: a local practice review is recommended.",
            "author": "Bo Sample",
            "sections": [
                {"title": title, "text": words} for title in ("Immediate learning", "Concise summary of the facts")
            ],
            "criteria": [{"title": "Criteria for a local practice review", "source": "§4", "items": answers}],
            "agencies_involved": ["Sample Police", "Sample Hospital Trust"],
            "agencies_absent": [],
            "took_part": ["CRG Chair"],
        },
    }


def new_case() -> CaseState:
    """A case reported this morning, with a child's name that would be markup if a page let it."""
    now = datetime.now(UTC)
    children = [dict(examples.INCIDENT["children"][0]) | {"name": CHILD}, examples.INCIDENT["children"][1]]  # type: ignore[index]
    incident = examples.INCIDENT | {
        "children": children, "incident_at": now - timedelta(days=4), "aware_at": now - timedelta(days=3),
    }  # fmt: skip
    said = Said(message="message-incident", by=SBU, recorded_at=now, fact=IncidentReported.model_validate(incident))
    return open_case(
        REFERENCE, said, edition=load_edition("doncaster-2018"), calendar=england(*calendar_years(now)),
        cast=sample_partnership().cast(), partnership="Sample Safeguarding Children Partnership", now=now,
    )  # fmt: skip
