"""Who writes much to an SQLite file lets the others in; before, they waited for seconds, and some in vain."""

import threading
import time
from pathlib import Path

import pytest

from store import turns
from store.turns import NotOurTurn, Turns


def test_whoever_has_just_written_comes_after_those_who_wait(tmp_path: Path) -> None:
    greedy, modest = Turns(tmp_path / "store.db"), Turns(tmp_path / "store.db")
    written, enough = 0, threading.Event()

    def without_pause() -> None:
        nonlocal written
        while not enough.is_set():
            with greedy.one():
                written += 1
                time.sleep(0.001)

    other = threading.Thread(target=without_pause)
    other.start()
    meanwhile = []
    for _ in range(20):
        before = written
        with modest.one():
            meanwhile.append(written - before)
    enough.set()
    other.join()
    assert max(meanwhile) <= 3, meanwhile


def test_a_turn_that_does_not_come_is_waited_for_no_longer_than_a_writer_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "WITHIN", 0.05)
    first, second, third = (Turns(tmp_path / "store.db") for _ in range(3))
    with first.one():
        with pytest.raises(NotOurTurn):
            second.take()
        second.give()  # it had none to give
        with pytest.raises(NotOurTurn):
            third.take()
    with second.one():
        pass


def test_a_process_that_is_gone_has_given_its_turn(tmp_path: Path) -> None:
    gone, next_one = Turns(tmp_path / "store.db"), Turns(tmp_path / "store.db")
    gone.take()
    gone.close()
    with next_one.one():
        pass
