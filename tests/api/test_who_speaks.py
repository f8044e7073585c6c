"""A token is set against the directory: it speaks for one active person, with the offices that person holds there."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
import structlog
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from api.issuer import FETCH_WITHIN, WAIT_FOR_NEWER, Issuer
from api.problems import Problem
from crg.embedded import issuer
from review.facts.directory import Role
from settings import Settings
from settings.keys import Keyring
from store import Store
from tests.api.conftest import prepare, served


@pytest.fixture(scope="module")
def api(settings: Settings) -> Iterator[Settings]:
    """The API as production has it: a token stands for one person."""
    prepare(settings)
    with served(settings, embedded=False):
        yield settings


def bearer(settings: Settings, sub: str, *roles: str, people: list[str] | None = None) -> dict[str, str]:
    """What the council's issuer might say of somebody."""
    who = issuer.Bearer(sub, [Role(role) for role in roles], None, people or [sub])
    return {"Authorization": f"Bearer {issuer.mint(settings, who)}"}


async def asked(client: httpx.AsyncClient, headers: dict[str, str]) -> tuple[int, str]:
    answer = await client.get("/v1/cases", headers=headers)
    return answer.status_code, answer.json().get("type", "")


async def test_an_active_person_with_an_office_reads(api: Settings, client: httpx.AsyncClient) -> None:
    assert (await asked(client, bearer(api, "sbu-manager", "business-unit")))[0] == 200


@pytest.mark.parametrize("name", ["nobody-known", "system"])
async def test_somebody_the_directory_does_not_hold_is_refused(
    api: Settings, client: httpx.AsyncClient, name: str
) -> None:
    assert await asked(client, bearer(api, name, "business-unit")) == (403, "/problems/not-in-directory")
    answer = await client.post("/v1/cases", json={}, headers=bearer(api, name, "business-unit"))
    assert answer.json()["type"] == "/problems/not-in-directory"


async def test_what_is_recorded_names_the_person_and_not_what_the_issuer_calls_them(
    api: Settings, client: httpx.AsyncClient
) -> None:
    """`sub` may be "system", which in the record is the engine."""
    headers = bearer(api, "system", "business-unit", people=["sbu-manager"])
    person = {"id": "dcs-2", "name": "Sample", "email": "dcs-2@example.org", "roles": ["observer"]}
    answer = await client.put("/v1/directory/people/dcs-2", json=person, headers=headers)
    assert answer.status_code == 200
    async with Store.from_settings(api, Keyring.from_settings(api)) as store:
        assert (await store.directory.changes())[-1].by == "sbu-manager"


async def test_a_token_for_several_people_is_refused_outside_the_embedded_stack(
    api: Settings, client: httpx.AsyncClient
) -> None:
    several = bearer(api, "sbu-manager", "business-unit", people=["sbu-manager", "officer-health"])
    assert await asked(client, several) == (403, "/problems/not-one-person")


async def test_an_office_that_the_directory_does_not_give_is_passed_over(
    api: Settings, client: httpx.AsyncClient
) -> None:
    with structlog.testing.capture_logs() as logs:
        assert await asked(client, bearer(api, "lead-police", "crg-chair")) == (403, "/problems/not-your-role")
        assert await asked(client, bearer(api, "nobody-known", "crg-chair")) == (403, "/problems/not-in-directory")
    refused = [one for one in logs if one["event"] in ("office-refused", "token-refused")]
    assert [one.get("person") or one["reason"] for one in refused] == ["lead-police", "not-in-directory"]


async def test_somebody_who_has_left_is_refused_at_once(api: Settings, client: httpx.AsyncClient) -> None:
    headers = bearer(api, "legal-adviser", "legal-adviser")
    assert (await asked(client, headers))[0] == 200
    async with Store.from_settings(api, Keyring.from_settings(api)) as store:
        person = next(one for one in (await store.directory.read()).people if one.id == "legal-adviser")
        left = person.model_copy(update={"active": False})
        await store.directory.put_person(left, by="sbu-manager", at=datetime.now(UTC))
    assert await asked(client, headers) == (403, "/problems/not-in-directory")


