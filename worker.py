"""The worker: wiring, no logic. Carries out the workflow and its activities until it is told to stop."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from temporalio.client import Client
from temporalio.worker import Worker

from activities.carry_out import CarryingActivities
from activities.crg import MeetingActivities
from activities.digest import DigestActivities
from activities.directory import DirectoryActivities
from activities.documents import DocumentActivities
from activities.guard import ActivityGuard, Known
from activities.mail import MailActivities
from activities.morning import MorningActivities
from activities.noticing import Note, Noticing
from delivery.mail import MailCarrier
from delivery.papers.making import Papers
from delivery.papers.pdf import Pdfs
from delivery.prose import Prose
from delivery.replies.offering import Replying
from review.asked import scheduled_by
from review.facts.enums import Route
from settings import BadSetting, Settings, keep_files_private, load_settings
from settings.keys import CannotOpen, Keyring
from settings.links import Links
from settings.logs import log_why_it_cannot_start, set_up_logs, take_in_the_engines_logs
from settings.memory import look_seldom
from settings.sealing import in_worker
from settings.temporal import connect
from settings.versions import deployment, keep_one_current, make_current
from store import Store
from store.morning import morning
from workflows import names
from workflows.case_review import CaseReview
from workflows.crg_meeting import CrgMeeting
from workflows.digest import WeeklyDigest
from workflows.directory_news import DirectoryNews
from workflows.guard import WorkflowGuard
from workflows.in_order import InOrderRunner
from workflows.information_request import InformationRequest
from workflows.morning import MorningMail
from workflows.schedules import keep_schedules

WORKFLOWS: list[type] = [CaseReview, InformationRequest, CrgMeeting, DirectoryNews, WeeklyDigest, MorningMail]
# Tasks of cases in hand. Python does one at a time, however many are; what waits a little longer is done together with
# what comes up for the same case meanwhile: sixteen facts at once take a fifth less of the machine than with 100.
AT_ONCE = 4
CACHED = 2000  # cases kept at hand, a third of a megabyte each; any other is played again from its history

log = structlog.get_logger()


def activities_of(store: Store, settings: Settings, keyring: Keyring) -> list[Callable[..., Any]]:
    """Every activity there is, with its means."""
    prose = Prose()
    carrier = MailCarrier.from_settings(settings)
    mail = MailActivities(
        sender=carrier,
        log=store.mail_log,
        people=store.directory,
        documents=store.documents,
        prose=prose,
        pdfs=Pdfs(),
        links=Links(keyring, settings.public_url),
        mail_from=settings.mail_from,
        portal=settings.portal,
        patience=timedelta(minutes=settings.mail_patience_minutes),
        safe_domains=settings.safe_domains,
        replies=Replying.from_settings(settings),
        telephone=settings.telephone or "",
    )
    papers = Papers(settings.papers, marking=settings.marking, logo=settings.logo)
    paper = DocumentActivities(documents=store.documents, people=store.directory, papers=papers)
    carrying = CarryingActivities(projection=store.cases, paper=paper, mail=mail)
    today = MorningActivities(read=partial(morning, store), choices=store.morning_mail, people=store.directory)
    digest = DigestActivities(cases=store.cases, people=store.directory)
    crg = MeetingActivities(
        meetings=store.meetings,
        agenda=store.agenda,
        people=store.directory,
        closures=store.closures,
        agenda_working_days=settings.agenda_working_days,
    )
    news = DirectoryActivities(versions=store.directory, mail=mail)
    return [
        carrying.carry_out,
        mail.try_mail,
        digest.read_digest,
        today.read_morning,
        crg.read_crg_meeting,
        news.tell_of_directory,
    ]


def known_to(store: Store) -> Known:
    """Whether a workflow is one of ours: of a case, a meeting or a version of the directory that the store knows, of
    its own kind, or a digest."""

    cases: set[tuple[str, str]] = set()  # found before: a case never changes its kind

    async def known(kind: str, id: str) -> bool:
        if (kind, id) in cases:
            return True
        if kind in (names.DIGEST, names.MORNING):
            return scheduled_by(id) == {names.DIGEST: names.DIGEST_ID, names.MORNING: names.MORNING_ID}[kind]
        if kind == names.CRG_MEETING:
            return await store.meetings.called(id)
        if kind == names.DIRECTORY_NEWS:
            return id in {f"directory-{version}" for version in range(1, (await store.directory.read()).version + 1)}
        route = await store.cases.route(id)
        if route is None or names.workflow_type(Route(route)) != kind:
            return False
        cases.add((kind, id))
        return True

    return known


def build_worker(
    client: Client,
    settings: Settings,
    activities: list[Callable[..., Any]],
    workflows: Sequence[type] = WORKFLOWS,
    known: Known | None = None,
    note: Note | None = None,
) -> Worker:
    """The worker on the task queue of the settings."""
    return Worker(
        Client(**client.config() | {"data_converter": in_worker(client.data_converter)}),
        task_queue=settings.task_queue,
        workflows=workflows,
        activities=activities,
        workflow_runner=InOrderRunner(),  # decisions 0022 and 0023
        interceptors=[WorkflowGuard(), ActivityGuard(known), *([Noticing(note)] if note else [])],
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
        graceful_shutdown_timeout=timedelta(seconds=5),
        max_cached_workflows=CACHED,
        max_concurrent_workflow_tasks=AT_ONCE,
        deployment_config=deployment(settings),
    )


@asynccontextmanager
async def working(
    client: Client,
    settings: Settings,
    activities: list[Callable[..., Any]],
    *,
    workflows: Sequence[type] = WORKFLOWS,
    known: Known | None = None,
    note: Note | None = None,
    stop: asyncio.Event | None = None,
) -> AsyncIterator[None]:
    """A worker at work, whose build carries all cases on from now (decision 0016), also where Temporal is lost."""
    async with build_worker(client, settings, activities, workflows, known, note):
        await make_current(client, settings, stop=stop)
        keeping = asyncio.create_task(keep_one_current(client, settings))
        try:
            yield
        finally:
            keeping.cancel()


async def serve() -> None:
    """Poll until SIGINT or SIGTERM. Writes `run/worker.ready` in the data folder once it polls."""
    set_up_logs()
    settings = load_settings()
    keep_files_private()
    set_up_logs(settings)
    logging.getLogger("temporalio").setLevel(logging.WARNING)
    take_in_the_engines_logs()
    keyring = Keyring.from_settings(settings)
    told_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, told_to_stop.set)
    async with Store.from_settings(settings, keyring) as store:
        await store.migrate()
        await store.links.signing_since(keyring.ids[0], datetime.now(UTC))
        client = await connect(settings, keyring, store.vault)
        await keep_schedules(client, settings.task_queue)
        ready = settings.data / "run" / "worker.ready"
        activities = activities_of(store, settings, keyring)
        known, note = known_to(store), store.standing_still.note
        async with working(client, settings, activities, known=known, note=note, stop=told_to_stop):
            ready.parent.mkdir(parents=True, exist_ok=True)
            ready.touch()
            log.info("worker ready")
            await told_to_stop.wait()
        ready.unlink(missing_ok=True)


def main() -> None:
    """Serve until told to stop; what keeps it from starting is a line of the log, and exit code 1."""
    look_seldom()
    try:
        asyncio.run(serve())
    except (BadSetting, CannotOpen) as refusal:
        log_why_it_cannot_start(refusal)
        sys.exit(1)


if __name__ == "__main__":
    main()
