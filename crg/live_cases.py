"""Means for the care of live cases: the running stack's settings, a client, the store; work side by side."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from temporalio.client import Client

    from settings import Settings
    from store import Store

AT_ONCE = 16  # calls under way at the same time
Key = TypeVar("Key")
Found = TypeVar("Found")


async def means() -> "tuple[Settings, Client, Store]":
    """The running stack's settings where there is one, else those of the environment; a client and the store.

    Raises `CannotStart` where Temporal does not answer.
    """
    from crg.embedded.errors import CannotStart
    from crg.embedded.stack import settings_in_force
    from settings.keys import Keyring
    from settings.temporal import connect
    from store import Store

    settings = settings_in_force()
    keyring = Keyring.from_settings(settings)
    store = Store.from_settings(settings, keyring)
    try:
        return settings, await connect(settings, keyring, store.vault), store
    except RuntimeError:
        raise CannotStart(
            f"Temporal does not answer at {settings.temporal_address}. Start it, or correct CRG_TEMPORAL_ADDRESS; "
            "crg doctor says what else is missing."
        ) from None


async def side_by_side(
    keys: Iterable[Key], do: Callable[[Key], Awaitable[Found]], failed: Callable[[Key, str], Found]
) -> list[Found]:
    """The same for each, some at a time; what was found, in the order of the keys.

    One that fails holds up none of the others: `failed` gives what is found then, of the key and why in words.
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(key: Key) -> Found:
        async with gate:
            try:
                return await do(key)
            except Exception as error:  # noqa: BLE001  # whatever it was, the others go on
                return failed(key, why_failed(error))

    return await asyncio.gather(*[one(key) for key in keys])


def why_failed(error: Exception) -> str:
    """An error in words. What it says itself only where it speaks of machines: else it may repeat what people wrote."""
    from temporalio.service import RPCError

    if isinstance(error, RPCError):
        return f"Temporal answers {error.status.name}: {error.message}"
    return "Temporal does not answer in time" if isinstance(error, TimeoutError) else type(error).__name__


def counted(kinds: Iterable[str]) -> str:
    """ "3 cases, 1 meeting of the CRG, the weekly digest" for these workflow types."""
    from workflows import names

    words = {
        names.WORKFLOW: ("case", "cases"),
        names.INFORMATION_REQUEST: ("request for information", "requests for information"),
        names.CRG_MEETING: ("meeting of the CRG", "meetings of the CRG"),
    }
    many = Counter(kinds)
    reported = [
        f"{many[kind]:,} {one if many[kind] == 1 else several}" for kind, (one, several) in words.items() if many[kind]
    ]
    return ", ".join([*reported, *(["the weekly digest"] if many[names.DIGEST] else [])]) or "nothing"


def listed(references: Iterable[str], most: int = 20) -> str:
    """The first references, as a person reads them in a line, and how many more there are."""
    found = sorted(references)
    more = f" and {len(found) - most:,} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more
