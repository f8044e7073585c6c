"""From nothing to today's tables, also when several processes start at once."""

import asyncio
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

import store.migrations
from settings.keys import Keyring
from store import Store
from store.database import engine_of
from store.tables import metadata

START = """
import asyncio, sys
from settings.keys import Keyring
from store import Store

async def start():
    async with Store.open(sys.argv[1], Keyring([("k", b"0" * 32)])) as store:
        await store.migrate()
        print(await store.cases.new_reference("CR", 2026))

asyncio.run(start())
"""


async def test_the_migrations_lead_to_the_tables_that_the_code_expects(url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))

    engine = engine_of(make_url(url))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


def test_the_migrations_are_one_numbered_line() -> None:
    folder = Path(store.migrations.__file__).parent
    steps = list(ScriptDirectory(str(folder)).walk_revisions())

    numbers = [step.revision for step in reversed(steps)]
    assert numbers == [f"{number:04d}" for number in range(1, len(steps) + 1)]
    assert [Path(step.path).name[:4] for step in reversed(steps)] == numbers


async def test_migrating_again_changes_nothing(empty_url: str, keyring: Keyring) -> None:
    async with Store.open(empty_url, keyring) as opened:
        await opened.migrate()
        await opened.cases.new_reference("CR", 2026)
        await opened.migrate()

        assert await opened.cases.new_reference("CR", 2026) == "CR-2026-002"


async def test_a_start_on_a_database_of_today_loads_no_alembic(empty_url: str) -> None:
    """7 MB in each process for as long as it runs."""
    program = START.replace("print(", "print('alembic' in sys.modules, ")
    said = []
    for _ in range(2):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", program, empty_url), cwd=Path(__file__).parents[2], stdout=asyncio.subprocess.PIPE
        )
        said.append((await process.communicate())[0].decode().split())
    assert said == [["True", "CR-2026-001"], ["False", "CR-2026-002"]]


async def test_processes_that_start_at_once_all_get_their_tables(empty_url: str) -> None:
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            START,
            empty_url,
            cwd=Path(__file__).parents[2],
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(3)
    ]
    outcomes = [(await process.communicate(), process.returncode) for process in processes]

    assert [(errors.decode(), code) for (_, errors), code in outcomes] == [("", 0)] * 3
    assert sorted(said.decode().strip() for (said, _), _ in outcomes) == ["CR-2026-001", "CR-2026-002", "CR-2026-003"]


async def test_a_database_that_answers_answers_a_ping_and_one_that_is_gone_does_not(
    url: str, keyring: Keyring, tmp_path: Path
) -> None:
    async with Store.open(url, keyring) as opened:
        await opened.ping()
    damaged = tmp_path / "damaged.db"
    await asyncio.to_thread(damaged.write_bytes, b"this is no database" * 500)
    gone = f"sqlite:///{damaged}"
    if not url.startswith("sqlite"):
        gone = f"postgresql+psycopg://postgres@/postgres?host={tmp_path}"
    async with Store.open(gone, keyring) as opened:
        with pytest.raises(DBAPIError):
            await opened.ping()


async def test_a_database_without_tables_does_not_answer_a_ping(empty_url: str, keyring: Keyring) -> None:
    async with Store.open(empty_url, keyring) as opened:
        await opened._database.prepare()
        with pytest.raises(DBAPIError):
            await opened.ping()


async def test_sqlite_keeps_a_write_ahead_log_and_waits_for_other_writers(tmp_path: Path, keyring: Keyring) -> None:
    async with Store.open(f"sqlite:///{tmp_path / 'one.db'}", keyring) as opened:
        await opened.migrate()
        async with opened._database.read() as connection:
            pragmas = [
                await connection.scalar(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
    assert pragmas == ["wal", 2, 1, 4000]
