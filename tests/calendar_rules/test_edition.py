"""Editions are data: Doncaster's deadlines D-1 to D-10, with their reminders, and what every edition has."""

from datetime import datetime

import pytest
from pydantic import ValidationError

from calendar_rules.edition import (
    Anchor,
    Edition,
    Party,
    ReminderKind,
    check_edition,
    editions,
    load_edition,
)
from calendar_rules.edition_checks import COUNTED_FROM, FURTHER_PARTNERS, PARTNERS
from calendar_rules.england import england
from calendar_rules.lengths import LONDON, Length, Offset, due, moment
from review.facts.directory import Partner, Role

ENGLAND = england(2025, 2029)
DONCASTER = load_edition("doncaster-2018")


def at(text: str) -> datetime:
    """A London time."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def test_the_deadlines_are_those_of_the_protocol() -> None:
    """The table "The deadlines", D-1 to D-10, row by row; D-2 is two duties."""
    rules = {
        key: (rule.counted_from, str(rule.length), rule.owner.value, rule.clause)
        for key, rule in DONCASTER.deadlines.items()
        if key.startswith("D-")
    }
    assert rules == {
        "D-1": ("aware", "5 working days", "chief-executive", "§1"),
        "D-2:ofsted": ("aware", "5 working days", "dcs", "§1"),
        "D-2:secretary-of-state": ("aware", "5 working days", "dcs", "§1"),
        "D-3": ("received", "at once", "business-unit", "§1, §6"),
        "D-4": ("received", "48 hours", "crg-chair", "§2"),
        "D-5": ("notified", "5 working days", "business-unit", "§2"),
        "D-6": ("request-sent", "5 days", "agency", "§2"),
        "D-7": ("notified", "15 working days", "business-unit", "§2"),
        "D-8": ("draft-received", "48 hours", "officer", "§2"),
        "D-9": ("panel-meeting", "10 working days", "panel", "flowchart"),
        "D-10": ("decision", "6 months", "crg-chair", "flowchart"),
    }


@pytest.mark.parametrize(
    ("rule", "since", "expected"),
    [
        ("D-1", "2026-12-18T10:00", "2026-12-29T23:59:59"),
        ("D-2:ofsted", "2026-12-18T10:00", "2026-12-29T23:59:59"),
        ("D-2:secretary-of-state", "2026-12-18T10:00", "2026-12-29T23:59:59"),
        ("D-3", "2026-12-18T16:00", "2026-12-18T16:01"),
        ("D-4", "2026-12-18T16:00", "2026-12-20T16:00"),
        ("D-5", "2026-12-18T16:00", "2026-12-29T23:59:59"),
        ("D-6", "2026-12-21T09:00", "2026-12-29T23:59:59"),
        ("D-7", "2026-12-18T16:00", "2027-01-13T23:59:59"),
        ("D-8", "2027-01-08T15:30", "2027-01-10T15:30"),
        ("D-9", "2027-01-20T00:00", "2027-02-03T23:59:59"),
        ("D-10", "2027-01-15T00:00", "2027-07-15T23:59:59"),
    ],
)
def test_a_case_over_christmas(rule: str, since: str, expected: str) -> None:
    """Aware on Friday 18 December 2026; each deadline's date typed by hand."""
    assert due(at(since), DONCASTER.deadlines[rule].length, ENGLAND) == at(expected)


def test_only_what_the_law_lets_stop_can_pause() -> None:
    """X-1: D-1, D-2 and D-7 never pause; nor does D-10, which proceedings only give a forecast (K-9), nor the planned
    day of publication, which is planned again (K-8).
    """
    never = {key for key, rule in DONCASTER.deadlines.items() if rule.never_pauses}
    assert never == {"D-1", "D-2:ofsted", "D-2:secretary-of-state", "D-7", "D-10", "K-8"}


def reminders(rule: str, since: str) -> dict[str, tuple[datetime | None, ReminderKind, list[Party]]]:
    """Each reminder of a rule: when it fires, what for, and who is told."""
    found = DONCASTER.deadlines[rule]
    end = due(at(since), found.length, ENGLAND)
    return {
        reminder.name: (moment(end, reminder.when, ENGLAND, at(since)), reminder.kind, reminder.tell)
        for reminder in found.reminders
    }


