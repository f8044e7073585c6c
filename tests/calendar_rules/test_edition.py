"""Editions are data: Doncaster's deadlines D-1 to D-10, and what a partnership can change without code."""

from datetime import datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from calendar_rules.edition import (
    Anchor,
    BellKind,
    Edition,
    EditionProblem,
    Party,
    check_edition,
    editions,
    load_edition,
)
from calendar_rules.england import england
from calendar_rules.lengths import LONDON, Length, Offset, due, moment
from calendar_rules.plan import latest_safe
from review.directory import Partner, Role

ENGLAND = england(2025, 2029)
DONCASTER = load_edition("doncaster-2018")


def at(text: str) -> datetime:
    """A London time."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def test_the_deadlines_are_those_of_the_protocol() -> None:
    """The table "The deadlines", D-1 to D-10, row by row; D-2 is two duties."""
    rules = {
        key: (rule.counted_from.value, str(rule.length), rule.owner.value, rule.clause)
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
    """X-1: D-1, D-2 and D-7 never pause; nor does D-10, which proceedings only give a forecast (K-9)."""
    never = {key for key, rule in DONCASTER.deadlines.items() if rule.never_pauses}
    assert never == {"D-1", "D-2:ofsted", "D-2:secretary-of-state", "D-7", "D-10"}


def bells(rule: str, since: str) -> dict[str, tuple[datetime | None, BellKind, list[Party]]]:
    """Each bell of a rule: when it rings, what for, and who is told."""
    found = DONCASTER.deadlines[rule]
    end = due(at(since), found.length, ENGLAND)
    return {bell.name: (moment(end, bell.when, ENGLAND, at(since)), bell.kind, bell.tell) for bell in found.bells}


def test_an_agency_is_reminded_and_then_its_senior_officer_is_told() -> None:
    """R-4, D-6: a working day before, at the deadline, and a working day after."""
    assert bells("D-6", "2026-12-21T09:00") == {
        "reminder": (at("2026-12-24T09:00"), BellKind.REMINDER, [Party.AGENCY_LEAD]),
        "overdue": (at("2026-12-29T23:59:59"), BellKind.OVERDUE, [Party.AGENCY_LEAD, Party.BUSINESS_UNIT]),
        "escalation": (
            at("2026-12-30T09:00"),
            BellKind.ESCALATION,
            [Party.AGENCY_SENIOR_OFFICER, Party.BUSINESS_UNIT],
        ),
    }


def test_a_silent_officer_is_reminded_then_the_deputy_is_asked_then_it_is_escalated() -> None:
    """R-11, D-8: 24 hours before, at the deadline, 24 hours after."""
    assert bells("D-8", "2027-01-08T15:30") == {
        "reminder": (at("2027-01-09T15:30"), BellKind.REMINDER, [Party.OFFICER]),
        "deputy": (at("2027-01-10T15:30"), BellKind.DEPUTY, [Party.DEPUTY]),
        "escalation": (
            at("2027-01-11T15:30"),
            BellKind.ESCALATION,
            [Party.CRG_CHAIR, Party.BUSINESS_UNIT, Party.INDEPENDENT_CHAIR],
        ),
    }


def test_an_overdue_panel_is_chased() -> None:
    """R-13, D-9."""
    assert bells("D-9", "2027-01-20T00:00") == {
        "overdue": (at("2027-02-03T23:59:59"), BellKind.OVERDUE, [Party.BUSINESS_UNIT, Party.PANEL])
    }


def test_a_practice_review_warns_at_three_five_and_five_and_a_half_months() -> None:
    """K-9, D-10."""
    warned = [when for when, kind, _ in bells("D-10", "2027-01-15T00:00").values() if kind is BellKind.REMINDER]
    assert warned == [at("2027-04-15T09:00"), at("2027-06-15T09:00"), at("2027-06-30T09:00")]


def test_every_deadline_says_when_it_is_overdue() -> None:
    silent = [
        key for key, rule in DONCASTER.deadlines.items() if not any(str(bell.when) == "at due" for bell in rule.bells)
    ]
    assert silent == []


def test_an_edition_speaks_of_the_offices_that_the_directory_knows() -> None:
    from_the_deadline = {"action-owner", "agency-lead", "agency-senior-officer", "officer"}
    assert {party.value for party in Party} <= {role.value for role in Role} | from_the_deadline
    assert DONCASTER.national.accountable_capacities == [partner.value for partner in Partner]


def test_an_edition_survives_json() -> None:
    assert Edition.model_validate_json(DONCASTER.model_dump_json()) == DONCASTER


def test_doncasters_edition_is_there_and_sound() -> None:
    assert "doncaster-2018" in editions()
    assert [problem for edition in editions() for problem in check_edition(edition)] == []


def write(folder: Path, text: str, *, name: str = "elsewhere-2026") -> str:
    head = "" if text.startswith("id") else f'id = "{name}"\n'
    (folder / f"{name}.toml").write_text(head + text, encoding="utf-8")
    return name


def test_another_partnerships_edition_changes_the_dates_without_code(tmp_path: Path) -> None:
    """48 hours: an edition may instead read it as 2 working days; 5 days: an edition may read it as working days."""
    name = write(
        tmp_path,
        """
        based_on = "doncaster-2018"
        title = "Elsewhere"
        deadlines.D-4.length = "2 working days"
        deadlines.D-6.length = "5 working days"
        deadlines.D-8.length = "2 working days"
        """,
    )
    own = load_edition(name, folder=tmp_path)
    assert editions(tmp_path) == ["doncaster-2018", "elsewhere-2026", "england-2023"]
    assert own.title == "Elsewhere"
    assert due(at("2026-12-18T16:00"), own.deadlines["D-4"].length, ENGLAND) == at("2026-12-22T23:59:59")
    assert due(at("2026-12-21T09:00"), own.deadlines["D-6"].length, ENGLAND) == at("2026-12-30T23:59:59")
    assert due(at("2027-01-08T15:30"), own.deadlines["D-8"].length, ENGLAND) == at("2027-01-12T23:59:59")
    assert own.deadlines["D-7"] == DONCASTER.deadlines["D-7"]
    assert [(step.id, step.at) for step in latest_safe(at("2027-01-13T23:59:59"), own, ENGLAND)] == [
        ("latest-request", at("2026-12-30T23:59:59")),
        ("latest-returns", at("2027-01-07T23:59:59")),
        ("latest-meeting", at("2027-01-08T23:59:59")),
        ("latest-draft-out", at("2027-01-11T23:59:59")),
    ]


def test_an_edition_may_add_a_deadline_of_its_own(tmp_path: Path) -> None:
    name = write(
        tmp_path,
        """
        based_on = "doncaster-2018"
        [deadlines.B-6]
        title = "Agency says whether the family was known"
        counted_from = "request-sent"
        length = "1 working day"
        owner = "agency"
        clause = "local"
        """,
    )
    added = load_edition(name, folder=tmp_path).deadlines["B-6"]
    assert (added.id, added.counted_from, added.bells) == ("B-6", Anchor.REQUEST_SENT, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('deadlines.D-8.length = "48 hrs"', 'deadlines.D-8.length: "48 hrs" is no length of time; write for example'),
        ('deadlines.D-8.lenght = "48 hours"', "deadlines.D-8.lenght: no such key is known; correct its spelling"),
        ('deadlines.D-8.owner = "nobody"', "deadlines.D-8.owner: Input should be 'business-unit'"),
        ('deadlines.D-8.counted_from = "draft"', "deadlines.D-8.counted_from: Input should be 'aware'"),
        ("deadlines.D-7.never_pauses = false", "deadlines.D-7: D-7 never pauses (X-1); write never_pauses = true"),
        (
            'deadlines.D-9.bells = [{ when = "at due", kind = "overdue", tell = ["panel"] }]',
            "deadlines.D-9.bells.1.name: it is missing",
        ),
        (
            'deadlines.D-9.bells = [{ name = "a", when = "late", kind = "overdue", tell = ["panel"] }]',
            'deadlines.D-9.bells.1.when: "late" says no time for a bell',
        ),
        (
            'deadlines.D-9.bells = [{ name = "a", when = "at due", kind = "overdue", tell = ["panel"] }, '
            '{ name = "a", when = "at due", kind = "overdue", tell = ["panel"] }]',
            "deadlines.D-9: two bells have the same name",
        ),
        ('deadlines.D-9.id = "D-11"', "deadlines.D-9: its id differs from its key; leave the id out"),
        ('national.meeting_before_draft = "a day"', "national.meeting_before_draft: "),
    ],
)
def test_a_wrong_edition_names_the_key_and_what_to_do(tmp_path: Path, text: str, problem: str) -> None:
    name = write(tmp_path, f'based_on = "doncaster-2018"\n{text}\n')
    found = check_edition(name, folder=tmp_path)
    assert len(found) == 1
    assert found[0].startswith(problem)
    with pytest.raises(EditionProblem, match="Edition elsewhere-2026 cannot be used"):
        load_edition(name, folder=tmp_path)


def test_an_edition_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    write(tmp_path, "= 5", name="broken")
    write(tmp_path, 'based_on = "nowhere"', name="orphan")
    write(tmp_path, 'based_on = "right"', name="left")
    write(tmp_path, 'based_on = "left"', name="right")
    write(tmp_path, 'id = "other"\nbased_on = "doncaster-2018"', name="misnamed")
    write(tmp_path, "", name="empty")
    assert "the file is no TOML" in check_edition("broken", folder=tmp_path)[0]
    assert check_edition("orphan", folder=tmp_path)[0].startswith(
        'based_on: there is no edition "nowhere"; choose one of'
    )
    assert "left → right → left goes in a circle" in check_edition("left", folder=tmp_path)[0]
    assert check_edition("misnamed", folder=tmp_path) == [
        'id: it says "other"; make it "misnamed", the name of its file'
    ]
    assert "deadlines: it is missing; add it" in check_edition("empty", folder=tmp_path)
    assert check_edition("unknown") == ["there is no such edition; choose one of: doncaster-2018, england-2023"]


def test_an_edition_without_a_deadline_of_the_protocol_is_refused(tmp_path: Path) -> None:
    whole = DONCASTER.model_dump(mode="json")
    del whole["deadlines"]["D-7"]
    with pytest.raises(ValueError, match="deadlines: D-7 missing; add each"):
        Edition.model_validate(whole)


def test_what_is_followed_to_its_end_is_in_every_edition_also_one_that_a_case_took_before() -> None:
    """G-7, G-11: the times are the partnership's choice; what the code falls back on reads the same as the file."""
    assert (str(DONCASTER.deadlines["G-7"].length), str(DONCASTER.deadlines["G-11"].length)) == (
        "10 working days",
        "as set",
    )
    frozen = DONCASTER.model_dump(mode="json")
    del frozen["deadlines"]["G-7"], frozen["deadlines"]["G-11"]
    assert Edition.model_validate(frozen) == DONCASTER


def test_a_length_as_set_ends_with_the_day_that_was_set() -> None:
    """G-11"""
    assert due(at("2026-09-30T09:00"), Length("as set"), ENGLAND) == at("2026-09-30T23:59:59")
    with pytest.raises(ValidationError):
        Offset("as set before")
