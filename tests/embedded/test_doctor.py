"""`crg doctor` names what is unsafe, what does not work and which cases stand still; it changes nothing."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from api.problems import Problem
from crg.doctor import open_files, unsafe_settings, weak_keys
from crg.embedded import programs
from settings import Settings, load_settings
from settings.keys import make_keys_file
from tests.api.running import Running
from tests.forked import quickly
from tests.ports import free_settings

SAFE = {
    "public_url": "https://reviews.council.example",
    "oidc_issuer": "https://login.council.example/",
    "oidc_jwks_url": "https://login.council.example/keys",
    "smtp_host": "mail.council.example",
    "smtp_tls": "starttls",
    "mail_from": "business-unit@council.example",
    "keys": "k1:3q2-7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs",
    "temporal_address": "temporal.council.example:7233",
    "temporal_tls_certificate": "/run/secrets/temporal.pem",
}


def settings_of(data: Path, **changed: object) -> Settings:
    return load_settings(data=data, **(SAFE | changed))


def test_a_safe_installation_is_told_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    settings = settings_of(tmp_path)
    assert [*unsafe_settings(settings), *weak_keys(settings), *open_files(settings)] == []


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"public_url": "http://reviews.council.example"}, "CRG_PUBLIC_URL"),
        ({"smtp_tls": "none"}, "CRG_SMTP_TLS"),
        ({"rehearsals": True}, "CRG_REHEARSALS"),
        ({"oidc_issuer": "https://reviews.council.example/issuer"}, "CRG_OIDC_ISSUER"),
        ({"oidc_jwks_url": "http://login.council.example/keys"}, "CRG_OIDC_JWKS_URL"),
        ({"temporal_tls_certificate": None}, "CRG_TEMPORAL_TLS_CERTIFICATE"),
        ({"mail_from": Settings.model_fields["mail_from"].default}, "CRG_MAIL_FROM"),
    ],
)
def test_what_is_unsafe_is_named_with_its_setting(tmp_path: Path, changed: dict[str, object], named: str) -> None:
    (line,) = unsafe_settings(settings_of(tmp_path, **changed))
    assert named in line


@pytest.mark.parametrize("key", ["A" * 43, "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY"], ids=["zeros", "a text"])
def test_a_key_that_nobody_drew_at_random_is_named_and_never_shown(tmp_path: Path, key: str) -> None:
    (line,) = weak_keys(settings_of(tmp_path, keys=f"good:{SAFE['keys'][3:]},old:{key}"))
    assert "old can be guessed" in line
    assert key not in line


def test_files_that_others_can_read_are_named_with_the_command_that_closes_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    settings = settings_of(tmp_path, keys=None)
    make_keys_file(settings.keys_file)
    settings.keys_file.chmod(0o640)
    folder, keys = open_files(settings)
    assert folder.endswith(f"(mode 0755). Run: chmod u=rwX,go= {tmp_path}")
    assert keys.endswith(f"(mode 0640). Run: chmod u=rwX,go= {settings.keys_file}")


async def test_a_command_that_needs_temporal_says_in_a_sentence_that_it_is_not_there(tmp_path: Path) -> None:
    settings = free_settings(tmp_path, keys=SAFE["keys"])
    code, said = await asked(settings, "restore", "--check")
    assert code == 1
    assert said.startswith(f"crg: Temporal does not answer at 127.0.0.1:{settings.temporal_port}. Start it,")


async def asked(settings: Settings, *words: str) -> tuple[int, str]:
    """The real command, in a process of its own, with these settings."""

    def run() -> subprocess.CompletedProcess[str]:
        command = quickly([sys.executable, "-m", "crg.command", *(words or ["doctor"])])
        return subprocess.run(command, env=programs.environment(settings), capture_output=True, text=True, check=False)

    done = await asyncio.to_thread(run)
    return done.returncode, done.stdout + done.stderr


async def test_what_does_not_work_is_named_and_then_nothing_is(tmp_path: Path) -> None:
    """A worker that does not run, mail that does not answer, a case that was terminated."""
    running = Running(free_settings(tmp_path / "data", rehearsals=True))
    async with running:
        reference = (await running.opened()).rsplit("/", 1)[1]
        address = ["--address", f"127.0.0.1:{running.settings.temporal_port}"]
        ended = await asyncio.create_subprocess_exec(
            programs.temporal_program(), "workflow", "terminate", "--workflow-id", reference, *address
        )
        assert await ended.wait() == 0
        await running.mailbox.stop()
        nobody_s = running.settings.model_copy(update={"task_queue": "nobody-s"})
        (token := tmp_path / "token").write_text("no token\n")
        code, said = await asked(nobody_s, "doctor", "--token", str(token))
        assert code == 1
        assert f"claims: {Problem('token-not-accepted').detail}" in said
        assert "worker: none has asked for work on the queue nobody-s yet" in said
        assert f"mail: the mail server 127.0.0.1:{running.settings.smtp_port} does not answer" in said
        assert f"cases that do not run (1): {reference}. Bring them back: crg revive --all" in said
        assert "search attributes" not in said
        assert "store:" not in said
        assert "CRG_REHEARSALS is on" in said
        await running.temporal.stop()
        assert "temporal: does not answer" in (await asked(nobody_s))[1]
