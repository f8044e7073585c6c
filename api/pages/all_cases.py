"""The list of cases: found by reference or agency, narrowed by links, sorted by what is due; as a table for a
spreadsheet; and as a board to be printed. Everybody sees what the API shows them.
"""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import READERS, Caller
from api.deps import Deps, deps_of
from api.opening import editions_of
from api.pages.auth import frame, reader
from api.pages.drafts import begun_forms
from api.pages.layout import HEADERS, page, plain
from api.pages.new_case import ways_in
from api.pages.owing import namer, waited_for
from api.paths import After
from api.visibility import shown_agencies
from calendar_rules.edition import Edition
from calendar_rules.lengths import london
from delivery.words import plain as in_words
from review.facts.directory import Directory, Role
from review.facts.enums import Stage
from review.protocol import STAGE_TITLES
from store.cursor import Page
from store.errors import BadCursor
from store.finding import Finding, Sort
from store.snapshot import ListedCase

PER_PAGE = 50
ON_THE_BOARD = 300
LONGEST = 60  # of what is looked for


class Shown(NamedTuple):
    """What a choice of the list shows; None is either."""

    live: bool | None = None
    overdue: bool | None = None
    paused: bool | None = None
    rehearsal: bool | None = None


SHOWN = {
    "live": ("Live", Shown(live=True, rehearsal=False)),
    "overdue": ("Overdue", Shown(overdue=True)),
    "paused": ("Paused", Shown(live=True, paused=True, rehearsal=False)),
    "concluded": ("Concluded", Shown(live=False, rehearsal=False)),
    "rehearsals": ("Rehearsals", Shown(rehearsal=True)),
    "all": ("All", Shown()),
}
WAITED_FOR = (
    Role.BUSINESS_UNIT,
    Role.AGENCY,
    Role.CRG_CHAIR,
    Role.ACCOUNTABLE_OFFICER,
    Role.CHIEF_EXECUTIVE,
    Role.DCS,
    Role.PANEL,
)
SORTS = {Sort.DUE: "What is due first", Sort.OPENED: "Newest first"}
COLUMNS = (
    "Reference",
    "Stage",
    "Opened",
    "Next deadline",
    "Due",
    "Overdue",
    "Paused",
    "Rehearsal",
    "Waiting for",
    "Edition",
)


class Choice(NamedTuple):
    """What somebody has chosen; what is not known is left out."""

    show: str = "live"
    stage: str = ""
    edition: str = ""
    waits: str = ""
    q: str = ""
    sort: str = Sort.OPENED

    @classmethod
    def of(cls, given: Any) -> "Choice":
        """What the address says."""
        show, stage, waits, sort = (given.get(name, "") for name in ("show", "stage", "waits", "sort"))
        edition = given.get("edition", "").strip()[:LONGEST]
        return cls(
            show if show in SHOWN else "live",
            stage if stage in {one.value for one in Stage} else "",
            edition,
            waits if waits in {one.value for one in Role} else "",
            given.get("q", "").strip()[:LONGEST],
            sort if sort in {one.value for one in Sort} else Sort.OPENED,
        )

    def address(self, path: str = "/cases", **changes: str) -> str:
        """Where this choice is shown, with something else chosen."""
        chosen = self._asdict() | changes
        wanted = {name: str(value) for name, value in chosen.items() if value and value != self._field_defaults[name]}
        return f"{path}?{urlencode(wanted)}" if wanted else path


