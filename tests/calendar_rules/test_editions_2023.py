"""The second edition, Working Together 2023, and what an edition may say beyond deadlines."""

import subprocess
import sys
from pathlib import Path

import pytest

from calendar_rules.edition import (
    Edition,
    NotificationKind,
    Outsider,
    Party,
    check_file,
    editions,
    load_edition,
)
from calendar_rules.edition_doubts import doubts
from tests.forked import quickly

ENGLAND = load_edition("england-2023")
DONCASTER = load_edition("doncaster-2018")


def test_there_are_two_editions_and_every_rule_of_each_has_its_clause() -> None:
    assert {"doncaster-2018", "england-2023"} <= set(editions())
    for id in ("doncaster-2018", "england-2023"):
        edition = load_edition(id)
        assert all(rule.clause.strip() for rule in edition.deadlines.values())
        assert all(one.clause.strip() for one in edition.notifications.values())
    statutory = ("D-1", "D-2:ofsted", "D-2:secretary-of-state", "D-7", "D-10")
    assert all("WT 2023" in ENGLAND.deadlines[rule].clause for rule in statutory)


def test_three_kinds_of_notification_of_which_one_leads_to_a_rapid_review() -> None:
    """B-1; Doncaster's knows the one."""
    follows = {kind.value: one.rapid_review for kind, one in ENGLAND.notifications.items()}
    assert follows == {
        "death-or-serious-harm": True,
        "death-in-care-without-abuse": False,
        "care-leaver-death": False,
    }
    assert ENGLAND.notifications[NotificationKind.CARE_LEAVER_DEATH].up_to_age == 24
    assert list(DONCASTER.notifications) == [NotificationKind.DEATH_OR_SERIOUS_HARM]


def test_what_later_guidance_added_binds_only_the_edition_that_says_it() -> None:
    """B-3, B-4, B-5, B-6, B-11."""
    assert ENGLAND.report_sections == ["key-practice-episodes", "inequality", "daily-life"]
    assert str(ENGLAND.advance_copies) == "7 working days"
    assert ENGLAND.advance_copies_to == [Outsider.PANEL, Outsider.SECRETARY_OF_STATE, Outsider.OFSTED]
    assert str(ENGLAND.available_for) == "12 months"
    assert ENGLAND.delay_told_to == [Outsider.PANEL, Outsider.SECRETARY_OF_STATE]
    assert ENGLAND.known_first is not None
    assert ENGLAND.title_of(Party.ACCOUNTABLE_OFFICER) == "lead safeguarding partner"
    assert ENGLAND.title_of(Party.DELEGATE) == "delegated safeguarding partner"
    assert (ENGLAND.national.signed_by, DONCASTER.national.signed_by) == ("delegate", "accountable-officer")
    assert DONCASTER.report_sections == []
    assert DONCASTER.advance_copies is None
    assert DONCASTER.delay_told_to == [Outsider.PANEL]
    assert DONCASTER.known_first is None
    assert DONCASTER.title_of(Party.ACCOUNTABLE_OFFICER) == "accountable officer"


def test_an_edition_of_the_first_days_still_loads() -> None:
    """A case that is open carries its edition as it was: what came later has defaults."""
    old = DONCASTER.model_dump(mode="json")
    later = ("notifications", "titles", "report_sections", "advance_copies", "advance_copies_to", "available_for")
    for name in (*later, "delay_told_to", "clauses"):
        del old[name]
    assert Edition.model_validate(old) == DONCASTER
    assert Edition.model_validate_json(ENGLAND.model_dump_json()) == ENGLAND


OWN = 'id = "own"\nbased_on = "england-2023"\ntitle = "Own"\ndated = "2026"\nsource = "Sample"\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('deadlines.D-4.length = "48 ours"\n', "deadlines.D-4.length"),
        ('report_sections = ["haircuts"]\n', 'report_sections.1: "haircuts" is not known here; write'),
        ('report_sections = ["inequality"]\n', "clauses.report_sections: it is that of england-2023"),
        ("advance_copies_to = []\n", "belong together"),
        ('advance_copys = "7 working days"\n', "advance_copys: no such key is known"),
        ("[notifications.care-leaver-death]\nrapid_review = 7\n", "rapid_review: write true or false"),
        ("[notifications.care-leaver-death]\nup_to_age = 90\n", "up_to_age: 90 cannot be; write a number from 18"),
        ('[titles]\nemperor = "x"\n', "titles.emperor"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_by_its_key(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "own.toml").write_text(OWN + text, encoding="utf-8")
    found = check_file(tmp_path / "own.toml")
    assert problem in " ".join(found)


def test_what_an_edition_says_needs_its_source(tmp_path: Path) -> None:
    text = OWN.replace("england-2023", "doncaster-2018") + 'report_sections = ["inequality"]\n'
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    assert check_file(tmp_path / "own.toml") == [
        "clauses: report_sections without a source; say in [clauses] where each stands"
    ]


def test_a_deadline_of_the_edition_below_can_be_left_out(tmp_path: Path) -> None:
    """B-6: one step again."""
    (tmp_path / "own.toml").write_text(OWN + 'without = ["D-6-known"]\n', encoding="utf-8")
    assert load_edition("own", folder=tmp_path).known_first is None


def crg(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    command = quickly([sys.executable, "-m", "crg.command", "edition", *words])
    return subprocess.run(command, env={"CRG_DATA": str(data)}, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("id", ["doncaster-2018", "england-2023"])
def test_nothing_is_doubtful_in_an_edition_that_comes_with_the_product(id: str) -> None:
    assert doubts(load_edition(id)) == []


def test_crg_edition_checks_lists_and_shows(tmp_path: Path) -> None:
    """Editions: a partnership tries its own before any case opens under it."""
    own = tmp_path / "editions" / "own.toml"
    own.parent.mkdir()
    own.write_text(OWN + 'deadlines.D-4.length = "48 ours"\n', encoding="utf-8")
    bad = crg("check", str(own), data=tmp_path)
    assert bad.returncode == 1
    assert 'deadlines.D-4.length: "48 ours" is no length of time' in bad.stderr
    other = tmp_path / "editions" / "listed.toml"
    other.write_text('id = "listed"\ndeadlines = ["D-4"]\n', encoding="utf-8")
    assert "listed               cannot be used: crg edition check" in crg("list", data=tmp_path).stdout
    other.unlink()
    two_days = '{ length = "2 working days", clause = "3.2" }'
    own.write_text(OWN + f"deadlines.D-4 = {two_days}\ndeadlines.D-8 = {two_days}\n", encoding="utf-8")
    good = crg("check", str(own), data=tmp_path)
    warning = 'own.toml: warning: deadlines.D-4.reminders.reminder: "24 hours before" of a deadline of "2 working days"'
    assert (good.returncode, good.stderr.splitlines()[0].startswith(warning)) == (0, True)
    assert (
        'warning: deadlines.D-8.reminders.reminder: "24 hours before" of a deadline of "2 working days"' in good.stderr
    )
    assert "own.toml is sound" in good.stdout
    listed = crg("list", data=tmp_path).stdout
    assert [line.split()[0] for line in listed.splitlines()] == ["doncaster-2018", "england-2023", "own"]
    shown = crg("show", "own", data=tmp_path).stdout
    assert "2 working days" in shown
    assert "delegated safeguarding partner" in shown
    assert crg("show", "nowhere", data=tmp_path).returncode == 1
    assert crg("check", str(tmp_path / "none.toml"), data=tmp_path).returncode == 1
