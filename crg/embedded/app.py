"""The API as the embedded stack serves it: the same app with its own issuer and sign-in, never in production."""

from fastapi import FastAPI

from api.app import create_app as create_api
from crg.embedded import issuer, login
from settings import load_settings


def create_app() -> FastAPI:
    """The factory that `uvicorn --factory` calls."""
    app = create_api()
    app.include_router(issuer.router(load_settings()))
    app.include_router(login.router())
    app.state.sign_in = login.PATH  # where the pages send somebody who has not signed in
    return app
