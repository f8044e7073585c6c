"""API: the application, put together. `create_app` is the factory that a server calls."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline

from api import (
    about,
    bundles,
    calendar,
    cases,
    crg,
    description,
    directory,
    disclosures,
    edition_move,
    facts,
    feed,
    files,
    handlers,
    health,
    links,
    made_papers,
    mails,
    named,
    plan,
    protocol,
    reads,
    rehearsing,
    today,
)
from api.deps import Deps
from api.etags import HeadAsGet
from api.file_care import caring
from api.headers import SafeHeaders
from api.input_checks import BodyLimit, known_parameters, sound_text
from api.issuer import Issuer
from api.pages import router as pages
from api.pages.faults import as_page
from api.provider import Provider
from api.relay import relaying
from api.replies.receiving import receiving
from api.tags import TAGS
from api.watch import watching
from delivery.files.inspect import MEGABYTE
from settings import Settings, keep_files_private, load_settings
from settings.keys import Keyring
from settings.logs import log_why_it_cannot_start, set_up_logs, take_in_the_engines_logs
from settings.temporal import connect
from store import Store

DESCRIPTION = """
Case reviews of a safeguarding children partnership: people report facts about a case; the case's workflow keeps its
deadlines, sends what is to be sent and writes the record.

**Start with `GET /v1/cases/{reference}`**: its `next_steps` names everything that can be done now, by whom, by when,
where to send it, and a body that would be taken as it stands.

Every refusal is a problem document (RFC 9457) with a stable `type`. Times are RFC 3339. Every POST takes an
`Idempotency-Key`: the same key twice is applied once.
"""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The API and the pages, with settings from the environment unless given."""
    settings = settings or load_settings()
    set_up_logs(settings)

    app = FastAPIOffline(
        title="Case reviews",
        version="1",
        description=DESCRIPTION,
        openapi_tags=TAGS,
        lifespan=_lifespan(settings),
        redoc_url=None,
        docs_url="/docs",
    )
    app.state.settings = settings
    app.state.issuer = Issuer(settings)
    app.state.provider = Provider(settings, app.state.issuer)
    app.state.embedded = False  # whether a token may stand for an office, as the embedded stack's do
    # A form with one file that is too large is still read, so that its page can say which, and keeps what was typed.
    app.add_middleware(BodyLimit, as_page=as_page, files=2 * settings.file_megabytes * MEGABYTE)
    app.add_middleware(HeadAsGet)
    app.add_middleware(SafeHeaders)
    handlers.install(app, as_page)
    description.install(app)
    sound = [Depends(sound_text), Depends(known_parameters)]
    for routes in (
        cases.routes,
        reads.routes,
        plan.routes,
        rehearsing.routes,
        today.routes,
        disclosures.routes,
        facts.routes,
        calendar.routes,
        feed.routes,
        directory.routes,
        links.routes,
        crg.routes,
        about.messages,
        about.routes,
        protocol.routes,
        edition_move.routes,
        mails.routes,
        named.routes,
        bundles.routes,
        made_papers.routes,
    ):
        app.include_router(routes, dependencies=sound)
    app.include_router(files.routes, dependencies=[Depends(known_parameters)])
    app.include_router(health.routes)
    app.include_router(pages())
    return app


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What the process holds while it serves; what keeps it from starting is a sentence in the log."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        keep_files_private()
        async with AsyncExitStack() as held:
            try:
                await _begin(app, settings, held)
            except Exception as error:
                log_why_it_cannot_start(error)
                raise
            yield

    return lifespan


async def _begin(app: FastAPI, settings: Settings, held: AsyncExitStack) -> None:
    take_in_the_engines_logs()
    keyring = Keyring.from_settings(settings)
    store = await held.enter_async_context(Store.from_settings(settings, keyring))
    await store.migrate()
    await store.links.signing_since(keyring.ids[0], datetime.now(UTC))
    temporal = await connect(settings, keyring, store.vault, lazy=True)
    deps = Deps(settings=settings, keyring=keyring, store=store, temporal=temporal)
    app.state.deps, app.state.settings, app.state.keyring = deps, settings, keyring
    app.state.store, app.state.temporal = store, temporal
    await held.enter_async_context(relaying(deps))
    await held.enter_async_context(watching(deps))
    await held.enter_async_context(receiving(deps))
    await held.enter_async_context(caring(deps))
