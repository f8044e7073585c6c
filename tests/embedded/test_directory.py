"""`crg directory`: people and agencies loaded in one go, refused in plain words, and never overwritten by accident."""

import asyncio
from pathlib import Path

import pytest

from crg.directory import CannotLoad, read
from crg.embedded.sample import sample_partnership
from review.facts.directory import Directory
from settings import Settings
from settings.keys import Keyring, make_keys_file
from store import Store
from tests.embedded.test_command import crg, store_with_sample

SAMPLE = Path(__file__).parents[2] / "crg" / "embedded" / "partnership.toml"
ONE = """
partnership = "Sample Partnership"

[[people]]
id = "chair"
name = "Casey Sample"
email = "chair@sample.example.org"
roles = ["crg-chair"]

[[agencies]]
id = "police"
name = "Sample Police"
safeguarding_lead = "chair"
senior_officer = "chair"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "ours.toml"
    written.write_text(ONE, "utf-8")
    return written


def keys(settings: Settings) -> None:
    settings.data.mkdir()
    make_keys_file(settings.keys_file)


async def held(settings: Settings) -> Directory:
    async with Store.from_settings(settings, Keyring.from_settings(settings)) as store:
        return await store.directory.read()


async def test_people_and_agencies_are_loaded_into_an_empty_directory(settings: Settings) -> None:
    keys(settings)
    done = crg(settings, "directory", "load", str(SAMPLE))
    assert done.returncode == 0, done.stderr
    assert "version 1 of the directory holds 34 people and 7 agencies." in done.stdout
    assert "lead-probation is manager (G-1)" in done.stdout
    assert await held(settings) == sample_partnership()
    shown = crg(settings, "directory", "show")
    assert shown.stdout.startswith("Sample Safeguarding Children Partnership: version 1 of the directory\n")
    assert (
        "Casey Sample <crg-chair@sample-partnership.example.org>: crg-chair (childrens-services, director)"
        in shown.stdout
    )
    as_json = crg(settings, "directory", "show", "--json")
    assert Directory.model_validate_json(as_json.stdout) == sample_partnership()


async def test_a_directory_with_people_is_replaced_only_where_that_is_said(settings: Settings, file: Path) -> None:
    await store_with_sample(settings)
    done = crg(settings, "directory", "load", str(file))
    assert done.returncode == 1
    assert "holds 34 people and 7 agencies already (version 1;" in done.stderr
    assert "add --replace --expected-version 1;" in done.stderr
    assert "Traceback" not in done.stderr
    assert (await held(settings)).version == 1

    done = crg(settings, "directory", "load", str(file), "--replace", "--expected-version", "1")
    assert done.returncode == 0, done.stderr
    assert "Sample Partnership: version 2 of the directory holds 1 person and 1 agency." in done.stdout
    assert "Nobody holds: business-unit, crg-member," in done.stdout
    assert [person.id for person in (await held(settings)).people] == ["chair"]


async def test_a_directory_that_somebody_has_changed_since_is_left_alone(settings: Settings, file: Path) -> None:
    await store_with_sample(settings)
    done = crg(settings, "directory", "load", str(file), "--replace", "--expected-version", "0")
    assert done.returncode == 1
    assert "crg: The directory is as it was: the directory has been changed since you read it" in done.stderr
    assert await held(settings) == sample_partnership()


def test_a_directory_that_does_not_hang_together_is_refused(settings: Settings, file: Path) -> None:
    keys(settings)
    file.write_text(ONE.replace('senior_officer = "chair"', 'senior_officer = "nobody"'), "utf-8")
    done = crg(settings, "directory", "load", str(file))
    assert done.returncode == 1
    assert (
        "the senior officer of police is nobody, whom the directory does not hold: add the person first." in done.stderr
    )
    assert asyncio.run(held(settings)).version == 0


def test_a_file_is_read_as_the_sample_partnership_is_written() -> None:
    assert read(SAMPLE) == sample_partnership()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("partnership =", "partnership", "is not TOML in UTF-8: "),
        ("chair@sample", "chair at sample", "people chair, email: "),
        ('"crg-chair"', '"chairman"', "people chair, roles, 0: "),
        ('id = "chair"\n', "", "people number 1, id: Field required"),
        ("senior_officer", "senior", "agencies police, senior_officer: Field required"),
        ("[[agencies]]", "[[agency]]", "agencies: Field required"),
        (
            "partnership =",
            "town = 'x'\npartnership =",
            "has town: it holds partnership, [[people]] and [[agencies]] only",
        ),
        ('"Sample Partnership"', '" "', "does not name the partnership"),
        (
            "Casey Sample",
            "Casey\\nBcc: x",
            "people chair, name: has a line break or another control character; take it out",
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_named(file: Path, old: str, new: str, said: str) -> None:
    assert old in ONE
    file.write_text(ONE.replace(old, new), "utf-8")
    with pytest.raises(CannotLoad) as refused:
        read(file)
    assert said in str(refused.value)
    assert str(file) in str(refused.value)


def test_a_file_that_is_not_there_or_is_no_text_is_one_plain_message(file: Path) -> None:
    with pytest.raises(CannotLoad, match=r"gone\.toml cannot be read: no such file or directory\.$"):
        read(file.with_name("gone.toml"))
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(CannotLoad, match="is not TOML in UTF-8"):
        read(file)


def test_where_there_is_no_database_the_directory_says_where_it_looked(settings: Settings) -> None:
    keys(settings)
    done = crg(settings, "directory", "show")
    assert done.returncode == 1
    assert (
        f"crg: The directory in {settings.data / 'case-reviews.db'} cannot be read: there is no such file"
        in done.stderr
    )
    assert "crg directory load FILE.toml" in done.stderr


@pytest.mark.parametrize("words", [("directory", "show"), ("token", "--as", "dcs")])
async def test_a_database_without_tables_or_with_other_keys_is_one_plain_message(
    settings: Settings, words: tuple[str, ...]
) -> None:
    await store_with_sample(settings)
    done = crg(settings, *words, CRG_KEYS="other:" + "A" * 43)
    assert done.returncode == 1
    assert "Set CRG_KEYS to the keys of this database." in done.stderr
    (settings.data / "other.db").touch()
    done = crg(settings, *words, CRG_DATABASE_URL=f"sqlite:///{settings.data / 'other.db'}")
    assert done.returncode == 1
    assert "it does not answer, or has no tables yet. See that CRG_DATA is right" in done.stderr
    assert "Traceback" not in done.stderr


async def test_a_token_from_an_empty_directory_says_how_people_get_into_it(settings: Settings) -> None:
    keys(settings)
    async with Store.from_settings(settings, Keyring.from_settings(settings)) as store:
        await store.migrate()
    done = crg(settings, "token", "--as", "business-unit")
    assert done.returncode == 1
    assert done.stderr.startswith("crg: Nobody is in the directory of this database yet")
    assert "crg directory load FILE.toml" in done.stderr
    assert "  " not in done.stderr
