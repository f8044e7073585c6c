"""What a partnership can change in a file of its own, without code, and what is refused in it."""

import tomllib
from pathlib import Path

import pytest

from calendar_rules.edition import (
    PACKAGED,
    Edition,
    EditionProblem,
    check_edition,
    check_file,
    editions,
    load_edition,
    usable_editions,
)
from calendar_rules.lengths import due
from calendar_rules.plan import latest_safe
from tests.calendar_rules.test_edition import DONCASTER, ENGLAND, at

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
        ("latest-request", at("2026-12-29T23:59:59")),
        ("latest-returns", at("2027-01-06T23:59:59")),
        ("latest-meeting", at("2027-01-07T23:59:59")),
        ("latest-draft-to-crg", at("2027-01-08T23:59:59")),
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
            'deadlines.D-9.reminders = [{ when = "at due", kind = "overdue", tell = ["panel"] }]',
            "deadlines.D-9.reminders.1.name: it is missing",
        ),
        (
            'deadlines.D-9.reminders = [{ name = "a", when = "late", kind = "overdue", tell = ["panel"] }]',
            'deadlines.D-9.reminders.1.when: "late" says no time for a reminder',
        ),
        (
            'deadlines.D-9.reminders = [{ name = "A b", when = "at due", kind = "overdue", tell = ["panel"] }]',
            'deadlines.D-9.reminders.1.name: "A b" cannot be a name; use small letters, figures and hyphens',
        ),
        (
            'deadlines.D-9.reminders = [{ name = "a", when = "at due", kind = "overdue", tell = [] }]',
            "deadlines.D-9.reminders.1.tell: it is empty; name at least one",
        ),
        (
            'deadlines.D-9.reminders = [{ name = "a", when = "at due", kind = "overdue", tell = ["panel"] }, '
            '{ name = "a", when = "at due", kind = "overdue", tell = ["panel"] }]',
            "deadlines.D-9: two reminders have the same name",
        ),
        ('deadlines.D-9.id = "D-11"', "deadlines.D-9: its id differs from its key; leave the id out"),
        ('deadlines.D-9.clause = ""', "deadlines.D-9.clause: it is empty; say it"),
        ('national.meeting_before_draft = "a day"', "national.meeting_before_draft: "),
        ('national.meeting_before_draft = "as set"', 'national.meeting_before_draft: "as set" is for deadlines whose'),
        (
            'national.accountable_capacities = ["local-authority", "health", "police", "trade"]',
            'national.accountable_capacities.4: "trade" is no partner; write "local-authority" or',
        ),
        (
            'national.accountable_capacities = ["local-authority", "health", "police", "health"]',
            "national.accountable_capacities.4: health is named twice",
        ),
        (
            'national.accountable_capacities = ["local-authority", "local-authority-northmoor", "health", "police"]',
            "national.accountable_capacities: write the councils or local-authority, not both",
        ),
        (
            'national.accountable_capacities = ["local-authority", "health"]',
            "national.accountable_capacities: police missing; every statutory partner signs",
        ),
        ('national.each_officer_signs = "both"', "national.each_officer_signs: write true or false"),
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
    assert "the file is not valid TOML" in check_edition("broken", folder=tmp_path)[0]
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


def test_the_common_deadlines_are_no_edition_and_lie_under_every_one(tmp_path: Path) -> None:
    """A-1, B-4, K-8: an edition says what differs, also of one that lies under it and says nothing of them."""
    whole = tomllib.loads((PACKAGED / "doncaster-2018.toml").read_text(encoding="utf-8"))
    assert not {"A-1", "A-3", "A-4", "A-5", "B-4", "G-7", "G-10", "G-11", "K-5", "K-8"} & set(whole["deadlines"])
    assert "common" not in editions(tmp_path)
    text = (PACKAGED / "doncaster-2018.toml").read_text(encoding="utf-8")
    (tmp_path / "below.toml").write_text(text.replace('id = "doncaster-2018"', 'id = "below"'), encoding="utf-8")
    name = write(tmp_path, 'based_on = "below"\ndeadlines.A-1 = { length = "8 working days", clause = "2.1" }')
    assert check_edition(name, folder=tmp_path) == []
    own = load_edition(name, folder=tmp_path)
    assert (str(own.deadlines["A-1"].length), own.deadlines["A-1"].title) == (
        "8 working days",
        "Returned referral completed",
    )
    assert own.deadlines["K-8"] == DONCASTER.deadlines["K-8"]
    assert "B-4" not in own.deadlines


DEEP = "a." * 400

HOSTILE = {
    "nested too deep": (f"x = {'[' * 5000}{']' * 5000}", "the file has tables in tables"),
    "nested by dots": (f"{DEEP}a = 1", "the file has tables in tables"),
    "a number of 10,000 digits": (f"x = {'9' * 10_000}", "the file holds a number"),
    "a number of 4,000 digits": (f"national.x = {'9' * 4_000}", "the file holds a number"),
    "a number that is none": ("national.x = nan", "the file holds a number"),
    "too large": (f"# {'x' * 1_000_001}", "the file is larger than 1 MB"),
    "a path as its base": ('based_on = "../../etc/passwd"', 'based_on: there is no edition "../../etc/passwd"'),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_a_problem_of_its_own_and_of_no_other_edition(tmp_path: Path, what: str) -> None:
    text, problem = HOSTILE[what]
    name = write(tmp_path, text if "based_on" in text else f'based_on = "doncaster-2018"\n{text}\n')
    assert check_edition(name, folder=tmp_path)[0].startswith(problem)
    assert [one.id for one in usable_editions(tmp_path)] == ["doncaster-2018", "england-2023"]


def test_a_file_that_may_not_be_read_or_is_none_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 'based_on = "doncaster-2018"')
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "gone.toml").symlink_to(tmp_path / "nowhere.toml")
    (tmp_path / "A name with blanks.toml").write_text("x = 1", encoding="utf-8")
    assert [one.id for one in usable_editions(tmp_path)] == ["doncaster-2018", "elsewhere-2026", "england-2023"]

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    assert check_edition("elsewhere-2026", folder=tmp_path) == [
        "the file cannot be read: Permission denied; let the product read it"
    ]


@pytest.mark.parametrize("id", ["x" * 300, "../doncaster-2018", "", ".", "doncaster-2018\0", "Doncaster-2018", "é"])
def test_the_id_of_an_edition_is_a_name_and_never_a_path(tmp_path: Path, id: str) -> None:
    with pytest.raises(EditionProblem, match="there is no such edition"):
        load_edition(id, folder=tmp_path)
