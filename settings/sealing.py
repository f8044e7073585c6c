"""Settings: what goes to the Temporal server is sealed to its workflow; what comes from there unsealed is not ours.

A codec that raises would stop a case for ever, so it never does for a stranger's payload: it marks it, the converter
gives a `NotOurs` in its place, and `workflows.guard` refuses that. Only a key of ours that this process lacks raises:
work waits until the key is back.

A payload that is large is kept in the store, and what travels is a sealed note of where it is. The SDK's own external
storage is not used: its notes are neither sealed nor signed. Anything that claims to be one is refused unread.
"""

import copy
import dataclasses
import zlib
from collections.abc import Sequence
from typing import Any, Protocol, Self

from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    EncodingPayloadConverter,
    PayloadCodec,
    PayloadConverter,
    SerializationContext,
    WithSerializationContext,
)
from temporalio.exceptions import ApplicationError

from review.asked import scheduled_by
from review.not_ours import NotOurs
from settings.keys import Keyring, Tampered, UnknownKey

ENCODING = b"binary/encrypted"
WORKFLOW, KEPT = "workflow", "kept"  # metadata: whose it is; that it is a note of where the payload is kept
LARGE = 64 * 1024  # bytes, sealed: what is larger is kept in the store
MARKED = b"case-reviews/not-ours"
NOT_OURS = "NotOurs"  # type of the failure by which anything of a stranger's is refused

_INLINE, _NOTE = b"temporal/2\0", b"temporal-note/1\0"
_REFERENCE_MARK = "__temporal_external_storage_reference"
_REFERENCE_ENCODING = b"json/external-storage-reference"
_REFERENCE_TYPE = b"temporal.api.sdk.v1.ExternalStorageReference"


class Vault(Protocol):
    """Where large payloads are kept, and which keys have ever sealed here."""

    async def keep(self, workflow: str, content: bytes) -> str: ...

    async def fetch(self, workflow: str, key: str) -> bytes: ...

    async def knows_key(self, id: str) -> bool: ...


class Forged(RuntimeError):
    """The Temporal server answered with something that none of our workers sealed."""


class TooLarge(ValueError):
    """It would open to more than is wanted."""


class SealingCodec(PayloadCodec, WithSerializationContext):
    """Seals each payload whole, compressed first, for the one workflow that it belongs to."""

    def __init__(self, keyring: Keyring, vault: Vault | None = None, *, workflow: str | None = None) -> None:
        self._keyring, self._vault, self._workflow = keyring, vault, workflow

    def with_context(self, context: SerializationContext) -> "SealingCodec":
        return SealingCodec(self._keyring, self._vault, workflow=getattr(context, "workflow_id", None))

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [await self.seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [await self.open_or_mark(payload) for payload in payloads]

    async def seal(self, payload: Payload) -> Payload:
        owner = self._workflow or ""
        # A case's state is mostly words: a tenth is left.
        plain = zlib.compress(payload.SerializeToString(deterministic=True), 1)
        if self._vault is not None and len(plain) > LARGE:
            note = await self._vault.keep(owner, plain)
            sealed = self._keyring.seal(note.encode(), _NOTE + owner.encode())
            return Payload(metadata={"encoding": ENCODING, WORKFLOW: owner.encode(), KEPT: b"1"}, data=sealed)
        sealed = self._keyring.seal(plain, _INLINE + owner.encode())
        return Payload(metadata={"encoding": ENCODING, WORKFLOW: owner.encode()}, data=sealed)

    async def open_or_mark(self, payload: Payload) -> Payload:
        """What was sealed for this workflow, else a mark that says it was not. Raises `UnknownKey` for a key of ours
        that is not in the fire, and whatever the store raises where it does not answer."""
        if payload.metadata.get("encoding") != ENCODING:
            return marked("it was not sealed")
        if self._workflow is not None and payload.metadata.get(WORKFLOW, b"") not in _owners(self._workflow):
            return marked("it was sealed for another workflow")
        try:
            return await self.open(payload)
        except Tampered:
            return marked("it was not sealed here for this workflow")
        except UnknownKey as problem:
            if self._vault is None or await self._vault.knows_key(problem.key):
                raise
            return marked("it was sealed with a key that was never ours")

    async def open(self, payload: Payload, limit: int = 0) -> Payload:
        """Open a payload, whichever workflow it is for. Raises `UnknownKey`, `Tampered`, or `TooLarge` over a limit."""
        owner = payload.metadata.get(WORKFLOW, b"")
        if KEPT not in payload.metadata:
            return Payload.FromString(_inflated(self._keyring.open(payload.data, _INLINE + owner), limit))
        note = self._keyring.open(payload.data, _NOTE + owner).decode()
        if self._vault is None:
            raise Tampered("this payload is kept in the store, which is not at hand here")
        return Payload.FromString(_inflated(await self._vault.fetch(owner.decode(), note), limit))


def _owners(workflow: str) -> list[bytes]:
    return [one.encode() for one in (workflow, scheduled_by(workflow)) if one is not None]


def marked(why: str) -> Payload:
    """The mark in place of a payload that is not ours; nothing of it is left."""
    return Payload(metadata={"encoding": MARKED}, data=why.encode())


def _inflated(content: bytes, limit: int) -> bytes:
    if not limit:
        return zlib.decompress(content)
    inflating = zlib.decompressobj()
    plain = inflating.decompress(content, limit)
    if inflating.unconsumed_tail:
        raise TooLarge(f"it opens to more than {limit} bytes")
    return plain


class _Marks(EncodingPayloadConverter):
    """Reads a mark as `NotOurs`, whatever type is asked for. Never writes one."""

    @property
    def encoding(self) -> str:
        return MARKED.decode()

    def to_payload(self, value: Any) -> Payload | None:
        return None

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        return NotOurs(payload.data.decode())


class _Payloads(PydanticPayloadConverter):
    """Pydantic models and marks. The SDK asks for a new one with each task: all share what they are made of."""

    _OF = (*PydanticPayloadConverter().converters.values(), _Marks())

    def __init__(self) -> None:
        self._set_converters(*self._OF)


class SealedPayloads(_Payloads):
    """Pydantic models. For a client: an answer that is not ours raises `Forged`, so that no caller takes it for one."""

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type] | None = None) -> list[Any]:
        values = super().from_payloads(payloads, type_hints)
        if any(isinstance(value, NotOurs) for value in values):
            raise Forged("the Temporal server gave an answer that was not sealed by this service")
        return values