def router() -> APIRouter:
    """`/cases` and `/cases.csv`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases", cases, methods=["GET"])
    routes.add_api_route("/cases.csv", table, methods=["GET"])
    return routes


async def cases(request: Request, after: After = None, board: bool = False) -> Response:
    """The cases: live ones, overdue ones, or others; those that are looked for. `board`: many on one page, to print."""
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    choice, directory = Choice.of(request.query_params), await deps.store.directory.read()
    try:
        found = await _found(deps, caller, choice, directory, after, ON_THE_BOARD if board else PER_PAGE)
    except BadCursor:
        begin = "Begin again with the list of cases."
        return plain(request, "This page of the list is not known", begin, status=422, frame=around)
    name = namer(directory, whole=False)
    # Who reads Today has them there.
    drafts, many_drafts = ([], 0) if caller.holds(*READERS) else await begun_forms(request, caller)
    context = around | {
        "drafts": drafts,
        "many_drafts": many_drafts,
        "choice": choice,
        "board": board,
        "day": deps.today(),
        "ways_in": ways_in(caller),
        "lines": [(one, waited_for(one, name)) for one in found.items],
        "name": name,
        "stages": {stage.value: title for stage, title in STAGE_TITLES.items()},
        "filters": _filters(choice, editions_of(deps)),
        "sorts": [(choice.address(sort=sort), words, choice.sort == sort) for sort, words in SORTS.items()],
        "next": found.next,
        "first": after is None,
        "rehearsals": not found.items and bool((await deps.store.cases.list(rehearsal=True, limit=1)).items),
    }
    return page(request, "cases.html", context)


async def table(request: Request) -> Response:
    """The same cases as comma-separated values, all pages of them."""
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    deps, choice = deps_of(request), Choice.of(request.query_params)
    directory = await deps.store.directory.read()
    name, written, after = namer(directory, whole=False), io.StringIO(), None
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    while True:
        found = await _found(deps, caller, choice, directory, after, ON_THE_BOARD)
        rows.writerows(_row(one, name) for one in found.items)
        after = found.next
        if after is None:
            break
    given = {"Content-Disposition": f'attachment; filename="cases-{deps.today().isoformat()}.csv"'}
    # The mark at the start tells a spreadsheet that it is UTF-8.
    return Response("\ufeff" + written.getvalue(), media_type="text/csv; charset=utf-8", headers=HEADERS | given)


async def _found(
    deps: Deps, caller: Caller, choice: Choice, directory: Directory, after: str | None, limit: int
) -> Page[ListedCase]:
    named = tuple(one.id for one in directory.agencies if choice.q and choice.q.casefold() in one.name.casefold())
    finding = Finding("" if named else choice.q, named, choice.waits or None, Sort(choice.sort))
    shown = SHOWN[choice.show][1]
    return await deps.store.cases.list(
        live=shown.live,
        overdue=shown.overdue,
        paused=shown.paused,
        rehearsal=shown.rehearsal,
        stage=choice.stage or None,
        edition=choice.edition or None,
        agencies=await shown_agencies(deps, caller),
        finding=finding,
        after=after,
        limit=limit,
        now=deps.now(),
    )


def _filters(choice: Choice, editions: Sequence[Edition]) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Each way to narrow the list: its name, then address, words and whether it is chosen of each link."""
    shown = [(choice.address(show=id), title, choice.show == id) for id, (title, _) in SHOWN.items()]
    stages = [(choice.address(stage=""), "Any", not choice.stage)]
    stages += [(choice.address(stage=one), title, choice.stage == one) for one, title in STAGE_TITLES.items()]
    under = [(choice.address(edition=""), "Any", not choice.edition)]
    under += [(choice.address(edition=one.id), one.title, choice.edition == one.id) for one in editions]
    waits = [(choice.address(waits=""), "Anyone", not choice.waits)]
    waits += [(choice.address(waits=one), in_words(one), choice.waits == one) for one in WAITED_FOR]
    return [("Show", shown), ("Stage", stages), ("Edition", under), ("Waiting for", waits)]


def _row(one: ListedCase, name: Callable[[str], str]) -> list[str]:
    due = f"{london(one.next_deadline_at):%Y-%m-%d %H:%M}" if one.next_deadline_at else ""
    yes = {True: "yes", False: "no"}
    cells = [
        one.reference,
        STAGE_TITLES[Stage(one.stage)],
        f"{london(one.opened_at):%Y-%m-%d}",
        one.next_title or "",
        due,
        yes[one.overdue],
        yes[one.paused],
        yes[one.rehearsal],
        waited_for(one, name),
        one.edition,
    ]
    return [_inert(cell) for cell in cells]


def _inert(cell: str) -> str:
    """What a spreadsheet would take for a formula is text."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