async def test_a_stand_in_acts_by_their_own_token_from_the_first_day_to_the_last(
    api: Settings, client: httpx.AsyncClient
) -> None:
    """R-11: whoever gives out tokens knows nothing of leave. For a signatory, once a second person has confirmed it."""
    business, observer = bearer(api, "sbu-manager", "business-unit"), bearer(api, "ash", "observer")
    entered = {"id": "ash", "name": "Ash Sample", "email": "ash@example.org", "roles": ["observer"]}
    assert (await client.put("/v1/directory/people/ash", json=entered, headers=business)).status_code == 200
    held = {one["id"]: one for one in (await client.get("/v1/directory", headers=business)).json()["people"]}
    today = datetime.now(UTC).date()

    async def reads(headers: dict[str, str]) -> int:
        return (await client.get("/v1/directory", headers=headers)).status_code

    async def away(who: str, *days: int) -> dict[str, Any]:
        since, until = (str(today + timedelta(day)) for day in days)
        leave = {"since": since, "until": until, "stand_in": "ash"}
        changed = await client.put(f"/v1/directory/people/{who}", json=held[who] | {"leave": [leave]}, headers=business)
        answer: dict[str, Any] = changed.json()
        return answer

    assert await reads(observer) == 403
    await away("dcs", 5, 6)
    assert await reads(observer) == 403
    await away("dcs", -1, 1)
    assert await reads(observer) == 200
    assert await reads(bearer(api, "ash", "crg-chair")) == 403, "a token without an office of their own"
    await client.put("/v1/directory/people/dcs", json=held["dcs"], headers=business)
    (waits,) = (await away("officer-health", -1, 1))["unconfirmed"]
    assert await reads(observer) == 403
    chair = bearer(api, "crg-chair", "crg-chair")
    confirmed = await client.put(waits["href"], json={"version": waits["version"]}, headers=chair)
    assert confirmed.status_code == 200
    assert await reads(observer) == 200
    await client.put("/v1/directory/people/officer-health", json=held["officer-health"], headers=business)


async def test_nobody_can_be_entered_as_system(api: Settings, client: httpx.AsyncClient) -> None:
    person = {"id": "system", "name": "Sample", "email": "system@example.org", "roles": ["agency"]}
    answer = await client.put(
        "/v1/directory/people/system", json=person, headers=bearer(api, "sbu-manager", "business-unit")
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "id")


class Hanging:
    """An issuer that answers while it is told to, then hangs."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.answers = True
        self.asked = 0

    async def __call__(self) -> Any:
        self.asked += 1
        if not self.answers:
            await asyncio.sleep(3600)
        return issuer.jwks(self.settings)


def forged(settings: Settings) -> str:
    """A token under a key id that nobody knows."""
    header = {"alg": "ES256", "typ": "JWT", "kid": "unknown"}
    claims = {"iss": settings.oidc_issuer, "aud": settings.oidc_audience, "sub": "x", "exp": 4_000_000_000}
    return jwt.encode(claims, generate_private_key(SECP256R1()), algorithm="ES256", headers=header)


async def test_tokens_of_unknown_keys_do_not_hold_up_a_good_one(api: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The issuer hangs: six forged tokens wait for it, a good one does not."""
    hanging = Hanging(api)
    ours = Issuer(api, hanging)
    good = bearer(api, "sbu-manager", "business-unit")["Authorization"].removeprefix("Bearer ")
    await ours.claims(good)
    hanging.answers = False
    monkeypatch.setattr("api.issuer.REFETCH_AFTER", -1.0)
    monkeypatch.setattr("api.issuer.FETCH_WITHIN", 0.5)
    waiting = [asyncio.create_task(_refused(ours, forged(api))) for _ in range(6)]
    await asyncio.sleep(0)
    async with asyncio.timeout(0.2):
        assert (await ours.claims(good)).sub == "sbu-manager"
    assert await asyncio.gather(*waiting) == ["token-not-accepted"] * 6
    assert hanging.asked == 2, "one fetch for all six"


