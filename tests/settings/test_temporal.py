"""Nothing that a person said reaches the Temporal server in the clear; the UI can be shown what it holds."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.failure.v1 import Failure
from temporalio.converter import WorkflowSerializationContext
from temporalio.exceptions import ApplicationError

from settings import load_settings
from settings.keys import Keyring, UnknownKey
from settings.sealing import NOT_OURS, Forged, SealingCodec, data_converter
from settings.temporal import BadPayloads, connect, decode_payloads

WORD = "Zephyrine"
OLD, NEW = ("old", b"o" * 32), ("new", b"n" * 32)


class Incident(BaseModel):
    child: str
    at: datetime


class NoVault:
    """No payload is kept in it, and no other key was ever ours."""

    async def keep(self, workflow: str, content: bytes) -> str:
        raise AssertionError("nothing here is large")

    async def fetch(self, workflow: str, key: str) -> bytes:
        raise LookupError(key)

    async def knows_key(self, id: str) -> bool:
        return False


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
    assert dict(payload.metadata) == {"encoding": b"binary/encrypted", "workflow": b""}
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
    fire = Keyring([NEW])
    (payload,) = await data_converter(fire).encode([INCIDENT])

    shown = await decode_payloads({"payloads": [as_json(payload)]}, fire)

    (one,) = shown["payloads"]
    assert base64.b64decode(one["metadata"]["encoding"]) == b"json/plain"
    assert json.loads(base64.b64decode(one["data"]))["child"] == WORD


async def test_a_payload_that_does_not_open_stays_sealed_and_the_others_are_shown() -> None:
    (lost,) = await data_converter(Keyring([OLD])).encode([INCIDENT])
    (held,) = await data_converter(Keyring([NEW])).encode([INCIDENT])
    plain = Payload(metadata={"encoding": b"json/plain"}, data=b"1")

    shown = await decode_payloads({"payloads": [as_json(lost), as_json(held), as_json(plain)]}, Keyring([NEW]))

    assert shown["payloads"][0] == as_json(lost)
    assert WORD.encode() in base64.b64decode(shown["payloads"][1]["data"])
    assert shown["payloads"][2] == as_json(plain)


async def test_a_body_without_payloads_is_answered_without_payloads() -> None:
    assert await decode_payloads({}, Keyring([NEW])) == {"payloads": []}


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
async def test_a_body_of_another_shape_is_refused_by_name(body: Any) -> None:
    with pytest.raises(BadPayloads):
        await decode_payloads(body, Keyring([NEW]))


async def test_a_process_can_start_while_temporal_is_down() -> None:
    client = await connect(load_settings(temporal_address="127.0.0.1:1"), Keyring([NEW]), NoVault(), lazy=True)

    assert client.namespace == "default"
    with pytest.raises(RuntimeError):
        await client.service_client.check_health(retry=False)


def of(workflow: str) -> WorkflowSerializationContext:
    return WorkflowSerializationContext(namespace="default", workflow_id=workflow)


async def opened(payload: Payload, fire: Keyring, workflow: str, vault: NoVault | None = None) -> bytes:
    """What a worker's codec makes of a payload."""
    (one,) = await SealingCodec(fire, vault).with_context(of(workflow)).decode([payload])
    return one.data


async def test_what_is_sealed_for_one_workflow_is_refused_by_another() -> None:
    fire = Keyring([NEW])
    (payload,) = await data_converter(fire).with_context(of("CR-2026-001")).encode([INCIDENT])

    assert WORD.encode() in await opened(payload, fire, "CR-2026-001")
    assert await opened(payload, fire, "CR-2026-002") == b"it was sealed for another workflow"
    payload.metadata["workflow"] = b"CR-2026-002"
    assert await opened(payload, fire, "CR-2026-002") == b"it was not sealed here for this workflow"


def test_for_each_workflow_only_the_seal_is_another() -> None:
    """The SDK would make all converters again for each payload."""
    every = data_converter(Keyring([NEW]))
    one = every.with_context(of("CR-2026-001"))
    assert one.payload_converter is every.payload_converter
    assert one.failure_converter is every.failure_converter
    assert one.payload_codec is not every.payload_codec


