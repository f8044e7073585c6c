"""API: the application, put together. `create_app` is the factory that a server calls."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline

from api import (
    about,
    calendar,
    cases,
    crg,
    description,
    directory,
    edition_move,
    facts,
    health,
    problems,
    protocol,
    reads,
)
from api.answers import HeadAsGet
from api.means import Means
from api.pages import router as pages
from api.pages.faults import as_page
from api.relay import relaying
from api.sound import BodyLimit, known_parameters, sound_text
from api.tags import TAGS
from api.who import Issuer
from settings import Settings, load_settings
from settings.keys import Keyring
from settings.logs import set_up_logs
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

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        keyring = Keyring.from_settings(settings)
        async with Store.from_settings(settings, keyring) as store:
            await store.migrate()
            temporal = await connect(settings, keyring, lazy=True)
            means = Means(settings=settings, keyring=keyring, store=store, temporal=temporal)
            app.state.means, app.state.settings, app.state.keyring = means, settings, keyring
            app.state.store, app.state.temporal = store, temporal
            async with relaying(means):
                yield

    app = FastAPIOffline(
        title="Case reviews",
        version="1",
        description=DESCRIPTION,
        openapi_tags=TAGS,
        lifespan=lifespan,
        redoc_url=None,
        docs_url="/docs",
    )
    app.state.issuer = Issuer(settings)
    app.add_middleware(BodyLimit)
    app.add_middleware(HeadAsGet)
    problems.install(app, as_page)
    description.install(app)
    sound = [Depends(sound_text), Depends(known_parameters)]
    for routes in (
        cases.routes,
        reads.routes,
        facts.router(),
        calendar.routes,
        directory.routes,
        crg.routes,
        about.routes,
        protocol.routes,
        edition_move.routes,
    ):
        app.include_router(routes, dependencies=sound)
    app.include_router(health.routes)
    app.include_router(pages())
    return app
