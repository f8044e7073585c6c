"""`crg revive`: brings back what does not run, from what the store holds: cases, meetings, the digest."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from crg.hearing import beginning_of
from crg.live_cases import counted, listed, means, side_by_side
from crg.restore import Misfits, compare, take_in

if TYPE_CHECKING:
    from temporalio.client import Client

    from review.case.state import CaseState
    from settings import Settings
    from store import Store
    from store.mail_log import Mail
    from store.meeting import Meeting
    from store.restoring import Written


class Became(StrEnum):
    """What `revive` did with one workflow."""

    BACK = "runs again from the state last written down"
    RAN = "runs as it is; nothing was done"
    STUCK = "stands still"
    ANOTHER = "is another case in Temporal than in the store, and was left; crg restore --check says what to do"
    UNREADABLE = "could not be read from the store, and was left"
    FAILED = "could not be brought back"


class Revived(NamedTuple):
    """One workflow: its id, its type, and what became of it."""

    id: str
    kind: str
    became: Became
    waits: int = 0  # messages that the inbox holds for it
    why: str = ""  # it is not brought back

    def __str__(self) -> str:
        held = f"{self.waits} message{' is' if self.waits == 1 else 's are'}" if self.waits else ""
        why = f": {self.why}" if self.why else ""
        return f"{self.id} {self.became}{why}." + (f" {held} carried to it." if held else "")


NOT_BACK = (Became.STUCK, Became.ANOTHER, Became.UNREADABLE, Became.FAILED)


def revive(
    references: Annotated[list[str] | None, typer.Argument(help="references of cases, ids of CRG meetings")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="every case and request, every CRG meeting to come, the weekly digest")
    ] = False,
    stuck: Annotated[
        bool, typer.Option("--stuck", help="also what runs and cannot go on: it is ended and started from its state")
    ] = False,
) -> None:
    """Bring back what does not run in Temporal, from the state last written down. What runs as it should is left."""
    if bool(references) == everything:
        raise typer.BadParameter("name at least one case, or say --all")
    done = asyncio.run(_revive(references, stuck=stuck))
    for one in done:
        if references or one.became is not Became.RAN:
            typer.echo(str(one))
    if everything:
        back = [one.kind for one in done if one.became is Became.BACK]
        ran = [one.kind for one in done if one.became is Became.RAN]
        typer.echo(f"Brought back: {counted(back)}. Running as they were: {counted(ran)}.")
    if any(one.became in NOT_BACK for one in done):
        raise typer.Exit(1)


async def _revive(references: list[str] | None, *, stuck: bool) -> list[Revived]:
    settings, client, store = await means()
    async with store:
        if references is None:
            done = await bring_all_back(client, store, settings, stuck=stuck)
            await _say_what_temporal_lacks(client, done)
            return done
        cases, meetings = await store.cases.references(), {one.id: one for one in await store.meetings.all()}
        if strange := sorted(set(references) - {*cases, *meetings, _digest_id()}):
            typer.echo(f"crg: nothing is known as {listed(strange)}; write it as the list of cases shows it", err=True)
            raise typer.Exit(1)
        done = await _bring_back(client, store, settings, references, meetings, stuck=stuck)
        await _say_what_temporal_lacks(client, done)
        return done


async def _say_what_temporal_lacks(client: "Client", done: Sequence[Revived]) -> None:
    """Where cases could not be started because Temporal does not know our search attributes: how it comes to."""
    from api.checks import search_attributes

    if any(one.became is Became.FAILED for one in done) and (wrong := await search_attributes(client)):
        typer.echo(f"crg: Temporal's search attributes: {wrong}; then crg revive --all again", err=True)


async def bring_all_back(
    client: "Client", store: "Store", settings: "Settings", *, stuck: bool = False
) -> list[Revived]:
    """For a lost engine: all that ought to run. Meetings that were held or cancelled have nothing more to say."""
    meetings = {one.id: one for one in await store.meetings.all() if not (one.held_at or one.cancelled_at)}
    wanted = [*await store.cases.references(), *meetings, _digest_id()]
    return await _bring_back(client, store, settings, wanted, meetings, stuck=stuck)


async def _bring_back(
    client: "Client",
    store: "Store",
    settings: "Settings",
    wanted: Sequence[str],
    meetings: dict[str, "Meeting"],
    *,
    stuck: bool,
) -> list[Revived]:
    from workflows import names

    written = await store.restoring.written()

    async def all_of(ids: Sequence[str], *, stuck: bool, untaken: Collection[str] = ()) -> list[Revived]:
        revival = Revival(client, task_queue=settings.task_queue, stuck=stuck, written=written, untaken=untaken)

        async def one(id: str) -> Revived:
            if id == _digest_id():
                return await revival.digest()
            if id in meetings:
                return await revival.meeting(meetings[id], await store.mail_log.of_case(id))
            return await _case(revival, store, id)

        def failed(id: str, why: str) -> Revived:
            return Revived(id, names.CRG_MEETING if id in meetings else names.WORKFLOW, Became.FAILED, why=why)

        return await side_by_side(ids, one, failed)

    done = await all_of(wanted, stuck=False)
    still = [one.id for one in done if one.became is Became.STUCK]
    if not stuck or not still:
        return done
    # Before a workflow is ended, what it was told and the store lacks is taken in.
    misfits = await compare(client, store, settings, [id for id in still if id in written])
    still = [id for id in still if id not in misfits.failed]  # they stand as they stood
    await take_in(store, misfits)
    for line in Misfits(papers=misfits.papers, unread=misfits.unread, failed=misfits.failed).lines():
        typer.echo(line)
    untaken = {*misfits.papers, *misfits.unread}
    again = {one.id: one for one in await all_of(still, stuck=True, untaken=untaken)}
    return [again.get(one.id, one) for one in done]


async def _case(revival: "Revival", store: "Store", reference: str) -> Revived:
    from review.case.state import CaseState
    from review.take import settlement
    from settings.keys import CannotOpen
    from store.inbox import MessageStatus
    from workflows import names

    try:
        snapshot = await store.cases.get(reference)
        if snapshot is None:
            raise LookupError(reference)
        case = CaseState.model_validate(snapshot.state)
    except (CannotOpen, ValueError, LookupError):  # one damaged row is no reason to leave the others
        return Revived(reference, names.WORKFLOW, Became.UNREADABLE)
    opened_by = case.entries[0].reported.message
    opening = await store.inbox.get(opened_by)
    if opening is not None and opening.status is MessageStatus.PENDING:  # only its first moment settles it
        case.settled.append(settlement(opened_by, snapshot.case_now))
    if case.rehearsal:  # its clock was moved in the run that has ended; a new run begins at the time of day
        case.shift = snapshot.ahead
    done = await revival.case(case)
    return done._replace(waits=await store.inbox.due_now(reference)) if done.became is Became.BACK else done


class Revival:
    """Starts workflows of ours again, each of its own type, as they were started first."""

    def __init__(
        self,
        client: "Client",
        *,
        task_queue: str,
        stuck: bool = False,
        written: "Mapping[str, Written] | None" = None,
        untaken: Collection[str] = (),  # what these were told is not all in the store
    ) -> None:
        self._client, self._task_queue, self._stuck, self._written = client, task_queue, stuck, written or {}
        self._untaken = untaken

    async def case(self, case: "CaseState") -> Revived:
        """A case or a request for information; seen in Temporal's lists from the first moment."""
        from workflows import names
        from workflows.temporal_ui import search_attributes

        kind, now = names.workflow_type(case.route), datetime.now(UTC) + case.shift
        summary, attributes = f"{case.reference}: {case.route}", search_attributes(case, now)
        opened_by = {names.OPENED_BY: case.entries[0].reported.message}
        return await self._start(
            kind,
            names.workflow_id(case.reference),
            case,
            static_summary=summary,
            search_attributes=attributes,
            memo=opened_by,
        )

    async def meeting(self, meeting: "Meeting", mails: Sequence["Mail"]) -> Revived:
        """A meeting of the CRG. What people have been told of it, their calendars above all, is in the log of mails."""
        from review.chapters.crg.meeting import Told, told_so_far
        from store.mail_log import MailStatus
        from workflows import names

        told = told_so_far(
            meeting.id,
            meeting.starts_at,
            [
                Told(
                    cause=mail.cause,
                    person=mail.person,
                    link=meeting.link_at(mail.sent_at),
                    minutes=meeting.minutes_at(mail.sent_at),
                    sent=mail.status is MailStatus.SENT,
                    perhaps=mail.status in (MailStatus.PERHAPS, MailStatus.HANDED_OVER),
                )
                for mail in mails
            ],
        )
        summary = f"{meeting.id}: meeting of the CRG"
        return await self._start(names.CRG_MEETING, names.workflow_id(meeting.id), told, static_summary=summary)

    async def digest(self) -> Revived:
        """The schedules of the weekly digest and of the morning mail."""
        from workflows import names
        from workflows.schedules import keep_schedules

        made = await keep_schedules(self._client, self._task_queue)
        return Revived(names.DIGEST_ID, names.DIGEST, Became.BACK if made else Became.RAN)

    async def _start(self, kind: str, id: str, *state: object, **more: Any) -> Revived:
        from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
        from temporalio.exceptions import WorkflowAlreadyStartedError

        from api.standing import REVIVE_STUCK, Still, described, why_not
        from workflows.policies import TASK_TIMEOUT

        async def start(conflict: WorkflowIDConflictPolicy) -> Revived:
            await self._client.start_workflow(
                kind,
                args=state,
                id=id,
                task_queue=self._task_queue,
                task_timeout=TASK_TIMEOUT,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=conflict,
                **more,
            )
            return Revived(id, kind, Became.BACK)

        try:
            return await start(WorkflowIDConflictPolicy.FAIL)
        except WorkflowAlreadyStartedError:
            found = await described(self._client, id)
        set_back = False
        if found and (case := self._written.get(id)) and found.run_id != case.run:
            begun = await beginning_of(self._client, id, found.run_id)
            if begun and begun.opened_by not in (None, case.opened_by):
                return Revived(id, kind, Became.ANOTHER)
            set_back = begun is not None and begun.is_set_back(case.version, case.run)
        still = Still(id, "it was set back in Temporal", REVIVE_STUCK) if set_back else why_not(id, found)
        if still is None:
            return Revived(id, kind, Became.RAN)
        # To end it loses nothing where the store is no worse for it, or has taken in all that it was told.
        nothing_is_lost = still.can_restart or id not in self._untaken
        if not still.runs or (self._stuck and nothing_is_lost):
            return await start(WorkflowIDConflictPolicy.TERMINATE_EXISTING)
        return Revived(id, kind, Became.STUCK, why=f"{still.why}. What helps: {still.do}")


def _digest_id() -> str:
    from workflows import names

    return names.DIGEST_ID
