"""Settings: the way to the Temporal server. All we send is sealed first: it sees references, never a family."""

import base64
import dataclasses
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.client import Client, TLSConfig
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec

from settings import Settings
from settings.keys import CannotOpen, Keyring

ENCODING = b"binary/encrypted"
COMPRESSION = b"zlib"
_CONTEXT = b"temporal"


class BadPayloads(ValueError):
    """The body is not a list of payloads as the Temporal UI sends it."""


class SealingCodec(PayloadCodec):
    """Seals each payload whole, compressed first; opens with any key; leaves alone what was never sealed."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self.seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self.open(payload) for payload in payloads]

    def seal(self, payload: Payload) -> Payload:
        plain = zlib.compress(payload.SerializeToString(), 1)  # a case's state is mostly words: a tenth is left
        return Payload(
            metadata={"encoding": ENCODING, "compression": COMPRESSION}, data=self._keyring.seal(plain, _CONTEXT)
        )

    def open(self, payload: Payload) -> Payload:
        """Raises `UnknownKey` or `Tampered`."""
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        plain = self._keyring.open(payload.data, _CONTEXT)
        return Payload.FromString(
            zlib.decompress(plain) if payload.metadata.get("compression") == COMPRESSION else plain
        )


def data_converter(keyring: Keyring) -> DataConverter:
    """Pydantic models in and out, sealed on the way; messages and stack traces of failures too."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=SealingCodec(keyring),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(settings: Settings, keyring: Keyring, *, lazy: bool = False) -> Client:
    """A client of the server in the settings. With `lazy` the connection is made at the first call, so that a process
    can start while Temporal is down."""
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        api_key=settings.temporal_api_key.get_secret_value() if settings.temporal_api_key else None,
        tls=_tls(settings),
        data_converter=data_converter(keyring),
        lazy=lazy,
    )


def decode_payloads(body: dict[str, Any], keyring: Keyring) -> dict[str, Any]:
    """Answer the Temporal UI's `POST /decode`. What does not open stays sealed, so one lost key does not blank a page.

    Raises `BadPayloads`.
    """
    codec = SealingCodec(keyring)

    def opened(payload: Payload) -> Payload:
        try:
            return codec.open(payload)
        except CannotOpen:
            return payload

    return _answer(opened(payload) for payload in _payloads(body))


def encode_payloads(body: dict[str, Any], keyring: Keyring) -> dict[str, Any]:
    """Answer the Temporal UI's `POST /encode`. Raises `BadPayloads`."""
    codec = SealingCodec(keyring)
    return _answer(codec.seal(payload) for payload in _payloads(body))


def _payloads(body: dict[str, Any]) -> Sequence[Payload]:
    try:
        return [
            Payload(
                metadata={name: base64.b64decode(value) for name, value in one.get("metadata", {}).items()},
                data=base64.b64decode(one.get("data", "")),
            )
            for one in body.get("payloads", [])
        ]
    except (TypeError, AttributeError, ValueError):
        raise BadPayloads("send a JSON object with a list `payloads`, as the Temporal UI does") from None


def _answer(payloads: Iterable[Payload]) -> dict[str, Any]:
    return {
        "payloads": [
            {
                "metadata": {name: base64.b64encode(value).decode() for name, value in one.metadata.items()},
                "data": base64.b64encode(one.data).decode(),
            }
            for one in payloads
        ]
    }


def _tls(settings: Settings) -> bool | TLSConfig | None:
    if settings.temporal_tls is False:
        return False
    files = (settings.temporal_tls_ca, settings.temporal_tls_certificate, settings.temporal_tls_key)
    if not any(files):
        return settings.temporal_tls
    ca, certificate, key = (file.read_bytes() if file else None for file in files)
    return TLSConfig(server_root_ca_cert=ca, client_cert=certificate, client_private_key=key)
