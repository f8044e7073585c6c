"""Reading scenario files. Every mistake that can be found without playing one is found here.

Each error names the file, the step and what to write.
"""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from crg.rehearsal.errors import BadScenario
from crg.rehearsal.phrases import EVENTS, NoPhrase, Phrase, in_london, is_event
from crg.rehearsal.scenario import BESIDE, Scenario, Step, WayIn, as_text, perhaps, step_name
from review.bodies import REPORTED
from settings import OWN_EDITIONS

START_FORM = 'starts: write the date and time, London, at which the rehearsal begins, such as "2026-12-18 10:00"'

PARTS = {
    WayIn.INCIDENT: "incident",
    WayIn.REFERRAL: "referral",
    WayIn.INFORMATION_REQUEST: "information_request",
}


def load(file: Path, *, own_editions: Path | None = None) -> Scenario:
    """The scenario of a file; it may name an edition of the partnership's own. Raises `BadScenario`."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadScenario(file, "", f"cannot be read ({error.strerror}); give the path of a scenario file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadScenario(file, "", f"is not valid TOML: {error}; fix that line") from None
    return read(data, file, own_editions=own_editions, beside=file.parent / OWN_EDITIONS)


def read(
    data: Mapping[str, Any],
    file: Path | str = "scenario",
    *,
    own_editions: Path | None = None,
    beside: Path | None = None,
) -> Scenario:
    """The scenario of what stands in a file; `beside` it are editions that one may have to put in their place first.

    Raises `BadScenario`.
    """
    if "starts" not in data:
        raise BadScenario(file, "", START_FORM)
    if not data.get("step"):
        raise BadScenario(file, "", 'there is no step; write at least one, such as [[step]] with does = "nothing"')
    try:
        scenario = Scenario.model_validate(
            {**data, "file": str(file)}, context={OWN_EDITIONS: own_editions, BESIDE: beside}
        )
    except ValidationError as problem:
        raise BadScenario(file, *_first(problem, data)) from None
    _check_phrases(scenario, file)
    _check_times(scenario, file)
    return scenario


def _check_phrases(scenario: Scenario, file: Path | str) -> None:
    """Every phrase counts from something that is known, or from a step with a name that came before."""
    names: set[str] = set()
    for number, step in enumerate(scenario.step, 1):
        try:
            for phrase in step.phrases():
                _check_event(phrase, names)
        except NoPhrase as problem:
            raise BadScenario(file, step_name(number, step), str(problem)) from None
        if step.name:
            names.add(step.name)
    if scenario.until:
        try:
            _check_event(scenario.until, names)
        except NoPhrase as problem:
            raise BadScenario(file, "until", str(problem)) from None


def _check_event(phrase: Phrase, names: set[str]) -> None:
    event = phrase.event
    if event is None or is_event(event) or event in REPORTED or event in names:
        return
    known = [*EVENTS, *REPORTED, *names]
    raise NoPhrase(
        f'"{phrase.text}" counts from "{event}", which is nothing known{perhaps(event, known)}; '
        f"known are {', '.join(EVENTS)}, a fact's kind, the name of an earlier step, and a deadline such as D-6:police"
    )


def _check_times(scenario: Scenario, file: Path | str) -> None:
    part = PARTS[scenario.way_in]
    for key in ("incident_at", "aware_at", "happened_at"):
        value = (scenario.incident or scenario.beginning).get(key)
        if value is not None and in_london(as_text(value)) is None:
            raise BadScenario(
                file, part, f'{key}: "{value}" is no date and time; write for example "2026-12-18 09:00" (London)'
            )
    if scenario.received_at() > scenario.starts:
        raise BadScenario(file, part, "it is received first, then the rehearsal starts; correct happened_at or starts")
    happened, aware = scenario.incident_times()
    if not happened <= aware <= scenario.starts:
        raise BadScenario(
            file,
            "incident",
            "the incident comes first, then the local authority is aware, then the rehearsal starts; "
            "correct incident_at, aware_at or starts",
        )


def _first(problem: ValidationError, data: Mapping[str, Any]) -> tuple[str, str]:
    """Where the first mistake is, and what to do about it."""
    error = problem.errors()[0]
    where, keys = "", [part for part in error["loc"] if part != "file"]
    if len(keys) > 1 and keys[0] == "step" and isinstance(keys[1], int):
        steps: Sequence[Any] = data.get("step", [])
        found = steps[keys[1]] if isinstance(steps, list) else {}
        where = step_name(keys[1] + 1, found if isinstance(found, dict) else {})
        keys = keys[2:]
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in keys)
    if error["type"] == "missing":
        return where, f"{key} is missing; add it"
    if error["type"] == "extra_forbidden":
        known = [*Step.model_fields, "with"] if where else list(Scenario.model_fields)
        return where, f'nothing is called "{key}" here{perhaps(key, known)}'
    message = error["msg"].removeprefix("Value error, ")
    return where, f"{key}: {message}" if key else message
