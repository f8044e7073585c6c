"""What a step sends: the example that the case offers for it, with what the scenario says differently.

Pure. A scenario so writes only what matters, and a step is always of the newest form.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crg.rehearsal.phrases import in_london
from crg.rehearsal.scenario import Scenario, Step, WayIn, is_time
from review.facts.information import InformationRequested
from review.facts.notification import IncidentReported
from review.facts.referral import ReferralReceived

JSON = dict[str, Any]
Say = Callable[[str], Any]


def choose(step: Step, offered: Sequence[JSON], roles: Sequence[str]) -> JSON | None:
    """The next step of the case that the scenario means: of the same kind, and the nearest to what is written.

    Several of a kind differ by the agency, officer or authority that they are about, or by who can do them.
    """
    alike = [one for one in offered if one["rel"] == step.does]
    fitting = [one for one in alike if not _differs(step.with_, one["example"], one.get("about"))] or alike
    return max(fitting, key=lambda one: _closeness(step, one, roles), default=None)


def body(step: Step, example: Mapping[str, Any], *, moment: Callable[[str], str], day: Callable[[str], str]) -> JSON:
    """The body of a step. Times written as phrases become moments, dates become dates."""
    said = {key: _spoken(key, value, moment, day) for key, value in step.with_.items()}
    merged = _laid_over(dict(example), said)
    return {key: value for key, value in merged.items() if key not in step.without}


def opening(scenario: Scenario) -> JSON:
    """The body that opens the case: the sample incident, referral or request, with what the scenario says otherwise."""
    base, own = _beginning(scenario)
    rehearsal: JSON = {"starts_at": scenario.starts.isoformat()}
    if scenario.calendar.not_yet_known:
        rehearsal["not_yet_known"] = [day.isoformat() for day in scenario.calendar.not_yet_known]
    body = _laid_over(dict(base), own) | {"rehearsal": rehearsal}
    return body | {"edition": scenario.edition} if scenario.edition else body


def _beginning(scenario: Scenario) -> tuple[JSON, JSON]:
    """The sample, and what the scenario lays over it."""
    if scenario.way_in is WayIn.INCIDENT:
        incident_at, aware_at = scenario.incident_times()
        times = {"incident_at": incident_at.isoformat(), "aware_at": aware_at.isoformat()}
        return IncidentReported.sample, {**scenario.incident, **times}
    sample = ReferralReceived.sample if scenario.way_in is WayIn.REFERRAL else InformationRequested.sample
    return sample, {**scenario.beginning, "happened_at": scenario.received_at().isoformat()}


def _differs(said: Mapping[str, Any], example: Mapping[str, Any], about: str | None) -> bool:
    """Whether the example is about somebody else than what is said."""
    return any(
        key in said and said[key] != example.get(key, about) for key in ("agency", "officer", "authority", "duty")
    )


def _closeness(step: Step, offer: JSON, roles: Sequence[str]) -> tuple[bool, bool, bool]:
    people = offer.get("people") or []
    return step.who in people, bool(set(roles) & set(offer["roles"][:1])), bool(offer.get("needed"))


def _spoken(key: str, value: Any, moment: Say, day: Say) -> Any:
    if not is_time(key) or not isinstance(value, str):
        return value
    if key.endswith("_date"):
        return day(value)
    known = in_london(value)
    return known.isoformat() if known else moment(value)


def _laid_over(base: JSON, own: Mapping[str, Any]) -> JSON:
    """Tables are merged key by key; anything else is taken whole from the scenario."""
    merged = dict(base)
    for key, value in own.items():
        old = merged.get(key)
        merged[key] = _laid_over(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
