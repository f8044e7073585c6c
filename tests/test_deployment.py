"""The production shape, as far as it can be tried without Docker: what Compose file and Dockerfile name is there."""

import ast
import importlib.util
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from crg.embedded.programs import SEARCH_ATTRIBUTES
from settings import PREFIX, Settings, load_settings
from settings.keys import make_keys_file
from workflows import names

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
CONFIGS: dict[str, str] = {name: one["content"] for name, one in COMPOSE["configs"].items()}
OURS = [name for name, service in SERVICES.items() if "build" in service]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
VARIABLES = {PREFIX + name.upper() for name in Settings.model_fields}
SECRETS = {"CRG_KEYS", "CRG_DB_PASSWORD", "TEMPORAL_DB_PASSWORD", "POSTGRES_PASSWORD", "CRG_SMTP_PASSWORD"}

_IN_COMPOSE = re.compile(r"(?<!\$)\$\{([A-Z_]+)(?::([-?])([^}]*))?\}")


def told(service: str) -> dict[str, str]:
    environment: dict[str, str] = SERVICES[service].get("environment", {})
    return environment


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}


def filled(value: str, settings: dict[str, str]) -> str:
    """A value as Compose makes it of the variables."""

    def one(match: re.Match[str]) -> str:
        return settings.get(match[1]) or (match[3] if match[2] == "-" else "")

    return _IN_COMPOSE.sub(one, value)


def command_of(service: str) -> list[str]:
    if "command" in SERVICES[service]:
        return list(SERVICES[service]["command"])
    *_, last = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    return list(ast.literal_eval(last))


# --- docker-compose.yml ---


def test_our_services_are_the_api_the_worker_and_the_migration() -> None:
    assert sorted(OURS) == ["api", "migrate", "worker"]


@pytest.mark.parametrize("service", OURS)
def test_every_variable_that_a_service_is_told_is_a_setting(service: str) -> None:
    assert sorted(set(told(service)) - VARIABLES) == []