def test_an_agency_is_reminded_and_then_its_senior_officer_is_told() -> None:
    """R-4, D-6: a working day before, at the deadline, and a working day after."""
    assert reminders("D-6", "2026-12-21T09:00") == {
        "reminder": (at("2026-12-24T09:00"), ReminderKind.REMINDER, [Party.AGENCY_LEAD]),
        "overdue": (
            at("2026-12-29T23:59:59"),
            ReminderKind.OVERDUE,
            [Party.AGENCY_LEAD, Party.BUSINESS_UNIT, Party.AGENCY_CRG_MEMBER],
        ),
        "escalation": (
            at("2026-12-30T09:00"),
            ReminderKind.ESCALATION,
            [Party.AGENCY_SENIOR_OFFICER, Party.BUSINESS_UNIT],
        ),
    }


def test_a_silent_officer_is_reminded_then_the_deputy_is_asked_then_it_is_escalated() -> None:
    """R-11, D-8: 24 hours before, at the deadline, eight working hours after (a Sunday)."""
    assert reminders("D-8", "2027-01-08T15:30") == {
        "reminder": (at("2027-01-09T15:30"), ReminderKind.REMINDER, [Party.OFFICER]),
        "deputy": (at("2027-01-10T15:30"), ReminderKind.DEPUTY, [Party.DEPUTY]),
        "escalation": (
            at("2027-01-11T17:00"),
            ReminderKind.ESCALATION,
            [Party.CRG_CHAIR, Party.BUSINESS_UNIT, Party.INDEPENDENT_CHAIR],
        ),
    }


def test_an_overdue_panel_is_chased() -> None:
    """R-13, D-9."""
    assert reminders("D-9", "2027-01-20T00:00") == {
        "overdue": (at("2027-02-03T23:59:59"), ReminderKind.OVERDUE, [Party.BUSINESS_UNIT, Party.PANEL])
    }


def test_a_practice_review_warns_at_three_five_and_five_and_a_half_months() -> None:
    """K-9, D-10."""
    warned = [when for when, kind, _ in reminders("D-10", "2027-01-15T00:00").values() if kind is ReminderKind.REMINDER]
    assert warned == [at("2027-04-15T09:00"), at("2027-06-15T09:00"), at("2027-06-30T09:00")]


def test_every_deadline_says_when_it_is_overdue() -> None:
    silent = [
        key
        for key, rule in DONCASTER.deadlines.items()
        if not any(str(reminder.when) == "at due" for reminder in rule.reminders)
    ]
    assert silent == []


def test_an_edition_speaks_of_the_offices_that_the_directory_knows() -> None:
    from_the_deadline = {"action-owner", "agency-lead", "agency-senior-officer", "agency-crg-member", "officer"} | {
        "decider"
    }
    assert {party.value for party in Party} <= {role.value for role in Role} | from_the_deadline
    assert DONCASTER.national.accountable_capacities == list(PARTNERS)
    assert [*PARTNERS, *FURTHER_PARTNERS] == [partner.value for partner in Partner]
    assert {anchor for anchors in COUNTED_FROM.values() for anchor in anchors} <= set(Anchor)


def test_an_edition_survives_json() -> None:
    assert Edition.model_validate_json(DONCASTER.model_dump_json()) == DONCASTER


def test_doncasters_edition_is_there_and_sound() -> None:
    assert "doncaster-2018" in editions()
    assert [problem for edition in editions() for problem in check_edition(edition)] == []


def test_what_is_followed_to_its_end_is_in_every_edition_also_one_that_a_case_took_before() -> None:
    """A-1, A-3, G-7, G-11: the partnership's own times, from the file of common deadlines."""
    assert (str(DONCASTER.deadlines["G-7"].length), str(DONCASTER.deadlines["G-11"].length)) == (
        "10 working days",
        "as set",
    )
    frozen = DONCASTER.model_dump(mode="json")
    for rule in ("A-1", "A-3", "G-7", "G-11"):
        del frozen["deadlines"][rule]
    assert Edition.model_validate(frozen) == DONCASTER


def test_a_length_as_set_ends_with_the_day_that_was_set() -> None:
    """G-11"""
    assert due(at("2026-09-30T09:00"), Length("as set"), ENGLAND) == at("2026-09-30T23:59:59")
    with pytest.raises(ValidationError):
        Offset("as set before")