async def _refused(ours: Issuer, token: str) -> str:
    with pytest.raises(Problem) as refused:
        await ours.claims(token)
    return refused.value.name


async def test_old_keys_serve_while_the_issuer_hangs_and_its_failure_is_remembered(
    api: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = Hanging(api)
    ours = Issuer(api, hanging)
    good = bearer(api, "sbu-manager", "business-unit")["Authorization"].removeprefix("Bearer ")
    await ours.claims(good)
    hanging.answers = False
    monkeypatch.setattr("api.issuer.KEEP_FOR", -1.0)
    monkeypatch.setattr("api.issuer.WAIT_FOR_NEWER", 0.05)
    ours._tried_at = None  # as if the last fetch lay long back
    for _ in range(5):
        assert (await ours.claims(good)).sub == "sbu-manager"
    assert hanging.asked == 2
    assert WAIT_FOR_NEWER < FETCH_WITHIN


async def test_a_good_token_is_checked_again_when_it_expires_and_when_its_key_is_withdrawn(
    api: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: Any = issuer.jwks(api)

    async def published() -> Any:
        return keys

    def over(*_: object, **__: object) -> Any:
        raise jwt.ExpiredSignatureError

    ours = Issuer(api, published)
    good = bearer(api, "sbu-manager", "business-unit")["Authorization"].removeprefix("Bearer ")
    await ours.claims(good)
    with monkeypatch.context() as then:
        then.setattr("api.issuer.jwt.decode", over)
        assert (await ours.claims(good)).sub == "sbu-manager", "it was checked once"
        then.setattr("api.issuer.time.time", lambda: 4_000_000_000.0)
        assert await _refused(ours, good) == "token-expired"
    public = generate_private_key(SECP256R1()).public_key()
    keys = {"keys": [jwt.algorithms.ECAlgorithm.to_jwk(public, as_dict=True) | {"kid": "newer", "alg": "ES256"}]}
    monkeypatch.setattr("api.issuer.KEEP_FOR", -1.0)
    ours._tried_at = None  # as if the last fetch lay long back
    assert await _refused(ours, good) == "token-not-accepted"


async def test_an_issuer_that_never_answered_is_not_asked_with_every_request(api: Settings) -> None:
    asked: list[None] = []

    async def gone() -> Any:
        asked.append(None)
        raise httpx.ConnectError("gone")

    ours = Issuer(api, gone)
    good = bearer(api, "sbu-manager", "business-unit")["Authorization"].removeprefix("Bearer ")
    assert [await _refused(ours, good) for _ in range(4)] == ["issuer-unreachable"] * 4
    assert len(asked) == 1


PERSON = {"id": "sample-new", "name": "Sample", "email": "sample-new@example.org", "roles": ["observer"]}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "   "}, "name"),
        ({"name": "Sample\r\nBcc: all"}, "name"),
        ({"name": "Sample\x1b[2J"}, "name"),
        ({"name": "Sample\u202egnihton"}, "name"),
        ({"job_title": "x" * 201}, "job_title"),
        ({"job_title": "Head\nof"}, "job_title"),
        ({"roles": ["observer"] * 1000}, "roles"),
        ({"agency": "x" * 5000}, "agency"),
    ],
)
async def test_the_directory_takes_names_and_offices_and_nothing_else(
    api: Settings, client: httpx.AsyncClient, change: dict[str, Any], field: str
) -> None:
    """A name stands in letters, in subjects of mails and on a terminal."""
    headers = bearer(api, "sbu-manager", "business-unit")
    answer = await client.put("/v1/directory/people/sample-new", json=PERSON | change, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")
    assert field in [error["field"].partition(".")[0] for error in answer.json()["errors"]]
