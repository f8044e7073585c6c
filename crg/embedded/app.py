"""The API as the embedded stack serves it: the same app with its own issuer and sign-in, never in production."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.app import create_app as create_api
from crg.embedded import issuer, login, sample, ui_codec
from crg.embedded.hosts import OwnHosts
from settings import load_settings


def create_app() -> FastAPI:
    """The factory that `uvicorn --factory` calls."""
    settings = load_settings()
    settings = settings.model_copy(update={"oidc_client_id": issuer.CLIENT, "oidc_client_secret": None})
    app = create_api(settings)
    app.include_router(issuer.router(settings))
    app.include_router(login.SignIn(settings).router())
    app.include_router(ui_codec.router(settings))
    app.state.embedded = True  # its tokens may stand for an office
    app.add_middleware(OwnHosts, addresses=[settings.public_url])
    begin = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await sample.refuse_production(settings)
        async with begin(app):
            yield

    app.router.lifespan_context = lifespan
    return app
