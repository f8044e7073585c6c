"""The portal's part of a rehearsal: facts go in and cases are read over the REST API, each person with their own token.

It knows HTTP and the API's paths; of a scenario only how its case begins.
"""

import asyncio
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx

from crg.embedded import issuer
from crg.rehearsal.errors import WentOtherwise
from crg.rehearsal.scenario import WayIn
from review.facts.directory import Directory, Role
from settings import Settings

JSON = dict[str, Any]
SETTLE_WITHIN = 30.0  # seconds for a fact that the API took with 202
LOOK_EVERY = 0.1
PAGE = 200
READER = Role.BUSINESS_UNIT
# A connection is used again within this many seconds: the server closes one after five, perhaps as it is asked.
KEPT = httpx.Limits(keepalive_expiry=2)
OPENS_AT = {
    WayIn.INCIDENT: "/v1/cases",
    WayIn.REFERRAL: "/v1/referrals",
    WayIn.INFORMATION_REQUEST: "/v1/information-requests",
}


class Answer(NamedTuple):
    """What the API answered. `refusal` is the tail of the problem's type, none where the fact was taken."""

    status: int
    body: JSON

    @property
    def refusal(self) -> str | None:
        return str(self.body.get("type", "")).rstrip("/").rpartition("/")[2] if self.status >= 400 else None

    @property
    def sentence(self) -> str:
        """Why it was refused, for a person, with what is wrong in the body."""
        detail = str(self.body.get("detail") or self.body.get("title") or f"the API answered {self.status}")
        errors = [f"{one['field']}: {one['detail']}" for one in self.body.get("errors", [])]
        return f"{detail} ({'; '.join(errors)})" if errors else detail


class Portal:
    """Speaks to the API of a running stack. Use as `async with Portal(settings, directory) as portal`."""

    def __init__(self, settings: Settings, directory: Directory) -> None:
        self._directory = directory
        self._settings = settings
        self._tokens: dict[str, str] = {}
        self._http = httpx.AsyncClient(base_url=settings.public_url, timeout=30, trust_env=False, limits=KEPT)
        self._openapi: JSON | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    def sign_in(self, who: str) -> str:
        """A token for a person or a role. Raises `NobodyKnown`."""
        if who not in self._tokens:
            self._tokens[who] = issuer.mint(self._settings, issuer.bearer_for(self._directory, who))
        return self._tokens[who]

    async def open(self, way_in: WayIn, body: JSON, *, who: str, key: str) -> Answer:
        """Open a case with its incident, a referral or a request."""
        return await self._post(OPENS_AT[way_in], body, who=who, key=key)

    async def say(self, reference: str, kind: str, body: JSON, *, who: str, key: str) -> Answer:
        """Report a fact about a case; returns when the case has taken or refused it."""
        return await self._post(f"/v1/cases/{reference}/{kind}", body, who=who, key=key)

    async def withdraw_links(self, reference: str, person: str, reason: str, *, who: str) -> None:
        """The links of the case's mails to a person work no more."""
        body = {"reference": reference, "person": person, "reason": reason}
        (await self._http.post("/v1/links/revoked", json=body, headers=self._as(who))).raise_for_status()

    async def case(self, reference: str) -> JSON:
        """The case as the portal's people see it, `next_steps` included."""
        return await self._get(f"/v1/cases/{reference}")

    async def record(self, reference: str, after: int = 0) -> list[JSON]:
        """The rows of the case's record that follow `after`."""
        rows: list[JSON] = []
        while True:
            page = await self._get(f"/v1/cases/{reference}/record", after=after, limit=PAGE)
            rows += page["items"]
            if len(page["items"]) < PAGE:
                return rows
            after = rows[-1]["seq"]

    async def emails(self, reference: str) -> list[JSON]:
        """The emails of the case so far, oldest first."""
        found: list[JSON] = (await self._get(f"/v1/cases/{reference}/emails"))["items"]
        return found

    async def example(self, kind: str) -> JSON:
        """The example that the API's own description gives for a kind of fact."""
        if self._openapi is None:
            self._openapi = (await self._http.get("/openapi.json")).raise_for_status().json()
        content = self._openapi["paths"][f"/v1/cases/{{reference}}/{kind}"]["post"]["requestBody"]["content"]
        body = content["application/json"]
        if "example" in body:
            return dict(body["example"])
        return dict(next(iter(body["examples"].values()))["value"])

    async def _get(self, path: str, **query: int) -> JSON:
        answer = await self._http.get(path, params=query, headers=self._as(READER))
        found = _body(answer)
        if answer.is_error:
            raise WentOtherwise(f"GET {path} was answered with {Answer(answer.status_code, found).sentence}")
        return found

    async def _post(self, path: str, body: JSON, *, who: str, key: str) -> Answer:
        answer = await self._http.post(path, json=body, headers=self._as(who) | {"Idempotency-Key": key})
        if answer.status_code != httpx.codes.ACCEPTED:
            return Answer(answer.status_code, _body(answer))
        return await self._settled(answer.headers["Location"], _body(answer), who)

    async def _settled(self, place: str, first: JSON, who: str) -> Answer:
        """What became of a fact that was taken in but not yet applied."""
        waited = 0.0
        while waited < SETTLE_WITHIN:
            found = _body((await self._http.get(place, headers=self._as(who))).raise_for_status())
            if problem := found.get("problem"):
                return Answer(problem["status"], problem)
            if found["status"] == "recorded":
                return Answer(httpx.codes.CREATED, first | found)
            waited += LOOK_EVERY
            await asyncio.sleep(LOOK_EVERY)
        raise WentOtherwise(
            f"what was said ({first['kind']}) was taken in but not applied within {SETTLE_WITHIN:g} s; "
            "look at the logs of the worker and of Temporal"
        )

    def _as(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.sign_in(who)}"}


def _body(answer: httpx.Response) -> JSON:
    """The JSON of an answer; a sentence about it where it has none."""
    try:
        found: JSON = answer.json()
    except ValueError:
        return {"detail": f"{answer.status_code} and no JSON; look at the log of the API"}
    return found
