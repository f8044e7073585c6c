"""Scenario files: what can be written, and how a mistake is told."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crg.rehearsal.commands import EXAMPLES
from crg.rehearsal.errors import BadScenario
from crg.rehearsal.reading import load, read
from crg.rehearsal.scenario import DEEDS
from review.facts.enums import Verdict
from settings import OWN_EDITIONS

STEP = {"does": "nothing", "at": "day 1 09:00"}
SCENARIO: dict[str, Any] = {"title": "A sample", "starts": "2026-12-18 10:00", "step": [STEP]}


def test_what_is_left_out_has_a_sensible_value() -> None:
    scenario = read(SCENARIO)
    assert scenario.starts == datetime(2026, 12, 18, 10, 0, tzinfo=UTC)
    assert scenario.incident_times() == (
        datetime(2026, 12, 18, 8, 0, tzinfo=UTC),
        datetime(2026, 12, 18, 10, 0, tzinfo=UTC),
    )
    assert scenario.step[0].who is None
    assert scenario.step[0].verdict is Verdict.APPROVE


def test_times_are_london_times_in_summer_too() -> None:
    summer = SCENARIO | {"starts": "2026-06-01 10:00", "incident": {"aware_at": "2026-06-01 09:00"}}
    scenario = read(summer)
    assert scenario.starts == datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    assert scenario.incident_times()[1] == datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-12-18 10:00:00",
        "2026-12-18T10:00",
        tomllib.loads("starts = 2026-12-18 10:00:00")["starts"],
        tomllib.loads("starts = 2026-12-18T11:00:00+01:00")["starts"],
    ],
)
def test_a_time_may_be_written_as_toml_has_it(written: object) -> None:
    assert read(SCENARIO | {"starts": written}).starts == datetime(2026, 12, 18, 10, 0, tzinfo=UTC)


def mistake(**changed: Any) -> str:
    with pytest.raises(BadScenario) as refusal:
        read(SCENARIO | changed, "sample.toml")
    return str(refusal.value)


def step_mistake(**step: Any) -> str:
    return mistake(step=[STEP, {"at": "day 2 09:00"} | step])


def test_a_mistake_names_the_file_the_step_and_what_to_write() -> None:
    assert step_mistake(does="panel-notified", at="dy 3") == (
        'sample.toml, step 2 (panel-notified): at: "dy 3" says no time; write for example "day 3 10:00", '
        '"2 working days after the notification 14:00", "1 hour later", "1 minute after D-6:police", '
        '"friday 09:00", "14:00", "2026-12-18 10:00" or "at once"'
    )


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ({"does": "panel-notifed"}, '"panel-notifed" is nothing that a step can do; did you mean "panel-notified"?'),
        ({"does": "referral-received"}, "is nothing that a step can do"),
        ({"does": "sign-off"}, 'by: say who signs, for example by = "officer-health"'),
        ({"does": "sign-off", "by": "officer-health", "verdict": "no"}, "verdict: Input should be 'approve'"),
        ({"does": "bank-holiday", "why": "A funeral"}, "day: say which day is closed"),
        ({"does": "closure", "day": "2026-12-29"}, "why: say why it is closed"),
        ({"does": "closure", "day": "29 December", "why": "x"}, 'day: "29 December" is no date'),
        ({"does": "mailbox-refuses"}, "people: say whose mailbox"),
        ({"does": "links-withdrawn", "people": ["lead-police"]}, "people and why: say whose links"),
        ({"does": "panel-notified", "expect_refused": "already"}, 'no refusal is called "already"'),
        ({"does": "panel-notified", "expect_refused": "alredy-recorded"}, 'did you mean "already-recorded"?'),
        ({"does": "nothing", "wo": "dcs"}, 'nothing is called "wo" here; did you mean "who"?'),
        ({"at": "day 2 09:00"}, "step 2 (?): does is missing; add it"),
        ({"does": "nothing", "at": "1 hour after the notifcation"}, 'counts from "notifcation", which'),
        ({"does": "nothing", "at": "1 hour after the notifcation"}, 'did you mean "notification"?'),
        ({"does": "panel-notified", "with": {"received_at": "soon"}}, '"soon" says no time'),
        ({"does": "nothing", "at": "1 hour after lunch"}, "known are start, previous step, incident"),
    ],
)  # fmt: skip
def test_each_mistake_in_a_step_is_told_with_what_to_write(step: dict[str, Any], says: str) -> None:
    told = step_mistake(**step)
    assert told.startswith("sample.toml, step 2 (")
    assert says in told


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"title": ""}, "sample.toml: title: String should have at least 1 character"),
        ({"starts": "tomorrow"}, 'starts: "tomorrow" is no date and time; write for example "2026-12-18 10:00"'),
        ({"step": []}, "there is no step; write at least one"),
        ({"steps": [STEP]}, 'nothing is called "steps" here; did you mean "step"?'),
        ({"edition": "doncaster-2081"}, 'there is no edition "doncaster-2081"; did you mean "doncaster-2018"?'),
        ({"until": "for ever"}, 'until: "for ever" says no time'),
        ({"until": "1 day after christmas"}, 'sample.toml, until: "1 day after christmas" counts from "christmas"'),
        ({"incident": {"aware_at": "2026-12-19 10:00"}}, "correct incident_at, aware_at or starts"),
        ({"incident": {"incident_at": "2026-12-18 10:01"}}, "correct incident_at, aware_at or starts"),
        ({"incident": {"aware_at": "in the morning"}}, 'aware_at: "in the morning" is no date and time'),
        ({"directory": {"people": [{"id": "dcs", "roles": ["king"]}]}}, "directory.people.1.roles.1: Input should be"),
    ],
)  # fmt: skip
def test_each_mistake_around_the_steps_is_told_with_what_to_write(changed: dict[str, Any], says: str) -> None:
    told = mistake(**changed)
    assert told.startswith("sample.toml")
    assert says in told


def test_without_a_start_the_form_of_one_is_told() -> None:
    with pytest.raises(BadScenario, match="starts: write the date and time, London"):
        read({"title": "A sample", "step": [STEP]})


def test_a_step_can_be_counted_from_by_its_name_once_it_has_come() -> None:
    named = STEP | {"name": "the call"}
    after = {"does": "nothing", "at": "1 hour after the call"}
    with pytest.raises(BadScenario, match='counts from "call", which is nothing known'):
        read(SCENARIO | {"step": [after, named]})
    assert read(SCENARIO | {"step": [STEP | {"name": "call"}, after]}).step[1].at is not None


def test_a_file_that_is_missing_or_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadScenario, match=r"none\.toml: cannot be read"):
        load(tmp_path / "none.toml")
    (tmp_path / "broken.toml").write_text("title = ")
    with pytest.raises(BadScenario, match=r"broken\.toml: is not valid TOML"):
        load(tmp_path / "broken.toml")


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.toml")), ids=lambda file: file.stem)
def test_every_example_can_be_read(file: Path) -> None:
    assert load(file, own_editions=EXAMPLES / OWN_EDITIONS).about


def test_the_page_on_rehearsals_tells_of_everything_that_a_step_can_do_beside_facts() -> None:
    page = (EXAMPLES.parent / "docs" / "rehearsals.md").read_text(encoding="utf-8")
    actions = [deed for deed in DEEDS if deed in ("nothing", "sign-off", "bank-holiday", "closure")]
    assert len(actions) == 4
    for word in [
        *actions,
        "mailbox-refuses",
        "mailbox-accepts",
        "links-withdrawn",
        *(file.name for file in EXAMPLES.glob("*.toml")),
    ]:
        assert f"`{word}`" in page, word


OWN = """
id = "own-2026"
based_on = "doncaster-2018"
title = "Own"
dated = "2026"
source = "Sample"
"""


def test_a_scenario_may_name_the_partnership_s_own_edition(tmp_path: Path) -> None:
    """Editions: from the data folder; one that is not there, or has mistakes, is told before anything is played."""
    (tmp_path / "own-2026.toml").write_text(OWN, encoding="utf-8")
    (tmp_path / "bad-2026.toml").write_text(OWN.replace("own", "bad") + "rapid = 1", encoding="utf-8")
    assert read(SCENARIO | {"edition": "own-2026"}, own_editions=tmp_path).edition == "own-2026"
    (tmp_path / "editions").mkdir()
    (tmp_path / "scenario.toml").write_text((EXAMPLES / "counted-from-the-notification.toml").read_text())
    (tmp_path / "editions" / "westmere-2026.toml").touch()
    with pytest.raises(BadScenario, match=r"not among yours yet; copy .*/editions/westmere-2026\.toml into "):
        load(tmp_path / "scenario.toml", own_editions=tmp_path)
    with pytest.raises(BadScenario, match="there is no edition"):
        read(SCENARIO | {"edition": "own-2026"})
    with pytest.raises(BadScenario, match="bad-2026 has mistakes, such as rapid: no such key"):
        read(SCENARIO | {"edition": "bad-2026"}, own_editions=tmp_path)
