"""Settings: which build of ours carries live cases on. The worker that started last says: mine (decision 0016).

Temporal keeps the builds of a task queue as versions of a "worker deployment"; one of them is current. Cases follow
the current one by themselves (AUTO_UPGRADE).
"""

import asyncio

import structlog
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError
from temporalio.worker import WorkerDeploymentConfig

from settings import Settings

LOOK_AGAIN = 0.1  # seconds; the server knows a build some tenths of a second after its worker began to poll
STILL_EVERY = 5.0  # seconds between two looks at whether a build is current at all
STRANGE_AFTER = 50  # looks after which the log says that it is still not so, and again after as many

log = structlog.get_logger()


def deployment(settings: Settings) -> WorkerDeploymentConfig:
    """What a worker of this build says of itself."""
    return WorkerDeploymentConfig(
        version=version(settings),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


def version(settings: Settings) -> WorkerDeploymentVersion:
    """One deployment for each task queue; its name may hold neither a full stop nor a colon."""
    name = settings.task_queue.replace(".", "-").replace(":", "-")
    return WorkerDeploymentVersion(deployment_name=name, build_id=settings.build)


async def make_current(client: Client, settings: Settings, *, stop: asyncio.Event | None = None) -> None:
    """Let this build carry all cases on from now. Tried until it succeeds, or until `stop`: before, no case moves."""
    ours, looks = version(settings), 0
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace,
        deployment_name=ours.deployment_name,
        build_id=ours.build_id,
        identity=client.identity,
    )
    while stop is None or not stop.is_set():
        try:
            await client.workflow_service.set_worker_deployment_current_version(request)
        except RPCError as error:
            looks += 1
            if looks % STRANGE_AFTER == 0:
                log.warning("build-not-current", build=ours.build_id, status=error.status.name, tried_again=True)
            await asyncio.sleep(LOOK_AGAIN)
        else:
            log.info("build-current", build=ours.build_id)
            return


async def keep_one_current(client: Client, settings: Settings) -> None:
    """Make this build current again wherever none is: an engine that lost its database has forgotten which one was.

    Another build that is current stays so. Runs until it is cancelled; while Temporal does not answer it looks again.
    """
    request = DescribeWorkerDeploymentRequest(
        namespace=client.namespace, deployment_name=version(settings).deployment_name
    )
    while True:
        await asyncio.sleep(STILL_EVERY)
        try:
            answer = await client.workflow_service.describe_worker_deployment(request)
        except RPCError:  # not there until a worker has asked for work, or the server is away
            continue
        if not answer.worker_deployment_info.routing_config.current_deployment_version.build_id:
            await make_current(client, settings)
