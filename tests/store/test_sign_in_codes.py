"""Codes for signing in: how often, how long, and for whom they count."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

from store import Store
from store.sign_in_codes import COUNTED, GOOD_FOR, MOST_MAILS, MOST_TRIES, Tried, Verdict, new_code

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KNOWN = {"officer": "officer@police.example", "lead": "lead@health.example"}


async def given(store: Store, person: str = "officer", at: datetime = NINE) -> tuple[str, str]:
    """The token of a browser, and the code that was mailed."""
    token, code = await store.sign_in_codes.ask(at=at), new_code()
    assert await store.sign_in_codes.give(token, person, KNOWN[person], code, at=at)
    return token, code


async def test_a_code_counts_once_though_it_comes_twice_at_a_time(store: Store) -> None:
    token, code = await given(store)
    tried = await asyncio.gather(*(store.sign_in_codes.enter(token, code, KNOWN, at=NINE) for _ in range(3)))
    assert Counter(tried) == {Tried(Verdict.GOOD, "officer"): 1, Tried(Verdict.UNKNOWN): 2}


async def test_a_code_is_of_its_browser_its_person_and_their_address(store: Store) -> None:
    codes, (token, code), (other, _) = store.sign_in_codes, await given(store), await given(store, "lead")
    moved, gone = KNOWN | {"officer": "officer@elsewhere.example"}, {"lead": KNOWN["lead"]}
    assert (await codes.enter("another", code, KNOWN, at=NINE)).verdict is Verdict.UNKNOWN
    assert (await codes.enter(other, code, KNOWN, at=NINE)).verdict is Verdict.WRONG
    assert (await codes.enter(token, code, moved, at=NINE)).verdict is Verdict.WRONG
    assert (await codes.enter(token, code, gone, at=NINE)).verdict is Verdict.WRONG
    assert (await codes.enter(token, "", KNOWN, at=NINE)).verdict is Verdict.WRONG
    assert await codes.enter(token, f" {code.lower()} ", KNOWN, at=NINE) == Tried(Verdict.GOOD, "officer")


async def test_tries_are_counted_whether_or_not_there_is_a_code(store: Store) -> None:
    codes, (known, code), unknown = store.sign_in_codes, await given(store), await store.sign_in_codes.ask(at=NINE)
    for token in (known, unknown):
        left = [(await codes.enter(token, "BBBB-BBBB", KNOWN, at=NINE)).left for _ in range(MOST_TRIES)]
        assert left == [4, 3, 2, 1, 0]
        assert await codes.enter(token, code, KNOWN, at=NINE) == Tried(Verdict.TOO_MANY)


async def test_a_code_is_good_for_ten_minutes_and_gone_after_an_hour(store: Store) -> None:
    codes, (token, code) = store.sign_in_codes, await given(store)
    second = timedelta(seconds=1)
    assert await codes.enter(token, code, KNOWN, at=NINE + GOOD_FOR) == Tried(Verdict.EXPIRED)
    await codes.ask(at=NINE + COUNTED - second)
    assert await codes.enter(token, code, KNOWN, at=NINE + GOOD_FOR) == Tried(Verdict.EXPIRED)
    await codes.ask(at=NINE + COUNTED)
    assert await codes.enter(token, code, KNOWN, at=NINE + GOOD_FOR) == Tried(Verdict.UNKNOWN)
    token, code = await given(store)
    assert (await codes.enter(token, code, KNOWN, at=NINE + GOOD_FOR - second)).person == "officer"


async def test_a_person_is_mailed_a_few_times_an_hour_used_or_not(store: Store) -> None:
    for minutes in range(MOST_MAILS):
        at = NINE + timedelta(minutes=minutes)
        token, code = await given(store, at=at)
        assert (await store.sign_in_codes.enter(token, code, KNOWN, at=at)).person == "officer"
    give, token = store.sign_in_codes.give, await store.sign_in_codes.ask(at=NINE)
    assert not await give(token, "officer", KNOWN["officer"], None, at=NINE + timedelta(minutes=59))
    assert await give(token, "lead", KNOWN["lead"], None, at=NINE + timedelta(minutes=59))
    assert await give(token, "officer", KNOWN["officer"], None, at=NINE + timedelta(minutes=60))