@pytest.mark.parametrize("service", OURS)
def test_what_a_service_is_told_is_taken_by_the_settings(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `.env.example` filled in, the settings are those of production: nothing of this machine is left."""
    given = example() | dict.fromkeys(SECRETS, "a1b2c3")
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in told(service).items():
        monkeypatch.setenv(name, filled(value, given))

    settings = load_settings()

    assert settings.database_url == "postgresql+psycopg://crg:a1b2c3@postgres:5432/crg"
    assert settings.temporal_address == "temporal:7233"
    assert settings.keys is not None
    assert settings.smtp_port == 587
    assert settings.rehearsals is False
    assert "127.0.0.1" not in " ".join([settings.public_url, settings.oidc_issuer, settings.oidc_jwks_url])


def test_production_has_no_rehearsals_and_no_clock_that_can_be_moved() -> None:
    assert all("CRG_REHEARSALS" not in told(service) for service in SERVICES)
    dynamic = yaml.safe_load(CONFIGS["temporal-dynamic"])
    assert dynamic == {"frontend.WorkflowTimeSkippingEnabled": [{"value": False}]}


@pytest.mark.parametrize("service", OURS)
def test_the_module_that_a_service_starts_is_there(service: str) -> None:
    command = command_of(service)
    assert command[:2] == ["python", "-m"]
    module = importlib.util.find_spec(command[2])
    assert module is not None
    if module.submodule_search_locations is not None:
        assert importlib.util.find_spec(f"{command[2]}.__main__") is not None
    if command[2] == "uvicorn":
        room, _, factory = command[3].partition(":")
        assert callable(getattr(importlib.import_module(room), factory))
        assert {"--factory", "--no-access-log"} <= set(command), "the path of a sign-off link is a secret"


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_image_is_pinned_to_a_full_version(service: str) -> None:
    assert re.search(r":\d+\.\d+(\.\d+)?(-[a-z]+)?$", SERVICES[service]["image"])


def test_temporal_in_production_is_the_version_that_is_tested_with() -> None:
    program = Path(sys.executable).parent / "temporal"
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"Server ([\d.]+), UI ([\d.]+)", said)
    assert found is not None
    server, ui = found.groups()
    assert SERVICES["temporal"]["image"] == f"temporalio/server:{server}"
    assert (
        SERVICES["temporal-schema"]["image"]
        == SERVICES["temporal-setup"]["image"]
        == f"temporalio/admin-tools:{server}"
    )
    assert SERVICES["temporal-ui"]["image"] == f"temporalio/ui:{ui}"


def test_the_image_of_ours_bears_the_version_of_the_product() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert {SERVICES[service]["image"] for service in OURS} == {f"case-reviews:{version}"}


@pytest.mark.parametrize("service", OURS)
def test_ours_runs_without_rights_on_a_disk_that_it_cannot_change(service: str) -> None:
    ours = SERVICES[service]
    assert ours["read_only"] is True
    assert ours["cap_drop"] == ["ALL"]
    assert ours["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in ours, "the image says who runs it"


def test_nothing_listens_but_on_this_machine_and_the_databases_have_no_way_out() -> None:
    for name, service in SERVICES.items():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "temporal", "temporal-schema", "temporal-setup"):
        assert SERVICES[name]["networks"] == ["inside"], name


def test_what_must_end_well_before_others_start_is_waited_for() -> None:
    for service in ("api", "worker"):
        waits = SERVICES[service]["depends_on"]
        assert {name: one["condition"] for name, one in waits.items()} == {
            "migrate": "service_completed_successfully",
            "temporal-setup": "service_completed_successfully",
        }
    for name, one in SERVICES.items():
        for other, how in one.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "test" in SERVICES[other]["healthcheck"], f"{name} waits for {other}, which says nothing"


def test_the_search_attributes_are_those_that_the_workflow_sets() -> None:
    pairs = re.findall(r"\b(\w+)=(Keyword|Datetime|Bool)\b", CONFIGS["temporal-setup"])
    assert dict(pairs) == SEARCH_ATTRIBUTES
    keys = (names.CASE_STAGE, names.CASE_ROUTE, names.NEXT_DEADLINE, names.NEXT_DEADLINE_AT, names.OVERDUE)
    assert set(dict(pairs)) == {key.name for key in (*keys, names.EDITION)}


@pytest.mark.parametrize("script", ["databases", "temporal-schema", "temporal-setup"])
def test_the_scripts_are_sound_shell_and_keep_their_variables(script: str) -> None:
    """Compose would fill in a variable with one dollar sign itself, with nothing."""
    assert not re.search(r"(?<!\$)(\$\$)*\$(?!\$)", CONFIGS[script])
    text = CONFIGS[script].replace("$$", "$")
    checked = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_the_databases_are_those_that_the_services_use() -> None:
    made = set(re.findall(r"CREATE DATABASE (\w+) OWNER (\w+)", CONFIGS["databases"]))
    server = told("temporal")
    wanted = {(server["DBNAME"], server["POSTGRES_USER"]), (server["VISIBILITY_DBNAME"], server["POSTGRES_USER"])}
    assert made == wanted | {("crg", "crg")}
    assert "//crg:" in told("api")["CRG_DATABASE_URL"]
    assert told("api")["CRG_DATABASE_URL"].endswith("/crg")


# --- .env.example ---


def test_every_name_in_the_example_is_used_and_none_is_missing() -> None:
    used = {match[1] for match in _IN_COMPOSE.finditer((ROOT / "docker-compose.yml").read_text("utf-8"))}
    assert sorted(example()) == sorted(used)


def test_the_example_holds_no_secret_and_compose_asks_for_those_that_must_be() -> None:
    given, text = example(), (ROOT / "docker-compose.yml").read_text("utf-8")
    assert {name for name in SECRETS if given[name]} == set()
    for name in SECRETS - {"CRG_SMTP_PASSWORD"}:
        assert "${" + name + ":?" in text, f"{name} could be left out"


# --- Dockerfile ---


def test_the_image_installs_what_is_locked_with_hashes_and_names_no_index() -> None:
    assert "pip install --require-hashes -r requirements/run.txt -r requirements/build.txt" in DOCKERFILE
    assert "pip install --no-deps --no-build-isolation ." in DOCKERFILE
    assert "index" + "-url" not in DOCKERFILE


def test_the_image_has_a_user_of_its_own_and_says_whether_it_lives() -> None:
    *_, last_stage = DOCKERFILE.split("\nFROM ")
    assert "USER 10001:10001" in last_stage
    assert "/health/live" in last_stage
    assert "HEALTHCHECK" in last_stage
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(stages) == 2
    assert all(re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+", stage) for stage in stages)


def test_all_that_is_copied_is_there_and_reaches_the_build() -> None:
    copied: list[str] = []
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        *sources, _ = line.split()
        copied += sources
    ignore = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in ignore if line.startswith("!")}
    assert "*" in ignore
    for source in copied:
        assert (ROOT / source).exists(), source
        assert source.partition("/")[0] in let_in, f"{source} is kept out by .dockerignore"
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    rooms = {one.removesuffix("*") for one in configured["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert rooms <= set(copied), "a room is missing from the image"


def test_the_built_package_holds_every_file_that_the_code_reads(tmp_path: Path) -> None:
    """Templates, editions, styles and migrations come along where the package is installed, not run from its tree."""
    source, wheels = tmp_path / "source", tmp_path / "wheels"
    source.mkdir()
    copied = [line.split()[0] for line in re.findall(r"^COPY (\w\S* \w\S*)$", DOCKERFILE, re.MULTILINE)]
    for room in copied:
        shutil.copytree(ROOT / room, source / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "worker.py"):
        shutil.copy(ROOT / name, source / name)
    build = "from setuptools.build_meta import build_wheel; import sys; build_wheel(sys.argv[1])"
    made = subprocess.run(
        [sys.executable, "-c", build, str(wheels)], cwd=source, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr[-2000:]
    (wheel,) = wheels.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        str(path.relative_to(source))
        for room in copied
        for path in (source / room).rglob("*")
        if path.is_file() and path.suffix != ".md"
    }
    assert "worker.py" in held
    assert sorted(wanted - held) == []


def test_the_migration_is_a_step_of_its_own_and_can_be_repeated(tmp_path: Path) -> None:
    make_keys_file(tmp_path / "keys.json")
    environment = {"CRG_DATA": str(tmp_path), "PATH": str(Path(sys.executable).parent)}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "store.migrations"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "store-up-to-date" in done.stderr
    with sqlite3.connect(tmp_path / "case-reviews.db") as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert {"inbox", "record", "cases", "directory_versions"} <= tables
