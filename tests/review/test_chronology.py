"""The chronology of a review: agencies' events as one, and what a table of them is read as (§7)."""

from datetime import date
from typing import Any

import pytest

from review.bodies import sample_of
from review.chapters.chronology.papers import AgencyChronology, ChronologyBody, ChronologyEvent, merged
from review.chapters.chronology.table import events_in
from review.facts.base import DocumentRef
from review.kit.headings import Heard, placed
from review.kit.refusals import NotYet
from tests.review.world import World

HEADS = ["Date", "Time", "Event", "Source"]


def told(*events: tuple[str, str, str]) -> AgencyChronology:
    return AgencyChronology(
        events=[ChronologyEvent(day=date.fromisoformat(day), time=time, what=what) for day, time, what in events]
    )


def test_events_of_all_agencies_are_one_line_with_gaps_and_shared_days_marked() -> None:
    police = told(("2026-03-04", "14:30", "seen at home"), ("2026-06-30", "", "a call"))
    health = told(("2026-03-04", "09:15", "clinic"), ("2025-12-05", "", "birth"))

    found = merged({"police": police, "health": health})

    assert [(one.agency, one.event.what) for one in found] == [
        ("health", "birth"),
        ("health", "clinic"),
        ("police", "seen at home"),
        ("police", "a call"),
    ]
    assert [one.gap for one in found] == [0, 0, 0, 118], "89 days before the clinic are none; 90 would be"
    assert [one.beside for one in found] == [[], ["police"], ["health"], []]


def test_a_gap_is_marked_from_ninety_days_on() -> None:
    found = merged({"police": told(("2026-03-01", "", "a"), ("2026-05-30", "", "b"), ("2026-08-27", "", "c"))})
    assert [one.gap for one in found] == [0, 90, 0]


@pytest.mark.parametrize(
    ("row", "event"),
    [
        (["4/3/2026", "", "seen", "record"], ("2026-03-04", "", "seen", "record")),
        (["4th March 2026", "9.05", "seen", ""], ("2026-03-04", "09:05", "seen", "")),
        (["2026-03-04 14:30", "", "seen", ""], ("2026-03-04", "14:30", "seen", "")),
        (["04.03.2026", "14:30", "seen"], ("2026-03-04", "14:30", "seen", "")),
        (["4-Mar-2026", "", "seen", ""], ("2026-03-04", "", "seen", "")),
        (["Wednesday, 4th March 2026", "", "seen", ""], ("2026-03-04", "", "seen", "")),
        (["4/3/2026 at 10:30", "", "seen", ""], ("2026-03-04", "10:30", "seen", "")),
        (["2026-03-04T14:30", "", "seen", ""], ("2026-03-04", "14:30", "seen", "")),
    ],
)
def test_a_row_of_a_table_is_an_event_whose_day_stands_before_its_month(
    row: list[str], event: tuple[str, str, str, str]
) -> None:
    [found] = events_in([[HEADS, row]]).events
    assert (found["day"], found["time"], found["what"], found["source"]) == event


@pytest.mark.parametrize("row", [["4/3/26", "", "seen", ""], ["spring", "", "seen", ""], ["4/3/2026", "", "", ""],
                                 ["4/3/2026", "noon", "seen", ""], ["31/2/2026", "", "seen", ""]])  # fmt: skip
def test_a_row_that_cannot_be_read_is_named_and_not_guessed(row: list[str]) -> None:
    found = events_in([[HEADS, row, ["", "", "", ""]]])
    assert (found.events, len(found.unread)) == ([], 1)
    assert found.unread[0].row == "Row 2"


def test_a_table_without_a_date_and_an_event_is_none() -> None:
    found = events_in([[["Name", "Role"], ["a", "b"]]])
    assert found == ([], [], 0)


def test_a_chronology_belongs_to_a_review_and_the_rapid_review_asks_for_none() -> None:
    """§2"""
    world = World()
    world.scope()
    body: Any = ChronologyBody.model_validate(sample_of("chronology-given", world.now))
    fact = body.to_fact(DocumentRef(document="chronology-police", version=1, sha256="0" * 64), world.case)
    with pytest.raises(NotYet, match="the rapid review asks for none"):
        world.say(fact)


def test_headings_of_a_text_are_put_under_those_that_are_wanted() -> None:
    """R-7: whatever their numbers and capitals; what stands lower belongs to the one above; nothing is guessed."""
    sections = [
        Heard("", 0, "a cover"),
        Heard("2.1 FACTS OF THE CASE", 1, "one"),
        Heard("Before birth", 2, "two"),
        Heard("Annex", 1, "three"),
        Heard("Detail", 2, "four"),
    ]
    found = placed(sections, {"Facts of the case": "report.facts", "Learning": "report.learning"})

    assert found.found == {"report.facts": "one\n\nBefore birth\n\ntwo"}
    assert found.missing == ["Learning"]
    assert found.unknown == ["the text before the first heading", "Annex", "Detail"]


def test_the_heads_may_stand_below_a_title_and_in_any_order_and_spelling() -> None:
    """§7: the rows are numbered as their file shows them."""
    table = [
        ["Chronology of the police", "Chronology of the police", ""],
        ["", "", ""],
        ["SOURCE", "Event / contact", "Date of event"],
        ["record", "seen", "Wed 4 March 2026"],
        ["", "", ""],
        ["record", "", "5/3/2026"],
        ["record", "seen again", ""],
        ["record", "seen", "in spring"],
    ]
    found = events_in([table])
    assert [(one["day"], one["what"], one["source"]) for one in found.events] == [("2026-03-04", "seen", "record")]
    assert [tuple(one) for one in found.unread] == [
        ("Row 6", "it does not say what happened"),
        ("Row 7", "it has no date"),
        ("Row 8", "“in spring” is no date such as 4/3/2026"),
    ]


@pytest.mark.parametrize(
    ("told", "clock"), [("2.30pm", "14:30"), ("12:05 a.m.", "00:05"), ("12.00 PM", "12:00"), ("9:30 am", "09:30")]
)
def test_a_time_of_half_a_day_is_one_of_the_whole(told: str, clock: str) -> None:
    assert events_in([[HEADS, ["4/3/2026", told, "seen", ""]]]).events[0]["time"] == clock
    assert events_in([[HEADS, [f"4/3/2026 {told}", "", "seen", ""]]]).events[0]["time"] == clock


def test_a_second_table_is_told_from_the_first() -> None:
    found = events_in([[HEADS, ["4/3/2026", "", "a", ""]], [["Name"]], [HEADS, ["noon", "", "b", ""]]])
    assert (len(found.events), found.unread[0].row) == (1, "Row 2 of table 2")
