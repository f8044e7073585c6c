"""A case for the tests of the pages: driven through the pure core, kept in a real store.

The API's own intake is used, with its inbox. In Temporal's place stands the case itself, which takes and refuses as its
workflow does (`validate_fact`, then `take`) and projects what came of it.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

import httpx
from fastapi import FastAPI
from starlette.routing import BaseRoute
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError

from api import handlers
from api.auth import COOKIE
from api.deps import Deps
from api.etags import HeadAsGet
from api.issuer import Issuer
from api.pages import router
from api.pages.faults import as_page
from api.provider import Provider
from calendar_rules.edition import load_edition
from calendar_rules.england import england
from calendar_rules.notifying import HEADS
from crg.embedded import issuer, login
from crg.embedded.sample import sample_partnership
from delivery.papers.kinds import WORD
from delivery.papers.making import Papers
from review.case.record import RowKind
from review.case.sign_off import Round
from review.case.state import CaseState
from review.chapters.rapid_review.papers import ReturnBody
from review.check import validate_fact
from review.facts import DocumentRef, Fact, Reported, Speaker
from review.facts.enums import Stage, View
from review.facts.notification import IncidentReported, PanelNotified, PartnerViewGiven
from review.facts.rapid_review import RapidReviewMeetingHeld, ReturnsRequested, ScopingMeetingHeld
from review.kit.changes import go_back
from review.kit.deadlines import start
from review.kit.refusals import Refusal
from review.kit.sign_off_rounds import deadline_of, open_round, subject_of_ask
from review.open_case import calendar_years, open_case
from review.take import apply_fact
from settings import Settings
from settings.keys import Keyring
from settings.links import Links
from store import Store
from tests.keeping import Keeper

REFERENCE = "CR-2026-007"
CHILD = "Sample <b>Child</b> & Co"
SBU = Speaker(people=["sbu-manager"], roles=["business-unit"])
AGENCIES = ["police", "hospital"]
LEFT_OUT = ["childrens-services", "primary-care", "education"]


@cache
def _pages() -> list[BaseRoute]:
    """The routes of all pages: they hold nothing of a case, and to make them takes longer than most tests."""
    made = FastAPI(openapi_url=None)
    made.include_router(router())
    return made.router.routes


class Desk:
    """One case, its store, and the pages over it."""

    def __init__(self, settings: Settings, keyring: Keyring, store: Store, case: CaseState) -> None:
        self.settings, self.keyring, self.store, self.case = settings, keyring, store, case
        self.keeper = Keeper(store)
        self.reported: list[str] = []  # every message that reached the intake
        self.down = False  # nobody takes the update; the inbox holds it
        self.refuses: Refusal | None = None  # what stands in the way of every answer
        self.app = FastAPI(routes=_pages())
        self.app.state.deps = Deps(settings, keyring, store, cast(Client, self))
        self.app.state.issuer = Issuer(settings, self._jwks)
        self.app.state.embedded = True
        handlers.install(self.app, as_page)
        self.app.add_middleware(HeadAsGet)

    # --- signing in ---

    async def _jwks(self) -> Any:
        return issuer.jwks(self.settings)

    def token(self, who: str, *, minutes: int = 5) -> str:
        """A token for a role or a person of the sample partnership."""
        return issuer.mint(self.settings, issuer.bearer_for(sample_partnership(), who), minutes=minutes)

    def cookie(self, who: str, *, minutes: int = 5) -> dict[str, str]:
        """The header by which a browser is theirs."""
        return {"Cookie": f"{COOKIE}={self.token(who, minutes=minutes)}"}

    def with_sign_in(self, address: str = "http://127.0.0.1:8000") -> None:
        """The pages as the embedded stack serves them, at this address."""
        there = {"public_url": address, "oidc_issuer": f"{address}/issuer", "oidc_client_id": issuer.CLIENT}
        there |= {"oidc_jwks_url": f"{address}/issuer/jwks.json"}
        self.settings = ours = self.settings.model_copy(update=there)
        self.app.state.deps.settings = ours
        self.app.include_router(issuer.router(ours))
        self.app.include_router(login.SignIn(ours).router())
        self.app.state.issuer = Issuer(ours, self._jwks)
        self.app.state.provider = Provider(ours, self.app.state.issuer, self._connect)

    def _connect(self, url: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app))

    # --- Temporal, as the API's intake asks it ---

    def get_workflow_handle(self, workflow_id: str) -> "Desk":
        assert workflow_id == REFERENCE
        return self

    async def execute_update(
        self, update: str, reported: Reported, *, id: str, result_type: type, rpc_timeout: timedelta
    ) -> dict[str, Any]:
        """Take the fact or refuse it as the workflow does; nobody answers while `down`."""
        self.reported.append(id)
        if self.down:
            raise WorkflowUpdateRPCTimeoutOrCancelledError
        try:
            if self.refuses:
                raise self.refuses
            await self.hear(reported)
        except Refusal as no:
            cause = ApplicationError(no.text, no.as_dict(), type=no.name())
            raise WorkflowUpdateFailedError(cause) from cause
        return {"message": id, "status": "taken"}

    # --- what happens in the case ---

    async def take(self, body: Fact | ReturnBody, *, by: Speaker = SBU, message: str | None = None) -> None:
        now = datetime.now(UTC)
        key = message or f"message-{len(self.case.entries)}"
        fact = body if isinstance(body, Fact) else body.to_fact(await self._keep(body, key), self.case)
        await self.hear(Reported(message=key, by=by, recorded_at=now, fact=fact))

    async def hear(self, reported: Reported) -> None:
        now = datetime.now(UTC)
        validate_fact(self.case, reported, now)
        apply_fact(self.case, reported, now)
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
        for viewer in HEADS:
            await self.take(
                PartnerViewGiven(officer=viewer, view=View.NOTIFY, reasons=PartnerViewGiven.sample["reasons"])
            )
        await self.take(PanelNotified.model_validate(PanelNotified.sample))
        start(self.case, "D-7", now, since=now)
        meeting = ScopingMeetingHeld(
            attended=["crg-chair"], case_details_confirmed=True, agencies=AGENCIES,
            scope=ScopingMeetingHeld.sample["scope"],
            left_out=[{"agency": one, "reason": "Sample: not known."} for one in LEFT_OUT],
            rapid_review_meeting_at=now + timedelta(days=9),
        )  # fmt: skip
        await self.take(meeting)
        await self.take(ReturnsRequested())
        for agency in AGENCIES:
            self.case.requests[agency] = now - sent_ago
            start(self.case, "D-6", now, since=now - sent_ago, subject=agency, title=f"Return of {agency}")
        go_back(self.case, Stage.RETURNS, now)  # in one step, past the stages between
        await self.project()

    async def hold_meeting(self) -> None:
        await self.take(RapidReviewMeetingHeld(attended=["crg-chair", "sbu-manager"]))

    async def ask_for_sign_off(self, version: int = 1, *, words: str = "Sample: a concise account.") -> Round:
        """A round over a rendered report, each officer asked just now."""
        now = datetime.now(UTC)
        paper = Papers().render("rapid-review-report", report_context(version, now, words))
        kept = await self.store.documents.put(
            REFERENCE, "rapid-review-report", key=f"render-{version}", content=paper,
            media_type=WORD, title="Rapid review report", at=now, version=version,
        )  # fmt: skip
        ref = DocumentRef(document=kept.document, version=kept.version, sha256=kept.sha256)
        one = open_round(self.case, "Rapid review report", ref, now)
        for ask in one.asks:
            ask.received_at = now
            title = f"Sign-off of version {version} for {ask.capacity}"
            start(self.case, "D-8", now, since=now, subject=subject_of_ask(one, ask), title=title)
            assert deadline_of(one, ask) in self.case.deadlines
        go_back(self.case, Stage.REPORT, now)  # in one step, past the stages between
        await self.project()
        return one

    async def note(self, line: str) -> None:
        """Something of the run that no fact tells; the read model takes only what is newer."""
        self.case.add_record_row(RowKind.EFFECT, "noted", line, now=datetime.now(UTC))
        await self.project()

    async def project(self) -> None:
        """Write the case to the store, as its workflow does."""
        await self.keeper.keep(self.case, datetime.now(UTC))

    # --- links ---

    def link(self, purpose: str, subject: str, person: str, *, address: str = "", ago: timedelta = timedelta(0)) -> str:
        """The path of a link as an email carries it to the person's address."""
        known = next((who.email for who in sample_partnership().people if who.id == person), "")
        links = Links(self.keyring, self.settings.public_url, lambda: datetime.now(UTC) - ago)
        url = links.url(purpose, reference=REFERENCE, subject=subject, person=person, address=address or known)
        return url.removeprefix(self.settings.public_url)

    async def opened(self, client: httpx.AsyncClient, purpose: str, subject: str, person: str) -> str:
        """The path of a link that the client has opened by its button."""
        return await self.open(client, self.link(purpose, subject, person))

    async def open(self, client: httpx.AsyncClient, path: str) -> str:
        """Press the button of the link's first page."""
        answer = await client.post(f"{path}/open")
        assert (answer.status_code, answer.headers["location"]) == (303, path)
        return path

    async def footprint(self) -> tuple[Any, ...]:
        """All that a page could have changed."""
        snapshot = await self.store.cases.get(REFERENCE)
        rows = await self.store.record.rows(REFERENCE)
        papers = await self.store.documents.versions(REFERENCE)
        return (snapshot, [row.hash for row in rows], papers, list(self.reported))


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
            "other_learning": [],
            "safety": [["Sample Child Two", "Recorded: Sample: a strategy meeting was held."]],
            "criteria": [{"title": "Criteria for a local practice review", "source": "§4", "items": answers}],
            "agencies_involved": ["Sample Police", "Sample Hospital Trust"],
            "agencies_absent": [],
            "took_part": ["CRG Chair"],
            "outside": [],
        },
    }


def new_case() -> CaseState:
    """A case reported this morning, with a child's name that would be markup if a page let it."""
    now = datetime.now(UTC)
    children = [dict(IncidentReported.sample["children"][0]) | {"name": CHILD}, IncidentReported.sample["children"][1]]
    incident = IncidentReported.sample | {
        "children": children, "incident_at": now - timedelta(days=4), "aware_at": now - timedelta(days=3),
    }  # fmt: skip
    reported = Reported(
        message="message-incident", by=SBU, recorded_at=now, fact=IncidentReported.model_validate(incident)
    )
    return open_case(
        REFERENCE, reported, edition=load_edition("doncaster-2018"), calendar=england(*calendar_years(now)),
        cast=sample_partnership().cast(), partnership="Sample Safeguarding Children Partnership", now=now,
    )  # fmt: skip
