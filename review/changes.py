"""How a case changes: a stage is entered, an effect is done or fails, a decision is set aside.

Room: review. Pure transitions on `CaseState`, each of which tells the record. How a fact is taken is in
`review.taking`, how clocks change in `review.timing`, rounds in `review.rounds`.
"""

from datetime import UTC, datetime

from pydantic import JsonValue

from review import telling
from review.case import ADVANCE_COPY, SUBMISSION, CaseState, Failed
from review.facts import Fact, Said
from review.notices import Notice
from review.record import RowKind
from review.timing import meet, meet_what_is_fulfilled, run_again
from review.told import Entry
from review.words import ENDED, STAGE_TITLES, Stage


def when(case: CaseState, said: Said, now: datetime) -> datetime:
    """When a fact happened (UTC): as it says, else when it was recorded;
    in a rehearsal, whose clock is its own, now.
    """
    if said.fact.happened_at is not None:
        return said.fact.happened_at.astimezone(UTC)
    return (now if case.rehearsal else min(said.recorded_at, now)).astimezone(UTC)


def set_aside(case: CaseState, kind: type[Fact], entry: Entry) -> None:
    """What was said so far no longer stands, because of what is said now; it stays in the case, marked (A-3, X-1)."""
    for said in case.entries_of(kind):
        said.corrected_by = entry.said.message


def enter(case: CaseState, stage: Stage, now: datetime) -> None:
    """The case enters a stage; told once."""
    if case.stage is not stage:
        case.left = case.stage if stage in ENDED else None
        case.stage = stage
        case.tell(RowKind.STAGE, stage, STAGE_TITLES[stage], now=now)


def effect_done(
    case: CaseState,
    key: str,
    line: str,
    now: datetime,
    *,
    about: str | None = None,
    disclosed: bool = False,
    within: str | None = None,
) -> None:
    """Note an effect as done, in the mail of another where that told of it, too; it will not be done again."""
    case.done[key] = now
    if key.startswith(SUBMISSION) and (clock := case.clocks.get("D-7")) and clock.open:
        meet(case, clock.id, now, now)  # delivered at the second try: met then, not when it was said
    if key.startswith(ADVANCE_COPY):
        meet_what_is_fulfilled(case, now)  # a copy counts from its delivery (B-4)
    detail: dict[str, JsonValue] = {"effect": key}
    if within:
        detail["within"] = within
    case.tell(
        RowKind.DISCLOSURE if disclosed else RowKind.EFFECT,
        "mail-sent" if ">" in key else "document-made",
        line,
        now=now,
        about=about,
        detail=detail,
    )


def effect_failed(case: CaseState, notice: Notice, why: str, now: datetime) -> None:
    """A duty that could not be done is recorded, shown, told to the Business Unit, and can be tried again."""
    case.failed[notice.key] = Failed(notice=notice, why=why, at=now)
    if notice.template == SUBMISSION and (clock := case.clocks.get("D-7")) and clock.met_at:
        run_again(case, clock, "the submission was not delivered to the Panel", now)
    case.tell(
        RowKind.FAILED,
        notice.template,
        f"Not delivered to {notice.to}: {why}",
        now=now,
        about=notice.about,
        detail={"duty": notice.key},
    )
    case.post(telling.duty_failed(case, notice, now))
