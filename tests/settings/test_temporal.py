"""Nothing that a person said reaches the Temporal server in the clear; the UI can be shown what it holds."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError

from settings import load_settings
from settings.keys import Keyring, UnknownKey
from settings.temporal import BadPayloads, connect, data_converter, decode_payloads, encode_payloads

WORD = "Zephyrine"
OLD, NEW = ("old", b"o" * 32), ("new", b"n" * 32)


class Incident(BaseModel):
    child: str
    at: datetime


INCIDENT = Incident(child=WORD, at=datetime(2026, 11, 2, 9, 0, tzinfo=UTC))


def as_json(payload: Payload) -> dict[str, Any]:
    """A payload as the Temporal UI sends it."""
    return {
        "metadata": {name: base64.b64encode(value).decode() for name, value in payload.metadata.items()},
        "data": base64.b64encode(payload.data).decode(),
    }


async def test_models_come_back_and_nothing_of_them_shows_on_the_way() -> None:
    converter = data_converter(Keyring([NEW]))

    (payload,) = await converter.encode([INCIDENT])

    assert WORD.encode() not in payload.SerializeToString()
    assert dict(payload.metadata) == {"encoding": b"binary/encrypted", "compression": b"zlib"}
    assert await converter.decode([payload], [Incident]) == [INCIDENT]


async def test_what_was_sealed_before_a_rotation_still_opens() -> None:
    (payload,) = await data_converter(Keyring([OLD])).encode([INCIDENT])

    assert await data_converter(Keyring([NEW, OLD])).decode([payload], [Incident]) == [INCIDENT]
    with pytest.raises(UnknownKey):
        await data_converter(Keyring([NEW])).decode([payload], [Incident])


async def test_a_failure_shows_neither_its_message_nor_its_trace() -> None:
    converter = data_converter(Keyring([NEW]))
    failure = Failure()
    try:
        raise ApplicationError(f"{WORD} cannot be found", {"child": WORD}, type="NotFound")
    except ApplicationError as problem:
        await converter.encode_failure(problem, failure)

    assert WORD.encode() not in failure.SerializeToString()
    assert "test_temporal" not in failure.stack_trace
    back = await converter.decode_failure(failure)
    assert isinstance(back, ApplicationError)
    assert (back.message, back.type, list(back.details)) == (f"{WORD} cannot be found", "NotFound", [{"child": WORD}])


async def test_the_ui_is_shown_what_a_payload_holds() -> None:
    ring = Keyring([NEW])
    (payload,) = await data_converter(ring).encode([INCIDENT])

    shown = decode_payloads({"payloads": [as_json(payload)]}, ring)

    (one,) = shown["payloads"]
    assert base64.b64decode(one["metadata"]["encoding"]) == b"json/plain"
    assert json.loads(base64.b64decode(one["data"]))["child"] == WORD


async def test_what_the_ui_sends_is_sealed() -> None:
    ring = Keyring([NEW])
    plain = {"payloads": [as_json(Payload(metadata={"encoding": b"json/plain"}, data=b'"Zephyrine"'))]}

    sealed = encode_payloads(plain, ring)

    assert base64.b64decode(sealed["payloads"][0]["metadata"]["encoding"]) == b"binary/encrypted"
    assert WORD.encode() not in base64.b64decode(sealed["payloads"][0]["data"])
    assert decode_payloads(sealed, ring) == plain


async def test_a_payload_that_does_not_open_stays_sealed_and_the_others_are_shown() -> None:
    (lost,) = await data_converter(Keyring([OLD])).encode([INCIDENT])
    (held,) = await data_converter(Keyring([NEW])).encode([INCIDENT])
    plain = Payload(metadata={"encoding": b"json/plain"}, data=b"1")

    shown = decode_payloads({"payloads": [as_json(lost), as_json(held), as_json(plain)]}, Keyring([NEW]))

    assert shown["payloads"][0] == as_json(lost)
    assert WORD.encode() in base64.b64decode(shown["payloads"][1]["data"])
    assert shown["payloads"][2] == as_json(plain)


def test_a_body_without_payloads_is_answered_without_payloads() -> None:
    assert decode_payloads({}, Keyring([NEW])) == {"payloads": []}


@pytest.mark.parametrize(
    "body",
    [
        {"payloads": 5},
        {"payloads": ["text"]},
        {"payloads": [{"metadata": ["a"]}]},
        {"payloads": [{"metadata": {"encoding": 5}}]},
        {"payloads": [{"data": "é"}]},
        {"payloads": [{"data": "abc"}]},
        {"payloads": None},
        [],
    ],
)
def test_a_body_of_another_shape_is_refused_by_name(body: Any) -> None:
    with pytest.raises(BadPayloads):
        decode_payloads(body, Keyring([NEW]))


async def test_a_process_can_start_while_temporal_is_down() -> None:
    client = await connect(load_settings(temporal_address="127.0.0.1:1"), Keyring([NEW]), lazy=True)

    assert client.namespace == "default"
    with pytest.raises(RuntimeError):
        await client.service_client.check_health(retry=False)
