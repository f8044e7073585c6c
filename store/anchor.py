"""Store: anchors. A signed list of where every chain ends, to be kept where nobody who can write to the database can.

A database that was set back as a whole, or changed by somebody with the keys, agrees with itself; it does not agree
with an earlier anchor. The signature is Ed25519, with a key of its own that comes from the key ring.
"""

import json
from datetime import datetime
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import AwareDatetime, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from calendar_rules.model import Model
from settings.keys import CannotOpen, Keyring
from store.database import Database
from store.errors import NotOurAnchor
from store.heads import read_heads
from store.register import JOURNAL, REGISTERS
from store.tables import record, register

_PURPOSE = "anchor"


class AnchoredHead(NamedTuple):
    """Where a chain ended: its last row, and the hash of that."""

    chain: str
    seq: int
    hash: str


class Anchor(Model):
    """Where every chain ended at one moment (UTC)."""

    made_at: AwareDatetime
    heads: list[AnchoredHead]
    signature: str = ""  # hex, over all the rest


async def make_anchor(database: Database, at: datetime) -> Anchor:
    """An anchor of now. Raises `CannotOpen` where the end of a chain was not written here."""
    async with database.read() as connection:
        found = await read_heads(database, connection)
    heads = []
    for chain, head in found.items():
        if isinstance(head, CannotOpen):
            raise head
        heads.append(AnchoredHead(chain, *head))
    anchor = Anchor(made_at=at, heads=heads)
    return anchor.model_copy(update={"signature": _signers(database.keyring)[0].sign(_signed(anchor)).hex()})


def read_anchor(keyring: Keyring, text: str) -> Anchor:
    """The anchor of a file. Raises `NotOurAnchor` where it was not signed with a key of the fire, or was changed."""
    try:
        anchor = Anchor.model_validate_json(text)
        signature = bytes.fromhex(anchor.signature)
    except (ValidationError, ValueError):
        raise NotOurAnchor("this file is not an anchor: give one that crg record --anchor has written") from None
    for signer in _signers(keyring):
        try:
            signer.public_key().verify(signature, _signed(anchor))
        except InvalidSignature:
            continue
        return anchor
    raise NotOurAnchor(
        "the signature of this anchor does not hold: it was changed, or signed with a key that is not among CRG_KEYS"
    )


async def missing_since(connection: AsyncConnection, one: AnchoredHead) -> str | None:
    """Whether what was the last row of a chain is still in it: nothing where it is, else what became of it."""
    table, key = (register, register.c.chain) if one.chain in (JOURNAL, *REGISTERS) else (record, record.c.reference)
    hashed = await connection.scalar(select(table.c.hash).where(key == one.chain, table.c.seq == one.seq))
    if hashed is None:
        return f"row {one.seq} is missing"
    return None if hashed == one.hash else f"row {one.seq} is another one"


def _signers(keyring: Keyring) -> list[Ed25519PrivateKey]:
    return [Ed25519PrivateKey.from_private_bytes(key) for key in keyring.derive(_PURPOSE)]


def _signed(anchor: Anchor) -> bytes:
    content = anchor.model_dump(mode="json", exclude={"signature"})
    return b"case-reviews anchor\n" + json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
