"""Settings: the way to the Temporal server. All we send is sealed first: it sees references, never a family."""

import base64
from collections.abc import Iterable, Sequence
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.client import Client, TLSConfig

from settings import Settings
from settings.keys import CannotOpen, Keyring
from settings.sealing import ENCODING, SealingCodec, TooLarge, Vault, data_converter

WANTED = "Send a JSON object with a list `payloads`, as the Temporal UI does."
OPENED_AT_MOST = 32 * 1024 * 1024  # bytes of all that one question of the Temporal UI opens


class BadPayloads(ValueError):
    """The body is not a list of payloads as the Temporal UI sends it."""


async def connect(settings: Settings, keyring: Keyring, vault: Vault, *, lazy: bool = False) -> Client:
    """A client of the server in the settings. With `lazy` the connection is made at the first call, so that a process
    can start while Temporal is down."""
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        api_key=settings.temporal_api_key.get_secret_value() if settings.temporal_api_key else None,
        tls=_tls(settings),
        data_converter=data_converter(keyring, vault),
        lazy=lazy,
    )


async def decode_payloads(body: dict[str, Any], keyring: Keyring, vault: Vault | None = None) -> dict[str, Any]:
    """Answer the Temporal UI's `POST /decode`. What does not open stays sealed, so one lost key does not blank a page;
    neither does what would be too much to open.

    The UI does not say which workflow it shows; each payload says for which one it was sealed, and its seal is checked
    for that. Raises `BadPayloads`.
    """
    codec, left, answer = SealingCodec(keyring, vault), OPENED_AT_MOST, []
    for payload in _payloads(body):
        opened = payload
        if payload.metadata.get("encoding") == ENCODING and left > 0:
            try:
                opened = await codec.open(payload, limit=left)
            except TooLarge:
                left //= 2  # the others are shown all the same, and the whole stays bounded
            except (CannotOpen, UnicodeDecodeError, LookupError):
                pass
            left -= len(opened.data)
        answer.append(opened)
    return _answer(answer)


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
        raise BadPayloads(WANTED) from None


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
