"""A rehearsal on the terminal: what happens, in the protocol's words and the case's dates; at the end the timeline.

London times. It shows what the record says and decides nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.text import Text

from calendar_rules.lengths import london
from calendar_rules.working_days import working_days
from crg.rehearsal.outcome import DeadlineOutcome, Outcome
from crg.rehearsal.scenario import Scenario
from review.case.effects import EffectKey
from review.case.record import RowKind
from review.kit.notify import moment as shown

JSON = dict[str, Any]
WIDTH_OF_DATE = len("Wed 30 Sep 2026 10:00")
WIDTH_OF_DATES = len("  ") + 2 * (WIDTH_OF_DATE + len("  ")) + len("  stopped  10 working days over")
ENOUGH = 50  # columns in which an id and the beginning of its title can be told
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
        told = [(datetime.fromisoformat(row["told_at"]), row) for row in rows if not is_mail(row)]
        told += [(at, {"subject": subject, "to": people}) for at, subject, people in _together(fresh)]
        for (at, one), times in _counted(sorted(told, key=lambda pair: pair[0])):
            if "subject" in one:
                self._line(at, "email", f"{one['subject']} → {', '.join(one['to'])}", "blue")
            else:
                self._row(at, one, times)

    def timeline(self, outcome: Outcome, places: dict[str, str]) -> None:
        """Every deadline, due and met, and where to look at the case."""
        rows = sorted(
            outcome.deadlines,
            key=lambda one: (datetime.fromisoformat(one.due).replace(second=0, microsecond=0), one.id),
        )
        self.console.print(Text(f"\n{outcome.reference}: the deadlines", style="bold"))
        longest = max((len(_named(one)) for one in rows), default=0)
        room = self.console.width - WIDTH_OF_DATES
        # On one line where the name has room beside the dates, shortened if need be; else on a line of its own.
        beside = room >= min(longest, ENOUGH)
        width = min(longest, room) if beside else len("  ")
        heading = f"  {'':<{width}}  {'Due':<{WIDTH_OF_DATE}}  {'Met':<{WIDTH_OF_DATE}}  Status   Slack"
        self.console.print(Text(heading, style="dim"))
        for one in rows:
            name = _short(_named(one), width) if beside else ""
            if not beside:
                self.console.print(Text(f"  {_short(_named(one), self.console.width - 2)}"))
            met = shown(datetime.fromisoformat(one.met)) if one.met else "–"
            due = shown(datetime.fromisoformat(one.due))
            line = Text(f"  {name:<{width}}  {due:<{WIDTH_OF_DATE}}  {met:<{WIDTH_OF_DATE}}  ")
            line.append(f"{one.status:<7}", style=STATUS_COLOURS.get(one.status, ""))
            self.console.print(line.append(f"  {_slack(one)}"))
        self.console.print(f"\n{len(outcome.record)} rows of the record, {len(outcome.emails)} emails. Where to look:")
        for name, address in places.items():
            self.console.print(f"  {name:<12} {address}")

    def _row(self, at: datetime, row: JSON, times: int) -> None:
        kind = RowKind(row["kind"])
        if kind is RowKind.STAGE:
            self.console.print(Text(f"\n{row['line']}", style="bold magenta"))
            self._date = ""
            return
        mark, colour = MARKS[kind]
        by = f" ({row['who']})" if kind is RowKind.FACT and row["who"] != "system" else ""
        again = f" ({times} times)" if times > 1 else ""
        self._line(at, mark, f"{row['line']}{by}{again}", DEADLINE_COLOURS.get(row["what"], colour))

    def _line(self, at: datetime | None, mark: str, words: str, colour: str) -> None:
        date = shown(at) if at else ""
        first = "" if date == self._date else date
        self._date = date or self._date
        line = Text(f"  {first:<{WIDTH_OF_DATE}}  {mark:<9} ")
        self.console.print(line.append(words, style=colour))


def is_mail(row: JSON) -> bool:
    """Whether the row says that a mail went out: the mail itself is shown instead."""
    return row["kind"] in (RowKind.EFFECT, RowKind.DISCLOSURE) and EffectKey(row["detail"].get("effect", "")).is_mail


def _together(mails: Iterable[JSON]) -> list[tuple[datetime, str, list[str]]]:
    """Mails of one subject and minute as one, with all whom they went to."""
    found: dict[tuple[str, str], tuple[datetime, list[str]]] = {}
    for mail in mails:
        at = london(datetime.fromisoformat(mail["sent_at"]))
        _, people = found.setdefault((shown(at), mail["subject"]), (at, []))
        people.append(str(mail.get("person") or mail["to"]))
    return [(at, subject, _few(people)) for (_, subject), (at, people) in found.items()]


def _counted(told: Sequence[tuple[datetime, JSON]]) -> list[tuple[tuple[datetime, JSON], int]]:
    """What follows itself in the same words and minute, as one with how often; on another day it is shown again."""
    found = []
    for _, alike in groupby(told, key=lambda pair: (shown(pair[0]), pair[1].get("line", pair[1].get("subject")))):
        same = list(alike)
        found.append((same[0], len(same)))
    return found


def _few(people: Sequence[str]) -> list[str]:
    people = [f"{one} ({many} emails)" if many > 1 else one for one, many in sorted(Counter(people).items())]
    return [*people[:3], f"{len(people) - 3} more"] if len(people) > 4 else [*people]


def _named(one: DeadlineOutcome) -> str:
    return f"{one.id} {one.title}"


def _short(words: str, width: int) -> str:
    return words if len(words) <= width else f"{words[: width - 1].rstrip()}…"


def _slack(one: DeadlineOutcome) -> str:
    days = one.slack_working_days
    if days is None or one.status == "stopped":
        return ""
    return f"{working_days(-days)} late" if days < 0 else working_days(days)
