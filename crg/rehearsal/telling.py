"""A rehearsal on the terminal: what happens, in the protocol's words and the case's dates; at the end the timeline.

Room: crg.rehearsal. London times. It shows what the record says and decides nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from calendar_rules.lengths import london
from crg.rehearsal.outcome import DeadlineOutcome, Outcome
from crg.rehearsal.scenario import Scenario
from review.record import RowKind
from review.telling import moment as shown

JSON = dict[str, Any]
WIDTH_OF_DATE = len("Wed 30 Sep 2026 10:00")
# How a row of the record is marked, and in which colour.
MARKS = {
    RowKind.FACT: ("fact", "bold"),
    RowKind.REFUSED: ("refused", "bold red"),
    RowKind.EFFECT: ("done", "dim"),
    RowKind.DISCLOSURE: ("shared", "dim"),
    RowKind.FAILED: ("failed", "bold red"),
    RowKind.DEADLINE: ("deadline", "cyan"),
    RowKind.WARNING: ("warning", "bold yellow"),
}
DEADLINE_COLOURS = {
    "deadline-met": "green",
    "deadline-met-late": "bold red",
    "deadline-passed": "bold red",
    "deadline-moved": "bold yellow",
    "deadline-escalation": "yellow",
}
STATUS_COLOURS = {"met": "green", "late": "bold red", "moved": "yellow", "stopped": "dim"}


class Teller:
    """Shows a rehearsal as it goes. With `quiet` it says nothing."""

    def __init__(self, console: Console | None = None, *, quiet: bool = False) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True, quiet=quiet)
        self._date = ""
        self._mailed: set[str] = set()

    def opened(self, reference: str, scenario: Scenario) -> None:
        """The case is open; what is played, from when."""
        self.console.print(Text(scenario.title, style="bold"))
        if scenario.about:
            self.console.print(Text(" ".join(scenario.about.split())))
        self.console.print(f"Case {reference}, from {shown(scenario.starts)}, in the case's own time.\n")

    def note(self, words: str) -> None:
        """What a scenario remarks at a step."""
        self.console.print(Text(f"\n{' '.join(words.split())}", style="italic"))

    def refused(self, name: str, sentence: str) -> None:
        """A step was refused, as the scenario expects."""
        self._line(None, "refused", f"as it should be ({name}): {sentence}", "yellow")

    def rows(self, rows: Iterable[JSON], emails: Iterable[JSON]) -> None:
        """What has been told since the last time: rows of the record, and emails, those of one subject as one line."""
        fresh = [mail for mail in emails if mail["message_id"] not in self._mailed and mail["status"] == "sent"]
        self._mailed |= {mail["message_id"] for mail in fresh}
        told = [(datetime.fromisoformat(row["told_at"]), row) for row in rows if not _is_mail(row)]
        told += [(at, {"subject": subject, "to": people}) for at, subject, people in _together(fresh)]
        for at, one in sorted(told, key=lambda pair: pair[0]):
            if "subject" in one:
                self._line(at, "email", f"{one['subject']} → {', '.join(one['to'])}", "blue")
            else:
                self._row(at, one)

    def timeline(self, outcome: Outcome, places: dict[str, str]) -> None:
        """Every deadline, due and met, and where to look at the case."""
        table = Table(box=None, padding=(0, 2, 0, 0), title_justify="left", title=None)
        for heading in ("Deadline", "", "Due", "Met", "Status", "Slack"):
            table.add_column(heading, no_wrap=heading in ("Deadline", "Due", "Met", "Status"))
        for one in outcome.deadlines:
            met = shown(datetime.fromisoformat(one.met)) if one.met else "–"
            status = Text(one.status, style=STATUS_COLOURS.get(one.status, ""))
            table.add_row(one.id, one.title, shown(datetime.fromisoformat(one.due)), met, status, _slack(one))
        counts = f"{len(outcome.record)} rows of the record, {len(outcome.emails)} emails."
        self.console.print(Text(f"\n{outcome.reference}: the deadlines", style="bold"))
        self.console.print(table)
        self.console.print(f"\n{counts} Where to look:")
        for name, address in places.items():
            self.console.print(f"  {name:<12} {address}")

    def _row(self, at: datetime, row: JSON) -> None:
        kind = RowKind(row["kind"])
        if kind is RowKind.STAGE:
            self.console.print(Text(f"\n{row['line']}", style="bold magenta"))
            self._date = ""
            return
        mark, colour = MARKS[kind]
        by = f" ({row['who']})" if kind is RowKind.FACT and row["who"] != "system" else ""
        self._line(at, mark, f"{row['line']}{by}", DEADLINE_COLOURS.get(row["what"], colour))

    def _line(self, at: datetime | None, mark: str, words: str, colour: str) -> None:
        date = shown(at) if at else ""
        first = "" if date == self._date else date
        self._date = date or self._date
        line = Text(f"  {first:<{WIDTH_OF_DATE}}  {mark:<9} ")
        self.console.print(line.append(words, style=colour))


def _is_mail(row: JSON) -> bool:
    """Whether the row says that a mail went out: the mail itself is shown instead."""
    return row["kind"] in (RowKind.EFFECT, RowKind.DISCLOSURE) and ">" in str(row["detail"].get("effect", ""))


def _together(mails: Iterable[JSON]) -> list[tuple[datetime, str, list[str]]]:
    """Mails of one subject and minute as one, with all whom they went to."""
    found: dict[tuple[str, str], tuple[datetime, list[str]]] = {}
    for mail in mails:
        at = london(datetime.fromisoformat(mail["sent_at"]))
        _, people = found.setdefault((shown(at), mail["subject"]), (at, []))
        people.append(str(mail.get("person") or mail["to"]))
    return [(at, subject, _few(people)) for (_, subject), (at, people) in found.items()]


def _few(people: Sequence[str]) -> list[str]:
    return [*people[:3], f"{len(people) - 3} more"] if len(people) > 4 else [*people]


def _slack(one: DeadlineOutcome) -> str:
    days = one.slack_working_days
    if days is None or one.status == "stopped":
        return ""
    if days < 0:
        return f"{-days} working day{'' if days == -1 else 's'} over"
    return f"{days} working day{'' if days == 1 else 's'}"
