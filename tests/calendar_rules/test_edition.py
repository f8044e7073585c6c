"""Editions are data: Doncaster's deadlines D-1 to D-10, and what a partnership can change without code."""

from datetime import datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from calendar_rules.edition import (
    PACKAGED,
    Anchor,
    BellKind,
    Edition,
    EditionProblem,
    Party,
    check_edition,
    check_file,
    editions,
    load_edition,
    usable_editions,
)
from calendar_rules.edition_checks import COUNTED_FROM, PARTNERS
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
    """X-1: D-1, D-2 and D-7 never pause; nor does D-10, which proceedings only give a forecast (K-9), nor the planned
    day of publication, which is planned anew (K-8).
    """
    never = {key for key, rule in DONCASTER.deadlines.items() if rule.never_pauses}
    assert never == {"D-1", "D-2:ofsted", "D-2:secretary-of-state", "D-7", "D-10", "K-8"}


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
    assert DONCASTER.national.accountable_capacities == list(PARTNERS) == [partner.value for partner in Partner]
    assert {anchor for anchors in COUNTED_FROM.values() for anchor in anchors} <= set(Anchor)


def test_an_edition_survives_json() -> None:
    assert Edition.model_validate_json(DONCASTER.model_dump_json()) == DONCASTER


def test_doncasters_edition_is_there_and_sound() -> None:
    assert "doncaster-2018" in editions()
    assert [problem for edition in editions() for problem in check_edition(edition)] == []


HEAD = 'title = "Elsewhere"\ndated = "2026"\nsource = "Sample arrangements"\n'


def write(folder: Path, text: str, *, name: str = "elsewhere-2026", head: str = HEAD) -> str:
    own = "" if text.startswith("id") else f'id = "{name}"\n'
    (folder / f"{name}.toml").write_text(own + head + text, encoding="utf-8")
    return name


