"""`crg schedule`: the protocol's dates for given anchors, without any server.

It reads times, asks calendar_rules and prints; it decides nothing. Nothing heavy is
imported here, so that the answer comes at once.
"""

import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Annotated

import typer

from calendar_rules.edition import Anchor, Edition, EditionProblem, Rule, load_edition
from calendar_rules.england import england
from calendar_rules.lengths import LONDON, due, london, passed_over
from calendar_rules.plan import latest_safe
from calendar_rules.working_days import (
    WEEKEND,
    BeyondCalendar,
    ClosedDay,
    ClosedKind,
    Skipped,
    WorkingCalendar,
)
from crg.printed import aligned, words
from settings import load_settings

TIME_FORM = "a date and time such as 2026-12-18T10:00 (London time) or 2026-12-18T10:00Z"
DATE_FORM = "a date such as 2026-12-18"
CLOSURE_FORM = "a date such as 2026-12-29, or two such as 2026-12-29..2026-12-31"
YEARS = range(2000, 2100)  # for which the bank holidays can be named
LONGEST_CLOSURE = timedelta(days=366)

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.IGNORECASE)


class BadInput(Exception):
    """Something on the command line cannot be used; the message is the one sentence that the person gets."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the schedule. Moments are aware."""

    id: str
    title: str
    counted_from: datetime
    length: str
    due: datetime
    skipped: list[Skipped]


