"""`crg restore`: after a restore, what in the store and in Temporal does not fit, and how it is put right.

It needs the store and Temporal, and neither API nor worker: it is run before anything starts.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from crg.hearing import Json, Run, hear, runs_of_cases, said_in, unread_in
from crg.live_cases import listed, means, side_by_side

if TYPE_CHECKING:
    from temporalio.client import Client

    from settings import Settings
    from store import Store
    from store.inbox import Message
    from store.restoring import Held

WHY = "crg restore: of another time than the store"
CLOCKS_DIFFER = timedelta(hours=1)  # at most, Temporal's and the store's


@dataclass
class Misfits:
    """What does not fit, by kind: references, or the messages of each."""

    not_running: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # run in Temporal, and are not in the store
    others: list[str] = field(default_factory=list)  # under their reference another case runs in Temporal
    unreadable: list[str] = field(default_factory=list)  # what their workflow began with does not open
    unread: dict[str, dict[str, int]] = field(default_factory=dict)  # by run, how much does not open
    engine_behind: dict[str, list[str]] = field(default_factory=dict)
    store_behind: dict[str, list[Json]] = field(default_factory=dict)  # each as it was said
    papers: dict[str, list[Json]] = field(default_factory=dict)  # likewise; they name papers that the store lacks
    carried_nowhere: dict[str, list[str]] = field(default_factory=dict)
    to_be_ended: set[str] = field(default_factory=set)  # so that they can start from the store
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)  # could not be asked or ended, and why

    def lines(self) -> list[str]:
        """Each kind in a sentence, with what to do."""
        counts = [f"{kind} at {held}, in use up to {most}" for kind, (held, most) in self.counts.items()]
        ask = "Ask those who reported them to report them again, then end each: "
        end = "temporal workflow terminate --workflow-id REFERENCE"
        sentences = {
            f"The count of references is behind: {'; '.join(counts)}. crg restore --mend sets it right.": self.counts,
            f"In Temporal only: {listed(self.unknown)}. They were opened after the backup of the store, and no new "
            f"case gets their reference. {ask}{end}": self.unknown,
            f"In Temporal another case than the store's: {listed(self.others)}. {ask}{end}": self.others,
            f"Answered as recorded, and not in the record: {_counts(self.carried_nowhere)}. crg restore --mend has "
            "them carried to their cases again.": self.carried_nowhere,
            f"The store lacks what Temporal has: {_counts(self.store_behind)}. crg restore --mend takes it in again, "
            "and ends these workflows, so that they start from the store and are told it once more.": self.store_behind,
            f"In Temporal only, with papers that the store lacks (returns, drafts, findings): {_counts(self.papers)}. "
            "Those have to be sent again.": self.papers,
            f"Temporal lacks what the store has: {_counts(self.engine_behind)}. crg restore --mend ends these "
            "workflows, so that they start again from the store; nothing is lost.": self.engine_behind,
            f"What these began with in Temporal does not open, because a key or a stored part is missing: "
            f"{listed(self.unreadable)}. crg restore --mend ends them, so that they start again from the "
            "store.": self.unreadable,
            f"Of Temporal's histories this does not open: {_parts(self.unread)}. What was said in it is lost where "
            "nothing else has it: those who said it have to say it again.": self.unread,
            f"In the store only: {listed(self.not_running)}. crg revive --all starts them.": self.not_running,
        }
        failed = [
            f"{one} could not be asked, or ended: {why}. Do this again." for one, why in sorted(self.failed.items())
        ]
        return [sentence for sentence, found in sentences.items() if found] + failed


def restore(
    check: Annotated[bool, typer.Option("--check", help="only say what does not fit")] = False,
    mend: Annotated[bool, typer.Option("--mend", help="put right what can be; crg revive --all follows")] = False,
) -> None:
    """After a restore, before API and worker start: does the store fit what Temporal holds?"""
    if check is mend:
        raise typer.BadParameter("say --check, or --mend")
    misfits = asyncio.run(_look(mend=mend))
    lines = misfits.lines()
    for line in lines:
        typer.echo(line)
    if not lines:
        typer.echo("Store and Temporal fit.")
    elif mend:
        typer.echo(
            "\nMended what can be. Now run crg revive --all, and crg restore --check again; then start API and worker."
        )
    if (lines and check) or misfits.failed:
        raise typer.Exit(1)


async def _look(*, mend: bool) -> Misfits:
    settings, client, store = await means()
    async with store:
        misfits = await compare(client, store, settings)
        if mend:
            await put_right(client, store, misfits)
    return misfits


async def compare(
    client: "Client", store: "Store", settings: "Settings", only: Collection[str] | None = None
) -> Misfits:
    """Store against engine, case by case; `only` these cases where any are named."""
    from workflows import names

    held = await store.restoring.held()
    known = {names.workflow_id(one): one for one in held if only is None or one in only}
    runs = await runs_of_cases(client, settings.task_queue)
    going = {id for id, seen in runs.items() if any(run.ended_at is None for run in seen)}
    misfits = Misfits(
        not_running=sorted(one for id, one in known.items() if id not in going),
        unknown=sorted(going - set(known)) if only is None else [],
        counts=await store.restoring.counts_behind(runs),
    )

    async def one(id: str) -> None:
        case = held[known[id]]
        # What a run that ended before was told is in the store, or in its inbox.
        since = case.written_at - CLOCKS_DIFFER
        before = {run.id for run in runs.get(id, []) if run.ended_at is not None and run.ended_at < since}
        seen = [run for run in runs.get(id, []) if run.id not in before]
        goes_on = {run.id for run in seen if run.ended_at is None}
        heard = [run for run in await hear(client, id, seen) if run.opened_by in (None, case.opened_by)]
        if goes_on - {run.id for run in heard}:
            misfits.others.append(known[id])
        if unread := unread_in(heard, {*said_in(heard), *case.taken, *case.inbox}, before):
            misfits.unread[known[id]] = unread
        _compare(misfits, known[id], case, heard, goes_on)

    await side_by_side(sorted(known), one, misfits.failed.__setitem__)
    return misfits


def _compare(misfits: Misfits, reference: str, case: "Held", heard: list[Run], goes_on: Collection[str]) -> None:
    """One case: as the store holds it, against what its runs tell."""
    if nowhere := [id for id in case.recorded if id not in case.taken]:
        misfits.carried_nowhere[reference] = nowhere
    reported = {id: one for id, one in said_in(heard).items() if id not in case.taken}
    lost = {id: one for id, one in reported.items() if id not in case.inbox}
    if papers := [one for one in lost.values() if _names_a_paper(one)]:
        misfits.papers[reference] = papers
    behind = len(lost) > len(papers)
    for run in (one for one in heard if one.id in goes_on):
        opens, older = run.began is not None, case.version < run.done
        set_back = opens and (run.is_set_back(case.version, case.run) or case.version > run.handed_on)
        if not opens:
            misfits.unreadable.append(reference)
        if set_back:
            misfits.engine_behind[reference] = sorted(case.taken - set(run.reported))
        behind = behind or older
        # A run that knows a message already takes no second one.
        deaf = any(id in lost or id in nowhere for id in run.reported)
        if not opens or set_back or older or deaf:
            misfits.to_be_ended.add(reference)
    if behind:
        misfits.store_behind[reference] = [one for one in reported.values() if one not in papers]


async def put_right(client: "Client", store: "Store", misfits: Misfits) -> None:
    """What can be put right without asking anybody; ended workflows are then brought back by `crg revive --all`."""
    from temporalio.service import RPCError, RPCStatusCode

    from workflows import names

    for kind, (_, most) in misfits.counts.items():
        await store.restoring.count_from(kind, most)
    await take_in(store, misfits)

    async def end(reference: str) -> None:
        try:
            await client.get_workflow_handle(names.workflow_id(reference)).terminate(WHY)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:  # it has ended meanwhile
                raise

    await side_by_side(sorted(misfits.to_be_ended), end, misfits.failed.__setitem__)


async def take_in(store: "Store", misfits: Misfits) -> None:
    """Take what only Temporal has into the inbox, from where it is carried to its case; likewise what is in no record
    though it was answered as recorded.
    """
    await store.restoring.carry_again([id for ids in misfits.carried_nowhere.values() for id in ids])
    for reference, ahead in misfits.store_behind.items():
        for reported in ahead:
            if await store.inbox.get(reported["message"]) is None:
                await store.inbox.receive(_as_message(reference, reported))


def _names_a_paper(reported: Json) -> bool:
    return bool(reported["fact"].get("content"))


def _as_message(reference: str, reported: Json) -> "Message":
    """What Temporal held, as the inbox keeps what nobody has answered. Its request cannot be repeated as it was."""
    from review.facts import Reported
    from store.inbox import Message

    whole = Reported.model_validate(reported)
    return Message(
        id=whole.message,
        fingerprint=WHY,
        reference=reference,
        kind=whole.fact.kind,
        body=reported,
        by=whole.by.who,
        received_at=whole.recorded_at,
    )


def _counts(messages: Mapping[str, Sequence[object]]) -> str:
    words = [f"{reference} ({_number(len(ids), 'message')})" for reference, ids in sorted(messages.items())]
    return _first(words)


def _parts(unread: Mapping[str, Mapping[str, int]]) -> str:
    return _first(
        [
            f"{reference} ({_number(parts, 'part')} of the run {run})"
            for reference, runs in sorted(unread.items())
            for run, parts in runs.items()
        ]
    )


def _number(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _first(words: Sequence[str]) -> str:
    more = f" and {len(words) - 20} more" if len(words) > 20 else ""
    return ", ".join(words[:20]) + more