class WorkersPayloads(_Payloads):
    """Pydantic models. For a worker: `NotOurs` where what came is not ours or not what is asked for; never raises."""

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type] | None = None) -> list[Any]:
        hints: list[type | None] = [*(type_hints or [])] + [None] * len(payloads)
        return [self._read(payload, hint) for payload, hint in zip(payloads, hints, strict=False)]

    def _read(self, payload: Payload, hint: type | None) -> Any:
        try:
            return super().from_payloads([payload], [hint] if hint else None)[0]
        except (ValueError, KeyError, RuntimeError):
            return NotOurs("it is not of the shape that is asked for")


class SealedFailures(DefaultFailureConverterWithEncodedAttributes):
    """Message, trace and type of a failure are sealed; one that was not sealed by us counts as no answer at all."""

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        super().to_failure(exception, payload_converter, failure)
        if failure.HasField("application_failure_info"):
            told = _attributes(failure, payload_converter) | {"type": failure.application_failure_info.type}
            failure.encoded_attributes.CopyFrom(payload_converter.to_payloads([told])[0])

    def from_failure(self, failure: Failure, payload_converter: PayloadConverter) -> BaseException:
        if failure.HasField("application_failure_info"):
            told = _attributes(failure, payload_converter)
            if told.get("type") != failure.application_failure_info.type:
                return ApplicationError("this failure was not sealed by this service", type=NOT_OURS)
        return super().from_failure(failure, payload_converter)


def _attributes(failure: Failure, payload_converter: PayloadConverter) -> dict[str, Any]:
    if not failure.HasField("encoded_attributes"):
        return {}
    try:
        told = payload_converter.from_payloads([failure.encoded_attributes])[0]
    except (ValueError, KeyError, RuntimeError):
        return {}
    return told if isinstance(told, dict) else {}


class SealedData(DataConverter):
    """The SDK follows a storage reference before any codec sees it, even where external storage is off: look first.

    Overrides a private method: the SDK is pinned, and a test sends every forged form.
    """

    def with_context(self, context: SerializationContext) -> Self:
        """For one workflow. Only the codec asks for which: the SDK would make all converters again for each payload."""
        ours = copy.copy(self)
        codec = self.payload_codec
        if isinstance(codec, WithSerializationContext):
            object.__setattr__(ours, "payload_codec", codec.with_context(context))
        return ours

    async def _decode_reference_payload_sequence(self, payloads: Sequence[Payload]) -> list[Payload]:
        return await super()._decode_reference_payload_sequence(
            [marked("it refers to a storage that is not ours") if _reference(one) else one for one in payloads]
        )


def _reference(payload: Payload) -> bool:
    encoding, kind = payload.metadata.get("encoding"), payload.metadata.get("messageType")
    marks = _REFERENCE_MARK in payload.metadata or bool(payload.external_payloads)
    return marks or encoding == _REFERENCE_ENCODING or (encoding == b"json/protobuf" and kind == _REFERENCE_TYPE)


def in_worker(converter: DataConverter) -> DataConverter:
    """The same converter for a worker or a replayer, which must refuse what a client may fail of."""
    if not isinstance(converter, SealedData):
        return converter
    return dataclasses.replace(converter, payload_converter_class=WorkersPayloads)


def data_converter(keyring: Keyring, vault: Vault | None = None) -> DataConverter:
    """The converter of a client."""
    return SealedData(
        payload_converter_class=SealedPayloads,
        payload_codec=SealingCodec(keyring, vault),
        failure_converter_class=SealedFailures,
    )
