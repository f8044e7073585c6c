"""What a step sends: the case's own example, with what the scenario says differently."""

from typing import Any

from crg.rehearsal import bodies
from crg.rehearsal.reading import read
from crg.rehearsal.scenario import Step


def step(**reported: Any) -> Step:
    return read({"title": "A sample", "starts": "2026-12-18 10:00", "step": [reported]}).step[0]


def sent(one: Step, example: dict[str, Any]) -> dict[str, Any]:
    return bodies.body(one, example, moment=lambda text: f"moment of {text}", day=lambda text: f"day of {text}")


RETURN = {
    "kind": "agency-returned",
    "agency": "police",
    "officer": "Head",
    "content": {"involvement": "a", "facts": "b"},
}


def offer(
    rel: str, about: str, *, people: tuple[str, ...] = (), roles: tuple[str, ...] = ("agency",)
) -> dict[str, Any]:
    field = {"agency-returned": "agency", "partner-view-given": "officer", "authority-told": "authority"}[rel]
    return {
        "rel": rel,
        "about": about,
        "people": list(people),
        "roles": list(roles),
        "needed": True,
        "example": {field: about},
    }


RETURNS = [
    offer("agency-returned", "police", people=("lead-police",)),
    offer("agency-returned", "hospital", people=("lead-hospital",)),
]
VIEWS = [
    offer("partner-view-given", "dcs", roles=("dcs", "business-unit")),
    offer("partner-view-given", "chief-executive", roles=("chief-executive", "business-unit")),
]


def test_a_return_is_that_of_the_person_s_own_agency() -> None:
    chosen = bodies.choose(step(does="agency-returned", who="lead-hospital"), RETURNS, ["agency"])
    assert chosen is RETURNS[1]


def test_what_is_written_tells_which_of_several_steps_is_meant() -> None:
    one = step(does="agency-returned", who="sbu-manager", **{"with": {"agency": "hospital"}})
    assert bodies.choose(one, RETURNS, ["business-unit"]) is RETURNS[1]


def test_a_view_is_that_of_the_office_that_speaks() -> None:
    one = step(does="partner-view-given", who="chief-executive")
    assert bodies.choose(one, VIEWS, ["chief-executive"]) is VIEWS[1]


def test_what_the_case_does_not_offer_is_not_chosen() -> None:
    assert bodies.choose(step(does="panel-notified"), [*RETURNS, *VIEWS], []) is None


def test_tables_are_laid_over_the_example_and_other_values_replace_it() -> None:
    one = step(does="agency-returned", **{"with": {"officer": "Deputy Head", "content": {"facts": "c"}}})
    assert sent(one, RETURN) == RETURN | {"officer": "Deputy Head", "content": {"involvement": "a", "facts": "c"}}
    assert RETURN["content"] == {"involvement": "a", "facts": "b"}


def test_a_nil_return_leaves_the_content_out() -> None:
    one = step(does="agency-returned", without=["content"], **{"with": {"nil": True}})
    assert sent(one, RETURN) == {"kind": "agency-returned", "agency": "police", "officer": "Head", "nil": True}


def test_times_are_written_as_phrases_or_as_times() -> None:
    one = step(does="scoping-meeting-held", **{"with": {"rapid_review_meeting_at": "day 9 10:00"}})
    assert sent(one, {})["rapid_review_meeting_at"] == "moment of day 9 10:00"
    one = step(does="scoping-meeting-held", **{"with": {"rapid_review_meeting_at": "2026-06-10 10:00"}})
    assert sent(one, {})["rapid_review_meeting_at"] == "2026-06-10T09:00:00+00:00"
    one = step(does="panel-acknowledged", **{"with": {"meeting_date": "10 working days after the submission"}})
    assert sent(one, {})["meeting_date"] == "day of 10 working days after the submission"


def test_a_case_opens_with_the_sample_incident_and_what_is_said_differently() -> None:
    scenario = read(
        {
            "title": "A sample",
            "starts": "2022-09-01 09:00",
            "incident": {"abuse_or_neglect": "known"},
            "calendar": {"not_yet_known": ["2022-09-19"]},
            "step": [{"does": "nothing"}],
        }
    )
    body = bodies.opening(scenario)
    assert body["abuse_or_neglect"] == "known"
    assert body["aware_at"] == "2022-09-01T08:00:00+00:00"
    assert body["incident_at"] == "2022-09-01T06:00:00+00:00"
    assert body["rehearsal"] == {"starts_at": "2022-09-01T08:00:00+00:00", "not_yet_known": ["2022-09-19"]}
    assert len(body["children"]) == 2
