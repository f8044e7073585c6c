"""The API as the embedded stack serves it: the same app with the stack's own issuer beside it, never in production."""

from fastapi import FastAPI

from api.app import create_app as create_api
from crg.embedded import issuer
from settings import load_settings


def create_app() -> FastAPI:
    """The factory that `uvicorn --factory` calls."""
    app = create_api()
    app.include_router(issuer.router(load_settings()))
    return app
