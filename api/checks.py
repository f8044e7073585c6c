"""API: checks of what the system needs. Each answers with what is wrong and what to do, or with nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import aiosmtplib
from sqlalchemy.exc import SQLAlchemyError
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from api.replies.imap import Mailbox, MailboxAway
from delivery.mail import tokens_of
from delivery.tokens import NoToken
from settings import Settings, SmtpTls
from store import Store
from workflows import names

WITHIN = 2.0  # seconds
POLLED_WITHIN = timedelta(seconds=75)  # a worker with nothing to do asks for work again after a minute
SILENT = "does not answer"
NOT_ASKED = (RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED)  # Temporal Cloud answers so

Wrong = str | None


async def store(held: Store) -> Wrong:
    """Whether the store takes a write and keeps it."""
    return await _within(held.try_to_write(), "cannot be written to: look at the database, its disk and its rights")


async def temporal(client: Client) -> Wrong:
    """Whether Temporal answers."""

    async def asked() -> None:
        if not await client.service_client.check_health():
            raise ConnectionError

    return await _within(asked(), SILENT)


async def search_attributes(client: Client) -> Wrong:
    """Whether Temporal knows our search attributes; without them no case can begin."""
    try:
        missing = await missing_search_attributes(client)
    except (RPCError, RuntimeError, TimeoutError):
        return None  # that Temporal does not answer is said once, by `temporal`
    if not missing:
        return None
    return f"missing: {', '.join(missing)}. No case can begin. Make them: {making(missing, client.namespace)}"


async def missing_search_attributes(client: Client) -> list[str]:
    """Our search attributes that the namespace lacks; none where the server does not let us ask."""
    try:
        async with asyncio.timeout(WITHIN):
            answer = await client.operator_service.list_search_attributes(
                ListSearchAttributesRequest(namespace=client.namespace)
            )
    except RPCError as error:
        if error.status in NOT_ASKED:
            return []
        raise
    return [name for name in names.SEARCH_ATTRIBUTES if name not in answer.custom_attributes]


def making(missing: list[str], namespace: str) -> str:
    """The command that makes these search attributes."""
    pairs = " ".join(f"--name {name} --type {names.SEARCH_ATTRIBUTES[name]}" for name in missing)
    return f"temporal operator search-attribute create --namespace {namespace} {pairs}"


async def worker(client: Client, settings: Settings, now: datetime) -> Wrong:
    """Whether a worker of the build that carries cases on has asked for work lately. One that was killed is noticed
    after a minute or so.
    """
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=settings.task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    try:
        async with asyncio.timeout(WITHIN):
            answer = await client.workflow_service.describe_task_queue(request)
    except (RPCError, RuntimeError, TimeoutError):
        return None  # as above
    polls = {}
    for one in answer.pollers:
        polled = one.last_access_time.ToDatetime(tzinfo=now.tzinfo)
        polls[polled] = one.deployment_options.build_id
    lately = {build for polled, build in polls.items() if now - polled < POLLED_WITHIN}
    current = answer.versioning_info.current_deployment_version.build_id
    if lately and not current:
        return "Temporal knows no current build, so no case goes on: a worker puts that right, or start one again"
    if current in lately:
        return None
    if lately:
        return f"the build {current} is current, and no worker of it asks for work: start one (python -m worker)"
    since = f"since {max(polls):%Y-%m-%dT%H:%M:%SZ}" if polls else "yet"
    return f"none has asked for work on the queue {settings.task_queue} {since}: start one (python -m worker)"


async def digest(client: Client) -> Wrong:
    """Whether the schedules of the weekly digest and of the morning mail are there, and go on. Raises where Temporal
    does not answer."""
    return await _schedule(client, names.DIGEST_ID) or await _schedule(client, names.MORNING_ID)


async def _schedule(client: Client, id: str) -> Wrong:
    its = "its schedule" if id == names.DIGEST_ID else "the schedule of the morning mail"
    try:
        async with asyncio.timeout(WITHIN):
            found = await client.get_schedule_handle(id).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return f"{its} is missing in Temporal: crg revive {names.DIGEST_ID}"
    if not found.schedule.state.paused:
        return None
    return (
        f"somebody has paused {its} in Temporal. Let it go on: "
        f"temporal schedule toggle --schedule-id {id} --unpause --namespace {client.namespace}"
    )


async def mail(settings: Settings) -> Wrong:
    """Whether the mail server lets us in. Nothing is sent."""
    where = f"the mail server {settings.smtp_host}:{settings.smtp_port}"
    try:
        return await _within(
            _knock(settings), f"{where} does not answer: look at CRG_SMTP_HOST, CRG_SMTP_PORT and the way there"
        )
    except (aiosmtplib.SMTPException, NoToken) as error:
        return f"{where} does not let us in ({type(error).__name__}): look at the CRG_SMTP_ settings"


async def mailbox(settings: Settings) -> Wrong:
    """Whether the mailbox of replies lets us in, where one is to be polled. Nothing is read."""
    box = Mailbox.from_settings(settings)
    if box is None:
        return None
    where = f"the mailbox {box.host}:{box.port}"
    try:
        await asyncio.to_thread(box.look)
    except MailboxAway as away:
        return f"{where} does not let us in ({away}): look at the CRG_INBOUND_IMAP_ settings and the way there"
    return None


async def _knock(settings: Settings) -> None:
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    tokens = tokens_of(settings)

    async def token() -> str:
        return await asyncio.to_thread(tokens.get) if tokens else ""

    async with aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username,
        password=None if tokens else password,
        oauth_token_generator=token if tokens else None,
        use_tls=settings.smtp_tls is SmtpTls.TLS,
        start_tls=settings.smtp_tls is SmtpTls.STARTTLS,
        timeout=WITHIN,
    ) as server:
        await server.noop()


async def damaged(held: Store, pause: Callable[[], Awaitable[None]]) -> list[str]:
    """Live cases with something that cannot be opened. It pauses between cases, so that nothing else has to wait."""
    found = []
    for reference in await held.cases.live():
        if not await held.cases.opens(reference):
            found.append(reference)
        await pause()
    return found


async def _within(step: Awaitable[None], refused: str) -> Wrong:
    try:
        async with asyncio.timeout(WITHIN):
            await step
    except aiosmtplib.SMTPConnectError:
        return refused
    except (SQLAlchemyError, RPCError, OSError, RuntimeError, TimeoutError):
        return refused
    return None