def schedule(
    incident: Annotated[str | None, typer.Option(help="when the incident happened")] = None,
    aware: Annotated[str | None, typer.Option(help="when the local authority became aware")] = None,
    notified: Annotated[str | None, typer.Option(help="when the Panel was notified")] = None,
    received: Annotated[
        str | None, typer.Option(help="when the Business Unit received the notification; else as notified")
    ] = None,
    request_sent: Annotated[str | None, typer.Option(help="when the agencies' request was sent")] = None,
    draft_sent: Annotated[str | None, typer.Option(help="when the officer received the draft")] = None,
    panel_meeting: Annotated[str | None, typer.Option(help="date of the Panel's meeting")] = None,
    decision: Annotated[str | None, typer.Option(help="date of the decision to commission a review")] = None,
    closure: Annotated[
        list[str] | None, typer.Option(help="local closure, DATE or DATE..DATE; give it as often as needed")
    ] = None,
    edition: Annotated[
        str, typer.Option(help="edition of the protocol: a packaged one or your own")
    ] = "doncaster-2018",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """The protocol's dates for given anchors.

    Times without an offset are London times; where the clocks go back, the first of the two.
    """
    try:
        anchors = _anchors(
            times={
                "--incident": incident,
                "--aware": aware,
                "--notified": notified,
                "--received": received,
                "--request-sent": request_sent,
                "--draft-sent": draft_sent,
            },
            dates={"--panel-meeting": panel_meeting, "--decision": decision},
        )
        rules = load_edition(edition, folder=load_settings().own_editions)
        rows = _rows(anchors, rules, calendar_of(anchors.values(), closure or []))
    except (BadInput, EditionProblem, BeyondCalendar) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(2) from problem
    if as_json:
        typer.echo(
            json.dumps(
                {"edition": rules.id, "deadlines": [_as_json(row) for row in rows]}, indent=2, ensure_ascii=False
            )
        )
    else:
        _print_table(rules, rows)


ANCHORS = {
    "--incident": Anchor.INCIDENT,
    "--aware": Anchor.AWARE,
    "--notified": Anchor.NOTIFIED,
    "--received": Anchor.RECEIVED,
    "--request-sent": Anchor.REQUEST_SENT,
    "--draft-sent": Anchor.DRAFT_RECEIVED,
    "--panel-meeting": Anchor.PANEL_MEETING,
    "--decision": Anchor.DECISION,
}


def _anchors(*, times: dict[str, str | None], dates: dict[str, str | None]) -> dict[str, datetime]:
    """What was given, as aware moments; a date is its first moment in London."""
    given: dict[str, datetime] = {
        ANCHORS[option]: moment_of(option, text) for option, text in times.items() if text is not None
    }
    given |= {
        ANCHORS[option]: datetime.combine(_date(option, text, DATE_FORM), time(), LONDON)
        for option, text in dates.items()
        if text is not None
    }
    if not given:
        raise BadInput(f"Nothing to count from: give at least one of {', '.join(ANCHORS)}; times as {TIME_FORM}.")
    if Anchor.AWARE in given and given.get(Anchor.NOTIFIED, given[Anchor.AWARE]) < given[Anchor.AWARE]:
        raise BadInput(
            "--notified is before --aware: the Panel cannot be notified before the authority is aware of the incident; "
            "check both times."
        )
    if Anchor.NOTIFIED in given:
        given.setdefault(Anchor.RECEIVED, given[Anchor.NOTIFIED])
    return given


def moment_of(option: str, text: str) -> datetime:
    """The time that was given for an option; in London, where it names no offset. Raises `BadInput`."""
    try:
        if not _TIME.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise BadInput(f'{option}: "{text}" is no time; write {TIME_FORM}.') from None
    _known_year(option, text, moment.year)
    if moment.tzinfo is not None:
        return moment
    moment = moment.replace(tzinfo=LONDON)  # fold 0: of an hour that comes twice, the first
    if moment.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise BadInput(
            f'{option}: "{text}" did not exist in London, for the clocks went forward past it; '
            "give a time outside that hour, or one with its offset."
        )
    return moment


def _date(option: str, text: str, form: str) -> date:
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise BadInput(f'{option}: "{text}" is no date; write {form}.') from None
    _known_year(option, text, day.year)
    return day


def _known_year(option: str, text: str, year: int) -> None:
    if year not in YEARS:
        raise BadInput(f'{option}: "{text}" is outside the years {YEARS[0]} to {YEARS[-1]}; check the year.')


def _closed(text: str) -> list[ClosedDay]:
    """The days of one --closure."""
    start, dots, end = text.partition("..")
    first = _date("--closure", start, CLOSURE_FORM)
    last = _date("--closure", end, CLOSURE_FORM) if dots else first
    if last < first:
        raise BadInput(f'--closure: "{text}" ends before it begins; write the earlier date first.')
    if last - first >= LONGEST_CLOSURE:
        raise BadInput(f'--closure: "{text}" is longer than a year; check the years.')
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [ClosedDay(day=day, why="Local closure", kind=ClosedKind.CLOSURE) for day in days]


def calendar_of(moments: Iterable[datetime], closures: list[str]) -> WorkingCalendar:
    """England's working days for the years that any count here can reach."""
    closed = [day for text in closures for day in _closed(text)]
    years = [london(moment).year for moment in moments] + [one.day.year for one in closed]
    return england(min(years) - 1, max(years) + 2, closed)


def _rows(anchors: dict[str, datetime], edition: Edition, calendar: WorkingCalendar) -> list[Row]:
    rows = []
    for rule in _one_row_each(edition.deadlines.values()):
        if (since := anchors.get(rule.counted_from)) is not None:
            rows.append(_row(rule, since, calendar))
    return rows + _plan(anchors, edition, calendar)


def _one_row_each(rules: Iterable[Rule]) -> list[Rule]:
    """Duties that share an id of the catalogue and fall on the same date ("D-2:ofsted" and its twin) as one rule."""
    merged = []
    for _, alike in groupby(rules, key=lambda rule: (rule.milestone or rule.family, rule.counted_from, rule.length)):
        twins = list(alike)
        title = "; ".join(rule.title for rule in twins)
        merged.append(
            twins[0] if len(twins) == 1 else twins[0].model_copy(update={"id": twins[0].family, "title": title})
        )
    return merged


def _row(rule: Rule, since: datetime, calendar: WorkingCalendar) -> Row:
    moment = due(since, rule.length, calendar)
    return Row(
        id=rule.id,
        title=rule.title,
        counted_from=since,
        length=str(rule.length),
        due=moment,
        skipped=passed_over(since, rule.length, moment, calendar),
    )


def _plan(anchors: dict[str, datetime], edition: Edition, calendar: WorkingCalendar) -> list[Row]:
    """The backward plan from D-7, where D-7 can be counted."""
    rule = edition.deadlines["D-7"]
    since = anchors.get(rule.counted_from)
    if since is None:
        return []
    steps = latest_safe(due(since, rule.length, calendar), edition, calendar)
    ends = [*(step.at for step in steps[1:]), due(since, rule.length, calendar)]
    return [
        Row(
            id=step.id,
            title=step.title,
            counted_from=since,
            length=f"{step.length} before {step.ahead_of}",
            due=step.at,
            skipped=passed_over(step.at, step.length, end, calendar),
        )
        for step, end in zip(steps, ends, strict=True)
    ]


def _as_json(row: Row) -> dict[str, object]:
    return {
        "id": row.id,
        "title": row.title,
        "counted_from": london(row.counted_from).isoformat(),
        "length": row.length,
        "due": london(row.due).isoformat(),
        "skipped": [{"date": skipped.date.isoformat(), "why": skipped.why} for skipped in row.skipped],
    }


HEADINGS = ("", "What is due", "Counted from", "Length", "Due", "Closed days passed over")


def _print_table(edition: Edition, rows: list[Row]) -> None:
    """For people: a table on a terminal, plain aligned text anywhere else. All times are London's."""
    typer.echo(f"{edition.title} ({edition.id})")
    typer.echo("London times. Weekends never count as working days; other closed days passed over are named.\n")
    lines = [
        (row.id, row.title, words(row.counted_from), row.length, words(row.due), _names(row.skipped)) for row in rows
    ]
    if not sys.stdout.isatty():
        for line in aligned([HEADINGS, *lines]):
            typer.echo(line)
        return
    from rich.console import Console  # only here: a script that reads the output does not wait for it
    from rich.table import Table

    table = Table(*HEADINGS)
    for row in lines:
        table.add_row(*row)
    Console(highlight=False).print(table)


def _names(skipped: list[Skipped]) -> str:
    """The closed days that are no weekend, by name."""
    named = [one for one in skipped if one.why not in WEEKEND.values()]
    return ", ".join(f"{one.why} ({one.date:%a} {one.date.day} {one.date:%b})" for one in named)
