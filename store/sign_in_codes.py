"""Store: the one-time codes that are mailed to people without an account of the council's.

A code counts once, for some minutes, and only with the token of the browser in which it was asked for. Neither is kept,
only hashes with a key of ours: whoever reads the database can sign in as nobody. What was asked for an address that
nobody has is noted too, so that wrong tries are counted and answered alike.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import delete, func, select, update

from store.database import Database
from store.tables import sign_in_codes

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # consonants: no words, and none is taken for a digit (RFC 8628 6.1)
LENGTH = 8
GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 5
MOST_MAILS = 3  # to one person within `COUNTED`
COUNTED = timedelta(hours=1)
NOBODY = ""  # stands for the asking itself


class Verdict(StrEnum):
    """What became of a code that somebody has typed."""

    GOOD = "good"
    WRONG = "wrong"
    TOO_MANY = "too-many"
    EXPIRED = "expired"
    UNKNOWN = "unknown"  # used already, or asked for in another browser


class Tried(NamedTuple):
    """The same, with whose the code was, or how many tries are left."""

    verdict: Verdict
    person: str | None = None
    left: int = 0


def new_code() -> str:
    """Eight letters, in two groups."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


class SignInCodes:
    """Codes by the browsers that asked for them. What is an hour old is let go of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, *, at: datetime) -> str:
        """Somebody asks for a code: the token that their browser keeps until they enter it."""
        token = secrets.token_urlsafe(32)
        row = {"browser": _id(token), "person": NOBODY, "code": None, "tries": 0, "asked_at": at}
        async with self._database.write() as connection:
            await connection.execute(delete(sign_in_codes).where(sign_in_codes.c.asked_at <= at - COUNTED))
            await connection.execute(self._database.insert(sign_in_codes).values(row))
        return token

    async def give(self, token: str, person: str, address: str, code: str | None, *, at: datetime) -> bool:
        """Note that a mail goes to this person, with this code or without one. False where they have had enough."""
        table = sign_in_codes.c
        had = select(func.count()).where(table.person == person, table.asked_at > at - COUNTED)
        hashed = self._hashes(token, person, address, code)[0] if code else None
        row = {"browser": _id(token), "person": person, "code": hashed, "tries": 0, "asked_at": at}
        async with self._database.write() as connection:
            await self._database.lock(connection, "sign-in-codes")
            if (await connection.scalar(had) or 0) >= MOST_MAILS:
                return False
            await connection.execute(self._database.insert(sign_in_codes).values(row))
        return True

    async def enter(self, token: str, typed: str, addresses: Mapping[str, str], *, at: datetime) -> Tried:
        """Try a code; `addresses` are those of now, by the ids of the people who may sign in by one. A good one counts
        once, and with it all that this browser had asked for.
        """
        browser, table = _id(token), sign_in_codes.c
        asking = (table.browser == browser) & (table.person == NOBODY)
        async with self._database.write() as connection:
            await self._database.lock(connection, f"sign-in-code {browser}")
            asked = (await connection.execute(select(sign_in_codes).where(asking))).one_or_none()
            if asked is None:
                return Tried(Verdict.UNKNOWN)
            if at >= asked.asked_at + GOOD_FOR:
                return Tried(Verdict.EXPIRED)
            if asked.tries >= MOST_TRIES:
                return Tried(Verdict.TOO_MANY)
            given = select(sign_in_codes).where(table.browser == browser, table.code.is_not(None))
            held = {row.person: row.code for row in await connection.execute(given)}
            person = self._whose(token, typed, held, addresses)
            if person is None:
                await connection.execute(update(sign_in_codes).where(asking).values(tries=asked.tries + 1))
                left = MOST_TRIES - asked.tries - 1
                return Tried(Verdict.WRONG, left=left) if left else Tried(Verdict.TOO_MANY)
            await connection.execute(delete(sign_in_codes).where(asking))
            await connection.execute(update(sign_in_codes).where(table.browser == browser).values(code=None))
        return Tried(Verdict.GOOD, person)

    def _whose(self, token: str, typed: str, held: Mapping[str, str], addresses: Mapping[str, str]) -> str | None:
        found = None
        for person in held.keys() & addresses.keys():
            hashes = self._hashes(token, person, addresses[person], typed)
            if any(hmac.compare_digest(held[person], one) for one in hashes):
                found = person
        return found

    def _hashes(self, token: str, person: str, address: str, code: str) -> list[str]:
        """With each key, the newest first."""
        letters = "".join(one for one in code.upper() if one in LETTERS)
        what = "\0".join((token, person, address, letters)).encode()
        return [hmac.digest(key, what, hashlib.sha256).hex() for key in self._database.keyring.derive("sign-in-codes")]


def _id(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
