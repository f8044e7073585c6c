"""The worker: wiring, no logic. Carries out the workflow and its activities until it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.crg import MeetingRoom
from activities.digest import DigestRoom
from activities.documents import PaperRoom
from activities.mail import MailRoom
from activities.record import RecordRoom
from delivery.mail import MailCarrier
from delivery.prose import Prose
from settings import Settings, load_settings
from settings.keys import Keyring
from settings.links import Links
from settings.logs import set_up_logs
from settings.temporal import connect
from store import Store
from workflows import names
from workflows.case_review import CaseReview
from workflows.crg_meeting import CrgMeeting
from workflows.digest import WeeklyDigest
from workflows.information_request import InformationRequest

PASSED_THROUGH = (
    "calendar_rules",
    "review",
    "activities",
    "workflows.names",
    "workflows.policies",
    "workflows.details",
    "pydantic",
    "pydantic_core",
    "holidays",
)

WORKFLOWS: list[type] = [CaseReview, InformationRequest, CrgMeeting, WeeklyDigest]

log = structlog.get_logger()


def activities_of(store: Store, settings: Settings, keyring: Keyring) -> list[Callable[..., Any]]:
    """Every activity there is, with its means."""
    prose = Prose()
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    carrier = MailCarrier(
        host=settings.smtp_host,
        port=settings.smtp_port,
        mail_from=settings.mail_from,
        username=settings.smtp_username,
        password=password,
        tls=settings.smtp_tls,
    )
    mail = MailRoom(
        post=carrier,
        log=store.mail_log,
        people=store.directory,
        shelf=store.documents,
        prose=prose,
        links=Links(keyring, settings.public_url),
        mail_from=settings.mail_from,
        portal=settings.public_url,
    )
    paper = PaperRoom(shelf=store.documents, people=store.directory, prose=prose)
    record = RecordRoom(book=store.cases)
    digest = DigestRoom(cases=store.cases, people=store.directory)
    crg = MeetingRoom(
        meetings=store.meetings,
        cases=store.cases,
        people=store.directory,
        closures=store.closures,
        agenda_working_days=settings.agenda_working_days,
    )
    return [mail.send_notice, paper.make_document, record.write_record, digest.read_digest, crg.read_crg_meeting]


def build_worker(client: Client, settings: Settings, activities: list[Callable[..., Any]]) -> Worker:
    """The worker on the task queue of the settings. Our pure packages pass the sandbox: a third of the CPU a case."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    return Worker(
        client,
        task_queue=settings.task_queue,
        workflows=WORKFLOWS,
        activities=activities,
        workflow_runner=SandboxedWorkflowRunner(restrictions=restrictions),
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
        graceful_shutdown_timeout=timedelta(seconds=5),
    )


async def begin_digest(client: Client, settings: Settings) -> None:
    """The weekly digest runs once for the partnership, however many workers start (G-5)."""
    await client.start_workflow(
        names.DIGEST,
        id=names.DIGEST_ID,
        task_queue=settings.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


async def serve() -> None:
    """Poll until SIGINT or SIGTERM. Writes `run/worker.ready` in the data folder once it polls."""
    settings = load_settings()
    set_up_logs(settings)
    logging.getLogger("temporalio").setLevel(logging.WARNING)
    keyring = Keyring.from_settings(settings)
    told_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, told_to_stop.set)
    async with Store.from_settings(settings, keyring) as store:
        await store.migrate()
        client = await connect(settings, keyring)
        await begin_digest(client, settings)
        ready = settings.data / "run" / "worker.ready"
        async with build_worker(client, settings, activities_of(store, settings, keyring)):
            ready.parent.mkdir(parents=True, exist_ok=True)
            ready.touch()
            log.info("worker ready")
            await told_to_stop.wait()
        ready.unlink(missing_ok=True)


def main() -> None:
    asyncio.run(serve())


if __name__ == "__main__":
    main()