async def test_nothing_that_a_stranger_sends_makes_the_codec_raise() -> None:
    """Each is marked; a codec that raised would stop the case for ever."""
    fire, vault = Keyring([NEW]), NoVault()
    foreign = await SealingCodec(Keyring([("never-ours", b"x" * 32)])).with_context(of("a")).seal(Payload(data=b"1"))
    sealed = await SealingCodec(fire).with_context(of("a")).seal(Payload(data=b"1"))
    note = Payload(metadata={**sealed.metadata, "kept": b"1"}, data=sealed.data)
    for one in (
        Payload(),
        Payload(metadata={"encoding": b"json/plain"}, data=b"1"),
        Payload(metadata={"encoding": b"case-reviews/not-ours"}, data=b"1"),
        Payload(metadata={"encoding": b"binary/encrypted", "workflow": b"a"}),
        Payload(metadata={"encoding": b"binary/encrypted", "workflow": b"a"}, data=b"\x01\xff"),
        Payload(metadata={"encoding": b"binary/encrypted", "workflow": b"\xff\xfe"}, data=sealed.data),
        Payload(metadata=dict(sealed.metadata), data=sealed.data[:-1]),
        foreign,
        note,
    ):
        (seen,) = await SealingCodec(fire, vault).with_context(of("a")).decode([one])
        assert seen.metadata["encoding"] == b"case-reviews/not-ours"


FORGED_REFERENCES = [
    Payload(metadata={"encoding": b"json/external-storage-reference"}, data=b"{}"),
    Payload(metadata={"encoding": b"json/external-storage-reference"}, data=b"no JSON"),
    Payload(
        metadata={"encoding": b"json/protobuf", "messageType": b"temporal.api.sdk.v1.ExternalStorageReference"},
        data=b'{"driverName": "sql", "claimData": {"key": "0"}}',
    ),
    Payload(metadata={"encoding": b"json/plain", "__temporal_external_storage_reference": b"true"}, data=b"1"),
    Payload(metadata={"encoding": b"binary/encrypted", "__temporal_external_storage_reference": b"true"}, data=b"1"),
]


@pytest.mark.parametrize("forged", FORGED_REFERENCES)
async def test_a_forged_reference_to_a_storage_is_never_followed(forged: Payload) -> None:
    """The SDK follows one before any codec sees it, and fails the task for ever where it cannot: a private method."""
    converter = data_converter(Keyring([NEW])).with_context(of("a"))

    with pytest.raises(Forged):
        await converter.decode([forged])
    both = Payloads(payloads=[forged])
    await converter._transform_inbound_payloads(both)
    alone = await converter._transform_inbound_payload(forged)
    assert {one.metadata["encoding"] for one in (*both.payloads, alone)} == {b"case-reviews/not-ours"}


async def test_an_answer_that_was_not_sealed_here_reaches_no_caller() -> None:
    with pytest.raises(Forged):
        await data_converter(Keyring([NEW])).decode([Payload(metadata={"encoding": b"json/plain"}, data=b"{}")], [dict])


async def test_a_failure_that_was_not_sealed_here_says_so() -> None:
    """Neither one in the clear, nor the seal of another kind of failure."""
    converter, plain, sealed = data_converter(Keyring([NEW])), Failure(), Failure()
    plain.application_failure_info.type = "AddressRefused"
    await converter.encode_failure(ApplicationError("a", type="NobodyThere"), sealed)
    sealed.application_failure_info.type = "AddressRefused"

    for forged in (plain, sealed):
        found = await converter.decode_failure(forged)
        assert isinstance(found, ApplicationError)
        assert found.type == NOT_OURS


async def test_what_opens_to_too_much_stays_sealed_and_the_rest_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("settings.temporal.OPENED_AT_MOST", 100_000)
    codec = SealingCodec(Keyring([NEW]))
    bomb = as_json(await codec.seal(Payload(data=b"0" * 10_000_000)))
    small = as_json(await codec.seal(Payload(data=b"shown")))

    shown = await decode_payloads({"payloads": [bomb, small]}, Keyring([NEW]))

    assert shown["payloads"][0] == bomb
    assert base64.b64decode(shown["payloads"][1]["data"]) == b"shown"


async def test_what_bears_no_mark_or_a_false_one_stays_as_it_is() -> None:
    """Nothing of it is opened, and nothing fails."""
    one = as_json(await SealingCodec(Keyring([NEW])).seal(Payload(data=b"1")))
    less = [
        {"metadata": {name: value for name, value in one["metadata"].items() if name != gone}, "data": one["data"]}
        for gone in ("encoding", "workflow")
    ]
    kept = {"metadata": one["metadata"] | {"kept": "MQ=="}, "data": one["data"]}
    cut = {"metadata": one["metadata"], "data": one["data"][:8]}

    shown = await decode_payloads({"payloads": [*less, kept, cut]}, Keyring([NEW]))

    assert shown["payloads"][0] == less[0]
    assert base64.b64decode(shown["payloads"][1]["data"]) == b"1"  # sealed for no workflow, as it says
    assert shown["payloads"][2:] == [kept, cut]
