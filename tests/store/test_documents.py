"""Documents: every version kept, one per key, known by its hash."""

import asyncio
import hashlib
from datetime import UTC, datetime

from store import Store
from store.documents import Stored

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CASE = "CR-2026-001"


async def put(store: Store, content: bytes, *, key: str, document: str = "report", reference: str = CASE) -> Stored:
    return await store.documents.put(
        reference, document, key=key, content=content, media_type="text/html", title="Rapid review report", at=NINE
    )


async def test_versions_count_from_one_per_document_and_all_are_kept(store: Store) -> None:
    first = await put(store, b"one", key="a")
    second = await put(store, b"two", key="b")
    other = await put(store, b"pack", key="c", document="pack")
    elsewhere = await put(store, b"one", key="a", reference="CR-2026-002")

    assert [one.version for one in (first, second, other, elsewhere)] == [1, 2, 1, 1]
    assert second.sha256 == hashlib.sha256(b"two").hexdigest()
    assert second.at == NINE
    assert await store.documents.versions(CASE) == [other, first, second]
    assert await store.documents.versions(CASE, "report") == [first, second]
    held = await store.documents.get(CASE, "report", 1)
    assert held is not None
    assert held.content == b"one"
    assert held.title == "Rapid review report"


async def test_the_same_key_again_makes_no_new_version(store: Store) -> None:
    first = await put(store, b"one", key="a")

    assert await put(store, b"rendered again, a second later", key="a") == first

    held = await store.documents.get(CASE, "report", 1)
    assert held is not None
    assert held.content == b"one"
    assert len(await store.documents.versions(CASE)) == 1


async def test_what_is_forgotten_leaves_its_number_to_the_next(store: Store) -> None:
    """K-6, R-4: a draft that was refused uses up no version."""
    first = await put(store, b"one", key="a")
    await put(store, b"refused", key="b")
    await store.documents.forget(CASE, key="b")
    assert await store.documents.versions(CASE) == [first]
    second = await put(store, b"two", key="c")
    assert second.version == 2
    held = await store.documents.get(CASE, "report", 2)
    assert held
    assert held.content == b"two"


async def test_what_was_never_put_is_not_there(store: Store) -> None:
    assert await store.documents.get(CASE, "report", 1) is None
    assert await store.documents.versions(CASE) == []


async def test_versions_put_at_once_follow_one_another(store: Store, other_process: Store) -> None:
    made = await asyncio.gather(
        *(put(one, f"{number}".encode(), key=f"key {number}") for number in range(8) for one in (store, other_process))
    )

    assert {one.version for one in made} == set(range(1, 9))
    assert len(await store.documents.versions(CASE)) == 8


async def test_large_and_binary_contents_come_back_whole(store: Store) -> None:
    content = bytes(range(256)) * 20_000  # 5 MB

    stored = await put(store, content, key="a")

    held = await store.documents.get(CASE, "report", stored.version)
    assert held is not None
    assert held.content == content
