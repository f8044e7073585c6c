"""The production shape, as far as it can be tried without Docker: what Compose file and Dockerfile name is there."""

import importlib.util
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from sqlalchemy import make_url

from settings import load_settings
from settings.keys import Keyring, make_keys_file
from tests.deployment import (
    COMPOSE,
    CONFIGS,
    DOCKERFILE,
    IN_COMPOSE,
    IN_FILE_VARIABLES,
    NETWORKS,
    OURS,
    ROOT,
    SECRETS,
    SERVICES,
    TOLD,
    VARIABLES,
    command_of,
    example,
    filled,
    make_secrets,
    told,
)
from workflows import names
from workflows.names import SEARCH_ATTRIBUTES

# --- docker-compose.yml ---


def test_our_services_are_the_api_the_worker_the_migration_and_the_certificates() -> None:
    assert sorted(OURS) == ["api", "certificates", "migrate", "worker"]
    assert sorted(TOLD) == ["api", "migrate", "worker"]


@pytest.mark.parametrize("service", TOLD)
def test_every_variable_that_a_service_is_told_is_a_setting(service: str) -> None:
    assert sorted(set(told(service)) - VARIABLES - IN_FILE_VARIABLES) == []


@pytest.mark.parametrize("service", TOLD)
def test_what_a_service_is_told_is_taken_by_the_settings(
    service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With `.env.example` filled in, the settings are those of production: nothing of this machine is left."""
    given, secrets = example(), make_secrets(tmp_path)
    for name in VARIABLES | IN_FILE_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in told(service).items():
        monkeypatch.setenv(name, filled(value, given).replace(str(SECRETS), str(secrets)))

    settings = load_settings()

    password = (secrets / "crg-db-password").read_text().strip()
    assert make_url(settings.database_url).password == password
    assert settings.database_url.endswith("@postgres:5432/crg")
    assert settings.temporal_address == "temporal:7233"
    assert len(Keyring.from_settings(settings).derive("link")) == 1
    assert settings.smtp_password is None, "the mail server may ask for none"
    assert settings.smtp_port == 587
    assert settings.rehearsals is False
    assert "127.0.0.1" not in " ".join([settings.public_url, settings.oidc_issuer, settings.oidc_jwks_url])


def test_production_has_no_rehearsals_and_no_clock_that_can_be_moved() -> None:
    assert all("CRG_REHEARSALS" not in told(service) for service in SERVICES)
    dynamic = yaml.safe_load(CONFIGS["temporal-dynamic"])
    assert dynamic["frontend.WorkflowTimeSkippingEnabled"] == [{"value": False}]


@pytest.mark.parametrize("service", OURS)
def test_the_module_that_a_service_starts_is_there(service: str) -> None:
    command = command_of(service)
    assert command[:2] == ["python", "-m"]
    module = importlib.util.find_spec(command[2])
    assert module is not None
    if module.submodule_search_locations is not None:
        assert importlib.util.find_spec(f"{command[2]}.__main__") is not None
    assert command[2] != "uvicorn", "api.serve writes no line for each request, and all others in the form of our logs"


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_image_is_pinned_to_a_full_version(service: str) -> None:
    assert re.search(r":\d+\.\d+(\.\d+)?(-[a-z]+)?$", SERVICES[service]["image"])


def test_temporal_in_production_is_the_version_that_is_tested_with() -> None:
    program = Path(sys.executable).parent / "temporal"
    reported = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"Server ([\d.]+), UI ([\d.]+)", reported)
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


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_no_service_changes_its_own_disk(service: str) -> None:
    """What it writes is in a volume or in memory. Compose refuses a config that stands in the file itself there."""
    assert SERVICES[service]["read_only"] is True
    assert "/tmp" in SERVICES[service].get("tmpfs", [])
    for one in SERVICES[service].get("configs", []):
        assert (ROOT / COMPOSE["configs"][one["source"]]["file"]).is_file()
    assert ("/run/postgresql" in SERVICES[service]["tmpfs"]) is (service == "postgres"), "for its socket and lock"


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_no_service_keeps_a_right_that_it_does_not_need(service: str) -> None:
    assert SERVICES[service]["cap_drop"] == ["ALL"]
    assert SERVICES[service]["security_opt"] == ["no-new-privileges:true"]
    assert ("cap_add" in SERVICES[service]) is (service == "postgres"), "its image begins as root to make its folder"


def test_nobody_reaches_temporal_without_a_certificate_of_this_installation() -> None:
    """Temporal asks for one, all who call it have one, and its own key is mounted nowhere else."""
    temporal = told("temporal")
    assert temporal["TEMPORAL_TLS_REQUIRE_CLIENT_AUTH"] == "true"
    assert temporal["TEMPORAL_TLS_CLIENT1_CA_CERT"] == "/certificates/server/ca.pem"
    callers = [name for name in SERVICES if "temporal:7233" in told(name).values() and name != "migrate"]
    assert sorted(callers) == ["api", "temporal-setup", "temporal-ui", "worker"]
    for name in callers:
        mounts = SERVICES[name]["volumes"]
        assert "client-certificates:/certificates/client:ro" in mounts
        files = [value for value in told(name).values() if value.startswith("/certificates/")]
        assert sorted(files) == [f"/certificates/client/{file}" for file in ("ca.pem", "tls.key", "tls.pem")]
    holders = [
        name
        for name, one in SERVICES.items()
        if any("server-certificates" in str(mount) for mount in one.get("volumes", []))
    ]
    assert sorted(holders) == ["certificates", "temporal"]
    assert SERVICES["temporal"]["depends_on"]["certificates"]["condition"] == "service_completed_successfully"


def test_only_what_speaks_to_the_outside_has_a_way_there_and_one_of_its_own() -> None:
    """Sign-in and mail for the API, mail for the worker, sign-in for the UI: by bridges that a firewall names."""
    ways = {name: [one for one in service.get("networks", []) if one != "inside"] for name, service in SERVICES.items()}
    assert {name: way for name, way in ways.items() if way} == {
        "api": ["outside-api"],
        "worker": ["outside-worker"],
        "temporal-ui": ["outside-ui"],
    }
    bridges = [
        one["driver_opts"]["com.docker.network.bridge.name"] for name, one in NETWORKS.items() if name != "inside"
    ]
    assert sorted(bridges) == ["crg-api", "crg-ui", "crg-worker"]
    assert all(len(name) <= 15 for name in bridges), "Linux takes no longer name of an interface"
    assert SERVICES["certificates"]["network_mode"] == "none", "it writes files, and asks nobody"


def test_nothing_listens_but_on_this_machine_and_the_databases_have_no_way_out() -> None:
    for name, service in SERVICES.items():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
    assert NETWORKS["inside"] == {"internal": True}
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


@pytest.mark.parametrize("script", sorted((ROOT / "deploy").glob("*.sh")), ids=lambda script: script.stem)
def test_the_scripts_are_sound_shell(script: Path) -> None:
    """They are files, in which Compose fills in no variable."""
    checked = subprocess.run(["sh", "-n", script], text=True, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "$$" not in script.read_text("utf-8")


# --- .env.example ---


def test_every_name_in_the_example_is_used_and_none_is_missing() -> None:
    used = {match[1] for match in IN_COMPOSE.finditer((ROOT / "docker-compose.yml").read_text("utf-8"))}
    assert sorted(example()) == sorted(used)


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
