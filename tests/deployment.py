"""The files of the production shape, read once for the tests that try them."""

import ast
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

from settings import IN_FILES, PREFIX, Settings

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
NETWORKS: dict[str, dict[str, Any]] = COMPOSE["networks"]
CONFIGS: dict[str, str] = {name: (ROOT / one["file"]).read_text("utf-8") for name, one in COMPOSE["configs"].items()}
OURS = [name for name, service in SERVICES.items() if "build" in service]
TOLD = [name for name in OURS if "environment" in SERVICES[name]]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
VARIABLES = {PREFIX + name.upper() for name in Settings.model_fields}
IN_FILE_VARIABLES = {f"{PREFIX}{name.upper()}_FILE" for name in IN_FILES}
NOT_SECRET = {"TEMPORAL_CODEC_PASS_ACCESS_TOKEN"}
SECRETS = Path("/run/secrets")  # where Compose puts them in a container
IN_COMPOSE = re.compile(r"(?<!\$)\$\{([A-Z_]+)(?::([-?])([^}]*))?\}")


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

    return IN_COMPOSE.sub(one, value)


def make_secrets(folder: Path) -> Path:
    """The secrets as the script makes them, for an installation in this folder."""
    (folder / "deploy").mkdir(exist_ok=True)
    shutil.copy(ROOT / "deploy" / "make-secrets.sh", folder / "deploy")
    subprocess.run(["sh", "deploy/make-secrets.sh"], cwd=folder, check=True)
    return folder / "secrets"


def command_of(service: str) -> list[str]:
    if "command" in SERVICES[service]:
        return list(SERVICES[service]["command"])
    *_, last = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    return list(ast.literal_eval(last))