def test_another_partnerships_edition_changes_the_dates_without_code(tmp_path: Path) -> None:
    """48 hours: an edition may instead read it as 2 working days; 5 days: an edition may read it as working days."""
    name = write(
        tmp_path,
        """
        based_on = "doncaster-2018"
        deadlines.D-4 = { length = "2 working days", clause = "3.2" }
        deadlines.D-6 = { length = "5 working days", clause = "3.4" }
        deadlines.D-8 = { length = "2 working days", clause = "3.6" }
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


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('deadlines.D-8.length = "48 hrs"', 'deadlines.D-8.length: "48 hrs" is no length of time; write for example'),
        ('deadlines.D-8.length = "0 hours"', 'deadlines.D-8.length: "0 hours" is no length of time; write at least 1'),
        ("deadlines.D-8.length = 48", "deadlines.D-8.length: it is no text; put it in quotes"),
        ('deadlines.D-8.lenght = "48 hours"', "deadlines.D-8.lenght: no such key is known; correct its spelling"),
        ('deadlines.D-8.owner = "nobody"', 'deadlines.D-8.owner: "nobody" is not known here; write "business-unit"'),
        (
            'deadlines.D-8.counted_from = "draft"',
            'deadlines.D-8.counted_from: D-8 cannot be counted from "draft"; write "draft-received"',
        ),
        (
            'deadlines.D-8.counted_from = "aware"',
            'deadlines.D-8.counted_from: D-8 cannot be counted from "aware"; write "draft-received"',
        ),
        (
            'deadlines.D-7.counted_from = "set"',
            'deadlines.D-7.counted_from: D-7 cannot be counted from "set"; write "notified" or "received" or "aware"',
        ),
        ('deadlines.D-4.length = "as set"', "deadlines.D-4.length: nobody sets the due day of D-4; write a length"),
        ('deadlines.G-11.length = "5 days"', 'deadlines.G-11.length: its due day is set by people; write "as set"'),
        ("deadlines.D-7.never_pauses = false", "deadlines.D-7: D-7 never pauses (X-1); write never_pauses = true"),
        ('deadlines.D-4 = "48 hours"', "deadlines.D-4: it is no table; write [deadlines.D-4]"),
        ('deadlines.Z-1.title = "x"', "deadlines.Z-1: nothing runs a deadline of this name; take it out, or choose"),
        (
            'deadlines.D-9.bells = [{ when = "at due", kind = "overdue", tell = ["panel"] }]',
            "deadlines.D-9.bells.1.name: it is missing",
        ),
        (
            'deadlines.D-9.bells = [{ name = "a", when = "late", kind = "overdue", tell = ["panel"] }]',
            'deadlines.D-9.bells.1.when: "late" says no time for a bell',
        ),
        (
            'deadlines.D-9.bells = [{ name = "A b", when = "at due", kind = "overdue", tell = ["panel"] }]',
            'deadlines.D-9.bells.1.name: "A b" cannot be a name; use small letters, figures and hyphens',
        ),
        (
            'deadlines.D-9.bells = [{ name = "a", when = "at due", kind = "overdue", tell = [] }]',
            "deadlines.D-9.bells.1.tell: it is empty; name at least one",
        ),
        (
            'deadlines.D-9.bells = [{ name = "a", when = "at due", kind = "overdue", tell = ["panel"] }, '
            '{ name = "a", when = "at due", kind = "overdue", tell = ["panel"] }]',
            "deadlines.D-9: two bells have the same name",
        ),
        ('deadlines.D-9.id = "D-11"', "deadlines.D-9: its id differs from its key; leave the id out"),
        ('deadlines.D-9.clause = ""', "deadlines.D-9.clause: it is empty; say it"),
        ('national.meeting_before_draft = "a day"', "national.meeting_before_draft: "),
        ('national.meeting_before_draft = "as set"', 'national.meeting_before_draft: "as set" is for deadlines whose'),
        (
            'national.accountable_capacities = ["local-authority", "health", "police", "education"]',
            'national.accountable_capacities.4: "education" is no statutory partner; write "local-authority" or',
        ),
        (
            'national.accountable_capacities = ["local-authority", "health"]',
            "national.accountable_capacities: police missing; every statutory partner signs",
        ),
        ('without = ["D-99"]', 'without: doncaster-2018 has no deadline "D-99"; choose from: A-1'),
        ('without = "G-7"', 'without: it is no list; write without = ["G-7"]'),
        ("notifications.care-leaver-death.rapid_review = 7", "notifications.care-leaver-death.title: it is missing"),
        ('[titles]\nemperor = "x"', 'titles.emperor: "emperor" is not known here; write "business-unit"'),
    ],
)
def test_a_wrong_edition_names_the_key_and_what_to_do(tmp_path: Path, text: str, problem: str) -> None:
    """Editions: every message in plain words; none of the library's own."""
    name = write(tmp_path, f'based_on = "doncaster-2018"\n{text}\n')
    found = check_edition(name, folder=tmp_path)
    assert [one for one in found if one.startswith(problem)], found
    assert not [one for one in found if "Input should" in one or "String should" in one or "valid" in one]
    with pytest.raises(EditionProblem, match="Edition elsewhere-2026 cannot be used"):
        load_edition(name, folder=tmp_path)


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """Those of single values, of a deadline, and of the whole."""
    text = """
    based_on = "doncaster-2018"
    report_sections = ["inequality"]
    advance_copies = "7 working days"
    deadlines.D-5.length = "6 working days"
    deadlines.D-8.length = "48 hrs"
    """
    write(tmp_path, text)
    assert [one.partition(":")[0] for one in check_edition("elsewhere-2026", folder=tmp_path)] == [
        "deadlines.D-8.length",
        "deadlines.D-5.clause",
        "deadlines.D-8.clause",
        "advance_copies and advance_copies_to belong together; give both or neither",
        "clauses",
    ]


def test_a_length_of_its_own_needs_a_clause_of_its_own(tmp_path: Path) -> None:
    """Every rule has its source: the clause of the edition below vouches for the length below."""
    write(tmp_path, 'based_on = "doncaster-2018"\ndeadlines.D-4.length = "2 working days"')
    assert check_edition("elsewhere-2026", folder=tmp_path) == [
        "deadlines.D-4.clause: it is that of doncaster-2018, and this file has another length; write where yours stands"
    ]
    write(tmp_path, 'based_on = "doncaster-2018"\ndeadlines.D-4.length = "48 hours"')  # the same
    assert check_edition("elsewhere-2026", folder=tmp_path) == []


def test_a_file_says_of_itself_who_it_is(tmp_path: Path) -> None:
    """Title, year and source of the edition below are not this file's."""
    write(tmp_path, 'based_on = "doncaster-2018"', head="")
    found = check_edition("elsewhere-2026", folder=tmp_path)
    assert [one.partition(":")[0] for one in found] == ["title", "dated", "source"]
    assert found[1] == 'dated: it is missing, and that of doncaster-2018 is not this file\'s; write dated = "2026"'
    (tmp_path / "nameless.toml").write_text(HEAD + 'based_on = "doncaster-2018"', encoding="utf-8")
    assert check_edition("nameless", folder=tmp_path) == [
        'id: it is missing; write id = "nameless", the name of its file'
    ]


def test_an_edition_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    write(tmp_path, "= 5", name="broken")
    write(tmp_path, 'based_on = "nowhere"', name="orphan")
    write(tmp_path, 'based_on = "right"', name="left")
    write(tmp_path, 'based_on = "left"', name="right")
    write(tmp_path, 'id = "other"\nbased_on = "doncaster-2018"', name="misnamed")
    write(tmp_path, "", name="empty", head="")
    write(tmp_path, 'based_on = "broken"', name="heir")
    write(tmp_path, 'based_on = "doncaster-2018"\ndeadlines = ["D-4"]', name="listed")
    assert "the file is no TOML" in check_edition("broken", folder=tmp_path)[0]
    assert check_edition("orphan", folder=tmp_path) == [
        'based_on: there is no edition "nowhere"; choose one of: doncaster-2018, england-2023'  # none that is broken
    ]
    assert "left → right → left goes in a circle" in check_edition("left", folder=tmp_path)[0]
    assert check_edition("misnamed", folder=tmp_path) == [
        'id: it says "other"; make it "misnamed", the name of its file'
    ]
    assert "deadlines: it is missing; add it" in check_edition("empty", folder=tmp_path)
    assert check_edition("heir", folder=tmp_path) == [
        'based_on: the edition "broken" has mistakes of its own; mend broken.toml first'
    ]
    assert check_edition("listed", folder=tmp_path) == [
        "deadlines: it is no table; write [deadlines.D-4] and what belongs to it"
    ]
    assert check_edition("unknown") == ["there is no such edition; choose one of: doncaster-2018, england-2023"]


def test_a_file_as_notepad_writes_it_is_read_and_another_encoding_named(tmp_path: Path) -> None:
    """A mark at the beginning of the file is no mistake."""
    text = f'id = "own"\n{HEAD}based_on = "doncaster-2018"\n'
    (tmp_path / "own.toml").write_text(text, encoding="utf-8-sig")
    assert check_file(tmp_path / "own.toml") == []
    (tmp_path / "own.toml").write_text(text, encoding="utf-16")
    assert "save it as UTF-8" in check_file(tmp_path / "own.toml")[0]


def test_a_packaged_edition_cannot_be_hidden_by_a_file_of_its_name(tmp_path: Path) -> None:
    """The others go on being based on it; the file is told to find a name of its own."""
    write(tmp_path, 'based_on = "doncaster-2018"', name="doncaster-2018")
    write(tmp_path, 'based_on = "england-2023"', name="mine")
    assert check_file(tmp_path / "doncaster-2018.toml") == [
        'id: "doncaster-2018" is an edition that comes with the product; give your file and its id another name'
    ]
    assert load_edition("doncaster-2018", folder=tmp_path) == DONCASTER
    assert [one.id for one in usable_editions(tmp_path)] == ["doncaster-2018", "england-2023", "mine"]
    assert check_file(PACKAGED / "doncaster-2018.toml") == []


def test_an_edition_without_a_deadline_of_the_protocol_is_refused(tmp_path: Path) -> None:
    whole = DONCASTER.model_dump(mode="json")
    del whole["deadlines"]["D-7"]
    with pytest.raises(ValueError, match="deadlines: D-7 missing; add each"):
        Edition.model_validate(whole)


def test_what_is_followed_to_its_end_is_in_every_edition_also_one_that_a_case_took_before() -> None:
    """A-1, A-3, G-7, G-11: the partnership's own times; what the code falls back on reads the same as the file."""
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
