"""Where rehearsals are off every fact is the legal record: the invented text of an example is refused."""

import httpx
import pytest

from api.opening import sample_now
from review.bodies import BODIES, invented, texts_of
from review.chapters.rapid_review.papers import sample_return
from settings import Settings
from tests.api.conftest import Token
from tests.ports import free_settings

EARNEST = {"what_happened": "A child was found unresponsive at home."}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return free_settings(tmp_path_factory.mktemp("earnest") / "data", rehearsals=False)


def in_earnest() -> dict[str, object]:
    body = sample_now() | EARNEST
    return body | {"children": [{**child, "name": "Somebody"} for child in body["children"]]}


async def test_an_example_that_is_sent_unchanged_is_refused_in_a_sentence(
    client: httpx.AsyncClient, token: Token
) -> None:
    """Decision 0010: it would be an invented statement in a legal record."""
    answer = await client.post("/v1/cases", json=sample_now(), headers=token("dcs"))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/example-text")
    assert "becomes the legal record" in answer.json()["detail"]
    assert "what_happened" in [error["field"] for error in answer.json()["errors"]]
    here = (await client.post("/v1/cases", json=in_earnest(), headers=token("dcs"))).json()["href"]
    paused = await client.post(f"{here}/case-paused", json=sample_now("case-paused"), headers=token("crg-chair"))
    assert (paused.status_code, paused.json()["type"]) == (422, "/problems/example-text")


async def test_words_of_one_s_own_are_taken(client: httpx.AsyncClient, token: Token) -> None:
    assert (await client.post("/v1/cases", json=in_earnest(), headers=token("dcs"))).status_code == 202


def test_every_example_with_prose_is_known_as_invented() -> None:
    """And what stands in one that is true of many cases, such as an office, is not."""
    prose = [text for body in BODIES.values() for text in texts_of(body.sample) if text.startswith("Sample")]
    assert len(prose) > 100
    assert [text for text in prose if not invented(text)] == []
    assert invented(sample_return(2).root["learning"])
    assert not invented("Chief Executive")
    assert not invented("Samples were taken on the same day.")
