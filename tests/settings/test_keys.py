"""The keyring: sealed for one place, opened by any key, and never quietly wrong."""

import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings import BadSetting, load_settings
from settings.keys import CannotOpen, Keyring, Tampered, UnknownKey, make_keys_file

OLD, NEW = ("old", b"o" * 32), ("new", b"n" * 32)


def encoded(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()


@given(plain=st.binary(), context=st.binary(max_size=40))
def test_what_was_sealed_opens_again(plain: bytes, context: bytes) -> None:
    fire = Keyring([NEW, OLD])
    assert fire.open(fire.seal(plain, context), context) == plain


def test_json_comes_back_as_it_was() -> None:
    fire = Keyring([NEW])
    value = {"a": [1, 2.5, None, True, "Zoë – née O’Neill"]}
    assert fire.open_json(fire.seal_json(value, b"x"), b"x") == value


def test_sealing_the_same_twice_gives_two_different_seals() -> None:
    fire = Keyring([NEW])
    assert fire.seal(b"the same") != fire.seal(b"the same")


def test_the_first_key_seals_and_every_key_opens() -> None:
    before = Keyring([OLD]).seal(b"text")
    both = Keyring([NEW, OLD])

    assert both.open(before) == b"text"
    assert Keyring([NEW]).open(both.seal(b"text")) == b"text"
    assert both.ids == ["new", "old"]


def test_a_key_that_is_not_in_the_ring_is_named() -> None:
    with pytest.raises(UnknownKey, match="the key old"):
        Keyring([NEW]).open(Keyring([OLD]).seal(b"text"))


def test_a_key_of_the_same_name_with_another_content_does_not_open() -> None:
    with pytest.raises(Tampered):
        Keyring([("old", b"x" * 32)]).open(Keyring([OLD]).seal(b"text"))


def test_what_was_sealed_for_one_place_does_not_open_in_another() -> None:
    fire = Keyring([NEW])
    with pytest.raises(Tampered):
        fire.open(fire.seal(b"text", b"here"), b"there")


def test_changing_any_byte_shows() -> None:
    fire = Keyring([NEW])
    sealed = fire.seal(b"text", b"here")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(CannotOpen):
            fire.open(bytes(changed), b"here")


@given(st.binary(max_size=60))
def test_bytes_that_were_never_sealed_are_refused_by_name(given_bytes: bytes) -> None:
    with pytest.raises(CannotOpen):
        Keyring([NEW]).open(given_bytes)


def test_cutting_it_short_anywhere_shows() -> None:
    fire = Keyring([NEW])
    sealed = fire.seal(b"text")
    for length in range(len(sealed)):
        with pytest.raises(CannotOpen):
            fire.open(sealed[:length])


def test_each_purpose_and_each_key_has_a_subkey_of_its_own() -> None:
    both = Keyring([NEW, OLD])

    links, forms = both.derive("links"), both.derive("forms")

    assert len({*links, *forms, NEW[1], OLD[1]}) == 6
    assert links == both.derive("links")
    assert links[1:] == Keyring([OLD]).derive("links")
    assert {len(key) for key in links} == {32}


def test_keys_come_from_the_setting_newest_first() -> None:
    settings = load_settings(keys=f"new:{encoded(NEW[1])}, old:{encoded(OLD[1]).rstrip('=')}")

    fire = Keyring.from_settings(settings)

    assert fire.ids == ["new", "old"]
    assert Keyring([OLD, NEW]).open(fire.seal(b"text")) == b"text"


@pytest.mark.parametrize(
    "keys",
    [
        ",",
        "nokey",
        "k:",
        "k:not base64!",
        f"k:{encoded(b'short')}",
        f"k:{encoded(NEW[1])},k:{encoded(OLD[1])}",
        f"two words:{encoded(NEW[1])}",
    ],
)
def test_keys_that_cannot_be_used_are_refused_without_being_repeated(keys: str) -> None:
    with pytest.raises(BadSetting, match=r"^CRG_KEYS") as caught:
        Keyring.from_settings(load_settings(keys=keys))
    assert encoded(NEW[1]) not in str(caught.value)


def test_where_there_are_no_keys_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="CRG_KEYS is not set"):
        Keyring.from_settings(load_settings(data=tmp_path))


@pytest.mark.parametrize("text", ["", "{}", '{"keys": [{"id": "k"}]}', '{"keys": 5}', "[]", "é"])
def test_a_damaged_keys_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadSetting, match=r"keys\.json"):
        Keyring.from_settings(load_settings(data=tmp_path))


def test_a_keys_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "data" / "keys.json"

    assert make_keys_file(file) is True
    first = file.read_text()
    assert make_keys_file(file) is False

    assert file.read_text() == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(json.loads(first)["keys"]) == 1
    assert [one.name for one in file.parent.iterdir()] == ["keys.json"]
    fire = Keyring.from_settings(load_settings(data=file.parent))
    assert fire.open(fire.seal(b"text")) == b"text"


def test_two_that_make_the_keys_file_at_once_make_one(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: make_keys_file(file), range(16)))

    assert made.count(True) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["keys.json"]
